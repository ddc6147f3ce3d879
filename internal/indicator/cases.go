package indicator

import (
	"context"
	"fmt"
	"slices"

	"zhunsheng/internal/civil"
	"zhunsheng/internal/docket"
	"zhunsheng/internal/fault"
	"zhunsheng/internal/statute"
)

// Side names one of the three case lists behind a figure.
type Side string

// The sides.
const (
	NumeratorSide   Side = "numerator"
	DenominatorSide Side = "denominator"
	ExcludedSide    Side = "excluded"
)

// CasesRequest asks for the cases behind one figure.
type CasesRequest struct {
	Set, Indicator string
	Side           Side
	Period         civil.Period
	Filter         *Pred // the group of the figure, scope and page filters
	Offset, Limit  int   // Limit < 0: to the end
}

// Reasoned is a case in a list, with the count it belongs to and the reason for that. A case
// stands once for every count of the formula that it is in; Minus marks counts that the
// formula subtracts. For an excluded case the reason is why it was left out.
type Reasoned struct {
	Ref
	Count  string // as in the formula, with prev_ for the period of comparison
	Minus  bool
	Reason statute.Text
}

// section is the part of a list that comes from one count.
type section struct {
	use    use
	count  *Count
	period civil.Period
	where  *Pred
	reason func(*docket.Case, civil.Period) statute.Text
}

// Cases lists the cases behind a figure: exactly those that were counted (or, on the
// excluded side, those of the same populations that an exclusion took out), count by count
// in the order of the formula, inside each in the order of [Engine]. fetch returns the
// records of case versions in the order of ids. total counts all entries of the list.
// The roster's counts have no cases.
func (b *Book) Cases(ctx context.Context, eng Engine, fetch func(ids []int64) ([]docket.Case, error), req CasesRequest) ([]Reasoned, int, error) {
	i, err := b.Find(req.Set, req.Indicator)
	if err != nil {
		return nil, 0, err
	}
	v, err := i.At(req.Period.To)
	if err != nil {
		return nil, 0, err
	}
	sections, err := v.sections(req.Side, req.Period)
	if err != nil {
		return nil, 0, err
	}
	var out []Reasoned
	offset, limit, total := max(req.Offset, 0), req.Limit, 0
	for _, s := range sections {
		refs, n, err := eng.List(ctx, s.where, req.Filter, s.period, offset, limit)
		if err != nil {
			return nil, 0, fmt.Errorf("list %s of %s: %w", req.Side, req.Indicator, err)
		}
		entries, err := s.explain(refs, fetch)
		if err != nil {
			return nil, 0, fmt.Errorf("read the cases of %s: %w", req.Indicator, err)
		}
		out = append(out, entries...)
		total += n
		offset = max(offset-n, 0)
		if limit >= 0 {
			limit -= len(refs)
		}
	}
	return out, total, nil
}

// sections lists the counts of a side. A figure without a numerator of its own (a median)
// shows the cases of its value there.
func (v *Version) sections(side Side, period civil.Period) ([]section, error) {
	var uses []use
	switch side {
	case NumeratorSide, DenominatorSide:
		uses = v.side(side).uses()
	case ExcludedSide:
		uses = v.populations()
	default:
		return nil, &fault.Error{Kind: fault.Invalid, Text: fmt.Sprintf("no side is named %q", side), Remedy: "choose numerator, denominator or excluded"}
	}
	var out []section
	for _, u := range uses {
		u.op = opCount // the cases of mean(x) or median(x) are those of x
		s := section{use: u, count: v.counts[u.name], period: period}
		listed := slices.ContainsFunc(out, func(o section) bool { return o.use == u })
		if listed || s.count.Kind == CountJudges {
			continue
		}
		if u.prev {
			s.period = v.shifted(period)
		}
		s.where, s.reason = s.count.Selected(), s.count.reason
		if side == ExcludedSide {
			s.where, s.reason = s.count.Excluded(), s.count.exclusion
		}
		out = append(out, s)
	}
	return out, nil
}

// populations lists the counts with exclusions, each once and without sign.
func (v *Version) populations() []use {
	var out []use
	for _, u := range v.uses() {
		u.minus, u.op = false, opCount
		if len(v.counts[u.name].Excludes) > 0 && !slices.Contains(out, u) {
			out = append(out, u)
		}
	}
	return out
}

// explain adds the reasons to the refs of a section.
func (s section) explain(refs []Ref, fetch func([]int64) ([]docket.Case, error)) ([]Reasoned, error) {
	if len(refs) == 0 {
		return nil, nil
	}
	ids := make([]int64, len(refs))
	for i, r := range refs {
		ids[i] = r.ID
	}
	records, err := fetch(ids)
	if err != nil {
		return nil, err
	}
	if len(records) != len(refs) {
		return nil, fmt.Errorf("asked for %d case records, got %d", len(refs), len(records))
	}
	name := s.use.name
	if s.use.prev {
		name = earlier + name
	}
	out := make([]Reasoned, len(refs))
	for i, r := range refs {
		out[i] = Reasoned{Ref: r, Count: name, Minus: s.use.minus, Reason: s.reason(&records[i], s.period)}
	}
	return out, nil
}

package indicator

import (
	"cmp"
	"math/big"
	"slices"

	"zhunsheng/internal/civil"
	"zhunsheng/internal/docket"
)

// rosterFields are the columns of a case that a posting has too.
var rosterFields = []string{"court", "division", "judge"}

// rosterTally is the days in post by group; known is false where the roster cannot say.
type rosterTally struct {
	known  bool
	days   map[string]int64
	period civil.Period
}

// mean is the mean daily number in post of a group: days in post / days of the period.
func (t rosterTally) mean(key string) *big.Rat {
	if !t.known {
		return nil
	}
	return big.NewRat(t.days[key], int64(t.period.Days()))
}

// tally adds up the days in a post. It is known only with a roster loaded, and where both
// groups and filter look at nothing but court, division and judge. A person counts once a
// day: where postings overlap, the one that began last counts, so that totals stay additive.
func (r Roster) tally(post string, period civil.Period, by []string, filter *Pred) rosterTally {
	t := rosterTally{days: map[string]int64{}, period: period, known: len(r) > 0}
	for _, name := range by {
		t.known = t.known && slices.Contains(rosterFields, name)
	}
	filter.fields(func(f int) { t.known = t.known && slices.Contains(rosterFields, docket.Fields[f].Name) })
	if !t.known {
		return t
	}
	people := map[string][]docket.Posting{}
	for _, p := range r {
		if p.Post == post {
			people[p.Judge] = append(people[p.Judge], p)
		}
	}
	for _, postings := range people {
		for _, s := range stints(postings, period) {
			c := docket.Case{Court: s.Court, Division: s.Division, Judge: s.Judge}
			if filter == nil || filter.Holds(&c, period) {
				t.days[groupKey(valuesOf(&c, by))] += int64(s.To.Sub(s.From) + 1)
			}
		}
	}
	return t
}

func valuesOf(c *docket.Case, by []string) []string {
	out := make([]string, len(by))
	for i, name := range by {
		f, _ := docket.FieldByName(name)
		out[i] = *f.Text(c)
	}
	return out
}

// stints cuts one person's postings to the period and to each other: the result does not
// overlap, and each day belongs to the posting that began last.
func stints(postings []docket.Posting, period civil.Period) []docket.Posting {
	var cut []docket.Posting
	for _, p := range postings {
		if p.To.IsZero() || p.To > period.To {
			p.To = period.To
		}
		if p.From <= p.To && p.To >= period.From {
			cut = append(cut, p)
		}
	}
	slices.SortStableFunc(cut, func(a, b docket.Posting) int {
		return cmp.Or(cmp.Compare(b.From, a.From), cmp.Compare(a.Court, b.Court), cmp.Compare(a.Division, b.Division))
	})
	free := []civil.Period{period}
	var out []docket.Posting
	for _, p := range cut {
		var rest []civil.Period
		for _, gap := range free {
			from, to := max(p.From, gap.From), min(p.To, gap.To)
			if from > to {
				rest = append(rest, gap)
				continue
			}
			s := p
			s.From, s.To = from, to
			out = append(out, s)
			if gap.From < from {
				rest = append(rest, civil.Period{From: gap.From, To: from - 1})
			}
			if to < gap.To {
				rest = append(rest, civil.Period{From: to + 1, To: gap.To})
			}
		}
		free = rest
	}
	return out
}

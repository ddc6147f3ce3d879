package procedure

import (
	"fmt"
	"io/fs"
	"slices"

	"zhunsheng/internal/access"
	"zhunsheng/internal/civil"
	"zhunsheng/internal/docket"
	"zhunsheng/internal/fault"
	"zhunsheng/internal/statute"
	"zhunsheng/internal/timelimit"
)

// The authorities of rules/limits/authorities.yaml that sit in a court of the ledger.
const (
	DivisionHead  = "division_head"
	President     = "president"
	VicePresident = "vice_president"
	OwnCourt      = "court"
	CourtAbove    = "court_above"
	HighCourt     = "high_court"
	SupremeCourt  = "supreme_court"
)

// Office is how the courts handle their papers: rules/procedures/chains.yaml.
type Office struct {
	Chains []ChainRule `yaml:"chains"`
	// AboveAfter signs before an authority above the court decides.
	AboveAfter string `yaml:"above_after"`
}

// ChainRule is the way of one kind through the court.
type ChainRule struct {
	Kind   Kind           `yaml:"kind"`
	Before []string       `yaml:"before"` // extension: reviews before the authority of the law
	Chain  []string       `yaml:"chain"`  // the other kinds: everybody, in order
	Source statute.Source `yaml:"source"`
}

// LoadOffice reads rules/procedures/chains.yaml; every kind must have its chain.
func LoadOffice(fsys fs.FS) (*Office, error) {
	const file = "procedures/chains.yaml"
	var o Office
	if err := statute.Decode(fsys, file, &o); err != nil {
		return nil, err
	}
	for _, k := range Kinds() {
		i := slices.IndexFunc(o.Chains, func(c ChainRule) bool { return c.Kind == k })
		if i < 0 || (k != Extension && len(o.Chains[i].Chain) == 0) {
			return nil, fault.At(file, fmt.Sprintf("no chain for %s", k), "add one")
		}
	}
	return &o, nil
}

// Chain is who decides a request, in order, with the rule it comes from.
func (o *Office) Chain(r Request) ([]string, statute.Source) {
	i := slices.IndexFunc(o.Chains, func(c ChainRule) bool { return c.Kind == r.Kind })
	if i < 0 {
		return nil, statute.Source{}
	}
	c := o.Chains[i]
	if r.Kind != Extension {
		return c.Chain, c.Source
	}
	out := slices.Clone(c.Before)
	if above(r.By) && o.AboveAfter != "" {
		out = append(out, o.AboveAfter)
	}
	if !slices.Contains(out, r.By) {
		out = append(out, r.By)
	}
	return out, c.Source
}

func above(authority string) bool {
	return authority == CourtAbove || authority == HighCourt || authority == SupremeCourt
}

// Seat is a place from which an authority decides: a role in a court. The zero court is
// outside the ledger.
type Seat struct {
	Role  access.Role
	Court string
}

// SeatOf is where an authority sits for a case of a court. Courts are the office's list.
func SeatOf(authority, court string, courts []docket.Court) Seat {
	by := map[string]docket.Court{}
	for _, c := range courts {
		by[c.Code] = c
	}
	seat := Seat{Role: access.President}
	switch authority {
	case DivisionHead:
		return Seat{access.DivisionHead, court}
	case President, VicePresident, OwnCourt:
		seat.Court = court
	case CourtAbove:
		seat.Court = by[court].Parent
	case HighCourt, SupremeCourt:
		level := map[string]int{HighCourt: 2, SupremeCourt: 1}[authority]
		for c, n := by[court], 0; n < len(courts) && c.Code != ""; c, n = by[c.Parent], n+1 {
			if c.Level == level {
				seat.Court = c.Code
				break
			}
		}
	default:
		return Seat{}
	}
	return seat
}

// HomeCourt is the court in which somebody sits: the own one, for the whole city the highest of
// the list.
func HomeCourt(s access.Scope, courts []docket.Court) string {
	if s.Court != "" || !s.City || len(courts) == 0 {
		return s.Court
	}
	top := slices.MinFunc(courts, func(a, b docket.Court) int {
		if a.Level != b.Level {
			return a.Level - b.Level
		}
		return a.Seq - b.Seq
	})
	return top.Code
}

// Holds reports whether a person decides in a seat about a case of a division.
func (s Seat) Holds(who access.Scope, home, division string) bool {
	return s.Court != "" && who.Role == s.Role && home == s.Court && (who.Division == "" || who.Division == division)
}

// Grants lists how a limit may be extended by the law in force on a day.
func Grants(r *timelimit.Rule, day civil.Date) []timelimit.Grant {
	for i := len(r.Versions) - 1; i >= 0; i-- {
		if v := &r.Versions[i]; v.From <= day {
			return v.Extend
		}
	}
	return nil
}

// Authorities lists who may grant an extension on a day, in the order of the law.
func Authorities(r *timelimit.Rule, day civil.Date) []string {
	var out []string
	for _, g := range Grants(r, day) {
		for _, by := range g.By {
			if !slices.Contains(out, by) {
				out = append(out, by)
			}
		}
	}
	return out
}

// Longest is how much an authority may grant on a day; zero where the law gives no length.
func Longest(r *timelimit.Rule, by string, day civil.Date) (timelimit.Grant, bool) {
	for _, g := range Grants(r, day) {
		if slices.Contains(g.By, by) {
			return g, true
		}
	}
	return timelimit.Grant{}, false
}

// Window says when an extension is asked for and decided. The law names no sanction for being
// late, so late is marked and never blocked.
type Window struct {
	AskFrom  civil.Date // zero: any time
	AskBy    civil.Date
	DecideBy civil.Date
	Source   statute.Source
}

// WindowOf works the days out for a limit that ends on a day, not moved from a day off; ok is
// false where no text sets any.
func WindowOf(r *timelimit.Rule, end, day civil.Date) (w Window, ok bool) {
	list := r.Approval
	if list == nil && r.Line != nil {
		list = r.Line.Approval
	}
	for _, a := range list {
		if a.From > day || (!a.To.IsZero() && day > a.To) {
			continue
		}
		w = Window{AskBy: end.AddDays(-a.AskBefore), DecideBy: end.AddDays(-a.DecideBefore), Source: a.Source}
		if a.AskWithin > 0 {
			w.AskFrom, w.AskBy = end.AddDays(-a.AskWithin), end
		}
		return w, true
	}
	return Window{}, false
}

// Causes lists the periods that a limit deducts, or those that suspend it.
func Causes(b *timelimit.Book, r *timelimit.Rule, suspends bool) []timelimit.Cause {
	var out []timelimit.Cause
	for _, c := range b.Causes {
		if !c.Counts && c.Suspends == suspends && slices.Contains(r.Deduct, c.Code) {
			out = append(out, c)
		}
	}
	return out
}

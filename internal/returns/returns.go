// Package returns checks published court returns: tables with opening, filed, resolved and
// pending cases of each unit, time and kind of case. It says which figures do not add up, and
// which returns look like another thing than a whole period of ordinary work.
//
// Sums and carried-over stocks are arithmetic: exact, without error rate. The other findings
// are read from all columns of a return together, because no single series of ten years could
// tell them from its own ups and downs; each is the logarithm of a likelihood ratio, and its
// probability is its rank among the returns of all units before (a conformal p-value: Vovk,
// Gammerman and Shafer, Algorithmic Learning in a Random World, 2005). The rate of false
// findings so holds whatever the tails of the figures are, as long as times are alike. Nothing
// later than a return is used, units stand in the order they came in, and none is ranked.
package returns

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"zhunsheng/internal/fault"
)

// Row is one line of a return. Kind is a path: the row "criminal" is the sum of the rows
// "criminal/…" one step below it, the row Total that of the kinds without a step.
type Row struct {
	Unit string
	T    int // position on the axis of times; neighbours differ by 1
	Kind string
	Figures
}

// Figures are the four columns, in cases.
type Figures struct{ Opening, Filed, Resolved, Pending int64 }

// Total is the kind that sums up all others.
const Total = "total"

// Columns are the names of the figures, in their order.
var Columns = [...]string{"opening", "filed", "resolved", "pending"}

func (f Figures) all() [len(Columns)]int64 {
	return [...]int64{f.Opening, f.Filed, f.Resolved, f.Pending}
}

// flow is what went in and out.
func (f Figures) flow() float64 { return float64(f.Filed + f.Resolved) }

// gap is by how much the pending cases differ from opening + filed − resolved. It is seldom 0:
// cases are transferred, reopened and counted anew.
func (f Figures) gap() float64 { return float64(f.Pending - f.Opening - f.Filed + f.Resolved) }

// What names a finding.
type What string

// The findings.
const (
	Sum         What = "sum"          // a row is not the sum of the rows below it
	Carry       What = "carry"        // the opening stock is not the pending one of the time before
	PartPeriod  What = "part_period"  // filed and resolved look like half a period, the stocks do not
	MassClosing What = "mass_closing" // all kinds of pending cases fell together, by resolutions, at the usual filings
	Imbalance   What = "imbalance"    // one kind does not follow from opening, filed and resolved as it always did
)

// joint are the findings with an error rate, in the order in which they are tried, and level
// the probability of each on a return in which nothing is wrong: 0.9 % together.
var (
	joint = [...]What{PartPeriod, MassClosing, Imbalance}
	level = [len(joint)]float64{0.0035, 0.0045, 0.001}
)

// Finding is one thing to ask about.
type Finding struct {
	Unit    string
	T       int
	What    What
	Kind    string  // of the row; empty: the return as a whole
	Column  string  // for sums and carried stocks
	Printed int64   // for sums and carried stocks
	Should  int64   // what the other figures make of it
	P       float64 // rank among all earlier returns; NaN for arithmetic
}

// Report is the outcome.
type Report struct {
	Findings []Finding // by time, then by unit in the order of the rows
	Returns  int       // of one unit at one time
	Judged   int       // returns held against earlier ones
	Expected float64   // findings with a P to be expected by chance alone, at most
}

// The sizes.
const (
	fewest = 100 // cases filed the time before, under which a return is not judged
	ranked = 286 // earlier returns from which on a rank can be as small as the first level
	most   = 1e12
)

// sheet is the return of one unit at one time.
type sheet struct {
	unit   string
	t      int
	rows   map[string]Figures
	leaves []string // kinds that are not sums, sorted
	before *sheet   // the return of the time before; nil: none
	values *[len(joint)]float64
}

// Check judges all returns.
func Check(rows []Row) (*Report, error) {
	sheets, err := assemble(rows)
	if err != nil {
		return nil, err
	}
	r := &Report{Returns: len(sheets)}
	e := newEvidence()
	for from := 0; from < len(sheets); {
		to := from
		for to < len(sheets) && sheets[to].t == sheets[from].t {
			to++
		}
		for _, s := range sheets[from:to] {
			r.Findings = append(r.Findings, s.sums()...)
			r.Findings = append(r.Findings, s.carried()...)
			r.judge(s, e)
		}
		e.learn(sheets[from:to])
		from = to
	}
	for _, l := range level {
		r.Expected += l * float64(r.Judged)
	}
	return r, nil
}

// judge holds a return against what was seen before its time.
func (r *Report) judge(s *sheet, e *evidence) {
	if !s.comparable() || len(e.past[joint[0]]) < ranked {
		return
	}
	r.Judged++
	for what, value := range e.of(s) {
		if p := e.rank(joint[what], value); p <= level[what] && value > 0 {
			r.Findings = append(r.Findings, Finding{Unit: s.unit, T: s.t, What: joint[what], P: p})
		}
	}
}

// comparable tells whether there is a return before, and enough in it.
func (s *sheet) comparable() bool {
	if s.before == nil {
		return false
	}
	filed := int64(0)
	for _, k := range s.before.leaves {
		filed += s.before.rows[k].Filed
	}
	return filed >= fewest
}

// assemble sorts rows into sheets by time, units in the order of their first row.
func assemble(rows []Row) ([]*sheet, error) {
	type key struct {
		unit string
		t    int
	}
	sheets := map[key]*sheet{}
	order := map[string]int{}
	var out []*sheet
	for _, r := range rows {
		where := fmt.Sprintf("unit %s, kind %s", r.Unit, r.Kind)
		for i, v := range r.all() {
			if v < 0 || v > most {
				return nil, fault.At(where, fmt.Sprintf("%s is %d", Columns[i], v), "a count is a whole number from 0 to 10^12")
			}
		}
		if r.Kind == "" {
			return nil, fault.At(where, "has no kind", "name the kind of case, or "+Total)
		}
		k := key{r.Unit, r.T}
		s := sheets[k]
		if s == nil {
			s = &sheet{unit: r.Unit, t: r.T, rows: map[string]Figures{}}
			sheets[k] = s
			out = append(out, s)
		}
		if _, twice := s.rows[r.Kind]; twice {
			return nil, fault.At(where, "stands twice at one time", "keep one row for each unit, time and kind")
		}
		s.rows[r.Kind] = r.Figures
		if _, ok := order[r.Unit]; !ok {
			order[r.Unit] = len(order)
		}
	}
	for _, s := range out {
		s.before = sheets[key{s.unit, s.t - 1}]
		s.leaves = leavesOf(s.rows)
	}
	slices.SortStableFunc(out, func(a, b *sheet) int { return cmp.Or(a.t-b.t, order[a.unit]-order[b.unit]) })
	return out, nil
}

// leavesOf are the kinds that are not the sum of others.
func leavesOf(rows map[string]Figures) []string {
	parents := map[string]bool{}
	for k := range rows {
		if k != Total {
			parents[parentOf(k)] = true
		}
	}
	var out []string
	for k := range rows {
		if !parents[k] {
			out = append(out, k)
		}
	}
	slices.Sort(out)
	return out
}

// parentOf is the kind that a kind is counted in.
func parentOf(kind string) string {
	if i := strings.LastIndex(kind, "/"); i >= 0 {
		return kind[:i]
	}
	return Total
}

// sums are the rows that are not the sum of those below them.
func (s *sheet) sums() []Finding {
	should := map[string]*[len(Columns)]int64{}
	for k, f := range s.rows {
		if k == Total {
			continue
		}
		p := parentOf(k)
		if should[p] == nil {
			should[p] = new([len(Columns)]int64)
		}
		for i, v := range f.all() {
			should[p][i] += v
		}
	}
	var out []Finding
	for _, k := range sortedKinds(s.rows) {
		if sum := should[k]; sum != nil {
			out = append(out, s.differing(Sum, k, s.rows[k].all(), *sum)...)
		}
	}
	return out
}

// carried are the opening stocks that are not those that the return before ended with.
func (s *sheet) carried() []Finding {
	if s.before == nil {
		return nil
	}
	var out []Finding
	for _, k := range sortedKinds(s.rows) {
		if was, ok := s.before.rows[k]; ok {
			printed, should := s.rows[k].all(), s.rows[k].all()
			should[0] = was.Pending
			out = append(out, s.differing(Carry, k, printed, should)...)
		}
	}
	return out
}

// differing are the columns in which two lines of figures differ.
func (s *sheet) differing(what What, kind string, printed, should [len(Columns)]int64) []Finding {
	var out []Finding
	for i, v := range printed {
		if v != should[i] {
			out = append(out, Finding{Unit: s.unit, T: s.t, What: what, Kind: kind, Column: Columns[i], Printed: v, Should: should[i], P: math.NaN()})
		}
	}
	return out
}

func sortedKinds(rows map[string]Figures) []string {
	var out []string
	for k := range rows {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}

// Package synth invents ledgers of any size with the shape of a national one: thousands of
// courts, judges with some 137 cases each on several lines, few appeals, fewer retrials. Every
// court is made from its number alone, so a ledger never has to be held as cases.
package synth

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"

	"zhunsheng/internal/civil"
	"zhunsheng/internal/docket"
)

// The shape of a ledger. Filings are spread evenly over the two years up to LastDay.
const (
	nationalCases  = 46_000_000
	nationalCourts = 3_500
	casesPerJudge  = 137
	judgesPerUnit  = 8 // judges of one division
	filingDays     = 731
)

// LastDay is the data day: nothing is known after it.
var LastDay = civil.NewDate(2024, 6, 30)

var firstDay = LastDay.AddDays(1 - filingDays)

// Ledger is an invented ledger. It implements columns.Source.
type Ledger struct {
	Cases  int
	Courts []string
	sizes  []int
	index  map[string]int
}

// New plans a ledger: 3,500 courts at 46 million cases, fewer in proportion, at least nine.
func New(cases int) *Ledger {
	n := max(9, int(int64(cases)*nationalCourts/nationalCases))
	l := &Ledger{Cases: cases, index: make(map[string]int, n)}
	weights, total := make([]float64, n), 0.0
	r := rand.New(rand.NewPCG(11, uint64(n)))
	for i := range weights {
		weights[i] = 0.4 + 1.2*r.Float64()
		total += weights[i]
	}
	left := cases
	for i, w := range weights {
		size := min(int(float64(cases)*w/total), left)
		if i == n-1 {
			size = left
		}
		left -= size
		court := fmt.Sprintf("X%04d", i)
		l.index[court] = i
		l.Courts, l.sizes = append(l.Courts, court), append(l.sizes, size)
	}
	return l
}

// Epochs implements columns.Source.
func (l *Ledger) Epochs(context.Context, int64) (map[string]int64, error) {
	out := make(map[string]int64, len(l.Courts))
	for _, c := range l.Courts {
		out[c] = 1
	}
	return out, nil
}

// Scan implements columns.Source.
func (l *Ledger) Scan(ctx context.Context, court string, _ int64, fn func(int64, *docket.Case) error) error {
	i := l.index[court]
	id := int64(0)
	for _, n := range l.sizes[:i] {
		id += int64(n)
	}
	g := newGenerator(court, i, l.sizes[i])
	var c docket.Case
	for k := range l.sizes[i] {
		g.fill(&c)
		if err := fn(id+int64(k)+1, &c); err != nil {
			return err
		}
	}
	return ctx.Err()
}

// line is what a line of cases looks like.
type line struct {
	name           string
	types          [4]string // by instance
	ways           []string  // ways of closing, the common ones more than once
	causes, months int
}

var instances = [4]string{"first", "second", "retrial", "review"}

var appealResults = [...]string{"upheld", "upheld", "upheld", "upheld", "reversed", "remanded", "withdrawn"}

var retrialResults = [...]string{"upheld", "reversed", "remanded"}

var lines = []line{
	{"civil", [4]string{"民初", "民终", "民再", "民申"}, []string{"judgment", "judgment", "judgment", "mediation", "mediation", "withdrawn", "withdrawn", "deemed_withdrawn", "rejected"}, 120, 6},
	{"enforcement", [4]string{"执", "执恢", "执异", "执复"}, []string{"completed", "completed", "terminated_for_now", "terminated_for_now", "terminated", "struck"}, 20, 6},
	{"criminal", [4]string{"刑初", "刑终", "刑再", "刑申"}, []string{"judgment", "judgment", "judgment", "judgment", "withdrawn", "other"}, 80, 3},
	{"administrative", [4]string{"行初", "行终", "行再", "行申"}, []string{"judgment", "judgment", "rejected", "withdrawn", "mediation"}, 40, 6},
	{"other", [4]string{"诉前调", "司救执", "诉前调确", "委赔"}, []string{"mediation", "confirmed", "other"}, 10, 3},
}

// generator makes the cases of one court.
type generator struct {
	r         *rand.Rand
	court     string
	judges    []string
	divisions []string
	mains     []int // main line of each judge
}

func newGenerator(court string, seed, cases int) *generator {
	g := &generator{r: rand.New(rand.NewPCG(uint64(seed), 2024)), court: court}
	for j := range max(1, cases/casesPerJudge) {
		g.judges = append(g.judges, fmt.Sprintf("%s-%03d", court, j))
		g.divisions = append(g.divisions, fmt.Sprintf("%s-D%02d", court, j/judgesPerUnit))
		g.mains = append(g.mains, g.pickLine())
	}
	return g
}

// pickLine draws a line: 55 % civil, 22 % enforcement, 12 % criminal, 5 % administrative.
func (g *generator) pickLine() int {
	switch p := g.r.IntN(100); {
	case p < 55:
		return 0
	case p < 77:
		return 1
	case p < 89:
		return 2
	case p < 94:
		return 3
	}
	return 4
}

func (g *generator) one(in int) bool { return g.r.IntN(in) == 0 }

// percent is true in p of a hundred cases.
func (g *generator) percent(p float64) bool { return g.r.Float64()*100 < p }

// after returns a day up to n days after d, or none when that is not known yet.
func (g *generator) after(d civil.Date, from, to int) civil.Date {
	if d.IsZero() {
		return 0
	}
	if d = d.AddDays(from + g.r.IntN(to-from+1)); d > LastDay {
		return 0
	}
	return d
}

func (g *generator) fill(c *docket.Case) {
	j := g.r.IntN(len(g.judges))
	l := &lines[g.mains[j]]
	if g.one(6) {
		l = &lines[g.pickLine()]
	}
	instance := 0
	switch p := g.r.IntN(100); {
	case p < 12:
		instance = 1
	case p == 12:
		instance = 2
	case p < 16:
		instance = 3
	}
	*c = docket.Case{Court: g.court, Division: g.divisions[j], Judge: g.judges[j],
		Line: l.name, Instance: instances[instance], TypeCode: l.types[instance]}
	if l.name == "enforcement" || l.name == "other" {
		c.Instance = l.name
	}
	c.Cause = causes[g.r.IntN(l.causes)]
	c.Procedure = [...]string{"summary", "summary", "ordinary", "small_claims"}[g.r.IntN(4)]
	c.FiledOn = firstDay.AddDays(g.r.IntN(filingDays))
	if g.percent(97) {
		c.DueOn = c.FiledOn.AddMonths(l.months)
	}
	c.ClosedOn = g.after(c.FiledOn, 1, 20+int(g.r.ExpFloat64()*70))
	if g.percent(60) {
		c.HeardOn = g.after(c.FiledOn, 10, 90)
	}
	if !c.ClosedOn.IsZero() {
		c.ClosingWay = l.ways[g.r.IntN(len(l.ways))]
	}
	g.later(c, l)
}

// later fills in what follows a closing, and the rare things.
func (g *generator) later(c *docket.Case, l *line) {
	if l.name != "enforcement" && g.percent(85) {
		c.EffectiveOn = g.after(c.ClosedOn, 10, 30)
	}
	if g.percent(8) {
		c.AppealedOn = g.after(c.ClosedOn, 3, 15)
		c.TransferredOn = g.after(c.AppealedOn, 5, 60)
		if c.AppealClosedOn = g.after(c.TransferredOn, 10, 90); !c.AppealClosedOn.IsZero() {
			c.AppealResult = appealResults[g.r.IntN(len(appealResults))]
		}
	}
	if g.percent(1) {
		c.RetrialAppliedOn = g.after(c.ClosedOn, 20, 180)
		c.RetrialOrderedOn = g.after(c.RetrialAppliedOn, 20, 90)
		if c.RetrialClosedOn = g.after(c.RetrialOrderedOn, 20, 120); !c.RetrialClosedOn.IsZero() {
			c.RetrialResult = retrialResults[g.r.IntN(len(retrialResults))]
		}
	}
	if l.name != "enforcement" && g.percent(15) {
		c.EnforcementAppliedOn = g.after(c.EffectiveOn, 10, 200)
	}
	if g.percent(3) {
		c.ExtendedOn = g.after(c.FiledOn, 60, 180)
	}
	if g.percent(1) {
		c.SuspendedOn = g.after(c.FiledOn, 10, 120)
	}
	if g.percent(0.5) {
		c.PetitionOn = g.after(c.ClosedOn, 1, 100)
	}
	if g.percent(0.2) {
		c.SuggestionSentOn = g.after(c.ClosedOn, 1, 30)
		c.SuggestionAnsweredOn = g.after(c.SuggestionSentOn, 10, 60)
	}
	if l.name == "enforcement" {
		c.Claimed = docket.Money{Cents: 100_00 + g.r.Int64N(1_000_000_00), Known: true}
		if !c.ClosedOn.IsZero() {
			c.Recovered = docket.Money{Cents: g.r.Int64N(c.Claimed.Cents + 1), Known: true}
		}
	}
}

var causes = func() []string {
	out := make([]string, 120)
	for i := range out {
		out[i] = fmt.Sprint(9000 + i)
	}
	return out
}()

// Size returns the number of cases of court i.
func (l *Ledger) Size(i int) int { return l.sizes[i] }

// Values lists the values that text columns can have; the first is "".
func Values(columns []string) map[string][]string {
	out := map[string][]string{}
	add := func(column string, values ...string) {
		for _, v := range values {
			if !slices.Contains(out[column], v) {
				out[column] = append(out[column], v)
			}
		}
	}
	for _, c := range columns {
		add(c, "")
	}
	for _, l := range lines {
		add("line", l.name)
		add("instance", l.name)
		add("type_code", l.types[:]...)
		add("closing_way", l.ways...)
	}
	add("instance", instances[:]...)
	add("appeal_result", appealResults[:]...)
	add("retrial_result", retrialResults[:]...)
	return out
}

package distortion

import (
	"cmp"
	"math"
	"slices"
	"strings"

	"zhunsheng/internal/civil"
	"zhunsheng/internal/docket"
	"zhunsheng/internal/signal"
)

// The months compared.
const (
	windowMonths   = 12
	baselineMonths = 24
)

// The error rates of one look.
const (
	falseShare = 0.1  // of false ones among the questions
	largest    = 0.01 // probability beyond which nothing is asked
	allowed    = 0.5  // questions by chance in one look that are put up with in any case
)

// Case is a case of the ledger with the number of its stored version.
type Case struct {
	ID int64
	docket.Case
}

// Event is an event with the case it belongs to.
type Event struct {
	ID    int64 // of the case
	Court string
	docket.Event
}

// Question is what one rule asks of one court.
type Question struct {
	Rule     *Rule
	Court    string
	Way      string // for the rule about ways of closing
	Period   civil.Period
	Seen     int64           // what shows
	Of       int64           // among how many
	Expected float64         // how many were to be expected
	Ratio    float64         // Seen over Expected
	Interval signal.Interval // of the ratio, 95 %
	P, Q     float64
	Evidence []int64 // the cases, by number of their version, each once
}

// Report is the outcome of one look.
type Report struct {
	Questions []Question // in the order of the rules, then of the courts as they came
	Tested    int        // rules and courts that could be judged
	Expected  float64    // questions to be expected by chance alone, at most
	Parties   bool       // the ledger carries a keyed hash of the parties; without it only related numbers tell what belongs together
	Window    civil.Period
}

// tally is what one rule counted for one court.
type tally struct {
	rule  *Rule
	way   string
	court string
	seen  [windowMonths + baselineMonths]int64 // by month, oldest first
	of    [windowMonths + baselineMonths]int64
	kinds map[string]*strain
	even  [windowMonths + baselineMonths]float64 // of, each case weighing what its kind leads to expect
	cases []int64                                // those that show, in the window
}

// strain is what a tally counted of one kind of case.
type strain struct {
	seen [windowMonths + baselineMonths]int64
	of   [windowMonths + baselineMonths]int64
}

// Look goes through the cases and events of the courts and asks what is unusual on a day. The
// order of courts is kept in the questions.
func (b *Book) Look(courts []string, cases []Case, events []Event, day civil.Date) *Report {
	l := newLooker(courts, cases, day)
	l.links = link(cases)
	for i := range b.Rules {
		l.count(&b.Rules[i], cases, events)
	}
	return b.ask(l, courts)
}

// ask compares what was counted.
func (b *Book) ask(l *looker, courts []string) *Report {
	r := &Report{Window: civil.Period{From: l.months[baselineMonths].From, To: l.months[len(l.months)-1].To}, Parties: l.parties}
	var all []Question
	var p []float64
	for _, family := range l.families() {
		for _, q := range compare(family, r.Window) {
			all, p = append(all, q), append(p, q.P)
		}
	}
	r.Tested = len(all)
	m := float64(len(all))
	each := math.Min(largest, allowed/math.Max(1, m))
	r.Expected = math.Min(largest*m, each*m+falseShare/((1-falseShare)*(1-falseShare)))
	for i, q := range signal.BenjaminiHochberg(p) {
		x := all[i]
		x.Q = q
		if (q <= falseShare && x.P <= largest || x.P <= each) && b.worth(x) {
			r.Questions = append(r.Questions, x)
		}
	}
	order := map[string]int{}
	for i, rule := range b.Rules {
		order[rule.ID] = i
	}
	slices.SortStableFunc(r.Questions, func(x, y Question) int {
		return cmp.Or(order[x.Rule.ID]-order[y.Rule.ID], slices.Index(courts, x.Court)-slices.Index(courts, y.Court), strings.Compare(x.Way, y.Way))
	})
	return r
}

// worth tells whether a difference is large enough to be asked about.
func (b *Book) worth(q Question) bool {
	ratio := q.Ratio
	if q.Rule.ID == "december_dip" {
		ratio = 1 / ratio
	}
	return ratio >= b.Least.Ratio && math.Abs(float64(q.Seen)-q.Expected) >= b.Least.Cases
}

// looker counts the rules.
type looker struct {
	months  []civil.Period
	first   int // year*12+month of the first of them
	courts  map[string]bool
	parties bool
	tallies map[[3]string]*tally
	order   []*tally
	links   links
}

func newLooker(courts []string, cases []Case, day civil.Date) *looker {
	y, m, _ := day.YMD()
	last := civil.Month(y, m)
	if last.To > day {
		last = last.Shift(-1)
	}
	l := &looker{courts: map[string]bool{}, tallies: map[[3]string]*tally{}}
	for k := range windowMonths + baselineMonths {
		l.months = append(l.months, last.Shift(k-windowMonths-baselineMonths+1))
	}
	fy, fm, _ := l.months[0].From.YMD()
	l.first = fy*12 + fm
	for _, c := range courts {
		l.courts[c] = true
	}
	l.parties = slices.ContainsFunc(cases, func(c Case) bool { return docket.PartyKey(&c.Case) != "" })
	return l
}

// at is the tally of a rule, a way of closing where it asks about one, and a court.
func (l *looker) at(rule *Rule, way, court string) *tally {
	key := [3]string{rule.ID, way, court}
	t := l.tallies[key]
	if t == nil {
		t = &tally{rule: rule, way: way, court: court, kinds: map[string]*strain{}}
		l.tallies[key] = t
		l.order = append(l.order, t)
	}
	return t
}

// month is the place of a day among the months, -1 outside them.
func (l *looker) month(d civil.Date) int {
	if d < l.months[0].From || d > l.months[len(l.months)-1].To {
		return -1
	}
	y, m, _ := d.YMD()
	return y*12 + m - l.first
}

// kindOf is the kind of case by which courts are made comparable: other kinds have other limits
// and other ways of closing.
func kindOf(c *Case) string { return c.Line + "/" + c.Instance + "/" + c.Procedure }

// add counts one case, or event, on a day.
func (l *looker) add(rule *Rule, way, court, kind string, day civil.Date, possible, shows bool, id int64) {
	k := l.month(day)
	if k < 0 || !l.courts[court] {
		return
	}
	t := l.at(rule, way, court)
	s := t.kinds[kind]
	if s == nil {
		s = &strain{}
		t.kinds[kind] = s
	}
	if possible {
		t.of[k]++
		s.of[k]++
	}
	if shows {
		t.seen[k]++
		s.seen[k]++
		if k >= baselineMonths {
			t.cases = append(t.cases, id)
		}
	}
}

// families are the tallies that are compared with one another: those of one rule and way.
func (l *looker) families() [][]*tally {
	index := map[[2]string]int{}
	var out [][]*tally
	for _, t := range l.order {
		key := [2]string{t.rule.ID, t.way}
		k, ok := index[key]
		if !ok {
			k = len(out)
			index[key] = k
			out = append(out, nil)
		}
		out[k] = append(out[k], t)
	}
	return out
}

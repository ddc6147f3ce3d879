package distortion

import (
	"slices"

	"zhunsheng/internal/civil"
	"zhunsheng/internal/docket"
)

// count goes through the cases, or events, for one rule.
func (l *looker) count(r *Rule, cases []Case, events []Event) {
	switch r.ID {
	case "late_entry", "suspension_spike":
		l.countEvents(r, cases, events)
		return
	}
	for i := range cases {
		c := &cases[i]
		switch r.ID {
		case "limit_rush":
			left := c.DueOn.Sub(c.ClosedOn)
			possible := !c.DueOn.IsZero() && !c.ClosedOn.IsZero() && left >= 0 && left < r.Span
			l.add(r, "", c.Court, kindOf(c), c.ClosedOn, possible, possible && left < r.Days, c.ID)
		case "age_rush":
			possible, shows := nearAge(c, r)
			l.add(r, "", c.Court, kindOf(c), c.ClosedOn, possible, shows, c.ID)
		case "month_end":
			l.add(r, "", c.Court, kindOf(c), c.ClosedOn, true, inLastDays(c.ClosedOn, r.Days), c.ID)
		case "december_dip":
			l.winter(r, c)
		case "extension_spike":
			l.add(r, "", c.Court, kindOf(c), c.ClosedOn, true, false, c.ID)
			l.add(r, "", c.Court, kindOf(c), c.ExtendedOn, false, true, c.ID)
		case "deduction_spike":
			l.add(r, "", c.Court, kindOf(c), c.ClosedOn, true, c.DeductedDays > 0, c.ID)
		case "refile":
			after, way := l.links.before(i)
			again := way == "withdrawn" || way == "deemed_withdrawn"
			l.add(r, "", c.Court, kindOf(c), c.FiledOn, c.Line == "civil", again && after <= r.Days, c.ID)
		case "splitting":
			l.add(r, "", c.Court, kindOf(c), c.FiledOn, c.Line == "civil", l.links.group(i, r.Days) >= max(2, r.Cases), c.ID)
		case "paper_closing":
			l.add(r, "", c.Court, kindOf(c), c.ClosedOn, true, l.links.after(i) <= r.Days, c.ID)
		case "closing_way":
			if c.Line == "civil" && c.Instance == "first" && !c.ClosedOn.IsZero() {
				for _, way := range waysAsked {
					l.add(r, way, c.Court, kindOf(c), c.ClosedOn, true, c.ClosingWay == way, c.ID)
				}
			}
		}
	}
}

// waysAsked are the ways of closing whose share is looked at.
var waysAsked = []string{"judgment", "mediation", "withdrawn", "deemed_withdrawn", "dismissed", "transferred", "terminated"}

// countEvents counts what only events tell.
func (l *looker) countEvents(r *Rule, cases []Case, events []Event) {
	if r.ID == "suspension_spike" {
		for i := range cases {
			l.add(r, "", cases[i].Court, "", cases[i].ClosedOn, true, false, cases[i].ID)
		}
	}
	for i := range events {
		e := &events[i]
		switch {
		case r.ID == "late_entry":
			l.add(r, "", e.Court, "", e.EnteredOn, !e.Day.IsZero(), !e.Day.IsZero() && e.EnteredOn.Sub(e.Day) > r.Days, e.ID)
		case e.Kind == "suspended":
			l.add(r, "", e.Court, "", e.Day, false, true, e.ID)
		}
	}
}

// nearAge tells whether a case closed near 12 or 18 months of age, and just before.
func nearAge(c *Case, r *Rule) (possible, shows bool) {
	if c.FiledOn.IsZero() || c.ClosedOn.IsZero() {
		return false, false
	}
	for _, months := range []int{12, 18} {
		left := c.FiledOn.AddMonths(months).Sub(c.ClosedOn)
		if left > -r.Span && left <= r.Span {
			possible, shows = true, shows || left >= 0 && left < r.Days
		}
	}
	return possible, shows
}

// inLastDays tells whether a day is one of the last of its month.
func inLastDays(d civil.Date, days int) bool {
	if d.IsZero() {
		return false
	}
	y, m, day := d.YMD()
	return day > civil.DaysIn(y, m)-days
}

// winter counts the filings of December among those of December and the January after it,
// booked on December. A winter without its January is not counted.
func (l *looker) winter(r *Rule, c *Case) {
	if c.FiledOn.IsZero() {
		return
	}
	y, m, _ := c.FiledOn.YMD()
	switch m {
	case 12:
		if l.month(civil.NewDate(y+1, 1, 1)) >= 0 {
			l.add(r, "", c.Court, kindOf(c), c.FiledOn, true, true, c.ID)
		}
	case 1:
		l.add(r, "", c.Court, kindOf(c), civil.NewDate(y-1, 12, 1), true, false, c.ID)
	}
}

// links tell which cases follow which: by the keyed hash of the parties with court and cause,
// or by the related number.
type links struct {
	groups map[string][]int // cases of the same parties, court and cause, by filing
	key    []string
	gap    []int // days from the closing of the case before to the filing; never for none
	way    []string
	next   []int // days from the closing to the case after
	place  []int // in its group
	filed  []civil.Date
}

// never is the distance to a case that does not exist.
const never = 1 << 30

// follows are the relations of a case to the one before it that are the ordinary course, not a
// second opening of the same case.
var follows = []string{"appeal_of", "retrial_of", "enforcement_of", "review_of"}

func link(cases []Case) links {
	l := links{groups: map[string][]int{}, key: make([]string, len(cases)), gap: make([]int, len(cases)), way: make([]string, len(cases)), next: make([]int, len(cases)), place: make([]int, len(cases)), filed: make([]civil.Date, len(cases))}
	numbers := map[string]int{}
	for i := range cases {
		c := &cases[i]
		l.gap[i], l.next[i], l.filed[i] = never, never, c.FiledOn
		if c.CaseNo != "" {
			numbers[c.CaseNo] = i
		}
		if party := docket.PartyKey(&c.Case); party != "" && !c.FiledOn.IsZero() {
			l.key[i] = party + "\x00" + c.Court + "\x00" + c.Cause
			l.groups[l.key[i]] = append(l.groups[l.key[i]], i)
		}
	}
	for i := range cases {
		c := &cases[i]
		if j, ok := numbers[c.RelatedNo]; ok && c.RelatedNo != "" && j != i && !slices.Contains(follows, c.Relation) && cases[j].Court == c.Court {
			l.join(cases, j, i)
		}
	}
	for _, group := range l.groups {
		slices.SortFunc(group, func(x, y int) int { return int(cases[x].FiledOn) - int(cases[y].FiledOn) })
		for k, i := range group {
			l.place[i] = k
			if k > 0 && cases[i].Instance == cases[group[k-1]].Instance {
				l.join(cases, group[k-1], i)
			}
		}
	}
	return l
}

// join notes that case i follows case j, when j was closed before.
func (l *links) join(cases []Case, j, i int) {
	days := cases[i].FiledOn.Sub(cases[j].ClosedOn)
	if cases[j].ClosedOn.IsZero() || cases[i].FiledOn.IsZero() || days < 0 {
		return
	}
	if days < l.gap[i] {
		l.gap[i], l.way[i] = days, cases[j].ClosingWay
	}
	if way := cases[j].ClosingWay; way != "withdrawn" && way != "deemed_withdrawn" {
		l.next[j] = min(l.next[j], days)
	}
}

// before is how long before the filing of a case the one it follows was closed, and how.
func (l *links) before(i int) (days int, way string) { return l.gap[i], l.way[i] }

// after is how long after its closing a case was followed by another; withdrawals have a rule
// of their own.
func (l *links) after(i int) int { return l.next[i] }

// group is the number of cases of the same parties and cause filed around a case, within so
// many days.
func (l *links) group(i, days int) int {
	g := l.groups[l.key[i]]
	n := 0
	for k := l.place[i]; k >= 0 && k < len(g) && l.filed[i].Sub(l.filed[g[k]]) <= days; k-- {
		n++
	}
	for k := l.place[i] + 1; k < len(g) && l.filed[g[k]].Sub(l.filed[i]) <= days; k++ {
		n++
	}
	return n
}

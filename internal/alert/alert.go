// Package alert is the life of an alert (预警): a signal that persists is raised, taken over by
// somebody, answered with a finding, closed, and opened again when it must be. Nothing here
// reads a clock or a database; the times and the alerts come from the caller.
package alert

import (
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"time"

	"zhunsheng/internal/fault"
	"zhunsheng/internal/statute"
)

// State is where an alert stands.
type State string

// The states, in their order.
const (
	Pending      State = "pending"      // seen, not raised yet: too new, silenced, or held back because others are more
	Firing       State = "firing"       // raised; nobody has it
	Acknowledged State = "acknowledged" // somebody has it
	Found        State = "found"        // its owner has said what it was
	Closed       State = "closed"
)

// Rule says when a signal becomes an alert.
type Rule struct {
	ID     string         `yaml:"id"`
	Signal string         `yaml:"signal"` // intake distortion lagging
	Name   statute.Text   `yaml:"name"`
	Ask    statute.Text   `yaml:"ask"`   // what the owner is asked to do
	Looks  int            `yaml:"looks"` // updates of the data a signal must stand before it is raised
	Most   int            `yaml:"most"`  // raised at once, at most
	Source statute.Source `yaml:"source"`
}

// Book is rules/alerts/alerts.yaml.
type Book struct {
	Retire struct {
		Answers int `yaml:"answers"` // at least so many
		Useful  int `yaml:"useful"`  // per cent
	} `yaml:"retire"`
	Rules []Rule `yaml:"rules"`
}

// Signals are the kinds of signals that rules may be about.
var Signals = []string{"intake", "distortion", "lagging"}

// Load reads the rules and refuses a file that cannot be worked with.
func Load(fsys fs.FS) (*Book, error) {
	const file = "alerts/alerts.yaml"
	b := &Book{}
	if err := statute.Decode(fsys, file, b); err != nil {
		return nil, err
	}
	seen := map[string]bool{}
	for _, r := range b.Rules {
		switch {
		case r.ID == "" || seen[r.ID]:
			return nil, fault.At(file, fmt.Sprintf("rule %q has no id, or stands twice", r.ID), "name each rule once")
		case !slices.Contains(Signals, r.Signal):
			return nil, fault.At(file, fmt.Sprintf("rule %s: no signal is named %q", r.ID, r.Signal), fmt.Sprintf("choose one of %v", Signals))
		case r.Name.Zh == "" || r.Name.En == "" || r.Ask.Zh == "" || r.Ask.En == "":
			return nil, fault.At(file, "rule "+r.ID+" lacks a name or what is asked", "give them in both languages")
		case r.Looks < 1 || r.Most < 1:
			return nil, fault.At(file, "rule "+r.ID+": looks and most are at least 1", "")
		}
		seen[r.ID] = true
	}
	if b.Retire.Answers < 1 || b.Retire.Useful < 0 || b.Retire.Useful > 100 {
		return nil, fault.At(file, "retire names no number of answers or no per cent", "write retire: {answers: 8, useful: 20}")
	}
	return b, nil
}

// Rule finds a rule.
func (b *Book) Rule(id string) (Rule, bool) {
	i := slices.IndexFunc(b.Rules, func(r Rule) bool { return r.ID == id })
	if i < 0 {
		return Rule{}, false
	}
	return b.Rules[i], true
}

// Signal is what stands in the data now.
type Signal struct {
	Rule    string
	Key     string // of this signal among those of the rule: what, where, when
	Within  string // key of a wider signal of the same rule that holds it; empty: none
	Court   string // empty: all courts
	Title   statute.Text
	Path    string // the page that shows it
	Outside bool   // beyond random variation or its interval
}

// Alert is a signal with its life.
type Alert struct {
	ID int64
	Signal
	State   State
	Looks   int // updates of the data it has stood
	Owner   string
	Opened  time.Time
	Changed time.Time
	Gone    bool // no longer in the data
}

// Silence keeps a rule quiet, at one court or all, until it ends by itself.
type Silence struct {
	ID        int64
	Rule      string
	Court     string // empty: all courts
	Who       string
	Reason    string
	From, End time.Time
}

// Covers tells whether a signal is silenced at a time.
func (s Silence) Covers(x Signal, at time.Time) bool {
	return s.Rule == x.Rule && (s.Court == "" || s.Court == x.Court) && !at.Before(s.From) && at.Before(s.End)
}

// Check refuses a silence without reason, or without an end within a year.
func (s Silence) Check() error {
	switch {
	case s.Rule == "" || s.Who == "":
		return fault.Invalidf("a silence needs a rule and an author")
	case strings.TrimSpace(s.Reason) == "":
		return fault.At("reason", "a silence needs its reason", "write why this is known and needs nobody")
	case !s.End.After(s.From) || s.End.Sub(s.From) > 366*24*time.Hour:
		return fault.At("end", "a silence ends, within a year", "choose a day after today")
	}
	return nil
}

// Usefulness counts what those who handled the alerts of a rule said.
type Usefulness struct{ Useful, Useless int }

// Retired tells whether a rule has proved useless.
func (b *Book) Retired(u Usefulness) bool {
	n := u.Useful + u.Useless
	return n >= b.Retire.Answers && u.Useful*100 < b.Retire.Useful*n
}

// Change is what an update of the data does to the alerts.
type Change struct {
	ID    int64 // 0: a new alert
	Alert Alert
}

// Update compares the signals that stand now with the alerts there are and says what changes.
// A signal inside a wider one is not raised by itself. A signal is raised when it has stood
// long enough, is not silenced, its rule is not retired, and not more than the rule allows are
// raised at once; the others wait as pending. One that goes before it was raised is closed; one
// that goes later keeps its state and is marked, for somebody may have it in hand.
func (b *Book) Update(alerts []Alert, now []Signal, silences []Silence, useful map[string]Usefulness, at time.Time) []Change {
	known := map[[2]string]Alert{}
	for _, a := range alerts {
		known[[2]string{a.Rule, a.Key}] = a
	}
	standing := map[[2]string]bool{}
	for _, s := range now {
		standing[[2]string{s.Rule, s.Key}] = true
	}
	var out []Change
	raised := map[string]int{}
	for _, s := range now {
		rule, ok := b.Rule(s.Rule)
		if !ok || s.Within != "" && standing[[2]string{s.Rule, s.Within}] {
			continue
		}
		a, old := known[[2]string{s.Rule, s.Key}]
		before := a
		if !old {
			a = Alert{State: Pending, Opened: at}
		}
		a.Signal, a.Gone = s, false
		a.Looks++
		quiet := slices.ContainsFunc(silences, func(x Silence) bool { return x.Covers(s, at) }) || b.Retired(useful[s.Rule])
		if a.State == Pending && a.Looks >= rule.Looks && !quiet && raised[s.Rule] < rule.Most {
			a.State = Firing
			raised[s.Rule]++
		}
		if !old || a.State != before.State {
			a.Changed = at
		}
		out = append(out, Change{a.ID, a})
	}
	for _, a := range alerts {
		if a.State == Closed || a.Gone || standing[[2]string{a.Rule, a.Key}] {
			continue
		}
		a.Gone, a.Changed = true, at
		if a.State == Pending {
			a.State = Closed
		}
		out = append(out, Change{a.ID, a})
	}
	return out
}

// Action is what somebody does to an alert.
type Action string

// The actions.
const (
	Take   Action = "take"   // 认领
	Find   Action = "find"   // 写明查明的情况
	Close  Action = "close"  // 关闭
	Reopen Action = "reopen" // 重新打开
)

// step is one allowed move.
type step struct {
	from, to State
	words    bool // needs a text
}

// steps is the whole life by people.
var steps = map[Action]step{
	Take:   {Firing, Acknowledged, false},
	Find:   {Acknowledged, Found, true},
	Close:  {Found, Closed, false},
	Reopen: {Closed, Firing, true},
}

// Actions lists what may be done in a state, in the order of a life.
func Actions(s State) []Action {
	var out []Action
	for _, a := range []Action{Take, Find, Close, Reopen} {
		if steps[a].from == s {
			out = append(out, a)
		}
	}
	return out
}

// Apply does an action: the new state, or why it cannot be.
func Apply(s State, a Action, text string) (State, error) {
	st, ok := steps[a]
	switch {
	case !ok:
		return s, fault.Invalidf("no action is named %q", a)
	case st.from != s:
		return s, &fault.Error{Kind: fault.Conflict, Text: fmt.Sprintf("the alert is %s; %s goes from %s only", s, a, st.from), Remedy: "open the board again: somebody was faster"}
	case st.words && strings.TrimSpace(text) == "":
		return s, fault.At("note", "this step needs a text", "write what was found, or why it is opened again")
	}
	return st.to, nil
}

// Gate decides whether a notice to one unit may start from an alert: its signal must still
// stand outside random variation or the interval, and somebody must have it in hand. Otherwise
// an override with a reason is needed; overridden says that it was used.
func Gate(a Alert, reason string) (overridden bool, err error) {
	if a.Outside && !a.Gone && (a.State == Acknowledged || a.State == Found) {
		return false, nil
	}
	if strings.TrimSpace(reason) == "" {
		return false, &fault.Error{Kind: fault.Conflict, Place: "reason", Text: "a notice starts from an alert that stands outside random variation and that somebody has taken over", Remedy: "take the alert over, or write why a notice is needed all the same; the log keeps it"}
	}
	return true, nil
}

package alert_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"pgregory.net/rapid"

	"zhunsheng/internal/alert"
	"zhunsheng/rules"
)

func book(t *testing.T) *alert.Book {
	t.Helper()
	b, err := alert.Load(rules.FS)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

var noon = time.Date(2024, 7, 1, 12, 0, 0, 0, time.UTC)

// store keeps alerts as a database would.
type store []alert.Alert

func (s *store) apply(changes []alert.Change) {
	for _, c := range changes {
		a := c.Alert
		if c.ID == 0 {
			a.ID = int64(len(*s) + 1)
			*s = append(*s, a)
		} else {
			(*s)[c.ID-1] = a
		}
	}
}

func (s store) states() string {
	var out []string
	for _, a := range s {
		out = append(out, a.Key+":"+string(a.State))
	}
	return strings.Join(out, " ")
}

// A signal is raised once; what is inside a wider one is not; a storm is held back; a silenced
// or retired rule stays quiet; what goes before it is raised is closed.
func TestUpdate(t *testing.T) {
	b := book(t)
	sig := func(key, within string) alert.Signal {
		return alert.Signal{Rule: "intake", Key: key, Within: within, Court: "a", Outside: true}
	}
	var s store
	s.apply(b.Update(s, []alert.Signal{sig("x", ""), sig("x/y", "x")}, nil, nil, noon))
	s.apply(b.Update(s, []alert.Signal{sig("x", ""), sig("x/y", "x")}, nil, nil, noon.Add(time.Hour)))
	if got := s.states(); got != "x:firing" || !s[0].Changed.Equal(noon) || s[0].Looks != 2 {
		t.Errorf("%s %+v", got, s[0])
	}
	s.apply(b.Update(s, []alert.Signal{sig("x/y", "x")}, nil, nil, noon))
	if got := s.states(); got != "x:firing x/y:firing" || !s[0].Gone {
		t.Errorf("after the whole went: %s", got)
	}
	var storm []alert.Signal
	for i := range 20 {
		storm = append(storm, sig(fmt.Sprint(i), ""))
	}
	s = nil
	s.apply(b.Update(s, storm, nil, nil, noon))
	rule, _ := b.Rule("intake")
	if n := strings.Count(s.states(), "firing"); n != rule.Most {
		t.Errorf("%d raised at once, %d allowed", n, rule.Most)
	}
	s.apply(b.Update(s, nil, nil, nil, noon))
	if n := strings.Count(s.states(), "closed"); n != 20-rule.Most {
		t.Errorf("%d closed of those that were never raised", n)
	}
	quiet := []alert.Silence{{Rule: "intake", Court: "a", From: noon, End: noon.Add(time.Hour)}}
	s = nil
	s.apply(b.Update(s, storm[:1], quiet, nil, noon))
	if s.states() != "0:pending" {
		t.Errorf("silenced: %s", s.states())
	}
	s.apply(b.Update(s, storm[:1], quiet, nil, noon.Add(time.Hour)))
	if s.states() != "0:firing" {
		t.Errorf("after the end of the silence: %s", s.states())
	}
	s = nil
	s.apply(b.Update(s, storm[:1], nil, map[string]alert.Usefulness{"intake": {Useful: 1, Useless: 9}}, noon))
	if s.states() != "0:pending" {
		t.Errorf("retired: %s", s.states())
	}
}

// Whatever signals come and go: a key has one alert, never more are raised at once than the
// rule allows, and what somebody has in hand keeps its state.
func TestUpdateProperties(t *testing.T) {
	b := book(t)
	rapid.Check(t, func(t *rapid.T) {
		var s store
		for look := range rapid.IntRange(1, 6).Draw(t, "looks") {
			var now []alert.Signal
			for _, k := range rapid.SliceOfNDistinct(rapid.IntRange(0, 20), 0, 15, rapid.ID[int]).Draw(t, "signals") {
				now = append(now, alert.Signal{Rule: "lagging", Key: fmt.Sprint(k)})
			}
			before := slices.Clone(s)
			s.apply(b.Update(s, now, nil, nil, noon.Add(time.Duration(look)*time.Hour)))
			keys, raised := map[string]bool{}, 0
			for i, a := range s {
				if keys[a.Key] {
					t.Fatalf("two alerts for %s", a.Key)
				}
				keys[a.Key] = true
				if a.State == alert.Firing && (i >= len(before) || before[i].State == alert.Pending) {
					raised++
				}
				if i < len(before) && before[i].State == alert.Acknowledged && a.State != alert.Acknowledged {
					t.Fatalf("%s was in hand and is %s", a.Key, a.State)
				}
			}
			if rule, _ := b.Rule("lagging"); raised > rule.Most {
				t.Fatalf("%d raised at once", raised)
			}
			for i := range s {
				if s[i].State == alert.Firing && rapid.Bool().Draw(t, "take") {
					s[i].State = alert.Acknowledged
				}
			}
		}
	})
}

func TestLife(t *testing.T) {
	state := alert.Firing
	for _, a := range []alert.Action{alert.Take, alert.Find, alert.Close, alert.Reopen} {
		if !slices.Contains(alert.Actions(state), a) {
			t.Errorf("%s is not offered when %s", a, state)
		}
		if (a == alert.Find || a == alert.Reopen) && func() error { _, err := alert.Apply(state, a, " "); return err }() == nil {
			t.Errorf("%s without a text", a)
		}
		next, err := alert.Apply(state, a, "text")
		if err != nil {
			t.Fatal(err)
		}
		state = next
	}
	if state != alert.Firing {
		t.Errorf("opened again it is %s", state)
	}
	for _, a := range []alert.Action{alert.Find, alert.Close, alert.Reopen, "sell"} {
		if _, err := alert.Apply(alert.Firing, a, "text"); err == nil {
			t.Errorf("%s of an alert nobody has", a)
		}
	}
}

// A notice starts only from an alert outside random variation that somebody has in hand; an
// override needs its reason.
func TestGate(t *testing.T) {
	in := alert.Alert{State: alert.Acknowledged, Signal: alert.Signal{Outside: true}}
	if over, err := alert.Gate(in, ""); err != nil || over {
		t.Errorf("in hand and outside: %v, %v", over, err)
	}
	for name, change := range map[string]func(*alert.Alert){
		"inside": func(a *alert.Alert) { a.Outside = false }, "gone": func(a *alert.Alert) { a.Gone = true },
		"nobody has it": func(a *alert.Alert) { a.State = alert.Firing }, "closed": func(a *alert.Alert) { a.State = alert.Closed },
	} {
		a := in
		change(&a)
		if _, err := alert.Gate(a, "  "); err == nil {
			t.Errorf("%s: no reason wanted", name)
		}
		if over, err := alert.Gate(a, "the court asked for it"); err != nil || !over {
			t.Errorf("%s: %v, %v", name, over, err)
		}
	}
}

func TestSilenceAndRulesAreChecked(t *testing.T) {
	good := alert.Silence{Rule: "intake", Who: "li", Reason: "a batch we know of", From: noon, End: noon.Add(24 * time.Hour)}
	if err := good.Check(); err != nil {
		t.Error(err)
	}
	for name, change := range map[string]func(*alert.Silence){
		"reason": func(s *alert.Silence) { s.Reason = " " }, "end": func(s *alert.Silence) { s.End = s.From },
		"for ever": func(s *alert.Silence) { s.End = s.From.AddDate(5, 0, 0) }, "author": func(s *alert.Silence) { s.Who = "" },
	} {
		s := good
		change(&s)
		if s.Check() == nil {
			t.Errorf("%s: accepted", name)
		}
	}
	for _, bad := range []string{"retire: {answers: 1, useful: 1}\nrules: [{id: a, signal: moon}]", "rules: []", "retire: {answers: 1, useful: 1}\nrules: [{id: a, signal: intake}]"} {
		if _, err := alert.Load(fstest.MapFS{"alerts/alerts.yaml": {Data: []byte(bad)}}); err == nil {
			t.Errorf("accepted: %s", bad)
		}
	}
}

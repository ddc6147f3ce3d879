package procedure_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"zhunsheng/internal/access"
	"zhunsheng/internal/calendar"
	"zhunsheng/internal/civil"
	"zhunsheng/internal/docket"
	"zhunsheng/internal/fault"
	"zhunsheng/internal/procedure"
	"zhunsheng/internal/timelimit"
	"zhunsheng/rules"
)

func date(s string) civil.Date {
	d, err := civil.ParseDate(s)
	if err != nil {
		panic(err)
	}
	return d
}

func law(t *testing.T) *timelimit.Book {
	t.Helper()
	cal, err := calendar.Load(rules.FS)
	if err != nil {
		t.Fatal(err)
	}
	b, err := timelimit.Load(rules.FS, cal)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

var request = procedure.Request{Kind: procedure.Extension, Court: "藏9801", Key: "藏9801|x", CaseNo: "（2024）藏9801民初1号", Limit: "CV1", By: "president", Months: 3, Reason: "案情复杂"}

// TestMachineKeepsItsLaws takes random acts: a procedure is approved only by the last of its
// chain after everybody before agreed, it is entered only after an approval, and steps refused
// leave it as it was.
func TestMachineKeepsItsLaws(t *testing.T) {
	acts := []procedure.Act{procedure.Save, procedure.Apply, procedure.Agree, procedure.Approve, procedure.Refuse, procedure.Withdraw, procedure.Enter, procedure.End}
	rapid.Check(t, func(t *rapid.T) {
		chain := rapid.SampledFrom([][]string{{"division_head"}, {"division_head", "president"}, {"division_head", "president", "high_court"}}).Draw(t, "chain")
		kind := rapid.SampledFrom(procedure.Kinds()).Draw(t, "kind")
		r := request
		r.Kind = kind
		if kind == procedure.Deduction || kind == procedure.Suspension {
			r.From = date("2024-05-01")
		}
		p := &procedure.Procedure{ID: "P1"}
		agreed, approved, entered := 0, 0, 0
		for _, act := range rapid.SliceOfN(rapid.SampledFrom(acts), 1, 25).Draw(t, "acts") {
			before := *p
			err := p.Take(procedure.Step{Act: act, Day: date("2024-06-03"), Detail: procedure.Detail{Request: r.Fields(), Chain: chain, Note: "理由", Until: "2024-06-01"}})
			if err != nil {
				if p.State != before.State || len(p.Steps) != len(before.Steps) || p.At != before.At {
					t.Fatalf("refused %s changed %+v to %+v", act, before, p)
				}
				continue
			}
			switch act {
			case procedure.Agree:
				agreed++
			case procedure.Approve:
				if approved++; agreed != len(chain)-1 {
					t.Fatalf("approved after %d of %d", agreed, len(chain)-1)
				}
			case procedure.End:
				approved++
			case procedure.Enter:
				if entered++; entered > approved {
					t.Fatalf("entered %d times after %d approvals", entered, approved)
				}
			}
		}
		again, err := procedure.Replay("P1", p.Steps)
		if err != nil || again.State != p.State || again.Request != p.Request || again.At != p.At || again.Next() != p.Next() {
			t.Fatalf("replayed %+v, %v, want %+v", again, err, p)
		}
		if (p.Next() != "") != (p.State == procedure.Applied) {
			t.Fatalf("%s waits for %q", p.State, p.Next())
		}
	})
}

func TestFieldsRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringMatching(`[a-z\p{Han}ༀ]{0,8}`)
		day := func(name string) civil.Date {
			if rapid.Bool().Draw(t, name) {
				return 0
			}
			return date("2020-01-01").AddDays(rapid.IntRange(0, 3000).Draw(t, name+" day"))
		}
		r := procedure.Request{Kind: procedure.Deduction, Court: text.Draw(t, "court"), Key: text.Draw(t, "key"), Limit: "CV1", Months: rapid.IntRange(0, 999).Draw(t, "months"),
			From: day("from"), Until: day("until"), On: day("on"), Reason: text.Draw(t, "reason"), Paper: text.Draw(t, "paper"), Appraisal: text.Draw(t, "appraisal")}
		got, err := procedure.ParseRequest(r.Fields())
		if err != nil || got != r {
			t.Fatalf("%+v, %v, want %+v", got, err, r)
		}
	})
	got, err := procedure.ParseRequest(map[string]string{"kind": "extension", "months": "一", "reason": "留着"})
	var f *fault.Error
	if !errors.As(err, &f) || f.Place != "months" || got.Reason != "留着" {
		t.Errorf("a month in words: %+v, %v", got, err)
	}
}

// TestChainFollowsTheLaw: who decides comes from the limit's grants; the own president signs
// before a court above does.
func TestChainFollowsTheLaw(t *testing.T) {
	o, err := procedure.LoadOffice(rules.FS)
	if err != nil {
		t.Fatal(err)
	}
	b := law(t)
	for _, x := range []struct {
		limit, by, on string
		may           []string
		chain         string
		longest       string
	}{
		{"CV1", "president", "2024-06-01", []string{"president", "court_above", "high_court", "supreme_court"}, "division_head president", "6m"},
		{"CV1", "court_above", "2024-06-01", nil, "division_head president court_above", "3m"},
		{"AD1", "high_court", "2024-06-01", nil, "division_head president high_court", ""},
		{"CVS", "president", "2024-06-01", []string{"president"}, "division_head president", "1m"},
		{"ADS", "", "2024-06-01", []string{}, "", ""},
	} {
		r, err := b.Rule(x.limit)
		if err != nil {
			t.Fatal(err)
		}
		if got := procedure.Authorities(r, date(x.on)); x.may != nil && !slices.Equal(got, x.may) {
			t.Errorf("%s: %v may grant, want %v", x.limit, got, x.may)
		}
		if x.by == "" {
			continue
		}
		if chain, _ := o.Chain(procedure.Request{Kind: procedure.Extension, By: x.by}); strings.Join(chain, " ") != x.chain {
			t.Errorf("%s by %s: chain %v, want %s", x.limit, x.by, chain, x.chain)
		}
		g, ok := procedure.Longest(r, x.by, date(x.on))
		if !ok || (x.longest != "" && g.Max.String() != x.longest) || (x.longest == "" && !g.Max.IsZero()) {
			t.Errorf("%s by %s: longest %s, %v, want %s", x.limit, x.by, g.Max, ok, x.longest)
		}
	}
}

func TestWindows(t *testing.T) {
	b := law(t)
	for _, x := range []struct{ limit, end, on, want string }{
		{"CV1", "2024-07-15", "2024-06-20", "0 2024-06-30 2024-07-10"},
		{"EN1", "2024-07-15", "2024-06-20", "2024-07-10 2024-07-15 2024-07-15"},
		{"AD1", "2024-07-15", "2024-06-20", "0 2024-07-05 2024-07-12"},
		{"CV1", "2017-07-15", "2017-06-20", "0 2017-07-05 2017-07-15"},
	} {
		r, err := b.Rule(x.limit)
		if err != nil {
			t.Fatal(err)
		}
		w, ok := procedure.WindowOf(r, date(x.end), date(x.on))
		from := "0"
		if !w.AskFrom.IsZero() {
			from = w.AskFrom.String()
		}
		if got := from + " " + w.AskBy.String() + " " + w.DecideBy.String(); !ok || got != x.want {
			t.Errorf("%s on %s: %s, %v, want %s", x.limit, x.on, got, ok, x.want)
		}
	}
}

// TestSeats: the same authority sits elsewhere for each court, and nobody outside the ledger.
func TestSeats(t *testing.T) {
	courts := []docket.Court{{Code: "藏98", Level: 3, Seq: 1}, {Code: "藏9801", Level: 4, Parent: "藏98", Seq: 2}}
	city := access.Scope{User: "a", Role: access.President, City: true}
	own := access.Scope{User: "b", Role: access.President, Court: "藏9801"}
	head := access.Scope{User: "c", Role: access.DivisionHead, Court: "藏9801", Division: "m1"}
	for _, x := range []struct {
		authority, court string
		who              access.Scope
		division         string
		want             bool
	}{
		{procedure.President, "藏9801", own, "m1", true},
		{procedure.President, "藏9801", city, "m1", false},
		{procedure.President, "藏98", city, "m1", true},
		{procedure.CourtAbove, "藏9801", city, "m1", true},
		{procedure.CourtAbove, "藏98", city, "m1", false},
		{procedure.HighCourt, "藏9801", city, "m1", false},
		{procedure.DivisionHead, "藏9801", head, "m1", true},
		{procedure.DivisionHead, "藏9801", head, "m2", false},
		{procedure.DivisionHead, "藏9801", own, "m1", false},
	} {
		seat := procedure.SeatOf(x.authority, x.court, courts)
		if got := seat.Holds(x.who, procedure.HomeCourt(x.who, courts), x.division); got != x.want {
			t.Errorf("%s for %s: %s holds %+v: %v", x.authority, x.court, x.who.User, seat, got)
		}
	}
}

// TestEventsAreUnderstood: the engine recognises who granted and why, for every authority and
// every cause that can be chosen.
func TestEventsAreUnderstood(t *testing.T) {
	b := law(t)
	c := &docket.Case{Procedure: "summary"}
	p := &procedure.Procedure{ID: "P2024-0001", Request: request}
	for _, a := range b.Authorities {
		p.By = a.Code
		e := p.Event(b, c, date("2024-06-03"), date("2024-06-04"))
		if got := recognised(b.Authorities, e.Extra["by"]); got != a.Code || e.Ref != p.ID || e.Extra["months"] != "3" {
			t.Errorf("%s is read as %s: %+v", a.Code, got, e)
		}
	}
	for _, cause := range b.Causes {
		p.Kind, p.Cause, p.From = procedure.Deduction, cause.Code, date("2024-05-01")
		e := p.Event(b, c, 0, date("2024-06-04"))
		for _, first := range b.Causes {
			if slices.ContainsFunc(first.Words, func(w string) bool { return strings.Contains(e.Extra["why"], w) }) {
				if first.Code != cause.Code {
					t.Errorf("%s is read as %s by %q", cause.Code, first.Code, e.Extra["why"])
				}
				break
			}
		}
	}
	p.Kind, p.To, p.On = procedure.Conversion, "CV1", date("2024-05-02")
	if e := p.Event(b, c, 0, date("2024-06-04")); e.Kind != "converted" || e.Extra["from"] != "summary" || e.Extra["to"] != "CV1" || e.Day != p.On {
		t.Errorf("conversion %+v", e)
	}
	if row := procedure.Row("藏9801", "号", p.Event(b, c, 0, 0)); len(row) != len(procedure.Columns()) {
		t.Errorf("%d cells under %d heads", len(row), len(procedure.Columns()))
	}
}

func recognised(all []timelimit.Authority, by string) string {
	for _, a := range all {
		if slices.ContainsFunc(a.Words, func(w string) bool { return strings.Contains(by, w) }) {
			return a.Code
		}
	}
	return ""
}

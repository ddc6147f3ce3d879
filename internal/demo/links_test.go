package demo

import (
	"testing"

	"zhunsheng/internal/docket"
	"zhunsheng/rules"
)

func TestLinksLeadToCases(t *testing.T) {
	cn, err := docket.LoadRegistry(rules.FS, "cn")
	if err != nil {
		t.Fatal(err)
	}
	c := theCity()
	lost := map[string]bool{}
	for _, f := range c.Planted {
		if f.Rule == ruleLink {
			lost[f.CaseNo] = true
		}
	}
	byNo := map[string]*docket.Case{}
	for i := range c.Cases {
		byNo[c.Cases[i].CaseNo] = &c.Cases[i]
	}
	relations := map[string]int{}
	for i := range c.Cases {
		x := &c.Cases[i]
		if (x.RelatedNo == "") != (x.Relation == "") {
			t.Errorf("%s: related %q, relation %q", x.CaseNo, x.RelatedNo, x.Relation)
		}
		kind, _ := cn.Type(x.TypeCode)
		if kind.Link && (x.RelatedNo == "") != lost[x.CaseNo] {
			t.Errorf("%s must follow a case: follows %q, planted as lost %v", x.CaseNo, x.RelatedNo, lost[x.CaseNo])
		}
		if x.RelatedNo == "" {
			continue
		}
		b := byNo[x.RelatedNo]
		if b == nil {
			t.Fatalf("%s follows %s, which is not in the city", x.CaseNo, x.RelatedNo)
		}
		relations[x.Relation]++
		if b.FiledOn > x.FiledOn {
			t.Errorf("%s of %v follows the later %s of %v", x.CaseNo, x.FiledOn, b.CaseNo, b.FiledOn)
		}
		if x.Relation == "appeal_of" && x.Instance == "second" {
			checkAppeal(t, x, b)
		}
		if x.Relation == "enforcement_of" && (b.EnforcementAppliedOn.IsZero() || b.EnforcementAppliedOn > x.FiledOn) {
			t.Errorf("%s enforces %s, applied for on %q", x.CaseNo, b.CaseNo, b.EnforcementAppliedOn)
		}
		if x.Relation == "retrial_of" && b.RetrialOrderedOn.IsZero() {
			t.Errorf("%s retries %s, which nobody ordered", x.CaseNo, b.CaseNo)
		}
	}
	for relation, least := range map[string]int{
		"appeal_of": 3000, "retrial_of": 80, "review_of": 1500, "enforcement_of": 10000, "resumed_from": 2500,
	} {
		if relations[relation] < least {
			t.Errorf("%d cases are %s, want at least %d", relations[relation], relation, least)
		}
	}
}

// checkAppeal holds a second-instance case against the traces on the first.
func checkAppeal(t *testing.T, second, first *docket.Case) {
	t.Helper()
	if second.Court != "藏98" || first.Court == "藏98" || first.Instance != "first" {
		t.Errorf("%s is an appeal of %s", second.CaseNo, first.CaseNo)
	}
	if first.AppealedOn.IsZero() || first.TransferredOn.IsZero() || first.TransferredOn > second.FiledOn {
		t.Errorf("%s filed %v: first instance appealed %q, transferred %q", second.CaseNo, second.FiledOn, first.AppealedOn, first.TransferredOn)
	}
	if first.AppealClosedOn != second.ClosedOn {
		t.Errorf("%s closed %q, the first instance says %q", second.CaseNo, second.ClosedOn, first.AppealClosedOn)
	}
	if !second.ClosedOn.IsZero() && first.AppealResult != outcome(second.ClosingWay) {
		t.Errorf("%s ended by %s, the first instance says %s", second.CaseNo, second.ClosingWay, first.AppealResult)
	}
}

func TestEventsBelongToCases(t *testing.T) {
	c := theCity()
	keys := map[string]bool{}
	for _, x := range c.Cases {
		keys[x.Key] = true
	}
	judges := map[string]bool{}
	for _, p := range c.Roster {
		judges[p.Judge] = true
	}
	perCase, seen := map[string]int{}, map[string]bool{}
	for _, e := range c.Events {
		if !keys[e.CaseKey] || !judges[e.Judge] {
			t.Fatalf("event %+v belongs to nobody", e)
		}
		if ref := e.CaseKey + "/" + e.Ref; seen[ref] {
			t.Fatalf("event %s stands twice", ref)
		} else {
			seen[ref] = true
		}
		if e.Day > c.Until || e.Until > c.Until || e.EnteredOn > c.Until {
			t.Errorf("event %+v lies after the data day", e)
		}
		perCase[e.CaseKey]++
	}
	most := 0
	for _, n := range perCase {
		most = max(most, n)
	}
	if mean := float64(len(c.Events)) / float64(len(perCase)); mean < 2 || mean > 6 || most > 12 {
		t.Errorf("%.1f events a case, at most %d", mean, most)
	}
}

func TestJudgesAreInPostWhenTheyGetACase(t *testing.T) {
	c := theCity()
	for _, m := range c.all {
		if !m.known(c.Until) || m.firstJudge != "" || m.reassigned != 0 {
			continue
		}
		ok := false
		for _, p := range c.Roster {
			if p.Judge == m.Judge && p.Division == m.Division && p.Post == quotaJudge && p.From <= m.FiledOn && (p.To.IsZero() || m.FiledOn <= p.To) {
				ok = true
				break
			}
		}
		if !ok {
			t.Fatalf("%s filed %v went to %s, who was not in post in %s", m.CaseNo, m.FiledOn, m.Judge, m.Division)
		}
	}
}

package indicator

import (
	"strings"
	"testing"
)

func TestParseCondition(t *testing.T) {
	for in, want := range map[string]string{
		`within(filed_on)`:                                 "and(filed_on >= from, filed_on <= to)",
		`filed_on < from && !(closed_on < from)`:           "and(filed_on < from, not(closed_on < from))",
		`from > filed_on`:                                  "filed_on < from",
		`filed_on <= months(to, -12)`:                      "filed_on <= to-12m",
		`filed_on <= days(months(to, -2*6), 1)`:            "filed_on <= to-12m+1d",
		`to - filed_on > 365`:                              "filed_on < to-365d",
		`filed_on - from >= 3`:                             "filed_on >= from+3d",
		`closed_on - filed_on + 1 <= 30`:                   "closed_on-filed_on <= 29",
		`30 >= closed_on - filed_on`:                       "closed_on-filed_on <= 30",
		`closed_on - filed_on < 0`:                         "closed_on < filed_on",
		`closed_on <= due_on`:                              "closed_on <= due_on",
		`days(filed_on, 7) < closed_on`:                    "filed_on-closed_on < -7",
		`filed_on >= day("2024-02-29")`:                    "filed_on >= 2024-02-29",
		`filed_on >= months(day("2024-02-29"), 12)`:        "filed_on >= 2025-02-28",
		`line == "civil"`:                                  `line in ["civil"]`,
		`"civil" != line`:                                  `not(line in ["civil"])`,
		`line in ["civil", "admin", "civil"]`:              `line in ["admin" "civil"]`,
		`line in []`:                                       "false",
		`claimed > 100 * 100`:                              "claimed > 10000",
		`-5 < deducted_days`:                               "deducted_days > -5",
		`published && !foreign_related`:                    "and(yes(published), not(yes(foreign_related)))",
		`known(due_on) || known(claimed)`:                  "or(has(due_on), has(claimed))",
		`true && (known(judge) && (known(court) && true))`: "and(has(judge), has(court))",
		`known(judge) && known(judge)`:                     "has(judge)",
		`known(judge) || true`:                             "true",
		`!(!known(judge))`:                                 "has(judge)",
		`day("2024-01-01") < day("2023-01-01")`:            "false",
		`1 + 1 == 2 && known(judge)`:                       "has(judge)",
	} {
		p, err := ParseCondition(in)
		if err != nil {
			t.Errorf("%s: %v", in, err)
		} else if p.String() != want {
			t.Errorf("%s\n got %s\nwant %s", in, p, want)
		}
	}
}

func TestConditionFaults(t *testing.T) {
	for in, want := range map[string][]string{
		`within(filed)`:                         {"1:8: undeclared reference to 'filed'", "allowed: days [filed_on", "within(d)"},
		`has(due_on)`:                           {"undeclared reference to 'has'", "write known(field)"},
		`filed_on < "2024-01-01"`:               {"1:10: < does not work on (day, string)", "compare days with days"},
		"known(judge) &&\n  line = 1":           {"2:8: "},
		`filed_on`:                              {"not a condition"},
		`from < to`:                             {"does not look at the case"},
		`within(from)`:                          {"does not look at the case"},
		`months(filed_on, 3) < closed_on`:       {"1:7: months() of a column", "months(to, -12)"},
		`filed_on < months(days(to, 1), 1)`:     {"move by months first"},
		`filed_on < day("2024-02-30")`:          {"wants a written date"},
		`filed_on < days(to, 99999999)`:         {"small whole number", "between -40000 and 40000"},
		`filed_on < days(to, deducted_days)`:    {"small whole number"},
		`claimed > recovered`:                   {"cannot be compared"},
		`line == division`:                      {"a written text on the other"},
		`line in [division]`:                    {"not a written text"},
		`known(from)`:                           {"name of a column"},
		`known(deducted_days)`:                  {"never absent"},
		`claimed * 2 > 4`:                       {"calculation is not supported"},
		`claimed > 9000000000000000000`:         {"too large"},
		`claimed > 999999999999 * 999999999999`: {"too large"},
		`claimed > 1.5`:                         {"does not work on (int, double)"},
		`line.startsWith("c")`:                  {"undeclared reference to 'startsWith'"},
		`[1].exists(x, x > 0)`:                  {"undeclared reference"},
		`known(judge) ? true : false`:           {"allowed"},
		``:                                      {"1:1"},
		strings.Repeat("(", 3000):               {"1:"},
		strings.Repeat("known(judge) && ", 1000) + "true": {"limit"},
	} {
		_, err := ParseCondition(in)
		if err == nil {
			t.Errorf("%.60s is accepted", in)
			continue
		}
		for _, w := range want {
			if !strings.Contains(err.Error(), w) {
				t.Errorf("%.60s\n got %v\nwant %s", in, err, w)
			}
		}
	}
}

func FuzzParseCondition(f *testing.F) {
	for _, s := range []string{`within(filed_on)`, `line in ["a"] && !(closed_on - filed_on > 3)`, `claimed>=-1`, `filed_on<days(months(to,-1),2)`} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		p, err := ParseCondition(text)
		if err != nil {
			if p != nil || err.Error() == "" {
				t.Errorf("error without text or with a condition: %v", p)
			}
			return
		}
		checkShape(t, p)
	})
}

// checkShape fails when a condition is not in folded form.
func checkShape(t *testing.T, p *Pred) {
	t.Helper()
	for _, a := range p.Args {
		if a.Op == True || a.Op == False || a.Op == p.Op {
			t.Errorf("%s is not folded", p)
		}
		checkShape(t, a)
	}
}

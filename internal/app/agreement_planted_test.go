package app_test

import (
	"maps"
	"slices"
	"testing"

	"zhunsheng/internal/civil"
	"zhunsheng/internal/docket"
	"zhunsheng/internal/indicator"
	"zhunsheng/internal/indicator/indicatortest"
)

// TestPlantedFaultsAreSeen is the test of [TestEverybodyAgrees]: it hears the same evidence
// about one month, spoils one piece of it at a time, and expects a difference each time.
func TestPlantedFaultsAreSeen(t *testing.T) {
	p := cityOf(t)
	month := civil.Month(2024, 5) // its last day is a working day
	sound := gather(t, p, []civil.Period{month})
	if v, err := sound.judge(t.Context()); err != nil || len(v.differences) > 0 {
		t.Fatalf("before any fault: %v, error %v", v.differences, err)
	}
	for name, plant := range map[string]func(t *testing.T, e *evidence){
		"kernels count one case too many": func(t *testing.T, e *evidence) {
			spoil(t, e, kernels, indicator.Cases, func(c *indicator.Cell) { c.N++ })
		},
		"SQLite adds up a day too few": func(t *testing.T, e *evidence) {
			spoil(t, e, liteSQL, indicator.Days, func(c *indicator.Cell) { c.Sum-- })
		},
		"PostgreSQL adds up a cent too many": func(t *testing.T, e *evidence) {
			spoil(t, e, serverSQL, indicator.Sum, func(c *indicator.Cell) { c.Sum++ })
		},
		"kernels put a case into another day": func(t *testing.T, e *evidence) {
			spoil(t, e, kernels, indicator.Spread, func(c *indicator.Cell) {
				day := slices.Min(slices.Collect(maps.Keys(c.Hist)))
				c.Hist = maps.Clone(c.Hist)
				c.Hist[day]--
				c.Hist[day-1]++
			})
		},
		"SQLite loses a group": func(_ *testing.T, e *evidence) {
			e.engines[liteSQL] = slices.Clone(e.engines[liteSQL])
			e.engines[liteSQL][0] = e.engines[liteSQL][0][1:]
		},
		"the slow evaluation sees another closing date": func(t *testing.T, e *evidence) {
			cases := slices.Clone(p.cases)
			i := slices.IndexFunc(cases, func(c docket.Case) bool { return c.ClosedOn == month.To })
			if i < 0 {
				t.Fatal("no case is closed on the last day of the month")
			}
			cases[i].ClosedOn++
			e.slow = indicatortest.Once(cases, e.asks)
		},
		"a check query has a wrong bound": func(t *testing.T, e *evidence) {
			e.all = slices.Clone(e.all)
			i := slices.IndexFunc(e.all, func(a asked) bool { return a.String() == "volume/filed" })
			wrong := *e.all[i].version
			wrong.Check.Numerator = "count(CASE WHEN c.filed_on >= p.d_from AND c.filed_on < p.d_to THEN 1 END)"
			e.all[i].version = &wrong
			hear(t, e, liteChecks)
		},
		"the server's ledger shows another judge": func(t *testing.T, e *evidence) {
			w := e.witnesses[serverChecks]
			for _, q := range []string{
				"UPDATE witness.v_case SET judge = judge || 'x' WHERE id = (SELECT max(id) FROM witness.v_case WHERE judge <> '')",
			} {
				if err := w.exec(t.Context(), q); err != nil {
					t.Fatal(err)
				}
			}
			hear(t, e, serverChecks)
		},
	} {
		t.Run(name, func(t *testing.T) {
			e := *sound
			e.engines, e.opinions = maps.Clone(sound.engines), maps.Clone(sound.opinions)
			plant(t, &e)
			v, err := e.judge(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			if len(v.differences) == 0 {
				t.Fatal("nobody saw the planted fault")
			}
			t.Log(v.differences[0])
		})
	}
}

// hear asks a witness again.
func hear(t *testing.T, e *evidence, name string) {
	t.Helper()
	o, err := e.witnesses[name].opinion(t.Context(), e.all, e.months)
	if err != nil {
		t.Fatal(err)
	}
	e.opinions[name] = o
}

// spoil changes the first total of a kind that is not zero in an engine's answers.
func spoil(t *testing.T, e *evidence, engine string, kind indicator.MeasureKind, change func(*indicator.Cell)) {
	t.Helper()
	answers := slices.Clone(e.engines[engine])
	e.engines[engine] = answers
	for n, ask := range e.asks {
		for i, m := range ask.Measures {
			for k, g := range answers[n] {
				if m.Kind != kind || g.Cells[i].N == 0 {
					continue
				}
				answers[n] = slices.Clone(answers[n])
				g.Cells = slices.Clone(g.Cells)
				change(&g.Cells[i])
				answers[n][k] = g
				return
			}
		}
	}
	t.Fatalf("%s: no total of kind %d is other than zero", engine, kind)
}

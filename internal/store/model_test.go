package store_test

import (
	"context"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"zhunsheng/internal/docket"
	"zhunsheng/internal/ledger"
	"zhunsheng/internal/store"
)

// model is the obvious meaning of an import: maps, copied at every batch.
type model struct {
	cases, events map[string]string // key → content
}

func (m model) clone() model {
	c := model{map[string]string{}, map[string]string{}}
	for k, v := range m.cases {
		c.cases[k] = v
	}
	for k, v := range m.events {
		c.events[k] = v
	}
	return c
}

// apply imports one batch into the model and returns the counts it must have.
func (m model) apply(rows []ledger.Row) store.Batch {
	var b store.Batch
	before := m.clone()
	full := map[string]bool{}  // cases given in full by this batch
	seen := map[string]bool{}  // cases written by this batch
	seenE := map[string]bool{} // events written by this batch
	for _, r := range rows {
		b.Read++
		if r.Rejected() {
			b.Rejected++
			continue
		}
		isNew, isChanged, dup := false, false, false
		var apply []func()
		if c := r.Case; c != nil {
			k, v := c.Court+"/"+c.Key, content(c)
			old, exists := m.cases[k]
			_, existed := before.cases[k]
			switch {
			case r.CasePartial && exists:
			case !exists, seen[k] && !full[k] && !existed:
				isNew = true
				apply = append(apply, func() { m.cases[k], seen[k], full[k] = v, true, !r.CasePartial })
			case old == v:
			case seen[k]:
				dup = true
			default:
				isChanged = true
				apply = append(apply, func() { m.cases[k], seen[k], full[k] = v, true, true })
			}
		}
		if e := r.Event; e != nil {
			k, v := r.Case.Court+"/"+e.CaseKey+"/"+e.Ref, e.Kind
			old, exists := m.events[k]
			switch {
			case !exists:
				isNew = true
				apply = append(apply, func() { m.events[k], seenE[k] = v, true })
			case old == v:
			case seenE[k]:
				dup = true
			default:
				isChanged = true
				apply = append(apply, func() { m.events[k], seenE[k] = v, true })
			}
		}
		if dup {
			b.Rejected++
			continue
		}
		for _, f := range apply {
			f()
		}
		switch {
		case isNew:
			b.New++
		case isChanged:
			b.Changed++
		default:
			b.Unchanged++
		}
		if len(r.Issues) > 0 {
			b.Flagged++
		}
	}
	return b
}

func content(c *docket.Case) string { return fmt.Sprint(c.Judge, c.FiledOn, c.Extra) }

// drawRow makes rows that meet each other often: three courts, four keys, two contents.
func drawRow(t *rapid.T, line int) ledger.Row {
	r := ledger.Row{File: "in.csv", Line: line}
	court := rapid.SampledFrom([]string{"藏9801", "藏9802", ""}).Draw(t, "court")
	key := rapid.SampledFrom([]string{"a", "b", "c", "d"}).Draw(t, "key")
	kind := rapid.IntRange(0, 9).Draw(t, "kind")
	if kind == 0 {
		r.Issues = []ledger.Issue{{File: "in.csv", Row: line, Rule: "row.empty", Reject: true}}
		return r
	}
	r.Case = &docket.Case{Court: court, Key: key}
	if kind > 6 {
		r.CasePartial = true
	} else {
		r.Case.Judge = rapid.SampledFrom([]string{"j1", "j2"}).Draw(t, "judge")
		r.Case.FiledOn = day("2024-01-01")
	}
	if kind > 4 {
		r.Event = &docket.Event{CaseKey: key, Ref: rapid.SampledFrom([]string{"1", "2"}).Draw(t, "ref"),
			Kind: rapid.SampledFrom([]string{"heard", "closed"}).Draw(t, "event")}
	}
	if rapid.IntRange(0, 3).Draw(t, "doubt") == 0 {
		r.Issues = []ledger.Issue{{File: "in.csv", Row: line, Rule: "date.order"}}
	}
	return r
}

// TestCountsAgainstModel: whatever rows come in whatever batches, the counts add up, they are
// those of the model, and so is the ledger after each batch and as of each batch.
func TestCountsAgainstModel(t *testing.T) {
	s := open(t, places["sqlite"](t), newClock())
	round := 0
	rapid.Check(t, func(rt *rapid.T) {
		round++ // keys of their own for every round in the one database
		m := model{map[string]string{}, map[string]string{}}
		asOf := map[int64]map[string]string{}
		for range rapid.IntRange(1, 4).Draw(rt, "batches") {
			n := rapid.IntRange(0, 12).Draw(rt, "rows")
			rows := make([]ledger.Row, n)
			for i := range rows {
				rows[i] = drawRow(rt, i+2)
				if c := rows[i].Case; c != nil {
					c.Key = fmt.Sprintf("%d-%s", round, c.Key)
				}
				if e := rows[i].Event; e != nil {
					e.CaseKey = fmt.Sprintf("%d-%s", round, e.CaseKey)
				}
			}
			want := m.apply(rows)
			got, err := tryLoad(s, rows...)
			if err != nil {
				rt.Fatal(err)
			}
			if got.Read != got.New+got.Changed+got.Unchanged+got.Rejected || counts(got) != counts(want) {
				rt.Fatalf("%s\nwant %s", counts(got), counts(want))
			}
			asOf[got.ID] = m.clone().cases
			asOf[0] = asOf[got.ID]
		}
		for batch, want := range asOf {
			if got := casesAsOf(rt, s, batch, fmt.Sprintf("%d-", round)); !reflect.DeepEqual(got, want) {
				rt.Fatalf("as of batch %d: %v\nwant %v", batch, got, want)
			}
		}
	})
}

func casesAsOf(t *rapid.T, s *store.Store, batch int64, prefix string) map[string]string {
	out := map[string]string{}
	for _, court := range []string{"藏9801", "藏9802", ""} {
		err := s.Scan(context.Background(), court, batch, func(_ int64, c *docket.Case) error {
			if strings.HasPrefix(c.Key, prefix) {
				out[c.Court+"/"+c.Key] = content(c)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return out
}

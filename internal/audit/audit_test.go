package audit_test

import (
	"errors"
	"fmt"
	"iter"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"zhunsheng/internal/audit"
	"zhunsheng/internal/fault"
)

var start = time.Date(2024, 7, 1, 8, 0, 0, 123_456_789, time.FixedZone("UTC+8", 8*3600))

// chain makes n records.
func chain(n int) []audit.Record {
	var out []audit.Record
	var last audit.Record
	for i := range n {
		last = audit.Next(last, start.Add(time.Duration(i)*time.Second), audit.Entry{Who: "li", Action: "view_cases", Object: fmt.Sprintf("case %d", i)})
		out = append(out, last)
	}
	return out
}

func seq(records []audit.Record) iter.Seq2[audit.Record, error] {
	return func(yield func(audit.Record, error) bool) {
		for _, r := range records {
			if !yield(r, nil) {
				return
			}
		}
	}
}

func TestVerify(t *testing.T) {
	last, err := audit.Verify(seq(chain(5)))
	if err != nil || last.Seq != 5 {
		t.Errorf("a sound chain: %+v, %v", last, err)
	}
	if last, err := audit.Verify(seq(nil)); err != nil || last.Seq != 0 {
		t.Errorf("an empty chain: %+v, %v", last, err)
	}
	if last.At.Location() != time.UTC || last.At.Nanosecond() != 123_000_000 {
		t.Errorf("instant %v: want UTC, whole milliseconds", last.At)
	}
}

func TestTamperingShows(t *testing.T) {
	for name, tc := range map[string]struct {
		change func([]audit.Record) []audit.Record
		want   string
	}{
		"who":     {func(r []audit.Record) []audit.Record { r[2].Who = "wang"; return r }, "record 3: was changed"},
		"instant": {func(r []audit.Record) []audit.Record { r[2].At = r[2].At.Add(time.Hour); return r }, "record 3: was changed"},
		"text moved between fields": {func(r []audit.Record) []audit.Record {
			r[1].Action, r[1].Object = "view_casesc", "ase 1"
			return r
		}, "record 2: was changed"},
		"removed":    {func(r []audit.Record) []audit.Record { return append(r[:1], r[2:]...) }, "record 2: missing"},
		"first gone": {func(r []audit.Record) []audit.Record { return r[1:] }, "record 1: missing"},
		"swapped":    {func(r []audit.Record) []audit.Record { r[1], r[2] = r[2], r[1]; return r }, "record 2: missing"},
		"rewritten": {func(r []audit.Record) []audit.Record {
			r[1] = audit.Next(r[0], r[1].At, audit.Entry{Who: "x"})
			return r
		}, "record 3: does not hold"},
		"sum adjusted": {func(r []audit.Record) []audit.Record { r[3].Prev = r[1].Hash; return r }, "record 4: does not hold"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := audit.Verify(seq(tc.change(chain(5))))
			if !errors.Is(err, fault.Conflict) || !strings.Contains(err.Error(), tc.want) {
				t.Errorf("got %v\nwant %s", err, tc.want)
			}
		})
	}
}

// TestAnyChangedTextShows: no other text in any field goes unnoticed.
func TestAnyChangedTextShows(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.String()
		e := audit.Entry{Who: text.Draw(t, "who"), Action: text.Draw(t, "action"), Object: text.Draw(t, "object"), Detail: text.Draw(t, "detail")}
		r := audit.Next(audit.Record{}, start, e)
		if err := audit.Check(audit.Record{}, r); err != nil {
			t.Fatal(err)
		}
		other := audit.Entry{Who: text.Draw(t, "who2"), Action: text.Draw(t, "action2"), Object: text.Draw(t, "object2"), Detail: text.Draw(t, "detail2")}
		r.Entry = other
		if err := audit.Check(audit.Record{}, r); (err == nil) != (other == e) {
			t.Fatalf("%+v for %+v: %v", other, e, err)
		}
	})
}

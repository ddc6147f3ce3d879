package store_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"zhunsheng/internal/civil"
	"zhunsheng/internal/docket"
	"zhunsheng/internal/indicator"
	"zhunsheng/internal/ledger"
	"zhunsheng/internal/store"
)

// plainLimit is a limit simple enough to be worked out in the head: so many days from filing,
// longer by the days of every deduction; one that has no end runs to the reporting day.
func plainLimit(length int) store.Assess {
	return func(c *docket.Case, events []docket.Event, day civil.Date) store.Assessed {
		l := store.Assessed{Law: civil.NewDate(2020, 1, 1)}
		l.Rule, l.FromOn, l.BaseDueOn, l.Extended = fmt.Sprintf("P%d", length), c.FiledOn, c.FiledOn.AddDays(length), docket.No
		for _, e := range events {
			until := e.Until
			if until.IsZero() && e.Kind == "suspended" {
				until, l.OpenOn = max(day, e.Day), e.Day
			}
			if e.Kind == "deducted" || e.Kind == "suspended" {
				l.DeductedDays += int32(until.Sub(e.Day))
			}
		}
		if !c.SuspendedOn.IsZero() && c.ClosedOn.IsZero() {
			l.OpenOn = c.SuspendedOn
			l.DeductedDays += int32(max(day, c.SuspendedOn).Sub(c.SuspendedOn))
		}
		l.ExtendedDueOn = l.BaseDueOn
		l.DueOn = l.ExtendedDueOn.AddDays(int(l.DeductedDays))
		return l
	}
}

// loadLimits imports rows as one batch that computes plain limits up to a reporting day.
func loadLimits(t *testing.T, s *store.Store, length int, day civil.Date, reach store.Reach, rows ...ledger.Row) store.Batch {
	t.Helper()
	return assessed(t, s, int64(length), plainLimit(length), day, reach, rows)
}

// assessed imports rows as one batch with the limits that assess gives.
func assessed(t testing.TB, s *store.Store, rules int64, assess store.Assess, day civil.Date, reach store.Reach, rows []ledger.Row) store.Batch {
	t.Helper()
	ctx := context.Background()
	im, err := s.Begin(ctx, clerk)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = im.Discard(ctx) }()
	if _, err := im.Archive(ctx, "in.csv", strings.NewReader("the file as it came")); err != nil {
		t.Fatal(err)
	}
	im.Limits(rules, `{"a":1}`, assess)
	for _, r := range rows {
		if err := im.Put(r); err != nil {
			t.Fatal(err)
		}
	}
	if err := im.Assess(ctx, day, reach, nil); err != nil {
		t.Fatal(err)
	}
	b, err := im.Commit(ctx)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func eventOf(line int, c *docket.Case, ref, kind, from, until string) ledger.Row {
	e := &docket.Event{CaseKey: c.Key, Ref: ref, Kind: kind, Day: day(from)}
	if until != "" {
		e.Until = day(until)
	}
	return ledger.Row{File: "in.csv", Line: line, Event: e}
}

// dues prints the computed last day of every case of a court as of a batch, by key.
func dues(t *testing.T, s *store.Store, batch int64) string {
	t.Helper()
	var out []string
	err := s.Scan(context.Background(), "藏9801", batch, func(_ int64, c *docket.Case) error {
		no := strings.TrimSuffix(c.CaseNo[strings.LastIndex(c.CaseNo, "初")+len("初"):], "号")
		out = append(out, fmt.Sprintf("%s %s %s-%d", no, c.Limit.Rule, c.Limit.DueOn, c.Limit.DeductedDays))
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(out)
	return strings.Join(out, "\n")
}

func wantDues(t *testing.T, s *store.Store, what string, batch int64, want ...string) {
	t.Helper()
	if got := dues(t, s, batch); got != strings.Join(want, "\n") {
		t.Errorf("%s, as of batch %d:\n%s\nwant\n%s", what, batch, got, strings.Join(want, "\n"))
	}
}

// TestLimitsFollowCaseAndEvents: every case that a batch touches, by its record or by an event
// alone, has its limit computed, and an earlier batch still shows what was computed then.
func TestLimitsFollowCaseAndEvents(t *testing.T) {
	onBoth(t, func(t *testing.T, s *store.Store, _ *clock) {
		ctx := context.Background()
		one, two, three := newCase("藏9801", 1), newCase("藏9801", 2), newCase("藏9801", 3) // filed on 2, 3, 4 January
		rows := map[int64][]ledger.Row{}
		load := func(length int, on string, reach store.Reach, list ...ledger.Row) store.Batch {
			b := loadLimits(t, s, length, day(on), reach, list...)
			rows[b.ID] = list
			return b
		}
		first := load(90, "2024-03-01", store.TouchedCases,
			caseRow(2, one), caseRow(3, two), caseRow(4, three), eventOf(5, one, "1", "deducted", "2024-02-01", "2024-02-11"), eventOf(6, two, "1", "heard", "2024-02-01", ""))
		wantDues(t, s, "first", 0, "1 P90 2024-04-11-10", "2 P90 2024-04-02-0", "3 P90 2024-04-03-0")

		second := load(90, "2024-03-01", store.TouchedCases, eventOf(2, two, "2", "suspended", "2024-02-20", ""))
		wantDues(t, s, "an event alone", 0, "1 P90 2024-04-11-10", "2 P90 2024-04-12-10", "3 P90 2024-04-03-0")
		wantDues(t, s, "the past", first.ID, "1 P90 2024-04-11-10", "2 P90 2024-04-02-0", "3 P90 2024-04-03-0")

		moved := *one
		moved.Judge = "somebody else"
		third := load(90, "2024-03-11", store.OpenCases, caseRow(2, &moved))
		wantDues(t, s, "a record that changed keeps its events, what runs follows the day", 0,
			"1 P90 2024-04-11-10", "2 P90 2024-04-22-20", "3 P90 2024-04-03-0")
		wantDues(t, s, "the past", second.ID, "1 P90 2024-04-11-10", "2 P90 2024-04-12-10", "3 P90 2024-04-03-0")

		fourth := load(90, "2024-03-11", store.TouchedCases, eventOf(2, one, "1", "heard", "2024-02-01", ""))
		wantDues(t, s, "an event that was corrected into one that moves nothing", 0,
			"1 P90 2024-04-01-0", "2 P90 2024-04-22-20", "3 P90 2024-04-03-0")

		fifth := load(100, "2024-03-11", store.AllCases)
		wantDues(t, s, "all anew", 0, "1 P100 2024-04-11-0", "2 P100 2024-05-02-20", "3 P100 2024-04-13-0")
		wantDues(t, s, "the past", fourth.ID, "1 P90 2024-04-01-0", "2 P90 2024-04-22-20", "3 P90 2024-04-03-0")
		if epochs, err := s.Epochs(ctx, 0); err != nil || epochs["藏9801"] != fifth.ID {
			t.Errorf("epochs %v, %v: the new limits are no reason to read the court again", epochs, err)
		}
		if epochs, err := s.Epochs(ctx, second.ID); err != nil || epochs["藏9801"] != second.ID {
			t.Errorf("epochs as of the second batch %v, %v", epochs, err)
		}
		enginesOfBatch(t, s, map[int64]int{0: 1, third.ID: 2, first.ID: 3})
		runs, err := s.LimitRuns(ctx)
		if err != nil || len(runs) != 5 || runs[4].Rules != 100 || runs[4].Computed != 3 || runs[4].Written != 3 || runs[4].Reach != store.AllCases ||
			runs[1].Computed != 1 || runs[2].Computed != 2 || runs[2].Settings != `{"a":1}` || runs[2].Day != day("2024-03-11") {
			t.Errorf("runs %+v, %v", runs, err)
		}
		record, err := s.RecordByKey(ctx, "藏9801", two.Key)
		if err != nil || record.Limit.DueOn != day("2024-05-02") || record.Limit.OpenOn != day("2024-02-20") || record.Limit.Extended != docket.No {
			t.Errorf("record %+v, %v", record.Limit, err)
		}
		if n, last, err := s.OpenLimits(ctx); err != nil || n != 1 || last != day("2024-03-11") {
			t.Errorf("%d run, day %s, %v", n, last, err)
		}
		got := query(t, s, "SELECT limit_rule, limit_due_on, limit_due_on_n - limit_from_on_n, limit_extended FROM v_case WHERE judge = 'somebody else'")
		if got[1] != "P100|2024-04-11|100|0" {
			t.Errorf("v_case %q", got)
		}
		if got := query(t, s, "SELECT count(*), min(settings) FROM v_case_limit"); got[1] != `10|{"a":1}` {
			t.Errorf("v_case_limit %q", got)
		}
		limitsFromTheArchive(t, s, rows)
	})
}

// enginesOfBatch counts with the SQL engine the cases due up to 11 April as of batches.
func enginesOfBatch(t *testing.T, s *store.Store, want map[int64]int) {
	t.Helper()
	due, _ := docket.FieldIndex("limit_due_on")
	early := &indicator.Pred{Op: indicator.DayBound, Field: due, Cmp: indicator.LE, Bound: indicator.Bound{Day: day("2024-04-11")}}
	for batch, n := range want {
		_, total, err := s.IndicatorsAsOf(batch).List(context.Background(), early, &indicator.Pred{}, civil.Year(2024), 0, 10)
		if err != nil || total != n {
			t.Errorf("as of batch %d: %d cases due up to 11 April, want %d; %v", batch, total, n, err)
		}
	}
}

// limitsFromTheArchive makes the tables again from the archive: limits too come out the same.
func limitsFromTheArchive(t *testing.T, s *store.Store, rows map[int64][]ledger.Row) {
	t.Helper()
	ctx := context.Background()
	parse := func(_ context.Context, b store.Batch, _ []*store.Archived, put func(ledger.Row) error) error {
		for _, r := range rows[b.ID] {
			if err := put(r); err != nil {
				return err
			}
		}
		return nil
	}
	fresh, err := s.Rebuild(ctx, parse, func(r store.LimitRun) (store.Assess, error) { return plainLimit(int(r.Rules)), nil })
	if err != nil {
		t.Fatal(err)
	}
	if diff, err := s.Compare(ctx, fresh); err != nil || len(diff) > 0 {
		t.Errorf("rebuilt ledger differs: %+v, %v", diff, err)
	}
	if err := fresh.Close(); err != nil {
		t.Error(err)
	}
	fresh, err = s.Rebuild(ctx, parse, func(store.LimitRun) (store.Assess, error) { return plainLimit(80), nil })
	if err != nil {
		t.Fatal(err)
	}
	if diff, err := s.Compare(ctx, fresh); err != nil || !slices.ContainsFunc(diff, func(d store.Difference) bool { return d.Table == "case_limit" }) {
		t.Errorf("another law gives the same limits: %+v, %v", diff, err)
	}
	if err := fresh.Close(); err != nil {
		t.Error(err)
	}
}

// TestPreviewOfLimits: a preview names the cases whose date would move and writes nothing.
func TestPreviewOfLimits(t *testing.T) {
	onBoth(t, func(t *testing.T, s *store.Store, _ *clock) {
		ctx := context.Background()
		var rows []ledger.Row
		for n := range 2300 { // more than two pages
			rows = append(rows, caseRow(n+2, newCase("藏9801", n)))
		}
		loadLimits(t, s, 90, day("2024-03-01"), store.TouchedCases, rows...)
		half := func(c *docket.Case, e []docket.Event, d civil.Date) store.Assessed {
			length := 90
			if c.FiledOn.Unix()%2 == 0 {
				length = 91
			}
			l := plainLimit(length)(c, e, d)
			l.Rule = "P90"
			return l
		}
		before := dues(t, s, 0)
		n := 0
		all, err := s.PreviewLimits(ctx, half, day("2024-03-01"), nil, func(m store.LimitMove) error {
			n++
			if m.Is.DueOn != m.Was.DueOn.AddDays(1) || !m.Due() || m.CaseNo == "" || m.Court != "藏9801" {
				t.Errorf("%+v", m)
			}
			return nil
		})
		if err != nil || all != 2300 || n != 1150 || dues(t, s, 0) != before {
			t.Errorf("%d of 1150 cases would move, %v", n, err)
		}
		if n, _, err := s.OpenLimits(ctx); err != nil || n != 0 {
			t.Errorf("%d run, %v", n, err)
		}
	})
}

// TestPartialCasesHaveOneLimit: a case that an event row brought in part and a full row
// completes in the same batch has one limit.
func TestPartialCasesHaveOneLimit(t *testing.T) {
	onBoth(t, func(t *testing.T, s *store.Store, _ *clock) {
		full := newCase("藏9801", 1)
		part := &docket.Case{Key: full.Key, Court: full.Court, CaseNo: full.CaseNo, FiledOn: day("2023-01-01")}
		rows := []ledger.Row{{File: "in.csv", Line: 2, Case: part, CasePartial: true}}
		for n := range 700 { // the partial case is written before the full one comes
			rows = append(rows, caseRow(n+3, newCase("藏9802", n)))
		}
		loadLimits(t, s, 90, day("2024-03-01"), store.TouchedCases, append(rows, caseRow(900, full))...)
		wantDues(t, s, "completed", 0, "1 P90 2024-04-01-0")
		if got := query(t, s, "SELECT count(*) FROM v_case_limit"); got[1] != "701" {
			t.Errorf("%s limits of 701 cases", got[1])
		}
	})
}

// TestLimitRulesAreKept: accepted rules are numbered, the last are in force.
func TestLimitRulesAreKept(t *testing.T) {
	onBoth(t, func(t *testing.T, s *store.Store, _ *clock) {
		ctx := context.Background()
		if _, err := s.LimitRules(ctx, 0); err == nil {
			t.Error("no rules were accepted, and some are in force")
		}
		for i, body := range []string{"one", "two"} {
			seq, err := s.AcceptLimitRules(ctx, store.LimitRules{SHA256: body, Body: []byte(body), Who: "li", Reason: "because", Moved: 7})
			if err != nil || seq != int64(i+1) {
				t.Fatalf("number %d, %v", seq, err)
			}
		}
		now, err := s.LimitRules(ctx, 0)
		if err != nil || string(now.Body) != "two" || now.Seq != 2 || now.Moved != 7 || now.Who != "li" || now.On.IsZero() {
			t.Errorf("in force %+v, %v", now, err)
		}
		if old, err := s.LimitRules(ctx, 1); err != nil || string(old.Body) != "one" {
			t.Errorf("first %+v, %v", old, err)
		}
	})
}

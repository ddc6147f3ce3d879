package store_test

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"zhunsheng/internal/civil"
	"zhunsheng/internal/docket"
	"zhunsheng/internal/fault"
	"zhunsheng/internal/ledger"
	"zhunsheng/internal/store"
	"zhunsheng/internal/store/storetest"
)

// clock gives a fixed instant that tests move on.
type clock struct{ t time.Time }

func newClock() *clock { return &clock{time.Date(2024, 7, 1, 8, 0, 0, 0, time.UTC)} }

func (c *clock) now() time.Time       { return c.t }
func (c *clock) pass(d time.Duration) { c.t = c.t.Add(d) }

// places gives each database of the conformance suite an address for a new store.
var places = map[string]func(t testing.TB) string{
	"sqlite":   func(t testing.TB) string { return "sqlite:" + filepath.Join(t.TempDir(), "ledger.db") },
	"postgres": storetest.Postgres,
}

// onBoth runs a test on both databases.
func onBoth(t *testing.T, test func(t *testing.T, s *store.Store, c *clock)) {
	for name, place := range places {
		t.Run(name, func(t *testing.T) {
			c := newClock()
			test(t, open(t, place(t), c), c)
		})
	}
}

func open(t testing.TB, url string, c *clock) *store.Store {
	t.Helper()
	s, err := store.Open(context.Background(), url, c.now)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

var clerk = store.BatchInfo{User: "li", Mapping: "plain", MappingVersion: 3}

// day reads a date of the tests.
func day(s string) civil.Date {
	d, err := civil.ParseDate(s)
	if err != nil {
		panic(err)
	}
	return d
}

// newCase makes a case of the invented courts 藏9801….
func newCase(court string, n int) *docket.Case {
	no := fmt.Sprintf("（2024）%s民初%d号", court, n)
	var claimed docket.Money
	if n%2 == 0 {
		claimed = docket.Money{Cents: int64(n) * 100, Known: true}
	}
	return &docket.Case{
		Key: court + no, Court: court, CaseNo: no, TypeCode: "民初", Line: "civil", Instance: "first",
		Procedure: "summary", Cause: "民间借贷纠纷", Division: court + "-m1", Judge: fmt.Sprintf("j%d", n%3),
		FiledOn: day("2024-01-01").AddDays(n), Claimed: claimed, Published: docket.No,
		Extra: map[string]string{"原告": fmt.Sprintf("甲\t%d\\", n), "备注": "第一行\n第二行"},
	}
}

func caseRow(line int, c *docket.Case) ledger.Row {
	return ledger.Row{File: "in.csv", Line: line, Case: c}
}

// load imports rows as one batch with one file, in.csv.
func load(t testing.TB, s *store.Store, rows ...ledger.Row) store.Batch {
	t.Helper()
	b, err := tryLoad(s, rows...)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func tryLoad(s *store.Store, rows ...ledger.Row) (store.Batch, error) {
	ctx := context.Background()
	im, err := s.Begin(ctx, clerk)
	if err != nil {
		return store.Batch{}, err
	}
	defer func() { _ = im.Discard(ctx) }()
	if _, err := im.Archive(ctx, "in.csv", strings.NewReader("the file as it came")); err != nil {
		return store.Batch{}, err
	}
	for _, r := range rows {
		if err := im.Put(r); err != nil {
			return store.Batch{}, err
		}
	}
	return im.Commit(ctx)
}

// counts prints the counts of a batch that the tests compare.
func counts(b store.Batch) string {
	return fmt.Sprintf("read %d = new %d + changed %d + unchanged %d + rejected %d, flagged %d",
		b.Read, b.New, b.Changed, b.Unchanged, b.Rejected, b.Flagged)
}

func wantCounts(t *testing.T, b store.Batch, read, created, changed, unchanged, rejected, flagged int64) {
	t.Helper()
	w := store.Batch{Read: read, New: created, Changed: changed, Unchanged: unchanged, Rejected: rejected, Flagged: flagged}
	if counts(b) != counts(w) {
		t.Errorf("batch %d: %s\nwant %s", b.ID, counts(b), counts(w))
	}
}

func TestImportOneBatch(t *testing.T) {
	onBoth(t, func(t *testing.T, s *store.Store, c *clock) {
		ctx := context.Background()
		var rows []ledger.Row
		for n := range 1200 { // more than one chunk
			rows = append(rows, caseRow(n+2, newCase("藏9801", n)))
		}
		late := newCase("藏9802", 1)
		late.ClosedOn, late.DueOn, late.Published, late.DeductedDays = day("2023-12-31"), day("9999-12-31"), docket.Yes, 7
		doubt := caseRow(1202, late)
		doubt.Issues = []ledger.Issue{{File: "in.csv", Row: 1202, Column: "closed_on", Value: "2023-12-31", Rule: "date.order", Remedy: "check"}}
		bad := ledger.Row{File: "in.csv", Line: 1203, Issues: []ledger.Issue{{File: "in.csv", Row: 1203, Rule: "case_no.empty", Remedy: "fill in", Reject: true}}}
		rows = append(rows, doubt, bad)
		b := load(t, s, rows...)
		wantCounts(t, b, 1202, 1201, 0, 0, 1, 1)

		got, err := s.Batch(ctx, b.ID)
		if err != nil {
			t.Fatal(err)
		}
		if got.State != store.Committed || got.BatchInfo != clerk || !slices.Equal(got.Courts, []string{"藏9801", "藏9802"}) || !got.Committed.Equal(c.t) {
			t.Errorf("batch row: %+v", got)
		}
		if len(got.Files) != 1 || got.Files[0].Name != "in.csv" || got.Files[0].Bytes != 19 ||
			got.Files[0].SHA256 != fmt.Sprintf("%x", sha256.Sum256([]byte("the file as it came"))) {
			t.Errorf("files: %+v", got.Files)
		}
		r, err := s.RecordByKey(ctx, late.Court, late.Key)
		if err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(r.Case, *late) {
			t.Errorf("read back\n%+v\nwant\n%+v", r.Case, *late)
		}
		if r.FromBatch != b.ID || r.ToBatch != 0 || r.File != "in.csv" || r.Row != 1202 || !slices.Equal(r.Flags, []string{"date.order"}) {
			t.Errorf("provenance: %+v", r)
		}
		seen := 0
		err = s.Scan(ctx, "藏9801", 0, func(id int64, c *docket.Case) error {
			want := rows[id-1].Case
			w := *want
			w.Extra = nil
			if !reflect.DeepEqual(*c, w) {
				return fmt.Errorf("scan of %d: %+v\nwant %+v", id, *c, w)
			}
			seen++
			return nil
		})
		if err != nil || seen != 1200 {
			t.Errorf("scanned %d cases, error %v", seen, err)
		}
	})
}

func TestSameFileTwiceChangesNothing(t *testing.T) {
	onBoth(t, func(t *testing.T, s *store.Store, _ *clock) {
		ctx := context.Background()
		rows := []ledger.Row{caseRow(2, newCase("藏9801", 1)), caseRow(3, newCase("藏9801", 2)), caseRow(4, newCase("藏9801", 2))}
		rows = append(rows, ledger.Row{File: "in.csv", Line: 5, Event: &docket.Event{CaseKey: rows[0].Case.Key, Ref: "1", Kind: "heard", Day: day("2024-02-01")}})
		wantCounts(t, load(t, s, rows...), 4, 3, 0, 1, 0, 0)
		before, err := s.Checksums(ctx)
		if err != nil {
			t.Fatal(err)
		}
		b := load(t, s, rows...)
		wantCounts(t, b, 4, 0, 0, 4, 0, 0)
		if len(b.Courts) != 0 {
			t.Errorf("courts touched: %v", b.Courts)
		}
		after, err := s.Checksums(ctx)
		if err != nil {
			t.Fatal(err)
		}
		for _, table := range []string{"case_version", "event_version", "batch_court"} {
			if before[table] != after[table] || after[table].Rows == 0 {
				t.Errorf("%s changed: %v to %v", table, before[table], after[table])
			}
		}
	})
}

func TestVersionsAndAsOf(t *testing.T) {
	onBoth(t, func(t *testing.T, s *store.Store, c *clock) {
		ctx := context.Background()
		one, two := newCase("藏9801", 1), newCase("藏9802", 2)
		first := load(t, s, caseRow(2, one), caseRow(3, two))
		c.pass(24 * time.Hour)
		closed := *one
		closed.ClosedOn, closed.ClosingWay = day("2024-06-30"), "judgment"
		second := load(t, s, caseRow(2, &closed), caseRow(3, two))
		wantCounts(t, second, 2, 0, 1, 1, 0, 0)

		vs, err := s.Versions(ctx, one.Court, one.Key)
		if err != nil || len(vs) != 2 {
			t.Fatalf("%d versions, %v", len(vs), err)
		}
		if vs[0].ToBatch != second.ID || vs[1].FromBatch != second.ID || vs[1].ToBatch != 0 || !vs[0].ClosedOn.IsZero() || vs[1].ClosedOn != closed.ClosedOn {
			t.Errorf("versions: %+v", vs)
		}
		for batch, want := range map[int64]civil.Date{first.ID: 0, second.ID: closed.ClosedOn, 0: closed.ClosedOn} {
			n := 0
			err := s.Scan(ctx, one.Court, batch, func(_ int64, c *docket.Case) error {
				n++
				if c.ClosedOn != want {
					t.Errorf("as of batch %d: closed on %v, want %v", batch, c.ClosedOn, want)
				}
				return nil
			})
			if err != nil || n != 1 {
				t.Errorf("as of batch %d: %d cases, %v", batch, n, err)
			}
		}
		for batch, want := range map[int64]map[string]int64{first.ID: {"藏9801": 1, "藏9802": 1}, second.ID: {"藏9801": 2, "藏9802": 1}, 0: {"藏9801": 2, "藏9802": 1}} {
			if got, err := s.Epochs(ctx, batch); err != nil || !reflect.DeepEqual(got, want) {
				t.Errorf("epochs as of %d: %v, %v", batch, got, err)
			}
		}
		for at, want := range map[string]int64{"2024-06-30": 0, "2024-07-01": first.ID, "2024-07-02": second.ID, "2030-01-01": second.ID} {
			if got, err := s.BatchAsOf(ctx, day(at)); err != nil || got != want {
				t.Errorf("batch as of %s: %d, %v; want %d", at, got, err, want)
			}
		}
		n := 0
		if err := s.Export(ctx, first.ID, func(r *store.Record) error { n++; return nil }); err != nil || n != 2 {
			t.Errorf("exported %d, %v", n, err)
		}
	})
}

func TestSecondDifferingRowIsRejected(t *testing.T) {
	onBoth(t, func(t *testing.T, s *store.Store, _ *clock) {
		one := newCase("藏9801", 1)
		other := *one
		other.Judge = "j9"
		ev := docket.Event{CaseKey: one.Key, Ref: "1", Kind: "heard"}
		ev2 := ev
		ev2.Result = "adjourned"
		b := load(t, s, caseRow(2, one), caseRow(3, &other), caseRow(4, one),
			ledger.Row{File: "in.csv", Line: 5, Event: &ev}, ledger.Row{File: "in.csv", Line: 6, Event: &ev2})
		wantCounts(t, b, 5, 2, 0, 1, 2, 0)
		var got []string
		for is, err := range s.Issues(context.Background(), store.IssueFilter{Batch: b.ID}) {
			if err != nil {
				t.Fatal(err)
			}
			got = append(got, fmt.Sprintf("%s %s row %d %s %s %v", is.Court, is.File, is.Row, is.Rule, is.Value, is.Reject))
		}
		want := []string{"藏9801 in.csv row 3 case.duplicate " + one.CaseNo + " true", "藏9801 in.csv row 6 event.duplicate 1 true"}
		if !slices.Equal(got, want) {
			t.Errorf("issues %q\nwant %q", got, want)
		}
	})
}

func TestPartialCases(t *testing.T) {
	onBoth(t, func(t *testing.T, s *store.Store, _ *clock) {
		ctx := context.Background()
		full := newCase("藏9801", 1)
		part := &docket.Case{Key: full.Key, Court: full.Court, CaseNo: full.CaseNo}
		event := func(line int, ref string) ledger.Row {
			return ledger.Row{File: "in.csv", Line: line, Case: part, CasePartial: true,
				Event: &docket.Event{CaseKey: full.Key, Ref: ref, Kind: "heard", Day: day("2024-03-01")}}
		}
		wantCounts(t, load(t, s, event(2, "a"), event(3, "b")), 2, 2, 0, 0, 0, 0)
		if r, err := s.RecordByKey(ctx, full.Court, full.Key); err != nil || !r.FiledOn.IsZero() {
			t.Errorf("partial case: %+v, %v", r, err)
		}
		wantCounts(t, load(t, s, caseRow(2, full), event(3, "a"), event(4, "c")), 3, 1, 1, 1, 0, 0)
		if r, err := s.RecordByKey(ctx, full.Court, full.Key); err != nil || r.FiledOn != full.FiledOn {
			t.Errorf("full case: %+v, %v", r, err)
		}
		if evs, err := s.Events(ctx, full.Court, full.Key); err != nil || len(evs) != 3 || evs[2].Ref != "c" || evs[2].Row != 4 {
			t.Errorf("events: %+v, %v", evs, err)
		}
	})
}

// TestFullRowAfterPartialRow: in one batch the full row replaces the partial one, near it and
// far from it.
func TestFullRowAfterPartialRow(t *testing.T) {
	onBoth(t, func(t *testing.T, s *store.Store, _ *clock) {
		ctx := context.Background()
		near, far := newCase("藏9801", 1), newCase("藏9801", 2)
		partial := func(line int, c *docket.Case) ledger.Row {
			return ledger.Row{File: "in.csv", Line: line, Case: &docket.Case{Key: c.Key, Court: c.Court}, CasePartial: true,
				Event: &docket.Event{CaseKey: c.Key, Ref: "1"}}
		}
		rows := []ledger.Row{partial(2, near), partial(3, far), caseRow(4, near)}
		for n := range 20_000 {
			rows = append(rows, caseRow(n+5, newCase("藏9802", n)))
		}
		rows = append(rows, caseRow(30_000, far))
		wantCounts(t, load(t, s, rows...), 20_004, 20_004, 0, 0, 0, 0)
		for _, c := range []*docket.Case{near, far} {
			vs, err := s.Versions(ctx, c.Court, c.Key)
			if err != nil || len(vs) != 1 || vs[0].CaseNo != c.CaseNo {
				t.Errorf("%s: %+v, %v", c.CaseNo, vs, err)
			}
		}
	})
}

func TestEventAloneFindsItsCase(t *testing.T) {
	onBoth(t, func(t *testing.T, s *store.Store, _ *clock) {
		ctx := context.Background()
		one := newCase("藏9801", 1)
		load(t, s, caseRow(2, one))
		two := newCase("藏9802", 2)
		load(t, s, caseRow(2, two),
			ledger.Row{File: "in.csv", Line: 3, Event: &docket.Event{CaseKey: one.Key, Ref: "1", Court: "elsewhere"}},
			ledger.Row{File: "in.csv", Line: 4, Event: &docket.Event{CaseKey: two.Key, Ref: "1"}},
			ledger.Row{File: "in.csv", Line: 5, Event: &docket.Event{CaseKey: "nobody", Ref: "1", Court: "藏9803"}})
		for court, key := range map[string]string{"藏9801": one.Key, "藏9802": two.Key, "藏9803": "nobody"} {
			if evs, err := s.Events(ctx, court, key); err != nil || len(evs) != 1 {
				t.Errorf("events of %s %s: %v, %v", court, key, evs, err)
			}
		}
	})
}

func TestSeveralFilesAndArchive(t *testing.T) {
	onBoth(t, func(t *testing.T, s *store.Store, _ *clock) {
		ctx := context.Background()
		im, err := s.Begin(ctx, clerk)
		if err != nil {
			t.Fatal(err)
		}
		text := map[string]string{"a.csv": strings.Repeat("甲,乙\n", 1<<19), "b.csv": ""}
		for _, name := range []string{"a.csv", "b.csv"} {
			if _, err := im.Archive(ctx, name, strings.NewReader(text[name])); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := im.Archive(ctx, "a.csv", strings.NewReader("")); !errors.Is(err, fault.Invalid) {
			t.Errorf("same name twice: %v", err)
		}
		for i, name := range []string{"b.csv", "a.csv"} {
			if err := im.Put(ledger.Row{File: name, Line: 2, Case: newCase("藏9801", i)}); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := im.Archive(ctx, "c.csv", strings.NewReader("")); !errors.Is(err, fault.Conflict) {
			t.Errorf("archive after rows: %v", err)
		}
		b, err := im.Commit(ctx)
		if err != nil {
			t.Fatal(err)
		}
		if r, err := s.RecordByKey(ctx, "藏9801", newCase("藏9801", 1).Key); err != nil || r.File != "a.csv" {
			t.Errorf("file of the second row: %q, %v", r.File, err)
		}
		for _, f := range b.Files {
			a, err := s.OpenArchived(ctx, f)
			if err != nil {
				t.Fatal(err)
			}
			got := make([]byte, f.Bytes)
			if n, err := a.ReadAt(got, 0); n != len(text[f.Name]) || string(got) != text[f.Name] {
				t.Errorf("%s: %d bytes, %v", f.Name, n, err)
			}
			if err := a.Close(); err != nil {
				t.Error(err)
			}
		}
	})
}

func TestPutNeedsAnArchivedFile(t *testing.T) {
	onBoth(t, func(t *testing.T, s *store.Store, _ *clock) {
		ctx := context.Background()
		im, err := s.Begin(ctx, clerk)
		if err != nil {
			t.Fatal(err)
		}
		err = im.Put(ledger.Row{File: "other.csv", Line: 2, Case: newCase("藏9801", 1)})
		if !errors.Is(err, fault.Invalid) || !strings.Contains(err.Error(), "other.csv was not archived") {
			t.Errorf("put: %v", err)
		}
		if _, again := im.Commit(ctx); again == nil {
			t.Error("a failed import was committed")
		}
		if err := im.Discard(ctx); err != nil {
			t.Error(err)
		}
	})
}

func TestDiscardLeavesTheOldState(t *testing.T) {
	onBoth(t, func(t *testing.T, s *store.Store, _ *clock) {
		ctx := context.Background()
		load(t, s, caseRow(2, newCase("藏9801", 1)))
		before, err := s.Checksums(ctx)
		if err != nil {
			t.Fatal(err)
		}
		im, err := s.Begin(ctx, clerk)
		if err != nil {
			t.Fatal(err)
		}
		f, err := im.Archive(ctx, "in.csv", strings.NewReader("x"))
		if err != nil {
			t.Fatal(err)
		}
		for n := range 3000 {
			if err := im.Put(caseRow(n+2, newCase("藏9801", n))); err != nil {
				t.Fatal(err)
			}
		}
		if err := im.Discard(ctx); err != nil {
			t.Fatal(err)
		}
		after, err := s.Checksums(ctx)
		if err != nil || !reflect.DeepEqual(before, after) {
			t.Errorf("discarding changed the ledger: %v\n%v\n%v", err, before, after)
		}
		list, err := s.Batches(ctx)
		if err != nil || len(list) != 2 || list[0].State != store.Discarded || list[0].Read != 0 {
			t.Errorf("history: %+v, %v", list, err)
		}
		if a, err := s.OpenArchived(ctx, f); err != nil {
			t.Errorf("archive of a discarded batch: %v", err)
		} else if err := a.Close(); err != nil {
			t.Error(err)
		}
		wantCounts(t, load(t, s, caseRow(2, newCase("藏9801", 1))), 1, 0, 0, 1, 0, 0)
	})
}

func TestRehearsalCountsAndWritesNothing(t *testing.T) {
	onBoth(t, func(t *testing.T, s *store.Store, _ *clock) {
		ctx := context.Background()
		one := newCase("藏9801", 1)
		load(t, s, caseRow(2, one))
		im, err := s.Rehearse(ctx, clerk)
		if err != nil {
			t.Fatal(err)
		}
		if f, err := im.Archive(ctx, "other.csv", strings.NewReader("x")); err != nil || f.Bytes != 1 { // may be left out, as in.csv is
			t.Fatal(err)
		}
		changed := *one
		changed.Judge = "j8"
		for i, c := range []*docket.Case{&changed, newCase("藏9801", 2), &changed} {
			if err := im.Put(caseRow(i+2, c)); err != nil {
				t.Fatal(err)
			}
		}
		b, err := im.Commit(ctx)
		if err != nil {
			t.Fatal(err)
		}
		wantCounts(t, b, 3, 1, 1, 1, 0, 0)
		if list, err := s.Batches(ctx); err != nil || len(list) != 1 {
			t.Errorf("batches after a rehearsal: %v, %v", list, err)
		}
		if r, err := s.RecordByKey(ctx, one.Court, one.Key); err != nil || r.Judge != one.Judge {
			t.Errorf("rehearsal wrote: %+v, %v", r, err)
		}
	})
}

func TestBasis(t *testing.T) {
	onBoth(t, func(t *testing.T, s *store.Store, _ *clock) {
		ctx := context.Background()
		text := []byte(strings.Repeat("法院名单\x00", 1000))
		for range 2 { // the same basis is kept once
			im, err := s.Begin(ctx, clerk)
			if err != nil {
				t.Fatal(err)
			}
			if err := im.Basis(ctx, text); err != nil {
				t.Fatal(err)
			}
			b, err := im.Commit(ctx)
			if err != nil {
				t.Fatal(err)
			}
			if got, err := s.Basis(ctx, b.ID); err != nil || string(got) != string(text) {
				t.Errorf("basis of batch %d: %d bytes, %v", b.ID, len(got), err)
			}
		}
		b := load(t, s)
		if _, err := s.Basis(ctx, b.ID); !errors.Is(err, fault.NotFound) {
			t.Errorf("no basis: %v", err)
		}
	})
}

func TestTwoImportsConflict(t *testing.T) {
	onBoth(t, func(t *testing.T, s *store.Store, _ *clock) {
		ctx := context.Background()
		im, err := s.Begin(ctx, clerk)
		if err != nil {
			t.Fatal(err)
		}
		if list, err := s.Batches(ctx); err != nil || list[0].State != store.Running {
			t.Errorf("a batch at work shows as %+v, %v", list, err)
		}
		if _, err := s.Begin(ctx, clerk); !errors.Is(err, fault.Conflict) || !strings.Contains(err.Error(), "another import is running") {
			t.Errorf("second import: %v", err)
		}
		for name, err := range map[string]error{"discard": s.Discard(ctx, 1), "discard unknown": s.Discard(ctx, 99)} {
			if err == nil {
				t.Errorf("%s: no error", name)
			}
		}
		if err := im.Discard(ctx); err != nil {
			t.Fatal(err)
		}
		load(t, s, caseRow(2, newCase("藏9801", 1)))
	})
}

func TestImportDoesNotHoldUpTheOffice(t *testing.T) {
	onBoth(t, func(t *testing.T, s *store.Store, _ *clock) {
		ctx := context.Background()
		im, err := s.Begin(ctx, clerk)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := im.Archive(ctx, "in.csv", strings.NewReader("x")); err != nil {
			t.Fatal(err)
		}
		for n := range 2000 {
			if err := im.Put(caseRow(n+2, newCase("藏9801", n))); err != nil {
				t.Fatal(err)
			}
		}
		start := time.Now()
		if err := s.SetSetting(ctx, "data_day", "2024-06-30"); err != nil {
			t.Error(err)
		}
		if v, ok, err := s.Setting(ctx, "data_day"); v != "2024-06-30" || !ok || err != nil {
			t.Errorf("setting: %q %v %v", v, ok, err)
		}
		if waited := time.Since(start); waited > 2*time.Second {
			t.Errorf("a setting took %v beside an import", waited)
		}
		if _, err := im.Commit(ctx); err != nil {
			t.Error(err)
		}
	})
}

package store_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"zhunsheng/internal/civil"
	"zhunsheng/internal/docket"
	"zhunsheng/internal/fault"
	"zhunsheng/internal/indicator"
	"zhunsheng/internal/ledger"
	"zhunsheng/internal/store"
)

func TestLists(t *testing.T) {
	onBoth(t, func(t *testing.T, s *store.Store, _ *clock) {
		ctx := context.Background()
		courts := []docket.Court{{Code: "藏98", Name: "中院", Level: 3, Seq: 1}, {Code: "藏9802", Name: "乙县", Level: 4, Parent: "藏98", Seq: 2}, {Code: "藏9801", Name: "甲县", Level: 4, Parent: "藏98", Seq: 3}}
		divisions := []docket.Division{{ID: "m1", Court: "藏98", Name: "民一庭", Line: "civil", Seq: 1}, {ID: "m1", Court: "藏9802", Name: "民庭", Seq: 1}}
		causes := []docket.Cause{{Code: "9705", Name: "买卖合同纠纷", Level: 3, Line: "civil"}, {Code: "9000", Name: "合同纠纷", Level: 2}}
		roster := []docket.Posting{{Judge: "j1", Name: "法官一", Court: "藏98", Division: "m1", Post: "quota_judge", From: day("2020-01-01"), To: day("2023-06-30")},
			{Judge: "j1", Court: "藏9801", Post: "quota_judge", From: day("2023-07-01"), Lines: []string{"civil", "criminal"}, Languages: []string{"zh", "bo"}, Avoid: []string{"藏98", "藏9802"}, Stays: true}}
		for range 2 { // loading replaces
			for _, err := range []error{s.LoadCourts(ctx, courts), s.LoadDivisions(ctx, divisions), s.LoadCauses(ctx, causes), s.LoadRoster(ctx, roster)} {
				if err != nil {
					t.Fatal(err)
				}
			}
		}
		gotC, err1 := s.Courts(ctx)
		gotD, err2 := s.Divisions(ctx)
		gotA, err3 := s.Causes(ctx)
		gotR, err4 := s.Roster(ctx)
		if err := errors.Join(err1, err2, err3, err4); err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(gotC, courts) || !slices.Equal(gotD, divisions) || !slices.Equal(gotA, causes) || !reflect.DeepEqual(gotR, indicator.Roster(roster)) {
			t.Errorf("read back %v %v %v %v", gotC, gotD, gotA, gotR)
		}
		if rows := query(t, s, "SELECT from_day, lines, languages, avoid, stays FROM v_roster ORDER BY from_day"); !slices.Equal(rows, []string{
			"from_day|lines|languages|avoid|stays", "2020-01-01||||0", "2023-07-01|civil criminal|zh bo|藏98 藏9802|1"}) {
			t.Errorf("v_roster: %q", rows)
		}
		for want, err := range map[string]error{
			"line 2: the code 藏98 stands on the list twice": s.LoadCourts(ctx, []docket.Court{{Code: "藏98"}, {Code: "藏98"}}),
			"line 1: the code is empty":                     s.LoadCauses(ctx, []docket.Cause{{Name: "x"}}),
			"before it begins":                              s.LoadRoster(ctx, []docket.Posting{{Judge: "j", Court: "c", From: day("2024-01-02"), To: day("2024-01-01")}}),
		} {
			if !errors.Is(err, fault.Invalid) || !strings.Contains(err.Error(), want) {
				t.Errorf("got %v, want %s", err, want)
			}
		}
		if got, err := s.Courts(ctx); err != nil || len(got) != 3 {
			t.Errorf("a refused list changed the old one: %v, %v", got, err)
		}
	})
}

func TestMappings(t *testing.T) {
	onBoth(t, func(t *testing.T, s *store.Store, c *clock) {
		ctx := context.Background()
		save := func(name string, version int, body string) (int, error) {
			m, err := s.SaveMapping(ctx, store.Mapping{Name: name, Version: version, Body: body, User: "li"})
			return m.Version, err
		}
		for _, tc := range []struct {
			version int
			body    string
			want    int
			kind    error
		}{{0, "a", 1, nil}, {0, "a", 1, nil}, {0, "b", 2, nil}, {7, "c", 7, nil}, {7, "c", 7, nil}, {7, "d", 7, fault.Conflict}, {0, "", 0, fault.Invalid}} {
			got, err := save("plain", tc.version, tc.body)
			if got != tc.want || !errors.Is(err, tc.kind) {
				t.Errorf("save %d %q: %d, %v", tc.version, tc.body, got, err)
			}
		}
		if m, err := s.Mapping(ctx, "plain", 0); err != nil || m.Body != "c" || m.Version != 7 || m.User != "li" || !m.At.Equal(c.t) {
			t.Errorf("newest: %+v, %v", m, err)
		}
		if _, err := s.Mapping(ctx, "plain", 3); !errors.Is(err, fault.NotFound) {
			t.Errorf("unknown version: %v", err)
		}
		if list, err := s.Mappings(ctx); err != nil || len(list) != 3 {
			t.Errorf("list: %v, %v", list, err)
		}
	})
}

func TestFindAndRelated(t *testing.T) {
	onBoth(t, func(t *testing.T, s *store.Store, _ *clock) {
		ctx := context.Background()
		first, appeal, enforcement := newCase("藏9801", 1), newCase("藏98", 5), newCase("藏9801", 12)
		appeal.RelatedNo, appeal.Relation = first.CaseNo, "appeal_of"
		enforcement.RelatedNo, enforcement.Relation = appeal.CaseNo, "enforcement_of"
		load(t, s, caseRow(2, first), caseRow(3, appeal), caseRow(4, enforcement))
		changed := *first
		changed.Judge = "j9"
		load(t, s, caseRow(2, &changed)) // the old version must not be found
		find := func(q string, limit int) (out []string) {
			list, err := s.FindCaseNo(ctx, q, limit)
			if err != nil {
				t.Fatal(err)
			}
			for _, r := range list {
				out = append(out, r.CaseNo)
			}
			return out
		}
		for q, want := range map[string][]string{
			first.CaseNo:     {first.CaseNo},
			"（2024）藏9801":    {enforcement.CaseNo, first.CaseNo},
			"民初5":            {appeal.CaseNo},
			"9801民初1":        {enforcement.CaseNo, first.CaseNo},
			"%":              nil,
			"":               nil,
			" （2024）藏98民初5号": {appeal.CaseNo},
		} {
			if got := find(q, 10); !slices.Equal(got, want) {
				t.Errorf("find %q: %v, want %v", q, got, want)
			}
		}
		if got := find("（2024）", 2); len(got) != 2 {
			t.Errorf("limit: %v", got)
		}
		r, err := s.RecordByKey(ctx, appeal.Court, appeal.Key)
		if err != nil {
			t.Fatal(err)
		}
		related, err := s.Related(ctx, r)
		if err != nil || len(related) != 2 || related[0].CaseNo != first.CaseNo || related[0].Judge != "j9" || related[1].CaseNo != enforcement.CaseNo {
			t.Errorf("related: %+v, %v", related, err)
		}
		ids := []int64{related[1].ID, r.ID, related[1].ID}
		if list, err := s.Records(ctx, ids); err != nil || list[0].CaseNo != enforcement.CaseNo || list[1].ID != r.ID || list[2].ID != ids[2] {
			t.Errorf("records in order: %+v, %v", list, err)
		}
		for _, err := range []error{
			func() error { _, err := s.Record(ctx, 999); return err }(),
			func() error { _, err := s.RecordByKey(ctx, "藏9801", "none"); return err }(),
			func() error { _, err := s.Batch(ctx, 99); return err }(),
			func() error { _, err := s.Batch(ctx, 0); return err }(),
		} {
			if !errors.Is(err, fault.NotFound) {
				t.Errorf("want not found, got %v", err)
			}
		}
	})
}

func TestIssues(t *testing.T) {
	onBoth(t, func(t *testing.T, s *store.Store, _ *clock) {
		ctx := context.Background()
		row := func(line int, court, rule string, reject bool) ledger.Row {
			r := ledger.Row{File: "in.csv", Sheet: "s1", Line: line, Issues: []ledger.Issue{
				{File: "in.csv", Sheet: "s1", Row: line, Column: "filed_on", Value: "x\ty", Rule: rule, Remedy: "改", Reject: reject}}}
			if !reject {
				r.Case = newCase(court, line)
			}
			return r
		}
		load(t, s, row(2, "藏9801", "date.order", false), row(3, "藏9802", "date.order", false), row(4, "", "row.empty", true))
		load(t, s, row(2, "藏9801", "date.order", false))
		im, err := s.Begin(ctx, clerk)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := im.Archive(ctx, "in.csv", strings.NewReader("")); err != nil {
			t.Fatal(err)
		}
		if err := im.Put(row(9, "藏9801", "never.seen", false)); err != nil {
			t.Fatal(err)
		}
		if err := im.Discard(ctx); err != nil {
			t.Fatal(err)
		}
		for want, f := range map[int64]store.IssueFilter{
			4: {}, 3: {Rule: "date.order"}, 2: {Court: "藏9801", File: "in.csv"}, 1: {OnlyReject: true}, 0: {Rule: "never.seen"},
		} {
			n, err := s.CountIssues(ctx, f)
			got := slices.Collect(func(yield func(store.Issue) bool) {
				for is, err := range s.Issues(ctx, f) {
					if err != nil {
						t.Error(err)
					}
					if !yield(is) {
						return
					}
				}
			})
			if n != want || int64(len(got)) != want || err != nil {
				t.Errorf("%+v: %d, %d, %v; want %d", f, n, len(got), err, want)
			}
		}
		for is, err := range s.Issues(ctx, store.IssueFilter{Offset: 2, Limit: 1}) {
			want := store.Issue{Batch: 1, Issue: row(4, "", "row.empty", true).Issues[0]}
			if err != nil || is != want {
				t.Errorf("third issue %+v, %v\nwant %+v", is, err, want)
			}
			break
		}
		counts, err := s.IssueCounts(ctx, store.IssueFilter{Batch: 1})
		want := []store.IssueCount{{Rule: "date.order", Court: "藏9801", Flagged: 1}, {Rule: "date.order", Court: "藏9802", Flagged: 1}, {Rule: "row.empty", Rejected: 1}}
		if err != nil || !slices.Equal(counts, want) {
			t.Errorf("counts %+v, %v", counts, err)
		}
	})
}

func TestCompleteness(t *testing.T) {
	onBoth(t, func(t *testing.T, s *store.Store, _ *clock) {
		ctx := context.Background()
		if got, err := s.Completeness(ctx, civil.Period{}); err != nil || got != nil {
			t.Errorf("empty ledger: %v, %v", got, err)
		}
		if err := s.LoadCourts(ctx, []docket.Court{{Code: "藏9802", Seq: 1}, {Code: "藏9801", Seq: 2}}); err != nil {
			t.Fatal(err)
		}
		var rows []ledger.Row
		for i, days := range [][2]string{{"2024-01-05", "2024-03-01"}, {"2024-01-31", ""}, {"2024-04-01", "2024-04-02"}} {
			c := newCase("藏9801", i)
			c.FiledOn, c.ClosedOn = day(days[0]), 0
			if days[1] != "" {
				c.ClosedOn = day(days[1])
			}
			rows = append(rows, caseRow(i+2, c))
		}
		load(t, s, rows...)
		got, err := s.Completeness(ctx, civil.Period{})
		if err != nil {
			t.Fatal(err)
		}
		var text []string
		for _, m := range got {
			text = append(text, fmt.Sprintf("%s %s %d %d %v", m.Court, m.Month, m.Filed, m.Closed, m.Missing()))
		}
		want := []string{"藏9802 2024-01 0 0 true", "藏9802 2024-02 0 0 true", "藏9802 2024-03 0 0 true", "藏9802 2024-04 0 0 true",
			"藏9801 2024-01 2 0 false", "藏9801 2024-02 0 0 true", "藏9801 2024-03 0 1 false", "藏9801 2024-04 1 1 false"}
		if !slices.Equal(text, want) {
			t.Errorf("got %q\nwant %q", text, want)
		}
		if got, err := s.Completeness(ctx, civil.Month(2024, 4)); err != nil || len(got) != 2 || got[1].Filed != 1 {
			t.Errorf("one month: %+v, %v", got, err)
		}
	})
}

// TestCompletenessLeavesMistypedYearsOut: among 2,000 cases one filed in the year 1024 and one
// in 2204 do not stretch the table.
func TestCompletenessLeavesMistypedYearsOut(t *testing.T) {
	s := open(t, places["sqlite"](t), newClock())
	var rows []ledger.Row
	for n := range 2000 {
		c := newCase("藏9801", n)
		c.FiledOn = day("2024-01-01").AddDays(n % 60)
		switch n {
		case 10:
			c.FiledOn = day("1024-01-01")
		case 20:
			c.FiledOn = day("2204-01-01")
		}
		rows = append(rows, caseRow(n+2, c))
	}
	load(t, s, rows...)
	got, err := s.Completeness(context.Background(), civil.Period{})
	if err != nil || len(got) != 2 {
		t.Errorf("%d months, %v", len(got), err)
	}
}

// rebuildSource imports three batches whose archived files are the keys of rows; parse reads
// them back.
func rebuildSource(t *testing.T, s *store.Store) store.Parse {
	ctx := context.Background()
	byText := map[string][]ledger.Row{}
	for i := range 3 {
		rows := []ledger.Row{caseRow(2, newCase("藏9801", 1)), caseRow(3, newCase("藏9801", 10+i)), {File: "in.csv", Line: 4, Issues: []ledger.Issue{{Rule: "row.empty", Row: 4, Reject: true}}}}
		rows[0].Case.Judge = fmt.Sprintf("j%d", i)
		rows = append(rows, ledger.Row{File: "in.csv", Line: 5, Event: &docket.Event{CaseKey: rows[0].Case.Key, Ref: "1", Day: day("2024-05-01").AddDays(i)}})
		text := fmt.Sprintf("file %d", i)
		byText[text] = rows
		im, err := s.Begin(ctx, clerk)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := im.Archive(ctx, "in.csv", strings.NewReader(text)); err != nil {
			t.Fatal(err)
		}
		for _, r := range rows {
			if err := im.Put(r); err != nil {
				t.Fatal(err)
			}
		}
		if i == 1 { // a discarded batch leaves a gap in the numbers
			if err := im.Discard(ctx); err != nil {
				t.Fatal(err)
			}
			continue
		}
		if _, err := im.Commit(ctx); err != nil {
			t.Fatal(err)
		}
	}
	return func(_ context.Context, b store.Batch, files []*store.Archived, put func(ledger.Row) error) error {
		for _, f := range files {
			text := make([]byte, f.Bytes)
			if _, err := f.ReadAt(text, 0); err != nil {
				return err
			}
			for _, r := range byText[string(text)] {
				if err := put(r); err != nil {
					return err
				}
			}
		}
		return nil
	}
}

func TestRebuild(t *testing.T) {
	all := map[string]map[string]store.Checksum{}
	for name, place := range places {
		t.Run(name, func(t *testing.T) {
			ctx := context.Background()
			url := place(t)
			s := open(t, url, newClock())
			parse := rebuildSource(t, s)
			for range 2 { // a rebuilding leaves nothing behind that hinders the next
				fresh, err := s.Rebuild(ctx, parse, nil)
				if err != nil {
					t.Fatal(err)
				}
				if diff, err := s.Compare(ctx, fresh); err != nil || len(diff) != 0 {
					t.Errorf("rebuilt ledger differs: %+v, %v", diff, err)
				}
				if err := fresh.Close(); err != nil {
					t.Error(err)
				}
			}
			sums, err := s.Checksums(ctx)
			if err != nil {
				t.Fatal(err)
			}
			all[name] = sums
			wrong := func(ctx context.Context, b store.Batch, files []*store.Archived, put func(ledger.Row) error) error {
				return parse(ctx, b, files, func(r ledger.Row) error {
					if r.Event != nil {
						e := *r.Event
						e.Kind = "other"
						r.Event = &e
					}
					return put(r)
				})
			}
			fresh, err := s.Rebuild(ctx, wrong, nil)
			if err != nil {
				t.Fatal(err)
			}
			diff, err := s.Compare(ctx, fresh)
			if err != nil || len(diff) != 1 || diff[0].Table != "event_version" || diff[0].Mine.Rows != 2 {
				t.Errorf("another event: %+v, %v", diff, err)
			}
			if err := fresh.Close(); err != nil {
				t.Error(err)
			}
		})
	}
	if !reflect.DeepEqual(all["sqlite"], all["postgres"]) || len(all["sqlite"]) != 8 {
		t.Errorf("checksums differ between the databases:\n%v\n%v", all["sqlite"], all["postgres"])
	}
}

func TestDamagedArchiveIsNoticed(t *testing.T) {
	dir := t.TempDir()
	s := open(t, "sqlite:"+filepath.Join(dir, "ledger.db"), newClock())
	parse := rebuildSource(t, s)
	files, err := filepath.Glob(filepath.Join(dir, "archive", "*", "*.gz"))
	if err != nil || len(files) != 3 {
		t.Fatalf("archive: %v, %v", files, err)
	}
	for name, damage := range map[string]func() error{
		"changed": func() error { return os.WriteFile(files[0], []byte("not what it was"), 0o600) },
		"missing": func() error { return os.Remove(files[0]) },
	} {
		if err := damage(); err != nil {
			t.Fatal(err)
		}
		if _, err := s.Rebuild(context.Background(), parse, nil); !errors.Is(err, fault.Conflict) || !strings.Contains(err.Error(), "batch 1, file in.csv") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

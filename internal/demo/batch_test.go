package demo

import (
	"bytes"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"

	"zhunsheng/internal/docket"
	"zhunsheng/internal/ledger"
	"zhunsheng/rules"
)

// replay imports the printed files with the real reader, mapping and rules, as the store does:
// a row replaces the record with the same key.
type replay struct {
	t      *testing.T
	reader *ledger.Reader
	cases  map[string]docket.Case
	events map[string]docket.Event
	issues map[string]map[string]bool // rule → places, a case or a row
	reject int
}

func newReplay(t *testing.T, c *City) *replay {
	t.Helper()
	mappings, err := ledger.LoadMappings(rules.FS)
	if err != nil {
		t.Fatal(err)
	}
	cn, err := docket.LoadRegistry(rules.FS, "cn")
	if err != nil {
		t.Fatal(err)
	}
	vocabulary, err := docket.LoadVocabulary(rules.FS)
	if err != nil {
		t.Fatal(err)
	}
	checks, err := ledger.LoadRules(rules.FS)
	if err != nil {
		t.Fatal(err)
	}
	lists := ledger.Lists{Courts: map[string]docket.Court{}, Causes: map[string]docket.Cause{}}
	for _, x := range c.Courts {
		lists.Courts[x.Code] = x
	}
	for _, x := range c.Causes {
		lists.Causes[x.Code] = x
	}
	r := &replay{t: t, cases: map[string]docket.Case{}, events: map[string]docket.Event{}, issues: map[string]map[string]bool{}}
	r.reader = ledger.NewReader(mappings["cn-standard"], cn, vocabulary, checks, lists)
	return r
}

func (r *replay) file(f File) {
	var b bytes.Buffer
	if err := f.Write(&b); err != nil {
		r.t.Fatal(err)
	}
	p, err := r.reader.Parse(ledger.Input{Name: f.Name, R: bytes.NewReader(b.Bytes()), Size: int64(b.Len())}, ledger.Options{})
	if err != nil {
		r.t.Fatal(err)
	}
	rows := 0
	for row, err := range p.Rows() {
		if err != nil {
			r.t.Fatal(err)
		}
		rows++
		r.row(row)
	}
	if rows != f.Rows() {
		r.t.Errorf("%s: %d rows read, Rows() says %d", f.Name, rows, f.Rows())
	}
}

func (r *replay) row(row ledger.Row) {
	place := fmt.Sprintf("%s:%d", row.File, row.Line)
	switch {
	case row.Rejected():
		r.reject++
	case row.Event != nil:
		r.events[row.Event.CaseKey+"/"+row.Event.Ref] = *row.Event
	default:
		r.cases[row.Case.Key] = *row.Case
		place = row.Case.Key
	}
	for _, i := range row.Issues {
		if r.issues[i.Rule] == nil {
			r.issues[i.Rule] = map[string]bool{}
		}
		r.issues[i.Rule][place] = true
	}
}

// TestBatchesLeaveTheCity imports all batches and finds exactly the cases and events of the
// city, and on the issue list exactly what was planted.
func TestBatchesLeaveTheCity(t *testing.T) {
	c := theCity()
	r, rows := newReplay(t, c), 0
	for _, b := range c.Batches() {
		for _, f := range b.Files {
			r.file(f)
			rows += f.Rows()
		}
	}
	if len(r.cases) != len(c.Cases) || len(r.events) != len(c.Events) {
		t.Fatalf("%d cases and %d events, want %d and %d", len(r.cases), len(r.events), len(c.Cases), len(c.Events))
	}
	for i := range c.Cases {
		got := r.cases[c.Cases[i].Key]
		if !same(&got, &c.Cases[i]) {
			t.Fatalf("imported\n%+v\nwant\n%+v", got, c.Cases[i])
		}
	}
	for _, want := range c.Events {
		got := r.events[want.CaseKey+"/"+want.Ref]
		if delete(got.Extra, "事件编号"); len(got.Extra) == 0 { // a reader may keep the file's number beside the ref
			got.Extra = nil
		}
		if !reflect.DeepEqual(got, want) {
			t.Fatalf("imported %+v, want %+v", got, want)
		}
	}
	found := map[string]int{}
	for rule, places := range r.issues {
		found[rule] = len(places)
	}
	if !maps.Equal(found, quota) {
		t.Errorf("the reader finds %v, planted are %v", found, quota)
	}
	if want := c.Count(ruleDuplicate) + c.Count(ruleIdentity); r.reject != want {
		t.Errorf("%d rows refused, want %d", r.reject, want)
	}
	if rows > 350_000 {
		t.Errorf("%d rows in all batches, want at most 350,000", rows)
	}
}

func TestBatchesByYearThenByMonth(t *testing.T) {
	var names []string
	for _, b := range theCity().Batches() {
		names = append(names, b.Name)
		if len(b.Files) < 3 {
			t.Errorf("batch %v has few files", b)
		}
	}
	if len(names) != 22 || names[0] != "2019" || names[3] != "2022" || names[4] != "2023-01" || names[21] != "2024-06" {
		t.Errorf("batches %v", names)
	}
}

// TestHistoryIsCorrected finds late entries, late closings and mended slips by comparing the
// deliveries with what is true now.
func TestHistoryIsCorrected(t *testing.T) {
	c := theCity()
	late, lateClosing, mended, reassigned := 0, 0, 0, 0
	for _, m := range c.all {
		if !m.known(c.Until) {
			continue
		}
		if m.entered > m.FiledOn {
			late++
		}
		if m.closeKnown > m.ClosedOn {
			lateClosing++
		}
		mended += len(m.slips)
		if m.firstJudge != "" {
			reassigned++
		}
	}
	for name, n := range map[string]int{"late entries": late, "late closings": lateClosing, "mended slips": mended, "changes of judge": reassigned} {
		if n < 20 {
			t.Errorf("%s: %d, want some", name, n)
		}
	}
}

func TestPlantedErrors(t *testing.T) {
	c := theCity()
	counts := map[string]int{}
	for _, f := range c.Planted {
		counts[f.Rule]++
	}
	if !maps.Equal(counts, quota) {
		t.Errorf("planted %v, want %v", counts, quota)
	}
	if got := c.Rules(); len(got) != len(quota) || !slices.IsSorted(got) {
		t.Errorf("rules %v", got)
	}
	byNo := map[string]docket.Case{}
	for _, x := range c.Cases {
		byNo[x.CaseNo] = x
	}
	for _, f := range c.Planted {
		x := byNo[f.CaseNo]
		wrong := map[string]bool{
			ruleOrder: x.ClosedOn < x.FiledOn, ruleWay: !x.ClosedOn.IsZero() && x.ClosingWay == "", ruleYear: !strings.Contains(x.CaseNo, strconv.Itoa(x.FiledOn.Year())),
			ruleLink: x.RelatedNo == "", ruleDate: x.HeardOn.IsZero(), ruleWord: x.Procedure == f.Value,
			ruleDuplicate: x.CaseNo != "", ruleCourt: x.Court == f.Court, ruleIdentity: x.CaseNo == "",
		}
		if !wrong[f.Rule] {
			t.Errorf("%+v is not wrong in the city: %+v", f, x)
		}
	}
	doubles := map[doubled]int{}
	for _, m := range c.all {
		doubles[m.doubled]++
	}
	if doubles[identical] != identicalRows || doubles[differing] != quota[ruleDuplicate] {
		t.Errorf("doubled rows %v", doubles)
	}
}

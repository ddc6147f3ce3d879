package demo

import (
	"bytes"
	"encoding/csv"
	"maps"
	"slices"
	"strconv"
	"strings"
	"testing"

	"zhunsheng/internal/civil"
	"zhunsheng/internal/docket"
)

// replay reads the printed files as an import does: court and case number identify a row,
// rows of unknown courts or without a number stay out, words become codes, what cannot be
// read is absent. keep says whether the first or the last of two rows in one file counts.
type replay struct {
	t      *testing.T
	codes  map[string]map[string]string
	courts map[string]bool
	cases  map[string]docket.Case
	events map[string]docket.Event
	refuse int
	dates  int
}

func newReplay(t *testing.T, c *City) *replay {
	r := &replay{t: t, codes: map[string]map[string]string{}, courts: map[string]bool{}, cases: map[string]docket.Case{}, events: map[string]docket.Event{}}
	for column, list := range words {
		r.codes[column] = map[string]string{}
		for code, w := range list {
			r.codes[column][w] = code
		}
	}
	for _, x := range c.Courts {
		r.courts[x.Code] = true
	}
	return r
}

func (r *replay) code(column, text string) string {
	if code, ok := r.codes[column][text]; ok {
		return code
	}
	return text
}

func (r *replay) date(text string) civil.Date {
	if text == "" {
		return 0
	}
	d, err := civil.ParseDate(text)
	if err != nil {
		r.dates++
	}
	return d
}

func (r *replay) file(f File, lastWins bool) {
	var b bytes.Buffer
	if err := f.Write(&b); err != nil {
		r.t.Fatal(err)
	}
	rows, err := csv.NewReader(&b).ReadAll()
	if err != nil {
		r.t.Fatal(err)
	}
	if len(rows) != f.Rows()+1 {
		r.t.Errorf("%s: %d lines, Rows() says %d", f.Name, len(rows)-1, f.Rows())
	}
	inFile := map[string]bool{}
	for _, cells := range rows[1:] {
		if strings.HasPrefix(f.Name, "事件") {
			r.event(cells)
			continue
		}
		c := r.record(rows[0], cells)
		if c.CaseNo == "" || !r.courts[c.Court] {
			r.refuse++
			continue
		}
		if lastWins || !inFile[c.Key] {
			r.cases[c.Key] = c
		}
		inFile[c.Key] = true
	}
}

func (r *replay) record(head, cells []string) docket.Case {
	var c docket.Case
	for i, zh := range head {
		at := slices.IndexFunc(docket.Fields, func(f docket.Field) bool { return f.Zh == zh })
		f, text := &docket.Fields[at], cells[i]
		switch f.Kind {
		case docket.Text:
			*f.Text(&c) = r.code(f.Name, text)
		case docket.Day:
			*f.Day(&c) = r.date(text)
		case docket.Amount:
			if text != "" {
				cents, err := strconv.ParseInt(strings.Replace(text, ".", "", 1), 10, 64)
				if err != nil {
					r.t.Fatal(err)
				}
				*f.Money(&c) = docket.Money{Cents: cents, Known: true}
			}
		case docket.Number:
			n, _ := strconv.Atoi(text)
			*f.Number(&c) = int32(n)
		case docket.YesNo:
			*f.Flag(&c) = map[string]docket.Flag{"yes": docket.Yes, "no": docket.No}[r.code("yes_no", text)]
		}
	}
	c.Key = c.CaseNo
	return c
}

func (r *replay) event(cells []string) {
	r.events[cells[1]+"/"+cells[2]] = docket.Event{
		CaseKey: cells[1], Ref: cells[2], Kind: r.code("event", cells[3]), Day: r.date(cells[4]), Until: r.date(cells[5]),
		Court: cells[6], Judge: cells[7], Result: cells[8], EnteredOn: r.date(cells[9]),
	}
}

// TestBatchesLeaveTheCity imports all batches and finds exactly the cases and events of the
// city, whether the first or the last of two differing rows counts.
func TestBatchesLeaveTheCity(t *testing.T) {
	c := theCity()
	for _, lastWins := range []bool{true, false} {
		r, rows := newReplay(t, c), 0
		for _, b := range c.Batches() {
			for _, f := range b.Files {
				r.file(f, lastWins)
				rows += f.Rows()
			}
		}
		if len(r.cases) != len(c.Cases) || len(r.events) != len(c.Events) {
			t.Fatalf("%d cases and %d events, want %d and %d", len(r.cases), len(r.events), len(c.Cases), len(c.Events))
		}
		for i := range c.Cases {
			got := r.cases[c.Cases[i].Key]
			if !same(&got, &c.Cases[i]) {
				t.Fatalf("last wins %v: imported\n%+v\nwant\n%+v", lastWins, got, c.Cases[i])
			}
		}
		for _, want := range c.Events {
			if got := r.events[want.CaseKey+"/"+want.Ref]; got.Kind != want.Kind || got.Day != want.Day || got.Until != want.Until || got.EnteredOn != want.EnteredOn || got.Judge != want.Judge {
				t.Fatalf("imported %+v, want %+v", got, want)
			}
		}
		if want := c.Count(ruleCourt) + c.Count(ruleIdentity); r.refuse != want {
			t.Errorf("%d rows refused, want %d", r.refuse, want)
		}
		if r.dates < c.Count(ruleDate) {
			t.Errorf("%d unreadable dates, want at least %d", r.dates, c.Count(ruleDate))
		}
		if rows > 350_000 {
			t.Errorf("%d rows in all batches, want at most 350,000", rows)
		}
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
			ruleLink: x.RelatedNo == f.Value, ruleDate: x.HeardOn.IsZero(), ruleWord: x.Procedure == f.Value,
			ruleDuplicate: x.CaseNo != "", ruleCourt: x.CaseNo == "", ruleIdentity: x.CaseNo == "",
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

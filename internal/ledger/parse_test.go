package ledger_test

import (
	"bytes"
	"fmt"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/simplifiedchinese"
	"pgregory.net/rapid"

	"zhunsheng/internal/docket"
	"zhunsheng/internal/ledger"
)

func TestStreamKeepsOrderAndEnds(t *testing.T) {
	data := benchLedger(2000)
	r := reader(t, "cn-standard", ledger.Lists{})
	before := runtime.NumGoroutine()
	p, err := r.Parse(input("a.csv", data), ledger.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for range 2 { // rows can be read again
		line := 2
		for row, err := range p.Rows() {
			if err != nil || row.Line != line || row.Case == nil {
				t.Fatalf("row %d: %+v, %v", line, row, err)
			}
			line++
		}
		if line != 2002 {
			t.Fatalf("%d rows", line-2)
		}
	}
	for stop := range 600 {
		if stop%97 != 0 {
			continue
		}
		n := 0
		for range p.Rows() {
			if n++; n > stop {
				break
			}
		}
	}
	for range 100 {
		if runtime.NumGoroutine() <= before {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Errorf("%d goroutines are left, before there were %d", runtime.NumGoroutine(), before)
}

func TestRowsDoNotChangeLater(t *testing.T) {
	p, err := reader(t, "cn-standard", ledger.Lists{}).Parse(input("a.csv", benchLedger(5000)), ledger.Options{})
	if err != nil {
		t.Fatal(err)
	}
	var kept []ledger.Row
	var printed []string
	for row, err := range p.Rows() {
		if err != nil {
			t.Fatal(err)
		}
		kept, printed = append(kept, row), append(printed, fmt.Sprintf("%+v", *row.Case))
	}
	for i := range kept {
		if got := fmt.Sprintf("%+v", *kept[i].Case); got != printed[i] {
			t.Fatalf("row %d changed:\n%s\n%s", i, printed[i], got)
		}
	}
}

func TestDamagedFileEndsWithAnError(t *testing.T) {
	data := append(benchLedger(3000), "藏9801,\x00\n"...)
	p, err := reader(t, "cn-standard", ledger.Lists{}).Parse(input("a.csv", data), ledger.Options{})
	if err != nil {
		t.Fatal(err)
	}
	rows, faults := 0, 0
	for _, err := range p.Rows() {
		if err != nil {
			faults++
			if !strings.Contains(err.Error(), "a.csv, line 3002") {
				t.Errorf("error %v", err)
			}
			continue
		}
		if faults > 0 {
			t.Fatal("rows after the error")
		}
		rows++
	}
	if rows != 3000 || faults != 1 {
		t.Errorf("%d rows, %d errors", rows, faults)
	}
}

func TestWrongFileForTheMapping(t *testing.T) {
	for mapping, want := range map[string]string{
		"brazil-roraima": "no column for case_no (looked for case_number; the file has 甲, 乙)",
		"cook-county":    "mapping cook-county has no table for this file",
		"cn-standard":    "no column for court (looked for 法院代码, 法院; the file has 甲, 乙)",
	} {
		_, err := reader(t, mapping, ledger.Lists{}).Parse(input("x.csv", []byte("甲,乙\n1,2\n")), ledger.Options{})
		if mapping == "cn-standard" {
			want = "no column for"
		}
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: error %v, want %s", mapping, err, want)
		}
	}
}

// workbook makes an xlsx file of sheets in order.
func workbook(t testing.TB, sheets ...any) []byte {
	t.Helper()
	f := excelize.NewFile()
	for i := 0; i < len(sheets); i += 2 {
		name := sheets[i].(string)
		if _, err := f.NewSheet(name); err != nil {
			t.Fatal(err)
		}
		for r, row := range sheets[i+1].([][]any) {
			if err := f.SetSheetRow(name, fmt.Sprintf("A%d", r+1), &row); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := f.DeleteSheet("Sheet1"); err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := f.Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestWorkbookWithSeveralSheets(t *testing.T) {
	data := workbook(t,
		"说明", [][]any{{"本表", "由审管办"}, {"导出", "于6月"}},
		"一审", [][]any{{"案号", "法院代码", "立案日期"}, {"（2024）藏9801民初1号", "藏9801", time.Date(2024, 3, 5, 0, 0, 0, 0, time.UTC)}},
		"事件表", [][]any{{"案号", "法院代码", "事件编号", "事件", "日期"}, {"（2024）藏9801民初1号", "藏9801", 1, "开庭", "2024-04-01"}})
	r := reader(t, "cn-standard", ledger.Lists{})
	p, err := r.Parse(input("2024.xlsx", data), ledger.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if d := p.Detected(); len(d) != 2 || d[0].Sheet != "一审" || !strings.Contains(fmt.Sprint(d[0].Notes), "Sheet 说明 has no known column") {
		t.Errorf("detected %+v", d)
	}
	rows := parse(t, r, input("2024.xlsx", data))
	if len(rows) != 2 || rows[0].Case == nil || rows[0].Case.FiledOn.String() != "2024-03-05" ||
		rows[1].Event == nil || rows[1].Event.Kind != "heard" || rows[1].Event.Ref != "1" || rows[1].Sheet != "事件表" || rows[1].Event.Extra != nil {
		t.Errorf("rows %+v", rows)
	}
	if rows[1].Event.CaseKey != rows[0].Case.Key {
		t.Errorf("the event belongs to %s, the case is %s", rows[1].Event.CaseKey, rows[0].Case.Key)
	}
}

func TestGB18030WithTitleRows(t *testing.T) {
	text := "甲市法院案件台账,,,\n案号,法院代码,立案日期,结案方式\n（2024）藏9801民初1号,藏9801,2024.3.5,判决\n"
	data, err := simplifiedchinese.GB18030.NewEncoder().String(text)
	if err != nil {
		t.Fatal(err)
	}
	rows := parse(t, reader(t, "cn-standard", ledger.Lists{}), input("a.csv", []byte(data)))
	if len(rows) != 1 || rows[0].Line != 3 || rows[0].Case.FiledOn.String() != "2024-03-05" || rows[0].Case.ClosingWay != "judgment" {
		t.Errorf("rows %+v", rows[0].Case)
	}
}

// TestAmbiguousDaysAreFlagged: 03/04/2024 is not guessed; a format in the mapping settles it.
func TestAmbiguousDaysAreFlagged(t *testing.T) {
	text := "案号,法院代码,立案日期\n（2024）藏9801民初1号,藏9801,03/04/2024\n"
	m := mappings(t)["cn-standard"]
	row := parse(t, readerOf(t, m, ledger.Lists{}), input("a.csv", []byte(text)))[0]
	if issueText(row) != "立案日期=date.valid" || row.Case.Extra["立案日期"] != "03/04/2024" {
		t.Errorf("%s, %+v", issueText(row), row.Case)
	}
	for i := range m.Tables[1].Columns {
		if m.Tables[1].Columns[i].Field == "filed_on" {
			m.Tables[1].Columns[i].Format = "DD/MM/YYYY"
		}
	}
	row = parse(t, readerOf(t, m, ledger.Lists{}), input("a.csv", []byte(text)))[0]
	if issueText(row) != "" || row.Case.FiledOn.String() != "2024-04-03" {
		t.Errorf("%s, %+v", issueText(row), row.Case)
	}
}

// TestEveryRowComesOutOnce: whatever the cells hold, as many rows come out as went in, and
// each is a case or has a reason to be rejected.
func TestEveryRowComesOutOnce(t *testing.T) {
	r := reader(t, "cn-standard", testLists)
	headers := []string{"案号", "法院代码"}
	for _, f := range docket.FileFields[3:] {
		headers = append(headers, f.Zh)
	}
	cell := rapid.OneOf(rapid.SampledFrom([]string{"", "藏9801", "（2024）藏9801民初1号", "（2024）藏9801民终*号", "2024-01-01", "20240230", "判决", "是", "12.5", "-3", "一审"}),
		rapid.StringMatching(`[^\x00-\x1f",\x7f-\x9f\x{feff}\x{fffd}]{0,6}`))
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 40).Draw(t, "rows")
		var b strings.Builder
		b.WriteString(strings.Join(headers, ",") + "\n")
		for range n {
			row := rapid.SliceOfN(cell, len(headers)-1, len(headers)+1).Draw(t, "row")
			row[1] = "藏98" + row[1] // no row is blank
			b.WriteString(strings.Join(row, ",") + "\n")
		}
		p, err := r.Parse(input("a.csv", []byte(b.String())), ledger.Options{Delimiter: ',', Encoding: "UTF-8"})
		if err != nil {
			t.Fatal(err)
		}
		got := 0
		for row, err := range p.Rows() {
			if err != nil {
				t.Fatal(err)
			}
			got++
			rejects := strings.Contains(" "+issueText(row), " !")
			if row.Rejected() != rejects {
				t.Fatalf("row %d: rejected %v, issues %s", row.Line, row.Rejected(), issueText(row))
			}
			if row.Case != nil && (row.Case.Key == "" || row.Case.Court == "") {
				t.Fatalf("row %d: a case without key: %+v", row.Line, row.Case)
			}
		}
		if got != n {
			t.Fatalf("%d rows came out of %d", got, n)
		}
	})
}

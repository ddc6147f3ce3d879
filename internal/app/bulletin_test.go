package app_test

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"encoding/xml"
	"flag"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"zhunsheng/internal/access"
	"zhunsheng/internal/app"
	"zhunsheng/internal/bulletin"
	"zhunsheng/internal/civil"
	"zhunsheng/internal/docket"
	"zhunsheng/internal/indicator"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// TestBulletin builds the monthly bulletin of the demo city and reads it back: its text is the
// golden one, every figure it prints is the one the pages compute, and every list of the
// appendix is as long as its figure.
func TestBulletin(t *testing.T) {
	city := cityOf(t)
	june := civil.Month(2024, 6)
	ed, err := city.app.BuildBulletin(t.Context(), access.System(), app.Order{Kind: "monthly", Period: june})
	if err != nil {
		t.Fatal(err)
	}
	files := map[string][]byte{}
	for _, f := range ed.Files {
		files[f.Name] = f.Data
	}
	text, made := docxText(t, files["bulletin.docx"]), statedBy(t, files["figures.json"])
	compareGolden(t, "monthly-2024-06.txt", text)
	compareNumbers(t, made)
	compareCells(t, made, text)
	compareDerived(t, made)
	compareSheets(t, files["appendix.xlsx"], false)
	compareTruth(t, files)
	compareFigures(t, city.app, files["figures.json"])
	compareLists(t, city.app, files["appendix.xlsx"], june)

	again, err := city.app.BuildBulletin(t.Context(), access.System(), app.Order{Kind: "monthly", Period: june})
	if err != nil || again.ID != ed.ID || again.Hash != ed.Hash {
		t.Errorf("the same order gives another edition: %s then %s (%v)", ed.ID, again.ID, err)
	}
}

// TestBulletinKeepsToItsScope: who may not see the city may not build or take its bulletin.
func TestBulletinKeepsToItsScope(t *testing.T) {
	city := cityOf(t)
	office := access.Scope{User: "jiceng", Role: access.CourtOffice, Court: "藏9801"}
	if _, err := city.app.BuildBulletin(t.Context(), office, app.Order{Kind: "monthly", Period: civil.Month(2024, 6)}); err == nil {
		t.Error("a basic court's office built the city's bulletin")
	}
	ed, err := city.app.BuildBulletin(t.Context(), access.System(), app.Order{Kind: "monthly", Court: "藏9802", Period: civil.Month(2024, 6)})
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range ed.Files {
		if f.Name != "bulletin.docx" {
			continue
		}
		if text := docxText(t, f.Data); strings.Contains(text, "朗青区") || !strings.Contains(text, "雪砾县") {
			t.Errorf("the bulletin of one court speaks of another:\n%s", text)
		}
	}
}

// docxText prints a document as its reader sees it: a line per paragraph, cells apart by |.
func docxText(t *testing.T, docx []byte) string {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(docx), int64(len(docx)))
	if err != nil {
		t.Fatal(err)
	}
	f, err := z.Open("word/document.xml")
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	cell := false
	for d := xml.NewDecoder(f); ; {
		tok, err := d.Token()
		if err == io.EOF {
			return b.String()
		}
		if err != nil {
			t.Fatal(err)
		}
		switch x := tok.(type) {
		case xml.StartElement:
			cell = cell || x.Name.Local == "tc"
		case xml.CharData:
			b.Write(x)
		case xml.EndElement:
			switch {
			case x.Name.Local == "tc":
				cell = false
				b.WriteString(" |")
			case x.Name.Local == "tr", x.Name.Local == "p" && !cell:
				b.WriteByte('\n')
			}
		}
	}
}

func compareGolden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s differs (go test -run TestBulletin -update rewrites it):\n%s", path, got)
	}
}

// compareFigures asks for every printed figure again, by its id.
func compareFigures(t *testing.T, a *app.App, raw []byte) {
	t.Helper()
	var doc bulletin.Edition
	if err := json.Unmarshal(raw, &doc); err != nil {
		t.Fatal(err)
	}
	if len(doc.Figures) < 200 {
		t.Fatalf("only %d figures are listed", len(doc.Figures))
	}
	n := 0
	for _, f := range doc.Figures {
		if f.Set != "" { // else it is derived: compareDerived
			sameFigure(t, a, f)
			n++
		}
	}
	t.Logf("%d printed figures computed again", n)
}

// sameFigure asks for a figure by its id.
func sameFigure(t *testing.T, a *app.App, f bulletin.Printed) {
	t.Helper()
	p, err := civil.ParsePeriod(f.Period)
	if err != nil {
		t.Fatal(err)
	}
	req := indicator.Request{Set: f.Set, Indicators: []string{f.Indicator}, Period: p, By: f.By}
	limits := map[string]string{}
	for i, field := range f.By {
		limits[field] = f.Of[i]
	}
	if len(limits) > 0 {
		req.Filter = indicator.Match(limits)
	}
	if f.Only != nil {
		field, _ := docket.FieldIndex("court")
		req.Filter = &indicator.Pred{Op: indicator.TextIn, Field: field, Set: f.Only}
	}
	got, err := a.Compute(t.Context(), access.System(), req)
	if err != nil {
		t.Fatal(err)
	}
	if len(got) != 1 || indicator.FormatRat(got[0].Value) != f.Value {
		t.Errorf("%s prints %s, the pages compute %v", f.ID, f.Value, got)
	}
}

// compareLists counts the rows of the appendix's case lists.
func compareLists(t *testing.T, a *app.App, xlsx []byte, p civil.Period) {
	t.Helper()
	f, err := excelize.OpenReader(bytes.NewReader(xlsx))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for sheet, key := range map[string]string{"超12个月未结": "pending_over_12m", "本期新收": "filed", "本期结案": "closed"} {
		got, err := a.Compute(t.Context(), access.System(), indicator.Request{Set: "volume", Indicators: []string{key}, Period: p})
		if err != nil {
			t.Fatal(err)
		}
		rows, err := f.GetRows(sheet)
		if err != nil {
			t.Fatal(err)
		}
		const head = 3 // two notes and the column names
		said := regexp.MustCompile(`：(\d+) 件`).FindStringSubmatch(rows[1][0])
		if want := got[0].Value.Num().String(); strconv.Itoa(len(rows)-head) != want || said == nil || said[1] != want {
			t.Errorf("sheet %s has %d cases and says %v; the figure is %s", sheet, len(rows)-head, said, want)
		}
	}
}

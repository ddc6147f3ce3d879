package document_test

import (
	"bytes"
	"fmt"
	"os/exec"
	"strings"
	"testing"

	"zhunsheng/internal/document"
)

// rowsOf is a table with so many rows, each with a name of its own.
func rowsOf(name string, n int, note string) document.Table {
	t := document.Table{Caption: name, Head: []string{"项目", "件数"}, Note: note}
	for i := range n {
		t.Rows = append(t.Rows, []string{fmt.Sprintf("%s%02d", name, i), "1"})
	}
	return t
}

// TestRowsStayTogether: a short table is one piece with its caption, head and note; of a long one
// the first two and the last two rows stay together.
func TestRowsStayTogether(t *testing.T) {
	for name, tc := range map[string]struct {
		table document.Table
		keep  string // by row, the head first: + stays with what follows
	}{
		"short":           {rowsOf("r", 3, ""), "+++-"},
		"short with note": {rowsOf("r", 3, "注"), "++++"},
		"one row":         {rowsOf("r", 1, ""), "+-"},
		"no row":          {rowsOf("r", 0, ""), "-"},
		"long":            {rowsOf("r", 20, ""), "++" + strings.Repeat("-", 17) + "+-"},
		"long with note":  {rowsOf("r", 20, "注"), "++" + strings.Repeat("-", 17) + "++"},
	} {
		var b bytes.Buffer
		if err := document.WriteDocx(&b, document.Document{Style: document.Letter, Blocks: []document.Block{tc.table}}); err != nil {
			t.Fatal(err)
		}
		got := ""
		for _, row := range strings.Split(parts(t, b.Bytes())["word/document.xml"], "<w:tr>")[1:] {
			row, _, _ = strings.Cut(row, "</w:tr>")
			got += map[bool]string{true: "+", false: "-"}[strings.Contains(row, "<w:keepNext/>")]
		}
		if got != tc.keep {
			t.Errorf("%s: %s, want %s", name, got, tc.keep)
		}
	}
}

// TestTablesAsPrinted puts tables at every height of a page and looks for each of their rows: none
// is lost, and no table is divided.
func TestTablesAsPrinted(t *testing.T) {
	if testing.Short() {
		t.Skip("renders through LibreOffice")
	}
	for _, tool := range []string{"soffice", "pdftotext"} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Skipf("%s is not installed; TestRowsStayTogether checks the properties", tool)
		}
	}
	const tables, rows = 12, 7
	d := document.Document{Style: document.Letter, Title: "报告"}
	for i := range tables {
		d.Blocks = append(d.Blocks, document.Paragraph{Text: strings.Repeat("据", 28*(1+i))}, document.Heading{Level: 1, Text: "标题"}, rowsOf(string(rune('A'+i)), rows, "注"))
	}
	pages := map[string]map[int]bool{}
	found := map[string]bool{}
	for n, p := range rendered(t, d) {
		for _, w := range p {
			if len(w.text) == 3 && w.text[0] >= 'A' && w.text[0] < 'A'+tables {
				name := w.text[:1]
				if pages[name] == nil {
					pages[name] = map[int]bool{}
				}
				pages[name][n], found[w.text] = true, true
			}
		}
	}
	if len(found) != tables*rows {
		t.Errorf("%d rows are printed, want %d", len(found), tables*rows)
	}
	for name, on := range pages {
		if len(on) != 1 {
			t.Errorf("table %s lies on %d pages", name, len(on))
		}
	}
}

package document_test

import (
	"archive/zip"
	"bytes"
	"io"
	"strings"
	"testing"

	"zhunsheng/internal/document"
)

// TestStreamedSheetsHaveFilters: the filter stands in the streamed sheet, over its header and
// rows, and the frozen header above it.
func TestStreamedSheetsHaveFilters(t *testing.T) {
	var b bytes.Buffer
	sheet := document.Sheet{Name: "案件", Notes: []string{"数据截至"}, Columns: []document.Column{{Title: "案号"}, {Title: "件"}}, Rows: [][]any{{"甲", 1}, {"乙", 2}}}
	if err := document.WriteXlsx(&b, document.Workbook{Sheets: []document.Sheet{sheet, {Name: "空", Columns: sheet.Columns}}}); err != nil {
		t.Fatal(err)
	}
	z, err := zip.NewReader(bytes.NewReader(b.Bytes()), int64(b.Len()))
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]bool{"xl/worksheets/sheet1.xml": true, "xl/worksheets/sheet2.xml": false} {
		f, err := z.Open(name)
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(f)
		if err != nil {
			t.Fatal(err)
		}
		if got := strings.Count(string(text), `<autoFilter ref="$A$2:$B$4"`); (got == 1) != want {
			t.Errorf("%s has %d filters: %s", name, got, text)
		}
		if !strings.Contains(string(text), "frozen") {
			t.Errorf("%s: the header is not frozen", name)
		}
	}
}

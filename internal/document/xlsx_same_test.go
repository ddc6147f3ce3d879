package document

import (
	"bytes"
	"fmt"
	"testing"
)

// TestXlsxIsTheSameAgain: an edition can be built again byte by byte.
func TestXlsxIsTheSameAgain(t *testing.T) {
	var wb Workbook
	for i := range 9 {
		wb.Sheets = append(wb.Sheets, Sheet{Name: fmt.Sprintf("表%d", i+1), Notes: []string{"口径"}, Columns: []Column{{Title: "法院"}, {Title: "数"}}, Rows: [][]any{{"甲", i}, {"乙", i * 2}}})
	}
	var first bytes.Buffer
	if err := WriteXlsx(&first, wb); err != nil {
		t.Fatal(err)
	}
	for range 10 {
		var again bytes.Buffer
		if err := WriteXlsx(&again, wb); err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(first.Bytes(), again.Bytes()) {
			t.Fatal("the same workbook gave other bytes")
		}
	}
}

package ledger

import (
	"encoding/csv"
	"io"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
)

// readCSV cuts text with our reader from a source that gives few bytes at a time.
func readCSV(r io.Reader) (rows []readRow, err error) {
	c := &csvReader{src: r, name: "a.csv", delim: ',', maxColumns: 1 << 20, maxRow: 1 << 20, line: 1}
	for {
		line, cells, err := c.next()
		if err == io.EOF {
			return rows, nil
		}
		if err != nil {
			return rows, err
		}
		rows = append(rows, readRow{line, slices.Clone(cells)})
	}
}

// agree compares our reader with encoding/csv on one text.
func agree(t *testing.T, text string) {
	t.Helper()
	got, err := readCSV(iotest.HalfReader(strings.NewReader(text)))
	std := csv.NewReader(strings.NewReader(text))
	std.FieldsPerRecord = -1
	for i := 0; ; i++ {
		want, stdErr := std.Read()
		if stdErr == io.EOF {
			if err != nil || i != len(got) {
				t.Fatalf("%q: %d rows and %v, want %d", text, len(got), err, i)
			}
			return
		}
		if stdErr != nil {
			if err == nil || i != len(got) {
				t.Fatalf("%q: no error behind row %d, want %v", text, i, stdErr)
			}
			return
		}
		if i >= len(got) {
			t.Fatalf("%q: %d rows, then %v; want another: %q", text, i, err, want)
		}
		if line, _ := std.FieldPos(0); !slices.Equal(got[i].Cells, want) || got[i].Line != line {
			t.Fatalf("%q: row %d is %q on line %d, want %q on %d", text, i, got[i].Cells, got[i].Line, want, line)
		}
	}
}

var csvTexts = []string{
	"", "\n", "a", "a,b\n", "a,b\r\nc,d", ",", ",,\n,", "a\n\n\nb\n", "a\r\r\n", "\r", "a\r", "\r\n\r\nx",
	`"a"`, `"a",b`, `"a""b"`, "\"a\nb\",c\nd,e\n", "\"a\r\nb\"\r\n", `""`, `"",""`, "\"\"\n\"\"", "\"a\"\r", "\"a\"\rb", "\"a\rb\"",
	`a"b`, `"a"b`, `"a`, `"a""`, "x,\"a\n\n", "x\n\"a\nb\nc\" d\n", "a,\"b\"\nc,d\"", "案号,\"甲,乙\"\n",
	"\"" + strings.Repeat("x,\n", 300) + "\",y\nz\n",
}

func TestCSVAgreesWithStandardLibrary(t *testing.T) {
	for _, text := range csvTexts {
		agree(t, text)
	}
}

// TestCSVAcrossBuffers: rows that begin, end or break at every place around the end of the
// buffer.
func TestCSVAcrossBuffers(t *testing.T) {
	for shift := range 12 {
		head := strings.Repeat("123456789\n", (minBuffer-40)/10) + strings.Repeat("x", 20+shift) + "\n"
		agree(t, head+"ab,\"c\"\"d\r\ne\",f\r\nlast,row\n")
	}
	agree(t, "a,"+strings.Repeat("long", minBuffer/2)+",b\nc\n")
	agree(t, "a,\""+strings.Repeat("lo\"\"ng", minBuffer/2)+"\",b\nc\n")
}

// FuzzCSV: every text without NUL and in UTF-8 gives the rows, lines and refusals of
// encoding/csv.
func FuzzCSV(f *testing.F) {
	for _, text := range csvTexts {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if strings.ContainsRune(text, 0) || strings.ToValidUTF8(text, "") != text {
			if rows, err := readCSV(strings.NewReader(text)); err == nil {
				t.Fatalf("%q is accepted: %v", text, rows)
			}
			return
		}
		agree(t, text)
	})
}

// FuzzText: whatever the bytes are, opening and reading them ends with rows in rising order
// of lines and inside the limits, or with an error, and reading twice gives the same.
func FuzzText(f *testing.F) {
	f.Add([]byte("a,b\n1,2\n"))
	f.Add([]byte("\xff\xfea\x00,\x00b\x00\n\x001\x00,\x002\x00\n\x00"))
	f.Add([]byte("\xb0\xb8\xba\xc5,b\n1,2\n"))
	f.Add(packed([]byte("a;b\n1;2\n")))
	f.Fuzz(func(t *testing.T, data []byte) {
		opt := Options{MaxColumns: 50}
		table, rows, err := readAll(Input{Name: "file", R: strings.NewReader(string(data)), Size: int64(len(data))}, opt)
		if err != nil {
			return
		}
		line := table.Detected.HeaderRow
		for _, r := range rows {
			if r.Line <= line || len(r.Cells) > 50 || blankRow(r.Cells) {
				t.Fatalf("row %v behind line %d", r, line)
			}
			line = r.Line
		}
		if _, again, err := readAll(inputOf("file", data), opt); err != nil || len(again) != len(rows) {
			t.Fatalf("second reading: %d rows, then %d, %v", len(rows), len(again), err)
		}
	})
}

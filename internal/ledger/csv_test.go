package ledger

import (
	"encoding/csv"
	"io"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
	"unicode/utf8"
)

// readCSV reads a text by the path of a file, its first row included, from a source that
// gives few bytes at a time.
func readCSV(text string) (rows []readRow, err error) {
	in := Input{Name: "a.csv", R: strings.NewReader(text), Size: int64(len(text))}
	s := &textSource{content: content{in: in, opt: Options{MaxColumns: 1 << 20}.withDefaults()}, enc: encUTF8, delim: ','}
	err = s.rows(0, func(line int, cells []string) error {
		rows = append(rows, readRow{line, slices.Clone(cells)})
		return nil
	})
	return rows, err
}

// agree compares our reading with encoding/csv on one text.
func agree(t *testing.T, text string) {
	t.Helper()
	got, err := readCSV(text)
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
		head := strings.Repeat("123456789\n", (readAhead-40)/10) + strings.Repeat("x", 20+shift) + "\n"
		agree(t, head+"ab,\"c\"\"d\r\ne\",f\r\nlast,row\n")
	}
	agree(t, "a,"+strings.Repeat("long", readAhead/2)+",b\nc\n")
	agree(t, "a,\""+strings.Repeat("lo\"\"ng", readAhead/2)+"\",b\nc\n")
}

// FuzzCSV: every text without NUL and in UTF-8 gives the rows, lines and refusals of
// encoding/csv.
func FuzzCSV(f *testing.F) {
	for _, text := range csvTexts {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if strings.ContainsRune(text, 0) || strings.ToValidUTF8(text, "") != text {
			if rows, err := readCSV(text); err == nil {
				t.Fatalf("%q is accepted: %v", text, rows)
			}
			return
		}
		agree(t, text)
	})
}

// TestTextGuard cuts texts into chunks of every size and expects the good bytes before the
// fault and the line of the fault, whatever the chunks are.
func TestTextGuard(t *testing.T) {
	for text, want := range map[string]struct {
		good string
		line string
	}{
		"a\n案号\n𠮷":           {"a\n案号\n𠮷", ""},
		"a\n案\x00号":          {"a\n案", "line 2: there is a NUL"},
		"a\n案\n\xe6\x00":     {"a\n案\n", "line 3: there are bytes"},
		"案\n\xff\n":          {"案\n", "line 2: there are bytes"},
		"案\n案\xe6\xa1":       {"案\n案", "line 2: there are bytes"},
		"a\n\n\xe6\xa1x\x00": {"a\n\n", "line 3: there are bytes"},
	} {
		for size := 1; size <= len(text); size++ {
			g := &textGuard{src: strings.NewReader(text), name: "a", enc: encUTF8, maxRow: 100}
			var got []byte
			var err error
			for b := make([]byte, size); err == nil; {
				var n int
				n, err = g.Read(b)
				got = append(got, b[:n]...)
			}
			if want.line == "" && (err != io.EOF || string(got) != text) || want.line != "" && !strings.Contains(err.Error(), want.line) {
				t.Errorf("%q by %d: %q, %v", text, size, got, err)
			}
			if whole := wholeRunes(got); string(whole) != want.good || len(got)-len(whole) >= utf8.UTFMax {
				t.Errorf("%q by %d: passed %q", text, size, got)
			}
		}
	}
	g := &textGuard{src: iotest.OneByteReader(strings.NewReader("a\nb\uFFFDc")), name: "a", enc: encGB18030, decoded: true, maxRow: 100}
	if got, err := io.ReadAll(g); err == nil || !strings.HasPrefix(err.Error(), "a, line 2: there are bytes that are not GB18030") {
		t.Errorf("decoded: %q, %v", got, err)
	}
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

package truth

import (
	"bytes"
	"fmt"
	"regexp"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"

	"zhunsheng/internal/fault"
)

// LongestFile bounds the bytes of a text or docx file that Read accepts.
const LongestFile = 64 << 20

// Read reads a text or docx file into paragraphs. Plain text may be UTF-8, UTF-16 with a mark, or
// GB18030; every line is a paragraph, a line with tabs or | is a row of a table. name is used in
// errors only.
func Read(name string, data []byte) ([]Paragraph, error) {
	switch {
	case len(data) > LongestFile:
		return nil, fault.At(name, fmt.Sprintf("larger than %d MB", LongestFile>>20), "split the document")
	case bytes.HasPrefix(data, []byte("PK")):
		return readDocx(name, data)
	case bytes.HasPrefix(data, []byte("\xD0\xCF\x11\xE0")):
		return nil, fault.At(name, "an old .doc file, or a docx with a password", "save it as docx without a password")
	case bytes.HasPrefix(data, []byte("%PDF")):
		return nil, fault.At(name, "a PDF file", "check the docx it was made from, or save its text as txt")
	}
	text, err := decode(name, data)
	if err != nil {
		return nil, err
	}
	return Text(text), nil
}

// decode finds the encoding of a plain text.
func decode(name string, data []byte) (string, error) {
	bad := fault.At(name, "not a text in UTF-8, UTF-16 or GB18030", "save it as UTF-8 text or as docx")
	switch {
	case bytes.HasPrefix(data, []byte("\xEF\xBB\xBF")):
		data = data[3:]
	case bytes.HasPrefix(data, []byte("\xFF\xFE")), bytes.HasPrefix(data, []byte("\xFE\xFF")):
		out, err := unicode.UTF16(unicode.LittleEndian, unicode.ExpectBOM).NewDecoder().Bytes(data)
		if err != nil {
			return "", bad
		}
		data = out
	case !utf8.Valid(data):
		out, err := simplifiedchinese.GB18030.NewDecoder().Bytes(data)
		if err != nil || bytes.ContainsRune(out, utf8.RuneError) {
			return "", bad
		}
		data = out
	}
	if !utf8.Valid(data) || bytes.IndexByte(data, 0) >= 0 {
		return "", bad
	}
	return string(data), nil
}

// Text splits a plain text into paragraphs: one for each line, one for each cell of a row.
func Text(text string) []Paragraph {
	var out []Paragraph
	number, row, width, tables := 0, 0, 0, 0
	for line := range strings.SplitSeq(text, "\n") {
		number++
		line = strings.TrimSuffix(line, "\r")
		cells := splitRow(line)
		if len(cells) < 3 {
			width = 0
			out = append(out, Paragraph{Line: number, Text: line, Heading: isHeading(line)})
			continue
		}
		if len(cells) != width {
			tables++
			row, width = 0, len(cells)
		} else if strings.Trim(line, "|-: ") == "" {
			continue
		} else {
			row++
		}
		for col, x := range cells {
			out = append(out, Paragraph{Line: number, Text: x.text, Table: tables, Row: row, Col: col, Offset: x.at})
		}
	}
	return out
}

type placed struct {
	text string
	at   int // characters before it
}

// splitRow cuts a row at tabs, or else at bars.
func splitRow(line string) []placed {
	sep := "\t"
	if !strings.Contains(line, sep) {
		sep = "|"
	}
	if !strings.Contains(line, sep) {
		return nil
	}
	var out []placed
	at := 0
	for _, part := range strings.Split(line, sep) {
		out = append(out, placed{part, at})
		at += utf8.RuneCountInString(part) + 1
	}
	if sep == "|" && len(out) > 2 && strings.TrimSpace(out[0].text) == "" {
		out = out[1:]
	}
	if sep == "|" && len(out) > 2 && strings.TrimSpace(out[len(out)-1].text) == "" {
		out = out[:len(out)-1]
	}
	return out
}

var headingForm = regexp.MustCompile(`^[\s　]*(第[一二三四五六七八九十]+[章节部]|[一二三四五六七八九十]+、|[（(][一二三四五六七八九十]+[）)])[^。，；]{1,40}$`)

// isHeading: a short line with a heading's number and no sentence in it.
func isHeading(line string) bool { return headingForm.MatchString(line) }

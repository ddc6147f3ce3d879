package ledger

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"zhunsheng/internal/fault"
)

// openText opens a csv file or one of its kin.
func openText(c content, opt Options) ([]*Table, error) {
	enc, err := c.encodingOf()
	if err != nil {
		return nil, err
	}
	src := &textSource{content: c, enc: enc, delim: opt.Delimiter}
	if src.delim == 0 {
		if src.delim, err = src.detectDelimiter(); err != nil {
			return nil, err
		}
	} else if !utf8.ValidRune(src.delim) || strings.ContainsRune("\r\n\"\x00\uFFFD", src.delim) {
		return nil, fault.Invalidf("%q cannot be a delimiter; name a character such as , ; | or a tab", src.delim)
	}
	t := &Table{Name: c.in.Name, src: src, opt: opt}
	t.Detected = Detected{Format: "csv", Encoding: enc, Delimiter: string(src.delim)}
	if src.delim == '\t' {
		t.Detected.Format = "tsv"
	}
	if c.gzip {
		t.Detected.Compression = "gzip"
	}
	if err := t.readHeader(); err != nil {
		return nil, err
	}
	return []*Table{t}, nil
}

// textSource is the text of a file with its encoding and delimiter known.
type textSource struct {
	content
	enc   string
	delim rune
}

// readAhead is the buffer between a file and its rows, in bytes.
const readAhead = 128 << 10

func (s *textSource) rows(_ int, fn func(line int, cells []string) error) error {
	text, err := s.openUTF8(s.enc)
	if err != nil {
		return err
	}
	guard := &textGuard{src: text, name: s.in.Name, enc: s.enc, decoded: encodings[s.enc] != nil, maxRow: s.opt.MaxRowBytes}
	r := csvReader(bufio.NewReaderSize(guard, readAhead), s.delim)
	last := 0
	for {
		cells, err := r.Read()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return s.fault(err, last)
		}
		last, _ = r.FieldPos(0)
		guard.row = 0
		if len(cells) > s.opt.MaxColumns {
			return tooManyColumns(s.place(last), s.opt.MaxColumns)
		}
		if err := fn(last, cells); err != nil {
			return err
		}
	}
}

// csvReader reads rows of any width by the rules of RFC 4180. Each row is one string that the
// cells are parts of; only the slice of cells is reused.
func csvReader(r io.Reader, delim rune) *csv.Reader {
	c := csv.NewReader(r)
	c.Comma, c.ReuseRecord, c.FieldsPerRecord = delim, true, -1
	return c
}

func (s *textSource) place(line int) string { return fmt.Sprintf("%s, line %d", s.in.Name, line) }

// fault words an error of the rows; last is the line of the last good row.
func (s *textSource) fault(err error, last int) error {
	if errors.Is(err, errRowTooLong) {
		return fault.At(fmt.Sprintf("%s, behind line %d", s.in.Name, last), "the row is longer than "+byteCount(int64(s.opt.MaxRowBytes)),
			"look for a quotation mark that is opened and never closed, or for another line end than a spreadsheet writes")
	}
	var p *csv.ParseError
	if !errors.As(err, &p) {
		return err
	}
	if errors.Is(p.Err, csv.ErrBareQuote) {
		return fault.At(s.place(p.Line), `there is a quotation mark " inside a cell that does not begin with one`,
			`put the whole cell between quotation marks and write "" for each one inside`)
	}
	place := s.place(p.StartLine)
	if p.Line > p.StartLine {
		place = fmt.Sprintf("%s, lines %d to %d", s.in.Name, p.StartLine, p.Line)
	}
	return fault.At(place, "a cell that begins with a quotation mark does not end with one",
		`close the cell, or write "" for each quotation mark that belongs to the text`)
}

// delimiters are tried in this order; the first wins a tie.
const delimiters = ",\t;|"

// delimiterLook is the number of rows that settle the delimiter.
const delimiterLook = 100

// detectDelimiter takes the delimiter that cuts the first rows into the same number of cells
// most often. A first line such as "sep=;", which spreadsheets write, settles it at once.
func (s *textSource) detectDelimiter() (rune, error) {
	r, err := s.openUTF8(s.enc)
	if err != nil {
		return 0, err
	}
	head := make([]byte, headSize/4)
	n, err := io.ReadFull(r, head)
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return 0, err
	}
	if head = head[:n]; err == nil { // there is more: leave out the row that is cut
		if i := bytes.LastIndexByte(head, '\n'); i >= 0 {
			head = head[:i+1]
		}
	}
	if len(head) > 5 && bytes.HasPrefix(head, []byte("sep=")) && (head[5] == '\r' || head[5] == '\n') && strings.IndexByte(delimiters, head[4]) >= 0 {
		return rune(head[4]), nil
	}
	best, bestScore := rune(','), 0.0
	for _, d := range delimiters {
		if score := regularity(head, d); score > bestScore {
			best, bestScore = d, score
		}
	}
	return best, nil
}

// regularity is the share of rows that a delimiter cuts into the most frequent number of
// cells, halved when the first row is not among them or a row cannot be read at all; 0 when
// it cuts nothing. More cells decide between equals.
func regularity(head []byte, delim rune) float64 {
	r := csvReader(bytes.NewReader(head), delim)
	counts := map[int]int{}
	first, rows, score := 0, 0, 1.0
	for rows < delimiterLook {
		cells, err := r.Read()
		if err != nil {
			if err != io.EOF {
				score /= 2
			}
			break
		}
		if rows++; first == 0 {
			first = len(cells)
		}
		counts[len(cells)]++
	}
	width := 1
	for n, times := range counts {
		if n > 1 && (times > counts[width] || width == 1 || times == counts[width] && n > width) {
			width = n
		}
	}
	if width == 1 {
		return 0
	}
	if first != width {
		score /= 2
	}
	return score*float64(counts[width])/float64(rows) + float64(min(width, 1000))*1e-6
}

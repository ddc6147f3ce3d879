package ledger

import (
	"bytes"
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
	} else if src.delim >= utf8.RuneSelf || strings.ContainsRune("\r\n\"\x00", src.delim) {
		return nil, fault.Invalidf("%q cannot be a delimiter; name one ASCII character such as , ; | or a tab", src.delim)
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

func (s *textSource) rows(_ bool, fn func(line int, cells []string) error) error {
	r, err := s.openUTF8(s.enc)
	if err != nil {
		return err
	}
	csv := s.reader(r, s.delim)
	for {
		line, cells, err := csv.next()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		if err := fn(line, cells); err != nil {
			return err
		}
	}
}

func (s *textSource) reader(r io.Reader, delim rune) *csvReader {
	return &csvReader{
		src: r, name: s.in.Name, delim: byte(delim), enc: s.enc, decoded: encodings[s.enc] != nil,
		maxColumns: s.opt.MaxColumns, maxRow: s.opt.MaxRowBytes, line: 1,
	}
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
	if err != nil && err != io.EOF && err != io.ErrUnexpectedEOF {
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
		if score := s.regularity(head, d); score > bestScore {
			best, bestScore = d, score
		}
	}
	return best, nil
}

// regularity is the share of rows that a delimiter cuts into the most frequent number of
// cells, halved when the first row is not among them or a row cannot be read at all; 0 when
// it cuts nothing. More cells decide between equals.
func (s *textSource) regularity(head []byte, delim rune) float64 {
	csv := s.reader(bytes.NewReader(head), delim)
	counts := map[int]int{}
	first, rows, score := 0, 0, 1.0
	for rows < delimiterLook {
		_, cells, err := csv.next()
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

// csvReader cuts UTF-8 text into rows and cells by the rules of RFC 4180, as encoding/csv
// does, and names the line of everything it refuses. It makes one string per row; the cells
// are parts of it.
type csvReader struct {
	src                io.Reader
	name, enc          string
	delim              byte
	decoded            bool // src comes out of a decoder, which writes U+FFFD for what it cannot read
	maxColumns, maxRow int

	buf  []byte
	r, w int // buf[r:w] is not yet cut
	line int // of buf[r]
	err  error

	cells   []string
	scratch []byte // text of a row with quotes
	ends    []int  // ends of its cells in scratch
}

// next returns the line on which a row starts and its cells, or io.EOF.
func (c *csvReader) next() (int, []string, error) {
	for {
		i := bytes.IndexByte(c.buf[c.r:c.w], '\n')
		row, used := c.buf[c.r:c.r+max(i, 0)], i+1
		if i < 0 {
			if c.err == nil {
				if err := c.more(); err != nil {
					return c.line, nil, err
				}
				continue
			}
			if c.err != io.EOF {
				return c.line, nil, c.err
			}
			if c.r == c.w {
				return c.line, nil, io.EOF
			}
			row, used = c.buf[c.r:c.w], c.w-c.r
		}
		if bytes.IndexByte(row, '"') >= 0 {
			return c.quoted()
		}
		line := c.line
		c.r += used
		c.line++
		if row = bytes.TrimSuffix(row, []byte{'\r'}); len(row) == 0 {
			continue
		}
		if err := c.check(row, line); err != nil {
			return line, nil, err
		}
		cells, err := c.split(string(row), line)
		return line, cells, err
	}
}

// split cuts a row without quotes.
func (c *csvReader) split(row string, line int) ([]string, error) {
	cells := c.cells[:0]
	for {
		i := strings.IndexByte(row, c.delim)
		if i < 0 {
			break
		}
		cells = append(cells, row[:i])
		row = row[i+1:]
	}
	c.cells = append(cells, row)
	if len(c.cells) > c.maxColumns {
		return nil, tooManyColumns(c.place(line), c.maxColumns)
	}
	return c.cells, nil
}

func (c *csvReader) place(line int) string { return fmt.Sprintf("%s, line %d", c.name, line) }

// check refuses text that no ledger holds. The row may span lines; the first bad one is named.
func (c *csvReader) check(row []byte, line int) error {
	at := func(i int) string { return c.place(line + bytes.Count(row[:i], []byte{'\n'})) }
	if i := bytes.IndexByte(row, 0); i >= 0 {
		return fault.At(at(i), "there is a NUL byte in the text", "export the file again as csv text; it is damaged or not a text at all")
	}
	if c.decoded {
		if i := bytes.Index(row, []byte("\uFFFD")); i >= 0 {
			return fault.At(at(i), "there are bytes that are not "+c.enc, "name the right encoding, or save the file as UTF-8")
		}
		return nil
	}
	if !utf8.Valid(row) {
		i := 0
		for {
			r, n := utf8.DecodeRune(row[i:])
			if r == utf8.RuneError && n == 1 {
				return fault.At(at(i), "there are bytes that are not UTF-8", "name the right encoding, or save the file as UTF-8")
			}
			i += n
		}
	}
	return nil
}

// minBuffer is the first size of the buffer.
const minBuffer = 256 << 10

// more reads on until the buffer is full, moving the open row to the front and doubling the
// buffer when that row fills it.
func (c *csvReader) more() error {
	if c.r > 0 {
		c.w = copy(c.buf, c.buf[c.r:c.w])
		c.r = 0
	}
	if c.w == len(c.buf) {
		if len(c.buf) >= max(c.maxRow, minBuffer) {
			return c.tooLong()
		}
		bigger := make([]byte, max(minBuffer, 2*len(c.buf)))
		c.w = copy(bigger, c.buf[:c.w])
		c.buf = bigger
	}
	for c.w < len(c.buf) && c.err == nil {
		var n int
		n, c.err = c.src.Read(c.buf[c.w:])
		c.w += n
	}
	return nil
}

func (c *csvReader) tooLong() error {
	row := c.buf[:c.w]
	if bytes.Count(row, []byte{c.delim}) >= c.maxColumns && bytes.IndexByte(row, '"') < 0 {
		return tooManyColumns(c.place(c.line), c.maxColumns)
	}
	return fault.At(c.place(c.line), fmt.Sprintf("the row is longer than %s", byteCount(int64(c.maxRow))),
		"look for a quotation mark that is opened and never closed")
}

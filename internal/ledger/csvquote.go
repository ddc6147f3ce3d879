package ledger

import (
	"bytes"
	"io"

	"zhunsheng/internal/fault"
)

// quoted reads the row at buf[r:w], which has quotation marks and may go on over line ends.
func (c *csvReader) quoted() (int, []string, error) {
	line := c.line
	for {
		q := quotedRow{c: c, data: c.buf[c.r:c.w], all: c.err == io.EOF, line: line}
		done, err := q.read()
		if err != nil {
			return line, nil, err
		}
		if done {
			if err := c.check(q.data[:q.i], line); err != nil {
				return line, nil, err
			}
			c.r += q.i
			c.line = q.line
			cells := c.unscratch()
			if len(cells) > c.maxColumns {
				return line, nil, tooManyColumns(c.place(line), c.maxColumns)
			}
			return line, cells, nil
		}
		if c.err != nil && c.err != io.EOF {
			return line, nil, c.err
		}
		if err := c.more(); err != nil {
			return line, nil, err
		}
	}
}

// unscratch makes one string of the row's text and cuts it.
func (c *csvReader) unscratch() []string {
	text, start := string(c.scratch), 0
	c.cells = c.cells[:0]
	for _, end := range c.ends {
		c.cells = append(c.cells, text[start:end])
		start = end
	}
	return c.cells
}

// quotedRow is one attempt to read a row with quotes; it fails without an error when data
// ends before the row does and all is false.
type quotedRow struct {
	c    *csvReader
	data []byte
	all  bool // data goes up to the end of the file
	i    int  // next byte
	line int  // of the next byte
}

func (q *quotedRow) read() (done bool, err error) {
	q.c.scratch, q.c.ends = q.c.scratch[:0], q.c.ends[:0]
	for {
		var end bool
		if q.i < len(q.data) && q.data[q.i] == '"' {
			end, done, err = q.quotedCell()
		} else {
			end, done, err = q.plainCell()
		}
		if err != nil || !done {
			return false, err
		}
		q.c.ends = append(q.c.ends, len(q.c.scratch))
		if end {
			return true, nil
		}
	}
}

// plainCell reads up to a delimiter or the end of the row; end tells which.
func (q *quotedRow) plainCell() (end, done bool, err error) {
	rest := q.data[q.i:]
	n := bytes.IndexAny(rest, string([]byte{q.c.delim, '\n', '"'}))
	switch {
	case n < 0 && !q.all:
		return false, false, nil
	case n < 0:
		q.c.scratch = append(q.c.scratch, bytes.TrimSuffix(rest, []byte{'\r'})...)
		q.i = len(q.data)
		return true, true, nil
	case rest[n] == '"':
		return false, false, fault.At(q.c.place(q.line), `there is a quotation mark " inside a cell that does not begin with one`,
			`put the whole cell between quotation marks and write "" for each one inside`)
	}
	text := rest[:n]
	q.i += n + 1
	if rest[n] == '\n' {
		text = bytes.TrimSuffix(text, []byte{'\r'})
		q.line++
	}
	q.c.scratch = append(q.c.scratch, text...)
	return rest[n] == '\n', true, nil
}

// quotedCell reads a cell between quotation marks. Line ends inside become \n.
func (q *quotedRow) quotedCell() (end, done bool, err error) {
	start := q.line
	q.i++
	for {
		n := bytes.IndexByte(q.data[q.i:], '"')
		if n < 0 {
			if q.all {
				return false, false, fault.At(q.c.place(start), "a quotation mark is opened and never closed",
					`close the cell, or write "" for a quotation mark that belongs to the text`)
			}
			return false, false, nil
		}
		q.text(q.data[q.i : q.i+n])
		q.i += n + 1
		rest := q.data[q.i:]
		switch {
		case len(rest) == 0 && q.all:
			return true, true, nil
		case len(rest) == 0:
			return false, false, nil
		case rest[0] == '"':
			q.c.scratch = append(q.c.scratch, '"')
			q.i++
		case rest[0] == q.c.delim:
			q.i++
			return false, true, nil
		case rest[0] == '\n':
			q.i++
			q.line++
			return true, true, nil
		case rest[0] == '\r' && len(rest) == 1:
			if q.all {
				q.i++
			}
			return true, q.all, nil
		case rest[0] == '\r' && rest[1] == '\n':
			q.i += 2
			q.line++
			return true, true, nil
		default:
			return false, false, fault.At(q.c.place(q.line), "there is text behind the quotation mark that closes a cell",
				`write "" for a quotation mark that belongs to the text`)
		}
	}
}

// text keeps a piece of a quoted cell, \r\n as \n, and counts its lines.
func (q *quotedRow) text(b []byte) {
	for {
		i := bytes.IndexByte(b, '\n')
		if i < 0 {
			break
		}
		q.line++
		q.c.scratch = append(q.c.scratch, bytes.TrimSuffix(b[:i], []byte{'\r'})...)
		q.c.scratch = append(q.c.scratch, '\n')
		b = b[i+1:]
	}
	q.c.scratch = append(q.c.scratch, b...)
}

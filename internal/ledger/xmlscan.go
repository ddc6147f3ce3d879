package ledger

import (
	"bytes"
	"errors"
	"io"
	"strconv"
	"unicode/utf8"
)

// xmlEvent is what [xmlScanner.next] found.
type xmlEvent int

const (
	xmlEnd   xmlEvent = iota // the document is over and was well nested
	xmlOpen                  // a start tag; an empty element gives xmlOpen and xmlClose
	xmlClose                 // an end tag
	xmlText                  // character data, entities still in it unless raw is set
)

// Faults of a document, worded by the caller with the place.
var (
	errXMLCut    = errors.New("the XML inside is cut short")
	errXMLBroken = errors.New("the XML inside is damaged")
	errXMLLong   = errors.New("a cell inside is too long")
)

// xmlScanner reads the plain XML of workbooks: UTF-8, no document type. It exists because the
// general decoder takes ten times as long for a sheet; it checks nesting and entities, and
// leaves names and attributes as bytes that are valid until the next call.
type xmlScanner struct {
	src  io.Reader
	max  int // bytes of the longest tag or text
	buf  []byte
	r, w int
	err  error

	name   []byte // local name of the tag
	attrs  []byte // its attributes as written
	text   []byte // of xmlText
	raw    bool   // text is CDATA: nothing in it is an entity
	closed bool   // the open tag was empty: its end comes next
	stack  []byte // full names of the open elements, one behind the other
	starts []int  // where each begins in stack
}

// next finds the next tag or text.
func (x *xmlScanner) next() (xmlEvent, error) {
	if x.closed {
		x.closed = false
		x.pop()
		return xmlClose, nil
	}
	for {
		i, err := x.find(0, '<')
		if err != nil {
			return x.tail(err)
		}
		if i > 0 {
			x.text, x.raw = x.buf[x.r:x.r+i], false
			x.r += i
			return xmlText, nil
		}
		b, err := x.peek(2)
		if err != nil {
			return 0, err
		}
		switch b[1] {
		case '?':
			_, err = x.through("?>")
		case '!':
			var found bool
			if found, err = x.bang(); found {
				return xmlText, nil
			}
		case '/':
			return xmlClose, x.endTag()
		default:
			return xmlOpen, x.startTag()
		}
		if err != nil {
			return 0, err
		}
	}
}

// tail judges the end of the source: fine when every element is closed.
func (x *xmlScanner) tail(err error) (xmlEvent, error) {
	if !errors.Is(err, errXMLCut) {
		return 0, err
	}
	if len(x.starts) > 0 || x.stack == nil || len(bytes.TrimSpace(x.buf[x.r:x.w])) > 0 {
		return 0, errXMLCut
	}
	return xmlEnd, nil
}

// bang passes over a comment, or leaves the text of a CDATA section.
func (x *xmlScanner) bang() (text bool, err error) {
	if b, err := x.peek(4); err != nil || string(b) == "<!--" {
		if err == nil {
			_, err = x.through("-->")
		}
		return false, err
	}
	b, err := x.peek(9)
	if err != nil {
		return false, err
	}
	if string(b) != "<![CDATA[" {
		return false, errXMLBroken // a document type, which no workbook has
	}
	if b, err = x.through("]]>"); err != nil {
		return false, err
	}
	x.text, x.raw = b[9:len(b)-3], true
	return true, nil
}

func (x *xmlScanner) startTag() error {
	n := 1
	for {
		i, err := x.find(n, '>')
		if err != nil {
			return err
		}
		n = i + 1
		if tag := x.buf[x.r : x.r+n]; quotesClosed(tag) {
			break
		}
	}
	tag := x.buf[x.r+1 : x.r+n-1]
	x.r += n
	if len(tag) > 0 && tag[len(tag)-1] == '/' {
		tag, x.closed = tag[:len(tag)-1], true
	}
	end := 0
	for end < len(tag) && tag[end] > ' ' {
		end++
	}
	if end == 0 {
		return errXMLBroken
	}
	x.starts = append(x.starts, len(x.stack))
	x.stack = append(x.stack, tag[:end]...)
	x.name, x.attrs = local(tag[:end]), tag[end:]
	return nil
}

// quotesClosed reports whether no attribute value is open at the end of a tag.
func quotesClosed(tag []byte) bool {
	var open byte
	for _, b := range tag {
		switch {
		case open != 0:
			if b == open {
				open = 0
			}
		case b == '"' || b == '\'':
			open = b
		}
	}
	return open == 0
}

func (x *xmlScanner) endTag() error {
	i, err := x.find(0, '>')
	if err != nil {
		return err
	}
	tag := bytes.TrimRight(x.buf[x.r+2:x.r+i], " \t\r\n")
	x.r += i + 1
	if len(x.starts) == 0 || !bytes.Equal(tag, x.stack[x.starts[len(x.starts)-1]:]) {
		return errXMLBroken
	}
	x.pop()
	return nil
}

// pop leaves the name of the element that ends in name.
func (x *xmlScanner) pop() {
	start := x.starts[len(x.starts)-1]
	x.name = local(x.stack[start:])
	x.starts, x.stack = x.starts[:len(x.starts)-1], x.stack[:start]
}

func local(name []byte) []byte { return name[bytes.IndexByte(name, ':')+1:] }

// attr returns an attribute of the open tag by its local name, nil when it is not there.
func (x *xmlScanner) attr(want string) []byte {
	rest := x.attrs
	for {
		eq := bytes.IndexByte(rest, '=')
		if eq < 0 {
			return nil
		}
		name := bytes.TrimSpace(rest[:eq])
		rest = bytes.TrimLeft(rest[eq+1:], " \t\r\n")
		if len(rest) == 0 || rest[0] != '"' && rest[0] != '\'' {
			return nil
		}
		end := bytes.IndexByte(rest[1:], rest[0])
		if end < 0 {
			return nil
		}
		if string(local(name)) == want {
			return rest[1 : end+1]
		}
		rest = rest[end+2:]
	}
}

// appendText appends the text of an xmlText event to b with its entities resolved.
func (x *xmlScanner) appendText(b []byte) ([]byte, error) {
	rest := x.text
	if !utf8.Valid(rest) || bytes.IndexByte(rest, 0) >= 0 {
		return nil, errXMLBroken
	}
	for {
		i := bytes.IndexByte(rest, '&')
		if i < 0 || x.raw {
			return append(b, rest...), nil
		}
		b = append(b, rest[:i]...)
		end := bytes.IndexByte(rest[i:], ';')
		if end < 0 {
			return nil, errXMLBroken
		}
		r, ok := entity(string(rest[i+1 : i+end]))
		if !ok {
			return nil, errXMLBroken
		}
		b = utf8.AppendRune(b, r)
		rest = rest[i+end+1:]
	}
}

func entity(name string) (rune, bool) {
	switch name {
	case "lt":
		return '<', true
	case "gt":
		return '>', true
	case "amp":
		return '&', true
	case "quot":
		return '"', true
	case "apos":
		return '\'', true
	}
	if len(name) < 2 || name[0] != '#' {
		return 0, false
	}
	base, digits := 10, name[1:]
	if digits[0] == 'x' {
		base, digits = 16, digits[1:]
	}
	n, err := strconv.ParseUint(digits, base, 21)
	return rune(n), err == nil && n != 0 && utf8.ValidRune(rune(n))
}

// find returns the distance from the current place of the first b at or behind from.
func (x *xmlScanner) find(from int, b byte) (int, error) {
	for {
		if x.r+from < x.w {
			if i := bytes.IndexByte(x.buf[x.r+from:x.w], b); i >= 0 {
				return from + i, nil
			}
			from = x.w - x.r
		}
		if err := x.more(); err != nil {
			return 0, err
		}
	}
}

// through passes everything up to and with mark and returns it.
func (x *xmlScanner) through(mark string) ([]byte, error) {
	for from := 0; ; {
		if i := bytes.Index(x.buf[x.r+from:x.w], []byte(mark)); i >= 0 {
			b := x.buf[x.r : x.r+from+i+len(mark)]
			x.r += len(b)
			return b, nil
		}
		from = max(0, x.w-x.r-len(mark))
		if err := x.more(); err != nil {
			return nil, err
		}
	}
}

func (x *xmlScanner) peek(n int) ([]byte, error) {
	for x.w-x.r < n {
		if err := x.more(); err != nil {
			return nil, err
		}
	}
	return x.buf[x.r : x.r+n], nil
}

// more reads on, keeping what is not yet passed; errXMLCut tells the end of the source.
func (x *xmlScanner) more() error {
	if x.err != nil {
		if errors.Is(x.err, io.EOF) {
			return errXMLCut
		}
		return x.err
	}
	if x.r > 0 {
		x.w = copy(x.buf, x.buf[x.r:x.w])
		x.r = 0
	}
	if x.w == len(x.buf) {
		if len(x.buf) > x.max {
			return errXMLLong
		}
		bigger := make([]byte, max(64<<10, 2*len(x.buf)))
		x.w = copy(bigger, x.buf[:x.w])
		x.buf = bigger
	}
	var n int
	for n == 0 && x.err == nil {
		n, x.err = x.src.Read(x.buf[x.w:])
		x.w += n
	}
	if n == 0 {
		return x.more()
	}
	return nil
}

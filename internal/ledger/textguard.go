package ledger

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"unicode/utf8"

	"zhunsheng/internal/fault"
)

// errRowTooLong says that a row went on for longer than it may.
var errRowTooLong = errors.New("row too long")

// textGuard stands between a text and its rows. It lets everything through up to the first
// byte that no ledger holds, and then gives an error that names the line. The reader of the
// rows sets row to 0 after each row.
type textGuard struct {
	src       io.Reader
	name, enc string
	decoded   bool // src comes out of a decoder, which writes U+FFFD for what it cannot read
	maxRow    int

	row   int    // bytes since the last row
	lines int    // line ends before the next chunk
	cut   []byte // the beginning of a character at the end of the last chunk
	err   error  // comes with the next call
}

func (g *textGuard) Read(b []byte) (int, error) {
	if g.err != nil {
		return 0, g.err
	}
	if g.row > g.maxRow {
		return 0, errRowTooLong
	}
	n, err := g.src.Read(b)
	g.row += n
	if bad := g.check(b[:n]); bad < n {
		return bad, g.err
	}
	if errors.Is(err, io.EOF) && len(g.cut) > 0 {
		err = g.fault(nil, "there are bytes that are not "+g.enc)
	}
	return n, err
}

// check returns the place of the first bad byte and sets err, or the length of chunk.
func (g *textGuard) check(chunk []byte) int {
	rest := g.finish(chunk)
	if g.err != nil {
		return 0
	}
	whole := wholeRunes(rest)
	g.cut = append(g.cut, rest[len(whole):]...)
	bad, text := len(whole), ""
	if i := bytes.IndexByte(whole, 0); i >= 0 {
		bad, text = i, "there is a NUL byte in the text"
	}
	if i := firstNotUTF8(whole[:bad], g.decoded); i >= 0 {
		bad, text = i, "there are bytes that are not "+g.enc
	}
	if text == "" {
		g.lines += bytes.Count(chunk, []byte{'\n'})
		return len(chunk)
	}
	bad += len(chunk) - len(rest)
	g.err = g.fault(chunk[:bad], text)
	return bad
}

// finish completes the character that the last chunk left open and returns what is behind it.
func (g *textGuard) finish(chunk []byte) []byte {
	for len(g.cut) > 0 && len(chunk) > 0 {
		g.cut, chunk = append(g.cut, chunk[0]), chunk[1:]
		if !utf8.FullRune(g.cut) {
			continue
		}
		if firstNotUTF8(g.cut, g.decoded) >= 0 {
			g.err = g.fault(nil, "there are bytes that are not "+g.enc)
		}
		g.cut = g.cut[:0]
	}
	return chunk
}

// firstNotUTF8 returns the place of the first byte that is not UTF-8 or, behind a decoder, of
// the character that stands for such bytes; -1 when all is well.
func firstNotUTF8(b []byte, decoded bool) int {
	if decoded {
		return bytes.Index(b, []byte("\uFFFD"))
	}
	if utf8.Valid(b) {
		return -1
	}
	i := 0
	for {
		r, n := utf8.DecodeRune(b[i:])
		if r == utf8.RuneError && n <= 1 {
			return i
		}
		i += n
	}
}

// fault words the error, before being what the chunk holds ahead of the bad byte.
func (g *textGuard) fault(before []byte, text string) error {
	line := g.lines + bytes.Count(before, []byte{'\n'}) + 1
	remedy := "name the right encoding, or save the file as UTF-8"
	if text == "there is a NUL byte in the text" {
		remedy = "export the file again as csv text; it is damaged or not a text at all"
	}
	return fault.At(fmt.Sprintf("%s, line %d", g.name, line), text, remedy)
}

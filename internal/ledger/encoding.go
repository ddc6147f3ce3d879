package ledger

import (
	"bytes"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"

	"zhunsheng/internal/fault"
)

const (
	encUTF8    = "UTF-8"
	encUTF8BOM = "UTF-8 with BOM"
	encGB18030 = "GB18030"
	encUTF16LE = "UTF-16LE"
	encUTF16BE = "UTF-16BE"
	enc1252    = "windows-1252"
)

var (
	bomUTF8    = []byte("\xef\xbb\xbf")
	bomUTF16LE = []byte("\xff\xfe")
	bomUTF16BE = []byte("\xfe\xff")
)

// encodings are the texts we read. UTF-8 is read as it is and checked by [textGuard].
var encodings = map[string]encoding.Encoding{
	encUTF8:    nil,
	encUTF8BOM: nil,
	encGB18030: simplifiedchinese.GB18030,
	encUTF16LE: unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM),
	encUTF16BE: unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM),
	enc1252:    charmap.Windows1252,
}

// encodingNamed finds the encoding a person asked for; case and hyphens do not matter.
func encodingNamed(name string) (string, error) {
	plain := func(s string) string { return strings.NewReplacer("-", "", "_", "").Replace(strings.ToLower(s)) }
	alias := map[string]string{"gbk": encGB18030, "gb2312": encGB18030, "cp936": encGB18030, "cp1252": enc1252, "latin1": enc1252, "iso88591": enc1252}
	if e, ok := alias[plain(name)]; ok {
		return e, nil
	}
	for e := range encodings {
		if plain(e) == plain(name) {
			return e, nil
		}
	}
	return "", fault.Invalidf("%q is not an encoding we read; write UTF-8, GB18030, UTF-16LE, UTF-16BE or windows-1252", name)
}

// detectEncoding names the encoding of a text from its first bytes; all says that head is the
// whole text. It returns "" for a head of nothing but ASCII that does not end the text.
func detectEncoding(name string, head []byte, all bool) (string, error) {
	switch {
	case bytes.HasPrefix(head, bomUTF8):
		return encUTF8BOM, nil
	case bytes.HasPrefix(head, bomUTF16LE):
		return encUTF16LE, nil
	case bytes.HasPrefix(head, bomUTF16BE):
		return encUTF16BE, nil
	}
	if e := zeroPattern(head); e != "" {
		return e, nil
	}
	if !all {
		head = wholeRunes(head)
	}
	switch {
	case isASCII(head) && !all:
		return "", nil
	case utf8.Valid(head):
		return encUTF8, nil
	case likelyGB(head):
		return encGB18030, nil
	}
	return "", fault.At(name, "the text is neither UTF-8 nor GB18030 nor UTF-16", "name its encoding, or save it as UTF-8")
}

// zeroPattern tells UTF-16 without a mark from other texts: digits, delimiters and line ends
// have a zero byte on one and the same side, and hardly anything has one on the other.
func zeroPattern(head []byte) string {
	var zeros [2]int
	for i, b := range head {
		if b == 0 {
			zeros[i&1]++
		}
	}
	pairs := len(head) / 2
	switch {
	case zeros[1]*10 >= pairs && zeros[1] >= 3 && zeros[0]*100 <= pairs:
		return encUTF16LE
	case zeros[0]*10 >= pairs && zeros[0] >= 3 && zeros[1]*100 <= pairs:
		return encUTF16BE
	}
	return ""
}

// wholeRunes cuts a UTF-8 character that the end of the sample split.
func wholeRunes(b []byte) []byte {
	for i := 1; i <= min(utf8.UTFMax, len(b)); i++ {
		if c := b[len(b)-i]; utf8.RuneStart(c) {
			if c >= utf8.RuneSelf && !utf8.FullRune(b[len(b)-i:]) {
				return b[:len(b)-i]
			}
			break
		}
	}
	return b
}

func isASCII(b []byte) bool {
	return !slices.ContainsFunc(b, func(c byte) bool { return c >= utf8.RuneSelf })
}

// likelyGB reports whether the bytes over 0x7F pair up as Chinese text does: at least two
// thirds of the pairs lie in the classic GB 2312 area. Accented Latin letters do not.
func likelyGB(b []byte) bool {
	classic, pairs := 0, 0
	for i := 0; i < len(b); i++ {
		if b[i] < utf8.RuneSelf {
			continue
		}
		if i+1 == len(b) {
			break
		}
		pairs++
		switch lead, trail := b[i], b[i+1]; {
		case lead >= 0xA1 && lead <= 0xF7 && trail >= 0xA1 && trail != 0xFF:
			classic++
		case lead != 0x80 && lead != 0xFF && trail >= '0' && trail <= '9' && i+3 < len(b):
			i += 2 // a character of four bytes
		case lead == 0x80 || lead == 0xFF || trail < 0x40 || trail == 0x7F || trail == 0xFF:
			return false
		}
		i++
	}
	return classic*3 >= pairs*2
}

// asciiSearch is how far a text of nothing but ASCII is searched for its first other byte.
const asciiSearch = 16 << 20

// encodingOf finds the encoding of a text, reading on where the head is plain ASCII.
func (c content) encodingOf() (string, error) {
	if c.opt.Encoding != "" {
		e, err := encodingNamed(c.opt.Encoding)
		if e == encUTF8 && bytes.HasPrefix(c.head, bomUTF8) {
			e = encUTF8BOM
		}
		return e, err
	}
	e, err := detectEncoding(c.in.Name, c.head, c.all)
	if e != "" || err != nil {
		return e, err
	}
	r, err := c.open()
	if err != nil {
		return "", err
	}
	buf := make([]byte, headSize)
	for read := 0; read < asciiSearch; {
		n, err := io.ReadFull(r, buf)
		read += n
		if part := buf[:n]; !isASCII(part) {
			first := slices.IndexFunc(part, func(b byte) bool { return b >= utf8.RuneSelf })
			more, _ := io.ReadFull(r, buf[:first]) // what follows, so that the cut does not matter
			return detectEncoding(c.in.Name, append(slices.Clone(part[first:]), buf[:more]...), n < len(buf))
		}
		if err != nil {
			break // an error of the stream comes again when the rows are read
		}
	}
	return encUTF8, nil
}

// openUTF8 gives the text of c as UTF-8, its mark removed.
func (c content) openUTF8(enc string) (io.Reader, error) {
	r, err := c.open()
	if err != nil {
		return nil, err
	}
	mark := map[string][]byte{encUTF8BOM: bomUTF8, encUTF16LE: bomUTF16LE, encUTF16BE: bomUTF16BE}[enc]
	if len(mark) > 0 && bytes.HasPrefix(c.head, mark) {
		if _, err := io.CopyN(io.Discard, r, int64(len(mark))); err != nil {
			return nil, fmt.Errorf("read %s: %w", c.in.Name, err)
		}
	}
	if e := encodings[enc]; e != nil {
		r = transform.NewReader(r, e.NewDecoder())
	}
	return r, nil
}

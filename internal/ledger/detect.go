package ledger

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"path"
	"strings"

	"zhunsheng/internal/fault"
)

type contentFormat int

const (
	formatText contentFormat = iota
	formatXLSX
	formatParquet
)

func (f contentFormat) String() string { return [...]string{"text", "xlsx", "parquet"}[f] }

// content is an input whose outer shell is understood: packed or not, and what lies inside.
type content struct {
	in     Input
	gzip   bool
	format contentFormat
	head   []byte // the first bytes inside, up to headSize
	all    bool   // head is everything inside
	opt    Options
}

// headSize is how much of a text is looked at to find its encoding and delimiter.
const headSize = 256 << 10

// sniff finds out what in holds from its first bytes, and refuses what cannot be a ledger as
// well as a file name that says something else.
func sniff(in Input, opt Options) (content, error) {
	c := content{in: in, opt: opt}
	if in.Size == 0 {
		return c, fault.At(in.Name, "the file is empty", "export it again")
	}
	magic := make([]byte, 2)
	if _, err := in.R.ReadAt(magic, 0); err != nil && !errors.Is(err, io.EOF) {
		return c, fmt.Errorf("read %s: %w", in.Name, err)
	}
	c.gzip = magic[0] == 0x1f && magic[1] == 0x8b
	r, err := c.open()
	if err != nil {
		return c, err
	}
	c.head = make([]byte, headSize)
	n, err := io.ReadFull(r, c.head)
	c.head = c.head[:n]
	switch {
	case errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) && !errors.As(err, new(*fault.Error)):
		c.all = true
	case err != nil:
		return c, err
	}
	if len(c.head) == 0 {
		return c, fault.At(in.Name, "the file is empty", "export it again")
	}
	if c.format, err = c.judge(); err != nil {
		return c, err
	}
	return c, c.checkName()
}

// open gives the bytes inside, unpacked. Errors of the stream are ready to be shown.
func (c content) open() (io.Reader, error) {
	raw := io.NewSectionReader(c.in.R, 0, c.in.Size)
	if !c.gzip {
		return &plainReader{raw, c.in.Name}, nil
	}
	z, err := gzip.NewReader(raw)
	if err != nil {
		return nil, gzipFault(c.in.Name, err)
	}
	return &gzipReader{z: z, name: c.in.Name, packed: c.in.Size, left: c.opt.ceiling(c.in.Size), opt: c.opt}, nil
}

// random gives the content as a whole at any place: the file itself, or its unpacked bytes,
// which then must fit into memory.
func (c content) random() (io.ReaderAt, int64, error) {
	if !c.gzip {
		return c.in.R, c.in.Size, nil
	}
	r, err := c.open()
	if err != nil {
		return nil, 0, err
	}
	all, err := io.ReadAll(io.LimitReader(r, c.opt.MaxMemory+1))
	if err != nil {
		return nil, 0, err
	}
	if int64(len(all)) > c.opt.MaxMemory {
		return nil, 0, fault.At(c.in.Name, "unpacks to more than "+byteCount(c.opt.MaxMemory)+", too much to read inside gzip", "unpack it before you load it")
	}
	return bytes.NewReader(all), int64(len(all)), nil
}

// ceiling is the number of bytes that size packed bytes may unpack to.
func (o Options) ceiling(size int64) int64 { return max(o.MinUnpacked, o.MaxRatio*size) }

// bomb reports a packed part that unpacks to more than its ceiling.
func (o Options) bomb(place string, size int64) error {
	return fault.At(place, fmt.Sprintf("unpacks to more than %s, the limit for %s packed (%d times, at least %s)",
		byteCount(o.ceiling(size)), byteCount(size), o.MaxRatio, byteCount(o.MinUnpacked)),
		"this is no ledger as courts export it; ask where it comes from")
}

func byteCount(n int64) string {
	switch {
	case n >= 1<<20 && n%(1<<20) == 0:
		return fmt.Sprintf("%d MiB", n>>20)
	case n >= 10<<20:
		return fmt.Sprintf("%.1f MiB", float64(n)/(1<<20))
	}
	return fmt.Sprintf("%d bytes", n)
}

type plainReader struct {
	r    io.Reader
	name string
}

func (p *plainReader) Read(b []byte) (int, error) {
	n, err := p.r.Read(b)
	if err != nil && !errors.Is(err, io.EOF) {
		err = fmt.Errorf("read %s: %w", p.name, err)
	}
	return n, err
}

// gzipReader unpacks up to a ceiling and words the errors.
type gzipReader struct {
	z            *gzip.Reader
	name         string
	packed, left int64
	opt          Options
}

func (g *gzipReader) Read(b []byte) (int, error) {
	n, err := g.z.Read(b)
	if g.left -= int64(n); g.left < 0 {
		return 0, g.opt.bomb(g.name, g.packed)
	}
	if err != nil && !errors.Is(err, io.EOF) {
		err = gzipFault(g.name, err)
	}
	return n, err
}

func gzipFault(name string, err error) error {
	switch {
	case errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.EOF):
		return damaged(name, "the gzip file is cut short")
	case errors.Is(err, gzip.ErrChecksum):
		return damaged(name, "the gzip file is damaged (its checksum does not agree)")
	}
	return damaged(name, "the gzip file is damaged")
}

var (
	magicZip     = []byte("PK\x03\x04")
	magicZipNone = []byte("PK\x05\x06") // an archive without entries
	magicParquet = []byte("PAR1")
	magicSecret  = []byte("PARE") // parquet with an encrypted footer
	magicOLE     = []byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
	magicPDF     = []byte("%PDF-")
)

func (c content) judge() (contentFormat, error) {
	h := c.head
	switch {
	case bytes.HasPrefix(h, magicZip), bytes.HasPrefix(h, magicZipNone):
		return formatXLSX, nil
	case bytes.HasPrefix(h, magicParquet):
		return formatParquet, nil
	case bytes.HasPrefix(h, magicSecret):
		return 0, fault.At(c.in.Name, "the parquet file is encrypted", "export it without encryption")
	case bytes.HasPrefix(h, magicOLE):
		return 0, c.oleFault()
	case bytes.HasPrefix(h, magicPDF):
		return 0, fault.At(c.in.Name, "this is a PDF document, not a table", "export csv, xlsx or parquet")
	case looksLikeHTML(h):
		return 0, fault.At(c.in.Name, "this is a web page, even if its name says otherwise", "open it in a spreadsheet and save it as xlsx")
	}
	return formatText, nil
}

func looksLikeHTML(h []byte) bool {
	h = bytes.ToLower(bytes.TrimSpace(bytes.TrimPrefix(h[:min(len(h), 512)], bomUTF8)))
	for _, p := range []string{"<!doctype html", "<html", "<table", "<meta"} {
		if bytes.HasPrefix(h, []byte(p)) {
			return true
		}
	}
	return false
}

// oleFault tells the two kinds of file apart that begin with the header of an OLE container:
// a password-protected xlsx has a stream EncryptedPackage, an old xls has not.
func (c content) oleFault() error {
	secret := []byte("E\x00n\x00c\x00r\x00y\x00p\x00t\x00e\x00d\x00P\x00a\x00c\x00k\x00a\x00g\x00e\x00")
	r, err := c.open()
	if err != nil {
		return err
	}
	buf := make([]byte, 0, headSize+len(secret))
	for {
		n, err := io.ReadFull(r, buf[len(buf):cap(buf)])
		buf = buf[:len(buf)+n]
		if bytes.Contains(buf, secret) {
			return fault.At(c.in.Name, "the workbook is protected by a password", "open it, remove the password and save it again")
		}
		if err != nil {
			return fault.At(c.in.Name, "this is a workbook of Excel 97-2003 (xls) or another old Office file", "open it and save it as xlsx")
		}
		keep := min(len(buf), len(secret))
		buf = buf[:copy(buf[:keep], buf[len(buf)-keep:])]
	}
}

// endings says which content a file name promises; other names promise nothing.
var endings = map[string]contentFormat{
	".csv": formatText, ".tsv": formatText, ".tab": formatText, ".txt": formatText,
	".xlsx": formatXLSX, ".xlsm": formatXLSX, ".xls": -1, ".parquet": formatParquet,
}

// checkName refuses a name that promises another content: such a file was exported or renamed
// by mistake, and a clerk who trusts the name would look for the error in the wrong place.
func (c content) checkName() error {
	base, packed := strings.CutSuffix(strings.ToLower(c.in.Name), ".gz")
	ext := path.Ext(base)
	want, known := endings[ext]
	is := c.format.String()
	rename := "rename it to end in ." + map[contentFormat]string{formatText: "csv", formatXLSX: "xlsx", formatParquet: "parquet"}[c.format]
	if c.gzip {
		is, rename = "gzip with "+is+" inside", rename+".gz"
	}
	if known && want != c.format || packed != c.gzip && (packed || known) {
		says := strings.TrimPrefix(c.in.Name[len(base)-len(ext):], ".")
		return fault.At(c.in.Name, fmt.Sprintf("the name says %s, the content is %s", says, is), rename)
	}
	return nil
}

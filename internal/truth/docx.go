package truth

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"path"
	"strings"

	"zhunsheng/internal/fault"
)

// Bounds of what a docx file may unpack to. A document of 300 pages has about 5 MB of XML.
const (
	longestPart  = 64 << 20
	mostEntries  = 20_000
	deepest      = 256
	mostParas    = 1_000_000
	longestPara  = 1_000_000 // characters
	documentKind = "/officeDocument"
)

// readDocx reads the visible text of a docx file. It unpacks only the parts with text, follows no
// link, knows no entity, and takes of fields only the text they show.
func readDocx(name string, data []byte) ([]Paragraph, error) {
	broken := func(what string) error {
		return fault.At(name, "a damaged docx file: "+what, "open it in a word processor and save it again")
	}
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return nil, broken("the package cannot be read")
	}
	if len(z.File) > mostEntries {
		return nil, fault.At(name, "a docx with too many parts", "this is no ordinary document: check where it comes from")
	}
	parts := map[string]*zip.File{}
	for _, f := range z.File {
		parts[strings.TrimPrefix(f.Name, "/")] = f
	}
	main := mainPart(parts)
	if parts[main] == nil {
		return nil, broken("it has no document part")
	}
	d := &docx{}
	dir := path.Dir(main)
	for _, part := range []string{main, path.Join(dir, "footnotes.xml"), path.Join(dir, "endnotes.xml")} {
		if parts[part] == nil {
			continue
		}
		err := d.readPart(parts[part])
		switch {
		case errors.Is(err, errTooLarge):
			return nil, fault.At(name, "a docx that unpacks to more than is reasonable ("+part+")", "this is no ordinary document: check where it comes from")
		case err != nil:
			return nil, broken(part + " is not whole")
		}
	}
	return d.out, nil
}

// mainPart finds the name of the document part by the package's relations.
func mainPart(parts map[string]*zip.File) string {
	const usual = "word/document.xml"
	f := parts["_rels/.rels"]
	if f == nil {
		return usual
	}
	r, err := f.Open()
	if err != nil {
		return usual
	}
	var rels struct {
		List []struct {
			Type   string `xml:"Type,attr"`
			Target string `xml:"Target,attr"`
			Mode   string `xml:"TargetMode,attr"`
		} `xml:"Relationship"`
	}
	err = xml.NewDecoder(io.LimitReader(r, 1<<20)).Decode(&rels)
	_ = r.Close() // read-only
	if err != nil {
		return usual
	}
	for _, rel := range rels.List {
		if strings.HasSuffix(rel.Type, documentKind) && rel.Mode != "External" {
			return strings.TrimPrefix(path.Clean("/"+rel.Target), "/")
		}
	}
	return usual
}

var errTooLarge = errors.New("too large")

// capped fails, instead of ending, when more than n bytes come.
type capped struct {
	r io.Reader
	n int64
}

func (c *capped) Read(p []byte) (int, error) {
	if c.n <= 0 {
		return 0, errTooLarge
	}
	k, err := c.r.Read(p[:min(int64(len(p)), c.n)])
	c.n -= int64(k)
	return k, err
}

// docx collects paragraphs while the parts are read.
type docx struct {
	out    []Paragraph
	lines  int
	open   []*para // paragraphs within paragraphs: text boxes
	tables []grid
	count  int // tables so far
	skip   int // depth inside deleted or alternative content
	field  []bool
}

// para is a paragraph under way.
type para struct {
	line    int
	text    strings.Builder
	size    int
	heading bool
}

// grid is the place within a table.
type grid struct{ number, row, col int }

// skipped are elements whose text is not part of the document as it reads.
var skipped = map[string]bool{"del": true, "moveFrom": true, "Fallback": true, "instrText": true, "delText": true, "delInstrText": true, "rPrChange": true, "pPrChange": true}

func (d *docx) readPart(f *zip.File) error {
	r, err := f.Open()
	if err != nil {
		return err
	}
	defer func() { _ = r.Close() }() // read-only
	d.open, d.tables, d.field, d.skip = nil, nil, nil, 0
	x := xml.NewDecoder(&capped{r, longestPart})
	depth := 0
	inText := false
	for {
		t, err := x.Token()
		if errors.Is(err, io.EOF) {
			if depth != 0 {
				return io.ErrUnexpectedEOF
			}
			return nil
		}
		if err != nil {
			return err
		}
		switch t := t.(type) {
		case xml.StartElement:
			if depth++; depth > deepest {
				return errTooLarge
			}
			inText = t.Name.Local == "t" && isWord(t.Name)
			if err := d.begin(t); err != nil {
				return err
			}
		case xml.EndElement:
			depth--
			inText = false
			d.end(t.Name)
		case xml.CharData:
			if inText {
				if err := d.write(string(t)); err != nil {
					return err
				}
			}
		}
	}
}

func (d *docx) begin(t xml.StartElement) error {
	name := t.Name.Local
	if d.skip > 0 || skipped[name] {
		d.skip++
		return nil
	}
	if !isWord(t.Name) {
		return nil
	}
	switch name {
	case "footnote", "endnote":
		if k := attr(t, "type"); k != "" && k != "normal" {
			d.skip++
		}
	case "tbl":
		if len(d.tables) == 0 {
			d.count++
		}
		d.tables = append(d.tables, grid{d.count, -1, -1})
	case "tr":
		if k := len(d.tables) - 1; k >= 0 {
			d.tables[k].row++
			d.tables[k].col = -1
		}
	case "tc":
		if k := len(d.tables) - 1; k >= 0 {
			d.tables[k].col++
		}
	case "p":
		if d.lines++; d.lines > mostParas {
			return errTooLarge
		}
		d.open = append(d.open, &para{line: d.lines})
	case "pStyle":
		if p := d.current(); p != nil {
			v := strings.ToLower(attr(t, "val"))
			p.heading = strings.HasPrefix(v, "heading") || v == "title"
		}
	case "fldChar":
		d.fieldMark(attr(t, "fldCharType"))
	case "tab":
		return d.write("\t")
	case "br", "cr":
		return d.write("\n")
	case "noBreakHyphen":
		return d.write("-")
	}
	return nil
}

// fieldMark follows a field: its code is hidden, its result is text.
func (d *docx) fieldMark(kind string) {
	switch kind {
	case "begin":
		d.field = append(d.field, true)
	case "separate":
		if k := len(d.field) - 1; k >= 0 {
			d.field[k] = false
		}
	case "end":
		if k := len(d.field) - 1; k >= 0 {
			d.field = d.field[:k]
		}
	}
}

// isWord: the element belongs to the text, not to a drawing in it.
func isWord(n xml.Name) bool { return strings.Contains(n.Space, "wordprocessingml") }

func (d *docx) end(n xml.Name) {
	if d.skip > 0 {
		d.skip--
		return
	}
	if !isWord(n) {
		return
	}
	switch n.Local {
	case "tbl":
		if k := len(d.tables) - 1; k >= 0 {
			d.tables = d.tables[:k]
		}
	case "p":
		d.finish()
	}
}

func (d *docx) current() *para {
	if k := len(d.open) - 1; k >= 0 {
		return d.open[k]
	}
	return nil
}

func (d *docx) write(text string) error {
	p := d.current()
	if p == nil || d.skip > 0 {
		return nil
	}
	for _, code := range d.field {
		if code {
			return nil
		}
	}
	if p.size += len(text); p.size > longestPara*4 {
		return errTooLarge
	}
	p.text.WriteString(text)
	return nil
}

// finish ends the innermost paragraph.
func (d *docx) finish() {
	k := len(d.open) - 1
	if k < 0 {
		return
	}
	p := d.open[k]
	d.open = d.open[:k]
	out := Paragraph{Line: p.line, Text: p.text.String(), Heading: p.heading || isHeading(p.text.String())}
	if len(d.tables) == 1 {
		g := d.tables[0]
		out.Table, out.Row, out.Col = g.number, max(g.row, 0), max(g.col, 0)
	}
	d.out = append(d.out, out)
}

func attr(t xml.StartElement, name string) string {
	for _, a := range t.Attr {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

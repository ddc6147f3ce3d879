package ledger

import (
	"archive/zip"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"path"
	"strings"

	"zhunsheng/internal/fault"
)

// workbook is an opened xlsx file. The sheets stream; shared strings and styles lie in memory.
//
// We read the sheets ourselves because a ledger needs what the usual library hides: whether a
// cell is a formula, its exact number and its date style, and every fault of the file. The
// library remains the second opinion in the tests.
type workbook struct {
	name  string
	parts map[string]*zip.File // by lower-case name with forward slashes
	opt   Options

	date1904 bool
	dates    []bool // by style: the number is a day
	strings  []string
	loaded   bool // strings are there
}

func openXLSX(c content, opt Options) ([]*Table, error) {
	r, size, err := c.random()
	if err != nil {
		return nil, err
	}
	z, err := zip.NewReader(r, size)
	if err != nil {
		return nil, damaged(c.in.Name, "the workbook is cut short or damaged (its table of contents is missing)")
	}
	wb := &workbook{name: c.in.Name, parts: map[string]*zip.File{}, opt: opt}
	for _, f := range z.File {
		wb.parts[strings.ToLower(strings.ReplaceAll(f.Name, `\`, "/"))] = f
	}
	sheets, err := wb.open()
	if err != nil {
		return nil, err
	}
	return wb.tables(sheets, c.gzip)
}

// sheetPart is a worksheet and the part that holds it.
type sheetPart struct{ name, part string }

// open reads everything but the sheets.
func (wb *workbook) open() ([]sheetPart, error) {
	var rels relations
	if err := wb.decode("_rels/.rels", &rels); err != nil {
		return nil, err
	}
	main := rels.target("", "/officeDocument", "")
	if wb.parts[strings.ToLower(main)] == nil || !strings.Contains(main, "workbook") {
		return nil, fault.At(wb.name, "this is a zip archive without a workbook in it", "unpack it and load the tables inside, or save it as xlsx")
	}
	var book struct {
		Pr struct {
			Date1904 string `xml:"date1904,attr"`
		} `xml:"workbookPr"`
		Sheets []struct {
			Name string `xml:"name,attr"`
			ID   string `xml:"id,attr"`
		} `xml:"sheets>sheet"`
	}
	if err := wb.decode(main, &book); err != nil {
		return nil, err
	}
	wb.date1904 = book.Pr.Date1904 == "1" || book.Pr.Date1904 == "true"
	folder := path.Dir(main)
	var of relations
	if err := wb.decode(path.Join(folder, "_rels", path.Base(main)+".rels"), &of); err != nil {
		return nil, err
	}
	var sheets []sheetPart
	for _, s := range book.Sheets {
		if part := of.target(folder, "/worksheet", s.ID); part != "" {
			sheets = append(sheets, sheetPart{s.Name, part})
		}
	}
	if part := of.target(folder, "/sharedStrings", ""); part != "" {
		wb.sharedPart(part)
	}
	return sheets, wb.readStyles(of.target(folder, "/styles", ""))
}

func (wb *workbook) sharedPart(part string) { wb.parts["shared"] = wb.parts[strings.ToLower(part)] }

// tables opens one table per sheet with rows. With several of them, a sheet whose headings are
// faulty tells so when it is read, because a mapping may have no use for it.
func (wb *workbook) tables(sheets []sheetPart, packed bool) ([]*Table, error) {
	var tables []*Table
	var names []string
	var last error
	for _, s := range sheets {
		names = append(names, s.name)
		if wb.opt.Sheet != "" && wb.opt.Sheet != s.name {
			continue
		}
		t := &Table{Name: wb.name, Sheet: s.name, opt: wb.opt, fixed: true, src: &sheetSource{wb: wb, sheetPart: s}}
		t.Detected = Detected{Format: "xlsx", Sheet: s.name, Date1904: wb.date1904}
		if packed {
			t.Detected.Compression = "gzip"
		}
		err := t.readHeader()
		if err != nil {
			last = err
			if errors.As(err, new(errNoRows)) || !errors.Is(err, fault.Invalid) {
				continue
			}
			t.src = faulty{err}
		}
		tables = append(tables, t)
	}
	switch {
	case len(names) == 0:
		return nil, fault.At(wb.name, "there is no worksheet in it", "export it again")
	case len(tables) == 0 && last == nil:
		return nil, fault.At(wb.name, fmt.Sprintf("there is no sheet %q", wb.opt.Sheet), "it has "+strings.Join(names, ", "))
	case len(tables) == 0 || len(tables) == 1 && tables[0].Header == nil:
		return nil, last
	}
	return tables, nil
}

// faulty is the source of a table whose headings could not be read.
type faulty struct{ err error }

func (f faulty) rows(int, func(int, []string) error) error { return f.err }

// relations is a .rels part.
type relations struct {
	List []struct {
		ID     string `xml:"Id,attr"`
		Type   string `xml:"Type,attr"`
		Target string `xml:"Target,attr"`
	} `xml:"Relationship"`
}

// target finds the part of a relation by the end of its type and, unless "", by its id.
func (r relations) target(folder, kind, id string) string {
	for _, rel := range r.List {
		if strings.HasSuffix(rel.Type, kind) && (id == "" || rel.ID == id) {
			if abs, ok := strings.CutPrefix(rel.Target, "/"); ok {
				return abs
			}
			return path.Join(folder, rel.Target)
		}
	}
	return ""
}

// decode reads a small part; a part that is missing is empty.
func (wb *workbook) decode(part string, out any) error {
	f := wb.parts[strings.ToLower(part)]
	if f == nil {
		return nil
	}
	r, err := wb.openPart(f)
	if err != nil {
		return err
	}
	defer r.Close()
	const small = 32 << 20
	data, err := io.ReadAll(io.LimitReader(r, small))
	if err != nil {
		return err
	}
	if err := xml.Unmarshal(data, out); err != nil {
		return damaged(wb.name, fmt.Sprintf("the workbook is damaged (part %s)", part))
	}
	return nil
}

// openPart unpacks a part up to its ceiling. Its errors are ready to be shown.
func (wb *workbook) openPart(f *zip.File) (io.ReadCloser, error) {
	if f.Flags&1 != 0 {
		return nil, fault.At(wb.name, "the workbook is protected by a password", "open it, remove the password and save it again")
	}
	packed := int64(min(f.CompressedSize64, 1<<60))
	p := &partReader{wb: wb, part: f.Name, packed: packed, left: wb.opt.ceiling(packed)}
	if f.UncompressedSize64 > uint64(p.left) {
		return nil, wb.opt.bomb(p.place(), packed)
	}
	r, err := f.Open()
	if err != nil {
		return nil, p.fault()
	}
	p.r = r
	return p, nil
}

type partReader struct {
	r            io.ReadCloser
	wb           *workbook
	part         string
	packed, left int64
}

func (p *partReader) place() string { return p.wb.name + ", part " + p.part }

func (p *partReader) fault() error {
	return damaged(p.wb.name, fmt.Sprintf("the workbook is damaged (part %s cannot be unpacked)", p.part))
}

func (p *partReader) Read(b []byte) (int, error) {
	n, err := p.r.Read(b)
	if p.left -= int64(n); p.left < 0 {
		return 0, p.wb.opt.bomb(p.place(), p.packed)
	}
	if err != nil && !errors.Is(err, io.EOF) {
		err = p.fault()
	}
	return n, err
}

func (p *partReader) Close() error { return p.r.Close() }

// xmlFault words an error of the scanner; errors of the part are worded already.
func (wb *workbook) xmlFault(place string, err error) error {
	if errors.Is(err, errXMLCut) || errors.Is(err, errXMLBroken) || errors.Is(err, errXMLLong) {
		return damaged(place, "the workbook is damaged ("+err.Error()+")")
	}
	return err
}

// loadStrings reads the shared strings once.
func (wb *workbook) loadStrings() error {
	f := wb.parts["shared"]
	if wb.loaded || f == nil {
		return nil
	}
	r, err := wb.openPart(f)
	if err != nil {
		return err
	}
	defer r.Close()
	x := &xmlScanner{src: r, max: wb.opt.MaxRowBytes}
	var text []byte
	var list []string
	var memory int64
	var in richText
	for {
		ev, err := x.next()
		if err != nil {
			return wb.xmlFault(wb.name+", shared strings", err)
		}
		switch {
		case ev == xmlEnd:
			wb.strings, wb.loaded = list, true
			return nil
		case ev == xmlClose && string(x.name) == "si":
			s := unescapeControl(string(text))
			list, text = append(list, s), text[:0]
			if memory += int64(len(s)) + 16; memory > wb.opt.MaxMemory {
				return fault.At(wb.name, "its texts need more than "+byteCount(wb.opt.MaxMemory)+" of memory", "save it as csv")
			}
		case in.wants(ev, x):
			if text, err = x.appendText(text); err != nil {
				return wb.xmlFault(wb.name+", shared strings", err)
			}
		}
	}
}

// richText follows the elements of a string: text stands in t, but readings of the
// characters (rPh) do not belong to it.
type richText struct{ text, phonetic bool }

// wants reports whether ev is text that belongs to the string.
func (in *richText) wants(ev xmlEvent, x *xmlScanner) bool {
	switch {
	case ev == xmlText:
		return in.text && !in.phonetic
	case string(x.name) == "t":
		in.text = ev == xmlOpen
	case string(x.name) == "rPh":
		in.phonetic = ev == xmlOpen
	}
	return false
}

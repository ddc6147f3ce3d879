package document

import (
	"archive/zip"
	"encoding/xml"
	"fmt"
	"io"
	"strings"
	"time"
)

// Measures of GB/T 9704-2012 in twips (1/20 pt) and half-points.
const (
	pageW, pageH                    = 11906, 16838 // A4
	marginTop, marginBottom         = 2098, 1978   // 37 mm, 35 mm less the 6 twips that 22 lines need
	marginLeft, marginRight         = 1587, 1474   // 28 mm, 26 mm
	linePitch                       = 580          // 22 lines in 225 mm
	charTighten                     = -5           // per 16 pt character: 28 of them fill 156 mm
	footerFromEdge                  = 1310
	sizeBody, sizeTitle, sizeFooter = 32, 44, 28
	sizeTable, sizeWide             = 21, 18
	textWidth                       = pageW - marginLeft - marginRight
	wideWidth                       = pageH - marginTop - marginBottom
)

// The fonts of the standard; a reader without them falls back by the font table.
const (
	fontBody   = "仿宋_GB2312"
	fontTitle  = "方正小标宋简体"
	fontLevel1 = "黑体"
	fontLevel2 = "楷体_GB2312"
	fontFooter = "宋体"
	fontLatin  = "Times New Roman"
)

// epoch is the modification time of every part, so that equal documents are equal bytes.
var epoch = time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)

// WriteDocx writes d as an Office Open XML text document.
func WriteDocx(w io.Writer, d Document) error {
	b := &writer{lang: d.Lang}
	main := b.body(d)
	parts := []struct{ name, body string }{
		{"[Content_Types].xml", contentTypes(len(b.charts))},
		{"_rels/.rels", packageRels},
		{"word/_rels/document.xml.rels", documentRels(len(b.charts))},
		{"word/settings.xml", settings},
		{"word/fontTable.xml", fontTable},
		{"word/styles.xml", styles},
		{"word/footerOdd.xml", footer("right", 280)},
		{"word/footerEven.xml", footer("left", 280)},
		{"word/footerWideOdd.xml", wideFooter(true)},
		{"word/footerWideEven.xml", wideFooter(false)},
		{"word/document.xml", main},
	}
	for i, c := range b.charts {
		parts = append(parts, struct{ name, body string }{fmt.Sprintf("word/charts/chart%d.xml", i+1), chartXML(c)})
	}
	z := zip.NewWriter(w)
	for _, part := range parts {
		f, err := z.CreateHeader(&zip.FileHeader{Name: part.name, Method: zip.Deflate, Modified: epoch})
		if err != nil {
			return fmt.Errorf("document part %s: %w", part.name, err)
		}
		if _, err := io.WriteString(f, xml.Header+part.body); err != nil {
			return fmt.Errorf("document part %s: %w", part.name, err)
		}
	}
	return z.Close()
}

// writer collects the main part and the charts it refers to.
type writer struct {
	strings.Builder
	lang   string
	charts []Chart
	fresh  bool // the next styled paragraph begins a page
}

func (b *writer) body(d Document) string {
	b.WriteString(`<w:document xmlns:w="` + nsW + `" xmlns:r="` + nsR + `"><w:body>`)
	b.head(d)
	wide := b.blocks(d.Blocks, false, d.Signer != "")
	if wide && (d.Signer != "" || len(d.Enclosures) > 0) {
		b.section(true)
		wide = false
	}
	b.enclosures(d)
	b.signature(d)
	if len(d.Annex) > 0 && !wide && !turned(d.Annex[0]) {
		b.fresh = true
	}
	wide = b.blocks(d.Annex, wide, false)
	b.imprint(d)
	b.WriteString(sectPr(wide))
	b.WriteString(`</w:body></w:document>`)
	return b.String()
}

func turned(bl Block) bool {
	t, ok := bl.(Table)
	return ok && t.Wide
}

// blocks prints blocks in turn, beginning a new section where the page turns; it returns how
// the page lies at the end. Signed ones are followed by the signature.
func (b *writer) blocks(list []Block, wide, signed bool) bool {
	for i, bl := range list {
		if t := turned(bl); t != wide {
			b.section(wide)
			wide = t
		}
		b.block(bl, wide, signed && i == len(list)-1)
	}
	return wide
}

func (b *writer) block(bl Block, wide, last bool) {
	switch x := bl.(type) {
	case Heading:
		b.styled(fmt.Sprintf("Heading%d", min(max(x.Level, 1), 3)), x.Text)
	case Paragraph:
		b.paragraph(x, last)
	case Table:
		b.table(x, wide)
	case Chart:
		b.chart(x)
	case PageBreak:
		b.WriteString(pageBreak)
	}
}

// pageBefore is the property of the paragraph that begins a new page, once after it is wanted.
func (b *writer) pageBefore() string {
	if !b.fresh {
		return ""
	}
	b.fresh = false
	return `<w:pageBreakBefore/>`
}

// styled prints a paragraph of a named style.
func (b *writer) styled(style, text string) {
	fmt.Fprintf(b, `<w:p><w:pPr><w:pStyle w:val="%s"/>%s</w:pPr><w:r><w:t xml:space="preserve">%s</w:t></w:r></w:p>`, style, b.pageBefore(), escape(text))
}

// para prints a paragraph with direct formatting; indent is from the right, in twips.
func (b *writer) para(text, align string, indentRight int, font string, size int, color string) {
	fmt.Fprintf(b, `<w:p><w:pPr><w:spacing w:line="%d" w:lineRule="exact"/><w:ind w:right="%d"/><w:jc w:val="%s"/></w:pPr>`, max(linePitch, size*13), indentRight, align)
	if text != "" {
		fmt.Fprintf(b, `<w:r>%s<w:t xml:space="preserve">%s</w:t></w:r>`, runProps(font, size, color), escape(text))
	}
	b.WriteString(`</w:p>`)
}

func (b *writer) table(t Table, wide bool) {
	if t.Caption != "" {
		b.styled("Caption", t.Caption)
	}
	total := textWidth
	if wide {
		total = wideWidth
	}
	widths := columnWidths(t, total)
	b.WriteString(`<w:tbl><w:tblPr><w:tblW w:w="` + fmt.Sprint(total) + `" w:type="dxa"/><w:jc w:val="center"/><w:tblBorders>`)
	for _, side := range []string{"top", "left", "bottom", "right", "insideH", "insideV"} {
		fmt.Fprintf(b, `<w:%s w:val="single" w:sz="4" w:space="0" w:color="000000"/>`, side)
	}
	b.WriteString(`</w:tblBorders><w:tblLayout w:type="fixed"/><w:tblCellMar><w:left w:w="57" w:type="dxa"/><w:right w:w="57" w:type="dxa"/></w:tblCellMar></w:tblPr><w:tblGrid>`)
	for _, w := range widths {
		fmt.Fprintf(b, `<w:gridCol w:w="%d"/>`, w)
	}
	b.WriteString(`</w:tblGrid>`)
	b.row(t, t.Head, widths, true, len(t.Rows) > 0)
	for i, r := range t.Rows {
		b.row(t, r, widths, false, t.keeps(i))
	}
	b.WriteString(`</w:tbl>`)
	b.styled("TableNote", t.Note)
}

// wholeRows is how many rows a table may have that is never divided between pages; of a longer
// one no single row stands alone.
const wholeRows = 16

// keeps tells whether a row stays on the page of what follows it: the next row, or the note.
func (t Table) keeps(i int) bool {
	last := len(t.Rows) - 1
	if i == last {
		return t.Note != ""
	}
	return len(t.Rows) <= wholeRows || i == 0 || i == last-1
}

// row prints one row, which may stay with the next; a turned table is set smaller.
func (b *writer) row(t Table, cells []string, widths []int, head, keep bool) {
	size, line, next := sizeTable, 280, ""
	if keep {
		next = `<w:keepNext/>`
	}
	if t.Wide {
		size, line = sizeWide, 250
	}
	b.WriteString(`<w:tr><w:trPr><w:cantSplit/>`)
	if head {
		b.WriteString(`<w:tblHeader/>`)
	}
	b.WriteString(`</w:trPr>`)
	for i, w := range widths {
		text, align, font := "", "center", fontBody
		if i < len(cells) {
			text = cells[i]
		}
		if !head && i < len(t.Numeric) && t.Numeric[i] {
			align = "right"
		} else if !head {
			align = "left"
		}
		if head {
			font = fontLevel1
		}
		fmt.Fprintf(b, `<w:tc><w:tcPr><w:tcW w:w="%d" w:type="dxa"/><w:vAlign w:val="center"/></w:tcPr><w:p><w:pPr>%s<w:snapToGrid w:val="0"/><w:spacing w:line="%d" w:lineRule="atLeast"/><w:jc w:val="%s"/></w:pPr><w:r>%s<w:t xml:space="preserve">%s</w:t></w:r></w:p></w:tc>`,
			w, next, line, align, runProps(font, size, ""), escape(text))
	}
	b.WriteString(`</w:tr>`)
}

// columnWidths shares total among the columns by Widths.
func columnWidths(t Table, total int) []int {
	n := len(t.Head)
	out, sum := make([]int, n), 0
	weight := func(i int) int {
		if i < len(t.Widths) && t.Widths[i] > 0 {
			return t.Widths[i]
		}
		return 1
	}
	for i := range n {
		sum += weight(i)
	}
	for i := range n {
		out[i] = total * weight(i) / sum
	}
	return out
}

// section ends the running section: the paragraph carries its page shape.
func (b *writer) section(wide bool) {
	b.WriteString(`<w:p><w:pPr>` + sectPr(wide) + `</w:pPr></w:p>`)
}

const pageBreak = `<w:p><w:r><w:br w:type="page"/></w:r></w:p>`

func sectPr(wide bool) string {
	size := fmt.Sprintf(`<w:pgSz w:w="%d" w:h="%d"/><w:pgMar w:top="%d" w:right="%d" w:bottom="%d" w:left="%d" w:header="851" w:footer="%d" w:gutter="0"/>`,
		pageW, pageH, marginTop, marginRight, marginBottom, marginLeft, footerFromEdge)
	odd, even := "rId4", "rId5"
	if wide {
		// The head of a turned table lies at the left of the upright sheet: the binding side on odd
		// pages, the outer side on even ones. The page number keeps its place on the sheet.
		odd, even = "rId6", "rId7"
		size = fmt.Sprintf(`<w:pgSz w:w="%d" w:h="%d" w:orient="landscape"/><w:pgMar w:top="%d" w:right="%d" w:bottom="%d" w:left="%d" w:header="851" w:footer="%d" w:gutter="0"/>`,
			pageH, pageW, marginLeft, marginTop, marginRight, marginBottom, 851)
	}
	return `<w:sectPr><w:footerReference w:type="default" r:id="` + odd + `"/><w:footerReference w:type="even" r:id="` + even + `"/>` + size +
		fmt.Sprintf(`<w:docGrid w:type="lines" w:linePitch="%d"/></w:sectPr>`, linePitch)
}

func runProps(font string, size int, color string) string {
	s := fmt.Sprintf(`<w:rPr><w:rFonts w:ascii="%s" w:hAnsi="%s" w:eastAsia="%s" w:cs="%s"/>`, fontLatin, fontLatin, font, fontLatin)
	if color != "" {
		s += `<w:color w:val="` + color + `"/>`
	}
	if size == sizeBody {
		// The pitch of the grid is set on the characters: readers disagree about a character grid
		// narrower than the font (some give each character two cells).
		s += fmt.Sprintf(`<w:spacing w:val="%d"/>`, charTighten)
	}
	return s + fmt.Sprintf(`<w:sz w:val="%d"/><w:szCs w:val="%d"/></w:rPr>`, size, size)
}

// escape makes text safe inside XML; characters that XML forbids become U+FFFD.
func escape(s string) string {
	var b strings.Builder
	_ = xml.EscapeText(&b, []byte(s)) // a strings.Builder does not fail
	return b.String()
}

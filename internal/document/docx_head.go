package document

import (
	"fmt"
	"strings"
)

// charPitch is the width of one character of the grid in twips: 28 of them fill 156 mm.
const charPitch = 316

// lineChars is the number of characters of a line.
const lineChars = 28

// minutesDrop is the distance of the mark of minutes from the top of the type area: 35 mm.
const minutesDrop = 1984

const red = "C00000"

// head prints what stands above the body in the form of the paper.
func (b *writer) head(d Document) {
	switch d.style() {
	case House:
		b.para(d.Masthead, "center", 0, fontTitle, 72, red)
		b.para(d.IssueNo, "center", 0, fontBody, sizeBody, "")
		b.ruled(d.Org, d.Date)
		b.blank()
		b.blank()
	case Minutes:
		before := minutesDrop
		for _, line := range titleLines(d.Title) {
			fmt.Fprintf(b, `<w:p><w:pPr><w:pStyle w:val="Title"/><w:spacing w:before="%d"/></w:pPr><w:r>%s<w:t xml:space="preserve">%s</w:t></w:r></w:p>`,
				before, runProps(fontTitle, sizeTitle, red), escape(line))
			before = 0
		}
		b.ruled(d.Org, d.Date)
		b.blank()
		return
	}
	for _, line := range titleLines(d.Title) {
		b.styled("Title", line)
	}
	b.blank()
	if d.To != "" {
		b.para(d.To+d.Colon(), "left", 0, fontBody, sizeBody, "")
	}
}

// ruled prints the office at the left, the day at the right, and the coloured line below.
func (b *writer) ruled(left, right string) {
	props := runProps(fontBody, sizeFooter, "")
	fmt.Fprintf(b, `<w:p><w:pPr><w:pBdr><w:bottom w:val="single" w:sz="18" w:space="4" w:color="%s"/></w:pBdr><w:tabs><w:tab w:val="right" w:pos="%d"/></w:tabs><w:spacing w:line="%d" w:lineRule="exact"/></w:pPr><w:r>%s<w:t xml:space="preserve">%s</w:t></w:r><w:r>%s<w:tab/><w:t xml:space="preserve">%s</w:t></w:r></w:p>`,
		red, textWidth, linePitch, props, escape(left), props, escape(right))
}

func (b *writer) blank() { b.para("", "left", 0, fontBody, sizeBody, "") }

// titleChars is how many characters of the title's size fit on a line.
const titleChars = 19

// titleLines breaks a long title by meaning, so that no line is a mere tail: before 关于…的 ends
// and after a place or period, about in the middle, the first line not the shortest by far.
func titleLines(title string) []string {
	n := width(title)
	if n <= titleChars {
		return []string{title}
	}
	runes := []rune(title)
	best, cost := 0, 1e9
	for i := 1; i < len(runes); i++ {
		first, second := width(string(runes[:i])), width(string(runes[i:]))
		if first > titleChars || second > titleChars {
			continue
		}
		c := first - second
		if c < 0 {
			c = -c
		}
		if !strings.ContainsRune("年月度院", runes[i-1]) && runes[i-1] != ' ' {
			c += 8 // not a place where meaning ends
		}
		if strings.ContainsRune("0123456789年月第季度", runes[i]) && strings.ContainsRune("0123456789年第季", runes[i-1]) {
			c += 40 // never inside a date
		}
		if c < cost {
			best, cost = i, c
		}
	}
	if best == 0 {
		return []string{title}
	}
	return []string{strings.TrimSpace(string(runes[:best])), strings.TrimSpace(string(runes[best:]))}
}

// width counts characters of the grid: a Latin letter or digit is half of one.
func width(s string) float64 {
	n := 0.0
	for _, r := range s {
		if r < 0x2000 {
			n += 0.5
		} else {
			n++
		}
	}
	return n
}

// enclosures prints 附件说明: one blank line after the body, two characters in, later lines of a
// name under its first.
func (b *writer) enclosures(d Document) {
	list := d.enclosures()
	if len(list) == 0 {
		return
	}
	b.keptBlank()
	for _, e := range list {
		hang := int(width(e.label) * charPitch)
		fmt.Fprintf(b, `<w:p><w:pPr><w:keepNext/><w:spacing w:line="%d" w:lineRule="exact"/><w:ind w:left="%d" w:hanging="%d"/></w:pPr><w:r>%s<w:t xml:space="preserve">%s</w:t></w:r></w:p>`,
			linePitch, 2*charPitch+hang, hang, runProps(fontBody, sizeBody, ""), escape(e.label+e.name))
	}
}

// signature prints issuer and day without seal: the issuer two characters from the right, the
// day below, its first character two to the right of the issuer's; where the day is the longer
// one, it stands two characters from the right and the issuer moves.
func (b *writer) signature(d Document) {
	if d.Signer == "" {
		return
	}
	signer, date := width(d.Signer), width(d.Date)
	start := lineChars - 2 - signer
	dateStart := start + 2
	if dateStart+date > lineChars-2 {
		dateStart = lineChars - 2 - date
		start = min(start, dateStart-2)
	}
	b.keptBlank()
	b.at(d.Signer, max(start, 0), `<w:keepNext/>`)
	b.at(d.Date, max(dateStart, 0), "")
}

// at prints a line that begins at a character of the grid.
func (b *writer) at(text string, start float64, keep string) {
	fmt.Fprintf(b, `<w:p><w:pPr>%s<w:spacing w:line="%d" w:lineRule="exact"/><w:ind w:left="%d"/></w:pPr><w:r>%s<w:t xml:space="preserve">%s</w:t></w:r></w:p>`,
		keep, linePitch, int(start*charPitch), runProps(fontBody, sizeBody, ""), escape(text))
}

// keptBlank is a blank line that stays with what follows: issuer and day never stand alone on a
// page.
func (b *writer) keptBlank() {
	fmt.Fprintf(b, `<w:p><w:pPr><w:keepNext/><w:spacing w:line="%d" w:lineRule="exact"/></w:pPr></w:p>`, linePitch)
}

// imprint prints 版记 at the foot of the last page, between two lines, in 4号 仿宋.
func (b *writer) imprint(d Document) {
	for i, l := range d.Imprint {
		border := `<w:bottom w:val="single" w:sz="8" w:space="1" w:color="000000"/>`
		if i == 0 {
			border = `<w:top w:val="single" w:sz="8" w:space="1" w:color="000000"/>` + border
		}
		fmt.Fprintf(b, `<w:p><w:pPr><w:framePr w:w="%d" w:wrap="around" w:vAnchor="margin" w:hAnchor="margin" w:xAlign="left" w:yAlign="bottom"/><w:pBdr>%s</w:pBdr><w:spacing w:line="480" w:lineRule="exact"/><w:ind w:left="280" w:right="280"/></w:pPr><w:r>%s<w:t xml:space="preserve">%s</w:t></w:r></w:p>`,
			textWidth, border, runProps(fontBody, sizeFooter, ""), escape(l))
	}
}

// paragraph prints body text; a lead stands in 黑体. The last one before the signature stays
// with it.
func (b *writer) paragraph(p Paragraph, last bool) {
	keep := b.pageBefore()
	if last {
		keep += `<w:keepNext/>`
	}
	lead, rest := "", p.Text
	if p.Lead {
		for _, colon := range []string{"：", ": "} {
			if i := strings.Index(p.Text, colon); i >= 0 {
				lead, rest = p.Text[:i+len(colon)], p.Text[i+len(colon):]
				break
			}
		}
	}
	fmt.Fprintf(b, `<w:p><w:pPr><w:pStyle w:val="BodyText"/>%s</w:pPr>`, keep)
	if lead != "" {
		fmt.Fprintf(b, `<w:r>%s<w:t xml:space="preserve">%s</w:t></w:r>`, runProps(fontLevel1, sizeBody, ""), escape(lead))
	}
	fmt.Fprintf(b, `<w:r><w:t xml:space="preserve">%s</w:t></w:r></w:p>`, escape(rest))
}

// pageNumber is the field with a dash each side, in 4号 宋体.
func pageNumber() string {
	num := runProps(fontFooter, sizeFooter, "")
	return fmt.Sprintf(`<w:r>%s<w:t xml:space="preserve">— </w:t></w:r><w:r>%s<w:fldChar w:fldCharType="begin"/></w:r><w:r>%s<w:instrText xml:space="preserve"> PAGE </w:instrText></w:r><w:r>%s<w:fldChar w:fldCharType="separate"/></w:r><w:r>%s<w:t>1</w:t></w:r><w:r>%s<w:fldChar w:fldCharType="end"/></w:r><w:r>%s<w:t xml:space="preserve"> —</w:t></w:r>`,
		num, num, num, num, num, num, num)
}

// footer prints the page number one character in from the outer edge.
func footer(align string, indent int) string {
	return fmt.Sprintf(`<w:ftr xmlns:w="%s"><w:p><w:pPr><w:ind w:%s="%d"/><w:jc w:val="%s"/></w:pPr>%s</w:p></w:ftr>`, nsW, align, indent, align, pageNumber())
}

// The box of the page number on a turned page, in twips of the turned page: as tall as the
// number is wide, 7 mm outside the type area of the upright sheet.
const (
	numberBox  = 2400
	numberDeep = 420
	numberX    = marginBottom - 397 - numberDeep
)

// wideFooter prints the number of a turned page where the upright sheet has it: along the left
// edge, reading downwards, at the lower end on odd pages and at the upper on even ones.
func wideFooter(odd bool) string {
	y, align := marginLeft+280, "left"
	if odd {
		y, align = pageW-marginRight-280-numberBox, "right"
	}
	return fmt.Sprintf(`<w:ftr xmlns:w="%s" xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"><w:p><w:r><mc:AlternateContent><mc:Choice Requires="wps"><w:drawing>`+
		`<wp:anchor distT="0" distB="0" distL="0" distR="0" simplePos="0" relativeHeight="2" behindDoc="0" locked="0" layoutInCell="1" allowOverlap="1"><wp:simplePos x="0" y="0"/>`+
		`<wp:positionH relativeFrom="page"><wp:posOffset>%d</wp:posOffset></wp:positionH><wp:positionV relativeFrom="page"><wp:posOffset>%d</wp:posOffset></wp:positionV>`+
		`<wp:extent cx="%d" cy="%d"/><wp:effectExtent l="0" t="0" r="0" b="0"/><wp:wrapNone/><wp:docPr id="%d" name="page number"/><wp:cNvGraphicFramePr/>`+
		`<a:graphic><a:graphicData uri="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"><wps:wsp><wps:cNvSpPr txBox="1"/><wps:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="%d" cy="%d"/></a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom><a:noFill/><a:ln><a:noFill/></a:ln></wps:spPr>`+
		`<wps:txbx><w:txbxContent><w:p><w:pPr><w:jc w:val="%s"/></w:pPr>%s</w:p></w:txbxContent></wps:txbx><wps:bodyPr vert="vert" lIns="0" tIns="0" rIns="0" bIns="0"/></wps:wsp></a:graphicData></a:graphic></wp:anchor></w:drawing></mc:Choice><mc:Fallback/></mc:AlternateContent></w:r></w:p></w:ftr>`,
		nsW, numberX*emu, y*emu, numberDeep*emu, numberBox*emu, 900+y%2, numberDeep*emu, numberBox*emu, align, pageNumber())
}

// emu is the number of English metric units in a twip.
const emu = 635

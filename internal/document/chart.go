package document

import (
	"fmt"
	"strconv"
	"strings"
)

// The size of a chart: the width of the type area, eight lines high.
const (
	chartWidth  = textWidth
	chartHeight = 8 * linePitch
)

// The strokes of series, told apart without colour: by shade, dash and marker.
var strokes = []struct{ color, dash, marker, fill string }{
	{"000000", "solid", "circle", "404040"},
	{"6E6E6E", "dash", "square", "A6A6A6"},
	{"000000", "sysDot", "triangle", "FFFFFF"},
	{"8C8C8C", "lgDashDot", "diamond", "D9D9D9"},
}

// chart refers to a chart part from a paragraph of its own.
func (b *writer) chart(c Chart) {
	b.charts = append(b.charts, c)
	n := len(b.charts)
	if c.Caption != "" {
		b.styled("Caption", c.Caption)
	}
	fmt.Fprintf(b, `<w:p><w:pPr><w:snapToGrid w:val="0"/><w:spacing w:line="240" w:lineRule="auto"/><w:jc w:val="center"/></w:pPr><w:r><w:drawing><wp:inline xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" distT="0" distB="0" distL="0" distR="0"><wp:extent cx="%d" cy="%d"/><wp:docPr id="%d" name="chart %d" descr="%s"/><wp:cNvGraphicFramePr/>`+
		`<a:graphic xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"><a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/chart"><c:chart xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart" r:id="rIdC%d"/></a:graphicData></a:graphic></wp:inline></w:drawing></w:r></w:p>`,
		chartWidth*emu, chartHeight*emu, n, n, escape(c.Caption), n)
	b.styled("TableNote", c.Note)
}

// chartXML is a native chart of the office format: vector, with the reader's own fonts, and
// with its numbers in it.
func chartXML(c Chart) string {
	var b strings.Builder
	b.WriteString(`<c:chartSpace xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart" xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" xmlns:r="` + nsR + `"><c:roundedCorners val="0"/><c:chart><c:autoTitleDeleted val="1"/><c:plotArea><c:layout/>`)
	if c.Bars {
		b.WriteString(`<c:barChart><c:barDir val="col"/><c:grouping val="clustered"/><c:varyColors val="0"/>`)
	} else {
		b.WriteString(`<c:lineChart><c:grouping val="standard"/><c:varyColors val="0"/>`)
	}
	for i, s := range c.Series {
		b.WriteString(seriesXML(c, i, s))
	}
	if c.Bars {
		b.WriteString(`<c:gapWidth val="60"/><c:axId val="1"/><c:axId val="2"/></c:barChart>`)
	} else {
		b.WriteString(`<c:marker val="1"/><c:axId val="1"/><c:axId val="2"/></c:lineChart>`)
	}
	format := "General"
	if c.Share {
		format = "0.0%"
	}
	line := `<c:spPr><a:ln w="9525"><a:solidFill><a:srgbClr val="404040"/></a:solidFill></a:ln></c:spPr>`
	fmt.Fprintf(&b, `<c:catAx><c:axId val="1"/><c:scaling><c:orientation val="minMax"/></c:scaling><c:delete val="0"/><c:axPos val="b"/><c:numFmt formatCode="General" sourceLinked="0"/><c:majorTickMark val="out"/><c:minorTickMark val="none"/><c:tickLblPos val="low"/>%s<c:crossAx val="2"/><c:crosses val="autoZero"/><c:auto val="0"/><c:lblAlgn val="ctr"/><c:lblOffset val="100"/><c:tickLblSkip val="1"/><c:tickMarkSkip val="1"/><c:noMultiLvlLbl val="1"/></c:catAx>`, line+turnedText(900, -2700000))
	fmt.Fprintf(&b, `<c:valAx><c:axId val="2"/><c:scaling><c:orientation val="minMax"/><c:min val="0"/></c:scaling><c:delete val="0"/><c:axPos val="l"/><c:majorGridlines><c:spPr><a:ln w="6350"><a:solidFill><a:srgbClr val="D0D0D0"/></a:solidFill></a:ln></c:spPr></c:majorGridlines><c:title><c:tx><c:rich><a:bodyPr rot="0" vert="horz"/><a:p><a:pPr>%s</a:pPr><a:r>%s<a:t>%s</a:t></a:r></a:p></c:rich></c:tx><c:overlay val="0"/></c:title><c:numFmt formatCode="%s" sourceLinked="0"/><c:majorTickMark val="out"/><c:minorTickMark val="none"/><c:tickLblPos val="nextTo"/>%s<c:crossAx val="1"/><c:crosses val="autoZero"/></c:valAx>`,
		chartFont("a:defRPr", 900), chartFont("a:rPr", 900), escape(c.Unit), format, line+chartText(900))
	b.WriteString(`<c:spPr><a:noFill/></c:spPr></c:plotArea>`)
	if len(c.Series) > 1 {
		b.WriteString(`<c:legend><c:legendPos val="b"/><c:overlay val="0"/>` + chartText(1000) + `</c:legend>`)
	}
	b.WriteString(`<c:plotVisOnly val="1"/><c:dispBlanksAs val="gap"/></c:chart><c:spPr><a:solidFill><a:srgbClr val="FFFFFF"/></a:solidFill><a:ln><a:noFill/></a:ln></c:spPr>` + chartText(900) + `</c:chartSpace>`)
	return b.String()
}

// chartFont is a run's properties inside a chart.
func chartFont(element string, size int) string {
	return fmt.Sprintf(`<%s sz="%d" b="0"><a:solidFill><a:srgbClr val="000000"/></a:solidFill><a:latin typeface="%s"/><a:ea typeface="%s"/></%s>`, element, size, fontLatin, fontFooter, element)
}

func chartText(size int) string { return turnedText(size, 0) }

// turnedText is the text of an axis or legend, turned by 1/60000 degrees.
func turnedText(size, rotation int) string {
	return fmt.Sprintf(`<c:txPr><a:bodyPr rot="%d" vert="horz"/><a:p><a:pPr>%s</a:pPr><a:endParaRPr/></a:p></c:txPr>`, rotation, chartFont("a:defRPr", size))
}

// seriesXML is one line or set of bars.
func seriesXML(c Chart, i int, s Series) string {
	var b strings.Builder
	k := strokes[i%len(strokes)]
	fmt.Fprintf(&b, `<c:ser><c:idx val="%d"/><c:order val="%d"/><c:tx><c:strRef><c:f>Sheet1!$%s$1</c:f><c:strCache><c:ptCount val="1"/><c:pt idx="0"><c:v>%s</c:v></c:pt></c:strCache></c:strRef></c:tx>`, i, i, string(rune('B'+i)), escape(s.Name))
	switch {
	case c.Bars:
		fmt.Fprintf(&b, `<c:spPr><a:solidFill><a:srgbClr val="%s"/></a:solidFill><a:ln w="6350"><a:solidFill><a:srgbClr val="000000"/></a:solidFill></a:ln></c:spPr><c:invertIfNegative val="0"/>`, k.fill)
	case s.Limit:
		b.WriteString(`<c:spPr><a:ln w="12700"><a:solidFill><a:srgbClr val="404040"/></a:solidFill><a:prstDash val="sysDash"/></a:ln></c:spPr><c:marker><c:symbol val="none"/></c:marker>`)
	default:
		fmt.Fprintf(&b, `<c:spPr><a:ln w="22225"><a:solidFill><a:srgbClr val="%s"/></a:solidFill><a:prstDash val="%s"/></a:ln></c:spPr><c:marker><c:symbol val="%s"/><c:size val="5"/><c:spPr><a:solidFill><a:srgbClr val="%s"/></a:solidFill><a:ln w="9525"><a:solidFill><a:srgbClr val="000000"/></a:solidFill></a:ln></c:spPr></c:marker>`, k.color, k.dash, k.marker, k.fill)
	}
	n := len(c.Categories)
	fmt.Fprintf(&b, `<c:cat><c:strRef><c:f>Sheet1!$A$2:$A$%d</c:f><c:strCache><c:ptCount val="%d"/>`, n+1, n)
	for j, name := range thinned(c.Categories) {
		fmt.Fprintf(&b, `<c:pt idx="%d"><c:v>%s</c:v></c:pt>`, j, escape(name))
	}
	fmt.Fprintf(&b, `</c:strCache></c:strRef></c:cat><c:val><c:numRef><c:f>Sheet1!$%s$2:$%s$%d</c:f><c:numCache><c:formatCode>General</c:formatCode><c:ptCount val="%d"/>`, string(rune('B'+i)), string(rune('B'+i)), n+1, n)
	for j, v := range s.Values {
		if v != nil {
			fmt.Fprintf(&b, `<c:pt idx="%d"><c:v>%s</c:v></c:pt>`, j, strconv.FormatFloat(*v, 'g', -1, 64))
		}
	}
	b.WriteString(`</c:numCache></c:numRef></c:val>`)
	if !c.Bars {
		b.WriteString(`<c:smooth val="0"/>`)
	}
	b.WriteString(`</c:ser>`)
	return b.String()
}

// thinned blanks labels so that at most nine stay: readers disagree about skipping them.
func thinned(labels []string) []string {
	skip := max(1, (len(labels)+7)/8)
	out := make([]string, len(labels))
	for i, l := range labels {
		if i%skip == 0 {
			out[i] = l
		}
	}
	return out
}

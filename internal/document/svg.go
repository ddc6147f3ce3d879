package document

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// The size of a drawing in its own units, and its margins.
const (
	svgWidth, svgHeight              = 640, 300
	svgLeft, svgRight                = 56, 12
	svgTop, svgBottom                = 16, 62
	plotWidth                        = svgWidth - svgLeft - svgRight
	plotHeight                       = svgHeight - svgTop - svgBottom
	svgTicks                         = 5
	svgDashSolid, svgDash, svgDotted = "", "6 4", "2 3"
)

// SVG draws the chart for pages: the same strokes as on paper, no style attribute, no script.
// Title and description tell it to readers who do not see it.
func SVG(c Chart) string {
	var b strings.Builder
	fmt.Fprintf(&b, `<svg class="chart" viewBox="0 0 %d %d" role="img" xmlns="http://www.w3.org/2000/svg"><title>%s</title>`, svgWidth, svgHeight, escape(c.Caption))
	b.WriteString(`<desc>`)
	for i, s := range c.Series {
		if i > 0 {
			b.WriteString("; ")
		}
		b.WriteString(escape(s.Name + ": " + strings.Join(s.texts(), " ")))
	}
	b.WriteString(`</desc>`)
	top := topOf(c)
	step := niceStep(top / svgTicks)
	for v := 0.0; v <= top+step/2; v += step {
		y := svgY(v, top)
		fmt.Fprintf(&b, `<line x1="%d" y1="%.1f" x2="%d" y2="%.1f" stroke="#d0d0d0"/><text x="%d" y="%.1f" font-size="11" text-anchor="end">%s</text>`,
			svgLeft, y, svgWidth-svgRight, y, svgLeft-6, y+4, axisNumber(v, c.Share))
	}
	fmt.Fprintf(&b, `<text x="4" y="12" font-size="11">%s</text>`, escape(c.Unit))
	for i, name := range thinned(c.Categories) {
		if name != "" {
			fmt.Fprintf(&b, `<text x="%.1f" y="%d" font-size="11" text-anchor="middle">%s</text>`, svgX(c, i), svgTop+plotHeight+16, escape(name))
		}
	}
	for i, s := range c.Series {
		if c.Bars {
			b.WriteString(svgBars(c, i, s, top))
		} else {
			b.WriteString(svgLine(c, i, s, top))
		}
	}
	if len(c.Series) > 1 {
		b.WriteString(svgLegend(c))
	}
	b.WriteString(`</svg>`)
	return b.String()
}

// topOf is the upper end of the value axis.
func topOf(c Chart) float64 {
	top := 0.0
	for _, s := range c.Series {
		for _, v := range s.Values {
			if v != nil {
				top = math.Max(top, *v)
			}
		}
	}
	if top == 0 {
		return 1
	}
	step := niceStep(top / svgTicks)
	return math.Ceil(top/step) * step
}

// niceStep is the next larger of 1, 2, 5 times a power of ten.
func niceStep(x float64) float64 {
	p := math.Pow(10, math.Floor(math.Log10(x)))
	for _, m := range []float64{1, 2, 5, 10} {
		if x <= m*p*(1+1e-9) {
			return m * p
		}
	}
	return 10 * p
}

func axisNumber(v float64, share bool) string {
	if share {
		return strconv.FormatFloat(v*100, 'g', 4, 64) + "%"
	}
	return strconv.FormatFloat(v, 'g', 10, 64)
}

func svgX(c Chart, i int) float64 {
	return svgLeft + (float64(i)+0.5)*plotWidth/float64(max(len(c.Categories), 1))
}

func svgY(v, top float64) float64 { return svgTop + plotHeight*(1-v/top) }

func svgBars(c Chart, i int, s Series, top float64) string {
	var b strings.Builder
	slot := plotWidth / float64(max(len(c.Categories), 1))
	width := slot * 0.7 / float64(len(c.Series))
	for j, v := range s.Values {
		if v != nil {
			y := svgY(*v, top)
			fmt.Fprintf(&b, `<rect x="%.1f" y="%.1f" width="%.1f" height="%.1f" fill="#%s" stroke="#000000" stroke-width="0.5"/>`,
				svgX(c, j)-slot*0.35+width*float64(i), y, width, svgTop+plotHeight-y, strokes[i%len(strokes)].fill)
		}
	}
	return b.String()
}

// svgStroke is the stroke of a line: limits are thin and dotted.
func svgStroke(i int, s Series) string {
	k := strokes[i%len(strokes)]
	dash, width := svgDashSolid, 1.8
	switch {
	case s.Limit:
		dash, width = svgDotted, 1
	case k.dash != "solid":
		dash = svgDash
	}
	out := fmt.Sprintf(`stroke="#%s" stroke-width="%g" fill="none"`, k.color, width)
	if dash != "" {
		out += ` stroke-dasharray="` + dash + `"`
	}
	return out
}

func svgLine(c Chart, i int, s Series, top float64) string {
	var path, dots strings.Builder
	pen := "M"
	for j, v := range s.Values {
		if v == nil {
			pen = "M"
			continue
		}
		x, y := svgX(c, j), svgY(*v, top)
		fmt.Fprintf(&path, "%s%.1f %.1f", pen, x, y)
		pen = "L"
		if !s.Limit {
			dots.WriteString(svgMarker(i, x, y))
		}
	}
	return fmt.Sprintf(`<path d="%s" %s/>`, path.String(), svgStroke(i, s)) + dots.String()
}

func svgMarker(i int, x, y float64) string {
	k := strokes[i%len(strokes)]
	if k.marker == "circle" {
		return fmt.Sprintf(`<circle cx="%.1f" cy="%.1f" r="2.6" fill="#%s" stroke="#000000" stroke-width="0.7"/>`, x, y, k.fill)
	}
	return fmt.Sprintf(`<rect x="%.1f" y="%.1f" width="5" height="5" fill="#%s" stroke="#000000" stroke-width="0.7"/>`, x-2.5, y-2.5, k.fill)
}

func svgLegend(c Chart) string {
	var b strings.Builder
	x, y := float64(svgLeft), float64(svgHeight-14)
	for i, s := range c.Series {
		if c.Bars {
			fmt.Fprintf(&b, `<rect x="%.1f" y="%.1f" width="14" height="9" fill="#%s" stroke="#000000" stroke-width="0.5"/>`, x, y-8, strokes[i%len(strokes)].fill)
		} else {
			fmt.Fprintf(&b, `<path d="M%.1f %.1fh26" %s/>`, x, y-4, svgStroke(i, s))
			if !s.Limit {
				b.WriteString(svgMarker(i, x+13, y-4))
			}
		}
		fmt.Fprintf(&b, `<text x="%.1f" y="%.1f" font-size="12">%s</text>`, x+32, y, escape(s.Name))
		x += 48 + 12*width(s.Name)
	}
	return b.String()
}

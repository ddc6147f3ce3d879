package ui

import (
	"fmt"
	"math"
	"strconv"
)

// Bars is a drawing made on the server: a bar for each label, and beside each a mark for the
// same time a year before. It needs no script, and every bar and mark opens its cases.
type Bars struct {
	ID, Title, Axis string
	Now, Before     string // names of the two series
	Labels          []string
	Points          []BarPoint
}

// BarPoint is one label's pair of counts, each with the address of its cases.
type BarPoint struct {
	Now, Before         int64
	NowLink, BeforeLink string
}

// The size of the drawing in its own units; it scales with the page.
const (
	barsWidth, barsHeight = 460, 190
	barsLeft, barsRight   = 46, 6
	barsTop, barsBottom   = 8, 24
)

// barShape is a rectangle with what it says and where it leads.
type barShape struct{ X, Y, W, H, Title, Link string }

// tick is a line across the drawing with its value.
type tick struct{ Y, TextY, Text string }

// monthText is a label below the axis.
type monthText struct{ X, Text string }

// top is the round number at or above the largest count: 1, 2 or 5 with zeros.
func (b Bars) top() int64 {
	largest := int64(1)
	for _, p := range b.Points {
		largest = max(largest, p.Now, p.Before)
	}
	step := int64(math.Pow10(len(strconv.FormatInt(largest, 10)) - 1))
	for _, m := range []int64{1, 2, 5, 10} {
		if m*step >= largest {
			return m * step
		}
	}
	return 10 * step
}

// place is the height of a count above the lower edge.
func (b Bars) place(n int64) float64 {
	return barsHeight - barsBottom - float64(n)/float64(b.top())*(barsHeight-barsTop-barsBottom)
}

func units(x float64) string { return strconv.FormatFloat(x, 'f', 1, 64) }

// step is the width of one label's place.
func (b Bars) step() float64 {
	return float64(barsWidth-barsLeft-barsRight) / float64(max(1, len(b.Points)))
}

// bars are the counts of now.
func (b Bars) bars() []barShape {
	out := make([]barShape, len(b.Points))
	for i, p := range b.Points {
		y, w := b.place(p.Now), b.step()
		out[i] = barShape{units(barsLeft + float64(i)*w + w*.18), units(y), units(w * .64), units(barsHeight - barsBottom - y),
			fmt.Sprintf("%s %s %s", b.Labels[i], b.Now, Count(p.Now)), p.NowLink}
	}
	return out
}

// marks are the counts of the year before: a line as wide as the label's place.
func (b Bars) marks() []barShape {
	out := make([]barShape, len(b.Points))
	for i, p := range b.Points {
		w := b.step()
		out[i] = barShape{units(barsLeft + float64(i)*w + w*.04), units(b.place(p.Before) - 1.5), units(w * .92), "3",
			fmt.Sprintf("%s %s %s", b.Labels[i], b.Before, Count(p.Before)), p.BeforeLink}
	}
	return out
}

// ticks are nothing, half and all of the scale.
func (b Bars) ticks() []tick {
	var out []tick
	for _, n := range []int64{0, b.top() / 2, b.top()} {
		y := b.place(n)
		out = append(out, tick{units(y), units(y + 4), Count(n)})
	}
	return out
}

// months are the labels, every second one where they would touch.
func (b Bars) months() []monthText {
	var out []monthText
	every := 1
	if len(b.Labels) > 8 {
		every = 2
	}
	for i, l := range b.Labels {
		if (len(b.Labels)-1-i)%every == 0 {
			out = append(out, monthText{units(barsLeft + (float64(i)+.5)*b.step()), l})
		}
	}
	return out
}

package ledger

import (
	"fmt"
	"strings"
)

// DateGuess is what a sample of a column says about how its days are written.
type DateGuess struct {
	Format    DateFormat // DateUnknown when nothing was read or the order of day and month is open
	Read      int        // cells that Format reads
	Unread    int        // other cells that are not empty
	Ambiguous bool       // day and month cannot be told apart in any cell; a person must choose
	Note      string     // whole sentences for the clerk, "" when there is nothing to say
}

// dateCount tallies how the cells of a sample can be read.
type dateCount struct {
	writing [len(dateNames)]int
	open    int    // day and month both at most 12
	example string // the first open cell
	other   int
}

// DetectDates looks at cells of one column. Day and month are told apart only by a cell that
// leaves no doubt (a number over 12); without one the guess is ambiguous, never a default.
// Whole numbers are Excel serials when they fall between 1954 and 2119; date1904 says that
// the workbook counts from 1904.
func DetectDates(samples []string, date1904 bool) DateGuess {
	var n dateCount
	for _, s := range samples {
		n.add(strings.TrimSpace(s), date1904)
	}
	g := DateGuess{Format: n.format()}
	g.Ambiguous = n.open > 0 && g.Format != DateDMY && g.Format != DateMDY
	if g.Ambiguous {
		g.Format = DateUnknown
	}
	for _, s := range samples {
		if s = strings.TrimSpace(s); s == "" {
			continue
		}
		if _, err := g.Format.Parse(s); err != nil {
			g.Unread++
		} else {
			g.Read++
		}
	}
	g.Note = n.note(g)
	return g
}

func (n *dateCount) add(s string, date1904 bool) {
	if s == "" {
		return
	}
	if _, f, ok := yearFirst(s); ok {
		n.writing[f]++
		return
	}
	if a, b, _, ok := dayOrMonthFirst(s); ok {
		switch {
		case a <= 12 && b <= 12:
			if n.open++; n.example == "" {
				n.example = s
			}
		case b <= 12:
			n.writing[DateDMY]++
		case a <= 12:
			n.writing[DateMDY]++
		default:
			n.other++
		}
		return
	}
	if d, ok := serialDay(s, date1904); ok && d.Year() >= 1954 && d.Year() <= 2119 {
		f := DateSerial1900
		if date1904 {
			f = DateSerial1904
		}
		n.writing[f]++
		return
	}
	n.other++
}

// format chooses the writing that reads most. Day-first, month-first and serial formats read
// the year-first writings too, so they win over those as soon as they matter.
func (n *dateCount) format() DateFormat {
	if d, m := n.writing[DateDMY], n.writing[DateMDY]; d > 0 || m > 0 {
		if d >= m {
			return DateDMY
		}
		return DateMDY
	}
	best, total := DateUnknown, 0
	for f := DateISO; f <= DateTime; f++ {
		total += n.writing[f]
		if n.writing[f] > n.writing[best] {
			best = f
		}
	}
	for _, f := range []DateFormat{DateSerial1900, DateSerial1904} {
		if n.writing[f] > 0 && n.writing[f]*10 >= total {
			return f
		}
	}
	return best
}

func (n *dateCount) note(g DateGuess) string {
	var notes []string
	if g.Ambiguous {
		notes = append(notes, fmt.Sprintf("%q can be read with the day or the month first, and no cell of the sample settles it: choose DD/MM/YYYY or MM/DD/YYYY.", n.example))
	}
	if d, m := n.writing[DateDMY], n.writing[DateMDY]; d > 0 && m > 0 {
		notes = append(notes, fmt.Sprintf("%d cells have the day first and %d the month first: the column mixes two orders.", d, m))
	}
	var also []string
	for f := DateISO; f <= DateTime; f++ {
		if f != g.Format && n.writing[f] > 0 {
			also = append(also, fmt.Sprintf("%s (%d)", f, n.writing[f]))
		}
	}
	if len(also) > 0 && g.Format != DateUnknown {
		notes = append(notes, "Also written as "+strings.Join(also, ", ")+".")
	}
	if g.Unread > 0 && !g.Ambiguous {
		notes = append(notes, fmt.Sprintf("%d of %d cells are not days.", g.Unread, g.Unread+g.Read))
	}
	return strings.Join(notes, " ")
}

package forecast

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"

	"zhunsheng/internal/civil"
	"zhunsheng/internal/fault"
)

// Read reads rows series,t,value in any order. t is a date, YYYY-MM, YYYYQn, a year, or a
// number 1, 2, 3, …; one form in the whole series. A period without row, or with an empty
// value, is missing. Errors name file and line.
func Read(place string, in io.Reader, season int) ([]Series, error) {
	b := builder{season: season, byID: map[string]*points{}}
	if err := readRows(place, in, []string{"series", "t", "value"}, b.add); err != nil {
		return nil, err
	}
	return b.series(place)
}

// readRows hands the wanted columns of each row to add, with the place of the row.
func readRows(place string, in io.Reader, wanted []string, add func(at string, row []string) error) error {
	r := csv.NewReader(in)
	r.FieldsPerRecord = -1
	r.ReuseRecord = true
	names := strings.Join(wanted, ",")
	head, err := r.Read()
	if err != nil {
		return fault.At(place, "it has no header row that can be read", "begin with the line "+names)
	}
	cols, err := columns(place, head, wanted)
	if err != nil {
		return err
	}
	cells := make([]string, len(wanted))
	for {
		row, err := r.Read()
		if errors.Is(err, io.EOF) {
			return nil
		}
		var bad *csv.ParseError
		switch {
		case errors.As(err, &bad):
			return fault.At(fmt.Sprintf("%s:%d", place, bad.Line), "not csv: "+bad.Err.Error(), "mend the quotation marks of this line")
		case err != nil:
			return fmt.Errorf("read %s: %w", place, err)
		}
		line, _ := r.FieldPos(0)
		at := fmt.Sprintf("%s:%d", place, line)
		if len(row) <= slices.Max(cols) {
			return fault.At(at, fmt.Sprintf("it has %d columns", len(row)), "give "+names)
		}
		for i, c := range cols {
			cells[i] = strings.TrimSpace(row[c])
		}
		if err := add(at, cells); err != nil {
			return err
		}
	}
}

// columns finds the wanted names in the header.
func columns(place string, head, wanted []string) ([]int, error) {
	at := make([]int, len(wanted))
	for i, want := range wanted {
		at[i] = slices.IndexFunc(head, func(h string) bool {
			return strings.EqualFold(strings.TrimSpace(strings.TrimPrefix(h, "\ufeff")), want)
		})
		if at[i] < 0 {
			return nil, fault.At(place+":1", "column "+want+" is missing", "name the columns "+strings.Join(wanted, ","))
		}
	}
	return at, nil
}

// points are the rows of one series.
type points struct {
	id    string
	form  form
	value map[int]float64
	line  string // of the first row
}

// builder gathers rows into series, in order of first appearance.
type builder struct {
	season int
	byID   map[string]*points
	order  []*points
}

func (b *builder) add(at string, row []string) error {
	id, t, text := row[0], row[1], row[2]
	f, i, err := parseTime(t, b.season)
	if err != nil {
		return fault.At(at+", t "+strconv.Quote(t), err.Error(), "write a date, YYYY-MM, YYYYQn, a year, or 1, 2, 3, …")
	}
	v := math.NaN()
	if text != "" {
		if v, err = strconv.ParseFloat(text, 64); err != nil || math.IsNaN(v) || math.IsInf(v, 0) {
			return fault.At(at+", value "+strconv.Quote(text), "not a number", "write digits with a point, or leave it empty where the value is missing")
		}
	}
	p := b.byID[id]
	if p == nil {
		p = &points{id: strings.Clone(id), form: f, value: map[int]float64{}, line: at}
		b.byID[p.id] = p
		b.order = append(b.order, p)
	}
	if p.form != f {
		return fault.At(at+", t "+strconv.Quote(t), "the series "+id+" wrote its times in another form before", "use one form in the whole series")
	}
	if _, twice := p.value[i]; twice {
		return fault.At(at, "the series "+id+" has "+t+" twice", "give one row for each period")
	}
	p.value[i] = v
	return nil
}

func (b *builder) series(place string) ([]Series, error) {
	if len(b.order) == 0 {
		return nil, fault.At(place, "it has no rows", "give rows of series,t,value")
	}
	var out []Series
	for _, p := range b.order {
		s, err := p.series(b.season)
		if err != nil {
			return nil, err
		}
		out = append(out, s)
	}
	return out, nil
}

// mostPeriods bounds the length of a series, so that one wrong year does not fill the memory.
const mostPeriods = 20000

// series lays the points on their periods.
func (p *points) series(season int) (Series, error) {
	first, last := math.MaxInt, math.MinInt
	for i := range p.value {
		first, last = min(first, i), max(last, i)
	}
	if last-first >= mostPeriods {
		return Series{}, fault.At(p.line, fmt.Sprintf("the series %s spans %d periods", p.id, last-first+1), "check the times for a wrong year")
	}
	s := Series{ID: p.id, Season: season, Values: make([]float64, last-first+1), form: p.form, period: first}
	for i := range s.Values {
		s.Values[i] = math.NaN()
	}
	for i, v := range p.value {
		s.Values[i-first] = v
	}
	if p.form == inMonths || p.form == inQuarters {
		s.First = first%season + 1
		if season == 1 {
			s.First = 1
		}
		s.Start = p.form.start(first)
	}
	return s, nil
}

// form is how times are counted.
type form byte

const (
	inNumbers form = iota + 1
	inYears
	inQuarters
	inMonths
)

// start is the first day of period i.
func (f form) start(i int) civil.Date {
	if f == inQuarters {
		return civil.NewDate(i/4, i%4*3+1, 1)
	}
	return civil.NewDate(i/12, i%12+1, 1)
}

// parseTime reads one time as the number of its period. A date counts as the month, quarter or
// year it lies in, whichever the season says.
func parseTime(t string, season int) (form, int, error) {
	if y, q, ok := cutQuarter(t); ok {
		if season == 12 {
			return 0, 0, errors.New("a quarter, but --season 12 wants months")
		}
		return inQuarters, y*4 + q - 1, nil
	}
	n, err := strconv.Atoi(t)
	switch {
	case err == nil && len(t) == 4 && n >= 1000:
		if season != 1 {
			return 0, 0, fmt.Errorf("a year, but --season %d wants parts of a year", season)
		}
		return inYears, n, nil
	case err == nil && n >= 0 && n < 10_000_000:
		return inNumbers, n, nil
	case err == nil:
		return 0, 0, errors.New("not a time")
	}
	day := t
	if len(t) == len("2006-01") {
		if season == 4 {
			return 0, 0, errors.New("a month, but --season 4 wants quarters")
		}
		day += "-01"
	}
	d, err := civil.ParseDate(day)
	if err != nil {
		return 0, 0, errors.New("not a time")
	}
	y, m, _ := d.YMD()
	switch {
	case season == 4:
		return inQuarters, y*4 + (m-1)/3, nil
	case season == 12 || day != t:
		return inMonths, y*12 + m - 1, nil
	}
	return inYears, y, nil
}

// cutQuarter reads YYYYQn.
func cutQuarter(t string) (year, quarter int, ok bool) {
	if len(t) != 6 || t[4] != 'Q' && t[4] != 'q' || t[5] < '1' || t[5] > '4' {
		return 0, 0, false
	}
	y, err := strconv.Atoi(t[:4])
	return y, int(t[5] - '0'), err == nil && y > 0
}

package settings

import (
	"net/http"
	"strconv"

	"zhunsheng/internal/calendar"
	"zhunsheng/internal/civil"
	"zhunsheng/web/ui"
)

// calendarModel is the view model of one year of one calendar.
type calendarModel struct {
	Name  string
	Names []ui.Option
	Years []ui.Option
	Year  string
	ID    string
	Gap   string // what is not known of the year; empty: nothing
	Off   int
	Lines []calendarLine
}

// calendarLine is a run of listed days of one festival.
type calendarLine struct{ Festival, Off, MakeUp string }

// Calendar shows the days off and the working weekends of a year, and which years are loaded.
func (p *Pages) Calendar(w http.ResponseWriter, r *http.Request, v *ui.View) error {
	v.OnDataDay()
	book, err := p.source.Calendars()
	if err != nil {
		return err
	}
	m := calendarModel{ID: v.Query.Get("calendar")}
	if m.ID == "" {
		m.ID = calendar.National
	}
	c, err := book.Calendar(m.ID)
	if err != nil {
		return err
	}
	m.Name = v.Pick(c.Name)
	for _, id := range book.Names() {
		other, err := book.Calendar(id)
		if err != nil {
			return err
		}
		m.Names = append(m.Names, ui.Option{Value: id, Label: v.Pick(other.Name)})
	}
	years := c.Years()
	last := years[len(years)-1] + 1 // the first year without a file is shown as what it is
	year, err := strconv.Atoi(v.Query.Get("year"))
	if err != nil || year < years[0] || year > last {
		if year = v.AsOf.Day.Year(); v.AsOf.Day.IsZero() || year > last {
			year = last - 1
		}
	}
	m.Year = strconv.Itoa(year)
	for y := last; y >= years[0]; y-- {
		label := strconv.Itoa(y)
		if !c.HasFile(y) {
			label += v.T("calendar.not_loaded")
		}
		m.Years = append(m.Years, ui.Option{Value: strconv.Itoa(y), Label: label})
	}
	m.Gap = v.Pick(c.Gap(year))
	m.Lines, m.Off = calendarLines(v, c, year)
	return ui.Render(w, r, http.StatusOK, calendarPage(v, m))
}

// calendarLines groups the listed days of a year by festival, in the order of the year, and
// counts its days off, weekends included.
func calendarLines(v *ui.View, c *calendar.Calendar, year int) (out []calendarLine, off int) {
	place := map[string]int{}
	for d := civil.NewDate(year, 1, 1); d <= civil.NewDate(year, 12, 31); d++ {
		kind, festival := c.Kind(d)
		if c.Off(d) {
			off++
		}
		if kind != calendar.Holiday && kind != calendar.MakeUp {
			continue
		}
		i, ok := place[festival]
		if !ok {
			i = len(out)
			place[festival] = i
			out = append(out, calendarLine{Festival: festival})
		}
		text := &out[i].Off
		if kind == calendar.MakeUp {
			text = &out[i].MakeUp
		}
		if *text != "" {
			*text += v.T("list.comma")
		}
		*text += d.String()[5:]
	}
	return out, off
}

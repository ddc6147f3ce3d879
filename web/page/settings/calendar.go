package settings

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"

	"zhunsheng/internal/access"
	"zhunsheng/internal/calendar"
	"zhunsheng/internal/civil"
	"zhunsheng/internal/fault"
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

	CanLoad  bool
	Try      *yearModel // a file that was looked at and is not in force
	Failures []string
}

// yearModel is what a year's file would change.
type yearModel struct {
	Year, Sentence string
	File, Reason   string // as they came
	Off            int
	Lines          []calendarLine
	Moved          []movedLine
}

type movedLine struct{ No, Link, Court, Was, Is string }

// calendarLine is a run of listed days of one festival.
type calendarLine struct{ Festival, Off, MakeUp string }

// Calendar shows the days off and the working weekends of a year, and which years are loaded.
func (p *Pages) Calendar(w http.ResponseWriter, r *http.Request, v *ui.View) error {
	v.OnDataDay()
	return p.calendar(w, r, v, http.StatusOK, calendarModel{})
}

func (p *Pages) calendar(w http.ResponseWriter, r *http.Request, v *ui.View, status int, m calendarModel) error {
	book, err := p.source.Calendars(r.Context())
	if err != nil {
		return err
	}
	if m.ID = v.Query.Get("calendar"); m.ID == "" {
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
	m.CanLoad = v.Who.Can(access.DefineIndicators)
	return ui.Render(w, r, status, calendarPage(v, m))
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

// yearFileMax bounds a year's file; those published so far have about five thousand bytes.
const yearFileMax = 256 << 10

// LoadYear answers POST /settings/calendar: it shows what a year's file would change, and puts
// it in force when it is sent again with its reason.
func (p *Pages) LoadYear(w http.ResponseWriter, r *http.Request, v *ui.View) error {
	v.OnDataDay()
	r.Body = http.MaxBytesReader(w, r.Body, 2*yearFileMax)
	file, err := yearFile(r)
	if err != nil {
		return err
	}
	if len(file) == 0 {
		return p.calendar(w, r, v, http.StatusUnprocessableEntity, calendarModel{Failures: []string{v.T("calendar.no_file")}})
	}
	reason := strings.TrimSpace(r.PostFormValue("reason"))
	adopt := r.PostFormValue("do") == "adopt"
	if adopt && reason != "" {
		effect, err := p.source.AcceptYear(r.Context(), v.Who, file, reason)
		if err == nil {
			http.Redirect(w, r, string(v.To("/settings/calendar", "year", strconv.Itoa(effect.Year))), http.StatusSeeOther)
			return nil
		}
		return err
	}
	effect, err := p.source.TryYear(r.Context(), v.Who, file)
	switch {
	case errors.Is(err, fault.Invalid):
		return p.calendar(w, r, v, http.StatusUnprocessableEntity, calendarModel{Failures: []string{err.Error()}})
	case err != nil:
		return fmt.Errorf("days off: %w", err)
	}
	m := calendarModel{Try: tryOf(v, effect, file, reason)}
	if adopt {
		m.Failures = []string{v.T("calendar.no_reason")}
		return p.calendar(w, r, v, http.StatusUnprocessableEntity, m)
	}
	return p.calendar(w, r, v, http.StatusOK, m)
}

// yearFile reads the file that was chosen, or the one that was looked at before.
func yearFile(r *http.Request) ([]byte, error) {
	if err := r.ParseMultipartForm(yearFileMax); err != nil && !errors.Is(err, http.ErrNotMultipart) {
		return nil, fault.At("file", "not a file of one year: "+err.Error(), "")
	}
	if text := r.PostFormValue("text"); text != "" {
		return []byte(text), nil
	}
	f, _, err := r.FormFile("file")
	if err != nil {
		return nil, nil // none chosen
	}
	defer f.Close()
	return io.ReadAll(f)
}

func tryOf(v *ui.View, e YearEffect, file []byte, reason string) *yearModel {
	m := &yearModel{Year: strconv.Itoa(e.Year), File: string(file), Reason: reason,
		Sentence: v.T("calendar.effect", "Year", e.Year, "Cases", ui.Count(e.Cases), "Moved", ui.Count(e.Moved))}
	m.Lines, m.Off = calendarLines(v, e.Calendar, e.Year)
	for _, x := range e.First {
		m.Moved = append(m.Moved, movedLine{x.CaseNo, string(v.To("/cases/one", "of", x.Court, "key", x.Key)), v.Names("court", x.Court), ui.Day(x.Was), ui.Day(x.Is)})
	}
	return m
}

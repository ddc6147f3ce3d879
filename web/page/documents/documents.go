package documents

import (
	"io"
	"mime"
	"net/http"
	"slices"
	"strconv"

	"zhunsheng/internal/access"
	"zhunsheng/internal/civil"
	"zhunsheng/internal/fault"
	"zhunsheng/web/ui"
)

// Pages are the handlers of the screen.
type Pages struct{ source Source }

// New builds the handlers.
func New(source Source) *Pages { return &Pages{source} }

// listing is the view model of the list of editions.
type listing struct {
	Editions []edition
	CanBuild bool
	Courts   []ui.Option // for the form; the first is the whole city where the user may see it
	Court    string
	Months   []ui.Option
	Month    string
	Failures []string
}

type edition struct {
	ID, Kind, Title, Court, Period, Batch, Built, By string
	Fresh                                            bool // just built
	Files                                            []file
}

type file struct{ Name, Label, Size, Path string }

// List shows the editions, newest first.
func (p *Pages) List(w http.ResponseWriter, r *http.Request, v *ui.View) error {
	return p.show(w, r, v, http.StatusOK, nil)
}

func (p *Pages) show(w http.ResponseWriter, r *http.Request, v *ui.View, status int, failures []string) error {
	all, err := p.source.Editions(r.Context(), v.At)
	if err != nil {
		return err
	}
	m := listing{CanBuild: v.Who.Can(access.BuildBulletin), Failures: failures}
	for _, e := range all {
		m.Editions = append(m.Editions, line(v, e))
	}
	if m.CanBuild {
		if v.Who.City {
			m.Courts = append(m.Courts, ui.Option{Value: "", Label: v.T("scope.city")})
		}
		m.Courts = append(m.Courts, v.Courts...)
		m.Court = v.At.Court
		m.Months = months(v)
		m.Month = preferred(v, m.Months)
	}
	return ui.Render(w, r, status, page(v, m))
}

func line(v *ui.View, e Edition) edition {
	out := edition{
		ID: e.ID, Kind: v.Code("kind", e.Kind), Title: e.Title, Court: v.T("scope.city"), Period: v.PeriodName(e.Period),
		Batch: strconv.FormatInt(e.Batch, 10), Built: ui.Clock(e.Built), By: e.By, Fresh: v.Query.Get("built") == e.ID,
	}
	if e.Court != "" {
		out.Court = v.Names("court", e.Court)
	}
	for _, f := range e.Files {
		out.Files = append(out.Files, file{f.Name, f.Name, ui.Bytes(f.Bytes), "/documents/" + e.ID + "/" + f.Name})
	}
	return out
}

// months offers the last 24 months that have data, newest first.
func months(v *ui.View) []ui.Option {
	if v.AsOf.Day.IsZero() {
		return nil
	}
	y, m, _ := v.AsOf.Day.YMD()
	var out []ui.Option
	for p := civil.Month(y, m); len(out) < 24; p = p.Preceding() {
		out = append(out, ui.Option{Value: p.String(), Label: v.PeriodName(p)})
	}
	return out
}

// preferred is the last month of the chosen period where it is offered.
func preferred(v *ui.View, offered []ui.Option) string {
	y, m, _ := v.Period.To.YMD()
	want := civil.Month(y, m).String()
	if slices.ContainsFunc(offered, func(o ui.Option) bool { return o.Value == want }) || len(offered) == 0 {
		return want
	}
	return offered[0].Value
}

// Build makes a new edition and shows it in the list.
func (p *Pages) Build(w http.ResponseWriter, r *http.Request, v *ui.View) error {
	period, err := civil.ParsePeriod(r.PostFormValue("month"))
	if err != nil {
		return p.show(w, r, v, http.StatusUnprocessableEntity, []string{v.T("period.bad", "Text", r.PostFormValue("month"))})
	}
	court := r.PostFormValue("court")
	if court == "" && !v.Who.City {
		court = v.Who.Court
	}
	if court != "" && !slices.ContainsFunc(v.Courts, func(o ui.Option) bool { return o.Value == court }) {
		return fault.Forbiddenf("%s 不在您的数据范围内 / lies outside your scope", court)
	}
	at := v.Who
	if court != "" {
		at.City, at.Court = false, court
	}
	id, err := p.source.Build(r.Context(), at, Order{Kind: "monthly", Court: court, Period: period})
	if err != nil {
		return err
	}
	http.Redirect(w, r, string(v.To("/documents", "built", id)), http.StatusSeeOther)
	return nil
}

// Download gives out one file of an edition.
func (p *Pages) Download(w http.ResponseWriter, r *http.Request, v *ui.View) (err error) {
	f, body, err := p.source.Open(r.Context(), v.Who, r.PathValue("id"), r.PathValue("file"))
	if err != nil {
		return err
	}
	defer func() { err = closed(body, err) }()
	h := w.Header()
	h.Set("Content-Type", f.Type)
	h.Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": f.Name}))
	if f.Bytes > 0 {
		h.Set("Content-Length", strconv.FormatInt(f.Bytes, 10))
	}
	if _, err := io.Copy(w, body); err != nil {
		panic(http.ErrAbortHandler) // half a document must not look like a whole one
	}
	return nil
}

// closed closes c; its error matters only when nothing else went wrong.
func closed(c io.Closer, err error) error {
	if e := c.Close(); err == nil {
		return e
	}
	return err
}

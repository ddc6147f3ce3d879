package indicators

import (
	"fmt"
	"net/http"
	"slices"
	"strings"

	"zhunsheng/internal/access"
	"zhunsheng/internal/civil"
	"zhunsheng/internal/fault"
	"zhunsheng/internal/indicator"
	"zhunsheng/internal/statute"
	"zhunsheng/web/ui"
)

// draftModel is the view model of the form for a local indicator.
type draftModel struct {
	Draft    indicator.Draft
	Reason   string
	Fields   []draftField // in the order of the form
	Findings []findingLine
	Checked  bool
	Lines    []sourceLine // the composed rule file
	Counts   []count      // shared counts that a formula may use
	Earlier  []adoptionLine
	Trial    *trialModel
}

// draftField is one field with what is wrong with it.
type draftField struct {
	ID, Label, Hint, Value, Error string
	Options                       []ui.Option // a select
	Rows                          int         // a text area
}

type findingLine struct{ Field, Label, Place, Text string }

type sourceLine struct {
	No, Text string
	Bad      bool
}

type adoptionLine struct{ Version, From, Formula, Reason, Who, At string }

// trialModel is the preview on last year's data.
type trialModel struct {
	Period string
	Total  unitRow
	Courts []unitRow
}

// draftKeys are the text fields of the form, in its order, with the draft's own text.
var draftKeys = []struct {
	id   string
	of   func(*indicator.Draft) *string
	rows int
	pick []string
}{
	{"id", func(d *indicator.Draft) *string { return &d.ID }, 0, nil},
	{"name.zh", func(d *indicator.Draft) *string { return &d.Name.Zh }, 0, nil},
	{"name.en", func(d *indicator.Draft) *string { return &d.Name.En }, 0, nil},
	{"group", func(d *indicator.Draft) *string { return &d.Group }, 0, []string{"volume", "quality", "efficiency", "effect"}},
	{"unit", func(d *indicator.Draft) *string { return &d.Unit }, 0, []string{"share", "count", "ratio", "days", "money", "per_judge"}},
	{"better", func(d *indicator.Draft) *string { return &d.Better }, 0, []string{"neutral", "higher", "lower", "range"}},
	{"from", func(d *indicator.Draft) *string { return &d.From }, 0, nil},
	{"numerator", func(d *indicator.Draft) *string { return &d.Numerator }, 0, nil},
	{"denominator", func(d *indicator.Draft) *string { return &d.Denominator }, 0, nil},
	{"counts", func(d *indicator.Draft) *string { return &d.Counts }, 7, nil},
	{"too_few", func(d *indicator.Draft) *string { return &d.TooFew }, 0, nil},
	{"definition.zh", func(d *indicator.Draft) *string { return &d.Definition.Zh }, 2, nil},
	{"definition.en", func(d *indicator.Draft) *string { return &d.Definition.En }, 2, nil},
	{"note.zh", func(d *indicator.Draft) *string { return &d.Note.Zh }, 2, nil},
	{"note.en", func(d *indicator.Draft) *string { return &d.Note.En }, 2, nil},
}

// DraftForm shows the form: empty, or with the newest wording of an adopted indicator.
func (p *Pages) DraftForm(w http.ResponseWriter, r *http.Request, v *ui.View) error {
	d := example()
	adopted, err := p.source.Adopted(r.Context())
	if err != nil {
		return err
	}
	for _, a := range adopted {
		if a.ID == v.Query.Get("of") {
			d = a.Draft
			d.Counts, d.From = "", ""
		}
	}
	m := p.form(v, d, adopted)
	return ui.Render(w, r, http.StatusOK, draftPage(v, m))
}

// example is a draft that loads as it stands: the form teaches by it.
func example() indicator.Draft {
	return indicator.Draft{
		ID: "closed_in_30_days", Name: statute.Text{Zh: "三十日内结案占比", En: "share closed within 30 days"},
		Group: "efficiency", Unit: "share", Better: "neutral", From: "2024-01-01",
		Numerator: "closed_in_30", Denominator: "closed",
		Counts: "closed_in_30:\n  name: {zh: 三十日内结案, en: closed within 30 days}\n  where: within(closed_on) && closed_on - filed_on <= 30\n" +
			"  why: {zh: \"{filed_on} 立案，{closed_on} 结案\", en: \"filed {filed_on}, closed {closed_on}\"}\n",
		Definition: statute.Text{Zh: "统计期内结案的案件中，自立案起三十日内结案的占比。", En: "Of the cases closed in the period, the share closed within 30 days of filing."},
	}
}

// form fills the fields.
func (p *Pages) form(v *ui.View, d indicator.Draft, adopted []Adoption) draftModel {
	m := draftModel{Draft: d}
	for _, k := range draftKeys {
		f := draftField{ID: k.id, Label: v.T("draft." + k.id), Hint: v.T("draft.hint." + k.id), Value: *k.of(&d), Rows: k.rows}
		for _, code := range k.pick {
			f.Options = append(f.Options, ui.Option{Value: code, Label: optionWord(v, k.id, code)})
		}
		m.Fields = append(m.Fields, f)
	}
	m.Counts = sharedCounts(v, p.source.Book())
	m.Earlier = adoptions(adopted, d.ID)
	return m
}

func optionWord(v *ui.View, field, code string) string {
	if field == "unit" {
		return v.T("draft.unit." + code)
	}
	return v.Code(field, code)
}

// sharedCounts are the counts that every formula may use, as the catalogue uses them.
func sharedCounts(v *ui.View, book *indicator.Book) []count {
	var out []count
	for _, set := range book.Sets() {
		for _, i := range book.Set(set) {
			for _, c := range i.Versions[len(i.Versions)-1].Counts() {
				line := count{Title: c.Name, Where: c.Expression, Excludes: v.Pick(c.Title)}
				if book.Shared(c.Name) && !slices.ContainsFunc(out, func(x count) bool { return x.Title == c.Name }) {
					out = append(out, line)
				}
			}
		}
	}
	return out
}

func adoptions(adopted []Adoption, id string) []adoptionLine {
	var out []adoptionLine
	for _, a := range adopted {
		if a.ID == id {
			formula := a.Numerator
			if a.Denominator != "" {
				formula += " / " + a.Denominator
			}
			out = append(out, adoptionLine{fmt.Sprint(a.Version), a.From, formula, a.Reason, a.Who, ui.Clock(a.At)})
		}
	}
	return out
}

// typed reads the form back.
func typed(r *http.Request) indicator.Draft {
	var d indicator.Draft
	for _, k := range draftKeys {
		*k.of(&d) = strings.ReplaceAll(r.PostFormValue(k.id), "\r\n", "\n")
	}
	return d
}

// DraftCheck answers the live check: what is wrong, at each field, and the composed file.
func (p *Pages) DraftCheck(w http.ResponseWriter, r *http.Request, v *ui.View) error {
	m, _, err := p.checked(r, v)
	if err != nil {
		return err
	}
	return ui.Render(w, r, http.StatusOK, draftCheck(v, m, true))
}

// checked reads the form and what is wrong with it.
func (p *Pages) checked(r *http.Request, v *ui.View) (draftModel, []indicator.Finding, error) {
	d := typed(r)
	adopted, err := p.source.Adopted(r.Context())
	if err != nil {
		return draftModel{}, nil, err
	}
	found, err := p.source.Check(r.Context(), d)
	if err != nil {
		return draftModel{}, nil, err
	}
	m := p.form(v, d, adopted)
	m.Checked, m.Reason = true, r.PostFormValue("reason")
	m.mark(v, wordings(adopted, d), found)
	return m, found, nil
}

func wordings(adopted []Adoption, d indicator.Draft) []indicator.Draft {
	var out []indicator.Draft
	for _, a := range adopted {
		if a.ID == d.ID {
			out = append(out, a.Draft)
		}
	}
	return append(out, d)
}

// mark puts findings at their fields and lines.
func (m *draftModel) mark(v *ui.View, all []indicator.Draft, found []indicator.Finding) {
	for no, text := range strings.Split(strings.TrimSuffix(indicator.Compose(all), "\n"), "\n") {
		bad := slices.ContainsFunc(found, func(f indicator.Finding) bool { return f.Line == no+1 })
		m.Lines = append(m.Lines, sourceLine{fmt.Sprint(no + 1), text, bad})
	}
	for _, f := range found {
		text := f.Text
		if f.Remedy != "" {
			text += v.T("list.semicolon") + f.Remedy
		}
		line := findingLine{Field: f.Field, Text: text}
		if f.Line > 0 {
			line.Place = fmt.Sprintf("%s.yaml:%d", m.Draft.ID, f.Line)
		}
		for n := range m.Fields {
			if key, _, _ := strings.Cut(m.Fields[n].ID, "."); key == f.Field {
				line.Field, line.Label = m.Fields[n].ID, m.Fields[n].Label
				m.Fields[n].Error = text
				break
			}
		}
		m.Findings = append(m.Findings, line)
	}
}

// DraftSend checks, previews or adopts what the form holds.
func (p *Pages) DraftSend(w http.ResponseWriter, r *http.Request, v *ui.View) error {
	m, found, err := p.checked(r, v)
	if err != nil {
		return err
	}
	switch {
	case len(found) > 0:
		return ui.Render(w, r, http.StatusUnprocessableEntity, draftPage(v, m))
	case r.PostFormValue("do") == "adopt":
		return p.adopt(w, r, v, m)
	case r.PostFormValue("do") == "preview" && !v.AsOf.Day.IsZero():
		if err := p.try(r, v, &m); err != nil {
			return err
		}
	}
	return ui.Render(w, r, http.StatusOK, draftPage(v, m))
}

// try fills the preview: last year's data, for the whole scope and by court.
func (p *Pages) try(r *http.Request, v *ui.View, m *draftModel) error {
	year := civil.Year(v.AsOf.Day.Year() - 1)
	t, err := p.source.Preview(r.Context(), v.At, m.Draft, year)
	if err != nil {
		return err
	}
	plain := func(name string, f indicator.Figure) unitRow {
		x := valueOf(v, indicator.LocalSet, t.Indicator, t.Version, f)
		x.Link, x.NumLink, x.DenLink = "", "", "" // there are no lists before the adoption
		return unitRow{Name: name, Value: x}
	}
	out := trialModel{Period: v.PeriodName(year), Total: plain(v.Units.Whole, t.Total)}
	for _, f := range t.Courts {
		out.Courts = append(out.Courts, plain(v.Names("court", f.By[0]), f))
	}
	m.Trial = &out
	return nil
}

// adopt puts the draft in force and shows its page.
func (p *Pages) adopt(w http.ResponseWriter, r *http.Request, v *ui.View, m draftModel) error {
	if !v.Who.Can(access.DefineIndicators) {
		return fault.Forbiddenf("%s", access.DefineIndicators)
	}
	if strings.TrimSpace(m.Reason) == "" {
		m.Findings = append(m.Findings, findingLine{Field: "reason", Label: v.T("draft.reason"), Text: v.T("draft.reason_missing")})
		return ui.Render(w, r, http.StatusUnprocessableEntity, draftPage(v, m))
	}
	if err := p.source.Adopt(r.Context(), v.Who, m.Draft, m.Reason); err != nil {
		return err
	}
	http.Redirect(w, r, string(v.To("/indicators/"+indicator.LocalSet+"/"+m.Draft.ID)), http.StatusSeeOther)
	return nil
}

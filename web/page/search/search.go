// Package search finds a case number, a court, an indicator, a document or a page from one box.
package search

import (
	"context"
	"net/http"
	"strings"
	"time"
	"unicode"

	"zhunsheng/internal/access"
	"zhunsheng/internal/civil"
	"zhunsheng/internal/indicator"
	"zhunsheng/web/ui"
)

// Catalogue gives the indicators; cases are searched by the case list itself.
type Catalogue interface{ Book() *indicator.Book }

// Document is an official document, as far as a search shows it.
type Document struct {
	Title, Link string
	Court       string // empty: the city
	Period      civil.Period
	Built       time.Time
}

// Documents lists those that a reader may see, newest first.
type Documents interface {
	Documents(ctx context.Context, at access.Scope) ([]Document, error)
}

// place is a page that can be found by its name.
type place struct {
	path, label string
	need        access.Action
}

// places are the pages behind the sections; the sections themselves come with the view.
var places = []place{
	{"/data/import", "data.import", access.ImportData}, {"/data/changes", "changes.title", access.ViewCases}, {"/data/issues", "issues.title", access.ViewBatches},
	{"/data/completeness", "gaps.title", access.ViewBatches}, {"/data/dispute", "dispute.title", access.ViewBatches},
	{"/indicators/draft", "draft.new", access.DefineIndicators}, {"/situation", "situation.tab.situation", access.ViewFigures}, {"/situation/screen", "situation.screen", access.ViewFigures},
	{"/settings/users", "settings.users", access.ViewAudit}, {"/settings/courts", "settings.courts", access.ViewAudit}, {"/settings/intervals", "settings.intervals", access.ViewAudit}, {"/settings/calendar", "calendar.title", access.ViewAudit},
	{"/settings/mappings", "settings.mappings", access.ViewAudit}, {"/settings/log", "settings.log", access.ViewAudit}, {"/settings/tokens", "settings.tokens", access.HoldToken},
}

// Pages are the handlers of the screen.
type Pages struct {
	catalogue Catalogue
	documents Documents
}

// New builds the handlers.
func New(catalogue Catalogue, documents Documents) *Pages { return &Pages{catalogue, documents} }

// results is the view model.
type results struct {
	Q          string
	Courts     []hit
	Indicators []hit
	Documents  []hit
	Places     []hit
	Cases      string // address of the case list for the same words; empty where the role sees no cases
}

type hit struct{ Label, Note, Link string }

// Show answers GET /search. Words with digits are taken for a case number and go straight to
// the case list, unless they also name an indicator or a court.
func (p *Pages) Show(w http.ResponseWriter, r *http.Request, v *ui.View) error {
	m := results{Q: strings.TrimSpace(v.Query.Get("q"))}
	if m.Q != "" {
		if err := p.find(r.Context(), v, &m); err != nil {
			return err
		}
	}
	if m.Cases != "" && m.found() == 0 && strings.ContainsFunc(m.Q, unicode.IsDigit) {
		http.Redirect(w, r, m.Cases, http.StatusSeeOther)
		return nil
	}
	return ui.Render(w, r, http.StatusOK, page(v, m))
}

// found is how many things besides cases the words name.
func (m results) found() int {
	return len(m.Courts) + len(m.Indicators) + len(m.Documents) + len(m.Places)
}

func (p *Pages) find(ctx context.Context, v *ui.View, m *results) error {
	q := strings.ToLower(m.Q)
	for _, c := range v.Courts {
		if strings.Contains(strings.ToLower(c.Label), q) || strings.ToLower(c.Value) == q {
			m.Courts = append(m.Courts, hit{c.Label, c.Value, string(v.To("/overview", "court", c.Value, "division", "", "judge", ""))})
		}
	}
	book := p.catalogue.Book()
	for _, set := range book.Sets() {
		for _, i := range book.Set(set) {
			if strings.Contains(strings.ToLower(i.Name.Zh+"\n"+i.Name.En+"\n"+i.ID), q) {
				m.Indicators = append(m.Indicators, hit{v.Pick(i.Name), v.Pick(book.SetName(set)), string(v.To("/indicators/" + set + "/" + i.ID))})
			}
		}
	}
	if v.Who.Can(access.ViewCases) {
		m.Cases = string(v.To("/cases", "q", m.Q))
	}
	findPlaces(v, m, q)
	if !v.Who.Can(access.ViewBulletin) {
		return nil
	}
	all, err := p.documents.Documents(ctx, v.At)
	if err != nil {
		return err
	}
	for _, d := range all {
		court := v.T("scope.city")
		if d.Court != "" {
			court = v.Names("court", d.Court)
		}
		if len(m.Documents) < documentsShown && strings.Contains(strings.ToLower(d.Title+"\n"+d.Period.String()+"\n"+v.PeriodName(d.Period)), q) {
			m.Documents = append(m.Documents, hit{d.Title, court + " · " + ui.Clock(d.Built), string(v.To(d.Link))})
		}
	}
	return nil
}

// documentsShown bounds the documents of one answer.
const documentsShown = 20

// findPlaces looks for the words among the names of pages.
func findPlaces(v *ui.View, m *results, q string) {
	for _, n := range v.Nav {
		if strings.Contains(strings.ToLower(n.Label), q) {
			m.Places = append(m.Places, hit{n.Label, v.T("search.key", "Key", n.Key), string(v.To(n.Path))})
		}
	}
	for _, x := range places {
		if label := v.T(x.label); v.Who.Can(x.need) && strings.Contains(strings.ToLower(label), q) {
			m.Places = append(m.Places, hit{label, x.path, string(v.To(x.path))})
		}
	}
}

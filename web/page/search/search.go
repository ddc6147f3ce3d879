// Package search finds a case number, a court or an indicator from one box.
package search

import (
	"net/http"
	"strings"
	"unicode"

	"zhunsheng/internal/access"
	"zhunsheng/internal/indicator"
	"zhunsheng/web/ui"
)

// Catalogue gives the indicators; cases are searched by the case list itself.
type Catalogue interface{ Book() *indicator.Book }

// Pages are the handlers of the screen.
type Pages struct{ catalogue Catalogue }

// New builds the handlers.
func New(catalogue Catalogue) *Pages { return &Pages{catalogue} }

// results is the view model.
type results struct {
	Q          string
	Courts     []hit
	Indicators []hit
	Cases      string // address of the case list for the same words; empty where the role sees no cases
}

type hit struct{ Label, Note, Link string }

// Show answers GET /search. Words with digits are taken for a case number and go straight to
// the case list, unless they also name an indicator or a court.
func (p *Pages) Show(w http.ResponseWriter, r *http.Request, v *ui.View) error {
	m := results{Q: strings.TrimSpace(v.Query.Get("q"))}
	if m.Q != "" {
		p.find(v, &m)
	}
	if m.Cases != "" && len(m.Courts)+len(m.Indicators) == 0 && strings.ContainsFunc(m.Q, unicode.IsDigit) {
		http.Redirect(w, r, m.Cases, http.StatusSeeOther)
		return nil
	}
	return ui.Render(w, r, http.StatusOK, page(v, m))
}

func (p *Pages) find(v *ui.View, m *results) {
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
}

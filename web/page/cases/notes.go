package cases

import (
	"context"
	"net/http"
	"strings"
	"time"

	"zhunsheng/internal/access"
	"zhunsheng/internal/civil"
	"zhunsheng/internal/fault"
	"zhunsheng/web/ui"
)

// Note is what somebody wrote down about a case; it is kept for ever as it was written.
type Note struct {
	Who, Name string // login and display name of the author
	At        time.Time
	Body      string
}

// Notes keeps the notes of people on the cases of their scope; a case outside it is
// fault.NotFound.
type Notes interface {
	Notes(ctx context.Context, at access.Scope, court, key string) ([]Note, error) // oldest first
	AddNote(ctx context.Context, at access.Scope, court, key, body string) error
	// Acks returns who took note of the warnings about the case's limit, oldest first.
	Acks(ctx context.Context, at access.Scope, court, key string) ([]Ack, error)
}

// Ack says that somebody took note of a warning before the end of the limit.
type Ack struct {
	Note
	Stage string // mark d30 … d0 over
	Due   civil.Date
}

// maxNote is the number of characters of a note.
const maxNote = 4000

// noteLine is a note, ready to print.
type noteLine struct{ Who, At, Body string }

func notesOf(list []Note) []noteLine {
	var out []noteLine
	for _, n := range list {
		who := n.Name
		if who == "" {
			who = n.Who
		}
		out = append(out, noteLine{who, ui.Clock(n.At), n.Body})
	}
	return out
}

// acksOf prints who took note of which warning.
func acksOf(v *ui.View, list []Ack) []noteLine {
	var out []noteLine
	for _, a := range list {
		n := notesOf([]Note{a.Note})[0]
		n.At += " · " + v.T("case.acked", "Stage", v.Code("limits.stage", a.Stage), "Due", a.Due)
		out = append(out, n)
	}
	return out
}

// AddNote keeps the note of the form and shows the case again.
func (p *Pages) AddNote(w http.ResponseWriter, r *http.Request, v *ui.View) error {
	court, key := v.Query.Get("of"), v.Query.Get("key")
	body := strings.TrimSpace(strings.ReplaceAll(r.PostFormValue("note"), "\r\n", "\n"))
	if body == "" || len([]rune(body)) > maxNote {
		return fault.At(v.T("case.notes"), v.T("case.note_length", "N", maxNote), "")
	}
	if err := p.notes.AddNote(r.Context(), v.Who, court, key, body); err != nil {
		return err
	}
	http.Redirect(w, r, one(v, court, key)+"#notes", http.StatusSeeOther)
	return nil
}

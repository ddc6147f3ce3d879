package cases

import (
	"context"
	"net/http"
	"strings"
	"time"

	"zhunsheng/internal/access"
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

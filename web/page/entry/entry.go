package entry

import (
	"errors"
	"net/http"

	"zhunsheng/internal/access"
	"zhunsheng/internal/fault"
	"zhunsheng/web/ui"
)

// Visitor is somebody not signed in.
type Visitor struct {
	ui.Words
	Theme string
	Asset func(string) string
}

// Pages are the handlers of the screen.
type Pages struct {
	gate    Gate
	visitor func(*http.Request) Visitor
	begin   func(*http.Request, access.Scope) error // starts the session
	local   func(address string) string             // keeps the way back on this site
}

// New builds the handlers.
func New(gate Gate, visitor func(*http.Request) Visitor, begin func(*http.Request, access.Scope) error, local func(string) string) *Pages {
	return &Pages{gate, visitor, begin, local}
}

// form is the view model of the sign-in page.
type form struct {
	Visitor
	Login, Back string
	Failure     string
}

// Form shows the sign-in page.
func (p *Pages) Form(w http.ResponseWriter, r *http.Request) error {
	return p.show(w, r, http.StatusOK, form{Visitor: p.visitor(r), Back: p.local(r.URL.Query().Get("back"))})
}

// SignIn checks the pair and begins the session. What was typed as a name stays; the
// answer does not tell an unknown name from a wrong password.
func (p *Pages) SignIn(w http.ResponseWriter, r *http.Request) error {
	f := form{Visitor: p.visitor(r), Login: r.PostFormValue("login"), Back: p.local(r.PostFormValue("back"))}
	who, err := p.gate.SignIn(r.Context(), f.Login, r.PostFormValue("password"))
	if err == nil {
		err = p.begin(r, who)
	}
	switch {
	case err == nil:
		http.Redirect(w, r, f.Back, http.StatusSeeOther)
		return nil
	case errors.Is(err, fault.Forbidden):
		f.Failure = f.T("sign_in.wrong")
		return p.show(w, r, http.StatusForbidden, f)
	case errors.Is(err, fault.Conflict), errors.Is(err, fault.Invalid):
		f.Failure = err.Error()
		return p.show(w, r, http.StatusUnprocessableEntity, f)
	}
	return err
}

func (p *Pages) show(w http.ResponseWriter, r *http.Request, status int, f form) error {
	w.Header().Set("Cache-Control", "no-store")
	return ui.Render(w, r, status, signIn(f))
}

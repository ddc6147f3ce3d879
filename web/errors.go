package web

import (
	"crypto/rand"
	"errors"
	"log/slog"
	"net/http"
	"strconv"

	"zhunsheng/internal/access"
	"zhunsheng/internal/fault"
	"zhunsheng/web/ui"
)

// statuses maps the kinds of failure to HTTP. Anything else is an internal error: logged
// with its cause, shown only as a reference number.
var statuses = []struct {
	kind error
	code int
}{
	{fault.NotFound, http.StatusNotFound},
	{fault.Invalid, http.StatusUnprocessableEntity},
	{fault.Conflict, http.StatusConflict},
	{fault.Forbidden, http.StatusForbidden},
}

// status is the HTTP status of an error.
func status(err error) int {
	for _, s := range statuses {
		if errors.Is(err, s.kind) {
			return s.code
		}
	}
	return http.StatusInternalServerError
}

// denied says that the role may not do something; the page names the roles that may.
type denied struct{ action access.Action }

func (d denied) Error() string { return "may not " + string(d.action) }
func (d denied) Unwrap() error { return fault.Forbidden }

// fail shows an error. v is nil for somebody not signed in.
func (s *site) fail(w http.ResponseWriter, r *http.Request, v *ui.View, err error) {
	code := status(err)
	ref := rand.Text()[:10]
	level := slog.LevelInfo
	if code == http.StatusInternalServerError {
		level = slog.LevelError
	}
	s.deps.Log.LogAttrs(r.Context(), level, "request failed",
		slog.String("ref", ref), slog.Int("status", code), slog.String("method", r.Method),
		slog.String("path", r.URL.Path), slog.String("error", err.Error()))
	p := problem{Words: s.words(r), Code: code, Ref: ref, Theme: theme(r), Asset: s.assets.path}
	p.Title = p.T("error." + strconv.Itoa(code))
	var f *fault.Error
	if errors.As(err, &f) && code != http.StatusInternalServerError {
		p.Place, p.Text, p.Remedy = f.Place, f.Text, f.Remedy
	}
	var d denied
	if errors.As(err, &d) {
		for _, role := range access.RolesFor(d.action) {
			p.Roles = append(p.Roles, p.T("role."+string(role)))
		}
		p.Text = p.T("error.may_not", "Action", p.T("may."+string(d.action)))
	}
	page := problemBare(p)
	if v != nil {
		page = problemShell(v, p)
	}
	w.Header().Set("Cache-Control", "no-store")
	if err := ui.Render(w, r, code, page); err != nil {
		s.deps.Log.ErrorContext(r.Context(), "error page", slog.String("error", err.Error()))
	}
}

// problem is the view model of an error page.
type problem struct {
	ui.Words
	Code                       int
	Title, Place, Text, Remedy string
	Ref                        string
	Roles                      []string // who may
	Theme                      string
	Asset                      func(string) string
}

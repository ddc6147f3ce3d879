package web

import (
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"time"

	"zhunsheng/internal/access"
	"zhunsheng/internal/fault"
	"zhunsheng/web/ui"
)

// policy allows our own files only: nothing inline, nothing from outside, no frames.
const policy = "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'"

// secure sets the headers of every answer.
func secure(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", policy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "same-origin")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		next.ServeHTTP(w, r)
	})
}

// recovered turns a panic into an error page; net/http's own abort passes through.
func (s *site) recovered(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer func() {
			switch p := recover(); p {
			case nil:
			case http.ErrAbortHandler:
				panic(p)
			default:
				s.fail(w, r, nil, fmt.Errorf("panic: %v", p))
			}
		}()
		next.ServeHTTP(w, r)
	})
}

// crossOrigin refuses requests that another site makes in the user's name.
func (s *site) crossOrigin(next http.Handler) http.Handler {
	c := http.NewCrossOriginProtection()
	c.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.fail(w, r, nil, fault.Forbiddenf("请求来自其他网站，已拒绝 / the request came from another site"))
	}))
	return c.Handler(next)
}

// loginKey is where the session keeps who signed in.
const loginKey = "login"

// guarded runs a handler for a signed-in user whose role may do the action; an empty action
// is open to everybody signed in.
func (s *site) guarded(action access.Action, h ui.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		who, err := s.who(r)
		if errors.Is(err, errSignedOut) {
			s.toSignIn(w, r)
			return
		}
		if err != nil {
			s.fail(w, r, nil, err)
			return
		}
		w.Header().Set("Cache-Control", "private, no-cache")
		v, err := s.view(r, who)
		if err == nil && action != "" && !who.Can(action) {
			err = denied{action}
		}
		if err == nil {
			v.Section = section(r.Pattern)
			err = h(w, r, v)
		}
		if err != nil {
			s.fail(w, r, v, err)
		}
	})
}

var errSignedOut = errors.New("not signed in")

// who returns the signed-in user; a session whose user is gone is ended.
func (s *site) who(r *http.Request) (access.Scope, error) {
	login := s.deps.Sessions.GetString(r.Context(), loginKey)
	if login == "" {
		return access.Scope{}, errSignedOut
	}
	who, err := s.deps.Gate.Who(r.Context(), login)
	if errors.Is(err, fault.NotFound) {
		if err := s.deps.Sessions.Destroy(r.Context()); err != nil {
			return access.Scope{}, fmt.Errorf("end session: %w", err)
		}
		return access.Scope{}, errSignedOut
	}
	return who, err
}

// toSignIn leads to the sign-in page and back to the page asked for.
func (s *site) toSignIn(w http.ResponseWriter, r *http.Request) {
	if r.Header.Get("HX-Request") == "true" { // a part of a page cannot hold the sign-in form
		w.Header().Set("HX-Redirect", "/sign-in")
		w.WriteHeader(http.StatusUnauthorized)
		return
	}
	target := "/sign-in"
	if r.Method == http.MethodGet && r.URL.Path != "/" {
		target += "?back=" + url.QueryEscape(r.URL.RequestURI())
	}
	http.Redirect(w, r, target, http.StatusSeeOther)
}

// preferences keeps language and theme in cookies and returns to the page.
func (s *site) preferences(w http.ResponseWriter, r *http.Request) error {
	for name, allowed := range map[string][]string{"lang": {ui.Chinese, ui.English}, "theme": {"light", "dark", "auto"}} {
		for _, value := range allowed {
			if r.PostFormValue(name) == value {
				http.SetCookie(w, &http.Cookie{
					Name: "zs_" + name, Value: value, Path: "/", HttpOnly: true,
					SameSite: http.SameSiteLaxMode, MaxAge: int((365 * 24 * time.Hour).Seconds()),
				})
			}
		}
	}
	http.Redirect(w, r, local(r.PostFormValue("back")), http.StatusSeeOther)
	return nil
}

// public runs a handler that needs nobody signed in.
func (s *site) public(h func(http.ResponseWriter, *http.Request) error) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := h(w, r); err != nil {
			s.fail(w, r, nil, err)
		}
	})
}

// either runs a handler for everybody: with the view of the signed-in user, else with one
// that knows nothing but language and address.
func (s *site) either(h ui.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		who, err := s.who(r)
		if err == nil {
			s.guarded("", h).ServeHTTP(w, r)
			return
		}
		if errors.Is(err, errSignedOut) {
			w.Header().Set("Cache-Control", "no-cache")
			err = h(w, r, &ui.View{Words: s.words(r), Theme: theme(r), Who: who, Path: r.URL.Path, Query: r.URL.Query(), Asset: s.assets.path})
		}
		if err != nil {
			s.fail(w, r, nil, err)
		}
	})
}

// local returns the address when it stays on this site, else the first page.
func local(address string) string {
	u, err := url.Parse(address)
	if err != nil || u.IsAbs() || u.Host != "" || !strings.HasPrefix(address, "/") ||
		strings.HasPrefix(address, "//") || strings.Contains(address, `\`) {
		return "/"
	}
	return address
}

func (s *site) words(r *http.Request) ui.Words {
	c, err := r.Cookie("zs_lang")
	if err != nil {
		return s.dictionary.Speak(ui.Chinese)
	}
	return s.dictionary.Speak(c.Value)
}

func theme(r *http.Request) string {
	if c, err := r.Cookie("zs_theme"); err == nil && (c.Value == "light" || c.Value == "dark") {
		return c.Value
	}
	return "auto"
}

// logged writes one line per request; the query is left out, it may hold case numbers.
func (s *site) logged(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		start := time.Now()
		next.ServeHTTP(w, r)
		s.deps.Log.DebugContext(r.Context(), "request", slog.String("method", r.Method),
			slog.String("path", r.URL.Path), slog.Duration("took", time.Since(start)))
	})
}

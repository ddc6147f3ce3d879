package web

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"strings"
	"testing"
)

// TestDevelop serves the pages over the fake product for a person to look at:
//
//	ZHUNSHENG_WEB=127.0.0.1:8099 go test ./web -run TestDevelop -timeout 0
//
// Sign in as a role (president, analyst, judge …) with the password "demo", or open
// /as/ROLE?lang=en&theme=dark&to=/overview. It is skipped unless the variable is set.
// ZHUNSHENG_WEB_EMPTY shows an empty installation.
func TestDevelop(t *testing.T) {
	listen := os.Getenv("ZHUNSHENG_WEB")
	if listen == "" {
		t.Skip("set ZHUNSHENG_WEB to an address to look at the pages")
	}
	f, err := newFake(1)
	if err != nil {
		t.Fatal(err)
	}
	f.empty = os.Getenv("ZHUNSHENG_WEB_EMPTY") != ""
	h, err := New(f.deps(os.Stderr))
	if err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /as/{role}", func(w http.ResponseWriter, r *http.Request) { enterAs(w, r, h) })
	mux.Handle("/", h)
	t.Fatal(http.ListenAndServe(listen, mux))
}

// enterAs signs in without the form, so that a browser without hands can be sent to a page.
func enterAs(w http.ResponseWriter, r *http.Request, h http.Handler) {
	form := url.Values{"login": {r.PathValue("role")}, "password": {password}}
	in := httptest.NewRequest(http.MethodPost, "/sign-in", strings.NewReader(form.Encode()))
	in.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	rec := httptest.NewRecorder()
	h.ServeHTTP(rec, in)
	w.Header()["Set-Cookie"] = rec.Result().Header["Set-Cookie"]
	for _, name := range []string{"lang", "theme"} {
		if value := r.FormValue(name); value != "" {
			http.SetCookie(w, &http.Cookie{Name: "zs_" + name, Value: value, Path: "/"})
		}
	}
	http.Redirect(w, r, local(r.FormValue("to")), http.StatusSeeOther)
}

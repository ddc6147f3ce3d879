// Package ui has what every page is made of: the shell, tables, charts, forms, words in two
// languages, and the state of one request. It knows nothing of courts; names and choices
// are handed in.
package ui

import (
	"bytes"
	"net/http"
	"net/url"
	"slices"
	"time"

	"github.com/a-h/templ"

	"zhunsheng/internal/access"
	"zhunsheng/internal/civil"
)

// Handler answers one request that has passed sign-in and the route's permission. An error
// becomes the error page; nothing may have been written before.
type Handler func(w http.ResponseWriter, r *http.Request, v *View) error

// View is the state of one request: who asks, which part of the ledger and which period the
// address names, the language, and the choices the shell offers.
type View struct {
	Words
	Who    access.Scope // the signed-in user
	At     access.Scope // what the page shows: Who, narrowed by the address
	Period civil.Period
	AsOf   AsOf
	Theme  string // auto light dark

	Path  string     // path of the request
	Query url.Values // parameters of the request

	Nav     []NavItem
	Section string   // nav item that is open
	Fixed   string   // the part of the scope that this user cannot change
	Pickers []Picker // court → division → judge
	Courts  []Option // the courts this user may see, in administrative order
	Periods PeriodMenu
	Names   func(field, code string) string // display name of a court, division, judge, cause; the code itself when unknown
	Units   Units
	Asset   func(name string) string // address of an embedded file
}

// AsOf is the stamp of the data a page stands on.
type AsOf struct {
	Day         civil.Date // zero: nothing loaded
	Batch       int64
	Loaded      time.Time
	Interrupted int64 // batch waiting for resume or discard
	Running     int64 // batch being imported; 0: none
	Percent     int   // of Running; -1: unknown
}

// running says which batch is being imported and how far it is.
func running(v *View) string {
	if v.AsOf.Percent < 0 {
		return v.T("shell.running", "N", v.AsOf.Running)
	}
	return v.T("shell.running_percent", "N", v.AsOf.Running, "P", v.AsOf.Percent)
}

// Units are the parts below the chosen scope, in their fixed order.
type Units struct {
	Field string // court, division, judge; empty: nothing below
	List  []Option
	Whole string // name of the scope itself
}

// NavItem is one section of the product.
type NavItem struct {
	ID, Path, Label string
	Key             string // pressed after g
	Waiting         int    // things that wait for this person; 0 shows nothing
}

// Picker is one select of the scope control.
type Picker struct {
	Name, Label string
	All         string // label of "everything"; empty: not offered
	Options     []Option
	Value       string
}

// Option is one choice.
type Option struct{ Value, Label string }

// scopeParams are the parameters that travel from page to page.
var scopeParams = []string{"court", "division", "judge", "period"}

// To is the address of another page with the scope and period of this one. Further
// parameters come in pairs; an empty value removes the parameter.
func (v *View) To(path string, pairs ...string) templ.SafeURL {
	q := url.Values{}
	for _, name := range scopeParams {
		if value := v.Query.Get(name); value != "" {
			q.Set(name, value)
		}
	}
	return address(path, q, pairs)
}

// Here is the address of this page with some parameters changed; it goes back to the first
// page of a list unless the pairs say otherwise.
func (v *View) Here(pairs ...string) templ.SafeURL {
	q := url.Values{}
	for name, values := range v.Query {
		if name != "page" {
			q[name] = values
		}
	}
	return address(v.Path, q, pairs)
}

func address(path string, q url.Values, pairs []string) templ.SafeURL {
	for i := 0; i+1 < len(pairs); i += 2 {
		if pairs[i+1] == "" {
			q.Del(pairs[i])
		} else {
			q.Set(pairs[i], pairs[i+1])
		}
	}
	u := url.URL{Path: path, RawQuery: q.Encode()}
	return templ.SafeURL(u.String())
}

// Param is one parameter of an address.
type Param struct{ Name, Value string }

// OnDataDay drops the choice of a period: the page shows how things stand on the data day.
func (v *View) OnDataDay() {
	v.Periods.Value = ""
	v.Query.Del("period")
	if !v.AsOf.Day.IsZero() {
		v.Periods.Label = v.T("asof.until", "Day", v.AsOf.Day.String())
	}
}

// Others lists the parameters of this address except the named ones and the page number,
// for forms that change only those.
func (v *View) Others(except ...string) []Param {
	var out []Param
	for _, name := range SortedKeys(v.Query) {
		if name != "page" && !slices.Contains(except, name) && v.Query.Get(name) != "" {
			out = append(out, Param{name, v.Query.Get(name)})
		}
	}
	return out
}

func (v *View) scope() []Param {
	var out []Param
	for _, name := range scopeParams {
		if value := v.Query.Get(name); value != "" {
			out = append(out, Param{name, value})
		}
	}
	return out
}

// Render writes a page or a part of one. It is built completely first, so that a failure
// leaves room for the error page.
func Render(w http.ResponseWriter, r *http.Request, status int, c templ.Component) error {
	var b bytes.Buffer
	if err := c.Render(r.Context(), &b); err != nil {
		return err
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	_, err := w.Write(b.Bytes())
	return err
}

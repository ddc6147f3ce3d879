package limits

import (
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// form is the state of the calculator; the address of the page holds all of it.
type form struct {
	values map[string]string // of the fields outside the events; absent when empty
	events []row
}

// row is one event as it was typed.
type row struct {
	kind   string
	values map[string]string
}

// settings are the fields outside the events, in the order of the page.
var settings = []string{"procedure", "accepted", "time", "election", "calendar", "until",
	"custody", "over_three_years", "over_one_year", "urgent", "inclusive", "chain_extensions", "pending_follows_new_law"}

// input is one field of an event.
type input struct {
	name, shape string // shape: date number unit target text
	needed      bool
}

// kindFields are the kinds of event that move a date, each with its fields; paper and day of
// entry belong to every kind and lead to findings only.
var kindFields = []struct {
	kind   string
	fields []input
}{
	{"extend", []input{{"on", "date", true}, {"length", "number", true}, {"unit", "unit", true}, {"by", "text", false}, {"asked", "date", false}}},
	{"deduct", []input{{"from", "date", true}, {"to", "date", false}, {"why", "text", false}}},
	{"convert", []input{{"on", "date", true}, {"target", "target", true}}},
	{"restart", []input{{"on", "date", true}, {"why", "text", false}}},
	{"notice", []input{{"from", "date", true}, {"to", "date", true}}},
}

var proofFields = []input{{"paper", "text", false}, {"entered", "date", false}}

// fieldsOf are the fields of a kind; nil for a kind that does not exist.
func fieldsOf(kind string) []input {
	for _, k := range kindFields {
		if k.kind == kind {
			return append(slices.Clone(k.fields), proofFields...)
		}
	}
	return nil
}

// maxEvents bounds the events of one computation.
const maxEvents = 30

// maxText bounds what is kept of one field.
const maxText = 200

// readForm reads the state of an address. The buttons add=kind and drop=number change it;
// added is the number of a new event, 0 for none.
func readForm(q url.Values) (f form, added int) {
	f.values = map[string]string{}
	for _, name := range settings {
		keep(f.values, name, q.Get(name))
	}
	for n := 1; n <= maxEvents; n++ {
		r := row{kind: q.Get(param(n, "")), values: map[string]string{}}
		for _, in := range fieldsOf(r.kind) {
			keep(r.values, in.name, q.Get(param(n, in.name)))
		}
		if fieldsOf(r.kind) != nil && q.Get("drop") != strconv.Itoa(n) {
			f.events = append(f.events, r)
		}
	}
	if kind := q.Get("add"); fieldsOf(kind) != nil && q.Get("do") == "add" && len(f.events) < maxEvents {
		r := row{kind: kind, values: map[string]string{}}
		if kind == "extend" {
			r.values["unit"] = "months"
		}
		f.events = append(f.events, r)
		added = len(f.events)
	}
	return f, added
}

// keep notes a value that is not empty, at most maxText characters of it.
func keep(values map[string]string, name, value string) {
	value = strings.TrimSpace(value)
	if r := []rune(value); len(r) > maxText {
		value = string(r[:maxText])
	}
	if value != "" {
		values[name] = value
	}
}

// param is the name of a field of the n-th event in the address: e1 is its kind.
func param(n int, field string) string {
	if field == "" {
		return "e" + strconv.Itoa(n)
	}
	return "e" + strconv.Itoa(n) + "-" + field
}

// query is the state as parameters of an address, without empty ones; reading it again gives
// the same form.
func (f form) query() url.Values {
	q := url.Values{}
	for name, value := range f.values {
		q.Set(name, value)
	}
	for i, r := range f.events {
		q.Set(param(i+1, ""), r.kind)
		for name, value := range r.values {
			q.Set(param(i+1, name), value)
		}
	}
	return q
}

// address is the address of the calculator in this state.
func (f form) address() string {
	if q := f.query().Encode(); q != "" {
		return calculatorPath + "?" + q
	}
	return calculatorPath
}

func (f form) on(name string) bool { return f.values[name] == "1" }

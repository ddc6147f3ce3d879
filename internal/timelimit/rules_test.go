package timelimit_test

import (
	"encoding/json"
	"errors"
	"io/fs"
	"path"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"zhunsheng/internal/calendar"
	"zhunsheng/internal/fault"
	"zhunsheng/internal/statute"
	"zhunsheng/internal/timelimit"
	"zhunsheng/rules"
)

// ruleTests is a file of worked cases beside a rule.
type ruleTests struct {
	Tests []struct {
		Name     statute.Placed   `yaml:"name"`
		Accepted statute.Placed   `yaml:"accepted"`
		Events   []ruleEvent      `yaml:"events"`
		Due      statute.Placed   `yaml:"due"`
		Flags    []statute.Placed `yaml:"flags"`
		Error    statute.Placed   `yaml:"error"`
	} `yaml:"tests"`
}

type ruleEvent struct {
	T      statute.Placed `yaml:"t"`
	On     statute.Placed `yaml:"on"`
	From   statute.Placed `yaml:"from"`
	To     statute.Placed `yaml:"to"`
	By     statute.Placed `yaml:"by"`
	Why    statute.Placed `yaml:"why"`
	Name   statute.Placed `yaml:"name"`
	Value  statute.Placed `yaml:"value"`
	Months statute.Placed `yaml:"months"`
	Days   statute.Placed `yaml:"days"`
}

// json writes the event as the command line takes it.
func (e ruleEvent) json(t *testing.T) json.RawMessage {
	t.Helper()
	out := map[string]json.RawMessage{}
	for name, p := range map[string]statute.Placed{"t": e.T, "on": e.On, "from": e.From, "to": e.To, "by": e.By, "why": e.Why, "name": e.Name, "value": e.Value, "months": e.Months, "days": e.Days} {
		switch raw := json.RawMessage(p.Text); {
		case p.IsZero():
		case (name == "months" || name == "days" || name == "value") && json.Valid(raw):
			out[name] = raw
		default:
			quoted, err := json.Marshal(p.Text)
			if err != nil {
				t.Fatal(err)
			}
			out[name] = quoted
		}
	}
	text, err := json.Marshal(out)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// Every rule has worked cases beside it, and they come out.
func TestCasesBesideTheRules(t *testing.T) {
	docs, err := statute.DecodeAll[ruleTests](rules.FS, "limits/*/*.test.yaml")
	if err != nil {
		t.Fatal(err)
	}
	tested := map[string]bool{}
	for _, doc := range docs {
		id := strings.TrimSuffix(path.Base(doc.File), ".test.yaml")
		for _, tc := range doc.Value.Tests {
			tested[id] = true
			var list []json.RawMessage
			for _, e := range tc.Events {
				list = append(list, e.json(t))
			}
			events, err := json.Marshal(append([]json.RawMessage{}, list...))
			if err != nil {
				t.Fatal(err)
			}
			t.Run(id+"/"+tc.Name.Text, func(t *testing.T) {
				c := parse(t, id, tc.Accepted.Text, string(events))
				r, err := timelimit.Compute(book, c, book.Defaults)
				place := statute.Place(doc.File, tc.Name.Line, 0)
				if !tc.Error.IsZero() {
					if err == nil || !strings.Contains(err.Error(), tc.Error.Text) {
						t.Errorf("%s: error %v, want %s", place, err, tc.Error)
					}
					return
				}
				if err != nil {
					t.Fatalf("%s: %v", place, err)
				}
				var flags []string
				for _, f := range tc.Flags {
					flags = append(flags, f.Text)
				}
				if r.String() != tc.Due.Text || !slices.Equal(r.Flags.Names(), flags) {
					t.Errorf("%s: due %s %v, want %s %v", place, r, r.Flags.Names(), tc.Due, flags)
				}
			})
		}
	}
	for _, r := range book.Rules() {
		if !tested[r.ID] {
			t.Errorf("%s has no worked case beside it", r.ID)
		}
	}
}

// The book holds every id of section 2, and each version says where it comes from.
func TestEveryLimitIsThere(t *testing.T) {
	special := []string{"CV-VOTE", "CV-NOTE", "CV-FOR", "CV-PO", "CV-PRE", "AD-NL7", "NONE"}
	want := slices.Sorted(slices.Values(append(slices.Clone(procedures), special...)))
	var got []string
	for _, r := range book.Rules() {
		got = append(got, r.ID)
		for _, v := range r.Versions {
			if v.Source.Doc == "" || !slices.Contains([]string{"T", "S", "U"}, v.Source.Evidence) {
				t.Errorf("%s, version of %s: source %+v", r.ID, v.From, v.Source)
			}
			for _, g := range v.Extend {
				if len(g.By) == 0 || g.Source.Doc == "" {
					t.Errorf("%s, version of %s: an extension without authority or source", r.ID, v.From)
				}
			}
		}
	}
	slices.Sort(got)
	if !slices.Equal(got, want) || len(book.Milestones) != 15 {
		t.Errorf("limits %v\nwant   %v\n%d milestones", got, want, len(book.Milestones))
	}
	if d := book.Defaults; d.Inclusive || d.ChainExtensions || d.PendingFollowsNew || d.Calendar != "national" {
		t.Errorf("defaults %+v", d)
	}
}

// Every fault of a rules file names file and line.
func TestLoadFaults(t *testing.T) {
	const head = "id: CV1\nname: {zh: 甲, en: a}\nline: civil\nstart: {zh: 立案, en: registration}\nmonth_end: same_day\nday_off: next_working_day\n"
	const v = "source: {doc: x, evidence: T}}\n"
	for name, tc := range map[string]struct{ text, want string }{
		"unknown key":       {head + "bogus: 1\n", `limits/civil/CV1.yaml:7: unknown field "bogus"`},
		"repeated key":      {head + "line: civil\n", `limits/civil/CV1.yaml:7: mapping key "line" already defined`},
		"gap":               {head + "versions:\n  - {from: 2013-01-01, to: 2014-01-01, base: 6m, " + v + "  - {from: 2014-01-03, base: 6m, " + v, "limits/civil/CV1.yaml:9: no version from 2014-01-02 to 2014-01-02"},
		"overlap":           {head + "versions:\n  - {from: 2013-01-01, base: 6m, " + v + "  - {from: 2014-01-03, base: 6m, " + v, "limits/civil/CV1.yaml:9: versions 1 and 2 overlap"},
		"no version":        {head, "limits/civil/CV1.yaml:1: the first version has no day"},
		"no length":         {head + "versions:\n  - {from: 2013-01-01, base: six, " + v, `limits/civil/CV1.yaml:8: "six" is no length of time`},
		"no source":         {head + "versions:\n  - {from: 2013-01-01, base: 6m}\n", "limits/civil/CV1.yaml:8: version 1 has no source"},
		"two measures":      {head + "versions:\n  - {from: 2013-01-01, to: 2013-12-31, base: 6m, " + v + "  - {from: 2014-01-01, base: 7wd, " + v, "limits/civil/CV1.yaml:9: 7wd is not measured"},
		"unknown fact":      {head + "versions:\n  - {from: 2013-01-01, base: 6m, when: [{if: rain, base: 1m}], " + v, `CV1.yaml:8: fact "rain" is unknown`},
		"unknown authority": {head + "versions:\n  - {from: 2013-01-01, base: 6m, extend: [{by: [mayor], max: 1m}], " + v, `CV1.yaml:8: authority "mayor" is unknown`},
		"bad maximum":       {head + "versions:\n  - {from: 2013-01-01, base: 6m, extend: [{by: [president], max: long}], " + v, `CV1.yaml:8: max "long" is no length`},
		"bad condition":     {head + "versions:\n  - {from: 2013-01-01, base: 6m, extend: [{by: [president], when: rain}], " + v, `CV1.yaml:8: when "rain" is unknown`},
		"unknown deduction": {head + "deduct: [weather]\nversions:\n  - {from: 2013-01-01, base: 6m, " + v, `CV1.yaml:7: deduction "weather" is unknown`},
		"counting cause":    {head + "deduct: [adjournment]\nversions:\n  - {from: 2013-01-01, base: 6m, " + v, "CV1.yaml:7: deduction \"adjournment\" stands twice or does count"},
		"unknown target":    {head + "convert: {day0: keep, usual: [EN1]}\nversions:\n  - {from: 2013-01-01, base: 6m, " + v, `CV1.yaml:7: cannot be converted to "EN1"`},
		"unknown day 0":     {head + "convert: {day0: maybe}\nversions:\n  - {from: 2013-01-01, base: 6m, " + v, `CV1.yaml:7: day0 "maybe" is unknown`},
		"unknown line":      {strings.Replace(head, "line: civil", "line: naval", 1), `CV1.yaml:3: line "naval" is unknown`},
		"other line":        {strings.Replace(head, "line: civil", "line: criminal", 1), "CV1.yaml:3: ids of line criminal begin with CR"},
		"month end":         {strings.Replace(head, "same_day", "never", 1), `CV1.yaml:5: month_end "never" is unknown`},
		"day off":           {strings.Replace(head, "next_working_day", "never", 1), `CV1.yaml:6: day_off "never" is unknown`},
		"name":              {strings.Replace(head, "en: a", "en: ''", 1), "CV1.yaml:1: name and start are needed in both languages"},
		"file name":         {strings.Replace(head, "id: CV1", "id: CVZ", 1), `CV1.yaml:1: id "CVZ" is not the name of the file`},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := timelimit.Load(rules.FS, book.Calendars, fstest.MapFS{"limits/civil/CV1.yaml": {Data: []byte(tc.text)}})
			if !errors.Is(err, fault.Invalid) || !strings.Contains(err.Error(), tc.want) {
				t.Errorf("got  %v\nwant %s", err, tc.want)
			}
		})
	}
}

func TestSharedListFaults(t *testing.T) {
	for name, tc := range map[string]struct{ file, text, want string }{
		"unknown setting": {"settings", "settings: [{key: bogus}]\n", `setting "bogus" is unknown or stands twice`},
		"missing setting": {"settings", "settings: [{key: inclusive}]\n", "a setting is missing"},
		"bad maximum":     {"deductions", "deductions:\n  - {code: x, max: long}\n", `limits/deductions.yaml:2: max "long" is no length`},
		"unknown key":     {"lines", "lines:\n  - {id: x, bogus: 1}\n", `limits/lines.yaml:2: unknown field "bogus"`},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := timelimit.Load(rules.FS, book.Calendars, fstest.MapFS{"limits/" + tc.file + ".yaml": {Data: []byte(tc.text)}})
			if !errors.Is(err, fault.Invalid) || !strings.Contains(err.Error(), tc.want) {
				t.Errorf("got  %v\nwant %s", err, tc.want)
			}
		})
	}
	twice := fstest.MapFS{}
	data, err := fs.ReadFile(rules.FS, "limits/civil/CV1.yaml")
	if err != nil {
		t.Fatal(err)
	}
	twice["limits/other/CV1.yaml"] = &fstest.MapFile{Data: data}
	if _, err := timelimit.Load(rules.FS, book.Calendars, twice); err == nil || !strings.Contains(err.Error(), "limits/other/CV1.yaml:2: id CV1 stands in limits/civil/CV1.yaml too") {
		t.Errorf("one id in two files: %v", err)
	}
}

// A court's own folder replaces a rule whole.
func TestOwnRules(t *testing.T) {
	cal, err := calendar.Load(rules.FS)
	if err != nil {
		t.Fatal(err)
	}
	own := fstest.MapFS{"limits/civil/CV-SANC.yaml": {Data: []byte("id: CV-SANC\nname: {zh: 甲, en: a}\nline: civil\nstart: {zh: 收到, en: receipt}\nmonth_end: same_day\nday_off: next_working_day\nversions:\n  - {from: 2015-02-04, base: 10d, source: {doc: x, evidence: T}}\n")}}
	b, err := timelimit.Load(rules.FS, cal, own)
	if err != nil {
		t.Fatal(err)
	}
	due, _, err := timelimit.Due(b, &timelimit.Case{Procedure: "CV-SANC", Accepted: day(t, "2024-06-11")}, &b.Defaults)
	if err != nil || due.String() != "2024-06-21" {
		t.Errorf("due %s %v", due, err)
	}
}

package statute_test

import (
	"errors"
	"strings"
	"testing"
	"testing/fstest"

	"pgregory.net/rapid"

	"zhunsheng/internal/civil"
	"zhunsheng/internal/fault"
	"zhunsheng/internal/statute"
)

type count struct {
	Where statute.Placed `yaml:"where"`
	N     int            `yaml:"n"`
}

type wording struct {
	Num  statute.Placed `yaml:"num"`
	Note statute.Text   `yaml:"note"`
}

type rule struct {
	ID       statute.Placed         `yaml:"id"`
	Source   statute.Source         `yaml:"source"`
	On       civil.Date             `yaml:"on"`
	Counts   statute.Entries[count] `yaml:"counts"`
	Versions statute.Dated[wording] `yaml:"versions"`
}

func one(text string) fstest.MapFS { return fstest.MapFS{"r/a.yaml": {Data: []byte(text)}} }

func decode(t *testing.T, text string) rule {
	t.Helper()
	var r rule
	if err := statute.Decode(one(text), "r/a.yaml", &r); err != nil {
		t.Fatal(err)
	}
	return r
}

func TestDecode(t *testing.T) {
	r := decode(t, `
id: closing_rate # a comment
source: {doc: indicators.md, no: 3, cite: B}
on: 2024-02-29
versions:
  - {from: 2010-01-01, to: 2023-12-31, num: 0.90}
  - from: 2024-01-01
    num: closed / filed
    note: {zh: 口径, en: definition}
`)
	if r.ID.Text != "closing_rate" || r.Source.String() != "indicators.md 3 B" || r.On != civil.NewDate(2024, 2, 29) {
		t.Errorf("got %+v", r)
	}
	v, err := r.Versions.At(civil.NewDate(2023, 12, 31))
	if err != nil || v.Value.Num.Text != "0.90" || v.Span() != "2010-01-01..2023-12-31" {
		t.Errorf("old version: %+v, %v", v, err)
	}
	v, err = r.Versions.At(civil.NewDate(2024, 1, 1))
	if err != nil || v.Value.Note.In("zh-CN") != "口径" || v.Value.Note.In("en") != "definition" || v.Span() != "2024-01-01..…" {
		t.Errorf("new version: %+v, %v", v, err)
	}
	if _, err := r.Versions.At(civil.NewDate(2009, 12, 31)); !errors.Is(err, fault.NotFound) {
		t.Errorf("before the first version: %v", err)
	}
}

func TestFaultsNameFileAndLine(t *testing.T) {
	for name, tc := range map[string]struct{ text, want string }{
		"unknown key":      {"id: x\nbogus: 1\n", `r/a.yaml:2: unknown field "bogus"; correct the spelling`},
		"unknown, nested":  {"id: x\ncounts:\n  a: {where: x, bogus: 1}\n", `r/a.yaml:3: unknown field "bogus"`},
		"unknown, version": {"versions:\n  - {from: 2010-01-01, bogus: 1}\n", `r/a.yaml:2: unknown field "bogus"`},
		"repeated key":     {"id: x\nid: y\n", `r/a.yaml:2: mapping key "id" already defined at [1:1]`},
		"repeated, nested": {"counts:\n  a: {n: 1}\n  a: {n: 2}\n", `r/a.yaml:3: mapping key "a" already defined`},
		"no such date":     {"id: x\nversions:\n  - {from: 2023-02-29}\n", `r/a.yaml:3: "2023-02-29" is not a date: write YYYY-MM-DD`},
		"date of a list":   {"on: [1]\n", `"[1]" is not a date`},
		"text for number":  {"counts:\n  a: {n: many}\n", `r/a.yaml:2: "many" is not of the kind wanted here; write a value of kind int`},
		"list for scalar":  {"\nid: [1]\n", "r/a.yaml:2: wrong kind of value; write a single value"},
		"scalar for map":   {"counts: 3\n", "r/a.yaml:1: wrong kind of value; write a mapping"},
		"second document":  {"id: x\n---\nid: y\n", "r/a.yaml:3: a second YAML document"},
		"broken":           {"id: {\n", "r/a.yaml:1: could not find flow mapping end token"},
		"list at the top":  {"- a\n", "r/a.yaml:1: "},
	} {
		t.Run(name, func(t *testing.T) {
			var r rule
			err := statute.Decode(one(tc.text), "r/a.yaml", &r)
			if !errors.Is(err, fault.Invalid) || !strings.Contains(err.Error(), tc.want) {
				t.Errorf("got  %v\nwant %s", err, tc.want)
			}
		})
	}
}

func TestMissingAndEmptyFiles(t *testing.T) {
	var r rule
	if err := statute.Decode(one(""), "r/b.yaml", &r); !errors.Is(err, fault.NotFound) {
		t.Errorf("missing file: %v", err)
	}
	if err := statute.Decode(one("# nothing yet\n"), "r/a.yaml", &r); err != nil {
		t.Errorf("empty file: %v", err)
	}
}

func TestDecodeAllReportsEveryFile(t *testing.T) {
	fsys := fstest.MapFS{
		"i/a.yaml":     {Data: []byte("bogus: 1\n")},
		"i/x/b.yaml":   {Data: []byte("id: b\n")},
		"i/x/y/c.yaml": {Data: []byte("on: never\n")},
		"i/x/d.txt":    {Data: []byte("not yaml")},
		"j/e.yaml":     {Data: []byte("id: e\n")},
	}
	docs, err := statute.DecodeAll[rule](fsys, "i/**/*.yaml")
	if len(docs) != 1 || docs[0].File != "i/x/b.yaml" || docs[0].Value.ID.Text != "b" {
		t.Errorf("docs %+v", docs)
	}
	for _, want := range []string{"i/a.yaml:1: ", "i/x/y/c.yaml:1: "} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v lacks %q", err, want)
		}
	}
	if _, err := statute.DecodeAll[rule](fsys, "i/["); err == nil {
		t.Error("a malformed pattern is accepted")
	}
	if docs, err := statute.DecodeAll[rule](fsys, "i/*.yaml"); len(docs) != 0 || err == nil {
		t.Errorf("plain pattern: %+v, %v", docs, err)
	}
}

// Every character of an expression leads back to its place in the file.
func TestPlacedAt(t *testing.T) {
	for name, text := range map[string]string{
		"plain":         "counts:\n  a: {where: x < y}\n",
		"double quotes": "counts:\n  a: {where: \"x < y\", n: 1}\n",
		"single quotes": "counts:\n  a:\n    where: 'x < y'\n",
		"block":         "counts:\n  a:\n    where: |\n      zero &&\n      x < y\n    n: 1\n",
	} {
		t.Run(name, func(t *testing.T) {
			p := decode(t, text).Counts[0].Value.Where
			lines := strings.Split(p.Text, "\n")
			i, j := len(lines), strings.Index(lines[len(lines)-1], "<")
			line, column := p.At(i, j)
			if got := strings.Split(text, "\n")[line-1][column-1]; got != '<' {
				t.Errorf("%d:%d holds %q, want <; text %q", line, column, got, p.Text)
			}
		})
	}
}

func TestPlacedFolded(t *testing.T) {
	p := decode(t, "counts:\n  a:\n    where: >\n      x <\n      y\n").Counts[0].Value.Where
	if line, column := p.At(1, 3); p.Text != "x < y" || line != 4 || column != 0 {
		t.Errorf("%q at %d:%d", p.Text, line, column)
	}
}

func TestEntriesKeepTheOrderOfTheFile(t *testing.T) {
	r := decode(t, "counts:\n  z: {n: 1}\n  a: {n: 2}\n")
	if len(r.Counts) != 2 || r.Counts[0].Key.Text != "z" || r.Counts[1].Key.Line != 3 || r.Counts[1].Value.N != 2 {
		t.Errorf("%+v", r.Counts)
	}
}

func TestDatedCheck(t *testing.T) {
	d := func(y int) civil.Date { return civil.NewDate(y, 1, 1) }
	type v = statute.Version[int]
	for name, tc := range map[string]struct {
		in   statute.Dated[int]
		want string
	}{
		"none":           {nil, ""},
		"touching":       {statute.Dated[int]{v{From: d(2010), To: d(2011) - 1}, v{From: d(2011)}}, ""},
		"gap":            {statute.Dated[int]{v{From: d(2010), To: d(2011) - 2}, v{From: d(2011)}}, "no version from 2010-12-31 to 2010-12-31"},
		"overlap":        {statute.Dated[int]{v{From: d(2010), To: d(2011)}, v{From: d(2011)}}, "overlap on 2011-01-01; end version 1 on 2010-12-31"},
		"open, followed": {statute.Dated[int]{v{From: d(2010)}, v{From: d(2011)}}, "overlap"},
		"out of order":   {statute.Dated[int]{v{From: d(2011)}, v{From: d(2010)}}, "oldest first"},
		"ends too early": {statute.Dated[int]{v{From: d(2011), To: d(2010)}}, "before it starts"},
	} {
		t.Run(name, func(t *testing.T) {
			err := tc.in.Check()
			if (err == nil) != (tc.want == "") || err != nil && !strings.Contains(err.Error(), tc.want) {
				t.Errorf("got %v, want %q", err, tc.want)
			}
		})
	}
}

// Whatever passes Check answers every day from the first on with exactly one version.
func TestDatedHasOneAnswer(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var d statute.Dated[int]
		for i := range rapid.IntRange(1, 4).Draw(t, "versions") {
			from := civil.Date(rapid.IntRange(1, 40).Draw(t, "from"))
			to := civil.Date(rapid.IntRange(0, 40).Draw(t, "to"))
			d = append(d, statute.Version[int]{From: from, To: to, Value: i})
		}
		if d.Check() != nil {
			return
		}
		last := d[len(d)-1]
		for day := d[0].From; day <= 45; day++ {
			n := 0
			for _, v := range d {
				if v.Holds(day) {
					n++
				}
			}
			_, err := d.At(day)
			if want := last.Holds(day) || day < last.From; want != (n == 1 && err == nil) {
				t.Fatalf("%v on %d: %d versions, %v", d, day, n, err)
			}
		}
	})
}

func TestTextFallsBack(t *testing.T) {
	if got := (statute.Text{Zh: "结案"}).In("en"); got != "结案" {
		t.Errorf("only Chinese: %q", got)
	}
	if got := (statute.Text{En: "closed"}).In("zh-CN"); got != "closed" {
		t.Errorf("only English: %q", got)
	}
	if !(statute.Text{}).IsZero() || statute.Place("f", 0, 0) != "f" || statute.Place("f", 2, 3) != "f:2:3" {
		t.Error("zero text or place")
	}
}

func FuzzDecode(f *testing.F) {
	f.Add("id: x\ncounts:\n  a: {where: x}\n")
	f.Add("on: 2024-01-01\nversions: [{from: 2024-01-01, num: |\n  a}]")
	f.Add("&a [*a]")
	f.Fuzz(func(t *testing.T, text string) {
		var r rule
		err := statute.Decode(one(text), "r/a.yaml", &r)
		if err != nil && (!errors.Is(err, fault.Invalid) || !strings.HasPrefix(err.Error(), "r/a.yaml")) {
			t.Errorf("error without kind or place: %v", err)
		}
	})
}

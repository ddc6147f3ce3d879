package indicator

import (
	"fmt"
	"math/big"
	"slices"
	"strings"

	"zhunsheng/internal/civil"
	"zhunsheng/internal/fault"
	"zhunsheng/internal/statute"
)

// Book is a loaded catalogue of indicators.
type Book struct {
	sets       []Set
	indicators []*Indicator
	counts     map[string]*Count
	identities []identity
}

// Set is a named collection of indicators, e.g. spc-2024-01.
type Set struct {
	ID   string
	Name statute.Text
}

// Indicator is one indicator with all its versions.
type Indicator struct {
	ID       string       // key, unique inside a set
	Name     statute.Text // 中文名 and English standard term
	Sets     []string
	Group    string   // volume quality efficiency effect
	Better   string   // higher lower neutral range
	Unit     string   // count share ratio days money per_judge
	Lines    []string // line codes it applies to; none: all
	File     string   // where it is defined
	Versions []*Version
	seq      int
}

// Version is the wording of an indicator in force from From to To (zero: open).
type Version struct {
	From, To    civil.Date
	Numerator   *Formula // nil when the value is not a fraction
	Denominator *Formula // nil for plain counts
	Value       *Formula
	Compare     string // "", "year" or "preceding": what prev_ means
	TooFew      int    // a denominator below this is too small to judge; 0: never
	Definition  statute.Text
	Note        statute.Text
	Evidence    string // A to D, or U: unverified, a local definition
	Source      statute.Source
	Intervals   []Interval
	NoInterval  bool // an interval can never exist, so none is missing
	Drill       []string
	Check       Check
	counts      map[string]*Count // those used, restricted to the indicator's lines
	needs       []need
}

// need is one thing to count or look up for a version.
type need struct {
	use     use     // without sign
	measure Measure // for an engine, unless post is set
	key     string  // identifies the measure: equal keys count the same
	post    string  // for the roster
}

// Check is the hand-written SQL that gives a second opinion on numerator, denominator and,
// where it is no plain fraction, value.
type Check struct {
	Numerator   string `yaml:"numerator"`
	Denominator string `yaml:"denominator"`
	Value       string `yaml:"value"`
}

// Interval is a reasonable range (合理区间): closed, and open-ended where a bound is nil.
type Interval struct {
	Level     int    // 1 supreme, 2 high, 3 intermediate, 4 basic; 0 all
	Line      string // "" all
	From, To  civil.Date
	Low, High *big.Rat
	Source    statute.Source
}

// Sets lists the sets in the order of the catalogue.
func (b *Book) Sets() []string {
	out := make([]string, len(b.sets))
	for i, s := range b.sets {
		out[i] = s.ID
	}
	return out
}

// SetName returns the name of a set for people.
func (b *Book) SetName(id string) statute.Text {
	for _, s := range b.sets {
		if s.ID == id {
			return s.Name
		}
	}
	return statute.Text{}
}

// Set lists the indicators of a set in the order of the catalogue; none for an unknown set.
func (b *Book) Set(name string) []*Indicator {
	var out []*Indicator
	for _, i := range b.indicators {
		if slices.Contains(i.Sets, name) {
			out = append(out, i)
		}
	}
	return out
}

// Find returns an indicator of a set by its key.
func (b *Book) Find(set, key string) (*Indicator, error) {
	members := b.Set(set)
	if len(members) == 0 {
		return nil, unknown("indicator set", set, b.Sets())
	}
	keys := make([]string, len(members))
	for n, i := range members {
		if i.ID == key {
			return i, nil
		}
		keys[n] = i.ID
	}
	return nil, unknown("indicator in set "+set, key, keys)
}

func unknown(what, name string, known []string) error {
	return &fault.Error{Kind: fault.NotFound, Text: "no " + what + " is named " + quote(name), Remedy: "choose one of: " + strings.Join(known, " ")}
}

func quote(s string) string { return `"` + s + `"` }

// pick returns the indicators asked for, all of the set when keys is empty, in the order of
// the catalogue.
func (b *Book) pick(set string, keys []string) ([]*Indicator, error) {
	if len(keys) == 0 {
		if out := b.Set(set); len(out) > 0 {
			return out, nil
		}
		return nil, unknown("indicator set", set, b.Sets())
	}
	for _, k := range keys {
		if _, err := b.Find(set, k); err != nil {
			return nil, err
		}
	}
	return slices.DeleteFunc(b.Set(set), func(i *Indicator) bool { return !slices.Contains(keys, i.ID) }), nil
}

// At returns the version in force on a day, or fault.NotFound.
func (i *Indicator) At(day civil.Date) (*Version, error) {
	for _, v := range i.Versions {
		if v.From <= day && (v.To.IsZero() || day <= v.To) {
			return v, nil
		}
	}
	return nil, fault.NotFoundf("indicator %s has no version in force on %s; its first one starts on %s", i.ID, day, i.Versions[0].From)
}

// ID names the version by its first day, "" when it has been in force from ever.
func (v *Version) ID() string { return v.From.String() }

// Counts lists the counts that the version uses, numerator first, each once.
func (v *Version) Counts() []*Count {
	var out []*Count
	for _, u := range v.uses() {
		if c := v.counts[u.name]; !slices.Contains(out, c) {
			out = append(out, c)
		}
	}
	return out
}

// Formula prints the calculation in words, e.g. "结案 / (旧存 + 新收)".
func (v *Version) Formula() statute.Text {
	f := v.Value
	title := func(lang string) func(string, bool) string {
		return func(name string, prev bool) string {
			s := v.counts[name].Title.In(lang)
			switch {
			case !prev:
			case lang == "zh" && v.Compare == "year":
				s = "去年同期" + s
			case lang == "zh":
				s = "上期" + s
			case v.Compare == "year":
				s += " a year earlier"
			default:
				s += " of the period before"
			}
			return s
		}
	}
	return statute.Text{Zh: f.Words(title("zh")), En: f.Words(title("en"))}
}

// uses lists what the version refers to: numerator, denominator, value.
func (v *Version) uses() []use {
	var out []use
	for _, f := range []*Formula{v.Numerator, v.Denominator, v.Value} {
		for _, u := range f.uses() {
			if !slices.Contains(out, u) {
				out = append(out, u)
			}
		}
	}
	return out
}

// prepare works out once what the formulas need.
func (v *Version) prepare() {
	for _, u := range v.uses() {
		u.minus = false
		if slices.ContainsFunc(v.needs, func(n need) bool { return n.use == u }) {
			continue
		}
		n := need{use: u}
		if c := v.counts[u.name]; c.Kind == CountJudges {
			n.post = c.Post
		} else {
			n.measure = c.measure(u.op)
			n.key = fmt.Sprintf("%d %d %d %s", n.measure.Kind, n.measure.Field, n.measure.Field2, n.measure.Where)
		}
		v.needs = append(v.needs, n)
	}
}

// shifted is the period that prev_ stands for.
func (v *Version) shifted(p civil.Period) civil.Period {
	if v.Compare == "preceding" {
		return p.Preceding()
	}
	return p.Shift(-12)
}

// interval returns the range that applies on a day to a court level and line (0 and "" where
// the figure spans several), nil when none is loaded. A range for the level goes before one
// for all levels, then one for the line before one for all lines.
func (v *Version) interval(day civil.Date, level int, line string) *Interval {
	var best *Interval
	rank := func(i *Interval) int {
		r := 0
		if i.Level != 0 {
			r += 2
		}
		if i.Line != "" {
			r++
		}
		return r
	}
	for n := range v.Intervals {
		i := &v.Intervals[n]
		fits := (i.Level == 0 || i.Level == level) && (i.Line == "" || i.Line == line) &&
			i.From <= day && (i.To.IsZero() || day <= i.To)
		if fits && (best == nil || rank(i) > rank(best)) {
			best = i
		}
	}
	return best
}

// Shared reports whether a count is declared for all indicators, not by one of them alone.
func (b *Book) Shared(name string) bool { return b.counts[name] != nil }

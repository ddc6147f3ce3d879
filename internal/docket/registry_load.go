package docket

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strconv"
	"strings"

	"zhunsheng/internal/fault"
	"zhunsheng/internal/statute"
)

// registryFile is the shape of rules/registries/*.yaml.
type registryFile struct {
	Name      string         `yaml:"name"`
	Title     statute.Text   `yaml:"title"`
	Source    statute.Source `yaml:"source"`
	Normalise struct {
		HalfWidth bool       `yaml:"half_width"`
		Brackets  [][]string `yaml:"brackets"`
		Drop      string     `yaml:"drop"`
	} `yaml:"normalise"`
	Pattern     []partFile `yaml:"pattern"`
	GivesCourt  bool       `yaml:"gives_court"`
	CourtLevels struct {
		Alone  int         `yaml:"alone"`
		Digits map[int]int `yaml:"digits"`
	} `yaml:"court_levels"`
	Check struct {
		Method    string   `yaml:"method"`
		Over      []string `yaml:"over"`
		Remainder int      `yaml:"remainder"`
	} `yaml:"check"`
	Year struct {
		From int `yaml:"from"`
	} `yaml:"year"`
	OldStyle   []string       `yaml:"old_style"`
	Masked     string         `yaml:"masked"`
	Several    []string       `yaml:"several"`
	Instances  []Term         `yaml:"instances"`
	Categories []categoryFile `yaml:"categories"`
}

type partFile struct {
	Name          string   `yaml:"name"`
	Text          string   `yaml:"text"`
	Alone         []string `yaml:"alone"`
	Words         []string `yaml:"words"`
	Digits        string   `yaml:"digits"`
	Types         bool     `yaml:"types"`
	Prefix        string   `yaml:"prefix"`
	Chars         string   `yaml:"chars"`
	Optional      bool     `yaml:"optional"`
	NoLeadingZero bool     `yaml:"no_leading_zero"`
}

type categoryFile struct {
	No    string       `yaml:"no"`
	Name  statute.Text `yaml:"name"`
	Types []struct {
		Codes     []string `yaml:"codes"`
		Line      string   `yaml:"line"`
		Instance  string   `yaml:"instance"`
		Levels    []int    `yaml:"levels"`
		SeqDigits int      `yaml:"seq_digits"`
		Link      bool     `yaml:"link"`
	} `yaml:"types"`
}

// LoadRegistries reads every profile of rules/registries, by name.
func LoadRegistries(fsys fs.FS) (map[string]*Registry, error) {
	docs, err := statute.DecodeAll[registryFile](fsys, "registries/*.yaml")
	faults := []error{err}
	out := make(map[string]*Registry, len(docs))
	for _, d := range docs {
		r, err := d.Value.build()
		if err != nil {
			faults = append(faults, fmt.Errorf("%s: %w", d.File, err))
			continue
		}
		if out[r.Name] != nil {
			faults = append(faults, fault.At(d.File, fmt.Sprintf("second registry named %q", r.Name), "give it another name"))
			continue
		}
		out[r.Name] = r
	}
	return out, errors.Join(faults...)
}

// LoadRegistry reads one profile by its name.
func LoadRegistry(fsys fs.FS, name string) (*Registry, error) {
	all, err := LoadRegistries(fsys)
	if err != nil {
		return nil, err
	}
	r := all[name]
	if r == nil {
		known := slices.Sorted(maps.Keys(all))
		return nil, fault.NotFoundf("no registry %q in rules/registries; known are %s", name, strings.Join(known, ", "))
	}
	return r, nil
}

// build checks the file and makes the registry of it.
func (f *registryFile) build() (*Registry, error) {
	if f.Name == "" {
		return nil, fault.Invalidf("name is missing")
	}
	r := &Registry{Name: f.Name, Title: f.Title, Source: f.Source, yearFrom: f.Year.From, oldStyle: f.OldStyle,
		masked: f.Masked, several: f.Several, instances: f.Instances, givesCourt: f.GivesCourt, levelAlone: f.CourtLevels.Alone}
	if err := r.fold.init(f.Normalise.HalfWidth, f.Normalise.Brackets, f.Normalise.Drop); err != nil {
		return nil, err
	}
	for digits, level := range f.CourtLevels.Digits {
		if digits < 0 || digits >= len(r.levels) || level < 1 || level > 4 {
			return nil, fault.Invalidf("court_levels: %d digits cannot give level %d", digits, level)
		}
		r.levels[digits] = level
	}
	if err := r.addTypes(f.Categories); err != nil {
		return nil, err
	}
	seen := map[group]bool{}
	for i, pf := range f.Pattern {
		p, err := pf.build()
		if err != nil {
			return nil, fmt.Errorf("pattern part %d: %w", i+1, err)
		}
		if p.group != gNone && seen[p.group] {
			return nil, fault.Invalidf("pattern part %d: second part named %s", i+1, pf.Name)
		}
		seen[p.group] = true
		r.noLeadingZero = r.noLeadingZero || pf.NoLeadingZero
		r.parts = append(r.parts, p)
	}
	if len(r.parts) > 0 && !seen[gSeq] {
		return nil, fault.Invalidf("pattern has no part named seq")
	}
	return r, r.setCheck(f.Check.Method, f.Check.Over, f.Check.Remainder, seen)
}

// build checks one part of the pattern.
func (f partFile) build() (part, error) {
	p := part{text: f.Text, alone: f.Alone, types: f.Types, prefix: f.Prefix, chars: f.Chars, optional: f.Optional}
	g, ok := groupNames[f.Name]
	if !ok {
		return p, fault.Invalidf("unknown name %q; use %s", f.Name, strings.Join(slices.Sorted(maps.Keys(groupNames))[1:], ", "))
	}
	p.group = g
	p.words = newWordSet(f.Words)
	var err error
	if p.digits, err = parseLengths(f.Digits); err != nil {
		return p, err
	}
	p.longest = p.digits.longest()
	kinds := 0
	for _, has := range []bool{f.Text != "", f.Types, f.Prefix != "", len(f.Words) > 0 || f.Digits != ""} {
		if has {
			kinds++
		}
	}
	switch {
	case kinds != 1:
		return p, fault.Invalidf("give exactly one of text, types, prefix, or words and digits")
	case (f.Text == "") == (g == gNone):
		return p, fault.Invalidf("a text has no name, every other part has one")
	case (g == gYear || g == gSeq || g == gCheck) && (f.Digits == "" || len(f.Words) > 0 || f.Optional || p.digits.has(0)):
		return p, fault.Invalidf("%s is made of digits only and always there", f.Name)
	case (g == gYear || g == gCheck) && p.digits.single() == 0:
		return p, fault.Invalidf("%s needs one fixed number of digits", f.Name)
	case f.NoLeadingZero && g != gSeq:
		return p, fault.Invalidf("no_leading_zero belongs to the part named seq")
	case p.digits.longest() > 9 && (g == gSeq || g == gYear):
		return p, fault.Invalidf("%s has at most 9 digits", f.Name)
	}
	return p, nil
}

func newWordSet(words []string) wordSet {
	w := wordSet{words: make(map[string]struct{}, len(words))}
	for _, s := range words {
		if s == "" {
			continue
		}
		w.words[s] = struct{}{}
		if !slices.Contains(w.sizes, len(s)) {
			w.sizes = append(w.sizes, len(s))
		}
	}
	slices.Sort(w.sizes)
	slices.Reverse(w.sizes)
	return w
}

// parseLengths reads "4", "0|2|4" or "1-9".
func parseLengths(s string) (lengths, error) {
	var out lengths
	if s == "" {
		return 0, nil
	}
	bad := fault.Invalidf(`digits %q: write "4", "0|2|4" or "1-9", each at most 20`, s)
	for _, one := range strings.Split(s, "|") {
		a, b, isRange := strings.Cut(one, "-")
		if !isRange {
			b = a
		}
		from, err1 := strconv.Atoi(a)
		to, err2 := strconv.Atoi(b)
		if err1 != nil || err2 != nil || from < 0 || to < from || to > 20 {
			return 0, bad
		}
		for n := from; n <= to; n++ {
			out |= 1 << n
		}
	}
	return out, nil
}

// addTypes fills the table of type codes.
func (r *Registry) addTypes(categories []categoryFile) error {
	r.types = map[string]*TypeCode{}
	for _, c := range categories {
		for _, t := range c.Types {
			for _, code := range t.Codes {
				if code == "" || strings.ContainsAny(code, "0123456789") {
					return fault.Invalidf("category %s: type code %q is empty or has digits", c.No, code)
				}
				if r.types[code] != nil {
					return fault.Invalidf("category %s: type code %s is listed twice", c.No, code)
				}
				tc := TypeCode{Code: code, Category: c.No, Name: c.Name, Line: t.Line, Instance: t.Instance,
					Levels: t.Levels, SeqDigits: t.SeqDigits, Link: t.Link}
				r.types[code] = &tc
				r.typeOrder = append(r.typeOrder, tc)
				r.typeBytes = max(r.typeBytes, len(code))
			}
		}
	}
	return nil
}

// setCheck reads the rule for check digits.
func (r *Registry) setCheck(method string, over []string, remainder int, seen map[group]bool) error {
	switch method {
	case "":
		return nil
	case "mod97":
		r.check.modulus = 97
	default:
		return fault.Invalidf("check method %q is not known; use mod97", method)
	}
	r.check.remainder = remainder
	for _, name := range over {
		g := groupNames[name]
		if g == gNone || !seen[g] {
			return fault.Invalidf("check over %q: no part of the pattern has this name", name)
		}
		r.check.over = append(r.check.over, g)
	}
	if len(r.check.over) == 0 || r.check.over[len(r.check.over)-1] != gCheck {
		return fault.Invalidf("check over must end with the part named check")
	}
	return nil
}

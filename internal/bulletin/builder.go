package bulletin

import (
	"context"
	"fmt"
	"math/big"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"zhunsheng/internal/civil"
	"zhunsheng/internal/docket"
	"zhunsheng/internal/document"
	"zhunsheng/internal/indicator"
)

// builder grows a document part by part. The first error stops all later work and is returned
// by build; methods may be called regardless.
type builder struct {
	ctx     context.Context
	src     Source
	book    *indicator.Book
	words   *Wording
	skel    *Skeleton
	brief   Brief
	lang    string
	set     string // the official set in force
	early   bool   // the period is before the first day of the set
	subject string // court whose figures sentences state; empty: all
	err     error

	out    Edition
	annex  bool // parts go behind the signature
	bound  map[string]int
	cache  map[string]grid
	names  map[string]int // sentences so far by place, for their ids
	place  string         // the block being built
	found  []finding
	sought bool            // findings were looked for
	shares map[string]bool // see proportion
	checks []check
}

// figure is a computed figure with what is needed to ask for it again.
type figure struct {
	indicator.Figure
	set, unit string
	by        []string
	only      string   // name of a further limit, e.g. level:4
	courts    []string // its courts
}

// grid holds the figures of one question by group and key.
type grid struct {
	groups []string
	of     map[string]map[string]figure
}

func (g grid) get(group, key string) figure { return g.of[group][key] }

// group joins the values of the grouping fields; no value of a field holds a blank.
func group(of ...string) string { return strings.Join(of, " ") }

func (b *builder) fail(err error) {
	if b.err == nil {
		b.err = err
	}
}

func (b *builder) label(id string) string { return b.words.label(id, b.lang) }

// ask computes indicators by fields, for the subject where the document has one. The groups
// are the values of the fields asked for, without the subject.
func (b *builder) ask(set string, p civil.Period, by []string, keys ...string) grid {
	return b.askAbout(b.subject, set, p, by, keys...)
}

// askAll computes indicators for everything the source shows.
func (b *builder) askAll(set string, p civil.Period, by []string, keys ...string) grid {
	return b.askAbout("", set, p, by, keys...)
}

func (b *builder) askAbout(court, set string, p civil.Period, by []string, keys ...string) grid {
	return b.compute(question{court: court, set: set, period: p, by: by, keys: keys})
}

// question is one request for figures.
type question struct {
	court, set string
	period     civil.Period
	by, keys   []string
	only       string   // name of the limit to courts
	courts     []string // nil: all
}

// compute asks the source once for each different question.
func (b *builder) compute(q question) grid {
	out := grid{of: map[string]map[string]figure{}}
	if b.err != nil {
		return out
	}
	name := fmt.Sprint(q)
	if g, ok := b.cache[name]; ok {
		return g
	}
	req := indicator.Request{Set: q.set, Indicators: q.keys, Period: q.period, By: q.by}
	if q.court != "" {
		req.By = append([]string{"court"}, q.by...)
		req.Filter = indicator.Match(map[string]string{"court": q.court})
	}
	if q.courts != nil {
		field, _ := docket.FieldIndex("court")
		req.Filter = &indicator.Pred{Op: indicator.TextIn, Field: field, Set: q.courts}
	}
	figures, err := b.src.Compute(b.ctx, req)
	if err != nil {
		b.fail(fmt.Errorf("figures of %s by %v for %s: %w", q.set, req.By, q.period, err))
		return out
	}
	for _, f := range figures {
		in, err := b.book.Find(q.set, f.Indicator)
		if err != nil {
			b.fail(err)
			return out
		}
		of := f.By
		if q.court != "" {
			of = of[1:]
		}
		g := group(of...)
		if out.of[g] == nil {
			out.of[g] = map[string]figure{}
			out.groups = append(out.groups, g)
		}
		out.of[g][f.Indicator] = figure{Figure: f, set: q.set, unit: in.Unit, by: req.By, only: q.only, courts: q.courts}
	}
	b.cache[name] = out
	return out
}

// when resolves the period a slot names.
func (b *builder) when(name string) civil.Period {
	p := b.brief.Period
	switch name {
	case "year":
		return civil.Period{From: civil.NewDate(p.To.Year(), 1, 1), To: p.To}
	case "before":
		return p.Shift(-12)
	case "prior":
		return p.Preceding()
	case "start":
		day := p.From.AddDays(-1)
		return civil.Period{From: day, To: day}
	}
	return p
}

// one is a single figure of the document's subject.
func (b *builder) one(set, key string, p civil.Period) figure {
	return b.ask(set, p, nil, key).get("", key)
}

// bind keeps a figure among those of the document and returns its id.
func (b *builder) bind(f figure) string {
	p := Printed{Text: printValue(b.lang, f.unit, f.Value), Unit: f.unit, Set: f.set, Indicator: f.Indicator, Version: f.Version, Period: f.Period.String(),
		Of: f.By, Only: f.courts, Status: f.Status, Numerator: decimal(f.Numerator), Divisor: decimal(f.Denominator), Value: decimal(f.Value)}
	if len(f.By) > 0 {
		p.By = f.by
	}
	id := append([]string{f.set, f.Indicator, p.Period}, f.By...)
	if f.only != "" {
		id = append(id, f.only)
	}
	p.ID = strings.Join(id, "/")
	return b.keep(p)
}

// keep adds a figure once.
func (b *builder) keep(p Printed) string {
	if _, have := b.bound[p.ID]; !have {
		b.bound[p.ID] = len(b.out.Figures)
		b.out.Figures = append(b.out.Figures, p)
	}
	return p.ID
}

// show prints a figure.
func (b *builder) show(f figure) slot {
	return slot{text: printValue(b.lang, f.unit, f.Value), figures: []string{b.bind(f)}, unit: f.unit, one: f.Value != nil && f.Value.Cmp(big.NewRat(1, 1)) == 0}
}

// derive prints a number calculated from other figures by a named rule.
func (b *builder) derive(rule, unit string, v *big.Rat, from ...string) slot {
	p := Printed{Text: printValue(b.lang, unit, v), Unit: unit, Rule: rule, From: from, Value: decimal(v), Period: b.brief.Period.String(), Status: "derived"}
	p.ID = rule + "(" + strings.Join(from, ", ") + ")"
	return slot{text: p.Text, figures: []string{b.keep(p)}, unit: unit, one: v != nil && v.Cmp(big.NewRat(1, 1)) == 0}
}

// model prints a number that a statistical model gives: a limit, a mean, a forecast. about
// tells it from others of its rule.
func (b *builder) model(rule, about, unit string, v float64, from ...string) slot {
	r := new(big.Rat)
	if r.SetFloat64(v) == nil {
		return slot{text: "–"}
	}
	if unit == "count" {
		r, _ = new(big.Rat).SetString(indicator.RoundHalfUp(r, 0))
	}
	p := Printed{Text: printValue(b.lang, unit, r), Unit: unit, Rule: rule, From: from, Value: decimal(r), Period: b.brief.Period.String(), Status: "model"}
	p.ID = rule + "(" + about + ")"
	return slot{text: p.Text, figures: []string{b.keep(p)}, unit: unit}
}

func decimal(r *big.Rat) string {
	if r == nil {
		return ""
	}
	return indicator.FormatRat(r)
}

// phrase fills a form without ending a sentence.
func (b *builder) phrase(id string, w words) slot {
	f := b.words.forms[id][b.lang]
	if f == nil {
		b.fail(fmt.Errorf("no sentence form %q", id))
		return slot{}
	}
	var out slot
	var text strings.Builder
	for _, p := range f.pieces {
		s := slot{text: p.lit}
		switch {
		case p.word != "":
			s = b.word(p, w)
		case p.set != "":
			s = b.figureSlot(p)
		}
		text.WriteString(s.text)
		out.figures = append(out.figures, s.figures...)
	}
	out.text = text.String()
	return out
}

// word resolves a slot that is no figure of the catalogue.
func (b *builder) word(p piece, w words) slot {
	s, given := w[p.word]
	if !given {
		s = word(b.baseWord(p.word))
	}
	if p.as == "cases" {
		s = b.counted(s)
	}
	return s
}

// counted adds the counting noun: 1 case, 7 cases, 7件.
func (b *builder) counted(s slot) slot {
	noun := b.label("cases")
	if s.one {
		noun = b.label("case")
	}
	s.text += noun
	return s
}

// figureSlot prints a figure as a slot names it.
func (b *builder) figureSlot(p piece) slot {
	now := b.one(p.set, p.key, b.when(p.when))
	switch p.as {
	case "cases":
		return b.counted(b.show(now))
	case "change":
		return b.change(now, b.one(p.set, p.key, b.when(p.when).Shift(-12)), "year")
	case "change_prior":
		return b.change(now, b.one(p.set, p.key, b.when(p.when).Preceding()), "prior")
	}
	return b.show(now)
}

// baseWord is a word that every sentence may use.
func (b *builder) baseWord(name string) string {
	p := b.brief.Period
	switch name {
	case "period":
		return periodName(b.lang, p)
	case "year_to_date":
		return periodName(b.lang, b.when("year"))
	case "place":
		return b.brief.Place
	case "org":
		return b.brief.Org
	case "day":
		return dayName(b.lang, p.To)
	case "data_day":
		return dayName(b.lang, b.brief.DataDay)
	case "start_day":
		return dayName(b.lang, b.when("start").To)
	case "batch":
		return fmt.Sprint(b.brief.Batch)
	case "set":
		return b.set
	}
	return ""
}

// sentence fills a form and keeps it as a sentence of the block being built.
func (b *builder) sentence(id string, w words) string {
	s, plain := b.phrase(id, w), b.plainOf(id, w)
	for i, p := range plain {
		if strings.HasPrefix(s.text, p) {
			plain[i] = capital(p)
		}
	}
	return b.state(Sentence{Form: id, Text: capital(s.text), Figures: s.figures, Plain: plain})
}

// capital writes the first letter large: an English name may begin a sentence.
func capital(s string) string {
	if first, n := utf8.DecodeRuneInString(s); unicode.IsLower(first) {
		return string(unicode.ToUpper(first)) + s[n:]
	}
	return s
}

// state keeps a sentence under the next id of the block being built.
func (b *builder) state(s Sentence) string {
	b.names[b.place]++
	s.ID = fmt.Sprintf("%s.%d", b.place, b.names[b.place])
	b.out.Sentences = append(b.out.Sentences, s)
	return s.ID
}

// plainOf lists the texts of a filled form that hold digits but are no figures.
func (b *builder) plainOf(id string, w words) []string {
	var out []string
	add := func(s string) {
		if strings.ContainsAny(s, "0123456789") && !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	for _, p := range b.words.forms[id][b.lang].pieces {
		for _, s := range digitsIn.FindAllString(p.lit, -1) {
			add(s)
		}
		if p.word == "" {
			continue
		}
		if s, given := w[p.word]; !given {
			add(b.baseWord(p.word))
		} else if s.plain {
			add(s.text)
		}
	}
	return out
}

// say adds a paragraph of one sentence.
func (b *builder) say(form string, w words) { b.paragraph(b.sentence(form, w)) }

func (b *builder) paragraph(ids ...string) { b.add(Part{Says: ids}) }

func (b *builder) heading(level int, text string) {
	b.add(Part{Level: level, Says: []string{b.state(Sentence{Text: text, Plain: digitsIn.FindAllString(text, -1)})}})
}

func (b *builder) add(p Part) {
	if b.annex {
		b.out.Annex = append(b.out.Annex, p)
	} else {
		b.out.Body = append(b.out.Body, p)
	}
}

// sheet begins a sheet of the appendix with the notes that stand above every table.
func (b *builder) sheet(name string, heads ...string) document.Sheet {
	s := document.Sheet{Name: name, Notes: b.notes()}
	for _, h := range heads {
		s.Columns = append(s.Columns, document.Column{Title: h, Width: 14})
	}
	return s
}

func (b *builder) notes() []string { return []string{b.phrase("sheet.note", nil).text} }

func (b *builder) addSheet(s document.Sheet) {
	b.out.Appendix.Sheets = append(b.out.Appendix.Sheets, s)
}

// cell prints a figure in a table.
func (b *builder) cell(f figure) Cell {
	s := b.show(f)
	return Cell{Text: s.text, Figure: s.figures[0]}
}

// number is a typed cell of a value.
func number(r *big.Rat) any {
	if r == nil {
		return nil
	}
	f, _ := r.Float64()
	return f
}

// name shows the id of a grouping field in words.
func (b *builder) name(field, id string) string { return b.brief.Name(field, id) }

// called names a value inside a sentence: a bare code gets the word of its field in front.
func (b *builder) called(field, id string) string {
	name := b.name(field, id)
	if name == id && (field == "court" || field == "cause") {
		return b.label("code."+field) + id
	}
	return name
}

// courtCodes are the document's courts in administrative order.
func (b *builder) courtCodes() []string {
	out := make([]string, len(b.brief.Courts))
	for i, c := range b.brief.Courts {
		out[i] = c.Code
	}
	return out
}

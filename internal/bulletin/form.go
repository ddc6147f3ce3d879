package bulletin

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"regexp"
	"slices"
	"strings"

	"zhunsheng/internal/fault"
	"zhunsheng/internal/indicator"
	"zhunsheng/internal/statute"
)

// Wording is how documents speak: the sentence forms and labels of rules/bulletins/forms.yaml,
// which a court adapts to its own manner without touching the program.
type Wording struct {
	forms  map[string]map[string]*form // id → language
	labels map[string]statute.Text
}

// form is a sentence with named slots in one language.
type form struct {
	id     string
	pieces []piece
}

// piece is literal text or one slot: a word that the program or the place in the document
// gives, or a figure of the catalogue.
type piece struct {
	lit      string
	word     string // {court}
	set, key string // {volume.filed}
	when     string // {volume.filed@before}
	as       string // {volume.filed|change}
}

// The words every sentence may use.
var baseWords = []string{"period", "year_to_date", "place", "org", "day", "data_day", "start_day", "batch", "set"}

// The periods a figure may be asked for: its own, the year so far, the same period of last year,
// the period before, the day before the period.
var slotWhens = []string{"now", "year", "before", "prior", "start"}

// The manners of printing a figure: with its counting noun, as a change against last year or
// against the period before.
var slotManners = []string{"cases", "change", "change_prior"}

var slotPattern = regexp.MustCompile(`^(?:([a-z0-9-]+)\.([a-z0-9_]+)|([a-z_]+))(?:@([a-z]+))?(?:\|([a-z_]+))?$`)

// LoadWording reads rules/bulletins/forms.yaml and checks every slot: an unknown word or
// figure is an error with its file, line and column.
func LoadWording(fsys fs.FS, book *indicator.Book) (*Wording, error) {
	const name = "bulletins/forms.yaml"
	var file struct {
		Labels statute.Entries[statute.Text] `yaml:"labels"`
		Forms  statute.Entries[struct {
			Zh statute.Placed `yaml:"zh"`
			En statute.Placed `yaml:"en"`
		}] `yaml:"forms"`
	}
	if err := statute.Decode(fsys, name, &file); err != nil {
		return nil, err
	}
	w := &Wording{forms: map[string]map[string]*form{}, labels: map[string]statute.Text{}}
	var faults []error
	for _, l := range file.Labels {
		if w.labels[l.Key.Text] = l.Value; l.Value.Zh == "" || l.Value.En == "" {
			faults = append(faults, fault.At(statute.Place(name, l.Key.Line, l.Key.Column), fmt.Sprintf("label %s lacks a language", l.Key), "give zh and en"))
		}
	}
	for _, f := range file.Forms {
		id := f.Key.Text
		if w.forms[id] != nil {
			faults = append(faults, fault.At(statute.Place(name, f.Key.Line, f.Key.Column), fmt.Sprintf("form %s stands twice", id), "keep one"))
		}
		w.forms[id] = map[string]*form{}
		for lang, text := range map[string]statute.Placed{"zh": f.Value.Zh, "en": f.Value.En} {
			if text.IsZero() {
				faults = append(faults, fault.At(statute.Place(name, f.Key.Line, f.Key.Column), fmt.Sprintf("form %s lacks %s", id, lang), "write the sentence in both languages"))
				continue
			}
			parsed, err := parseForm(name, id, text, book)
			if err != nil {
				faults = append(faults, err)
			}
			w.forms[id][lang] = parsed
		}
	}
	return w, errors.Join(append(faults, w.complete(name)...)...)
}

// complete reports the forms and labels that the program needs and the file does not have.
func (w *Wording) complete(name string) []error {
	var faults []error
	for _, id := range slices.Sorted(maps.Keys(formWords)) {
		if w.forms[id] == nil {
			faults = append(faults, fault.At(name, fmt.Sprintf("form %s is missing", id), "documents need it: restore it from the original file"))
		}
	}
	for _, id := range labelIDs {
		if _, ok := w.labels[id]; !ok {
			faults = append(faults, fault.At(name, fmt.Sprintf("label %s is missing", id), "documents need it: restore it from the original file"))
		}
	}
	return faults
}

// parseForm splits a sentence into literal text and slots and checks the slots.
func parseForm(file, id string, text statute.Placed, book *indicator.Book) (*form, error) {
	f := &form{id: id}
	var faults []error
	rest, column := text.Text, 0
	bad := func(what, remedy string) {
		line, col := text.At(1, column)
		faults = append(faults, fault.At(statute.Place(file, line, col), fmt.Sprintf("form %s: %s", id, what), remedy))
	}
	for rest != "" {
		open := strings.IndexByte(rest, '{')
		if open < 0 {
			f.pieces = append(f.pieces, piece{lit: rest})
			break
		}
		if open > 0 {
			f.pieces = append(f.pieces, piece{lit: rest[:open]})
		}
		column += len([]rune(rest[:open]))
		end := strings.IndexByte(rest[open:], '}')
		if end < 0 {
			bad("a slot is not closed", "write }")
			break
		}
		slot := rest[open+1 : open+end]
		p, what, remedy := parseSlot(id, slot, book)
		if what != "" {
			bad(what, remedy)
		}
		f.pieces = append(f.pieces, p)
		column += len([]rune(slot)) + 2
		rest = rest[open+end+1:]
	}
	return f, errors.Join(faults...)
}

// parseSlot reads what stands between braces; what is empty when it is sound.
func parseSlot(id, slot string, book *indicator.Book) (p piece, what, remedy string) {
	m := slotPattern.FindStringSubmatch(slot)
	if m == nil {
		return p, fmt.Sprintf("{%s} is no slot", slot), "write {word}, {set.figure}, {set.figure@before} or {set.figure|change}"
	}
	p = piece{set: m[1], key: m[2], word: m[3], when: m[4], as: m[5]}
	if p.as != "" && !slices.Contains(slotManners, p.as) {
		return p, fmt.Sprintf("{%s}: %q is no manner of printing", slot, p.as), "use " + strings.Join(slotManners, ", ")
	}
	if p.word != "" {
		words := append(slices.Clone(baseWords), formWords[id]...)
		switch {
		case !slices.Contains(words, p.word):
			return p, fmt.Sprintf("unknown slot {%s}", slot), "this sentence may use " + strings.Join(words, ", ") + ", or a figure as {set.key}"
		case p.when != "" || p.as != "" && p.as != "cases":
			return p, fmt.Sprintf("{%s}: a word has no period and no change", slot), "use a figure {set.key}"
		}
		return p, "", ""
	}
	if p.when == "" {
		p.when = "now"
	}
	if !slices.Contains(slotWhens, p.when) {
		return p, fmt.Sprintf("{%s}: %q is no period", slot, p.when), "use " + strings.Join(slotWhens, ", ")
	}
	if _, err := book.Find(p.set, p.key); err != nil {
		return p, fmt.Sprintf("unknown figure {%s}", slot), "`zhunsheng indicators list` shows sets and keys"
	}
	return p, "", ""
}

// label is a fixed word or phrase.
func (w *Wording) label(id, lang string) string { return w.labels[id].In(lang) }

// slot is the content of a place in a sentence.
type slot struct {
	text    string
	figures []string // ids, in the order of the text
	plain   bool     // the text may hold digits that are no figures
	unit    string   // of a single figure
	one     bool     // the figure is exactly one
}

func word(s string) slot { return slot{text: s, plain: true} }

// words are the slots that a place in a document gives to a sentence.
type words map[string]slot

// digitsIn finds the numbers written in a form itself, with some text around them.
var digitsIn = regexp.MustCompile(`\D{0,6}\d+(?:\.\d+)?%?\D{0,6}`)

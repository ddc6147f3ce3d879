package ui

import (
	"embed"
	"fmt"
	"maps"
	"slices"

	"github.com/nicksnyder/go-i18n/v2/i18n"
	"golang.org/x/text/language"

	"zhunsheng/internal/statute"
)

//go:embed locale/*.json
var locales embed.FS

// The languages of the product; the first is the default.
const (
	Chinese = "zh-CN"
	English = "en"
)

// Words speaks one language.
type Words struct {
	Lang string
	loc  *i18n.Localizer
}

// Dictionary holds the messages of all languages.
type Dictionary struct{ speakers map[string]*i18n.Localizer }

// NewDictionary reads the embedded messages.
func NewDictionary() (*Dictionary, error) {
	bundle := i18n.NewBundle(language.SimplifiedChinese)
	d := &Dictionary{speakers: map[string]*i18n.Localizer{}}
	for lang, file := range map[string]string{Chinese: "locale/active.zh-CN.json", English: "locale/active.en.json"} {
		if _, err := bundle.LoadMessageFileFS(locales, file); err != nil {
			return nil, fmt.Errorf("messages %s: %w", file, err)
		}
		d.speakers[lang] = i18n.NewLocalizer(bundle, lang)
	}
	return d, nil
}

// Speak returns the words of a language, Chinese for one it does not know.
func (d *Dictionary) Speak(lang string) Words {
	if _, ok := d.speakers[lang]; !ok {
		lang = Chinese
	}
	return Words{Lang: lang, loc: d.speakers[lang]}
}

// T returns a message. Values for its {{.Name}} places come in pairs; a message that does
// not exist shows its id in brackets, which a test looks for.
func (w Words) T(id string, pairs ...any) string {
	data := make(map[string]any, len(pairs)/2)
	for i := 0; i+1 < len(pairs); i += 2 {
		data[fmt.Sprint(pairs[i])] = pairs[i+1]
	}
	return w.say(&i18n.LocalizeConfig{MessageID: id, TemplateData: data})
}

// N returns a message that depends on a number; {{.N}} is the number with separators.
func (w Words) N(id string, n int64, pairs ...any) string {
	data := map[string]any{"N": Count(n)}
	for i := 0; i+1 < len(pairs); i += 2 {
		data[fmt.Sprint(pairs[i])] = pairs[i+1]
	}
	return w.say(&i18n.LocalizeConfig{MessageID: id, TemplateData: data, PluralCount: n})
}

func (w Words) say(c *i18n.LocalizeConfig) string {
	s, err := w.loc.Localize(c)
	if s == "" && err != nil {
		return "⟦" + c.MessageID + "⟧"
	}
	return s
}

// Has reports whether a message exists, for words that come from data (codes, states).
func (w Words) Has(id string) bool {
	_, err := w.loc.Localize(&i18n.LocalizeConfig{MessageID: id})
	return err == nil
}

// Code returns the word for a code of a vocabulary, the code itself where there is none.
func (w Words) Code(kind, code string) string {
	if code == "" {
		return ""
	}
	if id := kind + "." + code; w.Has(id) {
		return w.T(id)
	}
	return code
}

// Pick returns the phrase in the page's language.
func (w Words) Pick(t statute.Text) string { return t.In(w.Lang) }

// SortedKeys lists the keys of a map in byte order.
func SortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

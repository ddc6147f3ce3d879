package app

import (
	"context"
	"slices"
	"strings"

	"zhunsheng/internal/bulletin"
	"zhunsheng/internal/calendar"
	"zhunsheng/internal/document"
	"zhunsheng/internal/fault"
	"zhunsheng/internal/signal"
	"zhunsheng/internal/store"
	"zhunsheng/web/page/cases"
)

// DocumentKinds are the kinds of documents that can be built.
var DocumentKinds = bulletin.Kinds

// registries are the case-number registries of the mappings by which the ledger was filled up
// to a batch, sorted: they tell which official indicators make sense.
func (a *App) registries(ctx context.Context, last int64) ([]string, error) {
	all, err := a.importer.Mappings(ctx)
	if err != nil {
		return nil, err
	}
	batches, err := a.store.Batches(ctx)
	if err != nil {
		return nil, err
	}
	var out []string
	for _, b := range batches {
		m := all[b.Mapping]
		if b.State == store.Committed && b.ID <= last && m != nil && !slices.Contains(out, m.Registry) {
			out = append(out, m.Registry)
		}
	}
	slices.Sort(out)
	return out, nil
}

// model loads what the document of the basis is built by: the wording and the skeleton.
func (b basis) model() (*bulletin.Wording, *bulletin.Skeleton, error) {
	if b.words != nil {
		return b.words, b.skel, nil
	}
	words, err := bulletin.LoadWording(b.app.cfg.Rules, b.book)
	if err != nil {
		return nil, nil, err
	}
	skel, err := bulletin.LoadSkeleton(b.app.cfg.Rules, b.recipe.Kind, words, b.book)
	return words, skel, err
}

// chinese is the registry of the case numbers of Chinese courts.
const chinese = "cn"

// workingDays explains months by the working days and festivals of Chinese courts; a ledger of
// another place has the days of the week only.
func (b basis) workingDays(step signal.Step, at []int) (rows map[int][]float64, likely []float64, err error) {
	if !slices.Contains(b.recipe.Registries, chinese) {
		return signal.Weekdays(step, at), nil, nil
	}
	return Regressors(b.app.cfg.Rules, calendar.National, step, at)
}

// addressee names whom a document goes to: the courts it was issued to, or where nobody chose
// yet, and where all were chosen, what the kind has. Minutes have no 主送.
func (l *lists) addressee(kind, court string, sent []string, lang string) string {
	name := l.courtName(court)
	en := lang == "en"
	switch {
	case kind == "minutes":
		return ""
	case len(sent) > 0 && (court != "" || len(sent) < len(l.receivers())):
		return l.namesOf(sent, lang)
	case kind == "special":
		return ""
	case kind == "notice" && court != "":
		return name
	case court == "" && en:
		return "All courts"
	case court == "":
		return "各基层人民法院，本院各部门"
	case en:
		return "All divisions"
	}
	return "本院各部门"
}

// receivers are the courts that a document of the city may be issued to: all but the first, which
// issues it.
func (l *lists) receivers() []string {
	var out []string
	for i, c := range l.courts {
		if i > 0 || len(l.courts) == 1 {
			out = append(out, c.Code)
		}
	}
	return out
}

// namesOf lists courts in administrative order.
func (l *lists) namesOf(courts []string, lang string) string {
	names := make([]string, len(courts))
	for i, c := range slices.SortedFunc(slices.Values(courts), l.compare) {
		names[i] = l.courtName(c)
	}
	if lang == "en" {
		return strings.Join(names, ", ")
	}
	return strings.Join(names, "、")
}

func (l *lists) courtName(court string) string {
	if n := l.court[court].Name; n != "" {
		return n
	}
	return court
}

// office is the issuing office: that of the highest court on the list.
func (l *lists) office(lang string) string {
	name := "审判管理办公室"
	if lang == "en" {
		name = "Trial Management Office"
	}
	if len(l.courts) == 0 {
		return name
	}
	if lang == "en" {
		return name + ", " + l.courts[0].Name
	}
	return l.courts[0].Name + name
}

// place names whose figures a document prints.
func (l *lists) place(court, lang string) string {
	if court != "" {
		return l.courtName(court)
	}
	if lang == "en" {
		return "all courts"
	}
	if len(l.courts) == 0 {
		return "全市法院"
	}
	for _, end := range []string{"中级人民法院", "人民法院"} {
		if s, ok := strings.CutSuffix(l.courts[0].Name, end); ok {
			return s + "两级法院"
		}
	}
	return l.courts[0].Name
}

// nameIn is the name of a grouping field's value in a language; ids without a name stay as
// they are.
func (a *App) nameIn(l *lists, field, id, lang string) string {
	own := []string{"court", "division", "judge", "cause"} // named by the office, in its own language
	if lang == "en" && !slices.Contains(own, field) {
		return a.words.Name(field, id, lang)
	}
	return a.name(l, field, id)
}

// caseList prints the case rows of a document.
func (b basis) caseList(name string, rows []bulletin.Listed) document.Sheet {
	shown := make([]cases.Row, len(rows))
	for i, r := range rows {
		shown[i] = cases.Row{ID: r.ID, Case: r.Case, Reason: r.Reason}
	}
	return b.app.caseSheet(b.lists, name, shown, b.recipe.Lang)
}

// checkLang refuses a language documents are not written in.
func checkLang(lang string) error {
	if lang != "" && lang != "zh" && lang != "en" {
		return fault.At("lang", lang+" is no language of documents", "use zh or en")
	}
	return nil
}

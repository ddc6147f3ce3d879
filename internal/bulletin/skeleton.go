package bulletin

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strings"

	"zhunsheng/internal/civil"
	"zhunsheng/internal/document"
	"zhunsheng/internal/fault"
	"zhunsheng/internal/indicator"
	"zhunsheng/internal/statute"
)

// Kinds are the documents that can be built, each with its skeleton in rules/bulletins.
var Kinds = []string{"monthly", "quarterly", "special", "notice", "minutes"}

// Skeleton is the shape of a kind of document, from rules/bulletins.
type Skeleton struct {
	ID       string         `yaml:"id"`
	Title    statute.Text   `yaml:"title"`
	Style    document.Style `yaml:"style"`
	Masthead statute.Text   `yaml:"masthead"` // name of the series in the house form
	Subject  string         `yaml:"subject"`  // court: the document is about one court, seen against all
	Sets     []struct {
		From     civil.Date     `yaml:"-"`
		Day      statute.Placed `yaml:"from"`
		Set      statute.Placed `yaml:"set"`
		Registry string         `yaml:"registry"` // only for ledgers with case numbers of this registry; empty: for the others
	} `yaml:"sets"`
	Lines []string  `yaml:"lines"`
	Body  []element `yaml:"body"`
	Annex []element `yaml:"annex"`
	Lists []struct {
		Name      statute.Text   `yaml:"name"`
		Set       string         `yaml:"set"`
		Indicator statute.Placed `yaml:"indicator"`
		Side      indicator.Side `yaml:"side"`
		Unless    indicator.Side `yaml:"unless"`
	} `yaml:"lists"`
	DueDays int `yaml:"due_days"` // days until a suggestion or reply is due
}

// element is one part of a skeleton: a heading, sentences of one paragraph, or a block that the
// program fills.
type element struct {
	Heading statute.Text     `yaml:"heading"`
	Level   int              `yaml:"level"`
	Say     []statute.Placed `yaml:"say"`
	Block   statute.Placed   `yaml:"block"`
	Of      string           `yaml:"of"`   // which group, for blocks that have one
	When    statute.Placed   `yaml:"when"` // condition under which the part stands
}

// conditions decide whether a part of a skeleton stands.
var conditions = map[string]func(b *builder) bool{
	"many_courts":  func(b *builder) bool { return len(b.brief.Courts) > 1 && b.subject == "" },
	"part_of_year": func(b *builder) bool { return b.when("year") != b.brief.Period },
	"early":        func(b *builder) bool { return b.early },
	"has_judges":   func(b *builder) bool { return b.one("volume", "closed_per_judge", b.brief.Period).Value != nil },
	"no_judges":    func(b *builder) bool { return b.one("volume", "closed_per_judge", b.brief.Period).Value == nil },
	"has_evidence": func(b *builder) bool { return len(b.brief.Evidence) > 0 },
}

func positive(f figure) bool { return f.Value != nil && f.Value.Sign() > 0 }

// LoadSkeleton reads rules/bulletins/<kind>.yaml and checks it against the wording and the
// catalogue: an unknown block, form, set, figure or condition is an error with its place.
func LoadSkeleton(fsys fs.FS, kind string, w *Wording, book *indicator.Book) (*Skeleton, error) {
	if !slices.Contains(Kinds, kind) {
		return nil, fault.At("kind", fmt.Sprintf("no document of kind %q", kind), "use "+strings.Join(Kinds, ", "))
	}
	name := "bulletins/" + kind + ".yaml"
	if _, err := fs.Stat(fsys, name); err != nil {
		return nil, fault.Invalidf("no document of kind %q in rules/bulletins", kind)
	}
	var s Skeleton
	if err := statute.Decode(fsys, name, &s); err != nil {
		return nil, err
	}
	return &s, s.check(name, w, book)
}

func (s *Skeleton) check(name string, w *Wording, book *indicator.Book) error {
	var faults []error
	bad := func(at statute.Placed, what, remedy string) {
		faults = append(faults, fault.At(statute.Place(name, at.Line, at.Column), what, remedy))
	}
	if len(s.Sets) == 0 {
		faults = append(faults, fault.At(name, "no indicator set", "name at least one under sets"))
	}
	for i := range s.Sets {
		x := &s.Sets[i]
		var err error
		if x.From, err = civil.ParseDate(x.Day.Text); err != nil {
			bad(x.Day, err.Error(), "write YYYY-MM-DD")
		}
		if !slices.Contains(book.Sets(), x.Set.Text) {
			bad(x.Set, fmt.Sprintf("unknown indicator set %q", x.Set), "there are "+strings.Join(book.Sets(), ", "))
		}
	}
	for _, e := range append(slices.Clone(s.Body), s.Annex...) {
		for _, f := range e.Say {
			if w.forms[f.Text] == nil {
				bad(f, fmt.Sprintf("unknown sentence form %q", f), "forms stand in rules/bulletins/forms.yaml")
			} else if len(formWords[f.Text]) > 0 {
				bad(f, fmt.Sprintf("the form %q is filled by a block and cannot be said by itself", f), "name the block, or a form with general slots only")
			}
		}
		if !e.Block.IsZero() && blocksByName[e.Block.Text] == nil {
			bad(e.Block, fmt.Sprintf("unknown block %q", e.Block), "there are "+strings.Join(slices.Sorted(maps.Keys(blocksByName)), ", "))
		}
		if !e.When.IsZero() && conditions[e.When.Text] == nil {
			bad(e.When, fmt.Sprintf("unknown condition %q", e.When), "there are "+strings.Join(slices.Sorted(maps.Keys(conditions)), ", "))
		}
	}
	for _, l := range s.Lists {
		if !s.knows(book, l.Set, l.Indicator.Text) {
			bad(l.Indicator, fmt.Sprintf("unknown figure %s.%s", l.Set, l.Indicator), "`zhunsheng indicators list` shows sets and keys")
		}
	}
	return errors.Join(faults...)
}

// knows tells whether a figure of a list exists; the set named official stands for any of the
// skeleton's sets.
func (s *Skeleton) knows(book *indicator.Book, set, key string) bool {
	sets := []string{set}
	if set == official {
		sets = nil
		for _, x := range s.Sets {
			sets = append(sets, x.Set.Text)
		}
	}
	return slices.ContainsFunc(sets, func(set string) bool { _, err := book.Find(set, key); return err == nil })
}

// official is the name lists use for the indicator set in force.
const official = "official"

// choose is the indicator set in force on a day for a ledger with these case-number
// registries; before the first one, the first: an earlier period is then measured by later
// definitions, and the document says so.
func (s *Skeleton) choose(day civil.Date, registries []string) (set string, early bool) {
	own := func(registry string) bool { return registry != "" && slices.Contains(registries, registry) }
	wanted := func(string) bool { return true }
	if slices.ContainsFunc(registries, func(r string) bool {
		for _, x := range s.Sets {
			if x.Registry == r {
				return true
			}
		}
		return false
	}) {
		wanted = own
	} else if len(registries) > 0 {
		wanted = func(registry string) bool { return registry == "" }
	}
	for _, x := range s.Sets {
		if !wanted(x.Registry) {
			continue
		}
		if set == "" {
			set, early = x.Set.Text, true
		}
		if day >= x.From {
			set, early = x.Set.Text, false
		}
	}
	return set, early
}

// Build makes a document of a kind from figures.
func Build(ctx context.Context, src Source, book *indicator.Book, w *Wording, skel *Skeleton, brief Brief) (*Edition, error) {
	b := &builder{ctx: ctx, src: src, book: book, words: w, skel: skel, brief: brief, lang: brief.Lang,
		bound: map[string]int{}, cache: map[string]grid{}, names: map[string]int{}, shares: map[string]bool{}}
	if b.lang == "" {
		b.lang = "zh"
	}
	if brief.Court != "" {
		b.subject = brief.Court
	}
	if skel.Subject == "court" && brief.Court == "" {
		return nil, fault.At("court", "this kind of document is about one court", "name it")
	}
	b.set, b.early = skel.choose(brief.Period.To, brief.Registries)
	if b.empty() {
		return nil, fault.At("period", "the ledger holds no case of "+brief.Period.String(), "choose a period it reaches")
	}
	b.elements(skel.Body)
	b.annex = true
	b.elements(skel.Annex)
	b.annex = false
	b.lists()
	b.findingLists()
	b.checkSheet()
	b.finish()
	if b.err != nil {
		return nil, b.err
	}
	return &b.out, nil
}

// elements builds parts of the skeleton in turn.
func (b *builder) elements(list []element) {
	for _, e := range list {
		if b.err != nil {
			return
		}
		if !e.When.IsZero() && !conditions[e.When.Text](b) {
			continue
		}
		switch {
		case !e.Heading.IsZero():
			b.place = "heading"
			b.heading(max(e.Level, 1), e.Heading.In(b.lang))
		case !e.Block.IsZero():
			b.place = strings.TrimSuffix(e.Block.Text+"."+e.Of, ".")
			blocksByName[e.Block.Text](b, e.Of)
		default:
			var ids []string
			for _, f := range e.Say {
				b.place = f.Text
				ids = append(ids, b.sentence(f.Text, nil))
			}
			b.paragraph(ids...)
		}
	}
}

// finish writes what stands above and below the text.
func (b *builder) finish() {
	title := strings.NewReplacer("{place}", b.brief.Place, "{period}", periodName(b.lang, b.brief.Period), "{court}", b.called("court", b.brief.Court))
	o := &b.out
	o.Kind, o.Lang, o.Title = b.skel.ID, b.lang, title.Replace(b.skel.Title.In(b.lang))
	o.Head = Head{Style: b.skel.Style, Masthead: b.skel.Masthead.In(b.lang), Org: b.brief.Org, Date: b.dated(b.brief.Issued), To: b.brief.To}
	o.Head.IssueNo = b.phrase("head.period", nil).text
	if b.brief.Issue > 0 {
		o.Head.IssueNo = b.phrase("head.issue", words{"n": word(fmt.Sprint(b.brief.Issue))}).text
	}
	if b.skel.Style != document.Minutes {
		o.Head.Signer = b.brief.Org
	}
	if len(o.Appendix.Sheets) > 0 {
		o.Head.Enclosures = []string{b.phrase("head.enclosure", nil).text}
	}
	if b.skel.Style != document.House {
		o.Head.Imprint = []string{b.phrase("head.imprint", words{"date": word(b.dated(cmp.Or(b.brief.Printed, b.brief.Issued)))}).text}
	}
}

// dated prints a day that is known once a document is approved; until then its place stays open.
func (b *builder) dated(day civil.Date) string {
	if day.IsZero() {
		return b.label("head.undated")
	}
	return dayName(b.lang, day)
}

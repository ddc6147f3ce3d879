package bulletin

import (
	"fmt"
	"html"
	"regexp"
	"slices"
	"strings"

	"zhunsheng/internal/document"
)

// HTML is the document as the body of a page, identical in content to the letter: headings,
// paragraphs, tables, charts, what stands above and below. It has no inline style and no
// script. Each sentence is a span with its id; each figure in text and tables is a link where
// link gives its figure an address, so that every number opens to its cases.
func (e *Edition) HTML(link func(Printed) string) string {
	h := &htmlWriter{edition: e, link: link, figures: map[string]Printed{}, said: map[string]Sentence{}}
	for _, f := range e.Figures {
		h.figures[f.ID] = f
	}
	for _, s := range e.Sentences {
		h.said[s.ID] = s
	}
	fmt.Fprintf(h, `<article class="paper paper-%s" lang="%s">`, html.EscapeString(string(e.Head.Style)), html.EscapeString(e.Lang))
	h.line("p", "masthead", e.Head.Masthead)
	if e.Head.Style == document.House {
		h.line("p", "issue-no", e.Head.IssueNo)
	}
	if e.Head.Style != document.Letter {
		h.line("p", "issuer", e.Head.Org+" "+e.Head.Date)
	}
	h.line("h1", "paper-title", e.Title)
	letter := e.Letter()
	if e.Head.To != "" {
		h.line("p", "addressee", e.Head.To+letter.Colon())
	}
	h.parts(e.Body)
	for _, l := range letter.EnclosureLines() {
		h.line("p", "enclosure", l)
	}
	if e.Head.Signer != "" {
		h.line("p", "signer", e.Head.Signer)
		h.line("p", "signed-on", e.Head.Date)
	}
	h.parts(e.Annex)
	for _, l := range e.Head.Imprint {
		h.line("p", "imprint", l)
	}
	h.WriteString(`</article>`)
	return h.String()
}

type htmlWriter struct {
	strings.Builder
	edition *Edition
	link    func(Printed) string
	figures map[string]Printed
	said    map[string]Sentence
}

func (h *htmlWriter) line(element, class, text string) {
	if text != "" {
		fmt.Fprintf(h, `<%s class="%s">%s</%s>`, element, class, html.EscapeString(text), element)
	}
}

func (h *htmlWriter) parts(list []Part) {
	for _, p := range list {
		switch {
		case p.Table != nil:
			h.table(p.Table)
		case p.Chart != nil:
			fmt.Fprintf(h, `<figure><figcaption>%s</figcaption>%s</figure>`, html.EscapeString(p.Chart.Caption), document.SVG(p.Chart.Chart))
		default:
			element := "p"
			if p.Level > 0 {
				element = fmt.Sprintf("h%d", p.Level+1)
			}
			fmt.Fprintf(h, "<%s>", element)
			for i, id := range p.Says {
				if i > 0 && h.edition.Lang == "en" {
					h.WriteByte(' ')
				}
				h.sentence(h.said[id])
			}
			fmt.Fprintf(h, "</%s>", element)
		}
	}
}

func (h *htmlWriter) sentence(s Sentence) {
	class := "sentence"
	if s.Open {
		class = "sentence open"
	}
	fmt.Fprintf(h, `<span class="%s" id="s-%s">`, class, html.EscapeString(s.ID))
	at := 0
	for _, m := range h.edition.marks(s) {
		if m.figure == "" {
			continue
		}
		h.WriteString(html.EscapeString(s.Text[at:m.from]))
		h.figure(s.Text[m.from:m.to], m.figure)
		at = m.to
	}
	h.WriteString(html.EscapeString(s.Text[at:]))
	h.WriteString(`</span>`)
}

// figure prints a number, as a link to its cases where there is one.
func (h *htmlWriter) figure(text, id string) {
	text, at := html.EscapeString(text), ""
	if f, ok := h.figures[id]; ok && h.link != nil {
		at = h.link(f)
	}
	if at == "" {
		fmt.Fprintf(h, `<data value="%s">%s</data>`, html.EscapeString(id), text)
		return
	}
	fmt.Fprintf(h, `<a class="figure" href="%s">%s</a>`, html.EscapeString(at), text)
}

func (h *htmlWriter) table(t *Table) {
	fmt.Fprintf(h, `<table class="ruled"><caption>%s</caption><thead><tr>`, html.EscapeString(t.Caption))
	for _, c := range t.Head {
		fmt.Fprintf(h, `<th scope="col">%s</th>`, html.EscapeString(c))
	}
	h.WriteString(`</tr></thead><tbody>`)
	for _, r := range t.Rows {
		h.WriteString(`<tr>`)
		for i, c := range r {
			class := ""
			if i < len(t.Numeric) && t.Numeric[i] {
				class = ` class="number"`
			}
			fmt.Fprintf(h, `<td%s>`, class)
			if c.Figure != "" {
				h.figure(c.Text, c.Figure)
			} else {
				h.WriteString(html.EscapeString(c.Text))
			}
			h.WriteString(`</td>`)
		}
		h.WriteString(`</tr>`)
	}
	h.WriteString(`</tbody></table>`)
	h.line("p", "note", t.Note)
}

// numbers finds the numbers of a text, a percent sign included.
var numbers = regexp.MustCompile(`\d+(?:,\d{3})*(?:\.\d+)?%?`)

// mark is a number in the text of a sentence: of a figure, plain, or neither.
type mark struct {
	from, to int
	figure   string
	plain    bool
}

// marks reads a sentence from left to right and assigns its numbers to its figures in their
// order; digits inside the sentence's plain texts (days, periods, numbers of the form) are no
// figures.
func (e *Edition) marks(s Sentence) []mark {
	texts := map[string]string{}
	for _, f := range e.Figures {
		if slices.Contains(s.Figures, f.ID) {
			texts[f.ID] = f.Text
		}
	}
	plain := plainSpans(s)
	next := 0
	var out []mark
	for _, at := range numbers.FindAllStringIndex(s.Text, -1) {
		m := mark{from: at[0], to: at[1]}
		m.plain = slices.ContainsFunc(plain, func(p [2]int) bool { return at[0] >= p[0] && at[1] <= p[1] })
		for i := next; i < len(s.Figures) && !m.plain; i++ {
			if text := texts[s.Figures[i]]; strings.HasPrefix(s.Text[at[0]:], text) && len(text) >= at[1]-at[0] {
				m.figure, m.to, next = s.Figures[i], at[0]+len(text), i+1
				break
			}
		}
		out = append(out, m)
	}
	return out
}

// plainSpans are the places of a sentence's plain texts.
func plainSpans(s Sentence) [][2]int {
	var out [][2]int
	for _, p := range s.Plain {
		for at := 0; ; {
			i := strings.Index(s.Text[at:], p)
			if i < 0 || p == "" {
				break
			}
			out = append(out, [2]int{at + i, at + i + len(p)})
			at += i + len(p)
		}
	}
	return out
}

// Unbound lists the numbers of a sentence that are neither one of its figures nor plain: those
// somebody typed. In a sentence as the program wrote it there are none.
func (e *Edition) Unbound(s Sentence) []string {
	var out []string
	for _, m := range e.marks(s) {
		if m.figure == "" && !m.plain {
			out = append(out, s.Text[m.from:m.to])
		}
	}
	return out
}

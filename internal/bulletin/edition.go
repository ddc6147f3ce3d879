package bulletin

import (
	"slices"
	"strings"

	"zhunsheng/internal/document"
	"zhunsheng/internal/fault"
)

// Edition is a document as data: every sentence with the figures it states, the parts that put
// sentences, tables and charts in order, and the appendix. The letter and the HTML view are made
// from it, so that a sentence rewritten by a person is rewritten everywhere. All but the
// appendix survives a round trip through JSON.
type Edition struct {
	Kind        string            `json:"kind"` // monthly quarterly special notice minutes
	Lang        string            `json:"lang"` // zh or en
	Title       string            `json:"title"`
	Head        Head              `json:"head"`
	Body        []Part            `json:"body"`
	Annex       []Part            `json:"annex,omitempty"`
	Sentences   []Sentence        `json:"sentences"` // in reading order
	Figures     []Printed         `json:"figures"`
	Suggestions []Suggestion      `json:"suggestions,omitempty"` // made by this document
	Appendix    document.Workbook `json:"-"`
}

// Head is what stands above and below the text.
type Head struct {
	Style      document.Style `json:"style"`
	Masthead   string         `json:"masthead,omitempty"`
	Org        string         `json:"org"`
	IssueNo    string         `json:"issue_no,omitempty"`
	Date       string         `json:"date"`
	To         string         `json:"to,omitempty"`
	Signer     string         `json:"signer,omitempty"`
	Enclosures []string       `json:"enclosures,omitempty"` // 附件说明
	Imprint    []string       `json:"imprint,omitempty"`    // 版记
}

// Sentence is one sentence of a document, bound to the figures it states.
type Sentence struct {
	ID      string   `json:"id"`                // its place, the same whenever the document is built again
	Form    string   `json:"form,omitempty"`    // the sentence form it came from; empty: written by a person
	Text    string   `json:"text"`              // as printed
	Figures []string `json:"figures,omitempty"` // ids of Printed in the order of the text
	Plain   []string `json:"plain,omitempty"`   // texts with digits that are no figures: days, periods, numbers of the form itself
	Open    bool     `json:"open,omitempty"`    // a person still has to write it, e.g. the reason of a finding
}

// Part is one piece of a document; either sentences, a table or a chart.
type Part struct {
	Level int      `json:"level,omitempty"` // of a heading, 1 to 3; 0: the sentences are a paragraph
	Says  []string `json:"says,omitempty"`  // ids of the sentences of a heading or paragraph
	Lead  bool     `json:"lead,omitempty"`  // the words before the first colon of a paragraph stand out
	Table *Table   `json:"table,omitempty"`
	Chart *Chart   `json:"chart,omitempty"`
}

// Table is a ruled table whose cells know their figures.
type Table struct {
	Caption string   `json:"caption"`
	Head    []string `json:"head"`
	Rows    [][]Cell `json:"rows"`
	Widths  []int    `json:"widths,omitempty"`
	Numeric []bool   `json:"numeric,omitempty"`
	Wide    bool     `json:"wide,omitempty"`
	Note    string   `json:"note,omitempty"`
}

// Cell is one cell of a table; Figure is the id of the figure it prints.
type Cell struct {
	Text   string `json:"text"`
	Figure string `json:"figure,omitempty"`
}

// Chart is a drawing of figures; Figures holds the id of each value, line by line.
type Chart struct {
	document.Chart
	Figures [][]string `json:"figures"`
}

// Suggestion is who is asked to do what by when, and later what came of it.
type Suggestion struct {
	ID     string `json:"id"`
	Who    string `json:"who"`
	What   string `json:"what"`
	By     string `json:"by"`               // day, YYYY-MM-DD; empty: not agreed
	Check  string `json:"check"`            // how it will be seen that it was done
	Result string `json:"result,omitempty"` // of an earlier suggestion; empty: nothing reported yet
	Aim    *Aim   `json:"aim,omitempty"`    // nil: made by people, without a figure
}

// Aim is the figure by which a later document sees what came of a suggestion.
type Aim struct {
	Set       string `json:"set"`
	Indicator string `json:"indicator"`
	Court     string `json:"court,omitempty"` // empty: all courts of the document
	Period    string `json:"period"`          // for which the suggestion was made
}

// Sentence returns the sentence with an id.
func (e *Edition) Sentence(id string) (Sentence, error) {
	i := slices.IndexFunc(e.Sentences, func(s Sentence) bool { return s.ID == id })
	if i < 0 {
		return Sentence{}, fault.NotFoundf("the document has no sentence %q", id)
	}
	return e.Sentences[i], nil
}

// Rewrite replaces the text of a sentence by what a person wrote. The sentence keeps its place
// and its figures; whether the new text still agrees with them is for the checks to say.
func (e *Edition) Rewrite(id, text string) error {
	text = strings.TrimSpace(text)
	if text == "" {
		return fault.At("text", "the sentence would be empty", "write what shall stand there, or restore the sentence")
	}
	for i := range e.Sentences {
		if s := &e.Sentences[i]; s.ID == id {
			s.Text, s.Form, s.Open = text, "", false
			return nil
		}
	}
	return fault.NotFoundf("the document has no sentence %q", id)
}

// Figure returns the figure with an id.
func (e *Edition) Figure(id string) (Printed, error) {
	i := slices.IndexFunc(e.Figures, func(p Printed) bool { return p.ID == id })
	if i < 0 {
		return Printed{}, fault.NotFoundf("the document has no figure %q", id)
	}
	return e.Figures[i], nil
}

// OpenSentences lists the sentences that a person still has to write.
func (e *Edition) OpenSentences() []Sentence {
	var out []Sentence
	for _, s := range e.Sentences {
		if s.Open {
			out = append(out, s)
		}
	}
	return out
}

// Letter is the paper: the parts with the present text of their sentences.
func (e *Edition) Letter() document.Document {
	said := make(map[string]string, len(e.Sentences))
	for _, s := range e.Sentences {
		said[s.ID] = s.Text
	}
	return document.Document{
		Style: e.Head.Style, Lang: e.Lang, Masthead: e.Head.Masthead, Org: e.Head.Org, IssueNo: e.Head.IssueNo, Date: e.Head.Date, Title: e.Title, To: e.Head.To,
		Signer: e.Head.Signer, Enclosures: e.Head.Enclosures, Imprint: e.Head.Imprint,
		Blocks: blocks(e.Body, said, e.Lang), Annex: blocks(e.Annex, said, e.Lang),
	}
}

func blocks(parts []Part, said map[string]string, lang string) []document.Block {
	space := ""
	if lang == "en" {
		space = " "
	}
	var out []document.Block
	for _, p := range parts {
		var texts []string
		for _, id := range p.Says {
			texts = append(texts, said[id])
		}
		text := strings.Join(texts, space)
		switch {
		case p.Table != nil:
			out = append(out, p.Table.block())
		case p.Chart != nil:
			out = append(out, p.Chart.Chart)
		case p.Level > 0:
			out = append(out, document.Heading{Level: p.Level, Text: text})
		default:
			out = append(out, document.Paragraph{Text: text, Lead: p.Lead})
		}
	}
	return out
}

func (t *Table) block() document.Table {
	out := document.Table{Caption: t.Caption, Head: t.Head, Widths: t.Widths, Numeric: t.Numeric, Wide: t.Wide, Note: t.Note}
	for _, r := range t.Rows {
		row := make([]string, len(r))
		for i, c := range r {
			row[i] = c.Text
		}
		out.Rows = append(out.Rows, row)
	}
	return out
}

// Package document turns document models into docx and xlsx bytes. The page follows
// GB/T 9704-2012 (党政机关公文格式): A4, type area 156 × 225 mm, 22 lines of 28 characters.
// Library-written package formats are used for xlsx; docx is our own measured writer, since
// no maintained permissive library writes east-Asian fonts, grids and odd/even footers.
// The same model always gives the same bytes.
package document

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Style is the form of a paper.
type Style string

// The forms. The standard defines the letter and the minutes; the house form (简报、情况通报)
// is custom: coloured name, issue number, office left, date right, line below.
const (
	House   Style = "house"
	Letter  Style = "letter"
	Minutes Style = "minutes"
)

// Document is an official paper.
type Document struct {
	Style    Style  // empty: house
	Lang     string // en: Latin punctuation and fonts; anything else: Chinese
	Masthead string // coloured name of the series in the house form, e.g. 审判管理通报
	Org      string // issuing office
	IssueNo  string // 期号, e.g. 第6期; empty: none
	Date     string // as printed, e.g. 2024年7月3日
	Title    string
	To       string // 主送, printed flush left with a colon; empty: none
	Blocks   []Block
	Signer   string // printed right-aligned above the date at the end of the body; empty: none

	Enclosures []string // 附件说明: names of what comes with the paper
	Imprint    []string // 版记: lines at the foot of the last page
	Annex      []Block  // 附表, on new pages after the signature
}

// Block is one piece of the body: Heading, Paragraph, Table, Chart or PageBreak.
type Block interface{ block() }

// Heading is 一、 (level 1, 黑体), （一） (level 2, 楷体) or 1. (level 3, 仿宋).
type Heading struct {
	Level int
	Text  string
}

// Paragraph is body text with a first-line indent of two characters.
type Paragraph struct {
	Text string
	Lead bool // what stands before the first colon is set in 黑体, as in 出席：
}

// Table is a ruled table with a caption; Numeric columns are right-aligned.
type Table struct {
	Caption string
	Head    []string
	Rows    [][]string
	Widths  []int  // relative column widths; nil: equal
	Numeric []bool // per column
	Wide    bool   // on a turned page of its own
	Note    string // small print below
}

// Chart is a drawing of a few lines or bars over the same categories, readable without colour.
type Chart struct {
	Caption    string   `json:"caption"`
	Bars       bool     `json:"bars,omitempty"` // bars side by side; else lines
	Unit       string   `json:"unit"`           // written at the value axis
	Share      bool     `json:"share,omitempty"`
	Categories []string `json:"categories"`
	Series     []Series `json:"series"`
	Note       string   `json:"note,omitempty"`
}

// Series is one line or set of bars; NaN has no place in it: a nil value is a gap.
type Series struct {
	Name   string     `json:"name"`
	Values []*float64 `json:"values"`
	Limit  bool       `json:"limit,omitempty"` // a limit or mean: thin, dashed, without markers
}

// PageBreak starts a new page.
type PageBreak struct{}

func (Heading) block()   {}
func (Paragraph) block() {}
func (Table) block()     {}
func (Chart) block()     {}
func (PageBreak) block() {}

// Text prints the document as plain text: what golden tests and the truth checks read.
func Text(d Document) string {
	var b strings.Builder
	line := func(parts ...string) {
		for _, p := range parts {
			b.WriteString(p)
		}
		b.WriteByte('\n')
	}
	if d.style() == House {
		line(strings.TrimSpace(strings.Join([]string{d.Masthead, d.IssueNo, d.Org, d.Date}, " ")))
	}
	line(d.Title)
	if d.To != "" {
		line(d.To, d.Colon())
	}
	blocks := func(list []Block) {
		for _, bl := range list {
			switch x := bl.(type) {
			case Heading:
				line(x.Text)
			case Paragraph:
				line("　　", x.Text)
			case Table:
				line("[", x.Caption, "]")
				line(strings.Join(x.Head, " | "))
				for _, r := range x.Rows {
					line(strings.Join(r, " | "))
				}
				if x.Note != "" {
					line(x.Note)
				}
			case Chart:
				line("[", x.Caption, "]")
				for _, c := range x.Series {
					line(c.Name, ": ", strings.Join(c.texts(), " "))
				}
			}
		}
	}
	blocks(d.Blocks)
	for _, e := range d.enclosures() {
		line(e.label, e.name)
	}
	if d.Signer != "" {
		line(d.Signer)
		line(d.Date)
	}
	blocks(d.Annex)
	for _, l := range d.Imprint {
		line(l)
	}
	return b.String()
}

func (d Document) style() Style {
	if d.Style == "" {
		return House
	}
	return d.Style
}

// Colon ends the line of the addressee.
func (d Document) Colon() string {
	if d.Lang == "en" {
		return ":"
	}
	return "："
}

// enclosure is one line of 附件说明.
type enclosure struct{ label, name string }

// enclosures numbers what comes with the paper; a single one has no number.
func (d Document) enclosures() []enclosure {
	label := "附件："
	if d.Lang == "en" {
		label = "Enclosure: "
	}
	var out []enclosure
	for i, name := range d.Enclosures {
		e := enclosure{label, name}
		if len(d.Enclosures) > 1 {
			e.label = fmt.Sprintf("%s%d.", label, i+1)
			label = strings.Repeat("　", utf8.RuneCountInString("附件：")) // later names align under the first
		}
		out = append(out, e)
	}
	return out
}

// EnclosureLines are the lines of 附件说明 as printed.
func (d Document) EnclosureLines() []string {
	var out []string
	for _, e := range d.enclosures() {
		out = append(out, e.label+e.name)
	}
	return out
}

// texts prints the values of a series.
func (s Series) texts() []string {
	out := make([]string, len(s.Values))
	for i, v := range s.Values {
		if out[i] = "–"; v != nil {
			out[i] = strconv.FormatFloat(*v, 'g', 10, 64)
		}
	}
	return out
}

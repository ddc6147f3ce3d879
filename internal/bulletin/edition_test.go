package bulletin_test

import (
	"slices"
	"strings"
	"testing"

	"zhunsheng/internal/bulletin"
	"zhunsheng/internal/document"
)

// small is an edition with a paragraph, a table and an open sentence.
func small() *bulletin.Edition {
	v := 12.0
	return &bulletin.Edition{
		Kind: "monthly", Lang: "zh", Title: "六月<通报>", Head: bulletin.Head{Style: document.House, Masthead: "通报", Org: "审管办", IssueNo: "第6期", Date: "2024年7月3日", To: "各庭", Signer: "审管办", Enclosures: []string{"表"}},
		Sentences: []bulletin.Sentence{
			{ID: "h.1", Text: "一、收结存"},
			{ID: "lead.1", Form: "lead", Text: "2024年6月受理12件，超12个月未结12件，同比上升20.00%。", Figures: []string{"a", "b", "g"}, Plain: []string{"2024年6月", "，超12个月未结"}},
			{ID: "r.1", Text: "原因：待填写。", Open: true},
		},
		Figures: []bulletin.Printed{{ID: "a", Text: "12"}, {ID: "b", Text: "12"}, {ID: "g", Text: "20.00%"}},
		Body: []bulletin.Part{{Level: 1, Says: []string{"h.1"}}, {Says: []string{"lead.1", "r.1"}},
			{Table: &bulletin.Table{Caption: "表", Head: []string{"院", "件"}, Rows: [][]bulletin.Cell{{{Text: "甲"}, {Text: "12", Figure: "a"}}}, Numeric: []bool{false, true}}},
			{Chart: &bulletin.Chart{Chart: document.Chart{Caption: "图", Unit: "件", Categories: []string{"1"}, Series: []document.Series{{Name: "新收", Values: []*float64{&v}}}}, Figures: [][]string{{"a"}}}}},
	}
}

func TestRewrite(t *testing.T) {
	e := small()
	if err := e.Rewrite("r.1", "原因：3名法官调离。"); err != nil {
		t.Fatal(err)
	}
	if len(e.OpenSentences()) != 0 {
		t.Error("a written sentence is still open")
	}
	if text := document.Text(e.Letter()); !strings.Contains(text, "原因：3名法官调离。") || strings.Contains(text, "待填写") {
		t.Errorf("the letter does not say what was written:\n%s", text)
	}
	s, err := e.Sentence("r.1")
	if err != nil {
		t.Fatal(err)
	}
	if got := e.Unbound(s); !slices.Equal(got, []string{"3"}) {
		t.Errorf("typed numbers %v, want 3", got)
	}
	for _, id := range []string{"", "lead.2"} {
		if err := e.Rewrite(id, "x"); err == nil {
			t.Errorf("sentence %q was rewritten", id)
		}
	}
	if err := e.Rewrite("lead.1", "  "); err == nil {
		t.Error("a sentence was emptied")
	}
}

func TestUnbound(t *testing.T) {
	e := small()
	s, _ := e.Sentence("lead.1")
	if got := e.Unbound(s); len(got) > 0 {
		t.Errorf("%v are said to be typed", got)
	}
	s.Text = strings.Replace(s.Text, "20.00%", "20.01%", 1)
	if got := e.Unbound(s); !slices.Equal(got, []string{"20.01%"}) {
		t.Errorf("typed numbers %v, want 20.01%%", got)
	}
}

// TestPageSaysWhatThePaperSays: the HTML view holds every line of the letter, escaped, without
// style or script, and links each figure.
func TestPageSaysWhatThePaperSays(t *testing.T) {
	e := small()
	page := e.HTML(func(p bulletin.Printed) string { return "/figure/" + p.ID })
	for _, bad := range []string{"style=", "<script", "<通报>"} {
		if strings.Contains(page, bad) {
			t.Errorf("the page contains %s", bad)
		}
	}
	strip := func(s string) string {
		var b strings.Builder
		in := false
		for _, r := range s {
			switch {
			case r == '<':
				in = true
			case r == '>':
				in = false
			case !in:
				b.WriteRune(r)
			}
		}
		return strings.NewReplacer("&lt;", "<", "&gt;", ">", "&#34;", `"`).Replace(b.String())
	}
	text := strip(page)
	for line := range strings.Lines(document.Text(e.Letter())) {
		for _, piece := range strings.FieldsFunc(strings.Trim(strings.TrimSpace(line), "[]:"), func(r rune) bool { return strings.ContainsRune("| :　", r) }) {
			if !strings.Contains(text, piece) {
				t.Errorf("the page lacks %q", piece)
			}
		}
	}
	for _, want := range []string{`<a class="figure" href="/figure/a">12</a>件，超12个月未结<a class="figure" href="/figure/b">12</a>`, `<a class="figure" href="/figure/g">20.00%</a>`, `<svg class="chart"`, `class="sentence open"`} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %s:\n%s", want, page)
		}
	}
}

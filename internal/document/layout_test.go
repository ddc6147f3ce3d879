package document_test

import (
	"bytes"
	"context"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"zhunsheng/internal/document"
)

// full is a paper of several pages: headings among paragraphs of every length, a turned table, a
// chart. Its body text holds no punctuation and no Latin, so that every line is 28 characters.
func full(style document.Style) document.Document {
	d := document.Document{Style: style, Org: "云岭市中级人民法院审判管理办公室", Date: "2024年7月3日", Title: "关于审判运行情况的报告", Signer: "云岭市中级人民法院审判管理办公室"}
	chars := []rune("审判管理办公室根据台账数据核对案件信息并请各单位逐案查明原因提出办结安排")
	text := func(n int) string {
		out := make([]rune, n)
		for i := range out {
			out[i] = chars[i%len(chars)]
		}
		return string(out)
	}
	for i := range 40 {
		d.Blocks = append(d.Blocks, document.Heading{Level: 1 + i%3, Text: fmt.Sprintf("标题%s", text(1+i%5))}, document.Paragraph{Text: text(30 + 53*i%170)})
	}
	d.Blocks = append(d.Blocks, document.Paragraph{Text: text(28 * 60)}, document.Paragraph{Text: text(40)})
	d.Annex = []document.Block{document.Table{Caption: "附表", Head: []string{"甲", "乙"}, Rows: [][]string{{"一", "1"}}, Wide: true}}
	return d
}

// TestPaperHasItsMeasure: 22 lines of 28 characters fit into the type area and not one more,
// margins are those of the standard within its millimetre, headings stay with what follows, and
// the page numbers stand outside on odd and even pages.
func TestPaperHasItsMeasure(t *testing.T) {
	var b bytes.Buffer
	if err := document.WriteDocx(&b, full(document.Letter)); err != nil {
		t.Fatal(err)
	}
	ps := parts(t, b.Bytes())
	attr := func(part, element, name string) float64 {
		m := regexp.MustCompile(`<w:` + element + `[^>]* w:` + name + `="(-?\d+)"`).FindStringSubmatch(ps[part])
		if m == nil {
			t.Fatalf("%s has no %s with %s", part, element, name)
		}
		v, err := strconv.ParseFloat(m[1], 64)
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	const doc, styles = "word/document.xml", "word/styles.xml"
	mm := func(twips float64) float64 { return twips * 25.4 / 1440 }
	for name, want := range map[string]float64{"top": 37, "left": 28, "right": 26, "bottom": 35} {
		if got := mm(attr(doc, "pgMar", name)); math.Abs(got-want) > 1 {
			t.Errorf("%s margin %.1f mm, want %.0f ± 1", name, got, want)
		}
	}
	height := attr(doc, "pgSz", "h") - attr(doc, "pgMar", "top") - attr(doc, "pgMar", "bottom")
	if lines := math.Floor(height / attr(doc, "docGrid", "linePitch")); lines != 22 {
		t.Errorf("%v lines in the type area, want 22", lines)
	}
	char := 320 + attr(styles, "spacing", "val") // 16 pt and the tightening
	width := attr(doc, "pgSz", "w") - attr(doc, "pgMar", "left") - attr(doc, "pgMar", "right")
	if n := math.Floor(width / char); n != 28 {
		t.Errorf("%v characters in a line, want 28", n)
	}
	if n := strings.Count(ps[styles], "<w:keepNext/>"); n < 4 {
		t.Errorf("only %d styles stay with what follows", n)
	}
	for part, want := range map[string]string{
		"word/footerOdd.xml": `<w:jc w:val="right"/>`, "word/footerEven.xml": `<w:jc w:val="left"/>`,
		"word/footerWideOdd.xml": `<w:jc w:val="right"/>`, "word/footerWideEven.xml": `<w:jc w:val="left"/>`,
	} {
		if !strings.Contains(ps[part], want) {
			t.Errorf("%s: the page number is not at its side", part)
		}
	}
	if !strings.Contains(ps["word/settings.xml"], "<w:evenAndOddHeaders/>") {
		t.Error("odd and even pages are not told apart")
	}
}

// TestPaperAsPrinted renders the paper where LibreOffice is installed and looks at the pages.
func TestPaperAsPrinted(t *testing.T) {
	if testing.Short() {
		t.Skip("renders through LibreOffice")
	}
	for _, tool := range []string{"soffice", "pdftotext"} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Skipf("%s is not installed; TestPaperHasItsMeasure checks the measures", tool)
		}
	}
	pages := rendered(t, full(document.Letter))
	if len(pages) < 6 {
		t.Fatalf("%d pages", len(pages))
	}
	fullPages, fullLines := 0, 0
	for i, p := range pages[:len(pages)-2] { // the last ones hold signature and table
		lines := p.lines()
		if i == 0 {
			continue // the title
		}
		switch n := len(lines); {
		case n > 22 || n < 20: // a heading, or the single line of a paragraph, may move to the next page
			t.Errorf("page %d has %d lines, want 22", i+1, n)
		case n == 22:
			fullPages++
		}

		for _, l := range lines {
			if n := len([]rune(l)); n > 28 {
				t.Errorf("page %d: a line of %d characters: %s", i+1, n, l)
			} else if n == 28 {
				fullLines++
			}
		}
		if last := lines[len(lines)-1]; strings.HasPrefix(last, "标题") {
			t.Errorf("page %d ends with a heading", i+1)
		}
		if side := p.numberSide(); side != [2]string{"left", "right"}[(i+1)%2] {
			t.Errorf("the number of page %d stands at the %s", i+1, side)
		}
	}
	if fullPages < 4 || fullLines < 100 {
		t.Errorf("%d pages of 22 lines, %d lines of 28 characters: too few to say anything", fullPages, fullLines)
	}
	t.Logf("%d pages of 22 lines, %d lines of 28 characters", fullPages, fullLines)
}

// printedWord is one word of a page with its place in points.
type printedWord struct {
	x0, x1, y float64
	text      string
}

type printedPage []printedWord

// lines are the texts of the lines of the body, without the page number.
func (p printedPage) lines() []string {
	var out []string
	last := math.Inf(-1)
	for _, w := range p {
		if strings.Contains(w.text, "—") || w.y > 744 {
			continue
		}
		if w.y-last > 10 {
			out = append(out, "")
			last = w.y
		}
		out[len(out)-1] += w.text
	}
	return out
}

// numberSide tells on which half of the page the number between dashes stands.
func (p printedPage) numberSide() string {
	for _, w := range p {
		if strings.Contains(w.text, "—") {
			if w.x0 > 297 {
				return "right"
			}
			return "left"
		}
	}
	return "nowhere"
}

var wordPattern = regexp.MustCompile(`<word xMin="([\d.]+)" yMin="([\d.]+)" xMax="([\d.]+)" yMax="[\d.]+">([^<]*)</word>`)

// rendered prints a paper through LibreOffice and reads the pages back.
func rendered(t *testing.T, d document.Document) []printedPage {
	t.Helper()
	dir := t.TempDir()
	var b bytes.Buffer
	if err := document.WriteDocx(&b, d); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "paper.docx"), b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	if out, err := exec.CommandContext(ctx, "soffice", "-env:UserInstallation=file://"+dir+"/profile", "--headless", "--convert-to", "pdf", "--outdir", dir, dir+"/paper.docx").CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	out, err := exec.CommandContext(ctx, "pdftotext", "-bbox", filepath.Join(dir, "paper.pdf"), "-").Output()
	if err != nil {
		t.Fatal(err)
	}
	var pages []printedPage
	for _, text := range strings.Split(string(out), "<page ")[1:] {
		var p printedPage
		for _, m := range wordPattern.FindAllStringSubmatch(text, -1) {
			var v [3]float64
			for i := range v {
				if v[i], err = strconv.ParseFloat(m[i+1], 64); err != nil {
					t.Fatal(err)
				}
			}
			p = append(p, printedWord{v[0], v[2], v[1], m[4]})
		}
		pages = append(pages, p)
	}
	return pages
}

package truth_test

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"zhunsheng/internal/document"
	"zhunsheng/internal/fault"
	"zhunsheng/internal/truth"
)

const ns = `xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"`

// pack makes a docx of a body and further parts, as name and content in turn.
func pack(t testing.TB, body string, more ...string) []byte {
	t.Helper()
	var buf bytes.Buffer
	z := zip.NewWriter(&buf)
	parts := append([]string{"word/document.xml", `<?xml version="1.0" encoding="UTF-8"?><w:document ` + ns + `><w:body>` + body + `</w:body></w:document>`}, more...)
	for i := 0; i < len(parts); i += 2 {
		w, err := z.Create(parts[i])
		if err == nil {
			_, err = io.WriteString(w, parts[i+1])
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return buf.Bytes()
}

func p(text string) string { return `<w:p><w:r><w:t>` + text + `</w:t></w:r></w:p>` }

// The text of a docx is what a reader sees, paragraph by paragraph.
func TestDocxText(t *testing.T) {
	cases := map[string]struct{ body, want string }{
		"runs":            {`<w:p><w:r><w:t>受理</w:t></w:r><w:r><w:t xml:space="preserve"> 637件</w:t></w:r></w:p>`, "1 受理 637件"},
		"field result":    {`<w:p><w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>INCLUDEPICTURE "http://example.invalid/x.png"</w:instrText></w:r><w:r><w:fldChar w:fldCharType="separate"/></w:r><w:r><w:t>637件</w:t></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r></w:p>`, "1 637件"},
		"field in field":  {`<w:p><w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:t>IF </w:t></w:r><w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>DDEAUTO c:\\x</w:instrText></w:r><w:r><w:fldChar w:fldCharType="separate"/></w:r><w:r><w:t>hidden</w:t></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r><w:r><w:fldChar w:fldCharType="separate"/></w:r><w:r><w:t>shown</w:t></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r></w:p>`, "1 shown"},
		"simple field":    {`<w:p><w:fldSimple w:instr="DATE"><w:r><w:t>6月</w:t></w:r></w:fldSimple></w:p>`, "1 6月"},
		"link":            {`<w:p><w:hyperlink r:id="rId9" xmlns:r="x"><w:r><w:t>详见附件</w:t></w:r></w:hyperlink></w:p>`, "1 详见附件"},
		"tracked changes": {`<w:p><w:ins><w:r><w:t>605件</w:t></w:r></w:ins><w:del><w:r><w:delText>650件</w:delText></w:r></w:del><w:moveFrom><w:r><w:t>旧</w:t></w:r></w:moveFrom></w:p>`, "1 605件"},
		"alternatives":    {`<w:p><w:r><mc:AlternateContent><mc:Choice><w:t>图</w:t></mc:Choice><mc:Fallback><w:t>图</w:t></mc:Fallback></mc:AlternateContent></w:r></w:p>`, "1 图"},
		"drawing":         {`<w:p><w:r><w:t>图</w:t><a:p><a:t>轴</a:t></a:p></w:r></w:p>` + p("后"), "1 图|2 后"},
		"text box":        {`<w:p><w:r><w:t>外</w:t><w:txbxContent>` + p("内") + `</w:txbxContent></w:r></w:p>`, "2 内|1 外"},
		"table":           {p("前") + `<w:tbl><w:tr><w:tc>` + p("甲") + `</w:tc><w:tc>` + p("5") + `</w:tc></w:tr></w:tbl>` + p("后"), "1 前|2 甲 [1 0 0]|3 5 [1 0 1]|4 后"},
		"break, tab":      {`<w:p><w:r><w:t>a</w:t><w:tab/><w:t>b</w:t><w:br/><w:t>c</w:t></w:r></w:p>`, "1 a\tb\nc"},
	}
	for name, tc := range cases {
		got, err := truth.Read("x.docx", pack(t, tc.body))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		var out []string
		for _, q := range got {
			s := fmt.Sprintf("%d %s", q.Line, q.Text)
			if q.Table > 0 {
				s += fmt.Sprintf(" [%d %d %d]", q.Table, q.Row, q.Col)
			}
			out = append(out, s)
		}
		if s := strings.Join(out, "|"); s != tc.want {
			t.Errorf("%s: %q, want %q", name, s, tc.want)
		}
	}
	notes := `<w:footnotes ` + ns + `><w:footnote w:type="separator">` + p("—") + `</w:footnote><w:footnote w:id="1">` + p("受理637件，审结256件，未结391件。") + `</w:footnote></w:footnotes>`
	got, err := truth.Read("x.docx", pack(t, p("正文"), "word/footnotes.xml", notes))
	if found := truth.Check(got, truth.Known{}); err != nil || show(found) != "arithmetic 381件" {
		t.Errorf("footnote: %v%s", err, detail(found))
	}
}

// Whatever is no sound docx is refused with its name, what is wrong and how to mend it.
func TestBadFiles(t *testing.T) {
	good := pack(t, strings.Repeat(p("受理案件637件。"), 200))
	laughs := `<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;"><!ENTITY c SYSTEM "file:///etc/passwd">]><w:document ` + ns + `><w:body><w:p><w:r><w:t>&b;&c;</w:t></w:r></w:p></w:body></w:document>`
	cases := map[string]struct {
		data []byte
		want string
	}{
		"cut off":         {good[:len(good)*2/3], "the package cannot be read"},
		"no document":     {pack(t, "")[:0:0], ""},
		"flipped":         {flip(good), "damaged docx file"},
		"open element":    {pack(t, `<w:p><w:r>`), "word/document.xml is not whole"},
		"no xml":          {pack(t, "", "word/footnotes.xml", "\x00\x01"), "word/footnotes.xml is not whole"},
		"entities":        {raw(t, laughs), "word/document.xml is not whole"},
		"not a docx":      {raw(t, "", "xl/workbook.xml"), "no document part"},
		"too deep":        {pack(t, strings.Repeat("<w:r>", 2000)+strings.Repeat("</w:r>", 2000)), "unpacks to more than is reasonable"},
		"bomb":            {bomb(t), "unpacks to more than is reasonable"},
		"old doc":         {[]byte("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1 and more"), "save it as docx"},
		"pdf":             {[]byte("%PDF-1.7"), "a PDF file"},
		"picture":         {[]byte("\x89PNG\r\n\x1a\n\x00\x00"), "not a text"},
		"external target": {pack(t, p("x"), "_rels/.rels", `<Relationships><Relationship Type="http://x/officeDocument" Target="http://example.invalid/evil.xml" TargetMode="External"/></Relationships>`), ""},
	}
	for name, tc := range cases {
		start := time.Now()
		_, err := truth.Read("x.docx", tc.data)
		if tc.want == "" {
			if err != nil {
				t.Errorf("%s: %v", name, err)
			}
			continue
		}
		if err == nil || !errors.Is(err, fault.Invalid) || !strings.HasPrefix(err.Error(), "x.docx: ") || !strings.Contains(err.Error(), tc.want) || !strings.Contains(err.Error(), "; ") {
			t.Errorf("%s: %v, want %q", name, err, tc.want)
		}
		if d := time.Since(start); d > 10*time.Second {
			t.Errorf("%s took %v", name, d)
		}
	}
}

// raw packs one part as it is.
func raw(t testing.TB, content string, name ...string) []byte {
	t.Helper()
	var buf bytes.Buffer
	z := zip.NewWriter(&buf)
	w, err := z.Create(append(name, "word/document.xml")[0])
	if err == nil {
		_, err = io.WriteString(w, content)
	}
	if err = errors.Join(err, z.Close()); err != nil {
		t.Fatal(err)
	}
	return buf.Bytes()
}

// flip damages the packed bytes of the document part.
func flip(data []byte) []byte {
	out := bytes.Clone(data)
	for i := 60; i < 90; i++ {
		out[i] ^= 0x5A
	}
	return out
}

// bomb is a small file that unpacks to 80 MB of one paragraph.
func bomb(t testing.TB) []byte {
	t.Helper()
	var buf bytes.Buffer
	z := zip.NewWriter(&buf)
	w, err := z.Create("word/document.xml")
	if err == nil {
		_, err = io.WriteString(w, `<w:document `+ns+`><w:body><w:p><w:r><w:t>`)
	}
	chunk := bytes.Repeat([]byte("1"), 1<<20)
	for i := 0; i < 80 && err == nil; i++ {
		_, err = w.Write(chunk)
	}
	if err = errors.Join(err, z.Close()); err != nil {
		t.Fatal(err)
	}
	return buf.Bytes()
}

// threeHundredPages is a docx as our own writer makes it: 22 lines of 28 characters a page.
func threeHundredPages(t testing.TB) []byte {
	t.Helper()
	d := document.Document{Title: "审判质效通报"}
	for i := range 300 * 6 {
		a, c := 637+i, 256+i/2
		d.Blocks = append(d.Blocks, document.Paragraph{Text: fmt.Sprintf("2024年6月，云岭市第%d人民法院受理各类案件%d件（旧存32件，新收%d件），审（执）结%d件，未结%d件。各承办部门应当对照清单核实原因，明确办结时限，于收到通报后五个工作日内反馈。", i+1, a, a-32, c, a-c)})
	}
	var buf bytes.Buffer
	if err := document.WriteDocx(&buf, d); err != nil {
		t.Fatal(err)
	}
	return buf.Bytes()
}

// A document of 300 pages is read and judged within the time of a click.
func TestThreeHundredPages(t *testing.T) {
	data := threeHundredPages(t)
	start := time.Now()
	got, err := truth.Read("long.docx", data)
	if err != nil {
		t.Fatal(err)
	}
	found := truth.Check(got, truth.Known{})
	if d := time.Since(start); d > 10*time.Second {
		t.Errorf("%d paragraphs took %v", len(got), d)
	} else {
		t.Logf("%d paragraphs in %v", len(got), d)
	}
	if len(found) > 0 {
		t.Errorf("%d findings in a true document%s", len(found), detail(found[:1]))
	}
}

func BenchmarkParagraph(b *testing.B) {
	text := "2024年6月，云岭市两级法院受理各类案件7777件（旧存4426件，新收3351件），同比上升34.78%；审（执）结3211件，同比上升23.50%；未结4566件，同比上升43.90%。结案率41.29%（总量数据，不作为考核目标）；法官人均结案13.66件。"
	for b.Loop() {
		truth.Check([]truth.Paragraph{{Text: text}}, truth.Known{})
	}
}

func BenchmarkThreeHundredPages(b *testing.B) {
	data := threeHundredPages(b)
	for b.Loop() {
		got, err := truth.Read("long.docx", data)
		if err != nil {
			b.Fatal(err)
		}
		truth.Check(got, truth.Known{})
	}
}

// FuzzCheck: whatever is typed, every finding lies inside its paragraph and prints the same again.
func FuzzCheck(f *testing.F) {
	for _, name := range []string{"true.txt", "wrong.txt"} {
		for i, l := range lines(f, name) {
			if i%9 == 0 {
				f.Add(l.text)
			}
		}
	}
	f.Fuzz(func(t *testing.T, text string) {
		if len(text) > 4000 {
			t.Skip()
		}
		paragraphs := truth.Text(text)
		found := truth.Check(paragraphs, truth.Known{})
		for _, x := range found {
			if x.Line < 1 || x.Col < 1 || x.End <= x.Col || x.Line > strings.Count(text, "\n")+1 {
				t.Fatalf("%+v", x)
			}
		}
		if again := truth.Check(paragraphs, truth.Known{}); show(again) != show(found) {
			t.Fatalf("%s, then %s", show(found), show(again))
		}
	})
}

// FuzzDocx: any document part is read or refused, never more than it holds.
func FuzzDocx(f *testing.F) {
	f.Add(p("受理637件"))
	f.Add(`<w:tbl><w:tr><w:tc>` + p("甲") + `</w:tc></w:tr></w:tbl><w:p><w:r><w:fldChar w:fldCharType="begin"/></w:r></w:p>`)
	f.Fuzz(func(t *testing.T, body string) {
		got, err := truth.Read("x.docx", pack(t, body))
		if err != nil {
			return
		}
		size := 0
		for _, q := range got {
			size += len(q.Text)
		}
		if size > len(body) {
			t.Fatalf("%d bytes of text from %d", size, len(body))
		}
		truth.Check(got, truth.Known{})
	})
}

// A text made to be slow is judged in the time that its length allows.
func TestHostileText(t *testing.T) {
	for name, text := range map[string]string{
		"one sentence":     strings.Repeat("受理637件，审结3件，", 20_000),
		"one paragraph":    strings.Repeat("受理637件，审结3件，结案率10%，占比5%，同比上升3%。", 600),
		"其中 without end":   strings.Repeat("其中（", 30_000) + "受理6件",
		"digits":           strings.Repeat("9", 100_000),
		"dots and commas":  strings.Repeat("1,1.", 20_000),
		"ranking words":    strings.Repeat("全市第一，", 10_000),
		"rows of one cell": strings.Repeat("1\t2\t3\n", 10_000),
	} {
		start := time.Now()
		truth.Check(truth.Text(text), truth.Known{})
		if d := time.Since(start); d > 20*time.Second {
			t.Errorf("%s took %v", name, d)
		} else {
			t.Logf("%s: %v", name, d)
		}
	}
}

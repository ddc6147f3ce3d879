package document_test

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"io"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"zhunsheng/internal/civil"
	"zhunsheng/internal/document"
)

var sample = document.Document{
	Masthead: "审判管理通报", Org: "云岭市中级人民法院审判管理办公室", IssueNo: "第6期", Date: "2024年7月3日",
	Title: "2024年6月审判质效指标通报", To: "各基层人民法院，本院各部门", Signer: "审判管理办公室",
	Blocks: []document.Block{
		document.Heading{Level: 1, Text: "一、收结存"},
		document.Paragraph{Text: "受理 637 件 <其中> 旧存 32 件 & 新收 605 件；བོད་ཡིག 保留。"},
		document.Table{Caption: "表1", Head: []string{"法院", "受理"}, Rows: [][]string{{"甲", "12"}, {"乙", "–"}}, Numeric: []bool{false, true}, Widths: []int{3, 1}, Wide: true, Note: "数据截至 2024-06-30"},
	},
	Enclosures: []string{"统计表"}, Imprint: []string{"审判管理办公室　2024年7月3日印发"},
}

// parts unpacks a docx or xlsx.
func parts(t *testing.T, b []byte) map[string]string {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		s, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		out[f.Name] = string(s)
	}
	return out
}

func TestDocxIsWellFormedAndMeasured(t *testing.T) {
	var b bytes.Buffer
	if err := document.WriteDocx(&b, sample); err != nil {
		t.Fatal(err)
	}
	ps := parts(t, b.Bytes())
	for name, s := range ps {
		d := xml.NewDecoder(strings.NewReader(s))
		for {
			if _, err := d.Token(); err == io.EOF {
				break
			} else if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
		}
	}
	doc := ps["word/document.xml"]
	for what, want := range map[string]string{
		"A4 page":           `<w:pgSz w:w="11906" w:h="16838"/>`,
		"margins":           `w:top="2098" w:right="1474" w:bottom="1978" w:left="1587"`,
		"22 lines":          `<w:docGrid w:type="lines" w:linePitch="580"/>`,
		"turned wide table": `w:orient="landscape"`,
		"escaped text":      `&lt;其中&gt; 旧存 32 件 &amp; 新收`,
		"Tibetan survives":  `བོད་ཡིག`,
		"repeated head":     `<w:tblHeader/>`,
	} {
		if !strings.Contains(doc, want) {
			t.Errorf("%s: document.xml lacks %s", what, want)
		}
	}
	if !strings.Contains(ps["word/styles.xml"], `<w:spacing w:val="-5"/><w:sz w:val="32"/>`) {
		t.Error("body characters are not tightened to 28 a line")
	}
	if n := strings.Count(doc, "<w:sectPr>"); n != 3 {
		t.Errorf("%d sections, want upright, turned, upright", n)
	}
}

func TestSameModelSameBytes(t *testing.T) {
	wb := document.Workbook{Sheets: []document.Sheet{{Name: "表", Columns: []document.Column{{Title: "a"}}, Rows: [][]any{{1}, {"x"}}}}}
	for name, write := range map[string]func(io.Writer) error{
		"docx": func(w io.Writer) error { return document.WriteDocx(w, sample) },
		"xlsx": func(w io.Writer) error { return document.WriteXlsx(w, wb) },
	} {
		var a, b bytes.Buffer
		if err := write(&a); err != nil {
			t.Fatal(err)
		}
		if err := write(&b); err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(a.Bytes(), b.Bytes()) {
			t.Errorf("%s differs between two writes", name)
		}
	}
}

func TestText(t *testing.T) {
	want := `审判管理通报 第6期 云岭市中级人民法院审判管理办公室 2024年7月3日
2024年6月审判质效指标通报
各基层人民法院，本院各部门：
一、收结存
　　受理 637 件 <其中> 旧存 32 件 & 新收 605 件；བོད་ཡིག 保留。
[表1]
法院 | 受理
甲 | 12
乙 | –
数据截至 2024-06-30
附件：统计表
审判管理办公室
2024年7月3日
审判管理办公室　2024年7月3日印发
`
	if got := document.Text(sample); got != want {
		t.Errorf("text:\n%s\nwant:\n%s", got, want)
	}
}

func TestXlsxCellsAreTyped(t *testing.T) {
	var b bytes.Buffer
	err := document.WriteXlsx(&b, document.Workbook{Sheets: []document.Sheet{
		{Name: "案件", Notes: []string{"数据截至 2024-06-30", "统计期 2024-06"},
			Columns: []document.Column{{Title: "案号", Width: 26}, {Title: "立案"}, {Title: "件数"}, {Title: "率", Share: true}},
			Rows:    [][]any{{"（2024）藏98民终1号", civil.NewDate(2024, 3, 15), 12, 0.9075}, {"old", civil.NewDate(1850, 1, 1), nil, nil}}},
		{Name: "空", Columns: []document.Column{{Title: "无"}}},
	}})
	if err != nil {
		t.Fatal(err)
	}
	f, err := excelize.OpenReader(&b)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for cell, want := range map[string]string{
		"A1": "数据截至 2024-06-30", "A3": "案号", "A4": "（2024）藏98民终1号", "B4": "2024-03-15", "C4": "12", "D4": "90.75%", "B5": "1850-01-01", "C5": "",
	} {
		if got, _ := f.GetCellValue("案件", cell); got != want {
			t.Errorf("%s = %q, want %q", cell, got, want)
		}
	}
	if typ, _ := f.GetCellType("案件", "C4"); typ != excelize.CellTypeUnset && typ != excelize.CellTypeNumber {
		t.Errorf("count is not a number cell: %v", typ)
	}
	if panes, err := f.GetPanes("案件"); err != nil || !panes.Freeze || panes.YSplit != 3 {
		t.Errorf("header not frozen below the notes: %+v %v", panes, err)
	}
}

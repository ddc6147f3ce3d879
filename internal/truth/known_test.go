package truth_test

import (
	"math/big"
	"strings"
	"testing"

	"zhunsheng/internal/truth"
)

// With known figures every number needs one, and the comparisons are judged by them.
func TestKnown(t *testing.T) {
	figures := []truth.Figure{
		{ID: "filed/05", Text: "590", Value: big.NewRat(590, 1), Series: "filed", Period: "2024-05", Version: "v1", Snapshot: "21"},
		{ID: "filed/06", Text: "605", Value: big.NewRat(605, 1), Series: "filed", Period: "2024-06", Version: "v1", Snapshot: "21"},
		{ID: "filed/06 growth", Text: "2.54%", Snapshot: "21"},
		{ID: "rate/06", Text: "98.20%", Value: big.NewRat(982, 1000), Series: "rate", Period: "2024-06", Version: "v2", Snapshot: "21", Signal: true},
		{ID: "rate/05", Text: "97.10%", Value: big.NewRat(971, 1000), Series: "rate", Period: "2024-05", Version: "v1", Snapshot: "21"},
		{ID: "old", Text: "12", Series: "old", Snapshot: "20"},
	}
	cases := map[string]struct {
		text  string
		bound []string
		plain []string
		want  string
	}{
		"every number is a figure": {"2024年6月，新收案件605件，环比上升2.54%。", nil, nil, "ok"},
		"a slip is told":           {"2024年6月，新收案件695件。", nil, nil, "traceability 605件"},
		"another sentence's":       {"新收案件605件。", []string{"filed/05"}, nil, "traceability"},
		"plain text":               {"超过3件的，逐件报告；新收605件。", nil, []string{"3件"}, "ok"},
		"too short a series":       {"新收案件605件，连续三个月上升。", []string{"filed/06"}, nil, "trend"},
		"long enough":              {"新收案件605件，连续两个月上升。", []string{"filed/06"}, nil, "ok"},
		"certain with a signal":    {"审限内结案率98.20%，明显上升。", []string{"rate/06"}, nil, "ok"},
		"certain without":          {"新收案件605件，明显上升。", []string{"filed/06"}, nil, "certainty"},
		"two definitions":          {"审限内结案率98.20%，上期97.10%。", []string{"rate/06", "rate/05"}, nil, "same_rule v2"},
		"the break is named":       {"审限内结案率98.20%，上期97.10%，两期口径不同。", []string{"rate/06", "rate/05"}, nil, "ok"},
		"two states of the data":   {"新收605件，旧存12件。", []string{"filed/06", "old"}, nil, "as_of 21"},
		"a name":                   {"承办人张三丰本期新收605件。", nil, nil, "names"},
		"order of courts":          {"乙区法院为605件、甲区法院为590件、丙县法院为12件。", nil, nil, "ranking"},
		"administrative order":     {"甲区法院为605件、乙区法院为590件、丙县法院为12件。", nil, nil, "ok"},
	}
	for name, tc := range cases {
		known := truth.Known{Figures: figures, Names: []string{"张三丰", ""}, Courts: []string{"甲区法院", "乙区法院", "丙县法院"}}
		found := truth.Check([]truth.Paragraph{{Text: tc.text, Figures: tc.bound, Plain: tc.plain}}, known)
		if show(found) != tc.want {
			t.Errorf("%s: %s\nwant %s, got %s%s", name, tc.text, tc.want, show(found), detail(found))
		}
	}
}

// Findings name paragraph and character of the text as it stands, not of what was read from it.
func TestPlaces(t *testing.T) {
	text := "　　标题\n　　受理案件 １，００1 件，审结 ５00 件，未结 ５０２ 件。结案率位列全市第一。"
	found := truth.Check(truth.Text(text), truth.Known{})
	if len(found) != 2 {
		t.Fatalf("%d findings%s", len(found), detail(found))
	}
	line := []rune(strings.Split(text, "\n")[1])
	for i, want := range []string{"５０２ 件", "第一"} {
		f := found[i]
		if got := string(line[f.Col-1 : f.End-1]); f.Line != 2 || got != want {
			t.Errorf("line %d, %q, want line 2, %q", f.Line, got, want)
		}
	}
}

// The word list serves the crawler of the pages too: visible text in, words out.
func TestRankingWords(t *testing.T) {
	for _, text := range []string{
		"第一季度 第二审 第三中级法院 第一庭 第一百二十条 第一款 第三项 第一批", "第三人民法院 第一次 第2期 第1页 第一时间", "首席法官", "各法院按行政序列排列，不作名次比较",
		"First Intermediate Court", "first instance", "first quarter", "Page 1 of 3", "Courts stand in administrative order; nothing here is ranked", "sort by case number",
		"显示第 1 项至第 50 项，共 605 项", "第二审程序", "前三季度", "最高人民法院", "倒计时", "第一、二审", "the frank answer", "列第3列",
	} {
		if found := truth.RankingWords(text); len(found) > 0 {
			t.Errorf("%q: %s", text, detail(found))
		}
	}
	for _, text := range []string{
		"排名", "法院排行榜", "第一名", "全市第一", "居全省第2位", "末位", "垫底", "倒数第一", "居首", "前三名", "名次", "Ranking", "ranked 3rd", "League table", "Top 3 courts", "bottom of the table", "best court", "由高到低排列各法院",
	} {
		if found := truth.RankingWords(text); len(found) == 0 {
			t.Errorf("%q is not found", text)
		}
	}
}

func TestReadFigures(t *testing.T) {
	got, err := truth.ReadFigures("f.json", []byte(`{"batch":22,"figures":[{"id":"volume/filed/2024-06","text":"605","set":"volume","indicator":"filed","period":"2024-06","value":"605"}]}`))
	if err != nil || len(got) != 1 || got[0].Series != "volume/filed" || got[0].Snapshot != "22" || got[0].Value.Cmp(big.NewRat(605, 1)) != 0 {
		t.Errorf("%+v, %v", got, err)
	}
	for _, bad := range []string{"", "{}", `{"figures":[]}`, "[1]"} {
		if _, err := truth.ReadFigures("f.json", []byte(bad)); err == nil || !strings.HasPrefix(err.Error(), "f.json: ") {
			t.Errorf("%q: %v", bad, err)
		}
	}
}

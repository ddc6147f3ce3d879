package docket_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"zhunsheng/internal/docket"
	"zhunsheng/rules"
)

func registry(t testing.TB, name string) *docket.Registry {
	t.Helper()
	r, err := docket.LoadRegistry(rules.FS, name)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestChineseNumbers(t *testing.T) {
	cn := registry(t, "cn")
	for text, want := range map[string]docket.CaseNumber{
		"（2024）藏0102民初123号":        {Year: 2024, Court: "藏0102", TypeCode: "民初", Seq: 123, Line: "civil", Instance: "first", Level: 4},
		"（2023）最高法知民终5号":           {Year: 2023, Court: "最高法", Special: "知", TypeCode: "民终", Seq: 5, Line: "civil", Instance: "second", Level: 1},
		"（2025）藏01执复7号":            {Year: 2025, Court: "藏01", TypeCode: "执复", Seq: 7, Line: "enforcement", Instance: "enforcement_review", Level: 3},
		"（2022）藏民申3号":              {Year: 2022, Court: "藏", TypeCode: "民申", Seq: 3, Line: "civil", Instance: "review", Level: 2},
		"（2017）沪01认台3号之一":          {Year: 2017, Court: "沪01", TypeCode: "认台", Seq: 3, Suffix: "之一", Line: "other", Instance: "special", Level: 3},
		"（2017）琼民辖终31号之一":          {Year: 2017, Court: "琼", TypeCode: "民辖终", Seq: 31, Suffix: "之一", Line: "civil", Instance: "jurisdiction", Level: 2},
		"（2023）藏98执恢12号":           {Year: 2023, Court: "藏98", TypeCode: "执恢", Seq: 12, Line: "enforcement", Instance: "enforcement", Level: 3},
		"（2023）藏9808诉前调确4号":        {Year: 2023, Court: "藏9808", TypeCode: "诉前调确", Seq: 4, Line: "civil", Instance: "special", Level: 4},
		"（2023）藏9801诉前调书4号":        {Year: 2023, Court: "藏9801", TypeCode: "诉前调书", Seq: 4, Line: "civil", Instance: "special", Level: 4},
		"（2020）最高法刑核12345678号":     {Year: 2020, Court: "最高法", TypeCode: "刑核", Seq: 12345678, Line: "criminal", Instance: "other", Level: 1},
		"（2021）藏0102行审2号":          {Year: 2021, Court: "藏0102", TypeCode: "行审", Seq: 2, Line: "administrative", Instance: "special", Level: 4},
		"（2021）藏01行审复2号":           {Year: 2021, Court: "藏01", TypeCode: "行审复", Seq: 2, Line: "administrative", Instance: "special", Level: 3},
		"（2021）藏01行赔初2号":           {Year: 2021, Court: "藏01", TypeCode: "行赔初", Seq: 2, Line: "compensation", Instance: "first", Level: 3},
		" (２０２４) 藏 0102 民初 １２３ 号 ": {Text: "（2024）藏0102民初123号", Year: 2024, Court: "藏0102", TypeCode: "民初", Seq: 123, Line: "civil", Instance: "first", Level: 4},
		"〔2024】藏0102执1号":           {Text: "（2024）藏0102执1号", Year: 2024, Court: "藏0102", TypeCode: "执", Seq: 1, Line: "enforcement", Instance: "enforcement", Level: 4},
	} {
		if want.Text == "" {
			want.Text = text
		}
		got, err := cn.Parse(text)
		if err != nil || got != want {
			t.Errorf("%s:\n got %+v, %v\nwant %+v", text, got, err, want)
			continue
		}
		if printed := cn.Format(got); printed != got.Text {
			t.Errorf("%s prints as %s", got.Text, printed)
		}
	}
}

func TestReservedDemoCourts(t *testing.T) {
	cn := registry(t, "cn")
	for i := 1; i <= 8; i++ {
		court := fmt.Sprintf("藏98%02d", i)
		n, err := cn.Parse("（2023）" + court + "民初1号")
		if err != nil || n.Court != court || n.Level != 4 {
			t.Errorf("%s: %+v, %v", court, n, err)
		}
	}
}

func TestRefusedNumbers(t *testing.T) {
	for text, want := range map[string]docket.Reason{
		"":                        docket.NoNumber,
		"　":                       docket.NoNumber,
		"（2014）临刑初字第146号":         docket.OldStyle,
		"（2019）藏0102民初**号":        docket.Masked,
		"（2019）藏0102民初×号":         docket.Masked,
		"（2019）藏0102民初3827、3828号": docket.Several,
		"（2019）藏0102民初18775-76号":  docket.Several,
		"（2024）藏0102行123号":        docket.UnknownType,
		"（2024）藏0102民诉前调3号":       docket.UnknownType,
		"（2024）藏0102民初0123号":      docket.LeadingZero,
		"（2024）藏0102民初0号":         docket.LeadingZero,
		"（2024）藏010民初1号":          docket.BadGrammar,
		"（2024）港01民初1号":           docket.BadGrammar,
		"（24）藏01民初1号":             docket.BadGrammar,
		"（2024）藏01民初1号附件":         docket.BadGrammar,
		"2024藏01民初1号":             docket.BadGrammar,
		"（2024）藏01民初1":            docket.BadGrammar,
	} {
		n, err := registry(t, "cn").Parse(text)
		var ne *docket.NumberError
		if !errors.As(err, &ne) || ne.Reason != want || ne.What == "" {
			t.Errorf("%q: %+v, %v, want reason %s", text, n, err, want)
		}
		if n.Court != "" || n.Seq != 0 {
			t.Errorf("%q: a refused number gives fields: %+v", text, n)
		}
	}
}

func TestPlausibility(t *testing.T) {
	cn := registry(t, "cn")
	for text, want := range map[string][]docket.Reason{
		"（2024）藏0102民初1号":      nil,
		"（2014）藏0102民初1号":      {docket.EarlyYear},
		"（2024）藏0102民终1号":      {docket.WrongLevel},
		"（2024）藏0102执复1号":      {docket.WrongLevel},
		"（2024）藏01民终1号":        nil,
		"（2024）藏0102刑更1号":      {docket.WrongLevel},
		"（2024）藏刑更1号":          nil,
		"（2024）藏刑核123号":        {docket.SeqLength},
		"（2024）藏01刑核12345678号": {docket.WrongLevel},
	} {
		n, err := cn.Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		if got := cn.Check(n); !slices.Equal(got, want) {
			t.Errorf("%s: %v, want %v", text, got, want)
		}
	}
}

func TestBrazilianNumbers(t *testing.T) {
	br := registry(t, "br-cnj")
	want := docket.CaseNumber{Text: "00193448720018230010", Year: 2001, Court: "8230010", Seq: 19344}
	for _, text := range []string{"00193448720018230010", "0019344-87.2001.8.23.0010", " 0019344-87.2001.8.23.0010"} {
		if got, err := br.Parse(text); err != nil || got != want {
			t.Errorf("%s: %+v, %v", text, got, err)
		}
	}
	if got := br.Format(want); got != want.Text {
		t.Errorf("prints as %s", got)
	}
	_, err := br.Parse("0019344-88.2001.8.23.0010")
	var ne *docket.NumberError
	if !errors.As(err, &ne) || ne.Reason != docket.CheckDigits {
		t.Errorf("wrong check digits accepted: %v", err)
	}
}

func TestOneWrongDigitNeverPasses(t *testing.T) {
	br := registry(t, "br-cnj")
	rapid.Check(t, func(t *rapid.T) {
		good := br.Format(docket.CaseNumber{Seq: rapid.IntRange(0, 9999999).Draw(t, "seq"),
			Year: rapid.IntRange(1970, 2030).Draw(t, "year"), Court: rapid.StringMatching("[0-9]{7}").Draw(t, "court")})
		if _, err := br.Parse(good); err != nil {
			t.Fatal(err)
		}
		bad := []byte(good)
		at := rapid.IntRange(0, len(bad)-1).Draw(t, "at")
		bad[at] = '0' + (bad[at]-'0'+byte(rapid.IntRange(1, 9).Draw(t, "by")))%10
		if n, err := br.Parse(string(bad)); err == nil {
			t.Fatalf("%s passes as well as %s: %+v", bad, good, n)
		}
	})
}

func TestPrintedNumbersParseBack(t *testing.T) {
	cn := registry(t, "cn")
	types := cn.Types()
	rapid.Check(t, func(t *rapid.T) {
		tc := rapid.SampledFrom(types).Draw(t, "type")
		n := docket.CaseNumber{
			Year:     rapid.IntRange(1000, 9999).Draw(t, "year"),
			Court:    rapid.SampledFrom([]string{"最高法", "藏", "藏98", "藏9801", "京0491", "军"}).Draw(t, "court"),
			Special:  rapid.SampledFrom([]string{"", "知"}).Draw(t, "special"),
			TypeCode: tc.Code, Seq: rapid.IntRange(1, 999999999).Draw(t, "seq"),
			Suffix: rapid.SampledFrom([]string{"", "之一", "之二十三"}).Draw(t, "suffix"),
			Line:   tc.Line, Instance: tc.Instance,
		}
		n.Text = cn.Format(n)
		got, err := cn.Parse(n.Text)
		n.Level = got.Level
		if err != nil || got != n {
			t.Fatalf("%s: %+v, %v, want %+v", n.Text, got, err, n)
		}
	})
}

func TestFreeNumbers(t *testing.T) {
	none := registry(t, "none")
	n, err := none.Parse(" 129568690177 ")
	if err != nil || n.Text != "129568690177" || none.HasGrammar() {
		t.Errorf("%+v, %v", n, err)
	}
	if _, err := none.Parse(" "); err == nil {
		t.Error("a blank is no case number")
	}
}

// TestTypeTable: every type code leads to codes of the vocabulary, and only 诉前调确 and
// 诉前调书 have four characters, the exception of 2022 to the rule of three.
func TestTypeTable(t *testing.T) {
	cn := registry(t, "cn")
	v := vocabulary(t)
	long := 0
	for _, tc := range cn.Types() {
		if len([]rune(tc.Code)) > 3 {
			long++
		}
		for field, code := range map[string]string{"line": tc.Line, "instance": tc.Instance} {
			if got, ok := v.Code(field, code); !ok || got != code {
				t.Errorf("%s: %s %q is no code of the vocabulary", tc.Code, field, code)
			}
		}
		if tc.Category == "" || tc.Name.Zh == "" || tc.Name.En == "" {
			t.Errorf("%s has no category", tc.Code)
		}
	}
	if long != 2 {
		t.Errorf("%d codes of four characters, want 诉前调确 and 诉前调书 only", long)
	}
}

func TestUnknownRegistry(t *testing.T) {
	_, err := docket.LoadRegistry(rules.FS, "fr")
	if err == nil || !strings.Contains(err.Error(), "br-cnj, cn, none") {
		t.Errorf("the error does not name the known registries: %v", err)
	}
}

func FuzzCaseNumber(f *testing.F) {
	regs, err := docket.LoadRegistries(rules.FS)
	if err != nil {
		f.Fatal(err)
	}
	for _, s := range []string{"（2024）藏0102民初123号", "(2023)最高法知民终5号之一", "（2014）临刑初字第146号",
		"0019344-87.2001.8.23.0010", "〔2024〕藏98执恢１２号", "（2019）藏0102民初*号", "", "行", "（2024）藏"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		for _, r := range regs {
			n, err := r.Parse(s)
			if err != nil {
				var ne *docket.NumberError
				if !errors.As(err, &ne) || ne.Reason == "" {
					t.Fatalf("%s: error without a reason: %v", r.Name, err)
				}
				continue
			}
			if got := r.Format(n); got != n.Text {
				t.Fatalf("%s: %q parses as %+v but prints as %q", r.Name, s, n, got)
			}
			if again, err := r.Parse(n.Text); err != nil || again != n {
				t.Fatalf("%s: %q: second parse gives %+v, %v, first %+v", r.Name, s, again, err, n)
			}
		}
	})
}

func BenchmarkParse(b *testing.B) {
	for name, numbers := range map[string][]string{
		"cn":     {"（2024）藏0102民初123号", "（2023）藏9801诉前调确4567号", "（2025）藏01执复7号"},
		"br-cnj": {"00193448720018230010", "00197025220018230010"},
	} {
		b.Run(name, func(b *testing.B) {
			r := registry(b, name)
			i := 0
			for b.Loop() {
				if _, err := r.Parse(numbers[i%len(numbers)]); err != nil {
					b.Fatal(err)
				}
				i++
			}
		})
	}
	b.Run("cn, to be normalised", func(b *testing.B) {
		r := registry(b, "cn")
		for b.Loop() {
			if _, err := r.Parse("(2024)藏0102民初123号"); err != nil {
				b.Fatal(err)
			}
		}
	})
}

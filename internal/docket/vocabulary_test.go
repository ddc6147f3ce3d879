package docket_test

import (
	"strings"
	"testing"
	"testing/fstest"

	"zhunsheng/internal/docket"
	"zhunsheng/rules"
)

func vocabulary(t testing.TB) *docket.Vocabulary {
	t.Helper()
	v, err := docket.LoadVocabulary(rules.FS)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestWordsBecomeCodes(t *testing.T) {
	v := vocabulary(t)
	for _, c := range []struct{ field, word, want string }{
		{"closing_way", "判决", "judgment"},
		{"closing_way", "终本", "terminated_for_now"},
		{"closing_way", "终结 本次执行程序", "terminated_for_now"},
		{"closing_way", "驳回上诉，维持原判", "upheld"},
		{"closing_way", "驳回上诉,维持原判", "upheld"},
		{"closing_way", "JUDGMENT", "judgment"},
		{"procedure", "简易程序", "summary"},
		{"line", "刑", "criminal"},
		{"line", "state compensation", "compensation"},
		{"instance", "second", "second"},
		{docket.YesNoWords, "ｙ", "yes"},
		{docket.PostWords, "员额法官", "quota_judge"},
		{docket.EventWords, "简转普", "converted"},
	} {
		if got, ok := v.Code(c.field, c.word); !ok || got != c.want {
			t.Errorf("%s %q: %q %v, want %s", c.field, c.word, got, ok, c.want)
		}
	}
	if code, ok := v.Code("closing_way", "算了"); ok {
		t.Errorf("unknown word became %q", code)
	}
	if got := v.Name("closing_way", "judgment", "zh-CN"); got != "判决" {
		t.Errorf("name is %q", got)
	}
	if got := v.Name("closing_way", "judgment", "en"); got != "judgment" {
		t.Errorf("name is %q", got)
	}
}

func TestEveryCodeNamesItself(t *testing.T) {
	v := vocabulary(t)
	for _, field := range []string{"line", "instance", "procedure", "closing_way", "relation", "appeal_result", "retrial_result",
		docket.EventWords, docket.PostWords, docket.YesNoWords, docket.LanguageWords} {
		if !v.Knows(field) || len(v.Terms(field)) == 0 {
			t.Errorf("%s has no words", field)
		}
		for _, term := range v.Terms(field) {
			for _, w := range append([]string{term.Code, term.Zh, term.En}, term.Also...) {
				if got, ok := v.Code(field, w); !ok || got != term.Code {
					t.Errorf("%s %q gives %q, want %s", field, w, got, term.Code)
				}
			}
		}
	}
}

func TestVocabularyFaults(t *testing.T) {
	for yaml, want := range map[string]string{
		"words:\n  line:\n    - {code: a, zh: 甲, en: x}\n    - {code: b, zh: 甲, en: y}\n": "stands for a and b",
		"words:\n  colour:\n    - {code: a, zh: 甲, en: x}\n":                              `vocabulary.yaml:2: "colour" is no text column`,
		"words:\n  line:\n    - {code: a, zh: 甲}\n":                                       "needs code, zh and en",
		"headers:\n  colour: [x]\n":                                                       `"colour" is no column`,
		"word: {}\n":                                                                      "vocabulary.yaml:1",
	} {
		_, err := docket.LoadVocabulary(fstest.MapFS{"vocabulary.yaml": {Data: []byte(yaml)}})
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s\nerror %v, want %s", yaml, err, want)
		}
	}
}

package bulletin_test

import (
	"slices"
	"testing"

	"zhunsheng/internal/bulletin"
)

func TestVersionsSideBySide(t *testing.T) {
	then := &bulletin.Edition{
		Sentences: []bulletin.Sentence{{ID: "a", Text: "甲"}, {ID: "b", Text: "乙"}, {ID: "gone", Text: "丙"}, {ID: "d", Text: "丁"}},
		Figures:   []bulletin.Printed{{ID: "x", Text: "5", Value: "5"}, {ID: "same", Text: "1", Value: "1"}, {ID: "left", Text: "2", Value: "2"}, {ID: "hidden", Text: "50.00%", Value: "0.5"}},
	}
	now := &bulletin.Edition{
		Sentences: []bulletin.Sentence{{ID: "a", Text: "甲"}, {ID: "b", Text: "乙二"}, {ID: "new", Text: "新"}, {ID: "d", Text: "丁"}},
		Figures:   []bulletin.Printed{{ID: "x", Text: "6", Value: "6"}, {ID: "same", Text: "1", Value: "1"}, {ID: "hidden", Text: "50.00%", Value: "0.50001"}, {ID: "came", Text: "3", Value: "3"}},
	}
	want := []bulletin.SentenceChange{{"a", "甲", "甲"}, {"b", "乙", "乙二"}, {"gone", "丙", ""}, {"new", "", "新"}, {"d", "丁", "丁"}}
	if got := bulletin.CompareSentences(then, now); !slices.Equal(got, want) {
		t.Errorf("sentences %q, want %q", got, want)
	}
	if !want[1].Changed() || want[0].Changed() {
		t.Error("changed and unchanged are mixed up")
	}
	var got [][3]string
	for _, c := range bulletin.CompareFigures(then, now) {
		got = append(got, [3]string{c.Figure.ID, c.Then, c.Now})
	}
	if want := [][3]string{{"x", "5", "6"}, {"left", "2", ""}, {"hidden", "50.00%", "50.00%"}, {"came", "", "3"}}; !slices.Equal(got, want) {
		t.Errorf("figures %q, want %q", got, want)
	}
}

package docket_test

import (
	"encoding/json"
	"testing"

	"zhunsheng/internal/civil"
	"zhunsheng/internal/docket"
)

// TestPostingKeepsItsBytes: a roster without lines, languages, courts to avoid and staying is
// written as before there were such columns, because lists frozen with documents are known by
// their hash.
func TestPostingKeepsItsBytes(t *testing.T) {
	old := docket.Posting{Judge: "j1", Name: "张三", Court: "藏9801", Division: "ms", Post: "quota_judge", From: civil.NewDate(2020, 1, 1)}
	type before struct {
		Judge, Name, Court, Division, Post string
		From, To                           civil.Date
	}
	got, err := json.Marshal(old)
	want, also := json.Marshal(before{old.Judge, old.Name, old.Court, old.Division, old.Post, old.From, old.To})
	if err != nil || also != nil || string(got) != string(want) {
		t.Errorf("%s\nwant %s", got, want)
	}
}

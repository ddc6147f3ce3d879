package web

import (
	"context"

	"zhunsheng/internal/access"
	"zhunsheng/web/page/data"
)

// changedCases are what the last batch of the fake changed.
var changedCases = []data.ChangedCase{
	{Kind: "new", Court: "藏9801", Key: "k1", CaseNo: "（2024）藏9801民初1号", File: "ledger-2024-06.csv.gz", Row: 2, Open: true},
	{Kind: "closed", Court: "藏9801", Key: "k2", CaseNo: "（2024）藏9801民初2号", File: "ledger-2024-06.csv.gz", Row: 3, Open: true, Values: []data.ChangedValue{{Field: "closed_on", Is: "2024-06-28"}, {Field: "closing_way", Is: "judgment"}}},
	{Kind: "changed", Court: "藏9802", Key: "k3", File: "ledger-2024-06.csv.gz", Row: 4, Open: true, Values: []data.ChangedValue{{Field: "备注", Was: "甲", Is: "乙"}}},
}

func (f *fake) ChangeCounts(_ context.Context, at access.Scope, _ int64) ([]data.ChangeCount, []data.FieldCount, error) {
	var out []data.ChangeCount
	for _, c := range changedCases {
		if at.City || at.Court == c.Court {
			out = append(out, data.ChangeCount{Court: c.Court, Kind: c.Kind, Cases: 1})
		}
	}
	return out, []data.FieldCount{{Field: "closed_on", Cases: 1}}, nil
}

func (f *fake) Changes(_ context.Context, at access.Scope, q data.ChangeQuery) ([]data.ChangedCase, int, error) {
	var out []data.ChangedCase
	for _, c := range changedCases {
		if (at.City || at.Court == c.Court) && (q.Kind == "" || q.Kind == c.Kind) {
			out = append(out, c)
		}
	}
	return out, len(out), nil
}

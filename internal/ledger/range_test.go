package ledger_test

import (
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"zhunsheng/internal/civil"
	"zhunsheng/internal/ledger"
)

// TestFutureDays: what is set beforehand may lie in the future, what has happened may not.
func TestFutureDays(t *testing.T) {
	r := reader(t, "cn-standard", ledger.Lists{})
	r.Today = civil.NewDate(2024, 6, 30)
	rows := parse(t, r, input("台账.csv", []byte("案号,立案日期,审限届满日期,开庭日期\n"+
		"（2024）藏9801民初1号,2024-06-30,2024-12-30,2024-06-30\n"+
		"（2024）藏9801民初2号,2024-07-01,2034-07-01,2024-07-01\n"+
		"（2024）藏9801民初3号,2024-06-01,2204-12-30,\n")))
	rows = append(rows, parse(t, r, input("事件.csv", []byte("案号,事件编号,事件,日期,截止日期\n"+
		"（2024）藏9801民初1号,e1,公告,2024-06-01,2024-08-01\n"+
		"（2024）藏9801民初1号,e2,公告,2024-07-02,2024-08-01\n")))...)
	want := [][]string{nil, {"立案日期", "开庭日期"}, {"审限届满日期"}, nil, {"日期"}}
	for i, row := range rows {
		var got []string
		for _, is := range row.Issues {
			if is.Rule == "date.implausible" {
				got = append(got, is.Column)
			}
		}
		if !slices.Equal(got, want[i]) {
			t.Errorf("row %d: %q are impossible days, want %q", i, got, want[i])
		}
	}
}

// TestAheadNamesDates: a rule that exempts something else than a day does not load.
func TestAheadNamesDates(t *testing.T) {
	const rule = "rules:\n  - {id: x, check: date_range, severity: flag, name: {zh: 甲, en: a}, remedy: {zh: 乙, en: b}, ahead: [court], max_days: 1}\n"
	_, err := ledger.LoadRules(fstest.MapFS{"validation/a.yaml": {Data: []byte(rule)}})
	if err == nil || !strings.Contains(err.Error(), `ahead: "court" is no date of a case or an event`) {
		t.Errorf("got %v", err)
	}
}

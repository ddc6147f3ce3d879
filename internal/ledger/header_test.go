package ledger

import (
	"slices"
	"testing"
)

func TestFindHeader(t *testing.T) {
	for name, tc := range map[string]struct {
		text      string
		header    []string
		row, line int // of the (last) heading and of the first data row
		notes     int
	}{
		"plain":             {"案号,法院,立案\n1,a,2023\n", []string{"案号", "法院", "立案"}, 1, 2, 0},
		"title":             {"2023年案件台账\n案号,法院,立案\n1,a,2023\n", []string{"案号", "法院", "立案"}, 2, 3, 1},
		"title with blanks": {"2023年案件台账,,\n\n单位：某法院,,\n案号,法院,立案\n1,a,2023\n", []string{"案号", "法院", "立案"}, 4, 5, 1},
		"line breaks":       {"\"案\n号\", 法院 ,\"filed\n on\"\n1,a,2023\n", []string{"案号", "法院", "filed on"}, 1, 4, 0},
		"two rows": {"案号,当事人,,结案\n,原告,被告,\n（2023）1号,甲,乙,2023\n",
			[]string{"案号", "当事人/原告", "当事人/被告", "结案"}, 2, 3, 1},
		"few groups over many": {"标题,,,,,\n案号,日期,,,,\n,立案,审限,届满,结案,归档\n1,2,3,4,5,6\n",
			[]string{"案号", "日期/立案", "日期/审限", "日期/届满", "日期/结案", "日期/归档"}, 3, 4, 2},
		"a sparse first row is data": {"a,b,c\nx,,\nx,y,z\n", []string{"a", "b", "c"}, 1, 2, 0},
		"an unnamed column":          {"a,b,\n1,2,3\n", []string{"a", "b", ""}, 1, 2, 0},
		"one column":                 {"a\n1\n", []string{"a"}, 1, 2, 0},
	} {
		t.Run(name, func(t *testing.T) {
			table, rows, err := readAll(inputOf("a.csv", tc.text), Options{})
			if err != nil {
				t.Fatal(err)
			}
			if !slices.Equal(table.Header, tc.header) || table.Detected.HeaderRow != tc.row || rows[0].Line != tc.line || len(table.Detected.Notes) != tc.notes {
				t.Errorf("header %q in row %d, first data line %d, notes %q", table.Header, table.Detected.HeaderRow, rows[0].Line, table.Detected.Notes)
			}
		})
	}
}

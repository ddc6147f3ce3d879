package docket_test

import (
	"encoding/csv"
	"fmt"
	"os"
	"testing"

	"zhunsheng/internal/sharedtest"
)

func sharedRows(t *testing.T, rel string) (head map[string]int, rows [][]string) {
	t.Helper()
	f, err := os.Open(sharedtest.Path(t, rel))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err = csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	head = map[string]int{}
	for i, name := range rows[0] {
		head[name] = i
	}
	return head, rows[1:]
}

// TestTypeTableIsThatOfTheStandard compares our table with the collected list of types: the
// same codes, no more and no fewer.
func TestTypeTableIsThatOfTheStandard(t *testing.T) {
	cn := registry(t, "cn")
	head, rows := sharedRows(t, "data/courts/case-types.csv")
	listed := map[string]bool{}
	for _, row := range rows {
		code := row[head["abbr"]]
		if code == "" {
			continue
		}
		listed[code] = true
		if _, ok := cn.Type(code); !ok {
			t.Errorf("%s %s is not in our table", code, row[head["name"]])
		}
	}
	for _, tc := range cn.Types() {
		if !listed[tc.Code] {
			t.Errorf("%s is in our table only", tc.Code)
		}
	}
	t.Logf("%d codes", len(listed))
}

// TestEveryCourtCodeParses puts every known court code into a number; the shape of the code
// must also give the court's level.
func TestEveryCourtCodeParses(t *testing.T) {
	cn := registry(t, "cn")
	head, rows := sharedRows(t, "data/courts/courts.csv")
	parsed, wrong := 0, 0
	for _, row := range rows {
		code := row[head["code"]]
		if code == "" {
			continue
		}
		n, err := cn.Parse("（2024）" + code + "民初1号")
		if err != nil || n.Court != code {
			t.Errorf("%s %s: %+v, %v", code, row[head["name"]], n, err)
			continue
		}
		parsed++
		if fmt.Sprint(n.Level) != row[head["level"]] {
			wrong++
		}
	}
	if parsed != 3251 || wrong != 0 {
		t.Errorf("%d codes parsed, want 3251; %d with another level", parsed, wrong)
	}
}

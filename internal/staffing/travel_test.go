package staffing_test

import (
	"strings"
	"testing"
	"testing/fstest"

	"zhunsheng/internal/civil"
	"zhunsheng/internal/staffing"
	"zhunsheng/rules"
)

// TestTravelOfTheRules: the table joins every two courts of the demo city once, and does not pass
// as verified.
func TestTravelOfTheRules(t *testing.T) {
	b, err := staffing.LoadTravel(rules.FS)
	if err != nil {
		t.Fatal(err)
	}
	v, err := b.Versions.At(civil.NewDate(2024, 6, 30))
	if err != nil {
		t.Fatal(err)
	}
	if v.Value.Verified() {
		t.Error("invented hours pass as verified")
	}
	courts := []staffing.Court{{ID: "藏98"}, {ID: "藏9801"}, {ID: "藏9808"}, {ID: "elsewhere"}}
	if ways := v.Value.Between(courts); len(ways) != 3 {
		t.Errorf("ways between three courts: %v", ways)
	}
}

func TestFaultyTravel(t *testing.T) {
	const head = "versions:\n  - from: 2000-01-01\n    source: {doc: x, evidence: U}\n    ways:\n"
	for text, want := range map[string]string{
		"versions: []\n": "no version of the table",
		head + "      - {from: A, to: B, hours: 1}\n      - {from: A, to: B, hours: 2}\n":     "the way A to B is given twice",
		head + "      - {from: A, to: A, hours: 1}\n":                                         "joins no two courts",
		head + "      - {from: A, to: B, hours: -1}\n":                                        "not 0 to 1000 hours",
		"versions:\n  - from: 2000-01-01\n    source: {doc: x}\n    ways: []\n":               "no evidence mark",
		"versions:\n  - from: 2000-01-01\n    source: {doc: x, evidence: U}\n    roads: []\n": "roads",
	} {
		_, err := staffing.LoadTravel(fstest.MapFS{"travel/local.yaml": {Data: []byte(text)}})
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
	}
}

package statute_test

import (
	"strings"
	"testing"
	"testing/fstest"

	"zhunsheng/internal/statute"
)

func TestOnlyPlainValues(t *testing.T) {
	for text, want := range map[string]string{
		"a: 1\nb: &x [1]\n":              "r.yaml:2: rules have no anchors",
		"a: 1\nb: !!set {x}\n":           "r.yaml:2: rules have no tags",
		"a: &x {c: 1}\nb:\n  <<: *x\n":   "r.yaml:1: rules have no anchors",
		"b: *x\n":                        "r.yaml:1",
		"a: !00\n00000000000:0000000000": "r.yaml:1",
	} {
		var out map[string]any
		err := statute.Decode(fstest.MapFS{"r.yaml": {Data: []byte(text)}}, "r.yaml", &out)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: error %v, want %s", text, err, want)
		}
	}
}

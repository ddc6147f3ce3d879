package ui

import (
	"maps"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

func TestGroupsTravelThroughAnAddress(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		groups := rapid.SliceOf(rapid.MapOfN(rapid.SampledFrom([]string{"court", "line", "cause"}), rapid.String(), 1, 3)).Draw(t, "groups")
		back, err := ParseGroups(JoinGroups(groups))
		if err != nil {
			t.Fatal(err)
		}
		if !slices.EqualFunc(groups, back, maps.Equal[map[string]string, map[string]string]) {
			t.Fatalf("%v came back as %v", groups, back)
		}
	})
	for _, bad := range []string{";", "a=1;", "%zz=1"} {
		if g, err := ParseGroups(bad); err == nil {
			t.Errorf("%q was read as %v", bad, g)
		}
	}
}

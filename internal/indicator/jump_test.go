package indicator_test

import (
	"math/big"
	"testing"

	"pgregory.net/rapid"

	"zhunsheng/internal/indicator"
)

// TestSplitAddsUp: whatever the values, the two parts make the whole.
func TestSplitAddsUp(t *testing.T) {
	value := rapid.Custom(func(t *rapid.T) *big.Rat {
		return big.NewRat(rapid.Int64Range(-1e6, 1e6).Draw(t, "n"), rapid.Int64Range(1, 1e4).Draw(t, "d"))
	})
	rapid.Check(t, func(t *rapid.T) {
		j := indicator.Split(value.Draw(t, "old before"), value.Draw(t, "old after"), value.Draw(t, "new after"))
		if sum := new(big.Rat).Add(j.Reality, j.Definition); sum.Cmp(j.Total) != 0 {
			t.Fatalf("%s + %s = %s, not %s", j.Reality, j.Definition, sum, j.Total)
		}
	})
	if j := indicator.Split(nil, big.NewRat(1, 2), big.NewRat(1, 3)); j.Total != nil || j.Reality != nil || j.Definition.Cmp(big.NewRat(-1, 6)) != 0 {
		t.Errorf("without a value before: %+v", j)
	}
}

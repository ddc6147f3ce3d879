package docket_test

import (
	"math"
	"testing"

	"zhunsheng/internal/docket"
)

func TestMoneyPrints(t *testing.T) {
	for want, m := range map[string]docket.Money{
		"":                      {Cents: 5},
		"0.00":                  {Known: true},
		"12345.67":              {Cents: 1234567, Known: true},
		"-0.05":                 {Cents: -5, Known: true},
		"-92233720368547758.08": {Cents: math.MinInt64, Known: true},
	} {
		if got := m.String(); got != want {
			t.Errorf("%+v prints as %q, want %q", m, got, want)
		}
	}
}

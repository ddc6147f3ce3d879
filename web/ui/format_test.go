package ui

import (
	"math"
	"math/big"
	"testing"

	"pgregory.net/rapid"

	"zhunsheng/internal/civil"
)

func rat(s string) *big.Rat {
	if s == "" {
		return nil
	}
	r, ok := new(big.Rat).SetString(s)
	if !ok {
		panic(s)
	}
	return r
}

func TestValue(t *testing.T) {
	for _, tc := range []struct{ unit, in, want string }{
		{"count", "31629", "31,629"},
		{"count", "-1234567", "−1,234,567"},
		{"count", "2.5", "2.50"},
		{"share", "31629/34852", "90.75%"},
		{"share", "0.123450", "12.35%"},
		{"share", "-0.123450", "−12.35%"},
		{"per_judge", "31629/231", "136.92"},
		{"days", "372/10", "37.2"},
		{"money", "123456789", "1,234,567.89"},
		{"ratio", "3/2", "1.50"},
		{"share", "", "–"},
	} {
		if got := Value(tc.unit, rat(tc.in)); got != tc.want {
			t.Errorf("Value(%s, %s) = %q, want %q", tc.unit, tc.in, got, tc.want)
		}
	}
}

func TestDecimal(t *testing.T) {
	for want, got := range map[string]string{
		"1,234.6": Decimal(1234.56, 1), "−1,234,567": Decimal(-1234567.4, 0), "0.0": Decimal(-0.04, 1), "0.05": Decimal(0.05, 2),
		None: Decimal(math.NaN(), 1),
	} {
		if got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}

func TestChange(t *testing.T) {
	d, err := NewDictionary()
	if err != nil {
		t.Fatal(err)
	}
	w := d.Speak(Chinese)
	for _, tc := range []struct{ unit, now, before, want string }{
		{"count", "110", "100", "+10.0%"},
		{"count", "90", "100", "−10.0%"},
		{"count", "100", "100", "±0%"},
		{"count", "5", "0", "基期为0"},
		{"count", "0", "0", "–"},
		{"count", "5", "", "–"},
		{"share", "0.90", "0.85", "+5.00 个百分点"},
		{"share", "0.85", "0.90", "−5.00 个百分点"},
	} {
		if got := w.Change(tc.unit, rat(tc.now), rat(tc.before)); got != tc.want {
			t.Errorf("Change(%s, %s, %s) = %q, want %q", tc.unit, tc.now, tc.before, got, tc.want)
		}
	}
	for _, tc := range []struct{ now, before, want string }{
		{"34852", "20852", "同比上升 67.1%"}, {"50", "100", "同比下降 50.0%"}, {"7", "7", "同比持平"}, {"7", "0", "上年同期为0"},
	} {
		if got := w.OnYear(rat(tc.now), rat(tc.before)); got != tc.want {
			t.Errorf("OnYear(%s, %s) = %q, want %q", tc.now, tc.before, got, tc.want)
		}
	}
}

func TestPeriodName(t *testing.T) {
	d, err := NewDictionary()
	if err != nil {
		t.Fatal(err)
	}
	for _, tc := range []struct{ in, zh, en string }{
		{"2024", "2024年", "2024"},
		{"2024Q2", "2024年二季度", "Q2 2024"},
		{"2024-06", "2024年6月", "Jun 2024"},
		{"2024-01..2024-06", "2024年1—6月", "Jan–Jun 2024"},
		{"2023-11..2024-02", "2023年11月—2024年2月", "Nov 2023–Feb 2024"},
		{"2024-01-05..2024-02-07", "2024-01-05—2024-02-07", "2024-01-05–2024-02-07"},
	} {
		p, err := civil.ParsePeriod(tc.in)
		if err != nil {
			t.Fatal(err)
		}
		if zh, en := d.Speak(Chinese).PeriodName(p), d.Speak(English).PeriodName(p); zh != tc.zh || en != tc.en {
			t.Errorf("%s: %q, %q; want %q, %q", tc.in, zh, en, tc.zh, tc.en)
		}
	}
}

// Steps meet without a gap, whole months step back and on to themselves, and every address
// the menu offers can be read back.
func TestPeriodMenu(t *testing.T) {
	d, err := NewDictionary()
	if err != nil {
		t.Fatal(err)
	}
	rapid.Check(t, func(t *rapid.T) {
		from := civil.NewDate(2020, 1, 1).AddDays(rapid.IntRange(0, 1500).Draw(t, "from"))
		p := civil.Period{From: from, To: from.AddDays(rapid.IntRange(0, 800).Draw(t, "days"))}
		whole := rapid.Bool().Draw(t, "whole months")
		if whole {
			y, m, _ := p.From.YMD()
			y2, m2, _ := p.To.YMD()
			p = civil.Period{From: civil.Month(y, m).From, To: civil.Month(y2, m2).To}
		}
		if p.Preceding().To.AddDays(1) != p.From || following(p).From.AddDays(-1) != p.To {
			t.Fatalf("%s: before %s, after %s", p, p.Preceding(), following(p))
		}
		if q := following(p.Preceding()); whole && q != p {
			t.Fatalf("%s → back → on is %s", p, q)
		}
		menu := d.Speak(Chinese).Menu(p, civil.NewDate(2024, 6, 30))
		for _, s := range []string{menu.Value, menu.Before, menu.Default} {
			if _, err := civil.ParsePeriod(s); err != nil {
				t.Fatalf("%s: the menu offers %q: %v", p, s, err)
			}
		}
		if menu.After != "" {
			if q, err := civil.ParsePeriod(menu.After); err != nil || q.From > civil.NewDate(2024, 6, 30) {
				t.Fatalf("%s: after is %q", p, menu.After)
			}
		}
	})
}

func TestEmptyInstallationHasNoPeriod(t *testing.T) {
	d, err := NewDictionary()
	if err != nil {
		t.Fatal(err)
	}
	if m := d.Speak(Chinese).Menu(DefaultPeriod(0), 0); m.Value != "" || m.Label != None {
		t.Errorf("menu without data: %+v", m)
	}
}

package indicator_test

import (
	"compress/gzip"
	"encoding/csv"
	"fmt"
	"math/big"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"zhunsheng/internal/indicator"
	"zhunsheng/internal/sharedtest"
)

// njCell is one case category of one New Jersey court in one period: metric to printed value.
type njCell map[string]int64

// TestNewJersey recomputes every printed rate of the New Jersey municipal courts. Where the
// divisor is zero the source prints 0 or 100; our engine gives no value, and those cells are
// counted apart.
func TestNewJersey(t *testing.T) {
	cells := readNewJersey(t)
	book := bookWith(t, "testdata/published")
	checks := []struct {
		set, key, metric, divisor string
		times                     int64
		want, wantNone            int
	}{
		{"new-jersey", "clearance", "clearance", "", 1, 99_036, 0},
		{"courtools", "clearance_rate", "clearance_pct", "filings", 100, 96_233, 2_803},
		{"new-jersey", "backlog_per_100_monthly_filings", "backlog_per_100_monthly_filings", "filings", 1, 96_233, 2_803},
		{"new-jersey", "backlog_share", "backlog_pct", "active_pending", 100, 87_459, 11_577},
	}
	agree, none := make([]int, len(checks)), make([]int, len(checks))
	for place, cell := range cells {
		totals := cell.totals()
		sets := map[string]map[string]indicator.Figure{
			"new-jersey": figures(t, book, "new-jersey", totals), "courtools": figures(t, book, "courtools", totals),
		}
		for i, c := range checks {
			f := sets[c.set][c.key]
			if c.divisor != "" && cell[c.divisor] == 0 {
				if f.Value != nil {
					t.Errorf("%s %s: %s without %s; want no value", place, c.key, f.Value.RatString(), c.divisor)
				}
				none[i]++
				continue
			}
			if f.Value == nil {
				t.Fatalf("%s %s: no value", place, c.key)
			}
			got := indicator.RoundHalfUp(new(big.Rat).Mul(f.Value, big.NewRat(c.times, 1)), 0)
			if got != strconv.FormatInt(cell[c.metric], 10) {
				t.Errorf("%s %s: computed %s, printed %d", place, c.key, got, cell[c.metric])
			}
			agree[i]++
		}
	}
	for i, c := range checks {
		if agree[i] != c.want || none[i] != c.wantNone {
			t.Errorf("%s: %d cells computed and %d without divisor, want %d and %d", c.metric, agree[i], none[i], c.want, c.wantNone)
		}
		t.Logf("%s: %d cells agree, %d have no divisor and no value", c.metric, agree[i], none[i])
	}
}

// totals names the printed inputs of a cell as the definitions want them.
func (c njCell) totals() map[string]*big.Rat {
	out := map[string]*big.Rat{}
	for name, metric := range map[string]string{"filed": "filings", "closed": "resolutions", "backlog": "backlog", "active": "active_pending"} {
		out[name] = new(big.Rat).SetInt64(c[metric])
	}
	return out
}

func readNewJersey(t *testing.T) map[string]njCell {
	t.Helper()
	head, lines := readGzip(t, "data/court-statistics-published/nj-municipal-courts.csv.gz")
	first := slices.Index(head, "indictables")
	cells := map[string]njCell{}
	for _, line := range lines {
		for i := first; i < len(head); i++ {
			place := strings.Join([]string{line[0], line[1], line[2], line[5], head[i]}, " ")
			if cells[place] == nil {
				cells[place] = njCell{}
			}
			n, err := strconv.ParseInt(line[i], 10, 64)
			if err != nil {
				t.Fatalf("%s %s: %v", place, line[4], err)
			}
			if _, twice := cells[place][line[4]]; twice {
				t.Fatalf("%s: %s stands twice", place, line[4])
			}
			cells[place][line[4]] = n
		}
	}
	return cells
}

// tie is a printed figure that lies exactly between two whole numbers and was rounded down by
// the source's binary arithmetic; exact half-up gives the higher one.
type tie struct{ court, printed, halfUp string }

// TestSaoPaulo recomputes demand served, the net congestion rate and the change of the stock
// of every court unit of São Paulo. The rows that differ are listed or counted, as the
// description of the data set does; a change in either direction fails.
func TestSaoPaulo(t *testing.T) {
	head, lines := readGzip(t, "data/court-statistics-published/tjsp-courts-2024.csv.gz")
	book := bookWith(t)
	check := func(set, key, column string, digits int) (agree, none int, ties []tie) {
		for _, line := range lines {
			cell := func(name string) string { return line[slices.Index(head, name)] }
			f := figures(t, book, set, saoPaulo(t, cell))[key]
			if f.Value == nil {
				none++
				continue
			}
			got := indicator.RoundHalfUp(new(big.Rat).Mul(f.Value, big.NewRat(100, 1)), digits)
			if same(got, cell(column)) {
				agree++
				continue
			}
			ties = append(ties, tie{cell("court_code"), cell(column), got})
		}
		return agree, none, ties
	}
	agree, none, ties := check("cnj", "demand_served", "demand_served_pct", 0)
	expect(t, "demand served", []int{agree, none}, []int{1_258, 190})
	expect(t, "demand served, ties", ties, []tie{{"85529", "12", "13"}, {"88498", "127", "128"}})

	agree, none, ties = check("volume", "pending_yoy", "pending_change_pct", 1)
	expect(t, "change of the stock", []int{agree, none}, []int{1_346, 102})
	expect(t, "change of the stock, ties", ties, []tie{{"85166", "131.2", "131.3"}, {"85556", "106.2", "106.3"}})

	agree, none, ties = check("cnj", "net_congestion_rate", "net_congestion_pct", 0)
	blank := slices.DeleteFunc(slices.Clone(ties), func(x tie) bool { return x.printed != "" })
	expect(t, "net congestion, rows that agree, differ, have no value", []int{agree, len(ties) - len(blank), none}, []int{1_164, 220, 65})
	expect(t, "net congestion, printed blank though defined", blank, []tie{{"13352", "", "100"}})
	t.Logf("demand served agrees in %d rows, change of the stock in %d, net congestion in %d", 1_258, 1_346, agree)
}

func saoPaulo(t *testing.T, cell func(string) string) map[string]*big.Rat {
	t.Helper()
	totals := map[string]*big.Rat{}
	for name, column := range map[string]string{
		"filed": "new_cases_12m", "closed": "disposed_12m", "pending_end": "pending_2024_12",
		"prev_pending_end": "pending_2023_12", "suspended": "suspended_2024_12",
	} {
		v, ok := new(big.Rat).SetString(cell(column))
		if !ok {
			t.Fatalf("court %s, %s: %q is not a number", cell("court_code"), column, cell(column))
		}
		totals[name] = v
	}
	return totals
}

// figures evaluates a set from totals, by key.
func figures(t testing.TB, book *indicator.Book, set string, totals map[string]*big.Rat) map[string]indicator.Figure {
	t.Helper()
	list, err := book.Eval(set, totals)
	if err != nil {
		t.Fatalf("eval %s: %v", set, err)
	}
	out := make(map[string]indicator.Figure, len(list))
	for _, f := range list {
		out[f.Indicator] = f
	}
	return out
}

func readGzip(t *testing.T, rel string) (head []string, lines [][]string) {
	t.Helper()
	f, err := os.Open(sharedtest.Path(t, rel))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	all, err := csv.NewReader(z).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return all[0], all[1:]
}

func expect(t *testing.T, what string, got, want any) {
	t.Helper()
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("%s: %v, want %v", what, got, want)
	}
}

package forecast_test

import (
	"testing"

	"zhunsheng/internal/civil"
	"zhunsheng/internal/demo"
	"zhunsheng/internal/forecast"
)

// demoMonths are the complete months of the demo city's ledger, from January 2020 on.
const demoMonths = 54

// demoFilings counts the filings of the demo city by month: of courts and lines, named court/line.
func demoFilings(t *testing.T) ([]forecast.Node, [][]float64) {
	t.Helper()
	city, err := demo.Generate(demo.Options{Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	first := civil.Month(2020, 1)
	nodes := []forecast.Node{{ID: "city"}}
	counts := [][]float64{make([]float64, demoMonths)}
	place := map[string]int{"city": 0}
	at := func(id, parent string) int {
		i, seen := place[id]
		if !seen {
			i = len(nodes)
			place[id] = i
			nodes, counts = append(nodes, forecast.Node{ID: id, Parent: parent}), append(counts, make([]float64, demoMonths))
		}
		return i
	}
	for _, court := range city.Courts {
		at(court.Code, "city")
	}
	for _, k := range city.Cases {
		y, m, _ := k.FiledOn.YMD()
		month := 12*(y-2020) + m - 1
		if k.FiledOn < first.From || month >= demoMonths {
			continue
		}
		for _, i := range []int{0, at(k.Court, "city"), at(k.Court+"/"+k.Line, k.Court)} {
			counts[i][month]++
		}
	}
	return nodes, counts
}

// TestDemoSeries forecasts the filings of the demo city half a year ahead from the end of every
// quarter since December 2022 and wants to be better than the seasonal naive at every level. The
// city's filings grow by two thirds in 2023, which nothing before tells.
func TestDemoSeries(t *testing.T) {
	nodes, counts := demoFilings(t)
	total := map[string]*courtTally{}
	for origin := 36; origin+courtsAhead <= demoMonths; origin += 3 {
		rollOn(t, nodes, counts, origin, total, func(i int) []string {
			level := "court and line"
			switch {
			case i == 0:
				level = "city"
			case nodes[i].Parent == "city":
				level = "court"
			}
			if origin >= 45 {
				return []string{level, "after the jump"}
			}
			return []string{level}
		})
	}
	for _, level := range []string{"city", "court", "court and line", "after the jump"} {
		s := total[level]
		s.log(t, level)
		if s.MASE() >= s.naive/float64(s.Series) {
			t.Errorf("%s: MASE %.3f, seasonal naive %.3f", level, s.MASE(), s.naive/float64(s.Series))
		}
	}
}

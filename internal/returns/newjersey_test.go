package returns_test

import (
	"cmp"
	"compress/gzip"
	"encoding/csv"
	"maps"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"zhunsheng/internal/returns"
	"zhunsheng/internal/sharedtest"
)

// kinds are the columns of New Jersey's reports.
var kinds = map[string]string{
	"indictables": "criminal/indictables", "dp_pdp": "criminal/dp_pdp", "other_criminal": "criminal/other", "criminal_total": "criminal",
	"dwi": "traffic/dwi", "traffic_moving": "traffic/moving", "parking": "traffic/parking", "traffic_total": "traffic", "grand_total": returns.Total,
}

// key is one line of a return.
type key struct {
	unit string
	t    int
	kind string
}

// newJersey are the annual returns of the municipal courts.
func newJersey(t *testing.T) map[key]returns.Figures {
	t.Helper()
	f, err := os.Open(sharedtest.Path(t, "data/court-statistics-published/nj-municipal-courts.csv.gz"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }() // read-only
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(z).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	at := map[string]int{}
	for i, h := range rows[0] {
		at[h] = i
	}
	out := map[key]returns.Figures{}
	for _, r := range rows[1:] {
		year, err := strconv.Atoi(r[at["report"]][:4])
		if err != nil {
			t.Fatal(err)
		}
		for column, kind := range kinds {
			k := key{r[at["county"]] + "/" + r[at["municipality"]], year, kind}
			figures := out[k]
			v, err := strconv.ParseInt(r[at[column]], 10, 64)
			switch r[at["metric"]] + " " + r[at["which"]] {
			case "filings current":
				figures.Filed = v
			case "resolutions current":
				figures.Resolved = v
			case "active_pending current":
				figures.Pending = v
			case "active_pending prior":
				figures.Opening = v
			default:
				continue
			}
			if err != nil {
				t.Fatal(r, err)
			}
			out[k] = figures
		}
	}
	return out
}

// check judges a table, rows in a fixed order.
func check(t *testing.T, table map[key]returns.Figures) *returns.Report {
	t.Helper()
	var rows []returns.Row
	for k, f := range table {
		rows = append(rows, returns.Row{Unit: k.unit, T: k.t, Kind: k.kind, Figures: f})
	}
	slices.SortFunc(rows, func(a, b returns.Row) int {
		return cmp.Or(strings.Compare(a.Unit, b.Unit), a.T-b.T, strings.Compare(a.Kind, b.Kind))
	})
	rep, err := returns.Check(rows)
	if err != nil {
		t.Fatal(err)
	}
	return rep
}

// found are the units and times with one of the findings.
func found(rep *returns.Report, what ...returns.What) map[key]bool {
	out := map[key]bool{}
	for _, f := range rep.Findings {
		if slices.Contains(what, f.What) {
			out[key{unit: f.Unit, t: f.T}] = true
		}
	}
	return out
}

// change alters the leaves of one return and adds up the sums anew.
func change(table map[key]returns.Figures, unit string, year int, do func(kind string, f returns.Figures) returns.Figures) {
	sums := map[string]returns.Figures{}
	add := func(kind string, f returns.Figures) {
		s := sums[kind]
		sums[kind] = returns.Figures{Opening: s.Opening + f.Opening, Filed: s.Filed + f.Filed, Resolved: s.Resolved + f.Resolved, Pending: s.Pending + f.Pending}
	}
	for _, kind := range leaves {
		k := key{unit, year, kind}
		table[k] = do(kind, table[k])
		add(kind[:strings.Index(kind, "/")], table[k])
		add(returns.Total, table[k])
	}
	for kind, f := range sums {
		table[key{unit, year, kind}] = f
	}
}

var leaves = []string{"criminal/dp_pdp", "criminal/indictables", "criminal/other", "traffic/dwi", "traffic/moving", "traffic/parking"}

// courts are those with at least a hundred filings in a year and in the year before it.
func courts(table map[key]returns.Figures, year int) []string {
	var out []string
	for k, f := range table {
		if k.kind == returns.Total && k.t == year && f.Filed >= 100 && table[key{k.unit, year - 1, k.kind}].Filed >= 100 {
			out = append(out, k.unit)
		}
	}
	slices.Sort(out)
	return out
}

// half is what a report holds that was closed after six months: half of the flows, the stocks
// as they are.
func half(_ string, f returns.Figures) returns.Figures {
	f.Filed, f.Resolved = f.Filed/2, f.Resolved/2
	return f
}

// dismissal resolves so much of the pending cases in one go.
func dismissal(share float64) func(string, returns.Figures) returns.Figures {
	return func(_ string, f returns.Figures) returns.Figures {
		n := int64(share*float64(f.Pending) + 0.5)
		f.Resolved, f.Pending = f.Resolved+n, f.Pending-n
		return f
	}
}

// New Jersey's municipal courts, 2005 to 2015: on untouched returns at most one finding per 100
// court-years; a cell overwritten, half a year in an annual report and a mass dismissal are
// each found in nine of ten courts of at least 100 filings. All courts of a year are changed at
// once, which is the same as one by one: a return is held against earlier years only. Each of
// four years is changed by itself.
func TestNewJersey(t *testing.T) {
	clean := newJersey(t)
	rep := check(t, clean)
	per100 := 100 * float64(len(found(rep, returns.Sum, returns.Carry, returns.PartPeriod, returns.MassClosing, returns.Imbalance))) / float64(rep.Judged)
	t.Logf("untouched: %d returns, %d judged, with a finding %.2f per 100 (at most %.1f findings stated, %d found)", rep.Returns, rep.Judged, per100, rep.Expected, len(rep.Findings))
	for _, what := range []returns.What{returns.Sum, returns.Carry, returns.PartPeriod, returns.MassClosing, returns.Imbalance} {
		t.Logf("untouched, %s: %d", what, len(found(rep, what)))
	}
	if per100 > 1 || rep.Judged < 3000 {
		t.Errorf("%.2f findings per 100 untouched court-years of %d", per100, rep.Judged)
	}
	r := rand.New(rand.NewPCG(1, 1))
	for _, p := range []struct {
		name string
		goal float64
		find []returns.What
		do   func(table map[key]returns.Figures, unit string, year int)
	}{
		{"half a year", 0.9, []returns.What{returns.PartPeriod}, func(table map[key]returns.Figures, unit string, year int) { change(table, unit, year, half) }},
		{"dismissal of 50 %", 0, []returns.What{returns.MassClosing}, func(table map[key]returns.Figures, unit string, year int) { change(table, unit, year, dismissal(0.5)) }},
		{"dismissal of 80 %", 0.9, []returns.What{returns.MassClosing}, func(table map[key]returns.Figures, unit string, year int) { change(table, unit, year, dismissal(0.8)) }},
		{"dismissal of 90 %", 0.9, []returns.What{returns.MassClosing}, func(table map[key]returns.Figures, unit string, year int) { change(table, unit, year, dismissal(0.9)) }},
		{"one cell overwritten", 0.9, []returns.What{returns.Sum, returns.Carry}, func(table map[key]returns.Figures, unit string, year int) {
			k := key{unit, year, slices.Sorted(maps.Values(kinds))[r.IntN(len(kinds))]}
			table[k] = overwrite(table[k], r.IntN(4), r.IntN(3))
		}},
		{"one cell overwritten tenfold, sums redone", 0, []returns.What{returns.Imbalance, returns.Carry}, func(table map[key]returns.Figures, unit string, year int) {
			kind, column := leaves[r.IntN(len(leaves))], 1+r.IntN(2)
			change(table, unit, year, func(k string, f returns.Figures) returns.Figures {
				if k == kind {
					return overwrite(f, column, 0)
				}
				return f
			})
		}},
	} {
		sizes := []int64{100, 300, 1000, 3000, 1 << 60}
		var hits, all [4]int
		for _, year := range []int{2012, 2013, 2014, 2015} {
			table := maps.Clone(clean)
			list := courts(clean, year)
			for _, unit := range list {
				p.do(table, unit, year)
			}
			seen := found(check(t, table), p.find...)
			for _, unit := range list {
				filed := clean[key{unit, year, returns.Total}].Filed
				i := slices.IndexFunc(sizes[1:], func(n int64) bool { return filed < n })
				all[i]++
				if seen[key{unit: unit, t: year}] {
					hits[i]++
				}
			}
		}
		share := float64(hits[0]+hits[1]+hits[2]+hits[3]) / float64(all[0]+all[1]+all[2]+all[3])
		t.Logf("%s: found in %.3f; by filings 100–299 %d of %d, 300–999 %d of %d, 1,000–2,999 %d of %d, more %d of %d", p.name, share, hits[0], all[0], hits[1], all[1], hits[2], all[2], hits[3], all[3])
		if share < p.goal {
			t.Errorf("%s: found in %.3f of the courts", p.name, share)
		}
	}
}

// overwrite puts another count into one column: ten times as many, a digit too few or too many.
func overwrite(f returns.Figures, column, how int) returns.Figures {
	at := []*int64{&f.Opening, &f.Filed, &f.Resolved, &f.Pending}[column]
	switch {
	case how == 0:
		*at = 10**at + 1
	case how == 1 && *at >= 10:
		*at /= 10
	default:
		*at += 9
	}
	return f
}

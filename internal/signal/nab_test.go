package signal_test

import (
	"encoding/json"
	"math"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"zhunsheng/internal/sharedtest"
	"zhunsheng/internal/signal"
)

// stream is one file of the benchmark with its windows as positions.
type stream struct {
	values  []float64
	windows [][2]int
	day     int // points a day; 0: the steps are uneven
}

func benchmark(t *testing.T) map[string]*stream {
	head, rows := csvRows(t, "data/anomaly-benchmark-nab/series.csv.gz")
	out, times := map[string]*stream{}, map[string][]string{}
	for _, r := range rows {
		name := r[head["file"]]
		if out[name] == nil {
			out[name] = &stream{}
		}
		v, err := strconv.ParseFloat(r[head["value"]], 64)
		if err != nil {
			t.Fatal(err)
		}
		out[name].values = append(out[name].values, v)
		times[name] = append(times[name], r[head["timestamp"]])
	}
	for name, s := range out {
		s.day = pointsADay(t, times[name])
	}
	text, err := os.ReadFile(sharedtest.Path(t, "data/anomaly-benchmark-nab/windows.json"))
	if err != nil {
		t.Fatal(err)
	}
	windows := map[string][][2]string{}
	if err := json.Unmarshal(text, &windows); err != nil {
		t.Fatal(err)
	}
	for name, list := range windows {
		for _, w := range list {
			from, to := -1, -1
			for i, at := range times[name] {
				if from < 0 && at >= strings.TrimSuffix(w[0], ".000000") {
					from = i
				}
				if at <= strings.TrimSuffix(w[1], ".000000") {
					to = i
				}
			}
			out[name].windows = append(out[name].windows, [2]int{from, to})
		}
	}
	return out
}

// pointsADay is the number of steps in a day when nineteen of twenty are alike, else 0.
func pointsADay(t *testing.T, stamps []string) int {
	steps := map[time.Duration]int{}
	var last time.Time
	for _, s := range stamps {
		at, err := time.Parse(time.DateTime, s)
		if err != nil {
			t.Fatal(err)
		}
		steps[at.Sub(last)]++
		last = at
	}
	for step, n := range steps {
		if n*20 >= len(stamps)*19 && step > 0 {
			return int(24 * time.Hour / step)
		}
	}
	return 0
}

// sigmoid is the benchmark's reward by position: 1 at the start of a window, 0 at its end,
// down to −1 after it (Lavin and Ahmad 2015).
func sigmoid(y float64) float64 {
	if y > 3 {
		return -1
	}
	return 2/(1+math.Exp(5*y)) - 1
}

// nabScore is the raw score of one file under the standard profile, false positives costing
// 0.11, with the number of windows hit and of false positives. Alarms in the first 15 % (at
// most 750 points) do not count.
func nabScore(s *stream, alarms []bool) (score float64, hits, wrong int) {
	probation := min(len(alarms)*15/100, 750)
	found := make([]bool, len(s.windows))
	for i := probation; i < len(alarms); i++ {
		if !alarms[i] {
			continue
		}
		before, inside := -1, false
		for k, w := range s.windows {
			if i >= w[0] && i <= w[1] {
				inside = true
				if !found[k] {
					found[k] = true
					hits++
					y := -float64(w[1]-i+1) / float64(w[1]-w[0]+1)
					score += sigmoid(y) / sigmoid(-1)
				}
			}
			if w[1] < i {
				before = k
			}
		}
		if inside {
			continue
		}
		wrong++
		if before < 0 {
			score -= 0.11
			continue
		}
		w := s.windows[before]
		score += 0.11 * sigmoid(float64(i-w[1])/max(1, float64(w[1]-w[0])))
	}
	for _, f := range found {
		if !f {
			score--
		}
	}
	return score, hits, wrong
}

// The benchmark's own scoring of Watch on the 31 files here, standard profile, one threshold
// for all files. The published scores are for all 58 files and cannot be compared one to one.
func TestNumentaBenchmark(t *testing.T) {
	streams := benchmark(t)
	tails := map[string][]float64{}
	for name, s := range streams {
		p, err := signal.Watch(s.values, signal.WatchOptions{Day: s.day})
		if err != nil {
			t.Fatal(err)
		}
		tails[name] = p
	}
	best := math.Inf(-1)
	for _, limit := range []float64{1e-2, 1e-3, 1e-4, 1e-5, 1e-7, 1e-9, 1e-12} {
		raw, windows, hits, wrong, quiet := 0.0, 0, 0, 0, 0
		for name, s := range streams {
			alarms, last := make([]bool, len(s.values)), -1000
			for i, p := range tails[name] {
				if p <= limit && i-last > 100 { // one alarm for one event
					alarms[i], last = true, i
				}
			}
			score, h, f := nabScore(s, alarms)
			raw, hits, wrong, windows = raw+score, hits+h, wrong+f, windows+len(s.windows)
			if strings.HasPrefix(name, "artificialNoAnomaly") {
				quiet += f
			}
		}
		score := 100 * (raw + float64(windows)) / (2 * float64(windows))
		best = math.Max(best, score)
		t.Logf("p ≤ %.0e: score %.1f, %d of %d windows found, %d false alarms, %d of them in the five files without anomaly", limit, score, hits, windows, wrong, quiet)
	}
	if best < 50 {
		t.Errorf("best score %.1f", best)
	}
}

func TestWatchThatCannotJudge(t *testing.T) {
	flat := make([]float64, 500)
	for name, values := range map[string][]float64{"nothing": nil, "one point": {1}, "flat": flat, "gaps": {math.NaN(), 1, math.NaN()}} {
		p, err := signal.Watch(values, signal.WatchOptions{})
		if err != nil || len(p) != len(values) {
			t.Errorf("%s: %v", name, err)
		}
		for i, v := range p {
			if v < 0.5 {
				t.Errorf("%s: point %d has p %v", name, i, v)
			}
		}
	}
	if _, err := signal.Watch([]float64{math.Inf(1)}, signal.WatchOptions{}); err == nil {
		t.Error("infinity is watched")
	}
	if _, err := signal.Watch(nil, signal.WatchOptions{Window: 3, Short: 2}); err == nil {
		t.Error("a window of 3 for means of 2")
	}
	if _, err := signal.Watch(flat, signal.WatchOptions{Day: 288}); err == nil {
		t.Error("the shape of a day from less than two")
	}
}

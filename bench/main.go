// Command bench measures the figure columns against DuckDB, SQLite and a hand-written loop:
// all counts of an indicator set, for one month, over invented ledgers.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"zhunsheng/bench/synth"
	"zhunsheng/internal/civil"
	"zhunsheng/internal/columns"
	"zhunsheng/internal/indicator"
)

// sqliteLimit is the largest ledger that SQLite is asked about.
const sqliteLimit = 10_000_000

func main() {
	sizes := flag.String("sizes", "100000,1000000", "cases, separated by commas; 46000000 is the nation")
	peers := flag.String("peers", "loop,duckdb,sqlite,files", "what to compare with; files: also write the columns and read them back")
	runs := flag.Int("runs", 5, "runs of each measurement; the median counts")
	flag.Parse()
	if err := run(strings.Split(*sizes, ","), strings.Split(*peers, ","), *runs); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run(sizes, peers []string, runs int) error {
	q, err := newQuestion(civil.Month(2023, 12))
	if err != nil {
		return err
	}
	fmt.Printf("%s: %d counts, period %s, %d processors, %d runs each\n", set, len(q.measures), q.period, runtime.GOMAXPROCS(0), runs)
	for _, s := range sizes {
		n, err := strconv.Atoi(s)
		if err != nil || n < 1000 {
			return fmt.Errorf("-sizes %q: write numbers of cases from 1000", s)
		}
		if err := (&bench{q: q, runs: runs, peers: peers, cases: n}).run(); err != nil {
			return err
		}
	}
	return nil
}

// bench is the measurement at one size.
type bench struct {
	q     *question
	runs  int
	peers []string
	cases int
	base  map[string]timing // the columns' times, by level
	want  []int64
}

// levels are the groupings that are measured.
var levels = [][]string{{"court"}, {"court", "division", "judge"}}

func level(by []string) string { return strings.Join(by, "+") }

func (b *bench) has(peer string) bool { return slices.Contains(b.peers, peer) }

func (b *bench) run() error {
	ledger := synth.New(b.cases)
	start := time.Now()
	o, err := openOurs(ledger)
	if err != nil {
		return err
	}
	st := o.store.Stats()
	days, texts, money := b.q.fields()
	set := append(append(days, texts...), "division", "judge")
	fmt.Printf("\n%d cases, %d courts, built in %v; bytes a case: %.1f for the set's columns, %.1f ids, %.1f money\n",
		b.cases, len(ledger.Courts), time.Since(start).Round(time.Millisecond), st.PerCase(set...), st.PerCase("id"), st.PerCase(money...))
	fmt.Printf("%-42s %-20s %7s %9s %9s %7s %9s %7s\n", "engine", "by", "groups", "median ms", "best ms", "× ours", "cpu ms", "× ours")
	if err := b.ours(o); err != nil {
		return err
	}
	o = nil
	if b.has("files") {
		if err := files(ledger); err != nil {
			return err
		}
	}
	runtime.GC()
	if !b.has("loop") && !b.has("duckdb") && !b.has("sqlite") {
		return nil
	}
	f, err := newFlat(ledger, b.q)
	if err != nil {
		return err
	}
	if b.has("loop") {
		if err := b.loop(f); err != nil {
			return err
		}
	}
	if b.has("duckdb") {
		if err := b.database(f, "DuckDB", func() (*database, error) { return openDuckDB(f, b.q, runtime.GOMAXPROCS(0)) }); err != nil {
			return err
		}
	}
	if b.has("sqlite") && b.cases <= sqliteLimit {
		return b.database(f, "SQLite", func() (*database, error) { return openSQLite(f, b.q) })
	}
	return nil
}

// files writes the columns to a temporary folder, reads them back and prints the times.
func files(l *synth.Ledger) error {
	dir, err := os.MkdirTemp("", "zhunsheng-bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	start := time.Now()
	s, err := columns.Open(dir, l)
	if err != nil {
		return err
	}
	if _, err := s.Refresh(context.Background()); err != nil {
		return err
	}
	built := time.Since(start)
	entries, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	var bytes int64
	for _, e := range entries {
		if info, err := e.Info(); err == nil {
			bytes += info.Size()
		}
	}
	start = time.Now()
	if s, err = columns.Open(dir, l); err != nil {
		return err
	}
	again, err := s.Refresh(context.Background())
	if err != nil || len(again) != 0 {
		return fmt.Errorf("files: %d courts rebuilt, %v", len(again), err)
	}
	fmt.Printf("files: built and written in %v, %.1f bytes a case on disk, opened in %v\n",
		built.Round(time.Millisecond), float64(bytes)/float64(l.Cases), time.Since(start).Round(time.Millisecond))
	return nil
}

// timing is the best of several runs: wall clock, and processor time of all threads.
type timing struct{ wall, cpu time.Duration }

// median runs do and prints the median and the best of its times, and the least processor
// time of a run. Ratios compare best with best: they hold also while others use the machine,
// those of processor time best of all.
func (b *bench) median(engine string, by []string, do func() (groups int, err error)) (timing, error) {
	walls, cpus := make([]time.Duration, b.runs), make([]time.Duration, b.runs)
	var groups int
	for i := range walls {
		start, busy := time.Now(), processorTime()
		var err error
		if groups, err = do(); err != nil {
			return timing{}, fmt.Errorf("%s: %w", engine, err)
		}
		walls[i], cpus[i] = time.Since(start), processorTime()-busy
	}
	slices.Sort(walls)
	best := timing{walls[0], slices.Min(cpus)}
	ms := func(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
	ratio := func(d, base time.Duration) string {
		if base == 0 {
			return ""
		}
		return fmt.Sprintf("%.1f", float64(d)/float64(base))
	}
	base := b.base[level(by)]
	fmt.Printf("%-42s %-20s %7d %9.2f %9.2f %7s %9.2f %7s\n", engine, level(by), groups,
		ms(walls[len(walls)/2]), ms(best.wall), ratio(best.wall, base.wall), ms(best.cpu), ratio(best.cpu, base.cpu))
	return best, nil
}

// processorTime returns the processor time this process has used so far.
func processorTime() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

func (b *bench) ours(o *ours) error {
	b.base = map[string]timing{}
	for _, by := range levels {
		t, err := b.median("figure columns: counts", by, func() (int, error) { return o.table(b.q, b.q.measures, by) })
		if err != nil {
			return err
		}
		b.base[level(by)] = t
		for _, x := range []struct {
			name string
			do   func() (int, error)
		}{
			{"figure columns: counts, as groups of cells", func() (int, error) { return o.groups(b.q, b.q.measures, by) }},
			{"figure columns: sums of days", func() (int, error) { return o.table(b.q, b.q.days, by) }},
			{"figure columns: histograms for medians", func() (int, error) { return o.table(b.q, b.q.spread, by) }},
			{"figure columns: sums of money", func() (int, error) { return o.table(b.q, b.q.money, by) }},
		} {
			if _, err := b.median(x.name, by, x.do); err != nil {
				return err
			}
		}
	}
	var err error
	b.want, err = o.totals(b.q, b.q.measures)
	return err
}

func (b *bench) loop(f *flat) error {
	l := newLoop(f, b.q.period)
	for _, by := range levels {
		var totals [loopCounts]int64
		_, err := b.median("hand-written loop", by, func() (groups int, err error) {
			groups, totals = l.run(len(by) > 1)
			return groups, nil
		})
		if err == nil {
			err = checkLoop(b.q, totals, b.want)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (b *bench) database(f *flat, name string, open func() (*database, error)) error {
	d, err := open()
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	defer d.close()
	runs := b.runs
	defer func() { b.runs = runs }()
	if name == "SQLite" {
		b.runs = 1
	} else {
		b.runs = min(runs, 3)
	}
	for _, by := range levels {
		for _, kind := range []form{perIndicator, single, bunched} {
			queries := d.text.queries(kind, b.q.measures, by)
			var totals []int64
			_, err := b.median(name+": "+string(kind), by, func() (groups int, err error) {
				groups, totals, err = d.run(queries, len(by))
				return groups, err
			})
			if err != nil {
				return err
			}
			if kind == single {
				if err := sameTotals(name, b.q, totals, b.want); err != nil {
					return err
				}
			}
		}
		for what, measures := range map[string][]indicator.Measure{"days": b.q.days, "money": b.q.money} {
			if _, err := b.median(name+": sums of "+what, by, func() (int, error) {
				groups, _, err := d.run(d.text.queries(single, measures, by), len(by))
				return groups, err
			}); err != nil {
				return err
			}
		}
	}
	return nil
}

func sameTotals(name string, q *question, got, want []int64) error {
	for m := range want {
		if got[m] != want[m] {
			return fmt.Errorf("%s: %s counts %d, the columns %d", q.names[m], name, got[m], want[m])
		}
	}
	return nil
}

package main

import (
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"zhunsheng/internal/access"
	"zhunsheng/internal/app"
	"zhunsheng/internal/fault"
	"zhunsheng/internal/signal"
	"zhunsheng/rules"
)

func (e *env) signalsCmd() *cobra.Command {
	return group("signals", "Tell change from chance: control charts, funnels, abnormal intake",
		e.chartCmd(), e.funnelCmd(), e.intakeCmd(), e.returnsCmd())
}

func (e *env) chartCmd() *cobra.Command {
	var in, rebase string
	c := &cobra.Command{Use: "chart --in FILE", Short: "Individuals charts (XmR): centre line, limits, signals", Args: args(0, "flags only"),
		Long: `Reads series,t,value and prints each point with centre line, limits and rules: outside, trend
(seven rising or falling), two_of_three (beyond two sigma), one_side (seven on one side of the
centre), provisional (fewer than 12 points between re-basings). A rule stands at the point that
completes a pattern. An empty value is a gap; so is a time left out between months, quarters,
years or numbers: runs end there.`,
		Example: `  zhunsheng signals chart --in monthly.csv --format csv
  zhunsheng signals chart --in monthly.csv --rebase 2024-01,2025-07`,
		RunE: func(*cobra.Command, []string) error {
			s, err := e.readSeries(in)
			if err != nil {
				return err
			}
			cuts, err := s.cuts(list(rebase))
			if err != nil {
				return err
			}
			return e.printCharts(s, cuts)
		}}
	c.Flags().StringVar(&in, "in", "-", "csv with series,t,value; - is standard input")
	c.Flags().StringVar(&rebase, "rebase", "", "times of known changes, comma-separated: limits start anew there")
	return c
}

func (e *env) printCharts(s *seriesFile, cuts []int) error {
	t := e.table("series", "t", "value", "centre", "lower", "upper", "rules")
	for _, line := range s.series {
		at, values := s.withGaps(line)
		var starts []int
		for i, a := range at {
			if i > 0 && slices.ContainsFunc(cuts, func(c int) bool { return at[i-1] < c && c <= a }) {
				starts = append(starts, i)
			}
		}
		points, err := signal.XmR(values, starts)
		if err != nil {
			return fault.At("series "+line.Name, err.Error(), "")
		}
		for i, p := range points {
			label, listed := s.labelOf(line, at[i])
			if !listed {
				continue
			}
			var words []string
			for _, r := range p.Rules {
				words = append(words, string(r))
			}
			t.add(line.Name, label, number(p.Value), number(p.Centre), number(p.Lower), number(p.Upper), strings.Join(words, " "))
		}
	}
	return t.end()
}

func (e *env) funnelCmd() *cobra.Command {
	var in, kind, spread string
	var tooFew float64
	c := &cobra.Command{Use: "funnel --in FILE", Short: "Funnel limits 95 and 99.8 % around the overall rate", Args: args(0, "flags only"),
		Long: `Reads unit,numerator,denominator and prints, in the same order, rate, centre, exact binomial or
Poisson limits, z and class: inside, outside95, outside998, too_few. When units differ by more
than chance the limits are widened (Spiegelhalter 2005); standard error says so.`,
		Example: `  zhunsheng signals funnel --in courts.csv --format csv
  zhunsheng signals funnel --in courts.csv --overdispersion none --too-few 10`,
		RunE: func(*cobra.Command, []string) error {
			units, err := e.readUnits(in)
			if err != nil {
				return err
			}
			if tooFew <= 0 {
				tooFew = -1
			}
			f, err := signal.Funnel(units, signal.FunnelOptions{Kind: signal.Kind(kind), Spread: signal.Spread(spread), TooFew: tooFew})
			if err != nil {
				return usageIfUnknown(err)
			}
			return e.printFunnel(f)
		}}
	c.Flags().StringVar(&in, "in", "-", "csv with unit,numerator,denominator; - is standard input")
	c.Flags().StringVar(&kind, "kind", "", "proportion (cases out of cases) or per_unit (events per case, judge …); default: proportion if no numerator exceeds its denominator")
	c.Flags().StringVar(&spread, "overdispersion", "additive", "additive, multiplicative or none")
	c.Flags().Float64Var(&tooFew, "too-few", 20, "denominators under this are too_few; 0: none")
	return c
}

func (e *env) printFunnel(f *signal.FunnelPlot) error {
	t := e.table("unit", "numerator", "denominator", "rate", "centre", "low95", "high95", "low998", "high998", "z", "class")
	for _, u := range f.Units {
		t.add(u.Name, number(u.Numerator), number(u.Denominator), number(u.Rate), number(f.Centre),
			number(u.Low95), number(u.High95), number(u.Low998), number(u.High998), number(u.Z), string(u.Class))
	}
	if err := t.end(); err != nil {
		return err
	}
	text := fmt.Sprintf("no correction for over-dispersion; chance alone puts at most 5 %% of the units outside 95 %% and 0.2 %% outside 99.8 %%; %s limits", f.Kind)
	switch {
	case f.Tau > 0:
		text = fmt.Sprintf("units differ by more than chance (dispersion %.2f): limits widened for a standard deviation of %.4g between units; %s", f.Phi, f.Tau, f.Kind)
	case f.Widen > 1:
		text = fmt.Sprintf("units differ by more than chance (dispersion %.2f): limits widened by the factor %.3g; %s", f.Phi, f.Widen, f.Kind)
	}
	_, err := fmt.Fprintln(e.err, text)
	return err
}

func (e *env) intakeCmd() *cobra.Command {
	var in, regressors, days, split string
	var season int
	var alarms bool
	c := &cobra.Command{Use: "intake", Short: "Abnormal intake: every count against what its own past led to expect", Args: args(0, "flags only"),
		Long: `Judges the filings of the ledger by court, line and cause, month by month, or with --in the counts
of a file series,t,value. It prints for each point what earlier points led to expect, the
range that 95 of 100 such counts lie in, p, q (Benjamini–Hochberg over all series of the same
time) and kind: spike, dip, level_up, level_down, slope, or empty. A series needs two rounds
of its season (24 months, 8 quarters) before it is judged. Standard error states the expected
number of false alarms, and which series cannot be judged and why. The season, the trend and
the number of weekdays are part of the model; --calendar adds published working days and the
Spring Festival (always so for the ledger), --regressors other known causes: a csv whose first
column is t and whose other columns are numbers.

A series of the ledger is named court/line/cause; */*/cause is a cause in all courts, total
everything. --split SERIES@MONTH prints instead which courts, lines, causes, parties and batches
of filings make up the distance from the expectation; the parts add up exactly. The cases of a
month are those of: zhunsheng indicators cases --set volume --indicator filed --period MONTH.`,
		Example: `  zhunsheng signals intake --alarms
  zhunsheng signals intake --split 藏9801/civil@2023-09 --format csv
  zhunsheng signals intake --in filings.csv --calendar national --format csv
  zhunsheng signals intake --in filings.csv --regressors spring-festival.csv`,
		RunE: func(c *cobra.Command, _ []string) error {
			if in == "" {
				for _, name := range []string{"regressors", "season", "calendar"} {
					if c.Flags().Changed(name) {
						return usagef("--%s goes with --in; the ledger is judged by month with the national calendar", name)
					}
				}
				return e.with(c.Context(), false, func(a *app.App) error { return e.ledgerIntake(c.Context(), a, split, alarms) })
			}
			if split != "" {
				return usagef("--split needs the ledger; leave --in out")
			}
			s, err := e.readSeries(in)
			if err != nil {
				return err
			}
			if !c.Flags().Changed("season") {
				season = s.step.Season()
			}
			opt := signal.Options{Season: season, PerYear: s.step.PerYear()}
			if opt.Regressors, opt.Likely, err = e.readRegressors(regressors, days, s); err != nil {
				return err
			}
			report, err := signal.Detect(s.series, opt)
			if err != nil {
				return usageIfUnknown(err)
			}
			return e.printIntake(report, func(i, at int) string { label, _ := s.labelOf(s.series[i], at); return label }, alarms)
		}}
	c.Flags().StringVar(&in, "in", "", "csv with series,t,value instead of the ledger; - is standard input")
	c.Flags().StringVar(&regressors, "regressors", "", "csv of holidays and other known causes, one row for each time")
	c.Flags().StringVar(&days, "calendar", "", "calendar of working days and moving festivals: national or a local one; default: weekdays only")
	c.Flags().IntVar(&season, "season", 0, "points a season; default 12 for months, 4 for quarters, 7 for days, else none")
	c.Flags().StringVar(&split, "split", "", "what makes up the distance of one month of a series: SERIES@MONTH")
	c.Flags().BoolVar(&alarms, "alarms", false, "only the points with an alarm")
	return c
}

// ledgerIntake prints the judgements of the ledger, or the parts of one of them.
func (e *env) ledgerIntake(ctx context.Context, a *app.App, split string, alarms bool) error {
	in, err := a.Intake(ctx, access.System())
	if err != nil {
		return err
	}
	if split == "" {
		if err := e.printIntake(in.Report, func(_, at int) string { return fmt.Sprintf("%04d-%02d", at/12, at%12+1) }, alarms); err != nil {
			return err
		}
		_, err = fmt.Fprintf(e.err, "series too thin to be judged on their own: %d; they count in the series above them\n", in.Thin)
		return err
	}
	series, month, ok := strings.Cut(split, "@")
	if !ok {
		return usagef("--split %s: write SERIES@MONTH, for example total@2024-05", split)
	}
	splits, err := a.Splits(ctx, access.System(), in, series, month)
	if err != nil {
		return err
	}
	t := e.table("series", "t", "by", "part", "expected", "value", "excess")
	for _, s := range splits {
		for _, p := range append(s.Parts, s.Total) {
			name := p.Name
			if name == "" && p.Expected == s.Total.Expected {
				name = "total"
			}
			t.add(series, month, s.By, name, rat(p.Expected), p.Value, rat(p.Excess))
		}
	}
	return t.end()
}

// printIntake prints the judgements; label writes the time of a position of a series.
func (e *env) printIntake(report *signal.Report, label func(series, at int) string, alarms bool) error {
	t := e.table("series", "t", "value", "expected", "low", "high", "p", "q", "kind")
	for i, line := range report.Series {
		for _, j := range line.Points {
			if alarms && j.Kind == signal.NoChange {
				continue
			}
			range95 := j.Interval(0.95)
			t.add(line.Name, label(i, j.At), number(j.Value), number(j.Expected), number(range95.Low), number(range95.High), number(j.P), number(j.Q), string(j.Kind))
		}
	}
	if err := t.end(); err != nil {
		return err
	}
	var b strings.Builder
	for _, line := range report.Series {
		if line.Reason != "" {
			fmt.Fprintf(&b, "series %s: cannot judge: %s\n", line.Name, line.Reason)
		}
	}
	each := 0.0
	if report.Times > 0 {
		each = report.Expected / float64(report.Times)
	}
	fmt.Fprintf(&b, "expected false alarms: at most %.2f if nothing had changed (%d points judged, %.3f at each of %d times); alarms: %d\n",
		report.Expected, report.Judged, each, report.Times, report.Alarms)
	_, err := io.WriteString(e.err, b.String())
	return err
}

// number prints a figure; NaN and infinity are "no value".
func number(v float64) figure {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return ""
	}
	return figure(strconv.FormatFloat(v, 'f', -1, 64))
}

// seriesFile is a file of series on one axis of times.
type seriesFile struct {
	step   signal.Step
	series []signal.Series
	label  map[int]string
}

// labelOf is the time of a position as the file writes it, and whether the series has it.
func (s *seriesFile) labelOf(line signal.Series, at int) (string, bool) {
	_, found := slices.BinarySearch(line.At, at)
	return s.label[at], found
}

// widestGap bounds the gaps that are filled in one place; charts need one to end a run.
const widestGap = 1

// withGaps adds a gap where times are left out, except between dates, which may be working
// days only.
func (s *seriesFile) withGaps(line signal.Series) (at []int, values []float64) {
	for i, t := range line.At {
		if i > 0 && s.step != signal.Days && t-line.At[i-1] > widestGap {
			at, values = append(at, line.At[i-1]+1), append(values, math.NaN())
		}
		at, values = append(at, t), append(values, line.Values[i])
	}
	return at, values
}

// cuts are the positions of times that the file itself writes.
func (s *seriesFile) cuts(times []string) ([]int, error) {
	var out []int
	for _, want := range times {
		found := false
		for at, label := range s.label {
			if label == want {
				out, found = append(out, at), true
			}
		}
		if !found {
			return nil, usagef("--rebase %s: no series has this time; write it as in the file", want)
		}
	}
	return out, nil
}

// readSeries reads series,t,value.
func (e *env) readSeries(name string) (*seriesFile, error) {
	var rows []signal.Observation
	err := e.readCells(name, []string{"series", "t"}, []string{"value"}, func(place string, texts []string, numbers []float64) error {
		if texts[1] == "" {
			return fault.At(place, "t is empty", "write a date, a month, a quarter, a year or a number")
		}
		rows = append(rows, signal.Observation{Series: texts[0], T: texts[1], Value: numbers[0]})
		return nil
	})
	if err != nil {
		return nil, err
	}
	f := &seriesFile{}
	f.step, f.series, f.label, err = signal.Collect(rows)
	return f, err
}

// readUnits reads unit,numerator,denominator.
func (e *env) readUnits(name string) ([]signal.Unit, error) {
	var units []signal.Unit
	err := e.readCells(name, []string{"unit"}, []string{"numerator", "denominator"}, func(place string, texts []string, numbers []float64) error {
		if math.IsNaN(numbers[0]) || math.IsNaN(numbers[1]) {
			return fault.At(place, "numerator or denominator is empty", "write both numbers, or leave the row out")
		}
		units = append(units, signal.Unit{Name: texts[0], Ratio: signal.Ratio{Numerator: numbers[0], Denominator: numbers[1]}})
		return nil
	})
	return units, err
}

// readRegressors reads the caller's regressors and puts those of a calendar beside them, its
// weekdays where no calendar is named. Every time of the series must have its row.
func (e *env) readRegressors(name, days string, s *seriesFile) (out map[int][]float64, likely []float64, err error) {
	var at []int
	for t := range s.label {
		at = append(at, t)
	}
	slices.Sort(at)
	out = signal.Weekdays(s.step, at)
	if days != "" {
		if out, likely, err = app.Regressors(rules.FS, days, s.step, at); err != nil {
			return nil, nil, usageIfUnknown(err)
		}
	}
	if name == "" {
		return out, likely, nil
	}
	given := map[string][]float64{}
	err = e.readCells(name, []string{"t"}, nil, func(place string, texts []string, numbers []float64) error {
		for _, v := range numbers {
			if math.IsNaN(v) {
				return fault.At(place, "a regressor is empty", "write a number, 0 where the cause is absent")
			}
		}
		given[texts[0]] = numbers
		return nil
	})
	if err != nil {
		return nil, nil, err
	}
	if out == nil {
		out = map[int][]float64{}
	}
	for _, t := range at {
		row, ok := given[s.label[t]]
		if !ok {
			return nil, nil, fault.At(name, "has no row for t "+s.label[t], "write one row for every time of the series")
		}
		out[t] = append(out[t], row...)
	}
	return out, likely, nil
}

// readCells reads a csv with a header row: the named columns as text, others as numbers (NaN
// where empty); without named numbers all other columns are numbers. It hands over each row
// with its place.
func (e *env) readCells(name string, texts, numbers []string, row func(place string, texts []string, numbers []float64) error) error {
	in, done, err := e.open(name)
	if err != nil {
		return err
	}
	defer done()
	f := &totalsFile{place: name, r: csv.NewReader(in)}
	if name == "-" {
		f.place = "standard input"
	}
	head, err := f.r.Read()
	switch {
	case errors.Is(err, io.EOF):
		return fault.At(f.place, "is empty", "write the names of the columns into the first row: "+strings.Join(append(texts, numbers...), ","))
	case err != nil:
		return f.fault(err)
	}
	head = slices.Clone(head)
	head[0] = strings.TrimPrefix(head[0], "\ufeff")
	if numbers == nil {
		numbers = slices.DeleteFunc(slices.Clone(head), func(h string) bool { return slices.Contains(texts, h) })
	}
	columns, err := columnsOf(f.place, head, append(slices.Clone(texts), numbers...))
	if err != nil {
		return err
	}
	for {
		cells, err := f.r.Read()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return f.fault(err)
		}
		line, _ := f.r.FieldPos(0)
		place := fmt.Sprintf("%s, row %d", f.place, line)
		words, values := make([]string, len(texts)), make([]float64, len(numbers))
		for i := range texts {
			words[i] = cells[columns[i]]
		}
		for i := range numbers {
			if values[i], err = cellNumber(cells[columns[len(texts)+i]]); err != nil {
				return fault.At(fmt.Sprintf("%s, %s %q", place, numbers[i], cells[columns[len(texts)+i]]), "not a number", "write a plain decimal number such as 1234.5, or leave the cell empty")
			}
		}
		if err := row(place, words, values); err != nil {
			return err
		}
	}
}

// columnsOf finds the wanted columns in a header.
func columnsOf(place string, head, wanted []string) ([]int, error) {
	out := make([]int, len(wanted))
	for i, w := range wanted {
		if out[i] = slices.Index(head, w); out[i] < 0 {
			return nil, fault.At(place+", row 1", "there is no column "+w, "name the columns "+strings.Join(wanted, ","))
		}
	}
	return out, nil
}

// cellNumber reads a plain decimal number, with exponent if it must be; NaN for an empty cell.
func cellNumber(s string) (float64, error) {
	s = strings.TrimSpace(s)
	if s == "" || strings.EqualFold(s, "nan") {
		return math.NaN(), nil
	}
	if strings.Trim(s, "+-.0123456789eE") != "" {
		return 0, strconv.ErrSyntax
	}
	return strconv.ParseFloat(s, 64)
}

package app_test

import (
	"bytes"
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math/big"
	"os"
	"path/filepath"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"zhunsheng/internal/access"
	"zhunsheng/internal/app"
	"zhunsheng/internal/civil"
	"zhunsheng/internal/columns"
	"zhunsheng/internal/demo"
	"zhunsheng/internal/indicator"
	"zhunsheng/internal/indicator/indicatortest"
	"zhunsheng/internal/store"
)

// earlierDay is the day as of which the ledger is read: some days after the batch of January
// 2023, before the next.
var earlierDay = civil.NewDate(2023, 2, 10)

// deliver makes an installation into which only the deliveries up to a day were imported,
// each on its own day.
func deliver(t *testing.T, city *demo.City, until civil.Date) app.Config {
	t.Helper()
	var clock atomic.Int64
	cfg := app.Config{Data: t.TempDir(), Create: true, Now: func() time.Time { return time.Unix(clock.Load(), 0).UTC() }}
	at := func(d civil.Date) { clock.Store(d.Time().Add(18 * time.Hour).Unix()) }
	at(civil.NewDate(2020, 1, 1))
	if err := loadLists(t.Context(), cfg, city); err != nil {
		t.Fatal(err)
	}
	a, err := app.Open(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	for _, b := range city.Batches() {
		if b.Day > until {
			break
		}
		at(b.Day)
		if _, err := a.Import(t.Context(), access.System(), write(t, b), app.ImportOptions{Mapping: "cn-standard", DataDay: b.Day}); err != nil {
			t.Fatalf("batch %s: %v", b.Name, err)
		}
	}
	if err := a.Close(); err != nil {
		t.Fatal(err)
	}
	return cfg
}

// write puts the files of a delivery into a folder.
func write(t *testing.T, b demo.Batch) []string {
	t.Helper()
	dir := t.TempDir()
	var paths []string
	for _, f := range b.Files {
		var buf bytes.Buffer
		if err := f.Write(&buf); err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(dir, f.Name)
		if err := os.WriteFile(path, buf.Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}
		paths = append(paths, path)
	}
	return paths
}

func loadLists(ctx context.Context, cfg app.Config, city *demo.City) error {
	s, err := openLedger(ctx, cfg.Data)
	if err != nil {
		return err
	}
	return errors.Join(s.LoadCourts(ctx, city.Courts), s.LoadDivisions(ctx, city.Divisions), s.LoadCauses(ctx, city.Causes),
		s.LoadRoster(ctx, city.Roster), s.Close())
}

// TestThePastIsFrozen compares the ledger of today, read as of an earlier day, with an
// installation that never saw the later batches: all figures, and the cases behind some.
// Then it makes the tables of that installation again from its archive.
func TestThePastIsFrozen(t *testing.T) {
	t.Parallel()
	p := cityOf(t)
	city, err := invented()
	if err != nil {
		t.Fatal(err)
	}
	cfg := deliver(t, city, earlierDay)
	past, err := app.Open(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := past.Close(); err != nil {
			t.Error(err)
		}
	}()
	var changed []indicator.CasesRequest
	t.Run("figures", func(t *testing.T) { changed = figuresOfThePast(t, p, past) })
	t.Run("cases", func(t *testing.T) { casesOfThePast(t, p, past, changed) })
	t.Run("engines", func(t *testing.T) { enginesOfThePast(t, p, cfg.Data) })
	t.Run("rebuild", func(t *testing.T) { rebuilt(t, past, cfg.Data) })
}

// figuresOfThePast compares all figures and returns the lists behind those that are different
// today.
func figuresOfThePast(t *testing.T, p *place, past *app.App) (changed []indicator.CasesRequest) {
	compared := 0
	for _, set := range p.app.Book().Sets() {
		for _, period := range []civil.Period{civil.Year(2022), civil.Month(2023, 1)} {
			req := indicator.Request{Set: set, Period: period, By: []string{"court", "division", "line"}}
			asOf, err := p.app.ComputeAsOf(t.Context(), access.System(), earlierDay, req)
			if err != nil {
				t.Fatal(err)
			}
			then, err := past.Compute(t.Context(), access.System(), req)
			if err != nil {
				t.Fatal(err)
			}
			now, err := p.app.Compute(t.Context(), access.System(), req)
			if err != nil {
				t.Fatal(err)
			}
			if len(asOf) != len(then) || len(then) == 0 {
				t.Fatalf("%s %s: %d figures as of %s, %d in an installation of that day", set, period, len(asOf), earlierDay, len(then))
			}
			today := map[string]string{}
			for _, f := range now {
				today[fmt.Sprint(f.By, f.Indicator)] = numbers(f)
			}
			for i := range then {
				compared++
				if numbers(asOf[i]) != numbers(then[i]) {
					t.Fatalf("%s %s: as of %s\n%s\nin an installation of that day\n%s", set, period, earlierDay, numbers(asOf[i]), numbers(then[i]))
				}
				if today[fmt.Sprint(then[i].By, then[i].Indicator)] != numbers(then[i]) {
					changed = append(changed, indicator.CasesRequest{Set: set, Indicator: then[i].Indicator, Period: period,
						Filter: indicator.Match(map[string]string{"court": then[i].By[0], "division": then[i].By[1], "line": then[i].By[2]})})
				}
			}
		}
	}
	t.Logf("%d figures as of %s are those of an installation of that day; %d of them are different today", compared, earlierDay, len(changed))
	return changed
}

// numbers prints a figure for comparison.
func numbers(f indicator.Figure) string {
	of := func(r *big.Rat) string {
		if r == nil {
			return "–"
		}
		return r.RatString()
	}
	return fmt.Sprintf("%s %v %s %s: %s / %s = %s %s", f.Period, f.By, f.Indicator, f.Version, of(f.Numerator), of(f.Denominator), of(f.Value), f.Status)
}

// casesOfThePast compares all three lists behind some figures that have changed since.
func casesOfThePast(t *testing.T, p *place, past *app.App, changed []indicator.CasesRequest) {
	different, listed := 0, 0
	for i := 0; i < len(changed); i += 1 + len(changed)/4 {
		for _, side := range []indicator.Side{indicator.NumeratorSide, indicator.DenominatorSide, indicator.ExcludedSide} {
			req := changed[i]
			req.Side, req.Limit = side, -1
			asOf, then, now := linesOf(t, p.app, earlierDay, req), linesOf(t, past, 0, req), linesOf(t, p.app, 0, req)
			if !slices.Equal(asOf, then) {
				t.Errorf("%s %s %s: %d cases as of %s, %d in an installation of that day, or other ones", req.Indicator, req.Period, side, len(asOf), earlierDay, len(then))
			}
			listed += len(then)
			if !slices.Equal(then, now) {
				different++
			}
		}
	}
	t.Logf("%d cases listed as of %s are those of an installation of that day; %d lists are different today", listed, earlierDay, different)
	if different == 0 {
		t.Error("no list has changed since: the comparison shows nothing")
	}
}

// linesOf prints the cases of a list with their reasons, sorted.
func linesOf(t *testing.T, a *app.App, day civil.Date, req indicator.CasesRequest) (out []string) {
	t.Helper()
	err := a.CasesAsOf(t.Context(), access.System(), day, req, func(r app.CaseRow) error {
		out = append(out, r.Case.Court+" "+r.Case.Key+" "+r.Count+" "+r.Reason.En)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(out)
	return out
}

// enginesOfThePast asks the compiled SQL of both databases as of the day.
func enginesOfThePast(t *testing.T, p *place, data string) {
	ctx := t.Context()
	then, err := openLedger(ctx, data)
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := then.Close(); err != nil {
			t.Error(err)
		}
	}()
	asks, err := questions(ctx, p.app.Book(), []civil.Period{civil.Month(2023, 1)})
	if err != nil {
		t.Fatal(err)
	}
	want, err := tallies(ctx, then.Indicators(), asks)
	if err != nil {
		t.Fatal(err)
	}
	for name, s := range map[string]*store.Store{liteSQL: p.lite, serverSQL: p.server} {
		batch, err := s.BatchAsOf(ctx, earlierDay)
		if err != nil {
			t.Fatal(err)
		}
		got, err := tallies(ctx, s.IndicatorsAsOf(batch), asks)
		if err != nil {
			t.Fatal(err)
		}
		for i, ask := range asks {
			if diff := indicatortest.DiffGroups(ask.Measures, got[i], want[i]); diff != "" {
				t.Errorf("%s as of batch %d, %s: %s", name, batch, ask.Period, diff)
			}
		}
	}
}

// rebuilt makes the case tables again from the archive and the columns again from the tables;
// both are what was there. A ledger that was tampered with is not.
func rebuilt(t *testing.T, a *app.App, data string) {
	diffs, err := a.RebuildLedger(t.Context())
	if err != nil || len(diffs) > 0 {
		t.Fatalf("the archive gives other tables: %v, error %v", diffs, err)
	}
	s, err := openLedger(t.Context(), data)
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}()
	sameSegments(t, filepath.Join(data, "columns"), s)
	db, err := sql.Open("sqlite", filepath.Join(data, "zhunsheng.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	if _, err := db.Exec("UPDATE case_version SET closed_on = closed_on + 1 WHERE id = (SELECT min(id) FROM case_version WHERE closed_on IS NOT NULL)"); err != nil {
		t.Fatal(err)
	}
	if diffs, err = a.RebuildLedger(t.Context()); err != nil || len(diffs) != 1 || diffs[0][0] != "case_version" {
		t.Errorf("one closing date was moved: differences %v, error %v", diffs, err)
	}
}

// sameSegments builds the figure columns anew from a ledger and compares the files byte by
// byte with those that the imports left.
func sameSegments(t *testing.T, dir string, s *store.Store) {
	t.Helper()
	fresh := t.TempDir()
	c, err := columns.Open(fresh, s)
	if err != nil {
		t.Fatal(err)
	}
	courts, err := c.Refresh(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	have, e1 := filepath.Glob(filepath.Join(dir, "*.seg"))
	want, e2 := filepath.Glob(filepath.Join(fresh, "*.seg"))
	if err := cmp.Or(e1, e2); err != nil || len(have) != len(want) || len(want) != len(courts) {
		t.Fatalf("%d segment files, rebuilding makes %d for %d courts, error %v", len(have), len(want), len(courts), err)
	}
	bytesRead := 0
	for _, name := range have {
		x, e1 := os.ReadFile(name)
		y, e2 := os.ReadFile(filepath.Join(fresh, filepath.Base(name)))
		if err := errors.Join(e1, e2); err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(x, y) {
			t.Errorf("segment %s is not what rebuilding gives", filepath.Base(name))
		}
		bytesRead += len(x)
	}
	t.Logf("%d segment files, %d bytes, the same when built anew", len(have), bytesRead)
}

// TestBothDatabasesHoldTheSame compares the tables of the embedded ledger and of the server,
// and the segment files with those built from the server.
func TestBothDatabasesHoldTheSame(t *testing.T) {
	p := cityOf(t)
	diffs, err := p.lite.Compare(t.Context(), p.server)
	if err != nil || len(diffs) > 0 {
		t.Errorf("the two ledgers differ: %v, error %v", diffs, err)
	}
	sameSegments(t, filepath.Join(p.dir, "lite", "columns"), p.server)
}

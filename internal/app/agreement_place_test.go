package app_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"zhunsheng/internal/access"
	"zhunsheng/internal/app"
	"zhunsheng/internal/columns"
	"zhunsheng/internal/demo"
	"zhunsheng/internal/docket"
	"zhunsheng/internal/sharedtest"
	"zhunsheng/internal/store"
	"zhunsheng/internal/store/storetest"
)

// TestMain ends the PostgreSQL server of the tests and removes the installations they share.
func TestMain(m *testing.M) {
	code := storetest.Main(m)
	if err := errors.Join(closeCity(), closeDockets()); err != nil {
		fmt.Fprintln(os.Stderr, "close the installations:", err)
		code = max(code, 1)
	}
	os.Exit(code)
}

// place is one installation in two forms, filled from the same files by the real import: the
// embedded ledger behind the app, and one on a PostgreSQL server.
type place struct {
	name    string
	dir     string
	app     *app.App
	lite    *store.Store   // the app's own files, opened beside it
	server  *store.Store   // the ledger on the server
	url     string         // of the server's database
	columns *columns.Store // over the segment files that the imports left
	ids     []int64        // of the current case versions
	cases   []docket.Case  // in the order of ids
}

// theCity is the demo city of seed 1, imported batch by batch.
var theCity struct {
	sync.Once
	place *place
	err   error
}

// invented is the city of seed 1 as it was generated: what the ledger has to hold.
var invented = sync.OnceValues(func() (*demo.City, error) { return demo.Generate(demo.Options{Seed: 1}) })

// cityOf returns the demo city, built by the first test that asks.
func cityOf(t testing.TB) *place {
	t.Helper()
	theCity.Do(func() {
		theCity.place, theCity.err = build("demo", storetest.Postgres(t), func(ctx context.Context, cfg app.Config) error {
			_, err := app.Demo(ctx, cfg, app.DemoOptions{Seed: 1})
			return err
		})
	})
	if theCity.err != nil {
		t.Fatal(theCity.err)
	}
	return theCity.place
}

func closeCity() error { return theCity.place.close() }

// dockets are the real court dockets, by the name of their mapping, with their files.
var dockets = []struct {
	mapping string
	files   []string
}{
	{"brazil-roraima", []string{"data/docket-brazil-roraima/judgments.csv.gz"}},
	{"brazil-santa-catarina", []string{"data/docket-brazil-santa-catarina/tubarao-1-vara-civel.csv.gz"}},
	{"cook-county", []string{
		"data/docket-cook-county-felony/intake.csv.gz", "data/docket-cook-county-felony/initiation.csv.gz",
		"data/docket-cook-county-felony/dispositions.csv.gz", "data/docket-cook-county-felony/sentencing.csv.gz",
	}},
}

// opened are the dockets imported so far, by mapping.
var opened = map[string]*place{}

// docketOf imports a real docket through its committed mapping; without the shared data the
// test is skipped.
func docketOf(t *testing.T, mapping string, files []string) *place {
	t.Helper()
	paths := make([]string, len(files))
	for i, f := range files {
		paths[i] = sharedtest.Path(t, f)
	}
	if opened[mapping] == nil {
		p, err := build(mapping, storetest.Postgres(t), func(ctx context.Context, cfg app.Config) error {
			return importFiles(ctx, cfg, paths, app.ImportOptions{Mapping: mapping})
		})
		if err != nil {
			t.Fatal(err)
		}
		opened[mapping] = p
	}
	return opened[mapping]
}

func closeDockets() error {
	var errs []error
	for _, p := range opened {
		errs = append(errs, p.close())
	}
	return errors.Join(errs...)
}

// importFiles imports files as one batch into an installation, made when there is none.
func importFiles(ctx context.Context, cfg app.Config, paths []string, opt app.ImportOptions) error {
	cfg.Create = true
	a, err := app.Open(ctx, cfg)
	if err != nil {
		return err
	}
	_, err = a.Import(ctx, access.System(), paths, opt)
	return errors.Join(err, a.Close())
}

// build fills the embedded ledger and the one on the server at the same time.
func build(name, url string, fill func(context.Context, app.Config) error) (*place, error) {
	ctx := context.Background()
	dir, err := os.MkdirTemp("", "zhunsheng-agreement-")
	if err != nil {
		return nil, err
	}
	p := &place{name: name, dir: dir, url: url}
	configs := []app.Config{{Data: filepath.Join(dir, "lite")}, {Data: filepath.Join(dir, "server"), Ledger: url}}
	errs := make([]error, len(configs))
	var wg sync.WaitGroup
	for i, cfg := range configs {
		wg.Go(func() { errs[i] = fill(ctx, cfg) })
	}
	wg.Wait()
	if err := errors.Join(errs...); err != nil {
		return nil, errors.Join(fmt.Errorf("fill %s: %w", name, err), os.RemoveAll(dir))
	}
	if err := p.open(ctx, configs[0]); err != nil {
		return nil, errors.Join(fmt.Errorf("open %s: %w", name, err), p.close())
	}
	return p, nil
}

func (p *place) open(ctx context.Context, cfg app.Config) error {
	var err error
	if p.app, err = app.Open(ctx, cfg); err != nil {
		return err
	}
	if p.lite, err = openLedger(ctx, cfg.Data); err != nil {
		return err
	}
	if p.server, err = store.OpenSplit(ctx, p.url, filepath.Join(p.dir, "server", "zhunsheng-office.db"), time.Now); err != nil {
		return err
	}
	if p.columns, err = columns.Open(filepath.Join(cfg.Data, "columns"), p.lite); err != nil {
		return err
	}
	return p.readCases(ctx)
}

// openLedger opens the embedded ledger of an installation beside the app.
func openLedger(ctx context.Context, data string) (*store.Store, error) {
	return store.OpenSplit(ctx, filepath.Join(data, "zhunsheng.db"), filepath.Join(data, "zhunsheng-office.db"), time.Now)
}

// readCases takes the current cases of the embedded ledger into memory for the slow
// evaluation.
func (p *place) readCases(ctx context.Context) error {
	epochs, err := p.lite.Epochs(ctx, 0)
	if err != nil {
		return err
	}
	var courts []string
	for court := range epochs {
		courts = append(courts, court)
	}
	slices.Sort(courts)
	for _, court := range courts {
		err := p.lite.Scan(ctx, court, 0, func(id int64, c *docket.Case) error {
			p.ids, p.cases = append(p.ids, id), append(p.cases, *c)
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func (p *place) close() error {
	if p == nil {
		return nil
	}
	var errs []error
	if p.app != nil {
		errs = append(errs, p.app.Close())
	}
	for _, s := range []*store.Store{p.lite, p.server} {
		if s != nil {
			errs = append(errs, s.Close())
		}
	}
	return errors.Join(append(errs, os.RemoveAll(p.dir))...)
}

package app

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync/atomic"
	"time"

	"zhunsheng/internal/access"
	"zhunsheng/internal/civil"
	"zhunsheng/internal/demo"
	"zhunsheng/internal/fault"
	"zhunsheng/internal/ledger"
)

// DemoOptions say which city to invent.
type DemoOptions struct {
	Seed  uint64
	Until civil.Date        // data day
	Step  func(text string) // told what is being done; may be nil
}

// DemoMade is what a demo holds.
type DemoMade struct {
	Cases, Courts int
	Users         []access.Scope
	Password      string
}

// Demo makes an invented city: the generated files go through the same import as real ones,
// batch by batch, each on its own day. The city grows in a folder of its own beside the target
// and takes its place when it is whole, so that a demo cut short is never served.
func Demo(ctx context.Context, cfg Config, opt DemoOptions) (DemoMade, error) {
	if opt.Step == nil {
		opt.Step = func(string) {}
	}
	if left, err := os.ReadDir(cfg.Data); err == nil && len(left) > 0 {
		return DemoMade{}, &fault.Error{Kind: fault.Conflict, Place: cfg.Data, Text: "is not empty", Remedy: "name an empty folder with --data, or remove this one"}
	}
	city, err := demo.Generate(demo.Options{Seed: opt.Seed, Until: opt.Until})
	if err != nil {
		return DemoMade{}, err
	}
	target := filepath.Clean(cfg.Data)
	if err := os.MkdirAll(filepath.Dir(target), 0o750); err != nil {
		return DemoMade{}, fmt.Errorf("make the folder of the demo: %w", err)
	}
	if cfg.Data, err = os.MkdirTemp(filepath.Dir(target), filepath.Base(target)+".making-"); err != nil {
		return DemoMade{}, fmt.Errorf("make the folder of the demo: %w", err)
	}
	made, err := makeDemo(ctx, cfg, city, opt.Step)
	if err == nil {
		err = os.Rename(cfg.Data, target)
	}
	if err != nil {
		return made, errors.Join(err, os.RemoveAll(cfg.Data))
	}
	return made, nil
}

// makeDemo fills a new installation under a clock that stands at the day being delivered, so
// that the history of batches is the city's.
func makeDemo(ctx context.Context, cfg Config, city *demo.City, step func(string)) (DemoMade, error) {
	var clock atomic.Int64
	cfg.Now = func() time.Time { return time.Unix(clock.Load(), 0).UTC() }
	cfg.Create = true
	at := func(d civil.Date) { clock.Store(d.Time().Add(18 * time.Hour).Unix()) }
	at(civil.NewDate(2020, 1, 1))
	a, err := Open(ctx, cfg)
	if err != nil {
		return DemoMade{}, err
	}
	made, err := a.fillDemo(ctx, city, at, step)
	return made, errors.Join(err, a.Close())
}

func (a *App) fillDemo(ctx context.Context, city *demo.City, at func(civil.Date), step func(string)) (DemoMade, error) {
	for _, load := range []func() error{
		func() error { return a.store.LoadCourts(ctx, city.Courts) },
		func() error { return a.store.LoadDivisions(ctx, city.Divisions) },
		func() error { return a.store.LoadCauses(ctx, city.Causes) },
		func() error { return a.store.LoadRoster(ctx, city.Roster) },
	} {
		if err := load(); err != nil {
			return DemoMade{}, fmt.Errorf("lists of the demo: %w", err)
		}
	}
	a.forget()
	m, err := a.importer.Mapping(ctx, "cn-standard")
	if err != nil {
		return DemoMade{}, err
	}
	who := access.System()
	who.User = "tongji"
	writer := a.demoWriter(city)
	for _, b := range city.Batches() {
		at(b.Day)
		var inputs []ledger.Input
		for _, f := range b.Files {
			var buf bytes.Buffer
			if err := f.Write(&buf); err != nil {
				return DemoMade{}, err
			}
			inputs = append(inputs, ledger.Input{Name: f.Name, R: bytes.NewReader(buf.Bytes()), Size: int64(buf.Len())})
		}
		done, err := a.importInputs(ctx, who, m, inputs, ImportOptions{DataDay: b.Day})
		if err != nil {
			return DemoMade{}, fmt.Errorf("batch %s: %w", b.Name, err)
		}
		step(fmt.Sprintf("%s: %d rows read, %d new, %d changed, %d unchanged, %d rejected", b.Name, done.Read, done.New, done.Changed, done.Unchanged, done.Rejected))
		if err := writer.delivered(ctx, b.Day); err != nil {
			return DemoMade{}, fmt.Errorf("documents of the demo: %w", err)
		}
		if err := a.foresightDemo(ctx, b.Day); err != nil {
			return DemoMade{}, fmt.Errorf("forecasts of the demo: %w", err)
		}
		if err := a.alertsDemo(ctx, b.Day); err != nil {
			return DemoMade{}, fmt.Errorf("alerts of the demo: %w", err)
		}
	}
	made := DemoMade{Cases: len(city.Cases), Courts: len(city.Courts), Password: demo.Password}
	for _, u := range city.Users {
		s := u.Scope
		err := a.AddUser(ctx, User{Login: s.User, Name: s.Name, Role: s.Role, City: s.City, Court: s.Court, Division: s.Division, Judge: s.Judge}, u.Password)
		if err != nil {
			return made, err
		}
		made.Users = append(made.Users, s)
	}
	day, err := a.DataDay(ctx)
	if err != nil {
		return made, err
	}
	if err := a.disputeDemo(ctx, made.Users, day); err != nil {
		return made, fmt.Errorf("doubts of the demo: %w", err)
	}
	president, err := a.demoPapers(ctx, city, made.Users)
	if err != nil {
		return made, err
	}
	made.Users = append(made.Users, president)
	if err := writer.finish(ctx); err != nil {
		return made, fmt.Errorf("documents of the demo: %w", err)
	}
	return made, nil
}

package app

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"zhunsheng/internal/access"
	"zhunsheng/internal/civil"
	"zhunsheng/internal/docket"
	"zhunsheng/internal/fault"
	"zhunsheng/internal/indicator"
	"zhunsheng/internal/jobs"
	"zhunsheng/internal/ledger"
	"zhunsheng/internal/store"
	"zhunsheng/rules"
)

// Progress is how far an import is.
type Progress = jobs.Progress

// Batch is one import as the ledger counts it.
type Batch = store.Batch

// ImportOptions are the choices of `zhunsheng import`.
type ImportOptions struct {
	Mapping  string // name of a mapping, or path of a mapping file
	Sheet    string // of a workbook; empty: all
	Encoding string // empty: detected
	DryRun   bool
	DataDay  civil.Date
	Detected func(file string, d ledger.Detected)
	Progress func(Progress)
	Issue    func(ledger.Issue)
}

// Import reads files as one batch.
func (a *App) Import(ctx context.Context, who access.Scope, paths []string, opt ImportOptions) (Batch, error) {
	if err := who.Need(access.ImportData); err != nil {
		return Batch{}, err
	}
	m, err := a.mappingOrFile(ctx, who, opt)
	if err != nil {
		return Batch{}, err
	}
	var inputs []ledger.Input
	for _, p := range paths {
		f, in, err := openInput(p)
		if err != nil {
			return Batch{}, err
		}
		defer f.Close()
		inputs = append(inputs, in)
	}
	return a.importInputs(ctx, who, m, inputs, opt)
}

func (a *App) importInputs(ctx context.Context, who access.Scope, m *ledger.Mapping, inputs []ledger.Input, opt ImportOptions) (Batch, error) {
	run := jobs.Run{User: who.User, Mapping: m, Inputs: inputs, DryRun: opt.DryRun, DataDay: opt.DataDay, Progress: opt.Progress, Issue: opt.Issue,
		Detected: opt.Detected, Options: ledger.Options{Sheet: opt.Sheet, Encoding: opt.Encoding}}
	b, err := a.importer.Import(ctx, run)
	if err != nil || opt.DryRun {
		return b, err
	}
	a.forget()
	return b, a.note(ctx, who, "import", fmt.Sprintf("batch %d", b.ID), fmt.Sprintf("read %d new %d changed %d unchanged %d rejected %d", b.Read, b.New, b.Changed, b.Unchanged, b.Rejected))
}

// mappingOrFile finds a mapping by name, or reads it from a file and keeps it as a version; a
// dry run keeps nothing.
func (a *App) mappingOrFile(ctx context.Context, who access.Scope, opt ImportOptions) (*ledger.Mapping, error) {
	switch {
	case !strings.HasSuffix(opt.Mapping, ".yaml") && !strings.HasSuffix(opt.Mapping, ".yml"):
		return a.importer.Mapping(ctx, opt.Mapping)
	case opt.DryRun:
		return readMapping(opt.Mapping)
	}
	return a.SaveMappingFile(ctx, who, opt.Mapping)
}

func readMapping(path string) (*ledger.Mapping, error) {
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, fault.At(path, "cannot be read", "check the path of the mapping file")
	}
	return ledger.ParseMapping(filepath.Base(path), b)
}

// SaveMappingFile keeps a mapping file under the name inside it; a new text is a new version.
func (a *App) SaveMappingFile(ctx context.Context, who access.Scope, path string) (*ledger.Mapping, error) {
	if err := who.Need(access.ImportData); err != nil {
		return nil, err
	}
	m, err := readMapping(path)
	if err != nil {
		return nil, err
	}
	return a.saveMapping(ctx, who, m)
}

func openInput(path string) (*os.File, ledger.Input, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, ledger.Input{}, fault.At(path, "cannot be opened", "check the path and the rights of the file")
	}
	st, err := f.Stat()
	if err != nil || st.IsDir() {
		_ = f.Close()
		return nil, ledger.Input{}, fault.At(path, "is not a file", "name the file itself")
	}
	return f, ledger.Input{Name: filepath.Base(path), R: f, Size: st.Size()}, nil
}

// CheckFiles says which of the files cannot be read, before anything is made for them.
func CheckFiles(paths []string) error {
	var errs []error
	for _, p := range paths {
		f, _, err := openInput(p)
		if err == nil {
			err = f.Close()
		}
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}

// ResumeImport runs an interrupted batch again from the archive.
func (a *App) ResumeImport(ctx context.Context, who access.Scope, batch int64, progress func(Progress)) (Batch, error) {
	if err := who.Need(access.ImportData); err != nil {
		return Batch{}, err
	}
	b, err := a.importer.Resume(ctx, batch, jobs.Run{User: who.User, Progress: progress})
	a.forget()
	return b, err
}

// DiscardImport gives an interrupted batch up; the ledger stays as it was.
func (a *App) DiscardImport(ctx context.Context, who access.Scope, batch int64) error {
	return importDesk{a}.Discard(ctx, who, batch)
}

// Mapping says which column of a file is which column of the ledger.
type Mapping = ledger.Mapping

// Mappings lists the newest version of every mapping by name: those of the rules and, where
// there is an installation, those saved in it.
func Mappings(ctx context.Context, cfg Config) ([]*Mapping, error) {
	all, err := ledger.LoadMappings(rules.FS)
	if err != nil {
		return nil, err
	}
	if cfg.installed() {
		a, err := Open(ctx, cfg)
		if err != nil {
			return nil, err
		}
		saved, err := a.importer.Mappings(ctx)
		if err = errors.Join(err, a.Close()); err != nil {
			return nil, err
		}
		all = saved
	}
	out := make([]*Mapping, 0, len(all))
	for _, name := range slices.Sorted(maps.Keys(all)) {
		out = append(out, all[name])
	}
	return out, nil
}

// MappingNames lists the mappings in a fixed order.
func (a *App) MappingNames(ctx context.Context) ([]string, error) {
	all, err := a.importer.Mappings(ctx)
	return slices.Sorted(maps.Keys(all)), err
}

// NeedInstalled is the error that says there is nothing to open, and how to begin.
func (c Config) NeedInstalled() error {
	if c.installed() {
		return nil
	}
	return notInstalled(c.Data)
}

// installed reports whether there is something to open.
func (c Config) installed() bool {
	_, err := os.Stat(filepath.Join(c.Data, "zhunsheng.db"))
	return c.Ledger != "" || err == nil
}

// LoadCourts, LoadCauses and LoadRoster replace one of the office's own lists; the issues say
// which rows could not be used.
func (a *App) LoadCourts(ctx context.Context, path string) (int, []ledger.Issue, error) {
	return load(ctx, a, path, "courts", ledger.ReadCourts, a.store.LoadCourts)
}

// LoadDivisions replaces the list of divisions.
func (a *App) LoadDivisions(ctx context.Context, path string) (int, []ledger.Issue, error) {
	return load(ctx, a, path, "divisions", ledger.ReadDivisions, a.store.LoadDivisions)
}

// LoadCauses replaces the list of causes.
func (a *App) LoadCauses(ctx context.Context, path string) (int, []ledger.Issue, error) {
	return load(ctx, a, path, "causes", ledger.ReadCauses, a.store.LoadCauses)
}

// LoadRoster replaces the roster of judges.
func (a *App) LoadRoster(ctx context.Context, path string) (int, []ledger.Issue, error) {
	return load(ctx, a, path, "roster", ledger.ReadRoster, a.store.LoadRoster)
}

func load[T any](ctx context.Context, a *App, path, what string, read func(ledger.Input) ([]T, []ledger.Issue, error), keep func(context.Context, []T) error) (int, []ledger.Issue, error) {
	f, in, err := openInput(path)
	if err != nil {
		return 0, nil, err
	}
	defer f.Close()
	list, issues, err := read(in)
	if err != nil {
		return 0, issues, err
	}
	if len(list) == 0 {
		return 0, issues, fault.At(in.Name, "no line of it can be used", "the list in force stays; mend the file and load it again")
	}
	if err := keep(ctx, list); err != nil {
		return 0, issues, fmt.Errorf("keep the %s: %w", what, err)
	}
	a.forget()
	return len(list), issues, a.note(ctx, access.System(), what+".load", in.Name, fmt.Sprintf("%d lines", len(list)))
}

// Batches lists all imports, newest first.
func (a *App) Batches(ctx context.Context) ([]Batch, error) { return a.store.Batches(ctx) }

// Query runs one read-only statement over v_case, v_event and the lists.
func (a *App) Query(ctx context.Context, sql string, head func([]string) error, row func([]any) error) error {
	return a.store.Query(ctx, sql, head, row)
}

// ExportLedger hands out every case of the ledger as of the end of a day; the zero day is now.
func (a *App) ExportLedger(ctx context.Context, day civil.Date, fn func(c *docket.Case, flags []string) error) error {
	batch, err := a.batchAsOf(ctx, day)
	if err != nil {
		return err
	}
	return a.store.Export(ctx, batch, func(r *store.Record) error { return fn(&r.Case, r.Flags) })
}

// batchAsOf is the last batch committed on or before a day; 0, the ledger in use, for no day.
func (a *App) batchAsOf(ctx context.Context, day civil.Date) (int64, error) {
	if day.IsZero() {
		return 0, nil
	}
	batch, err := a.store.BatchAsOf(ctx, day)
	if err == nil && batch == 0 {
		err = fault.NotFoundf("nothing had been imported by %s; `zhunsheng ledger batches` shows the days of the imports", day)
	}
	return batch, err
}

// RebuildLedger makes tables and columns again from the archive, aside, and compares; the
// differences are printed as table, here, rebuilt.
func (a *App) RebuildLedger(ctx context.Context) ([][3]string, error) {
	diffs, err := a.importer.Rebuild(ctx)
	var out [][3]string
	for _, d := range diffs {
		out = append(out, [3]string{d.What, d.Here, d.Rebuilt})
	}
	return out, err
}

// ComputeAsOf evaluates a request over the ledger as it stood at the end of a day.
func (a *App) ComputeAsOf(ctx context.Context, at access.Scope, day civil.Date, req indicator.Request) ([]indicator.Figure, error) {
	eng, _, err := a.asOf(ctx, day)
	if err != nil {
		return nil, err
	}
	return a.compute(ctx, at, eng, req)
}

// Finding is one thing that `verify` does not like.
type Finding struct{ What, Text string }

// Verify checks the log's chain, the chain of editions, every edition against its hashes, and
// the ledger against its archive. What is damaged is a finding; an error means that the check itself could not be made.
func (a *App) Verify(ctx context.Context) ([]Finding, error) {
	var out []Finding
	_, err := a.store.VerifyAudit(ctx)
	if out, err = found(out, "log", err); err != nil {
		return nil, fmt.Errorf("log: %w", err)
	}
	if out, err = a.verifyEditions(ctx, out); err != nil {
		return nil, err
	}
	diffs, err := a.RebuildLedger(ctx)
	if out, err = found(out, "ledger", err); err != nil {
		return nil, fmt.Errorf("rebuild from the archive: %w", err)
	}
	for _, d := range diffs {
		out = append(out, Finding{"ledger", fmt.Sprintf("%s: the ledger holds %s, the archive gives %s", d[0], d[1], d[2])})
	}
	return out, nil
}

// found turns the complaint about damaged content into a finding; other errors stay.
func found(list []Finding, what string, err error) ([]Finding, error) {
	var f *fault.Error
	if errors.As(err, &f) {
		return append(list, Finding{what, f.Error()}), nil
	}
	return list, err
}

// User is somebody who may sign in.
type User = store.User

// Users lists everybody who may sign in.
func (a *App) Users(ctx context.Context) ([]User, error) { return a.store.Users(ctx) }

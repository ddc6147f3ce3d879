package app

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"iter"
	"log/slog"
	"os"
	"strconv"

	"zhunsheng/internal/access"
	"zhunsheng/internal/fault"
	"zhunsheng/internal/jobs"
	"zhunsheng/internal/ledger"
	"zhunsheng/internal/store"
	"zhunsheng/web/page/data"
)

// importDesk takes files in through the pages.
type importDesk struct{ *App }

func (a importDesk) Batches(ctx context.Context, at access.Scope) ([]data.Batch, error) {
	if err := at.Need(access.ViewBatches); err != nil {
		return nil, err
	}
	all, err := a.store.Batches(ctx)
	if err != nil {
		return nil, err
	}
	settled, err := a.settled(ctx)
	if err != nil {
		return nil, err
	}
	out := make([]data.Batch, len(all))
	for i, b := range all {
		out[i] = a.view(b)
		out[i].Settled = settled[b.ID]
	}
	return out, nil
}

func (a importDesk) Batch(ctx context.Context, at access.Scope, id int64) (data.Batch, error) {
	if err := at.Need(access.ViewBatches); err != nil {
		return data.Batch{}, err
	}
	b, err := a.store.Batch(ctx, id)
	if err != nil {
		return data.Batch{}, err
	}
	settled, err := a.settled(ctx)
	out := a.view(b)
	out.Settled = settled[b.ID]
	return out, err
}

// settledKind is the kind of decision that declares the rejected rows of a batch dealt with.
const settledKind = "rejected_settled"

// settled says of every batch whose rejected rows were dealt with who declared that and why.
func (a *App) settled(ctx context.Context) (map[int64]string, error) {
	decisions, err := a.store.Decisions(ctx, settledKind)
	if err != nil {
		return nil, fmt.Errorf("rejected rows dealt with: %w", err)
	}
	names, err := a.displayNames(ctx)
	if err != nil {
		return nil, err
	}
	out := map[int64]string{}
	for _, d := range decisions {
		id, err := strconv.ParseInt(d.Name, 10, 64)
		if err != nil {
			return nil, fmt.Errorf("decision on batch %q: %w", d.Name, err)
		}
		out[id] = fmt.Sprintf("%s %s：%s", cmp.Or(names[d.Who], d.Who), d.At.Format("2006-01-02"), d.Reason)
	}
	return out, nil
}

// Settle implements [data.Imports].
func (a importDesk) Settle(ctx context.Context, at access.Scope, batch int64, reason string) error {
	if err := at.Need(access.ImportData); err != nil {
		return err
	}
	if reason == "" {
		return fault.At("reason", "请写明如何处理 / say what was done", "")
	}
	b, err := a.store.Batch(ctx, batch)
	if err != nil {
		return err
	}
	if b.State != store.Committed || b.Rejected == 0 {
		return fault.Conflictf("批次 %d 没有未入库的行 / batch %d has no rejected rows", batch, batch)
	}
	if err := a.store.Decide(ctx, store.Decision{Kind: settledKind, Name: strconv.FormatInt(batch, 10), Reason: reason, Who: at.User}); err != nil {
		return err
	}
	return a.note(ctx, at, "import.settle", fmt.Sprintf("batch %d", batch), reason)
}

// view joins a stored batch with the progress of its run.
func (a *App) view(b store.Batch) data.Batch {
	out := data.Batch{ID: b.ID, State: string(b.State), User: b.User, Mapping: b.Mapping, MappingVersion: b.MappingVersion,
		Started: b.Started, Committed: b.Committed, Courts: b.Courts,
		Read: b.Read, New: b.New, Changed: b.Changed, Unchanged: b.Unchanged, Rejected: b.Rejected, Flagged: b.Flagged}
	for _, f := range b.Files {
		out.Files = append(out.Files, data.File{Name: f.Name, SHA256: f.SHA256, Bytes: f.Bytes})
	}
	p, left, failure := a.runs.of(b.ID, a.now())
	out.BytesDone, out.BytesTotal, out.Left, out.Failure = p.BytesDone, p.BytesTotal, left, failure
	if b.State == store.Running && p.Rows > 0 {
		out.Read = p.Rows
	}
	if failure != "" {
		out.State = "failed"
	}
	return out
}

func (a importDesk) Mappings(ctx context.Context) ([]string, error) { return a.MappingNames(ctx) }

func (a importDesk) Stage(_ context.Context, at access.Scope, mapping string, files iter.Seq2[data.Upload, error]) (string, error) {
	if err := at.Need(access.ImportData); err != nil {
		return "", err
	}
	return a.stage(at, mapping, files)
}

// Start begins a batch in the background. It returns as soon as the batch has its number, so
// that the clerk can leave the page; a failure is shown with the batch.
func (a importDesk) Start(ctx context.Context, at access.Scope, id string, c data.Choice) (int64, error) {
	if err := at.Need(access.ImportData); err != nil {
		return 0, err
	}
	s, dir, err := a.loadStaged(at, id)
	if err != nil {
		return 0, err
	}
	m, err := a.chosen(ctx, at, s, dir, c)
	if err != nil {
		return 0, err
	}
	inputs, closers, err := stagedInputs(dir, s.Files)
	if err != nil {
		return 0, err
	}
	return a.background(func(ctx context.Context, progress func(jobs.Progress)) error {
		defer func() {
			for _, c := range closers {
				_ = c.Close() // read-only
			}
		}()
		_, err := a.importer.Import(ctx, jobs.Run{User: at.User, Mapping: m, Inputs: inputs, Progress: progress})
		if err != nil {
			return err
		}
		return os.RemoveAll(dir)
	}, at, "import")
}

// chosen is the mapping the clerk decided on; corrected columns become a saved version.
func (a importDesk) chosen(ctx context.Context, at access.Scope, s staged, dir string, c data.Choice) (*ledger.Mapping, error) {
	if c.Mapping != "" {
		return a.importer.Mapping(ctx, c.Mapping)
	}
	inputs, closers, err := stagedInputs(dir, s.Files[:1])
	if err != nil {
		return nil, err
	}
	defer closers[0].Close()
	tables, err := ledger.OpenTables(inputs[0], ledger.Options{})
	if err != nil {
		return nil, err
	}
	sample, err := tables[0].Sample(200)
	if err != nil {
		return nil, err
	}
	m, _ := ledger.Suggest(tables[0].Header, sample, nil, a.words)
	m.SetColumns(c.Columns)
	m.Name = c.Name
	if m.Name == "" {
		m.Name = "import-" + at.User
	}
	if missing := m.Missing(); len(missing) > 0 {
		return nil, fault.At("columns", fmt.Sprintf("nothing is mapped to %v", missing), "choose a column for each")
	}
	return a.saveMapping(ctx, at, m)
}

// saveMapping keeps a mapping as a new version of its name.
func (a *App) saveMapping(ctx context.Context, at access.Scope, m *ledger.Mapping) (*ledger.Mapping, error) {
	body, err := m.YAML()
	if err != nil {
		return nil, err
	}
	saved, err := a.store.SaveMapping(ctx, store.Mapping{Name: m.Name, Body: string(body), User: at.User})
	if err != nil {
		return nil, err
	}
	m.Version = saved.Version
	return m, a.note(ctx, at, "mapping.save", m.Name, fmt.Sprintf("version %d", m.Version))
}

func (a importDesk) Resume(_ context.Context, at access.Scope, batch int64) error {
	if err := at.Need(access.ImportData); err != nil {
		return err
	}
	_, err := a.background(func(ctx context.Context, progress func(jobs.Progress)) error {
		_, err := a.importer.Resume(ctx, batch, jobs.Run{User: at.User, Progress: progress})
		return err
	}, at, "import.resume")
	return err
}

func (a importDesk) Discard(ctx context.Context, at access.Scope, batch int64) error {
	if err := at.Need(access.ImportData); err != nil {
		return err
	}
	if err := a.store.Discard(ctx, batch); err != nil {
		return err
	}
	return a.note(ctx, at, "import.discard", fmt.Sprintf("batch %d", batch), "")
}

// background starts a run and waits only for its first progress, which carries the number of
// the batch, or for its early failure.
func (a *App) background(work func(context.Context, func(jobs.Progress)) error, at access.Scope, action string) (int64, error) {
	type begun struct {
		batch int64
		err   error
	}
	first := make(chan begun, 1)
	a.runs.start(func(ctx context.Context) {
		var batch int64
		err := work(ctx, func(p jobs.Progress) {
			if batch == 0 {
				batch = p.Batch
				first <- begun{batch: batch}
			}
			a.runs.report(p, a.now())
		})
		if batch == 0 {
			first <- begun{err: err}
			return
		}
		a.runs.end(batch, a.failureText(err))
		a.forget()
		if noteErr := a.note(context.WithoutCancel(ctx), at, action, fmt.Sprintf("batch %d", batch), a.failureText(err)); noteErr != nil {
			a.log.Error("import log", slog.Any("err", noteErr))
		}
	})
	b := <-first
	return b.batch, b.err
}

// failureText is what a user may read of an error.
func (a *App) failureText(err error) string {
	if err == nil {
		return ""
	}
	var f *fault.Error
	if errors.As(err, &f) {
		return f.Error()
	}
	if errors.Is(err, context.Canceled) {
		return "程序停止，本批次已撤销 / the program stopped, the batch was discarded"
	}
	a.log.Error("import", slog.Any("err", err))
	return "内部错误，详见日志 / internal error, see the log"
}

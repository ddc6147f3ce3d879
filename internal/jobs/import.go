// Package jobs runs the long work of the office: an import from files to figure columns, and
// the rebuilding of the ledger from its archive. A job reports its progress and leaves nothing
// half done: it either commits or says what can be resumed or discarded.
package jobs

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"sync/atomic"
	"time"

	"zhunsheng/internal/civil"
	"zhunsheng/internal/columns"
	"zhunsheng/internal/docket"
	"zhunsheng/internal/fault"
	"zhunsheng/internal/ledger"
	"zhunsheng/internal/store"
)

// Importer brings files into the ledger, one batch at a time.
type Importer struct {
	Store   *store.Store
	Columns *columns.Store
	Rules   fs.FS // registries, mappings, validation rules and, until others are accepted, time limits
	Now     func() time.Time

	law atomic.Pointer[Law] // accepted rules of time limits, as read last
}

// Progress tells how far a run is. Bytes count the input files as they lie there.
type Progress struct {
	Batch                 int64
	File                  string
	BytesDone, BytesTotal int64
	Rows                  int64
}

// Run describes one import.
type Run struct {
	User     string
	Mapping  *ledger.Mapping
	Inputs   []ledger.Input
	Options  ledger.Options                       // sheet, encoding and delimiter; the limits stay those of the reader
	DryRun   bool                                 // read, validate and count, then leave the ledger as it was
	Detected func(file string, d ledger.Detected) // called once per table; may be nil
	Progress func(Progress)                       // called now and then from the importing goroutine; may be nil
	Issue    func(ledger.Issue)                   // every issue found; may be nil
	DataDay  civil.Date                           // day the data reach to (数据截至); zero: the latest day found in them
}

// Import runs one batch to its end: archive, read, validate, write, commit, refresh the
// columns of the courts it touched. On any error before the commit the batch is discarded and
// the ledger is as it was.
func (im *Importer) Import(ctx context.Context, run Run) (store.Batch, error) {
	basis, err := im.currentBasis(ctx, run)
	if err != nil {
		return store.Batch{}, err
	}
	b, err := im.begin(ctx, run)
	if err != nil {
		return store.Batch{}, err
	}
	if err := im.keep(ctx, b, basis, run.Inputs); err != nil {
		return store.Batch{}, im.giveUp(b, err)
	}
	return im.fill(ctx, b, basis, run)
}

// keep archives the input files and what they are read by, before the first row.
func (im *Importer) keep(ctx context.Context, b *store.Import, basis basis, inputs []ledger.Input) error {
	text, err := json.Marshal(basis)
	if err != nil {
		return err
	}
	if err := b.Basis(ctx, text); err != nil {
		return fmt.Errorf("keep mapping and lists of the batch: %w", err)
	}
	for _, in := range inputs {
		if _, err := b.Archive(ctx, in.Name, io.NewSectionReader(in.R, 0, in.Size)); err != nil {
			return err
		}
	}
	return nil
}

// begin opens a batch; a dry run gets one that counts like any other and writes nothing.
func (im *Importer) begin(ctx context.Context, run Run) (*store.Import, error) {
	info := store.BatchInfo{User: run.User, Mapping: run.Mapping.Name, MappingVersion: run.Mapping.Version}
	if run.DryRun {
		return im.Store.Rehearse(ctx, info)
	}
	return im.Store.Begin(ctx, info)
}

// Resume runs an interrupted batch again from its archived files.
func (im *Importer) Resume(ctx context.Context, id int64, run Run) (store.Batch, error) {
	old, err := im.Store.Batch(ctx, id)
	if err != nil {
		return store.Batch{}, err
	}
	b, err := im.Store.Resume(ctx, id)
	if err != nil {
		return store.Batch{}, err
	}
	basis, err := im.keptBasis(ctx, id)
	if err != nil {
		return store.Batch{}, im.giveUp(b, err)
	}
	files, err := im.archived(ctx, old.Files)
	if err != nil {
		return store.Batch{}, im.giveUp(b, err)
	}
	defer closeAll(files)
	run.Inputs = inputs(files)
	return im.fill(ctx, b, basis, run)
}

func (im *Importer) fill(ctx context.Context, b *store.Import, basis basis, run Run) (store.Batch, error) {
	if err := im.beginLimits(ctx, b, run); err != nil {
		return store.Batch{}, im.giveUp(b, err)
	}
	latest, err := im.read(ctx, run, basis, b.Batch().ID, b.Put)
	if err != nil {
		return store.Batch{}, im.giveUp(b, err)
	}
	if err := im.finishLimits(ctx, b, run, latest); err != nil {
		return store.Batch{}, im.giveUp(b, err)
	}
	done, err := b.Commit(ctx)
	if err != nil {
		return store.Batch{}, im.giveUp(b, fmt.Errorf("commit batch: %w", err))
	}
	if run.DryRun {
		return done, nil
	}
	if run.DataDay.IsZero() {
		run.DataDay = latest
	}
	if err := im.advanceDataDay(ctx, run.DataDay); err != nil {
		return done, fmt.Errorf("batch %d is committed, but noting the data day failed: %w", done.ID, err)
	}
	if _, err := im.Columns.Refresh(ctx); err != nil {
		return done, fmt.Errorf("batch %d is committed, but refreshing the figure columns failed (they rebuild themselves at the next start): %w", done.ID, err)
	}
	return done, nil
}

// giveUp discards a batch after an error, so that the next import can begin at once.
func (im *Importer) giveUp(b *store.Import, cause error) error {
	if err := b.Discard(context.Background()); err != nil {
		return errors.Join(cause, fmt.Errorf("discard the batch: %w", err))
	}
	return cause
}

// read parses all inputs in order and hands every row to put; it returns the latest filing or
// closing day that is not after the day of the basis. That day, and not the clock, bounds what
// can have happened.
func (im *Importer) read(ctx context.Context, run Run, basis basis, batch int64, put func(ledger.Row) error) (civil.Date, error) {
	reader, err := im.reader(basis)
	if err != nil {
		return 0, err
	}
	var latest civil.Date
	pr := Progress{Batch: batch}
	for _, in := range run.Inputs {
		pr.BytesTotal += in.Size
	}
	if run.Progress != nil {
		run.Progress(pr)
	}
	before := int64(0)
	for _, in := range run.Inputs {
		counting := &countingReader{r: in.R}
		pr.File = in.Name
		parsed, err := reader.Parse(ledger.Input{Name: in.Name, R: counting, Size: in.Size}, basis.options())
		if err != nil {
			return 0, err
		}
		if run.Detected != nil {
			for _, d := range parsed.Detected() {
				run.Detected(in.Name, d)
			}
		}
		for row, err := range parsed.Rows() {
			if err != nil {
				return 0, err
			}
			if err := put(row); err != nil {
				return 0, fmt.Errorf("%s row %d: %w", row.File, row.Line, err)
			}
			if run.Issue != nil {
				for _, i := range row.Issues {
					run.Issue(i)
				}
			}
			latest = max(latest, latestDay(row.Case, reader.Today))
			pr.Rows++
			if pr.Rows%2000 == 0 {
				if err := ctx.Err(); err != nil {
					return 0, err
				}
				if run.Progress != nil {
					pr.BytesDone = before + min(counting.far.Load(), in.Size)
					run.Progress(pr)
				}
			}
		}
		before += in.Size
		pr.BytesDone = before
		if run.Progress != nil {
			run.Progress(pr)
		}
	}
	return latest, nil
}

func latestDay(c *docket.Case, today civil.Date) civil.Date {
	if c == nil {
		return 0
	}
	var d civil.Date
	for _, x := range []civil.Date{c.FiledOn, c.ClosedOn} {
		if x <= today {
			d = max(d, x)
		}
	}
	return d
}

// Mappings returns the mappings by name: those of the rules, replaced by the office's latest
// saved versions.
func (im *Importer) Mappings(ctx context.Context) (map[string]*ledger.Mapping, error) {
	all, err := ledger.LoadMappings(im.Rules)
	if err != nil {
		return nil, err
	}
	saved, err := im.Store.Mappings(ctx)
	if err != nil {
		return nil, fmt.Errorf("saved mappings: %w", err)
	}
	for _, s := range saved {
		m, err := ledger.ParseMapping(s.Name, []byte(s.Body))
		if err != nil {
			return nil, err
		}
		m.Version = s.Version
		if have := all[s.Name]; have == nil || have.Version < s.Version {
			all[s.Name] = m
		}
	}
	return all, nil
}

// Mapping finds a mapping by name, in its newest version.
func (im *Importer) Mapping(ctx context.Context, name string) (*ledger.Mapping, error) {
	all, err := im.Mappings(ctx)
	if err != nil {
		return nil, err
	}
	if m := all[name]; m != nil {
		return m, nil
	}
	names := make([]string, 0, len(all))
	for n := range all {
		names = append(names, n)
	}
	slices.Sort(names)
	return nil, fault.NotFoundf("no mapping named %q; there are: %v", name, names)
}

// DataDayKey is the setting that holds the day the data reach to.
const DataDayKey = "data_day"

// advanceDataDay notes a later data day; it never moves back by itself.
func (im *Importer) advanceDataDay(ctx context.Context, day civil.Date) error {
	have, _, err := im.Store.Setting(ctx, DataDayKey)
	if err != nil {
		return err
	}
	if day.IsZero() || day.String() <= have {
		return nil
	}
	return im.Store.SetSetting(ctx, DataDayKey, day.String())
}

func (im *Importer) archived(ctx context.Context, files []store.File) ([]*store.Archived, error) {
	var out []*store.Archived
	for _, f := range files {
		a, err := im.Store.OpenArchived(ctx, f)
		if err != nil {
			closeAll(out)
			return nil, fmt.Errorf("archived file %s: %w", f.Name, err)
		}
		out = append(out, a)
	}
	return out, nil
}

func closeAll(files []*store.Archived) {
	for _, f := range files {
		_ = f.Close() // read-only
	}
}

func inputs(files []*store.Archived) []ledger.Input {
	var out []ledger.Input
	for _, f := range files {
		out = append(out, ledger.Input{Name: f.Name, R: f, Size: f.Bytes})
	}
	return out
}

// countingReader remembers how far a file has been read.
type countingReader struct {
	r   io.ReaderAt
	far atomic.Int64
}

func (c *countingReader) ReadAt(p []byte, off int64) (int, error) {
	n, err := c.r.ReadAt(p, off)
	if end := off + int64(n); end > c.far.Load() {
		c.far.Store(end)
	}
	return n, err
}

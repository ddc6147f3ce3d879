package jobs

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strings"

	"zhunsheng/internal/calendar"
	"zhunsheng/internal/caselimit"
	"zhunsheng/internal/civil"
	"zhunsheng/internal/docket"
	"zhunsheng/internal/fault"
	"zhunsheng/internal/store"
	"zhunsheng/internal/timelimit"
)

// Law is rules of time limits and calendars with what identifies them.
type Law struct {
	Seq    int64  // number under which the office accepted them; 0: not accepted
	SHA256 string // over names and contents of the files
	Book   *timelimit.Book

	body     []byte // zip of the files
	settings string // as JSON
}

// LoadLaw reads the rules of time limits from trees, later ones laid over earlier ones file by
// file.
func LoadLaw(trees ...fs.FS) (*Law, error) {
	files, err := lawFiles(trees)
	if err != nil {
		return nil, err
	}
	var body bytes.Buffer
	pack := zip.NewWriter(&body)
	sum := sha256.New()
	for _, name := range slices.Sorted(maps.Keys(files)) {
		fmt.Fprintf(sum, "%s\x00%d\x00", name, len(files[name]))
		sum.Write(files[name])
		w, err := pack.Create(name)
		if err != nil {
			return nil, err
		}
		if _, err := w.Write(files[name]); err != nil {
			return nil, err
		}
	}
	if err := pack.Close(); err != nil {
		return nil, err
	}
	return unpackLaw(body.Bytes(), hex.EncodeToString(sum.Sum(nil)))
}

// Files are the files of the rules as they were accepted.
func (l *Law) Files() (fs.FS, error) {
	tree, err := zip.NewReader(bytes.NewReader(l.body), int64(len(l.body)))
	if err != nil {
		return nil, fmt.Errorf("rules of time limits: %w", err)
	}
	return tree, nil
}

// lawFiles are the files that decide about limits; examples are none of them.
func lawFiles(trees []fs.FS) (map[string][]byte, error) {
	files := map[string][]byte{}
	for _, tree := range trees {
		for _, folder := range []string{"limits", "calendars"} {
			err := fs.WalkDir(tree, folder, func(name string, d fs.DirEntry, err error) error {
				switch {
				case errors.Is(err, fs.ErrNotExist):
					return nil
				case err != nil || d.IsDir() || strings.HasSuffix(name, ".test.yaml") || strings.HasSuffix(name, ".md"):
					return err
				}
				files[name], err = fs.ReadFile(tree, name)
				return err
			})
			if err != nil {
				return nil, fmt.Errorf("read the rules of time limits: %w", err)
			}
		}
	}
	return files, nil
}

// unpackLaw reads packed rules.
func unpackLaw(body []byte, sum string) (*Law, error) {
	tree, err := zip.NewReader(bytes.NewReader(body), int64(len(body)))
	if err != nil {
		return nil, fmt.Errorf("rules of time limits: %w", err)
	}
	days, err := calendar.Load(tree)
	if err != nil {
		return nil, err
	}
	law := &Law{SHA256: sum, body: body}
	if law.Book, err = timelimit.Load(tree, days); err != nil {
		return nil, err
	}
	settings, err := json.Marshal(law.Book.Defaults)
	law.settings = string(settings)
	return law, err
}

// assess is what the ledger computes limits with.
func (l *Law) assess(c *docket.Case, events []docket.Event, day civil.Date) store.Assessed {
	set := l.Book.Defaults
	set.OpenUntil = day
	x := caselimit.Assess(l.Book, c, events, &set)
	return store.Assessed{Limit: x.Fields(), Law: x.Law, Months: int32(x.Extended.Months), Days: int32(x.Extended.Days), Problem: x.Problem}
}

// LawInForce returns the rules that the office has accepted last; before it accepted any,
// those of the program, with number 0.
func (im *Importer) LawInForce(ctx context.Context) (*Law, error) {
	have, err := im.Store.LimitRules(ctx, 0)
	if errors.Is(err, fault.NotFound) {
		return LoadLaw(im.Rules)
	}
	if err != nil {
		return nil, err
	}
	return im.unpacked(have)
}

// unpacked reads accepted rules, those asked for last without unpacking them again.
func (im *Importer) unpacked(have store.LimitRules) (*Law, error) {
	if law := im.law.Load(); law != nil && law.Seq == have.Seq {
		return law, nil
	}
	law, err := unpackLaw(have.Body, have.SHA256)
	if err != nil {
		return nil, fmt.Errorf("accepted rules %d: %w", have.Seq, err)
	}
	law.Seq = have.Seq
	im.law.Store(law)
	return law, nil
}

// acceptedLaw is [Importer.LawInForce]; the first rules of a ledger are accepted with its
// first import, since no date can move.
func (im *Importer) acceptedLaw(ctx context.Context, user string) (*Law, error) {
	law, err := im.LawInForce(ctx)
	if err != nil || law.Seq > 0 {
		return law, err
	}
	return law, im.accept(ctx, law, store.LimitRules{Who: user, Reason: "首次导入 / first import"})
}

func (im *Importer) accept(ctx context.Context, law *Law, r store.LimitRules) (err error) {
	r.SHA256, r.Body = law.SHA256, law.body
	law.Seq, err = im.Store.AcceptLimitRules(ctx, r)
	return err
}

// reportingDay is the day the data reach to: deductions that still run end on it.
func (im *Importer) reportingDay(ctx context.Context, days ...civil.Date) (civil.Date, error) {
	have, _, err := im.Store.Setting(ctx, DataDayKey)
	if err != nil {
		return 0, err
	}
	day := slices.Max(append(days, 0))
	if have != "" {
		d, err := civil.ParseDate(have)
		if err != nil {
			return 0, fmt.Errorf("setting %s: %w", DataDayKey, err)
		}
		day = max(day, d)
	}
	if day.IsZero() {
		day = civil.FromTime(im.Now())
	}
	return day, nil
}

// beginLimits makes a batch compute limits under the rules in force.
func (im *Importer) beginLimits(ctx context.Context, b *store.Import, run Run) error {
	if run.DryRun {
		return nil
	}
	law, err := im.acceptedLaw(ctx, run.User)
	if err != nil {
		return fmt.Errorf("rules of time limits: %w", err)
	}
	b.Limits(law.Seq, law.settings, law.assess)
	return nil
}

// finishLimits computes the limits of everything the batch touched.
func (im *Importer) finishLimits(ctx context.Context, b *store.Import, run Run, latest civil.Date) error {
	if run.DryRun {
		return nil
	}
	day, err := im.reportingDay(ctx, run.DataDay, latest)
	if err != nil {
		return err
	}
	_, last, err := im.Store.OpenLimits(ctx)
	if err != nil {
		return err
	}
	reach := store.TouchedCases
	if !last.IsZero() && day > last {
		reach = store.OpenCases
	}
	return b.Assess(ctx, day, reach, nil)
}

// Recompute describes one computation of the limits of the whole ledger.
type Recompute struct {
	User, Reason string
	Law          *Law // nil: those in force; others are accepted by this
	Open         bool // only cases whose deduction still runs, up to the reporting day
	DryRun       bool // only tell what would come out different
	Progress     func(done int64)
	Moved        func(store.LimitMove) error // every case that comes out different; may be nil
}

// Recomputed is what came of it.
type Recomputed struct {
	Law       *Law
	Day       civil.Date // the reporting day
	Cases     int64      // cases computed
	Different int64      // cases of which something came out different …
	Moved     int64      // … and of these, cases whose last day is another one
	Batch     int64      // the batch that holds the new limits; 0: nothing was written
}

// RecomputeLimits computes the limit of every case again. Unless it is a dry run, other rules
// are accepted first and what comes out different becomes a batch of its own, so that the
// ledger as of an earlier day still shows what was computed then.
func (im *Importer) RecomputeLimits(ctx context.Context, r Recompute) (Recomputed, error) {
	force, err := im.LawInForce(ctx)
	if err != nil {
		return Recomputed{}, err
	}
	if r.Law == nil || r.Law.SHA256 == force.SHA256 {
		r.Law = force
	}
	out := Recomputed{Law: r.Law}
	if out.Day, err = im.reportingDay(ctx); err != nil {
		return out, err
	}
	if r.Law.Seq > 0 && !r.DryRun && r.Moved == nil {
		out.Batch, out.Cases, err = im.rewrite(ctx, r, out.Day)
		return out, err
	}
	out.Cases, err = im.Store.PreviewLimits(ctx, r.Law.assess, out.Day, r.Progress, func(m store.LimitMove) error {
		out.Different++
		if m.Due() {
			out.Moved++
		}
		if r.Moved != nil {
			return r.Moved(m)
		}
		return nil
	})
	if err != nil || r.DryRun {
		return out, err
	}
	if r.Law.Seq == 0 {
		err := im.accept(ctx, r.Law, store.LimitRules{Who: r.User, Reason: r.Reason, Moved: out.Moved})
		if err != nil {
			return out, err
		}
	}
	out.Batch, out.Cases, err = im.rewrite(ctx, r, out.Day)
	return out, err
}

// rewrite is the batch without files that a recomputation makes.
func (im *Importer) rewrite(ctx context.Context, r Recompute, day civil.Date) (batch, cases int64, err error) {
	b, err := im.Store.Begin(ctx, store.BatchInfo{User: r.User, Mapping: LimitsMapping})
	if err != nil {
		return 0, 0, err
	}
	reach := store.AllCases
	if r.Open {
		reach = store.OpenCases
	}
	b.Limits(r.Law.Seq, r.Law.settings, r.Law.assess)
	progress := func(done, _ int64) {
		if cases = done; r.Progress != nil {
			r.Progress(done)
		}
	}
	if err := b.Assess(ctx, day, reach, progress); err != nil {
		return 0, cases, im.giveUp(b, err)
	}
	done, err := b.Commit(ctx)
	if err != nil {
		return 0, cases, im.giveUp(b, fmt.Errorf("commit batch: %w", err))
	}
	if _, err := im.Columns.Refresh(ctx); err != nil {
		return done.ID, cases, fmt.Errorf("batch %d is committed, but refreshing the figure columns failed (they rebuild themselves at the next start): %w", done.ID, err)
	}
	return done.ID, cases, nil
}

// LimitsMapping stands in the history of imports for a recomputation of limits.
const LimitsMapping = "limits"

// Why limits have to be computed again.
const (
	StaleRules = "rules" // the rules in force were not applied to every case
	StaleDay   = "day"   // a deduction still runs and the data reach further by now
)

// LimitsStale says why the limits of the ledger have to be computed again; empty: they need not.
func (im *Importer) LimitsStale(ctx context.Context) (why string, err error) {
	force, err := im.Store.LimitRules(ctx, 0)
	none := errors.Is(err, fault.NotFound)
	if err != nil && !none {
		return "", err
	}
	runs, err := im.Store.LimitRuns(ctx)
	if err != nil {
		return "", err
	}
	batches, err := im.Store.Batches(ctx)
	if err != nil {
		return "", err
	}
	for _, b := range slices.Backward(batches) { // oldest first
		if b.State != store.Committed || len(b.Courts) == 0 {
			continue
		}
		i := slices.IndexFunc(runs, func(r store.LimitRun) bool { return r.Batch == b.ID })
		switch {
		case i < 0 || none || runs[i].Rules != force.Seq:
			why = StaleRules
		case runs[i].Reach == store.AllCases:
			why = ""
		}
	}
	if why != "" {
		return why, nil
	}
	open, day, err := im.Store.OpenLimits(ctx)
	if err != nil || open == 0 {
		return "", err
	}
	now, err := im.reportingDay(ctx)
	if err == nil && now > day {
		why = StaleDay
	}
	return why, err
}

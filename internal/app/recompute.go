package app

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"time"

	"zhunsheng/internal/access"
	"zhunsheng/internal/caselimit"
	"zhunsheng/internal/civil"
	"zhunsheng/internal/docket"
	"zhunsheng/internal/fault"
	"zhunsheng/internal/jobs"
	"zhunsheng/internal/store"
)

// LimitsRun describes a computation of the time limits of every case.
type LimitsRun struct {
	Program  bool  // take the rules of the program, not those in force
	Own      fs.FS // a court's own files, laid over those of the program; nil: none
	Whole    fs.FS // all files of the rules, with none of the program; nil: none
	DryRun   bool  // tell what would come out different and write nothing
	Reason   string
	Progress func(done int64)
	Moved    func(LimitMove) error // every case that comes out different; may be nil
}

// LimitMove is a case whose computed limit comes out different.
type LimitMove = store.LimitMove

// LimitsOutcome is what came of a computation.
type LimitsOutcome struct {
	Rules            int64  // number under which the rules are accepted; 0: they are not
	SHA256           string // of the rules
	Day              civil.Date
	Cases            int64
	Different, Moved int64 // cases that came out different, and those whose last day is another one
	Batch            int64 // 0: nothing was written
}

// rulesDecision is the kind of decision by which rules of time limits are accepted.
const rulesDecision = "limit_rules"

// RecomputeLimits computes the time limit of every case again, under the rules in force or
// under others, which it accepts with the reason given. A dry run writes nothing.
func (a *App) RecomputeLimits(ctx context.Context, who access.Scope, r LimitsRun) (LimitsOutcome, error) {
	job := jobs.Recompute{User: who.User, Reason: r.Reason, DryRun: r.DryRun, Progress: r.Progress, Moved: r.Moved}
	force, err := a.importer.LawInForce(ctx)
	if err != nil {
		return LimitsOutcome{}, err
	}
	if job.Law = force; r.Program || r.Own != nil || r.Whole != nil {
		trees := []fs.FS{a.cfg.Rules}
		if r.Whole != nil {
			trees[0] = r.Whole
		}
		if r.Own != nil {
			trees = append(trees, r.Own)
		}
		if job.Law, err = jobs.LoadLaw(trees...); err != nil {
			return LimitsOutcome{}, err
		}
	}
	other := job.Law.SHA256 != force.SHA256
	if other && !r.DryRun && r.Reason == "" {
		return LimitsOutcome{}, fault.At("rules of time limits", "other rules are accepted only with a reason",
			"look at the cases whose date moves with --dry-run, then give --reason")
	}
	done, err := a.importer.RecomputeLimits(ctx, job)
	out := LimitsOutcome{Rules: done.Law.Seq, SHA256: done.Law.SHA256, Day: done.Day, Cases: done.Cases,
		Different: done.Different, Moved: done.Moved, Batch: done.Batch}
	if err != nil || r.DryRun {
		return out, err
	}
	return out, a.noteLimits(ctx, who, out, other, r.Reason)
}

// noteLimits keeps the decision on other rules and writes the log.
func (a *App) noteLimits(ctx context.Context, who access.Scope, out LimitsOutcome, other bool, reason string) error {
	detail := fmt.Sprintf("batch %d, rules %d (%.12s), day %s, %d cases", out.Batch, out.Rules, out.SHA256, out.Day, out.Cases)
	if !other {
		return a.note(ctx, who, "limits.recompute", "limits", detail)
	}
	body, err := json.Marshal(map[string]any{"rules": out.Rules, "sha256": out.SHA256, "batch": out.Batch, "different": out.Different, "moved": out.Moved})
	if err != nil {
		return err
	}
	err = a.store.Decide(ctx, store.Decision{Kind: rulesDecision, Name: fmt.Sprintf("%.12s", out.SHA256), Body: string(body), Reason: reason, Who: who.User})
	return errors.Join(err, a.note(ctx, who, "limits.accept", "limits", fmt.Sprintf("%s, %d moved: %s", detail, out.Moved, reason)))
}

// limitsEvery is how often a server looks whether limits have to be computed again.
const limitsEvery = 15 * time.Minute

// keepLimits computes limits again until ctx ends, at once and then whenever rules were accepted
// and not applied, or the data reach further and a deduction still runs.
func (a *App) keepLimits(ctx context.Context) {
	again := time.NewTicker(limitsEvery)
	defer again.Stop()
	for {
		if err := a.freshenLimits(ctx); err != nil && ctx.Err() == nil {
			a.log.ErrorContext(ctx, "time limits", slog.Any("error", err))
		}
		if law, err := a.importer.LawInForce(ctx); err == nil && law.SHA256 != a.lawSum {
			a.log.WarnContext(ctx, "other rules of time limits were accepted; stored dates follow them, pages that compute do after a restart", slog.Int64("rules", int64(law.Seq)))
		}
		select {
		case <-ctx.Done():
			return
		case <-again.C:
		}
	}
}

// freshenLimits computes limits again where they are stale; while an import runs it waits for
// the next time.
func (a *App) freshenLimits(ctx context.Context) error {
	why, err := a.importer.LimitsStale(ctx)
	if err != nil || why == "" {
		return err
	}
	start := a.now()
	done, err := a.importer.RecomputeLimits(ctx, jobs.Recompute{User: access.System().User, Open: why == jobs.StaleDay})
	if errors.Is(err, fault.Conflict) {
		return nil
	}
	if err != nil {
		return err
	}
	a.log.InfoContext(ctx, "time limits computed",
		slog.Any("why", why), slog.Any("cases", done.Cases), slog.Any("batch", done.Batch), slog.Duration("took", a.now().Sub(start)))
	return a.noteLimits(ctx, access.System(), LimitsOutcome{Rules: done.Law.Seq, SHA256: done.Law.SHA256, Day: done.Day, Cases: done.Cases, Batch: done.Batch}, false, "")
}

// LimitLine is the stored limit of a case with where it stands.
type LimitLine struct {
	*docket.Case
	caselimit.Standing
}

// LedgerLimits tells the stored limit of every case as of a day (zero: now), courts in
// administrative order, and where each stands on the reporting day (zero: the data day).
func (a *App) LedgerLimits(ctx context.Context, asOf, on civil.Date, fn func(LimitLine) error) error {
	batch, err := a.batchAsOf(ctx, asOf)
	if err != nil {
		return err
	}
	if on.IsZero() {
		if on, err = a.DataDay(ctx); err != nil {
			return err
		}
	}
	book, err := a.Limits(ctx)
	if err != nil {
		return err
	}
	return a.store.Export(ctx, batch, func(r *store.Record) error {
		l := caselimit.FromFields(&r.Limit)
		return fn(LimitLine{&r.Case, l.On(book, r.ClosedOn, on)})
	})
}

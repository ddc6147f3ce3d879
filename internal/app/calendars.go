package app

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io/fs"
	"path"

	"zhunsheng/internal/access"
	"zhunsheng/internal/calendar"
	"zhunsheng/internal/fault"
	"zhunsheng/web/page/settings"
)

// movedShown is how many moved cases a preview of a year's days off names.
const movedShown = 30

// Calendars implements [settings.Source]: those of the rules that the office accepted last.
func (a settingsDesk) Calendars(ctx context.Context) (*calendar.Book, error) {
	law, err := a.importer.LawInForce(ctx)
	if err != nil {
		return nil, err
	}
	files, err := law.Files()
	if err != nil {
		return nil, err
	}
	return calendar.Load(files)
}

// TryYear implements [settings.Source].
func (a settingsDesk) TryYear(ctx context.Context, at access.Scope, file []byte) (settings.YearEffect, error) {
	return a.yearRun(ctx, at, file, LimitsRun{DryRun: true})
}

// AcceptYear implements [settings.Source].
func (a settingsDesk) AcceptYear(ctx context.Context, at access.Scope, file []byte, reason string) (settings.YearEffect, error) {
	if reason == "" {
		return settings.YearEffect{}, fault.At("reason", "other days off need a reason", "name the notice that arranges them")
	}
	return a.yearRun(ctx, at, file, LimitsRun{Reason: reason})
}

// yearRun computes every limit with a year's file laid over the rules in force.
func (a settingsDesk) yearRun(ctx context.Context, at access.Scope, file []byte, run LimitsRun) (settings.YearEffect, error) {
	if err := at.Need(access.DefineIndicators); err != nil {
		return settings.YearEffect{}, err
	}
	if !at.City {
		return settings.YearEffect{}, fault.Forbiddenf("days off hold for every court; the office of the city accepts them")
	}
	var head struct {
		Year int `json:"year"`
	}
	if err := json.Unmarshal(file, &head); err != nil || head.Year == 0 {
		return settings.YearEffect{}, fault.At("file", "the file names no year", "take a file of the shape of rules/calendars/national, such as 2026.json")
	}
	law, err := a.importer.LawInForce(ctx)
	if err != nil {
		return settings.YearEffect{}, err
	}
	files, err := law.Files()
	if err != nil {
		return settings.YearEffect{}, err
	}
	if run.Whole, err = withFile(files, path.Join("calendars", "national", fmt.Sprintf("%d.json", head.Year)), file); err != nil {
		return settings.YearEffect{}, err
	}
	out := settings.YearEffect{Year: head.Year}
	book, err := calendar.Load(run.Whole)
	if err != nil {
		return out, err
	}
	if out.Calendar, err = book.Calendar(calendar.National); err != nil {
		return out, err
	}
	run.Moved = func(m LimitMove) error {
		if m.Due() && len(out.First) < movedShown {
			out.First = append(out.First, settings.MovedCase{Court: m.Court, Key: m.Key, CaseNo: m.CaseNo, Was: m.Was.DueOn, Is: m.Is.DueOn})
		}
		return nil
	}
	done, err := a.RecomputeLimits(ctx, at, run)
	out.Cases, out.Moved = done.Cases, done.Moved
	return out, err
}

// withFile is a tree of files with one of them replaced or added.
func withFile(files fs.FS, name string, content []byte) (fs.FS, error) {
	var packed bytes.Buffer
	w := zip.NewWriter(&packed)
	write := func(name string, content []byte) error {
		f, err := w.Create(name)
		if err == nil {
			_, err = f.Write(content)
		}
		return err
	}
	err := fs.WalkDir(files, ".", func(at string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || at == name {
			return err
		}
		old, err := fs.ReadFile(files, at)
		if err != nil {
			return err
		}
		return write(at, old)
	})
	if err == nil {
		err = write(name, content)
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		return nil, fmt.Errorf("lay %s over the rules: %w", name, err)
	}
	return zip.NewReader(bytes.NewReader(packed.Bytes()), int64(packed.Len()))
}

package jobs

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"zhunsheng/internal/columns"
	"zhunsheng/internal/ledger"
	"zhunsheng/internal/store"
)

// Difference is one table, or the columns of one court, that the archive does not explain.
type Difference struct {
	What          string // name of a table, or "columns" and the court
	Here, Rebuilt string // what the ledger in use holds, what the archive gives
}

// Rebuild makes case tables and figure columns again from the archive, in a fresh place, and
// compares them with those in use; no differences mean that the archive explains every row.
// Nothing in use changes.
func (im *Importer) Rebuild(ctx context.Context) ([]Difference, error) {
	parse := func(ctx context.Context, b store.Batch, files []*store.Archived, put func(ledger.Row) error) error {
		if len(files) == 0 {
			return nil // limits computed again
		}
		basis, err := im.keptBasis(ctx, b.ID)
		if err != nil {
			return err
		}
		_, err = im.read(ctx, Run{Inputs: inputs(files)}, basis, b.ID, put)
		return err
	}
	fresh, err := im.Store.Rebuild(ctx, parse, func(run store.LimitRun) (store.Assess, error) {
		kept, err := im.Store.LimitRules(ctx, run.Rules)
		if err != nil {
			return nil, err
		}
		law, err := im.unpacked(kept)
		if err != nil {
			return nil, err
		}
		return law.assess, nil
	})
	if err != nil {
		return nil, err
	}
	defer func() { _ = fresh.Close() }() // it was only compared with
	tables, err := im.Store.Compare(ctx, fresh)
	if err != nil {
		return nil, err
	}
	var out []Difference
	for _, d := range tables {
		out = append(out, Difference{d.Table, checksumText(d.Mine), checksumText(d.Other)})
	}
	cols, err := im.compareColumns(ctx, fresh)
	return append(out, cols...), err
}

func checksumText(c store.Checksum) string { return fmt.Sprintf("%d rows, %.12s", c.Rows, c.SHA256) }

// compareColumns builds the columns of the fresh ledger and compares them court by court.
func (im *Importer) compareColumns(ctx context.Context, fresh *store.Store) ([]Difference, error) {
	rebuilt, err := columns.Open("", fresh)
	if err != nil {
		return nil, err
	}
	here, err := im.Columns.Digests(ctx)
	if err != nil {
		return nil, err
	}
	there, err := rebuilt.Digests(ctx)
	if err != nil {
		return nil, err
	}
	courts := map[string]bool{}
	for c := range here {
		courts[c] = true
	}
	for c := range there {
		courts[c] = true
	}
	var out []Difference
	for _, c := range slices.Sorted(maps.Keys(courts)) {
		if here[c] != there[c] {
			out = append(out, Difference{"columns " + c, fmt.Sprintf("%.12s", here[c]), fmt.Sprintf("%.12s", there[c])})
		}
	}
	return out, nil
}

package jobs

import (
	"context"

	"zhunsheng/internal/ledger"
	"zhunsheng/internal/store"
)

// Reread opens an archived file of a batch once more and hands out its tables as they were
// read, in file order.
func (im *Importer) Reread(ctx context.Context, f store.File, fn func(t *ledger.Table) error) error {
	basis, err := im.keptBasis(ctx, f.Batch)
	if err != nil {
		return err
	}
	a, err := im.Store.OpenArchived(ctx, f)
	if err != nil {
		return err
	}
	defer func() { _ = a.Close() }() // read-only
	tables, err := ledger.OpenTables(ledger.Input{Name: f.Name, R: a, Size: f.Bytes}, basis.options())
	if err != nil {
		return err
	}
	for _, t := range tables {
		if err := fn(t); err != nil {
			return err
		}
	}
	return nil
}

package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"zhunsheng/internal/civil"
	"zhunsheng/internal/docket"
	"zhunsheng/internal/indicator"
)

// Indicators answers indicator questions about the current ledger by SQL: the second opinion
// beside the figure columns, and the way for ledgers that do not fit into memory.
func (s *Store) Indicators() indicator.Engine { return engine{s, 0} }

// IndicatorsAsOf answers as the ledger stood after a batch; 0 is the current ledger.
func (s *Store) IndicatorsAsOf(batch int64) indicator.Engine { return engine{s, batch} }

// engine runs the statements of package indicator in one read-only transaction per question,
// so that a batch committed in between cannot mix two states.
type engine struct {
	s     *Store
	batch int64
}

var _ indicator.Engine = engine{}

// Tally implements [indicator.Engine].
func (e engine) Tally(ctx context.Context, ask indicator.Ask) (groups []indicator.Group, err error) {
	err = e.s.ledger.view(ctx, func(tx *sql.Tx) error {
		groups, err = e.in(tx).Tally(ctx, ask)
		return err
	})
	return groups, err
}

// List implements [indicator.Engine].
func (e engine) List(ctx context.Context, where, filter *indicator.Pred, period civil.Period, offset, limit int) (refs []indicator.Ref, total int, err error) {
	err = e.s.ledger.view(ctx, func(tx *sql.Tx) error {
		refs, total, err = e.in(tx).List(ctx, where, filter, period, offset, limit)
		return err
	})
	return refs, total, err
}

// in binds the generator to a transaction and to the versions that stand as of the batch.
func (e engine) in(tx *sql.Tx) indicator.SQLEngine {
	where := "c.to_batch IS NULL"
	if e.batch != 0 {
		where = fmt.Sprintf("c.from_batch <= %[1]d AND (c.to_batch IS NULL OR c.to_batch > %[1]d)", e.batch)
	}
	d := indicator.SQLite("case_version", where, "id")
	if e.s.ledger.dialect == pgSQL {
		d = indicator.PostgreSQL("case_version", where, "id")
	}
	d.Beside = indicator.Beside{Join: limitsOf(e.batch), Columns: computedFields}
	return indicator.SQLEngine{Dialect: d, DB: querier{tx}}
}

// computedFields are the expressions of the computed columns, of table l, by their field.
var computedFields = func() map[string]string {
	columns := map[string]string{}
	for i, expr := range computedColumns {
		columns[docket.Fields[len(docket.FileFields)+i].Name] = expr
	}
	return columns
}()

// querier lets the generator run its statements in a transaction.
type querier struct{ tx *sql.Tx }

// Query implements [indicator.Querier].
func (q querier) Query(ctx context.Context, text string, args []any, row func(scan func(dest ...any) error) error) (err error) {
	rows, err := q.tx.QueryContext(ctx, text, args...)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		if err := row(rows.Scan); err != nil {
			return err
		}
	}
	return rows.Err()
}

// view runs fn in a transaction that reads one state of the database.
func (db *database) view(ctx context.Context, fn func(tx *sql.Tx) error) error {
	opts := &sql.TxOptions{ReadOnly: true}
	if db.dialect == pgSQL {
		opts.Isolation = sql.LevelRepeatableRead
	}
	tx, err := db.read.BeginTx(ctx, opts)
	if err != nil {
		return err
	}
	return errors.Join(fn(tx), ignoreDone(tx.Rollback()))
}

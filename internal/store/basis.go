package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"zhunsheng/internal/fault"
)

// Basis keeps what besides the files decides how the rows of this batch are read and judged:
// the text of the mapping, the lists as they are today. A rebuilding years later reads it back
// with [Store.Basis] and so comes to the same rows and issues. Equal texts are kept once.
func (im *Import) Basis(ctx context.Context, text []byte) error {
	if im.failed != nil || im.rehearsal() {
		return im.failed
	}
	if im.sealed {
		return fault.Conflictf("rows of this batch are already being read; give its basis first")
	}
	name, body, err := packed(text)
	if err != nil {
		return im.fail(err)
	}
	err = im.s.ledger.update(ctx, func(tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, im.s.stmts.get("basis_insert"), name, body); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, im.s.stmts.get("batch_basis"), im.batch.ID, name)
		return err
	})
	if err != nil {
		return im.fail(err)
	}
	return nil
}

// Basis returns what was kept with a batch, or fault.NotFound where nothing was.
func (s *Store) Basis(ctx context.Context, batch int64) ([]byte, error) {
	var name string
	var body []byte
	err := s.ledger.read.QueryRowContext(ctx, s.stmts.get("basis"), batch).Scan(&name, &body)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, fault.NotFoundf("batch %d has no basis", batch)
	}
	if err != nil {
		return nil, err
	}
	text, err := unpacked(body, name)
	if err != nil {
		return nil, fmt.Errorf("basis of batch %d: %w", batch, err)
	}
	return text, nil
}

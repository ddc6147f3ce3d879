package store

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5"
)

// copyChunks is how many chunks go into one COPY.
const copyChunks = 16

// serverSink writes chunks into PostgreSQL through COPY, on a connection of its own.
type serverSink struct {
	s      *Store
	conn   *pgx.Conn
	tx     pgx.Tx
	chunks int
	cases  copyBuffer
	events copyBuffer
	issues copyBuffer
	limits copyBuffer
	keys   copyBuffer
}

func (s *Store) openServerSink(ctx context.Context) (sink, error) {
	conn, err := pgx.Connect(ctx, s.ledger.url)
	if err != nil {
		return nil, err
	}
	tx, err := conn.Begin(ctx)
	if err != nil {
		return nil, errors.Join(err, conn.Close(ctx))
	}
	k := &serverSink{s: s, conn: conn, tx: tx}
	k.cases.into("case_version", caseColumns)
	k.events.into("event_version", eventColumns)
	k.issues.into("issue", issueColumns)
	k.limits.into("case_limit", limitColumns)
	k.keys.into("touched_key", keyColumns)
	for _, q := range []string{
		"CREATE TEMP TABLE touched_case (id BIGINT PRIMARY KEY) ON COMMIT DROP",
		`CREATE TEMP TABLE touched_key (court TEXT COLLATE "C" NOT NULL, key TEXT COLLATE "C" NOT NULL) ON COMMIT DROP`,
	} {
		if _, err := tx.Exec(ctx, q); err != nil {
			return nil, errors.Join(err, conn.Close(ctx))
		}
	}
	return k, nil
}

func (k *serverSink) write(ctx context.Context, c *chunk) error {
	if err := k.marks(ctx, c); err != nil {
		return err
	}
	for i := range c.cases {
		k.cases.row(&c.cases[i])
	}
	for i := range c.events {
		k.events.row(&c.events[i])
	}
	for i := range c.issues {
		k.issues.row(&c.issues[i])
	}
	for i := range c.limits {
		k.limits.row(&c.limits[i])
	}
	for i := range c.keys {
		k.keys.row(&c.keys[i])
	}
	if k.chunks++; k.chunks < copyChunks {
		return nil
	}
	return k.flush(ctx)
}

// marks changes the versions that the chunk replaces. A partial case of this batch may still
// wait in the buffer: then everything waiting goes first.
func (k *serverSink) marks(ctx context.Context, c *chunk) error {
	if len(c.dropCases)+len(c.dropLimits) > 0 {
		if err := k.flush(ctx); err != nil {
			return err
		}
	}
	for _, step := range []struct {
		query string
		vs    []version
	}{
		{k.s.stmts.get("case_drop_all"), c.dropCases},
		{k.s.stmts.get("case_close_all"), c.closeCases},
		{k.s.stmts.get("event_close_all"), c.closeEvents},
		{k.s.stmts.get("limit_close_all"), c.closeLimits},
		{k.s.stmts.get("limit_drop_all"), c.dropLimits},
	} {
		if len(step.vs) == 0 {
			continue
		}
		courts, ids := make([]string, len(step.vs)), make([]int64, len(step.vs))
		for i, v := range step.vs {
			courts[i], ids[i] = v.court, v.id
		}
		if _, err := k.tx.Exec(ctx, step.query, c.batch, courts, ids); err != nil {
			return fmt.Errorf("replace versions: %w", err)
		}
	}
	return nil
}

// flush copies everything that waits.
func (k *serverSink) flush(ctx context.Context) error {
	k.chunks = 0
	for _, b := range []*copyBuffer{&k.cases, &k.events, &k.issues, &k.limits, &k.keys} {
		if err := b.flush(ctx, k.conn); err != nil {
			return err
		}
	}
	return nil
}

// exec runs a statement inside the transaction, after everything that waits.
func (k *serverSink) exec(ctx context.Context, query string, args ...any) error {
	if err := k.flush(ctx); err != nil {
		return err
	}
	_, err := k.tx.Exec(ctx, query, args...)
	return err
}

// each runs a query inside the transaction, after everything that waits.
func (k *serverSink) each(ctx context.Context, query string, args []any, row func(scan func(dest ...any) error) error) error {
	if err := k.flush(ctx); err != nil {
		return err
	}
	rows, err := k.tx.Query(ctx, query, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := row(rows.Scan); err != nil {
			return err
		}
	}
	return rows.Err()
}

func (k *serverSink) commit(ctx context.Context, b *Batch, touched map[string]*touch) error {
	err := k.flush(ctx)
	if err == nil {
		err = k.s.commitBatch(ctx, pgExecer{k.tx}, b, touched)
	}
	if err == nil {
		err = k.tx.Commit(ctx)
	}
	if err != nil {
		return err
	}
	return k.conn.Close(ctx)
}

// rollback gives the transaction up by closing its connection.
func (k *serverSink) rollback() error { return k.conn.Close(context.Background()) }

// pgExecer lets a pgx transaction run the shared statements.
type pgExecer struct{ tx pgx.Tx }

// ExecContext runs one statement; the result is never needed.
func (e pgExecer) ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error) {
	_, err := e.tx.Exec(ctx, query, args...)
	return nil, err
}

// copyBuffer collects rows in the text form of COPY.
type copyBuffer struct {
	buf   bytes.Buffer
	query string
	cols  int
	table string
}

func (b *copyBuffer) into(table string, cols []string) {
	b.table, b.cols = table, len(cols)
	b.query = "COPY " + table + " (" + columnList("", cols) + ") FROM STDIN"
}

// row writes one line: columns separated by tabs, \N for NULL.
func (b *copyBuffer) row(r interface{ value(i int) cell }) {
	for i := range b.cols {
		if i > 0 {
			b.buf.WriteByte('\t')
		}
		switch v := r.value(i); v.kind {
		case integer:
			b.buf.Write(strconv.AppendInt(b.buf.AvailableBuffer(), v.n, 10))
		case text:
			b.text(v.s)
		default:
			b.buf.WriteString(`\N`)
		}
	}
	b.buf.WriteByte('\n')
}

// copyEscapes are the characters that COPY reads as something else.
var copyEscapes = strings.NewReplacer("\\", `\\`, "\t", `\t`, "\n", `\n`, "\r", `\r`)

func (b *copyBuffer) text(v string) {
	if strings.ContainsAny(v, "\\\t\n\r") {
		v = copyEscapes.Replace(v)
	}
	b.buf.WriteString(v)
}

func (b *copyBuffer) flush(ctx context.Context, conn *pgx.Conn) error {
	if b.buf.Len() == 0 {
		return nil
	}
	if _, err := conn.PgConn().CopyFrom(ctx, &b.buf, b.query); err != nil {
		return fmt.Errorf("copy into %s: %w", b.table, err)
	}
	b.buf.Reset()
	return nil
}

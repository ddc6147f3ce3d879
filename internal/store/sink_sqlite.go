package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"math/bits"
	"strconv"
	"strings"
	"sync"

	"modernc.org/sqlite"
	"modernc.org/sqlite/vtab"

	"zhunsheng/internal/docket"
)

// liteSink writes chunks into SQLite. The rows of a chunk appear inside the database as a
// virtual table, and one INSERT … SELECT copies them: no statement is set up for a row. With
// 24 columns and the three indexes that gave 133,000 rows/s in a bare trial, against 102,000
// for a prepared INSERT bound row by row, 107,000 for sixteen rows in one INSERT and 36,000
// through json_each. The statement names only the columns that some row of the chunk fills;
// the table's defaults supply the others.
type liteSink struct {
	s      *Store
	db     *sql.DB
	conn   *sql.Conn
	source *incoming
	ready  map[string]*sql.Stmt
}

// openLiteSink opens a connection of its own, so that other writers of the ledger are told
// that an import is at work instead of waiting in its queue.
func (s *Store) openLiteSink(ctx context.Context) (sink, error) {
	db := sql.OpenDB(liteConnector{bulkDriver(), "file:" + escapePath(s.ledger.path) + litePragmas})
	conn, err := db.Conn(ctx)
	if err != nil {
		return nil, errors.Join(err, db.Close())
	}
	k := &liteSink{s: s, db: db, conn: conn, ready: map[string]*sql.Stmt{}, source: registerIncoming()}
	for _, q := range []string{
		k.source.declare("incoming_case", caseColumns),
		k.source.declare("incoming_event", eventColumns),
		k.source.declare("incoming_issue", issueColumns),
		k.source.declare("incoming_limit", limitColumns),
		k.source.declare("incoming_key", keyColumns),
		"CREATE TEMP TABLE touched_case (id INTEGER PRIMARY KEY)",
		"CREATE TEMP TABLE touched_key (court TEXT NOT NULL, key TEXT NOT NULL)",
		"BEGIN IMMEDIATE",
	} {
		if _, err := conn.ExecContext(ctx, q); err != nil {
			return nil, errors.Join(err, k.close())
		}
	}
	return k, nil
}

func (k *liteSink) write(ctx context.Context, c *chunk) error {
	k.source.chunk = c
	for _, step := range []struct {
		query string
		vs    []version
	}{
		{k.s.stmts.get("case_drop"), c.dropCases},
		{k.s.stmts.get("case_close"), c.closeCases},
		{k.s.stmts.get("event_close"), c.closeEvents},
		{k.s.stmts.get("limit_close"), c.closeLimits},
		{k.s.stmts.get("limit_drop"), c.dropLimits},
	} {
		if err := k.mark(ctx, step.query, step.vs, c); err != nil {
			return err
		}
	}
	if len(c.cases) > 0 {
		if err := k.exec(ctx, insertFrom("case_version", "incoming_case", fieldColumns(c.fields))); err != nil {
			return fmt.Errorf("write cases: %w", err)
		}
	}
	if len(c.events) > 0 {
		if err := k.exec(ctx, insertFrom("event_version", "incoming_event", eventColumns)); err != nil {
			return fmt.Errorf("write events: %w", err)
		}
	}
	if len(c.issues) > 0 {
		if err := k.exec(ctx, insertFrom("issue", "incoming_issue", issueColumns)); err != nil {
			return fmt.Errorf("write issues: %w", err)
		}
	}
	if len(c.limits) > 0 {
		if err := k.exec(ctx, insertFrom("case_limit", "incoming_limit", limitColumns)); err != nil {
			return fmt.Errorf("write limits: %w", err)
		}
	}
	if len(c.keys) > 0 {
		if err := k.exec(ctx, insertFrom("touched_key", "incoming_key", keyColumns)); err != nil {
			return fmt.Errorf("note touched cases: %w", err)
		}
	}
	return nil
}

// mark runs a statement for every version; the batch comes first where the statement sets it.
func (k *liteSink) mark(ctx context.Context, query string, vs []version, c *chunk) error {
	for _, v := range vs {
		if err := k.exec(ctx, query, c.batch, v.court, v.id); err != nil {
			return fmt.Errorf("replace version %d: %w", v.id, err)
		}
	}
	return nil
}

// exec runs a statement, prepared once.
func (k *liteSink) exec(ctx context.Context, query string, args ...any) error {
	st := k.ready[query]
	if st == nil {
		var err error
		if st, err = k.conn.PrepareContext(ctx, query); err != nil {
			return err
		}
		k.ready[query] = st
	}
	_, err := st.ExecContext(ctx, args...)
	return err
}

// each runs a query inside the transaction.
func (k *liteSink) each(ctx context.Context, query string, args []any, row func(scan func(dest ...any) error) error) (err error) {
	rows, err := k.conn.QueryContext(ctx, query, args...)
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

// fieldColumns lists the columns of case_version that are needed for the given fields.
func fieldColumns(fields uint64) []string {
	cols := make([]string, 0, 2+bits.OnesCount64(fields)+len(provenance))
	cols = append(cols, "id")
	for i := range docket.FileFields {
		if fields&(1<<i) != 0 {
			cols = append(cols, docket.FileFields[i].Name)
		}
	}
	return append(cols, provenance...)
}

func insertFrom(table, source string, cols []string) string {
	list := columnList("", cols)
	return "INSERT INTO " + table + " (" + list + ") SELECT " + list + " FROM temp." + source
}

func (k *liteSink) commit(ctx context.Context, b *Batch, touched map[string]*touch) error {
	err := k.s.commitBatch(ctx, k.conn, b, touched)
	if err == nil {
		_, err = k.conn.ExecContext(ctx, "COMMIT")
	}
	if err != nil {
		return err
	}
	return k.close()
}

// rollback gives the transaction up by closing its connection.
func (k *liteSink) rollback() error { return k.close() }

func (k *liteSink) close() error {
	var errs []error
	for _, st := range k.ready {
		errs = append(errs, st.Close())
	}
	k.ready = nil
	k.source.forget()
	return errors.Join(append(errs, k.conn.Close(), k.db.Close())...)
}

// liteConnector opens connections of a private driver.
type liteConnector struct {
	drv *sqlite.Driver
	dsn string
}

func (c liteConnector) Connect(context.Context) (driver.Conn, error) { return c.drv.Open(c.dsn) }
func (c liteConnector) Driver() driver.Driver                        { return c.drv }

// bulkDriver is the SQLite driver whose connections know the virtual tables of imports.
var bulkDriver = sync.OnceValue(func() *sqlite.Driver {
	d := &sqlite.Driver{}
	if err := d.RegisterModule("incoming", incomingModule{}); err != nil {
		panic(err) // the name is registered once
	}
	return d
})

// incoming is the chunk that the virtual tables of one import show.
type incoming struct {
	id    string
	chunk *chunk
}

// sources finds the incoming chunk that a virtual table names.
var sources = struct {
	sync.Mutex
	last int
	byID map[string]*incoming
}{byID: map[string]*incoming{}}

func registerIncoming() *incoming {
	sources.Lock()
	defer sources.Unlock()
	sources.last++
	in := &incoming{id: strconv.Itoa(sources.last)}
	sources.byID[in.id] = in
	return in
}

func (in *incoming) forget() {
	sources.Lock()
	defer sources.Unlock()
	delete(sources.byID, in.id)
}

// declare is the statement that makes one of the virtual tables.
func (in *incoming) declare(table string, cols []string) string {
	return "CREATE VIRTUAL TABLE temp." + table + " USING incoming(" + in.id + ", " + columnList("", cols) + ")"
}

// incomingModule makes virtual tables over the chunk of an import.
type incomingModule struct{}

// Create is called for CREATE VIRTUAL TABLE; its arguments are those of declare, behind
// module, database and table name.
func (m incomingModule) Create(ctx vtab.Context, args []string) (vtab.Table, error) {
	return m.Connect(ctx, args)
}

// Connect is Create for a table that exists already.
func (incomingModule) Connect(ctx vtab.Context, args []string) (vtab.Table, error) {
	if len(args) < 5 {
		return nil, errors.New("incoming: too few arguments")
	}
	sources.Lock()
	in := sources.byID[args[3]]
	sources.Unlock()
	if in == nil {
		return nil, fmt.Errorf("incoming: no import %s", args[3])
	}
	if err := ctx.Declare("CREATE TABLE incoming (" + strings.Join(args[4:], ", ") + ")"); err != nil {
		return nil, err
	}
	return incomingTable{in, args[2], make([]box, len(args)-4)}, nil
}

type incomingTable struct {
	in    *incoming
	name  string
	boxes []box // one for each column
}

// BestIndex offers the only plan, a full scan.
func (incomingTable) BestIndex(*vtab.IndexInfo) error { return nil }

// Open starts a scan.
func (t incomingTable) Open() (vtab.Cursor, error) {
	c := t.in.chunk
	cursor := &incomingCursor{boxes: t.boxes}
	switch t.name {
	case "incoming_case":
		cursor.n, cursor.value = len(c.cases), func(i, col int) cell { return c.cases[i].value(col) }
	case "incoming_event":
		cursor.n, cursor.value = len(c.events), func(i, col int) cell { return c.events[i].value(col) }
	case "incoming_limit":
		cursor.n, cursor.value = len(c.limits), func(i, col int) cell { return c.limits[i].value(col) }
	case "incoming_key":
		cursor.n, cursor.value = len(c.keys), func(i, col int) cell { return c.keys[i].value(col) }
	default:
		cursor.n, cursor.value = len(c.issues), func(i, col int) cell { return c.issues[i].value(col) }
	}
	return cursor, nil
}

// Disconnect and Destroy have nothing to release.
func (incomingTable) Disconnect() error { return nil }

// Destroy drops the table.
func (incomingTable) Destroy() error { return nil }

// incomingCursor walks over the rows of a chunk.
type incomingCursor struct {
	at, n int
	value func(i, col int) cell
	boxes []box
}

// box keeps the last value of a column in the form that SQLite's driver takes, because most
// columns repeat their value from row to row.
type box struct {
	last cell
	any  any
}

// Filter starts at the first row.
func (c *incomingCursor) Filter(int, string, []vtab.Value) error { c.at = 0; return nil }

// Next moves on.
func (c *incomingCursor) Next() error { c.at++; return nil }

// Eof reports whether all rows were seen.
func (c *incomingCursor) Eof() bool { return c.at >= c.n }

// Column returns one value of the current row.
func (c *incomingCursor) Column(col int) (vtab.Value, error) {
	v, b := c.value(c.at, col), &c.boxes[col]
	if v == b.last {
		return b.any, nil
	}
	b.last = v
	switch v.kind {
	case integer:
		b.any = v.n
	case text:
		b.any = v.s
	default:
		b.any = nil
	}
	return b.any, nil
}

// Rowid returns the position of the current row.
func (c *incomingCursor) Rowid() (int64, error) { return int64(c.at), nil }

// Close ends the scan.
func (c *incomingCursor) Close() error { return nil }

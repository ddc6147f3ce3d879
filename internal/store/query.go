package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"
	"unicode"

	"github.com/jackc/pgx/v5/pgconn"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"zhunsheng/internal/fault"
)

// queryTimeout bounds a query of [Store.Query].
const queryTimeout = 10 * time.Minute

// Query runs one read-only statement over the documented views (v_case, v_event and the
// lists). head gets the column names once, row every row with values nil, int64, float64 or
// string; the slice is reused. A statement that would write, or read anything but the views,
// is refused.
func (s *Store) Query(ctx context.Context, query string, head func(columns []string) error, row func(values []any) error) error {
	ctx, cancel := context.WithTimeout(ctx, queryTimeout)
	defer cancel()
	if s.ledger.dialect == pgSQL {
		return queryFault(s.queryServer(ctx, query, head, row))
	}
	return queryFault(s.queryLite(ctx, query, head, row))
}

// queryFault makes a database's complaint about the text of a query one that users may see.
func queryFault(err error) error {
	var lite *sqlite.Error
	var pg *pgconn.PgError
	switch {
	case err == nil:
		return nil
	case errors.Is(err, context.DeadlineExceeded):
		return fault.At("query", fmt.Sprintf("it took longer than %v", queryTimeout), "narrow it")
	case errors.As(err, &lite) && lite.Code()&0xff == sqlite3.SQLITE_AUTH:
		return refused("it writes, or reads something other than the views")
	case errors.As(err, &lite) && lite.Code()&0xff == sqlite3.SQLITE_ERROR:
		return fault.At("query", lite.Error(), "correct the SQL; docs/data-dictionary.md lists the views and columns")
	case errors.As(err, &pg) && pg.Code == "25006":
		return refused("it writes")
	case errors.As(err, &pg) && strings.HasPrefix(pg.Code, "42"), errors.As(err, &pg) && strings.HasPrefix(pg.Code, "22"):
		return fault.At("query", pg.Message, "correct the SQL; docs/data-dictionary.md lists the views and columns")
	}
	return err
}

func refused(what string) error {
	return &fault.Error{Kind: fault.Forbidden, Place: "query", Text: "refused: " + what,
		Remedy: "read v_case, v_event, v_case_version, v_event_version, v_batch, v_issue, v_court, v_division, v_cause or v_roster"}
}

// queryLite runs on a connection whose authorizer lets only the views be read.
func (s *Store) queryLite(ctx context.Context, query string, head func([]string) error, row func([]any) error) (err error) {
	db := sql.OpenDB(liteConnector{readerDriver(), "file:" + escapePath(s.ledger.path) + "?_pragma=busy_timeout(5000)&_query_only=1"})
	db.SetMaxOpenConns(1)
	defer func() { err = errors.Join(err, db.Close()) }()
	conn, err := db.Conn(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, conn.Close()) }()
	if err := conn.Raw(allowViewsOnly); err != nil {
		return err
	}
	rows, err := conn.QueryContext(ctx, query)
	if err != nil {
		return err
	}
	return relay(rows, head, row)
}

// readerDriver is a SQLite driver without any extension of ours.
var readerDriver = sync.OnceValue(func() *sqlite.Driver { return &sqlite.Driver{} })

// allowViewsOnly installs the authorizer of queries on one connection.
func allowViewsOnly(driverConn any) error {
	guard, ok := driverConn.(sqlite.AuthorizerRegisterer)
	if !ok {
		return errors.New("store: the SQLite driver has no authorizer")
	}
	return guard.RegisterAuthorizer(func(action sqlite.AuthorizerActionCode, object, _, _, view string) sqlite.AuthorizerReturnCode {
		switch action {
		case sqlite.AuthSelect, sqlite.AuthRecursive, sqlite.AuthTransaction:
			return sqlite.AuthorizerOK
		case sqlite.AuthFunction:
			return sqlite.AuthorizerOK // load_extension is switched off in the library
		case sqlite.AuthRead:
			if isView(object) || isView(view) || strings.HasPrefix(object, "json_") || object == "" {
				return sqlite.AuthorizerOK
			}
		}
		return sqlite.AuthorizerDeny
	})
}

func isView(name string) bool { return strings.HasPrefix(name, "v_") }

// queryServer runs in a read-only transaction, after a look at the words of the text.
func (s *Store) queryServer(ctx context.Context, query string, head func([]string) error, row func([]any) error) (err error) {
	if word := forbiddenWord(query); word != "" {
		return refused("it names " + word)
	}
	tx, err := s.ledger.read.BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, ignoreDone(tx.Rollback())) }()
	if _, err := tx.ExecContext(ctx, fmt.Sprintf("SET LOCAL statement_timeout = %d", queryTimeout.Milliseconds())); err != nil {
		return err
	}
	rows, err := tx.QueryContext(ctx, query)
	if err != nil {
		return err
	}
	return relay(rows, head, row)
}

// closedWords are tables that hold more than the views show, and functions that reach
// beyond the transaction. Words beginning with pg_, lo_ or dblink are closed too.
var closedWords = map[string]bool{"account": true, "session": true, "setting": true, "audit": true, "edition": true,
	"edition_file": true, "archive_part": true, "set_config": true, "current_setting": true, "information_schema": true,
	"query_to_xml": true, "query_to_xmlschema": true, "query_to_xml_and_xmlschema": true, "cursor_to_xml": true,
	"table_to_xml": true, "schema_to_xml": true, "database_to_xml": true, "copy": true, "u": true}

// forbiddenWord returns the first closed word of a query outside texts and comments. A word
// in double quotes counts; U&"…", which could hide one, shows as the word u before the sign &.
func forbiddenWord(query string) string {
	var word strings.Builder
	for i := 0; i <= len(query); i++ {
		c := byte(' ')
		if i < len(query) {
			c = query[i]
		}
		if c == '_' || c >= '0' && c <= '9' || unicode.IsLetter(rune(c)) && c < 0x80 || c >= 0x80 {
			word.WriteByte(c)
			continue
		}
		w := strings.ToLower(word.String())
		word.Reset()
		if closedWords[w] && (w != "u" || c == '&') || strings.HasPrefix(w, "pg_") || strings.HasPrefix(w, "lo_") || strings.HasPrefix(w, "dblink") {
			return w
		}
		if c == '\'' {
			i = skipText(query, i)
		}
	}
	return ""
}

// skipText returns the place of the quote that ends the text starting at i.
func skipText(query string, i int) int {
	for i++; i < len(query); i++ {
		if query[i] == '\'' {
			return i
		}
	}
	return i
}

// relay hands column names and rows on.
func relay(rows *sql.Rows, head func([]string) error, row func([]any) error) (err error) {
	defer func() { err = errors.Join(err, rows.Close()) }()
	columns, err := rows.Columns()
	if err != nil {
		return err
	}
	if err := head(columns); err != nil {
		return err
	}
	values, targets := make([]any, len(columns)), make([]any, len(columns))
	for i := range values {
		targets[i] = &values[i]
	}
	for rows.Next() {
		if err := rows.Scan(targets...); err != nil {
			return err
		}
		for i := range values {
			values[i] = plain(values[i])
		}
		if err := row(values); err != nil {
			return err
		}
	}
	return rows.Err()
}

// plain reduces what drivers return to nil, int64, float64 and string.
func plain(v any) any {
	switch v := v.(type) {
	case nil, int64, float64, string:
		return v
	case []byte:
		return string(v)
	case bool:
		return oneIf(v)
	case time.Time:
		return v.Format("2006-01-02")
	}
	return fmt.Sprint(v)
}

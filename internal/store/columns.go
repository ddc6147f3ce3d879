package store

import (
	"encoding/json"
	"strings"

	"zhunsheng/internal/civil"
	"zhunsheng/internal/docket"
)

// caseColumns are the columns of table case_version in the order of [caseRow.value]: id, the
// columns that come from files, then the provenance. The computed columns are in case_limit.
var caseColumns = func() []string {
	cols := []string{"id"}
	for i := range docket.FileFields {
		cols = append(cols, docket.FileFields[i].Name)
	}
	return append(cols, provenance...)
}()

// provenance ends both version tables.
var provenance = []string{"from_batch", "hash", "file_no", "sheet", "row_no", "flags", "extra"}

// eventColumns are the columns of table event_version in the order of [eventRow.value].
var eventColumns = append([]string{"id", "court", "case_key", "ref", "kind", "day", "until_day", "unit",
	"judge", "result", "entered_on"}, provenance...)

// origin is where a version came from.
type origin struct {
	batch, file int64
	row         int64
	sheet       string
	flags       string
	extra       string // JSON, empty for none
	hash        int64
}

// cell is one value on its way into the database, without the allocation of an any.
type cell struct {
	kind cellKind
	n    int64
	s    string
}

type cellKind uint8

const (
	null cellKind = iota
	integer
	text
)

func num(n int64) cell       { return cell{kind: integer, n: n} }
func str(s string) cell      { return cell{kind: text, s: s} }
func date(d civil.Date) cell { return maybe(dayInt(d)) }

// maybe is a number where it is known.
func maybe(n int64, known bool) cell {
	if known {
		return num(n)
	}
	return cell{}
}

// value returns column i of [provenance].
func (o *origin) value(i int) cell {
	switch i {
	case 0:
		return num(o.batch)
	case 1:
		return num(o.hash)
	case 2:
		return num(o.file)
	case 3:
		return str(o.sheet)
	case 4:
		return num(o.row)
	case 5:
		return str(o.flags)
	}
	return str(o.extra)
}

// caseRow is a case version on its way into the database.
type caseRow struct {
	id int64
	docket.Case
	origin
}

// eventRow is an event version on its way into the database.
type eventRow struct {
	id    int64
	court string // of the case
	docket.Event
	origin
}

// value returns column i of [caseColumns].
func (r *caseRow) value(i int) cell {
	if i == 0 {
		return num(r.id)
	}
	if i--; i >= len(docket.FileFields) {
		return r.origin.value(i - len(docket.FileFields))
	}
	f := &docket.FileFields[i]
	if f.Kind == docket.Text {
		return str(*f.Text(&r.Case))
	}
	return maybe(fieldInt(f, &r.Case))
}

// fieldInt gives a canonical column that is not text as the tables keep it; a count is always
// known.
func fieldInt(f *docket.Field, c *docket.Case) (n int64, known bool) {
	switch f.Kind {
	case docket.Day:
		return dayInt(*f.Day(c))
	case docket.Amount:
		m := f.Money(c)
		return m.Cents, m.Known
	case docket.Number:
		return int64(*f.Number(c)), true
	}
	switch *f.Flag(c) {
	case docket.Yes:
		return 1, true
	case docket.No:
		return 0, true
	}
	return 0, false
}

func dayInt(d civil.Date) (n int64, known bool) {
	if d.IsZero() {
		return 0, false
	}
	return int64(d.Unix()), true
}

func dayValue(d civil.Date) any {
	if n, known := dayInt(d); known {
		return n
	}
	return nil
}

// value returns column i of [eventColumns].
func (r *eventRow) value(i int) cell {
	switch i {
	case 0:
		return num(r.id)
	case 1:
		return str(r.court)
	case 2:
		return str(r.CaseKey)
	case 3:
		return str(r.Ref)
	case 4:
		return str(r.Kind)
	case 5:
		return date(r.Day)
	case 6:
		return date(r.Until)
	case 7:
		return str(r.Event.Court)
	case 8:
		return str(r.Judge)
	case 9:
		return str(r.Result)
	case 10:
		return date(r.EnteredOn)
	}
	return r.origin.value(i - 11)
}

// encodeExtra writes the unknown columns as JSON with sorted keys; none is the empty text.
func encodeExtra(m map[string]string) string {
	if len(m) == 0 {
		return ""
	}
	b, err := json.Marshal(m)
	if err != nil { // a map of texts always encodes
		panic(err)
	}
	return string(b)
}

func decodeExtra(s string) (map[string]string, error) {
	if s == "" {
		return nil, nil //nolint:nilnil // no unknown columns is an ordinary answer
	}
	var m map[string]string
	if err := json.Unmarshal([]byte(s), &m); err != nil {
		return nil, err
	}
	return m, nil
}

// columnList joins column names, each with a prefix such as "c.".
func columnList(prefix string, cols []string) string {
	return prefix + strings.Join(cols, ", "+prefix)
}

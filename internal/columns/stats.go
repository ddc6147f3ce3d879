package columns

import (
	"fmt"

	"zhunsheng/internal/docket"
)

// Stats says what the columns hold and how much memory each takes.
type Stats struct {
	Cases    int64
	Segments int
	Bytes    int64            // all columns, ids and dictionaries
	Columns  map[string]int64 // bytes by ledger column; "id" for the case ids
}

// Stats counts the memory of the segments in use. Division, judge and line share the runs.
func (s *Store) Stats() Stats {
	snap := s.current.Load()
	out := Stats{Segments: len(snap.segments), Columns: map[string]int64{}}
	for _, seg := range snap.segments {
		out.Cases += int64(seg.rows)
		out.Columns["id"] += seg.ids.bytes()
		for i := range docket.Fields {
			out.Columns[docket.Fields[i].Name] += seg.fieldBytes(i)
		}
	}
	for _, n := range out.Columns {
		out.Bytes += n
	}
	return out
}

// PerCase returns the bytes a case takes in the given columns.
func (st Stats) PerCase(columns ...string) float64 {
	if st.Cases == 0 {
		return 0
	}
	var n int64
	for _, c := range columns {
		n += st.Columns[c]
	}
	return float64(n) / float64(st.Cases)
}

// String is one line for logs.
func (st Stats) String() string {
	return fmt.Sprintf("%d cases in %d segments, %d bytes", st.Cases, st.Segments, st.Bytes)
}

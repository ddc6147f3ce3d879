package ledger

import (
	"fmt"
	"strings"
)

// String says in one line what was found out about a file.
func (d Detected) String() string {
	parts := []string{d.Format}
	add := func(name, value string) {
		if value != "" {
			parts = append(parts, strings.TrimSpace(name+" "+value))
		}
	}
	add("", d.Compression)
	add("encoding", d.Encoding)
	if d.Delimiter != "" {
		add("delimiter", fmt.Sprintf("%q", d.Delimiter))
	}
	add("sheet", d.Sheet)
	if d.HeaderRow > 0 {
		add("column names in row", fmt.Sprint(d.HeaderRow))
	}
	if d.Date1904 {
		add("", "days counted from 1904")
	}
	return strings.Join(append(parts, d.Notes...), ", ")
}

package store

import (
	"embed"
	"fmt"
	"io/fs"
	"strings"
)

//go:embed queries
var queryFiles embed.FS

// catalogue holds the statements of queries/*.sql by name.
type catalogue map[string]string

// loadQueries reads the statements for one dialect: name.sql serves both, name.sqlite.sql and
// name.postgres.sql one each.
func loadQueries(d dialect) (catalogue, error) {
	names, err := fs.Glob(queryFiles, "queries/*.sql")
	if err != nil {
		return nil, err
	}
	c := catalogue{}
	for _, name := range names {
		if only := strings.Split(name, "."); len(only) == 3 && only[1] != string(d) {
			continue
		}
		text, err := queryFiles.ReadFile(name)
		if err != nil {
			return nil, err
		}
		if err := c.add(name, string(text)); err != nil {
			return nil, err
		}
	}
	return c, nil
}

// add splits one file at its "-- name:" lines.
func (c catalogue) add(file, text string) error {
	blocks := strings.Split("\n"+text, "\n-- name: ")
	for _, block := range blocks[1:] {
		name, body, _ := strings.Cut(block, "\n")
		name = strings.TrimSpace(name)
		if _, twice := c[name]; twice || name == "" {
			return fmt.Errorf("%s: query name %q is empty or used twice", file, name)
		}
		c[name] = strings.TrimSuffix(strings.TrimSpace(body), ";")
	}
	return nil
}

// get returns a statement; the names are fixed in this package and a test uses each.
func (c catalogue) get(name string) string {
	q, ok := c[name]
	if !ok {
		panic("store: no query named " + name)
	}
	return q
}

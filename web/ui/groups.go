package ui

import (
	"fmt"
	"net/url"
	"strings"
)

// JoinGroups writes groups, each a set of column values, as one parameter of an address:
// court=A&line=civil;court=B&line=civil, escaped.
func JoinGroups(groups []map[string]string) string {
	parts := make([]string, len(groups))
	for i, g := range groups {
		q := url.Values{}
		for name, value := range g {
			q.Set(name, value)
		}
		parts[i] = q.Encode()
	}
	return strings.Join(parts, ";")
}

// ParseGroups reads what JoinGroups wrote; the empty text is no group.
func ParseGroups(s string) ([]map[string]string, error) {
	if s == "" {
		return nil, nil
	}
	var out []map[string]string
	for part := range strings.SplitSeq(s, ";") {
		q, err := url.ParseQuery(part)
		if err != nil || len(q) == 0 {
			return nil, fmt.Errorf("%q is no group of column values", part)
		}
		g := map[string]string{}
		for name := range q {
			g[name] = q.Get(name)
		}
		out = append(out, g)
	}
	return out, nil
}

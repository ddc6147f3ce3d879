package app

import (
	"context"

	"zhunsheng/internal/access"
	"zhunsheng/web/page/search"
)

// Documents implements [search.Documents]: the editions that the reader may open.
func (a documentDesk) Documents(ctx context.Context, at access.Scope) ([]search.Document, error) {
	editions, err := a.Editions(ctx, at)
	if err != nil {
		return nil, err
	}
	out := make([]search.Document, len(editions))
	for i, e := range editions {
		out[i] = search.Document{Title: e.Title, Link: "/documents", Court: e.Court, Period: e.Period, Built: e.Built}
		if e.Paper != "" {
			out[i].Link = "/documents/papers/" + e.Paper
		}
	}
	return out, nil
}

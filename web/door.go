package web

import (
	"context"
	"crypto/rand"
	"log/slog"
	"net/url"

	"zhunsheng/internal/access"
	"zhunsheng/web/api"
)

// door gives the API the same sign-in and the same scopes as the pages.
func (s *site) door() api.Door {
	return api.Door{
		Session: s.who,
		Narrow: func(ctx context.Context, who access.Scope, q url.Values) (access.Scope, error) {
			lists, err := s.deps.Office.Lists(ctx)
			if err != nil {
				return access.Scope{}, err
			}
			return narrow(who, q, lists)
		},
		Failed: func(ctx context.Context, err error) string {
			ref := rand.Text()[:10]
			s.deps.Log.LogAttrs(ctx, slog.LevelError, "api failed", slog.String("ref", ref), slog.String("error", err.Error()))
			return ref
		},
	}
}

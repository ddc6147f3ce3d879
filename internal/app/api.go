package app

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"iter"
	"slices"
	"strings"

	"zhunsheng/internal/access"
	"zhunsheng/internal/civil"
	"zhunsheng/internal/fault"
	"zhunsheng/internal/store"
	"zhunsheng/web/api"
	"zhunsheng/web/page/cases"
	"zhunsheng/web/page/data"
)

// apiDesk answers programs through the same functions as the pages.
type apiDesk struct{ *App }

// hashToken is what is kept of a token: it holds 130 random bits, so a fast hash is enough.
func hashToken(token string) string {
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:])
}

// Bearer implements [api.Source].
func (a apiDesk) Bearer(ctx context.Context, token string) (access.Scope, error) {
	login, err := a.store.TokenLogin(ctx, hashToken(token))
	if err != nil {
		return access.Scope{}, err
	}
	return gate{a.App, nil}.Who(ctx, login)
}

// newToken makes a token of a user; it is shown once and only its hash is kept.
func (a *App) newToken(ctx context.Context, at access.Scope, name string) (string, error) {
	if err := at.Need(access.HoldToken); err != nil {
		return "", err
	}
	name = strings.TrimSpace(name)
	if name == "" {
		return "", fault.At("name", "令牌需要名称 / the token needs a name", "说明用途 / say what it is for")
	}
	token := "zs_" + rand.Text()
	if err := a.store.AddToken(ctx, store.Token{Hash: hashToken(token), Login: at.User, Name: name}); err != nil {
		return "", err
	}
	return token, a.note(ctx, at, "token.add", name, "")
}

// State implements [api.Source].
func (a apiDesk) State(ctx context.Context) (civil.Date, int64, error) {
	s, err := officeDesk(a).State(ctx)
	return s.DataDay, s.Batch, err
}

// Cases implements [api.Source].
func (a apiDesk) Cases(ctx context.Context, at access.Scope, q api.Query) ([]api.Row, int, error) {
	l, err := caseDesk(a).List(ctx, at, cases.Query{Set: q.Set, Indicator: q.Indicator, Side: q.Side, Period: q.Period, State: q.State, Offset: q.Offset, Limit: q.Limit})
	if err != nil {
		return nil, 0, err
	}
	out := make([]api.Row, len(l.Rows))
	for i, r := range l.Rows {
		out[i] = api.Row{Case: r.Case, Flags: r.Flags, Count: r.Count, Minus: r.Minus, Reason: r.Reason}
	}
	return out, l.Total, nil
}

// Imports implements [api.Source].
func (a apiDesk) Imports(ctx context.Context, at access.Scope) ([]api.Import, error) {
	all, err := importDesk(a).Batches(ctx, at)
	if err != nil {
		return nil, err
	}
	out := make([]api.Import, len(all))
	for i, b := range all {
		out[i] = importOf(b)
	}
	return out, nil
}

// Import implements [api.Source].
func (a apiDesk) Import(ctx context.Context, at access.Scope, id int64) (api.Import, error) {
	b, err := importDesk(a).Batch(ctx, at, id)
	return importOf(b), err
}

func importOf(b data.Batch) api.Import {
	out := api.Import{ID: b.ID, State: b.State, User: b.User, Mapping: b.Mapping, MappingVersion: b.MappingVersion, Started: b.Started, Committed: b.Committed,
		Files: []string{}, Courts: append([]string{}, b.Courts...),
		Read: b.Read, New: b.New, Changed: b.Changed, Unchanged: b.Unchanged, Rejected: b.Rejected, Flagged: b.Flagged,
		BytesDone: b.BytesDone, BytesTotal: b.BytesTotal, SecondsLeft: b.Left.Seconds(), Failure: b.Failure}
	for _, f := range b.Files {
		out.Files = append(out.Files, f.Name)
	}
	return out
}

// Issues implements [api.Source].
func (a apiDesk) Issues(ctx context.Context, at access.Scope, batch int64, offset, limit int) ([]api.Issue, int, error) {
	if _, err := a.store.Batch(ctx, batch); err != nil {
		return nil, 0, err
	}
	rows, total, err := qualityDesk(a).Issues(ctx, at, data.IssueQuery{Batch: batch, Offset: offset, Limit: limit})
	if err != nil {
		return nil, 0, err
	}
	out := make([]api.Issue, len(rows))
	for i, r := range rows {
		out[i] = api.Issue{Court: r.Court, Issue: r.Issue}
	}
	return out, total, nil
}

// Upload implements [api.Source]: the two steps of the pages in one.
func (a apiDesk) Upload(ctx context.Context, at access.Scope, mapping string, files iter.Seq2[api.File, error]) (int64, error) {
	names, err := a.MappingNames(ctx)
	if err != nil {
		return 0, err
	}
	if !slices.Contains(names, mapping) {
		return 0, &fault.Error{Kind: fault.NotFound, Place: "mapping", Text: fmt.Sprintf("no mapping is named %q", mapping), Remedy: "choose one of: " + strings.Join(names, " ")}
	}
	desk := importDesk(a)
	id, err := desk.Stage(ctx, at, mapping, func(yield func(data.Upload, error) bool) {
		for f, err := range files {
			if !yield(data.Upload{Name: f.Name, R: f.R}, err) {
				return
			}
		}
	})
	if err != nil {
		return 0, err
	}
	return desk.Start(ctx, at, id, data.Choice{Mapping: mapping})
}

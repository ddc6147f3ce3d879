package api

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"zhunsheng/internal/access"
	"zhunsheng/internal/fault"
)

// Prefix is where the API lives.
const Prefix = "/api/v1"

// server is the API over its source.
type server struct {
	source Source
	door   Door
}

// New builds the API.
func New(source Source, door Door) http.Handler {
	s := &server{source, door}
	mux := http.NewServeMux()
	config := huma.DefaultConfig("准绳 Zhunsheng", "1")
	config.Info.Description = "Figures, case lists and imports of a court's trial-management office. Every answer obeys the scope of the user who asks."
	config.OpenAPIPath, config.DocsPath, config.SchemasPath = Prefix+"/openapi", "", ""
	config.CreateHooks = nil // no $schema links in answers
	config.RejectUnknownQueryParameters = true
	config.Components.SecuritySchemes = map[string]*huma.SecurityScheme{
		"token":   {Type: "http", Scheme: "bearer", Description: "a token made in the settings, or on the page of one's own tokens"},
		"session": {Type: "apiKey", In: "cookie", Name: "zhunsheng", Description: "the session of a signed-in browser"},
	}
	config.Security = []map[string][]string{{"token": {}}, {"session": {}}}
	api := humago.New(mux, config)
	api.UseMiddleware(s.identify(api))
	s.register(api)
	return mux
}

type asker struct{}

// identify finds out who asks: the owner of the token, else the signed-in user.
func (s *server) identify(api huma.API) func(huma.Context, func(huma.Context)) {
	return func(c huma.Context, next func(huma.Context)) {
		r, _ := humago.Unwrap(c)
		who, err := s.who(r)
		if err != nil {
			c.SetHeader("WWW-Authenticate", `Bearer realm="zhunsheng"`)
			_ = huma.WriteErr(api, c, http.StatusUnauthorized, "请带上有效令牌 / send a token in force: Authorization: Bearer …") // the reader went away
			return
		}
		c.SetHeader("Cache-Control", "private, no-store")
		next(huma.WithValue(c, asker{}, who))
	}
}

func (s *server) who(r *http.Request) (access.Scope, error) {
	head := r.Header.Get("Authorization")
	if head == "" {
		return s.door.Session(r)
	}
	token, ok := strings.CutPrefix(head, "Bearer ")
	if !ok || token == "" {
		return access.Scope{}, fault.Forbiddenf("the authorization is no bearer token")
	}
	return s.source.Bearer(r.Context(), token)
}

// Where names a part of the ledger; the asker's own scope when empty.
type Where struct {
	Court    string `query:"court" doc:"court code, e.g. 藏9801"`
	Division string `query:"division" doc:"division of the court"`
	Judge    string `query:"judge" doc:"judge of the division"`
}

// at is the asker's scope, narrowed to the part named.
func (s *server) at(ctx context.Context, w Where, need access.Action) (access.Scope, error) {
	who, _ := ctx.Value(asker{}).(access.Scope)
	if err := who.Need(need); err != nil {
		return access.Scope{}, err
	}
	q := url.Values{}
	for name, value := range map[string]string{"court": w.Court, "division": w.Division, "judge": w.Judge} {
		if value != "" {
			q.Set(name, value)
		}
	}
	return s.door.Narrow(ctx, who, q)
}

// statuses maps the kinds of failure to HTTP, as on the pages.
var statuses = []struct {
	kind error
	code int
}{
	{fault.NotFound, http.StatusNotFound},
	{fault.Invalid, http.StatusUnprocessableEntity},
	{fault.Conflict, http.StatusConflict},
	{fault.Forbidden, http.StatusForbidden},
}

// problem turns an error into an answer (RFC 9457). What is no fault of the asker is logged
// and shown as a reference number only.
func (s *server) problem(ctx context.Context, err error) error {
	if err == nil {
		return nil
	}
	for _, x := range statuses {
		var f *fault.Error
		if errors.Is(err, x.kind) && errors.As(err, &f) {
			return huma.NewError(x.code, f.Text, &huma.ErrorDetail{Message: f.Remedy, Location: f.Place})
		}
	}
	return huma.NewError(http.StatusInternalServerError, "内部错误，编号 / internal error, reference "+s.door.Failed(ctx, err))
}

// get registers a reading operation whose errors become problems.
func get[I, O any](s *server, api huma.API, id, path, summary string, answer func(context.Context, *I) (*O, error)) {
	op := huma.Operation{OperationID: id, Method: http.MethodGet, Path: Prefix + path, Summary: summary,
		Errors: []int{http.StatusUnauthorized, http.StatusForbidden, http.StatusNotFound}}
	huma.Register(api, op, func(ctx context.Context, in *I) (*O, error) {
		out, err := answer(ctx, in)
		return out, s.problem(ctx, err)
	})
}

package api

import (
	"cmp"
	"context"
	"math/big"
	"mime/multipart"
	"net/http"
	"net/url"
	"strconv"

	"github.com/danielgtaylor/huma/v2"

	"zhunsheng/internal/access"
	"zhunsheng/internal/civil"
	"zhunsheng/internal/docket"
	"zhunsheng/internal/fault"
	"zhunsheng/internal/indicator"
)

func (s *server) register(api huma.API) {
	get(s, api, "state", "/state", "What the ledger holds, and who asks", s.state)
	get(s, api, "indicators", "/indicators", "The catalogue of indicators", s.indicators)
	get(s, api, "figures", "/figures", "Figures of a set in a period", s.figures)
	get(s, api, "cases", "/cases", "The cases behind a figure, or of the ledger", s.cases)
	get(s, api, "due", "/limits/due", "When a case is due under the law, with every step", s.due)
	get(s, api, "imports", "/imports", "All imports, newest first", s.imports)
	get(s, api, "import", "/imports/{id}", "One import, with its progress while it runs", s.one)
	get(s, api, "issues", "/imports/{id}/issues", "The issues of an import, in the order of its rows", s.issues)
	huma.Register(api, huma.Operation{
		OperationID: "upload", Method: http.MethodPost, Path: Prefix + "/imports", Summary: "Send files and start their import",
		DefaultStatus: http.StatusAccepted, MaxBodyBytes: -1,
		Errors: []int{http.StatusUnauthorized, http.StatusForbidden, http.StatusConflict},
	}, func(ctx context.Context, in *uploadIn) (*uploadOut, error) {
		out, err := s.upload(ctx, in)
		return out, s.problem(ctx, err)
	})
}

// answer wraps a body.
type answer[T any] struct{ Body T }

// words is a phrase in both languages.
type words struct {
	Zh string `json:"zh"`
	En string `json:"en"`
}

type stateBody struct {
	DataDay string `json:"data_day" doc:"the day the data reach to; empty: nothing loaded"`
	Batch   int64  `json:"batch" doc:"last batch committed"`
	User    string `json:"user"`
	Role    string `json:"role"`
	City    bool   `json:"city" doc:"the user sees all courts"`
	Court   string `json:"court,omitempty"`
}

func (s *server) state(ctx context.Context, _ *struct{}) (*answer[stateBody], error) {
	who, _ := ctx.Value(asker{}).(access.Scope)
	day, batch, err := s.source.State(ctx)
	return &answer[stateBody]{stateBody{DataDay: text(day), Batch: batch, User: who.User, Role: string(who.Role), City: who.City, Court: who.Court}}, err
}

func text(d civil.Date) string {
	if d.IsZero() {
		return ""
	}
	return d.String()
}

type definition struct {
	Set      string           `json:"set"`
	ID       string           `json:"id"`
	Name     words            `json:"name"`
	Unit     string           `json:"unit"`
	Group    string           `json:"group"`
	Better   string           `json:"better"`
	Versions []definitionTime `json:"versions"`
}

type definitionTime struct {
	From       string `json:"from,omitempty"`
	To         string `json:"to,omitempty"`
	Definition words  `json:"definition"`
	Formula    string `json:"formula"`
	Evidence   string `json:"evidence" doc:"A to D; U: unverified, a local definition"`
}

func (s *server) indicators(ctx context.Context, in *struct {
	Set string `query:"set" doc:"only this set"`
}) (*answer[[]definition], error) {
	if _, err := s.at(ctx, Where{}, access.ViewFigures); err != nil {
		return nil, err
	}
	book := s.source.Book()
	out := []definition{}
	for _, set := range book.Sets() {
		for _, i := range book.Set(set) {
			if in.Set == "" || in.Set == set {
				out = append(out, define(set, i))
			}
		}
	}
	return &answer[[]definition]{out}, nil
}

func define(set string, i *indicator.Indicator) definition {
	d := definition{Set: set, ID: i.ID, Name: words(i.Name), Unit: i.Unit, Group: i.Group, Better: i.Better}
	for _, v := range i.Versions {
		d.Versions = append(d.Versions, definitionTime{text(v.From), text(v.To), words(v.Definition), v.Value.String(), v.Evidence})
	}
	return d
}

type figuresIn struct {
	Where
	Set       string   `query:"set" required:"true" doc:"set of indicators, e.g. volume"`
	Indicator []string `query:"indicator" doc:"keys; none: all of the set"`
	Period    string   `query:"period" required:"true" doc:"2024, 2024-Q2, 2024-06, 2024-01..2024-06 or two days"`
	By        []string `query:"by" doc:"grouping fields in order: court, division, judge, line, cause … or month, year"`
}

type figure struct {
	Period      span     `json:"period"`
	By          []string `json:"by,omitempty" doc:"values of the grouping fields; courts in administrative order"`
	Indicator   string   `json:"indicator"`
	Version     string   `json:"version" doc:"first day of the wording that applied"`
	Numerator   *float64 `json:"numerator,omitempty"`
	Denominator *float64 `json:"denominator,omitempty"`
	Value       *float64 `json:"value" doc:"null: there is no value, e.g. a denominator of zero"`
	Exact       string   `json:"exact,omitempty" doc:"the value as a fraction"`
	Low         *float64 `json:"low,omitempty" doc:"lower bound of the reasonable interval"`
	High        *float64 `json:"high,omitempty"`
	Status      string   `json:"status" doc:"below, inside, above the interval; not_loaded, too_few, no_value"`
}

type span struct {
	From string `json:"from"`
	To   string `json:"to"`
}

type figuresBody struct {
	Set     string   `json:"set"`
	DataDay string   `json:"data_day"`
	Batch   int64    `json:"batch"`
	Figures []figure `json:"figures"`
}

func (s *server) figures(ctx context.Context, in *figuresIn) (*answer[figuresBody], error) {
	at, err := s.at(ctx, in.Where, access.ViewFigures)
	if err != nil {
		return nil, err
	}
	p, err := period(in.Period)
	if err != nil {
		return nil, err
	}
	day, batch, err := s.source.State(ctx)
	if err != nil {
		return nil, err
	}
	all, err := s.source.Compute(ctx, at, indicator.Request{Set: in.Set, Indicators: in.Indicator, Period: p, By: in.By})
	if err != nil {
		return nil, err
	}
	out := figuresBody{Set: in.Set, DataDay: text(day), Batch: batch, Figures: make([]figure, len(all))}
	for i, f := range all {
		out.Figures[i] = figure{Period: span{f.Period.From.String(), f.Period.To.String()}, By: f.By, Indicator: f.Indicator, Version: f.Version,
			Numerator: number(f.Numerator), Denominator: number(f.Denominator), Value: number(f.Value), Low: number(f.Low), High: number(f.High), Status: f.Status}
		if f.Value != nil {
			out.Figures[i].Exact = f.Value.RatString()
		}
	}
	return &answer[figuresBody]{out}, nil
}

func period(s string) (civil.Period, error) {
	p, err := civil.ParsePeriod(s)
	if err != nil {
		return p, fault.At("period", err.Error(), "write e.g. 2024, 2024-Q2, 2024-06 or 2024-01-01..2024-03-31")
	}
	return p, nil
}

// number is the nearest float; nil is no value.
func number(r *big.Rat) *float64 {
	if r == nil {
		return nil
	}
	x, _ := r.Float64()
	return &x
}

type casesIn struct {
	Where
	Set       string `query:"set" doc:"with indicator"`
	Indicator string `query:"indicator" doc:"list the cases behind this figure"`
	Side      string `query:"side" enum:"numerator,denominator,excluded" doc:"with indicator; numerator when left out"`
	Period    string `query:"period" doc:"with indicator: its period"`
	State     string `query:"state" enum:"open,closed" doc:"without indicator"`
	Offset    int    `query:"offset" minimum:"0"`
	Limit     int    `query:"limit" minimum:"1" maximum:"1000" default:"100"`
}

type caseRow struct {
	Case   map[string]any `json:"case" doc:"the columns that have a value; docs/data-dictionary.md names them"`
	Flags  []string       `json:"flags,omitempty"`
	Count  string         `json:"count,omitempty" doc:"the count of the formula that the case stands in"`
	Minus  bool           `json:"minus,omitempty" doc:"the formula subtracts this count"`
	Reason *words         `json:"reason,omitempty" doc:"why the case is on the list"`
}

type casesBody struct {
	Total int       `json:"total"`
	Cases []caseRow `json:"cases"`
}

func (s *server) cases(ctx context.Context, in *casesIn) (*answer[casesBody], error) {
	at, err := s.at(ctx, in.Where, access.ViewCases)
	if err != nil {
		return nil, err
	}
	q := Query{Set: in.Set, Indicator: in.Indicator, State: in.State, Offset: in.Offset, Limit: in.Limit}
	if in.Indicator != "" {
		q.Side = cmp.Or(indicator.Side(in.Side), indicator.NumeratorSide)
		if q.Period, err = period(in.Period); err != nil {
			return nil, err
		}
	}
	rows, total, err := s.source.Cases(ctx, at, q)
	if err != nil {
		return nil, err
	}
	out := casesBody{Total: total, Cases: make([]caseRow, len(rows))}
	for i, r := range rows {
		out.Cases[i] = caseRow{Case: columns(&r.Case), Flags: r.Flags, Count: r.Count, Minus: r.Minus}
		if !r.Reason.IsZero() {
			w := words(r.Reason)
			out.Cases[i].Reason = &w
		}
	}
	return &answer[casesBody]{out}, nil
}

// columns are the columns of a case that have a value: texts, days as YYYY-MM-DD, amounts in
// yuan with two decimals, numbers, true and false.
func columns(c *docket.Case) map[string]any {
	out := map[string]any{}
	for i := range docket.Fields {
		f := &docket.Fields[i]
		switch f.Kind {
		case docket.Text:
			if t := *f.Text(c); t != "" {
				out[f.Name] = t
			}
		case docket.Day:
			if d := *f.Day(c); !d.IsZero() {
				out[f.Name] = d.String()
			}
		case docket.Amount:
			if m := *f.Money(c); m.Known {
				out[f.Name] = big.NewRat(m.Cents, 100).FloatString(2)
			}
		case docket.Number:
			if n := *f.Number(c); n != 0 {
				out[f.Name] = n
			}
		case docket.YesNo:
			if y := *f.Flag(c); y != docket.Unknown {
				out[f.Name] = y == docket.Yes
			}
		}
	}
	return out
}

func (s *server) imports(ctx context.Context, _ *struct{}) (*answer[[]Import], error) {
	at, err := s.at(ctx, Where{}, access.ViewBatches)
	if err != nil {
		return nil, err
	}
	all, err := s.source.Imports(ctx, at)
	return &answer[[]Import]{append([]Import{}, all...)}, err
}

type importIn struct {
	ID int64 `path:"id" minimum:"1"`
}

func (s *server) one(ctx context.Context, in *importIn) (*answer[Import], error) {
	at, err := s.at(ctx, Where{}, access.ViewBatches)
	if err != nil {
		return nil, err
	}
	b, err := s.source.Import(ctx, at, in.ID)
	return &answer[Import]{b}, err
}

type issuesIn struct {
	ID     int64 `path:"id" minimum:"1"`
	Offset int   `query:"offset" minimum:"0"`
	Limit  int   `query:"limit" minimum:"1" maximum:"1000" default:"100"`
}

type issueRow struct {
	Court    string `json:"court,omitempty"`
	File     string `json:"file"`
	Sheet    string `json:"sheet,omitempty"`
	Row      int    `json:"row" doc:"row in the file, its head being row 1"`
	Column   string `json:"column"`
	Value    string `json:"value"`
	Rule     string `json:"rule"`
	Remedy   string `json:"remedy"`
	Rejected bool   `json:"rejected" doc:"the row stayed out of the ledger"`
}

type issuesBody struct {
	Total  int        `json:"total"`
	Issues []issueRow `json:"issues"`
}

func (s *server) issues(ctx context.Context, in *issuesIn) (*answer[issuesBody], error) {
	at, err := s.at(ctx, Where{}, access.ViewBatches)
	if err != nil {
		return nil, err
	}
	rows, total, err := s.source.Issues(ctx, at, in.ID, in.Offset, in.Limit)
	if err != nil {
		return nil, err
	}
	out := issuesBody{Total: total, Issues: make([]issueRow, len(rows))}
	for i, r := range rows {
		out.Issues[i] = issueRow{r.Court, r.File, r.Sheet, r.Row, r.Column, r.Value, r.Rule, r.Remedy, r.Reject}
	}
	return &answer[issuesBody]{out}, nil
}

type uploadIn struct {
	RawBody multipart.Form
}

type uploadOut struct {
	Location string `header:"Location" doc:"where the import and its progress are"`
	Body     struct {
		ID int64 `json:"id" doc:"number of the batch"`
	}
}

// upload starts an import of the files of the form by the mapping of its field mapping.
func (s *server) upload(ctx context.Context, in *uploadIn) (*uploadOut, error) {
	at, err := s.at(ctx, Where{}, access.ImportData)
	if err != nil {
		return nil, err
	}
	mapping := url.Values(in.RawBody.Value).Get("mapping")
	if mapping == "" {
		return nil, fault.At("mapping", "no mapping is named", "send the field mapping, e.g. cn-standard")
	}
	id, err := s.source.Upload(ctx, at, mapping, func(yield func(File, error) bool) {
		for _, head := range in.RawBody.File["files"] {
			f, err := head.Open()
			if err != nil {
				yield(File{}, err)
				return
			}
			more := yield(File{head.Filename, f}, nil)
			_ = f.Close() // read-only
			if !more {
				return
			}
		}
	})
	if err != nil {
		return nil, err
	}
	out := &uploadOut{Location: Prefix + "/imports/" + strconv.FormatInt(id, 10)}
	out.Body.ID = id
	return out, nil
}

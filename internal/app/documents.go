package app

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"

	"zhunsheng/internal/access"
	"zhunsheng/internal/bulletin"
	"zhunsheng/internal/civil"
	"zhunsheng/internal/docket"
	"zhunsheng/internal/document"
	"zhunsheng/internal/fault"
	"zhunsheng/internal/indicator"
	"zhunsheng/internal/store"
	"zhunsheng/web/page/cases"
	"zhunsheng/web/page/documents"
)

// documentDesk builds bulletins and gives them out.
type documentDesk struct{ *App }

// mediaTypes of the files of an edition.
var mediaTypes = map[string]string{
	".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
	".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
	".json": "application/json",
	".txt":  "text/plain; charset=utf-8",
}

func mediaType(name string) string {
	if i := strings.LastIndexByte(name, '.'); i >= 0 && mediaTypes[name[i:]] != "" {
		return mediaTypes[name[i:]]
	}
	return "application/octet-stream"
}

// mayRead reports whether a scope covers what an edition shows.
func mayRead(at access.Scope, court string) bool {
	return at.City || (court != "" && court == at.Court && at.Division == "")
}

func (a documentDesk) Editions(ctx context.Context, at access.Scope) ([]documents.Edition, error) {
	if err := at.Need(access.ViewBulletin); err != nil {
		return nil, err
	}
	all, err := a.store.Editions(ctx)
	if err != nil {
		return nil, err
	}
	l, err := a.officeLists(ctx)
	if err != nil {
		return nil, err
	}
	var out []documents.Edition
	for _, e := range all {
		if !mayRead(at, e.Court) {
			continue
		}
		v := documents.Edition{ID: e.ID, Kind: e.Kind, Court: e.Court, Batch: e.Batch, Built: e.Created, By: e.Who}
		if v.Period, err = civil.ParsePeriod(e.Period); err != nil {
			return nil, fmt.Errorf("edition %s: %w", e.ID, err)
		}
		v.Title = l.place(e.Court) + v.Period.String()
		for _, f := range e.Files {
			v.Files = append(v.Files, documents.File{Name: f.Name, Type: mediaType(f.Name), Bytes: f.Bytes})
		}
		out = append(out, v)
	}
	slices.SortStableFunc(out, func(x, y documents.Edition) int { return y.Built.Compare(x.Built) })
	return out, nil
}

// Open returns one file of an edition, as it was frozen.
func (a documentDesk) Open(ctx context.Context, at access.Scope, id, name string) (documents.File, io.ReadCloser, error) {
	if err := at.Need(access.ViewBulletin); err != nil {
		return documents.File{}, nil, err
	}
	e, err := a.store.Edition(ctx, id)
	if err != nil {
		return documents.File{}, nil, err
	}
	if !mayRead(at, e.Court) {
		return documents.File{}, nil, fault.Forbiddenf("the bulletin %s reaches beyond your part of the ledger; ask one of: %v", id, access.RolesFor(access.BuildBulletin))
	}
	for _, f := range e.Files {
		if f.Name == name {
			out := documents.File{Name: f.Name, Type: mediaType(f.Name), Bytes: int64(len(f.Data))}
			return out, io.NopCloser(bytes.NewReader(f.Data)), a.note(ctx, at, "bulletin.open", id, name)
		}
	}
	return documents.File{}, nil, fault.NotFoundf("the bulletin %s has no file %s", id, name)
}

func (a documentDesk) Build(ctx context.Context, at access.Scope, o documents.Order) (string, error) {
	e, err := a.BuildBulletin(ctx, at, o)
	return e.ID, err
}

// BuildBulletin builds, freezes and returns an edition.
func (a *App) BuildBulletin(ctx context.Context, at access.Scope, o documents.Order) (store.Edition, error) {
	if err := at.Need(access.BuildBulletin); err != nil {
		return store.Edition{}, err
	}
	if !mayRead(at, o.Court) {
		return store.Edition{}, fault.Forbiddenf("the bulletin would reach beyond your part of the ledger")
	}
	if o.Kind != "monthly" {
		return store.Edition{}, fault.At("kind", fmt.Sprintf("%q is not a kind of document this version builds", o.Kind), "use monthly")
	}
	brief, err := a.brief(ctx, o)
	if err != nil {
		return store.Edition{}, err
	}
	skel, err := bulletin.LoadSkeleton(a.cfg.Rules, o.Kind)
	if err != nil {
		return store.Edition{}, err
	}
	scope := at
	if o.Court != "" {
		scope.City, scope.Court = false, o.Court
	}
	made, err := bulletin.Monthly(ctx, confined{a, scope}, a.Book(), skel, brief)
	if err != nil {
		return store.Edition{}, err
	}
	e, err := a.freeze(ctx, at, o, brief, made)
	if err != nil {
		return store.Edition{}, err
	}
	return e, a.note(ctx, at, "bulletin.build", e.ID, e.Hash)
}

// confined is the bulletin's source under one scope.
type confined struct {
	app *App
	at  access.Scope
}

func (c confined) Compute(ctx context.Context, req indicator.Request) ([]indicator.Figure, error) {
	return c.app.Compute(ctx, c.at, req)
}

func (c confined) Cases(ctx context.Context, req indicator.CasesRequest) ([]bulletin.Listed, error) {
	l, err := c.app.reasoned(ctx, c.at, c.app.columns, req)
	if err != nil {
		return nil, err
	}
	out := make([]bulletin.Listed, len(l.Rows))
	for i, r := range l.Rows {
		out[i] = bulletin.Listed{ID: r.ID, Case: r.Case, Reason: r.Reason}
	}
	return out, nil
}

// brief gathers what a bulletin is told; it refuses a period the data do not reach.
func (a *App) brief(ctx context.Context, o documents.Order) (bulletin.Brief, error) {
	l, err := a.officeLists(ctx)
	if err != nil {
		return bulletin.Brief{}, err
	}
	day, err := a.DataDay(ctx)
	if err != nil {
		return bulletin.Brief{}, err
	}
	if day.IsZero() || o.Period.From > day {
		return bulletin.Brief{}, fault.At("period", fmt.Sprintf("the data reach only to %s", orDash(day.String())), "choose an earlier period, or import the ledger first")
	}
	epochs, err := a.store.Epochs(ctx, 0)
	if err != nil {
		return bulletin.Brief{}, err
	}
	b := bulletin.Brief{
		Org: l.office(), Place: l.place(o.Court), Court: o.Court, Period: o.Period, Issued: day, DataDay: day, Program: Version,
		Name: func(field, id string) string { return a.name(l, field, id) },
		Sheet: func(name string, rows []bulletin.Listed) document.Sheet {
			shown := make([]cases.Row, len(rows))
			for i, r := range rows {
				shown[i] = cases.Row{ID: r.ID, Case: r.Case, Reason: r.Reason}
			}
			return a.caseSheet(l, name, shown, "zh")
		},
	}
	for court, batch := range epochs {
		b.Batch = max(b.Batch, batch)
		if len(l.courts) == 0 && (o.Court == "" || o.Court == court) {
			b.Courts = append(b.Courts, docket.Court{Code: court, Name: court})
		}
	}
	for _, c := range l.courts {
		if _, used := epochs[c.Code]; used && (o.Court == "" || o.Court == c.Code) {
			b.Courts = append(b.Courts, c)
		}
	}
	if len(b.Courts) == 0 {
		return b, fault.NotFoundf("no cases of court %q in the ledger", o.Court)
	}
	slices.SortStableFunc(b.Courts, func(x, y docket.Court) int { return l.compare(x.Code, y.Code) })
	b.To = "本院各部门"
	if o.Court == "" {
		b.To = "各基层人民法院，本院各部门"
	}
	return b, nil
}

// office is the issuing office: that of the highest court on the list.
func (l *lists) office() string {
	if len(l.courts) == 0 {
		return "审判管理办公室"
	}
	return l.courts[0].Name + "审判管理办公室"
}

// place names whose figures a document prints.
func (l *lists) place(court string) string {
	if court != "" {
		if n := l.court[court].Name; n != "" {
			return n
		}
		return court
	}
	if len(l.courts) == 0 {
		return "全市法院"
	}
	for _, end := range []string{"中级人民法院", "人民法院"} {
		if s, ok := strings.CutSuffix(l.courts[0].Name, end); ok {
			return s + "两级法院"
		}
	}
	return l.courts[0].Name
}

// freeze writes the files of an edition and keeps them with their hashes.
func (a *App) freeze(ctx context.Context, at access.Scope, o documents.Order, b bulletin.Brief, made *bulletin.Edition) (store.Edition, error) {
	var docx, xlsx bytes.Buffer
	if err := document.WriteDocx(&docx, made.Letter()); err != nil {
		return store.Edition{}, err
	}
	if err := document.WriteXlsx(&xlsx, made.Appendix); err != nil {
		return store.Edition{}, err
	}
	figures, err := json.MarshalIndent(map[string]any{
		"title": made.Title, "period": o.Period.String(), "as_of": b.DataDay.String(), "batch": b.Batch, "program": Version, "figures": made.Figures,
	}, "", " ")
	if err != nil {
		return store.Edition{}, err
	}
	e := store.Edition{Kind: o.Kind, Court: o.Court, Period: o.Period.String(), Batch: b.Batch, Created: a.now(), Who: at.User, Program: Version}
	sum := sha256.New()
	for _, f := range []struct {
		name string
		data []byte
	}{{"bulletin.docx", docx.Bytes()}, {"appendix.xlsx", xlsx.Bytes()}, {"figures.json", figures}} {
		h := sha256.Sum256(f.data)
		sum.Write(h[:])
		e.Files = append(e.Files, store.EditionFile{Name: f.name, SHA256: hex.EncodeToString(h[:]), Data: f.data})
	}
	e.Hash = hex.EncodeToString(sum.Sum(nil))
	e.ID = strings.Trim(fmt.Sprintf("%s-%s-%s-b%d-%s", o.Kind, o.Court, o.Period, b.Batch, e.Hash[:8]), "-")
	e.ID = strings.ReplaceAll(strings.ReplaceAll(e.ID, "--", "-"), "..", "_")
	if have, err := a.store.Edition(ctx, e.ID); err == nil {
		return have, nil // the same bytes were issued before
	}
	return e, a.store.SaveEdition(ctx, e)
}

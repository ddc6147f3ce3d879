package data

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"zhunsheng/internal/access"
	"zhunsheng/internal/fault"
	"zhunsheng/web/ui"
)

// Pages are the handlers of the section.
type Pages struct {
	imports  Imports
	quality  Quality
	ledger   Ledger
	disputes Disputes
}

// New builds the handlers.
func New(imports Imports, quality Quality, ledger Ledger, disputes Disputes) *Pages {
	return &Pages{imports, quality, ledger, disputes}
}

// batchLine is one import, ready to print.
type batchLine struct {
	ID, State, Shape, Word, User, Mapping, Started, Committed string
	Files                                                     []fileLine
	Courts                                                    []string
	Read, New, Changed, Unchanged, Rejected, Flagged          string
	Sums                                                      bool // read = new + changed + unchanged + rejected
	Running, Interrupted, Done                                bool
	Percent                                                   int // of the bytes; -1 when unknown
	Bytes, Left, Failure                                      string
	CanImport                                                 bool
	HasRejected, HasFlagged                                   bool
	Settled                                                   string
}

type fileLine struct{ Name, Hash, Size string }

// shapes marks the state of a batch before any colour does.
var shapes = map[string]string{"committed": "●", "running": "◐", "interrupted": "!", "discarded": "○", "failed": "×"}

func batchOf(v *ui.View, b Batch) batchLine {
	l := batchLine{
		ID: strconv.FormatInt(b.ID, 10), State: b.State, Shape: shapes[b.State], Word: v.Code("batch", b.State), User: b.User,
		Mapping: b.Mapping, Started: ui.Clock(b.Started), Committed: ui.Clock(b.Committed), Failure: b.Failure, Settled: b.Settled,
		Read: ui.Count(b.Read), New: ui.Count(b.New), Changed: ui.Count(b.Changed), Unchanged: ui.Count(b.Unchanged),
		Rejected: ui.Count(b.Rejected), Flagged: ui.Count(b.Flagged),
		Sums:    b.Read == b.New+b.Changed+b.Unchanged+b.Rejected,
		Running: b.State == "running", Interrupted: b.State == "interrupted", Done: b.State == "committed",
		Percent: -1, CanImport: v.Who.Can(access.ImportData),
		HasRejected: b.Rejected > 0, HasFlagged: b.Flagged > 0,
	}
	if b.MappingVersion > 0 {
		l.Mapping += " v" + strconv.Itoa(b.MappingVersion)
	}
	for _, f := range b.Files {
		l.Files = append(l.Files, fileLine{f.Name, f.SHA256, ui.Bytes(f.Bytes)})
	}
	for _, c := range b.Courts {
		l.Courts = append(l.Courts, v.Names("court", c))
	}
	if b.BytesTotal > 0 {
		l.Percent = int(min(100, b.BytesDone*100/b.BytesTotal))
		l.Bytes = ui.Bytes(b.BytesDone) + " / " + ui.Bytes(b.BytesTotal)
	}
	if b.Left > 0 {
		l.Left = v.T("data.left", "Time", v.Span(b.Left))
	}
	return l
}

// Batches lists the imports.
func (p *Pages) Batches(w http.ResponseWriter, r *http.Request, v *ui.View) error {
	all, err := p.imports.Batches(r.Context(), v.At)
	if err != nil {
		return err
	}
	lines := make([]batchLine, len(all))
	for i, b := range all {
		lines[i] = batchOf(v, b)
	}
	return ui.Render(w, r, http.StatusOK, batches(v, lines))
}

// Batch shows one import, while it runs and afterwards.
func (p *Pages) Batch(w http.ResponseWriter, r *http.Request, v *ui.View) error {
	b, err := p.one(r, v)
	if err != nil {
		return err
	}
	return ui.Render(w, r, http.StatusOK, batch(v, batchOf(v, b)))
}

// Progress is the part of the batch page that is asked for again while the import runs.
func (p *Pages) Progress(w http.ResponseWriter, r *http.Request, v *ui.View) error {
	b, err := p.one(r, v)
	if err != nil {
		return err
	}
	w.Header().Set("Cache-Control", "no-store")
	return ui.Render(w, r, http.StatusOK, outcome(v, batchOf(v, b)))
}

func (p *Pages) one(r *http.Request, v *ui.View) (Batch, error) {
	id, err := batchID(r)
	if err != nil {
		return Batch{}, err
	}
	return p.imports.Batch(r.Context(), v.At, id)
}

func batchID(r *http.Request) (int64, error) {
	id, err := strconv.ParseInt(r.PathValue("id"), 10, 64)
	if err != nil || id < 1 {
		return 0, fault.NotFoundf("没有此批次 / no such batch: %s", r.PathValue("id"))
	}
	return id, nil
}

// Resume and Discard end the state of an import that was cut off.
func (p *Pages) Resume(w http.ResponseWriter, r *http.Request, v *ui.View) error {
	id, err := batchID(r)
	if err != nil {
		return err
	}
	if err := p.imports.Resume(r.Context(), v.Who, id); err != nil {
		return err
	}
	return see(w, r, v, id)
}

// Discard needs the box ticked that says what will happen.
func (p *Pages) Discard(w http.ResponseWriter, r *http.Request, v *ui.View) error {
	id, err := batchID(r)
	if err != nil {
		return err
	}
	if r.PostFormValue("sure") == "" {
		return fault.At("discard", v.T("data.discard_tick"), "")
	}
	if err := p.imports.Discard(r.Context(), v.Who, id); err != nil {
		return err
	}
	return see(w, r, v, id)
}

// Settle notes that the rejected rows of a batch were dealt with.
func (p *Pages) Settle(w http.ResponseWriter, r *http.Request, v *ui.View) error {
	id, err := batchID(r)
	if err != nil {
		return err
	}
	if err := p.imports.Settle(r.Context(), v.Who, id, strings.TrimSpace(r.PostFormValue("reason"))); err != nil {
		return err
	}
	return see(w, r, v, id)
}

func see(w http.ResponseWriter, r *http.Request, v *ui.View, id int64) error {
	http.Redirect(w, r, string(v.To("/data/batches/"+strconv.FormatInt(id, 10))), http.StatusSeeOther)
	return nil
}

// tab is one page of the section.
type tab struct {
	Path, Label string
	On          bool
}

func tabs(v *ui.View) []tab {
	var out []tab
	for _, t := range []struct {
		path, label string
		need        access.Action
	}{
		{"/data", "data.tab.batches", access.ViewBatches}, {"/data/changes", "data.tab.changes", access.ViewCases},
		{"/data/issues", "data.tab.issues", access.ViewBatches}, {"/data/completeness", "data.tab.completeness", access.ViewBatches},
		{"/data/dispute", "data.tab.dispute", access.ViewBatches},
	} {
		if v.Who.Can(t.need) {
			out = append(out, tab{t.path, v.T(t.label), v.Path == t.path})
		}
	}
	return out
}

// pageNumber reads ?page=; anything odd is the first page.
func pageNumber(v *ui.View) int {
	n, err := strconv.Atoi(v.Query.Get("page"))
	if err != nil || n < 1 {
		return 1
	}
	return n
}

func indexOf(options []ui.Option, value string) int {
	return slices.IndexFunc(options, func(o ui.Option) bool { return o.Value == value })
}

// attachment names a download after what it holds.
func attachment(parts ...string) string {
	var kept []string
	for _, p := range parts {
		if p != "" {
			kept = append(kept, p)
		}
	}
	return strings.Join(kept, "-")
}

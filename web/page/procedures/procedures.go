package procedures

import (
	"bytes"
	"errors"
	"fmt"
	"mime"
	"net/http"
	"strconv"
	"strings"

	"zhunsheng/internal/access"
	"zhunsheng/internal/civil"
	"zhunsheng/internal/fault"
	"zhunsheng/internal/procedure"
	"zhunsheng/web/ui"
)

// Pages are the handlers of the registers.
type Pages struct {
	source     Source
	appraisers Appraisers
}

// New builds the handlers.
func New(source Source, appraisers Appraisers) *Pages { return &Pages{source, appraisers} }

// The addresses of the registers.
const (
	listPath      = "/limits/procedures"
	onePath       = "/limits/procedures/one"
	newPath       = "/limits/procedures/new"
	editPath      = "/limits/procedures/edit"
	appraisalPath = "/limits/appraisals"
)

// pageSize is the number of lines on one page of a register.
const pageSize = 50

const (
	docxType = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
	xlsxType = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
)

func queryOf(v *ui.View) (Query, error) {
	q := Query{Kind: procedure.Kind(v.Query.Get("kind")), State: procedure.State(v.Query.Get("state")), Mine: v.Query.Get("with") == "me", Court: v.Query.Get("of"), Key: v.Query.Get("key")}
	if q.Kind != "" && !known(procedure.Kinds(), q.Kind) {
		return q, fault.At("kind", v.T("procedure.bad_kind", "Text", string(q.Kind)), "")
	}
	if q.State != "" && !known(procedure.States(), q.State) {
		return q, fault.At("state", v.T("procedure.bad_state", "Text", string(q.State)), "")
	}
	return q, nil
}

func known[T comparable](all []T, x T) bool {
	for _, y := range all {
		if x == y {
			return true
		}
	}
	return false
}

// List answers GET /limits/procedures.
func (p *Pages) List(w http.ResponseWriter, r *http.Request, v *ui.View) error {
	v.OnDataDay()
	q, err := queryOf(v)
	if err != nil {
		return err
	}
	page, _ := strconv.Atoi(v.Query.Get("page"))
	page = max(page, 1)
	q.Offset, q.Limit = (page-1)*pageSize, pageSize
	reg, err := p.source.Procedures(r.Context(), v.At, q)
	if err != nil {
		return fmt.Errorf("procedures: %w", err)
	}
	return ui.Render(w, r, http.StatusOK, listPage(v, registerOf(v, q, reg, page)))
}

// Export answers GET /limits/procedures/export.
func (p *Pages) Export(w http.ResponseWriter, r *http.Request, v *ui.View) error {
	q, err := queryOf(v)
	if err != nil {
		return err
	}
	q.Limit = -1
	var b bytes.Buffer
	if err := p.source.ProcedureXlsx(r.Context(), v.At, q, v.Lang, &b); err != nil {
		return err
	}
	return download(w, "procedures-"+v.AsOf.Day.String()+".xlsx", xlsxType, &b)
}

func download(w http.ResponseWriter, name, media string, b *bytes.Buffer) error {
	w.Header().Set("Content-Type", media)
	w.Header().Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": name}))
	_, err := w.Write(b.Bytes())
	return err
}

// Form answers GET /limits/procedures/form: the paper form (审批表) as docx.
func (p *Pages) Form(w http.ResponseWriter, r *http.Request, v *ui.View) error {
	id := v.Query.Get("id")
	var b bytes.Buffer
	if err := p.source.ProcedureForm(r.Context(), v.Who, id, &b); err != nil {
		return err
	}
	return download(w, id+".docx", docxType, &b)
}

// Blank answers GET /limits/procedures/new: the form of one kind for a case.
func (p *Pages) Blank(w http.ResponseWriter, r *http.Request, v *ui.View) error {
	v.OnDataDay()
	f := fields(v.Query.Get)
	if f["kind"] == "" {
		f["kind"] = string(procedure.Extension)
	}
	return p.form(w, r, v, http.StatusOK, f, "", 0, nil, nil)
}

// fieldNames are the fields of a request that a form can hold.
var fieldNames = []string{"kind", "by", "months", "days", "from", "until", "cause", "on", "to", "reason", "paper", "appraisal"}

// fields reads the request of a form as text, as it was typed.
func fields(get func(string) string) map[string]string {
	out := map[string]string{"court": get("of"), "key": get("key")}
	for _, name := range fieldNames {
		if text := strings.TrimSpace(strings.ReplaceAll(get(name), "\r\n", "\n")); text != "" {
			out[name] = text
		}
	}
	return out
}

// Create answers POST /limits/procedures/new: keep the draft and show what it would do.
func (p *Pages) Create(w http.ResponseWriter, r *http.Request, v *ui.View) error {
	v.OnDataDay()
	return p.save(w, r, v, "", 0)
}

// Edit answers GET /limits/procedures/edit.
func (p *Pages) Edit(w http.ResponseWriter, r *http.Request, v *ui.View) error {
	v.OnDataDay()
	one, err := p.source.Procedure(r.Context(), v.Who, v.Query.Get("id"))
	if err != nil {
		return err
	}
	if !one.May[procedure.Save] {
		return fault.Conflictf("%s", v.T("procedure.not_draft", "ID", one.ID))
	}
	return p.form(w, r, v, http.StatusOK, one.Request.Fields(), one.ID, one.Version(), nil, nil)
}

// Change answers POST /limits/procedures/edit.
func (p *Pages) Change(w http.ResponseWriter, r *http.Request, v *ui.View) error {
	v.OnDataDay()
	version, _ := strconv.Atoi(r.PostFormValue("version"))
	return p.save(w, r, v, v.Query.Get("id"), version)
}

// save keeps a draft. What cannot be read, or is older than what somebody else has saved, comes
// back as it was typed, beside what is kept.
func (p *Pages) save(w http.ResponseWriter, r *http.Request, v *ui.View, id string, version int) error {
	f := fields(r.PostFormValue)
	if id == "" {
		f["court"], f["key"] = v.Query.Get("of"), v.Query.Get("key")
	} else {
		f["court"], f["key"] = r.PostFormValue("of"), r.PostFormValue("key")
	}
	req, err := procedure.ParseRequest(f)
	if err == nil {
		var kept string
		if kept, err = p.source.Save(r.Context(), v.Who, id, version, req); err == nil {
			http.Redirect(w, r, string(v.To(onePath, "id", kept)), http.StatusSeeOther)
			return nil
		}
	}
	var wrong *fault.Error
	switch {
	case errors.Is(err, fault.Conflict) && id != "":
		one, readErr := p.source.Procedure(r.Context(), v.Who, id)
		if readErr != nil {
			return errors.Join(err, readErr)
		}
		if !one.May[procedure.Save] {
			return p.one(w, r, v, http.StatusConflict, id, v.T("procedure.moved_on", "Text", typedText(v, f)), "")
		}
		return p.form(w, r, v, http.StatusConflict, f, id, one.Version(), []string{v.T("procedure.conflict")}, one.Request.Fields())
	case errors.As(err, &wrong) && errors.Is(err, fault.Invalid):
		return p.form(w, r, v, http.StatusUnprocessableEntity, f, id, version, []string{wrongText(v, wrong)}, nil)
	}
	return err
}

// wrongText names the field in which something is wrong.
func wrongText(v *ui.View, f *fault.Error) string {
	text := f.Text
	if f.Remedy != "" {
		text += v.T("list.semicolon") + f.Remedy
	}
	if f.Place != "" && v.Has("procedure.field."+f.Place) {
		return v.T("procedure.field."+f.Place) + v.T("list.colon") + text
	}
	return text
}

// typedText writes what was typed in one paragraph, so that it is not lost.
func typedText(v *ui.View, f map[string]string) string {
	var out []string
	for _, name := range fieldNames {
		if f[name] != "" && name != "kind" {
			out = append(out, v.T("procedure.field."+name)+" "+f[name])
		}
	}
	return strings.Join(out, v.T("list.semicolon"))
}

func (p *Pages) form(w http.ResponseWriter, r *http.Request, v *ui.View, status int, f map[string]string, id string, version int, failures []string, kept map[string]string) error {
	o, err := p.source.Options(r.Context(), v.Who, f["court"], f["key"])
	if err != nil {
		return err
	}
	return ui.Render(w, r, status, formPage(v, formOf(v, o, f, id, version, failures, kept)))
}

// Show answers GET /limits/procedures/one.
func (p *Pages) Show(w http.ResponseWriter, r *http.Request, v *ui.View) error {
	v.OnDataDay()
	return p.one(w, r, v, http.StatusOK, v.Query.Get("id"), "", "")
}

func (p *Pages) one(w http.ResponseWriter, r *http.Request, v *ui.View, status int, id, failure, note string) error {
	one, err := p.source.Procedure(r.Context(), v.Who, id)
	if err != nil {
		return err
	}
	m := oneOf(v, one)
	m.Note = note
	if failure != "" {
		m.Failures = []string{failure}
	}
	return ui.Render(w, r, status, onePage(v, m))
}

// act runs one step; what was typed comes back when it cannot be taken.
func (p *Pages) act(w http.ResponseWriter, r *http.Request, v *ui.View, do func(id string, version int, note string) error) error {
	v.OnDataDay()
	id, note := v.Query.Get("id"), strings.TrimSpace(r.PostFormValue("note"))
	version, _ := strconv.Atoi(r.PostFormValue("version"))
	err := error(nil)
	if r.PostFormValue("sure") == "" {
		err = fault.At("", v.T("procedure.not_sure"), "")
	} else {
		err = do(id, version, note)
	}
	var wrong *fault.Error
	if errors.As(err, &wrong) && (errors.Is(err, fault.Invalid) || errors.Is(err, fault.Conflict)) {
		status := http.StatusUnprocessableEntity
		if errors.Is(err, fault.Conflict) {
			status = http.StatusConflict
		}
		return p.one(w, r, v, status, id, wrongText(v, wrong), note)
	}
	if err != nil {
		return err
	}
	http.Redirect(w, r, string(v.To(onePath, "id", id)), http.StatusSeeOther)
	return nil
}

// Apply answers POST /limits/procedures/apply.
func (p *Pages) Apply(w http.ResponseWriter, r *http.Request, v *ui.View) error {
	return p.act(w, r, v, func(id string, version int, note string) error {
		return p.source.Apply(r.Context(), v.Who, id, version, note)
	})
}

// Decide answers POST /limits/procedures/decide.
func (p *Pages) Decide(w http.ResponseWriter, r *http.Request, v *ui.View) error {
	return p.act(w, r, v, func(id string, version int, note string) error {
		return p.source.Decide(r.Context(), v.Who, id, version, r.PostFormValue("verdict") == "agree", note)
	})
}

// Record answers POST /limits/procedures/record: a decision made on paper.
func (p *Pages) Record(w http.ResponseWriter, r *http.Request, v *ui.View) error {
	return p.act(w, r, v, func(id string, version int, note string) error {
		day, err := civil.ParseDate(strings.TrimSpace(r.PostFormValue("day")))
		if err != nil {
			return fault.At("day", v.T("procedure.bad_day"), "")
		}
		return p.source.Record(r.Context(), v.Who, id, version, r.PostFormValue("verdict") == "agree", Paper{No: r.PostFormValue("paper"), Note: note, Day: day})
	})
}

// Withdraw answers POST /limits/procedures/withdraw.
func (p *Pages) Withdraw(w http.ResponseWriter, r *http.Request, v *ui.View) error {
	return p.act(w, r, v, func(id string, version int, note string) error {
		return p.source.Withdraw(r.Context(), v.Who, id, version, note)
	})
}

// End answers POST /limits/procedures/end: the last day of an open period.
func (p *Pages) End(w http.ResponseWriter, r *http.Request, v *ui.View) error {
	return p.act(w, r, v, func(id string, version int, _ string) error {
		return p.source.End(r.Context(), v.Who, id, version, strings.TrimSpace(r.PostFormValue("until")))
	})
}

// mayExport reports whether the person may take the register away as a file.
func mayExport(v *ui.View) bool { return v.Who.Can(access.Export) }

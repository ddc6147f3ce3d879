package data

import (
	"errors"
	"io"
	"iter"
	"net/http"
	"slices"
	"strconv"

	"zhunsheng/internal/docket"
	"zhunsheng/internal/fault"
	"zhunsheng/web/ui"
)

// uploadForm is the view model of the first step.
type uploadForm struct {
	Mappings []string
	Mapping  string
	Failures []string
}

// ImportForm asks for files.
func (p *Pages) ImportForm(w http.ResponseWriter, r *http.Request, v *ui.View) error {
	return p.showUpload(w, r, v, http.StatusOK, uploadForm{})
}

func (p *Pages) showUpload(w http.ResponseWriter, r *http.Request, v *ui.View, status int, f uploadForm) error {
	names, err := p.imports.Mappings(r.Context())
	if err != nil {
		return err
	}
	f.Mappings = names
	return ui.Render(w, r, status, uploadPage(v, f))
}

// Upload hands the files on as they arrive, without keeping them in memory. The mapping is
// the first part of the form, so it is known before the first file.
func (p *Pages) Upload(w http.ResponseWriter, r *http.Request, v *ui.View) error {
	reader, err := r.MultipartReader()
	if err != nil {
		return fault.At("upload", v.T("data.no_file"), "")
	}
	var mapping string
	part, err := reader.NextPart()
	if err == nil && part.FormName() == "mapping" {
		text, e := io.ReadAll(io.LimitReader(part, 200))
		if e != nil {
			return fault.At("upload", v.T("data.broken_upload"), "")
		}
		mapping = string(text)
		part, err = reader.NextPart()
	}
	files := func(yield func(Upload, error) bool) {
		for ; err == nil; part, err = reader.NextPart() {
			if part.FileName() == "" {
				continue
			}
			if !yield(Upload{Name: part.FileName(), R: part}, nil) {
				return
			}
		}
		if !errors.Is(err, io.EOF) {
			yield(Upload{}, fault.At("upload", v.T("data.broken_upload"), ""))
		}
	}
	seen := 0
	id, err := p.imports.Stage(r.Context(), v.Who, mapping, counted(files, &seen))
	if seen == 0 {
		err = fault.At("upload", v.T("data.no_file"), "")
	}
	if errors.Is(err, fault.Invalid) || errors.Is(err, fault.Conflict) {
		return p.showUpload(w, r, v, http.StatusUnprocessableEntity, uploadForm{Mapping: mapping, Failures: []string{err.Error()}})
	}
	if err != nil {
		return err
	}
	http.Redirect(w, r, string(v.To("/data/staged/"+id)), http.StatusSeeOther)
	return nil
}

func counted(files iter.Seq2[Upload, error], n *int) iter.Seq2[Upload, error] {
	return func(yield func(Upload, error) bool) {
		for f, err := range files {
			if err == nil {
				*n++
			}
			if !yield(f, err) {
				return
			}
		}
	}
}

// preview is the view model of the mapping page.
type preview struct {
	ID       string
	Files    []fileLine
	Detected string
	Mapping  string
	Columns  []previewColumn
	Fields   []ui.Option
	Notes    []string
	Missing  []string
	Name     string
	Failures []string
}

type previewColumn struct {
	Header, Field string
	Sample        []string
}

// Preview shows how the columns will be read, for correction.
func (p *Pages) Preview(w http.ResponseWriter, r *http.Request, v *ui.View) error {
	s, err := p.imports.Staged(r.Context(), v.Who, r.PathValue("id"))
	if err != nil {
		return err
	}
	return ui.Render(w, r, http.StatusOK, previewPage(v, previewOf(v, s, s.Columns)))
}

func previewOf(v *ui.View, s Staged, columns map[string]string) preview {
	m := preview{ID: s.ID, Detected: s.Detected, Mapping: s.Mapping, Fields: fieldOptions(v)}
	for _, f := range s.Files {
		m.Files = append(m.Files, fileLine{f.Name, f.SHA256, ui.Bytes(f.Bytes)})
	}
	mapped := map[string]bool{}
	for i, h := range s.Headers {
		c := previewColumn{Header: h, Field: columns[h]}
		for _, row := range s.Sample {
			if i < len(row) && len(c.Sample) < 3 {
				c.Sample = append(c.Sample, row[i])
			}
		}
		mapped[c.Field] = true
		m.Columns = append(m.Columns, c)
	}
	for _, n := range s.Notes {
		m.Notes = append(m.Notes, v.Pick(n))
	}
	for _, f := range s.Missing {
		if !mapped[f] {
			m.Missing = append(m.Missing, fieldName(v, f))
		}
	}
	return m
}

// fieldOptions are the columns of the case record that a file's column may become.
func fieldOptions(v *ui.View) []ui.Option {
	var out []ui.Option
	for _, f := range docket.FileFields {
		out = append(out, ui.Option{Value: f.Name, Label: fieldName(v, f.Name) + "　" + f.Name})
	}
	return out
}

func fieldName(v *ui.View, name string) string {
	f, ok := docket.FieldByName(name)
	switch {
	case !ok:
		return name
	case v.Lang == ui.English:
		return f.En
	}
	return f.Zh
}

// Start loads what was staged. Corrected columns replace the saved mapping; nothing chosen
// is lost when the choice cannot stand.
func (p *Pages) Start(w http.ResponseWriter, r *http.Request, v *ui.View) error {
	s, err := p.imports.Staged(r.Context(), v.Who, r.PathValue("id"))
	if err != nil {
		return err
	}
	columns := map[string]string{}
	for i, h := range s.Headers {
		columns[h] = r.PostFormValue(columnName(i))
	}
	c := Choice{Mapping: s.Mapping, Name: r.PostFormValue("name")}
	if s.Mapping == "" || changed(s, columns) {
		c = Choice{Columns: columns, Name: c.Name}
	}
	failures := check(v, s, columns)
	if len(failures) == 0 {
		id, err := p.imports.Start(r.Context(), v.Who, s.ID, c)
		if err == nil {
			return see(w, r, v, id)
		}
		if !errors.Is(err, fault.Invalid) && !errors.Is(err, fault.Conflict) {
			return err
		}
		failures = []string{err.Error()}
	}
	m := previewOf(v, s, columns)
	m.Failures, m.Name = failures, c.Name
	return ui.Render(w, r, http.StatusUnprocessableEntity, previewPage(v, m))
}

func changed(s Staged, columns map[string]string) bool {
	return slices.ContainsFunc(s.Headers, func(h string) bool { return s.Columns[h] != columns[h] })
}

// check finds what the page itself can see: a field chosen twice, a needed field not chosen.
func check(v *ui.View, s Staged, columns map[string]string) []string {
	var out []string
	from := map[string]string{}
	for _, h := range s.Headers {
		field := columns[h]
		if field == "" {
			continue
		}
		if other, twice := from[field]; twice {
			out = append(out, v.T("data.twice", "Field", fieldName(v, field), "A", other, "B", h))
		}
		from[field] = h
	}
	if s.Mapping != "" && !changed(s, columns) {
		return out
	}
	for _, f := range s.Missing {
		if from[f] == "" {
			out = append(out, v.T("data.needed", "Field", fieldName(v, f)))
		}
	}
	return out
}

// columnName is the name of the select of the i-th column.
func columnName(i int) string { return "column." + strconv.Itoa(i) }

package app

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"slices"
	"strings"

	"zhunsheng/internal/access"
	"zhunsheng/internal/civil"
	"zhunsheng/internal/fault"
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
		if !at.City {
			break // a court reads what was issued to it, as a document
		}
		v := documents.Edition{ID: e.ID, Kind: e.Kind, Court: e.Court, Batch: e.Batch, Built: e.Created, By: e.Who, Paper: e.Paper}
		if v.Period, err = civil.ParsePeriod(e.Period); err != nil {
			return nil, fmt.Errorf("edition %s: %w", e.ID, err)
		}
		v.Title = l.place(e.Court, "zh") + v.Period.String()
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
	if !at.City {
		return documents.File{}, nil, fault.Forbiddenf("the edition %s is the office's own; open what was issued to your court among the documents", id)
	}
	for _, f := range e.Files {
		if f.Name == name {
			out := documents.File{Name: f.Name, Type: mediaType(f.Name), Bytes: int64(len(f.Data))}
			return out, io.NopCloser(bytes.NewReader(f.Data)), a.note(ctx, at, "bulletin.open", id, name)
		}
	}
	return documents.File{}, nil, fault.NotFoundf("the bulletin %s has no file %s", id, name)
}

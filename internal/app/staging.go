package app

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"zhunsheng/internal/access"
	"zhunsheng/internal/fault"
	"zhunsheng/internal/ledger"
	"zhunsheng/web/page/data"
)

// staged is a set of uploaded files that waits for the clerk's decision, kept in a folder of
// the installation so that nothing is lost when the browser is closed.
type staged struct {
	Owner   string
	Mapping string // asked for at the upload; empty: suggest
	Files   []data.File
}

func (a *App) stagingDir(id string) (string, error) {
	if len(id) != 32 || strings.Trim(id, "0123456789abcdef") != "" {
		return "", fault.NotFoundf("no staged upload %q", id)
	}
	return filepath.Join(a.cfg.Data, "staging", id), nil
}

// stage writes the uploads to a new folder.
func (a *App) stage(at access.Scope, mapping string, files iter.Seq2[data.Upload, error]) (id string, err error) {
	raw := make([]byte, 16)
	if _, err := rand.Read(raw); err != nil {
		return "", fmt.Errorf("name the upload: %w", err)
	}
	id = hex.EncodeToString(raw)
	dir, err := a.stagingDir(id)
	if err != nil {
		return "", err
	}
	if err := os.MkdirAll(dir, 0o750); err != nil {
		return "", fmt.Errorf("make the staging folder: %w", err)
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.RemoveAll(dir))
		}
	}()
	s := staged{Owner: at.User, Mapping: mapping}
	for up, err := range files {
		if err != nil {
			return "", err
		}
		f, err := keep(dir, len(s.Files), up)
		if err != nil {
			return "", fmt.Errorf("receive %s: %w", up.Name, err)
		}
		s.Files = append(s.Files, f)
	}
	if len(s.Files) == 0 {
		return "", fault.At("files", "no file was sent", "choose at least one file")
	}
	b, err := json.Marshal(s)
	if err != nil {
		return "", err
	}
	return id, os.WriteFile(filepath.Join(dir, "staged.json"), b, 0o640)
}

// keep writes one upload under its number: names from a browser never become paths.
func keep(dir string, no int, up data.Upload) (data.File, error) {
	w, err := os.OpenFile(stagedPath(dir, no), os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o640)
	if err != nil {
		return data.File{}, err
	}
	h := sha256.New()
	n, err := io.Copy(io.MultiWriter(w, h), up.R)
	if err = errors.Join(err, w.Close()); err != nil {
		return data.File{}, err
	}
	return data.File{Name: filepath.Base(up.Name), SHA256: hex.EncodeToString(h.Sum(nil)), Bytes: n}, nil
}

func stagedPath(dir string, no int) string { return filepath.Join(dir, fmt.Sprintf("%03d", no)) }

// loadStaged reads a staged set back; only who staged it may.
func (a *App) loadStaged(at access.Scope, id string) (staged, string, error) {
	var s staged
	dir, err := a.stagingDir(id)
	if err != nil {
		return s, "", err
	}
	b, err := os.ReadFile(filepath.Join(dir, "staged.json"))
	if errors.Is(err, fs.ErrNotExist) {
		return s, "", fault.NotFoundf("the upload %s is not here any more: it was loaded already, or send the files again", id)
	}
	if err != nil {
		return s, "", err
	}
	if err := json.Unmarshal(b, &s); err != nil {
		return s, "", fmt.Errorf("staged upload %s: %w", id, err)
	}
	if s.Owner != at.User {
		return s, "", fault.Forbiddenf("the upload %s belongs to %s", id, s.Owner)
	}
	return s, dir, nil
}

// stagedInputs opens the files of a staged set; closing is the caller's.
func stagedInputs(dir string, files []data.File) (inputs []ledger.Input, closers []io.Closer, err error) {
	for i, f := range files {
		r, err := os.Open(stagedPath(dir, i))
		if err != nil {
			for _, c := range closers {
				_ = c.Close() // read-only
			}
			return nil, nil, fmt.Errorf("open %s: %w", f.Name, err)
		}
		inputs = append(inputs, ledger.Input{Name: f.Name, R: r, Size: f.Bytes})
		closers = append(closers, r)
	}
	return inputs, closers, nil
}

// Staged shows what was detected in the first file and how its columns would be read.
func (a importDesk) Staged(ctx context.Context, at access.Scope, id string) (data.Staged, error) {
	if err := at.Need(access.ImportData); err != nil {
		return data.Staged{}, err
	}
	s, dir, err := a.loadStaged(at, id)
	if err != nil {
		return data.Staged{}, err
	}
	inputs, closers, err := stagedInputs(dir, s.Files)
	if err != nil {
		return data.Staged{}, err
	}
	defer func() {
		for _, c := range closers {
			_ = c.Close() // read-only
		}
	}()
	out := data.Staged{ID: id, Files: s.Files, Mapping: s.Mapping}
	tables, err := ledger.OpenTables(inputs[0], ledger.Options{})
	if err != nil {
		return out, err
	}
	t := tables[0]
	if out.Sample, err = t.Sample(20); err != nil {
		return out, err
	}
	out.Headers, out.Detected = t.Header, t.Detected.String()
	return out, a.propose(ctx, &out, inputs[0].Name)
}

// propose fills in how the columns would be read: by the mapping asked for, else by the best
// suggestion.
func (a importDesk) propose(ctx context.Context, out *data.Staged, file string) error {
	known, err := a.importer.Mappings(ctx)
	if err != nil {
		return err
	}
	if m := known[out.Mapping]; m != nil {
		out.Columns = m.ColumnsOf(file, out.Headers)
		return nil
	}
	m, notes := ledger.Suggest(out.Headers, out.Sample, mappingList(known), a.words)
	if known[m.Name] != nil {
		out.Mapping = m.Name
	}
	out.Columns = m.ColumnsOf(file, out.Headers)
	out.Missing = m.Missing()
	for _, n := range notes {
		out.Notes = append(out.Notes, n.Text)
	}
	return nil
}

// mappingList puts mappings into a fixed order, so that suggestions do not change by chance.
func mappingList(known map[string]*ledger.Mapping) []*ledger.Mapping {
	var out []*ledger.Mapping
	for _, name := range slices.Sorted(maps.Keys(known)) {
		out = append(out, known[name])
	}
	return out
}

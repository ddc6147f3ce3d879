package app

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"zhunsheng/internal/access"
	"zhunsheng/internal/fault"
)

// manifestName is the file that makes a folder a whole backup: it is written last.
const manifestName = "manifest.json"

// lastBackupKey is the setting that holds the moment of the last backup.
const lastBackupKey = "last_backup"

// Manifest says what a backup holds; without it, or with a file that differs, it is not restored.
type Manifest struct {
	Program string         `json:"program"`
	Made    time.Time      `json:"made"`
	DataDay string         `json:"data_day"`
	Batch   int64          `json:"batch"` // last batch committed
	Files   []ManifestFile `json:"files"`
}

// ManifestFile is one file of a backup.
type ManifestFile struct {
	Path   string `json:"path"` // relative, with slashes
	Bytes  int64  `json:"bytes"`
	SHA256 string `json:"sha256"`
}

// Bytes is the size of all files.
func (m Manifest) Bytes() (n int64) {
	for _, f := range m.Files {
		n += f.Bytes
	}
	return n
}

// Backup copies the installation into a new folder while it may be serving. Figure columns are
// left out, they are rebuilt from the ledger; so are uploads that nobody has loaded yet.
func (a *App) Backup(ctx context.Context, who access.Scope, dir string) (Manifest, error) {
	if err := who.Need(access.ManageUsers); err != nil {
		return Manifest{}, err
	}
	if err := mustBeEmpty(dir); err != nil {
		return Manifest{}, err
	}
	if err := os.MkdirAll(dir, 0o750); err != nil {
		return Manifest{}, fmt.Errorf("make the folder of the backup: %w", err)
	}
	m := Manifest{Program: Version, Made: a.now().UTC().Truncate(time.Second)}
	state, err := officeDesk{a}.State(ctx)
	if err != nil {
		return m, err
	}
	m.DataDay, m.Batch = state.DataDay.String(), state.Batch
	paths, err := a.store.Backup(ctx, dir)
	if err != nil {
		return m, err
	}
	for _, p := range paths {
		f, err := measured(dir, p)
		if err != nil {
			return m, err
		}
		m.Files = append(m.Files, f)
	}
	body, err := json.MarshalIndent(m, "", "  ")
	if err != nil {
		return m, err
	}
	if err := os.WriteFile(filepath.Join(dir, manifestName), append(body, '\n'), 0o640); err != nil {
		return m, fmt.Errorf("write the manifest: %w", err)
	}
	if err := a.store.SetSetting(ctx, lastBackupKey, m.Made.Format(time.RFC3339)); err != nil {
		return m, err
	}
	return m, a.note(ctx, who, "backup", filepath.Base(dir), fmt.Sprintf("batch %d, %d files, %d bytes", m.Batch, len(m.Files), m.Bytes()))
}

// mustBeEmpty refuses a folder that holds anything.
func mustBeEmpty(dir string) error {
	left, err := os.ReadDir(dir)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return fault.At(dir, "cannot be read as a folder", "name a folder")
	case len(left) > 0:
		return &fault.Error{Kind: fault.Conflict, Place: dir, Text: "is not empty", Remedy: "name an empty folder or one that does not exist"}
	}
	return nil
}

// measured hashes one file of a folder.
func measured(dir, path string) (ManifestFile, error) {
	f := ManifestFile{Path: path}
	r, err := os.Open(filepath.Join(dir, filepath.FromSlash(path)))
	if err != nil {
		return f, err
	}
	h := sha256.New()
	f.Bytes, err = io.Copy(h, r)
	f.SHA256 = hex.EncodeToString(h.Sum(nil))
	return f, errors.Join(err, r.Close())
}

// Restore puts a backup in the place of an installation that does not exist yet. Every file is
// compared with the manifest on the way; the folder appears under its name only when all agree.
func Restore(ctx context.Context, cfg Config, from string) (Manifest, error) {
	var m Manifest
	if cfg.Ledger != "" || cfg.Office != "" {
		return m, &fault.Error{Kind: fault.Invalid, Place: "restore", Text: "the databases lie on a server", Remedy: "restore them with the server's own tools"}
	}
	body, err := os.ReadFile(filepath.Join(from, manifestName))
	if err != nil {
		return m, fault.At(from, "has no "+manifestName+": it is no backup, or one that was cut off", "name the folder of a whole backup")
	}
	if err := json.Unmarshal(body, &m); err != nil {
		return m, fault.At(filepath.Join(from, manifestName), "cannot be read: "+err.Error(), "take another backup")
	}
	if err := mustBeEmpty(cfg.Data); err != nil {
		return m, err
	}
	target := filepath.Clean(cfg.Data)
	if err := os.MkdirAll(filepath.Dir(target), 0o750); err != nil {
		return m, fmt.Errorf("make the installation folder: %w", err)
	}
	tmp, err := os.MkdirTemp(filepath.Dir(target), filepath.Base(target)+".restoring-")
	if err != nil {
		return m, fmt.Errorf("make the installation folder: %w", err)
	}
	for _, f := range m.Files {
		if err = errors.Join(ctx.Err(), f.restore(from, tmp)); err != nil {
			break
		}
	}
	if err == nil {
		if err = os.Remove(target); errors.Is(err, fs.ErrNotExist) {
			err = nil
		}
	}
	if err == nil {
		err = os.Rename(tmp, target)
	}
	if err != nil {
		return m, errors.Join(err, os.RemoveAll(tmp))
	}
	return m, nil
}

// restore copies one file and compares it with the manifest.
func (f ManifestFile) restore(from, to string) error {
	if !filepath.IsLocal(filepath.FromSlash(f.Path)) {
		return fault.At(f.Path, "lies outside the backup", "take another backup")
	}
	r, err := os.Open(filepath.Join(from, filepath.FromSlash(f.Path)))
	if err != nil {
		return fault.At(f.Path, "is missing in the backup", "take another backup")
	}
	defer func() { _ = r.Close() }() // read-only
	path := filepath.Join(to, filepath.FromSlash(f.Path))
	if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
		return err
	}
	w, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o640)
	if err != nil {
		return err
	}
	h := sha256.New()
	n, err := io.Copy(io.MultiWriter(w, h), r)
	if err == nil {
		err = w.Sync()
	}
	if err = errors.Join(err, w.Close()); err != nil {
		return err
	}
	if got := hex.EncodeToString(h.Sum(nil)); got != f.SHA256 || n != f.Bytes {
		return &fault.Error{Kind: fault.Conflict, Place: f.Path, Text: "differs from the manifest of the backup", Remedy: "take another backup; nothing was restored"}
	}
	return nil
}

// lastBackup is when the installation was copied last; zero: never.
func (a *App) lastBackup(ctx context.Context) (time.Time, error) {
	s, ok, err := a.store.Setting(ctx, lastBackupKey)
	if err != nil || !ok {
		return time.Time{}, err
	}
	return time.Parse(time.RFC3339, s)
}

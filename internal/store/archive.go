package store

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"os"
	"path/filepath"

	"zhunsheng/internal/fault"
)

// archivePart is the size of the pieces in which a server keeps archived files.
const archivePart = 1 << 20

// archiver writes one input file, unchanged inside gzip, hashing it on the way.
type archiver struct {
	sum  hash.Hash
	size int64
}

func (a *archiver) copy(w io.Writer, r io.Reader) error {
	zip, err := gzip.NewWriterLevel(w, gzip.BestSpeed)
	if err != nil {
		return err
	}
	a.sum = sha256.New()
	if a.size, err = io.Copy(io.MultiWriter(zip, a.sum), r); err != nil {
		return err
	}
	return zip.Close()
}

func (a *archiver) hex() string { return hex.EncodeToString(a.sum.Sum(nil)) }

// archiveFolder is where an embedded store keeps the input files of a batch, relative to the
// folder of the database.
func archiveFolder(batch int64) string { return filepath.Join("archive", fmt.Sprintf("%08d", batch)) }

// saveFile archives into a file, which appears under its name only when it is complete and on
// the disk.
func (s *Store) saveFile(batch int64, no int, r io.Reader) (File, error) {
	root := filepath.Dir(s.ledger.path)
	f := File{Batch: batch, No: no, Path: filepath.ToSlash(filepath.Join(archiveFolder(batch), fmt.Sprintf("%03d.gz", no)))}
	path := filepath.Join(root, filepath.FromSlash(f.Path))
	if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
		return f, fmt.Errorf("make the archive folder: %w", err)
	}
	part, err := os.CreateTemp(filepath.Dir(path), "incoming-*")
	if err != nil {
		return f, fmt.Errorf("archive: %w", err)
	}
	var a archiver
	err = a.copy(part, r)
	if err == nil {
		err = part.Sync()
	}
	if err = errors.Join(err, part.Close()); err == nil {
		err = os.Rename(part.Name(), path)
	}
	if err != nil {
		return f, errors.Join(fmt.Errorf("archive: %w", err), os.Remove(part.Name()))
	}
	f.SHA256, f.Bytes = a.hex(), a.size
	return f, syncFolder(filepath.Dir(path))
}

// syncFolder makes a rename durable.
func syncFolder(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// saveParts archives into rows of archive_part, in tx.
func (s *Store) saveParts(ctx context.Context, tx *sql.Tx, batch int64, no int, r io.Reader) (File, error) {
	f := File{Batch: batch, No: no}
	w := &partWriter{put: func(part int, data []byte) error {
		_, err := tx.ExecContext(ctx, s.stmts.get("archive_part_insert"), batch, no, part, data)
		return err
	}}
	var a archiver
	if err := errors.Join(a.copy(w, r), w.flush()); err != nil {
		return f, fmt.Errorf("archive: %w", err)
	}
	f.SHA256, f.Bytes = a.hex(), a.size
	return f, nil
}

// partWriter cuts a stream into pieces of archivePart bytes.
type partWriter struct {
	buf  []byte
	part int
	put  func(part int, data []byte) error
}

func (w *partWriter) Write(p []byte) (int, error) {
	w.buf = append(w.buf, p...)
	for len(w.buf) >= archivePart {
		if err := w.put(w.part, w.buf[:archivePart]); err != nil {
			return 0, err
		}
		w.part++
		w.buf = append(w.buf[:0], w.buf[archivePart:]...)
	}
	return len(p), nil
}

func (w *partWriter) flush() error {
	if len(w.buf) == 0 {
		return nil
	}
	return w.put(w.part, w.buf)
}

// Archived is an input file as it came, taken out of the archive and checked against its
// hash. Close removes the working copy.
type Archived struct {
	File
	work *os.File
}

// ReadAt reads the file as it came.
func (a *Archived) ReadAt(p []byte, off int64) (int, error) { return a.work.ReadAt(p, off) }

// Close removes the working copy.
func (a *Archived) Close() error { return errors.Join(a.work.Close(), os.Remove(a.work.Name())) }

// OpenArchived unpacks an archived file into a working copy for reading at any place. A file
// whose content is not what was imported is an error.
func (s *Store) OpenArchived(ctx context.Context, f File) (*Archived, error) {
	packed, err := s.packed(ctx, f)
	if err != nil {
		return nil, err
	}
	defer func() { _ = packed.Close() }()
	zip, err := gzip.NewReader(packed)
	if err != nil {
		return nil, damaged(f, err.Error())
	}
	work, err := os.CreateTemp("", "zhunsheng-archived-*")
	if err != nil {
		return nil, err
	}
	sum := sha256.New()
	if _, err := io.Copy(io.MultiWriter(work, sum), zip); err != nil {
		return nil, errors.Join(damaged(f, err.Error()), work.Close(), os.Remove(work.Name()))
	}
	if got := hex.EncodeToString(sum.Sum(nil)); got != f.SHA256 {
		return nil, errors.Join(damaged(f, "its SHA-256 is "+got+", not "+f.SHA256), work.Close(), os.Remove(work.Name()))
	}
	return &Archived{f, work}, nil
}

func damaged(f File, what string) error {
	return &fault.Error{Kind: fault.Conflict, Place: fmt.Sprintf("archive of batch %d, file %s", f.Batch, f.Name),
		Text: "the archived copy is damaged: " + what, Remedy: "restore the archive from a backup"}
}

// packed opens the gzip stream of an archived file.
func (s *Store) packed(ctx context.Context, f File) (io.ReadCloser, error) {
	if f.Path != "" {
		r, err := os.Open(filepath.Join(filepath.Dir(s.ledger.path), filepath.FromSlash(f.Path)))
		if os.IsNotExist(err) {
			return nil, damaged(f, "it is missing")
		}
		return r, err
	}
	return io.NopCloser(&partReader{next: func(part int) ([]byte, error) {
		var data []byte
		err := s.ledger.read.QueryRowContext(ctx, s.stmts.get("archive_part"), f.Batch, f.No, part).Scan(&data)
		if errors.Is(err, sql.ErrNoRows) {
			return nil, io.EOF
		}
		return data, err
	}}), nil
}

// partReader joins the pieces of a stream.
type partReader struct {
	cur  bytes.Reader
	part int
	next func(part int) ([]byte, error)
}

func (r *partReader) Read(p []byte) (int, error) {
	for r.cur.Len() == 0 {
		data, err := r.next(r.part)
		if err != nil {
			return 0, err
		}
		r.part++
		r.cur.Reset(data)
	}
	return r.cur.Read(p)
}

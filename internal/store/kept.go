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
	"io"

	"zhunsheng/internal/fault"
)

// Keep keeps a text for ever under its hash, which it returns; equal texts are kept once.
func (s *Store) Keep(ctx context.Context, text []byte) (hash string, err error) {
	hash, body, err := packed(text)
	if err != nil {
		return "", err
	}
	err = s.office.update(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, s.stmts.get("kept_text_insert"), hash, body)
		return err
	})
	return hash, err
}

// Kept returns the text kept under a hash, or fault.NotFound; a text that is not the one that
// was kept is a conflict.
func (s *Store) Kept(ctx context.Context, hash string) ([]byte, error) {
	var body []byte
	err := s.office.read.QueryRowContext(ctx, s.stmts.get("kept_text"), hash).Scan(&body)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, fault.NotFoundf("no text is kept under %q", hash)
	}
	if err != nil {
		return nil, err
	}
	text, err := unpacked(body, hash)
	if err != nil {
		return nil, &fault.Error{Kind: fault.Conflict, Place: "kept text " + hash, Text: err.Error(), Remedy: "restore the office from a backup"}
	}
	return text, nil
}

// packed compresses a text and names it by the SHA-256 of its content.
func packed(text []byte) (hash string, body []byte, err error) {
	var b bytes.Buffer
	zip := gzip.NewWriter(&b)
	_, err = zip.Write(text)
	err = errors.Join(err, zip.Close())
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:]), b.Bytes(), err
}

// unpacked is the text of a packed body; one that is not what the hash names is an error.
func unpacked(body []byte, hash string) ([]byte, error) {
	zip, err := gzip.NewReader(bytes.NewReader(body))
	if err != nil {
		return nil, fmt.Errorf("the content cannot be read: %w", err)
	}
	text, err := io.ReadAll(zip)
	if err != nil {
		return nil, fmt.Errorf("the content cannot be read: %w", err)
	}
	if sum := sha256.Sum256(text); hex.EncodeToString(sum[:]) != hash {
		return nil, errors.New("the content is not what was kept")
	}
	return text, nil
}

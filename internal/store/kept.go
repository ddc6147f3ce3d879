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
	sum := sha256.Sum256(text)
	hash = hex.EncodeToString(sum[:])
	var body bytes.Buffer
	zip := gzip.NewWriter(&body)
	_, err = zip.Write(text)
	if err = errors.Join(err, zip.Close()); err != nil {
		return "", err
	}
	err = s.office.update(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, s.stmts.get("kept_text_insert"), hash, body.Bytes())
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
	text, err := inflate(body)
	if sum := sha256.Sum256(text); err != nil || hex.EncodeToString(sum[:]) != hash {
		return nil, &fault.Error{Kind: fault.Conflict, Place: "kept text " + hash, Text: "the content is not what was kept", Remedy: "restore the office from a backup"}
	}
	return text, nil
}

func inflate(body []byte) ([]byte, error) {
	zip, err := gzip.NewReader(bytes.NewReader(body))
	if err != nil {
		return nil, fmt.Errorf("kept text: %w", err)
	}
	return io.ReadAll(zip)
}

package columns

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
)

// Digests returns the SHA-256 of every court's segment, over the bytes of its file. Segments
// built from equal ledgers are equal, whenever and in how many steps they were built.
func (s *Store) Digests(ctx context.Context) (map[string]string, error) {
	snap, err := s.snapshot(ctx)
	if err != nil {
		return nil, err
	}
	out := make(map[string]string, len(snap.segments))
	for _, seg := range snap.segments {
		data, err := seg.encode()
		if err != nil {
			return nil, fmt.Errorf("court %s: %w", seg.court, err)
		}
		sum := sha256.Sum256(data)
		out[seg.court] = hex.EncodeToString(sum[:])
	}
	return out, nil
}

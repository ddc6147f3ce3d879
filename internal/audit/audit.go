// Package audit is the log of who did or saw what: a chain of records in which every
// record holds the hash of the one before, so that a changed, removed or inserted record
// shows. It keeps nothing itself; the store appends and reads.
package audit

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"time"

	"zhunsheng/internal/fault"
)

// Entry is what a caller reports: who did what to which object.
type Entry struct {
	Who    string // login name
	Action string // an action word, e.g. sign_in, import, export, view_cases
	Object string // what it was done to: batch 12, edition 藏01-2023-12, user li …
	Detail string // free text or JSON; never party names
}

// Record is one link of the chain.
type Record struct {
	Seq int64     // 1, 2, 3, … without gaps
	At  time.Time // UTC, whole milliseconds
	Entry
	Prev string // Hash of the record before; empty for the first
	Hash string // hex SHA-256 over all fields above
}

// Next links an entry to the record before it; the zero Record stands before the first.
func Next(before Record, at time.Time, e Entry) Record {
	r := Record{Seq: before.Seq + 1, At: at.UTC().Truncate(time.Millisecond), Entry: e, Prev: before.Hash}
	r.Hash = r.sum()
	return r
}

// sum hashes every field with its length in front, so that no two records share an encoding.
func (r Record) sum() string {
	var b []byte
	b = binary.BigEndian.AppendUint64(b, uint64(r.Seq))
	b = binary.BigEndian.AppendUint64(b, uint64(r.At.UnixMilli()))
	for _, s := range []string{r.Who, r.Action, r.Object, r.Detail, r.Prev} {
		b = binary.BigEndian.AppendUint64(b, uint64(len(s)))
		b = append(b, s...)
	}
	h := sha256.Sum256(b)
	return hex.EncodeToString(h[:])
}

// Check reports whether r follows before, or says which link is broken.
func Check(before, r Record) error {
	place := fmt.Sprintf("audit record %d", r.Seq)
	switch {
	case r.Seq != before.Seq+1:
		return broken(fmt.Sprintf("audit record %d", before.Seq+1), fmt.Sprintf("missing or out of order: record %d follows record %d", r.Seq, before.Seq))
	case r.Prev != before.Hash:
		return broken(place, "does not hold the hash of the record before it")
	case r.Hash != r.sum():
		return broken(place, "was changed after it was written: its hash does not fit its content")
	}
	return nil
}

func broken(place, text string) error {
	return &fault.Error{Kind: fault.Conflict, Place: place, Text: text,
		Remedy: "compare with the last backup and tell the administrator"}
}

// Verify walks records in order and stops at the first broken link. It returns the last good
// record, whose Seq is the number of good records.
func Verify(records func(yield func(Record, error) bool)) (last Record, err error) {
	for r, e := range records {
		if e != nil {
			return last, e
		}
		if err := Check(last, r); err != nil {
			return last, err
		}
		last = r
	}
	return last, nil
}

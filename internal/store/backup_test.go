package store_test

import (
	"context"
	"errors"
	"path/filepath"
	"strings"
	"testing"

	"zhunsheng/internal/fault"
	"zhunsheng/internal/store"
)

// TestBackupWhileAnImportRuns: the copy holds the last committed batch and its archive, the
// running one is interrupted in it, and the copy goes on by itself. A server has its own tools.
func TestBackupWhileAnImportRuns(t *testing.T) {
	onBoth(t, func(t *testing.T, s *store.Store, _ *clock) {
		ctx := context.Background()
		load(t, s, caseRow(2, newCase("藏9801", 1)), caseRow(3, newCase("藏9801", 2)))
		if err := s.AddNote(ctx, store.Note{Court: "藏9801", Key: "k", Who: "li", Body: "kept"}); err != nil {
			t.Fatal(err)
		}
		running, err := s.Begin(ctx, clerk)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = running.Discard(ctx) }()
		if _, err := running.Archive(ctx, "in.csv", strings.NewReader("half")); err != nil {
			t.Fatal(err)
		}
		if err := running.Put(caseRow(2, newCase("藏9801", 3))); err != nil {
			t.Fatal(err)
		}
		dir := t.TempDir()
		files, err := s.Backup(ctx, dir)
		if errors.Is(err, fault.Invalid) && strings.HasSuffix(t.Name(), "postgres") {
			return
		}
		if err != nil || len(files) != 4 {
			t.Fatalf("files %v, %v", files, err)
		}
		copied := open(t, filepath.Join(dir, files[0]), newClock())
		batches, err := copied.Batches(ctx)
		if err != nil || len(batches) != 2 || batches[0].State != store.Interrupted || batches[1].State != store.Committed {
			t.Fatalf("batches of the copy %+v, %v", batches, err)
		}
		a, err := copied.OpenArchived(ctx, batches[1].Files[0])
		if err != nil {
			t.Fatal(err)
		}
		if err := a.Close(); err != nil {
			t.Error(err)
		}
		if notes, err := copied.Notes(ctx, "藏9801", "k"); err != nil || len(notes) != 1 {
			t.Errorf("notes of the copy %v, %v", notes, err)
		}
		if err := copied.Discard(ctx, batches[0].ID); err != nil {
			t.Fatal(err)
		}
		if b := load(t, copied, caseRow(2, newCase("藏9801", 3))); b.New != 1 {
			t.Errorf("the copy counts %s", counts(b))
		}
	})
}

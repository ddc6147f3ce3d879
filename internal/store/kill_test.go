package store_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"reflect"
	"strings"
	"testing"

	"zhunsheng/internal/fault"
	"zhunsheng/internal/store"
)

// killEnv makes the test program an importer that works until it is killed; its value is the
// address of the store and, after a space, how many rows to put before the sign.
const killEnv = "ZHUNSHENG_TEST_IMPORT"

// importUntilKilled archives a file, puts rows, gives the sign and goes on.
func importUntilKilled() {
	ctx := context.Background()
	var url string
	var rows int
	if _, err := fmt.Sscan(os.Getenv(killEnv), &url, &rows); err != nil {
		panic(err)
	}
	s, err := store.Open(ctx, url, newClock().now)
	if err != nil {
		panic(err)
	}
	im, err := s.Begin(ctx, clerk)
	if err != nil {
		panic(err)
	}
	if _, err := im.Archive(ctx, "in.csv", strings.NewReader("the file of the dead")); err != nil {
		panic(err)
	}
	for n := 0; ; n++ {
		if n == rows {
			fmt.Println("now")
			if rows == 0 {
				select {} // nothing was put: the archive may be incomplete
			}
		}
		if err := im.Put(caseRow(n+2, newCase("藏9801", n))); err != nil {
			panic(err)
		}
	}
}

// killImport starts an importer on the store and kills it in the middle.
func killImport(t *testing.T, url string, rows int) {
	t.Helper()
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(exe)
	cmd.Env = append(os.Environ(), fmt.Sprintf("%s=%s %d", killEnv, url, rows))
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	if line != "now\n" {
		t.Errorf("importer said %q, %v", line, err)
	}
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait()
}

func TestKilledImport(t *testing.T) {
	for name, place := range places {
		t.Run(name, func(t *testing.T) {
			ctx := context.Background()
			url := place(t)
			s := open(t, url, newClock())
			load(t, s, caseRow(2, newCase("藏9801", 1)))
			before, err := s.Checksums(ctx)
			if err != nil {
				t.Fatal(err)
			}

			killImport(t, url, 50_000)
			waitInterrupted(t, s, 2)
			after, err := s.Checksums(ctx)
			if err != nil || !reflect.DeepEqual(before, after) {
				t.Fatalf("the old state is gone: %v\n%v\n%v", err, before, after)
			}
			_, err = s.Begin(ctx, clerk)
			if !errors.Is(err, fault.Conflict) || !strings.Contains(err.Error(), "batch 2 was interrupted: resume or discard") {
				t.Errorf("next import: %v", err)
			}
			resumed := resume(t, s, 2)
			wantCounts(t, resumed, 3, 2, 0, 1, 0, 0)

			killImport(t, url, 50_000)
			waitInterrupted(t, s, 3)
			if err := s.Discard(ctx, 3); err != nil {
				t.Fatal(err)
			}
			if b, err := s.Batch(ctx, 3); err != nil || b.State != store.Discarded {
				t.Errorf("discarded batch: %+v, %v", b, err)
			}

			killImport(t, url, 0)
			waitInterrupted(t, s, 4)
			if _, err := s.Resume(ctx, 4); !errors.Is(err, fault.Conflict) || !strings.Contains(err.Error(), "before all of its files were archived") {
				t.Errorf("resume without the files: %v", err)
			}
			if err := s.Discard(ctx, 4); err != nil {
				t.Fatal(err)
			}
			wantCounts(t, load(t, s, caseRow(2, newCase("藏9801", 2))), 1, 0, 0, 1, 0, 0)
		})
	}
}

// waitInterrupted waits until the database has noticed the death of the importer.
func waitInterrupted(t *testing.T, s *store.Store, batch int64) {
	t.Helper()
	for range 1000 {
		list, err := s.Interrupted(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		if len(list) == 1 && list[0].ID == batch && list[0].State == store.Interrupted && len(list[0].Files) == 1 {
			return
		}
	}
	t.Fatalf("batch %d is not shown as interrupted", batch)
}

// resume reads the archived file and puts three rows in its place.
func resume(t *testing.T, s *store.Store, batch int64) store.Batch {
	t.Helper()
	ctx := context.Background()
	im, err := s.Resume(ctx, batch)
	if err != nil {
		t.Fatal(err)
	}
	a, err := s.OpenArchived(ctx, im.Batch().Files[0])
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(io.NewSectionReader(a, 0, a.Bytes))
	if err != nil || string(text) != "the file of the dead" {
		t.Errorf("archived file: %q, %v", text, err)
	}
	if err := a.Close(); err != nil {
		t.Error(err)
	}
	for n := range 3 {
		if err := im.Put(caseRow(n+2, newCase("藏9801", n))); err != nil {
			t.Fatal(err)
		}
	}
	b, err := im.Commit(ctx)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

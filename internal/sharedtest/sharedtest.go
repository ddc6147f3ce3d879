// Package sharedtest finds the real data and reference texts that stand beside the module
// in a folder named "shared". Only tests import it.
package sharedtest

import (
	"errors"
	"os"
	"path/filepath"
	"sync/atomic"
	"testing"
)

// used counts the tests of this process that were given a shared file.
var used atomic.Int64

// Path returns the full name of a file of the shared folder, e.g.
// "data/courts/courts.csv". The folder is $ZHUNSHENG_SHARED, or else the folder "shared"
// met first when walking up from the module root. Without any such folder the test is
// skipped; with the folder but without the file it fails, so that a moved file cannot
// silently switch a test off. The number of files handed out so far is logged; where
// $ZHUNSHENG_SHARED_LOG names a file, the test's name is added to it, so that `make test` can
// say how many tests ran on real data.
func Path(t testing.TB, rel string) string {
	t.Helper()
	dir := Dir()
	if dir == "" {
		t.Skip("no shared folder: set ZHUNSHENG_SHARED or put it beside the module")
	}
	name := filepath.Join(dir, filepath.FromSlash(rel))
	if _, err := os.Stat(name); err != nil {
		t.Fatalf("the shared folder exists, but %s does not: %v", rel, err)
	}
	t.Logf("shared data: %s (number %d of this package)", rel, used.Add(1))
	if err := note(os.Getenv("ZHUNSHENG_SHARED_LOG"), t.Name()); err != nil {
		t.Fatalf("ZHUNSHENG_SHARED_LOG: %v", err)
	}
	return name
}

// note adds a line to the log of tests that ran on real data, if there is one.
func note(log, test string) error {
	if log == "" {
		return nil
	}
	f, err := os.OpenFile(log, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
	if err != nil {
		return err
	}
	_, err = f.WriteString(test + "\n")
	return errors.Join(err, f.Close())
}

// Dir returns the shared folder, or "" when there is none.
func Dir() string {
	if dir := os.Getenv("ZHUNSHENG_SHARED"); dir != "" {
		return dir
	}
	for dir := moduleRoot(); dir != ""; dir = parent(dir) {
		if name := filepath.Join(dir, "shared"); isDir(name) {
			return name
		}
	}
	return ""
}

// moduleRoot is the nearest folder above the test's own that holds go.mod.
func moduleRoot() string {
	dir, err := os.Getwd()
	if err != nil {
		return ""
	}
	for ; dir != ""; dir = parent(dir) {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir
		}
	}
	return ""
}

// parent returns the folder above, or "" at the top.
func parent(dir string) string {
	if up := filepath.Dir(dir); up != dir {
		return up
	}
	return ""
}

func isDir(name string) bool {
	st, err := os.Stat(name)
	return err == nil && st.IsDir()
}

package sharedtest_test

import (
	"os"
	"path/filepath"
	"testing"

	"zhunsheng/internal/sharedtest"
)

func TestEnvironmentNamesTheFolder(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "x.csv"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("ZHUNSHENG_SHARED", dir)
	if got, want := sharedtest.Path(t, "x.csv"), filepath.Join(dir, "x.csv"); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestWalksUpToTheFolderBesideTheModule(t *testing.T) {
	t.Setenv("ZHUNSHENG_SHARED", "")
	root := t.TempDir()
	inner := filepath.Join(root, "module", "internal", "x")
	for _, dir := range []string{inner, filepath.Join(root, "shared")} {
		if err := os.MkdirAll(dir, 0o700); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(filepath.Join(root, "module", "go.mod"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	t.Chdir(inner)
	got, err := filepath.EvalSymlinks(sharedtest.Dir())
	if err != nil {
		t.Fatal(err)
	}
	want, err := filepath.EvalSymlinks(filepath.Join(root, "shared"))
	if err != nil {
		t.Fatal(err)
	}
	if got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

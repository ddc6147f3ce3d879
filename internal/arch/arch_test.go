package arch_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"zhunsheng/internal/arch"
)

const module = "zhunsheng/"

// file is one Go source file of the module, outside bench/.
type file struct {
	path, pkg string // pkg is the folder, relative to the module
	test      bool
	ast       *ast.File
	imports   []string
}

func load(t *testing.T) []file {
	t.Helper()
	root := filepath.Join("..", "..")
	var files []file
	err := filepath.WalkDir(root, func(p string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, _ := filepath.Rel(root, p)
		rel = filepath.ToSlash(rel)
		if d.IsDir() {
			if rel == "bench" || d.Name() == "testdata" || d.Name() == "node_modules" || (strings.HasPrefix(d.Name(), ".") && rel != ".") {
				return filepath.SkipDir
			}
			return nil
		}
		if !strings.HasSuffix(p, ".go") {
			return nil
		}
		src, err := parser.ParseFile(token.NewFileSet(), p, nil, parser.ParseComments)
		if err != nil {
			return err
		}
		f := file{path: rel, pkg: path.Dir(rel), test: strings.HasSuffix(p, "_test.go"), ast: src}
		for _, i := range src.Imports {
			s, _ := strconv.Unquote(i.Path.Value)
			f.imports = append(f.imports, s)
		}
		files = append(files, f)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(files) < 20 {
		t.Fatalf("only %d Go files found: the walk is broken", len(files))
	}
	return files
}

// layer returns the position of a package in arch.Layers, -1 when it is not listed.
func layer(pkg string) int {
	best, bestLen := -1, -1
	for n, names := range arch.Layers {
		for _, name := range names {
			prefix, wild := strings.CutSuffix(name, "/*")
			if name == pkg || (wild && strings.HasPrefix(pkg, prefix+"/")) {
				if len(prefix) > bestLen {
					best, bestLen = n, len(prefix)
				}
			}
		}
	}
	return best
}

// violation explains why pkg may not import imp, or returns "".
func violation(pkg, imp string) string {
	from, to := layer(pkg), layer(imp)
	switch {
	case from < 0:
		return pkg + " is not in arch.Layers"
	case to < 0:
		return imp + " is not in arch.Layers"
	case to >= from:
		return pkg + " (layer " + strconv.Itoa(from) + ") may not import " + imp + " (layer " + strconv.Itoa(to) + ")"
	}
	for _, d := range arch.Denied {
		if (pkg == d.From || strings.HasPrefix(pkg, d.From+"/")) && imp == d.To {
			return pkg + " may not import " + imp + ": " + d.Why
		}
	}
	return ""
}

func TestImportsPointDown(t *testing.T) {
	for _, f := range load(t) {
		if f.test {
			continue // tests may use anything: they are leaves
		}
		for _, imp := range f.imports {
			if rel, ours := strings.CutPrefix(imp, module); ours {
				if v := violation(f.pkg, rel); v != "" {
					t.Errorf("%s: %s", f.path, v)
				}
				continue
			}
			for _, o := range arch.Owners {
				if (imp == o.Import || strings.HasPrefix(imp, o.Import+"/")) && f.pkg != o.Owner && !strings.HasPrefix(f.pkg, o.Owner+"/") {
					t.Errorf("%s: only %s may import %s: %s", f.path, o.Owner, o.Import, o.Why)
				}
			}
		}
	}
}

func TestPlantedViolationsAreSeen(t *testing.T) {
	for _, v := range [][2]string{
		{"internal/civil", "internal/docket"}, {"internal/indicator", "internal/ledger"},
		{"web/page/cases", "internal/store"}, {"web", "internal/columns"},
		{"internal/store", "internal/columns"}, {"cmd/zhunsheng", "internal/store"}, {"internal/nowhere", "internal/civil"},
	} {
		if violation(v[0], v[1]) == "" {
			t.Errorf("%s importing %s went unnoticed", v[0], v[1])
		}
	}
	if v := violation("internal/app", "internal/store"); v != "" {
		t.Errorf("app must be able to import store: %s", v)
	}
}

func TestPurePackagesStayPure(t *testing.T) {
	for _, f := range load(t) {
		if f.test || !slices.Contains(arch.Pure.Packages, f.pkg) {
			continue
		}
		for _, imp := range f.imports {
			if imp == "context" && slices.Contains(arch.Pure.Contexts, f.pkg) {
				continue
			}
			if slices.Contains(arch.Pure.Forbidden, imp) {
				t.Errorf("%s imports %s, but %s is pure", f.path, imp, f.pkg)
			}
		}
		ast.Inspect(f.ast, func(n ast.Node) bool {
			if s, ok := n.(*ast.SelectorExpr); ok && s.Sel.Name == "Now" {
				if x, ok := s.X.(*ast.Ident); ok && x.Name == "time" {
					t.Errorf("%s asks the clock", f.path)
				}
			}
			return true
		})
	}
}

func TestEveryPackageSaysWhatItIs(t *testing.T) {
	doc := map[string]bool{}
	for _, f := range load(t) {
		if f.test {
			continue
		}
		doc[f.pkg] = doc[f.pkg] || f.ast.Doc != nil
	}
	for pkg, ok := range doc {
		if !ok {
			t.Errorf("package %s has no package comment", pkg)
		}
	}
}

func TestArchitectureNamesEveryPackage(t *testing.T) {
	text, err := os.ReadFile(filepath.Join("..", "..", "ARCHITECTURE.md"))
	if err != nil {
		t.Fatal(err)
	}
	for _, names := range arch.Layers {
		for _, name := range names {
			if !strings.Contains(string(text), "`"+name+"`") {
				t.Errorf("ARCHITECTURE.md does not name `%s`", name)
			}
		}
	}
}

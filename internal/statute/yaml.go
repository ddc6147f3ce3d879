package statute

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"

	"zhunsheng/internal/civil"
	"zhunsheng/internal/fault"
)

// Decode reads one YAML file into out, which must be a pointer. It is strict: an unknown or
// repeated key, a second document and a value of the wrong type are errors. Every error says
// `file:line: what` and is of kind fault.Invalid (fault.NotFound when the file is missing).
// An empty file leaves out as it was.
func Decode(fsys fs.FS, name string, out any) error {
	data, err := fs.ReadFile(fsys, name)
	if errors.Is(err, fs.ErrNotExist) {
		return &fault.Error{Kind: fault.NotFound, Place: name, Text: "no such rules file"}
	}
	if err != nil {
		return fmt.Errorf("read rules file %s: %w", name, err)
	}
	file, err := parser.ParseBytes(data, 0)
	if err != nil {
		return placed(name, err)
	}
	if len(file.Docs) > 1 && file.Docs[1].Body != nil {
		line := file.Docs[1].Body.GetToken().Position.Line
		return fault.At(Place(name, line, 0), "a second YAML document", "keep one document per file")
	}
	if len(file.Docs) == 0 || file.Docs[0].Body == nil {
		return nil
	}
	body := file.Docs[0].Body
	if err := plainOnly(name, body); err != nil {
		return err
	}
	err = nodeInto(body, out)
	if bad, ok := errors.AsType[*dateError](err); ok {
		return fault.At(Place(name, bad.line(body), 0), bad.Error(), "")
	}
	if err != nil {
		return placed(name, err)
	}
	return nil
}

// Doc is one decoded file.
type Doc[T any] struct {
	File  string
	Value T
}

// DecodeAll reads every file that matches glob, sorted by name, each as in [Decode]. In glob
// a ** element stands for any number of folders. Faulty files are left out of the result and
// all their errors are returned together; no match at all is not an error.
func DecodeAll[T any](fsys fs.FS, glob string) ([]Doc[T], error) {
	names, err := match(fsys, glob)
	if err != nil {
		return nil, err
	}
	var docs []Doc[T]
	var faults []error
	for _, name := range names {
		d := Doc[T]{File: name}
		if err := Decode(fsys, name, &d.Value); err != nil {
			faults = append(faults, err)
			continue
		}
		docs = append(docs, d)
	}
	return docs, errors.Join(faults...)
}

// Place prints where a fault is: file:line:column, leaving out what is 0.
func Place(file string, line, column int) string {
	switch {
	case line == 0:
		return file
	case column == 0:
		return fmt.Sprintf("%s:%d", file, line)
	}
	return fmt.Sprintf("%s:%d:%d", file, line, column)
}

func nodeInto(node ast.Node, out any) error {
	return yaml.NodeToValue(node, out, yaml.Strict(), yaml.CustomUnmarshaler(readDate))
}

func readDate(d *civil.Date, text []byte) error {
	s := strings.Trim(strings.TrimSpace(string(text)), `"'`)
	if s == "" || s == "null" || s == "~" {
		*d = 0
		return nil
	}
	v, err := civil.ParseDate(s)
	if err != nil {
		return &dateError{text: s, err: err}
	}
	*d = v
	return nil
}

// dateError is a malformed date. The decoder does not tell its unmarshalers where they are,
// so the place is found afterwards by the text.
type dateError struct {
	text string
	err  error
}

func (e *dateError) Error() string { return e.err.Error() }

func (e *dateError) line(body ast.Node) int {
	finder := &lineFinder{text: e.text}
	ast.Walk(finder, body)
	return finder.line
}

// lineFinder looks for the first scalar with a given text.
type lineFinder struct {
	text string
	line int
}

// Visit implements [ast.Visitor].
func (f *lineFinder) Visit(node ast.Node) ast.Visitor {
	if f.line != 0 {
		return nil
	}
	if s, ok := node.(ast.ScalarNode); ok && s.GetToken() != nil && s.GetToken().Value == f.text {
		f.line = s.GetToken().Position.Line
	}
	return f
}

// placed turns a decoder's error into `file:line: what`.
func placed(name string, err error) error {
	var f *fault.Error
	if errors.As(err, &f) {
		return prefixed(name, f)
	}
	var y yaml.Error
	if errors.As(err, &y) && y.GetToken() != nil {
		text, remedy := explain(y)
		return fault.At(Place(name, y.GetToken().Position.Line, 0), text, remedy)
	}
	return fault.At(name, err.Error(), "")
}

// explain says what a decoder's error means without the names of our Go types.
func explain(y yaml.Error) (text, remedy string) {
	switch e := y.(type) {
	case *yaml.UnknownFieldError:
		return e.Message, "correct the spelling or remove the key"
	case *yaml.DuplicateKeyError:
		return e.Message, "remove one of the two"
	case *yaml.TypeError:
		return fmt.Sprintf("%q is not of the kind wanted here", e.Token.Value), "write a value of kind " + e.DstType.Kind().String()
	}
	return y.GetMessage(), ""
}

// prefixed puts the file name before the place that an unmarshaler below could only give as a line.
func prefixed(name string, f *fault.Error) error {
	g := *f
	if g.Place == "" {
		g.Place = name
	} else {
		g.Place = name + ":" + g.Place
	}
	return &g
}

// mismatch is the error of our own unmarshalers; its place is completed by placed.
func mismatch(node ast.Node, want string) error {
	place := ""
	if t := node.GetToken(); t != nil {
		place = fmt.Sprint(t.Position.Line)
	}
	return fault.At(place, "wrong kind of value", "write "+want)
}

// match expands glob; ** stands for any number of folders.
func match(fsys fs.FS, glob string) ([]string, error) {
	want := strings.Split(glob, "/")
	for _, w := range want {
		if _, err := path.Match(w, ""); err != nil {
			return nil, fmt.Errorf("rules pattern %q: %w", glob, err)
		}
	}
	var names []string
	err := fs.WalkDir(fsys, ".", func(name string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() && matches(want, strings.Split(name, "/")) {
			names = append(names, name)
		}
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("list rules files %s: %w", glob, err)
	}
	slices.SortFunc(names, cmp.Compare[string])
	return names, nil
}

func matches(want, have []string) bool {
	if len(want) == 0 {
		return len(have) == 0
	}
	if want[0] == "**" {
		for i := range len(have) + 1 {
			if matches(want[1:], have[i:]) {
				return true
			}
		}
		return false
	}
	if len(have) == 0 {
		return false
	}
	ok, _ := path.Match(want[0], have[0])
	return ok && matches(want[1:], have[1:])
}

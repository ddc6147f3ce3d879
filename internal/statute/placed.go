package statute

import (
	"strings"

	"github.com/goccy/go-yaml/ast"
)

// Placed is a scalar as it is written, with its place in the file: an expression, a name or
// an exact decimal that a later step checks and may have to complain about.
type Placed struct {
	Text         string
	Line, Column int // of the first character, counted from 1; 0 when the key is absent
	folded       bool
	indent       int // of the lines of a block; 0 for a scalar on one line
}

// IsZero reports whether nothing is written.
func (p Placed) IsZero() bool { return p.Text == "" }

// String returns the text.
func (p Placed) String() string { return p.Text }

// At returns the place in the file of a place inside the text (line from 1, column from 0).
func (p Placed) At(line, column int) (fileLine, fileColumn int) {
	switch {
	case p.folded:
		return p.Line, 0
	case line <= 1:
		return p.Line, p.Column + column
	}
	return p.Line + line - 1, p.indent + column + 1
}

// UnmarshalYAML reads any scalar without interpreting it.
func (p *Placed) UnmarshalYAML(node ast.Node) error {
	switch n := node.(type) {
	case *ast.NullNode:
		*p = Placed{}
		return nil
	case *ast.LiteralNode:
		*p = blockText(n)
		return nil
	case *ast.StringNode:
		pos := n.Token.Position
		*p = Placed{Text: n.Value, Line: pos.Line, Column: pos.Column}
		if strings.HasPrefix(strings.TrimSpace(n.Token.Origin), `"`) || strings.HasPrefix(strings.TrimSpace(n.Token.Origin), `'`) {
			p.Column++
		}
		return nil
	case ast.ScalarNode:
		t := n.GetToken()
		*p = Placed{Text: t.Value, Line: t.Position.Line, Column: t.Position.Column}
		return nil
	}
	return mismatch(node, "a single value")
}

// blockText reads a block scalar (| or >), whose text starts on the line after the marker.
func blockText(n *ast.LiteralNode) Placed {
	p := Placed{Text: strings.TrimRight(n.Value.Value, "\n"), Line: n.Start.Position.Line + 1}
	p.folded = strings.HasPrefix(n.Start.Value, ">")
	origin := strings.TrimLeft(n.Value.Token.Origin, "\n")
	p.indent = len(origin) - len(strings.TrimLeft(origin, " "))
	p.Column = p.indent + 1
	return p
}

// Entry is one key of a mapping with its value.
type Entry[T any] struct {
	Key   Placed
	Value T
}

// Entries is a mapping in the order of the file, each key with its place.
type Entries[T any] []Entry[T]

// UnmarshalYAML reads a mapping; values are read as strictly as the file around them.
func (e *Entries[T]) UnmarshalYAML(node ast.Node) error {
	var pairs []*ast.MappingValueNode
	switch n := node.(type) {
	case *ast.NullNode:
	case *ast.MappingNode:
		pairs = n.Values
	case *ast.MappingValueNode:
		pairs = []*ast.MappingValueNode{n}
	default:
		return mismatch(node, "a mapping of names to values")
	}
	out := make(Entries[T], len(pairs))
	for i, pair := range pairs {
		if err := out[i].Key.UnmarshalYAML(pair.Key); err != nil {
			return err
		}
		if err := nodeInto(pair.Value, &out[i].Value); err != nil {
			return err
		}
	}
	*e = out
	return nil
}

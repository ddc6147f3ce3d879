package statute

import (
	"fmt"

	"github.com/goccy/go-yaml/ast"

	"zhunsheng/internal/fault"
)

// plainOnly refuses what rules never need and what can make a small file grow without bound
// or the decoder stumble: tags, anchors, aliases and merge keys.
func plainOnly(name string, body ast.Node) error {
	v := &plainVisitor{}
	ast.Walk(v, body)
	if v.found == nil {
		return nil
	}
	return fault.At(Place(name, v.found.GetToken().Position.Line, 0), fmt.Sprintf("rules have no %s", v.what), "write the value itself")
}

type plainVisitor struct {
	found ast.Node
	what  string
}

// Visit stops at the first thing refused.
func (v *plainVisitor) Visit(n ast.Node) ast.Visitor {
	if v.found != nil {
		return nil
	}
	switch n.(type) {
	case *ast.TagNode:
		v.found, v.what = n, "tags (!)"
	case *ast.AnchorNode:
		v.found, v.what = n, "anchors (&)"
	case *ast.AliasNode:
		v.found, v.what = n, "aliases (*)"
	case *ast.MergeKeyNode:
		v.found, v.what = n, "merge keys (<<)"
	default:
		return v
	}
	return nil
}

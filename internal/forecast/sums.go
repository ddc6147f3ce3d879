package forecast

import (
	"io"
	"strings"

	"zhunsheng/internal/fault"
)

// ReadNodes reads rows series,parent: which series add up to which, judges to courts and courts
// to the city. The parent of the topmost is empty. Errors name file and line.
func ReadNodes(place string, in io.Reader) ([]Node, error) {
	var out []Node
	err := readRows(place, in, []string{"series", "parent"}, func(at string, row []string) error {
		if row[0] == "" {
			return fault.At(at, "the series is not named", "give series and parent")
		}
		out = append(out, Node{ID: strings.Clone(row[0]), Parent: strings.Clone(row[1])})
		return nil
	})
	if err == nil && len(out) == 0 {
		err = fault.At(place, "it has no rows", "give rows of series,parent")
	}
	return out, err
}

// Sums returns the series of the nodes, in their order, from series that [Read] read. A node
// without series gets the sum of its children; a child counts as nothing before its first period
// (a judge who came later), and where a child's value is missing, so is the sum. All series must
// end with the same period, for forecasts of different months do not add up. Errors are of kind
// fault.Invalid.
func Sums(nodes []Node, series []Series) ([]Series, error) {
	s := summing{given: map[string]*Series{}, children: map[string][]string{}, open: map[string]bool{}}
	for i := range series {
		s.given[series[i].ID] = &series[i]
	}
	named := map[string]bool{}
	for _, n := range nodes {
		named[n.ID] = true
		s.children[n.Parent] = append(s.children[n.Parent], n.ID)
	}
	for i := range series {
		x, first := &series[i], &series[0]
		if !named[x.ID] {
			return nil, fault.At("series "+x.ID, "it has no place in the sum", "name it with its parent, or leave it out")
		}
		if x.form != first.form || x.end() != first.end() {
			return nil, fault.At("series "+x.ID, "it ends with another period than "+first.ID, "give all series up to the same period; write 0 where nothing came")
		}
	}
	out := make([]Series, len(nodes))
	for i, n := range nodes {
		x, err := s.of(n.ID)
		if err != nil {
			return nil, err
		}
		out[i] = *x
	}
	return out, nil
}

// end is the number of the period after the last.
func (s *Series) end() int { return s.period + len(s.Values) }

// summing is what is known while nodes are added up.
type summing struct {
	given    map[string]*Series
	children map[string][]string
	open     map[string]bool // nodes being added up, to notice a circle
}

// of is the series of a node, given or added up.
func (s *summing) of(id string) (*Series, error) {
	if x := s.given[id]; x != nil {
		return x, nil
	}
	if len(s.children[id]) == 0 {
		return nil, fault.At("node "+id, "it has neither rows nor children", "give its series, or those below it")
	}
	if s.open[id] {
		return nil, fault.Invalidf("the nodes run in a circle: give each a parent nearer to the top")
	}
	s.open[id] = true
	var sum *Series
	for _, c := range s.children[id] {
		x, err := s.of(c)
		if err != nil {
			return nil, err
		}
		sum = sum.plus(id, x)
	}
	s.given[id] = sum
	return sum, nil
}

// plus adds x to a sum that ends with the same period; the first period is that of the longer.
func (s *Series) plus(id string, x *Series) *Series {
	long, short := x, s
	if s != nil && len(s.Values) > len(x.Values) {
		long, short = s, x
	}
	out := *long
	out.ID, out.Values = id, append([]float64(nil), long.Values...)
	if short != nil {
		for i, v := range short.Values {
			out.Values[len(out.Values)-len(short.Values)+i] += v
		}
	}
	return &out
}

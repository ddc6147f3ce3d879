package indicator

import (
	"context"
	"fmt"
	"slices"

	"zhunsheng/internal/civil"
)

// Querier runs a query and calls row for each of its rows; row must not keep scan. All
// queries of one call of an [Engine] should see the same state of the ledger.
type Querier interface {
	Query(ctx context.Context, text string, args []any, row func(scan func(dest ...any) error) error) error
}

// SQLEngine answers from a database, by the statements of [SQL] and [ListSQL].
type SQLEngine struct {
	Dialect Dialect
	DB      Querier
}

var _ Engine = SQLEngine{}

// Tally implements [Engine].
func (e SQLEngine) Tally(ctx context.Context, question Ask) ([]Group, error) {
	groups := map[string]*Group{}
	at := func(by []string) *Group {
		key := groupKey(by)
		if groups[key] == nil {
			groups[key] = &Group{By: by, Cells: make([]Cell, len(question.Measures))}
		}
		return groups[key]
	}
	if len(question.By) == 0 {
		at([]string{})
	}
	for _, s := range SQL(question, e.Dialect) {
		err := s.Read(ctx, e.DB, func(by []string, _ int, cells []Cell) error {
			g := at(by)
			for i, position := range s.at {
				g.Cells[position].Add(cells[i])
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	out := make([]Group, 0, len(groups))
	for _, g := range groups {
		out = append(out, *g)
	}
	slices.SortFunc(out, func(a, b Group) int { return slices.Compare(a.By, b.By) })
	return out, nil
}

// Read runs the statement and hands over each row: its group, the position of its period
// (0 unless made by [SQLPeriods]), and the cells of the statement's measures.
func (s Statement) Read(ctx context.Context, db Querier, fn func(by []string, piece int, cells []Cell) error) error {
	return db.Query(ctx, s.Text, s.Args, func(scan func(...any) error) error {
		by, cells, piece, day := make([]string, s.by), make([]Cell, len(s.measures)), 0, 0
		var dest []any
		for i := range by {
			dest = append(dest, &by[i])
		}
		if s.pieces {
			dest = append(dest, &piece)
		}
		for i, m := range s.measures {
			switch m.Kind {
			case Cases:
				dest = append(dest, &cells[i].N)
			case Spread:
				dest = append(dest, &day, &cells[i].N)
			default:
				dest = append(dest, &cells[i].N, &cells[i].Sum)
			}
		}
		if len(dest) == 0 {
			return nil
		}
		if err := scan(dest...); err != nil {
			return fmt.Errorf("read a row of counts: %w", err)
		}
		for i, m := range s.measures {
			if m.Kind == Spread {
				cells[i].Hist = map[int]int64{day: cells[i].N}
			}
		}
		return fn(by, piece, cells)
	})
}

// List implements [Engine].
func (e SQLEngine) List(ctx context.Context, where, filter *Pred, period civil.Period, offset, limit int) ([]Ref, int, error) {
	page, count := ListSQL(where, filter, period, offset, limit, e.Dialect)
	total := 0
	err := e.DB.Query(ctx, count.Text, count.Args, func(scan func(...any) error) error { return scan(&total) })
	if err != nil {
		return nil, 0, fmt.Errorf("count listed cases: %w", err)
	}
	refs := []Ref{}
	err = e.DB.Query(ctx, page.Text, page.Args, func(scan func(...any) error) error {
		var r Ref
		if err := scan(&r.ID, &r.Court); err != nil {
			return err
		}
		refs = append(refs, r)
		return nil
	})
	if err != nil {
		return nil, 0, fmt.Errorf("list cases: %w", err)
	}
	return refs, total, nil
}

package app

import (
	"context"

	"zhunsheng/internal/access"
	"zhunsheng/internal/staffing"
	"zhunsheng/web/page/foresight"
)

// StaffingProblem is the problem that the board states for a wish, with its answer, for tests.
func (a *App) StaffingProblem(ctx context.Context, wish foresight.Wish) (*staffing.Problem, foresight.Board, error) {
	desk, city := foresightDesk{a}, access.System()
	w, err := desk.workload(ctx, city)
	if err != nil {
		return nil, foresight.Board{}, err
	}
	ways, err := desk.travel(w.day)
	if err != nil {
		return nil, foresight.Board{}, err
	}
	p, err := desk.problem(ctx, w, ways, wish)
	if err != nil {
		return nil, foresight.Board{}, err
	}
	b, err := desk.Board(ctx, city, wish, "")
	return p, b, err
}

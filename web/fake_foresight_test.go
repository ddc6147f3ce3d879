package web

import (
	"context"
	"fmt"
	"time"

	"zhunsheng/internal/access"
	"zhunsheng/internal/civil"
	"zhunsheng/internal/fault"
	"zhunsheng/internal/forecast"
	"zhunsheng/internal/load"
	"zhunsheng/internal/solve"
	"zhunsheng/internal/staffing"
	"zhunsheng/internal/statute"
	"zhunsheng/internal/whatif"
	"zhunsheng/web/page/foresight"
)

// fakeForesight has one series, two courts and one move.
type fakeForesight struct{ *fake }

func (f fakeForesight) months(from, n int) (out []civil.Period) {
	for i := range n {
		out = append(out, civil.Month(2022, 1).Shift(from+i))
	}
	return out
}

func (f fakeForesight) Outlook(_ context.Context, at access.Scope) (foresight.Outlook, error) {
	s := forecast.Series{ID: "total", Season: 12, First: 1}
	out := foresight.Series{ID: "total"}
	for i := range 30 {
		out.Counts = append(out.Counts, int64(100+i))
		s.Values = append(s.Values, float64(100+i))
	}
	var err error
	out.Forecast, err = forecast.One(s, forecast.Options{Horizon: 12})
	return foresight.Outlook{Known: f.months(0, 30), Ahead: f.months(30, 12), Series: []foresight.Series{out}}, err
}

func (f fakeForesight) Past(_ context.Context, _ access.Scope, id string) ([]foresight.Past, error) {
	return []foresight.Past{{Forecast: forecast.Forecast{Series: id, Model: "mean", Mean: []float64{126, 127}, Lo80: []float64{120, 120}, Hi80: []float64{130, 130}},
		Months: f.months(27, 2), Score: forecast.Score{Points: 2, SMAPE: 1.5, Inside80: 2, Inside95: 2}, Program: "0", At: time.Date(2024, 4, 1, 0, 0, 0, 0, time.UTC)}}, nil
}

func (f fakeForesight) Publish(context.Context, access.Scope) (bool, error) { return true, nil }

func (f fakeForesight) Burden(_ context.Context, at access.Scope) (foresight.Burden, error) {
	u := foresight.Unit{Code: "藏9801", Pending: 12, Filed: 40, Closed: 38, Need: load.Need{Pending: 10, Expected: 20, Years: 0.5, Judges: 4, Norm: 30}}
	return foresight.Burden{Day: civil.NewDate(2024, 6, 30), Year: civil.Year(2023), Rest: civil.Quarter(2024, 3), Field: "court", Units: []foresight.Unit{u}, Total: u,
		Weights: statute.Version[load.Weights]{Value: load.Weights{Source: statute.Source{Doc: "x", Evidence: "U"}}},
		Kinds:   []foresight.Kind{{Weight: load.Weight{ID: "civil", Name: statute.Text{Zh: "民事", En: "civil"}, Weight: 1}, Relative: 1, Estimate: load.Estimate{Cases: 40, Mean: 50, Ratio: 1.1, Low: 1, High: 1.2}}}}, nil
}

func (f fakeForesight) Enter(_ context.Context, _ access.Scope, a load.Absence, _ string) error {
	return a.Check()
}

func (f fakeForesight) Withdraw(context.Context, access.Scope, string, int, string) error { return nil }

func (f fakeForesight) Board(_ context.Context, at access.Scope, w foresight.Wish, _ string) (foresight.Board, error) {
	if !at.City {
		return foresight.Board{}, fault.Forbiddenf("the whole city only")
	}
	band := make([]whatif.Band, 12)
	out := &whatif.Outcome{Filed: band, Closed: band, Pending: band, Over12: band, Over18: band, InTime: band, Rate: band}
	move := staffing.Move{From: "藏9801", To: "藏9802", Count: min(1, w.MaxMoves), Reason: "缺人 / short"}
	return foresight.Board{Day: civil.NewDate(2024, 6, 30), Rest: civil.Quarter(2024, 3), Ahead: f.months(30, 12), Confirmed: true,
		Plan:    staffing.Plan{Status: "optimal", Objective: staffing.Values{MaxLoad: 30, Moves: 1}, Moves: []staffing.Move{move}},
		Binding: []foresight.Limit{{Text: "藏9801：缺 1 人 / 藏9801: 1 judge lacking"}},
		Others:  []solve.Alternative{{Refused: staffing.Refusal{From: "藏9801", To: "藏9802"}, Status: "infeasible"}},
		Courts:  []foresight.Fate{{Code: "藏9801", Judges: 5, After: 4, Time: 5, Load: 100, Without: out, With: out}, {Code: "藏9802", Judges: 3, After: 4, Time: 3, Load: 120}}}, nil
}

func (f fakeForesight) Loans(context.Context, access.Scope, foresight.Wish) ([]foresight.LoanTime, error) {
	return []foresight.LoanTime{{Loan: civil.Quarter(2024, 3), Months: 3, Plan: staffing.Plan{Status: "optimal", Objective: staffing.Values{MaxLoad: 31, Moves: 2}}, Sound: true}}, nil
}

func (f fakeForesight) Asking(_ context.Context, at access.Scope) (foresight.Asking, error) {
	if !at.City {
		return foresight.Asking{}, fault.Forbiddenf("the whole city only")
	}
	return foresight.Asking{Lines: []string{"criminal", "civil"}, Languages: []string{"zh", "bo"}}, nil
}

func (f fakeForesight) Adopt(_ context.Context, _ access.Scope, w foresight.Wish, reason string) error {
	if reason == "refuse" {
		return fault.Invalidf("%s", fmt.Sprint(w.MaxMoves))
	}
	return nil
}

func (f fakeForesight) Adopted(context.Context, access.Scope) ([]foresight.Adopted, error) {
	return []foresight.Adopted{{At: time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC), Who: "analyst", Reason: "党组会议", Origin: civil.NewDate(2023, 12, 31), Ahead: f.months(24, 2),
		Courts: []foresight.Followed{{Code: "藏9801", Change: -1, Without: []whatif.Band{{Mean: 10, Lo80: 8, Hi80: 12}, {Mean: 11, Lo80: 8, Hi80: 14}}, Came: []int64{9}}}}}, nil
}

func (f fakeForesight) Paper(context.Context, access.Scope, foresight.Wish) ([]byte, error) {
	return []byte("docx"), nil
}

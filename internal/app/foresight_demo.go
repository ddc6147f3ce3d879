package app

import (
	"context"

	"zhunsheng/internal/access"
	"zhunsheng/internal/civil"
	"zhunsheng/web/page/foresight"
)

// demoLoans is the day on which the office of the demo decided to lend judges.
var demoLoans = civil.NewDate(2023, 12, 31)

// foresightDemo keeps the forecasts of the quarters as the ledger stood then, and one decision
// to lend judges, so that both can be held against what came.
func (a *App) foresightDemo(ctx context.Context, day civil.Date) error {
	_, month, _ := day.YMD()
	if day < civil.NewDate(2023, 1, 1) || month%3 != 0 {
		return nil
	}
	desk, who := foresightDesk{a}, access.System()
	who.User = "tongji"
	who.Role = access.Analyst
	if _, err := desk.Publish(ctx, who); err != nil || day != demoLoans {
		return err
	}
	wish := foresight.Wish{MaxMoves: 6, Share: 0.2, Least: 3, Within: true, Target: -1, Loan: civil.Year(2024)}
	return desk.Adopt(ctx, who, wish, "经党组会议研究同意：自2024年1月1日起调配6名员额法官，期限一年。")
}

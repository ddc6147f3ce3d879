package app

import (
	"context"
	"fmt"

	"zhunsheng/internal/access"
	"zhunsheng/internal/civil"
	"zhunsheng/web/page/cases"
	"zhunsheng/web/page/data"
)

// disputeDemo opens the last month for correction, with a doubt that was answered and two that
// wait.
func (a *App) disputeDemo(ctx context.Context, users []access.Scope, day civil.Date) error {
	by := map[access.Role]access.Scope{}
	for _, u := range users {
		by[u.Role] = u
	}
	desk, court := disputeDesk{a}, by[access.CourtOffice]
	y, m, _ := day.YMD()
	month := civil.Month(y, m)
	for _, w := range []struct {
		period civil.Period
		until  civil.Date
		reason string
	}{
		{month.Preceding(), month.Preceding().To.AddDays(10), "月度数据会商前核对"},
		{month, month.To.AddDays(10), "半年数据会商前核对，各法院逐案核实未结案件"},
	} {
		if err := desk.SetWindow(ctx, by[access.OfficeHead], w.period, w.until, w.reason); err != nil {
			return fmt.Errorf("window of %s: %w", w.period, err)
		}
	}
	list, err := a.list(ctx, court, cases.Query{Pick: "long_pending", Period: month, Limit: 2})
	if err != nil {
		return err
	}
	var ids []int64
	for i, text := range []string{"本案 6 月 27 日已调解结案，系统内结案日期未填，请更正。", "本案 2023 年 11 月起中止诉讼，系统内没有登记中止，不应计入超十二个月未结。"} {
		if i >= len(list.Rows) {
			break
		}
		c := list.Rows[i].Case
		id, err := desk.Raise(ctx, court, month, data.Subject{Court: c.Court, Key: c.Key}, text)
		if err != nil {
			return err
		}
		ids = append(ids, id)
	}
	if _, err := desk.Raise(ctx, court, month, data.Subject{Set: "spc-2024-01", Indicator: "within_limit_rate"}, "有 3 件延长审限的案件未计入延长后的期限，法定审限内结案率偏低。"); err != nil {
		return err
	}
	if len(ids) == 0 {
		return nil
	}
	return desk.Answer(ctx, by[access.Analyst], ids[0], "corrected", "已核对卷宗，结案日期由承办法官补录，下次导入后生效。")
}

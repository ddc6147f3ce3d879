package app

import (
	"context"
	"fmt"
	"time"

	"zhunsheng/internal/access"
	"zhunsheng/internal/statute"
	"zhunsheng/internal/store"
	"zhunsheng/web/page/today"
)

// The work of the administrator is measured by the clock, not by the day of the data: it is
// about the machine.

// since is how many whole days lie between an instant and now.
func (d desk) since(t time.Time) int { return int(d.now().Sub(t) / (24 * time.Hour)) }

// backup reminds of the copy that is missing or old.
func (d desk) backup(ctx context.Context, t task) ([]today.Item, error) {
	if d.cfg.Ledger != "" || d.cfg.Office != "" {
		return nil, nil // a server is copied by its own tools
	}
	last, err := d.lastBackup(ctx)
	if err != nil || !last.IsZero() && d.since(last) <= d.rules.BackupDays {
		return nil, err
	}
	i := today.Item{
		Kind: t.kind, ID: t.id, Count: 1, Unit: "tasks", Path: "/settings/log", Query: []string{"action", "backup"}, Over: true,
		Name: statute.Text{Zh: "备份", En: "backup"},
		Why:  statute.Text{Zh: "运行 zhunsheng backup 目录；使用中也可以备份。", En: "Run zhunsheng backup DIR; it may be in use meanwhile."},
		Late: statute.Text{Zh: "还没有备份过", En: "never made"},
	}
	if !last.IsZero() {
		i.Late = statute.Text{Zh: fmt.Sprintf("上次备份是 %d 天前", d.since(last)), En: fmt.Sprintf("the last one is %d days old", d.since(last))}
	}
	return []today.Item{i}, nil
}

// noScope counts the users who may sign in and see nothing.
func (d desk) noScope(ctx context.Context, t task) ([]today.Item, error) {
	users, err := d.store.Users(ctx)
	if err != nil {
		return nil, err
	}
	i := today.Item{
		Kind: t.kind, ID: t.id, Unit: "users", Path: "/settings/users", Query: []string{"scope", "none"},
		Name: statute.Text{Zh: "没有数据范围的用户", En: "users without a scope"},
		Why:  statute.Text{Zh: "可以登录，但看不到任何案件；请设定法院，或停用。", En: "They may sign in but see no case; give them a court, or switch them off."},
	}
	for _, u := range users {
		if withoutScope(u) {
			i.Count++
		}
	}
	if i.Count == 0 {
		return nil, nil
	}
	return []today.Item{i}, nil
}

// withoutScope reports a user in use who sees no case although the role is about cases.
func withoutScope(u store.User) bool {
	return !u.Disabled && u.Role != access.Administrator && !u.City && u.Court == ""
}

// refusedSignIns counts the sign-ins refused in the last days.
func (d desk) refusedSignIns(ctx context.Context, t task) ([]today.Item, error) {
	from := d.now().UTC().AddDate(0, 0, -d.rules.RefusedDays).Truncate(24 * time.Hour)
	list, err := d.store.AuditOf(ctx, "sign_in.refused", from)
	if err != nil || len(list) == 0 {
		return nil, err
	}
	return []today.Item{{
		Kind: t.kind, ID: t.id, Count: int64(len(list)), Unit: "times", Path: "/settings/log", Query: []string{"action", "sign_in.refused", "since", from.Format("2006-01-02")},
		Name: statute.Text{Zh: "被拒绝的登录", En: "sign-ins refused"},
		Why:  statute.Text{Zh: fmt.Sprintf("最近 %d 天；同一登录名多次被拒的，请向本人核实。", d.rules.RefusedDays), En: fmt.Sprintf("In the last %d days; ask the person when one name was refused often.", d.rules.RefusedDays)},
		Late: statute.Text{Zh: "最近一次 " + list[0].At.Format("2006-01-02 15:04") + "（世界时）", En: "the last on " + list[0].At.Format("2006-01-02 15:04") + " UTC"},
	}}, nil
}

// verifyLog reminds of the walk over the chain of the log.
func (d desk) verifyLog(ctx context.Context, t task) ([]today.Item, error) {
	from := d.now().AddDate(0, 0, -d.rules.VerifyDays)
	list, err := d.store.AuditOf(ctx, "log.verify", from)
	if err != nil || len(list) > 0 {
		return nil, err
	}
	return []today.Item{{
		Kind: t.kind, ID: t.id, Count: 1, Unit: "tasks", Path: "/settings/log", Query: []string{"verify", "1"},
		Name: statute.Text{Zh: "核验日志", En: "verify the log"},
		Why:  statute.Text{Zh: "逐条核对校验值，确认记录没有被改动。", En: "Walk over the chain of hashes, to see that no record was changed."},
		Late: statute.Text{Zh: fmt.Sprintf("%d 天内没有核验过", d.rules.VerifyDays), En: fmt.Sprintf("not done for %d days", d.rules.VerifyDays)},
	}}, nil
}

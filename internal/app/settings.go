package app

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/alexedwards/argon2id"

	"zhunsheng/internal/access"
	"zhunsheng/internal/audit"
	"zhunsheng/internal/docket"
	"zhunsheng/internal/fault"
	"zhunsheng/internal/store"
	"zhunsheng/web/page/settings"
)

// settingsDesk answers the settings pages.
type settingsDesk struct{ *App }

// Users implements [settings.Source].
func (a settingsDesk) Users(ctx context.Context, at access.Scope) ([]settings.User, error) {
	if err := at.Need(access.ViewAudit); err != nil {
		return nil, err
	}
	all, err := a.store.Users(ctx)
	if err != nil {
		return nil, err
	}
	out := make([]settings.User, len(all))
	for i, u := range all {
		out[i] = settings.User{Scope: u.Scope(), Disabled: u.Disabled, Created: u.Created}
	}
	return out, nil
}

var loginName = regexp.MustCompile(`^[a-z][a-z0-9_.-]{1,31}$`)

// SaveUser implements [settings.Source].
func (a settingsDesk) SaveUser(ctx context.Context, at access.Scope, u settings.User, password string, add bool) error {
	if err := at.Need(access.ManageUsers); err != nil {
		return err
	}
	if err := a.checkUser(ctx, at, u); err != nil {
		return err
	}
	kept := store.User{Login: u.User}
	if !add {
		var err error
		if kept, err = a.store.UserByLogin(ctx, u.User); err != nil {
			return err
		}
	}
	kept.Name, kept.Role, kept.City, kept.Court, kept.Division, kept.Judge, kept.Disabled = u.Name, u.Role, u.City, u.Court, u.Division, u.Judge, u.Disabled
	if add {
		if err := a.AddUser(ctx, kept, password); err != nil {
			return err
		}
		return a.note(ctx, at, "user.save", u.User, described(u))
	}
	detail := described(u)
	if password != "" {
		if len([]rune(password)) < minPassword {
			return errShort
		}
		hash, err := argon2id.CreateHash(password, hashParams)
		if err != nil {
			return fmt.Errorf("hash the password: %w", err)
		}
		kept.Hash = hash
		detail += ", new password"
	}
	if err := a.store.UpdateUser(ctx, kept); err != nil {
		return err
	}
	return a.note(ctx, at, "user.save", u.User, detail)
}

// minPassword is the number of characters a password needs at least.
const minPassword = 8

var errShort = fault.At("password", "密码少于 8 个字符 / shorter than 8 characters", "请另设较长的密码 / choose a longer one")

// described is a user's role and scope for the log.
func described(u settings.User) string {
	reach := "city"
	if !u.City {
		reach = strings.Trim(u.Court+" "+u.Division+" "+u.Judge, " ")
	}
	state := ""
	if u.Disabled {
		state = ", switched off"
	}
	return fmt.Sprintf("%s, %s%s", u.Role, reach, state)
}

// checkUser refuses what would lock the administrator out or give a scope that is not there.
func (a *App) checkUser(ctx context.Context, at access.Scope, u settings.User) error {
	l, err := a.officeLists(ctx)
	if err != nil {
		return err
	}
	_, court := l.court[u.Court]
	division := slices.ContainsFunc(l.divisions, func(d docket.Division) bool { return d.ID == u.Division && d.Court == u.Court })
	judge := slices.ContainsFunc(l.roster, func(p docket.Posting) bool { return p.Judge == u.Judge && p.Court == u.Court })
	switch {
	case !loginName.MatchString(u.User):
		return fault.At("login", "登录名不合要求 / the login name does not fit", "用小写字母开头，可含数字和 . _ - / small letters, digits and . _ -")
	case u.Name == "":
		return fault.At("name", "没有填写姓名 / the name is empty", "")
	case u.User == at.User && (u.Disabled || u.Role != at.Role):
		return fault.At("login", "不能停用自己或更改自己的角色 / you cannot switch yourself off or change your own role", "请另一名管理员操作 / ask another administrator")
	case u.City || u.Role == access.Administrator:
		return nil
	case !court:
		return fault.At("court", "没有选择名录中的法院 / no court of the list is chosen", "")
	case u.Division != "" && !division:
		return fault.At("division", "该庭室不属于所选法院 / the division is not one of the court", "")
	case u.Judge != "" && !judge:
		return fault.At("judge", "名册中没有该法院的这名法官 / the roster has no such judge at the court", "")
	case u.Role == access.Judge && u.Judge == "":
		return fault.At("judge", "法官角色须填写法官标识 / the role of a judge needs the judge's id", "")
	}
	return nil
}

// Units implements [settings.Source].
func (a settingsDesk) Units(ctx context.Context, at access.Scope) ([]docket.Court, []docket.Division, error) {
	if err := at.Need(access.ViewAudit); err != nil {
		return nil, nil, err
	}
	l, err := a.officeLists(ctx)
	if err != nil {
		return nil, nil, err
	}
	return l.courts, l.divisions, nil
}

// Mappings implements [settings.Source]: the saved versions after those of the program.
func (a settingsDesk) Mappings(ctx context.Context, at access.Scope) ([]settings.Mapping, error) {
	if err := at.Need(access.ViewAudit); err != nil {
		return nil, err
	}
	saved, err := a.store.Mappings(ctx)
	if err != nil {
		return nil, err
	}
	names, err := a.MappingNames(ctx)
	if err != nil {
		return nil, err
	}
	var out []settings.Mapping
	for _, name := range names {
		if slices.ContainsFunc(saved, func(m store.Mapping) bool { return m.Name == name }) {
			continue
		}
		m, err := a.importer.Mapping(ctx, name)
		if err != nil {
			return nil, err
		}
		body, err := m.YAML()
		if err != nil {
			return nil, err
		}
		out = append(out, settings.Mapping{Name: name, Version: m.Version, Body: string(body)})
	}
	for _, m := range saved {
		out = append(out, settings.Mapping{Name: m.Name, Version: m.Version, Body: m.Body, User: m.User, At: m.At})
	}
	return out, nil
}

// Log implements [settings.Source].
func (a settingsDesk) Log(ctx context.Context, at access.Scope, before int64, limit int) ([]audit.Record, error) {
	if err := at.Need(access.ViewAudit); err != nil {
		return nil, err
	}
	return a.store.AuditTrail(ctx, before, limit)
}

// LogOf implements [settings.Source].
func (a settingsDesk) LogOf(ctx context.Context, at access.Scope, action string, since time.Time) ([]audit.Record, error) {
	if err := at.Need(access.ViewAudit); err != nil {
		return nil, err
	}
	return a.store.AuditOf(ctx, action, since)
}

// Verify implements [settings.Source]; the walk itself is noted after it.
func (a settingsDesk) Verify(ctx context.Context, at access.Scope) (audit.Record, error) {
	if err := at.Need(access.ViewAudit); err != nil {
		return audit.Record{}, err
	}
	last, err := a.store.VerifyAudit(ctx)
	if err != nil {
		return last, err
	}
	return last, a.note(ctx, at, "log.verify", fmt.Sprintf("record %d", last.Seq), last.Hash)
}

// Tokens implements [settings.Source].
func (a settingsDesk) Tokens(ctx context.Context, at access.Scope) ([]settings.Token, error) {
	if err := at.Need(access.HoldToken); err != nil {
		return nil, err
	}
	all, err := a.store.Tokens(ctx, at.User)
	if err != nil {
		return nil, err
	}
	out := make([]settings.Token, len(all))
	for i, t := range all {
		out[i] = settings.Token{ID: t.Hash, Name: t.Name, Created: t.Created, Ended: t.Ended}
	}
	return out, nil
}

// NewToken implements [settings.Source].
func (a settingsDesk) NewToken(ctx context.Context, at access.Scope, name string) (string, error) {
	return a.newToken(ctx, at, name)
}

// EndToken implements [settings.Source].
func (a settingsDesk) EndToken(ctx context.Context, at access.Scope, id string) error {
	if err := at.Need(access.HoldToken); err != nil {
		return err
	}
	if err := a.store.EndToken(ctx, at.User, id); err != nil {
		return err
	}
	return a.note(ctx, at, "token.end", id[:min(12, len(id))], "")
}

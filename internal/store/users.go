package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/alexedwards/scs/v2"

	"zhunsheng/internal/access"
	"zhunsheng/internal/fault"
)

// AddUser adds a user and returns it with its id. The login is used once for ever; a user who
// leaves is disabled.
func (s *Store) AddUser(ctx context.Context, u User) (User, error) {
	if err := u.check(); err != nil {
		return u, err
	}
	u.Created = s.now()
	err := s.office.update(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, s.stmts.get("user_insert"), u.Login, u.Name, u.Hash, string(u.Role), oneIf(u.City),
			u.Court, u.Division, u.Judge, oneIf(u.Disabled), millis(u.Created))
		return err
	})
	if err != nil {
		return u, err
	}
	return s.UserByLogin(ctx, u.Login)
}

// check refuses users who could not sign in or whose role is unknown.
func (u User) check() error {
	switch {
	case u.Login == "" || u.Hash == "":
		return fault.Invalidf("a user needs a login name and a password hash")
	case !slices.Contains(access.Roles(), u.Role):
		return fault.Invalidf("user %s: role %q is unknown; one of %v", u.Login, u.Role, access.Roles())
	}
	return nil
}

// UpdateUser changes everything but id, login and day of creation.
func (s *Store) UpdateUser(ctx context.Context, u User) error {
	if err := u.check(); err != nil {
		return err
	}
	return s.office.update(ctx, func(tx *sql.Tx) error {
		res, err := tx.ExecContext(ctx, s.stmts.get("user_update"), u.Login, u.Name, u.Hash, string(u.Role), oneIf(u.City),
			u.Court, u.Division, u.Judge, oneIf(u.Disabled))
		if err != nil {
			return err
		}
		if n, err := res.RowsAffected(); err != nil || n == 1 {
			return err
		}
		return fault.NotFoundf("user %s does not exist", u.Login)
	})
}

// UserByLogin returns a user, also a disabled one, or fault.NotFound.
func (s *Store) UserByLogin(ctx context.Context, login string) (User, error) {
	if login != "" {
		list, err := s.users(ctx, login)
		if err != nil || len(list) == 1 {
			return append(list, User{})[0], err
		}
	}
	return User{}, fmt.Errorf("user %q: %w", login, fault.NotFound)
}

// Users returns all users in the order in which they were added.
func (s *Store) Users(ctx context.Context) ([]User, error) { return s.users(ctx, "") }

func (s *Store) users(ctx context.Context, login string) (out []User, err error) {
	err = s.office.each(ctx, s.stmts.get("users"), []any{login}, func(rows *sql.Rows) error {
		var u User
		var city, disabled, created int64
		err := rows.Scan(&u.ID, &u.Login, &u.Name, &u.Hash, &u.Role, &city, &u.Court, &u.Division, &u.Judge, &disabled, &created)
		u.City, u.Disabled, u.Created = city == 1, disabled == 1, instant(created)
		out = append(out, u)
		return err
	})
	return out, err
}

func oneIf(b bool) int64 {
	if b {
		return 1
	}
	return 0
}

// Setting returns a setting of the installation, such as data_day; ok is false where it was
// never set.
func (s *Store) Setting(ctx context.Context, key string) (value string, ok bool, err error) {
	err = s.office.read.QueryRowContext(ctx, s.stmts.get("setting"), key).Scan(&value)
	if errors.Is(err, sql.ErrNoRows) {
		return "", false, nil
	}
	return value, err == nil, err
}

// SetSetting keeps a setting.
func (s *Store) SetSetting(ctx context.Context, key, value string) error {
	return s.office.update(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, s.stmts.get("setting_set"), key, value)
		return err
	})
}

// Sessions keeps the sessions of signed-in users for the session manager. It also implements
// scs.IterableCtxStore.
func (s *Store) Sessions() scs.CtxStore { return sessions{s} }

type sessions struct{ s *Store }

// FindCtx returns the data of a session that has not expired.
func (x sessions) FindCtx(ctx context.Context, token string) (data []byte, found bool, err error) {
	err = x.s.office.read.QueryRowContext(ctx, x.s.stmts.get("session_find"), token, millis(x.s.now())).Scan(&data)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, false, nil
	}
	return data, err == nil, err
}

// CommitCtx keeps a session and clears expired ones away.
func (x sessions) CommitCtx(ctx context.Context, token string, data []byte, expiry time.Time) error {
	return x.s.office.update(ctx, func(tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, x.s.stmts.get("session_expire"), millis(x.s.now())); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, x.s.stmts.get("session_set"), token, data, millis(expiry))
		return err
	})
}

// DeleteCtx ends a session; an unknown token is no error.
func (x sessions) DeleteCtx(ctx context.Context, token string) error {
	return x.s.office.update(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, x.s.stmts.get("session_delete"), token)
		return err
	})
}

// AllCtx returns every session that has not expired.
func (x sessions) AllCtx(ctx context.Context) (map[string][]byte, error) {
	out := map[string][]byte{}
	err := x.s.office.each(ctx, x.s.stmts.get("session_all"), []any{millis(x.s.now())}, func(rows *sql.Rows) error {
		var token string
		var data []byte
		err := rows.Scan(&token, &data)
		out[token] = data
		return err
	})
	return out, err
}

// Find is [sessions.FindCtx] without a context.
func (x sessions) Find(token string) ([]byte, bool, error) {
	return x.FindCtx(context.Background(), token)
}

// Commit is [sessions.CommitCtx] without a context.
func (x sessions) Commit(token string, data []byte, expiry time.Time) error {
	return x.CommitCtx(context.Background(), token, data, expiry)
}

// Delete is [sessions.DeleteCtx] without a context.
func (x sessions) Delete(token string) error { return x.DeleteCtx(context.Background(), token) }

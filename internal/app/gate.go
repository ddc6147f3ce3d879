package app

import (
	"context"
	"errors"
	"fmt"

	"github.com/alexedwards/argon2id"

	"zhunsheng/internal/access"
	"zhunsheng/internal/fault"
	"zhunsheng/internal/store"
)

// gate checks who comes in.
type gate struct {
	*App
	guard *guard
}

// hashParams keeps one sign-in near 50 ms on an office server (OWASP's second recommended
// setting for argon2id: 19 MiB, two passes).
var hashParams = &argon2id.Params{Memory: 19 * 1024, Iterations: 2, Parallelism: 1, SaltLength: 16, KeyLength: 32}

// nobody is compared with when the name is unknown, so that the answer takes as long.
var nobody, _ = argon2id.CreateHash("nobody", hashParams)

var errSignIn = fault.Forbiddenf("用户名或密码不正确 / wrong name or password")

// SignIn checks a password and returns the scope of its owner; every attempt is logged.
func (g gate) SignIn(ctx context.Context, login, password string) (access.Scope, error) {
	if err := g.guard.allow(login, g.now()); err != nil {
		return access.Scope{}, err
	}
	u, err := g.store.UserByLogin(ctx, login)
	if err != nil && !errors.Is(err, fault.NotFound) {
		return access.Scope{}, err
	}
	hash := u.Hash
	if err != nil || u.Disabled {
		hash = nobody
	}
	ok, cmpErr := argon2id.ComparePasswordAndHash(password, hash)
	if cmpErr != nil {
		return access.Scope{}, fmt.Errorf("password of %s: %w", login, cmpErr)
	}
	ok = ok && err == nil && !u.Disabled
	g.guard.note(login, ok, g.now())
	if !ok {
		return access.Scope{}, errors.Join(errSignIn, g.note(ctx, access.Scope{User: login}, "sign_in.refused", login, ""))
	}
	return u.Scope(), g.note(ctx, u.Scope(), "sign_in", login, "")
}

// Who returns the scope of somebody signed in earlier.
func (g gate) Who(ctx context.Context, login string) (access.Scope, error) {
	u, err := g.store.UserByLogin(ctx, login)
	if err != nil {
		return access.Scope{}, err
	}
	if u.Disabled {
		return access.Scope{}, fault.NotFoundf("user %s is switched off", login)
	}
	return u.Scope(), nil
}

// AddUser makes a sign-in with a password of at least eight characters.
func (a *App) AddUser(ctx context.Context, u store.User, password string) error {
	if len([]rune(password)) < 8 {
		return fault.At("password", "shorter than 8 characters", "choose a longer one")
	}
	hash, err := argon2id.CreateHash(password, hashParams)
	if err != nil {
		return fmt.Errorf("hash the password: %w", err)
	}
	if _, err := a.store.UserByLogin(ctx, u.Login); !errors.Is(err, fault.NotFound) {
		return errors.Join(err, fault.Conflictf("the login %q exists already; choose another one", u.Login))
	}
	u.Hash = hash
	if _, err = a.store.AddUser(ctx, u); err != nil {
		return err
	}
	return a.note(ctx, access.System(), "user.add", u.Login, string(u.Role))
}

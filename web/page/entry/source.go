// Package entry is the way in and out: the sign-in page.
package entry

import (
	"context"

	"zhunsheng/internal/access"
)

// Gate knows the users.
type Gate interface {
	// SignIn checks a password (argon2id) and returns what its owner may see. A wrong pair
	// and an unknown name give the same fault.Forbidden, after the same time. Slowing down guesses is its business too:
	// fault.Conflict with a text for the person asks them to wait.
	SignIn(ctx context.Context, login, password string) (access.Scope, error)
	// Who returns the scope of somebody signed in earlier, fault.NotFound when the user is
	// gone or switched off; it is asked once per request, so that a changed role counts at once.
	Who(ctx context.Context, login string) (access.Scope, error)
}

package app

import (
	"errors"
	"testing"
	"time"

	"zhunsheng/internal/fault"
)

func TestGuardRestsALoginAfterWrongPasswords(t *testing.T) {
	g := &guard{}
	now := time.Date(2024, 7, 1, 9, 0, 0, 0, time.UTC)
	for range maxWrong {
		if err := g.allow("li", now); err != nil {
			t.Fatalf("refused too early: %v", err)
		}
		g.note("li", false, now)
	}
	if err := g.allow("li", now.Add(time.Minute)); !errors.Is(err, fault.Conflict) {
		t.Errorf("the login does not rest: %v", err)
	}
	if err := g.allow("wang", now); err != nil {
		t.Errorf("another login rests too: %v", err)
	}
	if err := g.allow("li", now.Add(restFor)); err != nil {
		t.Errorf("the login rests for ever: %v", err)
	}
	g.note("li", true, now.Add(restFor))
	if err := g.allow("li", now.Add(restFor)); err != nil {
		t.Errorf("the right password did not end the rest: %v", err)
	}
}

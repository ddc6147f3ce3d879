package app

import (
	"fmt"
	"sync"
	"time"

	"zhunsheng/internal/fault"
)

// guard slows down the guessing of passwords: after a few wrong ones in a row a login rests.
type guard struct {
	mu    sync.Mutex
	tries map[string]tries
}

type tries struct {
	wrong int
	last  time.Time
}

const (
	maxWrong = 5
	restFor  = 5 * time.Minute
)

// allow refuses a login that rests.
func (g *guard) allow(login string, now time.Time) error {
	g.mu.Lock()
	defer g.mu.Unlock()
	t := g.tries[login]
	if left := restFor - now.Sub(t.last); t.wrong >= maxWrong && left > 0 {
		minutes := int(left/time.Minute) + 1
		return fault.Conflictf("连续多次密码错误，请 %d 分钟后再试 / too many wrong passwords, try again in %s", minutes, plural(minutes, "minute"))
	}
	return nil
}

func plural(n int, word string) string {
	if n == 1 {
		return "1 " + word
	}
	return fmt.Sprintf("%d %ss", n, word)
}

// note remembers how a try ended; logins that rested long enough are forgotten.
func (g *guard) note(login string, ok bool, now time.Time) {
	g.mu.Lock()
	defer g.mu.Unlock()
	for l, t := range g.tries {
		if now.Sub(t.last) >= restFor {
			delete(g.tries, l)
		}
	}
	if ok {
		delete(g.tries, login)
		return
	}
	if g.tries == nil {
		g.tries = map[string]tries{}
	}
	g.tries[login] = tries{g.tries[login].wrong + 1, now}
}

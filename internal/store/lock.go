package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"syscall"
	"time"
)

// importLock is the advisory lock that the one running import of a ledger holds. It goes
// away with the process, so a batch that is running without its lock was interrupted.
const importLock = 0x5A687573 // "Zhus"

// lock is held until release.
type lock interface{ release() error }

// tryLock takes the import lock; ok is false when another import holds it.
func (s *Store) tryLock(ctx context.Context) (l lock, ok bool, err error) {
	for try := 0; ; try++ {
		l, ok, err = s.lockOnce(ctx)
		if ok || err != nil || try == 5 {
			return l, ok, err
		}
		select { // somebody may only be looking whether the lock is free
		case <-ctx.Done():
			return nil, false, ctx.Err()
		case <-time.After(20 * time.Millisecond):
		}
	}
}

func (s *Store) lockOnce(ctx context.Context) (lock, bool, error) {
	if s.ledger.dialect == pgSQL {
		return lockServer(ctx, s.ledger.write)
	}
	return lockFile(s.ledger.path+".lock", syscall.LOCK_EX)
}

// importing reports whether a living process holds the import lock.
func (s *Store) importing(ctx context.Context) (bool, error) {
	if s.ledger.dialect == pgSQL {
		var held bool
		err := s.ledger.read.QueryRowContext(ctx, s.stmts.get("import_lock_held"), importLock).Scan(&held)
		return held, err
	}
	l, free, err := lockFile(s.ledger.path+".lock", syscall.LOCK_SH)
	if err != nil || !free {
		return err == nil, err
	}
	return false, l.release()
}

type fileLock struct{ f *os.File }

func lockFile(path string, how int) (lock, bool, error) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o640)
	if err != nil {
		return nil, false, fmt.Errorf("open the import lock: %w", err)
	}
	err = syscall.Flock(int(f.Fd()), how|syscall.LOCK_NB)
	if errors.Is(err, syscall.EWOULDBLOCK) {
		return nil, false, f.Close()
	}
	if err != nil {
		return nil, false, errors.Join(fmt.Errorf("take the import lock: %w", err), f.Close())
	}
	return fileLock{f}, true, nil
}

// release closes the file, which gives the lock up.
func (l fileLock) release() error { return l.f.Close() }

type serverLock struct{ conn *sql.Conn }

func lockServer(ctx context.Context, db *sql.DB) (lock, bool, error) {
	conn, err := db.Conn(ctx)
	if err != nil {
		return nil, false, fmt.Errorf("take the import lock: %w", err)
	}
	var got bool
	if err := conn.QueryRowContext(ctx, "SELECT pg_try_advisory_lock($1)", importLock).Scan(&got); err != nil {
		return nil, false, errors.Join(fmt.Errorf("take the import lock: %w", err), conn.Close())
	}
	if !got {
		return nil, false, conn.Close()
	}
	return serverLock{conn}, true, nil
}

func (l serverLock) release() error {
	_, err := l.conn.ExecContext(context.Background(), "SELECT pg_advisory_unlock($1)", importLock)
	return errors.Join(err, l.conn.Close())
}

// Package storetest gives tests a PostgreSQL server of their own: Debian's, on a free port of
// the loopback address, with a fresh data folder, ended with the test program.
package storetest

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib" // registers "pgx"
)

// Main runs the tests of a package and ends the server, if one was started, by its process
// id. Call it from TestMain: os.Exit(storetest.Main(m)).
func Main(m *testing.M) int {
	code := m.Run()
	if err := server.stop(); err != nil {
		fmt.Fprintln(os.Stderr, "stop PostgreSQL:", err)
		return max(code, 1)
	}
	return code
}

// Postgres returns the address of a new, empty database, starting the server for the first
// one. Without PostgreSQL on the machine the test fails: `make test` installs it.
func Postgres(t testing.TB) string {
	t.Helper()
	if err := server.start(); err != nil {
		t.Fatal(err)
	}
	name := fmt.Sprintf("t%d", databases.Add(1))
	db, err := sql.Open("pgx", server.url("postgres"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	if _, err := db.Exec("CREATE DATABASE " + name); err != nil {
		t.Fatal(err)
	}
	return server.url(name)
}

var databases atomic.Int64

var server postgres

// postgres is the one server of a test program.
type postgres struct {
	once  sync.Once
	err   error
	port  int
	dir   string
	cmd   *exec.Cmd
	alive io.WriteCloser // the watchdog ends the server when this closes, also by our death
}

func (p *postgres) url(database string) string {
	return fmt.Sprintf("postgres://zhunsheng@127.0.0.1:%d/%s?sslmode=disable", p.port, database)
}

func (p *postgres) start() error {
	p.once.Do(func() { p.err = p.launch() })
	return p.err
}

// watchdog runs the server and ends it by its process id when standard input closes.
const watchdog = `"$@" & pid=$!; read -r _; kill -INT $pid; wait $pid`

func (p *postgres) launch() error {
	bin, err := binaries()
	if err != nil {
		return err
	}
	if p.dir, err = os.MkdirTemp("", "zhunsheng-postgres-"); err != nil {
		return err
	}
	as, err := owner(p.dir)
	if err != nil {
		return err
	}
	run := func(name string, args ...string) *exec.Cmd {
		cmd := exec.Command(name, args...)
		cmd.Dir, cmd.SysProcAttr = p.dir, &syscall.SysProcAttr{Credential: as, Setpgid: true}
		return cmd
	}
	data := filepath.Join(p.dir, "data")
	initdb := run(filepath.Join(bin, "initdb"), "--pgdata", data, "--username", "zhunsheng", "--auth", "trust",
		"--encoding", "UTF8", "--locale", "C.UTF-8", "--no-sync", "--no-instructions")
	if out, err := initdb.CombinedOutput(); err != nil {
		return fmt.Errorf("initdb: %w\n%s", err, out)
	}
	if p.port, err = freePort(); err != nil {
		return err
	}
	p.cmd = run("/bin/sh", "-c", watchdog, "watchdog", filepath.Join(bin, "postgres"), "-D", data,
		"-c", "listen_addresses=127.0.0.1", "-c", "port="+strconv.Itoa(p.port), "-c", "unix_socket_directories=",
		"-c", "fsync="+durable(), "-c", "max_wal_size=4GB", "-c", "shared_buffers=256MB", "-c", "log_min_messages=fatal")
	if p.alive, err = p.cmd.StdinPipe(); err != nil {
		return err
	}
	if err := p.cmd.Start(); err != nil {
		return err
	}
	return p.wait()
}

// durable says whether the server waits for the disk: not in tests, but in benchmarks, which
// set ZHUNSHENG_PG_FSYNC=on.
func durable() string {
	if v := os.Getenv("ZHUNSHENG_PG_FSYNC"); v != "" {
		return v
	}
	return "off"
}

// wait returns when the server answers.
func (p *postgres) wait() error {
	db, err := sql.Open("pgx", p.url("postgres"))
	if err != nil {
		return err
	}
	defer func() { _ = db.Close() }()
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	for {
		if err = db.PingContext(ctx); err == nil || ctx.Err() != nil {
			return err
		}
		time.Sleep(50 * time.Millisecond)
	}
}

func (p *postgres) stop() error {
	if p.cmd == nil {
		return os.RemoveAll(orNothing(p.dir))
	}
	return errors.Join(p.alive.Close(), p.cmd.Wait(), os.RemoveAll(p.dir))
}

// orNothing keeps RemoveAll from meaning the current folder.
func orNothing(dir string) string {
	if dir == "" {
		return filepath.Join(os.TempDir(), "zhunsheng-postgres-none")
	}
	return dir
}

// binaries finds the folder with initdb and postgres: what pg_config says, else the newest
// version in Debian's place, else the search path.
func binaries() (string, error) {
	var folders []string
	if out, err := exec.Command("pg_config", "--bindir").Output(); err == nil {
		folders = append(folders, strings.TrimSpace(string(out)))
	}
	debian, _ := filepath.Glob("/usr/lib/postgresql/*/bin")
	slices.SortFunc(debian, func(a, b string) int { return version(b) - version(a) })
	folders = append(folders, debian...)
	if path, err := exec.LookPath("initdb"); err == nil {
		folders = append(folders, filepath.Dir(path))
	}
	for _, dir := range folders {
		_, e1 := os.Stat(filepath.Join(dir, "initdb"))
		_, e2 := os.Stat(filepath.Join(dir, "postgres"))
		if e1 == nil && e2 == nil {
			return dir, nil
		}
	}
	return "", errors.New("PostgreSQL is not on this machine: install postgresql (Debian: apt-get install postgresql), or run `make test`, which does")
}

func version(bin string) int {
	n, _ := strconv.Atoi(filepath.Base(filepath.Dir(bin)))
	return n
}

// owner gives the folder to the user postgres when we are root, as whom the server refuses to
// run, and says as whom to run it.
func owner(dir string) (*syscall.Credential, error) {
	if os.Getuid() != 0 {
		return nil, nil //nolint:nilnil // nil: as ourselves
	}
	u, err := user.Lookup("postgres")
	if err != nil {
		return nil, fmt.Errorf("PostgreSQL does not run as root and the user postgres is missing: install postgresql (%w)", err)
	}
	uid, e1 := strconv.Atoi(u.Uid)
	gid, e2 := strconv.Atoi(u.Gid)
	if err := errors.Join(e1, e2, os.Chown(dir, uid, gid)); err != nil {
		return nil, err
	}
	return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}, nil
}

func freePort() (int, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	defer func() { _ = l.Close() }()
	return l.Addr().(*net.TCPAddr).Port, nil
}

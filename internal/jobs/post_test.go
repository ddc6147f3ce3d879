package jobs_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"zhunsheng/internal/civil"
	"zhunsheng/internal/columns"
	"zhunsheng/internal/docket"
	"zhunsheng/internal/fault"
	"zhunsheng/internal/jobs"
	"zhunsheng/internal/ledger"
	"zhunsheng/internal/procedure"
	"zhunsheng/internal/store"
	"zhunsheng/rules"
)

// dieEnv makes the test program a poster that kills itself; its value is the folder of an
// installation and, after a space, the point at which it dies.
const dieEnv = "ZHUNSHENG_TEST_POST"

func TestMain(m *testing.M) {
	if text := os.Getenv(dieEnv); text != "" {
		dir, point, _ := strings.Cut(text, " ")
		postAndDie(dir, point)
	}
	os.Exit(m.Run())
}

// postAndDie ends as kill -9 does: no deferred call runs, no lock is given back by hand.
func postAndDie(dir, point string) {
	p, _, err := openOffice(dir)
	if err != nil {
		panic(err)
	}
	p.Reached = func(at string) {
		if at == point {
			self, err := os.FindProcess(os.Getpid())
			if err = errors.Join(err, self.Kill()); err != nil {
				panic(err)
			}
			select {} // until the signal arrives
		}
	}
	_, err = p.Run(context.Background())
	fmt.Fprintln(os.Stderr, "ended alive:", err)
	os.Exit(1)
}

func noon() time.Time { return time.Date(2024, 6, 30, 12, 0, 0, 0, time.UTC) }

func openOffice(dir string) (*jobs.Poster, *store.Store, error) {
	s, err := store.Open(context.Background(), filepath.Join(dir, "ledger.db"), noon)
	if err != nil {
		return nil, nil, err
	}
	c, err := columns.Open(filepath.Join(dir, "columns"), s)
	if err != nil {
		return nil, nil, err
	}
	return &jobs.Poster{Importer: &jobs.Importer{Store: s, Columns: c, Rules: rules.FS, Now: noon}}, s, nil
}

// office makes an installation with one case and n approved extensions of it that wait.
func office(t *testing.T, n int) string {
	t.Helper()
	ctx := context.Background()
	dir := t.TempDir()
	p, s, err := openOffice(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	m, err := p.Importer.Mapping(ctx, "cn-standard")
	if err != nil {
		t.Fatal(err)
	}
	file := "法院代码,案号,立案日期\n藏9801,（2024）藏9801民初1号,2024-01-15\n"
	if _, err := p.Importer.Import(ctx, jobs.Run{User: "li", Mapping: m, Inputs: []ledger.Input{{Name: "cases.csv", R: strings.NewReader(file), Size: int64(len(file))}}}); err != nil {
		t.Fatal(err)
	}
	for range n {
		approve(t, s)
	}
	return dir
}

const caseKey = "藏9801|（2024）藏9801民初1号"

// approve takes an extension through its steps; the last leaves the post.
func approve(t *testing.T, s *store.Store) {
	t.Helper()
	ctx := context.Background()
	step := store.ProceedingStep{Act: "save", Who: "li", Day: civil.FromTime(noon()), Body: "{}"}
	id, err := s.AddProceeding(ctx, "P2024", store.Proceeding{Kind: "extension", Court: "藏9801", Key: caseKey, State: "draft"}, step)
	if err != nil {
		t.Fatal(err)
	}
	row := procedure.Row("藏9801", "（2024）藏9801民初1号", docket.Event{CaseKey: caseKey, Ref: id, Kind: "extended", Day: civil.FromTime(noon()), EnteredOn: civil.FromTime(noon()),
		Result: "本院院长批准延长3个月", Extra: map[string]string{"by": "本院院长", "months": "3", "procedure_no": id}})
	post, err := jobs.Pend(row)
	if err != nil {
		t.Fatal(err)
	}
	step.Act = "approve"
	if err := s.Advance(ctx, store.Proceeding{ID: id, Version: 1, State: "approved"}, step, post); err != nil {
		t.Fatal(err)
	}
}

// standing tells how often each approved extension is in the ledger, and where its paper stands.
func standing(t *testing.T, dir string) string {
	t.Helper()
	ctx := context.Background()
	_, s, err := openOffice(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	events, err := s.Events(ctx, "藏9801", caseKey)
	if err != nil {
		t.Fatal(err)
	}
	all, err := s.Proceedings(ctx, store.ProceedingFilter{})
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, p := range all {
		n := 0
		for _, e := range events {
			if e.Ref == p.ID {
				n++
			}
		}
		out = append(out, fmt.Sprintf("%s %s events=%d steps=%d", p.ID, p.State, n, p.Version))
	}
	posts, err := s.Posts(ctx)
	if err != nil {
		t.Fatal(err)
	}
	return fmt.Sprintf("%s; waiting %d", strings.Join(out, ", "), len(posts))
}

// TestKilledAnywhereEntersOnce kills the program at every point between approval and the last
// note, and twice in a row; the next run completes each event exactly once.
func TestKilledAnywhereEntersOnce(t *testing.T) {
	const want = "P2024-0001 entered events=1 steps=3, P2024-0002 entered events=1 steps=3; waiting 0"
	for _, points := range [][]string{
		{jobs.PostRead}, {jobs.PostReading}, {jobs.PostCommitted}, {jobs.PostNoted},
		{jobs.PostReading, jobs.PostReading}, {jobs.PostCommitted, jobs.PostNoted},
	} {
		t.Run(strings.Join(points, "+"), func(t *testing.T) {
			dir := office(t, 2)
			for _, point := range points {
				die(t, dir, point)
				if got := standing(t, dir); got == want {
					t.Fatalf("died at %s with everything done", point)
				}
			}
			p, s, err := openOffice(dir)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := p.Run(context.Background()); err != nil {
				t.Fatal(err)
			}
			if n, err := p.Run(context.Background()); err != nil || n != 0 {
				t.Errorf("a run with nothing to do entered %d, %v", n, err)
			}
			diffs, err := p.Importer.Rebuild(context.Background())
			if err != nil || len(diffs) != 0 {
				t.Errorf("the archive does not explain the ledger: %v, %v", diffs, err)
			}
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
			if got := standing(t, dir); got != want {
				t.Errorf("%s, want %s", got, want)
			}
		})
	}
}

func die(t *testing.T, dir, point string) {
	t.Helper()
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(exe)
	cmd.Env = append(os.Environ(), dieEnv+"="+dir+" "+point)
	cmd.Stderr = os.Stderr
	err = cmd.Run()
	var exit *exec.ExitError
	if !errors.As(err, &exit) || exit.ExitCode() != -1 {
		t.Fatalf("the poster was to be killed at %s: %v", point, err)
	}
}

// TestPosterWaitsForAnImport: while somebody imports, events wait and the reason is said.
func TestPosterWaitsForAnImport(t *testing.T) {
	ctx := context.Background()
	dir := office(t, 1)
	p, s, err := openOffice(dir)
	if err != nil {
		t.Fatal(err)
	}
	running, err := s.Begin(ctx, store.BatchInfo{User: "tongji", Mapping: "cn-standard"})
	if err != nil {
		t.Fatal(err)
	}
	if n, err := p.Run(ctx); !errors.Is(err, fault.Conflict) || n != 0 {
		t.Errorf("beside an import: %d, %v", n, err)
	}
	if err := running.Discard(ctx); err != nil {
		t.Fatal(err)
	}
	if n, err := p.Run(ctx); err != nil || n != 1 {
		t.Errorf("after the import: %d, %v", n, err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if got, want := standing(t, dir), "P2024-0001 entered events=1 steps=3; waiting 0"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}

package columns

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"zhunsheng/internal/civil"
	"zhunsheng/internal/docket"
	"zhunsheng/internal/indicator"
	"zhunsheng/internal/indicator/indicatortest"
)

// changing is a Source whose courts can be given new cases.
type changing struct {
	mu     sync.Mutex
	epochs map[string]int64
	cases  map[string][]docket.Case
	scans  []string
}

func (c *changing) set(court string, epoch int64, cases ...docket.Case) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.put(court, epoch, cases)
}

func (c *changing) put(court string, epoch int64, cases []docket.Case) {
	if c.epochs == nil {
		c.epochs, c.cases = map[string]int64{}, map[string][]docket.Case{}
	}
	c.epochs[court], c.cases[court] = epoch, cases
}

func (c *changing) Epochs(context.Context, int64) (map[string]int64, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	out := map[string]int64{}
	for court, epoch := range c.epochs {
		out[court] = epoch
	}
	return out, nil
}

func (c *changing) Scan(_ context.Context, court string, _ int64, fn func(int64, *docket.Case) error) error {
	c.mu.Lock()
	cases := c.cases[court]
	c.scans = append(c.scans, court)
	c.mu.Unlock()
	for i := range cases {
		if err := fn(int64(i+1), &cases[i]); err != nil {
			return err
		}
	}
	return nil
}

func count(t testing.TB, s *Store, filter *indicator.Pred) int64 {
	t.Helper()
	groups, err := s.Tally(context.Background(), indicator.Ask{Measures: []indicator.Measure{{}}, Filter: filter, Period: civil.Year(2023)})
	if err != nil {
		t.Fatal(err)
	}
	return groups[0].Cells[0].N
}

func TestRefreshRebuildsOnlyWhatChanged(t *testing.T) {
	src := &changing{}
	src.set("A", 1, docket.Case{Court: "A"})
	src.set("B", 1, docket.Case{Court: "B"})
	src.set("C", 1, docket.Case{Court: "C"})
	dir := t.TempDir()
	s := open(t, dir, src)
	src.set("B", 2, docket.Case{Court: "B"}, docket.Case{Court: "B"})
	src.set("D", 2, docket.Case{Court: "D"})
	delete(src.epochs, "C")
	if n := count(t, s, nil); n != 3 {
		t.Errorf("%d cases before the refresh, want the old 3", n)
	}
	rebuilt, err := s.Refresh(context.Background())
	if err != nil || !slices.Equal(rebuilt, []string{"B", "D"}) {
		t.Errorf("rebuilt %q, %v", rebuilt, err)
	}
	if n := count(t, s, nil); n != 4 {
		t.Errorf("%d cases after the refresh, want 4", n)
	}
	names, _ := filepath.Glob(filepath.Join(dir, "*"))
	if len(names) != 3 {
		t.Errorf("files %q, want one for each of three courts", names)
	}
}

func TestFirstQuestionRefreshes(t *testing.T) {
	src := &changing{}
	src.set("A", 1, docket.Case{Court: "A"})
	dir := t.TempDir()
	open(t, dir, src)
	src.set("A", 2, docket.Case{Court: "A"}, docket.Case{Court: "A"})
	s, err := Open(dir, src)
	if err != nil {
		t.Fatal(err)
	}
	if n := count(t, s, nil); n != 2 {
		t.Errorf("%d cases, want 2: the file is of an older epoch", n)
	}
}

func TestFailedRefreshKeepsTheOldSegments(t *testing.T) {
	src := &changing{}
	src.set("A", 1, docket.Case{Court: "A"})
	s := open(t, t.TempDir(), src)
	src.set("A", 2, docket.Case{Court: "B"}) // a case of another court is a fault of the source
	if _, err := s.Refresh(context.Background()); err == nil {
		t.Error("no error")
	}
	if n := count(t, s, nil); n != 1 {
		t.Errorf("%d cases, want 1", n)
	}
}

func segmentFile(t testing.TB, dir string) string {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(dir, "*"+suffix))
	if err != nil || len(names) != 1 {
		t.Fatalf("files %q, %v", names, err)
	}
	return names[0]
}

func oneCourt(n int) []docket.Case {
	cases := ledger(rand.New(rand.NewPCG(7, uint64(n))), n)
	for i := range cases {
		cases[i].Court = "藏98"
	}
	return cases
}

// TestEveryFlippedByteIsFound damages each byte of a file in turn: none may be read as sound.
func TestEveryFlippedByteIsFound(t *testing.T) {
	dir := t.TempDir()
	open(t, dir, slice(oneCourt(150)))
	data, err := os.ReadFile(segmentFile(t, dir))
	if err != nil {
		t.Fatal(err)
	}
	for i := range data {
		bad := bytes.Clone(data)
		bad[i] ^= 1 << (i % 8)
		if _, err := decode(bad); err == nil {
			t.Fatalf("byte %d of %d flipped and not found", i, len(data))
		}
	}
	for i := range data {
		if _, err := decode(data[:i]); err == nil {
			t.Fatalf("cut to %d of %d bytes and not found", i, len(data))
		}
	}
	if _, err := decode(append(bytes.Clone(data), 0)); err == nil {
		t.Error("a byte too many was not found")
	}
}

func TestDamagedAndMissingFilesAreRebuilt(t *testing.T) {
	cases := oneCourt(500)
	for name, damage := range map[string]func(path string) error{
		"flipped byte": func(path string) error {
			data, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			data[len(data)/2] ^= 4
			return os.WriteFile(path, data, 0o600)
		},
		"cut":     func(path string) error { return os.Truncate(path, 100) },
		"empty":   func(path string) error { return os.Truncate(path, 0) },
		"missing": os.Remove,
		"renamed": func(path string) error {
			return os.Rename(path, filepath.Join(filepath.Dir(path), fileName("another", 1)))
		},
		"other version": func(path string) error {
			data, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			binary.LittleEndian.PutUint32(data[len(magic):], version+1)
			return os.WriteFile(path, data, 0o600)
		},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			open(t, dir, slice(cases))
			if err := damage(segmentFile(t, dir)); err != nil {
				t.Fatal(err)
			}
			s, err := Open(dir, slice(cases))
			if err != nil {
				t.Fatal(err)
			}
			rebuilt, err := s.Refresh(context.Background())
			if err != nil || !slices.Equal(rebuilt, []string{"藏98"}) {
				t.Errorf("rebuilt %q, %v", rebuilt, err)
			}
			if _, err := readFile(segmentFile(t, dir)); err != nil {
				t.Errorf("after the rebuild: %v", err)
			}
			if n := count(t, s, nil); n != 500 {
				t.Errorf("%d cases", n)
			}
		})
	}
}

// TestTextsDamagedLater damages a file while the store is open, in the part that is read
// only on demand: the question rebuilds the court and is answered.
func TestTextsDamagedLater(t *testing.T) {
	cases := oneCourt(500)
	key := indicator.Match(map[string]string{"key": cases[77].Key})
	for name, damage := range map[string]func(path string, data []byte) error{
		"flipped": func(path string, data []byte) error {
			at := bytes.Index(data, []byte(cases[77].Key))
			data[at] ^= 1
			return os.WriteFile(path, data, 0o600)
		},
		"removed": func(path string, _ []byte) error { return os.Remove(path) },
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			s := open(t, dir, slice(cases))
			path := segmentFile(t, dir)
			data, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if err := damage(path, data); err != nil {
				t.Fatal(err)
			}
			if n := count(t, s, key); n != 1 {
				t.Errorf("%d cases with the key, want 1", n)
			}
		})
	}
}

// TestAsOfEdition keeps an edition's figures apart from the current ones.
func TestAsOfEdition(t *testing.T) {
	src := &asOf{}
	now, err := Open("", src)
	if err != nil {
		t.Fatal(err)
	}
	then, err := OpenAt("", src, 7)
	if err != nil {
		t.Fatal(err)
	}
	if a, b := count(t, now, nil), count(t, then, nil); a != 10 || b != 7 {
		t.Errorf("%d cases now and %d as of batch 7", a, b)
	}
}

type asOf struct{}

func (asOf) Epochs(_ context.Context, batch int64) (map[string]int64, error) {
	return map[string]int64{"A": batch}, nil
}

func (asOf) Scan(_ context.Context, court string, batch int64, fn func(int64, *docket.Case) error) error {
	if batch == 0 {
		batch = 10
	}
	for id := range batch {
		if err := fn(id, &docket.Case{Court: court}); err != nil {
			return err
		}
	}
	return nil
}

// TestQuestionsDuringRefresh asks while courts change: both courts always get the same number
// of cases in one batch, so a question that mixed two moments would see different numbers.
func TestQuestionsDuringRefresh(t *testing.T) {
	src := &changing{}
	batch := func(n int) {
		src.mu.Lock()
		defer src.mu.Unlock()
		for _, court := range []string{"A", "B"} {
			cases := make([]docket.Case, n)
			for i := range cases {
				cases[i] = docket.Case{Court: court, Key: fmt.Sprint(i), FiledOn: civil.NewDate(2023, 1, 1)}
			}
			src.put(court, int64(n), cases)
		}
	}
	batch(1)
	s := open(t, t.TempDir(), src)
	texts := &indicator.Pred{Op: indicator.TextIn, Field: mustField("key"), Set: []string{"0"}}
	stop := make(chan struct{})
	var wg sync.WaitGroup
	for range 3 {
		wg.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
				}
				groups, err := s.Tally(context.Background(), indicator.Ask{By: []string{"court"}, Period: civil.Year(2023),
					Measures: []indicator.Measure{{}, {Where: texts}}})
				if err != nil || len(groups) != 2 || groups[0].Cells[0].N != groups[1].Cells[0].N || groups[0].Cells[1].N != 1 {
					t.Errorf("%v, %v", groups, err)
					return
				}
			}
		})
	}
	var batches sync.WaitGroup
	batches.Go(func() { // batches come in while courts are being built
		for n := 2; n < 200; n++ {
			batch(n)
			time.Sleep(time.Millisecond)
		}
	})
	for range 40 {
		if _, err := s.Refresh(context.Background()); err != nil {
			t.Error(err)
		}
	}
	batches.Wait()
	close(stop)
	wg.Wait()
}

func TestStats(t *testing.T) {
	s := Memory(oneCourt(20000))
	count(t, s, nil)
	st := s.Stats()
	if st.Cases != 20000 || st.Segments != 1 || st.Columns["filed_on"] == 0 || st.Columns["case_no"] > 1000 {
		t.Errorf("%+v", st)
	}
	if per := st.PerCase("filed_on", "closed_on", "due_on"); per < 3 || per > 8 {
		t.Errorf("three days take %.2f bytes a case", per)
	}
}

// FuzzDecode reads arbitrary bytes with checksums put right: nothing may panic, neither the
// reader nor a question over what it accepts, and what it accepts is written back the same.
func FuzzDecode(f *testing.F) {
	for _, n := range []int{0, 1, 70} {
		b := newBuilder("藏98", 3)
		cases := oneCourt(n)
		for i := range cases {
			b.add(int64(i), &cases[i])
		}
		data, err := b.finish().encode()
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data, uint64(n))
	}
	f.Fuzz(func(t *testing.T, data []byte, seed uint64) {
		if _, err := decode(data); err != nil {
			data = mend(data)
		}
		s, err := decode(data)
		if err != nil {
			return
		}
		again, err := s.encode()
		if err != nil {
			t.Fatal(err)
		}
		if s2, err := decode(again); err != nil || s2.rows != s.rows {
			t.Fatalf("written back: %v", err)
		}
		st := &Store{}
		st.current.Store(&snapshot{[]*segment{s}})
		st.fresh.Store(true)
		r := rand.New(rand.NewPCG(seed, 1))
		for range 5 {
			ask := indicatortest.RandomAsk(r)
			if _, err := st.Tally(context.Background(), ask); err != nil {
				t.Fatal(err)
			}
		}
	})
}

// mend puts right the checksums of a file as far as its header can be read.
func mend(data []byte) []byte {
	if len(data) < prefixSize {
		return data
	}
	data = bytes.Clone(data)
	end := uint64(prefixSize) + uint64(binary.LittleEndian.Uint32(data[len(magic)+4:]))
	if end+4 > uint64(len(data)) {
		return data
	}
	binary.LittleEndian.PutUint32(data[end:], checksum(data[:end]))
	_, sections, err := decodeHeader(data)
	if err != nil {
		return data
	}
	for _, sec := range sections {
		old := binary.LittleEndian.AppendUint32(nil, sec.sum)
		if at := bytes.Index(data[:end], old); at >= 0 {
			binary.LittleEndian.PutUint32(data[at:], checksum(sec.data))
		}
	}
	binary.LittleEndian.PutUint32(data[end:], checksum(data[:end]))
	return data
}

package ledger

import (
	"errors"
	"fmt"
	"iter"
	"runtime"
	"slices"
	"strings"
	"sync"

	"zhunsheng/internal/civil"
	"zhunsheng/internal/docket"
	"zhunsheng/internal/fault"
)

// Lists are the office's own lists. A nil list is not loaded: its rules are not applied.
type Lists struct {
	Courts map[string]docket.Court // by code
	Causes map[string]docket.Cause // by code
}

// Reader turns files into rows by one mapping. It is safe for concurrent use.
type Reader struct {
	// Today is the last day on which anything can have happened; later days are flagged. Zero
	// is no bound. Set it before the first Parse.
	Today civil.Date

	mapping    *Mapping
	registry   *docket.Registry
	words      *docket.Vocabulary
	rules      *Rules
	lists      Lists
	courtCodes map[string]string // name → code of the list of courts
	causeNames map[string]bool
	instances  map[string]string // word → code of the registry's own instances
}

// NewReader makes a reader. The registry must be the one that the mapping names.
func NewReader(m *Mapping, reg *docket.Registry, words *docket.Vocabulary, rules *Rules, lists Lists) *Reader {
	r := &Reader{mapping: m, registry: reg, words: words, rules: rules, lists: lists,
		courtCodes: map[string]string{}, causeNames: map[string]bool{}, instances: map[string]string{}}
	for code, c := range lists.Courts {
		r.courtCodes[c.Name] = code
	}
	for _, c := range lists.Causes {
		r.causeNames[c.Name] = true
	}
	for _, t := range reg.Instances() {
		for _, w := range append([]string{t.Code, t.Zh, t.En}, t.Also...) {
			r.instances[w] = t.Code
			r.instances[docket.Fold(w)] = t.Code
		}
	}
	return r
}

// Parsed is a file that was opened and understood, ready to be read.
type Parsed struct {
	reader *Reader
	plans  []*plan
	notes  []string
	size   int64 // of the file
}

// dateSample is the number of rows from which the writing of days is detected.
const dateSample = 1000

// Parse looks at a file: its form, its column names, how its days are written. It fails when
// the mapping has no table for the file or a column of the key is missing, before any row is
// read. A sheet without a single known column, beside others, is passed over with a note.
func (r *Reader) Parse(in Input, opt Options) (*Parsed, error) {
	tables, err := OpenTables(in, opt)
	if err != nil {
		return nil, err
	}
	p := &Parsed{reader: r, size: in.Size}
	for _, t := range tables {
		tm := r.mapping.tableFor(t.Name, t.Sheet)
		if tm == nil {
			return nil, fault.At(t.title(), fmt.Sprintf("mapping %s has no table for this file", r.mapping.Name), "choose another mapping, or add the file's name to match")
		}
		pl := r.newPlan(t, tm)
		if len(tables) > 1 && pl.known == 0 {
			p.notes = append(p.notes, fmt.Sprintf("Sheet %s has no known column and was passed over.", t.Sheet))
			continue
		}
		if err := pl.check(); err != nil {
			return nil, err
		}
		if err := pl.findDateFormats(); err != nil {
			return nil, err
		}
		p.plans = append(p.plans, pl)
	}
	if len(p.plans) == 0 {
		return nil, fault.At(in.Name, fmt.Sprintf("no sheet has a column that mapping %s knows", r.mapping.Name), "choose another mapping")
	}
	return p, nil
}

// Detected says what was found out about each table that will be read, in file order; the
// notes name the writing of every column of days, and columns of the mapping that are absent.
func (p *Parsed) Detected() []Detected {
	out := make([]Detected, len(p.plans))
	for i, pl := range p.plans {
		out[i] = pl.table.Detected
		out[i].Notes = slices.Concat(out[i].Notes, pl.notes)
	}
	if len(out) > 0 {
		out[0].Notes = append(out[0].Notes, p.notes...)
	}
	return out
}

// Unchecked lists the rules that are not applied because their list is not loaded.
func (p *Parsed) Unchecked() []Unchecked { return p.reader.rules.Unchecked(p.reader.lists) }

// Rows streams every data row of the file in order, mapped and validated. Each row comes out
// once, rejected or not. An error is the last value: the file is damaged, and the caller must
// drop what it already has. Rows may be called again and then starts anew.
func (p *Parsed) Rows() iter.Seq2[Row, error] {
	return func(yield func(Row, error) bool) {
		seen := newKeySet(p.size)
		for _, pl := range p.plans {
			goOn, err := pl.stream(seen, func(row *Row) bool { return yield(*row, nil) })
			if err != nil {
				yield(Row{}, err)
				return
			}
			if !goOn {
				return
			}
		}
	}
}

// batchRows is the number of rows that travel between the stages of a stream at once.
const batchRows = 256

// batch is a block of rows on its way from the file to the consumer.
type batch struct {
	cells []string // of all rows, one after the other
	ends  []int    // end of each row in cells
	lines []int
	err   error // ends the stream after the rows

	rows   []Row          // filled by a worker
	prints []fingerprints // of the rows, filled by a worker
	ready  chan struct{}  // the worker is done
}

func (b *batch) reset() {
	clear(b.cells)
	clear(b.rows)
	b.cells, b.ends, b.lines, b.rows, b.err = b.cells[:0], b.ends[:0], b.lines[:0], b.rows[:0], nil
}

// errGone ends the reading goroutine when nobody wants more rows.
var errGone = errors.New("the consumer is gone")

// pipeline joins the stages of a stream. The reader gives every batch to the workers and, in
// the order of the file, to the consumer, who waits until a worker has finished it.
type pipeline struct {
	free    chan *batch
	work    chan *batch
	ordered chan *batch
	gone    chan struct{} // closed when the consumer wants no more
}

func newPipeline(workers int) *pipeline {
	n := 4 * workers
	p := &pipeline{free: make(chan *batch, n), work: make(chan *batch, n), ordered: make(chan *batch, n), gone: make(chan struct{})}
	for range n {
		p.free <- &batch{ready: make(chan struct{}, 1)}
	}
	return p
}

// stream runs the stages of a table: one goroutine cuts the file into cells, several map and
// validate, and the caller finds duplicates and consumes. It returns only after all of them
// have ended. goOn is false when the consumer wants no more.
func (pl *plan) stream(seen *keySet, consume func(*Row) bool) (goOn bool, err error) {
	workers := min(runtime.GOMAXPROCS(0), 4)
	p := newPipeline(workers)
	var running sync.WaitGroup
	running.Go(func() {
		defer close(p.ordered)
		defer close(p.work)
		pl.read(p)
	})
	for range workers {
		running.Go(func() {
			w := worker{plan: pl, seed: seen.seed}
			for b := range p.work {
				w.mapBatch(b)
				b.ready <- struct{}{}
			}
		})
	}
	goOn = true
	for b := range p.ordered {
		<-b.ready
		for i := range b.rows {
			if !goOn {
				break
			}
			pl.findDuplicate(seen, &b.rows[i], b.prints[i])
			if !consume(&b.rows[i]) {
				goOn = false
				close(p.gone)
			}
		}
		if goOn && err == nil {
			err = b.err
		}
		b.reset()
		p.free <- b
	}
	running.Wait()
	return goOn, err
}

// read cuts the table into batches until its end, a fault, or until nobody wants more.
func (pl *plan) read(p *pipeline) {
	b := <-p.free
	send := func() error {
		select {
		case <-p.gone:
			return errGone
		case p.ordered <- b: // never full: there are only as many batches as it holds
		}
		p.work <- b
		b = <-p.free
		return nil
	}
	err := pl.table.Each(func(line int, cells []string) error {
		b.cells = append(b.cells, cells...)
		b.ends = append(b.ends, len(b.cells))
		b.lines = append(b.lines, line)
		if len(b.lines) < batchRows {
			return nil
		}
		return send()
	})
	if errors.Is(err, errGone) {
		return
	}
	b.err = err
	_ = send() // the last batch; nobody may be left to take it
}

// truncated keeps the value of an issue readable.
func truncated(s string) string {
	const most = 200
	if len(s) <= most {
		return s
	}
	return strings.ToValidUTF8(s[:most], "") + "…"
}

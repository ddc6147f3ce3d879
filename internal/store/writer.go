package store

import "context"

// sink takes the chunks of one import in one transaction.
type sink interface {
	write(ctx context.Context, c *chunk) error
	// exec and each run statements inside the transaction, over everything written so far.
	exec(ctx context.Context, query string, args ...any) error
	each(ctx context.Context, query string, args []any, row func(scan func(dest ...any) error) error) error
	commit(ctx context.Context, b *Batch, touched map[string]*touch) error
	rollback() error
}

// writer runs a sink in the background, so that the next rows are read and compared while the
// last ones are written.
type writer struct {
	sink   sink
	work   chan *chunk
	done   chan struct{}
	cancel context.CancelFunc
	err    error // valid after done
}

func startWriter(ctx context.Context, s sink) *writer {
	ctx, cancel := context.WithCancel(ctx)
	w := &writer{sink: s, work: make(chan *chunk, 4), done: make(chan struct{}), cancel: cancel}
	go w.run(ctx)
	return w
}

func (w *writer) run(ctx context.Context) {
	defer close(w.done)
	for c := range w.work {
		if w.err = ctx.Err(); w.err == nil {
			w.err = w.sink.write(ctx, c)
		}
		if w.err != nil {
			return
		}
	}
}

// send hands a chunk over, or returns the failure of an earlier one.
func (w *writer) send(c *chunk) error {
	select {
	case w.work <- c:
		return nil
	case <-w.done:
		return w.err
	}
}

// finish hands the last chunk over and waits until all are written.
func (w *writer) finish(c *chunk) error {
	_ = w.send(c) // a failure is w.err
	close(w.work)
	<-w.done
	w.work = nil
	w.cancel()
	return explain(w.err)
}

// abandon stops the writing and takes everything back.
func (w *writer) abandon() error {
	w.cancel()
	if w.work != nil {
		close(w.work)
	}
	<-w.done
	return w.sink.rollback()
}

// nowhere is the sink of a rehearsal.
type nowhere struct{}

func (nowhere) write(context.Context, *chunk) error        { return nil }
func (nowhere) exec(context.Context, string, ...any) error { return nil }
func (nowhere) each(context.Context, string, []any, func(func(...any) error) error) error {
	return nil
}
func (nowhere) commit(context.Context, *Batch, map[string]*touch) error { return nil }
func (nowhere) rollback() error                                         { return nil }

// openSink starts the transaction of an import.
func (s *Store) openSink(ctx context.Context) (sink, error) {
	if s.ledger.dialect == pgSQL {
		return s.openServerSink(ctx)
	}
	return s.openLiteSink(ctx)
}

// issueColumns are the columns of table issue in the order of [issueRow.value].
var issueColumns = []string{"court", "batch", "seq", "file_no", "sheet", "row_no", "col", "value", "rule", "remedy", "rejected"}

// value returns column i of [issueColumns].
func (r *issueRow) value(i int) cell {
	switch i {
	case 0:
		return str(r.court)
	case 1:
		return num(r.batch)
	case 2:
		return num(r.seq)
	case 3:
		return num(r.file)
	case 4:
		return str(r.Sheet)
	case 5:
		return num(int64(r.Row))
	case 6:
		return str(r.Column)
	case 7:
		return str(r.Value)
	case 8:
		return str(r.Rule)
	case 9:
		return str(r.Remedy)
	}
	return num(oneIf(r.Reject))
}

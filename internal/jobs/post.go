package jobs

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"

	"zhunsheng/internal/civil"
	"zhunsheng/internal/fault"
	"zhunsheng/internal/ledger"
	"zhunsheng/internal/procedure"
	"zhunsheng/internal/store"
)

// officeMapping reads the files that the poster writes.
const officeMapping = "procedures/office.yaml"

// PostUser is who a batch of the office's own events is written by.
const PostUser = "office"

// Poster brings approved applications into the ledger as events, each exactly once. An approval
// waits in the office database until the ledger has its event; whatever is cut off between the
// two is finished by the next run, since an event is known by the number of its application.
type Poster struct {
	Importer *Importer
	// Reached is told every point passed; tests stop the program there. It may be nil.
	Reached func(point string)

	mu sync.Mutex
}

// The points of a run, in order.
const (
	PostRead      = "read"      // the waiting posts are known
	PostReading   = "reading"   // the batch is open, its file archived, nothing committed
	PostCommitted = "committed" // the ledger has the events, the office does not know it
	PostNoted     = "noted"     // one post is noted as entered
)

// Pend is the body of a post that enters e.
func Pend(row []string) (string, error) {
	b, err := json.Marshal(row)
	return string(b), err
}

// waitingPost is a post with its line of the file.
type waitingPost struct {
	store.Post
	row []string
}

// Run enters everything that waits and returns how many events that were. While somebody else's
// import runs or was interrupted, that is fault.Conflict and everything goes on waiting.
func (p *Poster) Run(ctx context.Context) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	waiting, err := p.waiting(ctx)
	if err != nil || len(waiting) == 0 {
		return 0, err
	}
	p.reached(PostRead)
	done, left, err := p.note(ctx, waiting) // an earlier run may have died after its commit
	if err != nil || len(left) == 0 {
		return done, err
	}
	if err := p.dropOwn(ctx); err != nil {
		return done, err
	}
	issues, err := p.enter(ctx, left)
	if err != nil {
		return done, err
	}
	p.reached(PostCommitted)
	more, left, err := p.note(ctx, left)
	if err == nil && len(left) > 0 {
		err = fault.Invalidf("%s did not enter the ledger: %s", left[0].Proceeding, strings.Join(issues, "; "))
	}
	return done + more, err
}

func (p *Poster) reached(point string) {
	if p.Reached != nil {
		p.Reached(point)
	}
}

func (p *Poster) waiting(ctx context.Context) ([]waitingPost, error) {
	posts, err := p.Importer.Store.Posts(ctx)
	if err != nil {
		return nil, err
	}
	out := make([]waitingPost, len(posts))
	for i, x := range posts {
		out[i].Post = x
		if err := json.Unmarshal([]byte(x.Body), &out[i].row); err != nil || len(out[i].row) != len(procedure.Columns()) {
			return nil, fmt.Errorf("waiting event of %s cannot be read: %w", x.Proceeding, err)
		}
	}
	return out, nil
}

// dropOwn discards a batch of the poster that was cut off: its events still wait.
func (p *Poster) dropOwn(ctx context.Context) error {
	batches, err := p.Importer.Store.Batches(ctx)
	if err != nil {
		return err
	}
	for _, b := range batches {
		if b.State == store.Interrupted && b.User == PostUser {
			if err := p.Importer.Store.Discard(ctx, b.ID); err != nil {
				return err
			}
		}
	}
	return nil
}

// enter imports one file with all events; issues say what was refused.
func (p *Poster) enter(ctx context.Context, posts []waitingPost) (issues []string, err error) {
	m, err := ledger.LoadMapping(p.Importer.Rules, officeMapping)
	if err != nil {
		return nil, err
	}
	var file bytes.Buffer
	w := csv.NewWriter(&file)
	rows := [][]string{procedure.Columns()}
	for _, x := range posts {
		rows = append(rows, x.row)
	}
	if err := w.WriteAll(rows); err != nil {
		return nil, err
	}
	name := "office-" + posts[0].Proceeding + ".csv"
	_, err = p.Importer.Import(ctx, Run{User: PostUser, Mapping: m,
		Inputs:   []ledger.Input{{Name: name, R: bytes.NewReader(file.Bytes()), Size: int64(file.Len())}},
		Detected: func(string, ledger.Detected) { p.reached(PostReading) },
		Issue:    func(i ledger.Issue) { issues = append(issues, i.Column+" "+i.Value+" "+i.Rule) }})
	return issues, err
}

// note marks the posts whose event the ledger has, and returns the others.
func (p *Poster) note(ctx context.Context, posts []waitingPost) (done int, left []waitingPost, err error) {
	for _, x := range posts {
		events, err := p.Importer.Store.Events(ctx, x.row[0], x.row[2])
		if err != nil {
			return done, nil, err
		}
		i := slices.IndexFunc(events, func(e store.EventRecord) bool {
			return slices.Equal(procedure.Row(x.row[0], x.row[1], e.Event), x.row)
		})
		if i < 0 {
			left = append(left, x)
			continue
		}
		if err := p.entered(ctx, x, events[i].FromBatch); err != nil && !errors.Is(err, fault.Conflict) {
			return done, nil, err
		}
		p.reached(PostNoted)
		done++
	}
	return done, left, nil
}

// entered adds the step that says where the event is.
func (p *Poster) entered(ctx context.Context, x waitingPost, batch int64) error {
	have, err := p.Importer.Store.Proceeding(ctx, x.Proceeding)
	if err != nil {
		return err
	}
	day, err := civil.ParseDate(x.row[8])
	if err != nil {
		return err
	}
	body, err := json.Marshal(procedure.Detail{Batch: batch})
	if err != nil {
		return err
	}
	return p.Importer.Store.Posted(ctx, x.Post, batch,
		store.Proceeding{ID: have.ID, Version: have.Version, State: string(procedure.Entered)},
		store.ProceedingStep{Act: string(procedure.Enter), Who: PostUser, Day: day, Body: string(body)})
}

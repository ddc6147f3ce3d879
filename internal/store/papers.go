package store

import (
	"context"
	"database/sql"
	"time"

	"zhunsheng/internal/fault"
	"zhunsheng/internal/paper"
)

// Paper is an official document with where it stands in its life.
type Paper struct {
	ID, Kind, Court, Period string
	Origin                  string // who began it: a login, or schedule
	Replaces                string // the document that this one restates
	Created                 time.Time
	Who                     string

	Seq     int64 // of the last step; the next one must follow it
	State   paper.State
	At      time.Time // of the last step
	By      string    // login of who took it
	Version int       // newest generation of the text
	Title   string
	Batch   int64
	Edition string // once issued
}

// PaperVersion is one generation of a document's text from the figures.
type PaperVersion struct {
	Version int // 1, 2, …
	Title   string
	Batch   int64
	Recipe  string // JSON of the caller, as in [Edition.Recipe]
	Body    string // JSON of the caller: the document as data
	At      time.Time
	Who     string
}

// PaperText is what a person wrote in place of a sentence; an empty body restores the generated
// sentence. Versions of one sentence are 1, 2, … and never replaced.
type PaperText struct {
	Sentence string
	Version  int
	Body     string
	At       time.Time
	Who      string
}

// PaperStep is one step of a document's life.
type PaperStep struct {
	Seq     int64
	Action  paper.Action
	State   paper.State // after the step
	Court   string      // that acknowledged
	Edition string      // that was frozen, or that took the place of this one
	Organ   string      // that approved: president or party_group
	Reason  string
	At      time.Time
	Who     string
}

// AddPaper begins a document with its first version; an id is used once for ever.
func (s *Store) AddPaper(ctx context.Context, p Paper, v PaperVersion) error {
	if p.ID == "" || p.Kind == "" || p.Period == "" || p.Who == "" {
		return fault.Invalidf("a document needs an id, a kind, a period and an author")
	}
	now := millis(s.now())
	return s.office.update(ctx, func(tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, s.stmts.get("paper_insert"), p.ID, p.Kind, p.Court, p.Period, p.Origin, p.Replaces, now, p.Who); err != nil {
			return err
		}
		if err := s.addVersion(ctx, tx, p.ID, v); err != nil {
			return err
		}
		return s.addStep(ctx, tx, p.ID, PaperStep{Seq: 1, Action: paper.Begin, State: paper.Draft, Who: p.Who})
	})
}

func (s *Store) addVersion(ctx context.Context, tx *sql.Tx, id string, v PaperVersion) error {
	_, err := tx.ExecContext(ctx, s.stmts.get("paper_version_insert"), id, max(v.Version, 1), v.Title, v.Batch, v.Recipe, v.Body, millis(s.now()), v.Who)
	return err
}

func (s *Store) addStep(ctx context.Context, tx *sql.Tx, id string, st PaperStep) error {
	_, err := tx.ExecContext(ctx, s.stmts.get("paper_step_insert"), id, st.Seq, string(st.Action), string(st.State), st.Court, st.Edition, st.Organ, st.Reason, millis(s.now()), st.Who)
	return err
}

// StepPaper takes a step, whose number must follow the last one: when somebody else was faster,
// it is a conflict. A refreshed text, a frozen edition with its recipients and the steps that
// follow from them are one transaction.
func (s *Store) StepPaper(ctx context.Context, id string, st PaperStep, more ...PaperChange) error {
	return s.office.update(ctx, func(tx *sql.Tx) error {
		if err := s.addStep(ctx, tx, id, st); err != nil {
			return err
		}
		for _, c := range more {
			if err := c(ctx, s, tx, id); err != nil {
				return err
			}
		}
		return nil
	})
}

// PaperChange is something that happens together with a step.
type PaperChange func(ctx context.Context, s *Store, tx *sql.Tx, id string) error

// WithVersion adds a newer version of the text.
func WithVersion(v PaperVersion) PaperChange {
	return func(ctx context.Context, s *Store, tx *sql.Tx, id string) error { return s.addVersion(ctx, tx, id, v) }
}

// WithEdition freezes an edition.
func WithEdition(e Edition) PaperChange {
	return func(ctx context.Context, s *Store, tx *sql.Tx, _ string) error { return s.freeze(ctx, tx, e) }
}

// WithRecipients sends the document to courts.
func WithRecipients(courts []string) PaperChange {
	return func(ctx context.Context, s *Store, tx *sql.Tx, id string) error {
		for _, c := range courts {
			if _, err := tx.ExecContext(ctx, s.stmts.get("paper_recipient_insert"), id, c); err != nil {
				return err
			}
		}
		return nil
	}
}

// WithStep takes a step of another document.
func WithStep(other string, st PaperStep) PaperChange {
	return func(ctx context.Context, s *Store, tx *sql.Tx, _ string) error { return s.addStep(ctx, tx, other, st) }
}

// Papers returns all documents, newest period first; with a court only those sent to it.
func (s *Store) Papers(ctx context.Context, court string) ([]Paper, error) {
	return s.papers(ctx, "", court)
}

// Paper returns one document, or fault.NotFound.
func (s *Store) Paper(ctx context.Context, id string) (Paper, error) {
	if id != "" {
		list, err := s.papers(ctx, id, "")
		if err != nil || len(list) == 1 {
			return append(list, Paper{})[0], err
		}
	}
	return Paper{}, fault.NotFoundf("document %q does not exist", id)
}

func (s *Store) papers(ctx context.Context, id, court string) (out []Paper, err error) {
	err = s.office.each(ctx, s.stmts.get("papers"), []any{id, court}, func(rows *sql.Rows) error {
		var p Paper
		var created, at int64
		err := rows.Scan(&p.ID, &p.Kind, &p.Court, &p.Period, &p.Origin, &p.Replaces, &created, &p.Who,
			&p.Seq, &p.State, &at, &p.By, &p.Version, &p.Title, &p.Batch, &p.Edition)
		p.Created, p.At = instant(created), instant(at)
		out = append(out, p)
		return err
	})
	return out, err
}

// PaperVersions returns the generations of a document's text, oldest first.
func (s *Store) PaperVersions(ctx context.Context, id string) (out []PaperVersion, err error) {
	err = s.office.each(ctx, s.stmts.get("paper_versions"), []any{id}, func(rows *sql.Rows) error {
		var v PaperVersion
		var at int64
		err := rows.Scan(&v.Version, &v.Title, &v.Batch, &v.Recipe, &v.Body, &at, &v.Who)
		v.At = instant(at)
		out = append(out, v)
		return err
	})
	return out, err
}

// WritePaper keeps what a person wrote in place of a sentence; its version must follow the last
// one of the sentence, otherwise somebody else wrote meanwhile: a conflict.
func (s *Store) WritePaper(ctx context.Context, id string, t PaperText) error {
	if t.Sentence == "" || t.Version < 1 || t.Who == "" {
		return fault.Invalidf("a text needs a sentence, a version and an author")
	}
	return s.office.update(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, s.stmts.get("paper_text_insert"), id, t.Sentence, t.Version, t.Body, millis(s.now()), t.Who)
		return err
	})
}

// PaperTexts returns everything that was written in place of sentences, by sentence, oldest
// first.
func (s *Store) PaperTexts(ctx context.Context, id string) (out []PaperText, err error) {
	err = s.office.each(ctx, s.stmts.get("paper_texts"), []any{id}, func(rows *sql.Rows) error {
		var t PaperText
		var at int64
		err := rows.Scan(&t.Sentence, &t.Version, &t.Body, &at, &t.Who)
		t.At = instant(at)
		out = append(out, t)
		return err
	})
	return out, err
}

// PaperSteps returns the life of a document so far.
func (s *Store) PaperSteps(ctx context.Context, id string) (out []PaperStep, err error) {
	err = s.office.each(ctx, s.stmts.get("paper_steps"), []any{id}, func(rows *sql.Rows) error {
		var st PaperStep
		var at int64
		err := rows.Scan(&st.Seq, &st.Action, &st.State, &st.Court, &st.Edition, &st.Organ, &st.Reason, &at, &st.Who)
		st.At = instant(at)
		out = append(out, st)
		return err
	})
	return out, err
}

// PaperRecipients returns the courts that documents were sent to, by document; of one, or of
// all for "".
func (s *Store) PaperRecipients(ctx context.Context, id string) (map[string][]string, error) {
	out := map[string][]string{}
	err := s.office.each(ctx, s.stmts.get("paper_recipients"), []any{id}, func(rows *sql.Rows) error {
		var p, court string
		err := rows.Scan(&p, &court)
		out[p] = append(out[p], court)
		return err
	})
	return out, err
}

// PaperAttempt is one try of the schedule to make a document.
type PaperAttempt struct {
	Kind, Court, Period string
	State               string // begun, made or failed
	Note                string // why it failed
	At                  time.Time
}

// AddPaperAttempt writes down what the schedule did.
func (s *Store) AddPaperAttempt(ctx context.Context, a PaperAttempt) error {
	return s.office.update(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, s.stmts.get("paper_attempt_insert"), a.Kind, a.Court, a.Period, a.State, a.Note, millis(s.now()))
		return err
	})
}

// PaperAttempts returns the last attempts of the schedule, newest first.
func (s *Store) PaperAttempts(ctx context.Context, limit int) (out []PaperAttempt, err error) {
	err = s.office.each(ctx, s.stmts.get("paper_attempts"), []any{limit}, func(rows *sql.Rows) error {
		var a PaperAttempt
		var at int64
		err := rows.Scan(&a.Kind, &a.Court, &a.Period, &a.State, &a.Note, &at)
		a.At = instant(at)
		out = append(out, a)
		return err
	})
	return out, err
}

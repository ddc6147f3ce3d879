package web

import (
	"context"
	"log/slog"
	"time"

	"github.com/alexedwards/scs/v2"

	"zhunsheng/internal/access"
	"zhunsheng/internal/civil"
	"zhunsheng/internal/docket"
	"zhunsheng/internal/statute"
	"zhunsheng/web/api"
	"zhunsheng/web/page/cases"
	"zhunsheng/web/page/data"
	"zhunsheng/web/page/documents"
	"zhunsheng/web/page/entry"
	"zhunsheng/web/page/foresight"
	"zhunsheng/web/page/indicators"
	"zhunsheng/web/page/limits"
	"zhunsheng/web/page/longpending"
	"zhunsheng/web/page/overview"
	"zhunsheng/web/page/procedures"
	"zhunsheng/web/page/search"
	"zhunsheng/web/page/settings"
	"zhunsheng/web/page/signals"
	"zhunsheng/web/page/situation"
	"zhunsheng/web/page/today"
)

// Deps is all that the pages need; every field must be given.
type Deps struct {
	Log      *slog.Logger
	Sessions *scs.SessionManager // cookie, lifetime and store are set by the caller

	Office      Office
	Gate        entry.Gate
	Today       today.Source
	Overview    overview.Source
	Situation   situation.Source
	Indicators  indicators.Source
	Cases       cases.Source
	LongPending longpending.Source
	Imports     data.Imports
	Quality     data.Quality
	Ledger      data.Ledger
	Disputes    data.Disputes
	Documents   documents.Source
	Papers      documents.Papers
	API         api.Source
	Notes       cases.Notes
	Settings    settings.Source
	Search      search.Documents
	Intervals   settings.Intervals
	Signals     signals.Source
	Foresight   foresight.Source
	Procedures  procedures.Source
	Appraisals  procedures.Appraisers
	Law         limits.Law
	Limits      limits.Source
}

// Office tells the shell what the installation holds. It is asked on every request, so
// answers come from memory.
type Office interface {
	State(ctx context.Context) (State, error)
	Lists(ctx context.Context) (Lists, error)
	// Waiting counts what waits for a person, by section.
	Waiting(ctx context.Context, who access.Scope) (map[string]int, error)
}

// State is the state of the data.
type State struct {
	DataDay     civil.Date // 数据截至; zero: nothing loaded yet
	Batch       int64      // last batch committed
	Committed   time.Time
	Interrupted int64 // batch that was cut off and waits for resume or discard; 0: none
	Running     int64 // batch that is being imported; 0: none
	Percent     int   // how much of Running is read; -1: unknown
}

// Lists are the office's own lists, unfiltered; courts in administrative order.
type Lists struct {
	Courts    []docket.Court
	Divisions []docket.Division
	Judges    []docket.Posting // everybody who ever was in a post; the last posting decides where a name is offered
	Causes    []docket.Cause

	// Vocabulary has the words of codes: field → code → name (rules/vocabulary.yaml).
	Vocabulary map[string]map[string]statute.Text
}

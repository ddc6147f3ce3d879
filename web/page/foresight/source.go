// Package foresight has the pages that look ahead: what will be filed, how much work that is for
// how many judges, which judges could be lent where, and what would come of it. Courts stand in
// administrative order everywhere.
package foresight

import (
	"context"
	"time"

	"zhunsheng/internal/access"
	"zhunsheng/internal/civil"
	"zhunsheng/internal/forecast"
	"zhunsheng/internal/load"
	"zhunsheng/internal/solve"
	"zhunsheng/internal/staffing"
	"zhunsheng/internal/statute"
	"zhunsheng/internal/whatif"
)

// Series is the filings of a court, a line, or both, or of a division or judge of a court, with
// their forecast, which adds up with those of the other series.
type Series struct {
	ID              string // total, */line, court, court/line, division/court/division, judge/court/division/judge, these with a line
	Court, Line     string // empty: all
	Field           string // "division" or "judge": a part of the court
	Division, Judge string // of such a part; empty: not assigned
	Ended           bool   // no longer in post, or without cases for a year: forecast zero
	Counts          []int64
	Forecast        forecast.Forecast
}

// Outlook is the forecasts of a scope, the whole first, then line by line, court by court, or
// division by division, judge by judge, in the office's order.
type Outlook struct {
	Known  []civil.Period // complete months, oldest first
	Ahead  []civil.Period
	Series []Series
	Kept   civil.Date // last day known to the newest forecast that is kept; zero: none
}

// Past is a forecast as it was published, with what came since.
type Past struct {
	Forecast forecast.Forecast
	Months   []civil.Period // forecast
	Score    forecast.Score // of the months that have come
	Program  string
	At       time.Time
}

// Unit is the work of one court, division or judge.
type Unit struct {
	Code     string
	Pending  int64
	Filed    int64 // in the past year
	Closed   int64
	Expected float64 // cases until the end of the year, of divisions and judges
	Need     load.Need
}

// Kind is one kind of cases with its weight, and what past days say of it.
type Kind struct {
	load.Weight
	Relative float64 // weight over the mean weight of the cases closed
	Estimate load.Estimate
}

// Entry is an entry of the capacity calendar with who made it.
type Entry struct {
	load.Absence
	Version int
	Who     string
	At      time.Time
	Reason  string
	Back    *Withdrawal // nil: it holds
}

// Withdrawal takes an entry of the capacity calendar back; both stay in the record.
type Withdrawal struct {
	Who    string
	At     time.Time
	Reason string
}

// Burden is the work of a scope against its judges.
type Burden struct {
	Day      civil.Date
	Year     civil.Period // past months that the norm and the shares come from
	Rest     civil.Period // months to come
	Field    string       // court or division
	Units    []Unit       // fixed order
	Total    Unit
	Judges   []Unit // of one division, in the order of the roster
	Weights  statute.Version[load.Weights]
	Kinds    []Kind
	Calendar []Entry // in force on the day or later, with those taken back
}

// Wish is a question to the planning board.
type Wish struct {
	MaxMoves int      // 0: none may move
	Share    float64  // of a court's judges that may leave at most
	Least    int      // judges present in every court
	Within   bool     // only between courts of one level
	Stay     []string // courts that do not lend
	Full     []string // courts that do not receive
	Refused  []staffing.Refusal
	Judges   float64 // more judges (or fewer) at the court of the drawing, beside the plan
	Intake   float64 // share by which more is filed
	Target   int     // cases pending over twelve months to be reached in half a year; below 0: no campaign

	// Loan is when lent judges are away, in whole months; a side left open is the day after the data
	// day, or the end of the year. Both open: from now on.
	Loan civil.Period

	// Named plans the judges of the roster by name, each with lines, languages, time and the courts
	// to avoid. Needs hold only then.
	Named bool
	Needs []staffing.Need
}

// Asking is what a need can ask for: codes of lines, and of languages that somebody speaks.
type Asking struct {
	Lines, Languages []string
}

// Sent is a judge whom a plan moves.
type Sent struct {
	staffing.Move
	Division         string
	Lines, Languages []string
	Time             float64         // share of full time
	Lender, Receiver float64         // load per judge before
	Meets            []staffing.Need // of the receiving court
	Alike            []string        // judges who stay and could go as well, with the same result: roster order
}

// Met is a need with the judges who meet it.
type Met struct {
	staffing.Need
	Before, After int // at the court
	All           int // in all courts
}

// Limit is a condition that binds, or contradicts others.
type Limit struct {
	Rule string // max_moves, max_lend_share, min_judges, within_group, needs, personal; empty: Text says it
	Need *Met   // of needs: the one meant; nil: all
	Text string
}

// LoanTime is what comes of a wish when judges are lent for some time.
type LoanTime struct {
	Loan   civil.Period
	Months float64 // of the loan until the end of the year
	Plan   staffing.Plan
	Sound  bool // the checker does not object
}

// Fate is a court under a plan.
type Fate struct {
	Code          string
	Judges, After int
	Time          float64 // of the judges before, in full-time judges
	Load          float64 // weighted cases
	Present       float64 // time on average until the end of the year, under the plan
	Pending       int64   // cases on the day
	Without, With *whatif.Outcome
}

// Board is the answer to a wish.
type Board struct {
	Day        civil.Date
	Rest       civil.Period
	Ahead      []civil.Period // months played
	Plan       staffing.Plan
	Objections []string // of the checker that knows no solver
	Confirmed  bool     // the bound follows from counting alone
	Others     []solve.Alternative
	Courts     []Fate
	Source     statute.Source    // of the weights
	Loan       civil.Period      // when lent judges are away; zero: from now on
	LoanShare  float64           // of the time until the end of the year
	Travel     []staffing.Travel // hours one way
	TravelFrom staffing.TravelTable
	Binding    []Limit // what keeps the largest load from falling further
	Conflict   []Limit // of a wish without a plan: conditions that contradict each other

	// By name: who is moved, courts in their order and judges in that of the roster; the needs; and
	// courts to be avoided that are none of the office's, by judge.
	Sent     []Sent
	Met      []Met
	Astray   map[string][]string
	Evidence int // cases of a line closed in the past year that show a judge handles it, where the roster is silent
}

// Adopted is a plan the office decided on, with what was expected without it and what came.
type Adopted struct {
	At     time.Time
	Who    string
	Reason string
	Origin civil.Date // data day of the plan
	Moves  []staffing.Move
	Names  map[string]string // of the judges moved by name, as they were then
	Loan   *staffing.Span    // nil: from then on
	Ahead  []civil.Period
	Courts []Followed
}

// Followed is one court after a move: pending expected without the move, and what came.
type Followed struct {
	Code    string
	Change  int // judges
	Without []whatif.Band
	Came    []int64 // months that have come
}

// Source looks ahead; every call is confined to at.
type Source interface {
	Outlook(ctx context.Context, at access.Scope) (Outlook, error)
	// Past are the forecasts kept of a series, oldest first.
	Past(ctx context.Context, at access.Scope, id string) ([]Past, error)
	// Publish keeps the forecasts of the last complete month; made is false when they are kept already.
	Publish(ctx context.Context, at access.Scope) (made bool, err error)
	Burden(ctx context.Context, at access.Scope) (Burden, error)
	// Enter puts an entry into the capacity calendar.
	Enter(ctx context.Context, at access.Scope, a load.Absence, reason string) error
	// Withdraw takes an entry back, with grounds; nothing is deleted.
	Withdraw(ctx context.Context, at access.Scope, judge string, version int, reason string) error
	Board(ctx context.Context, at access.Scope, w Wish, drawn string) (Board, error)
	// Loans plans the wish again for loans that begin now and last some months.
	Loans(ctx context.Context, at access.Scope, w Wish) ([]LoanTime, error)
	// Asking is what needs can ask for.
	Asking(ctx context.Context, at access.Scope) (Asking, error)
	// Adopt writes down that the office decided on the plan of a wish.
	Adopt(ctx context.Context, at access.Scope, w Wish, reason string) error
	Adopted(ctx context.Context, at access.Scope) ([]Adopted, error)
	// Paper writes the recommendation to the party group as docx.
	Paper(ctx context.Context, at access.Scope, w Wish) ([]byte, error)
}

// Package signals shows what departs from its own past or from its peers: the months of
// intake that were not to be expected and what makes them up, funnels, units that lag for long,
// and figures that ask for a look at how they came about. Nothing here is an order of courts.
package signals

import (
	"context"
	"math/big"
	"strings"
	"time"

	"zhunsheng/internal/access"
	"zhunsheng/internal/alert"
	"zhunsheng/internal/civil"
	"zhunsheng/internal/distortion"
	"zhunsheng/internal/indicator"
	"zhunsheng/internal/signal"
	"zhunsheng/internal/statute"
)

// Alarm is one month of one series that was not to be expected.
type Alarm struct {
	ID                  string // of the series
	By                  map[string]string
	Month               civil.Period
	Kind                signal.Change
	Value               int64
	Expected, Low, High float64 // the range holds 95 of 100 such months
	P                   float64
	Inside              []Alarm // alarms of parts of this series in the same month and direction
}

// Board is the alarms of a period.
type Board struct {
	Months   []civil.Period // judged and in the period, oldest first
	Alarms   []Alarm        // newest month first, then in fixed order
	Series   int            // judged in the last month
	Expected float64        // false alarms to be expected in one month, at most, if nothing had changed
	Thin     int            // series too thin to be judged alone
}

// Series is the course of one series.
type Series struct {
	ID      string
	By      map[string]string
	Reason  string // why it cannot be judged; empty: it can
	Points  []Point
	Rebases []Rebase
}

// Point is one month of a series; without judgement Judged is false.
type Point struct {
	Alarm
	Judged bool
}

// Rebase is a known change that somebody told the program of.
type Rebase struct {
	Month, Reason, Who string
	At                 time.Time
}

// Split is what makes up the distance of a month from its expectation; parts add up exactly.
type Split struct {
	By    string // court line cause batch party
	Parts []signal.Excess
	Total signal.Excess
}

// Funnel is the units of a scope around the rate of all of them.
type Funnel struct {
	Set       string
	Indicator *indicator.Indicator
	Version   *indicator.Version
	Field     string // court or division
	Plot      *signal.FunnelPlot
}

// Course is the months of an indicator, judged by an individuals chart.
type Course struct {
	Set       string
	Indicator *indicator.Indicator
	Months    []CoursePoint
	Rebases   []Rebase
}

// CoursePoint is one month of an indicator. Break: the definition changed with this month.
type CoursePoint struct {
	Month civil.Period
	indicator.Figure
	Judged signal.Point
	Break  bool
}

// CourseID names the course of an indicator among the series whose limits can start anew.
func CourseID(set, key string) string { return coursePrefix + set + "/" + key }

const coursePrefix = "indicator:"

// CourseOf is the indicator of an id that [CourseID] made.
func CourseOf(id string) (set, key string, ok bool) {
	rest, ok := strings.CutPrefix(id, coursePrefix)
	if !ok {
		return "", "", false
	}
	return strings.Cut(rest, "/")
}

// Parts is what the units below a scope contribute to the change of an indicator since the
// month before; Within and Mix of all units add up to Change. Without Change there is no split.
type Parts struct {
	Field  string
	Before civil.Period
	Change *big.Rat
	Units  []UnitPart // in their fixed order
}

// UnitPart is one unit with its fractions in both months.
type UnitPart struct {
	signal.RatePart
	Before, After signal.Fraction
}

// Lag is a unit outside its interval or funnel in many of the last months.
type Lag struct {
	Indicator *indicator.Indicator
	Code      string // of the unit
	Marks     []Mark // one for each month, oldest first
	Outside   int
}

// Mark says where a unit stood in a month.
type Mark struct {
	State string // below above: the interval; low high: the funnel; inside; too_few; none
	Num   int64
	Den   int64
}

// Lagging is the units that stood outside for long, indicators in the order of the catalogue,
// units in their fixed order.
type Lagging struct {
	Set    string
	Field  string
	Months []civil.Period
	Need   int // months outside, on one side, that count as long
	Lags   []Lag
	Source statute.Source
}

// Clue is a question about how figures of a court came about, with its words; ID names the list
// of its cases.
type Clue struct {
	ID string
	distortion.Question
	Words statute.Text
}

// Clues are the questions of the last look.
type Clues struct {
	Questions []Clue // rules in their order, courts in theirs
	Rules     []distortion.Rule
	Window    civil.Period
	Tested    int
	Expected  float64 // questions by chance alone, at most
	Parties   bool    // the ledger carries a keyed hash of the parties
	Whole     bool    // the scope is a whole court or more; parts of a court are too small to ask
}

// Alert is one alert with what was done to it.
type Alert struct {
	alert.Alert
	Steps []AlertStep
}

// AlertStep is one thing that somebody did to an alert.
type AlertStep struct {
	At                time.Time
	Who, Action, Note string
}

// AlertRule is a rule with what those who handled its alerts said.
type AlertRule struct {
	alert.Rule
	alert.Usefulness
	Retired bool
}

// Alerts is the board of alerts of a scope.
type Alerts struct {
	List     []Alert // oldest first, all states
	Rules    []AlertRule
	Silences []alert.Silence // in force
}

// Source finds signals; every call is confined to at.
type Source interface {
	Book() *indicator.Book
	Board(ctx context.Context, at access.Scope, p civil.Period) (Board, error)
	Series(ctx context.Context, at access.Scope, id string) (Series, error)
	Splits(ctx context.Context, at access.Scope, id, month string) ([]Split, error)
	// Rebase notes a known change: limits start anew at the month.
	Rebase(ctx context.Context, at access.Scope, id, month, reason string) error
	Funnel(ctx context.Context, at access.Scope, set, key string, p civil.Period) (Funnel, error)
	Course(ctx context.Context, at access.Scope, set, key string, p civil.Period) (Course, error)
	Parts(ctx context.Context, at access.Scope, set, key string, month civil.Period) (Parts, error)
	Clues(ctx context.Context, at access.Scope) (Clues, error)
	Alerts(ctx context.Context, at access.Scope) (Alerts, error)
	MoveAlert(ctx context.Context, at access.Scope, id int64, action alert.Action, note string) error
	AnswerAlert(ctx context.Context, at access.Scope, id int64, useful bool) error
	// Silence keeps a rule quiet until the end of a day, at one court or at all.
	Silence(ctx context.Context, at access.Scope, rule, court, reason string, end civil.Date) error
	EndSilence(ctx context.Context, at access.Scope, id int64) error
	// Document starts a notice or a special analysis from an alert, with its evidence; a notice
	// passes the gate or needs a reason. An alert of all courts needs the court that the analysis
	// is about. It returns the draft.
	Document(ctx context.Context, at access.Scope, id int64, kind, court, reason string) (paper string, err error)
	Lagging(ctx context.Context, at access.Scope, set string, p civil.Period) (Lagging, error)
}

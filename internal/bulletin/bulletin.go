// Package bulletin builds the office's documents from figures: every number printed comes from
// the same computation as the pages and carries an id by which it can be asked for again. What
// a document consists of (skeletons), how it speaks (sentence forms) and what its labels say
// are data of rules/bulletins; the program computes, chooses among the forms and binds every
// sentence to its figures. Findings come from internal/signal, outlooks from internal/forecast.
package bulletin

import (
	"context"

	"zhunsheng/internal/civil"
	"zhunsheng/internal/docket"
	"zhunsheng/internal/document"
	"zhunsheng/internal/indicator"
	"zhunsheng/internal/signal"
	"zhunsheng/internal/statute"
)

// Source gives figures and case lists, already confined to what the document may show.
type Source interface {
	Compute(ctx context.Context, req indicator.Request) ([]indicator.Figure, error)
	Cases(ctx context.Context, req indicator.CasesRequest) ([]Listed, error)
}

// Listed is one case of an appendix list, with the reason why it is there.
type Listed struct {
	ID     int64
	Case   docket.Case
	Reason statute.Text
}

// Brief says what to build and from what.
type Brief struct {
	Lang       string // zh or en; empty: zh
	Org        string // issuing office
	Place      string // whose figures, e.g. 云岭市两级法院
	To         string // 主送
	Court      string // court code; empty: the whole city
	Period     civil.Period
	Issued     civil.Date // 成文日期, the day of approval; zero: not approved yet, its place stays open
	Printed    civil.Date // 印发日期; zero: the day of approval
	DataDay    civil.Date // 数据截至
	Batch      int64
	Program    string         // version of the program
	Registries []string       // of the case numbers in the ledger, e.g. cn
	Courts     []docket.Court // in administrative order; one court only in a bulletin of one court
	Name       func(field, id string) string
	Sheet      func(name string, rows []Listed) document.Sheet // prints case rows; the one case list of the product
	// Calendar explains months by working days and festivals: regressors and their likely
	// effects. nil: days of the week only.
	Calendar func(step signal.Step, at []int) (regressors map[int][]float64, likely []float64, err error)
	Given
}

// Given is what people and earlier documents give to a new one. All of it may be empty.
type Given struct {
	Issue    int          `json:"issue"`    // 第×期; 0: the period is printed instead
	Evidence []string     `json:"evidence"` // findings of a person or an alert, as sentences
	Earlier  []Suggestion `json:"earlier"`  // suggestions of earlier documents, with their results
	Meeting  Meeting      `json:"meeting"`
}

// Meeting is what minutes need to know that is in no ledger.
type Meeting struct {
	Topic     string       `json:"topic"`
	Day       string       `json:"day"` // YYYY-MM-DD
	Where     string       `json:"where"`
	Chair     string       `json:"chair"`
	Present   []string     `json:"present"`    // 出席
	Excused   []string     `json:"excused"`    // 请假
	SittingIn []string     `json:"sitting_in"` // 列席
	Decisions []Suggestion `json:"decisions"`
}

// Printed is one figure of the document with everything needed to ask for it again. A figure
// of the catalogue has Set and Indicator; one calculated from others has a Rule and the ids it
// comes From; one of a statistical model has a Rule only. Rules: growth is |a−b|÷b, points
// |a−b|×100, difference |a−b|, share a÷b, gap |a−b−c|, numerator and denominator_less_numerator what they
// say of one figure.
type Printed struct {
	ID        string   `json:"id"`
	Text      string   `json:"text"` // as printed
	Unit      string   `json:"unit"` // count share points days ratio money per_judge alarms
	Set       string   `json:"set,omitempty"`
	Indicator string   `json:"indicator,omitempty"`
	Version   string   `json:"version,omitempty"`
	Period    string   `json:"period"`
	By        []string `json:"by,omitempty"`
	Of        []string `json:"of,omitempty"`   // values of By
	Only      []string `json:"only,omitempty"` // courts the figure is limited to
	Rule      string   `json:"rule,omitempty"`
	From      []string `json:"from,omitempty"`
	Numerator string   `json:"numerator,omitempty"`
	Divisor   string   `json:"denominator,omitempty"`
	Value     string   `json:"value,omitempty"`
	Status    string   `json:"status"` // of the catalogue; derived and model for the others
}

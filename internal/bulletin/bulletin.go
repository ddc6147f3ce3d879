// Package bulletin builds the office's documents from figures: every number printed comes from
// the same computation as the pages and carries an id by which it can be asked for again.
package bulletin

import (
	"context"
	"fmt"
	"io/fs"
	"math/big"
	"strings"

	"zhunsheng/internal/civil"
	"zhunsheng/internal/docket"
	"zhunsheng/internal/document"
	"zhunsheng/internal/fault"
	"zhunsheng/internal/indicator"
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
	Org     string // issuing office
	Place   string // whose figures, e.g. 云岭市两级法院
	To      string // 主送
	Court   string // court code; empty: the whole city
	Period  civil.Period
	Issued  civil.Date // date printed
	DataDay civil.Date // 数据截至
	Batch   int64
	Program string         // version of the program
	Courts  []docket.Court // in administrative order; one court only in a one-court bulletin
	Name    func(field, id string) string
	Sheet   func(name string, rows []Listed) document.Sheet // prints case rows; the one case list of the product
}

// Printed is one figure of the document with everything needed to ask for it again.
type Printed struct {
	ID        string   `json:"id"`
	Text      string   `json:"text"` // as printed
	Set       string   `json:"set"`
	Indicator string   `json:"indicator"`
	Version   string   `json:"version"`
	Period    string   `json:"period"`
	By        []string `json:"by,omitempty"`
	Of        []string `json:"of,omitempty"` // values of By
	Numerator string   `json:"numerator,omitempty"`
	Divisor   string   `json:"denominator,omitempty"`
	Value     string   `json:"value,omitempty"`
	Status    string   `json:"status"`
}

// Skeleton is the shape of a kind of document, from rules/bulletins.
type Skeleton struct {
	ID    string       `yaml:"id"`
	Title statute.Text `yaml:"title"`
	Sets  []struct {
		From string `yaml:"from"`
		Set  string `yaml:"set"`
	} `yaml:"sets"`
	Groups []struct {
		Group   string       `yaml:"group"`
		Heading statute.Text `yaml:"heading"`
	} `yaml:"groups"`
	Lines []string `yaml:"lines"`
	Lists []struct {
		Name      string         `yaml:"name"`
		Set       string         `yaml:"set"`
		Indicator string         `yaml:"indicator"`
		Side      indicator.Side `yaml:"side"`
		Unless    indicator.Side `yaml:"unless"`
	} `yaml:"lists"`
}

// LoadSkeleton reads rules/bulletins/<kind>.yaml.
func LoadSkeleton(fsys fs.FS, kind string) (*Skeleton, error) {
	if strings.ContainsAny(kind, "/.\\") || kind == "" {
		return nil, fault.Invalidf("no document of kind %q", kind)
	}
	name := "bulletins/" + kind + ".yaml"
	if _, err := fs.Stat(fsys, name); err != nil {
		return nil, fault.Invalidf("no document of kind %q in rules/bulletins", kind)
	}
	var s Skeleton
	if err := statute.Decode(fsys, name, &s); err != nil {
		return nil, err
	}
	for _, x := range s.Sets {
		if _, err := civil.ParseDate(x.From); err != nil {
			return nil, fmt.Errorf("%s: sets: %w", name, err)
		}
	}
	if len(s.Sets) == 0 {
		return nil, fault.Invalidf("%s: no indicator set", name)
	}
	return &s, nil
}

// set is the indicator set in force on a day; before the first one, the first: an earlier
// period is then measured by later definitions, and the document says so.
func (s *Skeleton) set(day civil.Date) (set string, early bool) {
	set, early = s.Sets[0].Set, true
	for _, x := range s.Sets {
		if day.String() >= x.From {
			set, early = x.Set, false
		}
	}
	return set, early
}

// Percent prints a share with two decimals, half-up: 0.9075 → 90.75%.
func percent(r *big.Rat) string {
	return indicator.RoundHalfUp(new(big.Rat).Mul(r, big.NewRat(100, 1)), 2) + "%"
}

// print shows a value in its unit; no value is "–".
func print(unit string, v *big.Rat) string {
	if v == nil {
		return "–"
	}
	switch unit {
	case "share":
		return percent(v)
	case "count":
		if v.IsInt() {
			return v.Num().String()
		}
		return indicator.RoundHalfUp(v, 2)
	case "days":
		return indicator.RoundHalfUp(v, 1)
	}
	return indicator.RoundHalfUp(v, 2)
}

// smallBase is the base under which a change is printed in cases, not in percent.
const smallBase = 20

// countChange words the change of a count against its base (product notes 5.3, 5.4).
func countChange(now, base *big.Rat) string {
	if now == nil || base == nil {
		return "无同期数据"
	}
	diff := new(big.Rat).Sub(now, base)
	switch {
	case base.Sign() == 0:
		return "上年同期为0"
	case diff.Sign() == 0:
		return "同比持平"
	}
	word := "上升"
	if diff.Sign() < 0 {
		word = "下降"
	}
	abs := new(big.Rat).Abs(diff)
	if base.Cmp(big.NewRat(smallBase, 1)) < 0 {
		return fmt.Sprintf("同比%s%s件", map[string]string{"上升": "增加", "下降": "减少"}[word], print("count", abs))
	}
	return fmt.Sprintf("同比%s%s", word, percent(new(big.Rat).Quo(abs, base)))
}

// shareChange words the change of a share in percentage points.
func shareChange(now, base *big.Rat) string {
	if now == nil || base == nil {
		return "–"
	}
	diff := new(big.Rat).Mul(new(big.Rat).Sub(now, base), big.NewRat(100, 1))
	s := indicator.RoundHalfUp(new(big.Rat).Abs(diff), 2)
	switch {
	case s == "0.00":
		return "持平"
	case diff.Sign() > 0:
		return "提高" + s + "个百分点"
	}
	return "降低" + s + "个百分点"
}

// valueChange words a change in the unit of the value.
func valueChange(unit string, now, base *big.Rat) string {
	switch unit {
	case "share":
		return shareChange(now, base)
	case "count":
		return strings.TrimPrefix(countChange(now, base), "同比")
	}
	if now == nil || base == nil {
		return "–"
	}
	diff := new(big.Rat).Sub(now, base)
	s := print(unit, new(big.Rat).Abs(diff))
	if strings.Trim(s, "0.") == "" {
		return "持平"
	}
	if diff.Sign() > 0 {
		return "增加" + s
	}
	return "减少" + s
}

// periodZh prints a period as official texts do: 2024年6月, 2024年1—6月, 2024年.
func periodZh(p civil.Period) string {
	y, m, d := p.From.YMD()
	y2, m2, _ := p.To.YMD()
	switch {
	case p == civil.Year(y):
		return fmt.Sprintf("%d年", y)
	case p == civil.Month(y, m):
		return fmt.Sprintf("%d年%d月", y, m)
	case y == y2 && d == 1 && p.To == civil.Month(y2, m2).To:
		return fmt.Sprintf("%d年%d—%d月", y, m, m2)
	}
	return dayZh(p.From) + "至" + dayZh(p.To)
}

func dayZh(d civil.Date) string {
	y, m, dd := d.YMD()
	return fmt.Sprintf("%d年%d月%d日", y, m, dd)
}

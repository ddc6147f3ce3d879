package forecast

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"zhunsheng/internal/statute"
)

// Facts are what drives a forecast, for the explanation. Positions count from 0 at the first
// value of the series as given.
type Facts struct {
	Points       int // used points, filled ones included
	Horizon      int
	Season       int
	First        int // place of the first value in its year, 0 unknown
	Filled       []int
	Outliers     []int
	Breaks       []int
	Recent       float64 // mean of the last year as counted (or of as many points as there are)
	Ahead        float64 // mean forecast of the same periods of the next year, as far as they are asked for
	Pattern      []float64
	Times        bool // the pattern is in shares of the level, not in counts
	Calendar     []CalendarFact
	Intermittent bool
	Disagreement float64 // how far the models lie apart, as a share
	Half80       float64 // half the width of the 80 % interval at the horizon, as a share of the mean
}

// CalendarFact is the effect of a moving holiday: change for a month that holds all its days.
type CalendarFact struct {
	Name  string
	Size  float64
	Share bool // Size is a share of the month, not a count
}

func (p *prepared) facts(c *cleaned, f *Forecast) Facts {
	n, h := len(p.y), len(f.Mean)
	span := min(h, p.m)
	past := c.counted()[max(0, n-max(p.m, 1)):]
	recent := mean(past)
	if len(past) == p.m && span < p.m {
		recent = mean(past[:span]) // the same periods a year before
	}
	out := Facts{Points: n, Horizon: h, Season: p.m, First: c.series.First, Filled: c.filled, Outliers: c.outliers, Breaks: c.breaks,
		Recent: recent, Intermittent: p.intermittent, Disagreement: p.disagreement}
	if p.season != nil {
		out.Times = p.season.times
		for i := range p.m { // from the position of the first value as given
			out.Pattern = append(out.Pattern, p.season.index[((i-c.offset)%p.m+p.m)%p.m])
		}
	}
	for _, e := range c.calendar {
		size := e.size
		if e.log {
			size = math.Expm1(size)
		}
		out.Calendar = append(out.Calendar, CalendarFact{e.Name, size, e.log})
	}
	out.ahead(f)
	return out
}

// counted is the series as given; what is missing is as it was filled.
func (c *cleaned) counted() []float64 {
	out := slices.Clone(c.series.Values[c.offset : c.offset+len(c.y)])
	for i, v := range out {
		if math.IsNaN(v) {
			out[i] = c.y[i]
		}
	}
	return out
}

// ahead takes from a forecast what it says of the periods to come.
func (f *Facts) ahead(of *Forecast) {
	f.Half80 = 0
	if h := len(of.Mean); h > 0 {
		f.Ahead = mean(of.Mean[:min(h, max(f.Season, 1))])
		if last := of.Mean[h-1]; last > 0 {
			f.Half80 = (of.Hi80[h-1] - of.Lo80[h-1]) / 2 / last
		}
	}
}

// Explain says in plain sentences what drives the forecast and how sure it is.
func (f *Facts) Explain() []statute.Text {
	out := []statute.Text{f.direction()}
	if f.Intermittent {
		out = append(out, say("多数时期为零，按出现的频率和每次的数量预测。", "Many periods are zero; the forecast is how often something comes times how much."))
	} else {
		out = append(out, f.pattern())
	}
	for _, e := range f.Calendar {
		out = append(out, e.words())
	}
	out = append(out, f.mending()...)
	return append(out, f.certainty())
}

func say(zh, en string) statute.Text { return statute.Text{Zh: zh, En: en} }

// direction compares the forecast with the same periods of the last year, or with all that is known
// of a shorter past.
func (f *Facts) direction() statute.Text {
	zh, en := "上年同期", "the same periods a year before"
	switch {
	case f.Season == 1:
		zh, en = "上一期", "the last period"
	case f.Points < f.Season:
		zh, en = "已有各期平均", "the mean of the periods known"
	}
	if f.Recent == 0 {
		return say(fmt.Sprintf("预计平均每期 %s 件，%s为 0 件。", number(f.Ahead), zh), fmt.Sprintf("Expected: %s a period on average; %s: 0.", number(f.Ahead), en))
	}
	change := f.Ahead/f.Recent - 1
	wordZh, wordEn := "增加", "more"
	if change < 0 {
		wordZh, wordEn = "减少", "less"
	}
	if math.Abs(change) < 0.005 {
		return say(fmt.Sprintf("预计平均每期 %s 件，与%s基本持平（%s 件）。", number(f.Ahead), zh, number(f.Recent)),
			fmt.Sprintf("Expected: %s a period on average, about the same as %s (%s).", number(f.Ahead), en, number(f.Recent)))
	}
	return say(fmt.Sprintf("预计平均每期 %s 件，比%s（%s 件）%s %.1f%%。", number(f.Ahead), zh, number(f.Recent), wordZh, 100*math.Abs(change)),
		fmt.Sprintf("Expected: %s a period on average, %.1f%% %s than %s (%s).", number(f.Ahead), 100*math.Abs(change), wordEn, en, number(f.Recent)))
}

// pattern names the highest and the lowest period of the year.
func (f *Facts) pattern() statute.Text {
	if f.Pattern == nil {
		if f.Season == 1 {
			return say("数据不分季节。", "The data have no seasons.")
		}
		return say("没有看出一年之内的规律，或数据不足两年。", "No pattern within the year can be seen, or there are less than two years of data.")
	}
	high, low := 0, 0
	for i, v := range f.Pattern {
		if v > f.Pattern[high] {
			high = i
		}
		if v < f.Pattern[low] {
			low = i
		}
	}
	hz, he := f.place(high)
	lz, le := f.place(low)
	return say(fmt.Sprintf("一年之内%s最多（%s），%s最少（%s）。", hz, f.size(high), lz, f.size(low)),
		fmt.Sprintf("Within a year %s is highest (%s) and %s is lowest (%s).", he, f.size(high), le, f.size(low)))
}

// size is an index as a change against the average period.
func (f *Facts) size(i int) string {
	if f.Times {
		return fmt.Sprintf("%+.0f%%", 100*(f.Pattern[i]-1))
	}
	return fmt.Sprintf("%+.1f", f.Pattern[i])
}

// place names position i of the season.
func (f *Facts) place(i int) (zh, en string) {
	if f.First == 0 {
		return fmt.Sprintf("第%d期", i+1), fmt.Sprintf("period %d of the season", i+1)
	}
	k := (f.First-1+i)%f.Season + 1
	switch f.Season {
	case 12:
		return fmt.Sprintf("%d月", k), monthNames[k-1]
	case 4:
		return fmt.Sprintf("第%d季度", k), fmt.Sprintf("quarter %d", k)
	}
	return fmt.Sprintf("第%d期", k), fmt.Sprintf("period %d of the season", k)
}

var monthNames = [...]string{"January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"}

func (e CalendarFact) words() statute.Text {
	if e.Share {
		return say(fmt.Sprintf("%s所在月份的影响为 %+.0f%%。", e.Name, 100*e.Size), fmt.Sprintf("A month that holds all of %s changes by %+.0f%%.", e.Name, 100*e.Size))
	}
	return say(fmt.Sprintf("%s所在月份的影响为 %+.1f 件。", e.Name, e.Size), fmt.Sprintf("A month that holds all of %s changes by %+.1f.", e.Name, e.Size))
}

// mending says what was done to the data before the models saw them.
func (f *Facts) mending() (out []statute.Text) {
	if n := len(f.Filled); n > 0 {
		out = append(out, say(fmt.Sprintf("缺 %d 期数据，已按前后各期补上。", n), fmt.Sprintf("%d missing points were filled from those around them.", n)))
	}
	if n := len(f.Outliers); n > 0 {
		out = append(out, say(fmt.Sprintf("第 %s 期明显异常，按前后各期的水平计算。", places(f.Outliers)), fmt.Sprintf("Points %s are far off their surroundings and were replaced by them.", places(f.Outliers))))
	}
	if len(f.Breaks) > 0 {
		out = append(out, say(fmt.Sprintf("自第 %s 期起水平发生变化，以变化后的水平为准。", places(f.Breaks)), fmt.Sprintf("The level changed for good at point %s; the forecast starts from the new level.", places(f.Breaks))))
	}
	if f.Points < 2*f.Season+3 || f.Points < 6 {
		out = append(out, say(fmt.Sprintf("只有 %d 期数据，预测仅供参考。", f.Points), fmt.Sprintf("There are only %d points: take the forecast as a rough guide.", f.Points)))
	}
	return out
}

// certainty says how wide the interval is and how far the models agree.
func (f *Facts) certainty() statute.Text {
	if f.Half80 == 0 {
		return say("无法估计误差。", "The error cannot be estimated.")
	}
	return say(fmt.Sprintf("第 %d 期的八成区间约为 ±%.0f%%；各模型之间相差约 ±%.0f%%。", f.Horizon, 100*f.Half80, 100*f.Disagreement),
		fmt.Sprintf("The 80 %% interval of period %d is about ±%.0f%%; the models lie about ±%.0f%% apart.", f.Horizon, 100*f.Half80, 100*f.Disagreement))
}

// places prints positions counted from one.
func places(at []int) string {
	var s []string
	for _, i := range at {
		s = append(s, fmt.Sprint(i+1))
	}
	return strings.Join(s, ", ")
}

// number prints a mean count: whole from ten on, else one decimal.
func number(v float64) string {
	if math.Abs(v) >= 10 {
		return fmt.Sprintf("%.0f", v)
	}
	return fmt.Sprintf("%.1f", v)
}

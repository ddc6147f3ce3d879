package load

import (
	"slices"

	"zhunsheng/internal/civil"
	"zhunsheng/internal/docket"
	"zhunsheng/internal/fault"
)

// QuotaJudge is the post of the roster that handles cases (员额法官).
const QuotaJudge = "quota_judge"

// Reasons why a judge in post has less time for cases, or handles them elsewhere.
const (
	Leave    = "leave"     // 休假、病假、产假
	Duty     = "duty"      // 院庭长职务、专项工作
	PartTime = "part_time" // 部分时间
	Lent     = "lent"      // 借调到其他法院
)

// Reasons lists the reasons in the order of forms.
func Reasons() []string { return []string{Leave, Duty, PartTime, Lent} }

// Absence is an entry of the capacity calendar: from day to day a share of a judge's time is
// not there. Entries of one judge add up; at most all of the time is taken.
type Absence struct {
	Judge string     `json:"judge"`
	Why   string     `json:"why"`
	Share float64    `json:"share"`        // of full time that is taken, above 0 up to 1
	To    string     `json:"to,omitempty"` // court that gets the time, for Lent
	From  civil.Date `json:"from"`
	Until civil.Date `json:"until"`
}

// Check reports what is wrong with an entry, of kind fault.Invalid.
func (a *Absence) Check() error {
	switch {
	case a.Judge == "":
		return fault.At("judge", "no judge is named", "choose a judge of the roster")
	case !slices.Contains(Reasons(), a.Why):
		return fault.At("why", "unknown reason "+a.Why, "choose one of the reasons")
	case !(a.Share > 0 && a.Share <= 1):
		return fault.At("share", "the share of time is not above 0 and up to 100 %", "give for example 50")
	case a.From.IsZero() || a.Until < a.From:
		return fault.At("until", "the entry ends before it begins", "give both days in order")
	case (a.Why == Lent) != (a.To != ""):
		return fault.At("to", "a receiving court belongs to a loan, and only to one", "name the court, or another reason")
	}
	return nil
}

// Place is where a judge works.
type Place struct{ Court, Division string }

// Capacity is the time of judges over a period, in full-time judges on average of its days, and
// by judge what each has where. A loan's time counts at the receiving court, without division.
type Capacity struct {
	Total  map[Place]float64
	Judges map[string]map[Place]float64
}

// Count adds the time of the quota judges of a roster up.
func Count(roster []docket.Posting, absences []Absence, p civil.Period) Capacity {
	c := Capacity{Total: map[Place]float64{}, Judges: map[string]map[Place]float64{}}
	of := map[string][]Absence{}
	for _, a := range absences {
		of[a.Judge] = append(of[a.Judge], a)
	}
	days := float64(p.To.Sub(p.From) + 1)
	for _, x := range roster {
		if x.Post != QuotaJudge {
			continue
		}
		from, to := max(p.From, x.From), p.To
		if !x.To.IsZero() {
			to = min(to, x.To)
		}
		for from <= to {
			end, left, lent := stretch(of[x.Judge], from, to)
			part := float64(end.Sub(from)+1) / days
			c.add(x.Judge, Place{x.Court, x.Division}, left*part)
			for court, share := range lent {
				c.add(x.Judge, Place{Court: court}, share*part)
			}
			from = end.AddDays(1)
		}
	}
	return c
}

// stretch is the longest run of days from a day on in which the same entries hold: its last day,
// the time left, and what is lent where.
func stretch(absences []Absence, from, to civil.Date) (end civil.Date, left float64, lent map[string]float64) {
	end, left = to, 1
	for _, a := range absences {
		switch {
		case a.From > from:
			end = min(end, a.From.AddDays(-1))
		case a.Until >= from:
			end = min(end, a.Until)
			share := min(a.Share, left)
			left -= share
			if a.Why == Lent && share > 0 {
				if lent == nil {
					lent = map[string]float64{}
				}
				lent[a.To] += share
			}
		}
	}
	return end, left, lent
}

func (c *Capacity) add(judge string, at Place, time float64) {
	if time <= 0 {
		return
	}
	c.Total[at] += time
	if c.Judges[judge] == nil {
		c.Judges[judge] = map[Place]float64{}
	}
	c.Judges[judge][at] += time
}

// Court is the time at a court, over all its divisions.
func (c *Capacity) Court(code string) (sum float64) {
	var parts []float64
	for at, time := range c.Total {
		if at.Court == code {
			parts = append(parts, time)
		}
	}
	slices.Sort(parts) // the same sum whatever the order of the map
	for _, x := range parts {
		sum += x
	}
	return sum
}

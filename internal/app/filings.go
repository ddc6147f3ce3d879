package app

import (
	"cmp"
	"context"
	"io/fs"
	"math/big"
	"slices"
	"strings"

	"zhunsheng/internal/access"
	"zhunsheng/internal/calendar"
	"zhunsheng/internal/civil"
	"zhunsheng/internal/docket"
	"zhunsheng/internal/indicator"
	"zhunsheng/internal/signal"
)

// The bounds of the split by batch and party, which reads the records themselves.
const (
	filingsRead = 60000 // records of thirteen months; a larger series is not split this way
	batchFrom   = 5     // filings of one court, cause, day (and party) that make a batch
	partyFrom   = 5     // filings of one party in a month that get a part of their own
)

// batch is filings of one court and cause on one day.
type batch struct {
	court, cause, party string
	day                 civil.Date
}

// filing is what the split needs to know of a case.
type filing struct {
	batch
	recent bool // in the month that is split
}

// splitFilings cuts a month of a series by batches of filings and, where the ledger carries a
// keyed hash of the parties' names, by party. Batches of the year before are what is usual.
func (a *App) splitFilings(ctx context.Context, at access.Scope, s *IntakeSeries, month civil.Period, expected *big.Rat) ([]Split, error) {
	filings, err := a.filings(ctx, at, s, month)
	if err != nil || len(filings) == 0 {
		return nil, err
	}
	l, err := a.officeLists(ctx)
	if err != nil {
		return nil, err
	}
	var out []Split
	for _, by := range []string{"batch", "party"} {
		var names []string
		base, now := map[string]int64{}, map[string]int64{}
		if by == "batch" {
			names = l.batches(filings, base, now)
		} else {
			names = parties(filings, base, now)
		}
		if len(names) == 0 {
			continue
		}
		split := Split{By: by}
		if split.Parts, split.Total, err = signal.Excesses(names, base, now, expected); err != nil {
			return nil, err
		}
		out = append(out, split)
	}
	return out, nil
}

// filings reads the filings of a month and of the twelve months before it.
func (a *App) filings(ctx context.Context, at access.Scope, s *IntakeSeries, month civil.Period) ([]filing, error) {
	scope, err := confine(at)
	if err != nil {
		return nil, err
	}
	span := civil.Period{From: month.Shift(-12).From, To: month.To}
	where := indicator.All(dayBound("filed_on", indicator.GE, indicator.Bound{Anchor: indicator.PeriodFrom}),
		dayBound("filed_on", indicator.LE, indicator.Bound{Anchor: indicator.PeriodTo}))
	refs, total, err := a.columns.List(ctx, where, indicator.All(scope, indicator.Match(s.By)), span, 0, filingsRead+1)
	if err != nil || total > filingsRead {
		return nil, err
	}
	rows, err := a.rows(ctx, refs)
	if err != nil {
		return nil, err
	}
	out := make([]filing, len(rows))
	for i, r := range rows {
		out[i] = filing{batch{r.Case.Court, r.Case.Cause, docket.PartyKey(&r.Case), r.Case.FiledOn}, r.Case.FiledOn >= month.From}
	}
	return out, nil
}

// The parts that hold what is in no batch, and no large party.
const (
	partSingle = "single" // filings in no batch
	partBefore = "before" // what batches of earlier months lead to expect, without a batch of this month
	partOthers = "others" // parties with few filings
)

// batches counts filings by batch: each batch of the month is a part; those of the year before
// are together what was to be expected of batches.
func (l *lists) batches(filings []filing, base, now map[string]int64) []string {
	sizes := map[batch]int64{}
	for _, f := range filings {
		sizes[f.batch]++
	}
	var found []batch
	for b, n := range sizes {
		if n >= batchFrom {
			found = append(found, b)
		}
	}
	slices.SortFunc(found, func(x, y batch) int {
		return cmp.Or(l.compare(x.court, y.court), cmp.Compare(x.day, y.day), strings.Compare(x.cause, y.cause), strings.Compare(x.party, y.party))
	})
	var names []string
	for _, f := range filings {
		name := partSingle
		if sizes[f.batch] >= batchFrom {
			name = partBefore
			if f.recent {
				name = f.String()
			}
		}
		if f.recent {
			now[name]++
		} else {
			base[name]++
		}
	}
	for _, b := range found {
		if now[b.String()] > 0 {
			names = append(names, b.String())
		}
	}
	if len(names) == 0 {
		return nil
	}
	if base[partBefore] > 0 {
		names = append(names, partBefore)
	}
	return append(names, partSingle)
}

// String is the name of a batch as a part: court, day, cause, and the hash of the party where
// there is one.
func (b batch) String() string {
	return strings.TrimRight(strings.Join([]string{b.court, b.day.String(), b.cause, b.party}, " "), " ")
}

// parties counts filings by the hash of the party; those with few filings in the month are
// one part.
func parties(filings []filing, base, now map[string]int64) []string {
	recent := map[string]int64{}
	for _, f := range filings {
		if f.recent && f.party != "" {
			recent[f.party]++
		}
	}
	var names []string
	for party, n := range recent {
		if n >= partyFrom {
			names = append(names, party)
		}
	}
	if len(names) == 0 {
		return nil
	}
	slices.Sort(names)
	for _, f := range filings {
		name := f.party
		if recent[name] < partyFrom {
			name = partOthers
		}
		if f.recent {
			now[name]++
		} else {
			base[name]++
		}
	}
	return append(names, partOthers)
}

// Regressors explain months and quarters by the working days of a calendar and the moving
// festivals of a rules tree; likely is what each is expected to do before anything is seen.
func Regressors(rules fs.FS, name string, step signal.Step, at []int) (rows map[int][]float64, likely []float64, err error) {
	book, err := calendar.Load(rules)
	if err != nil {
		return nil, nil, err
	}
	days, err := book.Calendar(name)
	if err != nil {
		return nil, nil, err
	}
	festivals, err := signal.LoadFestivals(rules)
	if err != nil {
		return nil, nil, err
	}
	if rows = signal.Calendar(step, at, days, festivals); rows == nil {
		return nil, nil, nil
	}
	return rows, signal.LikelyCalendar(festivals), nil
}

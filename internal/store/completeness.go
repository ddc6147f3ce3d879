package store

import (
	"context"
	"database/sql"
	"maps"
	"slices"

	"zhunsheng/internal/civil"
)

// Completeness counts, for every court on the list or in the ledger and every month of the
// span, the cases filed and closed, as the current ledger knows them. Courts come in
// administrative order, months in time. With the zero span the months run from the first to
// the last that hold cases filed, mistyped years at either end (a thousandth) left out.
func (s *Store) Completeness(ctx context.Context, span civil.Period) ([]CourtMonth, error) {
	filed, closed, courts := monthCounts{}, monthCounts{}, map[string]bool{}
	err := s.each(ctx, s.stmts.get("days_of_cases"), nil, func(rows *sql.Rows) error {
		var what, court string
		var day sql.NullInt64
		var n int64
		if err := rows.Scan(&what, &court, &day, &n); err != nil {
			return err
		}
		courts[court] = true
		if what == "filed" {
			filed.add(court, day, n)
		} else {
			closed.add(court, day, n)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	if span == (civil.Period{}) {
		if span = filed.span(); span == (civil.Period{}) {
			return nil, nil
		}
	}
	shown, err := s.courtsShown(ctx, courts)
	if err != nil {
		return nil, err
	}
	var out []CourtMonth
	for _, court := range shown {
		for _, m := range span.Months() {
			y, mo, _ := m.From.YMD()
			k := courtMonth{court, int64(y*12 + mo)}
			out = append(out, CourtMonth{Court: court, Month: m, Filed: filed[k], Closed: closed[k]})
		}
	}
	return out, nil
}

// courtMonth names a calendar month of a court; month is year × 12 + month.
type courtMonth struct {
	court string
	month int64
}

type monthCounts map[courtMonth]int64

func (m monthCounts) add(court string, day sql.NullInt64, n int64) {
	if day.Valid {
		y, mo, _ := civil.FromUnix(int(day.Int64)).YMD()
		m[courtMonth{court, int64(y*12 + mo)}] += n
	}
}

// span is the period between the months that hold the first and the last thousandth.
func (m monthCounts) span() civil.Period {
	byMonth, total := map[int64]int64{}, int64(0)
	for k, n := range m {
		byMonth[k.month] += n
		total += n
	}
	if total == 0 {
		return civil.Period{}
	}
	months := make([]int64, 0, len(byMonth))
	for k := range byMonth {
		months = append(months, k)
	}
	slices.Sort(months)
	first, last := months[0], months[len(months)-1]
	for below := int64(0); below+byMonth[first] <= total/1000; months = months[1:] {
		below += byMonth[first]
		first = months[1]
	}
	for above := int64(0); above+byMonth[last] <= total/1000; months = months[:len(months)-1] {
		above += byMonth[last]
		last = months[len(months)-2]
	}
	month := func(k int64) civil.Period { return civil.Month(int(k-1)/12, int(k-1)%12+1) }
	return civil.Period{From: month(first).From, To: month(last).To}
}

// courtsShown lists the courts of the list in administrative order, then those that only the
// ledger knows, by code.
func (s *Store) courtsShown(ctx context.Context, inLedger map[string]bool) ([]string, error) {
	list, err := s.Courts(ctx)
	if err != nil {
		return nil, err
	}
	var out []string
	for _, c := range list {
		out = append(out, c.Code)
		delete(inLedger, c.Code)
	}
	return append(out, slices.Sorted(maps.Keys(inLedger))...), nil
}

package store_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"zhunsheng/internal/docket"
	"zhunsheng/internal/ledger"
	"zhunsheng/internal/store"
)

// benchRow makes a row of about 20 filled columns and 330 bytes, as a court's ledger has them.
func benchRow(n int, c *docket.Case) ledger.Row {
	court := fmt.Sprintf("藏98%02d", n/20_000)
	no := fmt.Sprintf("（2023）%s民初%d号", court, n%20_000)
	filed := day("2023-01-01").AddDays(n % 20_000 / 60)
	*c = docket.Case{
		Key: court + no, Court: court, CaseNo: no, TypeCode: "民初", Line: "civil", Instance: "first", Procedure: "summary",
		Cause: "民间借贷纠纷", Division: court + "-03", Judge: fmt.Sprintf("j%04d", n%231), Clerk: fmt.Sprintf("s%04d", n%300),
		ClosingWay: "judgment", FiledOn: filed, LimitStartOn: filed, DueOn: filed.AddDays(90), HeardOn: filed.AddDays(20),
		ClosedOn: filed.AddDays(n % 100), EffectiveOn: filed.AddDays(n%100 + 15), Claimed: docket.Money{Cents: int64(n), Known: true},
		Published: docket.Yes, DeductedDays: int32(n % 3),
	}
	return ledger.Row{File: "in.csv", Line: n + 2, Case: c}
}

// importRows imports rows from 0 to n as one batch, as often as the benchmark asks.
func importRows(tb testing.TB, s *store.Store, n int) store.Batch {
	ctx := context.Background()
	im, err := s.Begin(ctx, clerk)
	if err != nil {
		tb.Fatal(err)
	}
	if _, err := im.Archive(ctx, "in.csv", strings.NewReader(strings.Repeat("x", 200*n))); err != nil {
		tb.Fatal(err)
	}
	var c docket.Case
	for i := range n {
		if err := im.Put(benchRow(i, &c)); err != nil {
			tb.Fatal(err)
		}
	}
	b, err := im.Commit(ctx)
	if err != nil {
		tb.Fatal(err)
	}
	return b
}

// BenchmarkImport measures rows of 21 filled columns, about 330 bytes, from Begin to Commit
// with the archive copy: into an empty store, and the same rows once more, unchanged. Indexes
// kept up to date: case_version_key, case_version_case_no, case_version_related. SQLite runs
// with synchronous=FULL; for PostgreSQL set ZHUNSHENG_PG_FSYNC=on.
func BenchmarkImport(b *testing.B) {
	for _, name := range []string{"sqlite", "postgres"} {
		for _, n := range []int{20_000, 200_000} {
			b.Run(fmt.Sprintf("%s/new/rows=%d", name, n), func(b *testing.B) {
				for b.Loop() {
					b.StopTimer()
					s := open(b, places[name](b), newClock())
					b.StartTimer()
					importRows(b, s, n)
				}
				b.ReportMetric(float64(n)*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
			})
			b.Run(fmt.Sprintf("%s/unchanged/rows=%d", name, n), func(b *testing.B) {
				s := open(b, places[name](b), newClock())
				importRows(b, s, n)
				for b.Loop() {
					if got := importRows(b, s, n); got.Unchanged != int64(n) {
						b.Fatal(counts(got))
					}
				}
				b.ReportMetric(float64(n)*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
			})
		}
	}
}

// BenchmarkScan measures reading all cases of a court, as the figure columns do.
func BenchmarkScan(b *testing.B) {
	for _, name := range []string{"sqlite", "postgres"} {
		b.Run(name, func(b *testing.B) {
			s := open(b, places[name](b), newClock())
			importRows(b, s, 40_000)
			n := 0
			for b.Loop() {
				err := s.Scan(context.Background(), "藏9801", 0, func(int64, *docket.Case) error { n++; return nil })
				if err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "rows/s")
		})
	}
}

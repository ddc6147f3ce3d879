package app

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"zhunsheng/internal/access"
	"zhunsheng/internal/civil"
	"zhunsheng/internal/docket"
)

// nation is an installation with a number of courts, each with so many cases filed in 2023.
func nation(tb testing.TB, courts, cases int) *App {
	tb.Helper()
	ctx := context.Background()
	a, err := Open(ctx, Config{Data: tb.TempDir(), Create: true, Now: func() time.Time { return time.Date(2024, 1, 2, 8, 0, 0, 0, time.UTC) }})
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { _ = a.Close() })
	var list []docket.Court
	var roster []docket.Posting
	for i := range courts {
		code := fmt.Sprintf("藏%04d", i)
		list = append(list, docket.Court{Code: code, Name: code + "县人民法院", Level: 4, Seq: i})
		for j := range 10 {
			roster = append(roster, docket.Posting{Judge: fmt.Sprintf("%s-%d", code, j), Name: "法官", Court: code, Post: "quota_judge", From: civil.NewDate(2020, 1, 1)})
		}
	}
	if err := a.store.LoadCourts(ctx, list); err != nil {
		tb.Fatal(err)
	}
	if err := a.store.LoadRoster(ctx, roster); err != nil {
		tb.Fatal(err)
	}
	path := filepath.Join(tb.TempDir(), "ledger.csv")
	if err := os.WriteFile(path, []byte(nationLedger(list, cases)), 0o600); err != nil {
		tb.Fatal(err)
	}
	if _, err := a.Import(ctx, access.System(), []string{path}, ImportOptions{Mapping: "cn-standard", DataDay: civil.NewDate(2023, 12, 31)}); err != nil {
		tb.Fatal(err)
	}
	a.forget()
	return a
}

// nationLedger is the file of all courts: four of five cases closed within the year, some late.
func nationLedger(courts []docket.Court, cases int) string {
	var b strings.Builder
	b.WriteString("法院代码,案号,立案日期,结案日期,结案方式,承办法官,案由\n")
	for _, c := range courts {
		for n := range cases {
			filed := civil.NewDate(2023, 1, 1).AddDays(n * 364 / cases)
			closed, way := "", ""
			if n%5 != 0 {
				if day := filed.AddDays(20 + n*37%190); day <= civil.NewDate(2023, 12, 31) {
					closed, way = day.String(), "判决"
				}
			}
			fmt.Fprintf(&b, "%s,（2023）%s民初%d号,%s,%s,%s,%s-%d,民间借贷纠纷\n", c.Code, c.Code, n+1, filed, closed, way, c.Code, n%10)
		}
	}
	return b.String()
}

// BenchmarkEachCourt measures a run over all courts; ZHUNSHENG_COURTS=3500 is the whole nation,
// ZHUNSHENG_CASES the cases of a court.
func BenchmarkEachCourt(b *testing.B) {
	courts, cases := envInt("ZHUNSHENG_COURTS", 20), envInt("ZHUNSHENG_CASES", 800)
	a := nation(b, courts, cases)
	for _, kind := range []string{"monthly"} {
		b.Run(fmt.Sprintf("kind=%s/courts=%d/cases=%d", kind, courts, cases), func(b *testing.B) {
			for b.Loop() {
				rows, bytes := 0, 0
				var figures, write, keep time.Duration
				start, spent := time.Now(), cpu(b)
				err := a.BuildEach(b.Context(), access.System(), Order{Kind: kind, Period: civil.Year(2023)}, func(x EachBuilt) error {
					rows += x.ListedRows
					for _, f := range x.Edition.Files {
						bytes += len(f.Data)
					}
					figures, write, keep = figures+x.Figures, write+x.Write, keep+x.Keep
					return nil
				})
				if err != nil {
					b.Fatal(err)
				}
				per := func(d time.Duration) float64 { return d.Seconds() * 1000 / float64(courts) }
				b.ReportMetric(per(time.Since(start)), "ms/court")
				b.ReportMetric(per(cpu(b)-spent), "cpu-ms/court")
				b.ReportMetric(per(figures), "figures-ms/court")
				b.ReportMetric(per(write), "write-ms/court")
				b.ReportMetric(per(keep), "keep-ms/court")
				b.ReportMetric(float64(rows)/float64(courts), "rows/court")
				b.ReportMetric(float64(bytes)/float64(courts)/1024, "KiB/court")
				b.ReportMetric(float64(peak())/1024, "peak-MiB")
			}
		})
	}
}

// cpu is the processor time that the process has used: on a busy machine the fair measure.
func cpu(tb testing.TB) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		tb.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// peak is the largest memory the process ever had, in KiB; 0 where the system does not tell.
func peak() int {
	runtime.GC()
	text, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0
	}
	_, after, _ := strings.Cut(string(text), "VmHWM:")
	n, err := strconv.Atoi(strings.Fields(after + " 0")[0])
	if err != nil {
		return 0
	}
	return n
}

func envInt(name string, otherwise int) int {
	if n, err := strconv.Atoi(os.Getenv(name)); err == nil {
		return n
	}
	return otherwise
}

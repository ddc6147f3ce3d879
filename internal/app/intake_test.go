package app

import (
	"context"
	"fmt"
	"math/big"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"zhunsheng/internal/access"
	"zhunsheng/internal/civil"
	"zhunsheng/internal/signal"
	"zhunsheng/web/page/cases"
)

// flooded imports four years of two courts in which the first receives a batch of loan suits
// of one party in the last month.
func flooded(t *testing.T) *App {
	t.Helper()
	a := office(t)
	r := rand.New(rand.NewPCG(5, 1))
	var b strings.Builder
	b.WriteString("法院代码,案号,立案日期,案由,承办法官,当事人标识\n")
	n := 0
	write := func(court string, day civil.Date, cause, party string) {
		n++
		fmt.Fprintf(&b, "%s,（%d）%s民初%d号,%s,%s,甲,%s\n", court, day.Year(), court, 1000+n, day, cause, party)
	}
	for m := range 48 {
		month := civil.Month(2020, 7).Shift(m)
		for _, court := range []string{"藏9801", "藏9802"} {
			for _, cause := range []string{"民间借贷纠纷", "离婚纠纷"} {
				for range 25 + r.IntN(11) {
					write(court, month.From.AddDays(r.IntN(28)), cause, fmt.Sprintf("h%d", r.IntN(100000)))
				}
			}
		}
	}
	for range 40 {
		write("藏9801", civil.NewDate(2024, 6, 12), "民间借贷纠纷", "bank")
	}
	path := filepath.Join(t.TempDir(), "flood.csv")
	if err := os.WriteFile(path, []byte(b.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := a.Import(context.Background(), access.System(), []string{path}, ImportOptions{Mapping: "cn-standard", DataDay: civil.NewDate(2024, 6, 30)}); err != nil {
		t.Fatal(err)
	}
	a.forget()
	return a
}

// A batch of filings is found in the series of its court and cause, is opened to exactly its
// cases, and is what the splits by cause, batch and party say.
func TestIntakeOfTheLedger(t *testing.T) {
	ctx, a := context.Background(), flooded(t)
	in, err := a.Intake(ctx, access.System())
	if err != nil {
		t.Fatal(err)
	}
	if len(in.Months) != 48 || in.Months[47].String() != "2024-06" {
		t.Fatalf("%d months, the last %v", len(in.Months), in.Months[len(in.Months)-1])
	}
	s, err := in.Find("藏9801/civil")
	if err != nil {
		t.Fatal(err)
	}
	last := s.Judged.Points[47]
	if last.Kind != signal.Spike {
		t.Errorf("the flood is %q: %+v", last.Kind, last)
	}
	quiet, err := in.Find("藏9802/civil")
	if err != nil || quiet.Judged.Points[47].Kind != signal.NoChange {
		t.Errorf("the other court: %+v, %v", quiet, err)
	}
	list, err := a.list(ctx, access.System(), cases.Query{Set: "volume", Indicator: "filed", Period: in.Months[47], Filter: s.By, Limit: -1})
	if err != nil || int64(list.Total) != s.Counts[47] {
		t.Errorf("%d cases behind a count of %d, %v", list.Total, s.Counts[47], err)
	}
	splits, err := a.Splits(ctx, access.System(), in, s.ID(), "2024-06")
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]string{}
	for _, split := range splits {
		sum := new(big.Rat)
		for _, p := range split.Parts {
			sum.Add(sum, p.Excess)
			if half := new(big.Rat).Mul(split.Total.Excess, big.NewRat(1, 2)); p.Excess.Cmp(half) > 0 {
				found[split.By] = p.Name
			}
		}
		if sum.Cmp(split.Total.Excess) != 0 {
			t.Errorf("%s: the parts add up to %v, not %v", split.By, sum, split.Total.Excess)
		}
	}
	want := map[string]string{"cause": "民间借贷纠纷", "batch": "藏9801 2024-06-12 民间借贷纠纷 bank", "party": "bank"}
	if fmt.Sprint(found) != fmt.Sprint(want) {
		t.Errorf("made up by %v, want %v", found, want)
	}
	own := access.Scope{User: "jiban", Role: access.CourtOffice, Court: "藏9802"}
	mine, err := a.Intake(ctx, own)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := mine.Find("藏9801/civil"); err == nil {
		t.Error("a court sees the series of another")
	}
}

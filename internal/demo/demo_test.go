package demo

import (
	"bytes"
	"crypto/sha256"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"zhunsheng/internal/access"
	"zhunsheng/internal/civil"
	"zhunsheng/internal/docket"
	"zhunsheng/internal/fault"
	"zhunsheng/internal/sharedtest"
	"zhunsheng/rules"
)

// digest hashes everything a city prints.
func digest(t *testing.T, c *City) string {
	t.Helper()
	h := sha256.New()
	for _, write := range []func(io.Writer) error{
		c.WriteCourts, c.WriteDivisions, c.WriteCauses, c.WriteRoster,
		func(w io.Writer) error { return WriteCases(w, c.Cases) },
	} {
		if err := write(h); err != nil {
			t.Fatal(err)
		}
	}
	for _, b := range c.Batches() {
		fmt.Fprintln(h, b)
		for _, f := range b.Files {
			if err := f.Write(h); err != nil {
				t.Fatal(err)
			}
		}
	}
	fmt.Fprintf(h, "%v %v", c.Planted, c.Users)
	return fmt.Sprintf("%x", h.Sum(nil))
}

func TestSeedRepeatsEverything(t *testing.T) {
	again, err := Generate(Options{Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	other, err := Generate(Options{Seed: 3})
	if err != nil {
		t.Fatal(err)
	}
	one := digest(t, theCity())
	if one != digest(t, again) {
		t.Error("the same seed gives another city")
	}
	if one == digest(t, other) {
		t.Error("another seed gives the same city")
	}
}

func TestCaseNumbers(t *testing.T) {
	cn, err := docket.LoadRegistry(rules.FS, "cn")
	if err != nil {
		t.Fatal(err)
	}
	wrongYear, stray := map[string]bool{}, map[string]bool{}
	for _, f := range theCity().Planted {
		switch f.Rule {
		case ruleYear:
			wrongYear[f.CaseNo] = true
		case ruleCourt:
			stray[f.Court] = true
		}
	}
	seen, series := map[string]bool{}, map[string][]int{}
	for _, x := range theCity().Cases {
		n, err := cn.Parse(x.CaseNo)
		if err != nil {
			t.Fatal(err)
		}
		if n.Court != x.Court || n.TypeCode != x.TypeCode || n.Line != x.Line || n.Instance != x.Instance {
			t.Fatalf("%s reads as %+v, the record says %s %s %s %s", x.CaseNo, n, x.Court, x.TypeCode, x.Line, x.Instance)
		}
		if (n.Year != x.FiledOn.Year()) != wrongYear[x.CaseNo] {
			t.Errorf("%s filed %v, planted as wrong year: %v", x.CaseNo, x.FiledOn, wrongYear[x.CaseNo])
		}
		if seen[x.CaseNo] {
			t.Errorf("%s stands twice", x.CaseNo)
		}
		seen[x.CaseNo] = true
		if stray[x.Court] {
			continue // old cases of a court that is gone
		}
		key := fmt.Sprint(n.Year, n.Court, n.TypeCode)
		seq, _ := strconv.Atoi(strings.TrimSuffix(x.CaseNo[strings.LastIndex(x.CaseNo, x.TypeCode)+len(x.TypeCode):], "号"))
		series[key] = append(series[key], seq)
	}
	gaps := 0
	for key, list := range series {
		slices.Sort(list)
		if list[0] != 1 || list[len(list)-1] != len(list) {
			gaps++
			if !strings.HasPrefix(key, "2024") {
				t.Errorf("series %s has %d numbers up to %d", key, len(list), list[len(list)-1])
			}
		}
	}
	if gaps > 12 { // cases of June 2024 entered in July are not yet there
		t.Errorf("%d series have gaps", gaps)
	}
}

func TestDaysOfTheCourt(t *testing.T) {
	c := theCity()
	planted, wayless := map[string]bool{}, map[string]bool{}
	for _, f := range c.Planted {
		switch f.Rule {
		case ruleOrder:
			planted[f.CaseNo] = true
		case ruleWay:
			wayless[f.CaseNo] = true
		}
	}
	for i := range c.Cases {
		x := &c.Cases[i]
		for _, d := range []civil.Date{x.FiledOn, x.ClosedOn} {
			if !d.IsZero() && !planted[x.CaseNo] && !working(d) {
				t.Fatalf("%s: %v is a day off", x.CaseNo, d)
			}
		}
		if !planted[x.CaseNo] && !x.ClosedOn.IsZero() && x.ClosedOn < x.FiledOn {
			t.Errorf("%s closed %v before filing %v", x.CaseNo, x.ClosedOn, x.FiledOn)
		}
		for j := range docket.Fields {
			if f := &docket.Fields[j]; f.Kind == docket.Day && f.Name != "due_on" && *f.Day(x) > c.Until {
				t.Errorf("%s: %s is %v, after the data day", x.CaseNo, f.Name, *f.Day(x))
			}
		}
		if !x.AppealedOn.IsZero() && x.AppealedOn <= x.ClosedOn {
			t.Errorf("%s appealed %v, closed %v", x.CaseNo, x.AppealedOn, x.ClosedOn)
		}
		if !x.TransferredOn.IsZero() && x.TransferredOn < x.AppealedOn {
			t.Errorf("%s transferred %v, appealed %v", x.CaseNo, x.TransferredOn, x.AppealedOn)
		}
		if x.ClosedOn.IsZero() == (x.ClosingWay != "") && !wayless[x.CaseNo] {
			t.Errorf("%s closed %q by %q", x.CaseNo, x.ClosedOn, x.ClosingWay)
		}
	}
}

func TestWordsAreInTheVocabulary(t *testing.T) {
	v, err := docket.LoadVocabulary(rules.FS)
	if err != nil {
		t.Fatal(err)
	}
	for column, list := range words {
		for code, w := range list {
			if got, ok := v.Code(column, w); !ok || got != code {
				t.Errorf("%s: %s means %q (%v), want %s", column, w, got, ok, code)
			}
		}
	}
}

func TestHeadersAreOfTheMapping(t *testing.T) {
	text, err := fs.ReadFile(rules.FS, "mappings/cn-standard.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for _, h := range slices.Concat(header(), eventHeader) {
		if slices.Contains(slices.Concat(caseExtras, eventExtras), h) {
			continue // kept as they are
		}
		if !regexp.MustCompile(`[\[ ]` + h + `[,\]]`).Match(text) {
			t.Errorf("cn-standard does not read %s", h)
		}
	}
}

func TestPlacesAreInvented(t *testing.T) {
	f, err := os.Open(sharedtest.Path(t, "data/courts/courts.csv"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range rows {
		for _, p := range places {
			if strings.Contains(row[1], p) {
				t.Errorf("%s is the name of a real court: %s", p, row[1])
			}
		}
	}
}

func TestTibetanNames(t *testing.T) {
	var script, chinese int
	names := map[string]string{}
	for _, p := range theCity().Roster {
		if id, ok := names[p.Name]; ok && id != p.Judge {
			t.Errorf("%s is the name of %s and %s", p.Name, id, p.Judge)
		}
		names[p.Name] = p.Judge
		if strings.ContainsFunc(p.Name, func(r rune) bool { return r >= 0x0F00 && r <= 0x0FFF }) {
			script++
		} else {
			chinese++
		}
	}
	if script < 5 || chinese < 300 {
		t.Errorf("%d names in Tibetan script, %d in Chinese characters", script, chinese)
	}
	var b bytes.Buffer
	if err := theCity().WriteRoster(&b); err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(&b).ReadAll()
	if err != nil || len(rows) != len(theCity().Roster)+1 || rows[1][1] != theCity().Roster[0].Name {
		t.Errorf("roster file has %d lines: %v", len(rows), err)
	}
}

// TestWhoCanBeLent: everybody speaks Chinese, some Tibetan too, the same in every post; some keep
// away from a court where they never sat, some stay.
func TestWhoCanBeLent(t *testing.T) {
	people, tibetan, avoiding, staying := map[string]docket.Posting{}, 0, 0, 0
	served := map[[2]string]bool{}
	for _, p := range theCity().Roster {
		served[[2]string{p.Judge, p.Court}] = true
	}
	for _, p := range theCity().Roster {
		if first, ok := people[p.Judge]; ok {
			if !slices.Equal(first.Languages, p.Languages) || !slices.Equal(first.Avoid, p.Avoid) || first.Stays != p.Stays {
				t.Errorf("%s changes with the post: %+v, %+v", p.Judge, first, p)
			}
			continue
		}
		people[p.Judge] = p
		if p.Languages[0] != "zh" {
			t.Errorf("%s speaks %v", p.Judge, p.Languages)
		}
		for _, court := range p.Avoid {
			avoiding++
			if served[[2]string{p.Judge, court}] {
				t.Errorf("%s sat at %s, which is to be avoided", p.Judge, court)
			}
		}
		if slices.Contains(p.Languages, "bo") {
			tibetan++
		}
		if p.Stays {
			staying++
		}
	}
	if n := len(people); tibetan < n/3 || tibetan > 2*n/3 || avoiding < n/25 || avoiding > n/5 || staying < n/25 || staying > n/5 {
		t.Errorf("of %d people %d speak Tibetan, %d keep away from a court, %d stay", n, tibetan, avoiding, staying)
	}
}

func TestUsersSeeCases(t *testing.T) {
	c := theCity()
	if len(c.Users) != len(access.Roles()) {
		t.Fatalf("%d users, want one for every role", len(c.Users))
	}
	for i, role := range access.Roles() {
		u := c.Users[i]
		if u.Scope.Role != role || u.Password == "" || u.Scope.Name == "" || strings.HasPrefix(u.Scope.Name, "（") {
			t.Errorf("user %+v, want role %s", u, role)
		}
		pending := 0
		for _, x := range c.Cases {
			if x.ClosedOn.IsZero() && u.Scope.Sees(x.Court, x.Division, x.Judge) {
				pending++
			}
		}
		if (pending >= 5) != (role != access.Administrator) {
			t.Errorf("%s sees %d pending cases", u.Scope.User, pending)
		}
	}
}

func TestOtherDataDays(t *testing.T) {
	for _, day := range []string{"2020-12-31", "2025-03-15"} {
		until, err := civil.ParseDate(day)
		if err != nil {
			t.Fatal(err)
		}
		c, err := Generate(Options{Seed: 5, Until: until})
		if err != nil {
			t.Fatal(err)
		}
		got := count(c.Cases, civil.Year(2020), everything)
		if got.opening+got.filed != 13800 || got.closed != 12600 {
			t.Errorf("until %s: 2020 is %+v", day, got)
		}
		if day == "2025-03-15" && len(c.Cases) < 130_000 {
			t.Errorf("until %s: only %d cases", day, len(c.Cases))
		}
		if b := c.Batches(); b[len(b)-1].Day != until {
			t.Errorf("until %s: last batch %v", day, b[len(b)-1].Day)
		}
	}
	for _, day := range []civil.Date{civil.NewDate(2018, 1, 1), civil.NewDate(2040, 1, 1)} {
		if _, err := Generate(Options{Until: day}); !errors.Is(err, fault.Invalid) {
			t.Errorf("until %v: %v, want an invalid-input error", day, err)
		}
	}
}

func BenchmarkGenerate(b *testing.B) {
	for b.Loop() {
		if _, err := Generate(Options{Seed: 1}); err != nil {
			b.Fatal(err)
		}
	}
}

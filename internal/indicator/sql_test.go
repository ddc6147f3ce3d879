package indicator_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"zhunsheng/internal/civil"
	"zhunsheng/internal/docket"
	"zhunsheng/internal/indicator"
	"zhunsheng/rules"
)

func condition(t testing.TB, text string) *indicator.Pred {
	t.Helper()
	p, err := indicator.ParseCondition(text)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func fieldAt(name string) int { i, _ := docket.FieldIndex(name); return i }

// The text of the statements is part of the contract: bunches share their range of days in
// WHERE, NOT is two-valued, texts are bound, days and cents stand as whole numbers.
func TestSQLText(t *testing.T) {
	ask := indicator.Ask{Period: civil.Year(2023), By: []string{"court", "judge"}, Filter: indicator.Match(map[string]string{"court": "O'Neil"}), Measures: []indicator.Measure{
		{Where: condition(t, "within(closed_on)")},
		{Where: condition(t, `within(closed_on) && line in ["civil", "criminal"]`)},
		{Where: condition(t, "filed_on <= to && !(closed_on <= to)")},
		{Kind: indicator.Sum, Field: fieldAt("claimed"), Where: condition(t, "within(closed_on)")},
		{Kind: indicator.Spread, Field: fieldAt("closed_on"), Field2: fieldAt("filed_on"), Where: condition(t, "within(closed_on) && !published")},
	}}
	got := indicator.SQL(ask, indicator.PostgreSQL("case_version", "c.to_batch IS NULL", "id"))
	want := []string{
		`SELECT u.g0, u.g1, CAST(sum(u.n0) AS BIGINT), CAST(sum(u.n1) AS BIGINT), CAST(sum(u.n2) AS BIGINT), CAST(sum(u.n3) AS BIGINT), CAST(sum(u.s3) AS BIGINT) FROM (` +
			`SELECT c."court" AS g0, c."judge" AS g1, 0 AS n0, 0 AS n1, ` +
			`coalesce(sum(CASE WHEN ((c."filed_on" <= 19722) AND ((c."closed_on" <= 19722) IS NOT TRUE)) THEN 1 ELSE 0 END), 0) AS n2, 0 AS n3, 0 AS s3 ` +
			`FROM case_version AS c WHERE (c.to_batch IS NULL) AND (c."court" IN ($1)) GROUP BY c."court", c."judge"` +
			` UNION ALL SELECT c."court" AS g0, c."judge" AS g1, count(*) AS n0, ` +
			`coalesce(sum(CASE WHEN (c."line" IN ($2, $3)) THEN 1 ELSE 0 END), 0) AS n1, 0 AS n2, ` +
			`count(CASE WHEN TRUE THEN c."claimed" END) AS n3, CAST(coalesce(sum(CASE WHEN TRUE THEN c."claimed" END), 0) AS BIGINT) AS s3 ` +
			`FROM case_version AS c WHERE (c.to_batch IS NULL) AND ((c."closed_on" >= 19358) AND (c."closed_on" <= 19722) AND (c."court" IN ($1))) GROUP BY c."court", c."judge"` +
			`) AS u GROUP BY u.g0, u.g1`,
		`SELECT c."court", c."judge", c."closed_on" - c."filed_on", count(*) FROM case_version AS c WHERE (c.to_batch IS NULL) AND ` +
			`((c."closed_on" >= 19358) AND (c."closed_on" <= 19722) AND ((c."published" = 1) IS NOT TRUE) AND (c."court" IN ($1)) AND (c."closed_on" IS NOT NULL) AND (c."filed_on" IS NOT NULL)) ` +
			`GROUP BY c."court", c."judge", c."closed_on" - c."filed_on"`,
	}
	if len(got) != len(want) {
		t.Fatalf("%d statements", len(got))
	}
	for i := range want {
		if got[i].Text != want[i] {
			t.Errorf("got  %s\nwant %s", got[i].Text, want[i])
		}
	}
	if len(got[0].Args) != 3 || got[0].Args[0] != "O'Neil" || got[0].Args[2] != "criminal" {
		t.Errorf("bound %v", got[0].Args)
	}
}

func TestListSQLText(t *testing.T) {
	d := indicator.PostgreSQL("case_version", "", "id")
	d.Column = func(name string) string { return "x_" + name }
	page, total := indicator.ListSQL(condition(t, "known(judge)"), nil, civil.Year(2023), 40, 20, d)
	const where = ` FROM case_version AS c WHERE (c."x_judge" <> '')`
	if want := `SELECT c."id", c."x_court"` + where + ` ORDER BY c."x_court" COLLATE "C", c."x_division" COLLATE "C", c."x_judge" COLLATE "C", c."x_line" COLLATE "C", c."x_filed_on" NULLS FIRST, c."id" LIMIT 20 OFFSET 40`; page.Text != want {
		t.Errorf("got  %s\nwant %s", page.Text, want)
	}
	if want := "SELECT count(*)" + where; total.Text != want {
		t.Errorf("got %s", total.Text)
	}
}

func TestSQLPeriodsText(t *testing.T) {
	ask := indicator.Ask{By: []string{"court"}, Measures: []indicator.Measure{{Where: condition(t, "within(filed_on)")}}}
	s, err := indicator.SQLPeriods(ask, []civil.Period{civil.Month(1970, 1), civil.Month(1970, 2)}, indicator.SQLite("k", "", "id"))
	if err != nil {
		t.Fatal(err)
	}
	want := `WITH p(n, b0, b1) AS (VALUES (0, 0, 30), (1, 31, 58)) SELECT c."court", p.n, ` +
		`coalesce(sum(CASE WHEN ((c."filed_on" >= p.b0) AND (c."filed_on" <= p.b1)) THEN 1 ELSE 0 END), 0) FROM k AS c CROSS JOIN p GROUP BY c."court", p.n`
	if s.Text != want {
		t.Errorf("got  %s\nwant %s", s.Text, want)
	}
	ask.Measures[0].Kind = indicator.Spread
	if _, err := indicator.SQLPeriods(ask, nil, indicator.SQLite("k", "", "id")); err == nil {
		t.Error("a histogram for several periods is accepted")
	}
}

// A whole set needs few scans: one for each range of days that its counts share.
func TestSetNeedsFewScans(t *testing.T) {
	book, err := indicator.Load(rules.FS)
	if err != nil {
		t.Fatal(err)
	}
	ask := questions(t, book, "spc-2024-01", civil.Year(2023))
	text := indicator.SQL(ask, indicator.SQLite("case_version", "", "id"))[0].Text
	scans := strings.Count(text, "FROM case_version")
	ranges := map[string]bool{}
	for _, m := range regexp.MustCompile(`WHERE \(\(c\."(\w+)" >=`).FindAllStringSubmatch(text, -1) {
		ranges[m[1]] = true
	}
	if scans != len(ranges)+1 || scans > 15 {
		t.Errorf("%d scans for %d measures over ranges %v", scans, len(ask.Measures), ranges)
	}
}

// SQLite reads the table as it lies for a question about all courts, and may use the index
// on the court for one about some courts.
func TestSQLiteScan(t *testing.T) {
	ask := indicator.Ask{Period: civil.Year(2023), By: []string{"court"}, Measures: []indicator.Measure{
		{Where: condition(t, "within(closed_on)")},
		{Kind: indicator.Spread, Field: fieldAt("closed_on"), Field2: fieldAt("filed_on"), Where: condition(t, "within(closed_on)")},
	}}
	for filter, want := range map[*indicator.Pred]bool{nil: true, indicator.Match(map[string]string{"court": "A"}): false} {
		ask.Filter = filter
		for _, s := range indicator.SQL(ask, indicator.SQLite("k", "", "id")) {
			if got := strings.Contains(s.Text, "FROM k AS c NOT INDEXED"); got != want {
				t.Errorf("filter %s: %s", filter, s.Text)
			}
		}
	}
}

// The second table is read by the scans that name a field of it, and by no other.
func TestSecondTableOnlyWhereNamed(t *testing.T) {
	d := indicator.SQLite("k", "", "id")
	d.Beside = indicator.Beside{Join: " LEFT JOIN x l ON l.id = c.id", Columns: map[string]string{"limit_rule": "COALESCE(l.rule, '')"}}
	ask := indicator.Ask{Period: civil.Month(1970, 1), Measures: []indicator.Measure{
		{Where: condition(t, "within(filed_on)")},
		{Where: condition(t, "within(closed_on) && known(limit_rule)")},
	}}
	scans := strings.Split(indicator.SQL(ask, d)[0].Text, " UNION ALL ")
	var joined []bool
	for _, scan := range scans {
		joined = append(joined, strings.Contains(scan, "FROM k AS c NOT INDEXED LEFT JOIN x l"))
	}
	if !slices.Equal(joined, []bool{false, false, true}) || strings.Count(scans[2], `(COALESCE(l.rule, '') <> '')`) != 1 {
		t.Errorf("joined in scans %v of %s", joined, scans)
	}
	page, total := indicator.ListSQL(condition(t, "known(limit_rule)"), nil, civil.Month(1970, 1), 0, 1, d)
	for _, text := range []string{page.Text, total.Text} {
		if !strings.Contains(text, " FROM k AS c LEFT JOIN x l ON l.id = c.id WHERE (COALESCE(l.rule, '') <> '')") {
			t.Errorf("list: %s", text)
		}
	}
}

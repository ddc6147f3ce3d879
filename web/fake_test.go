package web

import (
	"bytes"
	"cmp"
	"context"
	"encoding/csv"
	"fmt"
	"io"
	"iter"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/alexedwards/scs/v2"

	"zhunsheng/internal/access"
	"zhunsheng/internal/civil"
	"zhunsheng/internal/demo"
	"zhunsheng/internal/docket"
	"zhunsheng/internal/fault"
	"zhunsheng/internal/indicator"
	"zhunsheng/internal/indicator/indicatortest"
	"zhunsheng/internal/ledger"
	"zhunsheng/internal/statute"
	"zhunsheng/rules"
	"zhunsheng/web/page/cases"
	"zhunsheng/web/page/data"
	"zhunsheng/web/page/documents"
	"zhunsheng/web/page/indicators"
	"zhunsheng/web/page/longpending"
	"zhunsheng/web/page/overview"
	"zhunsheng/web/page/settings"
	"zhunsheng/web/page/situation"
	"zhunsheng/web/page/today"
)

// fake is the whole product behind the pages, in memory: the invented city, the real
// catalogue and the naive engine, so that numbers, lists and reasons belong together.
type fake struct {
	city  *demo.City
	book  *indicator.Book
	cases indicatortest.Naive
	empty bool

	mu        sync.Mutex
	batches   []data.Batch
	staged    map[string]data.Staged
	built     []documents.Edition
	adopted   []indicators.Adoption
	saved     []settings.User
	notes     []cases.Note
	acked     map[string]string // warnings taken note of: case → note
	disputes  fakeDisputes
	intervals []settings.IntervalDecision
	broken    error // what every call of the case list returns, to see the error page
}

// newFake keeps every step-th case of the city.
func newFake(step int) (*fake, error) {
	city, err := demo.Generate(demo.Options{Seed: 1})
	if err != nil {
		return nil, err
	}
	book, err := indicator.Load(rules.FS)
	if err != nil {
		return nil, err
	}
	f := &fake{city: city, book: book, staged: map[string]data.Staged{}}
	for i := 0; i < len(city.Cases); i += step {
		f.cases = append(f.cases, city.Cases[i])
	}
	at := time.Date(2024, 7, 1, 8, 30, 0, 0, time.UTC)
	f.batches = []data.Batch{
		{ID: 12, State: "committed", User: "analyst", Mapping: "demo", MappingVersion: 1, Started: at, Committed: at.Add(40 * time.Second),
			Files:  []data.File{{Name: "ledger-2024-06.csv.gz", SHA256: strings.Repeat("ab", 32), Bytes: 1_843_221}, {Name: "events-2024-06.csv.gz", SHA256: strings.Repeat("cd", 32), Bytes: 3_201_114}},
			Courts: []string{"藏98", "藏9801"}, Read: 12_345, New: 2_901, Changed: 1_210, Unchanged: 8_211, Rejected: 23, Flagged: 61},
		{ID: 11, State: "discarded", User: "analyst", Mapping: "demo", MappingVersion: 1, Started: at.AddDate(0, -1, 0), Files: []data.File{{Name: "ledger-2024-05.xlsx", Bytes: 900_000}}, Read: 5_100, New: 5_100},
	}
	f.built = []documents.Edition{{ID: "2024-05-a1", Kind: "monthly", Title: "2024年5月审判质效指标通报", Period: civil.Month(2024, 5), Batch: 12, Built: at, By: "analyst",
		Files: []documents.File{{Name: "bulletin.docx", Type: "application/vnd.openxmlformats-officedocument.wordprocessingml.document", Bytes: 48_100}, {Name: "appendix.xlsx", Type: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", Bytes: 310_000}}}}
	return f, nil
}

// deps plugs the fake in everywhere.
func (f *fake) deps(log io.Writer) Deps {
	return Deps{
		Log: slog.New(slog.NewTextHandler(log, nil)), Sessions: scs.New(), Office: f, Gate: f,
		Today: f, LongPending: f, Situation: f, Overview: f, Indicators: f, Cases: f, Imports: f, Quality: f, Ledger: f, Disputes: f, Documents: f, Papers: fakePapers{f}, Notes: f, Settings: fakeSettings{f}, Search: f, Intervals: f, Signals: fakeSignals{f}, Foresight: fakeForesight{f}, API: fakeAPI{f}, Law: fakeLaw{}, Limits: fakeLimits{f}, Procedures: fakeProcedures{f}, Appraisals: fakeProcedures{f},
	}
}

// users are the signed-in people of the tests, one per role; the login is the role.
func (f *fake) users() map[string]access.Scope {
	var judge docket.Posting
	for _, p := range f.city.Roster {
		if p.Post == "quota_judge" && p.Court == "藏9801" && p.To.IsZero() {
			judge = p
			break
		}
	}
	out := map[string]access.Scope{
		"president":     {Name: "次仁", Role: access.President, City: true},
		"office_head":   {Name: "央金", Role: access.OfficeHead, City: true},
		"analyst":       {Name: "王敏", Role: access.Analyst, City: true},
		"division_head": {Name: "扎西", Role: access.DivisionHead, Court: judge.Court, Division: judge.Division},
		"judge":         {Name: judge.Name, Role: access.Judge, Court: judge.Court, Division: judge.Division, Judge: judge.Judge},
		"clerk":         {Name: "李静", Role: access.Clerk, Court: judge.Court, Division: judge.Division},
		"court_office":  {Name: "卓玛", Role: access.CourtOffice, Court: "藏9802"},
		"administrator": {Name: "系统管理员", Role: access.Administrator, City: true},
	}
	for login, s := range out {
		s.User = login
		out[login] = s
	}
	return out
}

const password = "demo"

func (f *fake) SignIn(_ context.Context, login, pw string) (access.Scope, error) {
	s, ok := f.users()[login]
	if !ok || pw != password {
		return access.Scope{}, fault.Forbiddenf("wrong pair")
	}
	return s, nil
}

func (f *fake) Who(_ context.Context, login string) (access.Scope, error) {
	s, ok := f.users()[login]
	if !ok {
		return access.Scope{}, fault.NotFoundf("no user %s", login)
	}
	return s, nil
}

func (f *fake) State(context.Context) (State, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.empty {
		return State{}, nil
	}
	s := State{DataDay: f.city.Until, Batch: 12, Committed: f.batches[len(f.batches)-2].Committed}
	for _, b := range f.batches {
		if b.State == "interrupted" {
			s.Interrupted = b.ID
		}
		if b.State == "running" {
			s.Running, s.Percent = b.ID, int(b.BytesDone*100/b.BytesTotal)
		}
	}
	return s, nil
}

func (f *fake) Lists(context.Context) (Lists, error) {
	l := Lists{Courts: f.city.Courts, Divisions: f.city.Divisions, Judges: f.city.Roster, Causes: f.city.Causes, Vocabulary: map[string]map[string]statute.Text{
		"line":      {"criminal": {Zh: "刑事", En: "criminal"}, "civil": {Zh: "民事", En: "civil"}, "administrative": {Zh: "行政", En: "administrative"}, "enforcement": {Zh: "执行", En: "enforcement"}, "compensation": {Zh: "国家赔偿", En: "state compensation"}, "other": {Zh: "其他", En: "other"}},
		"procedure": {"ordinary": {Zh: "普通程序", En: "ordinary"}, "summary": {Zh: "简易程序", En: "summary"}, "enforcement": {Zh: "执行程序", En: "enforcement"}, "second_instance": {Zh: "二审程序", En: "second instance"}, "small_claims": {Zh: "小额诉讼程序", En: "small claims"}},
		"instance":  {"first": {Zh: "一审", En: "first instance"}},
	}}
	if f.empty {
		l = Lists{}
	}
	return l, nil
}

func (f *fake) Book() *indicator.Book { return f.book }

func confine(at access.Scope, more map[string]string) *indicator.Pred {
	limits, ok := at.Limits()
	if !ok {
		return &indicator.Pred{Op: indicator.False}
	}
	return indicator.All(indicator.Match(limits), indicator.Match(more))
}

func (f *fake) Compute(ctx context.Context, at access.Scope, req indicator.Request) ([]indicator.Figure, error) {
	req.Filter = indicator.All(confine(at, nil), req.Filter)
	return f.book.Compute(ctx, f.cases, indicator.Roster(f.city.Roster), func(string) int { return 4 }, req)
}

func (f *fake) Trust(context.Context, access.Scope) (overview.Trust, error) {
	return overview.Trust{Batch: 12, Committed: f.batches[0].Committed, Flagged: 61, Rejected: 23, Gaps: 1}, nil
}

// picks are the named selections of the fake.
func (f *fake) picks(name string) func(*docket.Case) bool {
	open := func(c *docket.Case) bool { return c.ClosedOn.IsZero() && !c.FiledOn.IsZero() }
	switch name {
	case "":
		return func(*docket.Case) bool { return true }
	case "near_limit":
		return func(c *docket.Case) bool {
			return open(c) && c.DueOn >= f.city.Until && c.DueOn <= f.city.Until.AddDays(30)
		}
	case "long_pending":
		return func(c *docket.Case) bool { return open(c) && c.FiledOn < f.city.Until.AddMonths(-12) }
	}
	return func(*docket.Case) bool { return false }
}

// pickName is what a selection of the fake is called.
func pickName(name string) statute.Text {
	return map[string]statute.Text{
		"near_limit":   {Zh: "临近审限", En: "near the limit"},
		"long_pending": {Zh: "超12个月未结", En: "pending over 12 months"},
	}[name]
}

// Work has a line of every kind for those who see cases, and a change for the president.
func (f *fake) Work(ctx context.Context, at access.Scope) (today.Work, error) {
	var w today.Work
	if f.empty || at.Role == access.Administrator {
		return w, nil
	}
	for _, i := range []struct {
		id   string
		kind today.Kind
	}{{"near_limit", today.Decide}, {"long_pending", today.Answer}} {
		list, err := f.List(ctx, at, cases.Query{Pick: i.id, Limit: -1})
		if err != nil {
			return w, err
		}
		item := today.Item{Kind: i.kind, ID: i.id, Name: pickName(i.id), Why: pickName(i.id), Late: statute.Text{Zh: "3 天后", En: "in 3 days"}, Count: int64(list.Total), Unit: "cases", Path: "/cases", Query: []string{"pick", i.id}}
		if at.City {
			for _, c := range f.city.Courts {
				one := at
				one.City, one.Court = false, c.Code
				if list, err = f.List(ctx, one, cases.Query{Pick: i.id, Limit: -1}); err != nil {
					return w, err
				}
				item.Parts = append(item.Parts, today.Part{Field: "court", Code: c.Code, Count: int64(list.Total), Query: []string{"court", c.Code}})
			}
		}
		w.Items = append(w.Items, item)
	}
	if w.Leads = at.Role == access.President; w.Leads {
		year := civil.Year(2023)
		w.Changes = []today.Change{{Indicator: "filed", Now: 120, Before: 100, Period: year, Last: year.Shift(-12), Parts: []today.Contribution{{Court: "藏9801", Line: "civil", Cause: f.city.Causes[0].Code, Diff: 12, Now: 30, Before: 18}}}}
	}
	return w, nil
}

// Change splits by line.
func (f *fake) Change(ctx context.Context, at access.Scope, id string, p civil.Period) (situation.Change, error) {
	c := situation.Change{Indicator: id, Period: p, Last: p.Shift(-12)}
	cells := map[string]*situation.Cell{}
	for _, period := range []civil.Period{p, c.Last} {
		figures, err := f.Compute(ctx, at, indicator.Request{Set: "volume", Indicators: []string{id}, Period: period, By: []string{"line"}})
		if err != nil {
			return c, err
		}
		for _, x := range figures {
			line, n := x.By[0], x.Value.Num().Int64()
			if cells[line] == nil {
				cells[line] = &situation.Cell{By: map[string]string{"line": line}}
			}
			if period == p {
				cells[line].Now, c.Now = n, c.Now+n
			} else {
				cells[line].Before, c.Before = n, c.Before+n
			}
		}
	}
	s := situation.Split{Fields: []string{"line"}, Rest: situation.Cell{Now: c.Now, Before: c.Before}}
	for _, line := range []string{"criminal", "civil"} {
		if x := cells[line]; x != nil {
			s.Parts = append(s.Parts, *x)
			s.Rest.Now, s.Rest.Before = s.Rest.Now-x.Now, s.Rest.Before-x.Before
		}
	}
	s.Others = len(cells) - len(s.Parts)
	c.Splits = []situation.Split{s}
	return c, nil
}

// Ages has one band.
func (f *fake) Ages(ctx context.Context, at access.Scope, _ civil.Period) ([]situation.Band, error) {
	b := situation.Band{Pick: "long_pending", Name: pickName("long_pending"), Lines: map[string]int64{}}
	all, err := f.List(ctx, at, cases.Query{Pick: b.Pick, Limit: -1})
	for _, r := range all.Rows {
		b.Total++
		b.Lines[r.Case.Line]++
	}
	return []situation.Band{b}, err
}

// Stages has one that nobody completed.
func (f *fake) Stages(context.Context, access.Scope, civil.Period) ([]situation.Stage, error) {
	return []situation.Stage{{Pick: "stage_filed_heard", Name: statute.Text{Zh: "立案至开庭", En: "filing to hearing"}}}, nil
}

// Flow counts by the catalogue.
func (f *fake) Flow(ctx context.Context, at access.Scope, p civil.Period) (map[string]int64, error) {
	figures, err := f.Compute(ctx, at, indicator.Request{Set: "volume", Indicators: []string{"filed", "closed", "pending"}, Period: p})
	out := map[string]int64{}
	for _, x := range figures {
		out[x.Indicator] = x.Value.Num().Int64()
	}
	return out, err
}

// Stock has one column per selection of the fake.
func (f *fake) Stock(ctx context.Context, at access.Scope) (longpending.Stock, error) {
	s := longpending.Stock{Day: f.city.Until, Columns: []longpending.Column{{Pick: "long_pending", Name: pickName("long_pending"), Kind: "long"}}, Steps: []int{90, 180},
		Stalls: []longpending.Stall{{Kind: "heard", Counts: []int64{3, 1}}}}
	all, err := f.List(ctx, at, cases.Query{Pick: "long_pending", Limit: -1})
	if err != nil {
		return s, err
	}
	s.Total.Counts = []int64{int64(all.Total)}
	if !at.City {
		return s, nil
	}
	s.Field = "court"
	for _, c := range f.city.Courts {
		one := at
		one.City, one.Court = false, c.Code
		if all, err = f.List(ctx, one, cases.Query{Pick: "long_pending", Limit: -1}); err != nil {
			return s, err
		}
		s.Rows = append(s.Rows, longpending.Row{Code: c.Code, Counts: []int64{int64(all.Total)}})
	}
	return s, nil
}

// Idle shows the first open cases of the scope.
func (f *fake) Idle(ctx context.Context, at access.Scope, days int, _ string, offset, limit int) ([]longpending.Idle, int, error) {
	all, err := f.List(ctx, at, cases.Query{Pick: "long_pending", Offset: offset, Limit: limit})
	var out []longpending.Idle
	for _, r := range all.Rows {
		out = append(out, longpending.Idle{Case: r.Case, Day: f.city.Until.AddDays(-days), Kind: "heard", Holder: r.Case.Judge, Days: days})
	}
	return out, all.Total, err
}

func (f *fake) List(ctx context.Context, at access.Scope, q cases.Query) (cases.List, error) {
	if f.broken != nil {
		return cases.List{}, f.broken
	}
	filter := confine(at, q.Filter)
	for _, group := range q.Except {
		filter = indicator.All(filter, &indicator.Pred{Op: indicator.Not, Args: []*indicator.Pred{indicator.Match(group)}})
	}
	if q.Indicator != "" {
		got, total, err := f.book.Cases(ctx, f.cases, f.fetch, indicator.CasesRequest{Set: q.Set, Indicator: q.Indicator, Side: q.Side, Period: q.Period, Filter: filter, Offset: q.Offset, Limit: q.Limit})
		if err != nil {
			return cases.List{}, err
		}
		out := cases.List{Total: total}
		for _, r := range got {
			out.Rows = append(out.Rows, cases.Row{ID: r.ID, Case: f.cases[r.ID-1], Count: r.Count, Minus: r.Minus, Reason: r.Reason})
		}
		return out, nil
	}
	out := cases.List{Name: pickName(q.Pick), Definition: pickName(q.Pick)}
	for i, c := range f.cases {
		hold := f.picks(q.Pick)(&c) && filter.Holds(&c, q.Period) && strings.Contains(c.CaseNo, q.Text)
		hold = hold && (q.State == "" || (q.State == "closed") == !c.ClosedOn.IsZero())
		if !hold || q.Flag != "" && i%40 != 0 {
			continue
		}
		if out.Total >= q.Offset && (q.Limit < 0 || len(out.Rows) < q.Limit) {
			row := cases.Row{ID: int64(i + 1), Case: c}
			if i%40 == 0 {
				row.Flags = []string{"date.order"}
			}
			out.Rows = append(out.Rows, row)
		}
		out.Total++
	}
	return out, nil
}

func (f *fake) fetch(ids []int64) ([]docket.Case, error) {
	out := make([]docket.Case, len(ids))
	for i, id := range ids {
		out[i] = f.cases[id-1]
	}
	return out, nil
}

func (f *fake) Export(ctx context.Context, at access.Scope, q cases.Query, _ string, w io.Writer) error {
	list, err := f.List(ctx, at, q)
	if err != nil {
		return err
	}
	out := csv.NewWriter(w)
	for _, r := range list.Rows {
		if err := out.Write([]string{r.Case.CaseNo, r.Case.Court, r.Reason.In(q.Lang)}); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}

func (f *fake) Case(_ context.Context, at access.Scope, court, key string) (cases.Record, error) {
	for i, c := range f.cases {
		if c.Court != court || c.Key != key || !at.Sees(c.Court, c.Division, c.Judge) {
			continue
		}
		old := c
		old.ClosedOn, old.ClosingWay = 0, ""
		rec := cases.Record{Row: cases.Row{ID: int64(i + 1), Case: c, Flags: []string{"date.order"}}, FromBatch: 12, File: "ledger-2024-06.csv.gz", Line: i + 2,
			Related: []cases.Related{{Relation: "appeal_of", Case: docket.Case{CaseNo: "（2023）藏9801民初77号"}}},
			Issues:  []ledger.Issue{{Column: "结案日期", Value: "2024-02-01", Rule: "date.order", Remedy: "核对立案日期和结案日期"}},
			Versions: []cases.Version{
				{FromBatch: 12, Committed: f.batches[0].Committed, File: "ledger-2024-06.csv.gz", Line: i + 2, Case: c},
				{FromBatch: 9, ToBatch: 12, Committed: f.batches[0].Committed.AddDate(0, -1, 0), File: "ledger-2024-05.csv.gz", Line: i + 2, Case: old},
			}}
		for _, e := range f.city.Events {
			if e.CaseKey == c.Key {
				rec.Events = append(rec.Events, e)
			}
		}
		return rec, nil
	}
	return cases.Record{}, fault.NotFoundf("no case %s", key)
}

func (f *fake) Batches(context.Context, access.Scope) ([]data.Batch, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.empty {
		return nil, nil
	}
	return slices.Clone(f.batches), nil
}

func (f *fake) Batch(_ context.Context, _ access.Scope, id int64) (data.Batch, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, b := range f.batches {
		if b.ID == id {
			return b, nil
		}
	}
	return data.Batch{}, fault.NotFoundf("no batch %d", id)
}

func (f *fake) Mappings(context.Context) ([]string, error) {
	return []string{"brazil-roraima", "cook-county", "demo"}, nil
}

func (f *fake) Stage(_ context.Context, _ access.Scope, mapping string, files iter.Seq2[data.Upload, error]) (string, error) {
	s := data.Staged{ID: "s1", Mapping: mapping, Detected: "CSV，UTF-8，逗号分隔，日期 2024-03-05",
		Headers: []string{"案号", "法院", "立案日期", "备注"}, Sample: [][]string{{"（2024）藏9801民初1号", "藏9801", "2024-01-03", ""}, {"（2024）藏9801民初2号", "藏9801", "2024-01-04", "急"}},
		Columns: map[string]string{"案号": "case_no", "法院": "court", "立案日期": ""},
		Missing: []string{"case_no", "court", "filed_on"}, Notes: []statute.Text{{Zh: "“立案日期”可能是立案日期或审限起始日期", En: "“立案日期” may be the filing date or the start of the limit"}}}
	for u, err := range files {
		if err != nil {
			return "", err
		}
		n, err := io.Copy(io.Discard, u.R)
		if err != nil {
			return "", err
		}
		s.Files = append(s.Files, data.File{Name: u.Name, Bytes: n})
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.staged[s.ID] = s
	return s.ID, nil
}

func (f *fake) Staged(_ context.Context, _ access.Scope, id string) (data.Staged, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	s, ok := f.staged[id]
	if !ok {
		return s, fault.NotFoundf("nothing staged as %s", id)
	}
	return s, nil
}

func (f *fake) Start(_ context.Context, at access.Scope, id string, c data.Choice) (int64, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	b := data.Batch{ID: 13, State: "running", User: at.User, Mapping: cmp.Or(c.Mapping, c.Name, "–"), Started: f.batches[0].Started,
		Files: f.staged[id].Files, BytesDone: 400_000, BytesTotal: 1_000_000, Left: 12 * time.Second, Read: 4_000, New: 3_900, Unchanged: 90, Rejected: 10}
	f.batches = slices.Insert(f.batches, 0, b)
	return b.ID, nil
}

func (f *fake) move(id int64, from, to string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	for i := range f.batches {
		if f.batches[i].ID == id && f.batches[i].State == from {
			f.batches[i].State = to
			return nil
		}
	}
	return fault.Conflictf("batch %d is not %s", id, from)
}

func (f *fake) Resume(_ context.Context, _ access.Scope, id int64) error {
	return f.move(id, "interrupted", "running")
}

func (f *fake) Discard(_ context.Context, _ access.Scope, id int64) error {
	return f.move(id, "interrupted", "discarded")
}

func (f *fake) Issues(_ context.Context, _ access.Scope, q data.IssueQuery) ([]data.Issue, int, error) {
	all := []data.Issue{
		{Batch: 12, Court: "藏9801", Issue: ledger.Issue{File: "ledger-2024-06.csv.gz", Row: 812, Column: "结案日期", Value: "2024-02-01", Rule: "date.order", Remedy: "结案早于立案，核对后改正"}},
		{Batch: 12, Court: "藏9803", Issue: ledger.Issue{File: "ledger-2024-06.csv.gz", Row: 1907, Column: "案号", Value: "(2024)藏98民初", Rule: "number.grammar", Remedy: "按（年）法院代字类型代字序号号书写", Reject: true}},
	}
	var out []data.Issue
	for _, i := range all {
		if (q.Rule == "" || q.Rule == i.Rule) && (q.Court == "" || q.Court == i.Court) && (!q.Reject || i.Reject) && !f.empty {
			out = append(out, i)
		}
	}
	return out, len(out), nil
}

func (f *fake) IssueCounts(context.Context, access.Scope) ([]data.IssueCount, error) {
	if f.empty {
		return nil, nil
	}
	return []data.IssueCount{
		{Rule: "date.order", Court: "藏9801", Name: statute.Text{Zh: "日期先后不合", En: "dates out of order"}, Rows: 41},
		{Rule: "date.order", Court: "藏98", Name: statute.Text{Zh: "日期先后不合", En: "dates out of order"}, Rows: 20},
		{Rule: "number.grammar", Court: "藏9803", Name: statute.Text{Zh: "案号格式不合", En: "case number not understood"}, Rows: 22, Rejects: true},
		{Rule: "court.unknown", Court: "藏77", Name: statute.Text{Zh: "法院不在名录", En: "court not on the list"}, Rows: 1, Rejects: true},
	}, nil
}

func (f *fake) ExportIssues(ctx context.Context, at access.Scope, q data.IssueQuery, w io.Writer) error {
	rows, _, err := f.Issues(ctx, at, q)
	if err != nil {
		return err
	}
	fmt.Fprintln(w, "batch,file,sheet,row,column,value,rule,remedy")
	for _, r := range rows {
		fmt.Fprintf(w, "%d,%s,%s,%d,%s,%s,%s,%s\n", r.Batch, r.File, r.Sheet, r.Row, r.Column, r.Value, r.Rule, r.Remedy)
	}
	return nil
}

func (f *fake) Completeness(_ context.Context, at access.Scope, p civil.Period) ([]data.MonthCount, error) {
	n := map[data.MonthCount]int64{}
	for _, c := range f.cases {
		if at.Sees(c.Court, c.Division, c.Judge) && p.Contains(c.FiledOn) && !f.empty {
			y, m, _ := c.FiledOn.YMD()
			if c.Court == "藏9805" && m == 3 {
				continue
			}
			n[data.MonthCount{Court: c.Court, Month: civil.NewDate(y, m, 1)}]++
		}
	}
	var out []data.MonthCount
	for k, v := range n {
		k.Cases = v
		out = append(out, k)
	}
	return out, nil
}

func (f *fake) Editions(context.Context, access.Scope) ([]documents.Edition, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.empty {
		return nil, nil
	}
	return slices.Clone(f.built), nil
}

func (f *fake) Open(_ context.Context, _ access.Scope, id, name string) (documents.File, io.ReadCloser, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, e := range f.built {
		for _, file := range e.Files {
			if e.ID == id && file.Name == name {
				file.Bytes = 4
				return file, io.NopCloser(bytes.NewReader([]byte("PK\x03\x04"))), nil
			}
		}
	}
	return documents.File{}, nil, fault.NotFoundf("no document %s/%s", id, name)
}

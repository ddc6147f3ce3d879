package app

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"

	"zhunsheng/internal/access"
	"zhunsheng/internal/civil"
	"zhunsheng/internal/docket"
	"zhunsheng/internal/fault"
	"zhunsheng/internal/indicator"
	"zhunsheng/internal/ledger"
	"zhunsheng/internal/statute"
	"zhunsheng/web/page/data"
	"zhunsheng/web/page/today"
)

// todayDesk gathers the work of a scope.
type todayDesk struct{ *App }

// task is one line of a role's work list, in its order.
type task struct {
	id   string
	kind today.Kind
}

// tasks says what each role starts the day with.
var tasks = map[access.Role][]task{
	access.President: {
		{"procedures", today.Decide}, {"documents", today.Decide}, {"interrupted", today.Decide}, {"warnings", today.Decide}, {"long_pending", today.Decide}, {"inactive_180", today.Decide},
	},
	access.OfficeHead: {
		{"gaps", today.Fix}, {"rejected", today.Fix},
		{"procedures", today.Decide}, {"appraisals", today.Decide}, {"interrupted", today.Decide}, {"documents", today.Decide}, {"warnings", today.Decide},
		{"long_pending", today.Decide}, {"inactive_180", today.Decide}, {"appeal_late", today.Answer}, {"doubts", today.Answer}, {"alerts", today.Decide},
	},
	access.Analyst: {
		{"gaps", today.Fix}, {"rejected", today.Fix}, {"flagged", today.Fix},
		{"interrupted", today.Decide}, {"documents", today.Decide}, {"alerts", today.Decide}, {"doubts", today.Answer},
	},
	access.DivisionHead: {
		{"flagged", today.Fix},
		{"procedures", today.Decide}, {"warnings", today.Decide}, {"long_pending", today.Decide}, {"inactive_90", today.Decide},
		{"appeal_waiting", today.Answer},
	},
	access.Judge: {
		{"flagged", today.Fix},
		{"drafts", today.Decide}, {"appraisals", today.Decide}, {"warnings", today.Decide}, {"inactive_90", today.Decide}, {"long_pending", today.Decide},
		{"appeal_waiting", today.Answer},
	},
	access.Clerk: {
		{"flagged", today.Fix}, {"inactive_90", today.Fix}, {"appraisals", today.Decide}, {"warnings", today.Decide}, {"appeal_waiting", today.Answer},
	},
	access.CourtOffice: {
		{"gaps", today.Fix}, {"rejected", today.Fix}, {"flagged", today.Fix}, {"procedures", today.Decide}, {"appraisals", today.Decide}, {"windows", today.Decide},
		{"warnings", today.Decide}, {"long_pending", today.Decide}, {"inactive_180", today.Decide},
		{"appeal_waiting", today.Answer}, {"documents", today.Answer}, {"alerts", today.Decide},
	},
	access.Administrator: {
		{"backup", today.Fix}, {"no_scope", today.Fix}, {"rejected", today.Fix}, {"gaps", today.Fix},
		{"interrupted", today.Decide}, {"refused", today.Decide}, {"verify", today.Decide},
	},
}

// workRules are the thresholds of rules/today/work.yaml.
type workRules struct {
	Versions []workVersion `yaml:"versions"`
}

type workVersion struct {
	From   civil.Date `yaml:"from"`
	Change struct {
		Percent int64 `yaml:"percent"`
		Cases   int64 `yaml:"cases"`
		Parts   int   `yaml:"parts"`
	} `yaml:"change"`
	BulletinDay int            `yaml:"bulletin_day"`
	BackupDays  int            `yaml:"backup_days"`
	VerifyDays  int            `yaml:"verify_days"`
	RefusedDays int            `yaml:"refused_days"`
	Source      statute.Source `yaml:"source"`
}

// workRulesAt reads the thresholds in force on a day.
func (a *App) workRulesAt(day civil.Date) (workVersion, error) {
	const file = "today/work.yaml"
	var r workRules
	if err := statute.Decode(a.cfg.Rules, file, &r); err != nil {
		return workVersion{}, err
	}
	for _, v := range slices.Backward(r.Versions) {
		if v.From <= day {
			return v, nil
		}
	}
	return workVersion{}, fault.NotFoundf("%s: no version in force on %s", file, day)
}

// desk is what one request about the work of a scope needs.
type desk struct {
	*App
	at    access.Scope
	day   civil.Date
	rules workVersion
	lists *lists
	notes *ledgerNotes
}

// Work lists what the person has to fix, decide and answer.
func (a todayDesk) Work(ctx context.Context, at access.Scope) (today.Work, error) {
	d := desk{App: a.App, at: at}
	var err error
	if d.day, err = a.DataDay(ctx); err != nil {
		return today.Work{}, err
	}
	if d.rules, err = a.workRulesAt(d.day); err != nil {
		return today.Work{}, err
	}
	if d.lists, err = a.officeLists(ctx); err != nil {
		return today.Work{}, err
	}
	if d.notes, err = a.ledgerNotes(ctx); err != nil {
		return today.Work{}, err
	}
	var w today.Work
	for _, t := range tasks[at.Role] {
		items, err := d.items(ctx, t)
		if err != nil {
			return today.Work{}, fmt.Errorf("%s: %w", t.id, err)
		}
		w.Items = append(w.Items, items...)
	}
	if w.Leads = at.Role == access.President || at.Role == access.OfficeHead; w.Leads {
		w.Changes, err = d.changes(ctx)
	}
	return w, err
}

// items works out one task; one with nothing to do gives none, flagged records one per rule.
func (d desk) items(ctx context.Context, t task) ([]today.Item, error) {
	switch t.id {
	case "interrupted":
		return d.interrupted(ctx, t)
	case "documents":
		return d.documents(ctx, t)
	case "gaps":
		return d.gaps(ctx, t)
	case "rejected":
		return d.rejected(ctx, t)
	case "flagged":
		return d.flaggedRules(t)
	case "procedures", "drafts":
		return d.papers(ctx, t)
	case "appraisals":
		return d.appraisals(ctx, t)
	case "warnings":
		return d.warnings(ctx, t)
	case "doubts":
		return d.doubts(ctx, t)
	case "alerts":
		return d.raised(ctx, t)
	case "windows":
		return d.openWindows(ctx, t)
	case "backup":
		return d.backup(ctx, t)
	case "no_scope":
		return d.noScope(ctx, t)
	case "refused":
		return d.refusedSignIns(ctx, t)
	case "verify":
		return d.verifyLog(ctx, t)
	}
	return d.selected(ctx, t)
}

// selected counts a named selection by the units below the scope.
func (d desk) selected(ctx context.Context, t task) ([]today.Item, error) {
	s, err := d.selection(t.id, civil.Period{}, d.day)
	if err != nil {
		return nil, err
	}
	scope, err := confine(d.at)
	if err != nil {
		return nil, err
	}
	refs, err := d.refs(ctx, s, scope)
	if err != nil || len(refs) == 0 {
		return nil, err
	}
	i := today.Item{
		Kind: t.kind, ID: t.id, Name: s.name, Why: s.definition, Count: int64(len(refs)), Unit: "cases",
		Path: "/cases", Query: []string{"pick", t.id},
	}
	i.Late, i.Over = d.late(t.id, refs)
	if t.id == "appeal_waiting" {
		if i.Late, i.Over, err = d.appealsLate(ctx, scope); err != nil {
			return nil, err
		}
	}
	i.Parts, err = d.parts(ctx, s, refs, scope)
	return []today.Item{i}, err
}

// parts splits a selection by the units below the scope, in their fixed order.
func (d desk) parts(ctx context.Context, s *selection, refs []indicator.Ref, scope *indicator.Pred) ([]today.Part, error) {
	field := below(d.at)
	if field == "" {
		return nil, nil
	}
	counts := map[string]int64{}
	if s.idle > 0 {
		for _, r := range refs {
			o := d.notes.open[r.ID]
			counts[map[string]string{"court": o.Court, "division": o.Division, "judge": o.Judge}[field]]++
		}
	} else {
		groups, err := d.columns.Tally(ctx, indicator.Ask{Measures: []indicator.Measure{{Kind: indicator.Cases, Where: s.where}}, Period: s.period, By: []string{field}, Filter: scope})
		if err != nil {
			return nil, err
		}
		for _, g := range groups {
			counts[g.By[0]] = g.Cells[0].N
		}
	}
	var out []today.Part
	for _, code := range d.lists.inOrder(field, counts) {
		out = append(out, today.Part{Field: field, Code: code, Count: counts[code], Query: unitQuery(field, code)})
	}
	return out, nil
}

// below is the field of the units under a scope: courts of the city, divisions of a court,
// judges of a division.
func below(at access.Scope) string {
	switch {
	case at.Judge != "":
		return ""
	case at.Division != "":
		return "judge"
	case at.Court != "":
		return "division"
	case at.City:
		return "court"
	}
	return ""
}

// unitQuery narrows a list to a unit; cases without one are asked for by filter, and so are
// those of a judge, who may have moved to another court since.
func unitQuery(field, code string) []string {
	switch {
	case code == "":
		return []string{"f-" + field, "~"}
	case field == "judge":
		return []string{"f-judge", code}
	}
	return []string{field, code}
}

// inOrder sorts units as the office lists them, unknown ones last; the counts do not matter.
func (l *lists) inOrder(field string, counts map[string]int64) []string {
	place := func(code string) int {
		i := -1
		switch field {
		case "court":
			i = slices.IndexFunc(l.courts, func(c docket.Court) bool { return c.Code == code })
		case "division":
			i = slices.IndexFunc(l.divisions, func(c docket.Division) bool { return c.ID == code })
		case "judge":
			i = slices.IndexFunc(l.roster, func(c docket.Posting) bool { return c.Judge == code })
		}
		if i < 0 {
			return 1 << 30
		}
		return i
	}
	var out []string
	for code, n := range counts {
		if n > 0 {
			out = append(out, code)
		}
	}
	slices.Sort(out)
	slices.SortStableFunc(out, func(x, y string) int { return place(x) - place(y) })
	return out
}

// late says when the work is late, by the oldest of its cases.
func (d desk) late(id string, refs []indicator.Ref) (statute.Text, bool) {
	due, filed, active := civil.MaxDate, civil.MaxDate, civil.MaxDate
	for _, r := range refs {
		o := d.notes.open[r.ID]
		due, filed, active = earlier(due, o.DueOn), earlier(filed, o.FiledOn), earlier(active, o.Day)
	}
	switch id {
	case "near_limit":
		return statute.Text{Zh: "最近一件 " + due.String() + " 届满，" + strconv.Itoa(due.Sub(d.day)) + " 天后超审限", En: "the next is due on " + due.String() + ", late in " + strconv.Itoa(due.Sub(d.day)) + " days"}, false
	case "over_limit":
		return statute.Text{Zh: "已超审限，最久 " + strconv.Itoa(d.day.Sub(due)) + " 天", En: "late already, the longest by " + strconv.Itoa(d.day.Sub(due)) + " days"}, true
	case "long_pending":
		return statute.Text{Zh: "最早一件 " + filed.String() + " 立案", En: "the oldest was filed on " + filed.String()}, true
	case "inactive_90", "inactive_180":
		return statute.Text{Zh: "最久 " + strconv.Itoa(d.day.Sub(active)) + " 天无活动", En: "the longest for " + strconv.Itoa(d.day.Sub(active)) + " days"}, true
	case "appeal_late":
		return statute.Text{Zh: "已超过移送期限", En: "late already"}, true
	}
	return statute.Text{}, false
}

// appealsLate says how many of the appeals that wait are late already.
func (d desk) appealsLate(ctx context.Context, scope *indicator.Pred) (statute.Text, bool, error) {
	s, err := d.selection("appeal_late", civil.Period{}, d.day)
	if err != nil {
		return statute.Text{}, false, err
	}
	refs, err := d.refs(ctx, s, scope)
	if err != nil || len(refs) == 0 {
		return statute.Text{Zh: "没有" + s.name.Zh + "的", En: "none " + s.name.En}, false, err
	}
	return statute.Text{Zh: fmt.Sprintf("其中 %d 件%s", len(refs), s.name.Zh), En: fmt.Sprintf("%d of them %s", len(refs), s.name.En)}, true, nil
}

func earlier(a, b civil.Date) civil.Date {
	if b.IsZero() {
		return a
	}
	return min(a, b)
}

// flaggedRules counts the doubtful records of the scope by rule.
func (d desk) flaggedRules(t task) ([]today.Item, error) {
	rules, err := ledger.LoadRules(d.cfg.Rules)
	if err != nil {
		return nil, err
	}
	field := below(d.at)
	total, units := map[string]int64{}, map[string]map[string]int64{}
	for _, f := range d.notes.flagged {
		if !d.at.Sees(f.Court, f.Division, f.Judge) {
			continue
		}
		for _, rule := range f.Flags {
			total[rule]++
			if units[rule] == nil {
				units[rule] = map[string]int64{}
			}
			units[rule][map[string]string{"court": f.Court, "division": f.Division, "judge": f.Judge}[field]]++
		}
	}
	var out []today.Item
	for _, id := range slices.Sorted(maps.Keys(total)) {
		i := today.Item{
			Kind: t.kind, ID: "flagged", Name: ruleName(rules, id), Count: total[id], Unit: "cases", Path: "/cases", Query: []string{"flag", id},
			Why:  statute.Text{Zh: "导入时发现的疑点：" + ruleRemedy(rules, id).Zh, En: "found on import: " + ruleRemedy(rules, id).En},
			Late: statute.Text{Zh: "下次导入前更正", En: "correct before the next import"},
		}
		if field != "" {
			for _, code := range d.lists.inOrder(field, units[id]) {
				i.Parts = append(i.Parts, today.Part{Field: field, Code: code, Count: units[id][code], Query: unitQuery(field, code)})
			}
		}
		out = append(out, i)
	}
	return out, nil
}

func ruleRemedy(rules *ledger.Rules, id string) statute.Text {
	if r, ok := rules.Rule(id); ok {
		return r.Remedy
	}
	return statute.Text{Zh: id, En: id}
}

// rejected counts the rows that are not in the ledger, of every batch whose rejected rows nobody
// has declared dealt with.
func (d desk) rejected(ctx context.Context, t task) ([]today.Item, error) {
	f, err := d.issueFilter(ctx, d.at, data.IssueQuery{Reject: true, Open: true})
	if err != nil {
		return nil, err
	}
	counts, err := d.store.IssueCounts(ctx, f)
	if err != nil {
		return nil, err
	}
	i := today.Item{
		Kind: t.kind, ID: t.id, Unit: "rows", Path: "/data/issues", Query: []string{"reject", "1", "open", "1"},
		Name: statute.Text{Zh: "导入时未入库的行", En: "rows that stayed out of the ledger"},
		Why:  statute.Text{Zh: "这些行不在台账中，也不计入任何数字；更正后重新导入，或在批次页面注明已处理。", En: "They are in no figure; correct them and import again, or note on the page of the batch that they were dealt with."},
		Late: statute.Text{Zh: "下次导入前更正", En: "correct before the next import"},
	}
	units := map[string]int64{}
	for _, c := range counts {
		i.Count += c.Rejected
		units[c.Court] += c.Rejected
	}
	if i.Count == 0 {
		return nil, nil
	}
	if d.at.City {
		for _, code := range d.lists.inOrder("court", units) {
			p := today.Part{Field: "court", Code: code, Count: units[code]}
			if code != "" {
				p.Query = []string{"court", code}
			}
			i.Parts = append(i.Parts, p)
		}
	}
	return []today.Item{i}, nil
}

// gaps counts the months without any new case, since January of last year.
func (d desk) gaps(ctx context.Context, t task) ([]today.Item, error) {
	byCourt, err := d.trustByCourt(ctx, d.day)
	if err != nil {
		return nil, err
	}
	units := map[string]int64{}
	i := today.Item{
		Kind: t.kind, ID: t.id, Unit: "months", Path: "/data/completeness",
		Query: []string{"period", gapPeriod(d.day).String()},
		Name:  statute.Text{Zh: "没有任何新收案件的月份", En: "months without a single new case"},
		Why:   statute.Text{Zh: "可能漏报，请向该法院核实。", En: "Perhaps not reported; ask the court."},
		Late:  statute.Text{Zh: "编制通报前补齐", En: "complete before the bulletin"},
	}
	for court, x := range byCourt {
		if d.at.City || court == d.at.Court {
			i.Count += x.gaps
			units[court] += x.gaps
		}
	}
	if i.Count == 0 {
		return nil, nil
	}
	if d.at.City {
		for _, code := range d.lists.inOrder("court", units) {
			i.Parts = append(i.Parts, today.Part{Field: "court", Code: code, Count: units[code], Query: []string{"court", code}})
		}
	}
	return []today.Item{i}, nil
}

// interrupted is an import that was cut off: the ledger waits for resume or discard.
func (d desk) interrupted(ctx context.Context, t task) ([]today.Item, error) {
	state, err := officeDesk{d.App}.State(ctx)
	if err != nil || state.Interrupted == 0 {
		return nil, err
	}
	return []today.Item{{
		Kind: t.kind, ID: t.id, Count: 1, Unit: "batches", Path: "/data/batches/" + strconv.FormatInt(state.Interrupted, 10), Over: true,
		Name: statute.Text{Zh: "导入中断", En: "import cut off"},
		Why:  statute.Text{Zh: "台账仍是导入前的状态，须选择继续或丢弃，之后才能再导入。", En: "The ledger is as before; resume or discard, or nothing else can be imported."},
		Late: statute.Text{Zh: "现在处理", En: "now"},
	}}, nil
}

// lastWholeMonth is the last month that the data cover to its end.
func lastWholeMonth(day civil.Date) civil.Period {
	y, m, _ := day.YMD()
	if month := civil.Month(y, m); month.To == day {
		return month
	}
	return civil.Month(y, m-1)
}

// changes are the counts of this year that moved more than usual against the same days of
// last year.
func (d desk) changes(ctx context.Context) ([]today.Change, error) {
	period := civil.Period{From: civil.NewDate(d.day.Year(), 1, 1), To: d.day}
	var out []today.Change
	for _, id := range []string{"filed", "closed", "pending"} {
		s, err := d.shifts(ctx, d.at, id, period)
		if err != nil {
			return nil, err
		}
		diff := max(s.now-s.before, s.before-s.now)
		if diff < d.rules.Change.Cases || s.before == 0 || diff*100 < d.rules.Change.Percent*s.before {
			continue
		}
		c := today.Change{Indicator: id, Now: s.now, Before: s.before, Period: period, Last: s.last}
		for _, p := range d.lists.largest(s.cells, d.rules.Change.Parts) {
			c.Parts = append(c.Parts, today.Contribution{Court: p.by[0], Line: p.by[1], Cause: p.by[2], Diff: p.now - p.before, Now: p.now, Before: p.before})
		}
		out = append(out, c)
	}
	return out, nil
}

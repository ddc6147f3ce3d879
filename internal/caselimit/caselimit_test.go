package caselimit_test

import (
	"slices"
	"strings"
	"testing"

	"zhunsheng/internal/calendar"
	"zhunsheng/internal/caselimit"
	"zhunsheng/internal/civil"
	"zhunsheng/internal/docket"
	"zhunsheng/internal/timelimit"
	"zhunsheng/rules"
)

var book = func() *timelimit.Book {
	cal, err := calendar.Load(rules.FS)
	if err != nil {
		panic(err)
	}
	b, err := timelimit.Load(rules.FS, cal)
	if err != nil {
		panic(err)
	}
	return b
}()

func day(s string) civil.Date {
	if s == "" {
		return 0
	}
	d, err := civil.ParseDate(s)
	if err != nil {
		panic(err)
	}
	return d
}

// ev makes an event; columns are given as key=value.
func ev(kind, from, until string, columns ...string) docket.Event {
	return docket.Event{Kind: kind, Day: day(from), Until: day(until), Extra: extra(columns...)}
}

func extra(columns ...string) map[string]string {
	m := map[string]string{}
	for _, c := range columns {
		k, v, _ := strings.Cut(c, "=")
		m[k] = v
	}
	return m
}

// worked are cases as a ledger has them, with the date worked out by hand. Every row says why.
var worked = []struct {
	name     string
	c        docket.Case
	events   []docket.Event
	due      string // none, or ?code of the problem
	rule     string
	deducted int
	findings string
}{
	{"summary, three months", docket.Case{TypeCode: "民初", Procedure: "summary", FiledOn: day("2024-03-05")}, nil, "2024-06-05", "CVS", 0, ""},
	{"the start of the limit goes before the filing day", docket.Case{TypeCode: "民初", Procedure: "summary", FiledOn: day("2024-03-01"), LimitStartOn: day("2024-03-05")}, nil, "2024-06-05", "CVS", 0, ""},
	{"foreign-related, ordinary: no limit", docket.Case{TypeCode: "民初", Procedure: "ordinary", ForeignRelated: docket.Yes, FiledOn: day("2024-03-05")}, nil, "none", "CV-FOR", 0, ""},
	{"extension by the president, one month: 5 July is a Friday", docket.Case{TypeCode: "民初", Procedure: "summary", FiledOn: day("2024-03-05")},
		[]docket.Event{ev("extended", "2024-05-20", "", "延长月数=1", "批准人=院长", "申请日期=2024-05-15")}, "2024-07-05", "CVS", 0, ""},
	{"extension of unknown length", docket.Case{TypeCode: "民初", Procedure: "summary", FiledOn: day("2024-03-05")},
		[]docket.Event{ev("extended", "2024-05-20", "")}, "?extension_length", "", 0, ""},
	{"appraisal of 30 days: 5 June + 30 days is 5 July", docket.Case{TypeCode: "民初", Procedure: "summary", FiledOn: day("2024-03-05")},
		[]docket.Event{ev("filed", "2024-03-05", ""), ev("appraisal", "2024-03-20", "2024-04-19")}, "2024-07-05", "CVS", 30, ""},
	{"suspension ended by the event resumed", docket.Case{TypeCode: "民初", Procedure: "ordinary", FiledOn: day("2024-01-10")},
		[]docket.Event{ev("resumed", "2024-03-11", ""), ev("suspended", "2024-03-01", "", "事由=一方死亡")}, "2024-07-22", "CV1", 10, ""},
	{"suspension still running counts to the reporting day 2024-06-30", docket.Case{TypeCode: "民初", Procedure: "ordinary", FiledOn: day("2024-01-10")},
		[]docket.Event{ev("suspended", "2024-06-20", "")}, "2024-07-22", "CV1", 10, "provisional"},
	{"a suspension never ended ends with the case", docket.Case{TypeCode: "民初", Procedure: "ordinary", FiledOn: day("2024-01-10"), ClosedOn: day("2024-06-25")},
		[]docket.Event{ev("suspended", "2024-06-20", "")}, "2024-07-15", "CV1", 5, "suspension_no_end"},
	{"deducted days without events: their place does not matter", docket.Case{TypeCode: "民初", Procedure: "summary", FiledOn: day("2024-03-05"), DeductedDays: 30}, nil, "2024-07-05", "CVS", 30, ""},
	{"the column differs from the events", docket.Case{TypeCode: "民初", Procedure: "summary", FiledOn: day("2024-03-05"), DeductedDays: 31},
		[]docket.Event{ev("deducted", "2024-03-20", "2024-04-19", "why=鉴定")}, "2024-07-05", "CVS", 30, "deducted_differs"},
	{"overlapping intervals count once: 20 March to 29 April", docket.Case{TypeCode: "民初", Procedure: "summary", FiledOn: day("2024-03-05")},
		[]docket.Event{ev("deducted", "2024-03-20", "2024-04-19", "why=鉴定"), ev("notice", "2024-04-09", "2024-04-29")}, "2024-07-15", "CVS", 40, ""},
	{"summary to ordinary, from acceptance", docket.Case{TypeCode: "民初", Procedure: "ordinary", FiledOn: day("2024-01-10")},
		[]docket.Event{ev("converted", "2024-03-20", "", "转换前程序=简易程序", "转换后程序=普通程序")}, "2024-07-10", "CV1", 0, ""},
	{"the procedure before is not given, and every one leads to the same date", docket.Case{TypeCode: "民初", Procedure: "ordinary", FiledOn: day("2024-01-10")},
		[]docket.Event{ev("converted", "2024-02-20", "", "to=ordinary")}, "2024-07-10", "CV1", 0, ""},
	{"… but on 20 March small claims would have ended: it matters", docket.Case{TypeCode: "民初", Procedure: "ordinary", FiledOn: day("2024-01-10")},
		[]docket.Event{ev("converted", "2024-03-20", "", "to=ordinary")}, "?conversion_from", "", 0, ""},
	{"conversion to nothing", docket.Case{TypeCode: "民初", Procedure: "summary", FiledOn: day("2024-01-10")},
		[]docket.Event{ev("converted", "2024-03-20", "")}, "?conversion_to", "", 0, ""},
	{"criminal fast track to ordinary: anew from the decision", docket.Case{TypeCode: "刑初", Procedure: "ordinary", FiledOn: day("2024-01-10"), Extra: extra("审限事项=公诉")},
		[]docket.Event{ev("converted", "2024-01-15", "", "from=fast_track", "to=ordinary")}, "2024-03-15", "CR1", 0, ""},
	{"in custody the last day does not move: 10 March 2024 is a Sunday", docket.Case{TypeCode: "刑初", Procedure: "ordinary", FiledOn: day("2024-01-10"), Extra: extra("审限事项=公诉", "是否在押=是")}, nil, "2024-03-10", "CR1", 0, ""},
	{"restart on return of the file", docket.Case{TypeCode: "刑初", Procedure: "ordinary", FiledOn: day("2024-01-10"), Extra: extra("审限事项=公诉")},
		[]docket.Event{ev("restarted", "2024-03-20", "", "why=补充侦查")}, "2024-05-20", "CR1", 0, ""},
	{"special procedure counts from the end of the notice", docket.Case{TypeCode: "民特", Procedure: "special", FiledOn: day("2024-01-10"), Extra: extra("审限事项=宣告失踪")},
		[]docket.Event{ev("notice", "2024-01-20", "2024-04-19")}, "2024-05-20", "CVSP", 0, ""},
	{"enforcement of a civil judgment", docket.Case{Court: "藏9801", TypeCode: "执", Procedure: "enforcement", FiledOn: day("2024-01-10"), RelatedNo: "（2023）藏9801民初12号"}, nil, "2024-07-10", "EN1", 0, ""},
	{"enforcement of an administrative act", docket.Case{Court: "藏9801", TypeCode: "执", Procedure: "enforcement", FiledOn: day("2024-01-10"), RelatedNo: "（2023）藏9801行审12号"}, nil, "2024-04-10", "EN-NL", 0, ""},
	{"enforcement of nobody knows what", docket.Case{Court: "藏9801", TypeCode: "执", Procedure: "enforcement", FiledOn: day("2024-01-10")}, nil, "?several", "", 0, ""},
	{"retrial by the court itself", docket.Case{Court: "藏9801", TypeCode: "民再", FiledOn: day("2024-01-10"), RelatedNo: "（2023）藏9801民初12号"}, nil, "2024-07-10", "CV1", 0, ""},
	{"retrial taken up by the court above", docket.Case{Court: "藏98", TypeCode: "民再", FiledOn: day("2024-01-10"), RelatedNo: "（2023）藏9801民初12号"}, nil, "2024-04-10", "CV2J", 0, ""},
	{"civil without procedure", docket.Case{TypeCode: "民初", FiledOn: day("2024-01-10")}, nil, "?several", "", 0, ""},
	{"a person chose", docket.Case{TypeCode: "民初", FiledOn: day("2024-01-10")}, []docket.Event{ev("limited", "2024-01-12", "", "审限规则=CVX")}, "2024-03-11", "CVX", 0, ""},
	{"a person chose what does not exist", docket.Case{TypeCode: "民初", FiledOn: day("2024-01-10")}, []docket.Event{ev("limited", "2024-01-12", "", "审限规则=CV9")}, "?refused", "", 0, ""},
	{"unknown type", docket.Case{TypeCode: "甲乙", FiledOn: day("2024-01-10")}, nil, "?no_rule", "", 0, ""},
	{"no start", docket.Case{TypeCode: "民终", Extra: extra("审限事项=判决上诉")}, nil, "?no_start", "", 0, ""},
	{"interval ends before it begins", docket.Case{TypeCode: "民初", Procedure: "summary", FiledOn: day("2024-01-10")}, []docket.Event{ev("deducted", "2024-02-10", "2024-02-01")}, "?event_dates", "", 0, ""},
	{"extension before the case", docket.Case{TypeCode: "民初", Procedure: "summary", FiledOn: day("2024-01-10")}, []docket.Event{ev("extended", "2023-12-10", "", "months=1")}, "?event_dates", "", 0, ""},
	{"before the first version of the law", docket.Case{TypeCode: "民初", Procedure: "small_claims", FiledOn: day("2010-01-10")}, nil, "?refused", "", 0, ""},
	{"an event nobody knows does not stop the date", docket.Case{TypeCode: "民初", Procedure: "summary", FiledOn: day("2024-03-05")}, []docket.Event{ev("挂起", "2024-03-10", "")}, "2024-06-05", "CVS", 0, "event_unknown"},
	{"year without calendar: weekends only, and said", docket.Case{TypeCode: "民初", Procedure: "ordinary", FiledOn: day("2027-03-05")}, nil, "2027-09-06", "CV1", 0, "calendar"},
	{"extension beyond the law is flagged, not cut", docket.Case{TypeCode: "民初", Procedure: "summary", FiledOn: day("2024-03-05")},
		[]docket.Event{ev("extended", "2024-05-20", "", "延长月数=3", "批准人=院长")}, "2024-09-05", "CVS", 0, "long"},
}

func settings() *timelimit.Settings {
	set := book.Defaults
	set.OpenUntil = day("2024-06-30")
	return &set
}

func TestWorkedCases(t *testing.T) {
	for _, tc := range worked {
		t.Run(tc.name, func(t *testing.T) {
			l := caselimit.Assess(book, &tc.c, tc.events, settings())
			got := l.Due.String()
			switch {
			case !l.Problem.None():
				got = "?" + l.Problem.Code
			case l.None:
				got = "none"
			}
			if got != tc.due || l.Problem.None() && (l.Rule != tc.rule || l.Deducted != tc.deducted) {
				t.Errorf("due %s under %s, %d deducted; want %s under %s, %d\n%v", got, l.Rule, l.Deducted, tc.due, tc.rule, tc.deducted, l.Problem)
			}
			if l.Problem.None() && l.FindingText() != tc.findings {
				t.Errorf("findings %q, want %q", l.FindingText(), tc.findings)
			}
			if p := l.Problem; !p.None() && (p.Text.Zh == "" || p.Text.En == "" || p.Remedy.Zh == "" || p.Remedy.En == "") {
				t.Errorf("%s says too little: %+v", p.Code, p)
			}
		})
	}
}

// What Of gives to the engine is what Assess reports.
func TestOfAgreesWithAssess(t *testing.T) {
	for _, tc := range worked {
		c, p := caselimit.Of(book, &tc.c, tc.events)
		l := caselimit.Assess(book, &tc.c, tc.events, settings())
		if !p.None() {
			if l.Problem != p {
				t.Errorf("%s: %v and %v", tc.name, p, l.Problem)
			}
			continue
		}
		r, err := timelimit.Compute(book, &c, *settings())
		if (err != nil) != !l.Problem.None() {
			t.Fatalf("%s: %v and %v", tc.name, err, l.Problem)
		}
		if err == nil && (r.Day != l.Due || r.Limit.ID != l.Rule || r.Limit.From != l.Law || r.Extended != l.Extended || r.Flags != l.Flags) {
			t.Errorf("%s: engine %s %s, ledger %s %s", tc.name, r.Deadline, r.Limit.ID, l.Due, l.Rule)
		}
	}
}

func TestSharesAndDays(t *testing.T) {
	c := docket.Case{TypeCode: "民初", Procedure: "summary", FiledOn: day("2024-03-05"), ClosedOn: day("2024-07-20")}
	events := []docket.Event{ev("appraisal", "2024-03-20", "2024-04-19"), ev("extended", "2024-06-20", "", "months=1", "by=院长")}
	l := caselimit.Assess(book, &c, events, settings())
	// 3 months end on 5 June, with one more on 5 July, with 30 days more on Sunday 4 August.
	if l.BaseDue != day("2024-06-05") || l.ExtendedDue != day("2024-07-05") || l.Due != day("2024-08-05") {
		t.Errorf("base %s, extended %s, due %s", l.BaseDue, l.ExtendedDue, l.Due)
	}
	if l.Counted != 137-30 || l.Deducted != 30 || l.NetClosed != day("2024-06-20") {
		t.Errorf("%d days counted, %d deducted; want 107 and 30", l.Counted, l.Deducted)
	}
	c.ClosedOn = day("2024-04-09") // in the middle of the appraisal
	if l = caselimit.Assess(book, &c, events[:1], settings()); l.Deducted != 20 || l.Counted != 15 {
		t.Errorf("closed in the middle: %d counted, %d deducted; want 15 and 20", l.Counted, l.Deducted)
	}
}

func TestStanding(t *testing.T) {
	summary := docket.Case{TypeCode: "民初", Procedure: "summary", FiledOn: day("2024-03-05")} // due 2024-06-05
	criminal := docket.Case{TypeCode: "刑终", FiledOn: day("2024-03-05")}                      // due 2024-05-06, moved from the holidays
	suspended := []docket.Event{ev("suspended", "2024-05-30", "")}
	for _, tc := range []struct {
		name       string
		c          docket.Case
		events     []docket.Event
		closed, on string
		state      caselimit.State
		left, step int
		yellow     bool
	}{
		{"far from the end", summary, nil, "", "2024-04-01", caselimit.Running, 65, -1, false},
		{"two thirds have passed", summary, nil, "", "2024-05-06", caselimit.Near, 30, 30, true},
		{"one day before the first reminder", summary, nil, "", "2024-05-05", caselimit.Running, 31, -1, false},
		{"between two reminders the one before holds", summary, nil, "", "2024-05-22", caselimit.Near, 14, 15, true},
		{"the last day is not overdue", summary, nil, "", "2024-06-05", caselimit.Near, 0, 0, true},
		{"over", summary, nil, "", "2024-06-06", caselimit.Over, -1, -1, false},
		{"closed on the last day", summary, nil, "2024-06-05", "2024-06-30", caselimit.ClosedInTime, 0, -1, false},
		{"closed late", summary, nil, "2024-06-06", "2024-06-30", caselimit.ClosedLate, -1, -1, false},
		{"closed later than the reporting day: still open", summary, nil, "2024-06-20", "2024-06-10", caselimit.Over, -5, -1, false},
		{"suspended, neither near nor over", summary, suspended, "", "2024-06-30", caselimit.Suspended, 8, -1, false},
		{"criminal reminders begin at 15 days", criminal, nil, "", "2024-04-20", caselimit.Running, 16, -1, true},
		{"criminal, three days", criminal, nil, "", "2024-05-03", caselimit.Near, 3, 3, true},
	} {
		l := caselimit.Assess(book, &tc.c, tc.events, settings())
		got := l.On(book, day(tc.closed), day(tc.on))
		if got.State != tc.state || got.Left != tc.left || got.Step != tc.step || got.Yellow != tc.yellow {
			t.Errorf("%s: %+v, want %s %d %d %v", tc.name, got, tc.state, tc.left, tc.step, tc.yellow)
		}
	}
	unknown := caselimit.Assess(book, &docket.Case{TypeCode: "甲乙", FiledOn: day("2024-03-05")}, nil, settings())
	if got := unknown.On(book, 0, day("2024-06-30")); got.State != caselimit.Unknown {
		t.Errorf("unknown type: %+v", got)
	}
}

// Every kind of the vocabulary is either one that moves a date or known to move none.
func TestEveryKindOfTheVocabularyIsKnown(t *testing.T) {
	v, err := docket.LoadVocabulary(rules.FS)
	if err != nil {
		t.Fatal(err)
	}
	c := docket.Case{TypeCode: "民初", Procedure: "summary", FiledOn: day("2024-03-05")}
	for _, term := range v.Terms(docket.EventWords) {
		l := caselimit.Assess(book, &c, []docket.Event{{Kind: term.Code, Day: day("2024-03-06")}}, settings())
		if slices.Contains(l.Findings, caselimit.UnknownEvent) {
			t.Errorf("event %s is not known to the package", term.Code)
		}
	}
}

package timelimit_test

import (
	"errors"
	"strings"
	"testing"

	"zhunsheng/internal/fault"
	"zhunsheng/internal/timelimit"
)

// codes lists the findings of a result in order.
func codes(r *timelimit.Result) string {
	var out []string
	for _, f := range r.Findings {
		out = append(out, f.Code)
	}
	return strings.Join(out, " ")
}

func TestFindings(t *testing.T) {
	for name, tc := range map[string]struct {
		procedure, accepted, events string
		set                         func(*timelimit.Settings)
		due, flags, codes           string
	}{
		"a deduction after the end": {"CVS", "2023-03-06", `[{"t":"deduct","from":"2023-06-20","to":"2023-07-20"}]`, nil, "2023-06-06", "late", "late"},
		"an approval after the end": {"CV1", "2023-03-06", `[{"t":"extend","on":"2023-09-07","months":6}]`, nil, "2023-09-06", "late", "late"},
		"longer than allowed":       {"CVS", "2023-03-06", `[{"t":"extend","on":"2023-05-10","by":"院长","months":2}]`, nil, "2023-08-07", "long", "long"},
		"twice what is allowed":     {"CVS", "2023-03-06", `[{"t":"extend","on":"2023-05-10","by":"院长","months":1},{"t":"extend","on":"2023-05-11","by":"院长","months":1}]`, nil, "2023-08-07", "long", "long"},
		"no extension in law":       {"ADS", "2024-03-15", `[{"t":"extend","on":"2024-04-10","days":5}]`, nil, "2024-05-06", "long", "long"},
		"the wrong authority":       {"CV1", "2023-03-06", `[{"t":"extend","on":"2023-08-10","by":"庭长","months":6}]`, nil, "2024-03-06", "", "authority"},
		"an unknown authority":      {"CV1", "2023-03-06", `[{"t":"extend","on":"2023-08-10","by":"有关领导","months":6}]`, nil, "2024-03-06", "", ""},
		"the high court, no length": {"AD1", "2023-03-20", `[{"t":"extend","on":"2023-08-20","by":"高级人民法院","months":12}]`, nil, "2024-09-20", "", ""},
		"each of the supreme court": {"CR1", "2023-03-20", `[{"t":"extend","on":"2023-05-01","by":"最高人民法院","months":3},{"t":"extend","on":"2023-05-02","by":"最高人民法院","months":3}]`, nil, "2023-11-20", "", ""},
		"custody opens other ways":  {"CR1-PRIV", "2023-03-20", `[{"t":"custody","value":true},{"t":"extend","on":"2023-05-01","by":"本院","months":1}]`, nil, "2023-06-20", "", ""},
		"asked and decided late":    {"CV1", "2023-03-06", `[{"t":"extend","on":"2023-09-05","asked":"2023-08-30","by":"院长","months":6}]`, nil, "2024-03-06", "", "asked_late decided_late"},
		"enforcement, too early":    {"EN1", "2023-03-06", `[{"t":"extend","on":"2023-09-05","asked":"2023-08-01","by":"院长","months":3}]`, nil, "2023-12-06", "", "asked_early"},
		"again at the last minute":  {"CV1", "2023-03-06", `[{"t":"extend","on":"2023-09-04","by":"院长","months":3},{"t":"extend","on":"2023-12-04","by":"院长","months":3}]`, nil, "2024-03-06", "", "decided_late last_minute decided_late"},
		"both parties must agree":   {"CVS", "2021-05-20", `[{"t":"extend","on":"2021-07-18","by":"院长","months":3}]`, nil, "2021-11-22", "", "consent"},
		"adjournments do count":     {"CV1", "2023-03-06", `[{"t":"deduct","why":"延期开庭","from":"2023-05-01","to":"2023-05-11"}]`, nil, "2023-09-18", "", "not_deductible"},
		"criminal appraisal":        {"CR1", "2023-03-06", `[{"t":"deduct","why":"伤情鉴定","from":"2023-03-10","to":"2023-03-20"}]`, nil, "2023-05-16", "", "not_deductible"},
		"longer than a month":       {"CR2", "2024-01-10", `[{"t":"deduct","why":"检察院阅卷","from":"2024-01-21","to":"2024-02-25"}]`, nil, "2024-04-15", "", "too_long"},
		"begun in the last days":    {"CV1", "2023-03-06", `[{"t":"deduct","why":"鉴定","from":"2023-09-04","to":"2023-09-20"}]`, nil, "2023-09-22", "", "last_days"},
		"a suspension without end":  {"CV1", "2023-03-06", `[{"t":"deduct","why":"中止","from":"2023-05-01"}]`, func(s *timelimit.Settings) { s.OpenUntil = day(t, "2023-05-31") }, "2023-10-07", "provisional", "provisional"},
		"missing papers":            {"CV1", "2023-03-06", `[{"t":"deduct","why":"鉴定","from":"2023-05-01","to":"2023-05-02"},{"t":"extend","on":"2023-07-01","months":6,"paper":"审批表3号"}]`, func(s *timelimit.Settings) { s.Papers = true }, "2024-03-07", "", "paper"},
		"entered long after":        {"CV1", "2023-03-06", `[{"t":"deduct","why":"鉴定","from":"2023-05-01","to":"2023-05-02","entered":"2023-09-01"}]`, nil, "2023-09-07", "", "entered_late"},
		"a restart without a text":  {"CV1", "2023-03-06", `[{"t":"restart","on":"2023-05-08","why":"变更承办人"}]`, nil, "2023-11-08", "", "restart_unfounded"},
		"a case that was sent back": {"CR1", "2023-03-06", `[{"t":"restart","on":"2023-05-08","why":"发回重审"}]`, nil, "2023-07-10", "", ""},
		"a notice after conversion": {"CVSP", "2023-03-06", `[{"t":"convert","on":"2023-03-20","to":"CV1"},{"t":"notice","from":"2023-03-21","to":"2023-05-08"}]`, nil, "2023-11-08", "", ""},
		"a year without calendar":   {"CV1", "2026-08-03", `[]`, nil, "2027-02-03", "calendar", "calendar"},
		"Lhasa, festivals unknown":  {"CV1", "2024-01-02", `[{"t":"calendar","value":"lhasa"}]`, nil, "2024-07-02", "calendar", "calendar"},
		"custody needs no calendar": {"CR1", "2026-12-03", `[{"t":"custody","value":true}]`, nil, "2027-02-03", "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			set := book.Defaults
			if tc.set != nil {
				tc.set(&set)
			}
			r, err := timelimit.Compute(book, parse(t, tc.procedure, tc.accepted, tc.events), set)
			if err != nil {
				t.Fatal(err)
			}
			if r.String() != tc.due || r.Flags.String() != tc.flags || codes(r) != tc.codes {
				t.Errorf("due %s, flags %q, findings %q\nwant %s, %q, %q", r, r.Flags, codes(r), tc.due, tc.flags, tc.codes)
				for _, f := range r.Findings {
					t.Logf("%s: %s", f.Code, f.Text.En)
				}
			}
			for _, f := range r.Findings {
				if f.Text.Zh == "" || f.Text.En == "" {
					t.Errorf("%s has no words", f.Code)
				}
			}
			if r.Settings != set {
				t.Errorf("recorded settings %+v, want %+v", r.Settings, set)
			}
		})
	}
}

func TestSettings(t *testing.T) {
	for name, tc := range map[string]struct {
		procedure, accepted, events string
		set                         func(*timelimit.Settings)
		plain, other                string
	}{
		"inclusive: 46 days instead of 45": {"CV1", "2024-01-08", `[{"t":"deduct","from":"2024-03-01","to":"2024-04-15"}]`,
			func(s *timelimit.Settings) { s.Inclusive = true }, "2024-08-22", "2024-08-23"},
		"chained: 31 August + 6 months = 29 February, + 3 months = 29 May": {"CV1", "2023-08-31", `[{"t":"extend","on":"2024-01-10","months":3}]`,
			func(s *timelimit.Settings) { s.ChainExtensions = true }, "2024-05-31", "2024-05-29"},
		"pending: small claims of November 2021 have two months": {"CVX", "2021-11-15", `[]`,
			func(s *timelimit.Settings) { s.PendingFollowsNew = true }, "2022-02-15", "2022-01-17"},
		"pending: two months that ended before 2022 leave three": {"CVX", "2021-10-20", `[]`,
			func(s *timelimit.Settings) { s.PendingFollowsNew = true }, "2022-01-20", "2022-01-20"},
		"pending: no other limit is affected": {"CVS", "2021-11-15", `[]`,
			func(s *timelimit.Settings) { s.PendingFollowsNew = true }, "2022-02-15", "2022-02-15"},
		"calendar: Tibetan New Year 2022": {"CVX", "2022-01-04", `[]`,
			func(s *timelimit.Settings) { s.Calendar = "lhasa" }, "2022-03-04", "2022-03-09"},
		"calendar: an event names another": {"CVX", "2022-01-04", `[{"t":"calendar","value":"national"}]`,
			func(s *timelimit.Settings) { s.Calendar = "lhasa" }, "2022-03-04", "2022-03-04"},
	} {
		t.Run(name, func(t *testing.T) {
			c := parse(t, tc.procedure, tc.accepted, tc.events)
			set := book.Defaults
			tc.set(&set)
			a, _, err1 := timelimit.Due(book, c, &book.Defaults)
			b, _, err2 := timelimit.Due(book, c, &set)
			if err1 != nil || err2 != nil || a.String() != tc.plain || b.String() != tc.other {
				t.Errorf("%s and %s, want %s and %s (%v, %v)", a, b, tc.plain, tc.other, err1, err2)
			}
		})
	}
}

// What step 1 of 3.7 calls an error, and what it does not.
func TestRefusals(t *testing.T) {
	for _, tc := range []struct{ procedure, accepted, events, want string }{
		{"CV1", "2024-13-01", `[]`, "is not a date"},
		{"CV1", "2024-1-1", `[]`, "is not a date"},
		{"CV1", "2024-01-01T24:00", `[]`, "is not a date"},
		{"CV1", "2024-01-01T9:00", `[]`, "is not a date"},
		{"CV1", "2024-01-01 09:00", `[]`, "is not a date"},
		{"CV1", "", `[]`, "is not a date"},
		{"CV1", "+024-01-01", `[]`, "is not a date"},
		{"CV1", "2024-01-01T23:59", `[]`, ""},
		{"cv1", "2024-01-01", `[]`, `unknown procedure "cv1"; use one of: CV1, CVS`},
		{"CV1", "2024-01-01", `{}`, "events: are not a JSON list"},
		{"CV1", "2024-01-01", `null`, "events: are not a JSON list"},
		{"CV1", "2024-01-01", `[] x`, "events: are not a JSON list"},
		{"CV1", "2024-01-01", `[3]`, "event 1: is not a JSON object"},
		{"CV1", "2024-01-01", `[{}]`, "event 1: t: is missing"},
		{"CV1", "2024-01-01", `[{"T":"restart","on":"2024-02-01"}]`, "event 1: t: is missing"},
		{"CV1", "2024-01-01", `[{"t":"restart"}]`, "event 1: restart on: is missing"},
		{"CV1", "2024-01-01", `[{"t":"restart","on":"2024-02-30"}]`, `"2024-02-30" is not a date`},
		{"CV1", "2024-01-01", `[{"t":"restart","on":"2023-12-31"}]`, "is before the case was accepted"},
		{"CV1", "2024-01-01", `[{"t":"restart","on":"2024-01-01","more":[1]}]`, ""},
		{"CV1", "2024-01-01", `[{"t":"extend","on":"2024-02-01"}]`, "exactly one of them"},
		{"CV1", "2024-01-01", `[{"t":"extend","on":"2024-02-01","months":1,"days":1}]`, "exactly one of them"},
		{"CV1", "2024-01-01", `[{"t":"extend","on":"2024-02-01","months":0}]`, "not a whole number above 0"},
		{"CV1", "2024-01-01", `[{"t":"extend","on":"2024-02-01","months":1.5}]`, "not a whole number above 0"},
		{"CV1", "2024-01-01", `[{"t":"extend","on":"2024-02-01","months":"1"}]`, "not a whole number above 0"},
		{"CV1", "2024-01-01", `[{"t":"extend","on":"2024-02-01","months":1e9}]`, "not a whole number above 0"},
		{"CV1", "2024-01-01", `[{"t":"extend","on":"2024-02-01","months":1.0,"by":7}]`, ""},
		{"CV1", "2024-01-01", `[{"t":"deduct","from":"2024-02-01"}]`, "still runs"},
		{"CV1", "2024-01-01", `[{"t":"deduct","from":"2024-02-01","to":null}]`, "still runs"},
		{"CV1", "2024-01-01", `[{"t":"deduct","from":"2023-02-01","to":"2023-02-05"}]`, ""},
		{"CV1", "2024-01-01", `[{"t":"notice","from":"2024-02-01","to":"2024-03-01"}]`, "does not postpone the start of CV1; enter it as deduct"},
		{"CVSP", "2024-01-01", `[{"t":"notice","from":"2023-11-01","to":"2023-12-31"}]`, "is before the case was accepted"},
		{"CV1", "2024-01-01", `[{"t":"convert","on":"2024-02-01","to":"AD1"}]`, "CV1 cannot become AD1"},
		{"CV1", "2024-01-01", `[{"t":"convert","on":"2024-02-01","to":"CV-FOR"}]`, "CV1 cannot become CV-FOR"},
		{"CV1", "2024-01-01", `[{"t":"convert","on":"2024-02-01","to":"X"}]`, `unknown procedure "X"`},
		{"EN1", "2024-01-01", `[{"t":"convert","on":"2024-02-01","to":"EN-OBJ"}]`, "EN1 cannot become EN-OBJ"},
		{"CR1", "2018-10-01", `[{"t":"convert","on":"2018-11-01","to":"CR-FAST"}]`, "CR-FAST is not in force before 2018-10-26"},
		{"CV1", "2024-01-01", `[{"t":"custody","value":true}]`, "CV1 knows no custody"},
		{"CV1", "2024-01-01", `[{"t":"custody","value":false}]`, ""},
		{"CR1", "2024-01-01", `[{"t":"custody","value":"true"}]`, "neither true nor false"},
		{"CR1", "2024-01-01", `[{"t":"custody"}]`, "custody value: is missing"},
		{"CV1", "2024-01-01", `[{"t":"calendar","value":"beijing"}]`, `there is no calendar "beijing"; use one of: national, lhasa`},
		{"CV1", "2024-01-01", `[{"t":"option","name":"haste","value":true}]`, `unknown option "haste"`},
		{"CV1", "2024-01-01", `[{"t":"option","name":"custody","value":true}]`, `unknown option "custody"`},
		{"CV1", "2024-01-01", `[{"t":"option","name":"urgent","value":1}]`, "neither true nor false"},
		{"CV1", "2024-01-01", `[{"t":"option","name":"urgent","value":true}]`, ""},
		{"CV1", "2024-01-01", `[{"t":"option","name":"party","value":"甲"}]`, ""},
		{"CV1", "2024-01-01", `[{"t":"election","on":"2024-02-01"}]`, "CV1 does not depend on an election"},
		{"CV-VOTE", "2024-01-01", `[{"t":"election","on":"2024-02-01"},{"t":"extend","on":"2024-01-05","days":3}]`, "CV-VOTE is not moved by it"},
		{"AD-NL7", "2024-01-01", `[{"t":"deduct","from":"2024-01-02","to":"2024-01-05"}]`, "AD-NL7 is not moved by it"},
		{"CV-PRE", "2024-01-01T10:00", `[{"t":"restart","on":"2024-01-02"}]`, "CV-PRE is not moved by it"},
		{"NONE", "2024-01-01", `[{"t":"restart","on":"2024-01-02"},{"t":"deduct","from":"2024-01-02","to":"2024-01-05"}]`, ""},
		{"NONE", "2024-01-01", `[{"t":"pause"}]`, `unknown kind "pause"`},
		{"CV1", "2024-01-01", `[{"t":"extend","on":"2024-02-01","months":36525},{"t":"extend","on":"2024-02-01","months":36525},{"t":"extend","on":"2024-02-01","months":36525}]`, "after the year 9999"},
		{"CV1", "9999-12-01", `[]`, "after the year 9999"},
	} {
		err := refused(tc.procedure, tc.accepted, tc.events)
		switch {
		case tc.want == "" && err != nil:
			t.Errorf("%s %s %s: %v", tc.procedure, tc.accepted, tc.events, err)
		case tc.want != "" && (err == nil || !strings.Contains(err.Error(), tc.want)):
			t.Errorf("%s %s %s: error %v, want %s", tc.procedure, tc.accepted, tc.events, err, tc.want)
		case err != nil && !errors.Is(err, fault.Invalid) && !errors.Is(err, fault.NotFound):
			t.Errorf("%v is no fault of the input", err)
		}
	}
}

// refused runs the row of a file as limits eval does.
func refused(procedure, accepted, events string) error {
	d, clock, err := timelimit.ParseMoment(accepted)
	if err != nil {
		return err
	}
	list, err := timelimit.ParseEvents(events)
	if err != nil {
		return err
	}
	_, err = timelimit.Compute(book, &timelimit.Case{Procedure: procedure, Accepted: d, Clock: clock, Events: list}, book.Defaults)
	return err
}

func FuzzParseEvents(f *testing.F) {
	for _, row := range examples(f) {
		f.Add(row[1], row[2], row[3])
	}
	f.Add("CR1", "2024-01-31", `[{"t":"convert","on":"2024-02-01","to":"CR-SIM"},{"t":"deduct","from":"0001-01-01","to":"9999-12-31"}]`)
	f.Fuzz(func(t *testing.T, procedure, accepted, events string) {
		d, clock, err := timelimit.ParseMoment(accepted)
		if err != nil {
			return
		}
		list, err := timelimit.ParseEvents(events)
		if err != nil {
			if !errors.Is(err, fault.Invalid) {
				t.Errorf("%v is no fault of the input", err)
			}
			return
		}
		c := &timelimit.Case{Procedure: procedure, Accepted: d, Clock: clock, Events: list}
		r, err := timelimit.Compute(book, c, book.Defaults)
		due, flags, err2 := timelimit.Due(book, c, &book.Defaults)
		if (err == nil) != (err2 == nil) {
			t.Fatalf("with steps %v, bulk %v", err, err2)
		}
		if err != nil {
			return
		}
		if due != r.Deadline || flags != r.Flags || r.Measure == timelimit.InDays && (r.Day < d || r.Day < r.Reached) {
			t.Errorf("due %s %q, bulk %s %q, reached %s", r, r.Flags, due, flags, r.Reached)
		}
	})
}

package ledger

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strings"

	"zhunsheng/internal/civil"
	"zhunsheng/internal/docket"
	"zhunsheng/internal/fault"
	"zhunsheng/internal/statute"
)

// Rule is one validation rule of rules/validation.
type Rule struct {
	ID     string
	Check  string // what the program tests
	Reject bool   // the row stays out of the ledger; otherwise it is loaded and flagged
	Name   statute.Text
	Remedy statute.Text

	remedy string // both languages, as issues carry it
}

// Rules are the validation rules of an installation.
type Rules struct {
	list []*Rule
	byID map[string]*Rule

	// one is the rule of each check that has no parameters or one set of them.
	one         map[string]*Rule
	number      map[docket.Reason]*Rule // check case_no
	linkAccepts map[docket.Reason]bool
	dateMissing []*docket.Field
	earliest    civil.Date
	ahead       []string // days that may lie in the future: columns of a case or an event
	aheadDays   int      // how far
	maxDays     int
	dateOrder   []pairCheck
	amountOrder []pairCheck
}

// pairCheck is a rule on two columns of a case: the first not after, or not over, the second.
type pairCheck struct {
	rule *Rule
	a, b *docket.Field
}

type ruleFile struct {
	ID       string       `yaml:"id"`
	Check    string       `yaml:"check"`
	Severity string       `yaml:"severity"`
	Name     statute.Text `yaml:"name"`
	Remedy   statute.Text `yaml:"remedy"`
	Reason   string       `yaml:"reason"`
	Accept   []string     `yaml:"accept"`
	Fields   []string     `yaml:"fields"`
	Pairs    [][]string   `yaml:"pairs"`
	Earliest civil.Date   `yaml:"earliest"`
	Ahead    []string     `yaml:"ahead"`
	MaxDays  int          `yaml:"max_days"`
}

// checks lists what the program can test: whether a rule for it may reject (faults of dates
// never do), whether an installation must have one, and on which list it depends.
var checks = map[string]struct {
	mayReject, required bool
	list                string
}{
	"row_long": {mayReject: true, required: true}, "row_short": {mayReject: true},
	"key_missing": {mayReject: true, required: true}, "duplicate": {mayReject: true, required: true},
	"case_no": {mayReject: true}, "number_differs": {mayReject: true}, "year_differs": {},
	"court_unknown": {mayReject: true, list: "courts"}, "cause_unknown": {mayReject: true, list: "causes"},
	"word_unknown": {mayReject: true},
	"date_format":  {}, "date_missing": {}, "date_range": {}, "date_order": {}, "duration": {},
	"event_day_missing": {}, "event_order": {}, "event_before_filing": {},
	"closed_without_way": {mayReject: true}, "way_without_close": {},
	"link_missing": {mayReject: true}, "link_grammar": {mayReject: true},
	"amount_format": {mayReject: true}, "amount_negative": {mayReject: true}, "amount_exceeds": {mayReject: true},
	"number_format": {mayReject: true},
}

// LoadRules reads every file of rules/validation. All faults are reported together.
func LoadRules(fsys fs.FS) (*Rules, error) {
	docs, err := statute.DecodeAll[struct {
		Rules []ruleFile `yaml:"rules"`
	}](fsys, "validation/*.yaml")
	faults := []error{err}
	r := &Rules{byID: map[string]*Rule{}, one: map[string]*Rule{}, number: map[docket.Reason]*Rule{}, linkAccepts: map[docket.Reason]bool{}}
	for _, d := range docs {
		for _, f := range d.Value.Rules {
			if err := r.add(f); err != nil {
				faults = append(faults, fmt.Errorf("%s: rule %q: %w", d.File, f.ID, err))
			}
		}
	}
	for _, name := range slices.Sorted(maps.Keys(checks)) {
		if checks[name].required && (r.one[name] == nil || !r.one[name].Reject) {
			faults = append(faults, fault.At("validation", fmt.Sprintf("no rule rejects by the check %s", name), "add one; without it rows would be lost or mixed up"))
		}
	}
	if err := errors.Join(faults...); err != nil {
		return nil, err
	}
	return r, nil
}

// add checks one rule and takes in its parameters.
func (r *Rules) add(f ruleFile) error {
	c, ok := checks[f.Check]
	switch {
	case f.ID == "" || f.Name.Zh == "" || f.Name.En == "" || f.Remedy.Zh == "" || f.Remedy.En == "":
		return fault.Invalidf("id, name and remedy are needed, both in zh and en")
	case r.byID[f.ID] != nil:
		return fault.Invalidf("there are two rules with this id")
	case !ok:
		return fault.Invalidf("check %q is not known; use one of %s", f.Check, strings.Join(slices.Sorted(maps.Keys(checks)), ", "))
	case f.Severity != "flag" && f.Severity != "reject":
		return fault.Invalidf("severity %q: write flag or reject", f.Severity)
	case f.Severity == "reject" && !c.mayReject:
		return fault.Invalidf("faults of dates flag a row and never reject it: write severity: flag")
	}
	rule := &Rule{ID: f.ID, Check: f.Check, Reject: f.Severity == "reject", Name: f.Name, Remedy: f.Remedy,
		remedy: f.Remedy.Zh + " / " + f.Remedy.En}
	if err := r.parameters(rule, f); err != nil {
		return err
	}
	r.list = append(r.list, rule)
	r.byID[f.ID] = rule
	return nil
}

// parameters reads what belongs to the rule's check and refuses what does not.
func (r *Rules) parameters(rule *Rule, f ruleFile) error {
	for key, misplaced := range map[string]bool{
		"reason":   (f.Reason != "") != (f.Check == "case_no"),
		"accept":   len(f.Accept) > 0 && f.Check != "link_grammar",
		"fields":   (len(f.Fields) > 0) != (f.Check == "date_missing"),
		"pairs":    (len(f.Pairs) > 0) != (f.Check == "date_order" || f.Check == "amount_exceeds"),
		"earliest": !f.Earliest.IsZero() && f.Check != "date_range",
		"ahead":    len(f.Ahead) > 0 && f.Check != "date_range",
		"max_days": (f.MaxDays > 0) != (f.Check == "duration" || len(f.Ahead) > 0) || f.MaxDays < 0,
	} {
		if misplaced {
			return fault.Invalidf("the key %s is missing, or does not belong to check %s", key, f.Check)
		}
	}
	switch f.Check {
	case "case_no":
		return r.addReason(rule, docket.Reason(f.Reason))
	case "date_order":
		return addPairs(&r.dateOrder, rule, f.Pairs, docket.Day)
	case "amount_exceeds":
		return addPairs(&r.amountOrder, rule, f.Pairs, docket.Amount)
	case "date_missing":
		for _, name := range f.Fields {
			field, ok := docket.FieldByName(name)
			if !ok || field.Kind != docket.Day {
				return fault.Invalidf("%q is no date of a case", name)
			}
			r.dateMissing = append(r.dateMissing, field)
		}
	case "link_grammar":
		for _, reason := range f.Accept {
			r.linkAccepts[docket.Reason(reason)] = true
		}
	case "date_range":
		return r.addRange(rule, f)
	case "duration":
		r.maxDays = f.MaxDays
	}
	return r.addOne(rule)
}

// addOne takes in a rule whose check has one rule at most.
func (r *Rules) addOne(rule *Rule) error {
	if r.one[rule.Check] != nil {
		return fault.Invalidf("check %s has a rule already", rule.Check)
	}
	r.one[rule.Check] = rule
	return nil
}

// addRange reads the bounds of days. A day that is set beforehand, as the end of a time limit,
// may lie max_days behind the bound of all others.
func (r *Rules) addRange(rule *Rule, f ruleFile) error {
	for _, name := range f.Ahead {
		field, ok := docket.FieldByName(name)
		if (!ok || field.Kind != docket.Day) && (!slices.Contains(eventFields, name) || eventKind(name) != docket.Day) {
			return fault.Invalidf("ahead: %q is no date of a case or an event", name)
		}
	}
	r.earliest, r.ahead, r.aheadDays = f.Earliest, f.Ahead, f.MaxDays
	return r.addOne(rule)
}

// reasons are those a rule on case numbers can name.
var reasons = []docket.Reason{docket.BadGrammar, docket.OldStyle, docket.Masked, docket.Several, docket.UnknownType,
	docket.LeadingZero, docket.CheckDigits, docket.EarlyYear, docket.SeqLength, docket.WrongLevel}

func (r *Rules) addReason(rule *Rule, reason docket.Reason) error {
	if !slices.Contains(reasons, reason) {
		return fault.Invalidf("reason %q is not known; use one of %v", reason, reasons)
	}
	if r.number[reason] != nil {
		return fault.Invalidf("reason %s has a rule already", reason)
	}
	r.number[reason] = rule
	return nil
}

func addPairs(out *[]pairCheck, rule *Rule, pairs [][]string, kind docket.Kind) error {
	for _, p := range pairs {
		if len(p) != 2 {
			return fault.Invalidf("pairs %v: give two columns each", p)
		}
		a, ok1 := docket.FieldByName(p[0])
		b, ok2 := docket.FieldByName(p[1])
		if !ok1 || !ok2 || a.Kind != kind || b.Kind != kind {
			return fault.Invalidf("pairs %v: these are not two columns of the right kind", p)
		}
		*out = append(*out, pairCheck{rule, a, b})
	}
	return nil
}

// Rule finds a rule by its id.
func (r *Rules) Rule(id string) (Rule, bool) {
	rule := r.byID[id]
	if rule == nil {
		return Rule{}, false
	}
	return *rule, true
}

// All lists the rules in the order of the files.
func (r *Rules) All() []Rule {
	out := make([]Rule, len(r.list))
	for i, rule := range r.list {
		out[i] = *rule
	}
	return out
}

// Unchecked is a rule that could not be applied, and why.
type Unchecked struct {
	Rule Rule
	Why  statute.Text
}

// Unchecked lists the rules that lists leaves without a basis: their list is not loaded.
func (r *Rules) Unchecked(lists Lists) []Unchecked {
	var out []Unchecked
	for _, rule := range r.list {
		list := checks[rule.Check].list
		if list == "courts" && lists.Courts == nil || list == "causes" && lists.Causes == nil {
			out = append(out, Unchecked{*rule, statute.Text{Zh: "名单未导入", En: "list not loaded"}})
		}
	}
	return out
}

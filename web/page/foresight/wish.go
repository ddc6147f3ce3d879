package foresight

import (
	"errors"
	"math"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"zhunsheng/internal/civil"
	"zhunsheng/internal/fault"
	"zhunsheng/internal/staffing"
	"zhunsheng/web/ui"
)

// wishParams are the parameters of an address that state a wish; asked says that the form was
// sent, so that an empty box means no.
var wishParams = []string{"asked", "max", "share", "least", "within", "stay", "full", "refused", "judges", "intake", "target", "drawn", "lend_from", "lend_until", "named"}

// usual is the wish that the board begins with.
var usual = url.Values{"max": {"6"}, "share": {"20"}, "least": {"3"}, "within": {"1"}, "judges": {"0"}, "intake": {"0"}}

// needParam are the parameters of the rows that ask for judges with lines and languages.
var needParam = regexp.MustCompile(`^need([1-9]|1[0-2])_(court|line|language|least)$`)

// The rows of needs: so many are shown, more when they are filled, up to the most.
const fewNeeds, mostNeeds = 3, 12

// mostOfCourt is how many needs a court can have: staffing tells their combinations apart.
const mostOfCourt = 6

// judgeRefused begins the refusal of a judge.
const judgeRefused = "judge:"

// asked are the parameters of a wish, with the usual ones where the form was not sent.
func asked(q url.Values) url.Values {
	out := url.Values{}
	for name, values := range q {
		if len(values) > 0 && (slices.Contains(wishParams, name) || needParam.MatchString(name)) {
			out[name] = slices.Clone(values)
		}
	}
	if q.Get("asked") == "" {
		for name, values := range usual {
			if len(out[name]) == 0 {
				out[name] = slices.Clone(values)
			}
		}
		out.Set("asked", "1")
	}
	return out
}

// wrong is what is wrong with a field of the form.
type wrong struct {
	field string
	error
}

func (w wrong) Unwrap() error { return w.error }

// fields tells by field what an error of wishOf says.
func fields(err error) map[string]string {
	out := map[string]string{}
	all, ok := err.(interface{ Unwrap() []error })
	if !ok {
		return out
	}
	for _, e := range all.Unwrap() {
		var w wrong
		if errors.As(e, &w) {
			out[w.field] = w.Error()
		}
	}
	return out
}

// form reads the fields of a wish and keeps what is wrong with them.
type form struct {
	v    *ui.View
	q    url.Values
	errs []error
}

func (f *form) bad(field, label, text string) {
	f.errs = append(f.errs, wrong{field, fault.At(label, text, "")})
}

func (f *form) number(name, label string, low, high float64) float64 {
	text := strings.TrimSpace(f.q.Get(name))
	if text == "" {
		text = "0"
	}
	x, err := strconv.ParseFloat(text, 64)
	if err != nil || math.IsNaN(x) || x < low || x > high {
		f.bad(name, label, f.v.T("foresight.bad_number", "Text", text, "Low", ui.Decimal(low, 0), "High", ui.Decimal(high, 0)))
		return 0
	}
	return x
}

// wishOf reads a wish from its parameters. Errors name every field that is wrong.
func wishOf(v *ui.View, q url.Values, can Asking) (Wish, error) {
	f := &form{v: v, q: q}
	w := Wish{Within: q.Get("within") != "", Stay: q["stay"], Full: q["full"], Target: -1, Named: q.Get("named") != ""}
	number := func(name, label string, low, high float64) float64 { return f.number(name, v.T(label), low, high) }
	w.MaxMoves = int(number("max", "foresight.max", 0, 1000))
	w.Share = number("share", "foresight.lend_share", 0, 100) / 100
	w.Least = int(number("least", "foresight.least", 0, 1000))
	w.Judges = number("judges", "foresight.more_judges", -100, 100)
	w.Intake = number("intake", "foresight.more_intake", -90, 300) / 100
	if strings.TrimSpace(q.Get("target")) != "" {
		w.Target = int(number("target", "foresight.target", 0, 1000000))
	}
	w.Loan = civil.Period{From: f.month("lend_from").From, To: f.month("lend_until").To}
	if !w.Loan.From.IsZero() && !w.Loan.To.IsZero() && w.Loan.To < w.Loan.From {
		f.bad("lend_until", v.T("foresight.lend_until"), v.T("foresight.loan_order"))
	}
	for _, text := range q["refused"] {
		if judge, ok := strings.CutPrefix(text, judgeRefused); ok {
			w.Refused = append(w.Refused, staffing.Refusal{Judge: judge})
			continue
		}
		from, to, ok := strings.Cut(text, ">")
		if !ok || from == "" || to == "" {
			f.errs = append(f.errs, fault.At(v.T("foresight.refused"), text, v.T("foresight.refused_form")))
			continue
		}
		w.Refused = append(w.Refused, staffing.Refusal{From: from, To: to})
	}
	if w.Named {
		w.Needs = f.needs(can)
	}
	return w, errors.Join(f.errs...)
}

// needField is the parameter of a row of needs.
func needField(row int, name string) string { return "need" + strconv.Itoa(row) + "_" + name }

// needs reads the rows that are filled.
func (f *form) needs(can Asking) (out []staffing.Need) {
	ofCourt := map[string]int{}
	for row := 1; row <= mostNeeds; row++ {
		if !filled(f.q, row) {
			continue
		}
		field := func(name string) string { return needField(row, name) }
		label := f.v.T("foresight.need_row", "N", row)
		n := staffing.Need{Court: f.q.Get(field("court")), Lines: f.q[field("line")], Languages: f.q[field("language")]}
		switch ofCourt[n.Court]++; {
		case n.Court == "":
			f.bad(field("court"), label, f.v.T("foresight.need_no_court"))
		case !slices.ContainsFunc(f.v.Courts, func(o ui.Option) bool { return o.Value == n.Court }):
			f.bad(field("court"), label, f.v.T("foresight.need_unknown", "Text", n.Court))
		case ofCourt[n.Court] > mostOfCourt:
			f.bad(field("court"), label, f.v.T("foresight.need_many", "N", mostOfCourt))
		}
		f.known(field("line"), label, can.Lines)
		f.known(field("language"), label, can.Languages)
		n.AtLeast = int(f.number(field("least"), label+" "+f.v.T("foresight.need_least"), 1, 1000))
		out = append(out, n)
	}
	return out
}

// known refuses codes that a need cannot ask for.
func (f *form) known(field, label string, codes []string) {
	for _, code := range f.q[field] {
		if !slices.Contains(codes, code) {
			f.bad(field, label, f.v.T("foresight.need_unknown", "Text", code))
		}
	}
}

// filled reports whether something was put into a row of needs.
func filled(q url.Values, row int) bool {
	return q.Get(needField(row, "court")) != "" || len(q[needField(row, "line")])+len(q[needField(row, "language")]) > 0 || strings.TrimSpace(q.Get(needField(row, "least"))) != ""
}

// needRows are the rows of needs to show: always an empty one for the next.
func needRows(q url.Values) (out []int) {
	last := fewNeeds
	for row := fewNeeds; row <= mostNeeds; row++ {
		if filled(q, row) {
			last = min(row+1, mostNeeds)
		}
	}
	for row := range last {
		out = append(out, row+1)
	}
	return out
}

// month reads a month of the form; empty is the zero period.
func (f *form) month(name string) civil.Period {
	text := strings.TrimSpace(f.q.Get(name))
	if text == "" {
		return civil.Period{}
	}
	p, err := civil.ParsePeriod(text)
	if err != nil || len(p.Months()) != 1 {
		f.bad(name, f.v.T("foresight."+name), f.v.T("foresight.bad_month", "Text", text))
		return civil.Period{}
	}
	return p
}

// with adds one value to a parameter.
func with(q url.Values, name, value string) url.Values {
	out := asked(q)
	if !slices.Contains(out[name], value) {
		out[name] = append(out[name], value)
	}
	return out
}

// address is the board with a wish.
func address(v *ui.View, path string, q url.Values) string {
	base, scope, _ := strings.Cut(string(v.To(path)), "?")
	text := q.Encode()
	if scope != "" {
		text = scope + "&" + text
	}
	return base + "?" + text
}

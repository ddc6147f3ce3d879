package foresight

import (
	"errors"
	"math"
	"net/url"
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
var wishParams = []string{"asked", "max", "share", "least", "within", "stay", "full", "refused", "judges", "intake", "target", "drawn", "lend_from", "lend_until"}

// usual is the wish that the board begins with.
var usual = url.Values{"max": {"6"}, "share": {"20"}, "least": {"3"}, "within": {"1"}, "judges": {"0"}, "intake": {"0"}}

// asked are the parameters of a wish, with the usual ones where the form was not sent.
func asked(q url.Values) url.Values {
	out := url.Values{}
	for _, name := range wishParams {
		if len(q[name]) > 0 {
			out[name] = slices.Clone(q[name])
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

// wishOf reads a wish from its parameters. Errors name every field that is wrong.
func wishOf(v *ui.View, q url.Values) (Wish, error) {
	w := Wish{Within: q.Get("within") != "", Stay: q["stay"], Full: q["full"], Target: -1}
	var errs []error
	number := func(name, label string, low, high float64) float64 {
		text := strings.TrimSpace(q.Get(name))
		if text == "" {
			text = "0"
		}
		f, err := strconv.ParseFloat(text, 64)
		if err != nil || math.IsNaN(f) || f < low || f > high {
			errs = append(errs, fault.At(v.T(label), v.T("foresight.bad_number", "Text", text, "Low", decimal(low, 0), "High", decimal(high, 0)), ""))
			return 0
		}
		return f
	}
	w.MaxMoves = int(number("max", "foresight.max", 0, 1000))
	w.Share = number("share", "foresight.lend_share", 0, 100) / 100
	w.Least = int(number("least", "foresight.least", 0, 1000))
	w.Judges = number("judges", "foresight.more_judges", -100, 100)
	w.Intake = number("intake", "foresight.more_intake", -90, 300) / 100
	if strings.TrimSpace(q.Get("target")) != "" {
		w.Target = int(number("target", "foresight.target", 0, 1000000))
	}
	w.Loan = civil.Period{From: monthOf(v, q, "lend_from", &errs).From, To: monthOf(v, q, "lend_until", &errs).To}
	if !w.Loan.From.IsZero() && !w.Loan.To.IsZero() && w.Loan.To < w.Loan.From {
		errs = append(errs, fault.At(v.T("foresight.lend_until"), v.T("foresight.loan_order"), ""))
	}
	for _, text := range q["refused"] {
		from, to, ok := strings.Cut(text, ">")
		if !ok || from == "" || to == "" {
			errs = append(errs, fault.At(v.T("foresight.refused"), text, v.T("foresight.refused_form")))
			continue
		}
		w.Refused = append(w.Refused, staffing.Refusal{From: from, To: to})
	}
	return w, errors.Join(errs...)
}

// monthOf reads a month of the form; empty is the zero period.
func monthOf(v *ui.View, q url.Values, name string, errs *[]error) civil.Period {
	text := strings.TrimSpace(q.Get(name))
	if text == "" {
		return civil.Period{}
	}
	p, err := civil.ParsePeriod(text)
	if err != nil || len(p.Months()) != 1 {
		*errs = append(*errs, fault.At(v.T("foresight."+name), v.T("foresight.bad_month", "Text", text), ""))
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

package truth

import (
	"fmt"
	"math/big"
	"slices"

	"zhunsheng/internal/indicator"
	"zhunsheng/internal/statute"
)

// subject is whose numbers are spoken of, and of what time.
type subject struct{ scope, typ, period string }

// value is a number of the text with its meaning.
type value struct {
	s        *sentence
	measure  string // one of the five, a rate, or empty
	name     string // words of the label, for what is no known measure
	subj     subject
	n        *number // nil: only its change is told
	base     map[string]*number
	changes  []*change
	alt      *value // what a change after it could be meant for instead
	doubtful bool   // may belong to another subject
	judged   int    // changes already looked at
}

// isRate: its change is counted in percentage points.
func (v *value) isRate() bool { return v.n != nil && v.n.kind == share || v.n == nil && v.name != "" }

// isCount: its change is counted in percent.
func (v *value) isCount() bool { return v.n != nil && v.n.kind == count || v.n == nil && v.name == "" }

// frame is the set of numbers of one subject.
type frame struct {
	subj    subject
	vals    map[string]*value
	rates   []*value
	started int // paragraph in which it began
}

func (f *frame) get(measure string) *value {
	v := f.vals[measure]
	if v == nil || v.n == nil || v.n.loose || v.doubtful {
		return nil
	}
	return v
}

func (f *frame) span(measure string) (span, bool) {
	if v := f.get(measure); v != nil {
		return v.n.span(), true
	}
	if measure == accepted {
		o, n := f.get(opening), f.get(filed)
		if o != nil && n != nil {
			return o.n.span().add(n.n.span()), true
		}
	}
	return span{}, false
}

// relation is a sum that holds among the counts of a subject: total = a + sign × b.
type relation struct {
	total, a, b string
	minus       bool
}

var relations = []relation{{accepted, opening, filed, false}, {pending, accepted, closed, true}}

// solve gives what a member of the relation must be by the other two.
func (r relation) solve(f *frame, member string) (span, bool) {
	get := func(m string) (span, bool) {
		if v := f.get(m); v != nil {
			return v.n.span(), true
		}
		return span{}, false
	}
	t, okT := get(r.total)
	a, okA := get(r.a)
	b, okB := get(r.b)
	if member == r.total && okA && okB {
		if r.minus {
			return a.sub(b), true
		}
		return a.add(b), true
	}
	if member == r.a && okT && okB {
		if r.minus {
			return t.add(b), true
		}
		return t.sub(b), true
	}
	if member == r.b && okT && okA {
		if r.minus {
			return a.sub(t), true
		}
		return t.sub(a), true
	}
	return span{}, false
}

func (r relation) members() []string { return []string{r.total, r.a, r.b} }

// broken: all three are there and do not fit.
func (r relation) broken(f *frame) bool {
	want, ok := r.solve(f, r.total)
	return ok && f.get(r.total) != nil && !fits(f.get(r.total).n, want)
}

// fits: n may be a print of a value within s.
func fits(n *number, s span) bool {
	if n.exact() && s.exact() {
		return n.val.Cmp(s.lo) == 0
	}
	return n.prints(s)
}

// checkSums reports the sums of a frame that do not hold, once each, at the number whose
// replacement would mend most.
func (c *checker) checkSums(f *frame) {
	blamed := map[string]bool{}
	for _, r := range relations {
		if !r.broken(f) {
			continue
		}
		m := blame(f, r)
		if blamed[m] {
			continue
		}
		blamed[m] = true
		v := f.vals[m]
		want, _ := r.solve(f, m)
		c.report(v.s, v.n.from, v.n.end, Arithmetic, v.n.text, v.n.like(want.mid()), r.why(f))
		f.vals[m] = v.with(want)
	}
	c.checkLongSum(f)
}

// checkLongSum judges pending = opening + filed − closed where accepted is not told.
func (c *checker) checkLongSum(f *frame) {
	o, n, k, p := f.get(opening), f.get(filed), f.get(closed), f.get(pending)
	if f.vals[accepted] != nil || o == nil || n == nil || k == nil || p == nil {
		return
	}
	want := o.n.span().add(n.n.span()).sub(k.n.span())
	if !fits(p.n, want) {
		c.report(p.s, p.n.from, p.n.end, Arithmetic, p.n.text, p.n.like(want.mid()),
			because("旧存%s＋新收%s－结案%s与未结%s不符", "carried over %s + new %s − closed %s is not pending %s", o.n.text, n.n.text, k.n.text, p.n.text))
	}
}

// blame chooses the member whose replacement makes the most other sums and rates true; the
// total when nothing tells.
func blame(f *frame, broken relation) string {
	best, most := broken.total, -1
	for _, m := range broken.members() {
		want, ok := broken.solve(f, m)
		if !ok || want.lo.Sign() < 0 || f.vals[m].n.places > 0 {
			continue
		}
		old := f.vals[m]
		f.vals[m] = old.with(want)
		good := 0
		for _, r := range relations {
			if r != broken && f.get(r.total) != nil && f.get(r.a) != nil && f.get(r.b) != nil && !r.broken(f) {
				good += 2
			}
		}
		for _, rate := range f.rates {
			if q, ok := f.quotient(rate.measure); ok && rate.n.prints(q) {
				good += 2
			}
		}
		if good > 0 && slip(old.n.text, old.n.like(want.mid())) {
			good++
		}
		f.vals[m] = old
		if good > most {
			best, most = m, good
		}
	}
	return best
}

// with is the value as it must be.
func (v *value) with(want span) *value {
	out, n := *v, *v.n
	n.val = want.mid()
	out.n = &n
	return &out
}

// slip: the two texts differ as a slip of the hand does, by one digit or by two exchanged ones.
func slip(a, b string) bool {
	a, b = figureDigits.FindString(a), figureDigits.FindString(b)
	if oneApart(a, b) {
		return true
	}
	if len(a) != len(b) {
		return false
	}
	x, y := []byte(a), []byte(b)
	slices.Sort(x)
	slices.Sort(y)
	return string(x) == string(y)
}

func (r relation) why(f *frame) statute.Text {
	zh, en := "＋", "+"
	if r.minus {
		zh, en = "－", "−"
	}
	t, a, b := f.vals[r.total].n.text, f.vals[r.a].n.text, f.vals[r.b].n.text
	return statute.Text{
		Zh: fmt.Sprintf("%s%s%s%s%s与%s%s不符", names[r.a].zh, a, zh, names[r.b].zh, b, names[r.total].zh, t),
		En: fmt.Sprintf("%s %s %s %s %s is not %s %s", names[r.a].en, a, en, names[r.b].en, b, names[r.total].en, t),
	}
}

// quotient is what a known rate must be, in percent.
func (f *frame) quotient(rate string) (span, bool) {
	below := accepted
	if rate == clearance {
		below = filed
	} else if rate != closing {
		return span{}, false
	}
	k, ok := f.span(closed)
	if !ok {
		return span{}, false
	}
	d, ok := f.span(below)
	if !ok {
		return span{}, false
	}
	return k.percentOf(d)
}

// checkRates recomputes the rates of a frame. A rate that another subject of the paragraph
// gives is taken to be that subject's.
func (c *checker) checkRates(f *frame) {
	for _, v := range f.rates {
		if v.n.loose || v.doubtful || v.n.kind != share {
			continue
		}
		q, ok := f.quotient(v.measure)
		if !ok {
			c.impossible(f, v)
			continue
		}
		if v.n.prints(q) || c.elsewhere(f, v) {
			continue
		}
		c.report(v.s, v.n.from, v.n.end, Arithmetic, v.n.text, v.n.like(q.mid()), f.rateWhy(v))
	}
}

// impossible reports a closing rate above 100 %, and one above closed ÷ new, which the rest of
// the accepted cases can only lower.
func (c *checker) impossible(f *frame, v *value) {
	if v.measure != closing {
		return
	}
	if v.n.val.Cmp(hundred) > 0 {
		c.report(v.s, v.n.from, v.n.end, Arithmetic, v.n.text, "", because("结案数不会多于受理数，结案率不会超过100%%", "no more can be closed than accepted: the rate cannot pass 100%%"))
		return
	}
	k, okK := f.span(closed)
	n, okN := f.span(filed)
	if !okK || !okN {
		return
	}
	if q, ok := k.percentOf(n); ok && !v.n.prints(q) && v.n.val.Cmp(q.hi) > 0 && v.n.val.Cmp(hundred) <= 0 {
		c.report(v.s, v.n.from, v.n.end, Arithmetic, v.n.text, v.n.like(q.mid()),
			because("受理不少于新收，结案率不会高于结案÷新收", "accepted is no less than new: the rate cannot exceed closed ÷ new"))
	}
}

// elsewhere: another frame of the section, begun in the same paragraph, gives this rate.
func (c *checker) elsewhere(f *frame, v *value) bool {
	for i, o := range slices.Backward(c.frames) {
		if o.started < f.started || len(c.frames)-i > mostNumbers {
			break
		}
		if o == f || o.started != f.started {
			continue
		}
		if q, ok := o.quotient(v.measure); ok && v.n.prints(q) {
			return true
		}
	}
	return false
}

// rateWhy names the quotient, and the base that gives the printed rate instead, if there is one.
func (f *frame) rateWhy(v *value) statute.Text {
	rate, other := names[v.measure], clearance
	if v.measure == clearance {
		other = closing
	}
	if q, ok := f.quotient(other); ok && v.n.prints(q) {
		o := names[other]
		return statute.Text{
			Zh: fmt.Sprintf("%s＝%s；印出的%s是%s（%s）", rate.zh, ratios[v.measure], v.n.text, o.zh, ratios[other]),
			En: fmt.Sprintf("the rate is %s; the printed %s is %s", rate.en, v.n.text, o.en),
		}
	}
	k, _ := f.span(closed)
	if v.n.val.Sign() <= 0 {
		return statute.Text{Zh: rate.zh + "＝" + ratios[v.measure], En: "the rate is " + rate.en}
	}
	base := indicator.RoundHalfUp(new(big.Rat).Quo(new(big.Rat).Mul(k.mid(), hundred), v.n.val), 0)
	return statute.Text{
		Zh: fmt.Sprintf("%s＝%s；印出的%s要求基数约为%s件，文中没有", rate.zh, ratios[v.measure], v.n.text, base),
		En: fmt.Sprintf("the rate is %s; the printed %s would need a base of about %s, which the text does not give", rate.en, v.n.text, base),
	}
}

var ratios = map[string]string{closing: "结案÷受理", clearance: "结案÷新收"}

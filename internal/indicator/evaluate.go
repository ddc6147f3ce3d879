package indicator

import (
	"math/big"
	"slices"

	"zhunsheng/internal/civil"
)

// Eval computes the indicators of a set from totals instead of cases. The names are the
// counts' eval names, with prev_ for the period of comparison; a composite total (accepted)
// may stand in for its parts, and a missing one is derived where an identity of the
// catalogue gives it. The newest version of each indicator is used. An indicator whose
// totals are not all known has no value, and Missing names what is wanted.
func (b *Book) Eval(set string, totals map[string]*big.Rat) ([]Figure, error) {
	indicators, err := b.pick(set, nil)
	if err != nil {
		return nil, err
	}
	given := map[string]*big.Rat{}
	for name, v := range totals {
		if v != nil {
			given[name] = v
		}
	}
	derived := b.derive(given)
	var out []Figure
	for _, i := range indicators {
		v := i.Versions[len(i.Versions)-1]
		t := &totalTerms{book: b, version: v, given: given, derived: derived}
		f := Figure{Indicator: i.ID}
		f.fill(v, t, v.interval(lastDay(v), 0, ""))
		if f.Value == nil {
			f.Missing = t.missing
		}
		out = append(out, f)
	}
	return out, nil
}

// lastDay is a day on which whatever is still in force of a version applies.
func lastDay(v *Version) civil.Date {
	if v.To.IsZero() {
		return civil.MaxDate
	}
	return v.To
}

// totalTerms gives a formula totals from outside.
type totalTerms struct {
	book           *Book
	version        *Version
	given, derived map[string]*big.Rat
	missing        []string
}

func (t *totalTerms) name(count string) string { return t.version.counts[count].Eval }

func (t *totalTerms) total(u use) *big.Rat {
	return t.want((&Formula{op: opCount, name: t.name(u.name), prev: u.prev}).String())
}

func (t *totalTerms) want(key string) *big.Rat {
	if v, ok := t.derived[key]; ok {
		return v
	}
	if !slices.Contains(t.missing, key) {
		t.missing = append(t.missing, key)
	}
	return nil
}

// entries and quantiles of single cases cannot come from totals of other names; they may be
// given under the name of the expression itself, e.g. "median(days_to_close)".
func (t *totalTerms) entries(u use) *big.Rat {
	return t.want((&Formula{op: opEntries, name: t.name(u.name), prev: u.prev}).String())
}

func (t *totalTerms) quantile(u use, share *big.Rat) *big.Rat {
	return t.want((&Formula{op: opQuantile, name: t.name(u.name), prev: u.prev, n: share}).String())
}

// sum answers a whole subformula that an identity names: opening_pending + filed is accepted.
// A given composite goes before its parts; a derived one serves only where parts are missing.
func (t *totalTerms) sum(f *Formula) (*big.Rat, bool) {
	if f.op != opAdd && f.op != opSub {
		return nil, false
	}
	for _, prefix := range []string{"", earlier} {
		form, ok := f.linear(prefix != "", t.name)
		if !ok {
			continue
		}
		for _, id := range t.book.identities {
			if !form.equal(id.right) {
				continue
			}
			if v, ok := t.given[prefix+id.left]; ok {
				return v, true
			}
			if v, ok := t.derived[prefix+id.left]; ok && t.lacks(form, prefix) {
				return v, true
			}
		}
	}
	return nil, false
}

// lacks reports whether a total of the form is unknown.
func (t *totalTerms) lacks(form linear, prefix string) bool {
	for name := range form {
		if _, ok := t.derived[prefix+name]; !ok {
			return true
		}
	}
	return false
}

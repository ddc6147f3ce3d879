package indicator_test

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io/fs"
	"maps"
	"math/big"
	"os"
	"path"
	"slices"
	"strings"
	"testing"

	"zhunsheng/internal/indicator"
	"zhunsheng/internal/statute"
	"zhunsheng/rules"
)

const workedFile = "testdata/worked/indicators-worked-examples.csv"

// recipe says how one expected key of the worked examples is computed; adapter.yaml explains
// the fields.
type recipe struct {
	Key       string            `yaml:"key"`
	Rows      []string          `yaml:"rows"`
	Set       string            `yaml:"set"`
	Indicator string            `yaml:"indicator"`
	Times     int64             `yaml:"times"`
	Digits    int               `yaml:"digits"`
	Rounding  string            `yaml:"rounding"`
	Verdict   string            `yaml:"verdict"`
	Printed   string            `yaml:"printed"`
	Totals    map[string]string `yaml:"totals"`
}

// example is one row: inputs and expected figures, flattened.
type example struct {
	id               string
	inputs, expected map[string]string
}

// TestWorkedExamples computes every expected figure of every row with the engine behind
// `indicators eval`, and checks that none is left out.
func TestWorkedExamples(t *testing.T) {
	book := bookWith(t, "testdata/worked")
	var adapter struct {
		Keys []recipe `yaml:"keys"`
	}
	if err := statute.Decode(os.DirFS("testdata/worked"), "adapter.yaml", &adapter); err != nil {
		t.Fatal(err)
	}
	examples := readExamples(t)
	used := map[int]bool{}
	tally := map[string]int{}
	for _, ex := range examples {
		for _, key := range slices.Sorted(maps.Keys(ex.expected)) {
			i, star := recipeFor(adapter.Keys, ex.id, key)
			if i < 0 {
				t.Errorf("%s: no recipe for expected key %s", ex.id, key)
				continue
			}
			used[i] = true
			r := adapter.Keys[i]
			value := ex.compute(t, book, r, star)
			if value == nil {
				t.Errorf("%s %s: %s %s has no value", ex.id, key, r.Set, r.Indicator)
				continue
			}
			tally[ex.judge(t, r, key, value)]++
		}
		if len(ex.expected) == 0 {
			t.Logf("%s has no expected figure: context only", ex.id)
		}
	}
	for i, r := range adapter.Keys {
		if !used[i] {
			t.Errorf("recipe %s %v is never used", r.Key, r.Rows)
		}
	}
	want, got := 0, 0
	for _, ex := range examples {
		want += len(ex.expected)
	}
	for _, n := range tally {
		got += n
	}
	if got != want {
		t.Errorf("%d of %d expected figures were checked", got, want)
	}
	t.Logf("%d rows, %d expected figures, all checked: %v", len(examples), want, tally)
}

// TestWorkedIdentities checks 旧存 + 新收 = 受理 and 受理 - 结案 = 未结 wherever a Chinese row
// gives the parts, before any rate is believed.
func TestWorkedIdentities(t *testing.T) {
	book := bookWith(t, "testdata/worked")
	accepted, pending := 0, 0
	for _, ex := range readExamples(t) {
		n := ex.numbers()
		if n["opening_pending"] == nil || n["filed"] == nil || n["accepted"] == nil {
			continue
		}
		printed := n["accepted"]
		delete(n, "accepted") // else the engine would take it as given
		if f := figure(t, book, "volume", "accepted", n); f.Value.Cmp(printed) != 0 {
			t.Errorf("%s: opening + filed = %s, printed accepted %s", ex.id, f.Value.RatString(), printed.RatString())
		}
		accepted++
		if n["pending_end"] == nil {
			continue
		}
		if f := figure(t, book, "worked", "flow_gap", n); f.Value.Sign() != 0 {
			t.Errorf("%s: accepted - closed differs from the printed pending by %s", ex.id, f.Value.RatString())
		}
		pending++
	}
	if accepted == 0 || pending == 0 {
		t.Fatal("no row gave the parts: the check did not run")
	}
	t.Logf("identities hold: accepted in %d rows, pending in %d", accepted, pending)
}

// judge compares the computed value with the printed figure and returns how they agree.
func (ex example) judge(t *testing.T, r recipe, key string, value *big.Rat) string {
	t.Helper()
	printed := ex.expected[key]
	halfUp, cut := indicator.RoundHalfUp(value, r.Digits), truncated(value, r.Digits)
	report := func(got string) {
		t.Helper()
		t.Errorf("%s %s: computed %s (%s), printed %s", ex.id, key, got, value.FloatString(6), printed)
	}
	switch {
	case r.Verdict == "gap_zero" || r.Verdict == "printed_right":
		right := value.Sign() == 0
		if r.Verdict == "printed_right" {
			other := ex.expected[r.Printed]
			right = same(halfUp, other) || same(cut, other)
		}
		if fmt.Sprint(right) != printed {
			report(fmt.Sprint(right))
		}
		return "verdict"
	case r.Verdict == "wrong":
		if same(halfUp, printed) || same(cut, printed) {
			report(halfUp)
		}
		t.Logf("%s %s: printed %s is wrong, the inputs give %s", ex.id, key, printed, halfUp)
		return "printed figure flagged as wrong"
	case r.Rounding == "truncate":
		if !same(cut, printed) || same(halfUp, printed) {
			report(cut)
		}
		t.Logf("%s %s: printed %s is truncated, half-up gives %s", ex.id, key, printed, halfUp)
		return "truncated by the source"
	case r.Rounding == "up":
		if got := ceiling(value).String(); !same(got, printed) {
			report(got)
		}
		return "smallest whole number"
	}
	if !same(halfUp, printed) {
		report(halfUp)
	}
	return "half-up"
}

// compute evaluates the recipe's indicator on the row's totals.
func (ex example) compute(t *testing.T, book *indicator.Book, r recipe, star string) *big.Rat {
	t.Helper()
	totals := ex.numbers()
	for name, sum := range r.Totals {
		v, err := ex.sum(strings.ReplaceAll(sum, "$1", star))
		if err != nil {
			t.Fatalf("%s: recipe %s, total %s: %v", ex.id, r.Key, name, err)
		}
		totals[name] = v
	}
	f := figure(t, book, r.Set, r.Indicator, totals)
	if f.Value == nil {
		return nil
	}
	return new(big.Rat).Mul(f.Value, big.NewRat(max(r.Times, 1), 1))
}

// numbers returns the flattened inputs that are numbers.
func (ex example) numbers() map[string]*big.Rat {
	out := map[string]*big.Rat{}
	for name, text := range ex.inputs {
		if v, ok := new(big.Rat).SetString(text); ok {
			out[name] = v
		}
	}
	return out
}

// sum adds up a recipe's total: terms joined by + and -, each a number, the name of an
// input, or a pattern that adds all inputs it matches.
func (ex example) sum(text string) (*big.Rat, error) {
	total := new(big.Rat)
	sign := int64(1)
	for _, word := range strings.Fields(text) {
		if word == "+" || word == "-" {
			sign = map[string]int64{"+": 1, "-": -1}[word]
			continue
		}
		v, err := ex.term(word)
		if err != nil {
			return nil, err
		}
		total.Add(total, v.Mul(v, big.NewRat(sign, 1)))
	}
	return total, nil
}

func (ex example) term(word string) (*big.Rat, error) {
	if v, ok := new(big.Rat).SetString(word); ok {
		return v, nil
	}
	total, found := new(big.Rat), false
	for name, v := range ex.numbers() {
		if ok, _ := path.Match(word, name); ok {
			total.Add(total, v)
			found = true
		}
	}
	if !found {
		return nil, fmt.Errorf("no input matches %q", word)
	}
	return total, nil
}

// recipeFor returns the first recipe for a row's key, and what * stood for in the key.
func recipeFor(recipes []recipe, id, key string) (int, string) {
	for i, r := range recipes {
		before, after, wild := strings.Cut(r.Key, "*")
		switch {
		case !slices.ContainsFunc(r.Rows, func(p string) bool { ok, _ := path.Match(p, id); return ok }):
		case !wild && r.Key == key:
			return i, ""
		case wild && len(key) > len(before)+len(after) && strings.HasPrefix(key, before) && strings.HasSuffix(key, after):
			return i, key[len(before) : len(key)-len(after)]
		}
	}
	return -1, ""
}

// figure evaluates one indicator from totals.
func figure(t testing.TB, book *indicator.Book, set, key string, totals map[string]*big.Rat) indicator.Figure {
	t.Helper()
	figures, err := book.Eval(set, totals)
	if err != nil {
		t.Fatalf("eval %s: %v", set, err)
	}
	for _, f := range figures {
		if f.Indicator == key {
			return f
		}
	}
	t.Fatalf("set %s gave no figure for %s", set, key)
	return indicator.Figure{}
}

// bookWith loads the shipped catalogue with the definitions of test folders laid over it.
func bookWith(t testing.TB, dirs ...string) *indicator.Book {
	t.Helper()
	var over []fs.FS
	for _, dir := range dirs {
		over = append(over, os.DirFS(dir))
	}
	book, err := indicator.Load(rules.FS, over...)
	if err != nil {
		t.Fatal(err)
	}
	return book
}

func readExamples(t *testing.T) []example {
	t.Helper()
	f, err := os.Open(workedFile)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	lines, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var out []example
	for _, line := range lines[1:] {
		out = append(out, example{id: line[0], inputs: flat(t, line[4]), expected: flat(t, line[5])})
	}
	return out
}

// flat reads a JSON object into leaf values by path, e.g. closed.2012 or cases.0.claimed.
func flat(t *testing.T, text string) map[string]string {
	t.Helper()
	dec := json.NewDecoder(strings.NewReader(text))
	dec.UseNumber()
	var v any
	if err := dec.Decode(&v); err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	out := map[string]string{}
	flatten(out, "", v)
	return out
}

func flatten(out map[string]string, at string, v any) {
	under := func(name string) string { return strings.TrimPrefix(at+"."+name, ".") }
	switch v := v.(type) {
	case map[string]any:
		for name, x := range v {
			flatten(out, under(name), x)
		}
	case []any:
		for i, x := range v {
			flatten(out, under(fmt.Sprint(i)), x)
		}
	default:
		out[at] = fmt.Sprint(v)
	}
}

// same reports whether two printed numbers are equal, whatever their trailing zeros.
func same(a, b string) bool {
	x, ok1 := new(big.Rat).SetString(a)
	y, ok2 := new(big.Rat).SetString(b)
	return ok1 && ok2 && x.Cmp(y) == 0
}

// truncated prints a number cut (not rounded) after n decimals.
func truncated(r *big.Rat, n int) string {
	scale := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(n)), nil)
	x := new(big.Rat).Mul(r, new(big.Rat).SetInt(scale))
	cut := new(big.Int).Quo(x.Num(), x.Denom())
	return new(big.Rat).SetFrac(cut, scale).FloatString(n)
}

// ceiling is the smallest whole number not below r, for r >= 0.
func ceiling(r *big.Rat) *big.Int {
	q, rest := new(big.Int).QuoRem(r.Num(), r.Denom(), new(big.Int))
	if rest.Sign() > 0 {
		q.Add(q, big.NewInt(1))
	}
	return q
}

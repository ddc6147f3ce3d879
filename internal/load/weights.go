// Package load says how much work a court has and how much it can do: cases weighted by kind
// against judges at work. The weights are dated data with their evidence; beside them stands
// what the days from filing to closing of past cases say. Nothing here compares persons.
package load

import (
	"errors"
	"fmt"
	"io/fs"
	"slices"

	"zhunsheng/internal/civil"
	"zhunsheng/internal/fault"
	"zhunsheng/internal/statute"
)

// Weight is the work of one kind of cases; 1 is an ordinary case. Conditions that are empty fit
// every case.
type Weight struct {
	ID         string       `yaml:"id"`
	Name       statute.Text `yaml:"name"`
	Line       string       `yaml:"line"`
	Types      []string     `yaml:"types"`      // codes of case types
	Procedures []string     `yaml:"procedures"` // codes of procedures
	Weight     float64      `yaml:"weight"`
}

// fits reports whether a case of these codes is of the kind.
func (w *Weight) fits(k Kind) bool {
	return (w.Line == "" || w.Line == k.Line) && (len(w.Types) == 0 || slices.Contains(w.Types, k.Type)) &&
		(len(w.Procedures) == 0 || slices.Contains(w.Procedures, k.Procedure))
}

// catchAll reports whether the kind has no condition.
func (w *Weight) catchAll() bool { return w.Line == "" && len(w.Types) == 0 && len(w.Procedures) == 0 }

// Kind is what a case's weight depends on.
type Kind struct{ Line, Type, Procedure string }

// Weights is one version of the table.
type Weights struct {
	Source  statute.Source `yaml:"source"`
	Weights []Weight       `yaml:"weights"`
}

// Of is the first kind of the table that a case fits.
func (w *Weights) Of(k Kind) *Weight {
	for i := range w.Weights {
		if w.Weights[i].fits(k) {
			return &w.Weights[i]
		}
	}
	return nil // Load demands a last kind that fits everything
}

// Verified reports whether the weights rest on anything but the office's own estimate.
func (w *Weights) Verified() bool { return w.Source.Evidence != "" && w.Source.Evidence != "U" }

// Book is the table with its versions.
type Book struct {
	Versions statute.Dated[Weights] `yaml:"versions"`
}

// At is the table in force on a day.
func (b *Book) At(day civil.Date) (statute.Version[Weights], error) { return b.Versions.At(day) }

// file is the table in a rules tree.
const file = "weights/local.yaml"

// Load reads and checks the table. Errors are of kind fault.Invalid.
func Load(fsys fs.FS) (*Book, error) {
	b := &Book{}
	if err := statute.Decode(fsys, file, b); err != nil {
		return nil, err
	}
	if len(b.Versions) == 0 {
		return nil, fault.At(file, "no version of the weights", "give one with from, source and weights")
	}
	errs := []error{}
	if err := b.Versions.Check(); err != nil {
		errs = append(errs, fault.At(file, err.Error(), "let the versions follow each other without a gap"))
	}
	for i := range b.Versions {
		errs = append(errs, b.Versions[i].Value.check())
	}
	return b, errors.Join(errs...)
}

func (w *Weights) check() error {
	var errs []error
	seen := map[string]bool{}
	wrong := func(id, what, mend string) {
		errs = append(errs, fault.At(file, fmt.Sprintf("weight %q %s", id, what), mend))
	}
	for i := range w.Weights {
		x := &w.Weights[i]
		if x.ID == "" || seen[x.ID] || x.Name.Zh == "" || x.Name.En == "" {
			wrong(x.ID, "has no id of its own, or no name in both languages", "give id and name")
		}
		seen[x.ID] = true
		if !(x.Weight > 0 && x.Weight <= 100) {
			wrong(x.ID, fmt.Sprintf("is %v", x.Weight), "give a number above 0 and up to 100")
		}
		if x.catchAll() != (i == len(w.Weights)-1) {
			wrong(x.ID, "stands in the wrong place", "put the kind without conditions last, and only there")
		}
	}
	if len(w.Weights) == 0 || w.Source.Evidence == "" {
		wrong("", "table has no kinds, or no evidence mark", "give weights, and a source with evidence")
	}
	return errors.Join(errs...)
}

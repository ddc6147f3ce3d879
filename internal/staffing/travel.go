package staffing

import (
	"errors"
	"fmt"
	"io/fs"

	"zhunsheng/internal/fault"
	"zhunsheng/internal/statute"
)

// TravelTable is one version of what the ways between courts cost, in hours one way.
type TravelTable struct {
	Source statute.Source `yaml:"source"`
	Ways   []struct {
		From  string  `yaml:"from"`
		To    string  `yaml:"to"`
		Hours float64 `yaml:"hours"`
	} `yaml:"ways"`
}

// TravelBook is the table with its versions.
type TravelBook struct {
	Versions statute.Dated[TravelTable] `yaml:"versions"`
}

// travelFile is the table in a rules tree.
const travelFile = "travel/local.yaml"

// LoadTravel reads and checks the table. Errors are of kind fault.Invalid.
func LoadTravel(fsys fs.FS) (*TravelBook, error) {
	b := &TravelBook{}
	if err := statute.Decode(fsys, travelFile, b); err != nil {
		return nil, err
	}
	if len(b.Versions) == 0 {
		return nil, fault.At(travelFile, "no version of the table", "give one with from, source and ways")
	}
	errs := []error{}
	if err := b.Versions.Check(); err != nil {
		errs = append(errs, fault.At(travelFile, err.Error(), "let the versions follow each other without a gap"))
	}
	for i := range b.Versions {
		errs = append(errs, b.Versions[i].Value.check())
	}
	return b, errors.Join(errs...)
}

func (t *TravelTable) check() error {
	if t.Source.Evidence == "" {
		return fault.At(travelFile, "a version has no evidence mark", "give its source with evidence")
	}
	var errs []error
	seen := map[[2]string]bool{}
	for _, w := range t.Ways {
		if w.From == "" || w.To == "" || w.From == w.To || seen[[2]string{w.From, w.To}] || !(w.Hours >= 0 && w.Hours <= 1000) {
			errs = append(errs, fault.At(travelFile, fmt.Sprintf("the way %s to %s is given twice, joins no two courts, or is not 0 to 1000 hours", w.From, w.To), "correct it"))
		}
		seen[[2]string{w.From, w.To}] = true
	}
	return errors.Join(errs...)
}

// Verified reports whether the hours rest on anything but the office's own estimate.
func (t *TravelTable) Verified() bool { return t.Source.Evidence != "" && t.Source.Evidence != "U" }

// Between are the ways whose two courts both belong to a problem.
func (t *TravelTable) Between(courts []Court) (out []Travel) {
	known := map[string]bool{}
	for _, c := range courts {
		known[c.ID] = true
	}
	for _, w := range t.Ways {
		if known[w.From] && known[w.To] {
			out = append(out, Travel{w.From, w.To, w.Hours})
		}
	}
	return out
}

package jobs

import (
	"context"
	"encoding/json"
	"fmt"

	"zhunsheng/internal/civil"
	"zhunsheng/internal/docket"
	"zhunsheng/internal/fault"
	"zhunsheng/internal/ledger"
)

// basis is everything besides the files and the program that decides how the rows of a batch
// are read and judged. It is kept with the batch, so that resuming it tomorrow, or rebuilding
// the ledger years later, comes to the same rows and issues although the office's lists, its
// mappings and the day are others by then.
type basis struct {
	Mapping        string         `json:"mapping"` // as YAML
	MappingVersion int            `json:"mapping_version"`
	Today          string         `json:"today"` // later days cannot have happened yet
	Courts         []docket.Court `json:"courts"`
	Causes         []docket.Cause `json:"causes"`
	Sheet          string         `json:"sheet,omitempty"`
	Encoding       string         `json:"encoding,omitempty"`
	Delimiter      rune           `json:"delimiter,omitempty"`
}

// currentBasis gathers the basis of a new run.
func (im *Importer) currentBasis(ctx context.Context, run Run) (basis, error) {
	y, err := run.Mapping.YAML()
	if err != nil {
		return basis{}, fmt.Errorf("mapping %s: %w", run.Mapping.Name, err)
	}
	b := basis{Mapping: string(y), MappingVersion: run.Mapping.Version, Today: civil.FromTime(im.Now()).String(),
		Sheet: run.Options.Sheet, Encoding: run.Options.Encoding, Delimiter: run.Options.Delimiter}
	if b.Courts, err = im.Store.Courts(ctx); err != nil {
		return b, fmt.Errorf("courts: %w", err)
	}
	if b.Causes, err = im.Store.Causes(ctx); err != nil {
		return b, fmt.Errorf("causes: %w", err)
	}
	return b, nil
}

// keptBasis reads the basis of an earlier batch.
func (im *Importer) keptBasis(ctx context.Context, batch int64) (basis, error) {
	var b basis
	text, err := im.Store.Basis(ctx, batch)
	if err != nil {
		return b, err
	}
	if err := json.Unmarshal(text, &b); err != nil {
		return b, fmt.Errorf("basis of batch %d: %w", batch, err)
	}
	return b, nil
}

// options are the reader's, as they were.
func (b basis) options() ledger.Options {
	return ledger.Options{Sheet: b.Sheet, Encoding: b.Encoding, Delimiter: b.Delimiter}
}

// lists are the office's, as they were; a list without lines was not loaded.
func (b basis) lists() ledger.Lists {
	var l ledger.Lists
	if len(b.Courts) > 0 {
		l.Courts = map[string]docket.Court{}
	}
	for _, c := range b.Courts {
		l.Courts[c.Code] = c
	}
	if len(b.Causes) > 0 {
		l.Causes = map[string]docket.Cause{}
	}
	for _, c := range b.Causes {
		l.Causes[c.Code] = c
	}
	return l
}

// reader makes the reader that the basis describes.
func (im *Importer) reader(b basis) (*ledger.Reader, error) {
	m, err := ledger.ParseMapping("mapping", []byte(b.Mapping))
	if err != nil {
		return nil, err
	}
	m.Version = b.MappingVersion
	regs, err := docket.LoadRegistries(im.Rules)
	if err != nil {
		return nil, err
	}
	reg, ok := regs[m.Registry]
	if !ok {
		return nil, fault.Invalidf("mapping %s names registry %q, which rules/registries does not have", m.Name, m.Registry)
	}
	vocabulary, err := docket.LoadVocabulary(im.Rules)
	if err != nil {
		return nil, err
	}
	rules, err := ledger.LoadRules(im.Rules)
	if err != nil {
		return nil, err
	}
	r := ledger.NewReader(m, reg, vocabulary, rules, b.lists())
	r.Today, err = civil.ParseDate(b.Today)
	return r, err
}

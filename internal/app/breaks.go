package app

import (
	"context"
	"fmt"
	"math/big"

	"zhunsheng/internal/access"
	"zhunsheng/internal/bulletin"
	"zhunsheng/internal/civil"
	"zhunsheng/internal/indicator"
	"zhunsheng/internal/statute"
)

// DefinitionBreak is a day on which an indicator was redefined, with both series of the year
// around it and the jump between the months split into definition and reality.
type DefinitionBreak struct {
	Set, Indicator, Unit string
	Name                 statute.Text
	Old, New             string // ids of the versions
	From                 civil.Date
	Months               []BothWays
	indicator.Jump       // from the month before to the month of the change
}

// BothWays is one month under both wordings.
type BothWays struct {
	Period   civil.Period
	Old, New *big.Rat // nil: no value
	Official bool     // the new wording is in force
}

// breaks lists the redefinitions, within the year that the figures' periods end in, of the
// indicators that they print.
func (b basis) breaks(ctx context.Context, figures []bulletin.Printed) ([]DefinitionBreak, error) {
	o, err := b.recipe.order()
	if err != nil {
		return nil, err
	}
	at, err := b.scope()
	if err != nil {
		return nil, err
	}
	if o.Court != "" {
		at.City, at.Court = false, o.Court
	}
	year := civil.Period{From: civil.NewDate(o.Period.To.Year(), 1, 1), To: o.Period.To}
	var out []DefinitionBreak
	seen := map[[2]string]bool{}
	for _, p := range figures {
		if p.Set == "" || seen[[2]string{p.Set, p.Indicator}] {
			continue
		}
		seen[[2]string{p.Set, p.Indicator}] = true
		more, err := b.breaksOf(ctx, at, p.Set, p.Indicator, year)
		if err != nil {
			return nil, fmt.Errorf("definitions of %s: %w", p.Indicator, err)
		}
		out = append(out, more...)
	}
	return out, nil
}

// breaksOf lists the redefinitions of one indicator after the first day of a span.
func (b basis) breaksOf(ctx context.Context, at access.Scope, set, key string, span civil.Period) ([]DefinitionBreak, error) {
	i, err := b.book.Find(set, key)
	if err != nil {
		return nil, err
	}
	var out []DefinitionBreak
	for _, v := range i.Versions {
		if v.From <= span.From || v.From > span.To {
			continue
		}
		old, err := i.At(v.From.AddDays(-1))
		if err != nil {
			continue // its first wording: nothing is redefined
		}
		x := DefinitionBreak{Set: set, Indicator: key, Name: i.Name, Unit: i.Unit, Old: old.ID(), New: v.ID(), From: v.From}
		was, err := b.monthly(ctx, at, set, key, old, span)
		if err != nil {
			return nil, err
		}
		is, err := b.monthly(ctx, at, set, key, v, span)
		if err != nil {
			return nil, err
		}
		for n, m := range span.Months() {
			x.Months = append(x.Months, BothWays{Period: m, Old: was[n], New: is[n], Official: m.To >= v.From})
			if n > 0 && m.To >= v.From && !x.Months[n-1].Official {
				x.Jump = indicator.Split(was[n-1], was[n], is[n])
			}
		}
		out = append(out, x)
	}
	return out, nil
}

// monthly is an indicator under one wording in every month of a span.
func (b basis) monthly(ctx context.Context, at access.Scope, set, key string, v *indicator.Version, span civil.Period) ([]*big.Rat, error) {
	book, err := b.book.Pinned(set, key, v)
	if err != nil {
		return nil, err
	}
	figures, err := b.app.computeOn(ctx, at, book, b.eng, b.lists, indicator.Request{Set: set, Indicators: []string{key}, Period: span, By: []string{"month"}})
	if err != nil {
		return nil, err
	}
	out := make([]*big.Rat, len(span.Months()))
	for n, m := range span.Months() {
		for _, f := range figures {
			if f.Period == m {
				out[n] = f.Value
			}
		}
	}
	return out, nil
}

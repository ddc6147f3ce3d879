package indicator

import (
	"slices"

	"zhunsheng/internal/fault"
)

// Adopt lays a court's own intervals, in the order of the decisions, over those of an indicator.
// Each is in force for its level and line from From on, until the next one of the same level and
// line begins, whoever set that; of two that begin on one day the later decision counts. An
// interval without bounds says that there is none from that day on. Nobody may use the book yet.
func (b *Book) Adopt(set, key string, xs []Interval) error {
	i, err := b.Find(set, key)
	if err != nil {
		return err
	}
	for _, x := range xs {
		if err := x.check(); err != nil {
			return err
		}
	}
	for _, v := range i.Versions {
		if v.NoInterval && len(xs) > 0 {
			return fault.At("interval", "this indicator can never have an interval", "")
		}
		for _, x := range xs {
			v.Intervals = overlaid(v.Intervals, x)
		}
		v.Intervals = slices.DeleteFunc(v.Intervals, func(x Interval) bool { return x.Low == nil && x.High == nil })
	}
	return nil
}

// check refuses what cannot be an interval of a court.
func (x Interval) check() error {
	switch {
	case x.From.IsZero():
		return fault.At("from", "an interval needs the day from which it is in force", "write YYYY-MM-DD")
	case x.Low != nil && x.High != nil && x.Low.Cmp(x.High) > 0:
		return fault.At("low", "low is above high", "exchange the two")
	case x.Level < 0 || x.Level >= len(levels):
		return fault.At("level", "there is no such level", "0 for all, 1 to 4 from the top")
	case x.Line != "" && !slices.Contains(lines, x.Line):
		return fault.At("line", "there is no such line", "use one of the vocabulary")
	}
	return nil
}

// overlaid is a list of intervals with x in it: neighbours of the same level and line end or
// begin where x begins or ends.
func overlaid(list []Interval, x Interval) []Interval {
	var out []Interval
	for _, o := range list {
		same := o.Level == x.Level && o.Line == x.Line
		switch {
		case same && o.From == x.From:
			continue // replaced
		case same && o.From < x.From && (o.To.IsZero() || o.To >= x.From):
			o.To = x.From.AddDays(-1)
		case same && o.From > x.From && (x.To.IsZero() || x.To >= o.From):
			x.To = o.From.AddDays(-1)
		}
		out = append(out, o)
	}
	return append(out, x)
}

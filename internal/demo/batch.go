package demo

import (
	"fmt"
	"io"
	"strings"

	"zhunsheng/internal/civil"
	"zhunsheng/internal/docket"
)

// Batch is one delivery of the case system: everything new or changed since the one before.
type Batch struct {
	Name  string
	Day   civil.Date // as of which the files were written
	Files []File
}

// File is one csv file of a batch.
type File struct {
	Name   string
	cases  []row
	events []eventRow
}

// Rows is the number of lines under the header.
func (f File) Rows() int { return len(f.cases) + len(f.events) }

// Write prints the file: UTF-8, comma, one header line.
func (f File) Write(w io.Writer) error {
	if f.cases != nil {
		return writeAll(w, header(), len(f.cases), func(i int) []string { return f.cases[i].record() })
	}
	return writeAll(w, eventHeader, len(f.events), func(i int) []string { return f.events[i].record() })
}

// deliveries lists the days of the batches: every year's end to 2022, then every month's end,
// and the data day.
func deliveries(until civil.Date) []Batch {
	var out []Batch
	for d := opened; d <= until; {
		end, name := civil.Year(d.Year()).To, fmt.Sprintf("%d", d.Year())
		if d.Year() >= 2023 {
			y, m, _ := d.YMD()
			end, name = civil.Month(y, m).To, fmt.Sprintf("%d-%02d", y, m)
		}
		end = min(end, until)
		out = append(out, Batch{Name: name, Day: end})
		d = end + 1
	}
	return out
}

// group names the files of a batch: the intermediate court, then two groups of basic courts.
var group = [courtCount]string{"中院", "基层一组", "基层一组", "基层一组", "基层一组", "基层二组", "基层二组", "基层二组", "基层二组"}

// Batches returns the deliveries in order. Imported one after the other they leave a ledger
// with exactly Cases and Events.
func (c *City) Batches() []Batch {
	out := deliveries(c.Until)
	var before civil.Date
	for i := range out {
		b := &out[i]
		files := map[string][]row{}
		for _, m := range c.all {
			for _, r := range m.lines(before, b.Day) {
				files[group[m.court]] = append(files[group[m.court]], r)
			}
		}
		for _, x := range c.extra {
			if before < x.day && x.day <= b.Day {
				files[group[x.court]] = append(files[group[x.court]], x.row)
			}
		}
		for _, g := range []string{"中院", "基层一组", "基层二组"} {
			if rows := files[g]; len(rows) > 0 {
				b.Files = append(b.Files, File{Name: fmt.Sprintf("案件-%s-%s.csv", b.Name, g), cases: rows})
			}
		}
		if events := c.eventsBetween(before, b.Day); len(events) > 0 {
			b.Files = append(b.Files, File{Name: fmt.Sprintf("事件-%s.csv", b.Name), events: events})
		}
		before = b.Day
	}
	return out
}

// lines returns what a delivery has of a case: nothing when it did not change since the one
// before, else its row, and a second one where a double is planted.
func (m *matter) lines(before, day civil.Date) []row {
	if !m.known(day) {
		return nil
	}
	isNew := !m.known(before)
	if !isNew && !m.touched(before, day) {
		return nil
	}
	now := row{Case: m.at(day), cells: m.cells(day)}
	if isNew {
		switch m.doubled {
		case identical:
			return []row{now, now}
		case differing:
			other := now
			other.Judge = other.Clerk
			return []row{other, now}
		}
		return []row{now}
	}
	was := m.at(before)
	if same(&was, &now.Case) && len(now.cells) == len(m.cells(before)) && !m.again(before) {
		return nil
	}
	return []row{now}
}

// again makes the delivery after a differing double repeat the right row.
func (m *matter) again(before civil.Date) bool {
	y, month, _ := before.YMD()
	return m.doubled == differing && civil.Month(y, month).Contains(m.entered)
}

// cells are the unreadable cells of the row on a day.
func (m *matter) cells(day civil.Date) map[string]string {
	var out map[string]string
	for _, b := range m.badCells {
		if b.since <= day {
			if out == nil {
				out = map[string]string{}
			}
			out[b.field] = b.text
		}
	}
	return out
}

// touched reports whether anything of the case has a day after before and up to day.
func (m *matter) touched(before, day civil.Date) bool {
	in := func(d civil.Date) bool { return before < d && d <= day }
	for _, d := range [...]civil.Date{
		m.closeKnown, m.HeardOn, m.EffectiveOn, m.AppealedOn, m.TransferredOn, m.AppealClosedOn, m.RetrialAppliedOn,
		m.RetrialOrderedOn, m.RetrialClosedOn, m.EnforcementAppliedOn, m.PublishedOn, m.PetitionOn, m.SuggestionSentOn,
		m.SuggestionAnsweredOn, m.reassigned,
	} {
		if in(d) {
			return true
		}
	}
	for _, p := range m.steps {
		if in(p.from) || in(p.to) {
			return true
		}
	}
	for _, s := range m.slips {
		if in(s.mended) {
			return true
		}
	}
	for _, b := range m.badCells {
		if in(b.since) {
			return true
		}
	}
	return m.again(before)
}

// same compares two records column by column.
func same(a, b *docket.Case) bool {
	for i := range docket.Fields {
		f := &docket.Fields[i]
		equal := false
		switch f.Kind {
		case docket.Text:
			equal = *f.Text(a) == *f.Text(b)
		case docket.Day:
			equal = *f.Day(a) == *f.Day(b)
		case docket.Amount:
			equal = *f.Money(a) == *f.Money(b)
		case docket.Number:
			equal = *f.Number(a) == *f.Number(b)
		case docket.YesNo:
			equal = *f.Flag(a) == *f.Flag(b)
		}
		if !equal {
			return false
		}
	}
	return true
}

// eventsBetween lists the events entered or ended since the delivery before.
func (c *City) eventsBetween(before, day civil.Date) []eventRow {
	var out []eventRow
	for _, st := range c.stories {
		for _, e := range st.events {
			now, ok := eventAt(st.of, e, day)
			if !ok {
				continue
			}
			if was, ok := eventAt(st.of, e, before); ok && was.Until == now.Until {
				continue
			}
			out = append(out, eventRow{court: st.of.Court, caseNo: st.of.CaseNo, Event: now})
		}
	}
	return out
}

// String lists the files of a batch with their rows.
func (b Batch) String() string {
	var names []string
	for _, f := range b.Files {
		names = append(names, fmt.Sprintf("%s (%d)", f.Name, f.Rows()))
	}
	return b.Name + ": " + strings.Join(names, ", ")
}

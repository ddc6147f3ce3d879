package demo

import (
	"fmt"
	"io"
	"maps"
	"strings"

	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/transform"

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
	cases  []docket.Case
	events []eventRow
	old    bool // written by the system before 2021: GB18030, days as 2019/7/1
}

// Rows is the number of lines under the header.
func (f File) Rows() int { return len(f.cases) + len(f.events) }

// Write prints the file: comma, one header line, UTF-8; the yearly files up to 2020 come from
// an older system that wrote GB18030 and days as 2019/7/1.
func (f File) Write(w io.Writer) error {
	if f.events != nil {
		return writeAll(w, eventHeader, len(f.events), func(i int) []string { return f.events[i].record() })
	}
	if !f.old {
		return writeAll(w, header(), len(f.cases), func(i int) []string { return record(&f.cases[i], dayText) })
	}
	out := transform.NewWriter(w, simplifiedchinese.GB18030.NewEncoder())
	if err := writeAll(out, header(), len(f.cases), func(i int) []string { return record(&f.cases[i], slashed) }); err != nil {
		return err
	}
	return out.Close()
}

// oldSystem is the day from which files come in the present form.
var oldSystem = civil.NewDate(2021, 1, 1)

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
		files := map[string][]docket.Case{}
		for _, m := range c.all {
			files[group[m.court]] = append(files[group[m.court]], m.lines(before, b.Day)...)
		}
		for _, x := range c.extra {
			if before < x.day && x.day <= b.Day {
				files[group[x.court]] = append(files[group[x.court]], x.Case)
			}
		}
		for _, g := range []string{"中院", "基层一组", "基层二组"} {
			if rows := files[g]; len(rows) > 0 {
				b.Files = append(b.Files, File{Name: fmt.Sprintf("案件-%s-%s.csv", b.Name, g), cases: rows, old: b.Day < oldSystem})
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
func (m *matter) lines(before, day civil.Date) []docket.Case {
	if !m.known(day) {
		return nil
	}
	if !m.known(before) {
		now := m.at(day)
		switch m.doubled {
		case identical:
			return []docket.Case{now, now}
		case differing:
			other := now
			other.Judge = other.Clerk
			return []docket.Case{now, other}
		}
		return []docket.Case{now}
	}
	if !m.touched(before, day) {
		return nil
	}
	was, now := m.at(before), m.at(day)
	if same(&was, &now) {
		return nil
	}
	return []docket.Case{now}
}

// touched reports whether anything of the case has a day after before and up to day.
func (m *matter) touched(before, day civil.Date) bool {
	in := func(d civil.Date) bool { return before < d && d <= day }
	for _, d := range [...]civil.Date{
		m.closeKnown, m.HeardOn, m.EffectiveOn, m.AppealedOn, m.TransferredOn, m.AppealClosedOn, m.RetrialAppliedOn,
		m.RetrialOrderedOn, m.RetrialClosedOn, m.EnforcementAppliedOn, m.PublishedOn, m.PetitionOn, m.SuggestionSentOn,
		m.SuggestionAnsweredOn, m.reassigned, m.converted,
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
	return false
}

// same compares two records column by column.
func same(a, b *docket.Case) bool {
	for i := range docket.FileFields {
		f := &docket.FileFields[i]
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
	return maps.Equal(a.Extra, b.Extra)
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

package demo

import (
	"slices"
	"strconv"

	"zhunsheng/internal/civil"
	"zhunsheng/internal/docket"
)

// eventsFrom is the day from which the case system exports events; older cases have none.
var eventsFrom = civil.NewDate(2023, 1, 1)

// drawEvents tells the story of every case filed since eventsFrom, in order of days. Refs are
// numbers inside the case. Kinds that close in days have only what an export has of them.
func drawEvents(seed uint64, all []*matter) []storyOf {
	s := newStream(seed, "events")
	var out []storyOf
	for _, m := range all {
		if m.FiledOn < eventsFrom {
			continue
		}
		out = append(out, storyOf{m, m.story(s)})
	}
	return out
}

// storyOf is a case with all its events.
type storyOf struct {
	of     *matter
	events []docket.Event
}

func (m *matter) story(s stream) []docket.Event {
	var out []docket.Event
	add := func(kind string, day, until civil.Date, result string) {
		if day.IsZero() {
			return
		}
		e := docket.Event{CaseKey: m.Key, Kind: kind, Day: day, Until: until, Result: result, EnteredOn: day}
		switch {
		case s.chance(0.004):
			e.EnteredOn = nextWorking(day.AddDays(s.between(20, 70))) // entered long after it happened
		case s.chance(0.25):
			e.EnteredOn = nextWorking(day.AddDays(s.between(1, 4)))
		}
		e.Judge = m.judgeOn(day)
		out = append(out, e)
	}
	if !m.kind.fixed {
		add("filed", m.FiledOn, 0, "")
	}
	add("assigned", addWorking(m.FiledOn, s.between(0, 2)), 0, "")
	add("assigned", m.reassigned, 0, "变更承办人")
	add("heard", m.HeardOn, 0, "")
	if !m.converted.IsZero() {
		add("converted", m.converted, 0, "程序转换裁定书")
		out[len(out)-1].Extra = map[string]string{"转换前程序": word("procedure", "summary"), "转换后程序": word("procedure", "ordinary")}
	}
	for _, p := range m.steps {
		add(p.kind, p.from, p.to, m.document(p))
		out[len(out)-1].Extra = m.told(p)
	}
	if !m.kind.fixed {
		add("closed", m.ClosedOn, 0, "")
	}
	if m.ClosingWay == "judgment" {
		add("served", m.served(s), 0, "判决书")
	}
	add("appealed", m.AppealedOn, 0, "")
	if !m.TransferredOn.IsZero() && m.court > 0 {
		add("transferred", m.TransferredOn, 0, "")
		out[len(out)-1].Court = "藏98"
	}
	add("petition", m.PetitionOn, 0, "")
	slices.SortStableFunc(out, func(a, b docket.Event) int { return int(a.Day - b.Day) })
	for i := range out {
		out[i].Ref = strconv.Itoa(i + 1)
	}
	return out
}

// served is when the last party has the judgment: before an appeal, else within two weeks.
func (m *matter) served(s stream) civil.Date {
	d := addWorking(m.ClosedOn, s.between(1, 7))
	if !m.AppealedOn.IsZero() {
		d = min(d, m.AppealedOn)
	}
	return max(d, m.closeKnown)
}

// judgeOn is who handled the case on a day.
func (m *matter) judgeOn(day civil.Date) string {
	if day < m.reassigned {
		return m.firstJudge
	}
	return m.Judge
}

// eventAt shows an event as known on a day; ok is false while it is not yet entered.
func eventAt(m *matter, e docket.Event, day civil.Date) (_ docket.Event, ok bool) {
	if e.EnteredOn > day || !m.known(day) {
		return docket.Event{}, false
	}
	if e.Until > day {
		e.Until = 0
	}
	return e, true
}

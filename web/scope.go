package web

import (
	"net/url"

	"zhunsheng/internal/access"
	"zhunsheng/internal/fault"
)

// narrow confines who to the court, division and judge that the address names. It never
// widens: an address that reaches beyond the user's own scope is forbidden, not trimmed, so
// that a link sent by a colleague says why it shows nothing. A division or judge that is
// known to belong elsewhere is left over from another choice of court and is dropped.
func narrow(who access.Scope, q url.Values, lists Lists) (access.Scope, error) {
	at := who
	if court := q.Get("court"); court != "" {
		if !who.City && who.Court != court {
			return access.Scope{}, beyond(court)
		}
		at.City, at.Court = false, court
	}
	if at.City || at.Court == "" {
		return at, nil
	}
	division := q.Get("division")
	if home, known := lists.divisionCourt(division); known && home != at.Court && who.Division == "" {
		division = ""
	}
	if division != "" {
		if who.Division != "" && who.Division != division {
			return access.Scope{}, beyond(division)
		}
		at.Division = division
	}
	judge := q.Get("judge")
	if here, known := lists.sat(judge, at.Court); known && !here && who.Judge == "" {
		judge = ""
	}
	if judge != "" {
		if who.Judge != "" && who.Judge != judge {
			return access.Scope{}, beyond(judge)
		}
		at.Judge = judge
	}
	return at, nil
}

func beyond(what string) error {
	return fault.Forbiddenf("%s 不在您的数据范围内 / lies outside your scope", what)
}

func (l Lists) divisionCourt(id string) (court string, known bool) {
	for _, d := range l.Divisions {
		if d.ID == id {
			return d.Court, true
		}
	}
	return "", false
}

// sat reports whether the judge ever was in a post of the court, and whether the roster knows
// the judge at all.
func (l Lists) sat(judge, court string) (here, known bool) {
	for _, p := range l.Judges {
		if p.Judge == judge {
			here, known = here || p.Court == court, true
		}
	}
	return here, known
}

package app

import (
	"cmp"
	"context"
	"maps"
	"math"
	"slices"

	"zhunsheng/internal/access"
	"zhunsheng/internal/civil"
	"zhunsheng/internal/docket"
	"zhunsheng/internal/fault"
	loads "zhunsheng/internal/load"
	"zhunsheng/internal/staffing"
	"zhunsheng/web/page/foresight"
)

// handles is how many cases of a line a judge must have closed in the past year to be taken for one
// who handles it, where the roster names no lines: one a month. Fewer are cases taken over from
// somebody, or entered wrongly.
const handles = 12

// evidence is the lines of which judges closed enough cases in the past year.
func (a foresightDesk) evidence(ctx context.Context, w *workload) (map[string][]string, error) {
	closed, err := a.weigh(ctx, access.System(), w.weights, "closed", "judge", w.year)
	if err != nil {
		return nil, err
	}
	out := map[string][]string{}
	for _, key := range sortedPairs(closed.lines) {
		if closed.lines[key].cases >= handles {
			out[key[0]] = append(out[key[0]], key[1])
		}
	}
	return out, nil
}

// nameJudges puts the judges of the roster into a problem: those in post on the day, each with the
// time left until the end of the year. What is lent already to another court is there to stay.
func (a foresightDesk) nameJudges(ctx context.Context, w *workload, wish foresight.Wish, p *staffing.Problem) error {
	known, err := a.evidence(ctx, w)
	if err != nil {
		return err
	}
	courts := map[string]bool{}
	for i := range p.Courts {
		p.Courts[i].Judges, courts[p.Courts[i].ID] = 0, true
	}
	for _, x := range inPost(w.lists.roster, w.day) {
		j := staffing.Judge{ID: x.Judge, Court: x.Court, Lines: x.Lines, Languages: x.Languages, Stays: x.Stays}
		if len(j.Lines) == 0 {
			j.Lines = known[x.Judge]
		}
		j.Lines, j.Languages = a.sortedCodes("line", j.Lines), a.sortedCodes(docket.LanguageWords, j.Languages)
		for _, c := range x.Avoid {
			if courts[c] {
				j.Avoid = append(j.Avoid, c)
			}
		}
		slices.Sort(j.Avoid)
		p.Judges = append(p.Judges, parts(j, w.now.Judges[x.Judge], courts)...)
	}
	if len(p.Judges) == 0 {
		return fault.Invalidf("花名册中没有在岗的员额法官，不能按人员求解 / the roster has no judges in post: nobody can be planned by name")
	}
	counted := map[string]int{}
	for _, j := range p.Judges {
		counted[j.Court]++
	}
	for i := range p.Courts {
		p.Courts[i].MinJudges = min(wish.Least, counted[p.Courts[i].ID])
	}
	for _, n := range wish.Needs {
		if !courts[n.Court] {
			return fault.Invalidf("%s没有未结案件，不在方案之内，请删去对该院的需求 / %s has no pending cases and takes no part in the plan: leave out what is asked for it",
				cmp.Or(w.lists.court[n.Court].Name, n.Court), n.Court)
		}
	}
	p.Needs = wish.Needs
	return nil
}

// inPost lists the postings of the quota judges in post on a day, in the order of the roster.
func inPost(roster []docket.Posting, day civil.Date) (out []docket.Posting) {
	seen := map[string]bool{}
	for _, x := range roster {
		if x.Post == loads.QuotaJudge && x.From <= day && (x.To.IsZero() || x.To >= day) && !seen[x.Judge] {
			seen[x.Judge] = true
			out = append(out, x)
		}
	}
	return out
}

// parts are a judge at the courts that have the judge's time, in whole hundredths of full time: at
// the own court to be planned, elsewhere to stay. A judge with no time is nobody's.
func parts(j staffing.Judge, at map[loads.Place]float64, courts map[string]bool) (out []staffing.Judge) {
	time := map[string]float64{}
	for place, t := range at {
		time[place.Court] += t
	}
	for _, court := range slices.Sorted(maps.Keys(time)) {
		share := math.Round(100*time[court]) / 100
		if share <= 0 || !courts[court] {
			continue
		}
		part := j
		if part.Capacity = nil; share < 1 {
			part.Capacity = &share
		}
		if court != j.Court {
			part.ID, part.Court, part.Stays, part.Avoid = j.ID+lentTo+court, court, true, nil
		}
		out = append(out, part)
	}
	return out
}

// lentTo stands between a judge and the court that has part of the judge's time already.
const lentTo = "@"

// sortedCodes puts codes into the order of their vocabulary, others behind, so that judges of the
// same lines are the same to the solver.
func (a foresightDesk) sortedCodes(field string, codes []string) []string {
	order := map[string]int{}
	for i, t := range a.words.Terms(field) {
		order[t.Code] = i - len(a.words.Terms(field))
	}
	out := slices.Clone(codes)
	slices.SortFunc(out, func(x, y string) int { return cmp.Or(cmp.Compare(order[x], order[y]), cmp.Compare(x, y)) })
	return slices.Compact(out)
}

// Asking implements [foresight.Source].
func (a foresightDesk) Asking(ctx context.Context, at access.Scope) (foresight.Asking, error) {
	var out foresight.Asking
	if err := cityOnly(at); err != nil {
		return out, err
	}
	l, err := a.officeLists(ctx)
	if err != nil {
		return out, err
	}
	for _, t := range a.words.Terms("line") {
		out.Lines = append(out.Lines, t.Code)
	}
	for _, x := range l.roster {
		out.Languages = append(out.Languages, x.Languages...)
	}
	out.Languages = a.sortedCodes(docket.LanguageWords, out.Languages)
	return out, nil
}

// alike reports whether another judge, who stays, could go in the place of one who is moved: with
// the two exchanged every rule is kept as before, and the plan is worth the same.
func alike(p *staffing.Problem, m staffing.Move, gone, other *staffing.Judge, courts map[string]*staffing.Court) bool {
	if other.Court != gone.Court || other.Time() != gone.Time() || !p.MayMove(other, courts[m.To], courts[m.From]) {
		return false
	}
	return !slices.ContainsFunc(p.Needs, func(n staffing.Need) bool {
		return (n.Court == m.From || n.Court == m.To) && n.Met(other) != n.Met(gone)
	})
}

// exchanges lists for every judge moved the judges who stay and could go as well, in roster order.
func exchanges(p *staffing.Problem, plan *staffing.Plan) map[string][]string {
	moved, courts, out := map[string]staffing.Move{}, map[string]*staffing.Court{}, map[string][]string{}
	for _, m := range plan.Moves {
		moved[m.Judge] = m
	}
	for i := range p.Courts {
		courts[p.Courts[i].ID] = &p.Courts[i]
	}
	for i := range p.Judges {
		j := &p.Judges[i]
		m, gone := moved[j.ID]
		for k := range p.Judges {
			other := &p.Judges[k]
			if _, goes := moved[other.ID]; gone && !goes && alike(p, m, j, other, courts) {
				out[j.ID] = append(out[j.ID], other.ID)
			}
		}
	}
	return out
}

// byName says of every judge moved who that is, why, and who could go as well.
func byName(p *staffing.Problem, plan *staffing.Plan, w *workload) (out []foresight.Sent) {
	moved, instead, each := map[string]staffing.Move{}, exchanges(p, plan), loadEach(p)
	for _, m := range plan.Moves {
		moved[m.Judge] = m
	}
	division := map[string]string{}
	for _, x := range inPost(w.lists.roster, w.day) {
		division[x.Judge] = x.Division
	}
	for i := range p.Judges { // judges in the order of the roster, then courts in theirs
		j := &p.Judges[i]
		m, gone := moved[j.ID]
		if !gone {
			continue
		}
		s := foresight.Sent{Move: m, Division: division[j.ID], Lines: j.Lines, Languages: j.Languages, Time: j.Time(),
			Lender: each[m.From], Receiver: each[m.To], Alike: instead[j.ID]}
		for _, n := range p.Needs {
			if n.Court == m.To && n.Met(j) {
				s.Meets = append(s.Meets, n)
			}
		}
		out = append(out, s)
	}
	slices.SortStableFunc(out, func(x, y foresight.Sent) int { return w.lists.compare(x.From, y.From) })
	return out
}

// timeOf is the time of the judges of a problem by court, in full-time judges.
func timeOf(p *staffing.Problem) map[string]float64 {
	out := map[string]float64{}
	for i := range p.Judges {
		out[p.Judges[i].Court] += p.Judges[i].Time()
	}
	if len(p.Judges) == 0 {
		for _, c := range p.Courts {
			out[c.ID] = float64(c.Judges)
		}
	}
	return out
}

// loadEach is the load of a full-time judge by court before the moves; 0 where there is none.
func loadEach(p *staffing.Problem) map[string]float64 {
	out := timeOf(p)
	for _, c := range p.Courts {
		if out[c.ID] > 0 {
			out[c.ID] = c.Load / out[c.ID]
		}
	}
	return out
}

// movedTime is the time that moves bring to a court, below zero: take from it.
func movedTime(p *staffing.Problem, moves []staffing.Move, court string) (sum float64) {
	time := map[string]float64{}
	for i := range p.Judges {
		time[p.Judges[i].ID] = p.Judges[i].Time()
	}
	for i := range moves {
		t := float64(moves[i].Size())
		if moves[i].Judge != "" {
			t = time[moves[i].Judge]
		}
		if moves[i].To == court {
			sum += t
		}
		if moves[i].From == court {
			sum -= t
		}
	}
	return sum
}

// met counts who meets each need, before and after the moves.
func met(p *staffing.Problem, moves []staffing.Move) (out []foresight.Met) {
	to := map[string]string{}
	for _, m := range moves {
		to[m.Judge] = m.To
	}
	for _, n := range p.Needs {
		x := foresight.Met{Need: n}
		for i := range p.Judges {
			j := &p.Judges[i]
			if !n.Met(j) {
				continue
			}
			x.All++
			if j.Court == n.Court {
				x.Before++
			}
			if cmp.Or(to[j.ID], j.Court) == n.Court {
				x.After++
			}
		}
		out = append(out, x)
	}
	return out
}

// astray finds courts to be avoided that are none of the office's: a code written wrongly.
func astray(l *lists, day civil.Date) map[string][]string {
	out := map[string][]string{}
	for _, x := range inPost(l.roster, day) {
		for _, c := range x.Avoid {
			if _, known := l.court[c]; !known {
				out[x.Judge] = append(out[x.Judge], c)
			}
		}
	}
	return out
}

package foresight

import (
	"context"
	"maps"
	"slices"
	"strings"

	"github.com/a-h/templ"

	"zhunsheng/internal/civil"
	"zhunsheng/internal/staffing"
	"zhunsheng/web/ui"
)

// coded are codes with their names.
func coded(v *ui.View, field string, codes []string) (out []ui.Option) {
	for _, c := range codes {
		out = append(out, ui.Option{Value: c, Label: v.Names(field, c)})
	}
	return out
}

// wrongField are the attributes of a field that holds what cannot be.
func wrongField(m boardModel, name string) templ.Attributes {
	if m.Bad[name] == "" {
		return nil
	}
	return templ.Attributes{"aria-invalid": "true", "aria-describedby": name + "-error"}
}

// refusing writes a refusal as a parameter.
func refusing(r staffing.Refusal) string {
	if r.Judge != "" {
		return judgeRefused + r.Judge
	}
	return r.From + ">" + r.To
}

// refusal is a way that nobody takes, or a judge who does not go, in words.
func refusal(v *ui.View, text string) string {
	if judge, ok := strings.CutPrefix(text, judgeRefused); ok {
		return v.Names("judge", judge)
	}
	from, to, _ := strings.Cut(text, ">")
	return v.Names("court", from) + " → " + v.Names("court", to)
}

// limits prints conditions in the reader's language.
func limits(v *ui.View, list []Limit, b Board, wish Wish) (out []string) {
	for _, l := range list {
		switch {
		case l.Need != nil:
			out = append(out, need(v, *l.Need))
		case l.Rule == "max_moves":
			out = append(out, v.T("foresight.rule.max_moves", "N", wish.MaxMoves))
		case l.Rule == "max_lend_share":
			out = append(out, v.T("foresight.rule.max_lend_share", "N", ui.Decimal(100*wish.Share, 0)))
		case l.Rule == "min_judges":
			out = append(out, v.T("foresight.rule.min_judges", "N", wish.Least))
		case l.Rule != "":
			out = append(out, v.T("foresight.rule."+l.Rule))
		default:
			out = append(out, named(v, half(v, l.Text), b))
		}
	}
	return out
}

// need is a need in words, with who could meet it.
func need(v *ui.View, m Met) string {
	return v.T("foresight.need_of", "Court", v.Names("court", m.Court), "What", asks(v, m.Need), "N", m.AtLeast, "Have", m.Before, "All", m.All)
}

// asks is what a need asks of a judge.
func asks(v *ui.View, n staffing.Need) string {
	if len(n.Lines)+len(n.Languages) == 0 {
		return v.T("foresight.anybody")
	}
	return list(v, "line", n.Lines, list(v, "language", n.Languages))
}

// list names codes, and what stands behind them.
func list(v *ui.View, field string, codes []string, more ...string) string {
	var out []string
	for _, c := range codes {
		out = append(out, v.Names(field, c))
	}
	for _, m := range more {
		if m != "" {
			out = append(out, m)
		}
	}
	return strings.Join(out, v.T("list.comma"))
}

// shownAlike is how many of the judges who could go as well are named.
const shownAlike = 5

// names lists who goes where, why, who could go as well, and what happens when somebody says no.
func (m *boardModel) names(v *ui.View, b Board) {
	m.Moves = table{ID: "moves", Title: v.T("foresight.moves"), Heads: []string{v.T("field.judge"), v.T("field.division"), v.T("foresight.way"), v.T("foresight.lines"), v.T("foresight.languages"),
		v.T("foresight.hours"), v.T("foresight.because"), v.T("foresight.alike")}}
	m.Wide = 2
	m.Notes = []string{v.T("foresight.lines_note", "N", b.Evidence)}
	hours := (&staffing.Problem{Travel: b.Travel}).Costs()
	for _, s := range b.Sent {
		far := cell{Text: ui.None}
		if len(b.Travel) > 0 {
			far.Text = ui.Decimal(hours(s.From, s.To), 1)
		}
		name := v.Names("judge", s.Judge)
		if s.Time < 1 {
			name += v.T("foresight.part", "Share", ui.Decimal(100*s.Time, 0))
		}
		m.Moves.Rows = append(m.Moves.Rows, row{Name: name, Cells: []cell{{Text: v.Names("division", s.Division)}, {Text: way(v, s.Move)}, {Text: dash(list(v, "line", s.Lines))},
			{Text: dash(list(v, "language", s.Languages))}, far, {Text: because(v, s)}, {Text: alike(v, s.Alike)}}})
		m.Refuse = append(m.Refuse, address(v, "/foresight/plan", with(m.Asked, "refused", judgeRefused+s.Judge)))
	}
	if slices.ContainsFunc(b.Sent, func(s Sent) bool { return len(s.Alike) > 0 }) {
		m.Notes = append(m.Notes, v.T("foresight.alike_note"))
	}
	if len(b.Met) > 0 {
		t := table{ID: "needs", Title: v.T("foresight.needs"), Note: v.T("foresight.needs_note"), Heads: []string{v.T("field.court"), v.T("foresight.need_what"), v.T("foresight.need_least"), v.T("foresight.need_before"), v.T("foresight.need_after"), v.T("foresight.need_all")}}
		for _, x := range b.Met {
			after := ui.Count(int64(x.After))
			if b.Plan.Status == "infeasible" {
				after = ui.None
			}
			t.Rows = append(t.Rows, row{Name: v.Names("court", x.Court), Cells: []cell{{Text: asks(v, x.Need)}, {Text: ui.Count(int64(x.AtLeast))}, {Text: ui.Count(int64(x.Before))}, {Text: after}, {Text: ui.Count(int64(x.All))}}})
		}
		m.Met = &t
	}
	for _, j := range slices.Sorted(maps.Keys(b.Astray)) {
		m.Astray = append(m.Astray, v.T("foresight.astray", "Judge", v.Names("judge", j), "Codes", strings.Join(b.Astray[j], v.T("list.comma"))))
	}
}

func dash(text string) string {
	if text == "" {
		return ui.None
	}
	return text
}

// because says why a judge is sent: the loads of both courts before, and the needs met.
func because(v *ui.View, s Sent) string {
	receiver := v.T("foresight.no_judge")
	if s.Receiver > 0 {
		receiver = ui.Decimal(s.Receiver, 1)
	}
	text := v.T("foresight.sent_because", "Lender", ui.Decimal(s.Lender, 1), "Receiver", receiver)
	for _, n := range s.Meets {
		text += v.T("list.semicolon") + v.T("foresight.sent_meets", "What", asks(v, n))
	}
	return text
}

// alike names some of those who could go as well.
func alike(v *ui.View, judges []string) string {
	if len(judges) == 0 {
		return ui.None
	}
	names := list(v, "judge", judges[:min(len(judges), shownAlike)])
	if len(judges) > shownAlike {
		return v.T("foresight.alike_more", "Names", names, "N", len(judges))
	}
	return names
}

// who lists judges with their ways; names are those kept with a decision, nil: of the roster.
func who(v *ui.View, moves []staffing.Move, names map[string]string) string {
	var out []string
	for _, m := range moves {
		if m.Judge == "" {
			out = append(out, way(v, m)+" "+ui.Count(int64(m.Size())))
			continue
		}
		name := names[m.Judge]
		if name == "" {
			name = v.Names("judge", m.Judge)
		}
		out = append(out, name+" "+way(v, m))
	}
	return dash(strings.Join(out, v.T("list.semicolon")))
}

// loans compares times of the loan when asked for, and says where they are compared.
func (p *Pages) loans(ctx context.Context, v *ui.View, wish Wish, asked bool, m *boardModel) error {
	at := with(m.Asked, "asked", "1")
	at.Set("loans", "1")
	m.LoansAt = address(v, "/foresight/plan", at) + "#loans"
	if !asked {
		return nil
	}
	all, err := p.source.Loans(ctx, v.At, wish)
	if err != nil {
		return err
	}
	t := table{ID: "loans", Title: v.T("foresight.loans"), Note: v.T("foresight.loans_note"), Heads: []string{v.T("foresight.loan_time"), v.T("foresight.loan_months"), v.T("foresight.largest"), v.T("foresight.moves_count"), v.T("foresight.lent_months"), v.T("foresight.proof")}}
	for _, x := range all {
		q := with(m.Asked, "asked", "1")
		q.Set("lend_from", monthText(x.Loan.From))
		q.Set("lend_until", monthText(x.Loan.To))
		q.Set("loans", "1")
		r := row{Name: monthText(x.Loan.From) + " – " + monthText(x.Loan.To), Link: address(v, "/foresight/plan", q), On: x.Loan == wish.Loan}
		r.Cells = []cell{{Text: ui.Decimal(x.Months, 1)}, {Text: ui.None}, {Text: ui.None}, {Text: ui.None}, {Text: v.T("foresight.status." + x.Plan.Status)}}
		if x.Plan.Status == "optimal" || x.Plan.Status == "feasible" {
			r.Cells[1].Text, r.Cells[2].Text = ui.Decimal(x.Plan.Objective.MaxLoad, 1), ui.Count(int64(x.Plan.Objective.Moves))
			r.Cells[3].Text = ui.Decimal(x.Months*float64(x.Plan.Objective.Moves), 1)
			if !x.Sound {
				r.Cells[4].Text = v.T("foresight.objected")
			}
		}
		t.Rows = append(t.Rows, r)
	}
	m.Loans = &t
	return nil
}

// monthText writes the month of a day as the form does.
func monthText(d civil.Date) string {
	y, m, _ := d.YMD()
	return civil.Month(y, m).String()
}

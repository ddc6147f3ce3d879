package foresight

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"zhunsheng/internal/civil"
	"zhunsheng/internal/fault"
	"zhunsheng/internal/staffing"
	"zhunsheng/internal/whatif"
	"zhunsheng/web/ui"
)

// boardModel is the view model of the planning board.
type boardModel struct {
	Lead     string
	Asked    url.Values
	Options  []ui.Option // courts, in administrative order
	Failures []string
	Bad      map[string]string // by field of the form
	Rows     []int             // of needs
	Needs    []ui.Param        // typed while planning by name, kept while planning by number
	Lines    []ui.Option       // that a need can ask for
	Speak    []ui.Option

	Answer   bool
	State    string
	Sound    bool // optimal and without objection
	Proof    string
	Sentence string
	Loan     string
	Travel   string

	TravelUnverified bool

	Courts   table
	Moves    table
	Refuse   []string // address of the board without each move
	Wide     int      // last columns of moves, which hold sentences
	Notes    []string // under the moves
	Astray   []string
	Met      *table
	Loans    *table
	LoansAt  string // address of the board with the loan times compared
	Binding  []string
	Conflict []string
	Others   table
	Fates    table
	Plot     *ui.Drawing
	Drawn    string
	Oldest   string // the most cases over twelve months that the drawn court may expect

	Keep     string // address that keeps this plan beside another
	Beside   *table // this plan and the one kept
	Paper    string
	May      bool
	Hidden   []ui.Param
	Followed []followed
}

// followed is a plan that was adopted, with what came.
type followed struct {
	Head, Text string
	Table      table
}

// Plan answers GET /foresight/plan.
func (p *Pages) Plan(w http.ResponseWriter, r *http.Request, v *ui.View) error {
	if v.AsOf.Day.IsZero() {
		return ui.Render(w, r, http.StatusOK, empty(v))
	}
	m, status, err := p.board(r.Context(), v, v.Query)
	if err != nil {
		return err
	}
	return ui.Render(w, r, status, boardPage(v, m))
}

func (p *Pages) board(ctx context.Context, v *ui.View, q url.Values) (boardModel, int, error) {
	m := boardModel{Lead: v.T("foresight.plan_lead"), Asked: asked(q), Options: v.Courts, Drawn: q.Get("drawn"), Oldest: "100"}
	can, err := p.source.Asking(ctx, v.At)
	if err != nil {
		return m, 0, fmt.Errorf("planning board: %w", err)
	}
	m.Rows, m.Lines, m.Speak = needRows(m.Asked), coded(v, "line", can.Lines), coded(v, "language", can.Languages)
	for _, name := range slices.Sorted(maps.Keys(m.Asked)) {
		for _, value := range m.Asked[name] {
			if needParam.MatchString(name) {
				m.Needs = append(m.Needs, ui.Param{Name: name, Value: value})
			}
		}
	}
	wish, err := wishOf(v, m.Asked, can)
	if err != nil {
		m.Failures, m.Bad = sentences(err), fields(err)
		return m, http.StatusUnprocessableEntity, nil
	}
	b, err := p.source.Board(ctx, v.At, wish, m.Drawn)
	if errors.Is(err, fault.Invalid) {
		m.Failures = sentences(err)
		return m, http.StatusUnprocessableEntity, nil
	}
	if err != nil {
		return m, 0, fmt.Errorf("planning board: %w", err)
	}
	m.answer(v, b, wish)
	if err := p.loans(ctx, v, wish, q.Get("loans") != "", &m); err != nil {
		return m, 0, err
	}
	if text := q.Get("beside"); text != "" {
		if err := p.beside(ctx, v, text, b, can, &m); err != nil {
			return m, 0, err
		}
	}
	adopted, err := p.source.Adopted(ctx, v.At)
	if err != nil {
		return m, 0, err
	}
	for _, a := range slices.Backward(adopted) {
		m.Followed = append(m.Followed, follow(v, a))
	}
	return m, http.StatusOK, nil
}

func sentences(err error) []string { return strings.Split(err.Error(), "\n") }

// answer prints a board.
func (m *boardModel) answer(v *ui.View, b Board, wish Wish) {
	m.Answer = true
	m.Sound = b.Plan.Status == "optimal" && len(b.Objections) == 0
	m.State = v.T("foresight.status." + b.Plan.Status)
	m.Proof = v.T("foresight.proof.search")
	if b.Confirmed {
		m.Proof = v.T("foresight.proof.count")
	}
	for _, o := range b.Objections {
		m.Failures = append(m.Failures, named(v, half(v, o), b))
	}
	m.Binding, m.Conflict = limits(v, b.Binding, b, wish), limits(v, b.Conflict, b, wish)
	m.Sentence = sentence(v, b)
	if len(b.Plan.Moves) > 0 || !b.Loan.From.IsZero() {
		m.Loan = loan(v, b)
	}
	if len(b.Travel) > 0 && len(b.Plan.Moves) > 0 {
		m.Travel = v.T("foresight.travel", "Hours", ui.Decimal(b.Plan.Objective.Travel, 1), "Source", b.TravelFrom.Source.String())
		m.TravelUnverified = !b.TravelFrom.Verified()
	}
	if m.Drawn == "" {
		m.Drawn = gains(b)
	}
	m.Courts = courtTable(v, b)
	m.Fates = fateTable(v, b)
	if wish.Named {
		m.names(v, b)
	} else {
		m.moves(v, b)
	}
	m.others(v, b)
	for _, f := range b.Courts {
		if f.Code == m.Drawn && f.Without != nil {
			drawn := fates(v, b, f)
			m.Plot = &drawn
			m.Oldest = oldest(f)
		}
	}
	m.Paper = address(v, "/foresight/plan/paper", m.Asked)
	kept := url.Values{"beside": {m.Asked.Encode()}}
	for name, values := range m.Asked {
		kept[name] = values
	}
	m.Keep = address(v, "/foresight/plan", kept)
	m.May = v.Who.Can("plan_staffing") && v.At.City && m.Sound && len(b.Plan.Moves) > 0
	for _, name := range slices.Sorted(maps.Keys(m.Asked)) {
		for _, value := range m.Asked[name] {
			m.Hidden = append(m.Hidden, ui.Param{Name: name, Value: value})
		}
	}
}

// loan says when lent judges are away.
func loan(v *ui.View, b Board) string {
	p, share := b.Loan, b.LoanShare
	if p.From.IsZero() {
		return v.T("foresight.loan_open", "From", b.Rest.From.String(), "To", b.Rest.To.String())
	}
	return v.T("foresight.loan", "From", p.From.String(), "To", p.To.String(), "Share", ui.Decimal(100*share, 0))
}

// gains is the first court that the plan sends judges to; none, when it moves nobody.
func gains(b Board) string {
	for _, c := range b.Courts {
		if c.After > c.Judges {
			return c.Code
		}
	}
	return ""
}

// oldest is a round number that a court's cases over twelve months stay below without a change.
func oldest(f Fate) string {
	most := 0.0
	for _, b := range f.Without.Over12 {
		most = max(most, b.Hi80)
	}
	return strconv.Itoa(10 * int(math.Ceil(max(most, 1)/10)))
}

// half is the reader's language of a sentence written as "中文 / English".
func half(v *ui.View, s string) string {
	zh, en, both := strings.Cut(s, " / ")
	if !both || strings.HasPrefix(v.Lang, "zh") {
		return zh
	}
	return en
}

// named puts the names of courts in the place of their codes, longest codes first.
func named(v *ui.View, s string, b Board) string {
	pairs := []string{"max_moves", v.T("foresight.max"), "max_lend_share", v.T("foresight.lend_share"), "min_judges", v.T("foresight.least")}
	for level := range 5 { // groups are levels
		text, name := "level "+strconv.Itoa(level), v.T("level."+strconv.Itoa(level))
		pairs = append(pairs, "group "+text, name, text, name)
	}
	for _, x := range b.Sent {
		pairs = append(pairs, x.Judge, v.Names("judge", x.Judge))
	}
	courts := slices.Clone(b.Courts)
	slices.SortStableFunc(courts, func(x, y Fate) int { return len(y.Code) - len(x.Code) })
	for _, c := range courts {
		pairs = append(pairs, c.Code, v.Names("court", c.Code))
	}
	return strings.NewReplacer(pairs...).Replace(s)
}

// sentence says in one line what the plan does.
func sentence(v *ui.View, b Board) string {
	switch b.Plan.Status {
	case "infeasible":
		return v.T("foresight.infeasible")
	case "unknown":
		return v.T("foresight.unknown")
	}
	before := 0.0
	for _, c := range b.Courts {
		if c.Time > 0 {
			before = max(before, c.Load/c.Time)
		}
	}
	return v.T("foresight.sentence", "To", b.Rest.To.String(), "Before", ui.Decimal(before, 1), "After", ui.Decimal(b.Plan.Objective.MaxLoad, 1), "N", b.Plan.Objective.Moves)
}

func courtTable(v *ui.View, b Board) table {
	t := table{ID: "courts", Title: v.T("foresight.courts"), Note: v.T("table.fixed_order"), Heads: []string{v.T("field.court"), v.T("volume.pending"), v.T("foresight.load"), v.T("foresight.judges"), v.T("foresight.each"), v.T("foresight.moved"), v.T("foresight.after"), v.T("foresight.each_after")}}
	for _, c := range b.Courts {
		link := string(v.To("/cases", "set", "volume", "indicator", "pending", "side", "numerator", "period", civil.Period{From: b.Day, To: b.Day}.String(), "court", c.Code))
		r := row{Name: v.Names("court", c.Code), Cells: []cell{{ui.Count(c.Pending), link}, {Text: ui.Decimal(c.Load, 0)}, {Text: present(c)}, eachOf(c.Load, c.Time),
			{Text: ui.Signed(int64(c.After - c.Judges))}, {Text: ui.Count(int64(c.After))}, eachOf(c.Load, c.Present)}}
		t.Rows = append(t.Rows, r)
	}
	return t
}

// present is the number of judges of a court, with their time where it is not all of it.
func present(c Fate) string {
	if math.Abs(c.Time-float64(c.Judges)) < 0.005 {
		return ui.Count(int64(c.Judges))
	}
	return ui.Count(int64(c.Judges)) + " (" + ui.Decimal(c.Time, 1) + ")"
}

func eachOf(load, judges float64) cell {
	if judges <= 0 {
		return cell{Text: ui.None}
	}
	return cell{Text: ui.Decimal(load/judges, 1)}
}

// moves lists who goes where, why, and what happens when one of them says no.
func (m *boardModel) moves(v *ui.View, b Board) {
	m.Moves = table{ID: "moves", Title: v.T("foresight.moves"), Heads: []string{v.T("foresight.way"), v.T("foresight.judges"), v.T("foresight.hours"), v.T("foresight.because")}}
	m.Wide = 1
	hours := (&staffing.Problem{Travel: b.Travel}).Costs()
	for _, x := range b.Plan.Moves {
		far := cell{Text: ui.None}
		if len(b.Travel) > 0 {
			far.Text = ui.Decimal(hours(x.From, x.To), 1)
		}
		m.Moves.Rows = append(m.Moves.Rows, row{Name: way(v, x), Cells: []cell{{Text: ui.Count(int64(x.Size()))}, far, {Text: named(v, half(v, x.Reason), b)}}})
		m.Refuse = append(m.Refuse, address(v, "/foresight/plan", with(m.Asked, "refused", refusing(staffing.Refusal{From: x.From, To: x.To}))))
	}
}

// others says what happens when a move is refused.
func (m *boardModel) others(v *ui.View, b Board) {
	m.Others = table{ID: "others", Title: v.T("foresight.others"), Note: v.T("foresight.others_note"), Heads: []string{v.T("foresight.if_refused"), v.T("foresight.largest"), v.T("foresight.more"), v.T("foresight.moves_count"), v.T("foresight.instead")}}
	for _, x := range b.Others {
		var names []string
		wish := m.Asked
		for _, r := range x.All() {
			names = append(names, refusal(v, refusing(r)))
			wish = with(wish, "refused", refusing(r))
		}
		r := row{Name: strings.Join(names, v.T("list.semicolon")), Link: address(v, "/foresight/plan", wish)}
		if x.Status != "optimal" && x.Status != "feasible" {
			r.Cells = []cell{{Text: v.T("foresight.status." + x.Status)}, {Text: ui.None}, {Text: ui.None}, {Text: ui.None}}
		} else {
			r.Cells = []cell{{Text: ui.Decimal(x.Objective.MaxLoad, 1)}, {Text: signed(x.Objective.MaxLoad-b.Plan.Objective.MaxLoad, 1)}, {Text: ui.Count(int64(x.Objective.Moves))}, {Text: instead(v, b, x.Moves)}}
		}
		m.Others.Rows = append(m.Others.Rows, r)
	}
}

// instead lists the ways of a plan, or with names the judges that the plan shown does not move.
func instead(v *ui.View, b Board, moves []staffing.Move) string {
	var out []string
	for _, y := range moves {
		switch {
		case y.Judge == "":
			out = append(out, way(v, y)+" "+ui.Count(int64(y.Size())))
		case !slices.ContainsFunc(b.Plan.Moves, func(x staffing.Move) bool { return x.Judge == y.Judge && x.To == y.To }):
			out = append(out, v.Names("judge", y.Judge)+" "+way(v, y))
		}
	}
	if len(out) == 0 {
		return ui.None
	}
	return strings.Join(out, v.T("list.semicolon"))
}

// short texts stay on one line in a table of words, long ones break in a table of numbers.
func short(text string) bool { return utf8.RuneCountInString(text) <= 9 }
func long(text string) bool  { return utf8.RuneCountInString(text) > 30 }

func way(v *ui.View, x staffing.Move) string {
	return v.Names("court", x.From) + " → " + v.Names("court", x.To)
}

// ends are the months that the table of fates shows: after half a year and after a year.
var ends = []int{5, 11}

// fateTable shows the courts that change, without and with the plan.
func fateTable(v *ui.View, b Board) table {
	t := table{ID: "fates", Title: v.T("foresight.fates"), Note: v.T("foresight.fates_note"), Heads: []string{v.T("field.court"), v.T("foresight.month"), v.T("foresight.case"),
		v.T("volume.pending"), v.T("foresight.range80"), v.T("foresight.over12"), v.T("foresight.in_time"), v.T("foresight.rate")}}
	for _, c := range b.Courts {
		if c.Without == nil {
			continue
		}
		for _, h := range ends {
			if h >= len(b.Ahead) {
				continue
			}
			for _, x := range []struct {
				label string
				out   *whatif.Outcome
			}{{v.T("foresight.without"), c.Without}, {v.T("foresight.with"), c.With}} {
				o := x.out
				t.Rows = append(t.Rows, row{Name: v.Names("court", c.Code), Cells: []cell{{Text: b.Ahead[h].String()}, {Text: x.label}, {Text: whole(o.Pending[h].Mean)}, {Text: span(o.Pending[h].Lo80, o.Pending[h].Hi80)},
					{Text: whole(o.Over12[h].Mean) + " (" + span(o.Over12[h].Lo80, o.Over12[h].Hi80) + ")"}, share(o.InTime[h]), share(o.Rate[h])}})
			}
		}
	}
	return t
}

func share(b whatif.Band) cell {
	if b.Mean != b.Mean { // no case with a limit
		return cell{Text: ui.None}
	}
	return cell{Text: ui.Decimal(100*b.Mean, 1) + "% (" + ui.Decimal(100*b.Lo80, 1) + "–" + ui.Decimal(100*b.Hi80, 1) + ")"}
}

// beside puts another plan next to the one shown.
func (p *Pages) beside(ctx context.Context, v *ui.View, text string, here Board, can Asking, m *boardModel) error {
	q, err := url.ParseQuery(text)
	if err != nil {
		return fault.At("beside", v.T("foresight.bad_beside"), "")
	}
	wish, err := wishOf(v, asked(q), can)
	if err != nil {
		return err
	}
	other, err := p.source.Board(ctx, v.At, wish, m.Drawn)
	if err != nil {
		return err
	}
	t := table{ID: "beside", Title: v.T("foresight.beside"), Heads: []string{v.T("foresight.measure"), v.T("foresight.this"), v.T("foresight.kept_plan")}}
	add := func(label string, of func(Board) string) {
		t.Rows = append(t.Rows, row{Name: label, Cells: []cell{{Text: of(here)}, {Text: of(other)}}})
	}
	add(v.T("foresight.proof"), func(b Board) string { return v.T("foresight.status." + b.Plan.Status) })
	add(v.T("foresight.largest"), func(b Board) string { return ui.Decimal(b.Plan.Objective.MaxLoad, 1) })
	add(v.T("foresight.moves_count"), func(b Board) string { return strconv.Itoa(b.Plan.Objective.Moves) })
	if loan := func(b Board) string { return loan(v, b) }; loan(here) != loan(other) {
		add(v.T("foresight.loan_time"), loan)
	}
	if len(here.Sent)+len(other.Sent) > 0 {
		add(v.T("foresight.sent_who"), func(b Board) string { return who(v, b.Plan.Moves, nil) })
	}
	for i, c := range here.Courts {
		if i < len(other.Courts) && c.After != other.Courts[i].After {
			add(v.Names("court", c.Code)+" · "+v.T("foresight.after"), func(b Board) string { return strconv.Itoa(b.Courts[i].After) })
		}
	}
	m.Beside = &t
	m.Hidden = append(m.Hidden, ui.Param{Name: "beside", Value: text})
	return nil
}

// follow holds what came after a move against what was expected without it.
func follow(v *ui.View, a Adopted) followed {
	f := followed{Head: v.T("foresight.adopted", "Day", ui.Day(civil.FromTime(a.At)), "Who", a.Who), Text: a.Reason}
	if a.Loan != nil {
		f.Text += " " + v.T("foresight.loan_adopted", "From", a.Loan.From, "To", a.Loan.Until)
	} else {
		f.Text += " " + v.T("foresight.loan_open_adopted", "From", a.Origin.AddDays(1).String())
	}
	if len(a.Names) > 0 {
		f.Text += " " + v.T("foresight.names_adopted", "Names", who(v, a.Moves, a.Names))
	}
	f.Table = table{ID: "followed", Title: v.T("foresight.followed"), Note: v.T("foresight.followed_note", "Day", a.Origin.String()), Heads: []string{v.T("field.court"), v.T("foresight.moved")}}
	for _, m := range a.Ahead {
		f.Table.Heads = append(f.Table.Heads, m.String())
	}
	for _, c := range a.Courts {
		expected := row{Name: v.Names("court", c.Code) + " · " + v.T("foresight.without"), Cells: []cell{{Text: ui.Signed(int64(c.Change))}}}
		came := row{Name: v.Names("court", c.Code) + " · " + v.T("foresight.really"), Cells: []cell{{}}}
		for h, m := range a.Ahead {
			if h < len(c.Without) {
				expected.Cells = append(expected.Cells, cell{Text: whole(c.Without[h].Mean) + " (" + span(c.Without[h].Lo80, c.Without[h].Hi80) + ")"})
			}
			if h < len(c.Came) {
				link := string(v.To("/cases", "set", "volume", "indicator", "pending", "side", "numerator", "period", civil.Period{From: m.To, To: m.To}.String(), "court", c.Code))
				came.Cells = append(came.Cells, cell{ui.Count(c.Came[h]), link})
			} else {
				came.Cells = append(came.Cells, cell{Text: ui.None})
			}
		}
		f.Table.Rows = append(f.Table.Rows, expected, came)
	}
	return f
}

// Adopt answers POST /foresight/plan.
func (p *Pages) Adopt(w http.ResponseWriter, r *http.Request, v *ui.View) error {
	if err := r.ParseForm(); err != nil {
		return fault.Invalidf("%v", err)
	}
	q := asked(r.PostForm)
	reason := strings.TrimSpace(r.PostFormValue("reason"))
	can, err := p.source.Asking(r.Context(), v.At)
	if err != nil {
		return err
	}
	wish, err := wishOf(v, q, can)
	if err == nil && reason == "" {
		err = fault.At(v.T("foresight.reason"), v.T("foresight.reason_missing"), "")
	}
	if err == nil {
		err = p.source.Adopt(r.Context(), v.At, wish, reason)
	}
	if errors.Is(err, fault.Invalid) {
		m, _, again := p.board(r.Context(), v, q)
		if again != nil {
			return again
		}
		m.Failures = append(m.Failures, sentences(err)...)
		return ui.Render(w, r, http.StatusUnprocessableEntity, boardPage(v, m))
	}
	if err != nil {
		return err
	}
	http.Redirect(w, r, address(v, "/foresight/plan", q)+"#followed", http.StatusSeeOther)
	return nil
}

// Paper answers GET /foresight/plan/paper.
func (p *Pages) Paper(w http.ResponseWriter, r *http.Request, v *ui.View) error {
	can, err := p.source.Asking(r.Context(), v.At)
	if err != nil {
		return err
	}
	wish, err := wishOf(v, asked(v.Query), can)
	if err != nil {
		return err
	}
	b, err := p.source.Paper(r.Context(), v.At, wish)
	if err != nil {
		return err
	}
	h := w.Header()
	h.Set("Content-Type", "application/vnd.openxmlformats-officedocument.wordprocessingml.document")
	h.Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": "调配建议-" + v.AsOf.Day.String() + ".docx"}))
	_, err = w.Write(b)
	return err
}

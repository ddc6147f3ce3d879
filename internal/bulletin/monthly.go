package bulletin

import (
	"context"
	"fmt"
	"math/big"
	"strings"

	"zhunsheng/internal/civil"
	"zhunsheng/internal/docket"
	"zhunsheng/internal/document"
	"zhunsheng/internal/indicator"
)

// volumeKeys are the columns of the flow tables (收结存), in their order.
var volumeKeys = []string{"opening_pending", "filed", "accepted", "closed", "pending"}

var volumeHead = []string{"旧存", "新收", "受理", "结案", "未结"}

// builder collects the figures while the document grows.
type builder struct {
	ctx     context.Context
	src     Source
	book    *indicator.Book
	brief   Brief
	skel    *Skeleton
	set     string
	early   bool
	figures []Printed
	said    []string // ids of the figures printed since the last sentence
	made    []Sentence
	body    []Part
	annex   []Part
	sheets  []document.Sheet
}

// Monthly builds the monthly indicator bulletin (审判质效指标通报) after the skeleton of
// product notes 5.1.
func Monthly(ctx context.Context, src Source, book *indicator.Book, skel *Skeleton, brief Brief) (*Edition, error) {
	b := &builder{ctx: ctx, src: src, book: book, brief: brief, skel: skel}
	b.set, b.early = skel.set(brief.Period.To)
	for _, step := range []func() error{b.lead, b.flow, b.indicators, b.matters, b.appendixTables, b.lists} {
		if err := step(); err != nil {
			return nil, err
		}
	}
	title := strings.NewReplacer("{place}", brief.Place, "{period}", periodZh(brief.Period)).Replace(skel.Title.Zh)
	return &Edition{
		Kind: "monthly", Lang: "zh", Title: title,
		Head: Head{Style: document.House, Org: brief.Org, IssueNo: fmt.Sprintf("（%s）", periodZh(brief.Period)), Date: dayZh(brief.Issued), To: brief.To, Signer: brief.Org},
		Body: b.body, Annex: b.annex, Sentences: b.made, Figures: b.figures,
		Appendix: document.Workbook{Sheets: b.sheets},
	}, nil
}

func (b *builder) say(format string, args ...any) {
	b.sentence(0, fmt.Sprintf(format, args...))
}

func (b *builder) heading(level int, text string) { b.sentence(level, text) }

// sentence adds a sentence as a part of its own, bound to the figures printed since the last.
func (b *builder) sentence(level int, text string) {
	id := fmt.Sprintf("s%d", len(b.made)+1)
	b.made = append(b.made, Sentence{ID: id, Text: text, Figures: b.said})
	b.said = nil
	b.body = append(b.body, Part{Level: level, Says: []string{id}})
}

// values are the figures of one request, by group and indicator key.
type values struct {
	groups []string
	of     map[string]map[string]indicator.Figure
}

func (v values) get(group, key string) indicator.Figure { return v.of[group][key] }

// compute asks for indicators by at most one field.
func (b *builder) compute(set string, p civil.Period, by string, filter *indicator.Pred, keys ...string) (values, error) {
	req := indicator.Request{Set: set, Indicators: keys, Period: p, Filter: filter}
	if by != "" {
		req.By = []string{by}
	}
	figures, err := b.src.Compute(b.ctx, req)
	if err != nil {
		return values{}, fmt.Errorf("figures of %s by %q for %s: %w", set, by, p, err)
	}
	v := values{of: map[string]map[string]indicator.Figure{}}
	for _, f := range figures {
		g := strings.Join(f.By, " ")
		if v.of[g] == nil {
			v.of[g] = map[string]indicator.Figure{}
			v.groups = append(v.groups, g)
		}
		v.of[g][f.Indicator] = f
	}
	return v, nil
}

// show prints a figure and remembers it among the document's figures.
func (b *builder) show(set, unit, by string, f indicator.Figure) string {
	text := print(unit, f.Value)
	p := Printed{Text: text, Set: set, Indicator: f.Indicator, Version: f.Version, Period: f.Period.String(), Of: f.By, Status: f.Status,
		Numerator: decimal(f.Numerator), Divisor: decimal(f.Denominator), Value: decimal(f.Value)}
	if by != "" {
		p.By = []string{by}
	}
	p.ID = strings.Join(append([]string{set, f.Indicator, p.Period}, f.By...), "/")
	b.said = append(b.said, p.ID)
	for _, have := range b.figures {
		if have.ID == p.ID {
			return text
		}
	}
	b.figures = append(b.figures, p)
	return text
}

func decimal(r *big.Rat) string {
	if r == nil {
		return ""
	}
	return indicator.FormatRat(r)
}

func (b *builder) lastYear() civil.Period { return b.brief.Period.Shift(-12) }

// lead prints the sentence of stock and flow, and the total over the year so far.
func (b *builder) lead() error {
	year := civil.Period{From: civil.NewDate(b.brief.Period.To.Year(), 1, 1), To: b.brief.Period.To}
	periods := []civil.Period{b.brief.Period}
	if year != b.brief.Period {
		periods = append(periods, year)
	}
	for _, p := range periods {
		now, err := b.compute("volume", p, "", nil, append([]string{"closing_rate", "closed_per_judge"}, volumeKeys...)...)
		if err != nil {
			return err
		}
		before, err := b.compute("volume", p.Shift(-12), "", nil, volumeKeys...)
		if err != nil {
			return err
		}
		n := func(key string) string { return b.show("volume", "count", "", now.get("", key)) }
		change := func(key string) string { return countChange(now.get("", key).Value, before.get("", key).Value) }
		b.say("%s，%s受理各类案件%s件（旧存%s件，新收%s件），%s；审（执）结%s件，%s；未结%s件，%s。结案率%s（总量数据，不作为考核目标）；法官人均结案%s件。",
			periodZh(p), b.brief.Place, n("accepted"), n("opening_pending"), n("filed"), change("accepted"),
			n("closed"), change("closed"), n("pending"), change("pending"),
			b.show("volume", "share", "", now.get("", "closing_rate")), b.show("volume", "per_judge", "", now.get("", "closed_per_judge")))
	}
	note := fmt.Sprintf("数据截至%s（第%d批导入）；指标口径：%s；各表按法院行政序列排列，不作名次比较。", dayZh(b.brief.DataDay), b.brief.Batch, b.set)
	if b.early {
		note += "本期早于该指标体系施行日，按其口径回算，仅供参考。"
	}
	b.say("%s", note)
	return nil
}

// flow prints 收结存 by line and by court; parts add up to the total row.
func (b *builder) flow() error {
	b.heading(1, "一、收结存")
	total, err := b.compute("volume", b.brief.Period, "", nil, volumeKeys...)
	if err != nil {
		return err
	}
	totalBefore, err := b.compute("volume", b.lastYear(), "", nil, "filed")
	if err != nil {
		return err
	}
	byLine, err := b.flowTable("line", b.skel.Lines, "条线", total, totalBefore)
	if err != nil {
		return err
	}
	b.body = append(b.body, Part{Table: tableOf(byLine)})
	codes := make([]string, len(b.brief.Courts))
	for i, c := range b.brief.Courts {
		codes[i] = c.Code
	}
	byCourt, err := b.flowTable("court", codes, "法院", total, totalBefore)
	if err != nil {
		return err
	}
	b.body = append(b.body, Part{Table: tableOf(byCourt)})
	return nil
}

// flowTable prints one row for each of order, one for every other group that has cases, and
// the total. The appendix gets the same table with typed cells.
func (b *builder) flowTable(by string, order []string, head string, total, totalBefore values) (document.Table, error) {
	now, err := b.compute("volume", b.brief.Period, by, nil, volumeKeys...)
	if err != nil {
		return document.Table{}, err
	}
	before, err := b.compute("volume", b.lastYear(), by, nil, "filed")
	if err != nil {
		return document.Table{}, err
	}
	t := document.Table{
		Caption: fmt.Sprintf("%s收结存（按%s，单位：件）", periodZh(b.brief.Period), head),
		Head:    append(append([]string{head}, volumeHead...), "新收同比"),
		Numeric: []bool{false, true, true, true, true, true, true}, Widths: []int{8, 4, 4, 4, 4, 4, 6},
	}
	sheet := b.sheet("收结存-"+head, append(append([]string{head}, volumeHead...), "上年同期新收")...)
	add := func(name string, f, prev func(key string) indicator.Figure, field string) {
		row, cells := []string{name}, []any{name}
		for _, k := range volumeKeys {
			row = append(row, b.show("volume", "count", field, f(k)))
			cells = append(cells, number(f(k).Value))
		}
		t.Rows = append(t.Rows, append(row, strings.TrimPrefix(countChange(f("filed").Value, prev("filed").Value), "同比")))
		sheet.Rows = append(sheet.Rows, append(cells, number(prev("filed").Value)))
	}
	idle := func(g string) bool { v := now.get(g, "accepted").Value; return v == nil || v.Sign() == 0 }
	for _, g := range orderOf(order, now.groups, idle) {
		add(b.brief.Name(by, g), func(k string) indicator.Figure { return now.get(g, k) }, func(k string) indicator.Figure { return before.get(g, k) }, by)
	}
	add("合计", func(k string) indicator.Figure { return total.get("", k) }, func(k string) indicator.Figure { return totalBefore.get("", k) }, "")
	b.sheets, b.said = append(b.sheets, sheet), nil
	return t, nil
}

func tableOf(t document.Table) *Table {
	out := &Table{Caption: t.Caption, Head: t.Head, Widths: t.Widths, Numeric: t.Numeric, Wide: t.Wide, Note: t.Note}
	for _, r := range t.Rows {
		row := make([]Cell, len(r))
		for i, text := range r {
			row[i].Text = text
		}
		out.Rows = append(out.Rows, row)
	}
	return out
}

// orderOf gives the wanted groups that occur, then the groups nobody expected, unless they are
// idle in the period: a court that is on no list but has cases must not vanish from the sum.
func orderOf(want, have []string, idle func(string) bool) []string {
	occurs := map[string]bool{}
	for _, h := range have {
		occurs[h] = true
	}
	var out []string
	for _, w := range want {
		if occurs[w] {
			out = append(out, w)
			delete(occurs, w)
		}
	}
	for _, h := range have {
		if occurs[h] && !idle(h) {
			out = append(out, h)
		}
	}
	return out
}

// number is a typed cell of a value.
func number(r *big.Rat) any {
	if r == nil {
		return nil
	}
	f, _ := r.Float64()
	return f
}

// indicators prints sections 二 to 四: city, intermediate court and basic courts apart.
func (b *builder) indicators() error {
	all := b.book.Set(b.set)
	columns := []struct {
		name   string
		filter *indicator.Pred
	}{{"全市", nil}, {"中院", b.courtsOf(3)}, {"基层法院", b.courtsOf(4)}}
	if len(b.brief.Courts) < 2 {
		columns = columns[:1]
		columns[0].name = "本院"
	}
	var got []values
	for _, c := range columns {
		v, err := b.compute(b.set, b.brief.Period, "", c.filter)
		if err != nil {
			return err
		}
		got = append(got, v)
	}
	before, err := b.compute(b.set, b.lastYear(), "", nil)
	if err != nil {
		return err
	}
	for _, g := range b.skel.Groups {
		b.heading(1, g.Heading.Zh)
		t := document.Table{Head: []string{"指标"}, Widths: []int{9}, Numeric: []bool{false}}
		for _, c := range columns {
			t.Head, t.Widths, t.Numeric = append(t.Head, c.name), append(t.Widths, 4), append(t.Numeric, true)
		}
		t.Head, t.Widths = append(t.Head, "合理区间", "与上年同期比"), append(t.Widths, 4, 6)
		for _, in := range all {
			if in.Group != g.Group {
				continue
			}
			row := []string{in.Name.Zh + b.mark(in)}
			for i := range columns {
				f := got[i].get("", in.ID)
				cell := print(in.Unit, f.Value)
				if i == 0 {
					cell = b.show(b.set, in.Unit, "", f)
				}
				row = append(row, cell+stateWord(f.Status))
			}
			f := got[0].get("", in.ID)
			row = append(row, interval(in.Unit, f), valueChange(in.Unit, f.Value, before.get("", in.ID).Value))
			t.Rows = append(t.Rows, row)
		}
		t.Caption = fmt.Sprintf("%s%s指标", periodZh(b.brief.Period), strings.TrimLeft(g.Heading.Zh, "一二三四五六七八九十、"))
		t.Note = "注：带*为本地口径，待官方文本核对；“少”为案件数过少，不作判断；未载入合理区间的不作达标判断。"
		b.body, b.said = append(b.body, Part{Table: tableOf(t)}), nil
	}
	return nil
}

// mark shows that a formula is a local definition, not verified against the official text.
func (b *builder) mark(in *indicator.Indicator) string {
	v, err := in.At(b.brief.Period.To)
	if err == nil && v.Evidence == "U" {
		return "*"
	}
	return ""
}

func stateWord(status string) string {
	switch status {
	case "below":
		return "（低于区间）"
	case "above":
		return "（高于区间）"
	case "too_few":
		return "（少）"
	}
	return ""
}

func interval(unit string, f indicator.Figure) string {
	if f.Low == nil && f.High == nil {
		return "未载入"
	}
	return print(unit, f.Low) + "—" + print(unit, f.High)
}

// courtsOf is the condition of the courts of one level.
func (b *builder) courtsOf(level int) *indicator.Pred {
	field, _ := docket.FieldIndex("court")
	p := &indicator.Pred{Op: indicator.TextIn, Field: field}
	for _, c := range b.brief.Courts {
		if c.Level == level {
			p.Set = append(p.Set, c.Code)
		}
	}
	return p
}

// matters prints section 五: long-pending cases and published documents.
func (b *builder) matters() error {
	b.heading(1, "五、重点事项")
	now, err := b.compute("volume", b.brief.Period, "", nil, "pending_over_12m")
	if err != nil {
		return err
	}
	start := civil.Period{From: b.brief.Period.From.AddDays(-1), To: b.brief.Period.From.AddDays(-1)}
	before, err := b.compute("volume", start, "", nil, "pending_over_12m")
	if err != nil {
		return err
	}
	b.say("截至%s，超12个月未结案件%s件；期初为%s件。名单见附件，请承办部门逐案核实原因、明确办结时间。",
		dayZh(b.brief.Period.To), b.show("volume", "count", "", now.get("", "pending_over_12m")), b.show("volume", "count", "", before.get("", "pending_over_12m")))
	b.heading(1, "六、提示")
	b.say("请各单位对照附件名单核对本单位案件信息；对存疑记录，于收到通报后五个工作日内更正或说明。")
	return nil
}

// appendixTables adds the table of all indicators by court, in the letter and in the workbook.
func (b *builder) appendixTables() error {
	all := b.book.Set(b.set)
	v, err := b.compute(b.set, b.brief.Period, "court", nil)
	if err != nil {
		return err
	}
	t := document.Table{Caption: fmt.Sprintf("附表　%s各法院指标（%s）", periodZh(b.brief.Period), b.set), Head: []string{"指标"}, Numeric: []bool{false}, Widths: []int{7}, Wide: true}
	sheet := b.sheet("各院指标", "指标", "法院代码", "法院", "分子", "分母", "值", "区间下限", "区间上限", "状态", "口径版本")
	groups := orderOf(codes(b.brief.Courts), v.groups, func(string) bool { return true })
	for _, g := range groups {
		t.Head, t.Numeric, t.Widths = append(t.Head, shortName(b.brief.Name("court", g))), append(t.Numeric, true), append(t.Widths, 4)
	}
	for _, in := range all {
		row := []string{in.Name.Zh + b.mark(in)}
		for _, g := range groups {
			f := v.get(g, in.ID)
			text := b.show(b.set, in.Unit, "court", f)
			if f.Status == "too_few" {
				text += "少"
			}
			row = append(row, text)
			sheet.Rows = append(sheet.Rows, []any{in.Name.Zh, g, b.brief.Name("court", g), number(f.Numerator), number(f.Denominator), number(f.Value), number(f.Low), number(f.High), f.Status, f.Version})
		}
		t.Rows = append(t.Rows, row)
	}
	t.Note = "注：法院按行政序列排列；“少”为案件数过少，不作判断；“–”为无数据。"
	b.annex = append(b.annex, Part{Table: tableOf(t)})
	b.sheets = append(b.sheets, sheet, b.definitions(all))
	return nil
}

// shortName drops the common ending of a court's name in a narrow table head.
func shortName(name string) string {
	for _, end := range []string{"人民法院", "法院"} {
		if s := strings.TrimSuffix(name, end); s != name && s != "" {
			return s
		}
	}
	return name
}

func codes(courts []docket.Court) []string {
	out := make([]string, len(courts))
	for i, c := range courts {
		out[i] = c.Code
	}
	return out
}

// definitions lists the definitions used, with version, source and evidence.
func (b *builder) definitions(all []*indicator.Indicator) document.Sheet {
	s := b.sheet("口径", "指标", "英文名", "口径", "生效", "证据", "来源")
	s.Columns[2].Width = 60
	for _, in := range all {
		v, err := in.At(b.brief.Period.To)
		if err != nil {
			s.Rows = append(s.Rows, []any{in.Name.Zh, in.Name.En, "本期无有效口径"})
			continue
		}
		s.Rows = append(s.Rows, []any{in.Name.Zh, in.Name.En, v.Definition.Zh, v.From, v.Evidence, strings.TrimSpace(v.Source.Doc + " " + v.Source.No + " " + v.Source.Cite)})
	}
	return s
}

// lists adds the case lists of the skeleton to the workbook.
func (b *builder) lists() error {
	for _, l := range b.skel.Lists {
		ask := func(side indicator.Side) ([]Listed, error) {
			return b.src.Cases(b.ctx, indicator.CasesRequest{Set: l.Set, Indicator: l.Indicator, Side: side, Period: b.brief.Period, Limit: -1})
		}
		rows, err := ask(l.Side)
		if err != nil {
			return fmt.Errorf("list %s: %w", l.Name, err)
		}
		if l.Unless != "" {
			not, err := ask(l.Unless)
			if err != nil {
				return fmt.Errorf("list %s: %w", l.Name, err)
			}
			rows = without(rows, not)
		}
		s := b.brief.Sheet(l.Name, rows)
		s.Notes = append(b.notes(), fmt.Sprintf("%s：%d 件", l.Name, len(rows)))
		b.sheets = append(b.sheets, s)
	}
	return nil
}

func without(rows, not []Listed) []Listed {
	gone := map[int64]bool{}
	for _, r := range not {
		gone[r.ID] = true
	}
	var out []Listed
	for _, r := range rows {
		if !gone[r.ID] {
			out = append(out, r)
		}
	}
	return out
}

func (b *builder) notes() []string {
	return []string{fmt.Sprintf("%s　统计期 %s　数据截至 %s（第%d批）", b.brief.Place, periodZh(b.brief.Period), b.brief.DataDay, b.brief.Batch)}
}

func (b *builder) sheet(name string, heads ...string) document.Sheet {
	s := document.Sheet{Name: name, Notes: b.notes()}
	for _, h := range heads {
		s.Columns = append(s.Columns, document.Column{Title: h, Width: 14})
	}
	return s
}

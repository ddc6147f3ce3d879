package app

import (
	"bytes"
	"context"
	"fmt"
	"math"
	"strconv"
	"strings"

	"zhunsheng/internal/access"
	"zhunsheng/internal/document"
	"zhunsheng/internal/staffing"
	"zhunsheng/internal/whatif"
	"zhunsheng/web/page/foresight"
)

// Paper implements [foresight.Source]: the recommendation to the party group, in Chinese like
// every document of the office.
func (a foresightDesk) Paper(ctx context.Context, at access.Scope, wish foresight.Wish) ([]byte, error) {
	b, err := a.Board(ctx, at, wish, "")
	if err != nil {
		return nil, err
	}
	l, err := a.officeLists(ctx)
	if err != nil {
		return nil, err
	}
	d := l.recommendation(b, wish)
	var buf bytes.Buffer
	if err := document.WriteDocx(&buf, d); err != nil {
		return nil, fmt.Errorf("write the recommendation: %w", err)
	}
	return buf.Bytes(), a.note(ctx, at, "staffing.paper", b.Day.String(), fmt.Sprintf("%d moves", b.Plan.Objective.Moves))
}

// recommendation lays a board out as a document.
func (l *lists) recommendation(b foresight.Board, wish foresight.Wish) document.Document {
	y, m, day := b.Day.YMD()
	date := fmt.Sprintf("%d年%d月%d日", y, m, day)
	d := document.Document{Masthead: "审判管理专报", Org: "审判管理办公室", Date: date, Title: "关于全市法院法官调配的建议", To: "院党组", Signer: "审判管理办公室"}
	say := func(format string, args ...any) {
		d.Blocks = append(d.Blocks, document.Paragraph{Text: fmt.Sprintf(format, args...)})
	}
	head := func(text string) { d.Blocks = append(d.Blocks, document.Heading{Level: 1, Text: text}) }

	head("一、人案情况")
	say("以下以%s的台账为准。各法院至%s的工作量按未结案件和预计新收案件计算，并按案件权重折算。", date, b.Rest.To)
	d.Blocks = append(d.Blocks, l.courtsTable(b))
	head("二、调配建议")
	switch b.Plan.Status {
	case "infeasible":
		say("所设条件相互矛盾，没有可行方案：%s。", l.limitsZh(b.Conflict, wish))
		return d
	case unsolved:
		say("求解达到上限，未找到方案，也未能证明没有方案。")
		return d
	}
	say("建议调配法官%d人。调配后，各法院人均工作量的最大值由%s件降至%s件。", b.Plan.Objective.Moves, figure(largestLoad(b)), figure(b.Plan.Objective.MaxLoad))
	if b.Plan.Loan != nil {
		say("借期自%s至%s，占至年底时间的%s；人均工作量按此折算，每院留守人数和借出比例按借期内计算。", b.Plan.Loan.From, b.Plan.Loan.Until, percent(b.LoanShare))
	} else if len(b.Plan.Moves) > 0 {
		say("自%s起调配，未定止期；人均工作量计算至%s。", b.Rest.From, b.Rest.To)
	}
	hours := (&staffing.Problem{Travel: b.Travel}).Costs()
	far := func(x staffing.Move) string {
		if len(b.Travel) == 0 {
			return ""
		}
		return fmt.Sprintf("单程路程%s小时。", figure(hours(x.From, x.To)))
	}
	if wish.Named {
		l.sentence(b, say, far)
	} else {
		for i, x := range b.Plan.Moves {
			say("（%d）%s调往%s，%d人。%s。%s", i+1, l.court[x.From].Name, l.court[x.To].Name, x.Size(), zhOf(l, []string{x.Reason}), far(x))
		}
	}
	head("三、方案依据")
	say("%s%s条件为：至多调配%d人；每个法院借出不超过在岗法官的%s%%；每个法院至少留%d人%s。", proof(b), objections(b), wish.MaxMoves, strconv.FormatFloat(100*wish.Share, 'f', -1, 64), wish.Least, ofLevel(wish.Within))
	if len(b.Binding) > 0 {
		say("进一步降低受下列条件限制：%s。", l.limitsZh(b.Binding, wish))
	}
	l.fatesOf(b, say, head)
	head("五、备选方案")
	if len(b.Others) == 0 {
		say("无。")
	}
	for _, x := range b.Others {
		var refused []string
		for _, r := range x.All() {
			if r.Judge != "" {
				refused = append(refused, "调配"+l.judge[r.Judge])
				continue
			}
			refused = append(refused, "从"+l.court[r.From].Name+"调往"+l.court[r.To].Name)
		}
		switch x.Status {
		case "infeasible":
			say("如不%s，则没有可行方案。", strings.Join(refused, "、"))
		case unsolved:
			say("如不%s，未求得方案。", strings.Join(refused, "、"))
		case unasked:
			say("如不%s，须另行求解。", strings.Join(refused, "、"))
		default:
			say("如不%s，人均工作量的最大值为%s件，调配%d人：%s。", strings.Join(refused, "、"), figure(x.Objective.MaxLoad), x.Objective.Moves, l.instead(b.Plan.Moves, x.Moves))
		}
	}
	head("六、前提和局限")
	if len(b.Travel) > 0 {
		say("法院间路程的来源为“%s”，证据等级%s。", b.TravelFrom.Source.Doc, b.TravelFrom.Source.Evidence)
	}
	say("案件权重的来源为“%s”，证据等级%s。推演假定各法院结案速度与本院以往相同，法官人数按比例影响结案；区间为八成把握。%s", b.Source.Doc, b.Source.Evidence, choice(wish))
	return d
}

func (l *lists) courtsTable(b foresight.Board) document.Table {
	t := document.Table{Caption: "各法院工作量和法官（按行政区划顺序）", Head: []string{"法院", "未结", "折算工作量", "法官", "人均", "调配后法官", "调配后人均"},
		Widths: []int{5, 2, 3, 2, 2, 3, 3}, Numeric: []bool{false, true, true, true, true, true, true}}
	heads := func(c foresight.Fate) string {
		if math.Abs(c.Time-float64(c.Judges)) < 0.005 {
			return strconv.Itoa(c.Judges)
		}
		return fmt.Sprintf("%d（%s）", c.Judges, figure(c.Time))
	}
	per := func(load, judges float64) string {
		if judges == 0 {
			return "–"
		}
		return figure(load / judges)
	}
	for _, c := range b.Courts {
		t.Rows = append(t.Rows, []string{l.court[c.Code].Name, strconv.FormatInt(c.Pending, 10), fmt.Sprintf("%.0f", c.Load), heads(c), per(c.Load, c.Time), strconv.Itoa(c.After), per(c.Load, c.Present)})
	}
	return t
}

// fatesOf says what would come of the courts whose judges change.
func (l *lists) fatesOf(b foresight.Board, say func(string, ...any), head func(string)) {
	head("四、效果推演")
	for _, c := range b.Courts {
		if c.Without == nil || c.After == c.Judges {
			continue
		}
		h := len(b.Ahead) - 1
		say("%s：至%s，不调配时未结%s，调配后未结%s；结案率由%s变为%s。", l.court[c.Code].Name, b.Ahead[h], ranged(c.Without.Pending[h]), ranged(c.With.Pending[h]), percent(c.Without.Rate[h].Mean), percent(c.With.Rate[h].Mean))
	}
}

func ranged(b whatif.Band) string {
	return fmt.Sprintf("%.0f件（%.0f至%.0f件）", b.Mean, b.Lo80, b.Hi80)
}

func percent(f float64) string { return fmt.Sprintf("%.1f%%", 100*f) }

func figure(f float64) string { return strconv.FormatFloat(f, 'f', 1, 64) }

func largestLoad(b foresight.Board) (most float64) {
	for _, c := range b.Courts {
		if c.Time > 0 {
			most = max(most, c.Load/c.Time)
		}
	}
	return most
}

func proof(b foresight.Board) string {
	switch {
	case b.Plan.Status != "optimal":
		return fmt.Sprintf("方案可行，但未证明最优，与下界相差%s。", percent(b.Plan.Gap))
	case b.Confirmed:
		return "方案经证明为最优：逐院计数即可说明不存在更低的最大人均工作量。"
	}
	return "方案经精确求解证明为最优。"
}

func objections(b foresight.Board) string {
	if len(b.Objections) > 0 {
		return "独立校核提出异议，不宜采用。"
	}
	return "独立校核未发现问题。"
}

func ofLevel(level bool) string {
	if level {
		return "；只在同级法院之间调配"
	}
	return ""
}

// zhOf joins the Chinese halves of sentences and names the courts.
func zhOf(l *lists, list []string) string {
	pairs := []string{"max_moves：", "调配人数上限：", "max_lend_share", "每院借出比例上限", "min_judges", "每院最低留守人数",
		"level 1", "最高法院", "level 2", "高级法院", "level 3", "中级法院", "level 4", "基层法院"} // groups are levels
	for i := len(l.courts) - 1; i >= 0; i-- { // a court's code begins those of the courts below it
		pairs = append(pairs, l.courts[i].Code, l.courts[i].Name)
	}
	names := strings.NewReplacer(pairs...)
	var out []string
	for _, s := range list {
		zh, _, _ := strings.Cut(s, " / ")
		out = append(out, names.Replace(zh))
	}
	return strings.Join(out, "；")
}

func (l *lists) ways(moves []staffing.Move) string {
	var out []string
	for _, x := range moves {
		out = append(out, fmt.Sprintf("%s至%s%d人", l.court[x.From].Name, l.court[x.To].Name, x.Size()))
	}
	return strings.Join(out, "，")
}

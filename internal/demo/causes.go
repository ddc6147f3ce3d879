package demo

import "zhunsheng/internal/docket"

// causeShare is a cause with its weight among the cases that can have it.
type causeShare struct {
	docket.Cause
	weight int
}

func causesOf(line, parent string, rows ...causeShare) []causeShare {
	for i := range rows {
		rows[i].Line, rows[i].Parent, rows[i].Level = line, parent, 2
	}
	return rows
}

func c(code, name string, weight int) causeShare {
	return causeShare{Cause: docket.Cause{Code: code, Name: name}, weight: weight}
}

// bankLoan is the cause behind the abnormal intake of court A in the second half of 2023.
const bankLoan = "M203"

// The causes of the demo carry codes of their own; the names are in general use.
var (
	roots = []docket.Cause{
		{Code: "M", Name: "民事案由", Level: 1, Line: "civil"}, {Code: "X", Name: "刑事罪名", Level: 1, Line: "criminal"},
		{Code: "Z", Name: "行政案由", Level: 1, Line: "administrative"}, {Code: "E", Name: "执行案由", Level: 1, Line: "enforcement"},
		{Code: "Q", Name: "其他案由", Level: 1, Line: "other"},
	}
	civilCauses = causesOf("civil", "M",
		c("M101", "离婚纠纷", 120), c("M102", "抚养费纠纷", 18), c("M103", "赡养费纠纷", 6), c("M104", "法定继承纠纷", 14),
		c("M105", "离婚后财产纠纷", 12), c("M106", "婚约财产纠纷", 8), c("M201", "民间借贷纠纷", 165), c("M202", "买卖合同纠纷", 118),
		c("M203", "金融借款合同纠纷", 85), c("M204", "信用卡纠纷", 42), c("M205", "物业服务合同纠纷", 66), c("M206", "房屋租赁合同纠纷", 36),
		c("M207", "房屋买卖合同纠纷", 22), c("M208", "建设工程施工合同纠纷", 38), c("M209", "建设工程分包合同纠纷", 14), c("M210", "劳务合同纠纷", 52),
		c("M211", "承揽合同纠纷", 20), c("M212", "运输合同纠纷", 9), c("M213", "服务合同纠纷", 15), c("M214", "合伙合同纠纷", 10),
		c("M215", "供用热力合同纠纷", 12), c("M216", "土地承包经营权纠纷", 7), c("M217", "追偿权纠纷", 13), c("M218", "保证合同纠纷", 7),
		c("M301", "机动车交通事故责任纠纷", 64), c("M302", "生命权、身体权、健康权纠纷", 22), c("M303", "提供劳务者受害责任纠纷", 16), c("M304", "医疗损害责任纠纷", 4),
		c("M305", "名誉权纠纷", 3), c("M306", "财产损害赔偿纠纷", 9), c("M401", "劳动争议", 30), c("M402", "追索劳动报酬纠纷", 24),
		c("M501", "不当得利纠纷", 9), c("M502", "排除妨害纠纷", 6), c("M503", "保险纠纷", 12), c("M504", "股东资格确认纠纷", 2),
	)
	criminalCauses = causesOf("criminal", "X",
		c("X101", "危险驾驶罪", 290), c("X102", "盗窃罪", 150), c("X103", "诈骗罪", 95), c("X104", "故意伤害罪", 110),
		c("X105", "交通肇事罪", 60), c("X106", "寻衅滋事罪", 45), c("X107", "帮助信息网络犯罪活动罪", 70), c("X108", "掩饰、隐瞒犯罪所得、犯罪所得收益罪", 50),
		c("X109", "开设赌场罪", 25), c("X110", "职务侵占罪", 12), c("X111", "受贿罪", 10), c("X112", "抢劫罪", 12),
		c("X113", "强奸罪", 22), c("X114", "走私、贩卖、运输、制造毒品罪", 18), c("X115", "危害珍贵、濒危野生动物罪", 10), c("X116", "拒不执行判决、裁定罪", 6),
	)
	adminCauses = causesOf("administrative", "Z",
		c("Z101", "行政处罚", 180), c("Z102", "行政征收", 70), c("Z103", "行政登记", 110), c("Z104", "政府信息公开", 90),
		c("Z105", "行政确认", 120), c("Z106", "行政强制执行", 60), c("Z107", "不履行法定职责", 110), c("Z108", "行政协议", 40), c("Z109", "行政复议", 70),
	)
	enforcementCauses = causesOf("enforcement", "E",
		c("E101", "仲裁裁决执行", 30), c("E102", "公证债权文书执行", 12), c("E103", "行政非诉执行", 28), c("E104", "刑事裁判涉财产部分执行", 30),
	)
	otherCauses = causesOf("other", "Q",
		c("Q101", "减刑", 0), c("Q102", "申请司法确认调解协议", 0), c("Q103", "申请支付令", 0), c("Q104", "申请诉前财产保全", 0),
		c("Q105", "申请司法救助", 0), c("Q106", "申请国家赔偿", 0), c("Q107", "申请宣告公民无民事行为能力", 0), c("Q108", "申请撤销仲裁裁决", 0),
		c("Q109", "管辖权异议", 0), c("Q110", "申请财产保全执行", 0), c("Q111", "非诉行政执行审查", 0),
	)
)

// single is the cause of the kinds that have only one.
var single = map[string]string{
	"刑更": "Q101", "诉前调确": "Q102", "民督": "Q103", "财保": "Q104", "司救民": "Q105", "法赔": "Q106",
	"委赔": "Q106", "民辖终": "Q109", "执保": "Q110", "行审": "Q111",
}

// causes returns the office's list, roots first.
func causes() []docket.Cause {
	out := append([]docket.Cause(nil), roots...)
	for _, group := range [][]causeShare{civilCauses, criminalCauses, adminCauses, enforcementCauses, otherCauses} {
		for _, x := range group {
			out = append(out, x.Cause)
		}
	}
	return out
}

// drawCause gives a case that follows no other its cause.
func drawCause(s stream, k *kind, court int) string {
	if code, ok := single[k.code]; ok {
		return code
	}
	if k.code == "民特" {
		if court == 0 {
			return "Q108"
		}
		return "Q107"
	}
	list := civilCauses
	switch k.line {
	case "criminal":
		list = criminalCauses
	case "administrative":
		list = adminCauses
	case "enforcement":
		list = enforcementCauses
	}
	weights := make([]int, len(list))
	for i, x := range list {
		weights[i] = x.weight
	}
	return list[s.pick(weights)].Code
}

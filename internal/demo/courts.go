package demo

import (
	"fmt"
	"strings"

	"zhunsheng/internal/docket"
)

// places are the names of the nine courts without the words court and level. They belong to
// no real place: a test compares them with the list of real courts.
var places = [courtCount]string{"云岭市", "朗青区", "雪砾县", "松顶县", "霞谷县", "冰河口县", "石磬县", "雁措县", "云脚县"}

// courts returns the nine courts with the reserved codes 藏98 and 藏9801–藏9808.
func courts() []docket.Court {
	list := []docket.Court{{Code: "藏98", Name: places[0] + "中级人民法院", Level: 3, Seq: 1}}
	for i := 1; i < courtCount; i++ {
		list = append(list, docket.Court{
			Code: fmt.Sprintf("藏98%02d", i), Name: places[i] + "人民法院", Level: 4, Parent: "藏98", Seq: i + 1,
		})
	}
	return list
}

// unit is a division (庭室) with the sort of work it gets. share is its part of the judges.
type unit struct {
	docket.Division
	court int
	work  string // filing criminal civil administrative supervision mixed tribunal enforcement
	share int
}

type unitPlan struct {
	key, name, line, work string
	share                 int
}

var (
	cityUnits = []unitPlan{
		{"la", "立案庭", "", "filing", 4}, {"xs1", "刑事审判第一庭", "criminal", "criminal", 6},
		{"xs2", "刑事审判第二庭", "criminal", "criminal", 6}, {"ms1", "民事审判第一庭", "civil", "civil", 7},
		{"ms2", "民事审判第二庭", "civil", "civil", 6}, {"xz", "行政审判庭", "administrative", "administrative", 5},
		{"sj", "审判监督庭", "", "supervision", 4}, {"zx", "执行局", "enforcement", "enforcement", 6},
	}
	largeUnits = []unitPlan{
		{"la", "立案庭（诉讼服务中心）", "", "filing", 4}, {"xs", "刑事审判庭", "criminal", "criminal", 4},
		{"ms1", "民事审判第一庭", "civil", "civil", 7}, {"ms2", "民事审判第二庭", "civil", "civil", 7},
		{"xz", "行政审判庭", "administrative", "administrative", 2}, {"sj", "审判监督庭", "", "supervision", 2},
		{"zx", "执行局", "enforcement", "enforcement", 8}, {"ft1", "第一人民法庭", "civil", "tribunal", 4},
		{"ft2", "第二人民法庭", "civil", "tribunal", 4},
	}
	smallUnits = []unitPlan{
		{"la", "立案庭", "", "filing", 2}, {"xs", "刑事审判庭", "criminal", "criminal", 2},
		{"ms", "民事审判庭", "civil", "civil", 5}, {"zh", "综合审判庭", "", "mixed", 2},
		{"zx", "执行局", "enforcement", "enforcement", 4}, {"ft", "人民法庭", "civil", "tribunal", 2},
	}
)

// units returns the divisions of all courts. The intermediate court has the most, courts with
// under twenty judges join administrative and supervision work in one mixed division.
func units(list []docket.Court) []unit {
	var out []unit
	for c, court := range list {
		plan := largeUnits
		switch {
		case c == 0:
			plan = cityUnits
		case plans[2023].judges[c] < 23:
			plan = smallUnits
		}
		for i, u := range plan {
			id := strings.TrimPrefix(court.Code, "藏") + "-" + u.key
			out = append(out, unit{
				Division: docket.Division{ID: id, Court: court.Code, Name: u.name, Line: u.line, Seq: i + 1},
				court:    c, work: u.work, share: u.share,
			})
		}
	}
	return out
}

// route lists the sorts of divisions that handle a kind, with weights; the first that the
// court has is the fallback for all that it has not.
func route(k *kind) []way {
	switch {
	case k.class == enforcement && k.instance == "enforcement_review":
		return []way{{"supervision", 3}, {"mixed", 3}, {"enforcement", 1}}
	case k.class == enforcement:
		return []way{{"enforcement", 1}}
	case k.instance == "review", k.instance == "retrial", k.line == "compensation":
		return []way{{"supervision", 1}, {"mixed", 1}}
	case k.line == "criminal":
		return []way{{"criminal", 1}}
	case k.line == "administrative":
		return []way{{"administrative", 1}, {"mixed", 1}}
	case k.instance == "special", k.instance == "jurisdiction":
		return []way{{"filing", 1}}
	case k.procedure == "small_claims":
		return []way{{"filing", 3}, {"tribunal", 3}, {"civil", 3}, {"mixed", 1}}
	default:
		return []way{{"civil", 12}, {"tribunal", 4}, {"filing", 1}, {"mixed", 1}}
	}
}

package ledger_test

import (
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"zhunsheng/internal/civil"
	"zhunsheng/internal/docket"
	"zhunsheng/internal/ledger"
	"zhunsheng/internal/sharedtest"
)

func TestRoster(t *testing.T) {
	for name, data := range map[string][]byte{
		"花名册.csv":    []byte("人员编号,姓名,法院代码,庭室编号,岗位,起始日期,截止日期\nj1,张三,藏9801,ms,员额法官,2020-01-01,\nj2,李四,藏9801,ms,书记员,2020年1月1日,2023/6/30\n"),
		"roster.csv": []byte("judge,name,court,division,post,from,to\nj1,张三,藏9801,ms,quota_judge,2020-01-01,\nj2,李四,藏9801,ms,clerk,2020-01-01,2023-06-30\n"),
		"roster.xlsx": workbook(t, "名册", [][]any{{"工号", "姓名", "法院", "部门", "职务", "任职日期", "离任日期"},
			{"j1", "张三", "藏9801", "ms", "员额法官", time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC), nil},
			{"j2", "李四", "藏9801", "ms", "书记员", "2020-01-01", "2023-06-30"}}),
	} {
		got, issues, err := ledger.ReadRoster(input(name, data))
		want := []docket.Posting{
			{Judge: "j1", Name: "张三", Court: "藏9801", Division: "ms", Post: "quota_judge", From: civil.NewDate(2020, 1, 1)},
			{Judge: "j2", Name: "李四", Court: "藏9801", Division: "ms", Post: "clerk", From: civil.NewDate(2020, 1, 1), To: civil.NewDate(2023, 6, 30)}}
		if err != nil || len(issues) > 0 || !reflect.DeepEqual(got, want) {
			t.Errorf("%s: %+v, %v, %v", name, got, issues, err)
		}
	}
}

// TestQualifications: lines, languages, courts to avoid and who is not lent, in the words of a
// court's office or in codes; what is no such word is named with its remedy.
func TestQualifications(t *testing.T) {
	const head = "人员编号,法院代码,岗位,起始日期,可办条线,语言,回避法院,不外派\n"
	for row, want := range map[string]docket.Posting{
		"民事、刑事,汉语、藏语,藏9801;藏98,是":      {Lines: []string{"civil", "criminal"}, Languages: []string{"zh", "bo"}, Avoid: []string{"藏9801", "藏98"}, Stays: true},
		"civil 民事；行政,zh bo BO-Latn,,否": {Lines: []string{"civil", "administrative"}, Languages: []string{"zh", "bo", "bo-latn"}},
		",,,": {},
	} {
		got, issues, err := ledger.ReadRoster(input("花名册.csv", []byte(head+"j1,藏9802,员额法官,2020-01-01,"+row+"\n")))
		want.Judge, want.Court, want.Post, want.From = "j1", "藏9802", "quota_judge", civil.NewDate(2020, 1, 1)
		if err != nil || len(issues) > 0 || len(got) != 1 || !reflect.DeepEqual(got[0], want) {
			t.Errorf("%s: %+v, %v, %v", row, got, issues, err)
		}
	}
	got, issues, err := ledger.ReadRoster(input("花名册.csv", []byte(head+"j1,藏9802,员额法官,2020-01-01,民事、烹饪,,,\nj2,藏9802,员额法官,2020-01-01,,火星话,,\nj3,藏9802,员额法官,2020-01-01,,,甲县人民法院,\nj4,藏9802,员额法官,2020-01-01,,,,也许\n")))
	if err != nil || len(got) != 0 || len(issues) != 4 {
		t.Fatalf("%+v, %+v, %v", got, issues, err)
	}
	for i, want := range []string{"可办条线 list.invalid 民事、烹饪", "语言 list.invalid 火星话", "回避法院 list.invalid 甲县人民法院", "不外派 list.invalid 也许"} {
		if is := issues[i]; is.Column+" "+is.Rule+" "+is.Value != want || is.Row != i+2 || !is.Reject || !strings.Contains(is.Remedy, " / write ") {
			t.Errorf("issue %d: %+v, want %s", i, is, want)
		}
	}
}

func TestListFaults(t *testing.T) {
	got, issues, err := ledger.ReadRoster(input("r.csv", []byte("judge,court,post,from,to\nj1,藏9801,厨师,2020-01-01,\n,藏9801,clerk,2020-01-01,\nj3,藏9801,clerk,soon,\nj4,藏9801,clerk,2020-01-01,2019-01-01\nj5,藏9801,clerk,2020-01-01,\n")))
	if err != nil || len(got) != 1 || got[0].Judge != "j5" || len(issues) != 4 {
		t.Fatalf("%+v, %+v, %v", got, issues, err)
	}
	for i, want := range []string{"post list.invalid 厨师", "judge list.missing ", "from list.invalid soon", "to list.invalid 2019-01-01"} {
		if is := issues[i]; is.Column+" "+is.Rule+" "+is.Value != want || is.Row != i+2 || !is.Reject || is.Remedy == "" {
			t.Errorf("issue %d: %+v, want %s", i, is, want)
		}
	}
	_, _, err = ledger.ReadRoster(input("r.csv", []byte("name,court\n张三,藏9801\n")))
	if err == nil || !strings.Contains(err.Error(), "no column judge (人员编号") {
		t.Errorf("error %v", err)
	}
}

func TestDivisions(t *testing.T) {
	got, issues, err := ledger.ReadDivisions(input("庭室.csv", []byte("庭室编号,法院代码,庭室名称,条线\nms,藏9801,民事审判庭,民事\nzx,藏9801,执行局,执行\nms,藏9801,又一个,民事\n")))
	if err != nil || len(got) != 2 || got[0].Line != "civil" || got[1].Line != "enforcement" || len(issues) != 1 || issues[0].Rule != "list.duplicate" {
		t.Errorf("%+v, %+v, %v", got, issues, err)
	}
}

func shared(t *testing.T, rel string) ledger.Input {
	t.Helper()
	data, err := os.ReadFile(sharedtest.Path(t, rel))
	if err != nil {
		t.Fatal(err)
	}
	return input(filepath.Base(rel), data)
}

// TestPublishedCourts loads the list of 3,498 courts, of which 247 have no code.
func TestPublishedCourts(t *testing.T) {
	got, issues, err := ledger.ReadCourts(shared(t, "data/courts/courts.csv"))
	if err != nil {
		t.Fatal(err)
	}
	unknown := 0
	for _, i := range issues {
		if i.Rule == "list.missing" {
			unknown++
		}
	}
	if unknown != 247 || len(got)+len(issues) != 3498 {
		t.Errorf("%d courts, %d without code, %d issues", len(got), unknown, len(issues))
	}
	byCode := map[string]docket.Court{}
	for i, c := range got {
		byCode[c.Code] = c
		if c.Seq != i+1 {
			t.Fatalf("%s stands at %d", c.Code, c.Seq)
		}
	}
	if c := byCode["藏0102"]; c.Level != 4 || c.Parent != "藏01" || byCode["藏01"].Parent != "藏" || byCode["藏"].Parent != "最高法" {
		t.Errorf("藏0102 is %+v", c)
	}
}

func TestPublishedCauses(t *testing.T) {
	for file, want := range map[string]struct {
		rows int
		line string
	}{"civil-causes.csv": {1048, "civil"}, "criminal-charges.csv": {512, "criminal"}, "administrative-causes.csv": {176, "administrative"}} {
		got, issues, err := ledger.ReadCauses(shared(t, "data/causes/"+file))
		if err != nil || len(got)+len(issues) != want.rows || len(issues) > 0 || got[0].Line != want.line || got[0].Name == "" || got[5].Parent == "" {
			t.Errorf("%s: %d causes, issues %v, %v", file, len(got), issues, err)
		}
	}
}

func TestRoraimaLists(t *testing.T) {
	courts, issues, err := ledger.ReadCourts(shared(t, "data/docket-brazil-roraima/court-names-partial.csv"))
	if err != nil || len(courts) != 11 || len(issues) > 0 {
		t.Errorf("%d courts, %v, %v", len(courts), issues, err)
	}
	subjects, issues, err := ledger.ReadCauses(shared(t, "data/docket-brazil-roraima/subjects.csv"))
	if err != nil || len(subjects) != 652 || len(issues) > 0 {
		t.Errorf("%d subjects, %v, %v", len(subjects), issues, err)
	}
}

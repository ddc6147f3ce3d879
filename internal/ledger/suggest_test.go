package ledger_test

import (
	"encoding/csv"
	"maps"
	"slices"
	"strings"
	"testing"

	"zhunsheng/internal/docket"
	"zhunsheng/internal/ledger"
	"zhunsheng/rules"
)

func vocabulary(t testing.TB) *docket.Vocabulary {
	t.Helper()
	v, err := docket.LoadVocabulary(rules.FS)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func table(t testing.TB, text string) (headers []string, sample [][]string) {
	t.Helper()
	rows, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return rows[0], rows[1:]
}

func TestSuggestKnownMappings(t *testing.T) {
	known := slices.Collect(maps.Values(mappings(t)))
	for headers, want := range map[string]string{
		"case_number,degree,court_code,class_code,format_code,subject_code,filing_date,judgment_date,days_to_judgment":                                         "brazil-roraima",
		"case_number,filing_date,court,degree,secrecy_level,class_code,class_name,court_code,subject_names,last_motion_date,last_motion_code,last_motion_name": "brazil-santa-catarina",
		"case_id,case_participant_id,received_date,offense_category,participant_status,arrest_date":                                                            "cook-county",
		"法院,法院代码,案号,案由,立案日期,审限起始日期,审限届满日期,结案日期,结案方式,承办部门,承办人":                                                                                                  "cn-standard",
		"案号,法院代码,事件,日期,截止日期,结果,录入日期,事件编号":                                                                                                                      "cn-standard",
		"甲,乙,丙": "suggested",
	} {
		m, notes := ledger.Suggest(strings.Split(headers, ","), nil, known, vocabulary(t))
		if m.Name != want || len(notes) == 0 {
			t.Errorf("%s: %s, want %s, notes %v", headers, m.Name, want, notes)
		}
	}
}

func TestSuggestNewMappings(t *testing.T) {
	for name, tc := range map[string]struct {
		text, registry string
		want           map[string]string
		key            []string
		note           string
	}{
		"Chinese": {
			"序号,案件字号,受理法院,案由名称,收案时间,审结日期,处理结果,标的金额\n1,（2024）藏9801民初1号,甲区人民法院,离婚纠纷,2024/3/5,2024/4/5,判决,12.5\n",
			"cn", map[string]string{"案件字号": "case_no", "受理法院": "court", "案由名称": "cause", "收案时间": "filed_on", "审结日期": "closed_on", "处理结果": "closing_way", "标的金额": "claimed"},
			[]string{"court", "case_no"}, "案由名称"},
		"English": {
			"Docket Number,Court Name,Date Filed,Date Closed,Manner of Disposition,Assigned Judge\nA-1,North,03/15/2024,04/20/2024,dismissed by clerk,Roe\n",
			"none", map[string]string{"Docket Number": "case_no", "Court Name": "court", "Date Filed": "filed_on", "Date Closed": "closed_on", "Manner of Disposition": "closing_way", "Assigned Judge": "judge"},
			[]string{"court", "case_no"}, "Manner of Disposition"},
		"Brazilian by its cells": {
			"processo,grau,data\n0019344-87.2001.8.23.0010,G1,2001-05-04\n",
			"br-cnj", map[string]string{"processo": "case_no", "grau": "instance"}, []string{"case_no", "instance"}, "processo"},
		"a name that its cells contradict": {
			"案号,立案日期\n（2024）藏9801民初1号,张三\n（2024）藏9801民初2号,李四\n",
			"cn", map[string]string{"案号": "case_no"}, []string{"court", "case_no"}, ""},
		"ambiguous days": {
			"案号,立案日期\n（2024）藏9801民初1号,03/04/2024\n",
			"cn", map[string]string{"案号": "case_no", "立案日期": "filed_on"}, []string{"court", "case_no"}, "立案日期"},
		"several rows of one case": {
			"案号,日期\n（2024）藏9801民初1号,2024-01-01\n（2024）藏9801民初1号,2024-02-01\n",
			"cn", map[string]string{"案号": "case_no"}, []string{"court", "case_no"}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			headers, sample := table(t, tc.text)
			m, notes := ledger.Suggest(headers, sample, nil, vocabulary(t))
			if got := m.ColumnsOf("x.csv", headers); !maps.Equal(got, tc.want) {
				t.Errorf("columns %v, want %v", got, tc.want)
			}
			if m.Registry != tc.registry || !slices.Equal(m.Tables[0].Key, tc.key) || len(m.Missing()) > 0 {
				t.Errorf("registry %s, key %v, missing %v", m.Registry, m.Tables[0].Key, m.Missing())
			}
			if tc.note != "" && !slices.ContainsFunc(notes, func(n ledger.Note) bool { return n.Header == tc.note }) {
				t.Errorf("no note on %s: %v", tc.note, notes)
			}
			text, err := m.YAML()
			if err != nil {
				t.Fatal(err)
			}
			again, err := ledger.ParseMapping("suggested", text)
			if err != nil {
				t.Fatal(err)
			}
			if rows := parse(t, readerOf(t, again, ledger.Lists{}), input("x.csv", []byte(tc.text))); len(rows) != len(sample) {
				t.Errorf("%d rows, want %d", len(rows), len(sample))
			}
		})
	}
}

func TestSuggestWithoutCaseNumber(t *testing.T) {
	m, notes := ledger.Suggest([]string{"甲", "立案日期"}, [][]string{{"x", "2024-01-01"}}, nil, vocabulary(t))
	if !slices.Equal(m.Missing(), []string{"case_no"}) || !slices.ContainsFunc(notes, func(n ledger.Note) bool { return strings.Contains(n.Text.En, "case number") }) {
		t.Errorf("missing %v, notes %v", m.Missing(), notes)
	}
}

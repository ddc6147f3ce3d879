package ledger_test

import (
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"

	"zhunsheng/internal/docket"
	"zhunsheng/internal/ledger"
	"zhunsheng/rules"
)

func mappings(t testing.TB) map[string]*ledger.Mapping {
	t.Helper()
	ms, err := ledger.LoadMappings(rules.FS)
	if err != nil {
		t.Fatal(err)
	}
	return ms
}

func TestCommittedMappings(t *testing.T) {
	ms := mappings(t)
	for _, name := range []string{"cn-standard", "brazil-roraima", "brazil-santa-catarina", "cook-county"} {
		m := ms[name]
		if m == nil {
			t.Errorf("no mapping %s", name)
			continue
		}
		if _, err := docket.LoadRegistry(rules.FS, m.Registry); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if m.Title.Zh == "" || m.Title.En == "" || len(m.Missing()) > 0 {
			t.Errorf("%s: title %+v, missing %v", name, m.Title, m.Missing())
		}
	}
}

func TestSavedMappingsReadBack(t *testing.T) {
	for name, m := range mappings(t) {
		text, err := m.YAML()
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		again, err := ledger.ParseMapping(name, text)
		if err != nil || !reflect.DeepEqual(m, again) {
			t.Errorf("%s changed on its way through YAML: %v\n%s", name, err, text)
		}
	}
}

// TestStandardCoversEveryColumn: a file whose headers are the Chinese names of all columns is
// read completely, and so is one with every synonym of the mapping.
func TestStandardCoversEveryColumn(t *testing.T) {
	m := mappings(t)["cn-standard"]
	headers := []string{}
	for _, f := range docket.FileFields {
		headers = append(headers, f.Zh)
	}
	got := m.ColumnsOf("2023年台账.csv", headers)
	for _, f := range docket.FileFields {
		if got[f.Zh] != f.Name {
			t.Errorf("header %s is read as %q, want %s", f.Zh, got[f.Zh], f.Name)
		}
	}
	events := m.ColumnsOf("2023-events.csv.gz", []string{"案号", "法院代码", "事件", "日期", "截止日期", "结果", "录入日期", "事件编号"})
	want := map[string]string{"案号": "case_no", "法院代码": "court", "事件": "event.kind", "日期": "event.day",
		"截止日期": "event.until", "结果": "event.result", "录入日期": "event.entered_on"}
	if !maps.Equal(events, want) {
		t.Errorf("events are read as %v", events)
	}
}

func TestMappingFaults(t *testing.T) {
	const good = "name: x\nversion: 1\nregistry: cn\ntables:\n  - match: '*'\n    record: case\n    key: case_no\n    columns:\n      case_no: {from: 案号}\n"
	if _, err := ledger.ParseMapping("m.yaml", []byte(good)); err != nil {
		t.Fatal(err)
	}
	for change, want := range map[[2]string]string{
		{"name: x", "name: ''"}:                                                "the mapping has no name",
		{"version: 1", "version: 0"}:                                           "version is missing",
		{"registry: cn\n", ""}:                                                 "registry is missing",
		{"registry: cn", "registri: cn"}:                                       "m.yaml:3",
		{"case_no: {from: 案号}", "caseno: {from: 案号}"}:                          `m.yaml:9: "caseno" is no column of a case`,
		{"case_no: {from: 案号}", "case_no: {from: 案号}\n      case_no: 1"}:       "m.yaml:10",
		{"from: 案号", "form: 案号"}:                                               "m.yaml:9",
		{"from: 案号", "from: 案号, const: x"}:                                     "either from or const",
		{"from: 案号", "from: 案号, format: YYYY-MM-DD"}:                           "only days and amounts have a format",
		{"case_no: {from: 案号}", "filed_on: {from: 立案, format: M/D}"}:           "not a date format",
		{"case_no: {from: 案号}", "claimed: {from: 标的, format: 文}"}:              "not a unit of money",
		{"key: case_no", "key: [court]"}:                                       "",
		{"key: case_no", "key: [judge]"}:                                       "nothing fills judge",
		{"key: case_no", "key: filed_on"}:                                      "no text column",
		{"key: case_no", "key: []"}:                                            "key is missing",
		{"record: case", "record: file"}:                                       `record "file" is not known`,
		{"record: case", "record: event"}:                                      "needs event",
		{"record: case", "record: case\n    brings_case: true"}:                "brings_case is for tables of events",
		{"match: '*'", "match: '[a'"}:                                          "no file-name pattern",
		{"match: '*'", "match: []"}:                                            "match is missing",
		{"record: case", "record: case\n    extra: maybe"}:                     `extra "maybe" is not known`,
		{"record: case", "record: case\n    event: {kind: {from: a}}"}:         "event has no ref",
		{"record: case", "record: case\n    event: {ref: a, kind: {from: a}}"}: "event needs kind and day",
		{"from: 案号", "from: 案号, when: {状态: []}"}:                               "has no values",
	} {
		text := strings.Replace(good, change[0], change[1], 1)
		_, err := ledger.ParseMapping("m.yaml", []byte(text))
		switch {
		case want == "" && err != nil:
			t.Errorf("%q: %v", change[1], err)
		case want != "" && (err == nil || !strings.Contains(err.Error(), want)):
			t.Errorf("%q: error %v, want %s", change[1], err, want)
		}
	}
}

func TestClerkCorrectsColumns(t *testing.T) {
	m := mappings(t)["brazil-roraima"]
	m.SetColumns(map[string]string{"case_number": "case_no", "filing_date": "filed_on", "vara": "court", "degree": "instance", "judge": ""})
	got := m.ColumnsOf("x.csv", []string{"case_number", "filing_date", "vara", "degree", "class_code", "judgment_date"})
	want := map[string]string{"case_number": "case_no", "filing_date": "filed_on", "vara": "court", "degree": "instance"}
	if !maps.Equal(got, want) {
		t.Errorf("corrected to %v, want %v", got, want)
	}
	i := slices.IndexFunc(m.Tables[0].Columns, func(c ledger.Column) bool { return c.Field == "closing_way" })
	if i < 0 || m.Tables[0].Columns[i].Const != "judgment" {
		t.Error("the fixed way of closing is lost")
	}
	if _, err := m.YAML(); err != nil {
		t.Error(err)
	}
	m.SetColumns(map[string]string{"filing_date": "filed_on"})
	if got := m.Missing(); !slices.Equal(got, []string{"case_no", "instance"}) {
		t.Errorf("missing %v", got)
	}
	if _, err := m.YAML(); err == nil {
		t.Error("a mapping without its key was saved")
	}
}

func FuzzMapping(f *testing.F) {
	f.Add("name: x\nversion: 1\nregistry: cn\ntables:\n  - match: '*'\n    record: case\n    key: case_no\n    columns:\n      case_no: {from: 案号}\n")
	f.Add("name: \"\\x01\"\nversion: 2\nregistry: none\ntables: [{match: x, record: event, key: case_no, columns: {case_no: {const: 'no', when: {\"\\u2028\": 'a: b'}}}, event: {ref: row, kind: {const: '~'}, day: {from: '- x'}}}]")
	f.Fuzz(func(t *testing.T, text string) {
		m, err := ledger.ParseMapping("m.yaml", []byte(text))
		if err != nil {
			return
		}
		saved, err := m.YAML()
		if err != nil {
			t.Fatalf("accepted but cannot be saved: %v", err)
		}
		again, err := ledger.ParseMapping("m.yaml", saved)
		if err != nil || !reflect.DeepEqual(m, again) {
			t.Fatalf("%v\n%s\nread back as\n%+v\nwant\n%+v", err, saved, again, m)
		}
	})
}

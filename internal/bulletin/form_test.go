package bulletin_test

import (
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"

	"zhunsheng/internal/bulletin"
	"zhunsheng/internal/indicator"
	"zhunsheng/rules"
)

// changed is the rules tree with one file's text changed.
func changed(t *testing.T, name, from, to string) fs.FS {
	t.Helper()
	out := fstest.MapFS{}
	err := fs.WalkDir(rules.FS, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := fs.ReadFile(rules.FS, path)
		out[path] = &fstest.MapFile{Data: b}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	text := string(out[name].Data)
	if !strings.Contains(text, from) {
		t.Fatalf("%s does not contain %q", name, from)
	}
	out[name] = &fstest.MapFile{Data: []byte(strings.Replace(text, from, to, 1))}
	return out
}

// load reads wording and all skeletons of a rules tree.
func load(t *testing.T, tree fs.FS) error {
	t.Helper()
	book, err := indicator.Load(rules.FS)
	if err != nil {
		t.Fatal(err)
	}
	w, err := bulletin.LoadWording(tree, book)
	if err != nil {
		return err
	}
	for _, kind := range bulletin.Kinds {
		if _, err := bulletin.LoadSkeleton(tree, kind, w, book); err != nil {
			return err
		}
	}
	return nil
}

func TestModelsLoad(t *testing.T) {
	if err := load(t, rules.FS); err != nil {
		t.Fatal(err)
	}
}

// TestFaultyModels: what a court writes wrong is refused with its place, what is wrong and how to
// mend it.
func TestFaultyModels(t *testing.T) {
	const forms = "bulletins/forms.yaml"
	for name, tc := range map[string]struct{ file, from, to, want string }{
		"unknown figure":           {forms, "结案率{volume.closing_rate}", "结案率{volume.closng_rate}", "unknown figure {volume.closng_rate}"},
		"unknown set":              {forms, "结案率{volume.closing_rate}", "结案率{volum.closing_rate}", "unknown figure {volum.closing_rate}"},
		"unknown word":             {forms, "数据截至{data_day}（第", "数据截至{dataday}（第", "unknown slot {dataday}"},
		"word of another form":     {forms, "数据截至{data_day}（第", "数据截至{court}（第", "unknown slot {court}"},
		"unknown period":           {forms, "{volume.pending_over_12m@start}件", "{volume.pending_over_12m@begin}件", `"begin" is no period`},
		"unknown manner":           {forms, "{volume.accepted|change}；", "{volume.accepted|percent}；", `"percent" is no manner`},
		"a word with a change":     {forms, "（第{batch}批", "（第{batch|change}批", "a word has no period and no change"},
		"open brace":               {forms, "结案率{volume.closing_rate}", "结案率{volume.closing_rate", "not closed"},
		"no slot":                  {forms, "结案率{volume.closing_rate}", "结案率{结案率}", "is no slot"},
		"form left out":            {forms, "  pattern.none:", "  pattern.nothing:", "form pattern.none is missing"},
		"label left out":           {forms, "  name_comma:", "  name_coma:", "label name_comma is missing"},
		"one language":             {forms, "  reason.of: {zh:", "  reason.of: {en: x, zh:", "forms.yaml"},
		"unknown block":            {"bulletins/monthly.yaml", "block: flow_by_line", "block: flow_by_lin", `unknown block "flow_by_lin"`},
		"unknown form":             {"bulletins/quarterly.yaml", "say: [pending.long]", "say: [pending.lon]", `unknown sentence form "pending.lon"`},
		"form of a block":          {"bulletins/quarterly.yaml", "say: [pending.long]", "say: [fact.trend_up]", "filled by a block"},
		"unknown condition":        {"bulletins/monthly.yaml", "when: many_courts", "when: many", `unknown condition "many"`},
		"unknown set of skeleton":  {"bulletins/monthly.yaml", "set: spc-2024-09", "set: spc-2042-09", `unknown indicator set "spc-2042-09"`},
		"unknown figure of a list": {"bulletins/monthly.yaml", "indicator: pending_over_12m", "indicator: pending_over_13m", "unknown figure volume.pending_over_13m"},
		"no day":                   {"bulletins/monthly.yaml", "from: 2024-01-01", "from: 2024-13-01", "YYYY-MM-DD"},
		"unknown key":              {"bulletins/notice.yaml", "due_days: 15", "due_day: 15", "due_day"},
	} {
		t.Run(name, func(t *testing.T) {
			err := load(t, changed(t, tc.file, tc.from, tc.to))
			if err == nil {
				t.Fatal("it was accepted")
			}
			if !strings.Contains(err.Error(), tc.want) || !strings.Contains(err.Error(), tc.file) {
				t.Errorf("error %q, want %q in %s", err, tc.want, tc.file)
			}
			t.Log(err)
		})
	}
}

// TestOwnWording: a court may word a sentence anew and use other figures of the catalogue.
func TestOwnWording(t *testing.T) {
	tree := changed(t, "bulletins/forms.yaml", "结案率{volume.closing_rate}", "结案率{volume.closing_rate}、结收比{volume.closed_to_filed}（{volume.closed_to_filed|change_prior}）")
	if err := load(t, tree); err != nil {
		t.Error(err)
	}
}

package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/spf13/cobra"
)

// commands lists every command that does something.
func commands(c *cobra.Command) []*cobra.Command {
	var out []*cobra.Command
	for _, sub := range c.Commands() {
		out = append(out, commands(sub)...)
	}
	if !c.HasSubCommands() && c.Runnable() {
		out = append(out, c)
	}
	return out
}

func newRoot() *cobra.Command { return (&env{}).root() }

// TestEveryCommandHasExamples: help shows how a command is used, and the examples are right.
func TestEveryCommandHasExamples(t *testing.T) {
	for _, c := range commands(newRoot()) {
		if c.Short == "" || c.Example == "" {
			t.Errorf("%s: no description or no example", c.CommandPath())
		}
		used := false
		for _, words := range invocations(c.Example) {
			found, rest, err := newRoot().Find(words)
			if err != nil {
				t.Errorf("%s: %q: %v", c.CommandPath(), words, err)
				continue
			}
			if err := found.ParseFlags(rest); err != nil {
				t.Errorf("%s: %q: %v", c.CommandPath(), words, err)
			}
			used = used || found.CommandPath() == c.CommandPath()
		}
		if !used {
			t.Errorf("%s: no example uses it", c.CommandPath())
		}
	}
}

// invocations finds the calls of the program in shell lines.
func invocations(text string) [][]string {
	var out [][]string
	for line := range strings.Lines(text) {
		for part := range strings.FieldsFuncSeq(line, func(r rune) bool { return r == '|' || r == '&' || r == '>' || r == ';' }) {
			if words := strings.Fields(part); len(words) > 1 && words[0] == "zhunsheng" {
				out = append(out, words[1:])
			}
		}
	}
	return out
}

// TestManualNamesEveryCommand: docs/cli.md describes the commands and flags there are, and no
// others.
func TestManualNamesEveryCommand(t *testing.T) {
	manual := readDoc(t, "cli.md")
	for _, c := range commands(newRoot()) {
		if !strings.Contains(manual, "`"+commandName(c)) {
			t.Errorf("docs/cli.md does not name %s", c.CommandPath())
		}
	}
	for _, name := range []string{"cli.md", "real-data.md"} {
		calls := 0
		for _, words := range invocations(readDoc(t, name)) {
			c, rest, err := newRoot().Find(words)
			if err != nil || c.HasSubCommands() && len(rest) > 0 && !strings.HasPrefix(rest[0], "-") {
				t.Errorf("docs/%s: %q is no command", name, strings.Join(words, " "))
				continue
			}
			if err := c.ParseFlags(rest); err != nil {
				t.Errorf("docs/%s: %q: %v", name, strings.Join(words, " "), err)
			}
			calls++
		}
		if calls < 5 {
			t.Errorf("docs/%s has only %d examples", name, calls)
		}
	}
}

func readDoc(t *testing.T, name string) string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("..", "..", "docs", name))
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// TestTableForms: one result in the three forms, kinds of cells kept apart.
func TestTableForms(t *testing.T) {
	want := map[string]string{
		"csv":   "name,n,value,note\n甲院,1,0.5,\"a, b\"\n乙,2,,\n",
		"json":  `{"name":"甲院","n":1,"value":0.5,"note":"a, b"}` + "\n" + `{"name":"乙","n":2,"value":null,"note":null}` + "\n",
		"table": "name  n  value  note\n甲院  1  0.5    a, b\n乙    2  –\n",
	}
	for format, text := range want {
		var out bytes.Buffer
		e := &env{streams: streams{out: &out}, format: format}
		tab := e.table("name", "n", "value", "note")
		tab.add("甲院", 1, figure("0.5"), "a, b")
		tab.add("乙", int64(2), figure(""), nil)
		if err := tab.end(); err != nil {
			t.Fatal(err)
		}
		if out.String() != text {
			t.Errorf("%s:\ngot\n%swant\n%s", format, out.String(), text)
		}
		if format != "json" {
			continue
		}
		for line := range strings.Lines(out.String()) {
			if !json.Valid([]byte(line)) {
				t.Errorf("not JSON: %s", line)
			}
		}
	}
}

// TestFailureWritesNothing: a command that fails before its first row leaves standard output
// empty, so that a pipe behind it sees no half of a table.
func TestFailureWritesNothing(t *testing.T) {
	for _, format := range []string{"table", "csv", "json"} {
		var out, errs bytes.Buffer
		got := run(t.Context(), []string{"ledger", "batches", "--format", format, "--data", filepath.Join(t.TempDir(), "none")}, streams{nil, &out, &errs})
		if got != exitFailed || out.Len() > 0 || !strings.HasPrefix(errs.String(), "zhunsheng: ") || strings.Count(errs.String(), "\n") != 1 {
			t.Errorf("%s: status %d, out %q, err %q", format, got, out.String(), errs.String())
		}
	}
}

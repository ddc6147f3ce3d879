package main

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"zhunsheng/internal/fault"
	"zhunsheng/internal/truth"
)

// bulletinCheckCmd judges a text that anybody wrote.
func (e *env) bulletinCheckCmd() *cobra.Command {
	var figures, names string
	c := &cobra.Command{Use: "check FILE|-", Short: "Truth of a text: sums, rates, units, direction words, ranking words", Args: args(1, "one file, docx or txt, or - for standard input"),
		Long: `Reads the sentences of a docx or txt file, ours or anybody's, and reports what cannot be true in
them: one line for each finding, with paragraph and character, rule, what is printed, what the
other numbers give ("–": nothing to compute), and the sentence. csv and json add why. Says nothing
where it is not certain (docs/truth.md). With --figures every number must also be a figure of that
edition. Status 0: nothing found, 1: findings, 3: unreadable.`,
		Example: "  zhunsheng bulletin check report.docx\n  zhunsheng bulletin check bulletin.docx --figures figures.json --format csv\n  zhunsheng bulletin check - < draft.txt",
		RunE: func(_ *cobra.Command, got []string) error {
			known, err := e.knownTruth(figures, names)
			if err != nil {
				return err
			}
			data, err := e.readAll(got[0])
			if err != nil {
				return err
			}
			paragraphs, err := truth.Read(got[0], data)
			if err != nil {
				return err
			}
			found := truth.Check(paragraphs, known)
			if err := e.printFindings(found); err != nil {
				return err
			}
			if len(found) > 0 {
				return errFindings
			}
			return nil
		}}
	c.Flags().StringVar(&figures, "figures", "", "figures.json of the edition: full knowledge of our own document")
	c.Flags().StringVar(&names, "names", "", "file of personal names that may not appear, one per line")
	return c
}

// knownTruth reads what is known beyond the text.
func (e *env) knownTruth(figures, names string) (known truth.Known, err error) {
	if figures != "" {
		data, err := e.readAll(figures)
		if err != nil {
			return known, err
		}
		if known.Figures, err = truth.ReadFigures(figures, data); err != nil {
			return known, err
		}
	}
	if names != "" {
		data, err := e.readAll(names)
		if err != nil {
			return known, err
		}
		for line := range strings.Lines(string(bytes.TrimPrefix(data, []byte("\xEF\xBB\xBF")))) {
			if line = strings.TrimSpace(line); line != "" {
				known.Names = append(known.Names, line)
			}
		}
	}
	return known, nil
}

// readAll reads a file or standard input, up to the largest text that is checked.
func (e *env) readAll(name string) ([]byte, error) {
	r, done, err := e.open(name)
	if err != nil {
		return nil, err
	}
	defer done()
	data, err := io.ReadAll(io.LimitReader(r, truth.LongestFile+1))
	if err != nil {
		return nil, fault.At(name, "cannot be read: "+err.Error(), "check the path and the rights of the file")
	}
	return data, nil
}

// printFindings prints one finding a line: as a compiler does for people, with all columns for
// programs.
func (e *env) printFindings(found []truth.Finding) error {
	if e.format != "table" {
		t := e.table("line", "col", "rule", "printed", "recomputed", "sentence", "why", "why_en")
		for _, f := range found {
			t.add(f.Line, f.Col, string(f.Rule), f.Printed, f.Recomputed, f.Sentence, f.Why.Zh, f.Why.En)
		}
		return t.end()
	}
	out := bufio.NewWriter(e.out)
	word := func(s string) string {
		if s = strings.Join(strings.Fields(s), ""); s == "" {
			return "–"
		}
		return s
	}
	for _, f := range found {
		if _, err := fmt.Fprintf(out, "%d:%d %s %s %s %s\n", f.Line, f.Col, f.Rule, word(f.Printed), word(f.Recomputed), strings.Join(strings.Fields(f.Sentence), " ")); err != nil {
			return err
		}
	}
	return out.Flush()
}

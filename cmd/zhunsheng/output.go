package main

import (
	"bufio"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"math/big"
	"strconv"
	"strings"

	"golang.org/x/text/width"

	"zhunsheng/internal/indicator"
)

// num is a number as it is printed; empty is "no value". JSON prints it without quotation
// marks, null when empty.
type num string

// figure is the value of an indicator: a num that a table for people shows as "–" when the
// denominator is zero or there is no roster.
type figure num

func rat(r *big.Rat) num { return num(indicator.FormatRat(r)) }

// table prints the rows of a command in the format asked for. csv and json rows are written
// as they come, so that a ledger of any size can be exported; only an aligned table waits for
// its last row. Nothing is written before the first row or end, so that a command that fails
// early leaves standard output empty.
type table struct {
	format string
	out    *bufio.Writer
	csv    *csv.Writer
	head   []string
	keys   []string   // the names of the columns, in JSON
	kept   [][]string // rows of an aligned table
	begun  bool
	err    error // the first failure to write
}

// table begins the result of a command; finish it with end.
func (e *env) table(head ...string) *table {
	out := bufio.NewWriter(e.out)
	t := &table{format: e.format, out: out, csv: csv.NewWriter(out), head: head}
	for _, h := range head {
		key, err := json.Marshal(h)
		if err != nil && t.err == nil {
			t.err = err
		}
		t.keys = append(t.keys, string(key))
	}
	return t
}

// add prints one row. Cells are strings, numbers, nums or nil.
func (t *table) add(cells ...any) {
	t.begin()
	if t.err != nil {
		return
	}
	switch t.format {
	case "csv":
		t.err = t.csv.Write(texts(cells, ""))
	case "json":
		t.err = t.jsonRow(cells)
	default:
		t.kept = append(t.kept, texts(cells, "–"))
	}
}

func (t *table) begin() {
	if t.begun || t.err != nil {
		return
	}
	t.begun = true
	if t.format == "csv" {
		t.err = t.csv.Write(t.head)
	}
}

// end prints what is still kept and returns the first failure.
func (t *table) end() error {
	t.begin()
	if t.err != nil {
		return t.err
	}
	switch t.format {
	case "csv":
		t.csv.Flush()
		t.err = t.csv.Error()
	case "table":
		t.err = t.aligned()
	}
	if t.err != nil {
		return t.err
	}
	return t.out.Flush()
}

// texts are cells as csv and tables print them; noValue stands for a figure without value.
func texts(cells []any, noValue string) []string {
	row := make([]string, len(cells))
	for i, c := range cells {
		if f, ok := c.(figure); ok && f == "" {
			row[i] = noValue
			continue
		}
		row[i] = text(c)
	}
	return row
}

func text(cell any) string {
	switch c := cell.(type) {
	case nil:
		return ""
	case string:
		return c
	case float64:
		return strconv.FormatFloat(c, 'f', -1, 64)
	}
	return fmt.Sprint(cell)
}

// jsonRow prints one object, its keys in the order of the header.
func (t *table) jsonRow(cells []any) error {
	var b strings.Builder
	for i, c := range cells {
		b.WriteString(map[bool]string{true: "{", false: ","}[i == 0])
		b.WriteString(t.keys[i])
		b.WriteByte(':')
		v, err := jsonCell(c)
		if err != nil {
			return err
		}
		b.WriteString(v)
	}
	b.WriteString("}\n")
	_, err := t.out.WriteString(b.String())
	return err
}

func jsonCell(cell any) (string, error) {
	switch c := cell.(type) {
	case figure:
		return jsonCell(num(c))
	case num:
		if c == "" {
			return "null", nil
		}
		return string(c), nil
	case int64, int, nil:
		b, err := json.Marshal(c)
		return string(b), err
	case float64:
		return text(c), nil
	}
	b, err := json.Marshal(text(cell))
	return string(b), err
}

// aligned prints columns under one another; a Chinese character is two columns wide.
func (t *table) aligned() error {
	rows := append([][]string{t.head}, t.kept...)
	widths := make([]int, len(t.head))
	for _, r := range rows {
		for i, c := range r {
			widths[i] = max(widths[i], displayWidth(c))
		}
	}
	for _, r := range rows {
		var b strings.Builder
		for i, c := range r {
			b.WriteString(c)
			if i < len(r)-1 {
				b.WriteString(strings.Repeat(" ", widths[i]-displayWidth(c)+2))
			}
		}
		if _, err := io.WriteString(t.out, strings.TrimRight(b.String(), " ")+"\n"); err != nil {
			return err
		}
	}
	return nil
}

func displayWidth(s string) int {
	n := 0
	for _, r := range s {
		switch width.LookupRune(r).Kind() {
		case width.EastAsianWide, width.EastAsianFullwidth:
			n += 2
		default:
			n++
		}
	}
	return n
}

// say prints a sentence for people, or the bare table for programs.
func (e *env) say(sentence string, t *table) error {
	if e.format != "table" {
		return t.end()
	}
	_, err := fmt.Fprintln(e.out, sentence)
	return err
}

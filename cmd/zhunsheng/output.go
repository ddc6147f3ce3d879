package main

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"golang.org/x/text/width"
)

// table is a command's result: printed as an aligned table, csv or json lines.
type table struct {
	head []string
	rows [][]string
}

func (t *table) add(cells ...string) { t.rows = append(t.rows, cells) }

func (e *env) print(t table) error {
	switch e.format {
	case "csv":
		return t.csv(e.out)
	case "json":
		return t.json(e.out)
	}
	return t.text(e.out)
}

func (t table) csv(w io.Writer) error {
	out := csv.NewWriter(w)
	if err := out.Write(t.head); err != nil {
		return err
	}
	return out.WriteAll(t.rows)
}

// json prints one object per row, keys in the order of the header.
func (t table) json(w io.Writer) error {
	for _, r := range t.rows {
		var b strings.Builder
		for i, h := range t.head {
			k, err := json.Marshal(h)
			if err != nil {
				return err
			}
			v, err := json.Marshal(r[i])
			if err != nil {
				return err
			}
			b.WriteString(map[bool]string{true: "{", false: ","}[i == 0])
			b.Write(k)
			b.WriteByte(':')
			b.Write(v)
		}
		if _, err := fmt.Fprintln(w, b.String()+"}"); err != nil {
			return err
		}
	}
	return nil
}

// text aligns columns; a Chinese character is two columns wide.
func (t table) text(w io.Writer) error {
	widths := make([]int, len(t.head))
	for _, r := range append([][]string{t.head}, t.rows...) {
		for i, c := range r {
			widths[i] = max(widths[i], displayWidth(c))
		}
	}
	for _, r := range append([][]string{t.head}, t.rows...) {
		var b strings.Builder
		for i, c := range r {
			b.WriteString(c)
			if i < len(r)-1 {
				b.WriteString(strings.Repeat(" ", widths[i]-displayWidth(c)+2))
			}
		}
		if _, err := fmt.Fprintln(w, strings.TrimRight(b.String(), " ")); err != nil {
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

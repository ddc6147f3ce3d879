package ledger

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"zhunsheng/internal/docket"
	"zhunsheng/internal/statute"
)

// Note is something about a suggested mapping that a clerk should look at.
type Note struct {
	Header string // column of the file, "" for the whole
	Text   statute.Text
}

// enough is the share of a known mapping's columns, or of the file's, that makes it fit.
const enough = 0.6

// Suggest proposes how to read a table: the known mapping that fits its headers best, else a
// new one, column by column, from the names of the columns and the look of the sample. The
// result is a whole mapping that a clerk can correct; the notes say what is unsure.
func Suggest(headers []string, sample [][]string, known []*Mapping, words *docket.Vocabulary) (*Mapping, []Note) {
	if m, t := fitting(headers, known); m != nil {
		return m.clone(), fitNotes(m, t, headers)
	}
	s := suggestion{headers: headers, sample: sample, words: words, field: make([]string, len(headers))}
	s.byName(known)
	s.caseNumber()
	return s.mapping(), s.notes
}

// clone copies a mapping as far as corrections change it.
func (m *Mapping) clone() *Mapping {
	c := *m
	c.Tables = slices.Clone(m.Tables)
	for i := range c.Tables {
		c.Tables[i].Columns = slices.Clone(m.Tables[i].Columns)
	}
	return &c
}

// fitting finds the known mapping that reads the headers best, nil when none reads enough.
func fitting(headers []string, known []*Mapping) (best *Mapping, table *TableMapping) {
	bestScore := enough
	bestRead := 0
	for _, m := range known {
		for i := range m.Tables {
			t := &m.Tables[i]
			read, score := t.fit(headers)
			if score > bestScore || score == bestScore && read > bestRead {
				best, table, bestScore, bestRead = m, t, score, read
			}
		}
	}
	return best, table
}

// fit counts the columns a table mapping finds in the headers; the score is their share of
// the mapping or of the file, whichever is higher, and 0 when a part of the key is missing.
func (t *TableMapping) fit(headers []string) (read int, score float64) {
	columns, found := 0, map[string]bool{}
	count := func(c *Column) {
		if c.Const != "" {
			return
		}
		columns++
		if _, ok := c.source(headers); ok {
			read++
			found[c.Field] = true
		}
	}
	for i := range t.Columns {
		count(&t.Columns[i])
	}
	if t.Event != nil {
		for i := range t.Event.Columns {
			count(&t.Event.Columns[i])
		}
		if !isRow(t.Event.Ref) && slices.ContainsFunc(t.Event.Ref, func(h string) bool { return findHeaderName(headers, h) < 0 }) {
			return 0, 0
		}
	}
	if !isRow(t.Key) {
		for _, f := range t.Key {
			if !found[f] && !(f == "court" && found["case_no"]) && !t.constant(f) {
				return 0, 0
			}
		}
	}
	if columns == 0 || read == 0 {
		return 0, 0
	}
	return read, max(float64(read)/float64(columns), float64(read)/float64(len(headers)))
}

func (t *TableMapping) constant(field string) bool {
	return slices.ContainsFunc(t.Columns, func(c Column) bool { return c.Field == field && c.Const != "" })
}

func fitNotes(m *Mapping, t *TableMapping, headers []string) []Note {
	var unread []string
	for _, h := range headers {
		takes := func(c Column) bool { return slices.Contains(c.From, h) }
		if !slices.ContainsFunc(t.Columns, takes) && (t.Event == nil || !slices.ContainsFunc(t.Event.Columns, takes)) {
			unread = append(unread, h)
		}
	}
	notes := []Note{{Text: statute.Text{Zh: fmt.Sprintf("与映射“%s”相符。", m.Name), En: fmt.Sprintf("The mapping %s fits.", m.Name)}}}
	if len(unread) > 0 && !t.DropExtra {
		names := strings.Join(unread, ", ")
		notes = append(notes, Note{Text: statute.Text{Zh: "原样保留的列：" + names + "。", En: "Columns kept as they come: " + names + "."}})
	}
	return notes
}

// suggestion is a mapping in the making.
type suggestion struct {
	headers []string
	sample  [][]string
	words   *docket.Vocabulary
	field   []string // of each header, "" for none
	notes   []Note
}

// candidate is a possible reading of a header.
type candidate struct {
	header, field int
	score         int
}

// byName gives headers to columns by their names, the surest first; a column goes to one
// header only, and only if the cells look like its kind.
func (s *suggestion) byName(known []*Mapping) {
	var all []candidate
	for f := range docket.FileFields {
		names := s.namesOf(&docket.Fields[f], known)
		for h, header := range s.headers {
			if score := nameScore(docket.Fold(header), names); score > 0 && s.looksLike(h, docket.Fields[f].Kind) {
				all = append(all, candidate{h, f, score})
			}
		}
	}
	slices.SortStableFunc(all, func(a, b candidate) int {
		return cmp.Or(b.score-a.score, a.field-b.field, a.header-b.header)
	})
	taken := map[int]bool{}
	for _, c := range all {
		if taken[c.field] || s.field[c.header] != "" {
			continue
		}
		taken[c.field] = true
		s.field[c.header] = docket.Fields[c.field].Name
		if c.score < sure {
			s.note(c.header, fmt.Sprintf("按名称猜测为“%s”，请核对。", docket.Fields[c.field].Zh),
				fmt.Sprintf("Taken for %s by a part of its name: please check.", docket.Fields[c.field].En))
		}
		s.checkCells(c.header, &docket.Fields[c.field])
	}
}

// namesOf lists the folded names under which a column is known.
func (s *suggestion) namesOf(f *docket.Field, known []*Mapping) []string {
	names := append([]string{f.Name, f.Zh, f.En}, s.words.Headers(f.Name)...)
	for _, m := range known {
		for i := range m.Tables {
			for _, c := range m.Tables[i].Columns {
				if c.Field == f.Name && len(c.When) == 0 && len(c.Values) == 0 {
					names = append(names, c.From...)
				}
			}
		}
	}
	for i, n := range names {
		names[i] = docket.Fold(strings.ReplaceAll(n, "_", ""))
	}
	return names
}

// sure is the score of a full name; parts of names score less, the more they cover the better.
const sure = 100

func nameScore(header string, names []string) int {
	header = strings.ReplaceAll(header, "_", "")
	best := 0
	for _, n := range names {
		switch {
		case header == n:
			return sure
		case len(n) >= 6 && strings.Contains(header, n):
			best = max(best, 90*len(n)/len(header))
		}
	}
	if best < 45 {
		return 0
	}
	return best
}

// column returns the filled cells of a header in the sample.
func (s *suggestion) column(h int) []string {
	var out []string
	for _, row := range s.sample {
		if h < len(row) && strings.TrimSpace(row[h]) != "" {
			out = append(out, strings.TrimSpace(row[h]))
		}
	}
	return out
}

// looksLike reports whether most filled cells could be of a kind; an empty column could be
// anything.
func (s *suggestion) looksLike(h int, kind docket.Kind) bool {
	cells := s.column(h)
	if len(cells) == 0 {
		return true
	}
	good := 0
	switch kind {
	case docket.Text:
		return true
	case docket.Day:
		g := DetectDates(cells, false)
		good = g.Read
		if g.Ambiguous {
			good = len(cells)
		}
	default:
		for _, c := range cells {
			if s.cellFits(c, kind) {
				good++
			}
		}
	}
	return good*2 >= len(cells)
}

func (s *suggestion) cellFits(c string, kind docket.Kind) bool {
	switch kind {
	case docket.Amount, docket.Number:
		_, err := ParseAmount(c, "")
		return err == nil
	case docket.YesNo:
		_, ok := s.words.Code(docket.YesNoWords, c)
		return ok
	}
	return true
}

// checkCells notes what the sample shows about a mapped column.
func (s *suggestion) checkCells(h int, f *docket.Field) {
	cells := s.column(h)
	switch {
	case f.Kind == docket.Day:
		if g := DetectDates(cells, false); g.Note != "" {
			s.note(h, "日期写法："+g.Note, g.Note)
		}
	case s.words.Knows(f.Name):
		var odd []string
		for _, c := range cells {
			if _, ok := s.words.Code(f.Name, c); !ok && !slices.Contains(odd, c) {
				odd = append(odd, c)
			}
		}
		if len(odd) > 0 {
			list := strings.Join(odd[:min(len(odd), 10)], ", ")
			s.note(h, "词汇表中没有："+list+"。请用 values 说明。", "Not in the vocabulary: "+list+". Explain them with values.")
		}
	}
}

func (s *suggestion) note(h int, zh, en string) {
	n := Note{Text: statute.Text{Zh: zh, En: en}}
	if h >= 0 {
		n.Header = s.headers[h]
	}
	s.notes = append(s.notes, n)
}

// caseNumber finds the case number by the look of the cells when no name gave it away.
func (s *suggestion) caseNumber() {
	if s.at("case_no") >= 0 {
		return
	}
	for h := range s.headers {
		if (s.field[h] == "" || s.field[h] == "key") && s.shape(h) != "none" {
			s.field[h] = "case_no"
			s.note(h, "按内容判断为案号，请核对。", "Taken for the case number by its cells: please check.")
			return
		}
	}
	s.note(-1, "没有找到案号列，请指定。", "No column looks like the case number: please choose one.")
}

// at returns the header of a column, -1 for none.
func (s *suggestion) at(field string) int { return slices.Index(s.field, field) }

// shape names the registry whose numbers most cells of a column look like.
func (s *suggestion) shape(h int) string {
	cn, br, all := 0, 0, 0
	for _, c := range s.column(h) {
		all++
		switch {
		case looksChinese(c):
			cn++
		case looksBrazilian(c):
			br++
		}
	}
	switch {
	case all == 0:
		return "none"
	case cn*5 >= all*4:
		return "cn"
	case br*5 >= all*4:
		return "br-cnj"
	}
	return "none"
}

// looksChinese: a bracket, a year, …, 号.
func looksChinese(s string) bool {
	r := []rune(halfWidth(s))
	if len(r) < 8 || !strings.ContainsRune("（(〔【[", r[0]) || !strings.Contains(s, "号") {
		return false
	}
	_, rest, ok := digits(string(r[1:]), 4, 4)
	return ok && rest != ""
}

// looksBrazilian: twenty digits, points and hyphens aside.
func looksBrazilian(s string) bool {
	n := 0
	for _, c := range s {
		switch {
		case c >= '0' && c <= '9':
			n++
		case !strings.ContainsRune(".-/ ", c):
			return false
		}
	}
	return n == 20
}

// mapping puts the columns together.
func (s *suggestion) mapping() *Mapping {
	m := &Mapping{Name: "suggested", Version: 1, Title: statute.Text{Zh: "建议的映射", En: "suggested mapping"}, Registry: "none"}
	if h := s.at("case_no"); h >= 0 {
		m.Registry = s.shape(h)
	}
	t := TableMapping{Match: []string{"*"}, Record: CaseRecord, Key: s.key(m.Registry)}
	for i := range docket.FileFields {
		if h := s.at(docket.FileFields[i].Name); h >= 0 {
			t.Columns = append(t.Columns, Column{Field: docket.FileFields[i].Name, From: []string{s.headers[h]}})
		}
	}
	m.Tables = []TableMapping{t}
	return m
}

// key proposes what identifies a record, and warns when the sample contradicts.
func (s *suggestion) key(registry string) []string {
	key := []string{"case_no"}
	switch {
	case registry == "br-cnj" && s.at("instance") >= 0:
		key = append(key, "instance") // a Brazilian case keeps its number through the instances
	case registry == "cn" || s.at("court") >= 0:
		key = []string{"court", "case_no"}
	}
	seen := map[string]string{}
	for _, row := range s.sample {
		var k strings.Builder
		for _, f := range key {
			if h := s.at(f); h >= 0 && h < len(row) {
				k.WriteString(row[h])
			}
			k.WriteByte(0)
		}
		whole := strings.Join(row, "\x00")
		if old, ok := seen[k.String()]; ok && old != whole {
			s.note(-1, "样本中同一案件有多行：如为事件表，请改用事件映射；否则请补充标识列。", "Several rows of the sample have one key: if they are events, use a mapping for events; otherwise add a column to the key.")
			break
		}
		seen[k.String()] = whole
	}
	return key
}

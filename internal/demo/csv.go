package demo

import (
	"encoding/csv"
	"fmt"
	"io"
	"strconv"
	"strings"

	"zhunsheng/internal/civil"
	"zhunsheng/internal/docket"
)

// header lists the columns of an exported case file: the Chinese names of all canonical
// columns but the record key, which belongs to the ledger.
func header() []string {
	var out []string
	for _, f := range docket.FileFields[1:] {
		out = append(out, f.Zh)
	}
	return append(out, caseExtras...)
}

// caseExtras and eventExtras are columns that the case system exports and the ledger keeps as
// they are: what the time limits need beyond the canonical columns.
var (
	caseExtras  = []string{"审限事项", "延长月数"}
	eventExtras = []string{"延长月数", "批准人", "申请日期", "事由", "转换前程序", "转换后程序"}
)

// record is the row of a case. What the ledger kept under a known header is what the file had.
func record(c *docket.Case, day func(civil.Date) string) []string {
	out := make([]string, 0, len(docket.FileFields)-1)
	for i := range docket.FileFields[1:] {
		f := &docket.FileFields[i+1]
		text := cell(f, c, day)
		if kept, ok := c.Extra[f.Zh]; ok {
			text = kept
		}
		out = append(out, text)
	}
	for _, name := range caseExtras {
		out = append(out, c.Extra[name])
	}
	return out
}

// cell writes one column as a case system does: words for codes, days in its own way, yuan
// with two decimals, nothing for what is not known.
func cell(f *docket.Field, c *docket.Case, day func(civil.Date) string) string {
	switch f.Kind {
	case docket.Day:
		return day(*f.Day(c))
	case docket.Amount:
		m := f.Money(c)
		if !m.Known {
			return ""
		}
		return fmt.Sprintf("%d.%02d", m.Cents/100, m.Cents%100)
	case docket.Number:
		if n := *f.Number(c); n != 0 {
			return strconv.Itoa(int(n))
		}
		return ""
	case docket.YesNo:
		switch *f.Flag(c) {
		case docket.Yes:
			return word("yes_no", "yes")
		case docket.No:
			return word("yes_no", "no")
		}
		return ""
	}
	return word(f.Name, *f.Text(c))
}

// dayText is [civil.Date.String], quick enough for millions of cells.
func dayText(d civil.Date) string {
	if d.IsZero() {
		return ""
	}
	y, m, day := d.YMD()
	return string([]byte{
		'0' + byte(y/1000), '0' + byte(y/100%10), '0' + byte(y/10%10), '0' + byte(y%10),
		'-', '0' + byte(m/10), '0' + byte(m%10), '-', '0' + byte(day/10), '0' + byte(day%10),
	})
}

// slashed writes a day as 2019/7/1.
func slashed(d civil.Date) string {
	if d.IsZero() {
		return ""
	}
	y, m, day := d.YMD()
	return fmt.Sprintf("%d/%d/%d", y, m, day)
}

// writeAll writes a header and records as csv with a line feed at each end.
func writeAll(w io.Writer, head []string, n int, record func(i int) []string) error {
	out := csv.NewWriter(w)
	if err := out.Write(head); err != nil {
		return fmt.Errorf("writing the header: %w", err)
	}
	for i := range n {
		if err := out.Write(record(i)); err != nil {
			return fmt.Errorf("writing row %d: %w", i+2, err)
		}
	}
	out.Flush()
	return out.Error()
}

// WriteCases writes cases as the case system exports them, in the headers of the mapping
// cn-standard.
func WriteCases(w io.Writer, cases []docket.Case) error {
	return writeAll(w, header(), len(cases), func(i int) []string { return record(&cases[i], dayText) })
}

var eventHeader = append([]string{"法院", "案号", "事件编号", "事件", "日期", "截止日期", "事件法院", "经办人", "结果", "录入日期"}, eventExtras...)

// eventRow is an event with the court and number of its case, which name it in a file.
type eventRow struct {
	court, caseNo string
	docket.Event
}

func (e *eventRow) record() []string {
	out := []string{
		e.court, e.caseNo, e.Ref, word("event", e.Kind), dayText(e.Day), dayText(e.Until), e.Court, e.Judge, e.Result,
		dayText(e.EnteredOn),
	}
	for _, name := range eventExtras {
		out = append(out, e.Extra[name])
	}
	return out
}

// WriteCourts, WriteDivisions, WriteCauses and WriteRoster write the office's own lists.
func (c *City) WriteCourts(w io.Writer) error {
	return writeAll(w, []string{"代码", "名称", "级别", "上级法院", "序号"}, len(c.Courts), func(i int) []string {
		x := c.Courts[i]
		return []string{x.Code, x.Name, strconv.Itoa(x.Level), x.Parent, strconv.Itoa(x.Seq)}
	})
}

// WriteDivisions writes the divisions in the order of courts.
func (c *City) WriteDivisions(w io.Writer) error {
	return writeAll(w, []string{"代码", "法院", "名称", "条线", "序号"}, len(c.Divisions), func(i int) []string {
		x := c.Divisions[i]
		return []string{x.ID, x.Court, x.Name, word("line", x.Line), strconv.Itoa(x.Seq)}
	})
}

// WriteCauses writes the causes, each after its parent.
func (c *City) WriteCauses(w io.Writer) error {
	return writeAll(w, []string{"代码", "名称", "上级", "层级", "条线"}, len(c.Causes), func(i int) []string {
		x := c.Causes[i]
		return []string{x.Code, x.Name, x.Parent, strconv.Itoa(x.Level), word("line", x.Line)}
	})
}

// WriteRoster writes all postings known on the data day; an open end is empty.
func (c *City) WriteRoster(w io.Writer) error {
	return writeAll(w, []string{"人员编号", "姓名", "法院", "庭室", "岗位", "起始日期", "截止日期", "语言", "回避法院", "不外派"}, len(c.Roster), func(i int) []string {
		x := c.Roster[i]
		stays := ""
		if x.Stays {
			stays = word(docket.YesNoWords, "yes")
		}
		return []string{x.Judge, x.Name, x.Court, x.Division, word("post", x.Post), x.From.String(), x.To.String(),
			wordsOf(docket.LanguageWords, x.Languages), strings.Join(x.Avoid, "、"), stays}
	})
}

// wordsOf writes codes as words with 、 between them.
func wordsOf(field string, codes []string) string {
	var out []string
	for _, c := range codes {
		out = append(out, word(field, c))
	}
	return strings.Join(out, "、")
}

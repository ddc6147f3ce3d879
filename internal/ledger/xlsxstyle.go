package ledger

import "strings"

// readStyles finds out which styles show a number as a day.
func (wb *workbook) readStyles(part string) error {
	var sheet struct {
		Formats []struct {
			ID   int    `xml:"numFmtId,attr"`
			Code string `xml:"formatCode,attr"`
		} `xml:"numFmts>numFmt"`
		Styles []struct {
			Format int `xml:"numFmtId,attr"`
		} `xml:"cellXfs>xf"`
	}
	if err := wb.decode(part, &sheet); err != nil {
		return err
	}
	codes := map[int]string{}
	for _, f := range sheet.Formats {
		codes[f.ID] = f.Code
	}
	for _, s := range sheet.Styles {
		code, own := codes[s.Format]
		wb.dates = append(wb.dates, own && showsDay(code) || !own && builtInDay(s.Format))
	}
	return nil
}

// builtInDay tells the built-in number formats that show a day; 27 to 36 and 50 to 58 are
// those of Chinese, Japanese and Korean workbooks, without the four that show a time alone.
func builtInDay(id int) bool {
	switch {
	case id >= 14 && id <= 17, id == 22:
		return true
	case id >= 27 && id <= 36, id >= 50 && id <= 58:
		return id != 32 && id != 33 && id != 34 && id != 35 && id != 55 && id != 56
	}
	return false
}

// showsDay reports whether a number format shows a year or a day, or a month where it shows
// no time. Literals, colours and conditions in it do not count.
func showsDay(code string) bool {
	code, _, _ = strings.Cut(code, ";")
	day, month, clock := false, false, false
	for i := 0; i < len(code); i++ {
		switch code[i] {
		case '"':
			i = skipTo(code, i, '"')
		case '[':
			end := skipTo(code, i, ']')
			clock = clock || strings.Trim(strings.ToLower(code[i:min(end, len(code))]), "[hms") == ""
			i = end
		case '\\', '_', '*':
			i++
		case 'y', 'Y', 'd', 'D':
			day = true
		case 'm', 'M':
			month = true
		case 'h', 'H', 's', 'S':
			clock = true
		case 'G': // General
			i += len("eneral")
		}
	}
	return day || month && !clock
}

// skipTo returns the index of the next end behind i, or the length of s.
func skipTo(s string, i int, end byte) int {
	if n := strings.IndexByte(s[i+1:], end); n >= 0 {
		return i + 1 + n
	}
	return len(s)
}

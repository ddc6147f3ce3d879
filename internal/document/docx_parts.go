package document

import "fmt"

const (
	nsW = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
	nsR = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
)

// contentTypes lists the parts of a document with its charts.
func contentTypes(charts int) string {
	const word = "application/vnd.openxmlformats-officedocument.wordprocessingml."
	s := `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">` +
		`<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>` +
		`<Default Extension="xml" ContentType="application/xml"/>`
	for _, p := range []struct{ name, kind string }{
		{"document", "document.main"}, {"styles", "styles"}, {"settings", "settings"}, {"fontTable", "fontTable"},
		{"footerOdd", "footer"}, {"footerEven", "footer"}, {"footerWideOdd", "footer"}, {"footerWideEven", "footer"},
	} {
		s += `<Override PartName="/word/` + p.name + `.xml" ContentType="` + word + p.kind + `+xml"/>`
	}
	for i := range charts {
		s += fmt.Sprintf(`<Override PartName="/word/charts/chart%d.xml" ContentType="application/vnd.openxmlformats-officedocument.drawingml.chart+xml"/>`, i+1)
	}
	return s + `</Types>`
}

const packageRels = `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">` +
	`<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>`

// documentRels names the parts the main one refers to; charts follow as rIdC1, rIdC2 ….
func documentRels(charts int) string {
	s := `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">`
	for i, p := range []struct{ kind, file string }{
		{"styles", "styles"}, {"settings", "settings"}, {"fontTable", "fontTable"},
		{"footer", "footerOdd"}, {"footer", "footerEven"}, {"footer", "footerWideOdd"}, {"footer", "footerWideEven"},
	} {
		s += fmt.Sprintf(`<Relationship Id="rId%d" Type="%s/%s" Target="%s.xml"/>`, i+1, nsR, p.kind, p.file)
	}
	for i := range charts {
		s += fmt.Sprintf(`<Relationship Id="rIdC%d" Type="%s/chart" Target="charts/chart%d.xml"/>`, i+1, nsR, i+1)
	}
	return s + `</Relationships>`
}

const settings = `<w:settings xmlns:w="` + nsW + `"><w:evenAndOddHeaders/><w:characterSpacingControl w:val="compressPunctuation"/>` +
	`<w:compat><w:compatSetting w:name="compatibilityMode" w:uri="http://schemas.microsoft.com/office/word" w:val="15"/></w:compat>` +
	`<w:themeFontLang w:val="en-US" w:eastAsia="zh-CN"/></w:settings>`

// titlePitch is the distance of lines of a title.
const titlePitch = 700

// fontTable names what a reader may use where a font of the standard is missing.
var fontTable = func() string {
	s := `<w:fonts xmlns:w="` + nsW + `">`
	for _, f := range [][2]string{
		{fontBody, "仿宋"}, {fontTitle, "宋体"}, {fontLevel1, "Noto Sans CJK SC"}, {fontLevel2, "楷体"}, {fontFooter, "Noto Serif CJK SC"},
	} {
		s += fmt.Sprintf(`<w:font w:name="%s"><w:altName w:val="%s"/><w:charset w:val="86"/></w:font>`, f[0], f[1])
	}
	return s + `</w:fonts>`
}()

var styles = func() string {
	style := func(id, name, pPr, rPr string) string {
		attr, parent := "", `<w:basedOn w:val="Normal"/>`
		if id == "Normal" {
			attr, parent = ` w:default="1"`, ""
		}
		return fmt.Sprintf(`<w:style w:type="paragraph"%s w:styleId="%s"><w:name w:val="%s"/>%s<w:pPr>%s</w:pPr>%s</w:style>`, attr, id, name, parent, pPr, rPr)
	}
	line := fmt.Sprintf(`<w:spacing w:before="0" w:after="0" w:line="%d" w:lineRule="exact"/>`, linePitch)
	indent := `<w:ind w:firstLineChars="200" w:firstLine="640"/>`
	heading := func(level int, font string) string {
		return style(fmt.Sprintf("Heading%d", level), fmt.Sprintf("heading %d", level),
			fmt.Sprintf(`<w:keepNext/>%s%s<w:outlineLvl w:val="%d"/>`, line, indent, level-1), runProps(font, sizeBody, ""))
	}
	return `<w:styles xmlns:w="` + nsW + `"><w:docDefaults><w:rPrDefault>` + runProps(fontBody, sizeBody, "") + `</w:rPrDefault></w:docDefaults>` +
		style("Normal", "Normal", line+`<w:jc w:val="both"/>`, runProps(fontBody, sizeBody, "")) +
		style("Title", "Title", fmt.Sprintf(`<w:keepNext/><w:autoSpaceDE w:val="0"/><w:autoSpaceDN w:val="0"/><w:snapToGrid w:val="0"/><w:spacing w:line="%d" w:lineRule="exact"/><w:jc w:val="center"/>`, titlePitch), runProps(fontTitle, sizeTitle, "")) +
		style("BodyText", "Body Text", line+indent+`<w:jc w:val="both"/>`, runProps(fontBody, sizeBody, "")) +
		heading(1, fontLevel1) + heading(2, fontLevel2) + heading(3, fontBody) +
		style("Caption", "caption", `<w:keepNext/><w:snapToGrid w:val="0"/><w:spacing w:before="120" w:line="360" w:lineRule="atLeast"/><w:jc w:val="center"/>`, runProps(fontLevel1, 24, "")) +
		style("TableNote", "Table Note", `<w:snapToGrid w:val="0"/><w:spacing w:after="60" w:line="280" w:lineRule="atLeast"/>`, runProps(fontBody, 18, "")) +
		`</w:styles>`
}()

package document

import "fmt"

const (
	nsW = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
	nsR = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
)

const contentTypes = `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">` +
	`<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>` +
	`<Default Extension="xml" ContentType="application/xml"/>` +
	`<Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/>` +
	`<Override PartName="/word/styles.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.styles+xml"/>` +
	`<Override PartName="/word/settings.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.settings+xml"/>` +
	`<Override PartName="/word/fontTable.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.fontTable+xml"/>` +
	`<Override PartName="/word/footerOdd.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.footer+xml"/>` +
	`<Override PartName="/word/footerEven.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.footer+xml"/>` +
	`</Types>`

const packageRels = `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">` +
	`<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>`

const documentRels = `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">` +
	`<Relationship Id="rId1" Type="` + nsR + `/styles" Target="styles.xml"/>` +
	`<Relationship Id="rId2" Type="` + nsR + `/settings" Target="settings.xml"/>` +
	`<Relationship Id="rId3" Type="` + nsR + `/fontTable" Target="fontTable.xml"/>` +
	`<Relationship Id="rId4" Type="` + nsR + `/footer" Target="footerOdd.xml"/>` +
	`<Relationship Id="rId5" Type="` + nsR + `/footer" Target="footerEven.xml"/></Relationships>`

const settings = `<w:settings xmlns:w="` + nsW + `"><w:evenAndOddHeaders/><w:characterSpacingControl w:val="compressPunctuation"/>` +
	`<w:compat><w:compatSetting w:name="compatibilityMode" w:uri="http://schemas.microsoft.com/office/word" w:val="15"/></w:compat>` +
	`<w:themeFontLang w:val="en-US" w:eastAsia="zh-CN"/></w:settings>`

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
		style("Title", "Title", fmt.Sprintf(`<w:spacing w:line="%d" w:lineRule="atLeast"/><w:jc w:val="center"/>`, linePitch), runProps(fontTitle, sizeTitle, "")) +
		style("BodyText", "Body Text", line+indent+`<w:jc w:val="both"/>`, runProps(fontBody, sizeBody, "")) +
		heading(1, fontLevel1) + heading(2, fontLevel2) + heading(3, fontBody) +
		style("Caption", "caption", `<w:keepNext/><w:snapToGrid w:val="0"/><w:spacing w:before="120" w:line="360" w:lineRule="atLeast"/><w:jc w:val="center"/>`, runProps(fontLevel1, 24, "")) +
		style("TableNote", "Table Note", `<w:snapToGrid w:val="0"/><w:spacing w:after="60" w:line="280" w:lineRule="atLeast"/>`, runProps(fontBody, 18, "")) +
		`</w:styles>`
}()

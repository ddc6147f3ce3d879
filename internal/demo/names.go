package demo

import "strings"

// Invented names: common surnames and given-name syllables, Tibetan names in Chinese
// characters, and a few in Tibetan script (U+0F00–U+0FFF), which must survive import, search,
// tables and documents.
var (
	surnames = strings.Split("王 李 张 刘 陈 杨 赵 黄 周 吴 徐 孙 胡 朱 高 林 何 郭 马 罗 梁 宋 郑 谢 韩 唐 冯 于 董 萧 程 曹 袁 邓 许 傅 沈 曾 彭 吕 苏 卢 蒋 蔡 贾 丁 魏 薛 叶 阎 余 潘 杜 戴 夏 钟 汪 田 任 姜", " ")
	given    = strings.Split("伟 芳 娜 敏 静 丽 强 磊 军 洋 勇 艳 杰 娟 涛 明 超 霞 平 刚 桂英 晓东 文博 雨桐 子涵 建国 志远 海燕 春梅 国庆 丽华 思远 嘉宁 若曦 明哲 佳怡 立新 振华 秀兰 玉梅 永刚 红梅 少华 学军 一鸣 天宇 书瑶 景行 怀瑾 望舒 云帆 知行 安然 清源 慧敏 晓峰 彦霖 宏毅 敬之 亦凡", " ")
	tibetan  = strings.Split("扎西 卓玛 次仁 格桑 旦增 达瓦 尼玛 平措 央金 拉姆 顿珠 边巴 普布 索朗 德吉 巴桑 仁青 曲珍 白玛 洛桑 多吉 强巴 措姆 群培 罗布 益西", " ")
	script   = strings.Split("བཀྲ་ཤིས།སྒྲོལ་མ།ཚེ་རིང་།སྐལ་བཟང་།བསྟན་འཛིན།ཟླ་བ།ཉི་མ།ཕུན་ཚོགས།དབྱངས་ཅན།ལྷ་མོ།དོན་གྲུབ།བློ་བཟང་།རྡོ་རྗེ།པདྨ།", "།")
)

// drawName makes a name not in taken and takes it.
func drawName(s stream, taken map[string]bool) string {
	for {
		name := one(s, surnames) + one(s, given)
		switch x := s.Float64(); {
		case x < 0.02:
			name = one(s, script[:len(script)-1]) + one(s, script[:len(script)-1])
		case x < 0.34:
			name = one(s, tibetan) + one(s, tibetan)
		}
		if !taken[name] {
			taken[name] = true
			return name
		}
	}
}

"""Chinese surnames: which are written with two characters, and which are not read as the character usually is. Pure."""

COMPOUND = frozenset(
    [
        "欧阳", "太史", "端木", "上官", "司马", "东方", "独孤", "南宫", "万俟", "闻人", "夏侯", "诸葛",
        "尉迟", "公羊", "赫连", "澹台", "皇甫", "宗政", "濮阳", "公冶", "太叔", "申屠", "公孙", "慕容",
        "仲孙", "钟离", "长孙", "宇文", "司徒", "鲜于", "司空", "闾丘", "子车", "亓官", "司寇", "巫马",
        "公西", "颛孙", "壤驷", "公良", "漆雕", "乐正", "宰父", "谷梁", "拓跋", "夹谷", "轩辕", "令狐",
        "段干", "百里", "呼延", "东郭", "南门", "羊舌", "微生", "梁丘", "左丘", "东门", "西门", "第五",
    ]
)

#: Readings as surnames where the usual reading differs.
READING = {
    "单": "shan", "解": "xie", "仇": "qiu", "查": "zha", "区": "ou", "朴": "piao", "曾": "zeng", "盖": "ge",
    "任": "ren", "华": "hua", "翟": "zhai", "尉": "wei", "万俟": "moqi", "尉迟": "yuchi",
    "长孙": "zhangsun", "澹台": "tantai", "乐": "yue", "召": "shao", "缪": "miao", "员": "yun", "折": "she",
    "黑": "he", "秘": "bi", "冼": "xian", "种": "chong", "重": "chong", "洗": "xian", "覃": "qin",
    "都": "du", "繁": "po", "牟": "mou", "宓": "mi", "晁": "chao", "俞": "yu", "沈": "shen", "郇": "xun",
    "芮": "rui", "鲍": "bao", "卜": "bu", "哈": "ha", "车": "che", "祭": "zhai", "逄": "pang", "曲": "qu",
    "钻": "zuan", "幺": "yao", "褚": "chu", "佴": "nai", "过": "guo", "朱": "zhu", "柏": "bai", "戴": "dai",
    "那": "na", "訾": "zi", "洪": "hong", "石": "shi", "宁": "ning", "隗": "wei", "厘": "li", "卢": "lu",
    "阚": "kan", "藏": "zang", "臧": "zang", "应": "ying", "谌": "chen", "句": "gou", "燕": "yan",
    "干": "gan", "盛": "sheng", "贾": "jia", "陆": "lu", "费": "fei", "殷": "yin", "强": "qiang",
    "葛": "ge", "合": "he", "令狐": "linghu", "钟离": "zhongli",
}

#: Pinyin of the surnames that together bear nearly everybody: where typed pinyin is not divided, it is divided here.
PINYIN = frozenset(
    [
        "ai", "an", "ao", "ba", "bai", "ban", "bao", "bei", "bi", "bian", "bo", "bu", "cai", "cao", "cen",
        "chai", "chang", "chao", "che", "chen", "cheng", "chi", "chu", "cui", "dai", "dan", "dang", "deng",
        "di", "ding", "dong", "dou", "du", "duan", "e", "fan", "fang", "fei", "feng", "fu", "gan", "gao",
        "ge", "geng", "gong", "gou", "gu", "guan", "guo", "ha", "hai", "han", "hao", "he", "heng", "hong",
        "hou", "hu", "hua", "huan", "huang", "hui", "huo", "ji", "jia", "jian", "jiang", "jiao", "jin",
        "jing", "ju", "kan", "kang", "ke", "kong", "kou", "kuai", "kuang", "lai", "lan", "lang", "lao",
        "le", "lei", "leng", "li", "lian", "liang", "liao", "lin", "ling", "liu", "long", "lou", "lu", "lv",
        "luan", "luo", "ma", "man", "mao", "mei", "men", "meng", "mi", "miao", "min", "ming", "mo", "mou",
        "mu", "na", "nan", "ni", "nie", "ning", "niu", "nong", "ou", "ouyang", "pan", "pang", "pei", "peng",
        "pi", "piao", "ping", "pu", "qi", "qian", "qiang", "qiao", "qin", "qiu", "qu", "quan", "que", "ran",
        "rao", "ren", "rong", "ru", "ruan", "rui", "sang", "sha", "shan", "shang", "shao", "she", "shen",
        "sheng", "shi", "shu", "shui", "si", "situ", "song", "su", "sui", "sun", "suo", "tai", "tan",
        "tang", "tao", "teng", "tian", "tong", "tu", "wan", "wang", "wei", "wen", "weng", "wo", "wu", "xi",
        "xia", "xian", "xiang", "xiao", "xie", "xin", "xing", "xiong", "xu", "xuan", "xue", "xun", "yan",
        "yang", "yao", "ye", "yi", "yin", "ying", "yong", "you", "yu", "yuan", "yue", "yun", "zang", "zeng",
        "zha", "zhai", "zhan", "zhang", "zhao", "zhen", "zheng", "zhi", "zhong", "zhou", "zhu", "zhuang",
        "zhuge", "zhuo", "zi", "zong", "zou", "zu", "zuo", "shangguan", "huangfu", "linghu", "sima",
        "xiahou",
    ]
)

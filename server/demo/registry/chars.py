"""Characters of invented names, and what a tired hand or an input method makes of them. Pure."""

from collections import defaultdict
from functools import cache

from pypinyin import Style, lazy_pinyin

#: Surnames of Shanghai's west, most frequent first; weights fall like 1 / (rank + 3).
SURNAMES = (
    "陈张王李朱沈陆徐顾吴周金曹杨蒋钱潘俞黄姚施许孙庄唐赵胡何吕高马郭林刘盛费诸袁倪钟夏邹凌计范戴宋谢叶汪蔡"
    "方邵严卫冯丁魏薛程董石汤龚翁余梁彭田邓韩曾萧贾邱罗郑姜崔任侯龙万段雷史贺毛郝江傅康白秦尹孟黎常武乔赖"
    "柏季奚瞿闵屠卞谈褚裴阮葛祝左封项柳路岳符仇单解查区朴盖晏诸冷储时鲍喻殷应缪"
)
DOUBLE_SURNAMES = ("欧阳", "上官", "司马", "诸葛", "皇甫", "尉迟", "令狐", "夏侯")

#: Given-name characters by sex and generation (born before 1950, 1950-75, after), most frequent first.
GIVEN = {
    "male": (
        "根生福明德金林荣祥兴昌永仁宝龙国良泉贵海水全才法土火炳伯仲昆庆云鹤寿松柏银锦耀宗元新大阿小文士志忠义",
        "建国明华平伟志强卫军东林根民海忠荣兴勇峰文龙春永斌刚新辉祥弟良红光宝德利杰生青云雪松金锋毅伯培正全",
        "伟杰明俊浩宇磊鑫涛超斌鹏晨家豪文博佳凯嘉阳毅翔子轩泽峰逸航睿星天一宏昊锋龙飞亮诚帆旭骏哲晓志",
    ),
    "female": (
        "珍英妹宝秀金芬娥凤兰花玉桂彩银娟仙巧云阿小菊根水月琴梅翠素珠雪惠招娣秋莲杏引囡大爱慧芳",
        "芳英珍红萍华玲娟妹丽琴秀美敏惠燕兰霞凤芬梅静莉雪春玉勤爱秋菊建卫国晓月云仙萍勇群群新亚慧",
        "婷静怡佳敏晓雯琳燕颖倩洁欣丽雪玲莉丹晨悦梦文诗嘉慧娜雅思琪蕾艳君璐瑶妍萌子涵雨依可一心",
    ),
}

#: Given names that come whole and often: namesakes are made of these.
WHOLE = {
    "male": str.split(
        "建国 国强 志明 永明 建明 建华 志强 伟 强 军 勇 明 俊 杰 根生 福根 金龙 卫东 伟民 文斌"
    ),
    "female": str.split("秀英 桂珍 美芳 玉兰 秀珍 丽华 芳 敏 静 丽 燕 娟 玲 婷 金妹 凤英 惠娟 雪芳 建英 红"),
}

#: Rare and beyond the basic plane.
RARE = "翀喆旻昇珺頔烜堃犇淼燚垚弢芃彧𬱖𨱏𬭎𬭳𫘧𤧛䶮㛃"

#: Names that are not surname + given name: most carry a dot.
MINORITY = str.split(
    "买买提·艾合买提 古丽努尔·阿不都热依木 阿依古丽·吐尔逊 艾力·买买提 热娜古丽·玉苏甫 努尔兰·哈德尔 帕提古丽·肉孜 "
    "卡德尔·依明 扎西·多吉 卓玛·央金 次仁顿珠 索朗卓玛 白玛·旺堆 阿依努尔·木合塔尔 吐尔逊江·阿布来提 玛依拉·沙吾提 "
    "乌力吉巴特尔 娜仁花 斯琴高娃 阿木古郎 沙马·阿各 吉克·曲布 马黑麦·苏来曼 阿布都拉·托合提"
)

LOOKALIKE = str.split(
    "未末 土士 已己 日曰 千干 李季 王玉 徐徒 沈沉 陆隆 顾颐 吴昊 周同 金全 杨扬 刘列 孙小 庄压 宋宗 汪江 冯马 "
    "丁于 石右 田由 史吏 林材 英芙 珍诊 芳芬 妹妺 秀季 兰三 娟捐 琴秦 梅海 惠慧 萍苹 玲珍 建健 国园 华毕 明朋 "
    "志忠 强张 伟纬 军车 峰锋 斌彬 刚钢 辉挥 祥详 弟第 良艮 德得 荣荥 福富 宝室 仁任 永水 兴光 龙尤 海悔 文又 "
    "浩皓 宇字 磊蕾 涛涝 俊骏 杰木 凤风 月用 雪雷 红江 燕烟 霞暇 菊掬 素索 珠株 娥峨 桂挂 彩采 银根 仙仚 巧朽 "
    "怡恰 佳住 婷停 静净 敏敝 欣欢 丽而 颖颍 倩情 洁吉 莉利 蔡蔓 薛薜 戴载 姚桃 俞愈 倪貌 袁哀 盛威 曹曾 蒋将 潘播"
)
TRADITIONAL = str.split(
    "陈陳 张張 陆陸 顾顧 吴吳 杨楊 蒋蔣 钱錢 许許 孙孫 庄莊 赵趙 吕呂 马馬 刘劉 费費 诸諸 钟鍾 邹鄒 计計 叶葉 严嚴 "
    "卫衛 冯馮 邓鄧 韩韓 贾賈 罗羅 郑鄭 贺賀 龙龍 单單 国國 华華 伟偉 军軍 东東 荣榮 兴興 宝寶 "
    "贵貴 庆慶 云雲 寿壽 银銀 "
    "锦錦 义義 强強 刚剛 辉輝 红紅 丽麗 兰蘭 凤鳳 静靜 爱愛 莲蓮 杰傑 涛濤 鹏鵬 凯凱 阳陽 泽澤 颖穎 洁潔 艳豔 娇嬌 "
    "玛瑪 买買 尔爾 古古 依依 热熱"
)
VARIANT = str.split(
    "峰峯 群羣 升昇 坤堃 杰傑 哲喆 泛汎 岳嶽 岩巖 喜憙 炮砲 烟煙 淑琡 妹姝 琉瑠 珍珎 秋秌 和龢 勋勳 径逕"
)


def _both_ways(pairs: list[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for pair in pairs:
        if pair[0] != pair[1]:
            found.setdefault(pair[0], pair[1])
            found.setdefault(pair[1], pair[0])
    return found


LOOKS_LIKE = _both_ways(LOOKALIKE)
IN_TRADITIONAL = {pair[0]: pair[1] for pair in TRADITIONAL if pair[0] != pair[1]}
IN_VARIANT = _both_ways(VARIANT)

#: Characters an input method offers beside ours.
OFFERED = (
    "成承诚程城澄章彰樟罩朝潮超晨辰沉臣陈琛心新欣鑫芯辛星兴行形型晴清青卿轻秦勤芹琴亲力丽莉利立历励黎礼里理"
    "玉雨宇羽语钰煜郁育裕俞于余与喻虞瑜愉园圆元源媛缘苑远袁原建健剑见坚简伟维卫为炜玮威薇微唯惟华花化桦画"
    "生升声胜圣晟盛绳英颖瑛莹迎映营盈影应樱平萍苹屏凭坪评娟捐涓鹃卷君军俊骏钧均峻群凤风丰峰锋枫封冯奉逢"
    "志智芝枝知之直治质致芬纷分奋汾芳方房仿访妹梅美媚每枚玫眉根跟耿更金今锦进晋近静津劲京晶敬菁景靖境"
    "福富付傅夫复芙扶伏德得的明名铭鸣茗敏民闽民珉国果郭过裹强墙蔷将江蒋姜降讲林琳霖临邻淋灵玲铃凌龄岭领零"
    "海孩亥荣容蓉溶融戎龙隆珑聋永勇咏泳用拥斌彬宾滨冰兵炳秉文雯闻纹问稳宝保葆报抱豹良梁粮亮凉两祥翔详湘香向"
    "贵桂归规瑰癸泉全权荃拳钱乾倩谦千茜沈申深身慎神审徐许旭绪序续顾古谷固故吴武午伍舞五务周舟州洲朱竹珠诸"
    "株祝主孙荪笋潘盘攀姚瑶遥耀曜药施诗师史石时实庄装壮唐堂糖棠赵照兆昭召胡湖虎户护壶何河和荷贺吕绿律旅"
    "高皋告郜马麻玛郭国锅罗骆洛刘柳留六流费飞非菲妃袁钟忠中仲众重夏霞侠下倪妮泥霓凌菱计纪季继吉济记冀范"
    "凡帆樊戴代带宋松颂嵩谢解协叶业烨晔汪王旺望蔡财采菜方邵绍少韶严言岩颜燕艳彦丁定鼎薛雪学董冬东懂汤堂"
    "龚公功恭宫巩翁邓登邱秋丘任仁人韧侯厚后毛茂懋白柏百佰尹银引隐孟梦常长昌娥鹅额仙先鲜纤娣弟第帝"
    "惠慧会汇蕙卉洁杰捷婕佳家嘉加怡依宜仪艺逸义亦易毅益婷亭庭停廷睿瑞锐蕊欣昕馨妍研晗涵寒含函韩浩皓昊豪"
)


@cache
def sound(char: str) -> str:
    """Pinyin without tone; the character itself where it has none."""
    return lazy_pinyin(char, style=Style.NORMAL)[0]


def slurred(pinyin: str) -> str:
    """As people of the south say it: zh=z, ch=c, sh=s, n=l, ang=an, eng=en, ing=in."""
    for long, short in (("zh", "z"), ("ch", "c"), ("sh", "s"), ("ang", "an"), ("eng", "en"), ("ing", "in")):
        pinyin = pinyin.replace(long, short)
    return "l" + pinyin[1:] if pinyin.startswith("n") else pinyin


@cache
def _by_sound() -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    same: dict[str, list[str]] = defaultdict(list)
    near: dict[str, list[str]] = defaultdict(list)
    pool = dict.fromkeys(OFFERED + SURNAMES + "".join("".join(of_sex) for of_sex in GIVEN.values()))
    for char in pool:
        same[sound(char)].append(char)
        near[slurred(sound(char))].append(char)
    return same, near


@cache
def homophones(char: str) -> tuple[str, ...]:
    """Other characters of exactly this sound."""
    return tuple(other for other in _by_sound()[0].get(sound(char), ()) if other != char)


@cache
def near_homophones(char: str) -> tuple[str, ...]:
    """Other characters of a sound that is confused with this one, not the same."""
    found = _by_sound()[1].get(slurred(sound(char)), ())
    return tuple(other for other in found if sound(other) != sound(char))

"""Short words for the phone's labels. Codes are those of the forms' choice lists; a test holds them together."""

from server.visits.kinds import DueKind

KIND_WORDS = {DueKind.REGULAR: "应访", DueKind.RETURN: "回访", DueKind.URGENT: "急", DueKind.NONE: ""}
VULN_WORDS = {
    "lonely_elder": "孤老",
    "child": "困境儿童",
    "disabled": "残疾",
    "jobless": "失业",
    "immobile": "行动不便",
}
FOCUS_WORDS = {
    "separated": "人户分离",
    "migrant": "来沪务工",
    "weak_labour": "弱劳动力",
    "nonlocal_spouse": "非沪籍配偶子女",
    "emergency": "急难",
}
WATCH_WORDS = {"margin": "低保边缘", "expense": "支出型"}
#: Never on a phone (domain 一.4.e).
SENSITIVE_FOCUS = frozenset({"drug_prison"})

# What a visit heard about people who are no longer there: a proposal shows it to whoever decides.
TOWN_WORDS = {
    "310118001": "夏阳街道",
    "310118002": "盈浦街道",
    "310118003": "香花桥街道",
    "310118102": "朱家角镇",
    "310118103": "练塘镇",
    "310118104": "金泽镇",
    "310118105": "赵巷镇",
    "310118106": "徐泾镇",
    "310118107": "华新镇",
    "310118109": "重固镇",
    "310118110": "白鹤镇",
}
MOVED_TO_WORDS = {
    "same_town": "本街镇其他村居",
    "other_town": "本区其他街镇",
    "other_district": "本市其他区",
    "other_province": "外省市",
    "unknown": "去向不清楚",
}
OTHERS_LEFT_WORDS = {"yes": "家里还有其他人住着", "no": "家里没有其他人了", "unsure": "家里还有没有人，说不准"}
HEARD_FROM_WORDS = {
    "family": "听家属说",
    "neighbour": "听邻居说",
    "committee": "听村居委会说",
    "police": "听派出所说",
    "other": "听其他人说",
}

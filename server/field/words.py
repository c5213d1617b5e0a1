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

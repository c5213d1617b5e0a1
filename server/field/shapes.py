"""Which questions are facts of the same name, and the shape of their answers. Pure data."""

from collections.abc import Mapping
from math import isfinite
from typing import Any

TEXT, NUMBER, LIST, DAY = "text", "number", "list", "day"
#: Questions that are a fact of the same name, with the shape of the answer.
HOUSEHOLD_FACTS: Mapping[str, str] = {
    "addr": TEXT,
    "phone": TEXT,
    "hukou_kind": TEXT,
    "hukou_town": TEXT,
    "hukou_text": TEXT,
    "members_n": NUMBER,
    "income_pc": NUMBER,
    "insur": LIST,
    "insur_other": TEXT,
    "applied_on": DAY,
    "refused_on": DAY,
    "refused_why": TEXT,
    "overlay": LIST,
    "overlay_text": TEXT,
    "may_qualify": TEXT,
    "willing": TEXT,
    "able": TEXT,
    "aware": TEXT,
    "policy_minzheng": LIST,
    "policy_minzheng_text": TEXT,
    "policy_other": LIST,
    "policy_other_text": TEXT,
    "vuln6": LIST,
    "focus6": LIST,
    "watch": LIST,
    "health": TEXT,
    "needs": LIST,
    "difficulty": TEXT,
    "selfhelp": TEXT,
    "suggest": TEXT,
    "told_policy": TEXT,
    "told_which": LIST,
    "grade_sug": TEXT,
    "plan": TEXT,
    "job": TEXT,
    "job_note": TEXT,
    "trend": TEXT,
    "stable_income": TEXT,
    "income_source": TEXT,
    "integration": TEXT,
    "next_on": DAY,
    "income_why": TEXT,
}
LEAD_FACTS: Mapping[str, str] = {
    "source": TEXT,
    "source_other": TEXT,
    "hotline_no": TEXT,
    "service_line": TEXT,
    "centre": TEXT,
    "asked": TEXT,
    "event": TEXT,
    "event_other": TEXT,
    "event_at": TEXT,
    "hit_basic": TEXT,
    "need_now": TEXT,
    "aid_now": LIST,
    "aid_amount": NUMBER,
    "aid_at": TEXT,
    "aid_note": TEXT,
    "village": TEXT,
    "rep_name": TEXT,
    "addr": TEXT,
    "phone": TEXT,
    "seen": TEXT,
    "reporter_name": TEXT,
    "reporter_phone": TEXT,
    "reporter_ok": TEXT,
    "brief": TEXT,
}
REFERRAL_FACTS: Mapping[str, str] = {
    "need": LIST,
    "service": LIST,
    "bridge_no": TEXT,
    "policy": TEXT,
    "resource": TEXT,
    "target_text": TEXT,
    "helper": TEXT,
    "side_town": TEXT,
    "side_text": TEXT,
    "state": TEXT,
    "linked_on": DAY,
    "aid_kind": TEXT,
    "amount": TEXT,  # read exactly, without a float on the way: ``support.aid``
    "payer": TEXT,
    "aid_on": DAY,
    "goods": TEXT,
    "sessions": TEXT,
    "receipt": TEXT,
    "result": TEXT,
    "outcome": TEXT,
    "satisfaction": TEXT,
    "next_step": TEXT,
    "next_on": DAY,
    "target": TEXT,
}
VISIT_EXTRA = (
    "next_on",
    "stable_income",
    "income_source",
    "integration",
    "reapply",
    "suggest_close",
    "help_given",
    "help_note",
    "told_policy",
    "trend",
    "away_note",
    "check_match",
    "check_finding",
    "dup_action",
    "dup_of",
    "late_why",
    "late_note",
)


def shaped(text: str, shape: str) -> Any:
    """An answer as plain JSON: a number where it is one, a sorted list of codes, a day; else the text as it came."""
    if shape == LIST:
        return sorted(set(text.split()))
    if shape == NUMBER:
        try:
            number = float(text)
        except ValueError:
            return text
        if not isfinite(number):
            return text
        return int(number) if number == int(number) else number
    return text

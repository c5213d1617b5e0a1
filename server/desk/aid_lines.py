"""What a submission says was given, number by number, and what somebody at the desk may put in its place."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from server.households.models import Noted
from server.support.aid import ADDING, MOST_SESSIONS, MOST_YUAN, Aid, sessions_in, yuan, yuan_in
from server.support.find import aids_of
from server.support.models import Referral

LABELS: Mapping[str, str] = {"amount": "金额（元）", "sessions": "服务次数", "goods": "物资"}
#: What is wrong with what was typed instead.
WRONG: Mapping[str, str] = {
    "amount": f"金额要大于 0，不超过 {yuan(MOST_YUAN)} 元，最多两位小数",
    "sessions": f"次数要填 1 至 {MOST_SESSIONS} 的整数",
    "goods": "物资不能为空",
}
_MOST_LETTERS = 500


@dataclass(frozen=True)
class AidLine:
    """One number or text of an event; ``is_read`` is False where it should be a number and is none."""

    fact: str
    label: str
    text: str
    is_read: bool
    corrected: bool


def aid_lines(noted: Noted | None) -> list[AidLine]:
    """What counts of the event this version tells of; [] where it tells of none, or does not count."""
    if noted is None or noted.filing.list != "referrals":
        return []
    row = Referral.objects.filter(pk=noted.filing.entity).first()
    aids = aids_of(row) if row is not None else []
    return next((_lines(aid) for aid in aids if aid.instance == noted.filing.instance), [])


def aid_value(fact: str, text: str) -> str | None:
    """What was typed, as it may be kept; None where it is no such number, or nothing."""
    read: Mapping[str, Callable[[str], object]] = {"amount": yuan_in, "sessions": sessions_in}
    text = text.strip()
    if fact in read:
        return None if read[fact](text) is None else text
    return text[:_MOST_LETTERS] or None


def _lines(aid: Aid) -> list[AidLine]:
    unread = aid.unread or {}
    texts = {
        "amount": "" if aid.amount is None else yuan(aid.amount),
        "sessions": "" if aid.sessions is None else str(aid.sessions),
        "goods": aid.goods,
    } | dict(unread)
    return [
        AidLine(fact, LABELS[fact], texts[fact], fact not in unread, fact in aid.corrected)
        for fact in ADDING if texts[fact]
    ]

"""What was given along referrals a second time, naive on purpose: from the sentences, not from the code.

* Money, sessions and goods are events: each submission about a referral tells of one at most, and they add up.
* The version that counts is the one the registry uses (or a closing: the one last approved); so an edit replaces the
  event of what it replaces, and a void or a return takes it away. A correction mends the one event it names.
* No two phones make the same id: of several that say they made a referral, whoever was received first did; the others,
  if somebody else's, state nothing.
* Versions of one submission may name several referrals: it speaks of the one that its counting version names, alone.
* An amount is a number in plain digits above 0 and up to 1,000,000, with no part of a fen; sessions are a whole number
  from 1 to 999. Whatever else stands there adds nothing, and is named.
* An event counts from the day its submission is placed on.
* A quota falls by referrals that are linked or done by approved statements alone.
"""

import re
from datetime import date, datetime
from decimal import Decimal

from server.acts.models import Act
from server.acts.read import to_decision
from server.households.load import open_filing
from server.households.models import Filing, Noted
from server.ledgers.links import Links
from server.ledgers.values import Names
from server.support.models import Referral
from sync.vault.envelope import open_row
from tests.law.check import kept as households
from tests.law.naive import Told
from tests.law.naive_leads import ReferralWords

LIST = "referrals"
FLAGS = {"amount": "金额无法识别", "sessions": "次数无法识别"}


def number(value: object, most: int, decimals: int) -> Decimal | None:
    text = str(value).strip()
    if not re.fullmatch(r"[0-9]+(\.[0-9]+)?|\.[0-9]+", text):
        return None
    if len(text.partition(".")[2].rstrip("0")) > decimals:
        return None
    if not 0 < Decimal(text) <= most:
        return None
    return Decimal(text)


def made_by_another(told: Told, chain: str, entity: str) -> bool:
    first_of = {c: told.versions(c)[0] for c in own_chains(told, entity)}
    makers = [c for c, first in first_of.items() if first.instance in told.makes and first.entity == entity]
    first = min(makers, key=lambda c: (first_of[c].received, c), default=chain)
    return chain in makers and first_of[chain].sender != first_of[first].sender


def own_chains(told: Told, entity: str) -> list[str]:
    return [c for c in told.chains() if any(v.entity == entity for v in told.versions(c))]


def speaks(told: Told, chain: str, entity: str, closing: bool) -> bool:
    version = told.counting(chain, closing)
    return version is not None and version.entity == entity and not made_by_another(told, chain, entity)


def events(told: Told, entity: str, last_day: date | None = None, closing: bool = False) -> dict[str, dict]:
    """By instanceID: what each submission tells of, and what of it is no number."""
    found = {}
    for chain in own_chains(told, entity):
        if not speaks(told, chain, entity, closing):
            continue
        said = {
            s["fact"]: str(s["value"]) for s in told.statements(chain, closing)
            if s["states"] and not s["key"] and s["value"] not in (None, "")
            and (last_day is None or s["since"] <= last_day)
        }
        one: dict = {"unread": []}
        for fact, most, decimals in (("amount", 1_000_000, 2), ("sessions", 999, 0)):
            if fact in said:
                value = number(said[fact], most, decimals)
                one |= {fact: value} if value is not None else {"unread": [*one["unread"], fact]}
        if "goods" in said:
            one["goods"] = said["goods"].strip()
        if one != {"unread": []}:
            found[told.counting(chain, closing).instance] = one
    return found


def words(told: dict[str, dict]) -> str:
    """The sum as people read it."""
    money = [one["amount"] for one in told.values() if "amount" in one]
    times = [one["sessions"] for one in told.values() if "sessions" in one]
    goods = [one for one in told.values() if one.get("goods")]
    yuan = f"{sum(money):.2f}".rstrip("0").rstrip(".")
    parts = [f"{yuan}元"] if money else []
    parts += [f"服务{sum(times)}次"] if times else []
    return "，".join([*parts, f"物资{len(goods)}次"] if goods else parts)


def fact_of(told: Told, entity: str, fact: str, closing: bool) -> str:
    """The value last in place; '' where nobody said any."""
    said = [
        s for c in own_chains(told, entity) if speaks(told, c, entity, closing) for s in told.statements(c, closing)
        if s["states"] and s["fact"] == fact
    ]
    return str(max(said, key=lambda s: s["place"])["value"] or "") if said else ""


def counts(told: Told, entity: str, closing: bool = False) -> bool:
    return any(speaks(told, c, entity, closing) for c in own_chains(told, entity))


def kept(until: datetime | None = None) -> Told:
    rows = Filing.objects.filter(list=LIST).select_related("submission")
    acts = [to_decision(act) for act in Act.objects.all()]
    return ReferralWords(
        [open_filing(row) for row in rows if until is None or row.submission.applied_at <= until],
        [act for act in acts if until is None or act.at <= until],
        households(until),
    )


def wrong(closed_at: datetime, last_day: date) -> str:
    """Where tables, phone rows, flags and a closing differ from the naive sums."""
    told = kept()
    entities = {filing.entity for filing in told.filings}
    found: list[str] = []

    def expect(what: str, is_said: object, should: object) -> None:
        if is_said != should:
            found.append(f"{what}: {is_said!r}, naive {should!r}")

    rows = {row.pk: row for row in Referral.objects.all()}
    expect("referrals", sorted(rows), sorted(e for e in entities if counts(told, e)))
    for entity, row in rows.items():
        one = events(told, entity)
        expect(f"{entity} amount", row.amount, sum(v["amount"] for v in one.values() if "amount" in v) or None)
        expect(f"{entity} sessions", row.sessions, sum(v["sessions"] for v in one.values() if "sessions" in v) or None)
        parts = [
            (p["instance"], p["amount"] and Decimal(p["amount"]), p["sessions"], p["goods"])
            for p in open_row(bytes(row.sealed))["aids"]
        ]
        expect(f"{entity} parts", sorted(parts, key=repr), sorted(
            ((i, v.get("amount"), v.get("sessions"), v.get("goods", "")) for i, v in one.items()), key=repr))
        taken = fact_of(told, entity, "state", True) in ("linked", "done") and counts(told, entity, True)
        expect(f"{entity} quota", row.quota_of, fact_of(told, entity, "resource", True) if taken else "")
        for instance, event in one.items():
            flags = set(Noted.objects.get(filing__instance=instance).flags)
            expect(f"{instance} flags", flags & {*FLAGS.values()}, {FLAGS[fact] for fact in event["unread"]})
    return "\n".join([*found, *_closing(closed_at, last_day)])


def _closing(closed_at: datetime, last_day: date) -> list[str]:
    """What a closing at that moment prints of each referral, by id."""
    told = kept(closed_at)
    about = {filing.about for filing in told.filings} - {""}
    links = Links(about, closed_at).of(about, Names({}, {}, sums=True), last_day, approved_only=True)
    return [
        f"{link.source} in a closing: {link.given!r}, naive {given!r}"
        for link in links
        if (given := words(events(told, link.source, last_day, closing=True))) != link.given
    ]

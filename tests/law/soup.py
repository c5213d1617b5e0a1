"""Sets of kept rows with no sense in them: every field from a small bowl, so that everything meets everything.

What honest phones never send (a base without a branch, an as_of out of thin air, edits of edits that never came) is
wanted here: the law holds for any set of rows.
"""

from datetime import UTC, date, datetime, timedelta
from random import Random

from server.acts.kinds import ActKind
from server.acts.values import Decision
from server.households.kinds import Outcome, ProposalKind
from server.households.values import MISSING, UNKNOWN, Contact, Filing, Place, Proposed, Said

START = datetime(2026, 3, 30, 15, 0, tzinfo=UTC)  # an hour before midnight in Shanghai
DAYS = (date(2026, 3, 30), date(2026, 4, 1))
IDS = ("h1", "h2", "h3", "h4")
NUMBERS = ("319999195001010011", "31999919500101002X", "31999919500101002x", "319999195001010012", "", None)
NAMES = ("周小妹", "吴阿大", " 周小妹 ", "", None)
BIRTHS = ("1950-01-01", "1950-01-01", "1950", "1951-02-02", "", None)
PHONES = ("13900000001", "13900000002、13900000001", "", None)
HERE, NEAR, FAR = "310118102201", "310118102202", "310118103201"
VILLAGES = (HERE, HERE, HERE, HERE, NEAR, FAR, "")
#: What senders answered for: some villages, a 街镇 with its first village, the district, nothing, or nobody knows.
ANSWERS = (
    (HERE,), (HERE,), (HERE,), (HERE,), (HERE,), (NEAR,), (FAR,), (FAR,), (NEAR, HERE), (FAR, HERE),
    ("310118102", HERE), ("310118103", FAR), ("310118", HERE), (), None,
)
ADDRESSES = ("公园路100弄12号302室", "公园路100-12-302", "公园路100弄12号", "东西村12号", "", None)
INCOMES = (1200, 1200.0, 12345.67, 12345.68, "1200", UNKNOWN, "", None)
PROGRAMMES = ("dibao", "tekun")
#: What some rows came in with; acts may name it as a whole.
FILE = "file1"


def moment(rng: Random) -> datetime:
    return START + timedelta(hours=rng.choice((0, 0, 1, 2, 3, 30, 54)), minutes=rng.choice((0, 0, 5)))


def some_day(rng: Random) -> date | None:
    return rng.choice((None, None, date(2026, 3, 29), date(2026, 3, 31), date(2026, 4, 2)))


VALUES = {
    "rep_name": NAMES, "id_no": NUMBERS, "birth": BIRTHS, "phone": PHONES, "village": VILLAGES, "addr": ADDRESSES,
    "income_pc": INCOMES, "plan": ("甲", "乙", " 甲", "", None), "vuln6": (["a", "b"], ["b", "a"], ["a"], None),
}


def member_value(rng: Random) -> dict:
    said = {"name": rng.choice(NAMES), "id_no": rng.choice(NUMBERS), "birth": rng.choice(BIRTHS)}
    if rng.random() < 0.3:
        said["tags"] = rng.choice((["x"], ["x", "y"], []))
    if rng.random() < 0.25:
        said["change"] = "left"
    if rng.random() < 0.1:
        said["old_name"] = rng.choice(NAMES)
    return said


def value_of(rng: Random, fact: str):
    if fact == "member":
        return member_value(rng)
    if fact == "relief":
        return rng.choice(({"in": True}, {"in": False}, {"in": True, "precision": "month"}, None))
    return rng.choice(VALUES[fact])


#: (name, number, birth, phone): some are the same person by number, some by name, birth and phone, some by neither.
PEOPLE = (
    ("周小妹", "319999195001010011", None, "13900000001"),
    ("周小妹", "", "1950-01-01", "13900000001"),
    ("周 小妹", "31999919500101002X", "1950-01-01", "13900000002/13900000001"),
    ("周小妹", "31999919500101002x", "1950-01-01", "13900000009"),
    ("吴阿大", None, "1951-02-02", "13900000002"),
)


def person(rng: Random) -> dict[tuple[str, str], Said]:
    """What a screening says of the registrant."""
    answers = zip(("rep_name", "id_no", "birth", "phone"), rng.choice(PEOPLE), strict=True)
    return {(fact, ""): Said(fact, value, verified=fact == "id_no" and bool(value)) for fact, value in answers}


def said(rng: Random, about: dict[tuple[str, str], Said]) -> tuple[Said, ...]:
    found = dict(about)
    for _ in range(rng.randint(0, 7)):
        fact = rng.choice((*VALUES, "member", "relief", "member", "relief"))
        key = {"member": rng.choice("12"), "relief": rng.choice(PROGRAMMES)}.get(fact, "")
        keyed = fact in ("member", "relief")
        was = MISSING if keyed or rng.random() < 0.5 else value_of(rng, fact)
        verified = fact in ("id_no", "rep_name") and rng.random() < 0.4
        found[fact, key] = Said(fact, value_of(rng, fact), was, some_day(rng), key, verified)
    return tuple(found.values())


def as_of(rng: Random, names: list[str]) -> Place | None:
    if rng.random() < 0.5:
        return None
    return Place(moment(rng), moment(rng), rng.choice((0, 0, 1, 2)), rng.choice(names))


def filing(rng: Random, instance: str, names: list[str]) -> Filing:
    creates = rng.random() < 0.45
    # Families meet where they live: else no opinion ever joins two.
    village, answers = rng.choice(VILLAGES), rng.choice(ANSWERS)
    if creates and rng.random() < 0.5:
        village, answers = HERE, (HERE,)
    contact = None
    proposed: tuple[Proposed, ...] = ()
    if rng.random() < 0.6:
        contact = Contact(rng.choice(list(Outcome)))
    if rng.random() < 0.2:
        kind = rng.choice((ProposalKind.MOVED, ProposalKind.EXIT))
        proposed = (Proposed(kind, date(2026, 3, 31), rng.choice(PROGRAMMES) if kind == ProposalKind.EXIT else ""),)
    return Filing(
        instance=instance, entity=rng.choice(IDS), creates=creates, observed=moment(rng), written=moment(rng),
        received=moment(rng), published=START - timedelta(days=rng.choice((9, 9, -1))),
        deprecated=rng.choice([n for n in names if n < instance] + ["a-lost"]) if rng.random() < 0.35 else "",
        base=rng.choice((None, 0, 1, 2, 3)), trunk=rng.choice((None, 1)), branch=rng.choice(("", "b1", "b1", "b2")),
        as_of=as_of(rng, names), sender=rng.choice((1, 1, 1, 2)), village=village,
        said=said(rng, person(rng) if creates and rng.random() < 0.8 else {}),
        contact=contact, proposed=proposed, batch=rng.choice(("", "", FILE)), answers=answers,
    )


def decision(rng: Random, number: int, names: list[str], earlier: list[Decision]) -> Decision:
    kind = rng.choice((
        ActKind.APPROVE, ActKind.APPROVE, ActKind.RETURN, ActKind.VOID, ActKind.UNVOID, ActKind.CORRECT,
        ActKind.CORRECT, ActKind.CORRECT, ActKind.CLOCK, ActKind.REFILE, ActKind.GRADE, ActKind.ASSIGN, ActKind.ACCEPT,
        ActKind.DECLINE, ActKind.MERGE, ActKind.MERGE, ActKind.CANNOT_LINK, ActKind.CANNOT_LINK, ActKind.UNMERGE,
        ActKind.UNMERGE, ActKind.LIFT_LINK, ActKind.STATE,
    ))
    subject, other, since, value = rng.choice(names), "", None, {}
    if kind in (ActKind.CORRECT, ActKind.STATE):
        fact = rng.choice((*VALUES, "member", "relief"))
        key = {"member": rng.choice("12"), "relief": rng.choice(PROGRAMMES)}.get(fact, "")
        value = {"fact": fact, "key": key, "value": value_of(rng, fact)}
        if rng.random() < 0.3:
            value["verified"] = rng.random() < 0.5
        since = some_day(rng)
        subject = rng.choice(IDS) if kind == ActKind.STATE else subject
    elif kind == ActKind.CLOCK:
        value = {"observed": moment(rng).isoformat()}
    elif kind in (ActKind.APPROVE, ActKind.REFILE):
        other = rng.choice(IDS) if kind == ActKind.REFILE else ""
        answers = rng.choice((*ANSWERS, ("310118",), ("310118",)))
        value = {} if answers is None else {"for": list(answers)}
    elif kind in (ActKind.GRADE, ActKind.ASSIGN, ActKind.ACCEPT, ActKind.DECLINE):
        subject, since = rng.choice(IDS), some_day(rng)
        value = {"grade": rng.choice("ABC"), "village": rng.choice((HERE, HERE, NEAR, FAR))}
        if kind == ActKind.ASSIGN and rng.random() < 0.5:
            other = rng.choice([d.id for d in earlier if d.kind == ActKind.MERGE] or ["none"])
        if kind in (ActKind.ACCEPT, ActKind.DECLINE):
            value = {"proposal": str(rng.choice(list(ProposalKind))), "programme": rng.choice(PROGRAMMES),
                     "instance": rng.choice(names), "precision": rng.choice(("day", "month"))}
    elif kind in (ActKind.MERGE, ActKind.CANNOT_LINK):
        subject, other = rng.choice((("h1", "h2"), ("h2", "h1"), ("h2", "h3"), (rng.choice(IDS), rng.choice(IDS)),
                                     (rng.choice(IDS), "h9")))
    elif kind in (ActKind.UNMERGE, ActKind.LIFT_LINK):
        undoes = ActKind.MERGE if kind == ActKind.UNMERGE else ActKind.CANNOT_LINK
        subject, other = rng.choice(IDS), rng.choice([d.id for d in earlier if d.kind == undoes] or ["none"])
    return Decision(f"act{number}", str(kind), subject, moment(rng), other, since, 1, value)


def soup(rng: Random, filings: int = 9, decisions: int = 12) -> tuple[list[Filing], list[Decision]]:
    """A set of kept rows, in no order."""
    names = [f"i{n}" for n in range(rng.randint(1, filings))]
    kept = [filing(rng, name, names) for name in names]
    acts: list[Decision] = []
    for number in range(rng.randint(0, decisions)):
        acts.append(decision(rng, number, [*names, "a-lost", FILE], acts))
    return kept, acts

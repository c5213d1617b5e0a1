"""The same post in two worlds: in one the family is known elsewhere, in the other nobody has ever heard of it.

Its author must not be able to tell them apart: not by the answer, his phone's lists, his pages, the REST service, nor
by what the database is asked while he waits. `CLAIM_PAIRS` posts (40 unless set, 1,000 in `make claims`).
"""

import os
import re
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from random import Random

import pytest
from django.db import transaction
from django.utils import timezone

from sync.models import Submission
from tests.claims.clock import Clock
from tests.claims.district import District, Family, make_district, work
from tests.claims.pages import changed, desk_of, phone_of, rest_of
from tests.claims.post import send
from tests.claims.sql import statements

PAIRS, FIRST = int(os.environ.get("CLAIM_PAIRS", "40")), int(os.environ.get("CLAIM_PAIRS_FIRST", "0"))
#: Whoever is known elsewhere: who registered them there, in which village (by number), and who they are in each world.
ELSEWHERE = (("sun", 2, 200), ("hua", 2, 201), ("chen", 3, 202), ("tao", 3, 203), ("sun", 2, 204), ("chen", 3, 205))
CONTROLS = 50  # the others' numbers in the world that does not know the family
#: None of them answers for these two villages or sees their households; the window is no stranger in its own town.
AUTHORS = ("li", "li", "gu", "gu", "mei", "mei", "window")


@dataclass(frozen=True)
class Claim:
    """One text, its author, and what he looks at afterwards."""

    who: str
    xml: bytes
    ids: tuple[str, ...]
    story: str
    #: He names an id that he was told, or one of his own of which somebody of the other village has spoken. Then what
    #: the programme looks up may depend on what is known there (docs/security.md, What remains); all else must not.
    is_bound: bool = False


@dataclass
class Told:
    """Everything its author can observe of one post. ``seconds`` of this process are measured and not compared."""

    answer: str
    asked: list[str]
    at_once: Mapping[str, str]
    later: Mapping[str, str]
    seconds: float


@dataclass
class Worlds:
    district: District
    clock: Clock
    ids: list[str] = field(default_factory=list)
    leads: list[str] = field(default_factory=list)

    def make(self, offset: int) -> None:
        """Families elsewhere, with all that can be known of them; ``offset`` says who they are."""
        district = self.district
        for (who, place, number), id, lead in zip(ELSEWHERE, self.ids, self.leads, strict=True):
            family = Family(number + offset, district.villages[place])
            say = district.say
            texts = [
                say(who, "screening", family.answers(in_relief="in", programme="dibao", admit_on="2025-06-01"), id=id,
                    create=True, at=timedelta(days=30)),
                say(who, "visit", {"result": "met_person", "plan": "送药", "difficulty": family.story}, id=id,
                    at=timedelta(days=9)),
                say(who, "lead", {"source": "neighbour", "village": family.home, "rep_name": family.name, "hh": id,
                                  "seen": family.story, "urgent": "yes"}, id=lead, create=True),
            ]  # fmt: skip
            assert [district.post(who, xml) for xml in texts] == [201] * 3
        xu = district.desks["xu"]
        known = Submission.objects.filter(form_id="screening").order_by("-pk").values_list("pk", flat=True)[:6]
        for pk in sorted(known)[2:4]:
            xu.post(f"/submissions/{pk}/judge", {"verdict": "approve", "reason": ""})
        work(self.clock.now)


@pytest.fixture
def worlds(db: None, monkeypatch: pytest.MonkeyPatch) -> Worlds:
    clock = Clock(timezone.now())
    monkeypatch.setattr(timezone, "now", clock)
    district = make_district(clock)
    return Worlds(district, clock, *([district.new_id() for _ in ELSEWHERE] for _ in range(2)))


@pytest.mark.slow
def test_nobody_can_tell_the_worlds_apart(worlds: Worlds) -> None:
    claims = [claim for number, claim in enumerate(drawn(worlds, FIRST + PAIRS)) if number >= FIRST]
    spoken = worlds.district.spoken_of()
    claims = [replace(claim, is_bound=claim.is_bound or bool(spoken & {*claim.ids})) for claim in claims]
    assert sum(claim.is_bound for claim in claims) < len(claims) / 2
    known = observed(worlds, claims, 0)
    unknown = observed(worlds, claims, CONTROLS)
    pairs = list(zip(claims, known, unknown, strict=True))
    found = [f"{FIRST + number} {claim.who} {claim.story}: {one}"
             for number, (claim, a, b) in enumerate(pairs) for one in compare(a, b, claim)]
    spent = [sum(told.seconds for told in some) / len(some) * 1000 for some in (known, unknown)]
    print(f"{len(claims)} pairs, {len({claim.story for claim in claims})} kinds;"
          f" ms of CPU per answer: known {spent[0]:.1f}, unknown {spent[1]:.1f}")
    bound = Counter(f"{claim.story}: {len(a.asked)} / {len(b.asked)} statements"
                    for claim, a, b in pairs if claim.is_bound and a.asked != b.asked)
    for line in (*found, *(f"{count} times: {story}" for story, count in sorted(bound.items()))):
        print(line)
    assert not found, f"{len(found)}:\n" + "\n".join(found[:40])


def observed(worlds: Worlds, claims: list[Claim], offset: int) -> list[Told]:
    """Each post by itself, in the world where those elsewhere are these."""
    with transaction.atomic():
        start, numbers = worlds.clock.now, worlds.district.numbers.getstate()
        worlds.make(offset)
        moment, found = worlds.clock.now, []
        for claim in claims:
            with transaction.atomic():
                worlds.clock.now = moment + timedelta(minutes=1)
                found.append(observe(worlds.district, claim))
                transaction.set_rollback(True)
        worlds.clock.now = start
        worlds.district.numbers.setstate(numbers)
        transaction.set_rollback(True)
    return found


def observe(district: District, claim: Claim) -> Told:
    district.desks[claim.who].get("/")  # what a session reads first is read
    with statements() as asked:
        begun = time.process_time()
        answer = send(district.tokens[claim.who], claim.xml)
        seconds = time.process_time() - begun
    headers = "\n".join(f"{name}: {value}" for name, value in sorted(answer.headers.items()) if name != "Date")
    at_once = phone_of(district, claim.who, claim.ids)
    work(district.now)
    new = Submission.objects.order_by("-pk").values_list("pk", flat=True)[0]
    later = phone_of(district, claim.who, claim.ids)
    later |= desk_of(district, claim.who, lambda url: url.endswith(f"/{new}") or any(id in url for id in claim.ids),
                     [f"/submissions/{new}", *(f"/households/{id}" for id in claim.ids)])
    later |= rest_of(district, claim.who, claim.ids, [new])
    return Told(f"{answer.status_code}\n{headers}\n{answer.content.decode()}", asked, at_once, later, seconds)


def compare(a: Told, b: Told, claim: Claim) -> Iterator[str]:
    """What is otherwise in the world that knows the family."""
    if a.answer != b.answer:
        yield f"answer {a.answer!r} / {b.answer!r}"
    if a.asked != b.asked and not claim.is_bound:
        yield f"{len(a.asked)} / {len(b.asked)} statements: {first_other(a.asked, b.asked)}"
    for when, one, other in (("at once", a.at_once, b.at_once), ("later", a.later, b.later)):
        one, other = ({plain(url): plain(text) for url, text in some.items()} for some in (one, other))
        for url in changed(one, other):
            yield f"{when} {url}: {lines(one.get(url, ''), other.get(url, ''))}"


def first_other(one: list[str], other: list[str]) -> str:
    for a, b in zip([*one, "-"], [*other, "-"], strict=False):
        if a != b:
            return f"{a[:300]} / {b[:300]}"
    return ""


def plain(text: str) -> str:
    """Without the numbers that rows are given in order of arrival."""
    return re.sub(r'(submissions/|"submission":)\d+', r"\1N", text)


def lines(one: str, other: str) -> str:
    a, b = (text.splitlines() for text in (one, other))
    gone, come = ([line.strip()[:160] for line in some if line not in rest][:3] for some, rest in ((a, b), (b, a)))
    return f"{gone} / {come}"


# --- what is posted ---


def drawn(worlds: Worlds, most: int) -> list[Claim]:
    rng = Random(20250802)
    makers: list[Callable[[Worlds, Random], Claim]] = [
        registration, registration, registration, own_visit, own_again, lead, own_edit, referral, by_id, by_id,
    ]  # fmt: skip
    return [makers[number % len(makers)](worlds, rng) for number in range(most)]


def someone(rng: Random, worlds: Worlds) -> tuple[str, Family, str]:
    """An author, a family known elsewhere than where he answers, and its id."""
    while True:
        who = rng.choice(AUTHORS)
        place = rng.randrange(len(ELSEWHERE))
        _, village, number = ELSEWHERE[place]
        home = worlds.district.villages[village]
        if home not in worlds.district.own(who):
            return who, Family(number, home), worlds.ids[place]


def village_of(rng: Random, worlds: Worlds, who: str, family: Family) -> str:
    own = worlds.district.own(who)
    return rng.choice([*own, *own, family.home, ""])


def guise(rng: Random, family: Family) -> tuple[dict[str, str], str]:
    """How much of the family the author claims to know."""
    whole, other = family.answers(), Family(family.number + 25, family.home).answers()
    parts = {
        "all": whole, "number": other | {"id_no": family.id_no}, "telephone": other | {"phone": family.phone},
        "name": other | {"rep_name": family.name, "id_no": "", "id_type": "none"},
        "name and telephone": whole | {"id_no": "", "id_type": "none", "addr": "他处"},
        "door": other | {"addr": family.street},
        "name and door": other | {"rep_name": family.name, "addr": family.street},
    }  # fmt: skip
    name = rng.choice(sorted(parts))
    return dict(parts[name]), name


def registration(worlds: Worlds, rng: Random) -> Claim:
    who, family, _ = someone(rng, worlds)
    answers, part = guise(rng, family)
    village, id = village_of(rng, worlds, who, family), worlds.district.new_id()
    xml = worlds.district.say(who, "screening", answers | {"village": village}, id=id, create=True)
    return Claim(who, xml, (id,), f"registers, knows {part}")


def _own(worlds: Worlds, rng: Random, who: str) -> Family:
    mine = worlds.district.own(who)
    return rng.choice([family for family in worlds.district.families if family.home in mine])


def own_visit(worlds: Worlds, rng: Random) -> Claim:
    """His own household now has the family's telephone, door or member."""
    who, family, _ = someone(rng, worlds)
    house = _own(worlds, rng, who)
    answers, part = guise(rng, family)
    said = {"result": "met_person", "phone": answers["phone"], "addr": answers["addr"], "plan": answers["rep_name"]}
    xml = worlds.district.say(who, "visit", said, id=house.id)
    return Claim(who, xml, (house.id,), f"visits his own, knows {part}")


def own_again(worlds: Worlds, rng: Random) -> Claim:
    """His own household is registered once more, as the family."""
    who, family, _ = someone(rng, worlds)
    house = _own(worlds, rng, who)
    answers, part = guise(rng, family)
    xml = worlds.district.say(who, "screening", answers | {"village": house.home}, id=house.id, create=True)
    return Claim(who, xml, (house.id,), f"registers his own again, knows {part}")


def own_edit(worlds: Worlds, rng: Random) -> Claim:
    who, family, _ = someone(rng, worlds)
    texts = [(instance, id) for instance, (by, name, id) in worlds.district.sent.items()
             if by == who and name == "households"]  # fmt: skip
    if not texts:
        return own_visit(worlds, rng)
    instance, id = rng.choice(texts)
    answers, part = guise(rng, family)
    xml = worlds.district.say(who, "screening", answers, id=id, create=True, edits=instance)
    return Claim(who, xml, (id,), f"edits his own, knows {part}")


def lead(worlds: Worlds, rng: Random) -> Claim:
    who, family, _ = someone(rng, worlds)
    answers, part = guise(rng, family)
    said = {"source": "neighbour", "village": village_of(rng, worlds, who, family), "rep_name": answers["rep_name"],
            "phone": answers["phone"], "seen": family.story, "urgent": "yes"}
    id = worlds.district.new_id()
    return Claim(who, worlds.district.say(who, "lead", said, id=id, create=True), (id,), f"points at, knows {part}")


def referral(worlds: Worlds, rng: Random) -> Claim:
    who, family, _ = someone(rng, worlds)
    house, id = _own(worlds, rng, who), worlds.district.new_id()
    said = {"hh_id": house.id, "kind_eff": "policy", "state": "linked", "target_text": f"{family.name} {family.phone}"}
    return Claim(who, worlds.district.say(who, "referral", said, id=id, create=True), (id, house.id), "refers his own")


def by_id(worlds: Worlds, rng: Random) -> Claim:
    """He was told an id; whose it is he guesses."""
    who, family, id = someone(rng, worlds)
    answers, part = guise(rng, family)
    kind = rng.choice(("visit", "second", "lead", "referral", "lead id"))
    new, lead_id = worlds.district.new_id(), worlds.leads[worlds.ids.index(id)]
    say, village = worlds.district.say, village_of(rng, worlds, who, family)
    xml = {
        "visit": lambda: say(who, "visit", {"result": "met_person", "phone": answers["phone"], "lead_id": lead_id},
                             id=id),
        "second": lambda: say(who, "screening", answers | {"village": village}, id=id, create=True),
        "lead": lambda: say(who, "lead", {"source": "neighbour", "village": village, "hh": id, "seen": family.story,
                                          "rep_name": answers["rep_name"], "urgent": "yes"}, id=new, create=True),
        "referral": lambda: say(who, "referral", {"hh_id": id, "kind_eff": "policy", "state": "linked",
                                                  "target_text": answers["rep_name"]}, id=new, create=True),
        "lead id": lambda: say(who, "lead", {"source": "neighbour", "village": village, "seen": family.story,
                                             "rep_name": answers["rep_name"], "urgent": "no"}, id=lead_id),
    }[kind]()  # fmt: skip
    return Claim(who, xml, (id, new, lead_id), f"{kind} by an id, knows {part}", is_bound=True)

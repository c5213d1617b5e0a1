"""A small district in which something of everything has happened: two towns, five villages, a dozen families.

Every family has a name, an ID number, a telephone and an address that nobody else has, so that a page which shows one
of them is known to speak of that family.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from uuid import UUID

from django.test import Client
from stdnum.cn.ric import calc_check_digit

from server.accounts.assign_village import assign_village
from server.accounts.kinds import Role
from server.accounts.models import Grant, User
from server.field.apply import apply
from server.field.match_across import match_across
from server.support.load_catalogue import load_catalogue
from sync.inbox import drain
from sync.keys import issue_key
from tests.cast import DISTRICT, JINZE, SINCE, ZHUJIAJIAO, Cast, make_cast
from tests.claims.clock import Clock
from tests.claims.post import send
from tests.desk.told import written

#: Kept in tests only: people, streets and numbers nobody has.
SURNAMES, GIVEN = "欧阮闵宓佟郝邬滕阚鞠缪蔺", "鹤楸荻蘅隽骊璟翎朔岚珩苒"


@dataclass(frozen=True)
class Family:
    """Who lives there. ``home``: the village, and the one where it ``was`` before; ``id``: the number that its first
    registration made."""

    number: int
    home: str
    id: str = ""
    was: str = ""

    @property
    def name(self) -> str:
        return SURNAMES[self.number % 12] + GIVEN[self.number % 12] + GIVEN[self.number * 5 // 12 % 12]

    @property
    def id_no(self) -> str:
        born = f"{1938 + self.number % 50}{1 + self.number % 12:02}{1 + self.number % 28:02}"
        body = f"319999{born}{101 + self.number:03}"
        return body + calc_check_digit(f"{body}0")  # it leaves out the last one

    @property
    def phone(self) -> str:
        return f"1370{self.number * 7919 + 1000003:07}"[:11]

    @property
    def street(self) -> str:
        return f"{GIVEN[self.number % 12]}{SURNAMES[self.number * 5 // 12 % 12]}弄{700 + self.number}号"

    @property
    def story(self) -> str:
        return f"{self.street}的{self.name}家里老人卧床"

    @property
    def secrets(self) -> tuple[str, ...]:
        """What no page may show to whom the family is none of his."""
        return (self.name, self.id_no, self.phone, self.street)

    def answers(self, village: str | None = None, **more: str) -> dict[str, str]:
        """How it is registered by whoever visits it first."""
        return {
            "rep_name": self.name, "id_type": "resident", "id_no": self.id_no, "told": "OK", "members_n": "2",
            "hukou_kind": "same_town", "income_pc": "1200", "addr": self.street, "phone": self.phone,
            "in_relief": "no", "may_qualify": "yes", "willing": "yes", "able": "no", "aware": "no",
            "health": "慢性病", "needs": "medical", "difficulty": self.story, "plan": "每月上门",
            "grade_sug": "A", "village": self.home if village is None else village, **more,
        }  # fmt: skip


@dataclass
class District:
    """The cast and more visitors, what has been kept so far, and everybody's phone and seat at the desk."""

    cast: Cast
    clock: Clock
    people: dict[str, User]
    families: list[Family] = field(default_factory=list)
    leads: dict[str, str] = field(default_factory=dict)  # id → home
    referrals: dict[str, str] = field(default_factory=dict)  # id → the household's id
    sent: dict[str, tuple[str, str, str]] = field(default_factory=dict)  # instanceID → (sender, list, id)
    typed: dict[str, str] = field(default_factory=dict)  # what each has written himself
    tokens: dict[str, str] = field(default_factory=dict)
    desks: dict[str, Client] = field(default_factory=dict)
    numbers: Random = field(default_factory=lambda: Random(7))

    @property
    def now(self) -> datetime:
        return self.clock.now

    @property
    def villages(self) -> tuple[str, ...]:
        """Three of one town, two of the other."""
        return (*self.cast.villages[:3], *self.cast.away[:2])

    @property
    def months(self) -> tuple[str, str]:
        """The month before this one, closed in one town, and this one."""
        last = self.now.date().replace(day=1) - timedelta(days=1)
        return (f"{last:%Y-%m}", f"{self.now:%Y-%m}")

    def new_id(self) -> str:
        return str(UUID(int=self.numbers.getrandbits(128), version=4))

    def own(self, who: str) -> list[str]:
        """The villages for whose households his words count."""
        return [code for code in self.villages if any(code.startswith(area) for area in ANSWERS[who](self))]

    def seen_by(self, home: str) -> set[str]:
        """Who may see a household of that village, by role and place alone."""
        if not home:  # without a home, and naming none: the district's
            return {"bureau"} | OVERSEERS
        return {who for who in self.people if any(home.startswith(area) for area in REACH[who](self))} | OVERSEERS

    def homes(self) -> dict[str, str]:
        return {family.id: family.home for family in self.families}

    def spoken_of(self) -> set[str]:
        """Ids of households about which somebody from elsewhere has said something that waits."""
        homes = self.homes()
        return {id for who, name, id in self.sent.values()
                if name == "households" and id in homes and homes[id] not in self.own(who)}  # fmt: skip

    def post(self, who: str, xml: bytes) -> int:
        """The status his phone gets."""
        self.clock.tick()
        return send(self.tokens[who], xml).status_code

    def say(self, who: str, form: str, answers: Mapping[str, str], *, id: str, create: bool = False,
            at: timedelta = timedelta(), edits: str = "", base: int = 1) -> bytes:
        """The XML of a filled form."""
        instance = f"uuid:{self.new_id()}"
        return written(form, answers, now=self.now - at, entity=id, create=create, base=base, edits=edits,
                       instance=instance)  # fmt: skip


def _villages_of(*places: int) -> "object":
    return lambda district: [district.villages[place] for place in places]


#: The areas whose households each person may see.
REACH = {
    "li": _villages_of(0, 1), "gu": _villages_of(0), "sun": _villages_of(2), "hua": _villages_of(2),
    "chen": _villages_of(3), "mei": _villages_of(4), "tao": _villages_of(3),
    "wang": lambda district: [ZHUJIAJIAO], "xu": lambda district: [JINZE],
    "ledger": lambda district: [ZHUJIAJIAO], "window": lambda district: [], "bureau": lambda district: [DISTRICT],
    "inspector": lambda district: [], "partner": lambda district: [], "admin": lambda district: [],
}  # fmt: skip
#: Whose words of a place count there: visitors in their villages, offices in their town.
ANSWERS = {**REACH, "window": lambda district: [ZHUJIAJIAO]}
#: Read schedules and leads of the whole district (docs/access.md, IN).
OVERSEERS = {"inspector"}
#: Who has a phone that sends, in the posts of this test.
SENDERS = ("li", "gu", "sun", "hua", "chen", "mei", "tao", "window", "inspector")


def make_district(clock: Clock) -> District:
    """Families in every village; joined, moved, referred, pointed at; one month closed."""
    cast = make_cast()
    load_catalogue(clock.now.date())
    villages = (*cast.villages[:3], *cast.away[:2])
    people = {name: getattr(cast, name) for name in (
        "li", "gu", "chen", "wang", "xu", "bureau", "ledger", "window", "inspector", "partner", "admin")}
    for name, role, town, posts in (
        ("sun", Role.GW, ZHUJIAJIAO, (2,)), ("hua", Role.CO, ZHUJIAJIAO, (2,)), ("mei", Role.GW, JINZE, (4,)),
        ("tao", Role.CO, JINZE, (3,)),
    ):
        people[name] = User.objects.create_user(name, password="test", name=f"同事{name}")
        Grant.objects.create(user=people[name], role=role, area_id=town, since=SINCE)
        for place in posts:
            assign_village(people[name].pk, villages[place], since=SINCE)
    district = District(cast, clock, people)
    for name, user in people.items():
        district.tokens[name] = issue_key(user.pk, label="", by=None, now=clock.now).token
        district.desks[name] = Client()
        district.desks[name].force_login(user)
    _fill(district)
    return district


def _fill(district: District) -> None:
    day = timedelta(days=1)
    senders = ("li", "gu", "li", "sun", "hua", "chen", "tao", "mei", "chen")
    places = (0, 0, 1, 2, 2, 3, 3, 4, 3)
    for number, (who, place) in enumerate(zip(senders, places, strict=True)):
        _register(district, number, who, place, at=(60 - number) * day, in_relief=number % 3 == 0)
    zero, one, two, three, four, five, six, seven, _ = district.families
    # The same family twice in one village: joined by itself.
    _keep(district, "li", "screening", zero.answers(), id=district.new_id(), create=True, at=50 * day)
    for who, family, plan in (
        ("li", zero, "衔接医疗救助"), ("gu", one, "再看看"), ("sun", three, "联系村医"), ("chen", five, "送药上门"),
        ("mei", seven, "等低保批复"),
    ):
        _keep(district, who, "visit", {"result": "met_person", "kind": "regular", "plan": f"{family.name}：{plan}",
                                       "difficulty": family.story}, id=family.id, at=20 * day)
    for who, family, place in (("gu", one, 0), ("hua", four, 2), ("chen", five, 3)):
        lead = district.new_id()
        _keep(district, who, "lead", {"source": "neighbour", "village": family.home, "rep_name": family.name,
                                      "seen": family.story, "urgent": "yes", "phone": family.phone},
              id=lead, create=True, at=day)
        district.leads[lead] = district.villages[place]
    for who, family in (("gu", zero), ("hua", three), ("tao", five)):
        referral = district.new_id()
        answers = {"hh_id": family.id, "kind_eff": "policy", "state": "suggested",
                   "target_text": f"给{family.name}申请医疗救助"}
        _keep(district, who, "referral", answers, id=referral, create=True, at=day)
        district.referrals[referral] = family.id
    # A visit that proposes, one that is returned, words from elsewhere that wait.
    _keep(district, "li", "visit", {"result": "moved", "moved_to": "other", "kind": "regular"}, id=two.id, at=3 * day)
    _keep(district, "sun", "visit", {"result": "met_person", "income_pc": "900"}, id=one.id, at=2 * day)
    _keep(district, "chen", "screening", three.answers(), id=three.id, create=True, at=2 * day)
    _decide(district, six)
    clock_stops(district)


def clock_stops(district: District) -> None:
    """What background work there is gets done; then everybody reads at one moment."""
    work(district.clock.now)
    district.clock.now += timedelta(minutes=10)
    for desk in district.desks.values():
        desk.get("/")  # what was said of the last click is read once


def work(now: datetime) -> None:
    """One round of `manage.py work`, on the connection of the test."""
    drain(apply, now)
    match_across()


def _register(district: District, number: int, who: str, place: int, *, at: timedelta, in_relief: bool) -> None:
    family = Family(number, district.villages[place], district.new_id())
    more = {"in_relief": "in", "programme": "dibao", "admit_on": "2025-06-01"} if in_relief else {}
    district.families.append(family)
    _keep(district, who, "screening", family.answers(**more), id=family.id, create=True, at=at)


def _keep(district: District, who: str, form: str, answers: Mapping[str, str], *, id: str, create: bool = False,
          at: timedelta) -> None:
    """Said at that moment, and received now."""
    xml = district.say(who, form, answers, id=id, create=create, at=at)
    assert district.post(who, xml) == 201
    list_name = {"lead": "leads", "referral": "referrals"}.get(form, "households")
    instance = xml.split(b"<instanceID>")[1].split(b"<")[0].decode()
    district.sent[instance] = (who, list_name, id)
    district.typed[who] = "\n".join([district.typed.get(who, ""), *answers.values()])


def _decide(district: District, moved: Family) -> None:
    """The reviewers' part, as they click: approvals, a return, an assignment within the town, a closed month."""
    wang, xu = (district.desks[name] for name in ("wang", "xu"))
    for desk in (wang, xu):
        waiting = [int(text) for text in _ticks(desk.get("/submissions").content.decode())]
        desk.post("/submissions/approve", {"id": waiting[::2]})
        if waiting[1::2]:
            desk.post(f"/submissions/{waiting[1]}/judge", {"verdict": "return", "reason": "请补拍"})
    xu.post(f"/households/{moved.id}/assign", {"village": district.villages[4], "reason": "搬了",
                                               "since": district.now.date().isoformat()})
    district.families[moved.number] = Family(moved.number, district.villages[4], moved.id, moved.home)
    district.desks["ledger"].post(f"/ledgers/{ZHUJIAJIAO}/{district.months[0]}/lock")


def _ticks(text: str) -> list[str]:
    return re.findall(r'name="id" value="(\d+)"', text)

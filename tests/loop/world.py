"""Where the stories of this folder play: the cast, the program's own forms, a few policies and resources."""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path

from forms.compile import Compiled, compile_xlsform
from forms.publish import publish
from server.accounts.models import Assignment, Grant, User
from server.areas.models import Area
from server.demo.line import Line
from server.demo.phone import Phone
from server.field.names import ENTITY_LISTS, FORMS, KNOWN_LISTS, QUESTIONS
from server.households.find import Opened, open_household, served
from server.support.models import Policy, Resource
from server.visits.models import Due
from sync.keys import issue_key
from sync.kinds import State
from sync.models import PhoneRow, Submission
from sync.vault.envelope import open_row
from tests.cast import Cast, make_cast
from tests.loop.clock import Clock
from tests.loop.field_phone import FieldPhone
from tests.sync.house import ClientLine

XLSFORMS = Path(__file__).parents[2] / "xlsforms"
#: The cast answers for its villages from here on.
SINCE = date(2023, 1, 1)

POLICIES = (
    ("dibao", "最低生活保障", "basic", "mz", ""),
    ("medical_aid", "医疗救助", "special", "other", "medical"),
    ("rent", "廉租住房租金补贴", "special", "other", "housing"),
)
#: code, name, kind, needs, quota, open until
RESOURCES = (
    ("fund", "朱家角社区基金会助困", "foundation", "goods medical", 3, None),
    ("full", "已满的资源", "ngo", "goods", 0, None),
    ("past", "过期的资源", "ngo", "goods", None, date(2023, 1, 31)),
    ("bridge", "桥计划", "bridge", "", None, date(2030, 12, 31)),
)


@dataclass(frozen=True)
class World:
    """The cast and the clock; phones for anybody."""

    cast: Cast
    clock: Clock
    engine: str = "node"

    @property
    def village(self) -> str:
        return self.cast.villages[0]

    @property
    def other_village(self) -> str:
        return self.cast.villages[1]

    @property
    def village_name(self) -> str:
        return Area.objects.get(pk=self.village).name

    def phone(
        self, user: User, *, line: Line | None = None, url: str = "http://testserver", slow: timedelta = timedelta()
    ) -> FieldPhone:
        """A new phone of this person, with forms and lists."""
        token = issue_key(user.pk, label="测试机", by=None, now=self.clock.now()).token
        phone = FieldPhone(Phone(f"{url}/key/{token}", line or ClientLine()), self.clock, self.engine, slow)
        phone.sync()
        return phone


def make_world(clock: Clock, engine: str = "node", published: str = "2023-01-03") -> World:
    """Everything before the first household: published long before anybody reports."""
    cast = make_cast()
    Grant.objects.update(since=SINCE)
    Assignment.objects.update(since=SINCE)
    Policy.objects.bulk_create(
        Policy(code=code, name=name, kind=kind, dept=dept, topic=topic, brief=f"{name}说明", order=order)
        for order, (code, name, kind, dept, topic) in enumerate(POLICIES)
    )
    Resource.objects.bulk_create(
        Resource(code=code, name=name, kind=kind, needs=needs, quota=quota, valid_to=until)
        for code, name, kind, needs, quota, until in RESOURCES
    )
    for form in FORMS:
        data = (XLSFORMS / f"{form}.xlsx").read_bytes()
        publish(data, lists=KNOWN_LISTS, properties=ENTITY_LISTS, known_questions=QUESTIONS, now=Clock(published).now(),
                name=f"{form}.xlsx")
    return World(cast, clock, engine)


@lru_cache(maxsize=8)
def compiled_once(data: bytes, name: str = "", validate: bool | None = None) -> Compiled:
    """Stands for `compile_xlsform` in the publisher: the same workbooks for every test."""
    return compile_xlsform(data, name=name, validate=validate)


def household(any_id: str) -> Opened:
    """A household of the registry, unsealed, by any of its ids."""
    row = served(any_id)
    assert row is not None, f"nobody knows {any_id}"
    return open_household(row)


def due(any_id: str) -> tuple[str, date | None, date | None]:
    """(kind, from, to) of its next visit."""
    row = Due.objects.get(household=household(any_id).row)
    return row.kind, row.due_from, row.due_to


def served_row(list: str, entity: str) -> dict[str, str]:
    """The one row phones are to have of an id, as columns."""
    row = PhoneRow.objects.get(list=list, entity_id=entity)
    columns: dict[str, str] = open_row(bytes(row.columns_sealed))
    return columns


def all_applied() -> bool:
    """Nothing parked: what the engines wrote, the server understood."""
    troubles = {(s.form_id, s.trouble) for s in Submission.objects.exclude(state=State.APPLIED)}
    assert not troubles, troubles
    return True

"""A district with its phones in front of the test's own server: rows go in through the door, one after the other."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import NamedTuple

from django.db.models import Q

from forms.catalogue import forget_versions
from forms.models import FormVersion
from forms.publish import publish
from server.accounts.assign_village import assign_village
from server.accounts.kinds import Role
from server.accounts.models import Grant, User
from server.areas.load_areas import load_areas
from server.areas.models import Area
from server.demo.phone import Phone
from server.field.names import ENTITY_LISTS, KNOWN_LISTS, QUESTIONS
from server.households.models import Ident, Opinion
from sync.keys import issue_key
from sync.kinds import State
from sync.models import Submission
from tests.door.rows import Row, answers_of, screening
from tests.loop.world import XLSFORMS
from tests.sync.house import ClientLine

#: Before the first row: nothing is dated up to the form's publication.
BEGAN = datetime(2021, 1, 4, tzinfo=UTC)
TOWN = "310118102"


class Met(NamedTuple):
    """What a row met on its arrival: new, merge or review, and with which earlier row ('' with none)."""

    decision: str
    matched: str


@dataclass
class District:
    """``entity``: record_id → the id its phone makes; ``arrived``: the rows sent so far, in their order.

    One person answers for one village and sends them all, whatever village they name: evidence joins within a home,
    and a list has no homes.
    """

    entity: Mapping[str, str]
    version: FormVersion
    phone: Phone
    arrived: list[str] = field(default_factory=list)

    @classmethod
    def open(cls, entity: Mapping[str, str]) -> "District":
        """Areas, one person with a phone, and the form."""
        load_areas()
        forget_versions()
        data = (XLSFORMS / "screening.xlsx").read_bytes()
        publish(
            data, lists=KNOWN_LISTS, properties=ENTITY_LISTS, known_questions=QUESTIONS, now=BEGAN,
            name="screening.xlsx",
        )  # fmt: skip
        user = User.objects.create_user("walks", password="x", name="小走")
        Grant.objects.create(user=user, role=Role.GW, area_id=TOWN, since=date(2021, 1, 1))
        village = Area.objects.filter(parent_id=TOWN).order_by("code").values_list("code", flat=True)[0]
        assign_village(user.pk, village, since=date(2021, 1, 1))
        token = issue_key(user.pk, label="", by=None, now=BEGAN).token
        return cls(entity, FormVersion.objects.get(), Phone(f"http://testserver/key/{token}", ClientLine()))

    def send(self, row: Row) -> Met:
        """Fill in, send, and look what became of it."""
        sent = self.phone.send(screening(self.version, self.entity[row[0]], answers_of(row)))
        assert sent.is_sent, (row, sent.said)
        self.arrived.append(row[0])
        return self.met(row[0])

    def met(self, record: str) -> Met:
        """The strongest opinion on this row and an earlier one; where it was joined, on one it was joined with."""
        of = {self.entity[name]: n for n, name in enumerate(self.arrived)}
        mine = self.entity[record]
        found = [
            (opinion.bits, opinion.b if opinion.a == mine else opinion.a)
            for opinion in Opinion.objects.filter(Q(a=mine) | Q(b=mine), stands=True)
        ]
        home = homes({mine, *(other for _, other in found)})
        ranked = [(home[other] == home[mine], bits, -of[other]) for bits, other in found]
        if not ranked:
            return Met("new", "")
        is_one, _, at = max(ranked)
        return Met("merge" if is_one else "review", self.arrived[-at])


def homes(ids: Iterable[str]) -> dict[str, str]:
    """Id → the household it means now."""
    return dict(Ident.objects.filter(pk__in=ids).values_list("pk", "household_id"))


def all_applied() -> bool:
    """Whether beat two has taken every submission."""
    return not Submission.objects.exclude(state=State.APPLIED).exists()


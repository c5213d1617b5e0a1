"""Small values that several screens draw: a review badge, a household in one line."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from server.accounts.matrix import Thing, Verb
from server.areas.names import PlaceName
from server.desk.seat import Seat
from server.households.find import name_of
from server.households.kinds import Grade, Review, Standing, Status
from server.households.mask import mask_name
from server.households.models import Household
from server.visits.due import near_days
from server.visits.kinds import DueKind
from server.visits.models import Due

REVIEW_COLOUR = {Review.PENDING: "amber", Review.RESENT: "blue", Review.APPROVED: "green", Review.RETURNED: "red",
                 Review.VOIDED: ""}
GRADE_COLOUR = {Grade.A: "red", Grade.B: "amber", Grade.C: "qing"}
TABLES = {1: "表一", 2: "表二", 3: "表三", 4: "表四"}
#: Flags that ask for a decision; the others only ask for a look.
GRAVE_FLAGS = frozenset({"冲突", "证件号码不合校验", "跨街镇", "改他人提交", "同号线索", "报送人已无岗位"})


@dataclass(frozen=True)
class Badge:
    text: str
    colour: str = ""


def review_badge(review: str) -> Badge:
    return Badge(Review(review).label, REVIEW_COLOUR[Review(review)])


#: What a flag tells of others: that a number or a text somebody names is another's. For those who judge it.
OTHERS_FLAGS = frozenset({"跨街镇", "改他人提交", "同号线索"})


def flag_badges(flags: Iterable[str]) -> list[Badge]:
    return [Badge(flag, "red" if flag in GRAVE_FLAGS else "amber") for flag in flags]


def due_badge(due: Due | None, today: date) -> Badge | None:
    """The due visit as a coloured word: 逾期 5 天 · 8月3日前 …; None where nothing is planned."""
    if due is None or due.due_to is None or due.kind == DueKind.NONE:
        return None
    gap = (due.due_to - today).days
    if gap < 0:
        return Badge(f"逾期 {-gap} 天", "red")
    when = "今天到期" if gap == 0 else f"{due.due_to.month}月{due.due_to.day}日前"
    if gap <= near_days(due):
        return Badge(when, "amber")
    if due.due_from and today < due.due_from:
        return Badge(f"{due.due_from.month}月{due.due_from.day}日起", "")
    return Badge(when, "qing")


@dataclass(frozen=True)
class HouseholdLine:
    """A household as a line of a list."""

    id: str
    code: str
    name: str
    place: str
    table: str
    grade: Badge
    state: Badge | None
    due: Badge | None
    due_kind: str
    last_on: date | None
    marks: list[Badge]


def shown_name(seat: Seat, name: str, village: str) -> str:
    """In full for those who may read the household in full there, else 张*."""
    return name if seat.may(Verb.READ_FULL, Thing.HOUSEHOLD, village) else mask_name(name)


def household_line(seat: Seat, row: Household, places: Mapping[str, PlaceName], due: Due | None) -> HouseholdLine:
    marks = []
    if row.clashes:
        marks.append(Badge(f"冲突 {row.clashes}", "red"))
    if row.proposals:
        marks.append(Badge(f"建议 {row.proposals}", "amber"))
    if row.unreviewed:
        marks.append(Badge(f"待审 {row.unreviewed}", "amber"))
    if row.returned:
        marks.append(Badge("退回待改", "red"))
    state = None
    if row.standing != Standing.FULL:
        state = Badge(Standing(row.standing).label, "amber")
    elif row.status != Status.ACTIVE:
        state = Badge(Status(row.status).label)
    place = places.get(row.village, PlaceName())
    return HouseholdLine(
        id=row.pk, code=row.code, name=shown_name(seat, name_of(row), row.village),
        place=place.full if seat.is_district else str(place), table=TABLES.get(row.table or 0, ""),
        grade=Badge(Grade(row.grade).label, GRADE_COLOUR[Grade(row.grade)] if row.grade_is_set else ""),
        state=state, due=due_badge(due, seat.today), due_kind=DueKind(due.kind).label if due else "",
        last_on=due.last_on if due else None, marks=marks,
    )

"""结束关爱: the conditions of the notice as lines with their source and day, and what was decided against them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from server.acts.kinds import ActKind
from server.acts.models import Act
from server.acts.read import reason_of, to_decision
from server.desk.words import Words
from server.households.derive import folded_of, visits_of
from server.households.find import Source
from server.households.history import words_about
from server.households.kinds import ProposalKind, Status
from server.households.load import Kept
from server.households.models import Household
from server.households.values import day_of
from server.visits.closing import Condition, conditions
from server.visits.kinds import Closing
from server.visits.rules import add_months


@dataclass(frozen=True)
class Checked:
    """The conditions for care to end on ``day``; ``lines`` say them, ``missing`` names those that do not hold."""

    day: date
    lines: tuple["ConditionLine", ...]

    @property
    def missing(self) -> str:
        return "、".join(line.label for line in self.lines if not line.holds)


@dataclass(frozen=True)
class ConditionLine:
    """One condition: does it hold, what says so, since when, and where to read it."""

    label: str
    holds: bool
    text: str
    by: str
    submission: int | None


@dataclass(frozen=True)
class Closed:
    """How a plan was ended: when, by whom, why, and which conditions did not hold then."""

    on: date
    by: str
    reason: str
    missing: str


def conditions_on(row: Household, days: Sequence[date]) -> list[tuple[Condition, ...]]:
    """The conditions for care of a household to end on each of these days, by all that is known of it now."""
    component = Kept({row.pk}).component()
    folded = folded_of(component, row.pk, None)
    visits, words = visits_of(component, folded.ids), words_about(component, row.pk)
    return [conditions(folded, visits, words, day) for day in days]


def checked(
    found: Iterable[Condition], day: date, words: Words, sources: Mapping[str, Source], acts: Sequence[Act]
) -> Checked:
    """The conditions on a day as people read them."""
    deciders = {str(act.pk): str(act.by or "系统") for act in acts}
    lines = []
    for one in found:
        source = sources.get(one.instance)
        lines.append(ConditionLine(
            one.kind.label, one.holds, _text(one, day, words),
            source.sender if source else deciders.get(one.instance, ""), source.submission if source else None,
        ))  # fmt: skip
    return Checked(day, tuple(lines))


def missing_of(act: Act) -> str:
    """Which conditions did not hold when care was ended by this act, in words; '' for none."""
    return "、".join(Closing(code).label for code in to_decision(act).value.get("unmet", ()))


def closed_of(row: Household, acts: Sequence[Act]) -> Closed | None:
    """The decision by which care ended, where it has ended by 结束关爱."""
    if row.status != Status.CLOSED:
        return None
    ended = [
        act for act in acts
        if act.kind == ActKind.ACCEPT and to_decision(act).value.get("proposal") == ProposalKind.CLOSE
    ]  # fmt: skip
    act = max(ended, key=lambda one: (one.at, str(one.pk)), default=None)
    if act is None:
        return None
    return Closed(act.since or day_of(act.at), str(act.by or "系统"), reason_of(act), missing_of(act))


def _text(one: Condition, day: date, words: Words) -> str:
    if one.kind == Closing.YEAR:
        if one.on is None:
            return "还在保障中"
        left, full = _chinese(one.on), _chinese(add_months(one.on, 12))
        return f"{left}退出，{full}满一年" + ("" if one.holds else f"；{_chinese(day)}还没有满")
    if one.value is None or one.on is None:
        return "退出以后的走访还没有问到"
    fact = "stable_income" if one.kind == Closing.INCOME else "integration"
    late = "，但那时还没有满一年，须再走访核实" if one.is_early else ""
    return f"{_chinese(one.on)}走访：{words.value(fact, one.value)}{late}"


def _chinese(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"

"""Months in a history: closed while people go on, looked at again at the end."""

from datetime import UTC, date, datetime, timedelta

from server.acts.kinds import ActKind
from server.households.models import Ident, Noted
from server.ledgers.close import close_month
from server.ledgers.kinds import STANDING
from server.ledgers.late import late_in
from server.ledgers.models import Month
from server.ledgers.read import closed_lines
from server.ledgers.values import Line as Printed
from server.ledgers.verify import verify_month
from tests.law.check import kept
from tests.law.history import History
from tests.law.naive_ledger import CELLS, Line, month

MARCH, LAST = "2026-03", date(2026, 3, 31)


def review_and_close(history: History, town: str) -> str:
    """The supervisor looks through most of what waits and locks the month: where the record differs from the naive."""
    pending = Noted.objects.filter(review__in=("pending", "resent"), village__startswith=town)
    for instance in pending.order_by("filing__instance").values_list("filing__instance", flat=True):
        if history.rng.random() < 0.6:
            history.rule(ActKind.APPROVE, instance, value={"for": [town]})
    if history.rng.random() < 0.7:
        history.work()  # else: what waits is listed at the closing, and is 补报 once it is read
    history.now = max(history.now, datetime(2026, 4, 1, 2, tzinfo=UTC)) + timedelta(hours=1)
    taken = frozenset(
        line.household for other in Month.objects.exclude(town_id=town).filter(state__in=STANDING)
        for line in closed_lines(other)
    )
    wanted = month(kept(), town, LAST, taken)
    closed = close_month(town, MARCH, by=history.world.desk, now=history.now).month
    history.cases["closed"] += 1
    return different(f"closing {town}", wanted, closed_lines(closed))


def look_again(history: History) -> str:
    """Every closed month is what it was, and its 补报 is exactly what is otherwise now."""
    wrong = []
    for closed in Month.objects.order_by("town_id"):
        verified = verify_month(closed)
        if not (verified.is_intact and verified.is_reproducible):
            wrong.append(f"{closed}: {verified}")
        frozen, now = closed_lines(closed), month(kept(), closed.town_id, LAST)
        said = {(d.household, str(d.what)): d for d in late_in(closed)}
        expected = expected_late(frozen, now)
        history.cases["补报"] += bool(expected)
        for household, what in expected - said.keys():
            wrong.append(f"{closed}: 补报 lacks {what} {household}")
        for (household, what), found in said.items():
            if (household, what) in expected:
                continue
            headings = {heading for heading, _, _ in found.cells}
            if what != "changed" or headings & HEADINGS:
                wrong.append(f"{closed}: 补报 says {what} {household} {found.cells}")
    return "\n".join(wrong)


#: Headings of the cells that the naive ledger knows; of others it cannot judge.
HEADINGS = {"姓名", "联系方式", "家庭住址", "家庭人数", "处理方案", "家庭主要困难需求"}


def expected_late(frozen: list[Printed], now: dict[str, Line]) -> set[tuple[str, str]]:
    serving = dict(Ident.objects.values_list("pk", "household_id"))
    found, met = set(), set()
    for line in frozen:
        slot = serving.get(line.household, line.household)
        after = None if slot in met else now.get(slot)
        met.add(slot)
        if after is None:
            found.add((line.household, "gone"))
        elif after[0] != str(line.kind):
            found.add((line.household, "moved"))
        elif not says(line, after[2]):
            found.add((line.household, "changed"))
    return found | {(name, "added") for name in now.keys() - met}


def says(line: Printed, wanted: dict[str, str | None]) -> bool:
    """Whether a line has these values in those of the cells that its table has."""
    return all(
        wanted[cell] == (None if (value := line.value(cell)) is None else "".join(str(value).split()))
        for cell in CELLS if cell in line.cells
    )


def different(what: str, wanted: dict[str, Line], lines: list[Printed]) -> str:
    mine = {line.household: line for line in lines}
    found = [f"{what}: only one has {name}" for name in sorted(wanted.keys() ^ mine.keys())]
    for name in wanted.keys() & mine.keys():
        line, (kind, village, told) = mine[name], wanted[name]
        if (str(line.kind), line.village) != (kind, village) or not says(line, told):
            found.append(f"{what}, {name}: programme {line}, naive {wanted[name]}")
    return "\n".join(found)

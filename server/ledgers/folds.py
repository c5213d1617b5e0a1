"""Which households a 街镇's month has to look at, and their folds as of its last day.

The registry's stored fold is used wherever it must equal the one asked for: nothing was said or decided for a later
day, and (for approved statements alone) nothing waits for review. Only the others are derived from kept rows again.
"""

from collections.abc import Collection, Iterable, Iterator
from datetime import date, datetime, time, timedelta
from functools import cached_property

from django.db.models import Q, QuerySet

from server.acts.kinds import ActKind
from server.acts.models import Act
from server.areas.within import within
from server.households.component import Component
from server.households.derive import folded_of
from server.households.find import open_household
from server.households.kinds import Standing
from server.households.load import HOUSEHOLDS, load_component
from server.households.models import Filing, Household, Ident
from server.households.values import SHANGHAI, Folded
from server.ledgers.rules import frozen_on

#: As many households are asked for by name; so many rows are held at a time.
FEW, CHUNK = 2000, 500


class Shown:
    """One household as months see it. ``stored``: the registry's fold of all that is known, and the last day anything
    in it began; ``is_settled``: nothing in it waits for review; ``clashes``: conflicts nobody has settled."""

    def __init__(
        self, served: str, *, component: Component | None = None, stored: tuple[Folded, date] | None = None,
        is_settled: bool = False, clashes: int = 0,
    ) -> None:
        self.served = served
        self.clashes = clashes
        self.is_settled = is_settled
        self._stored = stored
        self._component = component

    @cached_property
    def component(self) -> Component:
        return self._component or load_component([self.served])

    def fold(self, day: date, *, approved_only: bool = False) -> Folded:
        """The household as of ``day``."""
        if self._stored and self._stored[1] <= day and (self.is_settled or not approved_only):
            return self._stored[0]
        return folded_of(self.component, self.served, day, approved_only)

    def at_exit(self, folded: Folded, day: date, *, approved_only: bool = False) -> Folded | None:
        """The fold that 叠加政策 of 表四 is read from; None for a household that has not left relief."""
        frozen = frozen_on(folded, day)
        if frozen is None:
            return None
        overlay = [folded.facts[fact] for fact in ("overlay", "overlay_text") if fact in folded.facts]
        if all(held.since <= frozen for held in overlay):
            return folded
        return self.fold(frozen, approved_only=approved_only)


def households_of(
    town: str, day: date, *, known_at: datetime | None = None, also: Iterable[str] = (),
    only: Collection[str] | None = None,
) -> Iterator[Shown]:
    """Every household that may have lived in a 街镇 on ``day``, by all that is known, or was known at a moment.

    Some may turn out to belong elsewhere. ``also``: ids to look at besides. ``only``: of what is known now these
    alone, by the id they are served under.
    """
    moved = _assigned_since(day)
    rows = _rows(town, day, moved)
    if known_at is None:
        if only is not None and len(only) <= FEW:
            rows = rows.filter(pk__in=only)
        for row in rows.iterator(CHUNK):
            if only is not None and row.pk not in only:
                continue
            if not row.returned and (row.opened_on is None or row.opened_on > day):
                # Not in care yet, on approved statements even less; but an approved version stands for months also
                # where an edit of it was returned.
                continue
            opened = open_household(row).folded
            last = row.latest_since or date.max
            stored = None if row.pk in moved else (opened, last)
            settled = not (row.unreviewed or row.returned)
            yield Shown(row.pk, stored=stored, is_settled=settled, clashes=row.clashes)
        return
    ids = set(Ident.objects.filter(household__in=rows).values_list("pk", flat=True)) | set(also)
    yield from _as_known(ids | _touched_since(known_at), known_at)


def rows_in(town: str, day: date) -> QuerySet[Household]:
    """The registry's rows of every household that may have lived in a 街镇 on ``day``."""
    return _rows(town, day, _assigned_since(day))


def _rows(town: str, day: date, moved: set[str]) -> QuerySet[Household]:
    # On an earlier day the home may have been another only where it was assigned since.
    rows = Household.objects.filter(within("village", [town]) | Q(pk__in=moved))
    return rows.exclude(standing=Standing.VOID).order_by("pk")


def _assigned_since(day: date) -> set[str]:
    """Households that were given another village from a later day on; where none was named, from the day of filing."""
    morning = datetime.combine(day + timedelta(days=1), time(), SHANGHAI)
    later = Q(since__gt=day) | Q(since=None, at__gte=morning)
    subjects = Act.objects.filter(later, kind=ActKind.ASSIGN).values("subject")
    return set(Ident.objects.filter(pk__in=subjects).values_list("household_id", flat=True))


def _touched_since(moment: datetime) -> set[str]:
    """Ids that something was said or decided about after a moment."""
    said = Filing.objects.filter(list=HOUSEHOLDS, submission__applied_at__gt=moment)
    acts = Act.objects.filter(at__gt=moment)
    named = set(acts.values_list("subject", flat=True)) | set(acts.exclude(other="").values_list("other", flat=True))
    judged = Filing.objects.filter(Q(instance__in=named) | Q(batch__in=named - {""}), list=HOUSEHOLDS)
    known = set(Filing.objects.filter(list=HOUSEHOLDS, entity__in=named).values_list("entity", flat=True))
    return known | set(said.values_list("entity", flat=True)) | set(judged.values_list("entity", flat=True))


def _as_known(ids: set[str], known_at: datetime) -> Iterator[Shown]:
    done: set[str] = set()
    for name in sorted(ids):
        if name in done:
            continue
        component = load_component([name], known_at)
        for served, members in component.clusters.members.items():
            if done.isdisjoint(members):
                yield Shown(served, component=component)
            done |= set(members)
        done.add(name)

"""Which households something was said or decided about since a month was closed: only their lines can be otherwise.

A line follows from the kept rows of a household's component, from rulings, from referrals about it and from names. So
what is looked for is what arrived or was decided since, and then everything that is derived together with it.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Q, QuerySet

from server.acts.kinds import ActKind
from server.acts.models import Act
from server.households.load import HOUSEHOLDS, JOINING
from server.households.models import Filing, Ident, Link
from server.ledgers.links import REFERRALS

#: What was under way while the month was closed may carry an earlier moment.
MARGIN = timedelta(hours=1)
CHUNK = 400


def touched_since(moment: datetime) -> set[str] | None:
    """Ids of all households whose lines may be otherwise than at ``moment``; None: any (another matching model decides
    since who is whom)."""
    after = moment - MARGIN
    acts = Act.objects.filter(at__gt=after)
    if acts.filter(kind=ActKind.MODEL).exists():
        return None
    said = Filing.objects.filter(submission__applied_at__gt=after)
    ids = set(said.filter(list=HOUSEHOLDS).values_list("entity", flat=True))
    referrals = set(said.filter(list=REFERRALS).values_list("entity", flat=True))
    named = {name for pair in acts.values_list("subject", "other") for name in pair if name}
    for some in _chunks(named):
        filings = Filing.objects.filter(Q(instance__in=some) | Q(batch__in=some) | Q(entity__in=some))
        for list_name, entity in filings.values_list("list", "entity"):
            (referrals if list_name == REFERRALS else ids).add(entity)
        # What undoes an act names it: both households of a pair, the home of a 对象.
        for pair in Act.objects.filter(pk__in=_act_ids(some)).values_list("subject", "other"):
            ids |= set(pair)
    ids |= named
    for some in _chunks(referrals):
        ids |= set(Filing.objects.filter(list=REFERRALS, entity__in=some).values_list("about", flat=True))
    return derived_with(ids - {""})


def derived_with(ids: Iterable[str]) -> set[str]:
    """These ids and all that are derived together with one of them (as ``households.load.Kept`` reaches them)."""
    found: set[str] = set()
    todo = set(ids)
    while todo:
        found |= todo
        reached: set[str] = set()
        for some in _chunks(todo):
            reached |= set(Link.objects.filter(entity__in=some).values_list("other", flat=True))
            joining = Act.objects.filter(Q(subject__in=some) | Q(other__in=some), kind__in=JOINING)
            reached |= {name for pair in joining.values_list("subject", "other") for name in pair}
            reached |= _assigned(some, joining)
            reached |= _refiled(some) | _versions(some) | _cluster(some)
        todo = reached - found
    return found


def _cluster(ids: Sequence[str]) -> set[str]:
    homes = Ident.objects.filter(pk__in=ids).values("household_id")
    return set(Ident.objects.filter(household_id__in=homes).values_list("pk", flat=True))


def _assigned(ids: Sequence[str], joining: QuerySet[Act]) -> set[str]:
    """Ids to which a merge gave a home, and the pair of the merge that gave one to these."""
    merges = [str(pk) for pk in joining.values_list("pk", flat=True)]
    given = Act.objects.filter(kind=ActKind.ASSIGN, other__in=merges).values_list("subject", flat=True)
    by = Act.objects.filter(kind=ActKind.ASSIGN, subject__in=ids).exclude(other="").values_list("other", flat=True)
    pairs = Act.objects.filter(pk__in=list(by)).values_list("subject", "other")
    return {*given, *(name for pair in pairs for name in pair)}


def _refiled(ids: Sequence[str]) -> set[str]:
    """Where updates filed under these were put, and whose were put under these."""
    instances = Filing.objects.filter(entity__in=ids, list=HOUSEHOLDS).values("instance")
    acts = Act.objects.filter(kind=ActKind.REFILE).filter(Q(subject__in=instances) | Q(other__in=ids))
    pairs = list(acts.values_list("subject", "other"))
    moved = Filing.objects.filter(instance__in=[subject for subject, _ in pairs], list=HOUSEHOLDS)
    return {other for _, other in pairs} | set(moved.values_list("entity", flat=True))


def _versions(ids: Sequence[str]) -> set[str]:
    """Other ids that edits of submissions under these name, or whose edits name these."""
    here = Filing.objects.filter(entity__in=ids, list=HOUSEHOLDS)
    edits = Filing.objects.filter(list=HOUSEHOLDS).exclude(deprecated="").filter(deprecated__in=here.values("instance"))
    edited = here.exclude(deprecated="").values("deprecated")
    originals = Filing.objects.filter(list=HOUSEHOLDS, instance__in=edited)
    return set(edits.values_list("entity", flat=True)) | set(originals.values_list("entity", flat=True))


def _act_ids(names: Iterable[str]) -> list[str]:
    return [name for name in names if _is_act(name)]


def _is_act(name: str) -> bool:
    try:
        return str(UUID(name)) == name
    except ValueError:
        return False


def _chunks(names: Iterable[str]) -> Iterator[list[str]]:
    ordered = sorted(names)
    for start in range(0, len(ordered), CHUNK):
        yield ordered[start : start + CHUNK]

"""Reads of the registry. Every list takes the area codes of the asker; nothing here knows persons or screens."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Case as CaseWhen
from django.db.models import Count, Exists, OuterRef, Q, QuerySet, When
from django.db.models.functions import Substr

from server.acts.kinds import ActKind
from server.acts.models import Act
from server.areas.within import within
from server.households.care import STANDINGS, STATUS
from server.households.cases import pairs_counted, shown_pairs
from server.households.kinds import Review, Standing, Status
from server.households.lookups import terms_in
from server.households.models import Case, Filing, Household, Ident, Lookup, Noted
from server.households.pack import unpack_folded
from server.households.values import Clash, Folded, Pending, day_of
from sync.models import Submission
from sync.vault.envelope import open_row
from sync.vault.lookup import keyed

#: More households than this under one name are not looked through: people then narrow the search.
FOUND_AT_MOST = 2000
#: A code so short is the district's (or "", everywhere).
DISTRICT_DIGITS = 6
#: Households in care (``care.in_care``), as the registry's columns say it.
IN_CARE = Q(status=STATUS, standing__in=STANDINGS)
#: Review states in which somebody has to look.
WAITING = (Review.PENDING, Review.RESENT)


@dataclass(frozen=True)
class Opened:
    """A household row with its seal broken: the fold, the conflicts to settle, the proposals nobody has decided."""

    row: Household
    folded: Folded
    clashes: tuple[Clash, ...]
    pending: tuple[Pending, ...]

    @property
    def name(self) -> str:
        return str(self.folded.value("rep_name") or self.folded.shown_name or "（姓名未知）")


def open_household(row: Household) -> Opened:
    """Unseal one row."""
    return Opened(row, *unpack_folded(row.pk, open_row(bytes(row.sealed))))


def name_of(row: Household) -> str:
    """The registrant's name alone, for lists."""
    return str(open_row(bytes(row.sealed))["name"] or "（姓名未知）")


def served(any_id: str) -> Household | None:
    """The household that an id means now; every id ever issued resolves. None: nobody ever used it."""
    ident = Ident.objects.select_related("household").filter(pk=any_id).first()
    return ident.household if ident else None


def idents(ids: Iterable[str]) -> list[Ident]:
    """What several ids mean now, with their households (one query); unknown ids are left out."""
    return list(Ident.objects.filter(pk__in=set(ids)).select_related("household"))


def by_id_or_code(text: str) -> Household | None:
    """A household by any of its ids, or by the code people say aloud where only one has it."""
    found = served(text.strip())
    if found is not None:
        return found
    rows = list(Household.objects.filter(code__iexact=text.strip())[:2])
    return rows[0] if len(rows) == 1 else None


def seen_from(codes: Iterable[str]) -> Q:
    """What has its place (``village``) inside ``codes``. The whole district sees everything, also what nobody can place
    yet."""
    codes = list(codes)
    return Q() if any(len(code) <= DISTRICT_DIGITS for code in codes) else within("village", codes)


def households_in(codes: Iterable[str], *, text: str = "", village: str = "", table: int | None = None,
                  grade: str = "", status: str = "", attention: str = "",
                  deciding: Iterable[str] = ()) -> QuerySet[Household]:
    """Households inside ``codes``, by village and id, their due visit loaded with them.

    ``text``: a whole name, ID number, its last four, a phone or a household code. ``status``: one of ``Status``, or ''
    for all that are not void. ``attention``: clashes | proposals | returned | unreviewed | provisional | cases;
    ``deciding``: where the reader decides on duplicates (see ``cases.is_shown``).
    """
    codes = list(codes)
    rows = Household.objects.filter(seen_from(codes))
    if text:
        keys = [keyed(f"find-{kind}", value) for kind, value in terms_in(text)]
        found = Lookup.objects.filter(key__in=keys).values_list("household_id", flat=True)
        rows = rows.filter(pk__in=list(found[:FOUND_AT_MOST]))
    if village:
        rows = rows.filter(seen_from([village]))
    if table is not None:
        rows = rows.filter(table=table)
    if grade:
        rows = rows.filter(grade=grade)
    rows = rows.filter(status=status) if status else rows.exclude(standing=Standing.VOID)
    if attention:
        rows = rows.filter(_attention(attention, codes, deciding))
    return rows.select_related("due").order_by("village", "code")


def _attention(what: str, codes: Iterable[str], deciding: Iterable[str]) -> Q:
    counted = {"clashes", "proposals", "returned", "unreviewed"}
    if what in counted:
        return Q(**{f"{what}__gt": 0})
    if what == "provisional":
        return Q(standing=Standing.PROVISIONAL)
    if what == "cases":
        shown = Case.objects.filter(shown_pairs(codes, deciding, "a__village", "b__village"))
        return Q(Exists(shown.filter(Q(a=OuterRef("pk")) | Q(b=OuterRef("pk")))))
    raise ValueError(what)


def noted_in(codes: Iterable[str], *, review: Iterable[str] = (), form: str = "", village: str = "",
             flagged: bool = False, oldest_first: bool = False, waits: bool | None = None) -> QuerySet[Noted]:
    """The newest versions of submissions inside ``codes``, latest first; ``oldest_first``: as a queue, those with
    flags before the others, then the longest waiting. ``waits``: only those without standing (他处填报), or only the
    others."""
    rows = Noted.objects.filter(seen_from(codes), is_head=True)
    if review:
        rows = rows.filter(review__in=list(review))
    if form:
        rows = rows.filter(filing__submission__form_id=form)
    if village:
        rows = rows.filter(village=village)
    if flagged:
        rows = rows.exclude(flags=[])
    if waits is not None:
        rows = rows.filter(waits=waits)
    if oldest_first:
        rows = rows.annotate(calm=CaseWhen(When(flags=[], then=1), default=0)).order_by(
            "calm", "filing__submission__received_at", "pk"
        )
    else:
        rows = rows.order_by("-filing__submission__received_at", "-pk")
    return rows.select_related("filing__submission", "household", "by").defer(
        "filing__sealed", "filing__submission__xml_sealed", "filing__submission__wrapped_key",
    )


def noted_of(submission_id: int) -> Noted | None:
    """The review state of one submission, with its household and who sent it; None for one that was not read."""
    rows = Noted.objects.filter(filing__submission=submission_id)
    rows = rows.select_related("filing__submission", "household", "by")
    return rows.defer("filing__sealed", "filing__submission__xml_sealed", "filing__submission__wrapped_key").first()


def review_counts(codes: Iterable[str]) -> Counter[tuple[str, bool]]:
    """How many newest versions inside ``codes`` stand in each review state, by (state, whether it is without standing).
    One query."""
    rows = Noted.objects.filter(seen_from(codes), is_head=True).values_list("review", "waits")
    return Counter({(review, waits): n for review, waits, n in rows.annotate(n=Count("pk"))})


def households_counted(codes: Iterable[str]) -> Counter[tuple[str, int]]:
    """Households in care inside ``codes`` by (村居, table; 0: none of the four). One query."""
    rows = Household.objects.filter(within("village", codes), IN_CARE)
    grouped = rows.order_by().values_list("village", "table").annotate(n=Count("*"))
    return Counter({(village, table or 0): n for village, table, n in grouped})


@dataclass(frozen=True)
class Source:
    """Where a statement comes from, in plain values."""

    instance: str
    entity: str
    submission: int
    form_id: str
    sender: str
    received_at: datetime
    review: str
    is_head: bool

    @property
    def when(self) -> str:
        day = day_of(self.received_at)
        return f"{day.year}年{day.month}月{day.day}日"


def filings_about(ids: Iterable[str]) -> dict[str, Source]:
    """Every submission that speaks of these household ids and has standing, by instanceID (one query)."""
    rows = Filing.objects.filter(list="households", entity__in=list(ids)).select_related("submission__sender", "noted")
    rows = rows.exclude(noted__waits=True)
    rows = rows.defer("sealed", "submission__xml_sealed", "submission__wrapped_key")
    return {row.instance: _source(row) for row in rows}


def filings_by_instance(instances: Iterable[str]) -> dict[str, Source]:
    """Some submissions by their instanceID (one query)."""
    rows = Filing.objects.filter(instance__in=set(instances)).select_related("submission__sender", "noted")
    rows = rows.defer("sealed", "submission__xml_sealed", "submission__wrapped_key")
    return {row.instance: _source(row) for row in rows}


def moving_in(codes: Iterable[str], most: int, *, village: str = "") -> list[Household]:
    """Households inside ``codes`` (and of one ``village``) with something undecided, by village and code: the moves
    that are proposed are among it, under the seal."""
    rows = Household.objects.filter(seen_from(codes), clashes__gt=0).exclude(standing=Standing.VOID)
    if village:
        rows = rows.filter(seen_from([village]))
    return list(rows.order_by("village", "code")[:most])


def _source(row: Filing) -> Source:
    noted: Noted | None = getattr(row, "noted", None)
    said = row.submission
    return Source(row.instance, row.entity, said.pk, said.form_id, str(said.sender or "系统"), said.received_at,
                  noted.review if noted else "", noted.is_head if noted else True)


def cases_of(household_id: str) -> list[Case]:
    """Unions with this household that a guard forbade, with both sides."""
    rows = Case.objects.filter(Q(a=household_id) | Q(b=household_id)).select_related("a", "b")
    return list(rows.order_by("-score"))


def standing_merges(ids: Iterable[str]) -> list[Act]:
    """Merge acts among these ids that nobody has undone, latest first."""
    names = list(ids)
    acts = list(Act.objects.filter(kind=ActKind.MERGE, subject__in=names, other__in=names).order_by("-seq"))
    undoing = Act.objects.filter(kind=ActKind.UNMERGE, other__in=[str(act.pk) for act in acts])
    undone = set(undoing.values_list("other", flat=True))
    return [act for act in acts if str(act.pk) not in undone]


def versions_of(instance: str, deprecated: str) -> list[Submission]:
    """The submissions right before and right after this one in its chain of edits, oldest first."""
    around = Q(deprecated_id=instance) | Q(instance_id=deprecated) if deprecated else Q(deprecated_id=instance)
    rows = Submission.objects.filter(around).defer("xml_sealed", "wrapped_key")
    return list(rows.select_related("sender").order_by("received_at"))


def waiting_about(ids: Iterable[str]) -> list[Noted]:
    """What is said of these household ids without standing and nobody has judged, the longest waiting first."""
    rows = Noted.objects.filter(filing__list="households", filing__entity__in=list(ids), waits=True, review__in=WAITING)
    rows = rows.select_related("filing__submission", "by").order_by("filing__submission__received_at", "pk")
    return list(rows.defer("filing__sealed", "filing__submission__xml_sealed", "filing__submission__wrapped_key"))


def waiting_on(leads: Iterable[str]) -> dict[str, Submission]:
    """For each of these leads the first submission about it that is without standing and nobody has judged."""
    rows = Noted.objects.filter(filing__list="leads", filing__entity__in=list(leads), waits=True, review__in=WAITING)
    rows = rows.select_related("filing__submission").order_by("-filing__submission__received_at", "-pk")
    rows = rows.defer("filing__sealed", "filing__submission__xml_sealed", "filing__submission__wrapped_key")
    return {row.filing.entity: row.filing.submission for row in rows}


def waiting_by_town(codes: Iterable[str]) -> dict[str, int]:
    """How many newest versions wait for review in each 街镇 inside ``codes`` (one query)."""
    rows = Noted.objects.filter(within("village", codes), is_head=True, review__in=WAITING)
    return dict(rows.annotate(town=Substr("village", 1, 9)).values_list("town").annotate(n=Count("pk")))


def sent_by(user_id: int, *, returned: bool = False) -> QuerySet[Submission]:
    """What one person has sent, newest versions, latest first, with the review state where there is one."""
    rows = Submission.objects.filter(sender_id=user_id)
    if returned:
        rows = rows.filter(filing__noted__review=Review.RETURNED, filing__noted__is_head=True)
    else:
        rows = rows.exclude(filing__noted__is_head=False)
    rows = rows.select_related("filing__noted__household")
    return rows.defer("xml_sealed", "wrapped_key", "filing__sealed").order_by("-received_at", "-id")


def attention_counts(codes: Iterable[str], deciding: Iterable[str]) -> dict[str, int]:
    """How many households wait for a decision, by what for, and how many pairs (``cases.pairs_counted``): three
    queries. ``deciding``: where the reader decides on duplicates."""
    codes = list(codes)
    alive = Household.objects.filter(seen_from(codes), status=Status.ACTIVE).exclude(standing=Standing.VOID)
    flags = alive.values_list("clashes", "proposals", "standing").filter(
        Q(clashes__gt=0) | Q(proposals__gt=0) | Q(standing=Standing.PROVISIONAL)
    )
    counts = {"clashes": 0, "proposals": 0, "provisional": 0}
    for clashes, proposals, standing in flags:
        counts["clashes"] += bool(clashes)
        counts["proposals"] += bool(proposals)
        counts["provisional"] += standing == Standing.PROVISIONAL
    counts["cases"] = pairs_counted(codes, deciding)
    return counts

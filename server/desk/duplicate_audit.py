"""抽查: a fixed share of what the matcher decided unasked is looked at by a person, who says whether it was right."""

import hashlib
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import F, OuterRef, Q, Subquery
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from server.accounts.matrix import Thing, Verb
from server.acts.kinds import ActKind
from server.acts.models import Act
from server.acts.read import to_decision
from server.desk.duplicate_answers import uuid_in
from server.desk.parts import shown_name
from server.desk.seat import Seat, screen
from server.desk.wilson import Share, share_of
from server.field.decide import decide
from server.households.find import idents, name_of, served
from server.households.matching.decide import Outcome
from server.households.matching.live import live_model
from server.households.models import Household, Ident, Opinion
from server.households.registrars import ids_of, registrations_of

#: Of so many automatic decisions one is looked at: 0.5 %.
ONE_IN = 200
#: Rows read for shares and lists; a district with more is sampled, which the page says.
MOST = 5000
#: Of one's own answers so many, the latest, can be given anew.
OWN = 10
MERGED, NEW = "merge", "new"
Decided = tuple[str, str, str]


@dataclass(frozen=True)
class Sampled:
    """An automatic decision to be looked at: two ids joined unasked, or one taken for a new household. ``right``: what
    the person himself has said of it (None: nothing yet)."""

    kind: str
    a: str
    b: str
    row: Household
    name: str
    submissions: list[int]
    token: uuid.UUID
    right: bool | None = None


def is_sampled(*ids: str) -> bool:
    """Whether a decision belongs to the sample: by the hash of its ids, the same for everybody and for ever."""
    return int(hashlib.sha256(" ".join(sorted(ids)).encode()).hexdigest()[:8], 16) % ONE_IN == 0


@require_POST
@screen(Thing.DUPLICATE, Verb.APPROVE)
def duplicate_audit(request: HttpRequest, seat: Seat) -> HttpResponse:
    """One auditor's answer on one automatic decision of the sample. His last answer counts; one token is one answer."""
    kind, a, right = (request.POST.get(name, "") for name in ("kind", "a", "right"))
    b = request.POST.get("b", "") if kind == MERGED else ""
    token, row = uuid_in(request.POST.get("token", "")), served(a)
    if row is None or kind not in (MERGED, NEW) or right not in ("yes", "no") or token is None:
        return _gone(request)
    seat.must_see(row.village, f"household:{row.pk}")
    seat.must(Verb.APPROVE, Thing.DUPLICATE, row.village)
    if not (_is_merged(a, b) if kind == MERGED else _is_new(row, a)):
        return _gone(request)
    if any(seat.user.pk in one.hands for one in registrations_of([a, b] if b else ids_of(row))):
        raise PermissionDenied("不能抽查自己登记的，请由其他审核人员办理。")
    known = Act.objects.filter(pk=token).first()
    if known is not None and (known.by_id, known.kind, known.subject, known.other) != (seat.user.pk, "audit", a, b):
        return _gone(request)
    value = {"of": kind, "right": right == "yes", "model": live_model().id}
    decide(ActKind.AUDIT, a, by=seat.user.pk, now=seat.now, other=b, value=value, act_id=token)
    messages.add_message(request, messages.INFO, "已记下抽查结果。", extra_tags="green")
    return redirect("desk:duplicate_quality")


def _gone(request: HttpRequest) -> HttpResponse:
    text = "没有保存：这一条不在抽查之列，或者已经变了，请刷新。"
    messages.add_message(request, messages.INFO, text, extra_tags="red")
    return redirect("desk:duplicate_quality")


def _is_merged(a: str, b: str) -> bool:
    """Whether the sample has this pair, named in its order, and an opinion still holds it in one household."""
    home = dict(Ident.objects.filter(pk__in=[a, b]).values_list("pk", "household_id"))
    opinion = Opinion.objects.filter(a=a, b=b, stands=True, apart=False, across=False, outcome=Outcome.MERGE)
    return len(home) == 2 and home[a] == home[b] and is_sampled(a, b) and opinion.exists() and not _by_hand([(a, b)])


def _is_new(row: Household, a: str) -> bool:
    """Whether the sample has this household, and no opinion at its home says anything of it."""
    told = Opinion.objects.filter(Q(a=a) | Q(b=a), stands=True, across=False)
    return row.pk == a and is_sampled(a) and not told.exists()


def ids_in(homes: Any) -> Any:
    """Every id that means one of these households, as a query."""
    return Ident.objects.filter(household__in=homes).values("pk")


def merged_unasked(homes: Any) -> list[Opinion]:
    """Standing opinions that joined two ids of one household unasked, the latest of them."""
    rows = Opinion.objects.filter(stands=True, apart=False, across=False, outcome=Outcome.MERGE, a__in=ids_in(homes))
    joined = rows.annotate(household_a=_household_of("a"), household_b=_household_of("b"))
    found = list(joined.filter(household_a=F("household_b")).order_by("-pk")[:MOST])
    by_hand = _by_hand((one.a, one.b) for one in found)
    return [one for one in found if frozenset((one.a, one.b)) not in by_hand]


def _household_of(side: str) -> Subquery:
    """The household that the id on one side of an opinion means now."""
    return Subquery(Ident.objects.filter(pk=OuterRef(side)).values("household_id")[:1])


def _by_hand(pairs: Iterable[tuple[str, str]]) -> set[frozenset[str]]:
    """Those of some pairs that people joined: nobody asks whether the matcher was right (one query)."""
    ids = {name for pair in pairs for name in pair}
    acts = Act.objects.filter(kind=ActKind.MERGE, subject__in=ids).values_list("subject", "other") if ids else ()
    return {frozenset(pair) for pair in acts}


def verdicts(homes: Any) -> dict[Decided, dict[int | None, bool]]:
    """What auditors said of each decision of the sample: by person, whose last word counts, the latest person last."""
    found: dict[Decided, dict[int | None, bool]] = {}
    for act in Act.objects.filter(kind=ActKind.AUDIT, subject__in=ids_in(homes)).order_by("seq"):
        value = to_decision(act).value
        if value["of"] in (MERGED, NEW):
            said = found.setdefault((value["of"], act.subject, act.other), {})
            said.pop(act.by_id, None)
            said[act.by_id] = value["right"]
    return found


def audits(found: Mapping[Decided, Mapping[int | None, bool]]) -> dict[str, Share]:
    """How many automatic decisions auditors found right, by kind; of several persons the last to speak counts."""
    last = {decided: list(said.values())[-1] for decided, said in found.items()}
    return {
        kind: share_of(sum(ok for (of, *_), ok in last.items() if of == kind), sum(of == kind for of, *_ in last))
        for kind in (MERGED, NEW)
    }


def sampled(seat: Seat, homes: Any, merged: Iterable[Opinion],
            known: Mapping[Decided, Mapping[int | None, bool]]) -> tuple[list[Sampled], list[Sampled]]:
    """(the sample that nobody has looked at, what this person looked at last)."""
    pairs = [(MERGED, one.a, one.b) for one in merged if is_sampled(one.a, one.b)]
    alone = homes.values_list("pk", flat=True).order_by("-opened_on", "pk")[: MOST * 10]
    news = [name for name in alone if is_sampled(name)]
    # What lies across homes is not told here: not even by what is missing from the sample.
    joined = Opinion.objects.filter(Q(a__in=news) | Q(b__in=news), stands=True, across=False).values_list("a", "b")
    told = {name for pair in joined for name in pair}
    whole = pairs + [(NEW, name, "") for name in news if name not in told]
    waiting = [one for one in whole if one not in known]
    mine = [one for one in reversed(list(known)) if seat.user.pk in known[one] and one in set(whole)][:OWN]
    names = {name for _, a, b in waiting + mine for name in (a, b) if name}
    home = {i.pk: i.household for i in idents(names)}
    filed: dict[str, list[int]] = {}
    for one in registrations_of(names):
        filed.setdefault(one.entity, []).append(one.submission)

    def line(kind: str, a: str, b: str) -> Sampled:
        row, said = home[a], known.get((kind, a, b), {}).get(seat.user.pk)
        return Sampled(kind, a, b, row, shown_name(seat, name_of(row), row.village),
                       [*filed.get(a, ()), *filed.get(b, ())], uuid.uuid4(), said)

    return [line(*one) for one in waiting if one[1] in home], [line(*one) for one in mine if one[1] in home]


"""入库异常: kept, but nothing follows from it yet. Each reason in its own words, with what can be done about it."""

from dataclasses import dataclass

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from forms.catalogue import titles
from server.accounts.matrix import Thing, Verb
from server.acts.kinds import ActKind
from server.acts.read import reasons_for
from server.desk.page import page, paged
from server.desk.seat import Seat, screen
from server.field.kinds import TroubleKind
from server.field.let_in import let_in
from server.field.parked import counting_twin, parked_in, trouble_kind
from server.field.set_aside import set_aside
from sync.kinds import State, Via
from sync.models import Submission

#: What each kind means and what can be done, for whoever opens the list for the first time.
MEANING = {
    TroubleKind.LEFT: "报送人调岗离职以后，手机里剩下的记录才送到。核对确实是他在岗时做的，点“准予入库”；"
                      "不该算的，点“搁置”。",
    TroubleKind.CLASH: "两份内容不同的记录用了同一个编号，以先收到的为准，这一份不会入库。请打开两份对照："
                       "后一份说得对的，在先收到的那份上办“更正”，再把这一份搁置。",
    TroubleKind.SEALED: "手机上的表单带有 ODK 加密，服务器没有私钥，读不出内容；原文和附件一字未动地保存着。"
                        "本区发布的四张表单都不加密，请检查这部手机是否扫错了码；记录请报送人用本区表单补填，再把这一份搁置。",
    TroubleKind.VERSION: "手机上的表单版本，服务器上没有。系统管理员发布这个版本后会自动入库；"
                         "不会再发布的，请报送人更新表单后补填，再把这一份搁置。",
    TroubleKind.FAILED: "内容已收到，处理时出了问题，原因见每一行。多数会自动重试；原因已排除的，点“重新处理”。",
}


@dataclass(frozen=True)
class Line:
    """A parked submission as one row. ``twin``: of two texts with one number, the one that counts."""

    row: Submission
    title: str
    kind: TroubleKind
    reason: str
    way: str
    twin: int | None

    @property
    def can_be_applied(self) -> bool:
        return self.kind not in (TroubleKind.CLASH, TroubleKind.SEALED)


@screen(Thing.SUBMISSION, Verb.READ)
def troubles(request: HttpRequest, seat: Seat) -> HttpResponse:
    kind, aside = request.GET.get("kind", ""), request.GET.get("show") == "aside"
    mine = parked_in(seat.codes, district=seat.is_district, is_set_aside=aside)
    counted = {one: parked_in(seat.codes, district=seat.is_district, kind=one, is_set_aside=False).count()
               for one in TroubleKind}
    found = paged(request, mine if kind not in TroubleKind.values else
                  parked_in(seat.codes, district=seat.is_district, kind=kind, is_set_aside=aside))
    named = titles()
    why = reasons_for(ActKind.SET_ASIDE, [row.instance_id for row in found]) if aside else {}
    context = {
        "paged": found, "lines": [_line(row, named.get(row.form_id, row.form_id), why) for row in found],
        "decides": seat.can(Verb.APPROVE, Thing.SUBMISSION), "kind": kind, "aside": aside,
        "kinds": [(one.value, one.label, counted[one]) for one in TroubleKind], "total": sum(counted.values()),
        "meaning": MEANING[TroubleKind(kind)] if kind in TroubleKind.values else "",
        "meanings": [(one.label, MEANING[one]) for one in TroubleKind],
    }
    return page(request, seat, "troubles/list.html", context, at="troubles")


def _line(row: Submission, title: str, why: dict[str, str]) -> Line:
    kind = trouble_kind(row)
    return Line(row, title, kind, why.get(row.instance_id, ""), Via(row.via).label,
                counting_twin(row) if kind == TroubleKind.CLASH else None)


def _parked(seat: Seat, submission_id: int) -> Submission:
    row = parked_in(seat.codes, district=seat.is_district).filter(pk=submission_id).first()
    if row is None:
        seat.refuse(f"submission:{submission_id}")
        raise Http404("parked")
    return row


@require_POST
@screen(Thing.SUBMISSION, Verb.APPROVE)
def trouble_retry(request: HttpRequest, seat: Seat, submission_id: int) -> HttpResponse:
    """Take it up again, right now; what came from somebody who has left is let in by a decision with a name."""
    row = _parked(seat, submission_id)
    state = let_in(row.pk, by=seat.user.pk, now=seat.now, reason=request.POST.get("reason", "").strip()[:500])
    if state == State.APPLIED:
        messages.success(request, "已入库。", extra_tags="green")
    else:
        messages.warning(request, "仍未能入库，原因见下表。", extra_tags="amber")
    return redirect("desk:troubles")


@require_POST
@screen(Thing.SUBMISSION, Verb.APPROVE)
def trouble_aside(request: HttpRequest, seat: Seat, submission_id: int) -> HttpResponse:
    """Leave it be, with a reason: it stays kept and can be found under 已搁置."""
    row = _parked(seat, submission_id)
    reason = request.POST.get("reason", "").strip()[:500]
    if not reason:
        messages.error(request, "没有搁置：请写明原因。", extra_tags="red")
    else:
        set_aside(row.pk, by=seat.user.pk, now=seat.now, reason=reason)
        messages.success(request, "已搁置。原文仍保存着，可在“已搁置”里找到，也可以再准予入库。", extra_tags="green")
    return redirect("desk:troubles")

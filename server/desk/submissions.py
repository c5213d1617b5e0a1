"""提交审核: what has come in, risky ones first; clean ones can be approved together."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from forms.catalogue import titles
from server.accounts.matrix import Thing, Verb
from server.acts.kinds import ActKind
from server.areas.names import villages_in
from server.desk.page import page, paged
from server.desk.review_lines import lines_of
from server.desk.seat import Seat, screen
from server.desk.submission import judged
from server.field.decide import decide_all
from server.households.find import WAITING, noted_in, review_counts
from server.households.kinds import Review

ELSEWHERE = "elsewhere"
TABS = {"waiting": ("待审", WAITING), ELSEWHERE: ("他处填报", WAITING), "returned": ("退回", (Review.RETURNED,)),
        "approved": ("通过", (Review.APPROVED,)), "voided": ("作废", (Review.VOIDED,)), "all": ("全部", ())}

#: The tabs for which it matters whether a word has standing: 他处填报 are judged apart from the others.
WAITS = {"waiting": False, ELSEWHERE: True}


@screen(Thing.SUBMISSION)
def submissions(request: HttpRequest, seat: Seat) -> HttpResponse:
    tab = request.GET.get("tab", "waiting")
    tab = tab if tab in TABS else "waiting"
    chosen = {key: request.GET.get(key, "").strip() for key in ("form", "village", "flag")}
    rows = noted_in(seat.codes, review=TABS[tab][1], form=chosen["form"], village=chosen["village"],
                    flagged=chosen["flag"] == "1", oldest_first=tab in WAITS, waits=WAITS.get(tab))
    found = paged(request, rows)
    counts = review_counts(seat.codes)
    named = titles()
    context = {
        "tabs": [(key, label, sum(counts[state, waits] for state in (states or Review.values)
                                  for waits in (False, True) if WAITS.get(key, waits) == waits))
                 for key, (label, states) in TABS.items()],
        "tab": tab, "paged": found, "lines": lines_of(seat, found, named), "chosen": chosen,
        "forms": named.items(),
        "villages": villages_in(seat.codes),
        "approves": tab == "waiting" and seat.can(Verb.APPROVE, Thing.SUBMISSION),
        "undo": judged(seat, request.GET.get("done", "")),
    }
    return page(request, seat, "submissions/list.html", context, at="submissions")


@require_POST
@screen(Thing.SUBMISSION, Verb.APPROVE)
def approve_many(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Approve the ticked ones: only those that still wait, carry no flag, and are neither his nor brought by him."""
    ticked = [int(text) for text in request.POST.getlist("id") if text.isdecimal() and len(text) < 19]
    rows = noted_in(seat.codes, review=WAITING).filter(filing__submission__in=ticked, flags=[])
    fit = [row.filing.instance for row in rows if not row.filing.submission.is_made_by(seat.user.pk)]
    done = decide_all(ActKind.APPROVE, fit, by=seat.user.pk, now=seat.now)
    left = len(ticked) - done
    text = f"已通过 {done} 条。" + (f"另有 {left} 条有提示、已处理或是本人提交（导入），请逐条查看。" if left else "")
    messages.success(request, text, extra_tags="green" if not left else "amber")
    return redirect("desk:submissions")

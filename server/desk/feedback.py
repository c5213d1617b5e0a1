"""意见反馈: everybody says, offices read, the district answers."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from server.accounts.matrix import Thing, Verb
from server.desk.inputs import AnswerInput, FeedbackInput
from server.desk.page import page, paged
from server.desk.seat import Seat, screen
from server.oversight.answer_feedback import answer_feedback
from server.oversight.find import feedback_in, feedback_of
from server.oversight.give_feedback import give_feedback


@screen()
def feedback(request: HttpRequest, seat: Seat) -> HttpResponse:
    """The entry that stands on every page, with what the person said before and the answers."""
    form = FeedbackInput(request.POST or None, initial={"page": request.GET.get("from", "")})
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        area = next((held.area for held in seat.access.grants), "")
        give_feedback(by=seat.user.pk, area_code=area, page=said["page"], kind=said["kind"], text=said["text"],
                      now=seat.now)
        messages.success(request, "已收到，谢谢。答复会显示在本页。", extra_tags="green")
        return redirect("desk:feedback")
    return page(request, seat, "feedback/feedback.html", {"form": form, "said": feedback_of(seat.user.pk)[:20]})


@screen(Thing.FEEDBACK)
def feedback_list(request: HttpRequest, seat: Seat) -> HttpResponse:
    context = {"paged": paged(request, feedback_in(seat.codes)), "answers": seat.is_district}
    return page(request, seat, "feedback/list.html", context, at="feedback_list")


@require_POST
@screen(Thing.FEEDBACK, Verb.UPDATE)
def feedback_answer(request: HttpRequest, seat: Seat, feedback_id: int) -> HttpResponse:
    if not seat.is_district:
        raise PermissionDenied("由区民政局答复。")
    form = AnswerInput(request.POST)
    if not form.is_valid():
        messages.error(request, "答复没有保存：请填写内容。", extra_tags="red")
    elif not answer_feedback(feedback_id, by=seat.user.pk, text=form.cleaned_data["text"], now=seat.now):
        raise Http404("feedback")
    return redirect("desk:feedback_list")

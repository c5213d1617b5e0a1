"""手机表单: which forms phones get, in which versions; publishing a new one."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.db.models import Prefetch
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from forms.models import Form, FormVersion
from forms.publish import PublishRefused, publish
from server.accounts.matrix import Thing, Verb
from server.desk.inputs import PublishInput
from server.desk.page import page
from server.desk.seat import Seat, screen
from server.field.ledger_line import LEDGER_LINE
from server.field.names import ENTITY_LISTS, HIDDEN, KNOWN_LISTS, META, QUESTIONS

LIST_NAMES = {"households.csv": "对象家庭", "leads.csv": "困难线索", "referrals.csv": "衔接事项",
              "villages.csv": "村居", "policies.csv": "政策", "resources.csv": "资源", "workers.csv": "工作人员"}
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _catalogue() -> list[dict[str, Any]]:
    """Every form with its versions, newest first, without the files themselves. Two queries."""
    versions = FormVersion.objects.defer("xlsx", "xform").select_related("published_by")
    # What imported lines are kept under is nothing anybody publishes or gets.
    found = Form.objects.exclude(form_id=LEDGER_LINE).order_by("form_id")
    found = found.prefetch_related(Prefetch("versions", versions))
    return [
        {
            "form_id": form.form_id, "title": form.title, "is_open": form.is_open,
            "history": [
                {"version": v.version, "published_at": v.published_at, "published_by": v.published_by,
                 "questions": sum(one.is_question for one in v.fields),
                 "lists": [LIST_NAMES.get(medium["filename"], medium["filename"]) for medium in v.media]}
                for v in form.versions.all()
            ],
        }
        for form in found
    ]


def _draw(request: HttpRequest, seat: Seat, form: PublishInput, refused: PublishRefused | None = None) -> HttpResponse:
    context: Mapping[str, Any] = {
        "catalogue": _catalogue(), "publishes": seat.can(Verb.CREATE, Thing.FORM), "form": form, "refused": refused,
    }
    status = 422 if refused or form.errors else 200
    return page(request, seat, "forms/list.html", context, at="form_list", status=status)


@screen(Thing.FORM)
def form_list(request: HttpRequest, seat: Seat) -> HttpResponse:
    return _draw(request, seat, PublishInput())


def _known_questions(form_id: str) -> tuple[str, ...] | None:
    if form_id not in QUESTIONS:
        return None
    return (*META, *QUESTIONS[form_id], *HIDDEN[form_id])


@require_POST
@screen(Thing.FORM, Verb.CREATE)
def form_publish(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Check and publish an uploaded workbook; a refusal is shown with sheet, row and cure, and nothing is changed."""
    form = PublishInput(request.POST, request.FILES)
    if not form.is_valid():
        return _draw(request, seat, form)
    data = form.cleaned_data["file"].read()
    try:
        version = publish(data, lists=KNOWN_LISTS, properties=ENTITY_LISTS, known_questions=_known_questions,
                          now=seat.now, by=seat.user, name=form.cleaned_data["file"].name)
    except PublishRefused as refused:
        return _draw(request, seat, PublishInput(), refused)
    messages.success(request, f"已发布《{version.form.title}》{version.version}，手机下次联网时自动更新。",
                     extra_tags="green")
    return redirect("desk:form_list")


@screen(Thing.FORM)
def form_file(request: HttpRequest, seat: Seat, form_id: str, version: str) -> HttpResponse:
    """The workbook as it was published."""
    found = FormVersion.objects.filter(form__form_id=form_id, version=version).first()
    if found is None:
        raise Http404(form_id)
    answer = HttpResponse(bytes(found.xlsx), content_type=XLSX)
    answer["Content-Disposition"] = f'attachment; filename="{form_id}-{version}.xlsx"'
    return answer

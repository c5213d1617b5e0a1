"""数据线导入: what a broken phone still holds, brought as a zip of its `instances` folder."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.files.uploadhandler import FileUploadHandler, StopUpload
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt, csrf_protect

from forms.catalogue import titles
from server.accounts.kinds import AccessKind
from server.accounts.matrix import Thing, Verb
from server.accounts.models import User
from server.accounts.scope import log_access
from server.desk.page import page
from server.desk.parts import Badge
from server.desk.people import wholly_mine
from server.desk.seat import Seat, screen, seat_of
from server.field.apply import apply
from server.field.lists import PhoneLists
from sync.cable import Cable, CannotOpen, open_cable
from sync.kinds import State, Verdict, Via
from sync.models import PhoneKey
from sync.problems import Refusal
from sync.receive import Sender
from sync.take_cable import Taken, take_cable

MOST_BYTES = 200_000_000
TOO_LARGE = "压缩包超过 200 MB。请分几次上传，每次压缩一部分文件夹。"
#: What a verdict is called in the report.
WORDS = {
    Verdict.NEW: Badge("新收到", "green"), Verdict.EDIT: Badge("新收到（修改重报）", "green"),
    Verdict.MORE_MEDIA: Badge("已有，补上照片", "green"), Verdict.AGAIN: Badge("已有，不重复收"),
    Verdict.CLASH: Badge("同号不同文", "amber"),
}
REFUSED, DRAFT = Badge("没有收下", "red"), Badge("草稿未收", "amber")
#: What a phone's owner is told, said again for whoever has the phone's folder before him.
DAMAGED = "这条记录的文件已损坏，读不出来，没有收下。请保留手机里的原文件，并请本人凭记忆补填。"
NOT_OURS = "不是本系统的表单，没有收下。这部手机上可能还有别的项目。"
SAID = {Refusal.NOT_XML.sentence: DAMAGED, Refusal.UNKNOWN_FORM.sentence: NOT_OURS}


class _InMemory(FileUploadHandler):
    """The zip stays in memory: nothing that is not sealed may lie on a disk, not even for a minute."""

    taken = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        self.taken += len(raw_data)
        if self.taken > MOST_BYTES:  # of all files of the request together
            self.request.too_large = True  # type: ignore[union-attr]
            raise StopUpload(connection_reset=False)
        self.pieces.append(raw_data)

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self.pieces: list[bytes] = []

    def file_complete(self, file_size: int) -> SimpleUploadedFile:
        return SimpleUploadedFile("instances.zip", b"".join(self.pieces))


@csrf_exempt  # asked below, once the upload has its handler: Django reads the body to find the token
def cable(request: HttpRequest, person_id: int) -> HttpResponse:
    """Who may not do this is sent away before a byte of the body is read."""
    if not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    seat = seat_of(request, Verb.CREATE, Thing.PHONE)
    if not seat.can(Verb.CREATE, Thing.PHONE):
        raise PermissionDenied
    wholly_mine(seat, person_id)
    request.upload_handlers = [_InMemory(request)]
    return _cable(request, person_id)


@csrf_protect
@screen(Thing.PHONE, Verb.CREATE)
def _cable(request: HttpRequest, seat: Seat, person_id: int) -> HttpResponse:
    """GET: how it is done. POST: take it in, and tell of each record what became of it."""
    person, _ = wholly_mine(seat, person_id)
    context: dict[str, Any] = {"person": person, "keys": PhoneKey.objects.filter(user=person).order_by("-issued_at")}
    if request.method == "POST":
        try:
            sent = request.FILES.get("zip")
            if getattr(request, "too_large", False):
                raise CannotOpen(TOO_LARGE)
            found = open_cable(sent.read() if sent else b"")
            taken = _take(request, seat, person, found)
        except CannotOpen as refused:
            messages.error(request, f"没有导入。{refused.sentence}", extra_tags="red")
            return page(request, seat, "people/cable.html", context, at="people")
        named = titles()
        context |= {
            "report": [(one, _badge(one), named.get(one.form_id, one.form_id), _after(one)) for one in taken],
            "sums": _sums(taken), "left_out": found.left_out,
        }
    return page(request, seat, "people/cable.html", context, at="people")


def _take(request: HttpRequest, seat: Seat, person: User, found: Cable) -> list[Taken]:
    named = request.POST.get("key", "")
    key = PhoneKey.objects.filter(user=person, pk=int(named)).first() if named.isdecimal() and len(named) < 18 else None
    whose = PhoneLists().standing(person, seat.today)
    sender = Sender(
        user_id=person.pk,
        key_id=key.pk if key else None,
        villages=whose.villages,
        answers_for=whose.answers_for,
        via=Via.CABLE,
        is_leaving=not person.is_active,
        brought_by=seat.user.pk,
    )
    at_once = apply if settings.FIELD_APPLY == "request" else None
    taken = list(take_cable(found, sender, seat.now, at_once, with_drafts=request.POST.get("drafts") == "1"))
    log_access(seat.user, AccessKind.CABLE, f"person:{person.pk}", now=seat.now, ip=seat.ip,
               detail=" · ".join(f"{text} {count}" for text, count in _sums(taken)))
    return taken


def _badge(one: Taken) -> Badge:
    if one.verdict is not None:
        return WORDS[one.verdict]
    return DRAFT if one.is_draft else REFUSED


def _sums(taken: list[Taken]) -> list[tuple[str, int]]:
    """How many of each, in the order in which they first stand in the report."""
    sums: dict[str, int] = {}
    for one in taken:
        sums[_badge(one).text] = sums.get(_badge(one).text, 0) + 1
    return list(sums.items())


def _after(one: Taken) -> str:
    """What became of it in beat two."""
    if one.is_draft:
        return "在手机上没有点完成。确实要收的，请勾选“草稿也收”再上传一次"
    if one.state is None:
        return SAID.get(one.why, one.why)
    if one.state == State.PARKED:
        return one.why or "已保存，处理时出了问题，见“入库异常”"
    return "已入库" if one.state == State.APPLIED else "已保存，几分钟内自动入库"

"""手机: a page per person; issue a personal QR or password, shown once; the card to print; end a key."""

import secrets
from datetime import timedelta

import segno
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_POST

from server.accounts.kinds import AccessKind
from server.accounts.matrix import Thing, Verb
from server.accounts.models import User
from server.accounts.scope import log_access, villages_of
from server.areas.names import place_names
from server.desk.page import page
from server.desk.people import person_in_scope, wholly_mine
from server.desk.phone_lines import QUIET, phone_lines
from server.desk.seat import Seat, screen
from sync.auth import LEFT_GRACE
from sync.keys import CannotLogIn, end_key, issue_key
from sync.kinds import Ended
from sync.models import PhoneKey
from sync.setup import phone_settings, settings_code

PROJECT_NAME = "青浦探访关爱"
#: A code that nobody scanned is worth nothing after this.
FIRST_USE_WITHIN = timedelta(days=3)


def qr_svg(text: str) -> str:
    """A QR code as inline SVG that fills its box; dark on white, with the quiet zone cameras need."""
    return segno.make(text, error="l", micro=False, boost_error=True).svg_inline(border=4, light="white", omitsize=True)


@screen(Thing.PHONE)
def phones(request: HttpRequest, seat: Seat, person_id: int) -> HttpResponse:
    """Everything about one person's phones."""
    person, _ = person_in_scope(seat, person_id)
    lines = phone_lines(person.pk, seat.now)
    context = {
        "person": person, "lines": lines, "places": _places(person, seat), "quiet_days": QUIET.days,
        "grace_days": LEFT_GRACE.days, "previews": seat.can(Verb.READ, Thing.PHONE_LIST),
    }
    return page(request, seat, "people/phones.html", context, at="people")


def _places(person: User, seat: Seat) -> list[str]:
    codes = villages_of(person, seat.today)
    named = place_names(codes)
    return [str(named[code]) for code in codes]


@require_POST
@screen(Thing.PHONE, Verb.CREATE)
def key_new(request: HttpRequest, seat: Seat, person_id: int) -> HttpResponse:
    """Issue a key and show it on this answer only: reloading the page issues nothing and shows nothing.

    ``way=type``: with user name and password, for a phone that cannot scan.
    """
    person, _ = wholly_mine(seat, person_id)
    if not person.is_active:
        messages.error(request, "没有签发：这位人员的账号已停用。", extra_tags="red")
        return redirect("desk:phones", person.pk)
    types = request.POST.get("way") == "type"
    expires = seat.now + FIRST_USE_WITHIN
    label = request.POST.get("label", "").strip()[:50]
    try:
        issued = issue_key(person.pk, label=label, by=seat.user.pk, now=seat.now, expires_at=expires,
                           with_password=types)
    except CannotLogIn:
        messages.error(request, "没有签发：用户名里有手机发不出的字符（汉字、冒号、引号），请改用二维码。",
                       extra_tags="red")
        return redirect("desk:phones", person.pk)
    log_access(seat.user, AccessKind.PHONE_KEY, f"phone:{issued.key_id}", now=seat.now, ip=seat.ip,
               detail="签发用户名和密码" if types else "签发二维码")
    url = f"{settings.PUBLIC_URL}/key/{issued.token}"
    admin_password = f"{secrets.randbelow(900_000) + 100_000}"
    told = phone_settings(server_url=url, user_name=str(person), project_name=PROJECT_NAME,
                          admin_password=admin_password)
    context = {
        "person": person, "label": label, "url": url, "expires": expires, "admin_password": admin_password,
        "issued": issued, "types": types, "server": settings.PUBLIC_URL, "places": _places(person, seat),
        "admin": seat.user,
        # Our own SVG of our own text: nothing in it comes from outside.
        "svg": "" if types else mark_safe(qr_svg(settings_code(told))),
    }
    return page(request, seat, "people/qr.html", context, at="people")


@screen(Thing.PHONE)
def phone_card(request: HttpRequest, seat: Seat) -> HttpResponse:
    """The card 一张纸学会 without anybody's name or code: for the wall, for a training."""
    return page(request, seat, "people/card.html", at="people")


@require_POST
@screen(Thing.PHONE, Verb.CREATE)
def key_end(request: HttpRequest, seat: Seat, key_id: int) -> HttpResponse:
    key = PhoneKey.objects.filter(pk=key_id).first()
    how = request.POST.get("how")
    if key is None or how not in (Ended.LEFT, Ended.LOST):
        raise Http404("key")
    person, _ = wholly_mine(seat, key.user_id)
    if end_key(key.pk, Ended(how), seat.now):
        log_access(seat.user, AccessKind.PHONE_KEY, f"phone:{key.pk}", now=seat.now, ip=seat.ip,
                   detail=f"停用：{Ended(how).label}")
    said = "遗失，已拒绝它的一切请求" if how == Ended.LOST else "离职，不再下发名单"
    messages.success(request, f"{person} 的手机已停用（{said}）。", extra_tags="green")
    return redirect("desk:phones", person.pk)

"""手机: issue a personal QR, shown once; end a key."""

import secrets
from datetime import timedelta

import segno
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_POST

from server.accounts.matrix import Thing, Verb
from server.desk.page import page
from server.desk.people import wholly_mine
from server.desk.seat import Seat, screen
from sync.keys import end_key, issue_key
from sync.kinds import Ended
from sync.models import PhoneKey
from sync.setup import phone_settings, settings_code

PROJECT_NAME = "青浦探访关爱"
#: A code that nobody scanned is worth nothing after this.
FIRST_USE_WITHIN = timedelta(days=3)


def qr_svg(text: str) -> str:
    """A QR code as inline SVG that fills its box; dark on white, with the quiet zone cameras need."""
    return segno.make(text, error="l", micro=False, boost_error=True).svg_inline(border=4, light="white", omitsize=True)


@require_POST
@screen(Thing.PHONE, Verb.CREATE)
def key_new(request: HttpRequest, seat: Seat, person_id: int) -> HttpResponse:
    """Issue a key and show its QR on this answer only: reloading the page issues nothing and shows nothing."""
    person, _ = wholly_mine(seat, person_id)
    expires = seat.now + FIRST_USE_WITHIN
    issued = issue_key(person.pk, label=request.POST.get("label", "").strip()[:50], by=seat.user.pk, now=seat.now,
                       expires_at=expires)
    url = f"{settings.PUBLIC_URL}/key/{issued.token}"
    admin_password = f"{secrets.randbelow(900_000) + 100_000}"
    told = phone_settings(server_url=url, user_name=str(person), project_name=PROJECT_NAME,
                          admin_password=admin_password)
    context = {"person": person, "url": url, "expires": expires, "admin_password": admin_password,
               # Our own SVG of our own text: nothing in it comes from outside.
               "svg": mark_safe(qr_svg(settings_code(told)))}
    return page(request, seat, "people/qr.html", context, at="people")


@require_POST
@screen(Thing.PHONE, Verb.CREATE)
def key_end(request: HttpRequest, seat: Seat, key_id: int) -> HttpResponse:
    key = PhoneKey.objects.filter(pk=key_id).first()
    how = request.POST.get("how")
    if key is None or how not in (Ended.LEFT, Ended.LOST):
        raise Http404("key")
    person, _ = wholly_mine(seat, key.user_id)
    end_key(key.pk, Ended(how), seat.now)
    said = "遗失，已拒绝它的一切请求" if how == Ended.LOST else "离职，不再下发名单"
    messages.success(request, f"{person} 的手机已停用（{said}）。", extra_tags="green")
    return redirect("desk:person", person.pk)

"""人员: who works here, with which roles and villages. A 街镇 looks after its own, the administrator after all."""

import secrets
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from server.accounts.assign_village import assign_village
from server.accounts.end_assignment import end_assignment
from server.accounts.end_grant import end_grant
from server.accounts.end_job import end_job
from server.accounts.find import people_in, person_places
from server.accounts.grant_role import grant_role
from server.accounts.kinds import Role
from server.accounts.matrix import Thing, Verb
from server.accounts.models import User
from server.accounts.register_person import register_person
from server.accounts.scope import grants_of
from server.accounts.transfer import transfer
from server.areas.models import Area
from server.areas.within import is_within, within
from server.desk.inputs import PersonInput
from server.desk.page import page, paged
from server.desk.phone_lines import phone_lines, warnings_of
from server.desk.seat import Seat, screen
from sync.keys import end_key
from sync.kinds import Ended
from sync.models import PhoneKey

#: What a 街镇 may grant in its own area (domain E: "invite in t"); the administrator grants everything.
TOWN_GRANTS = (Role.CO, Role.GW, Role.WN, Role.LE, Role.SU, Role.PA)
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # none that look alike


def _grantable(seat: Seat) -> list[Role]:
    return list(Role) if Role.AD in seat.roles else list(TOWN_GRANTS)


def _areas(seat: Seat) -> Any:
    """Districts and 街镇 in which this person may grant."""
    return Area.objects.filter(within("code", seat.codes), is_open=True).exclude(kind="village")


def person_in_scope(seat: Seat, person_id: int) -> tuple[User, list[str]]:
    """The person and the areas he belongs to, or 404. Somebody without any grant is only the administrator's."""
    person = User.objects.filter(pk=person_id).first()
    if person is None:
        raise Http404("person")
    places = person_places(person_id)
    if Role.AD not in seat.roles and not any(is_within(code, seat.codes) for code in places):
        seat.refuse(f"person:{person_id}")
    return person, places


def wholly_mine(seat: Seat, person_id: int) -> tuple[User, list[str]]:
    """``person_in_scope``, and 403 where the person now works outside it too.

    Who once worked here is still seen; a phone key or a switched-off account would reach into where he works today.
    """
    person, places = person_in_scope(seat, person_id)
    held = [grant.area for grant in grants_of(person, seat.today)] or places
    if Role.AD not in seat.roles and not all(is_within(code, seat.codes) for code in held):
        raise PermissionDenied("这位人员现在也在管辖范围以外任职，请由系统管理员办理。")
    return person, places


@screen(Thing.ACCOUNT)
def people(request: HttpRequest, seat: Seat) -> HttpResponse:
    chosen = {key: request.GET.get(key, "").strip() for key in ("q", "role", "area")}
    everybody = Role.AD in seat.roles
    found = paged(request, people_in(seat.codes, seat.today, text=chosen["q"], role=chosen["role"],
                                     area=chosen["area"], with_nobodies=everybody))
    context = {"paged": found, "people": [_line(person, seat) for person in found], "chosen": chosen,
               "roles": Role.choices, "towns": _areas(seat).filter(kind="town")}
    return page(request, seat, "people/list.html", context, at="people")


def _line(person: User, seat: Seat) -> dict[str, Any]:
    grants = list(person.open_grants)  # type: ignore[attr-defined]
    villages = [one.village.name for one in person.open_assignments]  # type: ignore[attr-defined]
    keys = [key for key in person.phone_keys.all() if key.ended_at is None]
    return {
        "id": person.pk, "name": str(person), "username": person.username, "is_active": person.is_active,
        "roles": "、".join(dict.fromkeys(grant.get_role_display() for grant in grants)),
        "places": "、".join(dict.fromkeys(grant.area.name for grant in grants)),
        "villages": "、".join(villages[:4]) + (f" 等 {len(villages)} 个" if len(villages) > 4 else ""),
        "needs_village": any(grant.role in (Role.CO, Role.GW) for grant in grants) and not villages,
        "phones": len(keys), "last_seen": max((k.last_seen_at for k in keys if k.last_seen_at), default=None),
        "phone_warnings": any(warnings_of(key, seat.now) for key in keys),
    }


@screen(Thing.ACCOUNT, Verb.CREATE)
def person_new(request: HttpRequest, seat: Seat) -> HttpResponse:
    form = PersonInput(request.POST or None, roles=_grantable(seat), areas=_areas(seat))
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        password = "".join(secrets.choice(LETTERS) for _ in range(10))
        person = register_person(said["username"], name=said["name"], password=password)
        if person is None:
            form.add_error("username", "这个用户名已有人使用，请换一个。")
        else:
            grant_role(person.pk, said["role"], said["area"].code, since=seat.today)
            return _draw(request, seat, person, first_password=password)
    return page(request, seat, "people/new.html", {"form": form}, at="people")


@screen(Thing.ACCOUNT)
def person(request: HttpRequest, seat: Seat, person_id: int) -> HttpResponse:
    found, _ = person_in_scope(seat, person_id)
    return _draw(request, seat, found)


def _draw(request: HttpRequest, seat: Seat, person: User, first_password: str = "") -> HttpResponse:
    context = {
        "person": person, "first_password": first_password,
        "grants": person.grants.select_related("area").order_by("until", "-since"),
        "assignments": person.assignments.select_related("village").order_by("until", "-since"),
        "phones": phone_lines(person.pk, seat.now),
        "may_grant": _grantable(seat), "areas": _areas(seat),
        "villages": Area.objects.filter(within("code", seat.codes), kind="village", is_open=True)
        .select_related("parent").order_by("code"),
    }
    return page(request, seat, "people/person.html", context, at="people")


@require_POST
@screen(Thing.ACCOUNT, Verb.CREATE)
def grant_new(request: HttpRequest, seat: Seat, person_id: int) -> HttpResponse:
    found, _ = person_in_scope(seat, person_id)
    if found == seat.user:
        raise PermissionDenied("不能给自己授权，请由其他管理人员办理。")
    role, area = request.POST.get("role", ""), request.POST.get("area", "")
    if role not in _grantable(seat) or not _areas(seat).filter(code=area).exists():
        raise PermissionDenied("不能授予这个岗位或范围。")
    grant_role(found.pk, role, area, since=seat.today)
    messages.success(request, f"已授予 {found} {Role(role).label}。", extra_tags="green")
    return redirect("desk:person", person_id)


@require_POST
@screen(Thing.ACCOUNT, Verb.CREATE)
def grant_end(request: HttpRequest, seat: Seat, person_id: int, grant_id: int) -> HttpResponse:
    found, _ = person_in_scope(seat, person_id)
    grant = found.grants.filter(pk=grant_id).first()
    if grant is None or not is_within(grant.area_id, seat.codes):
        raise Http404("grant")
    end_grant(grant.pk, on=seat.today)
    messages.success(request, f"已收回 {found} 的{grant.get_role_display()}岗位。", extra_tags="green")
    return redirect("desk:person", person_id)


@require_POST
@screen(Thing.ACCOUNT, Verb.CREATE)
def village_new(request: HttpRequest, seat: Seat, person_id: int) -> HttpResponse:
    found, _ = person_in_scope(seat, person_id)
    code = request.POST.get("village", "")
    village = Area.objects.filter(within("code", seat.codes), kind="village", code=code).first()
    if village is None:
        raise Http404("village")
    assign_village(found.pk, village.code, since=seat.today)
    messages.success(request, f"{found} 自今日起负责{village.name}，手机下次联网后名单更新。", extra_tags="green")
    return redirect("desk:person", person_id)


@require_POST
@screen(Thing.ACCOUNT, Verb.CREATE)
def village_end(request: HttpRequest, seat: Seat, person_id: int, assignment_id: int) -> HttpResponse:
    found, _ = person_in_scope(seat, person_id)
    one = found.assignments.filter(pk=assignment_id).first()
    if one is None or not is_within(one.village_id, seat.codes):
        raise Http404("assignment")
    end_assignment(one.pk, on=seat.today)
    messages.success(request, f"{found} 不再负责{one.village.name}。", extra_tags="green")
    return redirect("desk:person", person_id)


@require_POST
@screen(Thing.ACCOUNT, Verb.CREATE)
def person_leaves(request: HttpRequest, seat: Seat, person_id: int) -> HttpResponse:
    """调岗离职 in one step: villages to the successor, then roles, log-in and phones end."""
    found, places = person_in_scope(seat, person_id)
    if found == seat.user or (Role.AD not in seat.roles and not all(is_within(code, seat.codes) for code in places)):
        raise PermissionDenied("不能办理本人或管辖范围外人员的离职。")
    successor = User.objects.filter(username=request.POST.get("successor", "").strip(), is_active=True).first()
    open_ones = found.assignments.filter(until=None).exists()
    if open_ones and (successor is None or successor == found):
        messages.error(request, "没有办理：请填写接手人的用户名，责任村居要有人接手。", extra_tags="red")
        return redirect("desk:person", person_id)
    moved: list[str] = []
    with transaction.atomic():
        if successor is not None:
            person_in_scope(seat, successor.pk)
            moved = transfer(found.pk, successor.pk, since=seat.today)
        end_job(found.pk, on=seat.today)
        for key in PhoneKey.objects.filter(user=found, ended_at=None):
            end_key(key.pk, Ended.LEFT, seat.now)
    text = f"{found} 已离职，账号和手机已停用。" + (f"{len(moved)} 个村居已由 {successor} 接手。" if moved else "")
    messages.success(request, text, extra_tags="green")
    return redirect("desk:person", person_id)


@require_POST
@screen(Thing.ACCOUNT, Verb.CREATE)
def person_active(request: HttpRequest, seat: Seat, person_id: int) -> HttpResponse:
    """Switch the log-in off and on again; everything the person has said stays."""
    found, _ = wholly_mine(seat, person_id)
    if found == seat.user:
        raise PermissionDenied("不能停用自己的账号。")
    found.is_active = request.POST.get("active") == "1"
    found.save(update_fields=["is_active"])
    messages.success(request, f"{found} 的账号已{'恢复' if found.is_active else '停用'}。", extra_tags="green")
    return redirect("desk:person", person_id)

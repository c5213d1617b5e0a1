"""以此人身份预览名单: the very bytes this person's phone would get, drawn as tables. Each look is logged."""

import csv
import hashlib
import io
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse

from server.accounts.kinds import AccessKind
from server.accounts.matrix import Thing
from server.accounts.models import User
from server.accounts.scope import log_access
from server.areas.names import place_names
from server.desk.page import page, paged
from server.desk.people import wholly_mine
from server.desk.seat import Seat, screen
from server.field.lists import PhoneLists
from server.field.names import FILE_LISTS
from sync.lists import list_hashes, list_rows

TITLES = {"households": "对象家庭", "leads": "困难线索", "referrals": "政策与资源衔接", "villages": "村居",
          "policies": "政策", "resources": "资源", "workers": "工作人员"}

#: What a supervisor calls the columns of the phones' lists.
HEADINGS = {
    "name": "编号", "label": "显示名称", "__version": "版本", "as_of": "数据时点", "hh_code": "家庭短号",
    "village": "村居代码", "village_name": "村居", "town": "街镇代码", "town_name": "街镇", "rep_name": "姓名",
    "sex": "性别", "birth_year": "出生年", "id_tail4": "证件尾号", "members_n": "人口数", "addr_short": "居住地址",
    "phone": "联系方式", "table_no": "所在表", "status": "状态", "grade": "等级", "kind_due": "应访类型",
    "due_from": "应访起", "due_to": "应访止", "last_visit": "上次探访", "exit_date": "退出日期", "focus": "关注标签",
    "last_plan": "上次帮扶计划", "last_note": "上次困难情况", "told": "已告知", "brief": "简述", "urgent": "急难",
    "reported_on": "报告日期", "due": "办结期限", "state": "状态", "hh": "家庭编号", "hh_name": "家庭",
    "kind": "类别", "target": "政策或资源", "linked_on": "衔接时间",
    "next_step": "下一步", "opened_on": "发起日期",
    "dept": "主管部门", "topic": "事项", "needs": "适用需求", "left": "剩余名额", "valid_to": "有效期至",
}


@dataclass(frozen=True)
class Served:
    """One list as the phone gets it. ``hash``: what the manifest says, by which the phone knows a change."""

    name: str
    title: str
    hash: str
    body: bytes

    @property
    def lines(self) -> list[list[str]]:
        return list(csv.reader(io.StringIO(self.body.decode())))

    @property
    def count(self) -> int:
        return len(self.lines) - 1


def served_to(person: User, seat: Seat) -> list[Served]:
    """Every list and file of the person's manifests, by the phones' own code path (sync/views.py:Door)."""
    lists = PhoneLists()
    names = [*lists.entity_lists()]
    scopes = {name: lists.scopes(person, name, seat.today) for name in names}
    hashes = list_hashes(scopes, {name: lists.columns(name) for name in names})
    found = []
    for name in names:
        explaining = None if scopes[name] else lists.explaining_row(person, name, seat.today)
        body = b"".join(list_rows(name, scopes[name], lists.columns(name), explaining))
        found.append(Served(name, TITLES.get(name, name), hashes[name], body))
    for name in FILE_LISTS:
        body = lists.media(person, f"{name}.csv") or b""
        found.append(Served(name, TITLES.get(name, name), hashlib.md5(body, usedforsecurity=False).hexdigest(), body))
    return found


@screen(Thing.PHONE_LIST)
def preview(request: HttpRequest, seat: Seat, person_id: int) -> HttpResponse:
    """Only of people who work wholly inside the own area: their phones carry nothing from elsewhere."""
    person, _ = wholly_mine(seat, person_id)
    served = served_to(person, seat)
    shown = next((one for one in served if one.name == request.GET.get("list")), served[0])
    log_access(seat.user, AccessKind.PHONE_LIST, f"person:{person.pk}", now=seat.now, ip=seat.ip,
               detail=f"{shown.name}，{shown.count} 行")
    heading, *rows = shown.lines
    codes = PhoneLists().scopes(person, shown.name, seat.today)
    context = {
        "person": person, "served": served, "shown": shown, "paged": paged(request, rows, 100),
        "heading": [(HEADINGS.get(column, column), column) for column in heading],
        "places": [str(place) for code, place in sorted(place_names(codes).items()) if code],
    }
    return page(request, seat, "people/preview.html", context, at="people")

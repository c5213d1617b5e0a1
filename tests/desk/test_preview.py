"""以此人身份预览名单: what the desk shows is what the phone gets, and each look is remembered."""

import csv
import html
import io
import re
from collections.abc import Callable
from typing import Any

from django.test import Client

from server.accounts.kinds import AccessKind
from server.accounts.models import AccessLog, User
from server.desk.preview import HEADINGS
from server.field.names import ENTITY_LISTS, FILE_LISTS
from sync.keys import issue_key
from tests.desk.conftest import ELSEWHERE, ID_NO, THIRD, Town

Sit = Callable[[User], Client]


def rows_of(page: str) -> list[list[str]]:
    table = page[page.index('<table class="raw">'):]
    table = table[:table.index("</table>")]
    columns = re.findall(r'<th title="([^"]*)">', table)
    rows = re.findall(r"<tr>(.*?)</tr>", table, re.S)[1:]
    return [columns] + [[html.unescape(cell) for cell in re.findall(r"<td>(.*?)</td>", row, re.S)] for row in rows]


def test_every_column_has_a_name_in_chinese() -> None:
    columns = {"name", "label", "__version"}.union(*ENTITY_LISTS.values(), *FILE_LISTS.values())
    assert columns == set(HEADINGS)


def etag_of(answer: Any) -> str:
    return str(answer["ETag"].removeprefix("W/").strip('"'))


def test_the_same_rows_and_the_same_hash_as_the_phone(town: Town, sit: Sit) -> None:
    wang, li = sit(town.cast.wang), town.cast.li
    token = issue_key(li.pk, label="", by=None, now=town.now).token
    phone = Client()
    for name in ("households", "leads", "referrals"):
        answer = phone.get(f"/key/{token}/lists/{name}.csv")
        served = list(csv.reader(io.StringIO(b"".join(answer.streaming_content).decode())))  # type: ignore[attr-defined]
        page = wang.get(f"/people/{li.pk}/preview?list={name}").content.decode()
        assert etag_of(answer) in page
        assert [row for row in rows_of(page) if len(row) > 1] == served
    for name in ("villages", "policies", "resources", "workers"):
        answer = phone.get(f"/key/{token}/media/{name}.csv")
        served = list(csv.reader(io.StringIO(answer.content.decode())))
        page = wang.get(f"/people/{li.pk}/preview?list={name}").content.decode()
        assert etag_of(answer) in page
        assert [row for row in rows_of(page) if row][:5] == served[:5]


def test_only_his_villages_and_no_numbers(town: Town, sit: Sit) -> None:
    page = sit(town.cast.wang).get(f"/people/{town.cast.li.pk}/preview").content.decode()
    assert THIRD in page
    assert ELSEWHERE not in page
    assert ID_NO not in page


def test_each_look_is_remembered_and_others_may_not(town: Town, sit: Sit) -> None:
    url = f"/people/{town.cast.li.pk}/preview"
    sit(town.cast.wang).get(url)
    log = AccessLog.objects.get(what=AccessKind.PHONE_LIST)
    assert (log.by, log.subject) == (town.cast.wang, f"person:{town.cast.li.pk}")
    assert sit(town.cast.xu).get(url).status_code == 404
    assert sit(town.cast.admin).get(url).status_code == 403, "the administrator sees no household"
    assert sit(town.cast.bureau).get(url).status_code == 403
    town.cast.li.grants.create(role="GW", area_id="310118104", since="2024-01-01")
    assert sit(town.cast.wang).get(url).status_code == 403, "his phone carries rows of another 街镇"
    assert AccessLog.objects.filter(what=AccessKind.PHONE_LIST).count() == 1


def test_without_villages_there_is_the_explaining_row(town: Town, sit: Sit) -> None:
    town.cast.li.assignments.all().delete()
    page = sit(town.cast.wang).get(f"/people/{town.cast.li.pk}/preview").content.decode()
    assert "没有责任村居" in page
    assert len(rows_of(page)) == 2

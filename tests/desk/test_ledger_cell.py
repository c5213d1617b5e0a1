"""A cell: its source, and mending the fact there."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.utils.timezone import localdate

from server.accounts.models import User
from server.acts.kinds import ActKind
from server.acts.models import Act
from server.acts.read import reason_of
from server.ledgers.kinds import LedgerKind
from server.ledgers.read import lines_of, month_view
from server.ledgers.values import Line, month_of
from tests.cast import ZHUJIAJIAO
from tests.desk.conftest import HOUSE, ID_NO, THIRD, Town

Sit = Callable[[User], Client]


@pytest.fixture
def month(town: Town) -> str:
    return month_of(localdate(town.now))


@pytest.fixture
def url(month: str) -> str:
    return f"/ledgers/{ZHUJIAJIAO}/{month}/of/{HOUSE}"


def line(month: str) -> Line:
    return lines_of(ZHUJIAJIAO, month, HOUSE)[0]


def test_a_click_on_a_cell_opens_its_source(town: Town, sit: Sit, url: str) -> None:
    keeper = sit(town.cast.ledger)
    assert f"{url}/income" in keeper.get(url.split("/of/")[0]).content.decode()
    page = keeper.get(f"{url}/income").content.decode()
    assert "1200" in page and f"/submissions/{town.first.pk}" in page and "顾问小吴" in page
    assert "更正" in page
    assert keeper.get(f"{url}/nothing").status_code == 404
    assert keeper.get(f"{url.rsplit('/', 1)[0]}/no-such-household/income").status_code == 404


def test_numbers_stay_masked(town: Town, sit: Sit, url: str) -> None:
    for key in ("id_no", "phone", "addr"):
        page = sit(town.cast.ledger).get(f"{url}/{key}").content.decode()
        assert ID_NO not in page and "13800001234" not in page and "12号" not in page


def test_it_was_wrong_from_the_first(town: Town, sit: Sit, url: str, month: str) -> None:
    answer = sit(town.cast.ledger).post(
        f"{url}/income/mend", {"value": "900", "how": "wrong", "reason": "把年收入当月收入"}, follow=True
    )
    assert "已更正" in answer.content.decode()
    assert line(month).value("income") == 900
    act = Act.objects.get(kind=ActKind.CORRECT)
    assert (act.subject, reason_of(act), act.by) == (
        town.first.instance_id, "把年收入当月收入", town.cast.ledger
    )
    assert "把年收入当月收入" in answer.content.decode(), "the cell names the correction too"


def test_it_has_changed_since_a_day(town: Town, sit: Sit, url: str, month: str) -> None:
    keeper, today = sit(town.cast.ledger), localdate(town.now).isoformat()
    form = {"value": "朱枫公路 99 号", "how": "since", "since": today, "reason": "搬了家"}
    keeper.post(f"{url}/addr/mend", form)
    assert line(month).value("addr") == "朱枫公路 99 号"
    assert Act.objects.filter(kind=ActKind.STATE, subject=HOUSE, since=today).count() == 1
    for wrong in ({"since": "2999-01-01"}, {"since": ""}, {"reason": ""}):
        assert "没有保存" in keeper.post(f"{url}/addr/mend", form | wrong, follow=True).content.decode()
    answer = keeper.post(f"{url}/id_no/mend", form | {"value": ID_NO}, follow=True)
    assert "不随时间变化" in answer.content.decode()


def test_choices_are_chosen(town: Town, sit: Sit, url: str, month: str) -> None:
    form = {"value": ["medical_resident", "ltc"], "how": "wrong", "reason": "漏选"}
    sit(town.cast.ledger).post(f"{url}/security/mend", form)
    assert line(month).value("security") == "居民医保、长护险"


def test_who_may_mend(town: Town, sit: Sit, url: str) -> None:
    form = {"value": "900", "how": "wrong", "reason": "x"}
    for who, status in ((town.cast.bureau, 302), (town.cast.gu, 403), (town.cast.inspector, 403), (town.cast.xu, 404)):
        assert (who.username, sit(who).post(f"{url}/income/mend", form).status_code) == (who.username, status)
    assert sit(town.cast.gu).get(f"{url.replace(HOUSE, THIRD)}/income").status_code == 404, "another 村居 than his"


def test_leaving_out_and_taking_in(town: Town, sit: Sit, url: str, month: str) -> None:
    keeper = sit(town.cast.ledger)
    assert "没有保存" in keeper.post(f"{url}/out", {"reason": ""}, follow=True).content.decode()
    page = keeper.post(f"{url}/out", {"reason": "市级单列"}, follow=True).content.decode()
    assert "本月不列的户" in page and "市级单列" in page and "张三丰" not in page
    keeper.post(f"{url}/out", {"reason": "取消单列", "again": "1"})
    assert lines_of(ZHUJIAJIAO, month, HOUSE)


def test_a_further_person(town: Town, sit: Sit, url: str, month: str) -> None:
    keeper = sit(town.cast.ledger)
    admit = {"proposal": "admit", "programme": "dibao", "since": "2024-01-01", "reason": "批文"}
    sit(town.cast.wang).post(f"/households/{HOUSE}/state", admit)
    form = {"name": "张阿婆", "id_no": "", "programme": "tekun", "since": "2023-05-01", "reason": "单人特困"}
    assert "没有保存" in keeper.post(f"{url}/person", form | {"since": ""}, follow=True).content.decode()
    keeper.post(f"{url}/person", form)
    names = [one.value("name") for one in month_view(ZHUJIAJIAO, month).lines[LedgerKind.THREE]]
    assert sorted(map(str, names)) == ["张三丰", "张阿婆"]
    act = Act.objects.get(kind=ActKind.LIST_PERSON)
    part = f"{url}/name?part={act.pk}"
    assert "张阿婆" in keeper.get(part).content.decode()
    keeper.post(f"{url}/person", {"act": str(act.pk), "since": "", "reason": "登记有误"})
    assert len(lines_of(ZHUJIAJIAO, month, HOUSE)) == 1
    assert "没有保存" in keeper.post(f"{url}/person", {"act": "x", "reason": "x"}, follow=True).content.decode()

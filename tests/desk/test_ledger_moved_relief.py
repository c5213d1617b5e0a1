"""救助起止 on an old month's page of a household that another 街镇 answers for by now."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.test import Client
from django.utils.timezone import localdate

from server.accounts.models import User
from server.acts.kinds import ActKind
from server.acts.models import Act
from server.field.decide import decide
from server.households.find import open_household, served
from server.ledgers.read import lines_of
from server.ledgers.values import month_of
from tests.cast import JINZE, ZHUJIAJIAO
from tests.desk.conftest import ANSWERS, Town
from tests.desk.told import tell

Sit = Callable[[User], Client]
MOVER = "55555555-0000-4000-8000-000000000001"


@pytest.fixture
def url(town: Town) -> str:
    """郑十, in 低保 since 2020 as 朱家角镇 registered; 金泽镇 answers since the first, and has taken 特困 in since."""
    cast, first = town.cast, localdate(town.now).replace(day=1)
    told = {**ANSWERS, "village": cast.villages[0], "rep_name": "郑十", "id_no": "", "id_type": "none",
            "phone": "13600003333", "in_relief": "in", "programme": "dibao", "admit_on": "2020-03-15"}
    tell(cast.gu, "screening", told, now=town.now - timedelta(days=45), entity=MOVER, create=True)
    decide(ActKind.ASSIGN, MOVER, by=cast.bureau.pk, now=town.now - timedelta(hours=2), since=first,
           value={"village": cast.away[0]}, reason="搬到金泽镇")
    decide(ActKind.ACCEPT, MOVER, by=cast.xu.pk, now=town.now - timedelta(hours=1), since=date(2023, 5, 1),
           value={"proposal": "admit", "instance": "", "programme": "tekun"}, reason="批文")
    return f"/ledgers/{ZHUJIAJIAO}/{month_of(first - timedelta(days=1))}/of/{MOVER}"


def spells() -> list[tuple[str, date | None, date | None]]:
    row = served(MOVER)
    assert row is not None
    return sorted((s.programme, s.start, s.end) for s in open_household(row).folded.spells)


BOTH = [("dibao", date(2020, 3, 15), None), ("tekun", date(2023, 5, 1), None)]


def test_its_own_word_may_be_mended_and_nothing_else(town: Town, sit: Sit, url: str) -> None:
    page = sit(town.cast.ledger).get(f"{url}/admitted").content.decode()
    assert "低保家庭 纳入 2020年03月" in page and "本来就错" in page
    assert "特困供养对象 纳入 2023年05月" not in page, "金泽镇 decided that"
    assert "自某日起变化" not in page and "这一户现在由金泽镇负责" in page
    form = {"how": "wrong", "step": "dibao in 2020-03-15", "on": "2019-03-15", "reason": "看错批文年份"}
    answer = sit(town.cast.ledger).post(f"{url}/admitted/mend", form, follow=True).content.decode()
    assert "已更正" in answer and spells() == [("dibao", date(2019, 3, 15), None), BOTH[1]]


def test_what_the_other_side_decided_is_refused(town: Town, sit: Sit, url: str) -> None:
    """Neither what 金泽镇 decided, nor anything that happened since: with a sentence that says whom to ask."""
    acts = Act.objects.count()
    wrong = {"how": "wrong", "step": "tekun in 2023-05-01", "on": "2022-05-01", "reason": "x"}
    since = {"how": "since", "move": "exit dibao", "since": localdate(town.now).isoformat(), "reason": "x"}
    for who in (town.cast.ledger, town.cast.wang):
        for form in (wrong, since):
            answer = sit(who).post(f"{url}/admitted/mend", form)
            assert (answer.status_code, "请找金泽镇的徐主任办理" in answer.content.decode()) == (403, True), form
    assert sit(town.cast.xu).post(f"{url}/admitted/mend", since).status_code == 404, "this page is not hers"
    assert Act.objects.count() == acts and spells() == BOTH


def test_who_answers_for_it_now_may(town: Town, sit: Sit, url: str) -> None:
    own = f"/ledgers/{JINZE}/{month_of(localdate(town.now))}/of/{MOVER}"
    form = {"how": "since", "move": "exit dibao", "since": localdate(town.now).isoformat(), "reason": "子女就业"}
    assert sit(town.cast.xu).post(f"{own}/admitted/mend", form).status_code == 302
    assert spells() == [("dibao", date(2020, 3, 15), localdate(town.now)), BOTH[1]]
    month = url.split("/")[3]
    assert lines_of(ZHUJIAJIAO, month, MOVER)[0].value("programme") == "低保家庭、特困供养对象", "then it was so"

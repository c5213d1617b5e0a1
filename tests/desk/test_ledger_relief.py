"""救助起止, mended from the cell: 本来就错 where it was said, 自…起变化 as the household's page files it."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.test import Client
from django.utils.timezone import localdate

from server.accounts.models import User
from server.acts.kinds import ActKind
from server.acts.models import Act
from server.acts.read import reason_of, to_decision
from server.field.decide import decide
from server.households.find import open_household, served
from server.households.kinds import ProposalKind
from server.households.relief_moves import Step, moves_of, steps_of, wrong_move
from server.households.values import Spell
from server.ledgers.kinds import LedgerKind
from server.ledgers.read import lines_of
from server.ledgers.values import Line, month_of
from tests.cast import ZHUJIAJIAO
from tests.desk.conftest import ANSWERS, HOUSE, Town
from tests.desk.told import tell

Sit = Callable[[User], Client]
IN_RELIEF = "44444444-0000-4000-8000-000000000001"


@pytest.fixture
def month(town: Town) -> str:
    return month_of(localdate(town.now))


@pytest.fixture
def url(town: Town, month: str) -> str:
    """吴八: in 低保 since March 2020, as the consultant's registration says and a decision repeats."""
    told = {**ANSWERS, "village": town.cast.villages[0], "rep_name": "吴八", "id_no": "", "id_type": "none",
            "phone": "13500002222", "in_relief": "in", "programme": "dibao", "admit_on": "2020-03-15",
            "addr": "北大街9号"}
    tell(town.cast.gu, "screening", told, now=town.now - timedelta(days=2), entity=IN_RELIEF, create=True)
    return f"/ledgers/{ZHUJIAJIAO}/{month}/of/{IN_RELIEF}"


def line(month: str, household: str = IN_RELIEF) -> Line:
    return lines_of(ZHUJIAJIAO, month, household)[0]


def spells(household: str = IN_RELIEF) -> list[tuple[str, date | None, date | None, str]]:
    row = served(household)
    assert row is not None
    return [(s.programme, s.start, s.end, s.precision) for s in open_household(row).folded.spells]


def step(on: str, way: str = "in", programme: str = "dibao") -> str:
    return f"{programme} {way} {on}"


def test_the_cell_offers_what_its_state_allows(town: Town, sit: Sit, url: str) -> None:
    for key in ("programme", "admitted"):
        page = sit(town.cast.ledger).get(f"{url}/{key}").content.decode()
        assert "低保家庭 纳入 2020年03月" in page and "退出保障：低保家庭" in page
        assert "纳入保障：特困供养对象" in page and "纳入保障：低保家庭" not in page
    assert "本来就错" not in sit(town.cast.gu).get(f"{url}/admitted").content.decode(), "he only looks"


def test_an_admission_told_wrong(town: Town, sit: Sit, url: str, month: str) -> None:
    keeper = sit(town.cast.ledger)
    form = {"how": "wrong", "step": step("2020-03-15"), "on": "2019-03-15", "reason": "看错批文年份"}
    assert "已更正" in keeper.post(f"{url}/admitted/mend", form, follow=True).content.decode()
    assert line(month).value("admitted") == "2019.03.15"
    act = Act.objects.get(kind=ActKind.CORRECT)
    assert (reason_of(act), act.by, act.since) == ("看错批文年份", town.cast.ledger, date(2019, 3, 15))
    page = keeper.get(f"{url}/admitted").content.decode()
    assert "看错批文年份" in page, "the cell names the correction too"
    later = {**form, "step": step("2019-03-15"), "on": "2021-06-20", "month_only": "1"}
    keeper.post(f"{url}/admitted/mend", later)
    assert line(month).value("admitted") == "2021.06" and spells() == [("dibao", date(2021, 6, 1), None, "month")]


def test_the_same_date_told_twice_is_mended_in_both(town: Town, sit: Sit, url: str, month: str) -> None:
    """A registration and a decision say the same wrong day: one mending is enough."""
    decide(ActKind.ACCEPT, IN_RELIEF, by=town.cast.wang.pk, now=town.now - timedelta(days=1), since=date(2020, 3, 15),
           value={"proposal": "admit", "instance": "", "programme": "dibao"}, reason="批文")
    form = {"how": "wrong", "step": step("2020-03-15"), "on": "2022-01-01", "reason": "日期抄错"}
    sit(town.cast.ledger).post(f"{url}/admitted/mend", form)
    assert spells() == [("dibao", date(2022, 1, 1), None, "day")]
    replaced = to_decision(Act.objects.filter(kind=ActKind.ACCEPT).order_by("seq").last()).value
    assert replaced["instead"] and replaced["proposal"] == "admit"


def test_a_decision_that_was_wrong_is_replaced(town: Town, sit: Sit, url: str, month: str) -> None:
    """Exit decided on the wrong day, then that it never was; the household's page lists all three."""
    keeper, wang = sit(town.cast.ledger), sit(town.cast.wang)
    wang.post(f"/households/{IN_RELIEF}/state",
              {"proposal": "exit", "programme": "dibao", "since": "2024-05-31", "reason": "收入超标"})
    assert line(month).kind == LedgerKind.FOUR and line(month).value("ended") == "2024.05.31"
    form = {"how": "wrong", "step": step("2024-05-31", "out"), "on": "2024-06-30", "reason": "批文是六月"}
    keeper.post(f"{url}/ended/mend", form)
    assert line(month).value("ended") == "2024.06.30"
    form = {"how": "wrong", "step": step("2024-06-30", "out"), "never": "1", "reason": "没有终止过"}
    keeper.post(f"{url}/ended/mend", form)
    assert line(month).kind == LedgerKind.THREE and spells() == [("dibao", date(2020, 3, 15), None, "month")]
    page = wang.get(f"/households/{IN_RELIEF}").content.decode()
    assert "没有终止过" in page and "原决定有误" in page and "批文是六月" in page


def test_the_wrong_programme(town: Town, sit: Sit, url: str, month: str) -> None:
    """低保 was 重残无业 all along: both ends of the spell go along."""
    decide(ActKind.ACCEPT, IN_RELIEF, by=town.cast.wang.pk, now=town.now, since=date(2024, 5, 31),
           value={"proposal": "exit", "instance": "", "programme": "dibao"}, reason="x")
    form = {"how": "wrong", "step": step("2020-03-15"), "on": "2020-03-15", "programme": "zhongcan", "reason": "选错"}
    sit(town.cast.ledger).post(f"{url}/programme/mend", form)
    assert spells() == [("zhongcan", date(2020, 3, 15), date(2024, 5, 31), "day")]
    assert line(month).value("programme") == "重残无业对象"


def test_a_change_since_a_day_is_the_pages_decision(town: Town, sit: Sit, url: str, month: str) -> None:
    keeper, since = sit(town.cast.ledger), localdate(town.now) - timedelta(days=1)
    form = {"how": "since", "move": "exit dibao", "since": since.isoformat(), "reason": "子女就业"}
    keeper.post(f"{url}/programme/mend", form)
    act = Act.objects.get(kind=ActKind.ACCEPT)
    said = to_decision(act).value
    assert (act.subject, said["proposal"], said["programme"], act.since) == (IN_RELIEF, "exit", "dibao", since)
    assert line(month).kind == LedgerKind.FOUR
    page = keeper.get(f"{url}/ended").content.decode()
    assert "恢复保障：低保家庭" in page and "退出保障" not in page
    form = {"how": "since", "move": "readmit dibao", "since": localdate(town.now).isoformat(), "reason": "复保"}
    keeper.post(f"{url}/ended/mend", form)
    assert [end for _, _, end, _ in spells()] == [since, None]


def test_refusals(town: Town, sit: Sit, url: str, month: str) -> None:
    keeper, before = sit(town.cast.ledger), (spells(), Act.objects.count())
    good = {"how": "wrong", "step": step("2020-03-15"), "on": "2019-01-01", "reason": "x"}
    wrong = (
        {"reason": " "}, {"on": ""}, {"on": "2999-01-01"}, {"on": "0001-01-01"}, {"step": "x"}, {"programme": "x"},
        {"how": "since", "move": "exit tekun", "since": "2024-01-01"},
        {"how": "since", "move": "", "since": "2024-01-01"},
        {"how": "since", "move": "admit dibao", "since": "2024-01-01"}, {"how": "since", "move": "exit dibao"},
        {"how": "since", "move": "moved dibao", "since": "2024-01-01"},
        {"how": "since", "move": "exit dibao", "since": "2019-01-01"},
    )
    for one in wrong:
        answer = keeper.post(f"{url}/admitted/mend", good | one, follow=True).content.decode()
        assert (one, "没有保存" in answer) == (one, True)
    for who, status in ((town.cast.gu, 403), (town.cast.inspector, 403), (town.cast.xu, 404)):
        assert (who.username, sit(who).post(f"{url}/admitted/mend", good).status_code) == (who.username, status)
    assert (spells(), Act.objects.count()) == before
    own = tell(town.cast.wang, "screening", {**ANSWERS, "village": town.cast.villages[0], "rep_name": "郑九",
                                             "id_no": "", "id_type": "none", "phone": "13300003333",
                                             "in_relief": "in", "programme": "dibao", "admit_on": "2020-03-15"},
               now=town.now, entity="44444444-0000-4000-8000-000000000002", create=True)
    mine = url.replace(IN_RELIEF, "44444444-0000-4000-8000-000000000002")
    answer = sit(town.cast.wang).post(f"{mine}/admitted/mend", good)
    assert answer.status_code == 403 and "不能更正自己的提交" in answer.content.decode() and own


def test_a_household_never_in_relief_has_no_such_cell(town: Town, sit: Sit, month: str) -> None:
    url = f"/ledgers/{ZHUJIAJIAO}/{month}/of/{HOUSE}/admitted"
    assert sit(town.cast.ledger).get(url).status_code == 404
    assert sit(town.cast.ledger).post(f"{url}/mend", {"reason": "x"}).status_code == 404


D1, D2, D3 = date(2020, 1, 1), date(2022, 1, 1), date(2023, 1, 1)


def test_the_table_of_states() -> None:
    """Per programme: never in, in, and ended; what may follow, and on which days."""
    running, ended = Spell("dibao", D1), Spell("tekun", D1, D2)
    moves = {programme: kind for kind, programme in moves_of([running, ended])}
    assert moves == {"dibao": ProposalKind.EXIT, "tekun": ProposalKind.READMIT, "zhongcan": ProposalKind.ADMIT,
                     "zhichu": ProposalKind.ADMIT}
    both = [running, ended]
    assert wrong_move(both, ProposalKind.ADMIT, "dibao", D3) == "已经在这项保障中"
    assert wrong_move(both, ProposalKind.EXIT, "tekun", D3) == "没有在这项保障中"
    assert wrong_move(both, ProposalKind.EXIT, "", D3) == "没有选择保障项目"
    assert wrong_move(both, ProposalKind.EXIT, "dibao", date(2019, 1, 1)) == "终止日期早于纳入日期"
    assert wrong_move(both, ProposalKind.READMIT, "tekun", D1) == "纳入日期早于上一次终止的日期"
    for kind, programme in (("exit", "dibao"), ("readmit", "tekun"), ("admit", "zhichu")):
        assert wrong_move(both, ProposalKind(kind), programme, D3) == ""


def test_both_ends_of_a_spell_are_steps() -> None:
    found = steps_of([Spell("dibao", None, D2, "day", "", "out")])
    assert found == [Step("dibao", True, None, "day", "out", D2), Step("dibao", False, D2, "day", "out", None)]

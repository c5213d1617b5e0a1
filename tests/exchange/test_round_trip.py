"""Register → four tables → an empty installation → the same four tables, cell by cell."""

from typing import Any

import pytest
from django.db import transaction

from server.exchange.dry_run import Given
from server.exchange.import_tables import import_tables
from server.exchange.sheets import read_sheets
from server.field.dump import differences, dump
from server.field.match_across import match_across
from server.field.rebuild import rebuild
from server.households.kinds import ProposalKind
from server.households.models import Household
from server.ledgers.export import export_month
from server.ledgers.read import month_view
from tests.cast import ZHUJIAJIAO, Cast
from tests.ledgers.keep import accept, admitted, left, moment, refer, screen, visit
from tests.ledgers.samples import id_number

pytestmark = pytest.mark.django_db
MONTH = "2024-08"
NOW = moment("2024-09-03")


def someone(number: int, **more: Any) -> tuple[str, dict[str, Any]]:
    told = {"rep_name": f"某{'甲乙丙丁戊己庚辛壬癸'[number % 10]}", "phone": f"1390000{number:04d}",
            "id_no": id_number(f"{1940 + number}0312", 100 + number), **more}
    return f"00000000-0000-4000-8000-{number:012d}", told


def live(cast: Cast) -> None:
    """A registry with something of everything that stands in the tables."""
    home, other = cast.villages[0], cast.villages[25]
    one, facts = someone(1)
    screen(one, "2024-03-05", home, **facts)
    one, facts = someone(2, may_qualify="no", suggest="联系社区基金会\n申请临时帮困", insur=["none"], income_pc=0)
    screen(one, "2024-03-05", other, **facts)
    # No number: the age of the table is all there is.
    one, facts = someone(
        3, id_no=None, id_type="none", sex="female", birth="1950-06-01", rep_name="买买提·艾力", may_qualify="no",
        addr="=一号", phone="59720001/13800000003", insur=["other", "ltc"], insur_other="外地新农合/其他",
    )
    screen(one, "2024-04-05", other, **facts)
    # Two programmes from different days, help of several kinds, a policy nobody has listed.
    one, facts = someone(
        4, applied="in", overlay=["medical_aid", "housing_rent"], overlay_text="街道自筹", suggest="心理疏导"
    )
    relief = (admitted("dibao", "2018-03-01", "month"), admitted("zhongcan", "2020-05-06"))
    screen(one, "2024-03-05", home, relief=relief, **facts)
    refer("r-1", one, "2024-04-01", target_text="医疗救助", state="linked", linked_on="2024-04-10")
    refer("r-2", one, "2024-05-01", target_text="法律援助", state="suggested")
    refer("r-3", one, "2024-06-01", resource="food_bank", state="done", linked_on="2024-06-02")
    # Left this month; what stood beside it until then.
    one, facts = someone(5, applied="in", overlay=["disabled_care"])
    screen(one, "2024-03-05", home, relief=(admitted("dibao", "2018-03-01", "month"),), **facts)
    accept(one, ProposalKind.EXIT, "2024-08-15", at=moment("2024-08-16"), programme="dibao")
    visit(one, "2024-08-20", overlay=["elder_allowance"], plan="退出后回访")
    # Left long ago, nobody knows when it began.
    one, facts = someone(6, applied="ended", plan=None, difficulty=None)
    screen(one, "2024-03-05", other, relief=(left("tekun", "2023-12-31"),), **facts)
    one, facts = someone(7, members_n=None, income_pc=None, addr=None, policy_minzheng=None, policy_other=None)
    screen(one, "2024-08-05", cast.villages[3], **facts)


def cells(data: bytes) -> dict[str, list[list[str]]]:
    return {sheet.name: [[str(cell) for cell in row] for row in sheet.rows] for sheet in read_sheets(data, "x.xlsx")}


def exported() -> bytes:
    return export_month(ZHUJIAJIAO, MONTH, made_by="小赵", now=NOW).data


@pytest.fixture
def sheet(cast: Cast) -> bytes:
    """The workbook of a 街镇 that has lived; it is gone again."""
    with transaction.atomic():
        live(cast)
        data = exported()
        transaction.set_rollback(True)
    assert not Household.objects.exists()
    return data


def test_the_same_four_tables(sheet: bytes, cast: Cast) -> None:
    done = import_tables([Given("八月.xlsx", sheet)], ZHUJIAJIAO, MONTH, by=cast.ledger.pk, now=NOW)
    assert (done.is_new, done.report.errors, done.report.counts) == (True, 0, {"1": 2, "2": 2, "3": 1, "4": 2})
    assert Household.objects.count() == 7
    wanted, found = cells(sheet), cells(exported())
    for name in wanted:
        for row, again in zip(wanted[name], found[name], strict=True):
            assert again == row, name


def test_the_months_before_know_nothing_of_it(sheet: bytes, cast: Cast) -> None:
    import_tables([Given("八月.xlsx", sheet)], ZHUJIAJIAO, MONTH, by=None, now=NOW)
    assert not any(month_view(ZHUJIAJIAO, "2024-07").lines.values())
    assert sum(len(lines) for lines in month_view(ZHUJIAJIAO, "2024-09").lines.values()) == 7


def test_rebuilt_the_same(sheet: bytes, cast: Cast) -> None:
    import_tables([Given("八月.xlsx", sheet)], ZHUJIAJIAO, MONTH, by=cast.ledger.pk, now=NOW)
    match_across()
    before = dump()
    rebuild(NOW, shuffle=7)
    assert differences(before, dump()) == []
    assert len(before["filing"]) == 7

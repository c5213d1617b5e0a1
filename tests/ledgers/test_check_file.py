"""Reading a file back: the one that was issued, or what differs from it."""

from io import BytesIO, StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from openpyxl import load_workbook

from server.ledgers.check_file import NotOurs, check_file
from server.ledgers.close import close_month
from server.ledgers.export import export_month
from server.ledgers.kinds import LedgerKind, Variant
from server.ledgers.models import Month
from server.ledgers.reopen import reopen_month
from tests.cast import ZHUJIAJIAO, Cast
from tests.ledgers.keep import admitted, moment, screen, visit

pytestmark = pytest.mark.django_db

A, B = (f"00000000-0000-4000-8000-0000000005{n:02d}" for n in (1, 2))
LATER = moment("2024-09-20")


@pytest.fixture
def month(cast: Cast) -> Month:
    other = {"rep_name": "李秀英", "id_no": None, "phone": "13800000022", "birth": "1950-02-03", "income_pc": 12.5}
    with transaction.atomic():
        screen(A, "2024-07-02", cast.villages[0], relief=(admitted("dibao", "2018-03-01"),), applied="in")
        screen(B, "2024-08-03", cast.villages[0], **other, difficulty="=1+1 不是公式，是一段写得够长的话。")
    return close_month(ZHUJIAJIAO, "2024-08", by=None, now=moment("2024-09-03")).month


def issued(kinds: tuple[LedgerKind, ...] = tuple(LedgerKind), variant: Variant = Variant.STOCK) -> bytes:
    return export_month(ZHUJIAJIAO, "2024-08", made_by="小赵", now=LATER, kinds=kinds, variant=variant).data


def spoilt(data: bytes, sheet: str, cell: str, value: object) -> bytes:
    book = load_workbook(BytesIO(data))
    book[sheet][cell].value = value
    out = BytesIO()
    book.save(out)
    return out.getvalue()


@pytest.mark.parametrize("kinds", [tuple(LedgerKind), (LedgerKind.ONE,)])
@pytest.mark.parametrize("variant", Variant)
def test_what_was_issued_is_known(month: Month, kinds: tuple[LedgerKind, ...], variant: Variant) -> None:
    checked = check_file(issued(kinds, variant))
    assert checked.is_issued and checked.differences == ()
    assert (checked.town, checked.month, checked.version, checked.variant) == ("朱家角镇", "2024-08", 1, variant)


def test_only_the_new_ones(month: Month) -> None:
    book = load_workbook(BytesIO(issued(variant=Variant.NEW)))
    assert book["表三"]["C4"].value is None and book["表一"]["C4"].value == "李秀英"


def test_what_somebody_changed_by_hand_is_named(month: Month) -> None:
    raised = spoilt(issued(), "表一", "I4", 1250)
    (one,) = check_file(raised).differences
    assert str(one) == "表一 第 1 行 家庭月人均收入：文件为“1250”，记录为“12.5”"
    added = check_file(spoilt(issued(), "表三", "C5", "多一户")).differences
    assert [(d.serial, d.column, d.in_file) for d in added] == [(2, "姓名", "多一户")]
    heading = check_file(spoilt(issued(), "表三", "C3", "名字")).differences
    assert [(d.serial, d.in_record) for d in heading] == [(None, "姓名")]


def test_a_returned_version_is_still_known_and_said_to_be(month: Month) -> None:
    first = issued()
    visit(B, "2024-08-29", received=moment("2024-09-04"), addr="周荡村 99 号")
    reopen_month(ZHUJIAJIAO, "2024-08", by=None, now=moment("2024-09-06"), reason="漏报")
    close_month(ZHUJIAJIAO, "2024-08", by=None, now=moment("2024-09-07"))
    assert (check_file(first).is_issued, check_file(first).state) == (True, "退回")
    assert (check_file(issued()).version, check_file(issued()).is_issued) == (2, True)


def test_what_is_none_of_ours(month: Month, cast: Cast) -> None:
    draft = export_month(ZHUJIAJIAO, "2024-09", made_by="小赵", now=LATER).data
    book = load_workbook(BytesIO(issued()))
    book.custom_doc_props.props.clear()
    stripped = BytesIO()
    book.save(stripped)
    for data, why in ((b"PK nothing", "不是 xlsx"), (draft, "草稿"), (stripped.getvalue(), "没有写明")):
        with pytest.raises(NotOurs) as refused:
            check_file(data)
        assert why in refused.value.sentence


def test_the_command_says_so_and_shows_no_number(month: Month, tmp_path: Path) -> None:
    file, out = tmp_path / "a.xlsx", StringIO()
    file.write_bytes(issued())
    call_command("verify_ledger", str(file), stdout=out)
    assert "是系统出具的文件：朱家角镇 2024-08 第 1 版" in out.getvalue()
    file.write_bytes(spoilt(issued(), "表三", "E4", "319999199001010019"))
    with pytest.raises(CommandError, match="1 处不同"):
        call_command("verify_ledger", str(file), stdout=out)
    assert "身份证" in out.getvalue() and "319999199001010019" not in out.getvalue()
    with pytest.raises(CommandError, match="读不了"):
        call_command("verify_ledger", str(tmp_path / "none.xlsx"))

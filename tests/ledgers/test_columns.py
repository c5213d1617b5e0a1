"""The four tables are those of the notice, letter by letter."""

from pathlib import Path

import pytest

from server.ledgers.columns import TABLES, CellType
from server.ledgers.kinds import LedgerKind

# 附表一–四 of 青民〔2024〕25号 as published.
NOTICE = (Path(__file__).parent / "notice_tables.txt").read_text(encoding="utf-8")


def _printed(kind: LedgerKind) -> list[str]:
    """What the notice prints for one table, blank lines and the numbered sample row left out."""
    start = NOTICE.index(f"({kind.label})") - len("青浦区社会救助低收入人口探访排摸统计表")
    end = NOTICE.find("青浦区社会救助", start + 1)
    rows = NOTICE[start : end if end > 0 else None].split("\n")
    return [row.strip() for row in rows if row.strip() and not row.startswith("1\t")]


@pytest.mark.parametrize("kind", LedgerKind)
def test_every_word_of_the_form_is_the_notices(kind: LedgerKind) -> None:
    table = TABLES[kind]
    ours = [table.title, table.seal, "\t".join(c.heading for c in table.columns), table.notes_title, *table.notes]
    assert ours == _printed(kind)


def test_fifteen_and_seventeen_columns() -> None:
    assert [len(TABLES[kind].columns) for kind in LedgerKind] == [15, 15, 17, 17]


@pytest.mark.parametrize("kind", LedgerKind)
def test_keys_are_distinct_and_digits_are_text(kind: LedgerKind) -> None:
    columns = {column.key: column for column in TABLES[kind].columns}
    assert len(columns) == len(TABLES[kind].columns)
    assert columns["id_no"].type == columns["phone"].type == CellType.CODE
    assert columns["serial"].type == CellType.SERIAL


def test_what_only_some_tables_have() -> None:
    keys = {kind: {c.key for c in TABLES[kind].columns} for kind in LedgerKind}
    assert [("income" in keys[kind]) for kind in LedgerKind] == [True, True, False, False]
    assert [("difficulty" in keys[kind]) for kind in LedgerKind] == [False, True, True, False]
    assert [("ended" in keys[kind]) for kind in LedgerKind] == [False, False, False, True]

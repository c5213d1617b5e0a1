"""与上月相比: who is new, who has left, who moved between tables. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from server.ledgers.columns import CellType
from server.ledgers.differences import Difference
from server.ledgers.kinds import Late
from server.ledgers.plain_sheet import Head, Row, plain_book
from server.ledgers.values import Line, Value, first_day, plain

#: What a difference between two months is called (between a closed month and later knowledge it is called otherwise).
BETWEEN_MONTHS = {Late.ADDED: "新增", Late.GONE: "退出", Late.MOVED: "换表"}
HEADS: tuple[Head, ...] = (
    ("街镇", CellType.WORDS, 14), ("变化", CellType.WORDS, 9), ("所属村(居)委", CellType.WORDS, 16),
    ("姓名", CellType.WORDS, 12), ("身份证", CellType.CODE, 22), ("上月", CellType.WORDS, 9),
    ("本月", CellType.WORDS, 9), ("家庭基本保障", CellType.WORDS, 24),
)
SUPPLEMENT_HEADS: tuple[Head, ...] = (
    ("序号", CellType.SERIAL, 6), ("类别", CellType.WORDS, 9), ("表", CellType.WORDS, 12),
    ("所属村(居)委", CellType.WORDS, 16), ("姓名", CellType.WORDS, 12), ("身份证", CellType.CODE, 22),
    ("栏目", CellType.WORDS, 18), ("锁定时", CellType.TEXT, 34), ("现为", CellType.TEXT, 34),
)


@dataclass(frozen=True)
class TownChanges:
    """What differs between two months of one 街镇."""

    town: str
    changes: tuple[Difference, ...]


def changes_book(month: str, towns: Sequence[TownChanges], *, about: Mapping[str, str], made_at: datetime) -> bytes:
    """One sheet: every household that is new, has left, or stands in another table than the month before."""
    first = first_day(month)
    title = f"低收入人口探访关爱对象变化表（{first.year}年{first.month}月与上月相比）"
    rows = [row for one in towns for row in _rows(one)]
    return plain_book([("变化", title, HEADS, rows)], about=about, made_at=made_at)


def _rows(one: TownChanges) -> Iterable[Row]:
    for change in one.changes:
        if change.what in BETWEEN_MONTHS:
            line = change.after or change.before
            assert line is not None
            yield [
                one.town, BETWEEN_MONTHS[change.what], line.value("village"), line.value("name"), line.value("id_no"),
                _table(change.before), _table(change.after),
                line.value("programme"),
            ]


def _table(line: Line | None) -> Value:
    return None if line is None else str(line.kind.label)


def supplement_book(
    town: str, month: str, number: int, changes: Iterable[Difference], *, about: Mapping[str, str], made_at: datetime
) -> bytes:
    """A numbered supplement: each line that would be otherwise, cell by cell, before and after."""
    first = first_day(month)
    title = f"低收入人口探访关爱工作情况补报表（{town}{first.year}年{first.month}月 第{number}期）"
    rows = [row for serial, change in enumerate(changes, start=1) for row in _cells(serial, change)]
    return plain_book([("补报", title, SUPPLEMENT_HEADS, rows)], about=about, made_at=made_at)


def _cells(serial: int, change: Difference) -> Iterable[Row]:
    line = change.after or change.before
    assert line is not None
    tables = [str(one.kind.label) for one in (change.before, change.after) if one is not None]
    head: list[Value] = [
        serial, str(change.what.label), "→".join(dict.fromkeys(tables)), line.value("village"), line.value("name"),
        line.value("id_no"),
    ]
    if change.cells:
        for heading, before, after in change.cells:
            yield [*head, heading, _text(before), _text(after)]
    else:
        yield [*head, None, _whole(change.before), _whole(change.after)]


def _whole(line: Line | None) -> str:
    return "不在表内" if line is None else f"{line.kind.label}：{line.value('plan') or ''}"


def _text(value: Value) -> Value:
    return None if value is None else str(plain(value))

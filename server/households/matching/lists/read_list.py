"""A list from outside, row by row: any encoding, any text; what cannot be read is refused with its place."""

import codecs
import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple, TextIO

#: The columns, and what else their headings may be called.
COLUMNS = {
    "record_id": ("编号", "记录编号", "序号", "id"),
    "submitted_at": ("提交时间", "填报时间", "登记时间"),
    "worker": ("走访人", "网格员", "填报人"),
    "committee": ("村居", "居委", "村居委会", "所属村(居)委", "所属村居"),
    "name": ("姓名", "登记人", "户主", "户主姓名"),
    "id_no": ("身份证号", "身份证号码", "证件号码", "身份证"),
    "sex": ("性别",),
    "birth": ("出生日期", "出生", "年龄", "生日"),
    "household_size": ("家庭人数", "人数", "家庭人口"),
    "address": ("住址", "地址", "家庭住址"),
    "phone": ("电话", "联系方式", "联系电话", "手机"),
}
#: Without one of these nothing can be compared.
TELLING = ("name", "id_no", "birth", "address", "phone")
#: More than anybody writes in one cell; a quotation mark left open swallows the rest of the file.
LONGEST = 5_000
_FORMULA = ("=", "@", "\t", "\r")
csv.field_size_limit(2**31 - 1)


class ListRefused(ValueError):
    """The list cannot be read; the message says where and why, in Chinese."""


class Row(NamedTuple):
    """One row: its number in the file (the heading is 1), and its cells by the order of COLUMNS."""

    line: int
    cells: tuple[str, ...]


@dataclass(frozen=True)
class Heading:
    """Where each column of COLUMNS stands in the file; -1 where it is missing."""

    at: tuple[int, ...]
    width: int

    @property
    def missing(self) -> tuple[str, ...]:
        return tuple(name for name, at in zip(COLUMNS, self.at, strict=True) if at < 0)


def rows_of(path: Path) -> Iterator[Row]:
    """The rows of a list in their order; empty lines are skipped.

    :raises ListRefused: no such file, no readable text, no record_id, a cell too long, more cells than headings, or an
        id that is missing, given twice, or a formula.
    """
    encoding = encoding_of(path)
    with path.open(encoding=encoding, newline="") as file:
        try:
            yield from _rows(file)
        except UnicodeDecodeError as wrong:
            raise ListRefused(f"文件不是 {encoding} 编码的文字，请另存为 UTF-8 编码的 CSV") from wrong
        except csv.Error as wrong:
            raise ListRefused(f"文件不是完整的 CSV：{wrong}") from wrong


def encoding_of(path: Path) -> str:
    """utf-8-sig, utf-16 or gb18030: the whole file is tried, for a list is read only if all of it can be.

    :raises ListRefused: there is no such file, it is empty, or no text in any of them.
    """
    if not path.is_file():
        raise ListRefused(f"没有这个文件：{path}")
    with path.open("rb") as file:
        start = file.read(4)
    if not start:
        raise ListRefused("文件是空的")
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    if start.startswith(b"PK"):
        raise ListRefused("这是 Excel 工作簿（.xlsx），请另存为 CSV 再比对")
    for encoding in ("utf-8-sig", "gb18030"):
        decoder = codecs.getincrementaldecoder(encoding)()
        try:
            with path.open("rb") as file:
                while block := file.read(1 << 20):
                    decoder.decode(block)
                decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            continue
        return encoding
    raise ListRefused("文件的文字编码既不是 UTF-8 也不是 GBK，请另存为 UTF-8 编码的 CSV")


def _rows(file: TextIO) -> Iterator[Row]:
    first = file.readline(1 << 16)
    file.seek(0)
    reader = csv.reader(file, delimiter=max(",\t;", key=first.count))
    heading: Heading | None = None
    seen: dict[str, int] = {}
    for line, cells in enumerate(reader, start=1):
        if not any(cells):
            continue
        if heading is None:
            heading = heading_of(cells)
            names = list(cells)
            continue
        for at, cell in enumerate(cells):
            if len(cell) > LONGEST:
                raise ListRefused(
                    f"第 {line} 行「{_name(names, at)}」列有 {len(cell)} 个字，超过 {LONGEST} 个；是否少了一个引号？"
                )
        if len(cells) > heading.width and any(cells[heading.width :]):
            at, extra = heading.width + 1, cells[heading.width][:20]
            raise ListRefused(f"第 {line} 行有 {len(cells)} 格，比标题行多；第 {at} 列是「{extra}」")
        found = tuple(cells[at] if 0 <= at < len(cells) else "" for at in heading.at)
        _check_id(found[0].strip(), line, seen)
        yield Row(line, (found[0].strip(), *found[1:]))
    if heading is None:
        raise ListRefused("文件里没有标题行")


def heading_of(cells: list[str]) -> Heading:
    """The heading's columns, by their English or Chinese names.

    :raises ListRefused: without record_id, with one column twice, or with nothing to compare.
    """
    names = [cell.strip().strip("\ufeff").lower() for cell in cells]
    at = []
    for column, others in COLUMNS.items():
        found = [n for n, name in enumerate(names) if name == column or name in others]
        if len(found) > 1:
            raise ListRefused(f"第 1 行「{column}」出现了 {len(found)} 次，第 {found[1] + 1} 列是重复的")
        at.append(found[0] if found else -1)
    heading = Heading(tuple(at), len(cells))
    if "record_id" in heading.missing:
        raise ListRefused(f"第 1 行没有「record_id」列；有的是：{'、'.join(name for name in names if name)[:200]}")
    if not set(TELLING) - set(heading.missing):
        raise ListRefused(f"第 1 行没有可以比对的列（{'、'.join(TELLING)} 至少要有一列）")
    return heading


def _check_id(record_id: str, line: int, seen: dict[str, int]) -> None:
    if not record_id:
        raise ListRefused(f"第 {line} 行「record_id」列是空的")
    if record_id.startswith(_FORMULA) or (record_id[0] in "+-" and not record_id[1:2].isdigit()):
        raise ListRefused(f"第 {line} 行「record_id」列「{record_id[:20]}」像表格公式，不能用作编号")
    if len(record_id) > 200:
        raise ListRefused(f"第 {line} 行「record_id」列有 {len(record_id)} 个字，编号不能超过 200 个")
    if record_id in seen:
        raise ListRefused(f"第 {line} 行「record_id」列「{record_id}」与第 {seen[record_id]} 行重复")
    seen[record_id] = line


def _name(names: list[str], at: int) -> str:
    return (names[at].strip() or f"第 {at + 1}") if at < len(names) else f"第 {at + 1}"

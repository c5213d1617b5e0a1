"""From the sheets of a file to the lines of the four tables. Pure."""

from collections.abc import Mapping, Sequence

from server.exchange.headings import Header, columns_for, find_header, key_of, kind_by, kind_in
from server.exchange.plain import Raw, is_blank, tight
from server.exchange.read_line import read_line
from server.exchange.sheets import Sheet
from server.exchange.values import Context, LineRead, Problem, SheetRead, Where, error
from server.ledgers.columns import TABLES
from server.ledgers.kinds import LedgerKind

#: Without these a line cannot be told whose it is, or which table it belongs to.
NEEDED: Mapping[LedgerKind, tuple[str, ...]] = {
    LedgerKind.ONE: ("village", "name"), LedgerKind.TWO: ("village", "name"),
    LedgerKind.THREE: ("village", "name", "programme"), LedgerKind.FOUR: ("village", "name", "programme", "ended"),
}
_SUMS = ("合计", "总计", "小计", "共计")
_BELOW = ("填表说明", "备注", "说明:", "对象范围", "填表人", "审核人", "制表人", "填报人", "单位负责人")
#: Cells that must be filled before a row without a name is taken for a line.
_FEW = 3


def read_sheet(sheet: Sheet, file: str, context: Context) -> SheetRead:
    """The lines of a sheet. One that is none of the four tables has no lines and no kind."""
    rows = _filled(sheet)
    header = find_header(rows)
    if header is None:
        empty = all(is_blank(cell) for row in rows for cell in row)
        other = Problem("不像四张表里的任何一张，没有读", "表头里要有姓名、身份证等栏目")
        return SheetRead(file, sheet.name, None, problems=() if empty else (other,))
    titles = [str(cell) for row in rows[: header.row] for cell in row if not is_blank(cell)]
    kind, problems = _kind_of(sheet, header, titles)
    problems += _foreign(titles, context)
    if kind is None:
        return SheetRead(file, sheet.name, None, problems=tuple(problems))
    columns, lacking = columns_for(kind, header.columns)
    headings = {column.key: column.heading for column in TABLES[kind].columns}
    needed = [headings[key] for key in NEEDED[kind] if key not in columns]
    if needed:
        problems.append(error(f"{kind.label}缺少栏目：{'、'.join(needed)}", "请对照附表补上这一列；合并过的表头请拆开"))
        return SheetRead(file, sheet.name, kind, problems=tuple(problems))
    if missing := [heading for heading in lacking if heading != headings["serial"]]:
        problems.append(Problem(f"没有这些栏目，不导入：{'、'.join(missing)}"))
    if header.strange:
        problems.append(Problem(f"多出的栏目，不导入：{'、'.join(h[:20] for h in header.strange[:10])}"))
    lines = _lines(rows, header, kind, columns, Where(file, sheet.name, 0), context)
    return SheetRead(file, sheet.name, kind, tuple(lines), tuple(problems))


def _kind_of(sheet: Sheet, header: Header, titles: list[str]) -> tuple[LedgerKind | None, list[Problem]]:
    """Which table: by its columns, which decide what can be read; its title and name may say otherwise."""
    told = kind_in(titles) or kind_in([sheet.name])
    kind = kind_by(header.columns) or told
    if kind is None:
        return None, [error("看不出是表一至表四的哪一张", "请在标题里写明（表一）等，或补上表头")]
    if told is not None and told != kind:
        return kind, [Problem(f"标题写的是{told.label}，栏目是{kind.label}的，按{kind.label}读", "请核对这张表")]
    return kind, []


def _foreign(titles: list[str], context: Context) -> list[Problem]:
    """A table of another 街镇 is not ours to bring in."""
    text = tight("".join(titles))
    other = next((name for name in context.other_towns if tight(name) in text), "")
    if not other or tight(context.town_name) in text:
        return []
    return [error(f"这张表是{other}的", f"只能导入{context.town_name}的表")]


def _filled(sheet: Sheet) -> list[list[Raw]]:
    """The rows with every vertically merged range filled from its first cell: one 村居 for several lines."""
    rows = [list(row) for row in sheet.rows]
    for (top, left), (bottom, right) in sheet.merged:
        if left != right or top == bottom or top >= len(rows):
            continue
        for number in range(top + 1, min(bottom + 1, len(rows))):
            if left < len(rows[number]) and left < len(rows[top]):
                rows[number][left] = rows[top][left]
    return rows


def _lines(
    rows: Sequence[Sequence[Raw]], header: Header, kind: LedgerKind, columns: Mapping[str, int], sheet: Where,
    context: Context,
) -> list[LineRead]:
    found: list[LineRead] = []
    above: Raw = None
    for number, row in enumerate(rows[header.row + 1 :], start=header.row + 2):
        first = next((tight(cell) for cell in row if not is_blank(cell)), "")
        if first.startswith(_BELOW):
            break
        cells = {key: row[at] if at < len(row) else None for key, at in columns.items()}
        if not _is_line(cells) or first.startswith(_SUMS):
            continue
        copied = is_blank(cells["village"]) and not is_blank(above)
        if copied:
            cells["village"] = above
        above = cells["village"]
        line = read_line(kind, cells, Where(sheet.file, sheet.sheet, number), context)
        if copied:
            same = Problem("没有所属村(居)委，按上一行的", "请核对", "所属村(居)委")
            line = LineRead(line.where, line.kind, line.answers, (*line.problems, same))
        found.append(line)
    return found


def _is_line(cells: Mapping[str, Raw]) -> bool:
    """A household's line: neither an empty one that is only numbered, nor the header again on the next page."""
    name = tight(cells["name"])
    if key_of(cells["name"]) == "name" or name in _SUMS:
        return False
    filled = [key for key, cell in cells.items() if key != "serial" and not is_blank(cell)]
    return not is_blank(name) or len(filled) >= _FEW

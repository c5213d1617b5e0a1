"""The workbook, read back cell by cell by two readers."""

from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet
from python_calamine import CalamineWorkbook

from server.field.translate import MOST_LETTERS
from server.ledgers.columns import TABLES, CellType
from server.ledgers.dress import INDENT_UNITS
from server.ledgers.heights import EDGE_POINTS, LEADING, MOST_POINTS, UNIT_POINTS, ems, lines_in
from server.ledgers.kinds import LedgerKind
from server.ledgers.values import Line, Value
from server.ledgers.workbook import HEADER_ROW, LEAST_ROWS, file_name, make_workbook
from tests.ledgers.samples import PAPER, id_number, of_kind

DANGEROUS = ["=1+1", "+86 21 5924", "-看病", "@家", '=HYPERLINK("http://x","y")']
FREE = "difficulty", "plan"


def lines_of(kind: LedgerKind) -> list[Line]:
    """Lines with everything that spreadsheets like to spoil."""
    return [
        of_kind(kind),
        of_kind(kind, id_no=id_number("20150630", 3)[:17] + "X", phone="02159240000", income_pc=0),
        of_kind(kind, rep_name="𠀾𫠉𬀩", income_pc=1200.25, addr="=cmd|'/c calc'!A1"),
        *(of_kind(kind, plan=text, difficulty=text) for text in DANGEROUS),
        of_kind(kind, id_no=None, phone=None, members_n=None, income_pc=None, plan=None, difficulty=None),
    ]


LINES = {kind: lines_of(kind) for kind in LedgerKind}
DATA = make_workbook(LINES, PAPER)


def as_read(value: Value) -> object:
    return float(value) if value is not None and not isinstance(value, (str, int)) else value


def opened(data: bytes = DATA) -> Workbook:
    return load_workbook(BytesIO(data))


def test_four_sheets_in_order() -> None:
    assert opened().sheetnames == ["表一", "表二", "表三", "表四"]


@pytest.mark.parametrize("kind", LedgerKind)
def test_cell_by_cell_with_openpyxl(kind: LedgerKind) -> None:
    sheet, table = opened()[kind.label], TABLES[kind]
    assert sheet["A1"].value == table.title
    assert sheet["A2"].value == f"{table.seal}朱家角镇"
    assert [cell.value for cell in sheet[HEADER_ROW]] == [column.heading for column in table.columns]
    for serial, line in enumerate(LINES[kind], start=1):
        for number, column in enumerate(table.columns, start=1):
            cell = sheet.cell(row=HEADER_ROW + serial, column=number)
            wanted = serial if column.type == CellType.SERIAL else line.value(column.key)
            assert cell.value == as_read(wanted), (kind, serial, column.heading)
            if wanted is not None:
                numeric = column.type in (CellType.SERIAL, CellType.COUNT, CellType.MONEY)
                assert cell.data_type == ("n" if numeric else "s"), column.heading
    below = HEADER_ROW + len(LINES[kind]) + 1
    assert sheet.cell(row=below, column=1).value == "\n".join((table.notes_title, *table.notes))


@pytest.mark.parametrize("kind", LedgerKind)
def test_the_same_values_with_calamine(kind: LedgerKind) -> None:
    rows = CalamineWorkbook.from_filelike(BytesIO(DATA)).get_sheet_by_name(kind.label).to_python()
    table = TABLES[kind]
    assert rows[HEADER_ROW - 1] == [column.heading for column in table.columns]
    for serial, line in enumerate(LINES[kind], start=1):
        printed = [serial] + [as_read(line.value(column.key)) for column in table.columns[1:]]
        assert rows[HEADER_ROW - 1 + serial] == ["" if value is None else value for value in printed]


@pytest.mark.parametrize("kind", LedgerKind)
def test_digits_stay_text_also_on_empty_rows(kind: LedgerKind) -> None:
    sheet = opened(make_workbook({kind: [of_kind(kind)]}, PAPER))[kind.label]
    for number, column in enumerate(TABLES[kind].columns, start=1):
        if column.key in ("id_no", "phone"):
            letters = {sheet.cell(row=HEADER_ROW + n, column=number).number_format for n in range(1, LEAST_ROWS + 1)}
            assert letters == {"@"}
            assert sheet.column_dimensions[get_column_letter(number)].number_format == "@"
    assert sheet.cell(row=HEADER_ROW + 1, column=5).value == "319999196203152012"


@pytest.mark.parametrize("kind", LedgerKind)
def test_what_looks_like_a_formula_is_guarded_text(kind: LedgerKind) -> None:
    sheet = opened()[kind.label]
    written = [cell for row in sheet.iter_rows() for cell in row if cell.value]
    cells = [cell for cell in written if str(cell.value).startswith(("=", "+", "-", "@"))]
    assert len(cells) >= len(DANGEROUS)
    assert all(cell.data_type == "s" and cell.quotePrefix for cell in cells)


@pytest.mark.parametrize("kind", LedgerKind)
def test_paper(kind: LedgerKind) -> None:
    sheet = opened()[kind.label]
    setup = sheet.page_setup
    assert (setup.orientation, setup.paperSize, setup.fitToWidth, setup.fitToHeight) == ("landscape", 9, 1, 0)
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert sheet.print_title_rows == "$3:$3"
    assert sheet.oddFooter.center.text == "第 &P 页 共 &N 页"
    assert sheet.row_dimensions[2].height >= 45  # three blank lines: room for the seal
    assert {sheet.cell(row=r, column=1).font.name for r in (1, 2, 3, 4)} == {"宋体"}
    assert sheet["A1"].font.size == 18 and sheet["A1"].font.bold


@pytest.mark.parametrize("kind", LedgerKind)
def test_every_cell_of_a_merged_block_has_its_border(kind: LedgerKind) -> None:
    sheet, last = opened()[kind.label], len(TABLES[kind].columns)
    merged = {str(block) for block in sheet.merged_cells.ranges}
    bottom = sheet.max_row
    assert len(merged) == 3
    for row in range(HEADER_ROW, bottom + 1):
        ends = (sheet.cell(row=row, column=1).border.left.style, sheet.cell(row=row, column=last).border.right.style)
        assert ends == ("thin", "thin"), row
    assert {sheet.cell(row=bottom, column=n).border.bottom.style for n in range(1, last + 1)} == {"thin"}


def test_zero_report_still_has_the_four_forms() -> None:
    book = opened(make_workbook({}, PAPER))
    for kind in LedgerKind:
        sheet = book[kind.label]
        assert sheet["A1"].value == TABLES[kind].title
        body = [cell.value for row in sheet.iter_rows(min_row=4, max_row=3 + LEAST_ROWS) for cell in row]
        assert set(body) == {None}
        assert sheet.cell(row=4 + LEAST_ROWS, column=1).value.startswith(TABLES[kind].notes_title)


def test_one_table_alone() -> None:
    assert opened(make_workbook(LINES, PAPER, [LedgerKind.FOUR])).sheetnames == ["表四"]


def test_long_text_gets_room_and_is_never_cut() -> None:
    text = "户主患慢性肾病，每周透析三次，家中只有儿子打零工的收入。" * 60
    sheet = opened(make_workbook({LedgerKind.TWO: [of_kind(LedgerKind.TWO, difficulty=text)]}, PAPER))["表二"]
    assert sheet["L4"].value == text
    assert sheet.row_dimensions[4].height <= 409
    assert sheet["L4"].font.size < sheet["C4"].font.size == 10
    short = opened(make_workbook({LedgerKind.TWO: [of_kind(LedgerKind.TWO)]}, PAPER))["表二"]
    assert short.row_dimensions[4].height < sheet.row_dimensions[4].height
    assert short.column_dimensions["L"].width < sheet.column_dimensions["L"].width


@pytest.mark.parametrize("many", [10, 1_300, 2_900, MOST_LETTERS])
def test_the_longest_text_there_may_be_shows_whole(many: int) -> None:
    """A row can be no higher than 409 points: the column grows, and the type gets smaller, until the text fits."""
    text = ("户主患慢性肾病，每周透析三次，家中只有儿子打零工的收入。" * 200)[:many]
    sheet = opened(make_workbook({LedgerKind.TWO: [of_kind(LedgerKind.TWO, difficulty=text)]}, PAPER))["表二"]
    cell, width = sheet["L4"], sheet.column_dimensions["L"].width
    needed = lines_in(text, width - INDENT_UNITS, cell.font.size) * cell.font.size * LEADING
    assert cell.value == text and needed <= sheet.row_dimensions[4].height <= MOST_POINTS


def test_no_line_breaks_inside_a_number() -> None:
    """Two telephones stand in one line: the column grows for them, an identity number needs nothing."""
    def sheet_of(phone: str) -> Worksheet:
        return opened(make_workbook({LedgerKind.ONE: [of_kind(LedgerKind.ONE, phone=phone, plan="看")]}, PAPER))["表一"]

    one, two = sheet_of("13900000001"), sheet_of("13900000001/021-59240000")
    columns = {column.key: n for n, column in enumerate(TABLES[LedgerKind.ONE].columns, start=1)}
    phone, number = columns["phone"], columns["id_no"]
    widths = [sheet.column_dimensions[get_column_letter(phone)].width for sheet in (one, two)]
    assert widths[0] == TABLES[LedgerKind.ONE].columns[phone - 1].width < widths[1]
    for sheet, width, column in ((two, widths[1], phone), (one, 20.5, number)):
        cell = sheet.cell(row=4, column=column)
        assert ems(cell.value) * cell.font.size <= width * UNIT_POINTS - EDGE_POINTS and cell.font.size >= 9


def test_equal_input_equal_bytes() -> None:
    assert make_workbook(LINES, PAPER) == DATA


def test_file_says_what_it_is() -> None:
    book = opened()
    assert book.properties.title == "青浦区低收入人口探访关爱工作情况表"
    assert book.properties.creator == "小赵"
    assert "开放" in book.properties.description and "表一 9 行" in book.properties.description
    assert book.properties.modified == datetime(2024, 9, 1, 1, 0, tzinfo=UTC).replace(tzinfo=None)
    custom = {prop.name: prop.value for prop in book.custom_doc_props.props}
    assert (custom["街镇"], custom["月份"], custom["口径"]) == ("朱家角镇", "2024-08", "存量")
    assert "草稿" in book["表一"].oddHeader.right.text
    final = opened(make_workbook(LINES, replace(PAPER, is_draft=False, checksum="ab" * 32)))
    assert final["表一"].oddHeader.right.text is None
    assert {p.name: p.value for p in final.custom_doc_props.props}["校验"] == "ab" * 32


def test_file_name() -> None:
    assert file_name("朱家角镇", "2024-08") == "青浦区社会救助低收入人口探访排摸统计表（朱家角镇2024年8月）.xlsx"
    assert "/" not in file_name("../etc", "2024-12")

"""Reading an official workbook back, as whoever receives it would: sheet by sheet, cell by cell.

The headings stand here once more, written down from the notice and not from the program.
"""

from dataclasses import dataclass
from io import BytesIO
from typing import Any

from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

PERSON = ("姓名", "性别", "身份证", "年龄")
HEADINGS = {
    "表一": ("序号", "所属村(居)委", *PERSON, "基本社会保障", "家庭人数", "家庭月人均收入", "家庭住址", "联系方式",
           "拟可准入民政救助政策", "拟可叠加其他部门政策", "村级救助顾问姓名", "处理方案"),
    "表二": ("序号", "所属村(居)委", *PERSON, "基本社会保障", "家庭人数", "家庭月人均收入", "家庭住址", "联系方式",
           "家庭主要困难需求", "拟可衔接其他政策或社会帮扶资源的建议", "村级救助顾问姓名", "处理方案"),
    "表三": ("序号", "所属村（居）委", *PERSON, "家庭基本保障", "家庭人数", "家庭住址", "联系方式", "准入救助时间",
           "叠加政策", "家庭主要困难需求", "可衔接其他政策或社会帮扶资源", "衔接时间", "村级救助顾问姓名", "处理方案"),
    "表四": ("序号", "所属村(居)委", *PERSON, "家庭基本保障", "家庭人数", "家庭住址", "联系方式", "准入救助时间",
           "叠加政策", "终止时间", "可衔接其他政策或社会帮扶资源", "衔接时间", "村级救助顾问姓名", "处理方案"),
}  # fmt: skip
#: How the 填表说明 of each table begin, and how they end.
NOTES = {
    "表一": ("填表说明:\n对象范围: 可能符合社会救助政策", "可以给予的关爱思路"),
    "表二": ("填表说明:\n对象范围: 生活有困难, 但可能不符合", "可以给予的关爱思路"),
    "表三": ("填表说明：\n对象范围：已纳入社会救助政策覆盖范围", "可以给予的关爱思路"),
    "表四": ("填表说明:\n对象范围: 曾经纳入社会救助政策覆盖范围, 现已终止", "可以给予的关爱思路"),
}  # fmt: skip
TITLE = "青浦区社会救助低收入人口探访排摸统计表({})"
HEADER_ROW = 3
Row = dict[str, Any]


@dataclass(frozen=True)
class Book:
    """The filled lines of each sheet, by heading."""

    lines: dict[str, list[Row]]

    @property
    def only(self) -> tuple[str, Row]:
        """(sheet, line) of the one household in the whole book."""
        ((sheet, row),) = [(sheet, row) for sheet, rows in self.lines.items() for row in rows]
        return sheet, row


def read_book(data: bytes, town: str) -> Book:
    """Every sheet checked: name, title, 所属街镇, headings in order, rows from 1, digits as text, 填表说明 below."""
    book = load_workbook(BytesIO(data))
    assert book.sheetnames == list(HEADINGS)
    return Book({name: _sheet(book[name], name, town) for name in HEADINGS})


def _sheet(sheet: Worksheet, name: str, town: str) -> list[Row]:
    headings = HEADINGS[name]
    assert sheet.max_column == len(headings)
    assert sheet["A1"].value == TITLE.format(name)
    assert sheet["A2"].value.replace("（", "(").replace("）", ")").replace("：", ":") == f"所属街镇(盖章):{town}"
    assert tuple(cell.value for cell in sheet[HEADER_ROW]) == headings
    assert (sheet.page_setup.orientation, str(sheet.page_setup.paperSize)) == ("landscape", "9")
    lines: list[Row] = []
    row = HEADER_ROW
    while not str(sheet.cell(row + 1, 1).value or "").startswith("填表说明"):
        row += 1
        assert row < sheet.max_row, "no 填表说明 under the table"
        cells = sheet[row]
        for heading, cell in zip(headings, cells, strict=True):
            if heading in ("身份证", "联系方式"):
                assert cell.number_format == "@"
                assert cell.value is None or cell.data_type == "s"
        if cells[0].value is not None:
            lines.append(dict(zip(headings, (cell.value for cell in cells), strict=True)))
    assert [line["序号"] for line in lines] == list(range(1, len(lines) + 1))
    begins, ends = NOTES[name]
    notes = sheet.cell(row + 1, 1).value
    assert notes.startswith(begins) and notes.endswith(ends)
    assert row + 1 == sheet.max_row
    return lines

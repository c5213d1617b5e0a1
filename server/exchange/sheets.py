"""From the bytes of a file to its sheets: .xlsx, .xls and .csv in whatever coding. No Django, no database."""

import csv
import io
import re
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook

from server.exchange.plain import Raw

Corner = tuple[int, int]
MOST_BYTES = 20 * 1024 * 1024
#: What an .xlsx may grow to when unpacked, and how many cells a sheet has at most (a 街镇: 5,000 lines of 17).
MOST_UNPACKED = 400 * 1024 * 1024
MOST_CELLS = 2_000_000
MOST_ROWS = 100_000
_CELL = re.compile(rb"""<(?:\w+:)?(?:c|row)\b[^>]*?\br=["']([A-Z]*)([0-9]{1,9})["']""")
_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_TEXT_BY = (("utf-16", (b"\xff\xfe", b"\xfe\xff")), ("utf-8-sig", (b"\xef\xbb\xbf",)))


class CannotRead(Exception):
    """No table can be got out of the file. ``sentence`` and ``cure`` in Chinese."""

    def __init__(self, sentence: str, cure: str) -> None:
        super().__init__(sentence)
        self.sentence, self.cure = sentence, cure


@dataclass(frozen=True)
class Sheet:
    """``rows`` from the first of the sheet on; ``merged``: (first, last) corner of every merged range."""

    name: str
    rows: Sequence[Sequence[Raw]]
    merged: tuple[tuple[Corner, Corner], ...] = ()


def read_sheets(data: bytes, name: str) -> list[Sheet]:
    """Every sheet that can be seen, by what the bytes are and not by what the file is called.

    :raises CannotRead:
    """
    if len(data) > MOST_BYTES:
        raise CannotRead("文件太大", "四张表不会超过 20 MB，请检查是否选错了文件，或删去图片后另存")
    if data.startswith((_ZIP, _OLE)):
        return _workbook(data)
    return [Sheet(name.rsplit(".", 1)[0], _csv(data))]


def _workbook(data: bytes) -> list[Sheet]:
    try:
        if data.startswith(_ZIP):
            with zipfile.ZipFile(io.BytesIO(data)) as packed:
                if sum(entry.file_size for entry in packed.infolist()) > MOST_UNPACKED:
                    raise CannotRead("文件展开后太大", "请把四张表复制到一个新的工作簿里再导入")
                _refuse_far_cells(packed)
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        shown = [one.name for one in book.sheets_metadata if str(one.typ).endswith("WorkSheet")
                 and str(one.visible).endswith("Visible")]
        return [_sheet(book.get_sheet_by_name(name), name) for name in shown or book.sheet_names]
    except (CalamineError, zipfile.BadZipFile, OSError, ValueError) as reason:
        sentence = "文件设有密码" if "assword" in f"{type(reason).__name__}{reason}" else "文件打不开，可能已经损坏"
        raise CannotRead(sentence, "请用 Excel 或 WPS 打开，另存为不设密码的 .xlsx 后再导入") from reason


def _refuse_far_cells(packed: zipfile.ZipFile) -> None:
    """The reader lays out every cell up to the farthest one, so one stray cell in the last corner would take all memory
    there is. What a sheet says of its own size is not believed."""
    names = packed.namelist()
    if "xl/workbook.xml" not in names:
        raise CannotRead("不是 .xlsx 文件", "请用 Excel 或 WPS 打开，另存为 .xlsx 后再导入")
    for name in names:
        if not name.startswith("xl/worksheets/") or not name.endswith(".xml"):
            continue
        height = width = 1
        for letters, digits in _CELL.findall(packed.read(name)):
            height = max(height, int(digits))
            width = max(width, _column(letters))
        if height * width > MOST_CELLS:
            raise CannotRead("有一张工作表太大", "请删去表格下方和右侧的空行空列（包括远处的零星单元格）后另存")


def _column(letters: bytes) -> int:
    """A → 1, Z → 26, AA → 27; 0 without letters (a row)."""
    number = 0
    for letter in letters[:4]:
        number = number * 26 + letter - 64
    return number


def _sheet(sheet: CalamineSheet, name: str) -> Sheet:
    if sheet.total_height * sheet.total_width > MOST_CELLS:
        raise CannotRead(f"工作表“{name[:31]}”太大", "请删去表格下方和右侧的空行空列后另存")
    merged = tuple((first, last) for first, last in sheet.merged_cell_ranges or ())
    return Sheet(name, sheet.to_python(skip_empty_area=False), merged)


def _csv(data: bytes) -> list[list[str]]:
    text = _text(data)
    if "\x00" in text:
        raise CannotRead("不是表格文件", "请选择 .xlsx、.xls 或 .csv 文件")
    head = text[:4000]
    comma = max((",", "\t", ";"), key=head.count)
    rows: list[list[str]] = []
    cells = 0
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=comma):
            rows.append(row)
            cells += max(1, len(row))
            if cells > MOST_CELLS or len(rows) > MOST_ROWS:
                raise CannotRead("文件的行或列太多", "请删去表格下方和右侧的空行空列后另存")
        return rows
    except csv.Error as reason:
        raise CannotRead("文件打不开，可能已经损坏", "请另存为 .xlsx 后再导入") from reason


def _text(data: bytes) -> str:
    """Excel's own .csv here is GB 18030 without a mark; UTF-8 and UTF-16 say what they are, or prove it."""
    marked = next((name for name, marks in _TEXT_BY if data.startswith(marks)), None)
    for coding in (marked,) if marked else ("utf-8", "gb18030"):
        try:
            return data.decode(coding)
        except UnicodeDecodeError:
            continue
    raise CannotRead("文字编码看不懂", "请另存为 .xlsx 后再导入")

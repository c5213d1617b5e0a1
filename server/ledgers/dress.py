"""How the sheets are dressed: type, borders, paper. Every style is made once and shared."""

from openpyxl.styles import Alignment, Border, Font, NamedStyle, Side
from openpyxl.worksheet._write_only import WriteOnlyWorksheet

from server.ledgers.columns import CellType
from server.ledgers.heights import SIZES

TYPEFACE = "宋体"
TITLE_SIZE, SEAL_SIZE, HEAD_SIZE, NOTE_SIZE = 18.0, 12.0, 10.0, 10.0
#: Digits that must never turn into a number.
AS_TEXT = "@"
A4 = 9
_PAGE_FONT = f"{TYPEFACE},Regular"
_THIN = Side(style="thin", color="000000")
GRID = Border(left=_THIN, right=_THIN, top=_THIN, bottom=_THIN)
_MIDDLE = Alignment(horizontal="center", vertical="center", wrap_text=True)
#: Text that begins at the left keeps off the line; the step takes about as much room as a Han character.
_LEFT = Alignment(horizontal="left", vertical="center", wrap_text=True, indent=1)
INDENT_UNITS = 1.8

_ALIGNED = {CellType.TEXT: _LEFT}
_FORMAT = {
    CellType.CODE: AS_TEXT, CellType.DAYS: AS_TEXT, CellType.WORDS: AS_TEXT, CellType.TEXT: AS_TEXT,
    CellType.SERIAL: "0", CellType.COUNT: "0", CellType.MONEY: "General",
}
_CHINESE = {
    CellType.SERIAL: "序号", CellType.WORDS: "短文", CellType.TEXT: "长文", CellType.CODE: "号码", CellType.COUNT: "数",
    CellType.MONEY: "金额", CellType.DAYS: "时间",
}


def _named(name: str, size: float, alignment: Alignment, number_format: str, border: Border | None, bold: bool = False
           ) -> NamedStyle:
    style = NamedStyle(name=name)
    style.font = Font(name=TYPEFACE, size=size, bold=bold, charset=134)
    style.alignment = alignment
    style.number_format = number_format
    if border is not None:
        style.border = border
    return style


def body_name(cell_type: CellType, size: float) -> str:
    """Name of the style of a body cell."""
    return f"{_CHINESE[cell_type]}{size:g}"


def styles() -> list[NamedStyle]:
    """Every style a workbook uses; to be made anew for each workbook."""
    found = [
        _named("表题", TITLE_SIZE, Alignment(horizontal="center", vertical="center"), AS_TEXT, None, bold=True),
        _named("所属街镇", SEAL_SIZE, Alignment(horizontal="left", vertical="center"), AS_TEXT, None),
        _named("表头", HEAD_SIZE, _MIDDLE, AS_TEXT, GRID, bold=True),
        _named("说明", NOTE_SIZE, _LEFT, AS_TEXT, GRID),
    ]
    for cell_type in CellType:
        for size in SIZES:
            aligned = _ALIGNED.get(cell_type, _MIDDLE)
            found.append(_named(body_name(cell_type, size), size, aligned, _FORMAT[cell_type], GRID))
    return found


def lay_out(sheet: WriteOnlyWorksheet, header_row: int, draft: str) -> None:
    """A4 across, one page wide, header repeated, page x of y below; above it ``draft`` in words until locked."""
    setup = sheet.page_setup
    setup.orientation, setup.paperSize, setup.fitToWidth, setup.fitToHeight = "landscape", A4, 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    margins = sheet.page_margins
    margins.left = margins.right = 0.4
    margins.top, margins.bottom, margins.header, margins.footer = 0.55, 0.6, 0.25, 0.3
    sheet.print_options.horizontalCentered = True
    sheet.print_title_rows = f"{header_row}:{header_row}"
    sheet.freeze_panes = f"D{header_row + 1}"
    sheet.oddFooter.center.text = "第 &P 页 共 &N 页"
    sheet.oddFooter.center.font, sheet.oddFooter.center.size = _PAGE_FONT, 9
    if draft:
        sheet.oddHeader.right.text = draft.replace("&", "&&")
        sheet.oddHeader.right.font, sheet.oddHeader.right.size = _PAGE_FONT, 9

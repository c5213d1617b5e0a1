"""Writes the four workbooks from their sources: `python -m xlsforms.build` (`--check`: only says which are stale).

Neat for the people who open them in a spreadsheet, and the same bytes every time: no clock, no random names inside.
"""

import argparse
import io
import sys
import zipfile
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from xlsforms.src.choices import CHOICES
from xlsforms.src.lead import LEAD
from xlsforms.src.referral import REFERRAL
from xlsforms.src.rows import HINT, LABEL, MISSING, SURVEY_COLUMNS, WRONG, Row, Source
from xlsforms.src.screening import SCREENING
from xlsforms.src.visit import VISIT

FOLDER = Path(__file__).parent
SOURCES = {source.form_id: source for source in (SCREENING, VISIT, LEAD, REFERRAL)}

_WIDTHS = {
    "type": 30, "name": 20, LABEL: 36, HINT: 34, "required": 10, MISSING: 20, "relevant": 36, "constraint": 32,
    WRONG: 24, "choice_filter": 32, "calculation": 44, "trigger": 18, "save_to": 14, "list_name": 18,
    "instance_name": 40, "form_title": 26, "default_language": 18, "label": 40,
}
_GROUP = PatternFill("solid", fgColor="E8EFF7")
_HIDDEN = PatternFill("solid", fgColor="F3F3F3")
_HEAD = PatternFill("solid", fgColor="D9E2EC")
_WHEN = datetime(2024, 7, 8, tzinfo=UTC)
_ZIP_WHEN = (2024, 7, 8, 0, 0, 0)


def workbook(source: Source) -> bytes:
    """One form as .xlsx bytes."""
    book = Workbook()
    survey = book.active
    assert survey is not None
    survey.title = "survey"
    _write(survey, SURVEY_COLUMNS, source.rows)
    _write(book.create_sheet("choices"), ("list_name", "name", LABEL), _choices(source.rows))
    _write(book.create_sheet("entities"), tuple(source.entity), [source.entity])
    settings = {
        "form_title": source.title, "form_id": source.form_id, "version": source.version,
        "default_language": "中文(zh)", "instance_name": source.instance_name, "client_editable": "yes",
    }
    _write(book.create_sheet("settings"), tuple(settings), [settings])
    book.properties.creator = "青浦区低收入人口探访关爱"
    book.properties.created = book.properties.modified = _WHEN.replace(tzinfo=None)
    return _same_bytes(book)


def _choices(rows: Iterable[Row]) -> list[Row]:
    used = dict.fromkeys(
        row["type"].split()[1] for row in rows if row["type"].startswith(("select_one ", "select_multiple "))
    )
    return [{"list_name": name, "name": code, LABEL: label} for name in used for code, label in CHOICES[name].items()]


def _write(sheet: Worksheet, columns: Sequence[str], rows: Iterable[Row]) -> None:
    sheet.append(list(columns))
    for cell in sheet[1]:
        cell.font, cell.fill = Font(bold=True), _HEAD
    for number, row in enumerate(rows, start=2):
        stray = set(row) - set(columns)
        if stray:
            raise ValueError(f"{row.get('name')}: no such column {sorted(stray)}")
        for index, column in enumerate(columns, start=1):
            cell = sheet.cell(number, index)
            text = row.get(column, "")
            if text:
                cell.value, cell.data_type, cell.number_format = text, "s", "@"
            cell.alignment = Alignment(wrap_text=True, vertical="top")
            kind = row.get("type", "")
            if kind.startswith(("begin_", "end_")):
                cell.fill = _GROUP
            elif kind == "calculate":
                cell.fill = _HIDDEN
    for index, column in enumerate(columns, start=1):
        sheet.column_dimensions[get_column_letter(index)].width = _WIDTHS.get(column, 16)
    sheet.freeze_panes = "C2" if "type" in columns else "A2"


def _same_bytes(book: Workbook) -> bytes:
    """Saves and packs again with a fixed clock: openpyxl stamps the hour of saving into the file."""
    first = io.BytesIO()
    book.save(first)
    out = io.BytesIO()
    with zipfile.ZipFile(first) as made, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as kept:
        for name in sorted(made.namelist(), key=lambda name: (name != "[Content_Types].xml", name)):
            data = made.read(name)
            if name == "docProps/core.xml":
                stamp = data.find(b"<dcterms:modified")
                end = data.find(b"</dcterms:modified>")
                start = data.find(b">", stamp) + 1
                data = data[:start] + _WHEN.strftime("%Y-%m-%dT%H:%M:%SZ").encode() + data[end:]
            entry = zipfile.ZipInfo(name, _ZIP_WHEN)
            entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o600 << 16
            kept.writestr(entry, data)
    return out.getvalue()


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; fail where a workbook is not its source's")
    checking = parser.parse_args(arguments).check
    stale = []
    for form_id, source in SOURCES.items():
        path, data = FOLDER / f"{form_id}.xlsx", workbook(source)
        if path.exists() and path.read_bytes() == data:
            continue
        stale.append(path.name)
        if not checking:
            path.write_bytes(data)
    sys.stdout.write(f"{'stale' if checking else 'written'}: {', '.join(stale) or 'none'}\n")
    return 1 if checking and stale else 0


if __name__ == "__main__":
    sys.exit(main())

"""XLSForm in, XForm out. The only module that imports pyxform."""

import re
import shutil
import tempfile
import zipfile
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from io import BytesIO
from pathlib import Path
from typing import Any

from lxml import etree
from pyxform.errors import ErrorCode, PyXFormError
from pyxform.validators.odk_validate import ODKValidateError, check_xform
from pyxform.xls2json_backends import DefinitionData, get_xlsform
from pyxform.xls2xform import convert

from forms.faults import Fault, PublishRefused, converter_fault
from forms.fields import Field
from forms.xform import EntityDeclaration, XForm, read_xform

MAX_BYTES = 10_000_000
MAX_UNPACKED = 200_000_000
_NO_FORM = Fault("", None, "这不是能读的 XLSForm 表格。", "上传由 Excel 或 WPS 保存的 .xlsx 文件，其中有 survey 表。")
_UNCHECKED = ("XForm took to long", "Bad return code")


@dataclass(frozen=True)
class Compiled:
    """An XLSForm and what became of it.

    `xform` is the UTF-8 XML that phones get, `described` what it says of itself. `rows` finds the spreadsheet row of a
    name: `rows["survey"]["rep_name"] == (12,)`, likewise `types`, `entities` by list, `settings` by heading.
    `settings` are that sheet's cells by heading. `checked_by` says which checks were made: `pyxform`, or
    `pyxform+odk_validate` where Java is installed.
    """

    xlsform: bytes
    xform: bytes
    described: XForm
    rows: Mapping[str, Mapping[str, tuple[int, ...]]]
    settings: Mapping[str, str]
    warnings: tuple[str, ...]
    checked_by: str
    name: str = ""

    @property
    def form_id(self) -> str:
        return self.described.form_id

    @property
    def version(self) -> str:
        return self.described.version

    @property
    def title(self) -> str:
        return self.described.title

    @property
    def fields(self) -> tuple[Field, ...]:
        return self.described.fields

    @property
    def media(self) -> tuple[str, ...]:
        """Base names of the files the form wants beside it."""
        return self.described.files

    @property
    def entity(self) -> EntityDeclaration | None:
        """The entity the form creates or updates; the first one, should there be several."""
        return next(iter(self.described.entities), None)

    def row(self, sheet: str, name: str) -> int | None:
        """The row in which that name stands first, or None."""
        return next(iter(self.rows.get(sheet, {}).get(name, ())), None)


def compile_xlsform(data: bytes, *, name: str = "", validate: bool | None = None) -> Compiled:
    """Turn an XLSForm into an XForm and describe it.

    `data` is an .xlsx file, or a markdown table in UTF-8 (how tests write forms); `name` is the file's name, for
    messages. `validate` asks for ODK Validate (the jar that pyxform brings, run by Java): None means where Java is.
    Raises `PublishRefused` for whatever keeps the table from becoming a form.
    """
    book = _read(data)
    rows = _rows(book)
    warnings: list[str] = []
    try:
        result = convert({key: value for key, value in asdict(book).items() if value is not None}, warnings=warnings)
    except PyXFormError as error:
        fault = converter_fault(_code(error), error.context, str(error))
        raise PublishRefused(_placed(fault, str(error), {**rows["types"], **rows["survey"]})) from error
    except Exception as error:  # The converter answers a badly shaped workbook with any exception at all.
        raise PublishRefused(converter_fault("", {}, f"{type(error).__name__}: {error}")) from error
    xform = result.xform.encode("utf-8")
    try:
        described = read_xform(xform)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise PublishRefused(converter_fault("", {}, str(error))) from error
    checked_by = "pyxform"
    if validate or (validate is None and shutil.which("java")):
        found = _odk_validate(xform, rows)
        warnings += found
        # The validator's wrapper reports its own failure among the warnings: that is no check.
        if not any(warning.startswith(_UNCHECKED) for warning in found):
            checked_by = "pyxform+odk_validate"
    return Compiled(
        xlsform=data,
        xform=xform,
        described=described,
        rows=rows,
        settings=_settings(book),
        warnings=tuple(warnings),
        checked_by=checked_by,
        name=name,
    )


def _code(error: PyXFormError) -> str:
    """The name of the error's code. Many are raised as finished sentences: those are known by their template."""
    if error.code:
        return str(error.code.name)
    said = str(error)
    for code in ErrorCode:
        pattern = re.sub(r"\\\{\w+\\\}", "(.*)", re.escape(code.value.msg.replace("{{", "{").replace("}}", "}")))
        if re.fullmatch(pattern, said, re.S):
            return str(code.name)
    return ""


def _placed(fault: Fault, message: str, rows: Mapping[str, tuple[int, ...]]) -> Fault:
    """The fault with the row of the first question or type its sentence quotes, where the converter gave no row."""
    if fault.row or fault.sheet not in {"", "survey"}:
        return fault
    row = next((rows[word][0] for word in re.findall(r"'([^']+)'", message) if word in rows), None)
    return replace(fault, sheet="survey", row=row) if row else fault


def _read(data: bytes) -> DefinitionData:
    """The workbook's rows, or `PublishRefused` for what is no workbook."""
    if len(data) > MAX_BYTES:
        raise PublishRefused(Fault("", None, "表格文件超过 10 MB。", "删去表格里的图片和多余的工作表。"))
    if data.startswith(b"PK"):
        _refuse_bomb(data)
        file_type = ".xlsx"
    else:
        # Markdown is text with table bars; pyxform would otherwise try its CSV reader on any bytes.
        if b"\0" in data or b"|" not in data:
            raise PublishRefused(_NO_FORM)
        file_type = ".md"
    try:
        book = get_xlsform(data, file_type=file_type)
    except Exception as error:  # Whatever a broken archive provokes below the converter: same answer.
        raise PublishRefused(_NO_FORM) from error
    if not book.survey:
        raise PublishRefused(Fault("survey", None, "没有 survey 表，或表里没有题目。", "增加 survey 表并写上题目。"))
    return book


def _refuse_bomb(data: bytes) -> None:
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            unpacked = sum(member.file_size for member in archive.infolist())
    except zipfile.BadZipFile as error:
        raise PublishRefused(_NO_FORM) from error
    if unpacked > MAX_UNPACKED:
        raise PublishRefused(_NO_FORM)


def _heading(text: str) -> str:
    return re.sub(r"[\s_]+", "_", text.strip().lower())


def _column(row: Mapping[str, Any], *headings: str) -> str:
    return next((str(value) for key, value in row.items() if _heading(key) in headings and value), "")


def _rows(book: DefinitionData) -> dict[str, dict[str, tuple[int, ...]]]:
    """Where names stand. Row 1 holds the headings; the reader keeps empty rows, so counting is enough."""
    found: dict[str, dict[str, tuple[int, ...]]] = {"survey": {}, "types": {}, "entities": {}, "settings": {}}
    for number, row in enumerate(book.survey or (), start=2):
        name = _column(row, "name", "value", "tag")
        if name:
            found["survey"][name] = (*found["survey"].get(name, ()), number)
        kind, _, file = _column(row, "type", "command").partition(" ")
        found["types"].setdefault(f"{kind} {file}".strip(), (number,))
        # A file is named by the type (select_one_from_file villages.csv) or by the name (csv-external).
        files = [file.split()[0]] if "from_file" in kind and file.split() else []
        files += [f"{name}.{kind.removesuffix('-external')}"] if kind.endswith("-external") else []
        for one in files:
            found["survey"].setdefault(one, (number,))
    for number, row in enumerate(book.entities or (), start=2):
        name = _column(row, "list_name", "dataset")
        found["entities"][name] = (*found["entities"].get(name, ()), number)
    found["settings"] = dict.fromkeys(_settings(book), (2,))
    return found


def _settings(book: DefinitionData) -> dict[str, str]:
    first: Mapping[str, Any] = next(iter(book.settings or ()), {})
    aliases = {"id_string": "form_id", "set_form_id": "form_id", "title": "form_title", "set_form_title": "form_title"}
    return {aliases.get(_heading(key), _heading(key)): str(value).strip() for key, value in first.items() if value}


def _odk_validate(xform: bytes, rows: Mapping[str, Mapping[str, tuple[int, ...]]]) -> list[str]:
    """Warnings of ODK Validate; `PublishRefused` for its errors, at the row of the first question it names."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "form.xml"
        path.write_bytes(xform)
        try:
            return [str(warning) for warning in check_xform(str(path))]
        except ODKValidateError as error:
            message = " ".join(str(error).removeprefix("ODK Validate Errors:").split())
            names = re.findall(r"\$\{([^}]+)\}", message)
            row = next((rows["survey"][name][0] for name in names if name in rows["survey"]), None)
            raise PublishRefused(
                Fault(
                    "survey" if row else "",
                    row,
                    f"ODK Validate 检查没有通过。（{message[:400]}）",
                    "检查这一行的 relevant、constraint、calculation、choice_filter 等算式。",
                )
            ) from error

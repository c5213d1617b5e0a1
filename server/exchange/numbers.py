"""Numbers in cells: ID numbers that a spreadsheet may have ruined, ages, counts, yuan. Pure."""

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from server.exchange.plain import Raw, digits_of, is_blank, one_line, tight
from server.households.idno import normal_id, valid_id

#: A cell that counts keeps fifteen digits; of a longer number the rest has become zeros.
_KEPT = 10**15
_SCIENTIFIC = re.compile(r"\d(\.\d+)?E\+?\d{2}")
_AMOUNT = re.compile(r"(\d[\d,]*(?:\.\d+)?)(?:元|人|口|岁|周岁)?(?:/月|/人|每月)*")
RUINED = "身份证号被电子表格改成了数字，末几位已经丢失"


@dataclass(frozen=True)
class Number:
    """An ID number as read. ``ruined``: digits are lost, nobody can tell which; ``doubt``: read, but look."""

    text: str
    ruined: bool = False
    doubt: str = ""


def id_told(value: Raw) -> Number:
    """The ID number of a cell; "" for none. Fifteen digits become eighteen, full-width ones half-width."""
    if is_blank(value):
        return Number("")
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        if abs(value) >= _KEPT:
            return Number(digits_of(value), ruined=True)
        value = digits_of(value)
    text = re.sub(r"[^0-9A-Z（）()]", "", unicodedata.normalize("NFKC", one_line(value)).upper().replace("×", "X"))
    if _SCIENTIFIC.fullmatch(unicodedata.normalize("NFKC", one_line(value)).upper().replace(" ", "")):
        return Number(text, ruined=True)
    number = normal_id(text)
    if valid_id(number):
        return Number(number)
    if re.fullmatch(r"\d{15,18}000", number) or re.fullmatch(r"\d{15}000", number):
        return Number(number, ruined=True)
    if re.fullmatch(r"\d{17}[\dX]", number):
        return Number(number, doubt="身份证号的校验位不对，请核对")
    if number.isdigit():
        return Number(number, doubt=f"身份证号有 {len(number)} 位，应为 18 位，请核对")
    return Number(number, doubt="不是居民身份证号，按其他证件保存")


def count_told(value: Raw) -> int | None:
    """A whole number ≥ 0, as 3 or 3人; None for anything else."""
    amount = money_told(value)
    return int(amount) if amount is not None and amount == amount.to_integral_value() else None


def money_told(value: Raw) -> Decimal | None:
    """Yuan ≥ 0, as 1580.5, 1,580 or 1580元/月; None for anything else."""
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        text = digits_of(value)
    else:
        text = tight(value).removeprefix("¥").removeprefix("约")
    found = _AMOUNT.fullmatch(text)
    if found is None:
        return None
    try:
        amount = Decimal(found[1].replace(",", ""))
    except InvalidOperation:
        return None
    return amount.quantize(Decimal("0.01")).normalize() + 0 if amount < 10**9 else None

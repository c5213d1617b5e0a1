"""Text as typed, made comparable: half width, no spaces, simplified Han, Chinese numerals as digits. Pure."""

import re
import unicodedata
from functools import lru_cache

from opencc import OpenCC

_TO_SIMPLIFIED = OpenCC("t2s")
#: Variants people write in names and addresses that are no matter of traditional or simplified script.
_VARIANTS = str.maketrans("峯羣堃淼喆昇陞囯侟甯寗祘佈佔綫邨﨑裡牀淸嬌嶽臺崑婭嶠",
                          "峰群坤淼哲升升国存宁宁算布占线村崎里床清娇岳台昆娅峤")
#: Every dot that stands between the parts of a name from the north-west.
DOTS = "•・･‧∙⋅·‧․﹒.．｡。ꞏ᛫"
DOT = "·"
_DIGIT = {"〇": 0, "零": 0, "○": 0, "一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8,
          "九": 9, "壹": 1, "贰": 2, "叁": 3, "肆": 4, "伍": 5, "陆": 6, "柒": 7, "捌": 8, "玖": 9}
_UNIT = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000}
NUMERAL = "".join((*_DIGIT, *_UNIT, "廿", "卅"))
_INVISIBLE = re.compile("[\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\u00ad\u0000-\u001f\u007f-\u009f]")


@lru_cache(maxsize=30_000)
def _simple_char(char: str) -> str:
    return str(_TO_SIMPLIFIED.convert(char)).translate(_VARIANTS)


def is_han(char: str) -> bool:
    """Whether a character is Han, also outside the first plane."""
    return (
        "\u4e00" <= char <= "\u9fff" or "\u3400" <= char <= "\u4dbf" or "\U00020000" <= char <= "\U0003ffff"
        or char in "〇々"
    )


def simplified(text: str) -> str:
    """Traditional and variant characters as simplified ones, each for itself: a name has no context."""
    return text if text.isascii() else "".join(map(_simple_char, text))


def half_width(text: str | None) -> str:
    """NFKC without control and formatting characters; never fails, whatever is typed."""
    text = text or ""
    return text if text.isascii() and text.isprintable() else _INVISIBLE.sub("", unicodedata.normalize("NFKC", text))


def number_of(numeral: str) -> int | None:
    """The number a Chinese numeral says: 一百零二, 三十, 二〇四, 廿三; None for what is none."""
    if not numeral:
        return None
    numeral = numeral.replace("廿", "二十").replace("卅", "三十")
    if not any(char in _UNIT for char in numeral):
        return int("".join(str(_DIGIT[char]) for char in numeral)) if all(c in _DIGIT for c in numeral) else None
    total, digit = 0, None
    for char in numeral:
        if char in _DIGIT:
            digit = _DIGIT[char]
        elif char in _UNIT:
            total += (1 if digit is None and not total else digit or 0) * _UNIT[char]
            digit = None
        else:
            return None
    return total + (digit or 0)

"""The 街镇 and 村居 of the district as words in addresses: what is a prefix and what a place. Pure, read once."""

import csv
import re
from functools import cache
from pathlib import Path

_FILE = Path(__file__).parents[3] / "areas" / "data" / "qingpu.csv"
#: Towns that were joined to others; addresses, old papers and old people still say them.
FORMER = {
    "沈巷": "朱家角", "蒸淀": "练塘", "小蒸": "练塘", "商榻": "金泽", "西岑": "金泽", "莲盛": "金泽", "大盈": "香花桥",
    "凤溪": "华新", "赵屯": "白鹤", "环城": "夏阳", "青浦": "", "淀山湖": "", "城厢": "",
}
_COMMITTEE_END = re.compile(
    r"(?:社区)?(?:第?([一二三四五六七八九十\d])?)(?:居民委员会|居委会|居委|村民委员会|村委会|村委|社区|(?<=[一二三四五六七八九十])居)$"
)


def stem_of(name: str, towns: tuple[str, ...] = ()) -> str:
    """A committee's name without what all have: 东方社区居委会 and 东方居委 are 东方, 陆家角村村委会 is 陆家角."""
    for town in towns:
        for end in ("街道", "镇", ""):
            rest = name.removeprefix(town + end)
            if rest != name and len(rest) > 1 and not re.match(r"(?:第?[一二三四五]?(?:居|社区|村委|村$))", rest):
                name = rest
                break
    name = name.replace("社区第", "第")
    stem = _COMMITTEE_END.sub(lambda found: found.group(1) or "", name)
    stem = stem.removesuffix("村").removesuffix("社区") if len(stem) > 1 else stem
    stem = re.sub(r"第([一二三四五六七八九十])$", r"\1", stem)
    return stem or name


@cache
def towns() -> dict[str, str]:
    """Every name of a 街镇 as people say it, without 镇 or 街道 → its stem today."""
    found = {name.removesuffix("街道").removesuffix("镇"): "" for _, name, kind in _rows() if kind == "town"}
    return {**{name: name for name in found}, **FORMER}


@cache
def names_by_code() -> dict[str, str]:
    """12-digit code → the committee's name."""
    return {code: name for code, name, kind in _rows() if kind == "village"}


@cache
def stems() -> frozenset[str]:
    """The stems of all committees."""
    return frozenset(stem_of(name, tuple(towns())) for name in names_by_code().values())


def _rows() -> list[tuple[str, str, str]]:
    with _FILE.open(encoding="utf-8", newline="") as file:
        return [(row["code"], row["name"], row["kind"]) for row in csv.DictReader(file)]

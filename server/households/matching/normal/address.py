"""Addresses of Qingpu in all their spellings: place, 弄, 号, 室. Pure."""

import re
from dataclasses import dataclass
from functools import lru_cache

from server.households.matching.normal.gazetteer import names_by_code, stem_of, stems, towns
from server.households.matching.normal.name import pinyin_of
from server.households.matching.normal.text import NUMERAL, half_width, number_of, simplified


@dataclass(frozen=True, slots=True)
class Address:
    """``street``: road, estate or village (``kind``: road | estate | village | ''); ``num`` lane, building and room
    with hyphens, without those that are not known. All texts may be empty."""

    town: str = ""
    committee: str = ""
    street: str = ""
    street_py: str = ""
    kind: str = ""
    lane: str = ""
    building: str = ""
    room: str = ""
    num: str = ""


NOWHERE = Address()
_NONE = frozenset([
    "不详", "无", "未知", "不明", "暂无", "没有", "同上", "流动", "无固定住所", "待核实", "本村", "本地",
])
_UNITS = "支弄|弄|号楼|村民小组|小组|生产队|小队|组|队|单元|号|室|幢|栋|座|楼|层|房|门|#"
_SEPARATORS = re.compile(r"[\s,，。、;；:：/\\·|'\"]+")
_NOTE = re.compile(r"[(\[{【〔<《][^)\]}】〕>》]*[)\]}】〕>》]?")
_DASH = re.compile(r"[—–―−‐‑‒~～_一ー](?=\d)|(?<=\d)[—–―−‐‑‒~～_ー]")
_NUMERAL = re.compile(f"(?:第)?([{NUMERAL}]+)(?={_UNITS})|(?<=[弄号室幢栋座楼组队])([{NUMERAL}]+)(?=$|-)")
_REGION = re.compile(
    r"^(?:中国)?(?:上海市?|沪(?=青浦[区县]))*(?:市辖区|县)?(?:(?:青浦|松江|闵行|嘉定|奉贤|金山|宝山|浦东新?)[区县]|青浦市)*"
)
_BARE_DISTRICT = re.compile(r"^青浦(?!镇|[东南西北中新老]?(?:路|街|公路|大道|支路|新村|苑|居委|社区|村|\d))")
_IS_PLACE = re.compile(r"[东南西北中新老]?(?:路|街(?!道)|公路|大道|支路|新村|苑|居|社区|村|弄|号|\d|$)")
_COMMITTEE = re.compile(
    r"^(\D{1,8}?)(社区第?[一二三四五六七八九十]?居(?:民委员会|委会|委)|第?[一二三四五]?居(?:民委员会|委会|委)|"
    r"村民委员会|村委会|村委|社区)"
)
_VILLAGE = re.compile(r"^(\D{1,6}?)村(?!民|委)")
_ROAD = re.compile(r"^(\D{0,12}?(?:公路|大道|路|大街|街|巷))(?=\d|$|\D{1,10}\d)")
_NUMBER = re.compile(rf"(\d+)([A-Z](?![A-Z]))?-?({_UNITS})?([A-Z](?![A-Z\d]))?")
_HAMLET = re.compile(r"(?:浜|埭|宅|圩|里|湾|桥|港|角|头|村)$")
_LANE, _HOUSE, _ROOM, _GROUP = {"弄"}, {"号", "号楼", "幢", "栋", "座", "#"}, {"室", "房"}, {
    "组", "队", "小组", "小队", "生产队", "村民小组"}


@lru_cache(maxsize=2_048)
def committee_of(text: str | None) -> str:
    """The stem of a committee given by code or by name in any spelling."""
    plain = (text or "").strip()
    plain = names_by_code().get(plain) or simplified(half_width(plain)).replace(" ", "")
    plain = _BARE_DISTRICT.sub("", _REGION.sub("", plain))
    return "" if plain in _NONE else stem_of(plain, tuple(name for name in towns() if name))


@lru_cache(maxsize=16_384)
def _street_py(street: str) -> str:
    return pinyin_of(street)


def address_of(text: str | None) -> Address:
    """An address as typed, taken apart; never fails. What has neither place nor number is empty."""
    plain = _NOTE.sub("", _SEPARATORS.sub("", simplified(half_width(text)))).upper()
    if not plain or plain in _NONE:
        return NOWHERE
    plain = _DASH.sub("-", _NUMERAL.sub(_arabic, plain))
    town, rest = _town(_BARE_DISTRICT.sub("", _REGION.sub("", plain)))
    committee, rest = _committee(rest)
    street, kind, rest = _street(rest, committee)
    lane, building, room = _numbers(rest)
    num = "-".join(part for part in (lane, building, room) if part)
    if not street and committee:
        street, kind = committee, "village"
    return Address(town, committee, street, _street_py(street), kind, lane, building, room, num)


def _arabic(found: re.Match[str]) -> str:
    numeral = found.group(1) or found.group(2)
    number = number_of(numeral)
    return found.group() if number is None else str(number)


def _town(text: str) -> tuple[str, str]:
    """(stem of the 街镇, the rest)"""
    for length in (3, 2):
        name = text[:length]
        if name not in towns():
            continue
        rest = text[length:]
        for end in ("街道办事处", "街道", "镇", "乡"):
            if rest.startswith(end):
                return towns()[name], rest.removeprefix(end).removeprefix("镇区")
        if not _IS_PLACE.match(rest):
            return towns()[name], rest
    return "", text


def _committee(text: str) -> tuple[str, str]:
    """(stem of the committee or village, the rest); a village stays in the rest where nothing else says a place."""
    if (found := _COMMITTEE.match(text)) and not _ROAD.match(found.group(1)):
        return stem_of(found.group()), text[found.end() :]
    if (found := _VILLAGE.match(text)) and not found.group(1).endswith("新") and found.group(1) not in "一二三四五":
        stem = found.group(1)
        if stem in stems() or not re.match(r"\d+弄", text[found.end() :]):
            return stem, text[found.end() :]
    return "", text


def _street(text: str, committee: str) -> tuple[str, str, str]:
    """(street, its kind, the rest with the numbers)"""
    if found := _ROAD.match(text):
        name = found.group(1)
        if name.endswith("公路"):
            name = name.removesuffix("公路") + "路"
        return name.replace("大街", "街"), "road", text[found.end() :]
    place = re.match(r"\D*", text)
    name = place.group() if place else ""
    rest = text[len(name) :]
    bare = re.sub(r"[^\u3400-\u9fff\U00020000-\U0003ffffA-Z]", "", name)
    bare = re.sub(r"(?:小区|住宅小区|公寓房|第)$", "", bare)
    if committee and (not bare or (len(bare) <= 4 and _HAMLET.search(bare))):
        return committee, "village", rest
    return (bare, "estate", rest) if bare else ("", "", rest)


def _numbers(text: str) -> tuple[str, str, str]:
    """(lane, building, room)"""
    lane = building = room = group = ""
    loose: list[str] = []
    for value, letter, unit, after in _NUMBER.findall(text):
        number = (value.lstrip("0") or "0") + (letter or after)
        if unit in _LANE:
            lane = lane or number
        elif unit == "支弄":
            lane = f"{lane}.{number}" if lane else number
        elif unit in _HOUSE:
            if building and not lane:
                lane = building
                building = number
            elif building and not room:
                loose.append(number)
            else:
                building = building or number
        elif unit in _ROOM:
            room = number
        elif unit in _GROUP:
            group = number
        elif not unit:
            loose.append(number)
    if not building and loose:
        if (len(loose) >= 3 and not lane) or (len(loose) == 2 and not lane and room):
            lane = loose.pop(0)
        building = loose.pop(0)
    if not room and loose:
        room = loose.pop(0)
    return lane or (f"g{group}" if group and not lane else ""), building, room

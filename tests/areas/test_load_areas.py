"""The places of the district: counts and codes of the statistical list, loaded once however often."""

from collections import Counter
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError

from server.areas.kinds import AreaKind
from server.areas.load_areas import Loaded, load_areas
from server.areas.models import Area, Organisation
from server.areas.within import is_within, town_of, within

pytestmark = pytest.mark.django_db

# 街镇 code: name, 村, 居 (National Bureau of Statistics, cut-off 2023-06-30).
EXPECTED = {
    "310118001": ("夏阳街道", 8, 24),
    "310118002": ("盈浦街道", 5, 30),
    "310118003": ("香花桥街道", 22, 13),
    "310118102": ("朱家角镇", 28, 18),
    "310118103": ("练塘镇", 25, 5),
    "310118104": ("金泽镇", 30, 5),
    "310118105": ("赵巷镇", 8, 22),
    "310118106": ("徐泾镇", 9, 28),
    "310118107": ("华新镇", 19, 15),
    "310118109": ("重固镇", 9, 6),
    "310118110": ("白鹤镇", 21, 5),
}


def test_the_district_is_complete() -> None:
    load_areas()
    towns = {area.code: area.name for area in Area.objects.filter(kind=AreaKind.TOWN)}
    villages = Area.objects.filter(kind=AreaKind.VILLAGE)
    counts = Counter((area.parent_id, area.name[-3:]) for area in villages)
    assert towns == {code: name for code, (name, _, _) in EXPECTED.items()}
    for code, (_, rural, urban) in EXPECTED.items():
        assert (counts[code, "村委会"], counts[code, "居委会"]) == (rural, urban), code
    assert len(villages) == 355 == counts.total()
    assert all(area.code.startswith(area.parent_id or "?") for area in villages)


def test_each_town_has_its_two_organisations() -> None:
    load_areas()
    names = {(org.area_id, org.kind): org.name for org in Organisation.objects.all()}
    assert len(names) == 22
    assert names["310118102", "office"] == "朱家角镇社区建设办"
    assert names["310118001", "office"] == "夏阳街道社区服务办"
    assert names["310118104", "centre"] == "金泽镇社区事务受理服务中心"


def test_twice_is_once() -> None:
    assert load_areas() == Loaded(added=367)
    before = Area.history.count()
    assert load_areas() == Loaded() and Area.history.count() == before == 367


def _file(path: Path, *rows: str) -> Path:
    path.write_text(
        "\n".join(["code,name,kind,parent", "310118,青浦区,district,", *rows]) + "\n", encoding="utf-8"
    )
    return path


def test_a_new_list_renames_and_closes_but_deletes_nothing(tmp_path: Path) -> None:
    town = "310118102,朱家角镇,town,310118"
    old, young = "310118102201,甲村村委会,village,310118102", "310118102202,乙村村委会,village,310118102"
    load_areas(_file(tmp_path / "a.csv", town, old, young))
    done = load_areas(_file(tmp_path / "b.csv", town, old.replace("甲村", "甲庄")))
    assert done == Loaded(changed=1, closed=1)
    assert Area.objects.get(code="310118102201").name == "甲庄村委会"
    closed = Area.objects.get(code="310118102202")
    assert not closed.is_open and closed.history.count() == 2
    assert load_areas(_file(tmp_path / "a.csv", town, old, young)) == Loaded(
        changed=2
    )  # named again: open again


def test_a_wrong_kind_is_refused_whole(tmp_path: Path) -> None:
    with pytest.raises(ValidationError):
        load_areas(_file(tmp_path / "a.csv", "310118102,朱家角镇,city,310118"))
    assert not Area.objects.exists()


def test_within_is_the_beginning_of_the_code() -> None:
    load_areas()

    def inside(*codes: str) -> int:
        return Area.objects.filter(within("code", codes)).count()

    assert inside("310118109") == 1 + 15  # the next code, …110, begins a 街镇 of its own
    assert inside("310118102", "310118104") == 2 + 46 + 35
    assert inside("310118") == 367 == inside("")
    assert inside() == 0
    for codes in (["310118102"], ["310118109", "310118001002"], [], [""]):
        found = set(Area.objects.filter(within("code", codes)).values_list("code", flat=True))
        assert found == {
            code for code in Area.objects.values_list("code", flat=True) if is_within(code, codes)
        }


def test_town_of() -> None:
    assert [town_of(code) for code in ("310118102201", "310118102", "310118", "")] == ["310118102"] * 2 + [
        ""
    ] * 2

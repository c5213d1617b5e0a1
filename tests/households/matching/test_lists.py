"""A list from outside: the same matcher as at the door, any dirt, a whole result or none."""

import csv
from collections import defaultdict
from io import StringIO
from itertools import combinations
from pathlib import Path
from random import Random

import pytest
from django.core.management import CommandError, call_command

from server.households.matching.bundled import newest
from server.households.matching.cluster import decided_pairs
from server.households.matching.decide import Outcome
from server.households.matching.lists.match_list import match_list
from server.households.matching.lists.read_list import COLUMNS, ListRefused, rows_of
from server.households.matching.lists.tabulated import features_in
from server.households.models import Evidence, Household, Opinion
from tests.field.test_matching import CHILD, FAMILY, HALF, TYPO, registered
from tests.households.matching.pairs import ADDRESSES, BIRTHS, NAMES, NUMBERS, PHONES
from tests.law.history import History
from tests.law.world import VILLAGES, make_world

HEAD = ",".join(COLUMNS)


def listed(folder: Path, text: str | bytes, name: str = "list.csv") -> Path:
    path = folder / name
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


def drawn(count: int, seed: int) -> list[list[str]]:
    rng = Random(seed)
    return [
        [f"r{n}", "2025-05-01", "w1", rng.choice(("东盛居委", "青城", "")), rng.choice(NAMES), rng.choice(NUMBERS), rng.choice("男女"),
         rng.choice(BIRTHS), rng.choice("123"), rng.choice(ADDRESSES), rng.choice(PHONES)]
        for n in range(count)
    ]


def written(rows: list[list[str]]) -> str:
    file = StringIO()
    csv.writer(file).writerows([list(COLUMNS), *rows])
    return file.getvalue()


def read(out: Path, name: str) -> list[dict[str, str]]:
    with (out / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def run(path: Path, out: Path) -> Path:
    match_list(path, out, newest(), year=2025)
    return out


def partition(out: Path) -> set[frozenset[str]]:
    groups = defaultdict(set)
    for row in read(out, "clusters"):
        groups[row["cluster_id"]].add(row["record_id"])
    return {frozenset(group) for group in groups.values()}


def test_three_files(tmp_path: Path) -> None:
    rows = [
        ["a", "2025-05-01", "w1", "东盛居委", "张伟明", "319999195001010011", "男", "", "3", "公园路100弄12号302室", "13912345678"],
        ["b", "2025-05-02", "w2", "", "李桂芳", "", "女", "1980-02-02", "2", "新桥路5号", ""],
        ["c", "2025-05-03", "w2", "东盛", "張偉明", "", "", "75岁", "", "上海市青浦区公园路100-12-302", "=1+1"],
        ["d", "2025-05-04", "w2", "东盛", "张小红", "319999197505050024", "女", "", "3", "公园路100弄12号302室", "13912345678"],
    ]
    out = run(listed(tmp_path, written(rows)), tmp_path / "new" / "out")
    assert [(r["record_id"], r["decision"], r["matched_record_id"]) for r in read(out, "online")] == [
        ("a", "new", ""), ("b", "new", ""), ("c", "merge", "a"), ("d", "review", "a")]
    assert all(float(row["latency_ms"]) > 0 for row in read(out, "online"))
    assert partition(out) == {frozenset("ac"), frozenset("b"), frozenset("d")}
    assert {(r["id_l"], r["id_r"], r["decision"]) for r in read(out, "pairs")} >= {("a", "c", "merge"), ("a", "d", "review")}
    assert sorted(path.name for path in (tmp_path / "new").iterdir()) == ["out"]


def test_the_engine_leaves_no_pair_out(tmp_path: Path) -> None:
    path = listed(tmp_path, written(drawn(150, 5)))
    out = run(path, tmp_path / "out")
    records = {row.cells[0]: [features_in(row, 2025)] for row in rows_of(path)}
    wanted = {
        tuple(sorted((a.entity, b.entity))): f"{decided.bits:.4f}"
        for a, b, decided in decided_pairs(records, newest()) if decided.outcome != Outcome.NEW
    }
    assert {(r["id_l"], r["id_r"]): r["score"] for r in read(out, "pairs")} == wanted and len(wanted) > 100


def test_the_order_of_rows_does_not_show(tmp_path: Path) -> None:
    rows = drawn(120, 6)
    one = run(listed(tmp_path, written(rows)), tmp_path / "one")
    Random(1).shuffle(rows)
    other = run(listed(tmp_path, written(rows), "other.csv"), tmp_path / "other")
    for name in ("pairs.csv", "clusters.csv"):
        assert (one / name).read_bytes() == (other / name).read_bytes()


@pytest.mark.django_db
def test_the_same_partition_as_through_the_door(tmp_path: Path) -> None:
    history = History(make_world(), 1)
    families = (FAMILY, CHILD, TYPO, HALF, {**FAMILY, "rep_name": "周根美", "addr": "东西村12号"}, {**CHILD, "phone": "13812345678"})
    forms = registered(history, *families)
    sent = {form.entity: str(n) for n, form in enumerate(forms)}
    door = {frozenset(sent[one] for one in ids) for ids in _idents(sent)}
    rows = [
        [str(n), "2026-03-16", "", VILLAGES[n % 2], family["rep_name"], family.get("id_no", ""), family.get("sex_q", ""),
         family.get("birth_q", ""), family["members_n"], family["addr"], family["phone"]]
        for n, family in enumerate(families)
    ]
    assert partition(run(listed(tmp_path, written(rows)), tmp_path / "out")) == door and 1 < len(door) < len(rows)


def _idents(entities: dict[str, str]) -> list[set[str]]:
    return [
        {ident.pk for ident in household.idents.all() if ident.pk in entities} for household in Household.objects.all()
    ]


def test_held_back_by_a_guard_it_met_the_strongest_case(tmp_path: Path) -> None:
    """A union that a guard forbids says less of an arrival than a stronger pair that was a case from the first."""
    path = listed(tmp_path, f"{HEAD}\n" + "\n".join((
        "1,2021-12-07 09:19:48,a,王泾村村委会,沈泉,319999194403302450,男,1944/3/30,3,青浦区白鹤镇王泾村6队222号,14397404957",
        "2,2022-02-28 09:57:48,a,王泾村村委会,沈　泉,31999919440332450,,1944/3/30,3,上海白鹤镇王泾村6组222号,14397404957",
        "3,2022-05-02 17:30:48,b,王泾村村委会,沈泉,319999198010270855,男性,1944.3.30,5,青浦区白鹤王泾村6小组222号,14397404957",
    )))
    out = tmp_path / "out"
    run(path, out)
    assert [(r["decision"], r["matched_record_id"]) for r in read(out, "online")] == [
        ("new", ""), ("merge", "1"), ("review", "1")]


@pytest.mark.django_db
def test_against_the_registry(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (form,) = registered(History(make_world(), 1), FAMILY)
    before = (list(Evidence.objects.values_list()), list(Household.objects.values_list()), Opinion.objects.count())
    row = ["1", "2026-03-16", "", VILLAGES[0], "周根妹", "319999195001010011", "", "", "", "公园路100-12-302", ""]
    stranger = ["2", "", "", "", "欧阳锋", "", "男", "1970-02-03", "", "", ""]
    path = listed(tmp_path, written([row, stranger]))
    call_command("match_csv", str(path), "--out", str(tmp_path / "out"), "--against-registry")
    assert [(r["decision"], r["matched_record_id"]) for r in read(tmp_path / "out", "online")] == [
        ("merge", f"registry:{form.entity}"), ("new", "")]
    assert [r["cluster_id"] for r in read(tmp_path / "out", "clusters")] == [f"registry:{form.entity}", "2"]
    assert before == (list(Evidence.objects.values_list()), list(Household.objects.values_list()), Opinion.objects.count())
    assert "共 2 条记录" in capsys.readouterr().out
    call_command("match_csv", str(path), "--out", str(tmp_path / "out"))  # again, without: the folder is replaced
    assert [r["decision"] for r in read(tmp_path / "out", "online")] == ["new", "new"]


ROW = "1,2025-05-01,w,东盛居委,张伟明,319999195001010011,男,,3,公园路100弄12号302室,13912345678"


@pytest.mark.parametrize("data", (
    f"\ufeff{HEAD}\n{ROW}\n".encode(), f"{HEAD}\n{ROW}\n".encode("gbk"), f"{HEAD}\n{ROW}\n".encode("utf-16"),
    f"{HEAD}\r\n{ROW}\r\n\r\n".encode(), f"{HEAD.replace(',', chr(9))}\n{ROW.replace(',', chr(9))}".encode(),
    f"{HEAD.upper()},备注\n{ROW},=HYPERLINK(1)\n".encode(), f"{HEAD}\n1\n".encode(), "record_id,姓名,身份证号\n1,张伟明,\n".encode(),
    f'{HEAD}\n{ROW.replace("张伟明", chr(34) + "张" + chr(10) + "=cmd|calc" + chr(34))}\n'.encode(),
    f"{HEAD}\n{ROW.replace('张伟明', chr(0) + chr(0x85) + chr(9) + '𠮷')}\n".encode(),
))
def test_dirt_that_is_read(tmp_path: Path, data: bytes) -> None:
    assert len(read(run(listed(tmp_path, data), tmp_path / "out"), "clusters")) == 1


@pytest.mark.parametrize(("data", "said"), (
    (b"", "空的"), (HEAD.encode(), "没有记录"), (b"\n\n", "没有标题行"), (b"PK\x03\x04zip", "xlsx"), (b"\x81\x00\xff\xff\xff", "编码"),
    (b"name,id_no\na,b\n", "第 1 行没有「record_id」列"), (b"record_id,worker\n1,w\n", "没有可以比对的列"),
    (b"record_id,name,name\n1,a,b\n", "第 1 行「name」出现了 2 次，第 3 列"),
    (f"{HEAD}\n{ROW}\n{ROW}\n".encode(), "第 3 行「record_id」列「1」与第 2 行重复"), (f"{HEAD}\n{ROW[1:]}\n".encode(), "第 2 行「record_id」列是空的"),
    (f"{HEAD}\n=1+{ROW}\n".encode(), "第 2 行「record_id」列「=1+1」像表格公式"), (f"{HEAD}\n{ROW},x,y\n".encode(), "第 2 行有 13 格"),
    (f"{HEAD}\n{ROW}\n2,,,,{'张' * 6000}\n".encode(), "第 3 行「name」列有 6000 个字"),
    (f'{HEAD}\n{ROW}\n2,,,,"{"张" * 40_000}\n'.encode(), "第 3 行「name」列"),
))
def test_dirt_that_is_refused_with_its_place(tmp_path: Path, data: bytes, said: str) -> None:
    with pytest.raises(ListRefused, match=said.replace("+", r"\+")):
        run(listed(tmp_path, data), tmp_path / "out")
    assert [path.name for path in tmp_path.iterdir()] == ["list.csv"]


def test_a_hundred_megabytes_in_one_cell(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    with path.open("wb") as file:
        file.write(f"{HEAD}\n{ROW}\n2,,,,张,,,,,".encode())
        for _ in range(100):
            file.write(b"a" * (1 << 20))
    with pytest.raises(ListRefused, match="第 3 行「address」列有 104857600 个字"):
        run(path, tmp_path / "out")
    assert not (tmp_path / "out").exists()


@pytest.mark.django_db
def test_no_such_file_and_a_folder_of_something_else(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="没有这个文件"):
        call_command("match_csv", str(tmp_path / "none.csv"), "--out", str(tmp_path / "out"))
    path = listed(tmp_path, f"{HEAD}\n{ROW}\n")
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "letter.txt").write_text("x")
    with pytest.raises(ListRefused, match="还有别的东西"):
        run(path, tmp_path / "mine")
    assert (tmp_path / "mine" / "letter.txt").read_text() == "x"


def test_one_telephone_on_every_row_takes_no_time(tmp_path: Path) -> None:
    rows = [[f"r{n}", "", "", "", a + b, "", "", "", "", "", "59721234"] for n, (a, b) in enumerate(
        pair for _ in range(30) for pair in combinations("赵钱孙李周吴郑王", 2))]
    out = run(listed(tmp_path, written([*rows, *[[f"x{n}", *[""] * 9, "59721234"] for n in range(400)]])), tmp_path / "out")
    assert len(read(out, "online")) == 1240

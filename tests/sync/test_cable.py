"""By cable: a phone's folder as a zip, read whatever people did to it."""

import io
import random
import zipfile
from collections.abc import Mapping, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync import cable as cable_module
from sync.cable import CannotOpen, Damaged, Record, open_cable
from tests.sync.house import screening

PHOTO = b"\xff\xd8\xff photo"
FIRST, SECOND = "新户排摸登记_2025-08-01_09-00-00", "新户排摸登记_2025-08-02_10-11-12"


def packed(files: Mapping[str, bytes], *, encoding: str = "", method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A zip of these files. `encoding`: names in that code without saying so, as old programs do."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as zip_file:
        for name, data in files.items():
            if encoding:
                zip_file.writestr(_Plain(name.encode(encoding).decode("cp437")), data, compress_type=method)
            else:
                zip_file.writestr(name, data)
    return out.getvalue()


class _Plain(zipfile.ZipInfo):
    """An entry whose name goes out in code page 437 and without the UTF-8 flag."""

    def _encodeFilenameFlags(self) -> tuple[bytes, int]:
        return self.filename.encode("cp437"), self.flag_bits & ~0x800


def records(data: bytes) -> dict[str, Record]:
    return {folder.name: folder.read() for folder in open_cable(data).folders}


def instance(folder: str, xml: bytes, files: Mapping[str, bytes] | None = None, below: str = "") -> dict[str, bytes]:
    beside = {f"{below}{folder}/{name}": data for name, data in (files or {}).items()}
    return {f"{below}{folder}/{folder}.xml": xml, **beside}


@pytest.mark.parametrize("below", ["", "instances/", "手机/projects/7f/instances/", "./instances/", "instances\\"])
def test_wherever_the_folders_lie(below: str) -> None:
    files = {**instance(FIRST, b"<a/>", {"门口.jpg": PHOTO}, below), **instance(SECOND, b"<b/>", below=below)}
    junk = {f"{below}__MACOSX/{FIRST}/._门口.jpg": b"x", f"{below}{FIRST}/.DS_Store": b"x",
            f"{below}{FIRST}/Thumbs.db": b"x"}
    assert records(packed({**files, **junk})) == {
        FIRST: Record(b"<a/>", (("门口.jpg", PHOTO),)), SECOND: Record(b"<b/>"),
    }


@pytest.mark.parametrize("encoding", ["gb18030", "utf-8"])
def test_names_in_the_code_of_old_programs(encoding: str) -> None:
    assert records(packed(instance(FIRST, b"<a/>", {"门口.jpg": PHOTO}), encoding=encoding)) == {
        FIRST: Record(b"<a/>", (("门口.jpg", PHOTO),))
    }


def test_the_order_is_that_of_the_phone() -> None:
    late, early = "入户探访_2025-08-02_10-11-12", "新户排摸登记_2025-08-01_09-00-00"
    found = open_cable(packed({**instance(late, b"<b/>"), **instance(early, b"<a/>")}))
    assert [folder.name for folder in found.folders] == [early, late]


def test_only_what_lies_in_instances_when_the_whole_project_was_packed() -> None:
    files = {**instance(FIRST, b"<a/>", below="p1/instances/"), "p1/forms/排摸.xml": b"<h:html/>",
             "p1/metadata/instances.db": b"SQLite"}
    found = open_cable(packed(files))
    assert [folder.name for folder in found.folders] == [FIRST]
    assert [path for path, _ in found.left_out] == ["p1/forms/排摸.xml", "p1/metadata/instances.db"]


def test_two_persons_projects_are_not_taken_as_one() -> None:
    files = {**instance(FIRST, b"<a/>", below="p1/instances/"), **instance(SECOND, b"<b/>", below="p2/instances/")}
    with pytest.raises(CannotOpen) as refused:
        open_cable(packed(files))
    assert "几个人共用" in refused.value.sentence


def test_an_encrypted_record_goes_without_the_plain_text_left_beside_it() -> None:
    sealed = {"submission.xml": b"<sealed/>", "submission.xml.enc": b"1", "a.jpg.enc": b"2"}
    files = instance(FIRST, b"<plain/>", sealed)
    assert records(packed(files)) == {
        FIRST: Record(b"<sealed/>", (("submission.xml.enc", b"1"), ("a.jpg.enc", b"2")))
    }


def test_many_records_in_one_folder_share_the_files_by_name() -> None:
    first, second = screening("甲", photo="1.jpg"), screening("乙", photo="2.jpg")
    found = records(packed({"a.xml": first, "b.xml": second, "1.jpg": b"1", "2.jpg": b"2"}))
    assert found == {"a.xml": Record(first, (("1.jpg", b"1"),)), "b.xml": Record(second, (("2.jpg", b"2"),))}


def test_names_that_climb_are_left_out_and_nothing_is_written() -> None:
    found = open_cable(packed({**instance(FIRST, b"<a/>"), f"{FIRST}/../../../etc/x.jpg": b"x", "/abs/b.jpg": b"x"}))
    assert dict(found.left_out) == {
        f"{FIRST}/../../../etc/x.jpg": "文件名不合规则", "abs/b.jpg": "旁边没有记录文件（.xml）",
    }


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "不是 zip"),
        (b"PK\x03\x04 nonsense", "不是 zip"),
        (packed({}), "没有找到记录"),
        (packed({"照片/1.jpg": PHOTO}), "没有找到记录"),
    ],
)
def test_what_is_no_folder_of_a_phone(data: bytes, said: str) -> None:
    with pytest.raises(CannotOpen) as refused:
        open_cable(data)
    assert said in refused.value.sentence


def test_a_locked_zip_is_told() -> None:
    data = bytearray(packed(instance("a", b"<a/>"), method=zipfile.ZIP_STORED))
    for at in (data.find(b"PK\x03\x04") + 6, data.find(b"PK\x01\x02") + 8):
        data[at] |= 1
    with pytest.raises(CannotOpen) as refused:
        open_cable(bytes(data))
    assert "密码" in refused.value.sentence


def test_bombs_are_measured_before_they_are_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    heavy = packed(instance(FIRST, b"<a/>", {"a.jpg": bytes(cable_module.MOST_BYTES_FILE + 1)}))
    assert len(heavy) < 100_000
    with pytest.raises(Damaged) as damaged:
        open_cable(heavy).folders[0].read()
    assert "太大" in damaged.value.sentence
    monkeypatch.setattr(cable_module, "MOST_BYTES_UNPACKED", 1_000)
    with pytest.raises(CannotOpen):
        open_cable(packed(instance(FIRST, b"x" * 1_001)))
    monkeypatch.setattr(cable_module, "MOST_ENTRIES", 2)
    with pytest.raises(CannotOpen):
        open_cable(packed({f"{n}/{n}.xml": b"<a/>" for n in range(3)}))


def test_a_file_that_many_records_mention_is_not_unpacked_without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    photo = bytes(300_000)
    xmls = {f"{n}.xml": screening(f"户{n}", photo="1.jpg") for n in range(4)}
    monkeypatch.setattr(cable_module, "MOST_BYTES_UNPACKED", 700_000)
    taken, left = [], []
    for folder in open_cable(packed({**xmls, "1.jpg": photo})).folders:
        try:
            taken.append(folder.read())
        except Damaged as damaged:
            left.append(damaged.sentence)
    assert len(taken) == 2 and len(left) == 2 and all("单独压缩" in sentence for sentence in left)


def test_one_record_is_not_a_gigabyte(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cable_module, "MOST_BYTES_RECORD", 1_000)
    heavy = instance(FIRST, b"<a/>", {f"{n}.jpg": bytes(400) for n in range(3)})
    first, second = open_cable(packed({**heavy, **instance(SECOND, b"<b/>", {"1.jpg": bytes(400)})})).folders
    with pytest.raises(Damaged) as damaged:
        first.read()
    assert "合计超过" in damaged.value.sentence
    assert second.read().xml == b"<b/>"


def test_an_entry_that_lies_about_its_size_is_damaged_and_the_others_are_not() -> None:
    data = bytearray(packed({**instance(FIRST, b"<a/>" * 100), **instance(SECOND, b"<b/>")}))
    at = data.find(b"PK\x01\x02") + 24  # size as said in the directory
    data[at : at + 4] = (50).to_bytes(4, "little")
    first, second = open_cable(bytes(data)).folders
    with pytest.raises(Damaged):
        first.read()
    assert second.read().xml == b"<b/>"


def test_a_rare_compression_is_told() -> None:
    with pytest.raises(Damaged) as damaged:
        open_cable(packed(instance(FIRST, b"<a/>"), method=zipfile.ZIP_LZMA)).folders[0].read()
    assert "压缩方式" in damaged.value.sentence


NAMES = st.text(
    st.characters(codec="utf-8", exclude_characters='/\\\0:*?"<>|', exclude_categories=("C", "Z")),
    min_size=1,
    max_size=12,
).filter(lambda name: not name.startswith(".") and name not in ("__MACOSX", "Thumbs.db", "desktop.ini", "instances"))
FILES = st.dictionaries(
    NAMES.filter(lambda name: not name.lower().endswith(".xml")), st.binary(max_size=40), max_size=3
)
TREES = st.dictionaries(NAMES, st.tuples(st.binary(min_size=1, max_size=60), FILES), min_size=1, max_size=5)


@given(TREES, st.lists(NAMES, max_size=3), st.booleans(), st.randoms(use_true_random=False))
def test_what_was_packed_comes_out_in_any_arrangement(
    tree: dict[str, tuple[bytes, dict[str, bytes]]], above: Sequence[str], named: bool, shuffle: random.Random
) -> None:
    below = "".join(f"{part}/" for part in (*above, *(["instances"] if named else [])))
    files = [entry for name, (xml, beside) in tree.items() for entry in instance(name, xml, beside, below).items()]
    shuffle.shuffle(files)
    found = records(packed(dict(files)))
    assert {name: (record.xml, dict(record.files)) for name, record in found.items()} == tree


@given(st.data())
def test_no_damage_makes_anything_but_a_sentence(data: st.DataObject) -> None:
    whole = bytearray(packed({**instance(FIRST, b"<a/>" * 30, {"门口.jpg": PHOTO * 9}), **instance(SECOND, b"<b/>")}))
    for _ in range(data.draw(st.integers(1, 12))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(0, len(whole)))
    for broken in (bytes(whole), bytes(whole[:cut]), bytes(whole[cut:])):
        try:
            folders = open_cable(broken).folders
        except CannotOpen as refused:
            assert refused.sentence
            continue
        for folder in folders:
            try:
                folder.read()
            except Damaged as damaged:
                assert damaged.sentence


@given(st.binary(max_size=300))
def test_any_bytes_are_told(data: bytes) -> None:
    with pytest.raises(CannotOpen):
        open_cable(data)

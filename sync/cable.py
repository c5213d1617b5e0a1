"""A dead phone's `instances` folder, brought as a zip. Pure: bytes in, instances out; nothing is ever written to disk.

Collect keeps one folder per record: `instances/新户排摸登记_2025-08-03_10-11-12/` holds an XML of the folder's name
and the files beside it, or, for an encrypted form, `submission.xml` and `*.enc` (`OpenRosaServerInstanceUploader.kt`).
A zip is a stranger's file all the same: its names are not believed, and it is measured before it is opened.
"""

import io
import re
import zipfile
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from forms.head import read_head
from forms.xml import Unreadable

MOST_ENTRIES = 20_000
MOST_BYTES_UNPACKED = 1_000_000_000
MOST_BYTES_RECORD = 200_000_000  # it is held in memory whole
MOST_BYTES_FILE = 30_000_000  # what the door takes in one POST
MOST_BYTES_XML = 5_000_000
INSTANCES = "instances"

_JUNK = frozenset({"__MACOSX", "Thumbs.db", "desktop.ini"})
_FINALIZED_AT = re.compile(r"\d{4}-\d\d-\d\d_\d\d-\d\d-\d\d")
_READABLE = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)  # others may ask for any amount of memory


class CannotOpen(Exception):
    """The zip as a whole is not taken. `sentence` says why and what to do."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class Damaged(Exception):
    """One record of it cannot be read. `sentence` for the report."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


@dataclass(frozen=True)
class Record:
    """One record as the phone had it: the XML byte for byte and the files beside it by name."""

    xml: bytes = field(repr=False)
    files: tuple[tuple[str, bytes], ...] = field(default=(), repr=False)


class Folder(Protocol):
    """A place in the zip where one record is. `name` is what the person sees in the report."""

    @property
    def name(self) -> str: ...

    def read(self) -> Record:
        """:raises Damaged:"""


@dataclass
class _Meter:
    """What may still be unpacked of this zip. A file that many records mention is unpacked for each of them, so the
    size in the directory does not bound the work."""

    left: int

    def take(self, size: int) -> None:
        """:raises Damaged: more than a whole zip may hold has been unpacked."""
        if size > self.left:
            raise Damaged("同一批照片被许多条记录引用，解开后太大，这一条没有收下。请把它和它的照片单独压缩后再上传。")
        self.left -= size


@dataclass(frozen=True)
class _Folder:
    name: str
    zip: zipfile.ZipFile
    xml: zipfile.ZipInfo
    files: Sequence[tuple[str, zipfile.ZipInfo]]
    meter: _Meter
    only_mentioned: bool = False

    def read(self) -> Record:
        xml = _bytes_of(self.zip, self.xml, MOST_BYTES_XML, "记录文件")
        files = self.files
        if self.only_mentioned:
            try:
                mentions = read_head(xml).mentions
            except Unreadable:
                mentions = frozenset()
            files = [(name, info) for name, info in files if name in mentions]
        size = sum(info.file_size for _, info in files)
        if size > MOST_BYTES_RECORD:
            most = MOST_BYTES_RECORD // 1_000_000
            raise Damaged(f"这条记录旁边的文件太大（合计超过 {most} MB），没有收下。请只留下它自己的照片。")
        self.meter.take(size)
        return Record(xml, tuple((name, _bytes_of(self.zip, info, MOST_BYTES_FILE, name)) for name, info in files))


@dataclass(frozen=True)
class Cable:
    """What a zip holds: places with a record, in the order the records were made, and what was not understood."""

    folders: tuple[Folder, ...]
    left_out: tuple[tuple[str, str], ...]  # (path, why)


def open_cable(data: bytes) -> Cable:
    """Look through a zip; the records themselves are read one by one (`Folder.read`), as they are large.

    Where a folder named `instances` is in it, only what lies below counts (people pack the whole project).

    :raises CannotOpen: not a zip, locked, too large unpacked, several phones or projects in one, or no record in it.
    """
    try:
        packed = zipfile.ZipFile(io.BytesIO(data))
        entries = [info for info in packed.infolist() if not info.is_dir()]
    except Exception:  # a damaged directory fails in a dozen ways
        raise CannotOpen("打不开：这不是 zip 压缩包，或压缩包已损坏。请在电脑上重新压缩后再上传。") from None
    if len(entries) > MOST_ENTRIES or sum(info.file_size for info in entries) > MOST_BYTES_UNPACKED:
        raise CannotOpen("压缩包里的内容太多（解开后超过 1 GB 或 2 万个文件）。请分几次上传，每次压缩一部分文件夹。")
    if any(info.flag_bits & 0x1 for info in entries):
        raise CannotOpen("压缩包设了密码，服务器打不开。请不设密码重新压缩。")
    groups, left_out = _grouped(entries)
    roots = {path[: path.index(INSTANCES)] for path in groups if INSTANCES in path}
    if len(roots) > 1:
        raise CannotOpen(
            f"压缩包里有 {len(roots)} 个 instances 文件夹，可能是几个人共用的手机。"
            "请把每个人的文件夹单独压缩，在各自名下上传。"
        )
    meter = _Meter(MOST_BYTES_UNPACKED)
    folders: list[Folder] = []
    for path, files in groups.items():
        if roots and INSTANCES not in path:
            left_out.extend(("/".join((*path, name)), "不在 instances 文件夹里") for name in files)
        elif found := [*_folders(packed, path, files, meter)]:
            folders += found
        else:
            left_out.extend(("/".join((*path, name)), "旁边没有记录文件（.xml）") for name in files)
    if not folders:
        raise CannotOpen(
            "压缩包里没有找到记录。请压缩手机里的 instances 文件夹：里面每条记录是一个文件夹，内有同名的 .xml 文件。"
        )
    return Cable(tuple(sorted(folders, key=_made)), tuple(sorted(left_out)))


def _grouped(
    entries: Sequence[zipfile.ZipInfo],
) -> tuple[dict[tuple[str, ...], dict[str, zipfile.ZipInfo]], list[tuple[str, str]]]:
    """Files by the folder they lie in. A name twice in one folder: the last one stands, as when unpacking."""
    groups: dict[tuple[str, ...], dict[str, zipfile.ZipInfo]] = defaultdict(dict)
    left_out = []
    for info in entries:
        name = real_name(info)
        parts = [part for part in name.replace("\\", "/").split("/") if part not in ("", ".")]
        if not parts or ".." in parts:
            left_out.append((name[:200], "文件名不合规则"))
        elif not _JUNK & {*parts} and not any(part.startswith(".") for part in parts):
            groups[tuple(parts[:-1])][parts[-1]] = info
    return groups, left_out


def real_name(info: zipfile.ZipInfo) -> str:
    """The name as it was on the disk: Windows writes Chinese names as GBK and says nothing, others as UTF-8."""
    if info.flag_bits & 0x800:
        return info.orig_filename
    try:
        raw = info.orig_filename.encode("cp437")
    except UnicodeEncodeError:
        return info.orig_filename
    for encoding in ("utf-8", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return info.orig_filename


def _folders(
    packed: zipfile.ZipFile, path: tuple[str, ...], files: dict[str, zipfile.ZipInfo], meter: _Meter
) -> Iterator[_Folder]:
    """The record of one folder; several where people have put many XMLs into one."""
    here = path[-1] if path else ""
    xmls = [name for name in files if name.lower().endswith(".xml")]
    own = f"{here}.xml"
    one = next((name for name in ("submission.xml", own) if name in xmls), xmls[0] if len(xmls) == 1 else "")
    if one:
        # An encrypted record may have been left with its plain text beside it: that one is not sent.
        beside = [(name, info) for name, info in files.items() if name not in (one, own)]
        yield _Folder(here or one, packed, files[one], beside, meter)
        return
    beside = [(name, info) for name, info in files.items() if name not in xmls]
    for name in xmls:
        yield _Folder(name, packed, files[name], beside, meter, only_mentioned=True)


def _made(folder: Folder) -> tuple[str, str]:
    """Collect puts the moment into the folder's name: an original comes before what was made of it."""
    found = _FINALIZED_AT.search(folder.name)
    return (found[0] if found else "", folder.name)


def _bytes_of(packed: zipfile.ZipFile, info: zipfile.ZipInfo, most: int, called: str) -> bytes:
    if info.file_size > most:
        raise Damaged(f"{called} 太大（超过 {most // 1_000_000} MB），没有收下。")
    if info.compress_type not in _READABLE:
        raise Damaged(f"{called} 用了不常见的压缩方式，读不出来。请用系统自带的压缩功能重新压缩。")
    try:
        with packed.open(info) as file:
            data = file.read(info.file_size + 1)
            if len(data) != info.file_size:
                raise Damaged(f"{called} 在压缩包里不完整，没有收下。")
            return data
    except Damaged:
        raise
    except Exception:  # each decoder has its own ways to fail
        raise Damaged(f"{called} 在压缩包里已损坏，没有收下。") from None

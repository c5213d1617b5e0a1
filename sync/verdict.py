"""The five meanings of one POST. Pure."""

from collections.abc import Collection, Set
from dataclasses import dataclass

from sync.kinds import Verdict

Named = tuple[str, str]  # (file name, SHA-256 of its bytes)


@dataclass(frozen=True)
class Kept:
    """What is kept already under this instanceID: one text and the files that came with it."""

    xml_sha256: str
    files: Set[Named] = frozenset()


def verdict(kept: Collection[Kept], *, xml_sha256: str, deprecated_id: str, files: Set[Named]) -> Verdict:
    """What a POST with this text and these files is, given all that is kept under its instanceID.

    AGAIN: nothing in it is new. MORE_MEDIA: the text is kept, a file is new (the rest of a split, a late photo, another
    picture under an old name). CLASH: the instanceID belongs to another text. EDIT: it names the record it replaces;
    whether that one has arrived does not matter. `*isIncomplete*` does not matter either: phones lie about it.
    """
    same = next((one for one in kept if one.xml_sha256 == xml_sha256), None)
    if same is not None:
        return Verdict.MORE_MEDIA if files - same.files else Verdict.AGAIN
    if kept:
        return Verdict.CLASH
    return Verdict.EDIT if deprecated_id else Verdict.NEW

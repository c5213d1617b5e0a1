"""The table of verdicts."""

import pytest

from sync.kinds import Verdict
from sync.verdict import Kept, verdict

A, B = "a" * 64, "b" * 64
PHOTO, OTHER, RENAMED = ("p.jpg", "1"), ("p.jpg", "2"), ("q.jpg", "1")


@pytest.mark.parametrize(
    ("kept", "xml", "deprecated", "files", "expected"),
    [
        ([], A, "", set(), Verdict.NEW),
        ([], A, "", {PHOTO}, Verdict.NEW),
        ([], A, "uuid:old", set(), Verdict.EDIT),
        ([Kept(A)], A, "", set(), Verdict.AGAIN),
        ([Kept(A)], A, "uuid:old", set(), Verdict.AGAIN),
        ([Kept(A, frozenset({PHOTO}))], A, "", {PHOTO}, Verdict.AGAIN),
        ([Kept(A, frozenset({PHOTO, RENAMED}))], A, "", {PHOTO}, Verdict.AGAIN),
        ([Kept(A)], A, "", {PHOTO}, Verdict.MORE_MEDIA),
        ([Kept(A, frozenset({PHOTO}))], A, "", {PHOTO, RENAMED}, Verdict.MORE_MEDIA),
        ([Kept(A, frozenset({PHOTO}))], A, "", {OTHER}, Verdict.MORE_MEDIA),
        ([Kept(A)], B, "", set(), Verdict.CLASH),
        ([Kept(A)], B, "uuid:old", {PHOTO}, Verdict.CLASH),
        ([Kept(A), Kept(B)], B, "", set(), Verdict.AGAIN),
        ([Kept(A), Kept(B)], B, "", {PHOTO}, Verdict.MORE_MEDIA),
    ],
)
@pytest.mark.wire("W-42", "W-46", "W-48", "W-49", "W-57")
def test_the_table(
    kept: list[Kept], xml: str, deprecated: str, files: set[tuple[str, str]], expected: Verdict
) -> None:
    assert verdict(kept, xml_sha256=xml, deprecated_id=deprecated, files=files) == expected

"""Reading what Collect writes, byte for byte; and refusing what is no whole body."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.demo.multipart import body as written
from server.demo.multipart import split
from sync.multipart import CutShort, NotMultipart, boundary_of, read_parts

NAMES = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), min_size=1, max_size=40)


def test_a_body_as_okhttp_writes_it() -> None:
    content = (
        b"--b1\r\n"
        b'Content-Disposition: form-data; name="xml_submission_file"; filename="\xe6\x8e\x92\xe6\x91\xb8 1.xml"\r\n'
        b"Content-Type: text/xml\r\nContent-Length: 3\r\n\r\n<a>\r\n"
        b'--b1\r\nContent-Disposition: form-data; name="*isIncomplete*"\r\nContent-Length: 3\r\n\r\nyes\r\n'
        b'--b1\r\nContent-Disposition: form-data; name="e"; filename="e"\r\n\r\n\r\n--b1--\r\n'
    )
    parts = [(p.name, p.filename, p.content_type, bytes(p.data)) for p in read_parts(content, b"b1")]
    assert parts == [
        ("xml_submission_file", "排摸 1.xml", "text/xml", b"<a>"),
        ("*isIncomplete*", None, "", b"yes"),
        ("e", "e", "", b""),
    ]


@given(st.dictionaries(NAMES, st.binary(max_size=200), max_size=5), st.binary(max_size=100))
@pytest.mark.wire("W-39", "W-40")
def test_every_name_and_every_byte_arrives(files: dict[str, bytes], xml: bytes) -> None:
    type, content = written(xml, files)
    parts = list(read_parts(content, boundary_of(type)))
    assert bytes(parts[0].data) == xml
    # OkHttp writes a quote as %22 and a line end as %0A: a name that holds those very letters is the one exception.
    for part, (name, data) in zip(parts[1:], files.items(), strict=True):
        assert bytes(part.data) == data
        if not any(letters in name for letters in ("%22", "%0A", "%0D")):
            assert part.filename == name


@pytest.mark.parametrize("name", ["a&amp;b.jpg", "../x.jpg", "c:\\照片.jpg", "back\\slash.jpg", 'quo"te.jpg'])
@pytest.mark.wire("W-40")
def test_names_are_not_improved(name: str) -> None:
    type, content = written(b"<a/>", {name: b"x"})
    assert [p.filename for p in read_parts(content, boundary_of(type))][1] == name


@pytest.mark.wire("W-52")
def test_a_body_cut_anywhere_is_never_taken_for_whole() -> None:
    type, content = written(b"<a/>", {"p.jpg": b"12345"})
    for cut in range(len(content) - 4):
        with pytest.raises((CutShort, NotMultipart)):
            list(read_parts(content[:cut], boundary_of(type)))


@pytest.mark.parametrize(
    "type",
    [
        "",
        "text/xml",
        "multipart/form-data",
        "multipart/mixed; boundary=x",
        "multipart/form-data; boundary=汉",
    ],
)
def test_other_types_are_not_multipart(type: str) -> None:
    with pytest.raises(NotMultipart):
        boundary_of(type)


def test_a_phone_splits_by_bytes_and_by_number() -> None:
    assert [len(post) for post in split({str(n): b"" for n in range(205)}, 10, 5_000_000)] == [101, 101, 3]
    assert [list(p) for p in split({"a": b"1234", "b": b"1234", "c": b"1"}, 2, 7)] == [["a"], ["b", "c"]]
    assert [list(p) for p in split({"huge": b"x" * 99, "b": b"1"}, 2, 7)] == [["huge"], ["b"]]

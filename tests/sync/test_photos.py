"""Pictures from outside."""

import io
import struct
import zlib

import pytest
from PIL import Image

from sync.photos import NotAPicture, calls_itself_picture, looks_like_picture, thumbnail


def jpeg(size: tuple[int, int] = (1200, 900), orientation: int = 6) -> bytes:
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x010F] = "SECRETPHONE"
    exif.get_ifd(0x8825)[1] = "N"
    out = io.BytesIO()
    Image.new("RGB", size, (10, 120, 60)).save(out, "JPEG", exif=exif)
    return out.getvalue()


def bomb() -> bytes:
    """A PNG of 60,000 × 60,000 in a few bytes."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(b"\0" * 1000))
        + chunk(b"IEND", b"")
    )


def test_a_thumbnail_is_small_upright_and_tells_nothing() -> None:
    small = thumbnail(jpeg(), 480)
    picture = Image.open(io.BytesIO(small))
    assert picture.size == (360, 480)
    assert not picture.getexif()
    assert b"SECRETPHONE" not in small


@pytest.mark.parametrize("mode", ["L", "P", "RGBA", "CMYK"])
def test_all_sorts_of_pictures(mode: str) -> None:
    out = io.BytesIO()
    Image.new(mode, (50, 40)).save(out, "JPEG" if mode == "CMYK" else "PNG")
    assert looks_like_picture(out.getvalue())
    assert Image.open(io.BytesIO(thumbnail(out.getvalue(), 20))).size == (20, 16)


@pytest.mark.parametrize("data", [b"", b"no picture", jpeg()[:15], b"%!PS-Adobe-3.0 EPSF", bomb()])
def test_what_is_none(data: bytes) -> None:
    assert not looks_like_picture(data)
    with pytest.raises(NotAPicture):
        thumbnail(data)


def test_a_damaged_picture_fails_quietly() -> None:
    whole = jpeg()
    assert looks_like_picture(whole[: len(whole) // 2])
    with pytest.raises(NotAPicture):
        thumbnail(whole[: len(whole) // 2])


def test_only_pictures_are_judged() -> None:
    assert calls_itself_picture("照片.JPG")
    assert not calls_itself_picture("audit.csv")

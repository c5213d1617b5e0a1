"""A small photo as a phone would attach one: a plain picture, no face, no place. Pure."""

import struct
import zlib

WIDTH, HEIGHT = 160, 120


def picture(number: int) -> bytes:
    """A PNG of two colours, different for each number."""
    sky, wall = _colour(number * 37), _colour(number * 91 + 40)
    lines = [b"\0" + (sky if row < HEIGHT // 3 else wall) * WIDTH for row in range(HEIGHT)]
    head = struct.pack(">IIBBBBB", WIDTH, HEIGHT, 8, 2, 0, 0, 0)
    body = ((b"IHDR", head), (b"IDAT", zlib.compress(b"".join(lines))), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(name, data) for name, data in body)


def _colour(number: int) -> bytes:
    return bytes((number * step) % 200 + 40 for step in (3, 5, 7))


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

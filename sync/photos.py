"""Pictures that came from outside. The only module that opens them (Pillow).

A picture is a stranger's bytes: only common formats, its measured size checked before any pixel is decoded.
"""

import io
import warnings

from PIL import Image, ImageOps

FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "BMP")
SUFFIXES = (".jpg", ".jpeg", ".png", ".webp", ".gif", ".bmp")
MAX_PIXELS = 60_000_000  # above the largest phone cameras; ten times that is a bomb


class NotAPicture(Exception):
    """Cannot be opened as a picture, or is unreasonably large."""


def calls_itself_picture(name: str) -> bool:
    """By its name. The content type follows from the name on the phone and says no more."""
    return name.lower().endswith(SUFFIXES)


def looks_like_picture(data: bytes) -> bool:
    """True if the head can be read as a picture of a reasonable size. Decodes no pixels: quick enough for the door."""
    try:
        with _opened(data):
            return True
    except NotAPicture:
        return False


def thumbnail(data: bytes, edge: int = 480) -> bytes:
    """A JPEG at most `edge` pixels wide and high, turned upright, without EXIF (no position, no device, no time).

    :raises NotAPicture: it cannot be decoded.
    """
    try:
        with _opened(data) as picture:
            picture.draft("RGB", (edge * 2, edge * 2))
            small = ImageOps.exif_transpose(picture)
            small.thumbnail((edge, edge))
            out = io.BytesIO()
            clean = Image.new("RGB", small.size, "white")
            rgba = small.convert("RGBA")
            clean.paste(rgba, mask=rgba.getchannel("A"))
            clean.save(out, "JPEG", quality=82)
            return out.getvalue()
    except NotAPicture:
        raise
    except Exception as error:  # a damaged picture fails in a hundred ways inside the decoders
        raise NotAPicture(type(error).__name__) from None


def _opened(data: bytes) -> Image.Image:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            picture = Image.open(io.BytesIO(data), formats=FORMATS)
    except Exception as error:
        raise NotAPicture(type(error).__name__) from None
    if picture.width * picture.height > MAX_PIXELS:
        picture.close()
        raise NotAPicture("too many pixels")
    return picture

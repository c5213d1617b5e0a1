"""How much room text takes on paper. Pure.

A generated workbook has no row heights of its own, and Excel and LibreOffice differ about wrapped Chinese: so the
height is estimated, on the safe side, from how many characters fit a line.
"""

import unicodedata
from collections.abc import Iterable
from functools import lru_cache

#: Points of a line of text per point of type.
LEADING = 1.32
#: A row can be no higher (Excel).
MOST_POINTS = 409.0
#: Type sizes of the body, tried in turn until a cell's text fits.
SIZES = (10.0, 9.0, 8.0, 7.0, 6.0)
#: Points per unit of column width at the workbook's default type (one digit), and what the cell's edges take.
UNIT_POINTS, EDGE_POINTS = 5.25, 5.0


class _Widths(dict[str, float]):
    """Width of each character met so far: a ledger asks for the same few thousand again and again."""

    def __missing__(self, character: str) -> float:
        wide = 1.0 if unicodedata.east_asian_width(character) in "WFA" else 0.56
        self[character] = width = 0.0 if unicodedata.combining(character) else wide
        return width


_WIDTHS = _Widths()


def ems(text: str) -> float:
    """Width of a text in units of its type size: Han and full-width 1, others as wide as in 宋体 or a little more."""
    return sum(map(_WIDTHS.__getitem__, text))


def lines_in(text: str, width: float, size: float) -> int:
    """Printed lines of a text in a column of ``width``, wrapped between any two characters."""
    room = _room(width, size)
    if len(text) <= room and "\n" not in text:
        return 1  # no character is wider than one
    return sum(max(1, -int(-ems(row) // room)) for row in text.split("\n")) if text else 1


def _room(width: float, size: float) -> float:
    """Ems of a line."""
    room = max(_whole(width, size), 1.0)
    # The last place of a line may stay empty: punctuation does not begin one, words are kept whole.
    return max(room - (0.6 if room > 4 else 0.0), 1.0)


def _whole(width: float, size: float) -> float:
    """Ems from edge to edge."""
    return (width * UNIT_POINTS - EDGE_POINTS) / size


def height_of(cells: Iterable[tuple[str, float]], size: float, least: float = 24.0) -> float:
    """Points a row needs for its (text, column width) cells."""
    most = max((lines_in(text, width, size) for text, width in cells), default=1)
    return max(least, round(most * size * LEADING + 6.0, 1))


def fitted(text: str, width: float) -> tuple[float, float]:
    """(type size, points) for one cell: the largest size at which its text shows whole in a row."""
    if len(text) <= _sure_in(width) and "\n" not in text:
        return SIZES[0], ONE_LINE
    return _fitted(text, width)


def unbroken(text: str, width: float, least: float = 9.0) -> tuple[float, float]:
    """(type size, points) for digits, which nobody can read where a line breaks in them: the largest size, not below
    ``least``, at which the text stands in one line; where there is none, as ``fitted``."""
    if "\n" not in text:
        wide = ems(text)
        for size in SIZES:
            if size >= least and wide <= _whole(width, size):
                return size, ONE_LINE
    return fitted(text, width)


@lru_cache(maxsize=256)
def _sure_in(width: float) -> float:
    """So many characters of the first type size stand in one line whatever they are."""
    return _room(width, SIZES[0])


@lru_cache(maxsize=4096)
def _fitted(text: str, width: float) -> tuple[float, float]:
    for size in SIZES:
        height = height_of([(text, width)], size)
        if height <= MOST_POINTS:
            return size, height
    return SIZES[-1], MOST_POINTS


#: Points that a cell of one line takes.
ONE_LINE = height_of([("", 1.0)], SIZES[0])

"""Two texts side by side, differences marked to the character, digits masked that are the same on both sides. Pure."""

from collections.abc import Sequence
from difflib import SequenceMatcher
from typing import NamedTuple

from server.households.mask import MASKS, mask_birth

#: Two numbers that differ in more places than this are simply two numbers: nothing more of them is shown.
MOST_SHOWN = 4


class Piece(NamedTuple):
    """Some characters, and whether the other side has others here."""

    text: str
    differs: bool


Marked = tuple[Piece, ...]


def marked(one: str, other: str) -> tuple[Marked, Marked]:
    """Both texts in pieces; put together they are the texts."""
    left, right = _flags(one, other)
    return _pieces(one, left), _pieces(other, right)


def marked_masked(fact: str, one: str, other: str, *, shows: bool = True) -> tuple[Marked, Marked]:
    """The same with the fact's mask; of what is masked only differing characters are shown, and only where they are
    few. One side missing is no difference. Without ``shows`` both are masked, and nothing is said of differences."""
    mask = mask_birth if fact == "birth" else MASKS.get(fact, str)
    if not one or not other or not shows:
        # Not even which places differ: who knows the one side would know the other by it.
        return _pieces(mask(one), [False] * len(one)), _pieces(mask(other), [False] * len(other))
    left, right = _flags(one, other)
    few = max(sum(left), sum(right)) <= MOST_SHOWN
    return tuple(  # type: ignore[return-value]
        _pieces("".join(c if few and d else m for c, d, m in zip(text, flags, _mask(mask, text), strict=True)), flags)
        for text, flags in ((one, left), (other, right))
    )


def _mask(mask: object, text: str) -> str:
    hidden: str = mask(text)  # type: ignore[operator]
    return hidden if len(hidden) == len(text) else "*" * len(text)


def _flags(one: str, other: str) -> tuple[list[bool], list[bool]]:
    if len(one) == len(other) and one.isascii():  # numbers: place by place, a transposition is two places
        same = [a == b for a, b in zip(one, other, strict=True)]
        return [not s for s in same], [not s for s in same]
    left, right = [True] * len(one), [True] * len(other)
    for block in SequenceMatcher(None, one, other, autojunk=False).get_matching_blocks():
        left[block.a : block.a + block.size] = [False] * block.size
        right[block.b : block.b + block.size] = [False] * block.size
    return left, right


def _pieces(text: str, flags: Sequence[bool]) -> Marked:
    found: list[Piece] = []
    for char, differs in zip(text, flags, strict=True):
        if found and found[-1].differs == differs:
            found[-1] = Piece(found[-1].text + char, differs)
        else:
            found.append(Piece(char, differs))
    return tuple(found)

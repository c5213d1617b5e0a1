"""Words of a cell as the choices they stand for, and what is left as text. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass

from server.exchange.plain import is_blank, one_line, parts_of, tight
from server.households.kinds import Programme
from server.ledgers.cells import labels_of

#: 家庭基本保障 as people write it.
PROGRAMMES: Mapping[str, str] = {
    **{str(one.label): str(one.value) for one in Programme},
    "低保": "dibao", "低保户": "dibao", "低保对象": "dibao", "城乡低保": "dibao",
    "最低生活保障": "dibao", "最低生活保障家庭": "dibao",
    "特困": "tekun", "特困供养": "tekun", "特困人员": "tekun", "特困供养人员": "tekun", "特困家庭": "tekun",
    "重残无业": "zhongcan", "重残无业人员": "zhongcan", "重残": "zhongcan",
    "因病支出型": "zhichu", "因病支出型贫困家庭": "zhichu", "因病支出型困难家庭": "zhichu",
}  # fmt: skip


@dataclass(frozen=True)
class Chosen:
    """``codes`` of the choices, ``rest`` what is none of them."""

    codes: tuple[str, ...] = ()
    rest: str = ""


def choices_in(text: str, words: Mapping[str, str]) -> Chosen:
    """What a cell lists, by the words of a choice list (code → word). A text that lists none of them stays whole."""
    said = one_line(text)
    if not said:
        return Chosen()
    codes = {tight(word): code for code, word in words.items()}
    # As our own tables list them: 、 alone parts, so that a word with a stroke inside stays one.
    ours = _chosen([part.strip() for part in said.split("、") if part.strip()], codes)
    if ours.codes and labels_of(ours.codes, words, ours.rest) == said:
        return ours
    theirs = _chosen(parts_of(said), codes)
    return theirs if theirs.codes else Chosen((), said)


def _chosen(parts: list[str], codes: Mapping[str, str]) -> Chosen:
    known = tuple(dict.fromkeys(codes[tight(part)] for part in parts if tight(part) in codes))
    return Chosen(known, "、".join(part for part in parts if tight(part) not in codes))


def programmes_in(text: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """(programmes in the order of the cell, words that are none of the four)."""
    codes = {tight(word): code for word, code in PROGRAMMES.items()}
    parts = [part for part in parts_of(text) if not is_blank(part)]
    found = tuple(dict.fromkeys(codes[tight(part)] for part in parts if tight(part) in codes))
    return found, tuple(part for part in parts if tight(part) not in codes)

"""Names: notes and titles off, surname and given name apart, pinyin, and pinyin as it is mistaken. Pure."""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from pypinyin import Style, lazy_pinyin

from server.households.matching.normal.surnames import COMPOUND, PINYIN, READING
from server.households.matching.normal.text import DOT, DOTS, half_width, is_han, simplified

NOBODY = frozenset(
    [
        "不详", "不明", "未知", "无", "无名", "无名氏", "没有", "暂无", "空", "测试", "同上", "户主",
        "本人", "未填", "未提供", "拒绝", "拒绝提供", "拒答", "姓名", "佚名", "null", "none", "nan", "test",
        "某某", "略", "待补", "待核实", "不愿透露",
    ]
)
_BRACKETS = re.compile(r"[(\[{【〔「『<《〈][^)\]}】〕」』>》〉]*[)\]}】〕」』>》〉]?")
_BEFORE = re.compile(r"^(?:户主|姓名|户名|本人|申请人|登记人|代表|已故|故|孤老|低保户?|特困户?)[:：\-]?(?=.{2})")
_AFTER = re.compile(
    r"(?:先生|女士|小姐|同志|阿婆|阿公|老伯伯?|伯伯|爷叔|阿姨|大爷|大伯|大妈|大娘|奶奶|爷爷|婆婆|公公|老师|师傅|老太太?|老头|老人|"
    r"妈妈|爸爸|妈|爸|嫂子?|家属|家人|一家|全家|户主|本人|遗孀|的?(?:儿子|女儿|妻子|丈夫|老婆|老公|母亲|父亲|家)|等\d*人?|之[子女妻父母])$"
)
_SEVERAL = re.compile(r"[,、;/|\\+&和及与]")
_DOTTED = re.compile(f"[{re.escape(DOTS)}]")
_SYLLABLE_ENDS = (("ang", "an"), ("eng", "en"), ("ing", "in"), ("iong", "ong"))
_TONES = re.compile(r"[\u0300-\u036f]")
_GROUPS = (
    "未末", "己已巳", "日曰", "晴睛", "土士", "干千于", "戊戌戍", "天夭", "今令", "免兔", "侯候", "折析",
    "材村", "冶治", "毛手", "王玉主", "大太犬", "水永", "刀力", "目自", "白百", "田由申甲", "木本", "李季",
    "孙狲", "洁浩", "徐涂", "杨扬", "梅海", "妹妺", "芬芳", "英美", "根银", "桃挑", "科料", "明朋", "兰三",
    "良艮", "弟第", "秀季", "刘列", "陈阵", "沈沉", "潘番", "范苑", "汤场", "建健", "伟讳", "红虹", "凤风",
    "丹舟", "宝室", "贵责", "义文",
)
#: Characters easily written for each other; the first of each group stands for all.
_LOOKALIKE = str.maketrans({
    char: group[0]
    for group in _GROUPS
    for char in group[1:]
})


@dataclass(frozen=True, slots=True)
class Name:
    """``chars`` the Han of it ('' where pinyin was typed), ``pinyin`` and ``fuzzy`` without breaks, ``shape`` with
    look-alikes made one. ``given`` is empty where only a surname is known (王阿婆, 张某某)."""

    chars: str = ""
    surname: str = ""
    given: str = ""
    pinyin: str = ""
    surname_py: str = ""
    given_py: str = ""
    fuzzy: str = ""
    shape: str = ""


def _ascii(text: str) -> str:
    """Letters without tones, ü as v."""
    return _TONES.sub("", unicodedata.normalize("NFD", text).replace("u\u0308", "v").replace("U\u0308", "v"))


@lru_cache(maxsize=50_000)
def syllable(char: str) -> str:
    """The usual reading of a character, ASCII, without tone; a code point where nobody knows one."""
    read = lazy_pinyin(char, style=Style.NORMAL, v_to_u=False)[0]
    if read.isascii():
        return str(read).lower()
    plain = _ascii(read).lower()
    return plain if plain.isascii() else f"u{ord(char[0]):x}"


def pinyin_of(text: str) -> str:
    """Readings one after another; letters and digits stay."""
    return "".join(char.lower() if char.isascii() else syllable(char) for char in text if char.isalnum())


@lru_cache(maxsize=5_000)
def fuzzy_syllable(read: str) -> str:
    """A reading as it is heard here: zh–z, ch–c, sh–s, ang–an, eng–en, ing–in, n–l, h(u)–w, r–l, f–h before u."""
    for long, short in (("zh", "z"), ("ch", "c"), ("sh", "s")):
        if read.startswith(long):
            read = short + read[2:]
    if read.startswith("hua"):
        read = "w" + read[2:]
    if read[:1] in "nr" and len(read) > 1:
        read = "l" + read[1:]
    for long, short in _SYLLABLE_ENDS:
        if read.endswith(long):
            return read[: -len(long)] + short
    return read


@lru_cache(maxsize=200_000)
def name_of(text: str | None) -> Name:
    """A name as typed, taken apart. Nothing known gives an empty name; never fails."""
    plain = _DOTTED.sub(DOT, half_width(" ".join((text or "").split()))).strip()
    plain = _BRACKETS.sub("", plain).strip(f" {DOT}:：,，、-_*?？'\"")
    latin = _ascii(plain)
    if latin.isascii():
        return _typed_pinyin(latin)
    plain = simplified("".join(plain.split()))
    plain = _SEVERAL.split(_BEFORE.sub("", plain))[0]
    return _han(plain)


def _typed_pinyin(text: str) -> Name:
    if text.strip().lower() in NOBODY:
        return Name()
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", text)
    words = [word for word in re.split(r"[^A-Za-z]+", spaced.lower().replace("u:", "v")) if word]
    letters = "".join(words)
    if len(letters) < 3:
        return Name()
    if len(words) > 1:
        surname = words[0] if words[0] in PINYIN or words[-1] not in PINYIN else words[-1]
    else:
        surname = next((letters[:n] for n in range(min(8, len(letters) - 2), 1, -1) if letters[:n] in PINYIN), "")
    first = letters.startswith(surname)
    given = letters[len(surname) :] if first else letters[: -len(surname)]
    letters = surname + given
    return Name("", "", "", letters, surname, given, _fuzzy_letters(letters), "")


def _fuzzy_letters(letters: str) -> str:
    """The fuzzy form of pinyin that nobody divided: cut greedily into known syllables' shapes."""
    parts = re.findall(r"[bpmfdtnlgkhjqxzcsryw]?h?[aeiouv]+(?:ng?(?![aeiouv])|r(?![aeiouv]))?", letters)
    return "".join(map(fuzzy_syllable, parts)) if "".join(parts) == letters else letters


def _han(text: str) -> Name:
    if text in NOBODY:
        return Name()
    if DOT in text:
        parts = [part for part in text.split(DOT) if part]
        reads = ["".join(syllable(c) for c in part if is_han(c) or c.isalpha()) for part in parts]
        fuzzy = "".join(fuzzy_syllable(syllable(c)) for part in parts for c in part)
        chars = DOT.join(parts)
        return Name(chars, parts[0], DOT.join(parts[1:]), "".join(reads), reads[0], "".join(reads[1:]), fuzzy, chars)
    bare = text
    while (shorter := _AFTER.sub("", bare)) != bare and shorter:
        bare = shorter
    if len(bare) == 2 and bare[0] in "小老阿" and is_han(bare[1]):
        bare = bare[1]
    chars = "".join(c for c in bare if is_han(c))
    if not chars or chars in NOBODY or len(chars) > 12:
        return Name()
    size = 2 if chars[:2] in COMPOUND and len(chars) > 2 else 1
    surname, given = chars[:size], chars[size:]
    if given and set(given) <= set("某×ＸxX"):
        given = ""
    surname_py = READING.get(surname) or "".join(map(syllable, surname))
    reads = [syllable(char) for char in given]
    given_py = "".join(reads)
    fuzzy = fuzzy_syllable(surname_py) + "".join(map(fuzzy_syllable, reads))
    whole = surname + given
    return Name(
        whole, surname, given, surname_py + given_py, surname_py, given_py, fuzzy, whole.translate(_LOOKALIKE)
    )

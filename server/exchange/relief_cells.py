"""家庭基本保障, 准入救助时间 and 终止时间: three cells that together are spells of relief. Pure."""

from collections.abc import Callable, Mapping
from datetime import date

from server.exchange.choices import programmes_in
from server.exchange.days import UNKNOWN, NotADay, Told, days_told
from server.exchange.plain import Raw, one_line
from server.exchange.values import Problem, error
from server.ledgers.kinds import LedgerKind

PROGRAMME, ADMITTED, ENDED = "家庭基本保障", "准入救助时间", "终止时间"
_FOUR = "只能填：低保家庭、特困供养对象、重残无业对象、因病支出型家庭；几项之间用“、”隔开"
_WRITTEN = "写成 2018.03 或 2018.03.15；不知道就写“不详”"
_PAIRED = "一项保障对应一个时间，用“、”隔开、顺序相同；时间都一样的写一个"
Note = Callable[[Problem], None]


def relief_in(
    kind: LedgerKind, programme: Raw, admitted: Raw, ended: Raw, day: date, note: Note
) -> Mapping[str, str]:
    """The answers ``programme``, ``admit_on`` and ``end_on``: codes and days in one order, – for a day not known.

    ``day``: the last of the month. Problems go to ``note``.
    """
    codes, others = programmes_in(one_line(programme))
    if others:
        note(error(f"“{others[0][:20]}”不是表三、表四的保障类别", _FOUR, PROGRAMME))
    elif not codes:
        note(error("没有家庭基本保障", _FOUR, PROGRAMME))
    if not codes:
        return {}
    starts = _days(admitted, ADMITTED, len(codes), note)
    ends = _days(ended, ENDED, len(codes), note) if kind == LedgerKind.FOUR else []
    if starts and not any(start.day for start in starts):
        note(Problem("准入救助时间不详", "知道的话请补上", ADMITTED))
    if any(start.day is not None and start.day > day for start in starts):
        note(error("准入救助时间晚于本月", "还没有准入的不在表三、表四；时间写错的请改正", ADMITTED))
    answers = {"programme": " ".join(codes)}
    if starts:
        answers["admit_on"] = " ".join(start.text or "-" for start in starts)
    if kind == LedgerKind.FOUR and ends:
        answers |= _ended(starts or [UNKNOWN] * len(ends), ends, day, note)
    return answers


def _ended(starts: list[Told], ends: list[Told], day: date, note: Note) -> dict[str, str]:
    last = [_last_of(end) for end in ends]
    if not all(last):
        note(error("没有终止时间", "表四是已经终止的家庭，回访从终止时间算起，请写成 2024.07.15", ENDED))
        return {}
    if any(end.precision == "month" for end in ends):
        note(Problem("终止时间只写到月，按当月最后一天算", "知道哪一天的请写全", ENDED))
    for start, end, told in zip(starts, last, ends, strict=True):
        if end is not None and start.day is not None and end < start.day:
            note(error("终止时间早于准入救助时间", "请核对这两个时间", ENDED))
        if told.day is not None and told.day > day:
            note(error("终止时间晚于本月", "本月还在保障的应在表三；时间写错的请改正", ENDED))
    return {"end_on": " ".join(min(end, day).isoformat() for end in last if end is not None)}


def _last_of(told: Told) -> date | None:
    """The day itself; of a month its last, which is when a programme paid by the month ends."""
    if told.day is None or told.precision != "month":
        return told.day
    following = date(told.day.year + told.day.month // 12, told.day.month % 12 + 1, 1)
    return date.fromordinal(following.toordinal() - 1)


def _days(raw: Raw, column: str, wanted: int, note: Note) -> list[Told]:
    """As many days as programmes: one for all, or one each; [] where an error was noted."""
    try:
        told = days_told(raw)
    except NotADay as why:
        note(error(f"{column}{why.sentence}", _WRITTEN, column))
        return []
    for one in told:
        if one.doubt:
            note(Problem(one.doubt, "把单元格设为文本，写成 2024.10 或 2024.01", column))
    if len(told) <= 1:
        return (told or [UNKNOWN]) * wanted
    if len(told) != wanted:
        note(error(f"有 {wanted} 项保障、{len(told)} 个时间", _PAIRED, column))
        return []
    return told



"""Lines and workbooks of invented people, as the tables print them."""

from datetime import UTC, date, datetime

from server.households.values import Spell
from server.ledgers.kinds import LedgerKind
from server.ledgers.lines import lines_for
from server.ledgers.names import names_in
from server.ledgers.values import Line, last_day
from server.ledgers.workbook import Paper
from tests.cast import ZHUJIAJIAO, Cast
from tests.ledgers.keep import moment
from tests.ledgers.samples import LINKS, household, id_number

MONTH = "2024-08"
DAY = last_day(MONTH)
NOW = moment("2024-09-03")
_SURNAMES = "赵钱孙李周吴郑王冯陈"


def paper() -> Paper:
    return Paper(town="朱家角镇", month=MONTH, state="开放", made_at=datetime(2024, 9, 1, 1, 0, tzinfo=UTC))


def lines_of(cast: Cast, kind: LedgerKind, many: int) -> list[Line]:
    """So many lines of one table, everybody another person, over all 村居."""
    names = names_in(ZHUJIAJIAO, DAY)
    found: list[Line] = []
    for number in range(many):
        serial = int(kind.value) * 200 + number % 200
        year = 1930 + int(kind.value) * 15 + number // 200
        spells = {
            LedgerKind.THREE: (Spell("dibao", date(2018, 3, 1), None, "month"),),
            LedgerKind.FOUR: (Spell("dibao", date(2018, 3, 1), date(2024, 7, 15), "month"),),
        }.get(kind, ())
        folded = household(
            *spells, id=f"h-{kind.value}-{number}", village=cast.villages[number % len(cast.villages)],
            rep_name=_SURNAMES[number % 10] + "一二三四五六七八九十"[number // 10 % 10] + kind.label[1],
            id_no=id_number(f"{year}{number % 12 + 1:02d}{number % 28 + 1:02d}", serial),
            addr=f"{_SURNAMES[number % 7]}{kind.label}路 {number + 1} 弄 {number % 9 + 1} 号",
            phone=f"138{kind.value}{number:07d}",
            may_qualify="yes" if kind == LedgerKind.ONE else "no",
        )
        links = LINKS if kind in (LedgerKind.THREE, LedgerKind.FOUR) else ()
        (line,) = lines_for(folded, DAY, names, links=links, at_exit=folded)
        assert line.kind == kind
        found.append(line)
    return found

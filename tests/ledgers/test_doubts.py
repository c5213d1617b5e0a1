"""What the person who closes a month is told to look at."""

from typing import Any

import pytest

from server.households.values import Spell
from server.ledgers.doubts import doubts_of
from server.ledgers.lines import lines_for
from tests.ledgers.samples import DAY, DIBAO, NAMES, household


@pytest.mark.parametrize(
    ("spells", "facts", "doubts"),
    [
        ((), {}, ()),
        ((DIBAO,), {}, ()),
        ((), {"id_no": None, "birth": "1960-01-01"}, ("没有身份证号",)),
        ((), {"id_no": "319999196203152019"}, ("身份证号不合校验规则",)),
        ((), {"id_no": "E1234567", "id_type": "passport", "birth": "1960-01-01"}, ()),
        ((), {"id_no": "E1234567", "id_type": "passport"}, ("算不出年龄",)),
        ((), {"applied": "in"}, ("已在（或曾在）救助中，但不属于表三的四项保障，暂列表一，请核定",)),
        ((), {"policy_minzheng": None}, ("没有写拟可准入的政策",)),
        ((), {"may_qualify": "no", "difficulty": "生病"}, ("家庭主要困难需求写得太短",)),
        ((Spell("dibao", None),), {"plan": None}, ("准入救助时间不详", "没有处理方案")),
        ((), {"village": "310118102999"}, ("所在村居没有救助顾问",)),
    ],
)
def test_doubts(spells: tuple[Spell, ...], facts: dict[str, Any], doubts: tuple[str, ...]) -> None:
    folded = household(*spells, **facts)
    (line,) = lines_for(folded, DAY, NAMES)
    assert tuple(doubt.text for doubt in doubts_of(line, folded)) == doubts

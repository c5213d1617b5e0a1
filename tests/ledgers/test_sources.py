"""Every cell knows where it comes from."""

import pytest

from server.acts.kinds import ActKind
from server.acts.models import Act
from server.field.decide import decide
from server.households.kinds import ProposalKind
from server.ledgers.columns import TABLES
from server.ledgers.kinds import LedgerKind
from server.ledgers.origins import RULES, origins_of
from server.ledgers.read import lines_of
from server.ledgers.values import Line
from server.support.models import Policy
from tests.cast import ZHUJIAJIAO, Cast
from tests.ledgers.keep import accept, admitted, correct, left, moment, refer, screen

pytestmark = pytest.mark.django_db

IDS = {kind: f"00000000-0000-4000-8000-0000000003{kind.value:0>2}" for kind in LedgerKind}


def line_of(kind: LedgerKind) -> Line:
    (line,) = lines_of(ZHUJIAJIAO, "2024-08", IDS[kind])
    assert line.kind == kind
    return line


@pytest.fixture
def village(cast: Cast) -> str:
    Policy.objects.create(code="dibao", name="最低生活保障", kind="basic")
    Policy.objects.create(code="rent", name="廉租住房", kind="special", dept="other")
    home, no_id = cast.villages[0], {"id_no": None, "birth": "1950-02-03", "sex": "female"}
    relief = admitted("dibao", "2018-03-01", "month")
    screen(IDS[LedgerKind.ONE], "2024-08-02", home)
    screen(IDS[LedgerKind.TWO], "2024-08-03", home, **no_id, rep_name="李秀英", phone="2", may_qualify="no",
           suggest="联系基金会")
    screen(IDS[LedgerKind.THREE], "2024-08-04", home, **no_id, rep_name="王五", phone="3", relief=(relief,),
           overlay=["rent"])
    screen(IDS[LedgerKind.FOUR], "2024-08-05", home, **no_id, rep_name="赵六", phone="4",
           relief=(relief, left("dibao", "2024-07-15")), overlay=["rent"])
    for kind in (LedgerKind.THREE, LedgerKind.FOUR):
        refer(f"ref-{kind.value}", IDS[kind], "2024-08-06", state="linked", linked_on="2024-08-06", policy="rent")
    return home


@pytest.mark.parametrize("kind", LedgerKind)
def test_every_filled_cell_has_a_source_that_opens(kind: LedgerKind, village: str) -> None:
    line = line_of(kind)
    for column in TABLES[kind].columns[1:]:
        assert column.key in RULES
        cell = line.cells[column.key]
        if cell.value is not None:
            assert cell.sources, column.heading
            assert len(origins_of(cell.sources)) >= 1, column.heading


def test_an_exit_decided_at_the_desk_is_the_source_of_its_day(village: str) -> None:
    accept(IDS[LedgerKind.THREE], ProposalKind.EXIT, "2024-08-20", at=moment("2024-08-21"), programme="dibao")
    (line,) = lines_of(ZHUJIAJIAO, "2024-08", IDS[LedgerKind.THREE])
    act = Act.objects.get(kind=ActKind.ACCEPT)
    assert line.cells["ended"].sources == (str(act.pk),)
    (origin,) = origins_of(line.cells["ended"].sources)
    assert (origin.title, origin.act) == ("采纳", ActKind.ACCEPT)


def test_a_correction_is_told_beside_the_submission_it_mended(village: str) -> None:
    line = line_of(LedgerKind.ONE)
    (instance,) = line.cells["income"].sources
    correct(instance, "income_pc", 900, moment("2024-08-20"))
    origins = origins_of(line_of(LedgerKind.ONE).cells["income"].sources, ("income_pc",))
    assert [origin.title for origin in origins] == ["更正", "填报"]


def test_an_assigned_village_names_the_decision(village: str, cast: Cast) -> None:
    decide(ActKind.ASSIGN, IDS[LedgerKind.ONE], by=cast.wang.pk, now=moment("2024-08-20"), reason="搬到隔壁村",
           value={"village": cast.villages[1]})
    (origin,) = origins_of(line_of(LedgerKind.ONE).cells["village"].sources)
    assert (origin.by, origin.text) == ("王主任", "搬到隔壁村")

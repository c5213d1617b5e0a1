"""在册关爱 is one thing: the ledger, the schedule, the board and the lists say it of the same households."""

from datetime import date, timedelta

import pytest

from server.acts.kinds import ActKind
from server.field.decide import decide
from server.households.care import in_care
from server.households.find import IN_CARE, households_counted, open_household
from server.households.kinds import ProposalKind
from server.households.models import Household
from server.ledgers.read import month_view
from server.visits.kinds import DueKind
from server.visits.models import Due
from tests.cast import ZHUJIAJIAO, Cast
from tests.ledgers.keep import accept, admitted, left, moment, screen, visit
from tests.ledgers.samples import id_number

pytestmark = pytest.mark.django_db
AT = moment("2024-08-20")


def someone(number: int) -> tuple[str, dict[str, str]]:
    number_text = id_number(f"{1940 + number}0312", number)
    facts = {"rep_name": f"某某{number}", "id_no": number_text, "phone": f"1390000{number:04d}"}
    return f"00000000-0000-4000-8000-{number:012d}", facts


def test_one_definition_everywhere(cast: Cast) -> None:
    home = cast.villages[0]
    ids = {}
    states = "plain", "exit", "moved", "dead", "not_found", "closed", "back", "void", "returned"
    for number, state in enumerate(states):
        one, facts = someone(number)
        ids[state] = one
        relief = (admitted("dibao", "2020-01-01"), left("dibao", "2024-07-01")) if state == "exit" else ()
        instance = screen(one, "2024-08-02", home, relief=relief, **facts)
        if state in ("moved", "dead", "not_found"):
            accept(one, ProposalKind(state), "2024-08-10", at=AT)
        if state in ("closed", "back"):
            accept(one, ProposalKind.CLOSE, "2024-08-10", at=AT)
        if state == "back":
            accept(one, ProposalKind.REOPEN, "2024-08-12", at=AT + timedelta(hours=1))
        if state == "void":
            decide(ActKind.VOID, instance, by=None, now=AT)
        if state == "returned":
            decide(ActKind.RETURN, instance, by=None, now=AT, reason="看不清")
    ids["visited"] = someone(90)[0]
    visit(ids["visited"], "2024-08-04", village=home)

    expected = {ids[state] for state in ("plain", "exit", "back", "visited")}
    rows = {row.pk: open_household(row).folded for row in Household.objects.all()}
    assert {pk for pk, folded in rows.items() if in_care(folded, date(2024, 8, 31))} == expected
    assert set(Household.objects.filter(IN_CARE).values_list("pk", flat=True)) == expected
    assert set(Due.objects.exclude(kind=DueKind.NONE).values_list("pk", flat=True)) == expected
    lines = month_view(ZHUJIAJIAO, "2024-08").lines
    in_tables = [line.household for found in lines.values() for line in found]
    assert sorted(in_tables) == sorted(expected)
    assert sum(households_counted([ZHUJIAJIAO]).values()) == len(expected)

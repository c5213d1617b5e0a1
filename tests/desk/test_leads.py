"""A lead ends: by a visit, by a registration, or at the desk with a reason; never by itself."""

from collections.abc import Callable

import pytest
from django.test import Client

from server.accounts.models import AccessLog, User
from server.support.kinds import LeadState
from server.support.models import Lead
from server.visits.kinds import DueKind
from server.visits.models import Due
from sync.models import PhoneRow
from tests.desk.conftest import HOUSE, Town
from tests.desk.told import tell

Sit = Callable[[User], Client]
LEAD = "33333333-0000-4000-8000-000000000001"

pytestmark = pytest.mark.django_db


@pytest.fixture
def urgent(town: Town) -> Lead:
    tell(
        town.cast.li,
        "lead",
        {"source": "neighbour", "urgent": "yes", "event": "fire", "village": town.cast.villages[0], "seen": "厨房着火",
         "hh": HOUSE},
        now=town.now, entity=LEAD, create=True,
    )  # fmt: skip
    return Lead.objects.get(pk=LEAD)


def test_answering_ends_the_lead_its_row_and_the_urgent_visit(town: Town, sit: Sit, urgent: Lead) -> None:
    assert Due.objects.get(pk=HOUSE).kind == DueKind.URGENT
    assert PhoneRow.objects.filter(list="leads", entity_id=LEAD).exists()
    desk = sit(town.cast.wang)
    assert "办结" in desk.get("/leads").content.decode()
    desk.post(f"/leads/{LEAD}/answer", {"state": "untrue", "reason": "消防已核实，没有起火"})
    assert Lead.objects.get(pk=LEAD).state == LeadState.UNTRUE
    assert Due.objects.get(pk=HOUSE).kind == DueKind.REGULAR
    assert not PhoneRow.objects.filter(list="leads", entity_id=LEAD).exists()


@pytest.mark.parametrize("form", [{"state": "untrue"}, {"state": "visited", "reason": "去过"}, {"reason": "没有"}])
def test_no_answer_without_a_result_of_the_desk_and_a_reason(
    town: Town, sit: Sit, urgent: Lead, form: dict[str, str]
) -> None:
    page = sit(town.cast.wang).post(f"/leads/{LEAD}/answer", form, follow=True)
    assert "没有保存" in page.content.decode()
    assert Lead.objects.get(pk=LEAD).state == LeadState.OPEN


def test_another_subdistrict_does_not_know_the_lead(town: Town, sit: Sit, urgent: Lead) -> None:
    answer = sit(town.cast.xu).post(f"/leads/{LEAD}/answer", {"state": "untrue", "reason": "没有"})
    assert answer.status_code == 404
    assert AccessLog.objects.filter(subject=f"lead {LEAD}").exists()
    assert Lead.objects.get(pk=LEAD).state == LeadState.OPEN

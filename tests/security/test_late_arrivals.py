"""What comes in late, about a household that is no longer what it was: accepted, credited to who went, routed to where
the household is now."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils.timezone import localdate

from server.accounts.end_assignment import end_assignment
from server.accounts.models import Assignment
from server.acts.kinds import ActKind
from server.field.decide import decide
from server.households.find import open_household, served
from server.households.kinds import ProposalKind, Review, Standing, Status
from server.households.models import Household, Noted
from server.visits.models import Visit
from sync.kinds import State
from sync.models import EntityVersion, PhoneRow, Submission
from tests.desk.conftest import ANSWERS, HOUSE, THIRD, Town
from tests.desk.told import tell

GONE = "55555555-0000-4000-8000-000000000001"


def ruling(town: Town, kind: ActKind, subject: str, **more: object) -> str:
    more = {"by": town.cast.wang.pk, "now": town.now, **more}
    return str(decide(kind, subject, **more).pk)  # type: ignore[arg-type]


def reassigned(town: Town) -> None:
    """小李 answers for none of it any more, and the household has another village."""
    for held in Assignment.objects.filter(user=town.cast.li):
        end_assignment(held.pk, on=localdate(town.now))
    ruling(town, ActKind.ASSIGN, HOUSE, value={"village": town.cast.villages[2]})


def merged(town: Town) -> None:
    ruling(town, ActKind.MERGE, THIRD, other=HOUSE)


def ended(kind: ProposalKind) -> Callable[[Town], None]:
    def end(town: Town) -> None:
        value = {"proposal": str(kind), "instance": "", "programme": ""}
        ruling(town, ActKind.ACCEPT, HOUSE, since=localdate(town.now), value=value)

    end.__name__ = kind.value
    return end


def voided(town: Town) -> None:
    ruling(town, ActKind.VOID, town.first.instance_id)


def returned(town: Town) -> None:
    ruling(town, ActKind.RETURN, town.first.instance_id)


STATES = (merged, ended(ProposalKind.CLOSE), ended(ProposalKind.MOVED), ended(ProposalKind.DEAD),
          ended(ProposalKind.NOT_FOUND), voided, returned)


@pytest.mark.parametrize("becomes", STATES, ids=[becomes.__name__ for becomes in STATES])
def test_a_visit_is_accepted_credited_and_routed(town: Town, becomes: Callable[[Town], None]) -> None:
    becomes(town)
    before = EntityVersion.objects.get(list="households", entity_id=HOUSE).n
    said = tell(town.cast.li, "visit", {"result": "met_person", "kind": "regular", "plan": "迟到的一次"},
                now=town.now + timedelta(minutes=1), entity=HOUSE)
    assert said.state == State.APPLIED
    home = served(HOUSE)
    assert home is not None
    visit = Visit.objects.get(filing__submission=said)
    assert (visit.by_id, visit.household_id) == (town.cast.li.pk, home.pk)
    noted = Noted.objects.get(filing__submission=said)
    assert (noted.review, noted.household_id, noted.village) == (Review.PENDING, home.pk, home.village)
    assert EntityVersion.objects.get(list="households", entity_id=HOUSE).n > before
    assert open_household(home).folded.value("plan") == "迟到的一次"


def test_reassigned_it_waits_for_the_new_village_until_somebody_lets_it_in(town: Town) -> None:
    reassigned(town)
    before = EntityVersion.objects.get(list="households", entity_id=HOUSE).n
    said = tell(town.cast.li, "visit", {"result": "met_person", "kind": "regular", "plan": "迟到的一次"},
                now=town.now + timedelta(minutes=1), entity=HOUSE)
    noted = Noted.objects.get(filing__submission=said)
    assert (said.state, noted.waits, noted.household_id) == (State.APPLIED, True, None)
    assert noted.village == town.cast.villages[2]
    assert not Visit.objects.filter(filing__submission=said).exists()
    assert open_household(town.house).folded.value("plan") == ANSWERS["plan"]
    assert EntityVersion.objects.get(list="households", entity_id=HOUSE).n > before, "his phone is not left waiting"
    ruling(town, ActKind.APPROVE, said.instance_id, now=town.now + timedelta(minutes=2))
    visit = Visit.objects.get(filing__submission=said)
    assert (visit.by_id, visit.household_id) == (town.cast.li.pk, HOUSE)
    assert open_household(town.house).folded.value("plan") == "迟到的一次"
    scopes = PhoneRow.objects.filter(list="households", entity_id=HOUSE).values_list("scope", flat=True)
    assert list(scopes) == [town.cast.villages[2]]


def test_closed_it_stays_closed_until_somebody_says_otherwise(town: Town) -> None:
    ended(ProposalKind.CLOSE)(town)
    tell(town.cast.li, "visit", {"result": "met_person", "kind": "regular"}, now=town.now, entity=HOUSE)
    assert town.house.status == Status.CLOSED
    assert not PhoneRow.objects.filter(list="households", entity_id=HOUSE).exists()


def test_of_a_household_nobody_knows_one_is_made_for_the_time_being(town: Town) -> None:
    said = tell(town.cast.gu, "visit", {"result": "met_person", "kind": "regular", "plan": "先记下"}, now=town.now,
                entity=GONE)
    home = Household.objects.get(pk=GONE)
    assert (home.standing, home.village) == (Standing.PROVISIONAL, town.cast.villages[0])
    assert Noted.objects.get(filing__submission=said).village == town.cast.villages[0]
    row = PhoneRow.objects.get(list="households", entity_id=GONE)
    assert row.scope == town.cast.villages[0]


def chain(town: Town, plans: list[str]) -> list[Submission]:
    """A visit and its edits, each naming the one before."""
    sent: list[Submission] = []
    for plan in plans:
        sent.append(tell(town.cast.li, "visit", {"result": "met_person", "kind": "regular", "plan": plan},
                         now=town.now, entity=HOUSE, edits=sent[-1].instance_id if sent else ""))
    return sent


@pytest.mark.parametrize(("kind", "stands", "reviews"), [
    (ActKind.APPROVE, "改过", [Review.APPROVED, Review.RESENT]),
    (ActKind.RETURN, "改过", [Review.RETURNED, Review.RESENT]),
    (ActKind.VOID, ANSWERS["plan"], [Review.VOIDED, Review.VOIDED]),
])
def test_an_edit_of_what_was_judged(town: Town, kind: ActKind, stands: str, reviews: list[str]) -> None:
    """退回 is answered by an edit, 通过 is judged again, 作废 covers later edits until it is lifted."""
    (first,) = chain(town, ["原来"])
    ruling(town, kind, first.instance_id)
    edit = tell(town.cast.li, "visit", {"result": "met_person", "kind": "regular", "plan": "改过"}, now=town.now,
                entity=HOUSE, edits=first.instance_id)
    assert edit.state == State.APPLIED
    assert open_household(town.house).folded.value("plan") == stands
    assert [Noted.objects.get(filing__submission=one).review for one in (first, edit)] == reviews
    if kind == ActKind.VOID:
        ruling(town, ActKind.UNVOID, first.instance_id, now=town.now + timedelta(minutes=1))
        assert open_household(town.house).folded.value("plan") == "改过"


def test_an_edit_of_what_was_merged_speaks_of_the_survivor(town: Town) -> None:
    ruling(town, ActKind.MERGE, HOUSE, other=THIRD)
    edit = tell(town.cast.li, "screening", {**ANSWERS, "village": town.cast.villages[1], "rep_name": "李四",
                "id_no": "", "id_type": "none", "phone": "13900005678", "plan": "合并后又改"}, now=town.now,
                entity=THIRD, create=True, edits=town.second.instance_id)
    home = served(THIRD)
    assert home is not None
    assert home.pk == served(HOUSE).pk  # type: ignore[union-attr]
    assert Noted.objects.get(filing__submission=edit).household_id == home.pk
    assert not Noted.objects.get(filing__submission=town.second).is_head
    assert "合并后又改" in str(open_household(home).folded.facts["plan"].value)

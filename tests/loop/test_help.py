"""Leads, referrals, members and leaving care: the four forms have their full effect."""

from datetime import date

import pytest

from server.acts.kinds import ActKind
from server.field.decide import decide
from server.households.kinds import ProposalKind, Status
from server.households.models import Household
from server.ledgers.kinds import LedgerKind
from server.ledgers.read import month_view
from server.support.kinds import LeadState, ReferralState
from server.support.models import Lead, Referral
from server.visits.models import Due
from sync.models import Submission
from tests.cast import ZHUJIAJIAO
from tests.engine.answers import id_number
from tests.engine.engine import Answer, Look
from tests.loop.field_phone import FieldPhone
from tests.loop.test_branch import block, screening
from tests.loop.world import World, all_applied, due, household

pytestmark = pytest.mark.slow

VISIT: list[Answer] = [("result", "met_person"), ("changed", "none"), ("trend", "same"), ("told_policy", "no")]


def lead(world: World, *more: Answer, **answers: str) -> list[Answer]:
    told = {"source": "neighbour", "urgent": "no", "village": world.village, "seen": "几天没见她出门，窗户也没开"}
    return [*{**told, **answers}.items(), *more]


def registered(phone: FieldPhone, world: World, **other: str) -> str:
    phone.report("screening", screening(world, **other))
    return phone.row("households", other.get("rep_name", "赵阿婆")).id


def visited(phone: FieldPhone, entity: str, *steps: Answer) -> None:
    phone.report("visit", [("scope", "all"), ("hh", entity), *(steps or VISIT)])


def accept(world: World, entity: str, kind: ProposalKind, since: date, programme: str = "") -> None:
    """As the desk does: what is pending, in force from its day on."""
    (pending,) = [p for p in household(entity).pending if p.proposed.kind == kind]
    value = {"proposal": str(kind), "instance": pending.instance, "programme": programme}
    decide(ActKind.ACCEPT, entity, by=world.cast.wang.pk, now=world.clock.now(), since=since, value=value)


def test_a_lead_ends_in_a_registration(world: World) -> None:
    world.clock.to("2024-04-09")  # a Tuesday
    neighbour, consultant = world.phone(world.cast.li), world.phone(world.cast.gu)
    neighbour.report("lead", lead(world, rep_name="赵阿婆"))
    hint = Lead.objects.get()
    assert (hint.state, hint.village, hint.urgent) == (LeadState.OPEN, world.village, False)
    assert hint.due_at.date() == date(2024, 4, 12)  # the third working day
    consultant.sync()
    row = consultant.row("leads", "赵阿婆")
    assert (row.properties["due"], row.properties["state"]) == ("2024-04-12", "open")
    world.clock.to("2024-04-10")
    answers = screening(world)
    consultant.report("screening", [*answers[:2], ("lead_id", row.id), *answers[2:]])
    assert all_applied()
    hint.refresh_from_db()
    assert (hint.state, hint.answered_on) == (LeadState.REGISTERED, date(2024, 4, 10))
    assert consultant.rows("leads") == {}
    neighbour.sync()
    assert neighbour.rows("leads") == {}


def test_an_emergency_makes_a_household_due_at_once_until_somebody_was_there(world: World) -> None:
    world.clock.to("2024-04-10")
    consultant = world.phone(world.cast.gu)
    entity = registered(consultant, world)
    assert due(entity) == ("regular", date(2024, 7, 1), date(2024, 9, 30))
    world.clock.to("2024-05-15 20:10")
    fire = [("event", "fire"), ("hit_basic", "yes"), ("need_now", "住处和被褥"), ("aid_now", "money"),
            ("aid_amount", "500")]  # fmt: skip
    consultant.report("lead", [("source", "property"), ("urgent", "yes"), *fire, ("village", world.village),
                               ("hh", entity), ("seen", "厨房失火，人没事")])  # fmt: skip
    hint = Lead.objects.get()
    assert (hint.urgent, hint.about) == (True, entity)
    assert hint.due_at == hint.received_at.replace(day=16)  # within 24 hours
    assert due(entity) == ("urgent", date(2024, 5, 15), date(2024, 5, 16))
    assert "急" in consultant.rows("households")[entity].label

    # 今天该走 shows it; the form says what kind of visit that is.
    filled = consultant.fill("visit", [("hh", entity), Look(("kind_word", "lead_id"))])
    assert filled.looks[0]["kind_word"].value == "急难处置"
    assert filled.looks[0]["lead_id"].options == (hint.pk,)
    world.clock.to("2024-05-15 21:00")
    visited(consultant, entity, ("result", "not_home"))
    assert due(entity)[0] == "urgent"  # nobody was met: as open as before
    world.clock.to("2024-05-16 08:00")
    visited(consultant, entity, ("lead_id", hint.pk), *VISIT)
    hint.refresh_from_db()
    assert (hint.state, hint.answered_on) == (LeadState.VISITED, date(2024, 5, 16))
    assert due(entity) == ("regular", date(2024, 7, 1), date(2024, 9, 30))


def test_a_referral_fills_the_two_columns(world: World) -> None:
    """衔接: opened, linked, done; each as the ledger shows it, and one place less in the resource bank."""
    world.clock.to("2024-04-10")
    phone = world.phone(world.cast.gu)
    relief = [("in_relief", "in"), ("programme", "dibao"), ("admit_on", "2022-05-01")]
    answers = dict(screening(world))
    for name in ("in_relief", "may_qualify", "willing", "able", "aware", "policy_minzheng"):
        del answers[name]
    at = [*answers].index("difficulty")
    phone.report("screening", [*[*answers.items()][:at], *relief, *[*answers.items()][at:]])
    entity = phone.row("households", "赵阿婆").id

    world.clock.to("2024-04-12")
    new = [("hh", entity), ("need", "medical"), ("kind", "medical"), ("policy", "medical_aid"), ("state", "contacted"),
           ("next_step", "周五递件")]  # fmt: skip
    phone.report("referral", new)
    world.clock.to("2024-04-20")
    phone.report("referral", [("hh", entity), ("need", "goods"), ("kind", "charity"), ("resource", "fund"),
                              ("state", "linked"), ("linked_on", "2024-04-19"), ("aid_kind", "goods"),
                              ("goods", "大米两袋"), ("payer", "社区基金会"), ("aid_on", "2024-04-19")])  # fmt: skip
    assert all_applied()

    def columns(month: str) -> tuple[object, object]:
        (line,) = month_view(ZHUJIAJIAO, month).lines[LedgerKind.THREE]
        return line.value("links"), line.value("linked")

    fund = "朱家角社区基金会助困（累计物资1次）"
    assert columns("2024-04") == (f"医疗救助\n{fund}", "\n2024.04.19")

    def left() -> str:
        phone.sync()
        lines = phone.media("referral")["resources.csv"].splitlines()
        return {line.split(",")[0]: line.split(",")[5] for line in lines}["fund"]

    assert left() == "3"  # said, and nobody has looked at it yet
    linked = Submission.objects.latest("received_at")
    decide(ActKind.APPROVE, linked.instance_id, by=world.cast.wang.pk, now=world.clock.now())
    assert left() == "2"

    # The first goes on: another submission about the same referral, an update of its entity.
    world.clock.to("2024-05-10")
    first = phone.row("referrals", "医疗救助")
    assert first.properties["state"] == "contacted"
    going_on = phone.report("referral", [("mode", "continue"), ("ref", first.id), ("state", "done"),
                                         ("linked_on", "2024-05-08"), ("outcome", "better"), ("aid_kind", "money"),
                                         ("amount", "800"), ("payer", "医保局"), ("aid_on", "2024-05-08")])  # fmt: skip
    assert block(going_on)["update"] in ("1", "true")
    one = Referral.objects.get(pk=first.id)
    assert (one.state, one.linked_on, str(one.amount)) == (ReferralState.DONE, date(2024, 5, 8), "800.00")
    assert first.id not in phone.rows("referrals")  # done: off the phone
    assert columns("2024-05") == (f"医疗救助（累计800元）\n{fund}", "2024.05.08\n2024.04.19")
    assert columns("2024-04") == (f"医疗救助\n{fund}", "\n2024.04.19")  # April as it was


def test_members_of_a_family(world: World) -> None:
    world.clock.to("2024-04-10")
    phone = world.phone(world.cast.gu)
    son = id_number("19790808", 3)
    answers = dict(screening(world, members_n="3"))
    rows = {
        "member[1]/m_name": "钱小毛", "member[1]/m_relation": "child", "member[1]/m_id_type": "resident",
        "member[1]/m_id_no": son, "member[1]/m_tags": "disabled jobless",
        "member[2]/m_name": "钱老伯", "member[2]/m_birth_year": "1950",
    }  # fmt: skip
    at = [*answers].index("income_pc")
    phone.report("screening", [*[*answers.items()][:at], *rows.items(), *[*answers.items()][at:]])
    entity = phone.row("households", "赵阿婆").id
    folded = household(entity).folded
    assert {(m.name, m.id_no, m.birth, m.tags) for m in folded.members} == {
        ("钱小毛", son, "1979-08-08", ("disabled", "jobless")), ("钱老伯", None, "1950", ()),
    }  # fmt: skip
    # Nobody of them is on the phone.
    assert not [row for row in phone.rows("households").values() if "钱" in str(row)]

    world.clock.to("2024-07-10")
    changed = {
        "1/m_what": "left", "1/m_old_name": "钱老伯", "1/m_since": "2024-06-30", "1/m_left_why": "died",
        "2/m_what": "corrected", "2/m_old_name": "钱小毛", "2/m_name": "钱晓茅", "2/m_id_type": "resident",
        "2/m_id_no": son,
        "3/m_what": "joined", "3/m_name": "钱囡囡", "3/m_birth_year": "2024",
    }  # fmt: skip
    rows = {f"member_change[{name[0]}]{name[1:]}": value for name, value in changed.items()}
    visited(phone, entity, ("result", "met_person"), ("changed", "members"), ("members_n", "2"), *rows.items(),
            ("trend", "same"), ("told_policy", "no"))  # fmt: skip
    assert all_applied()
    folded = household(entity).folded
    assert {(m.name, m.id_no, m.birth) for m in folded.members} == {
        ("钱晓茅", son, "1979-08-08"), ("钱囡囡", None, "2024"),
    }  # fmt: skip
    assert folded.value("members_n") == 2

    # Only the number was wrong: the first row of the repeat, which every engine opens by itself, stays blank.
    world.clock.to("2024-10-09")
    before = folded.members
    visited(phone, entity, ("result", "met_person"), ("changed", "members"), ("members_n", "3"), ("trend", "same"),
            ("told_policy", "no"))  # fmt: skip
    folded = household(entity).folded
    assert (folded.value("members_n"), folded.members) == (3, before)


@pytest.mark.parametrize(
    ("answers", "kind", "status"),
    [
        ([("result", "moved"), ("moved_on", "2024-05-20"), ("moved_to", "other_province"), ("others_left", "no")],
         ProposalKind.MOVED, Status.MOVED),
        ([("result", "dead"), ("died_on", "2024-05-20"), ("others_left", "no"), ("heard_from", "family")],
         ProposalKind.DEAD, Status.DEAD),
        ([("result", "not_found"), ("heard_from", "neighbour")], ProposalKind.NOT_FOUND, Status.NOT_FOUND),
    ],
    ids=["moved", "dead", "not found"],
)  # fmt: skip
def test_leaving_care_is_proposed_and_decided(
    world: World, answers: list[Answer], kind: ProposalKind, status: Status
) -> None:
    world.clock.to("2024-04-10")
    phone = world.phone(world.cast.gu)
    entity = registered(phone, world)
    world.clock.to("2024-05-22")
    visited(phone, entity, *answers)
    assert all_applied()
    # Until it is decided the household stays, on the list and in its table.
    assert household(entity).row.status == Status.ACTIVE
    assert due(entity)[0] == "regular"
    assert entity in phone.rows("households")
    (pending,) = household(entity).pending
    since = date(2024, 5, 22) if kind == ProposalKind.NOT_FOUND else date(2024, 5, 20)
    assert (pending.proposed.kind, pending.proposed.on) == (kind, since)
    world.clock.to("2024-05-24")
    accept(world, entity, kind, since)
    assert household(entity).row.status == status
    assert Due.objects.get(household=entity).due_to is None
    phone.sync()
    assert entity not in phone.rows("households")
    month = [line.household for lines in month_view(ZHUJIAJIAO, "2024-05").lines.values() for line in lines]
    assert month == []
    april = [line.household for lines in month_view(ZHUJIAJIAO, "2024-04").lines.values() for line in lines]
    assert april == [entity]


def test_three_conditions_end_a_return_plan(world: World) -> None:
    """退出 2024-03-15 (domain F-R): the form says what is missing, the server when it may be closed."""
    world.clock.to("2024-03-20")
    phone = world.phone(world.cast.gu)
    answers = dict(screening(world))
    for name in ("in_relief", "may_qualify", "willing", "able", "aware", "policy_minzheng"):
        del answers[name]
    at = [*answers].index("difficulty")
    relief = [("in_relief", "ended"), ("programme", "dibao"), ("admit_on", "2020-01-01"), ("end_on", "2024-03-15")]
    # Registered days after the exit: that was the first return visit, three to six months on is the next.
    phone.report("screening", [*[*answers.items()][:at], *relief, *[*answers.items()][at:]])
    entity = phone.row("households", "赵阿婆").id
    assert due(entity) == ("return", date(2024, 6, 20), date(2024, 9, 20))
    said = [("result", "met_person"), ("changed", "none"), ("income_pc", "3600"), ("trend", "better"),
            ("told_policy", "no"), ("stable_income", "stable"), ("income_source", "job"), ("integration", "good"),
            ("reapply", "no")]  # fmt: skip
    hints = Look(("close_missing", "close_ready", "exit_months"))

    world.clock.to("2025-03-14")  # a day before the year is over
    early = phone.fill("visit", [("hh", entity), *said, hints]).looks[0]
    assert (early["close_missing"].relevant, early["close_ready"].relevant) == (True, False)
    assert early["exit_months"].value == "11"
    assert "退出还没满12个月" in early["close_missing"].label
    visited(phone, entity, *said, ("suggest_close", "no"))
    assert Due.objects.get(household=entity).closable_from is None

    world.clock.to("2025-06-16")
    ready = phone.fill("visit", [("hh", entity), *said, hints]).looks[0]
    assert (ready["close_missing"].relevant, ready["close_ready"].relevant) == (False, True)
    visited(phone, entity, *said, ("suggest_close", "yes"))
    assert Due.objects.get(household=entity).closable_from == date(2025, 6, 16)
    assert due(entity) == ("return", date(2025, 9, 16), date(2025, 12, 16))
    world.clock.to("2025-06-18")
    accept(world, entity, ProposalKind.CLOSE, date(2025, 6, 18))
    assert Household.objects.get(pk=entity).status == Status.CLOSED
    phone.sync()
    assert entity not in phone.rows("households")

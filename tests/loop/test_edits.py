"""Drafts, edits of what was sent, and echoes: an answer changes what it says and nothing else."""

from datetime import date, timedelta
from typing import Any

import pytest

from server.acts.kinds import ActKind
from server.field.decide import decide
from server.households.kinds import Review
from server.households.models import Noted
from server.visits.models import Visit
from tests.engine.engine import Look, Reopen
from tests.loop.field_phone import FieldPhone, Step
from tests.loop.test_branch import screening
from tests.loop.world import World, all_applied, due, household

pytestmark = pytest.mark.slow


def begin(world: World) -> tuple[FieldPhone, str]:
    """A phone on which one household is registered, sent and fetched."""
    world.clock.to("2024-04-10")
    phone = world.phone(world.cast.gu)
    phone.report("screening", screening(world))
    world.clock.to("2024-04-24")
    phone.sync()
    return phone, phone.row("households", "赵阿婆").id


def facts(entity: str) -> dict[str, Any]:
    """The facts as they stand."""
    return {fact: held.value for fact, held in household(entity).folded.facts.items()}


def instance_of(xml: bytes) -> str:
    return xml.decode().split("<instanceID>")[1].split("<")[0]


def correct(world: World, instance: str, fact: str, value: Any) -> None:
    decide(ActKind.CORRECT, instance, by=world.cast.wang.pk, now=world.clock.now(), reason="电话核实",
           value={"fact": fact, "key": "", "value": value})  # fmt: skip


def state(world: World, entity: str, fact: str, value: Any) -> None:
    decide(ActKind.STATE, entity, by=world.cast.wang.pk, now=world.clock.now(), since=world.clock.today,
           reason="来电告知", value={"fact": fact, "key": "", "value": value})  # fmt: skip


def test_an_edit_changes_what_it_says_and_no_more(world: World) -> None:
    phone, entity = begin(world)
    said: list[Step] = [
        ("scope", "all"), ("hh", entity), ("result", "met_person"), ("changed", "income phone"), ("income_pc", "1000"),
        ("phone", "13700137001"), ("trend", "same"), ("told_policy", "no"), ("plan", "下周陪她去递材料"),
    ]  # fmt: skip
    visit = phone.report("visit", said)
    # Meanwhile the desk has rung her up: the number was misheard. And the address is news.
    world.clock.tick(60)
    correct(world, instance_of(visit.xml), "phone", "13700137002")
    state(world, entity, "addr", "东湖街28号")
    before = facts(entity)
    assert (before["phone"], before["addr"]) == ("13700137002", "东湖街28号")
    due_before = due(entity)

    world.clock.to("2024-04-26")
    phone.sync()  # his list now shows the desk's number; the sent form holds his own
    edit = phone.report("visit", [("difficulty", "药费每月要八百，养老金不够用")], edit_of=visit)
    assert f"<deprecatedID>{instance_of(visit.xml)}<" in edit.xml.decode()
    assert all_applied()
    assert facts(entity) == {**before, "difficulty": "药费每月要八百，养老金不够用"}
    assert due(entity) == due_before
    assert Visit.objects.filter(household=household(entity).row, form="visit").values_list("on").get() == (
        date(2024, 4, 24),
    )
    reviews = Noted.objects.filter(filing__instance=instance_of(edit.xml)).values_list("review", "is_head")
    assert list(reviews) == [(Review.RESENT, True)]
    assert household(entity).clashes == ()

    # A second edit takes up what the desk had corrected: now both changed it. It stands, and somebody should look.
    world.clock.tick(60)
    phone.report("visit", [("phone", "13700137003")], edit_of=edit)
    assert facts(entity)["phone"] == "13700137003"
    (clash,) = household(entity).clashes
    assert (clash.kind, clash.fact, clash.value, clash.against) == ("edit", "phone", "13700137003", "13700137002")
    assert Visit.objects.filter(household=household(entity).row).count() == 2


def test_an_edit_of_a_registration_touches_no_visit_since(world: World) -> None:
    """The edit repeats its entity block, with `create` still on (wire contract §3)."""
    phone, entity = begin(world)
    registration = phone.phone.outbox[0]
    phone.report("visit", [("scope", "all"), ("hh", entity), ("result", "met_person"), ("changed", "phone"),
                           ("phone", "13700137009"), ("trend", "same"), ("told_policy", "no")])  # fmt: skip
    before = facts(entity)
    world.clock.to("2024-04-25")
    version = phone.rows("households")[entity].version
    phone.report("screening", [("members_n", "3"), ("addr", "东湖街19号")], edit_of=registration)
    assert all_applied()
    assert facts(entity) == {**before, "members_n": 3, "addr": "东湖街19号"}
    assert household(entity).folded.ids == (entity,)
    assert phone.rows("households")[entity].version > version


def test_swiping_through_an_old_row_undoes_nothing(world: World) -> None:
    """The phone has not synced since; the part was opened, and left as it was shown."""
    phone, entity = begin(world)
    world.clock.tick(60)
    state(world, entity, "phone", "13900000001")
    world.clock.to("2024-04-25")
    filled = phone.fill("visit", [("scope", "all"), ("hh", entity), ("result", "met_person"),
                                  ("changed", "phone addr members"), ("trend", "same"), ("told_policy", "no"),
                                  Look(("phone", "was_phone"))])  # fmt: skip
    shown = filled.looks[0]
    assert (shown["phone"].value, shown["was_phone"].value) == ("13700137000", "=13700137000")
    phone.phone.finalize("visit", filled.xml)
    phone.send()
    before_sync = facts(entity)
    assert before_sync["phone"] == "13900000001"
    assert household(entity).clashes == ()
    phone.sync()
    assert phone.rows("households")[entity].properties["phone"] == "13900000001"


def test_a_draft_finished_after_a_sync_is_no_newer_word(world: World) -> None:
    """Begun on the old row, saved, opened again when the list had moved on: it still says what it saw."""
    phone, entity = begin(world)
    old = phone.media("visit")
    world.clock.to("2024-04-25")
    state(world, entity, "phone", "13900000001")
    phone.sync()
    new = phone.media("visit")
    assert old["households.csv"] != new["households.csv"]
    steps: list[Step] = [
        ("scope", "all"), ("hh", entity), ("result", "met_person"), ("changed", "phone"), ("trend", "same"),
        ("told_policy", "no"),
    ]  # fmt: skip
    look = Look(("phone", "was_phone", "as_of"))
    filled = phone.fill("visit", [*steps, look, Reopen(new), look], media=old)
    assert filled.looks[0] == filled.looks[1]
    phone.phone.finalize("visit", filled.xml)
    phone.send()
    assert facts(entity)["phone"] == "13900000001"
    assert household(entity).clashes == ()
    assert Visit.objects.filter(household=household(entity).row).count() == 2


def test_what_was_really_changed_beside_the_desk_is_a_conflict(world: World) -> None:
    """Neither of the two knew of the other: the later word stands, and a supervisor sees one sentence."""
    phone, entity = begin(world)
    world.clock.tick(60)
    state(world, entity, "phone", "13900000001")
    world.clock.to("2024-04-25")
    phone.report("visit", [("scope", "all"), ("hh", entity), ("result", "met_person"), ("changed", "phone"),
                           ("phone", "13911110000"), ("trend", "same"), ("told_policy", "no")])  # fmt: skip
    assert facts(entity)["phone"] == "13911110000"
    (clash,) = household(entity).clashes
    assert (clash.kind, clash.fact, clash.was, clash.against) == ("seen", "phone", "13700137000", "13900000001")


def test_a_slow_clock_does_not_lose_against_what_its_owner_has_read(world: World) -> None:
    """`as_of`: the phone is three days behind, but has the desk's word on its list, and says otherwise."""
    _, entity = begin(world)
    world.clock.to("2024-04-25")
    state(world, entity, "phone", "13900000001")
    late = world.phone(world.cast.gu, slow=timedelta(days=3))
    late.report("visit", [("scope", "all"), ("hh", entity), ("result", "met_person"), ("changed", "phone"),
                          ("phone", "13911110000"), ("trend", "same"), ("told_policy", "no")])  # fmt: skip
    assert facts(entity)["phone"] == "13911110000"
    assert household(entity).clashes == ()
    # The visit itself took place on the day the phone thought it was.
    assert list(Visit.objects.filter(form="visit").values_list("on", flat=True)) == [date(2024, 4, 22)]

"""Registered and visited before any upload: a branch on the wire, and its effect whatever arrives first."""

from datetime import date
from itertools import permutations

import pytest
from django.db import transaction
from lxml import etree

from server.demo.phone import Instance
from server.demo.phone_model import Seen
from server.households.kinds import Standing
from server.ledgers.kinds import LedgerKind
from server.ledgers.read import month_view
from server.visits.models import Due, Visit
from sync.models import PhoneRow
from sync.vault.envelope import open_row
from tests.cast import ZHUJIAJIAO
from tests.engine.answers import id_number
from tests.engine.engine import Answer
from tests.loop.world import World, all_applied, due, household, served_row

pytestmark = pytest.mark.slow

NUMBER = id_number("19520304", 2)


def screening(world: World, **other: str) -> list[Answer]:
    """A first registration that belongs into 表一."""
    answers = {
        "told": "OK", "village": world.village, "rep_name": "赵阿婆", "id_type": "resident", "id_no": NUMBER,
        "hukou_kind": "same_town", "addr": "东湖街18号", "phone": "13700137000", "members_n": "2",
        "income_pc": "1280.5", "insur": "pension_resident", "in_relief": "no", "may_qualify": "yes", "willing": "yes",
        "able": "none", "aware": "no", "policy_minzheng": "dibao", "difficulty": "儿子残疾没有工作，全靠养老金过日子",
        "told_policy": "yes", "plan": "帮她准备低保申请材料",
    }  # fmt: skip
    return list({**answers, **other}.items())


def block(instance: Instance) -> dict[str, str]:
    """The attributes of the entity block on the wire."""
    entity = etree.fromstring(instance.xml).find("{*}meta/{*}entity")
    assert entity is not None
    return dict(entity.attrib)


def registry() -> list[object]:
    """Everything derived, as plain values: what may not depend on the order of arrival."""
    rows = PhoneRow.objects.order_by("list", "entity_id", "scope")
    served = [(r.list, r.entity_id, r.scope, open_row(bytes(r.columns_sealed))) for r in rows]
    visits = Visit.objects.order_by("on", "filing__instance").values_list(
        "filing__instance", "household", "on", "kind", "outcome", "reached", "village", "by"
    )
    return [served, list(visits), list(Due.objects.order_by("pk").values())]


def test_offline_registered_twice_visited_sent_in_any_order(world: World) -> None:
    world.clock.to("2024-04-08")
    mine = world.phone(world.cast.gu)  # the last time in town

    # Out of coverage from here on.
    world.clock.to("2024-04-10")
    first = mine.finish("screening", screening(world))
    made = mine.row("households", "赵阿婆")
    assert (made.seen, made.version, made.trunk) == (Seen.OFFLINE, 1, None)

    world.clock.to("2024-04-17")
    phone_changed = [("scope", "all"), ("hh", made.id), ("result", "met_person"), ("changed", "phone"),
                     ("phone", "13700137001"), ("trend", "same"), ("told_policy", "no")]  # fmt: skip
    second = mine.finish("visit", phone_changed)
    world.clock.to("2024-05-08")
    new_plan = [("scope", "all"), ("hh", made.id), ("result", "met_family"), ("changed", "income"),
                ("income_pc", "1100"), ("trend", "worse"), ("told_policy", "no"),
                ("plan", "陪她去受理中心递交申请")]  # fmt: skip
    third = mine.finish("visit", new_plan)

    # Wire contract §5, "A branch on the wire".
    wire = [block(one) for one in (first, second, third)]
    assert {one["id"] for one in wire} == {made.id}
    assert wire[0]["create"] == "1"
    assert not any(wire[0].get(name) for name in ("baseVersion", "trunkVersion", "branchId"))
    for number, update in enumerate(wire[1:], start=1):
        assert (update["update"], update["baseVersion"], update["trunkVersion"]) == ("1", str(number), "")
        assert update["branchId"] == made.branch

    world.clock.to("2024-05-09 14:00")
    outcomes = []
    for order in permutations((first, second, third)):
        begun = transaction.savepoint()
        mine.send(*order)
        assert all_applied()
        outcomes.append(registry())
        for instance in order:
            instance.is_sent = False
        transaction.savepoint_rollback(begun)
    assert all(outcome == outcomes[0] for outcome in outcomes)

    # The visits alone: a provisional household, on the list under the form's own village, due by its visits.
    mine.send(third)
    early = household(made.id)
    assert (early.row.standing, early.row.village) == (Standing.PROVISIONAL, world.village)
    assert "登记表未到" in served_row("households", made.id)["label"]
    mine.send(second)
    mine.send(first)
    assert all_applied()
    whole = household(made.id)
    assert (whole.row.standing, whole.row.village, whole.row.table) == (Standing.FULL, world.village, 1)
    said = {fact: whole.folded.value(fact) for fact in ("rep_name", "id_no", "phone", "income_pc", "plan", "addr")}
    assert said == {
        "rep_name": "赵阿婆", "id_no": NUMBER, "phone": "13700137001", "income_pc": 1100,
        "plan": "陪她去受理中心递交申请", "addr": "东湖街18号",
    }  # fmt: skip
    assert whole.clashes == ()
    visits = Visit.objects.filter(household=whole.row).order_by("on").values_list("on", "form", "outcome", "by")
    assert list(visits) == [
        (date(2024, 4, 10), "screening", "met_person", world.cast.gu.pk),
        (date(2024, 4, 17), "visit", "met_person", world.cast.gu.pk),
        (date(2024, 5, 8), "visit", "met_family", world.cast.gu.pk),
    ]
    # Quarterly until the 街镇 grades it; seen in April to June: due July to September.
    assert due(made.id) == ("regular", date(2024, 7, 1), date(2024, 9, 30))

    (line,) = month_view(ZHUJIAJIAO, "2024-05").lines[LedgerKind.ONE]
    cells = {key: cell.value for key, cell in line.cells.items()}
    assert (cells["name"], cells["id_no"], cells["sex"], cells["age"]) == ("赵阿婆", NUMBER, "女", 72)
    assert (cells["phone"], str(cells["income"]), cells["policies"]) == ("13700137001", "1100.00", "最低生活保障")
    assert (cells["consultant"], cells["plan"]) == ("顾问小吴", "陪她去受理中心递交申请")

    # What the phone then fetches is the server's row, to the letter.
    mine.sync()
    row = mine.rows("households")[made.id]
    assert (row.seen, row.is_changed_here) == (Seen.ONLINE, False)
    assert {"label": row.label, **row.properties} == served_row("households", made.id)


def test_a_colleague_visits_what_is_not_uploaded_yet(world: World) -> None:
    """The update came without its create: the household is on the colleague's list, and is told what was never told."""
    world.clock.to("2024-04-10")
    mine, colleague = world.phone(world.cast.gu), world.phone(world.cast.li)
    first = mine.finish("screening", screening(world))
    made = mine.row("households", "赵阿婆").id
    visited = mine.finish("visit", [("scope", "all"), ("hh", made), ("result", "met_person"), ("changed", "none"),
                                    ("trend", "same"), ("told_policy", "no")])  # fmt: skip
    mine.send(visited)
    colleague.sync()
    world.clock.to("2024-04-11")
    theirs = colleague.report("visit", [
        ("scope", "all"), ("hh", made), ("result", "met_person"), ("told", "OK"), ("changed", "phone"),
        ("phone", "13911112222"), ("trend", "same"), ("difficulty", "手头紧，儿子看病要钱"), ("told_policy", "no"),
        ("plan", "先核实登记情况"),
    ])  # fmt: skip
    assert block(theirs)["trunkVersion"] != ""  # they had seen the server's row
    world.clock.to("2024-04-12")
    mine.send(first)
    assert all_applied()
    whole = household(made)
    assert whole.row.standing == Standing.FULL
    # The colleague spoke last, and of what he had seen; the registration speaks of its own day.
    assert whole.folded.value("phone") == "13911112222"
    assert whole.folded.value("income_pc") == 1280.5
    assert whole.folded.value("plan") == "先核实登记情况"
    assert Visit.objects.filter(household=whole.row).count() == 3

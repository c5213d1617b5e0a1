"""督查 fulfils nothing, and what is overdue stays overdue until somebody was met: phones and desk over HTTP."""

from collections.abc import Callable
from datetime import date

import pytest
from django.test import Client

from server.accounts.models import User
from server.field.set_frequency import plan_anew
from server.visits.models import Due
from tests.engine.answers import id_number
from tests.engine.engine import Answer
from tests.loop.field_phone import FieldPhone
from tests.loop.test_branch import screening
from tests.loop.world import World, all_applied, due

pytestmark = pytest.mark.slow

MET: list[Answer] = [("changed", "none"), ("trend", "same"), ("told_policy", "no")]
INSPECTED: list[Answer] = [("kind_pick", "check"), ("result", "met_person"), *MET, ("check_match", "same")]


@pytest.fixture
def world(make: Callable[..., World]) -> World:
    return make("node")


def sit(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def page(client: Client, entity: str) -> str:
    return client.get(f"/households/{entity}").content.decode()


def grade(client: Client, entity: str, letter: str) -> None:
    answer = client.post(f"/households/{entity}/grade", {"grade": letter, "since": "", "reason": "复核"}, follow=True)
    assert "已评定" in answer.content.decode()


def registered(worker: FieldPhone, world: World, **other: str) -> str:
    worker.report("screening", screening(world, **other))
    return worker.row("households", other.get("rep_name", "赵阿婆")).id


def left_relief(phone: FieldPhone, world: World) -> str:
    """Registered on the day, out of 低保 since 2024-03-15."""
    answers = dict(screening(world))
    for name in ("in_relief", "may_qualify", "willing", "able", "aware", "policy_minzheng"):
        del answers[name]
    at = [*answers].index("difficulty")
    relief = [("in_relief", "ended"), ("programme", "dibao"), ("admit_on", "2020-01-01"), ("end_on", "2024-03-15")]
    phone.report("screening", [*[*answers.items()][:at], *relief, *[*answers.items()][at:]])
    return phone.row("households", "赵阿婆").id


def visited(phone: FieldPhone, entity: str, *steps: Answer) -> None:
    phone.report("visit", [("scope", "all"), ("hh", entity), *(steps or [("result", "met_person"), *MET])])
    assert all_applied()


def test_an_inspection_is_no_visit_whoever_sends_it(world: World) -> None:
    """Due July to September; a worker picks 督查入户 in July: as due as before, here and on the phone."""
    world.clock.to("2024-04-10")
    phone = world.phone(world.cast.gu)
    entity = registered(phone, world)
    owed = ("regular", date(2024, 7, 1), date(2024, 9, 30))
    assert due(entity) == owed
    world.clock.to("2024-07-05")
    visited(phone, entity, *INSPECTED)
    assert due(entity) == owed, "督查 moved the next visit"
    row = Due.objects.get(household=entity)
    assert (row.last_on, row.tried_on) == (date(2024, 4, 10), None), "nobody was visited"
    phone.sync()
    shown = phone.rows("households")[entity].properties
    assert (shown["kind_due"], shown["due_to"], shown["last_visit"]) == ("regular", "2024-09-30", "2024-04-10")
    world.clock.to("2024-10-08")
    told = page(sit(world.cast.wang), entity)
    assert "逾期 8 天" in told
    assert "督查：见到本人" in told, "the timeline says what it was"
    assert "不计走访，填报人不是督查人员" in told
    visited(phone, entity)
    assert due(entity) == ("regular", date(2025, 1, 1), date(2025, 3, 31)), "a visit is one"


def test_the_phone_itself_takes_an_inspection_for_no_visit(world: World) -> None:
    """Without coverage: the household stays among 今天该走的 after 督查, and leaves them after a visit."""
    world.clock.to("2024-04-10")
    phone = world.phone(world.cast.gu)
    entity = registered(phone, world)
    world.clock.to("2024-07-05")
    met: list[Answer] = [("result", "met_person"), *MET]
    for steps, shown in ((INSPECTED, ("regular", "2024-04-10")), (met, ("none", "2024-07-05"))):
        phone.finish("visit", [("hh", entity), *steps])
        row = phone.rows("households")[entity].properties
        assert (row["kind_due"], row["last_visit"]) == shown


def test_an_inspection_is_no_return_visit(world: World) -> None:
    world.clock.to("2024-03-20")
    phone = world.phone(world.cast.gu)
    entity = left_relief(phone, world)
    owed = ("return", date(2024, 6, 20), date(2024, 9, 20))
    assert due(entity) == owed
    world.clock.to("2024-07-01")
    visited(phone, entity, *INSPECTED)
    assert due(entity) == owed


def test_an_inspection_answers_no_emergency(world: World) -> None:
    world.clock.to("2024-04-10")
    phone = world.phone(world.cast.gu)
    entity = registered(phone, world)
    world.clock.to("2024-05-15 20:10")
    fire = [("event", "fire"), ("hit_basic", "yes"), ("need_now", "住处和被褥"), ("aid_now", "none")]
    phone.report("lead", [("source", "property"), ("urgent", "yes"), *fire, ("village", world.village),
                          ("hh", entity), ("seen", "厨房失火，人没事")])  # fmt: skip
    assert due(entity)[0] == "urgent"
    world.clock.to("2024-05-16 08:00")
    visited(phone, entity, *INSPECTED)
    assert due(entity) == ("urgent", date(2024, 5, 15), date(2024, 5, 16))


def test_a_raised_grade_does_not_wipe_out_what_is_overdue(world: World) -> None:
    """Due by 30 September 2024 and nobody came. 698 days later the desk raises the grade, and lowers it again."""
    world.clock.to("2024-04-10")
    phone = world.phone(world.cast.gu)
    entity = registered(phone, world)
    owed = ("regular", date(2024, 7, 1), date(2024, 9, 30))
    world.clock.to("2026-08-29")
    wang = sit(world.cast.wang)
    assert "逾期 698 天" in page(wang, entity)
    grade(wang, entity, "A")
    assert due(entity) == owed, "raised, and no longer late"
    assert "逾期 698 天" in page(wang, entity)
    assert "逾期 698 天" in wang.get("/due?state=overdue").content.decode()
    world.clock.tick()
    grade(wang, entity, "C")
    world.clock.tick()
    grade(wang, entity, "B")
    assert due(entity) == owed
    phone.sync()
    assert phone.rows("households")[entity].properties["due_to"] == "2024-09-30"
    world.clock.to("2026-09-02")
    visited(phone, entity)
    assert due(entity) == ("regular", date(2026, 10, 1), date(2026, 12, 31)), "a visit begins anew"


def test_a_new_table_does_not_wipe_out_what_is_overdue(world: World) -> None:
    """Two households: one overdue since September, one due until December. The district asks for less, then more."""
    world.clock.to("2024-04-10")
    phone = world.phone(world.cast.gu)
    late = registered(phone, world)
    world.clock.to("2024-08-20")
    fresh = registered(phone, world, rep_name="钱阿大", id_no=id_number("19600606", 2),
                       phone="13700137009", addr="西湖街9号")  # fmt: skip
    assert due(fresh) == ("regular", date(2024, 10, 1), date(2024, 12, 31))
    world.clock.to("2024-10-20")
    bureau = sit(world.cast.bureau)
    for months, waits in (("12", ("2025-01-01", "2025-12-31")), ("1", ("2024-10-20", "2024-10-31"))):
        world.clock.tick()
        table = {"A": "1", "B": months, "C": "12", "reason": "区局会议纪要"}
        assert "已保存" in bureau.post("/rules", table, follow=True).content.decode()
        plan_anew.func(world.clock.now().isoformat())
        assert due(late) == ("regular", date(2024, 7, 1), date(2024, 9, 30)), months
        assert due(fresh) == ("regular", *map(date.fromisoformat, waits)), "a table makes nobody late by itself"

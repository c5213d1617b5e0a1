"""结束关爱: what the notice asks for is shown, a plan may be ended against it with a reason, and the reason stays."""

import re
from collections.abc import Callable
from datetime import date

import pytest

from server.acts.models import Act
from server.acts.read import to_decision
from server.households.kinds import Status
from server.households.models import Household
from sync.models import Submission
from tests.engine.engine import Answer
from tests.loop.test_overdue import INSPECTED, left_relief, page, sit, visited
from tests.loop.world import World, due

pytestmark = pytest.mark.slow

SETTLED: list[Answer] = [("result", "met_person"), ("changed", "none"), ("income_pc", "3600"), ("trend", "better"),
                         ("told_policy", "no"), ("stable_income", "stable"),
                         ("income_source", "job"), ("integration", "good"), ("reapply", "no")]  # fmt: skip
POOR: list[Answer] = [(name, {"stable_income": "unstable", "integration": "fair"}.get(str(name), value))
                      for name, value in SETTLED]  # fmt: skip


@pytest.fixture
def world(make: Callable[..., World]) -> World:
    """A phone of the consultant registers on 2024-03-20 a household that left 低保 on 2024-03-15."""
    return make("node")


def status(entity: str) -> str:
    return Household.objects.get(pk=entity).status


def told(html: str) -> dict[str, str]:
    """The conditions in the part 走访安排, as a reader finds them: 满足 or 未满足, and what says so."""
    assert "结束回访的条件" in html, "nobody is told what it takes"
    part = html.split("结束回访的条件")[1].split("</ul>")[0]
    found = {}
    for item in part.split("<li>")[1:]:
        word, rest = re.sub(r"<[^>]+>", "|", item).strip("|").split("|", 1)
        label, text = rest.strip("| ").split("|", 1)
        found[label.strip()] = f"{word} {re.sub('[| ]+', '', text)}"
    return found


def end(world: World, entity: str, day: str, reason: str) -> str:
    said = {"proposal": "close", "programme": "", "since": day, "reason": reason}
    return sit(world.cast.wang).post(f"/households/{entity}/state", said, follow=True).content.decode()


def accept(world: World, entity: str, reason: str = "", since: str = "") -> str:
    instance = Submission.objects.filter(form_id="visit").latest("received_at").instance_id
    said = {"instance": instance, "proposal": "close", "programme": "", "decision": "accept", "reason": reason,
            "since": since}  # fmt: skip
    return sit(world.cast.wang).post(f"/households/{entity}/proposal", said, follow=True).content.decode()


def test_the_desk_sees_the_conditions_and_ends_against_them_with_a_reason(world: World) -> None:
    """Two months after the exit, nothing known of income: three conditions, each with its source and day."""
    world.clock.to("2024-03-20")
    phone = world.phone(world.cast.gu)
    entity = left_relief(phone, world)
    world.clock.to("2024-05-20")
    shown = page(sit(world.cast.wang), entity)
    assert told(shown) == {
        "退出保障满一年": "未满足 2024年3月15日退出，2025年3月15日满一年；2024年5月20日还没有满（顾问小吴）",
        "收入来源稳定": "未满足 退出以后的走访还没有问到",
        "社会融入良好": "未满足 退出以后的走访还没有问到",
    }
    refused = end(world, entity, "2024-05-20", "  ")
    assert "没有保存：结束关爱的条件还没有都满足（退出保障满一年、收入来源稳定、社会融入良好）" in refused
    assert 'value="2024-05-20"' in refused, "the day that was typed is gone"
    assert (status(entity), due(entity)[0]) == (Status.ACTIVE, "return")
    assert not Act.objects.exists()

    done = end(world, entity, "2024-05-20", "本人书面要求不再上门")
    assert "条件未满足：退出保障满一年、收入来源稳定、社会融入良好" in done
    assert status(entity) == Status.CLOSED
    assert to_decision(Act.objects.get()).value["unmet"] == ["year", "income", "integration"]
    world.clock.to("2024-08-01")
    later = page(sit(world.cast.wang), entity)
    plan, past = later.split("走访安排")[1].split("</section>")[0], later.split("经过")[-1]
    for part in (plan, past):
        assert "条件未满足" in part
        assert "退出保障满一年、收入来源稳定、社会融入良好" in part
        assert "本人书面要求不再上门" in part


def test_a_visits_proposal_is_not_enough(world: World) -> None:
    """A visit may propose it at any time; whoever accepts it is told what does not hold, and says why."""
    world.clock.to("2024-03-20")
    phone = world.phone(world.cast.gu)
    entity = left_relief(phone, world)
    world.clock.to("2024-06-25")
    visited(phone, entity, *POOR, ("suggest_close", "yes"))
    world.clock.to("2024-06-26")
    refused = accept(world, entity)
    assert status(entity) == Status.ACTIVE, "ended without a word about the conditions"
    assert "没有保存：结束关爱的条件还没有都满足（退出保障满一年、收入来源稳定、社会融入良好）" in refused
    assert "建议：结束关爱" in refused, "the proposal still waits"
    assert told(refused)["收入来源稳定"] == "未满足 2024年6月25日走访：不稳定（顾问小吴）"
    assert told(refused)["社会融入良好"] == "未满足 2024年6月25日走访：一般（顾问小吴）"
    assert "已采纳：结束关爱" in accept(world, entity, "已随子女迁居外省")
    assert status(entity) == Status.CLOSED
    act = Act.objects.get()
    assert to_decision(act).value["unmet"] == ["year", "income", "integration"]
    assert "已随子女迁居外省" in page(sit(world.cast.wang), entity)


def test_a_year_to_the_day_and_a_visit_that_found_both(world: World) -> None:
    world.clock.to("2024-03-20")
    phone = world.phone(world.cast.gu)
    entity = left_relief(phone, world)
    world.clock.to("2025-03-14")
    visited(phone, entity, *SETTLED, ("suggest_close", "yes"))
    early = told(page(sit(world.cast.wang), entity))
    assert [line.split()[0] for line in early.values()] == ["未满足", "满足", "满足"]
    assert "没有保存" in accept(world, entity), "twelve months less a day"
    world.clock.to("2025-03-15")
    stale = told(page(sit(world.cast.wang), entity))
    assert [line.split()[0] for line in stale.values()] == ["满足", "未满足", "未满足"]
    assert "须再走访核实" in stale["收入来源稳定"]
    world.clock.to("2025-06-16")
    visited(phone, entity, *SETTLED, ("suggest_close", "yes"))
    world.clock.to("2025-06-18")
    assert {line.split()[0] for line in told(page(sit(world.cast.wang), entity)).values()} == {"满足"}
    refused = accept(world, entity, since="2025-03-14")
    assert "没有保存" in refused, "dated back to before the year was up"
    assert 'value="2025-03-14"' in refused, "the day that was typed is gone"
    assert status(entity) == Status.ACTIVE
    assert "已采纳：结束关爱。" in accept(world, entity), "all hold: no reason is asked for"
    assert status(entity) == Status.CLOSED
    assert to_decision(Act.objects.get()).value["unmet"] == []
    shown = page(sit(world.cast.wang), entity)
    assert "条件未满足" not in shown


def test_an_inspection_proves_no_condition(world: World) -> None:
    """A worker's own 督查 after a year finds all in order: nothing of it counts."""
    world.clock.to("2024-03-20")
    phone = world.phone(world.cast.gu)
    entity = left_relief(phone, world)
    world.clock.to("2025-06-16")
    visited(phone, entity, *INSPECTED)
    shown = told(page(sit(world.cast.wang), entity))
    assert shown["收入来源稳定"] == "未满足 退出以后的走访还没有问到"
    assert "没有保存" in end(world, entity, "2025-06-16", "")
    assert due(entity) == ("return", date(2024, 6, 20), date(2024, 9, 20))


def test_what_was_corrected_counts_as_corrected(world: World) -> None:
    """The reviewer asked again and puts the visit's answer right: stable it was not."""
    world.clock.to("2024-03-20")
    phone = world.phone(world.cast.gu)
    entity = left_relief(phone, world)
    world.clock.to("2025-06-16")
    visited(phone, entity, *SETTLED, ("suggest_close", "no"))
    world.clock.to("2025-06-17")
    wang = sit(world.cast.wang)
    visit = Submission.objects.filter(form_id="visit").latest("received_at")
    said = {"fact": "stable_income", "value": "unstable", "reason": "电话核实"}
    answer = wang.post(f"/submissions/{visit.pk}/correct", said, follow=True)
    assert answer.status_code == 200, answer
    assert told(page(wang, entity))["收入来源稳定"] == "未满足 2025年6月16日走访：不稳定（顾问小吴）"
    assert "没有保存" in end(world, entity, "2025-06-17", "")


def test_in_relief_nothing_is_proved_and_without_relief_nothing_is_asked(world: World) -> None:
    world.clock.to("2024-03-20")
    phone = world.phone(world.cast.gu)
    entity = left_relief(phone, world)
    wang = sit(world.cast.wang)
    back = {"proposal": "readmit", "programme": "dibao", "since": "2024-03-20", "reason": "复保审批表"}
    assert "已登记" in wang.post(f"/households/{entity}/state", back, follow=True).content.decode()
    assert "还在保障中" in page(wang, entity)
    assert "没有保存：结束关爱的条件还没有都满足" in end(world, entity, "2024-03-20", "")
    again = {"proposal": "reopen", "programme": "", "since": "2024-03-20", "reason": "误点"}
    assert "就在册" in wang.post(f"/households/{entity}/state", again, follow=True).content.decode()

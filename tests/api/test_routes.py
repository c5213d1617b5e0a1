"""What the service answers: every route, to its own people, to the neighbours, to strangers."""

import json

import pytest
from django.test import Client

from server.accounts.kinds import AccessKind
from server.accounts.models import AccessLog
from server.households.mask import MASKS
from server.ledgers.columns import TABLES
from server.ledgers.values import month_of
from tests.api.conftest import AWAY, HOUSE, ID_NO, PHONE, Ask, World
from tests.cast import JINZE, ZHUJIAJIAO

pytestmark = pytest.mark.django_db


def routes(world: World) -> dict[str, str]:
    """A path of every route, about 朱家角镇."""
    month = month_of(world.now.date())
    return {
        "households": "households",
        "household": f"households/{HOUSE}",
        "household_visits": f"households/{HOUSE}/visits",
        "visits": "visits",
        "due": "due",
        "submissions": "submissions",
        "submission": f"submissions/{world.first.pk}",
        "ledgers": "ledgers",
        "ledger": f"ledgers/{ZHUJIAJIAO}/{month}",
        "ledger_lines": f"ledgers/{ZHUJIAJIAO}/{month}/1",
        "schema": "schema",
    }


SINGLE = ("household", "household_visits", "submission", "ledger", "ledger_lines")


def test_its_own_supervisor_reads_everything(world: World, ask: Ask) -> None:
    for name, path in routes(world).items():
        answer = ask(world.cast.wang, path)
        assert answer.status_code == 200, (name, answer.content)
        assert name == "schema" or answer["Cache-Control"] == "no-store"
    assert not AccessLog.objects.exists(), "a look at what is masked is no look"


def test_the_neighbour_gets_404_and_is_remembered(world: World, ask: Ask) -> None:
    paths = routes(world)
    for name in SINGLE:
        assert ask(world.cast.xu, paths[name]).status_code == 404, name
    found = AccessLog.objects.filter(what=AccessKind.REFUSED, by=world.cast.xu)
    assert {row.subject.split(":")[0] for row in found} == {"household", "submission", "ledger"}
    assert found.count() == len(SINGLE)


def test_lists_hold_nothing_of_the_neighbours(world: World, ask: Ask) -> None:
    for path in ("households", "visits", "due", "submissions"):
        key = "id" if path == "households" else "household"
        for person, expected in ((world.cast.wang, [HOUSE]), (world.cast.xu, [AWAY]), (world.cast.chen, [AWAY])):
            if path == "submissions" and person == world.cast.chen:
                continue  # a grid worker reads his own at the desk
            assert [row[key] for row in ask(person, path).json()["results"]] == expected, (path, person)
        both = {row[key] for row in ask(world.cast.bureau, path).json()["results"]}
        assert both == {HOUSE, AWAY}, path
    assert [row["town"] for row in ask(world.cast.xu, "ledgers").json()] == [JINZE]
    assert len(ask(world.cast.bureau, "ledgers").json()) == 11


def test_a_village_of_the_neighbours_may_be_named_and_holds_nothing(world: World, ask: Ask) -> None:
    for path in ("households", "visits", "due", "submissions"):
        assert ask(world.cast.xu, path, village=world.cast.villages[0]).json()["count"] == 0, path


def test_strangers_are_asked_for_a_token(world: World, ask: Ask) -> None:
    for name, path in routes(world).items():
        answer = ask(None, path)
        assert answer.status_code == 401, name
        assert answer["WWW-Authenticate"] == "Bearer"


@pytest.mark.parametrize("person", ["admin", "partner", "window"])
def test_who_has_no_business_with_households_is_told_so(world: World, ask: Ask, person: str) -> None:
    for name in ("households", "household", "visits", "submissions"):
        answer = ask(getattr(world.cast, person), routes(world)[name])
        assert (answer.status_code, answer.json()["detail"]) == (403, "您的岗位不能查看这一类数据。"), name


def test_what_does_not_exist_is_404_and_no_news(world: World, ask: Ask) -> None:
    for path in ("households/nobody", "households/nobody/visits", "submissions/0", "ledgers/310118102/2999-01",
                 "ledgers/310118102/2024-13", "ledgers/310118102/2024-08/5", "ledgers/310118999/2024-08"):  # fmt: skip
        assert ask(world.cast.bureau, path).status_code == 404, path
    assert not AccessLog.objects.exists()


def test_nothing_can_be_written(world: World) -> None:
    client = Client()
    client.force_login(world.cast.wang)
    for path in routes(world).values():
        assert client.post(f"/api/{path}").status_code == 405


def test_numbers_never_leave_whole(world: World, ask: Ask) -> None:
    """Neither ID number nor phone nor house number stands in any answer, not even to those who may reveal them."""
    for person in (world.cast.wang, world.cast.gu, world.cast.bureau):
        for name, path in routes(world).items():
            text = ask(person, path).content.decode()
            assert not any(secret in text for secret in (ID_NO, PHONE, "12号303")), (person, name)


def test_what_a_household_says(world: World, ask: Ask) -> None:
    found = ask(world.cast.wang, f"households/{HOUSE}").json()
    facts = {row["fact"]: row for row in found["facts"]}
    assert found["name"] == "张三丰" and found["place"]["town"] == "朱家角镇" and found["table"] == 1
    assert facts["id_no"]["value"] == f"319999********{ID_NO[-4:]}"
    assert facts["addr"]["value"] == "朱枫公路**号***室"
    assert facts["birth"]["value"] == "1950-**-**"
    assert facts["health"] == {**facts["health"], "value": "慢性病", "hidden": False}
    assert facts["plan"]["review"] == "approved" and facts["plan"]["instance_id"] == world.first.instance_id
    assert found["due"]["state"] == "later"
    [visit] = ask(world.cast.wang, f"households/{HOUSE}/visits").json()["results"]
    assert (visit["outcome"], visit["form"], visit["by"]) == ("met_person", "screening", "顾问小吴")


def test_rights_thin_the_answer(world: World, ask: Ask) -> None:
    """The ledger keeper reads facts without what is sensitive; the grid worker neither facts nor the whole name."""
    facts = {row["fact"]: row for row in ask(world.cast.ledger, f"households/{HOUSE}").json()["facts"]}
    assert facts["health"]["value"] is None and facts["health"]["hidden"]
    found = ask(world.cast.li, f"households/{HOUSE}").json()
    assert (found["name"], found["facts"], found["members"]) == ("张**", [], [])
    assert ask(world.cast.li, "households").json()["results"][0]["name"] == "张**"


def test_what_became_of_a_submission(world: World, ask: Ask) -> None:
    found = ask(world.cast.wang, f"submissions/{world.first.pk}").json()
    assert (found["review"], found["by"], found["household"]) == ("approved", "顾问小吴", HOUSE)
    assert [(row["kind"], row["by"], row["reason"]) for row in found["decisions"]] == [("approve", "王主任", "属实")]
    waiting = ask(world.cast.bureau, "submissions", review=["pending", "resent"]).json()
    assert [row["household"] for row in waiting["results"]] == [AWAY]


def test_the_tables_of_a_month(world: World, ask: Ask) -> None:
    path = f"ledgers/{ZHUJIAJIAO}/{month_of(world.now.date())}"
    head = ask(world.cast.ledger, path).json()
    assert (head["state"], [table["lines"] for table in head["tables"]]) == ("open", [1, 0, 0, 0])
    assert [column["heading"] for column in head["tables"][0]["columns"]][:5] == [
        "序号", "所属村(居)委", "姓名", "性别", "身份证",
    ]  # fmt: skip
    [line] = ask(world.cast.ledger, f"{path}/1").json()["results"]
    assert line["cells"]["id_no"] == f"319999********{ID_NO[-4:]}" and line["cells"]["income"] == "1200"
    assert line["cells"]["name"] == "张三丰" and line["pending"] == []


@pytest.mark.parametrize(
    ("path", "query", "count"),
    [
        ("households", {"q": "张三丰"}, 1),
        ("households", {"q": ID_NO}, 1),
        ("households", {"q": "钱五"}, 0),
        ("households", {"table": 1, "grade": "B", "status": "active"}, 1),
        ("households", {"table": 2}, 0),
        ("households", {"attention": "unreviewed"}, 0),
        ("visits", {"since": "2999-01-01"}, 0),
        ("visits", {"until": "2999-01-01", "outcome": "met_person"}, 1),
        ("due", {"state": "later", "kind": "regular"}, 1),
        ("due", {"state": "overdue"}, 0),
        ("submissions", {"review": "approved", "form": "screening"}, 1),
        ("submissions", {"flagged": "true"}, 0),
    ],
)
def test_filters(world: World, ask: Ask, path: str, query: dict, count: int) -> None:
    assert ask(world.cast.wang, path, **query).json()["count"] == count


@pytest.mark.parametrize(
    ("path", "query"),
    [
        ("households", {"table": 9}), ("households", {"grade": "Z"}), ("households", {"village": "310118"}),
        ("visits", {"since": "gestern"}), ("due", {"state": "soon"}), ("submissions", {"review": "fine"}),
        ("ledgers", {"month": "2024-13"}),
    ],
)  # fmt: skip
def test_a_wrong_filter_is_told(world: World, ask: Ask, path: str, query: dict) -> None:
    """Never an unfiltered answer to a mistyped question."""
    answer = ask(world.cast.wang, path, **query)
    assert answer.status_code == 400 and set(json.loads(answer.content)) == set(query)


def test_the_tables_name_their_columns_like_the_facts_that_are_masked() -> None:
    """Masks go by name: a renamed column would let whole numbers out."""
    for table in TABLES.values():
        keys = {column.heading: column.key for column in table.columns}
        assert {keys["身份证"], keys["联系方式"], keys["家庭住址"]} <= set(MASKS)

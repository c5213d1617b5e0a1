"""Nobody gains by claiming: somebody speaks of a family that is none of his, by what he has heard or by its id, and
looks at everything he may open. And nobody is harmed by it. All over HTTP, by phone and browser, as 小陈 of 金泽镇.
"""

import csv
import io
import re
from collections.abc import Callable, Mapping
from datetime import timedelta
from unittest.mock import patch

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client

from server.accounts.grant_role import grant_role
from server.accounts.kinds import Role
from server.accounts.models import User
from server.api.issue_token import issue_token
from server.demo.phone import Phone
from sync.keys import issue_key
from sync.models import Submission
from tests.cast import JINZE, SINCE
from tests.desk.conftest import ANSWERS, HOUSE, ID_NO, PHONE, Town
from tests.desk.told import written
from tests.sync.house import ClientLine

Sit = Callable[[User], Client]
MINE = "66666666-0000-4000-8000-000000000001"
LEAD, REFERRAL = MINE[:-1] + "2", MINE[:-1] + "3"
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="\w+"')
LONG_AGO = "2001-01-01T00:00:00.000+08:00"
#: What 小陈 has heard, by what he tells of it. What he does not say he must not learn.
NAME = {"rep_name": "张三丰", "told": "OK", "members_n": "3", "income_pc": "4321"}
NO_NUMBER = {"id_type": "none", "id_no": ""}
CLAIMS: Mapping[str, tuple[str, str, Mapping[str, str]]] = {
    "name and telephone": ("screening", MINE, {**NAME, **NO_NUMBER, "phone": PHONE, "addr": "金泽镇东栅街9号"}),
    "name and address": ("screening", MINE, {**NAME, **NO_NUMBER, "phone": "13300000000", "addr": ANSWERS["addr"]}),
    "name and number": ("screening", MINE, {**NAME, "id_type": "resident", "id_no": ID_NO, "phone": "13300000000",
                                            "addr": "金泽镇东栅街9号"}),
    "a visit by id": ("visit", HOUSE, {"result": "met_person", "kind": "regular", "plan": "去看看", "hh": HOUSE}),
    "registered again under its id": ("screening", HOUSE, {**NAME, **NO_NUMBER, "addr": "金泽镇东栅街9号"}),
    "a lead about it": ("lead", LEAD, {"source": "neighbour", "seen": "两天没出门", "hh": HOUSE, "urgent": "no"}),
    "a referral of it": ("referral", REFERRAL, {"hh": HOUSE, "hh_id": HOUSE, "hh_kept": HOUSE, "kind_eff": "policy",
                                                "target_text": "医疗救助", "state": "suggested"}),
}
#: Of 张三丰 and his village, as it is written where: each stands on a page of 小陈's only if he has said it himself.
SECRETS: Mapping[str, tuple[str, ...]] = {
    "张三丰": ("张三丰", "张**", "张*"), PHONE: (PHONE, "138****1234"), "朱枫公路": ("朱枫公路",),
    ID_NO: (ID_NO, "319999****", "尾号0011", "尾号11"),
    ANSWERS["difficulty"]: ("老两口体弱",), ANSWERS["plan"]: ("协助申请低保",),
    "朱家角": ("朱家角",), "a flag": ("跨街镇", "冲突", "他处填报", "改他人提交", "疑似重复", "同号"),
}


def post(town: Town, who: User, claim: str, **more: str) -> Submission:
    """One form from somebody's phone, through the door."""
    form, entity, said = CLAIMS[claim]
    token = issue_key(who.pk, label="", by=None, now=town.now).token
    instance = f"uuid:{claim}-{who.username}-{Submission.objects.count()}"
    village = more.pop("village", town.cast.away[0])
    xml = written(form, {**said, "village": village, **more}, now=town.now - timedelta(minutes=1), entity=entity,
                  create=form != "visit", instance=instance)
    assert Phone(f"http://testserver/key/{token}", ClientLine()).send(xml).is_sent
    work()
    return Submission.objects.get(instance_id=instance)


def work() -> None:
    """The worker's turn. A process of its own, it closes its connection when it goes; here that is the test's."""
    with patch.object(connection, "close"):
        call_command("work", "--once", stdout=io.StringIO())


def phone_list(town: Town, who: User, name: str) -> dict[str, dict[str, str]]:
    """A list as the person's phone fetches it, by id."""
    token = issue_key(who.pk, label="", by=None, now=town.now).token
    answer = Client().get(f"/key/{token}/lists/{name}.csv")
    assert answer.status_code == 200
    return {row["name"]: row for row in csv.DictReader(io.StringIO(answer.getvalue().decode(), newline=""))}


def everything(town: Town, who: User, sit: Sit) -> dict[str, str]:
    """All that the person can open: phone lists, pages of the desk (also by every id he has used), the REST service."""
    seen = {f"phone {name}": str(phone_list(town, who, name)) for name in ("households", "leads", "referrals")}
    desk, token = sit(who), issue_token(who.pk, label="x", days=1, now=town.now).token
    own = [f"/submissions/{pk}" for pk in Submission.objects.filter(sender=who).values_list("pk", flat=True)]
    ids = {HOUSE, MINE, *phone_list(town, who, "households")}
    urls = ["/", "/mine", "/mine?show=returned", *own, "/households", "/households?wait=cases",
            "/households?wait=clashes", "/due?state=open", "/due?state=later", "/leads", "/submissions?tab=all",
            "/duplicates", f"/duplicates/{HOUSE}/{MINE}", *(f"/households/{one}" for one in sorted(ids))]
    rest = Client(headers={"Authorization": f"Bearer {token}"})
    places = ("households", "households?attention=cases", "visits", "due", "submissions", f"households/{HOUSE}",
              f"households/{MINE}", f"households/{MINE}/visits")
    answers = [(url, desk.get(url, follow=True)) for url in urls]
    answers += [(f"/api/{place}", rest.get(f"/api/{place}")) for place in places]
    return seen | {url: body(answer.content.decode()) for url, answer in answers if answer.status_code == 200}


def body(page: str) -> str:
    """Without the frame, whose menu has the names of the screens, and the choices of a filter."""
    main = page[page.index('<main id="main"'):] if '<main id="main"' in page else page
    while '<form class="filter"' in main:
        start = main.index('<form class="filter"')
        main = main[:start] + main[main.index("</form>", start) + len("</form>"):]
    return main


@pytest.fixture(params=["GW", "CO"])
def thief(request: pytest.FixtureRequest, town: Town) -> User:
    """小陈, as grid worker, and as consultant, who reads the pages of his households whole."""
    if request.param == "CO":
        grant_role(town.cast.chen.pk, Role.CO, JINZE, since=SINCE)
    return town.cast.chen


@pytest.mark.parametrize("lets_in", [False, True], ids=["waiting", "let in"])
@pytest.mark.parametrize("claim", CLAIMS)
def test_by_claiming_nobody_reads_what_he_did_not_say(town: Town, thief: User, sit: Sit, claim: str,
                                                      lets_in: bool) -> None:
    """Also not when a reviewer has let his word in meanwhile."""
    before = everything(town, thief, sit)
    said = post(town, thief, claim)
    if lets_in:
        sit(town.cast.wang).post(f"/submissions/{said.pk}/judge", {"verdict": "approve"})
    told = " ".join(CLAIMS[claim][2].values()) + " ".join(before.values())
    unsaid = [secret for said_whole, forms in SECRETS.items() if said_whole not in told for secret in forms]
    assert len(unsaid) >= 8
    for place, text in everything(town, thief, sit).items():
        assert not [secret for secret in unsaid if secret in text], place
    assert f"/submissions/{said.pk}" in everything(town, thief, sit)["/mine"], "his own words he finds"


@pytest.mark.parametrize("claim", ["a visit by id", "registered again under its id", "a referral of it"])
def test_an_unknown_id_looks_the_same_as_a_known_one(town: Town, thief: User, sit: Sit, claim: str) -> None:
    """The page of his own submission says no more of a household of 朱家角镇 than of one that is nobody's to see."""
    said = post(town, thief, claim)
    page = sit(thief).get(f"/submissions/{said.pk}").content.decode()
    assert "名单外的户" in sit(thief).get("/mine").content.decode() or claim == "a referral of it"
    assert "待审" in page and "打开这一户" not in page and "改变了什么" not in page
    assert f"/households/{HOUSE}" not in page


def test_the_author_reads_what_became_of_it_and_why(town: Town, sit: Sit) -> None:
    said = post(town, town.cast.chen, "a visit by id")
    sit(town.cast.wang).post(f"/submissions/{said.pk}/judge", {"verdict": "return", "reason": "这一户不由您负责"})
    page = sit(town.cast.chen).get("/mine?show=returned").content.decode()
    assert "这一户不由您负责" in page and "退回" in page
    page = sit(town.cast.chen).get(f"/submissions/{said.pk}").content.decode()
    assert "这一户不由您负责" in page and "去看看" in page and "王主任" not in page


def of_the_family(town: Town, sit: Sit) -> dict[str, object]:
    """What those at home have of 张三丰: their phones' row, and the pages of the consultant and the ledger officer."""
    row = phone_list(town, town.cast.gu, "households")[HOUSE]
    row.pop("__version")
    pages = {
        f"{who.username} {url}": TOKEN.sub("", body(sit(who).get(url).content.decode()))
        for who in (town.cast.gu, town.cast.ledger)
        for url in (f"/households/{HOUSE}", "/households", "/due?state=open", "/due?state=later", "/leads",
                    f"/ledgers/310118102/{town.now:%Y-%m}")
        if sit(who).get(url).status_code == 200
    }
    return {"row": row, **pages, "leads": phone_list(town, town.cast.gu, "leads")}


@pytest.mark.parametrize("claim", CLAIMS)
def test_by_claiming_nobody_is_harmed(town: Town, sit: Sit, claim: str) -> None:
    """Name, telephone, address, when last seen, when due: on phones, pages and in the open month all is as before."""
    before = of_the_family(town, sit)
    post(town, town.cast.chen, claim)
    assert of_the_family(town, sit) == before


@pytest.mark.parametrize("claim", ["a visit by id", "registered again under its id"])
def test_a_claim_dated_back_takes_nothing_over(town: Town, sit: Sit, claim: str) -> None:
    before = of_the_family(town, sit)
    post(town, town.cast.chen, claim, start=LONG_AGO, end=LONG_AGO)
    assert of_the_family(town, sit) == before
    assert HOUSE not in phone_list(town, town.cast.chen, "households")


def test_a_household_somebody_else_registered_first_stays_with_who_answers_for_it(town: Town, sit: Sit) -> None:
    """小陈 registers a family of 朱家角镇 before its own worker does: that worker's household is his own, untouched."""
    said = {**NAME, "id_type": "resident", "id_no": "319999196203150025", "phone": "13500001111",
            "rep_name": "孙二娘", "addr": "朱枫公路77号"}
    post(town, town.cast.chen, "name and number", **said, village=town.cast.villages[0])
    squatted = phone_list(town, town.cast.gu, "households")
    assert MINE not in squatted, "he answers for no village there: it is a household of his own"
    assert MINE in phone_list(town, town.cast.chen, "households")
    token = issue_key(town.cast.gu.pk, label="", by=None, now=town.now).token
    own = MINE[:-1] + "9"
    xml = written("screening", {**said, "village": town.cast.villages[0], "plan": "申请救助"}, now=town.now, entity=own,
                  create=True, instance="uuid:the-true-one")
    assert Phone(f"http://testserver/key/{token}", ClientLine()).send(xml).is_sent
    work()
    row = phone_list(town, town.cast.gu, "households")[own]
    assert (row["village"], row["addr_short"]) == (town.cast.villages[0], "朱枫公路77号")
    assert own not in phone_list(town, town.cast.chen, "households")
    assert phone_list(town, town.cast.chen, "households")[MINE]["village"] == town.cast.away[0]

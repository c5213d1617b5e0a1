"""People who claim: a household they do not answer for, an id that is another's, a place, a day, a role.

They gain nothing by it and nobody is harmed: the household stays on its own village's phones as it was, and of what
they say its reviewers alone learn (docs/law.md, Standing). Written from these sentences.
"""

from datetime import date
from typing import Any

import pytest

from server.accounts.transfer import transfer
from tests.cast import ZHUJIAJIAO
from tests.standing.handset import Filled, Handset, Row
from tests.standing.town import FAMILY, NAME, Town

BACKDATED = {"start": "2021-05-06T08:00:00.000+08:00", "end": "2021-05-06T08:20:00.000+08:00"}


def served(phone: Handset, entity: str) -> Row:
    """What a phone shows of a household, nothing if it is not there; its version may rise at any time."""
    return {name: text for name, text in phone.sync().get(entity, {}).items() if name != "__version"}


@pytest.mark.parametrize("answers", [{}, BACKDATED], ids=["first", "dated back"])
@pytest.mark.parametrize("who", ["a village beside", "another town"])
def test_squatting(town: Town, who: str, answers: dict[str, str]) -> None:
    # 03-02 somebody else's worker registers the family, in earnest or dated back to 2021, naming its real village;
    # 03-04 its own worker registers it: his household, and of the other's not a word on his phone or his page.
    worker, own = (town.sun, town.third) if who == "a village beside" else (town.cast.chen, town.away)
    squatter = town.phone(worker)
    town.clock.to("2024-03-02")
    claimed = squatter.report("screening", {**FAMILY, **answers, "addr": "随便写的地址", "village": town.first})
    town.clock.to("2024-03-04")
    real = town.gu.register(FAMILY, town.first)
    town.work()
    assert town.holders(real.entity) == {"gu", "li", "wang"}
    row = served(town.gu, real.entity)
    assert (row["village"], row["addr_short"], row["last_visit"]) == (town.first, FAMILY["addr"], "2024-03-04")
    assert claimed.entity not in town.gu.sync()
    assert squatter.sync()[claimed.entity]["village"] == own
    gu = town.desk(town.cast.gu)
    assert "疑似" not in gu.household(real.entity) and "随便写的地址" not in gu.household(real.entity)
    # The case is seen by who decides for both homes, and by nobody else.
    deciding = town.wang if own == town.third else town.bureau
    (case,) = deciding.pairs()
    assert "同号" in case
    for office in {town.wang.user.pk: town.wang, town.xu.user.pk: town.xu}.values():
        if office is not deciding:
            assert office.pairs() == [] and office.look("/households?wait=cases").rows == []


def test_naming_the_village_is_no_way_onto_its_phones(town: Town) -> None:
    # 03-05 小陈 of 金泽镇 registers a family under the name of a village of 朱家角镇: it is his own village's, his own
    # reviewer's, and nothing in 朱家角镇 speaks of it.
    town.clock.to("2024-03-05")
    claimed = town.phone(town.cast.chen).register(FAMILY, town.first)
    town.work()
    assert town.holders(claimed.entity) == {"chen", "xu"}
    for path in ("/submissions", "/submissions?tab=elsewhere", "/moves", f"/households?q={NAME}", "/duplicates"):
        assert town.wang.look(path).rows == [], path
    assert not town.wang.finds(f"/households/{claimed.entity}")
    assert NAME not in town.wang.look(f"/ledgers/{ZHUJIAJIAO}/2024-03").text
    assert NAME not in town.wang.look("/").text
    assert len(town.xu.queue("waiting")) == 1
    assert "跨街镇" in town.xu.look("/moves").text, "whether it is there is the district's to say"


def test_an_id_that_a_stranger_updates_first(town: Town) -> None:
    # 03-04 顾问小吴 registers without coverage. 03-05 小陈 of 金泽镇 posts a visit under that very id. 03-06 the
    # registration comes in. The first word about the id was 小陈's, so its home is his village: the registration waits
    # there, with its author's name on it; the district says where the family is, and an approval lets it in.
    town.clock.to("2024-03-04")
    made = town.gu.fill("screening", {**FAMILY, "village": town.first})
    town.clock.to("2024-03-05")
    town.phone(town.cast.chen).visit(made.entity, plan="占号")
    assert town.holders(made.entity) == {"chen", "xu"}
    town.clock.to("2024-03-06")
    town.gu.send(made)
    assert town.holders(made.entity) == {"chen", "xu"}
    assert NAME not in str(town.phone(town.cast.chen).sync()[made.entity])
    (line,) = town.xu.queue("elsewhere")
    assert "顾问小吴" in line
    own = town.desk(town.cast.gu).look(f"/submissions/{made.number}").text
    assert "待审" in own and "占号" not in own
    town.clock.to("2024-03-07")
    town.bureau.press(f"/households/{made.entity}", "保存", village=town.first, reason="登记人在大新街")
    town.wang.approve(made.number)
    assert town.holders(made.entity) == {"gu", "li", "wang"}
    row = served(town.gu, made.entity)
    assert (row["rep_name"], row["addr_short"]) == (NAME, FAMILY["addr"])


def test_a_create_that_comes_after_its_update_and_an_assign(town: Town) -> None:
    # 03-04 registered offline, 03-06 visited; 03-08 the visit alone comes in: a household for the time being at home.
    # 03-10 assigned to the third village; 03-12 the registration comes in: it is no first word, the home is another's
    # now, so it waits, and the approval makes the household whole.
    town.clock.to("2024-03-04")
    made = town.gu.fill("screening", {**FAMILY, "village": town.first})
    town.clock.to("2024-03-06")
    visit = town.gu.fill("visit", {"result": "met_person", "kind": "regular", "plan": "第二次"}, made.entity)
    town.clock.to("2024-03-08")
    town.gu.send(visit)
    assert town.holders(made.entity) == {"gu", "li", "wang"}
    assert "登记表未到" in town.gu.sync()[made.entity]["label"]
    town.clock.to("2024-03-10")
    town.wang.press(f"/households/{made.entity}", "保存", village=town.third)
    town.clock.to("2024-03-12")
    town.gu.send(made)
    assert town.holders(made.entity) == {"sun", "wang"}
    assert "登记表未到" in town.phone(town.sun).sync()[made.entity]["label"]
    assert len(town.wang.queue("elsewhere")) == 1
    town.wang.approve(made.number)
    row = town.phone(town.sun).sync()[made.entity]
    assert row["rep_name"] == NAME and "登记表未到" not in row["label"]
    assert town.holders(made.entity) == {"sun", "wang"}


@pytest.mark.parametrize("dated", [{}, BACKDATED], ids=["today", "dated back"])
def test_a_second_create_from_elsewhere(town: Town, dated: dict[str, str]) -> None:
    # 03-05 小陈 of 金泽镇 "registers" the id of a household of the first village, also as of 2021: it waits with
    # 王主任, and no phone of the two 街镇 changes.
    town.clock.to("2024-03-04")
    real = town.gu.register(FAMILY, town.first)
    before = served(town.gu, real.entity)
    town.clock.to("2024-03-05")
    chen = town.phone(town.cast.chen)
    fake = {**FAMILY, **dated, "rep_name": "钱冒名", "addr": "别处1号", "village": town.away}
    again = chen.report("screening", fake, real.entity, create=True)
    assert served(town.gu, real.entity) == before
    assert town.holders(real.entity) == {"gu", "li", "wang"} and chen.sync() == {}
    (line,) = town.wang.queue("elsewhere")
    assert "小陈" in line and NAME in line
    assert "钱冒名" not in town.wang.household(real.entity)
    for path in ("/submissions", "/submissions?tab=elsewhere", "/households?q=钱冒名", "/moves"):
        assert town.xu.look(path).rows == [], path
    own = town.desk(town.cast.chen).look(f"/submissions/{again.number}").text
    assert "钱冒名" in own and NAME not in own
    town.wang.press(f"/submissions/{again.number}", "2 退回")
    assert served(town.gu, real.entity) == before
    assert "退回" in town.desk(town.cast.chen).look("/mine").text


def test_a_second_create_at_home_is_an_update(town: Town) -> None:
    # 03-05 小李 of the same village registers the same id again: what he says is newer, and it is one household.
    town.clock.to("2024-03-04")
    real = town.gu.register(FAMILY, town.first)
    town.clock.to("2024-03-05")
    town.phone(town.cast.li).report("screening", {**FAMILY, "plan": "改为每周上门", "village": town.first}, real.entity,
                                    create=True)
    assert town.gu.sync()[real.entity]["last_plan"] == "改为每周上门"
    assert len(town.wang.families(NAME)) == 1 and town.wang.queue("elsewhere") == []


@pytest.mark.parametrize("verdict", ["退回", "作废"])
def test_a_waiting_edit_hides_nothing(town: Town, verdict: str) -> None:
    # 03-05 a visit, approved; 03-06 the village is 小孙's; 03-25 the former worker edits his visit, which waits.
    # Returned or voided on 03-26 it takes itself away and nothing else.
    town.clock.to("2024-03-04")
    family = town.gu.register(FAMILY, town.first)
    town.clock.to("2024-03-05")
    visit = town.gu.visit(family.entity, plan="每周送餐")
    town.wang.approve(visit.number)
    transfer(town.cast.gu.pk, town.sun.pk, since=date(2024, 3, 6))
    town.clock.to("2024-03-06")
    sun = town.phone(town.sun)
    before = served(sun, family.entity)
    town.clock.to("2024-03-25")
    edit = town.gu.report("visit", {"result": "not_home", "kind": "regular", "plan": ""}, family.entity, edits=visit)
    assert served(sun, family.entity) == before
    town.clock.to("2024-03-26")
    if verdict == "退回":
        town.wang.press(f"/submissions/{edit.number}", "2 退回")
    else:
        town.wang.press(f"/submissions/{edit.number}", "作废", reason="不实")
    assert served(sun, family.entity) == before
    assert town.holders(family.entity) == {"li", "sun", "wang"}
    assert town.wang.queue("elsewhere") == []
    assert "通过" in town.wang.look(f"/submissions/{visit.number}").text
    if verdict == "作废":
        town.clock.tick()
        town.wang.press(f"/submissions/{edit.number}", "撤销作废")
        assert served(sun, family.entity) == before and len(town.wang.queue("elsewhere")) == 1


@pytest.mark.parametrize(("days", "sent_on", "counts"), [
    (14, "2024-03-23", True),   # day 13 after 03-10, the first day on which he did not answer for it
    (14, "2024-03-25", False),  # day 15
    (0, "2024-03-11", False),
    (30, "2024-04-08", True),
])  # fmt: skip
def test_fourteen_days(town: Town, settings: Any, days: int, sent_on: str, counts: bool) -> None:
    # 03-08 a visit without coverage; from 03-10 the village is another's; the setting says how long unsent work counts.
    settings.STANDING_DAYS = days
    town.clock.to("2024-03-04")
    family = town.gu.register(FAMILY, town.first)
    town.clock.to("2024-03-08")
    visit = town.gu.fill("visit", {"result": "met_person", "kind": "regular", "plan": "还没上传"}, family.entity)
    transfer(town.cast.gu.pk, town.sun.pk, since=date(2024, 3, 10))
    town.clock.to(sent_on)
    town.gu.send(visit)
    assert town.phone(town.sun).sync()[family.entity]["last_plan"] == ("还没上传" if counts else FAMILY["plan"])
    assert len(town.wang.queue("elsewhere")) == (0 if counts else 1)


@pytest.mark.parametrize("who", ["inspector", "partner", "admin"])
def test_registrations_of_people_who_answer_for_no_village(town: Town, who: str) -> None:
    # 03-05 an inspector, a social organisation, an administrator register a family of the first village: it stands with
    # the reviewers of the 街镇 it names, on nobody's phone and in no table, until 03-07 somebody says where it is.
    town.clock.to("2024-03-05")
    made = town.phone(getattr(town.cast, who)).register(FAMILY, town.first)
    town.work()
    assert town.holders(made.entity) == set()
    assert len(town.wang.queue("waiting")) == 1 and len(town.wang.families(NAME)) == 1
    assert town.xu.queue("waiting") == [] and town.xu.families(NAME) == []
    month = f"/ledgers/{ZHUJIAJIAO}/2024-03"
    assert town.wang.look(month).rows == [] and NAME not in town.wang.look(month).text
    assert NAME not in town.desk(town.cast.ledger).look(month).text
    town.wang.approve(made.number)
    assert town.holders(made.entity) == set() and NAME not in town.wang.look(month).text
    town.clock.to("2024-03-07")
    town.wang.press(f"/households/{made.entity}", "保存", village=town.first)
    assert town.holders(made.entity) == {"gu", "li", "wang"}
    assert NAME in town.wang.look(month).text


def test_who_knows_an_id_opens_nothing_by_it(town: Town) -> None:
    # 03-05 小陈 posts a visit, an edit of the registration and a referral under the id of a household of 朱家角镇. His
    # own pages name nobody, his phone gets nothing, the page of the family has nothing of his.
    town.clock.to("2024-03-04")
    real = town.gu.register(FAMILY, town.first)
    before = served(town.gu, real.entity)
    town.clock.to("2024-03-05")
    chen = town.phone(town.cast.chen)
    sent: list[Filled] = [
        chen.visit(real.entity, plan="旁人写的", village_new=town.away),
        chen.report("screening", {"rep_name": "钱冒名", "village": town.away}, real.entity, create=True, edits=real),
        chen.report("referral", {"hh_id": real.entity, "kind_eff": "policy", "state": "linked"}, create=True),
    ]
    town.work()
    assert served(town.gu, real.entity) == before
    assert chen.sync() == {} and chen.sync("referrals") == {} and town.gu.sync("referrals") == {}
    desk = town.desk(town.cast.chen)
    assert NAME not in desk.look("/mine").text and town.place(town.first) not in desk.look("/mine").text
    for one in sent:
        page = desk.look(f"/submissions/{one.number}").text
        for secret in (NAME, FAMILY["addr"], FAMILY["plan"], town.place(town.first), "跨街镇", "改他人提交"):
            assert secret not in page, secret
    assert not desk.finds(f"/households/{real.entity}")
    page = town.wang.household(real.entity)
    assert "旁人写的" not in page and "钱冒名" not in page and "搬迁待定" not in page
    assert len(town.wang.queue("elsewhere")) == 3
    assert town.xu.queue("waiting") == [] and town.xu.queue("elsewhere") == []
    # One returned, the rest as before.
    town.wang.press(f"/submissions/{sent[1].number}", "2 退回")
    assert served(town.gu, real.entity) == before and len(town.wang.queue("elsewhere")) == 2
    # The referral let in: on the phones of the household's home, and not on its author's.
    town.wang.approve(sent[2].number)
    assert town.gu.sync("referrals")[sent[2].entity]["hh_name"] == NAME
    assert chen.sync("referrals") == {} and len(town.wang.queue("elsewhere")) == 1


def test_who_may_not_let_it_in(town: Town) -> None:
    # 03-05 小陈's visit to a household of 朱家角镇 waits. Neither he nor his own reviewer, nor who only reads there,
    # nor the worker of the household lets it in: refused, and nothing changes. 王主任 does, once.
    town.clock.to("2024-03-04")
    real = town.gu.register(FAMILY, town.first)
    before = served(town.gu, real.entity)
    town.clock.to("2024-03-05")
    visit = town.phone(town.cast.chen).visit(real.entity, plan="旁人写的")
    said = {"verdict": "approve", "reason": "", "next": "1"}
    for person in (town.cast.chen, town.cast.xu, town.cast.gu, town.cast.ledger, town.cast.bureau, town.cast.inspector,
                   town.cast.admin):
        assert town.desk(person).status(f"/submissions/{visit.number}/judge", said) in (403, 404), person
        town.desk(person).status("/submissions/approve", {"id": str(visit.number)})
    assert town.wang.status("/submissions/approve", {"id": str(visit.number)}) == 302
    assert served(town.gu, real.entity) == before, "nor with many others at one press"
    assert len(town.wang.queue("elsewhere")) == 1
    town.wang.approve(visit.number)
    assert town.gu.sync()[real.entity]["last_plan"] == "旁人写的"

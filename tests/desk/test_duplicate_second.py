"""双人复核: a second person who does not see the first answer, and the district where the two differ."""

import re
import uuid
from collections.abc import Callable

import pytest
from django.test import Client

from server.accounts.grant_role import grant_role
from server.accounts.kinds import Role
from server.accounts.models import AccessLog, User
from server.acts.models import Act
from server.acts.read import broken_link, to_decision
from server.field.dump import differences, dump
from server.households.find import open_household, served
from tests.cast import SINCE, ZHUJIAJIAO
from tests.desk.conftest import Town
from tests.desk.test_duplicates import CHILD, FATHER, ONE, TWO, answer, register, text_of

Sit = Callable[[User], Client]


@pytest.fixture(autouse=True)
def _all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("server.households.twice.ONE_IN", 1)


@pytest.fixture
def deputy(town: Town) -> User:
    user = User.objects.create_user("qian", password="test", name="钱副主任")
    grant_role(user.pk, Role.SU, ZHUJIAJIAO, since=SINCE)
    return user


@pytest.fixture
def pair(town: Town) -> tuple[str, str]:
    register(town, town.cast.li, ONE, FATHER, town.cast.villages[0], 9)
    register(town, town.cast.gu, TWO, CHILD, town.cast.villages[0], 8)
    return ONE, TWO


def first(who: Client, pair: tuple[str, str], given: str) -> str:
    """王主任 answers; the address of the pair for a second person."""
    _, act = answer(who, pair, given)
    assert act is not None
    return f"/duplicates/second/{act.pk}"


def say(who: Client, url: str, given: str, token: str = "", note: str = "") -> str:
    said = who.post(url, {"answer": given, "token": token or str(uuid.uuid4()), "note": note}, follow=True)
    if said.status_code != 200:
        return str(said.status_code)
    return "".join(str(message) for message in said.context["messages"])


def main_of(page: str) -> str:
    return page[page.index('<main id="main">'):]


@pytest.mark.parametrize("given", ["same", "apart"])
def test_the_second_person_sees_what_the_first_saw_and_not_what_he_answered(
    pair: tuple[str, str], town: Town, sit: Sit, deputy: User, given: str
) -> None:
    before = main_of(text_of(sit(deputy), f"/duplicates/{ONE}/{TWO}"))
    url = first(sit(town.cast.wang), pair, given)
    queue = text_of(sit(deputy), "/duplicates")
    assert "抽中双人复核的有 <b>1</b> 件" in queue and url in queue
    page = main_of(text_of(sit(deputy), url))
    assert "<mark>小红</mark>" in page and "zhou gen mei" in page and "小李" in page and "顾问小吴" in page
    # Line by line the same two sides, and the same score.
    links = r"<a [^>]*>看填报</a>|</?a[^>]*>|</?span[^>]*>|\s"
    tables = [re.sub(links, "", one[one.index("<table"):one.index("</table>")]) for one in (before, page)]
    assert tables[0] == tables[1]
    assert re.findall(r'<b class="num">[^<]*', page) == re.findall(r'<b class="num">[^<]*', before) != []
    for told in ("王主任", "合为一户", "已认定", "/households/", "/submissions/", "刚才的认定"):
        assert told not in page, told
    other = main_of(text_of(sit(deputy), url))
    assert re.sub('value="[^"]*"', "", other) == re.sub('value="[^"]*"', "", page)


def test_the_second_answer_changes_nothing_and_is_kept_by_its_person(pair: tuple[str, str], town: Town, sit: Sit,
                                                                     deputy: User) -> None:
    url = first(sit(town.cast.wang), pair, "same")
    qian, token, before = sit(deputy), str(uuid.uuid4()), dump()
    assert "已记下您的复核意见" in say(qian, url, "new_head", token)
    say(qian, url, "new_head", token)
    act = Act.objects.get(kind="audit")
    assert act.by == deputy and to_decision(act).value["answer"] == "new_head"
    assert served(ONE) == served(TWO) and "双人复核的有" not in text_of(qian, "/duplicates")
    assert differences(before, dump()) == []
    assert "不需要您复核" in say(qian, url, "apart")
    assert "两人意见不一" not in text_of(sit(town.cast.bureau), "/duplicates")
    quality = text_of(qian, "/duplicates/quality")
    assert "两人一致 <b>100.0%（20.7%–100.0%，1/1）" in quality and "（1 件）" in quality and "算不出" in quality
    qian.post(f"/duplicates/undo/{act.pk}")
    assert "抽中双人复核的有 <b>1</b> 件" in text_of(qian, "/duplicates")
    assert broken_link() is None


def test_where_two_differ_the_district_has_one_case(pair: tuple[str, str], town: Town, sit: Sit,
                                                    deputy: User) -> None:
    url = first(sit(town.cast.wang), pair, "same")
    say(sit(deputy), url, "apart", note="分开开伙")
    bureau = sit(town.cast.bureau)
    queue = text_of(bureau, "/duplicates")
    assert queue.count(url) == 1 and "两人意见不一" in queue and "双人复核的有" not in queue
    assert "两人意见不一" not in text_of(sit(town.cast.wang), "/duplicates")
    page = text_of(bureau, url)
    assert "先认定：同一户" in page and "复核：不同户" in page and "分开开伙" in page and "王主任" in page
    assert "钱副主任" in page and "<mark>小红</mark>" in page and 'value="unsure"' not in page
    assert "没有保存" in say(bureau, url, "unsure") and served(ONE) == served(TWO)
    assert "改定：不同户" in say(bureau, url, "apart")
    assert served(ONE) != served(TWO)
    assert "两人意见不一" not in text_of(bureau, "/duplicates") and "<mark>小红" not in text_of(bureau, "/duplicates")
    final = Act.objects.filter(kind="audit").order_by("-seq")[0]
    bureau.post(f"/duplicates/undo/{final.pk}")
    assert served(ONE) == served(TWO) and "两人意见不一" in text_of(bureau, "/duplicates")
    assert "维持原认定" in say(bureau, url, "same")
    assert served(ONE) == served(TWO) and Act.objects.filter(kind="merge").count() == 1
    assert "等区里认定 0 件" in text_of(bureau, "/duplicates/quality")
    assert "已认定 1 件" in text_of(bureau, "/duplicates/quality")


def test_the_district_may_join_what_was_kept_apart(pair: tuple[str, str], town: Town, sit: Sit, deputy: User) -> None:
    url = first(sit(town.cast.wang), pair, "apart")
    say(sit(deputy), url, "same")
    assert served(ONE) != served(TWO)
    assert "改定：同一户" in say(sit(town.cast.bureau), url, "new_head")
    row = served(ONE)
    assert row is not None and row == served(TWO)
    assert open_household(row).folded.value("rep_name") == "周小红"


def test_nobody_is_asked_about_his_own_answer_or_registration(pair: tuple[str, str], town: Town, sit: Sit,
                                                              deputy: User) -> None:
    grant_role(town.cast.gu.pk, Role.SU, ZHUJIAJIAO, since=SINCE)
    url = first(sit(town.cast.wang), pair, "same")
    for who in (town.cast.wang, town.cast.gu):
        assert "双人复核的有" not in text_of(sit(who), "/duplicates")
        assert "不需要您复核" in say(sit(who), url, "same")
    assert say(sit(town.cast.xu), url, "same") == "404" and sit(town.cast.xu).get(url).status_code == 404
    assert say(sit(town.cast.inspector), url, "same") == "403" and say(sit(town.cast.li), url, "same") == "403"
    assert sit(deputy).get(f"/duplicates/second/{uuid.uuid4()}").status_code == 404
    assert "没有保存" in say(sit(deputy), url, "x") and "没有保存" in say(sit(deputy), url, "same", token="none")
    assert not Act.objects.filter(kind="audit").exists()
    assert AccessLog.objects.filter(by=town.cast.xu, what="refused").count() == 2


def test_a_first_answer_taken_back_is_not_asked_about(pair: tuple[str, str], town: Town, sit: Sit,
                                                      deputy: User) -> None:
    wang = sit(town.cast.wang)
    url = first(wang, pair, "same")
    wang.post(f"/duplicates/undo/{url.rsplit('/', 1)[1]}")
    assert "双人复核的有" not in text_of(sit(deputy), "/duplicates")
    assert "不需要您复核" in say(sit(deputy), url, "same")


def test_most_cases_are_asked_once(pair: tuple[str, str], town: Town, sit: Sit, deputy: User,
                                   monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("server.households.twice.ONE_IN", 10**9)
    url = first(sit(town.cast.wang), pair, "same")
    assert "双人复核的有" not in text_of(sit(deputy), "/duplicates")
    assert "不需要您复核" in say(sit(deputy), url, "apart")

"""抽查 of automatic decisions: each person's last word counts, and only what the sample really holds can be judged."""

import uuid
from collections.abc import Callable

import pytest
from django.test import Client

from server.accounts.grant_role import grant_role
from server.accounts.kinds import Role
from server.accounts.models import User
from server.acts.kinds import ActKind
from server.acts.models import Act
from server.acts.read import to_decision
from server.field.decide import decide
from server.households.find import served
from tests.desk.conftest import ELSEWHERE, HOUSE, Town
from tests.desk.test_duplicates import CHILD, FATHER, ONE, THREE, TWO, register, text_of

Sit = Callable[[User], Client]
A, B = min(TWO, THREE), max(TWO, THREE)


@pytest.fixture
def all_sampled(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("server.desk.duplicate_audit.ONE_IN", 1)


@pytest.fixture
def joined(town: Town) -> Town:
    """TWO and THREE are one household unasked, ONE another."""
    register(town, town.cast.li, ONE, FATHER, town.cast.villages[0], 9)
    register(town, town.cast.gu, TWO, CHILD, town.cast.villages[0], 8)
    register(town, town.cast.li, THREE, {**CHILD, "rep_name": "周小虹"}, town.cast.villages[0], 3)
    assert served(THREE) == served(TWO) != served(ONE)
    return town


def judge(who: Client, kind: str, a: str, b: str = "", right: str = "yes", token: str = "") -> str:
    """The sentence the desk answers with, or the status."""
    said = who.post("/duplicates/quality/audit", {"kind": kind, "a": a, "b": b, "right": right,
                                                   "token": token or str(uuid.uuid4())}, follow=True)
    if said.status_code != 200:
        return str(said.status_code)
    return "".join(str(message) for message in said.context["messages"])


def test_the_last_word_of_a_person_counts(joined: Town, sit: Sit, all_sampled: None) -> None:
    wang = sit(joined.cast.wang)
    for right in ("yes", "no", "yes"):
        assert "已记下" in judge(wang, "merge", A, B, right)
    assert [to_decision(act).value["right"] for act in Act.objects.filter(kind="audit")] == [True, False, True]
    assert "自动合并正确 <b>100.0%（20.7%–100.0%，1/1）" in text_of(wang, "/duplicates/quality")
    judge(wang, "merge", A, B, "no")
    page = text_of(wang, "/duplicates/quality")
    assert "自动合并正确 <b>0.0%" in page and "我最近抽查的" in page and "改为对" in page


def test_twice_is_once(joined: Town, sit: Sit, all_sampled: None) -> None:
    wang, token = sit(joined.cast.wang), str(uuid.uuid4())
    judge(wang, "merge", A, B, "yes", token)
    judge(wang, "merge", A, B, "yes", token)
    assert Act.objects.filter(kind="audit").count() == 1
    assert "没有保存" in judge(wang, "new", HOUSE, "", "yes", token)  # another decision under a token that was used
    assert "没有保存" in judge(sit(joined.cast.bureau), "merge", A, B, "yes", token)


def test_a_new_household_is_judged_alone(joined: Town, sit: Sit, all_sampled: None) -> None:
    wang = sit(joined.cast.wang)
    assert "已记下" in judge(wang, "new", HOUSE, b=ONE)
    act = Act.objects.get(kind="audit")
    assert (act.subject, act.other) == (HOUSE, "")
    assert "认作新户正确 <b>100.0%" in text_of(wang, "/duplicates/quality")
    assert "没有保存" in judge(wang, "new", ONE)  # an opinion speaks of it: it was not taken for new unasked
    joined_id = A if served(A).pk != A else B  # type: ignore[union-attr]
    assert "没有保存" in judge(wang, "new", joined_id)  # another household's second id


def test_only_what_the_sample_holds_can_be_judged(joined: Town, sit: Sit, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("server.desk.duplicate_audit.ONE_IN", 10**9)
    wang = sit(joined.cast.wang)
    assert "没有保存" in judge(wang, "merge", A, B) and "没有保存" in judge(wang, "new", HOUSE)
    assert not Act.objects.filter(kind="audit").exists()


def test_no_other_pair_can_be_named(joined: Town, sit: Sit, all_sampled: None) -> None:
    wang = sit(joined.cast.wang)
    for a, b in ((ONE, TWO), (B, A), (HOUSE, ONE), (A, A), (A, ""), (A, "nobody"), ("nobody", A), (A, ELSEWHERE)):
        assert "没有保存" in judge(wang, "merge", a, b), (a, b)
    assert "没有保存" in judge(wang, "merge", A, B, "perhaps") and "没有保存" in judge(wang, "else", A, B)
    assert "没有保存" in judge(wang, "merge", A, B, token="none")
    decide(ActKind.CANNOT_LINK, A, by=joined.cast.bureau.pk, now=joined.now, other=B)
    assert served(A) != served(B) and "没有保存" in judge(wang, "merge", A, B)
    assert not Act.objects.filter(kind="audit").exists()


def test_who_registered_it_or_sits_elsewhere_judges_nothing(joined: Town, sit: Sit, all_sampled: None) -> None:
    grant_role(joined.cast.gu.pk, Role.SU, "310118102", since=joined.now.date())
    gu, xu = sit(joined.cast.gu), sit(joined.cast.xu)
    assert judge(gu, "merge", A, B) == "403" and judge(gu, "new", HOUSE) == "403"
    assert judge(xu, "merge", A, B) == "404" and judge(xu, "new", HOUSE) == "404"
    assert not Act.objects.filter(kind="audit").exists()

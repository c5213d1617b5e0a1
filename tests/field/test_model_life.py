"""The life of a matching model: tried, put live by somebody, followed by the whole registry, and taken back."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest

from server.acts.kinds import HOUSE, ActKind
from server.acts.models import Act
from server.acts.read import broken_link, reason_of, to_decision
from server.field import model_pairs
from server.field.apply import apply
from server.field.decide import decide
from server.field.go_live import CannotGoLive, go_live
from server.field.rebuild import rebuild
from server.field.score_anew import score_anew, waiting_for
from server.field.try_model import CannotTry, ask_trial, report_of, try_later, try_model
from server.households.cases import cases
from server.households.evidence import opened
from server.households.keep_model import keep_model
from server.households.matching.bundled import newest
from server.households.matching.live import first_hash, live_model
from server.households.matching.model import BadModel
from server.households.models import Evidence, Link, MatchingModel, MatchKey, Opinion
from sync.inbox import drain
from sync.kinds import State
from sync.models import Submission
from tests.field.models_at_hand import LOOSE, STRICT, content, deaf, forget_models
from tests.field.test_matching import CHILD, FAMILY, HALF, TOWN, TYPO, households, registered
from tests.law.dump import difference, dump
from tests.law.history import History
from tests.law.world import BEGIN, World, make_world

NOW = BEGIN + timedelta(days=9)

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> Iterator[World]:
    forget_models()
    yield make_world()
    forget_models()


def use(world: World, given: dict[str, Any], now: datetime = NOW) -> Act:
    """Keep, try and put live; the registry does not follow yet."""
    keep_model(given, now=now)
    try_model(given["hash"], now)
    return go_live(given["hash"], by=world.desk, now=now, reason="会议纪要", seen=now)


def follow() -> int:
    return score_anew.call(NOW.isoformat())


def same_after_rebuild() -> None:
    before = dump()
    rebuild(NOW + timedelta(hours=1), shuffle=5)
    assert not difference(before, dump())


def test_until_somebody_decides_the_bundled_model_is_live(world: World) -> None:
    assert live_model().hash == newest().hash and first_hash() == newest().hash
    registered(History(world, 1), FAMILY, TYPO)
    assert set(Evidence.objects.values_list("model", flat=True)) == {newest().hash}
    assert waiting_for(newest()) == 0 == follow()


def test_a_model_goes_live_the_registry_follows_and_the_way_back_ends_where_it_began(world: World) -> None:
    forms = registered(History(world, 1), FAMILY, TYPO, CHILD, HALF)
    begun, joined = dump(), households(forms[:2])
    given = content(1, **STRICT)
    act = use(world, given)
    assert (act.kind, act.subject, act.other, act.by_id) == ("model", HOUSE, given["hash"], world.desk)
    assert reason_of(act) == "会议纪要" and to_decision(act).value["model"] == given["id"] and broken_link() is None
    assert live_model().hash == given["hash"] and joined == 1 == households(forms[:2]), "followed by a job, not at once"
    assert waiting_for(live_model()) == 4
    assert follow() >= 1 and waiting_for(live_model()) == 0 == follow()
    assert households(forms[:2]) == 2 and len(cases([TOWN], [TOWN])) >= 2
    assert {one.model for one in Opinion.objects.filter(stands=True)} == {given["id"]}
    old = Opinion.objects.filter(stands=False, model=newest().id, outcome="merge")
    assert old.count() == 1 and old.get().steps, "what the former model thought stays as record"
    same_after_rebuild()
    assert MatchingModel.objects.get(pk=newest().hash).sealed, "the model that was replaced is kept here too"
    back = NOW + timedelta(days=1)
    try_model(newest().hash, back)
    go_live(newest().hash, by=world.desk, now=back, reason="换回", seen=back)
    follow()
    assert not difference(begun, dump())


def test_what_comes_or_is_decided_before_the_registry_has_followed(world: World) -> None:
    history = History(world, 1)
    forms = registered(history, FAMILY, TYPO)
    use(world, content(2, **LOOSE))
    forms += registered(history, HALF)
    assert households(forms) == 1, "an arrival meets its equals by the live model, and takes them along"
    assert waiting_for(live_model()) == 0
    use(world, content(3, **STRICT), NOW + timedelta(hours=1))
    decide(ActKind.MERGE, forms[0].entity, by=world.desk, now=NOW + timedelta(hours=2), other=forms[2].entity)
    follow()
    assert households(forms) == 2 and households([forms[0], forms[2]]) == 1, "people's acts stand under any model"
    same_after_rebuild()


def test_telephones_and_keys_that_tell_nothing_any_more(world: World) -> None:
    """Keys and links of the former model go; the evidence itself stays whole, for the next model."""
    forms = registered(History(world, 1), FAMILY, TYPO, CHILD)
    begun, keys, links = dump(), MatchKey.objects.count(), Link.objects.count()
    numbers = ("319999195001010011", "319999195001010012")
    tails = [("i", n) for n in numbers] + [("j", n[6:17]) for n in numbers] + [("k", n[:14]) for n in numbers]
    use(world, deaf(4, ("phone", FAMILY["phone"]), *tails))
    follow()
    assert MatchKey.objects.count() < keys
    told = opened(forms[0].entity, bytes(Evidence.objects.get(pk=forms[0].entity).sealed))
    assert told.now[0].phones == (FAMILY["phone"],)
    same_after_rebuild()
    use(world, content(5), NOW + timedelta(hours=1))
    follow()
    assert (MatchKey.objects.count(), Link.objects.count()) == (keys, links)
    here = dump()
    for table in ("Household", "Ident", "MatchKey", "Link", "Case", "PhoneRow"):
        assert here[table] == begun[table]


def test_the_report_says_what_would_be_otherwise_and_changes_nothing(world: World) -> None:
    a, b, _c, d = (form.entity for form in registered(History(world, 1), FAMILY, TYPO, CHILD, HALF))
    before = dump()
    report = try_model(keep_model(content(6, **STRICT), now=NOW).pk, NOW)
    assert report.registrations == 4 and report.has_parity and report.worst < 1e-4
    assert ("merge", "review", 1) in report.changes
    assert [set(group) for group in report.parted] == [{a, b}] and not report.joined and not report.fewer
    assert {frozenset(pair) for pair in report.more} == {frozenset((a, b))}, "a case it was not before"
    assert report.counts == {"parted": 1, "joined": 0, "more": 1, "fewer": 0}
    loose = try_model(keep_model(content(7, **LOOSE), now=NOW).pk, NOW)
    assert len(loose.joined) == 1 and d in loose.joined[0] and {a, b} & set(loose.joined[0])
    assert loose.counts["fewer"] >= 1 and not loose.parted
    assert report_of(MatchingModel.objects.get(name=content(7)["id"])) == loose
    assert not difference(before, dump()) and live_model().hash == newest().hash


def test_what_people_ruled_is_no_difference(world: World) -> None:
    a, b = (form.entity for form in registered(History(world, 1), FAMILY, TYPO))
    decide(ActKind.CANNOT_LINK, a, by=world.desk, now=NOW, other=b)
    report = try_model(keep_model(content(8, **STRICT), now=NOW).pk, NOW)
    assert not any(report.counts.values())


def test_refusals(world: World) -> None:
    registered(History(world, 1), FAMILY, TYPO)
    one, later = keep_model(content(9, **STRICT), now=NOW), NOW + timedelta(hours=1)

    def refused(words: str, seen: datetime | None = NOW, reason: str = "依据") -> None:
        with pytest.raises(CannotGoLive, match=words):
            go_live(one.pk, by=world.desk, now=later, reason=reason, seen=seen)

    refused("还没有试算过")
    try_model(one.pk, NOW)
    refused("请写明依据", reason="  ")
    refused("已不是最新的", seen=later)
    use(world, content(10, **LOOSE))
    refused("现用模型换过了")
    with pytest.raises(CannotTry, match="没有按现用模型重新比对完"):
        try_model(one.pk, later)
    follow()
    with pytest.raises(CannotTry, match="正在使用"):
        try_model(live_model().hash, later)
    try_model(one.pk, NOW)
    go_live(one.pk, by=world.desk, now=later, reason="依据", seen=NOW)
    refused("正在使用")
    assert Act.objects.filter(kind=ActKind.MODEL).count() == 2


def test_without_parity_nothing_goes_live(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    registered(History(world, 1), FAMILY, TYPO)
    one = keep_model(content(11, **STRICT), now=NOW)
    right = model_pairs.score
    monkeypatch.setattr(model_pairs, "score", lambda *told: (s := right(*told))._replace(bits=s.bits + 0.5))
    assert not try_model(one.pk, NOW).has_parity
    with pytest.raises(CannotGoLive, match="批量与在线的分值相差"):
        go_live(one.pk, by=world.desk, now=NOW, reason="依据", seen=NOW)


def test_twice_is_once(world: World) -> None:
    one = keep_model(content(12, **STRICT), now=NOW)
    assert keep_model(content(12, **STRICT), now=NOW + timedelta(days=1)).kept_at == one.kept_at == NOW
    try_model(one.pk, NOW)
    token = decide(ActKind.FREQUENCY, HOUSE, by=None, now=NOW, value={"months": {}}).pk
    Act.objects.filter(pk=token).delete()
    acts = [go_live(one.pk, by=world.desk, now=NOW, reason="依据", seen=NOW, act_id=token) for _ in range(2)]
    assert acts[0] == acts[1] and Act.objects.filter(kind=ActKind.MODEL).count() == 1


@pytest.mark.parametrize(("spoil", "words"), [
    (lambda c: {**c, "prior": 0.0}, "校验和不对"),
    (lambda c: {k: v for k, v in c.items() if k != "hash"}, "校验和不对"),
    (lambda c: content(13, features="0"), "版本不符"),
    (lambda c: content(13, id="../../etc/passwd"), "不是本程序训练的"),
    (lambda c: content(13, id=newest().id, prior=-1.0), "已经有另一个叫"),
    (lambda c: content(13, comparisons={"ident": {"equal": {"m": "x", "u": 1}}}), "不完整"),
])  # fmt: skip
def test_a_damaged_or_foreign_file_is_refused(world: World, spoil: Any, words: str) -> None:
    with pytest.raises(BadModel, match=words):
        keep_model(spoil(content(13)), now=NOW)
    assert not MatchingModel.objects.exclude(is_first=True).exists()


def test_a_live_model_that_is_damaged_is_said_and_nothing_is_lost(world: World) -> None:
    history = History(world, 1)
    registered(history, FAMILY)
    given = content(14)
    use(world, given)
    follow()
    MatchingModel.objects.filter(pk=given["hash"]).update(sealed=b"damaged" * 9)
    forget_models()
    with pytest.raises(BadModel, match="已损坏，请从备份恢复"):
        live_model()
    with pytest.raises(AssertionError, match="BadModel"):
        registered(history, TYPO)  # the phone has its 201 all the same
    assert Submission.objects.latest("pk").state != State.APPLIED, "kept, and waits"
    go_live(newest().hash, by=world.desk, now=NOW + timedelta(hours=1), reason="模型损坏，改回自带的", seen=None)
    assert live_model().hash == newest().hash
    drain(apply, NOW, patient=False)
    assert Submission.objects.latest("pk").state == State.APPLIED


def test_a_model_of_another_version_gives_way_to_the_bundled_one(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    given = content(15)
    use(world, given)
    assert live_model().hash == given["hash"]
    forget_models()
    monkeypatch.setattr("server.households.matching.model.FEATURES_VERSION", "9")
    assert live_model().hash == newest().hash


def test_a_trial_by_the_worker_notes_what_stood_in_its_way(world: World) -> None:
    registered(History(world, 1), FAMILY, TYPO)
    given = content(16, **STRICT)
    keep_model(given, now=NOW)
    ask_trial(given["hash"], NOW)
    assert try_later.call(given["hash"], NOW.isoformat()) == 2
    row = MatchingModel.objects.get(pk=given["hash"])
    assert (row.tried_at, row.asked_at, row.against, row.fault) == (NOW, NOW, newest().hash, "")
    use(world, content(17, **LOOSE))
    assert try_later.call(given["hash"], NOW.isoformat()) == 0
    row.refresh_from_db()
    assert "没有按现用模型重新比对完" in row.fault

"""入库异常: each reason in its own words; letting in is a decision that stays, also through a rebuild."""

import uuid
from collections.abc import Callable, Mapping
from datetime import timedelta

from django.test import Client
from django.utils import timezone

from server.accounts.models import User
from server.acts.kinds import ActKind
from server.acts.models import Act
from server.acts.read import broken_link, reason_of
from server.field.dump import dump
from server.field.rebuild import rebuild
from server.households.models import Filing
from sync.kinds import State
from sync.models import Submission
from sync.receive import Envelope, Receipt, Sender, read_xml, receive
from tests.desk.conftest import THIRD, Town

Sit = Callable[[User], Client]


def another(town: Town, *, is_leaving: bool = False, changes: Mapping[str, str] | None = None) -> tuple[Receipt, str]:
    """李四's screening sent once more as another household; `changes` replace text in it."""
    entity = str(uuid.uuid4())
    xml = read_xml(town.second).decode()
    for old, new in {town.second.instance_id: f"uuid:{entity}", THIRD: entity, **(changes or {})}.items():
        xml = xml.replace(old, new)
    sender = Sender(town.cast.li.pk, villages=() if is_leaving else town.cast.villages[:2], is_leaving=is_leaving)
    return receive(Envelope(xml.encode()), sender, timezone.now()), entity


def state_of(receipt: Receipt) -> State:
    return State(Submission.objects.get(pk=receipt.submission_id).state)


def test_what_came_after_leaving_is_let_in_by_name_and_survives_a_rebuild(town: Town, sit: Sit) -> None:
    wang = sit(town.cast.wang)
    let, wanted = another(town, is_leaving=True)
    left, unwanted = another(town, is_leaving=True)
    page = wang.get("/troubles?kind=left").content.decode()
    assert "准予入库" in page
    assert page.count("离职后送达") >= 2
    assert wang.get(f"/submissions/{let.submission_id}").status_code == 200
    wang.post(f"/troubles/{let.submission_id}/retry", {"reason": "已与本人核实"})
    act = Act.objects.get(kind=ActKind.LET_IN)
    assert (act.by, act.subject, reason_of(act)) == (town.cast.wang, f"uuid:{wanted}", "已与本人核实")
    assert state_of(let) == State.APPLIED
    wang.post(f"/troubles/{left.submission_id}/aside", {"reason": "重复"})
    assert state_of(left) == State.PARKED
    before = list(dump())
    rebuild(timezone.now())
    assert list(dump()) == before
    assert Filing.objects.filter(instance=f"uuid:{wanted}").exists()
    assert not Filing.objects.filter(instance=f"uuid:{unwanted}").exists()
    assert broken_link() is None
    wang.post(f"/troubles/{let.submission_id}/retry")
    assert Act.objects.filter(kind=ActKind.LET_IN).count() == 1, "twice is once"


def test_set_aside_needs_a_reason_leaves_the_list_and_can_come_back(town: Town, sit: Sit) -> None:
    wang = sit(town.cast.wang)
    receipt, entity = another(town, is_leaving=True)
    here = f"/troubles/{receipt.submission_id}"
    wang.post(f"{here}/aside", {"reason": " "})
    assert not Act.objects.filter(kind=ActKind.SET_ASIDE).exists()
    wang.post(f"{here}/aside", {"reason": "本人说没有去过"})
    assert here not in wang.get("/troubles").content.decode()
    aside = wang.get("/troubles?show=aside").content.decode()
    assert "本人说没有去过" in aside
    assert "入库异常" in wang.get("/").content.decode()
    wang.post(f"{here}/retry")
    assert Filing.objects.filter(instance=f"uuid:{entity}").exists()


def test_each_reason_in_its_own_words(town: Town, sit: Sit) -> None:
    wang, version = sit(town.cast.wang), town.second.form_version
    clash, _ = another(town)
    xml = read_xml(town.second) + b"\n"
    twin = receive(Envelope(xml), Sender(town.cast.li.pk), timezone.now())
    sealed, _ = another(town, changes={'id="screening"': 'id="screening" encrypted="yes"'})
    later, _ = another(town, changes={f'version="{version}"': 'version="2099010101"'})
    page = wang.get("/troubles").content.decode()
    for label in ("同号不同文", "加密表单", "表单版本不明"):
        assert label in page
    assert f'class="nowrap" href="/submissions/{town.second.pk}">看先收到的那份' in page
    assert f"/troubles/{later.submission_id}/retry" in page
    for receipt in (twin, sealed):
        assert f"/troubles/{receipt.submission_id}/retry" not in page
        assert f"/troubles/{receipt.submission_id}/aside" in page
    only = wang.get("/troubles?kind=sealed").content.decode()
    assert "没有私钥" in only
    assert only.count('data-l="原因"') == 1
    wang.post(f"/troubles/{sealed.submission_id}/retry")
    wang.post(f"/troubles/{twin.submission_id}/retry")
    assert (state_of(sealed), state_of(twin)) == (State.PARKED, State.PARKED), "no click applies what cannot count"
    assert not Act.objects.filter(kind=ActKind.LET_IN).exists()
    assert state_of(clash) == State.KEPT


def test_a_clash_of_who_has_left_does_not_count_by_being_let_in(town: Town, sit: Sit) -> None:
    wang = sit(town.cast.wang)
    xml = read_xml(town.second).replace("李四".encode(), "李五".encode())
    receipt = receive(Envelope(xml), Sender(town.cast.li.pk, is_leaving=True), timezone.now() + timedelta(seconds=1))
    wang.post(f"/troubles/{receipt.submission_id}/retry")
    kept = Submission.objects.get(pk=receipt.submission_id)
    assert (kept.state, kept.is_clash) == (State.PARKED, True)
    assert "同一记录编号" in kept.trouble
    assert "李四" in wang.get(f"/households/{THIRD}").content.decode()


def test_other_towns_and_other_roles_decide_nothing(town: Town, sit: Sit) -> None:
    receipt, _ = another(town, is_leaving=True)
    for who, status in (("xu", 404), ("ledger", 403), ("bureau", 403), ("li", 403)):
        client = sit(getattr(town.cast, who))
        for verb in ("retry", "aside"):
            answer = client.post(f"/troubles/{receipt.submission_id}/{verb}", {"reason": "x"})
            assert answer.status_code == status, (who, verb)
    assert state_of(receipt) == State.PARKED
    assert not Act.objects.filter(kind__in=[ActKind.LET_IN, ActKind.SET_ASIDE]).exists()

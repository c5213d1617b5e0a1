"""数据线导入 at the desk: who may, what is told, and that it is the phone's owner who said it."""

from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client

from server.accounts.kinds import AccessKind
from server.accounts.models import AccessLog, Grant, User
from server.desk import cable as cable_module
from server.households.kinds import Review
from server.households.models import Filing, Noted
from sync.keys import issue_key
from sync.kinds import State, Via
from sync.models import Submission
from sync.receive import read_xml
from tests.cast import ZHUJIAJIAO
from tests.desk.conftest import PICTURE, Town
from tests.sync.test_cable import FIRST, SECOND, instance, packed

Sit = Callable[[User], Client]
NEW = "44444444-0000-4000-8000-000000000001"


def renewed(town: Town, entity: str = NEW) -> bytes:
    """The screening of 李四 as another one: another household, another number."""
    xml = read_xml(town.second).decode()
    old = town.second.instance_id
    return xml.replace(old, f"uuid:{entity}").replace("11111111-0000-4000-8000-000000000003", entity).encode()


def upload(client: Client, person: User, data: bytes, **said: str) -> HttpResponse:
    return client.post(f"/people/{person.pk}/cable", {"zip": SimpleUploadedFile("手机.zip", data), **said})  # type: ignore[return-value]


def test_in_by_cable_and_in_the_registry(town: Town, sit: Sit) -> None:
    wang, li = sit(town.cast.wang), town.cast.li
    key = issue_key(li.pk, label="华为", by=None, now=town.now).key_id
    files = {**instance(FIRST, read_xml(town.second)), **instance(SECOND, renewed(town), {"门口.png": PICTURE})}
    page = upload(wang, li, packed(files), key=str(key)).content.decode()
    assert "已有，不重复收 <b>1</b>，新收到 <b>1</b>" in page
    assert "已入库" in page
    kept = Submission.objects.get(instance_id=f"uuid:{NEW}")
    assert (kept.sender, kept.key_id, kept.via, kept.state) == (li, key, Via.CABLE, State.APPLIED)
    assert kept.context["villages"] == [*town.cast.villages[:2]]
    assert Filing.objects.filter(instance=f"uuid:{NEW}").exists()
    log = AccessLog.objects.get(what=AccessKind.CABLE)
    assert (log.by, log.subject) == (town.cast.wang, f"person:{li.pk}")
    again = upload(wang, li, packed(files)).content.decode()
    assert "已有，不重复收 <b>2</b>" in again
    assert "数据线" in wang.get(f"/submissions/{kept.pk}").content.decode()


def test_of_who_has_left_it_waits_for_a_decision(town: Town, sit: Sit) -> None:
    wang, li = sit(town.cast.wang), town.cast.li
    User.objects.filter(pk=li.pk).update(is_active=False)
    assert "已离职" in upload(wang, li, packed(instance(FIRST, renewed(town)))).content.decode()
    kept = Submission.objects.get(instance_id=f"uuid:{NEW}")
    assert (kept.state, kept.is_quarantined) == (State.PARKED, True)
    assert f"/troubles/{kept.pk}/retry" in wang.get("/troubles").content.decode()


def test_refusals_are_told_and_nothing_is_half_taken(town: Town, sit: Sit, monkeypatch: pytest.MonkeyPatch) -> None:
    wang, li = sit(town.cast.wang), town.cast.li
    before = Submission.objects.count()
    assert "这不是 zip" in upload(wang, li, b"rar!").content.decode()
    assert "这不是 zip" in wang.post(f"/people/{li.pk}/cable").content.decode()
    two = {**instance(FIRST, renewed(town), below="a/instances/"), **instance(SECOND, b"<b/>", below="b/instances/")}
    assert "几个人共用" in upload(wang, li, packed(two)).content.decode()
    page = upload(wang, li, packed({**instance(FIRST, b"<data"), "照片/1.jpg": b"x"})).content.decode()
    assert cable_module.DAMAGED in page
    assert "照片/1.jpg" in page
    monkeypatch.setattr(cable_module, "MOST_BYTES", 10)
    assert "超过 200 MB" in upload(wang, li, packed(instance(FIRST, renewed(town)))).content.decode()
    assert Submission.objects.count() == before


def test_who_may(town: Town, sit: Sit) -> None:
    data = packed(instance(FIRST, renewed(town)))
    for who, status in (("xu", 404), ("gu", 403), ("li", 403), ("ledger", 403), ("bureau", 403)):
        assert upload(sit(getattr(town.cast, who)), town.cast.li, data).status_code == status, who
    careful = Client(enforce_csrf_checks=True)
    careful.force_login(town.cast.wang)
    assert upload(careful, town.cast.li, data).status_code == 403
    assert not Submission.objects.filter(instance_id=f"uuid:{NEW}").exists()


def test_left_to_the_worker(town: Town, sit: Sit, settings: object) -> None:
    settings.FIELD_APPLY = "worker"  # type: ignore[attr-defined]
    page = upload(sit(town.cast.wang), town.cast.li, packed(instance(FIRST, renewed(town)))).content.decode()
    assert "几分钟内自动入库" in page
    assert Submission.objects.get(instance_id=f"uuid:{NEW}").state == State.KEPT


def test_nobody_approves_what_he_brought_in_anothers_name(town: Town, sit: Sit) -> None:
    """Whoever packs the zip could have written it: somebody else reviews, as with his own."""
    wang, li = sit(town.cast.wang), town.cast.li
    upload(wang, li, packed(instance(FIRST, renewed(town))))
    kept = Submission.objects.get(instance_id=f"uuid:{NEW}")
    page = wang.get(f"/submissions/{kept.pk}").content.decode()
    assert "由您代为导入，须由其他审核人员审核" in page and "王主任代为导入" in page
    assert wang.post(f"/submissions/{kept.pk}/judge", {"verdict": "approve"}).status_code == 403
    wang.post("/submissions/approve", {"id": [kept.pk]})
    noted = Noted.objects.get(filing__submission=kept)
    assert noted.review == Review.PENDING
    Grant.objects.create(user=town.cast.gu, role="SU", area_id=ZHUJIAJIAO, since="2024-01-01")
    sit(town.cast.gu).post(f"/submissions/{kept.pk}/judge", {"verdict": "approve"})
    noted.refresh_from_db()
    assert noted.review == Review.APPROVED

"""What personal data look like on a screen, and what a click on 显示完整 leaves behind."""

from collections.abc import Callable

from django.test import Client

from server.accounts.kinds import AccessKind
from server.accounts.models import AccessLog, User
from tests.desk.conftest import HOUSE, ID_NO, PHONE, Town

Sit = Callable[[User], Client]
SECRETS = (ID_NO, PHONE, "朱枫公路12号303室")


def test_pages_and_lists_mask_by_default(town: Town, sit: Sit) -> None:
    wang = sit(town.cast.wang)
    for url in (f"/households/{HOUSE}", f"/submissions/{town.first.pk}", "/households", "/submissions",
                "/due?state=open", f"/ledgers/{town.house.village[:9]}/{town.now:%Y-%m}", "/"):
        page = wang.get(url).content.decode()
        assert not [secret for secret in SECRETS if secret in page], url
    page = wang.get(f"/households/{HOUSE}").content.decode()
    assert "张三丰" in page
    assert "319999********0011" in page
    assert "138****1234" in page


def test_showing_all_is_a_post_and_is_remembered(town: Town, sit: Sit) -> None:
    wang = sit(town.cast.wang)
    for url, subject in ((f"/households/{HOUSE}/full", f"household:{HOUSE}"),
                         (f"/submissions/{town.first.pk}/full", f"submission:{town.first.pk}")):
        assert wang.get(url).status_code == 405
        page = wang.post(url).content.decode()
        assert not [secret for secret in SECRETS if secret not in page], url
        log = AccessLog.objects.get(what=AccessKind.REVEAL, subject=subject)
        assert log.by == town.cast.wang


def test_a_grid_worker_sees_no_name_in_full_and_may_not_ask(town: Town, sit: Sit) -> None:
    li = sit(town.cast.li)
    page = li.get(f"/households/{HOUSE}").content.decode()
    assert "张三丰" not in page
    assert "张**" in page
    assert "药费负担重" not in page
    assert li.post(f"/households/{HOUSE}/full").status_code == 403
    assert not AccessLog.objects.filter(what=AccessKind.REVEAL).exists()


def test_illness_and_tags_are_not_for_the_ledger_keeper(town: Town, sit: Sit) -> None:
    keeper = sit(town.cast.ledger).get(f"/households/{HOUSE}").content.decode()
    assert "慢性病" not in keeper
    assert "按岗位不显示" in keeper
    assert "慢性病" in sit(town.cast.wang).get(f"/households/{HOUSE}").content.decode()


def test_a_photo_is_only_for_those_who_see_the_submission(town: Town, sit: Sit) -> None:
    photo = town.first.attachments.get()
    whole = sit(town.cast.wang).get(f"/files/{photo.pk}")
    assert whole.status_code == 200
    assert whole["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in whole["Content-Security-Policy"]
    assert sit(town.cast.wang).get(f"/files/{photo.pk}?small")["Content-Type"] == "image/jpeg"
    assert sit(town.cast.xu).get(f"/files/{photo.pk}").status_code == 404
    assert AccessLog.objects.filter(what=AccessKind.FILE, by=town.cast.wang).count() == 1


def test_nothing_stays_in_the_browsers_cache(town: Town, sit: Sit) -> None:
    assert sit(town.cast.wang).get("/households")["Cache-Control"] == "no-store"

"""比对模型 at the desk: who may look and who decides, the trial, its differences, and the button."""

from collections.abc import Callable, Iterator
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from server.accounts.kinds import Role
from server.accounts.matrix import Thing, Verb, reaches
from server.accounts.models import User
from server.acts.kinds import ActKind
from server.acts.models import Act
from server.field.score_anew import score_anew
from server.field.try_model import try_later
from server.households.find import served
from server.households.keep_model import keep_model
from server.households.matching.bundled import newest
from server.households.matching.live import live_model
from server.households.models import MatchingModel
from tests.desk.conftest import ANSWERS, Town
from tests.desk.test_duplicates import ONE, TWO, register
from tests.field.models_at_hand import STRICT, content, forget_models

Sit = Callable[[User], Client]

pytestmark = pytest.mark.django_db
GIVEN = content(50, **STRICT)
URL = f"/duplicates/models/{GIVEN['hash']}"


@pytest.fixture
def joined(town: Town) -> Iterator[Town]:
    """王桂兰 registered twice: one household by the bundled model, two and a case by a strict one."""
    forget_models()
    said = {**ANSWERS, "rep_name": "王桂兰", "id_no": "319999194812120017", "addr": "公园路100弄12号302室",
            "phone": "13912345678"}
    register(town, town.cast.li, ONE, said, town.cast.villages[0], 9)
    register(town, town.cast.gu, TWO, said, town.cast.villages[0], 8)
    assert served(ONE) == served(TWO)
    keep_model(GIVEN, now=town.now)
    yield town
    forget_models()


def text_of(client: Client, url: str) -> str:
    answer = client.get(url)
    assert answer.status_code == 200, (url, answer.status_code)
    return answer.content.decode()


def tried(town: Town, client: Client) -> str:
    """Ask for a trial, let the worker do it, read what it found."""
    assert "已交给后台试算" in client.post(f"{URL}/try", follow=True).content.decode()
    assert "正在试算" in text_of(client, URL)
    row = MatchingModel.objects.get(pk=GIVEN["hash"])
    assert row.asked_at is not None
    try_later.call(row.pk, row.asked_at.isoformat())
    return text_of(client, URL)


def seen() -> str:
    row = MatchingModel.objects.get(pk=GIVEN["hash"])
    return row.tried_at.isoformat() if row.tried_at else ""


def test_who_may(joined: Town, sit: Sit) -> None:
    who = [{role for role in Role.values if reaches(role, verb, Thing.MODEL)} for verb in (Verb.READ, Verb.UPDATE)]
    assert who == [{Role.DI, Role.IN}, {Role.DI}]
    cast = joined.cast
    for user, read, decide in ((cast.bureau, 200, 302), (cast.inspector, 200, 403), (cast.wang, 403, 403),
                               (cast.li, 403, 403), (cast.ledger, 403, 403), (cast.admin, 403, 403)):
        client = sit(user)
        assert [client.get(url).status_code for url in ("/duplicates/models", URL)] == [read, read], user
        said = [client.post(f"{URL}/{verb}", {"reason": "x"}).status_code for verb in ("try", "use")]
        assert said == [decide, decide], user
    assert Client().get(URL).status_code == 302
    nobody = "/duplicates/models/" + "0" * 64
    assert [sit(cast.bureau).get(nobody).status_code, sit(cast.bureau).post(f"{nobody}/use").status_code] == [404, 404]
    assert not Act.objects.filter(kind=ActKind.MODEL).exists()


def test_tried_read_and_put_live(joined: Town, sit: Sit) -> None:
    bureau = sit(joined.cast.bureau)
    page = text_of(bureau, "/duplicates/models")
    assert GIVEN["id"] in page and newest().id in page and "还没有换过" in page
    page = text_of(bureau, URL)
    assert "还没有试算过" in page and ">启用</button>" not in page and GIVEN["hash"] in page and "证件号码相同" in page
    page = tried(joined, bureau)
    assert "王桂兰" in page and "拆成 2 户" in page and 'class="tag green">一致' in page
    assert page.count("<a href=\"/submissions/") >= 2 and f'href="/households/{served(ONE).pk}"' in page  # type: ignore[union-attr]
    assert "没有启用：请写明依据" in bureau.post(f"{URL}/use", {"seen": seen()}, follow=True).content.decode()
    said = bureau.post(f"{URL}/use", {"seen": "2020-01-01T00:00:00+08:00", "reason": "x"}, follow=True).content.decode()
    assert "已不是最新的" in said and live_model().hash == newest().hash
    for _ in range(2):
        said = bureau.post(f"{URL}/use", {"seen": seen(), "reason": "局务会纪要"}, follow=True).content.decode()
    assert Act.objects.filter(kind=ActKind.MODEL).count() == 1, "twice is once"
    page = text_of(bureau, "/duplicates/models")
    assert "局务会纪要" in page and "民政局老何" in page and "份登记没有按它重新比对" in page
    assert served(ONE) == served(TWO)
    score_anew.call(timezone.now().isoformat())
    assert served(ONE) != served(TWO) and "全部登记都已按它比对" in text_of(bureau, "/duplicates/models")
    assert "王桂兰" in text_of(sit(joined.cast.wang), "/duplicates")


def test_the_inspector_sees_masks_and_no_button(joined: Town, sit: Sit) -> None:
    tried(joined, sit(joined.cast.bureau))
    page = text_of(sit(joined.cast.inspector), URL)
    assert "王桂兰" not in page and "王" in page and ">启用</button>" not in page and ">重新试算</button>" not in page


def test_a_damaged_live_model_is_said_and_replaced(joined: Town, sit: Sit) -> None:
    bureau = sit(joined.cast.bureau)
    tried(joined, bureau)
    bureau.post(f"{URL}/use", {"seen": seen(), "reason": "局务会纪要"})
    MatchingModel.objects.filter(pk=GIVEN["hash"]).update(sealed=b"damaged" * 9)
    forget_models()
    page = text_of(bureau, "/duplicates/models")
    assert "内容已损坏，请从备份恢复" in page and "不能用" in page
    assert "已损坏" in text_of(bureau, URL)
    other = f"/duplicates/models/{newest().hash}"
    assert ">启用</button>" in text_of(bureau, other)
    bureau.post(f"{other}/use", {"reason": "改回自带的模型"})
    assert live_model().hash == newest().hash


def test_the_same_by_command(joined: Town) -> None:
    def run(*arguments: str) -> str:
        out = StringIO()
        call_command("matching_model", *arguments, stdout=out)
        return out.getvalue()

    use = ("use", GIVEN["id"], "--reason", "局务会纪要", "--by")
    for who in ("wang", "admin", "nobody"):
        with pytest.raises(CommandError, match="没有启用模型的权限"):
            run(*use, who)
    with pytest.raises(CommandError, match="还没有试算过"):
        run(*use, "bureau")
    assert "将拆开 1 户" in run("try", GIVEN["id"])
    assert "已启用" in run(*use, "bureau")
    assert Act.objects.get(kind=ActKind.MODEL).by == joined.cast.bureau
    assert "已交给后台任务" in run("finish", "--later")
    assert "重新比对了" in run("finish") and served(ONE) != served(TWO)

"""Ten suspected duplicates settled in a real browser by keyboard alone, without one reload; and how they look."""

import os
import shutil
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client
from django.utils import timezone
from playwright.sync_api import sync_playwright
from pytest_django.live_server_helper import LiveServer

from server.accounts.models import User
from server.acts.models import Act
from server.field.match_across import match_across
from server.households.models import Case, Household, Opinion
from tests.cast import make_cast
from tests.desk.conftest import ANSWERS
from tests.desk.told import tell

Sit = Callable[[User], Client]
CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium")
BUSY = ".htmx-request, .htmx-swapping, .htmx-settling, .htmx-added"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
HEADS = ["周根妹", "陆阿大", "沈秀英", "朱福生", "吴月珍", "徐金根", "蔡小弟", "顾引娣", "马文彬", "杨桂芳"]
KIDS = ["周红", "陆敏", "沈强", "朱琳", "吴刚", "徐洁", "蔡勇", "顾颖", "马俊", "杨帆"]
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
#: What is pressed, case by case; 0 takes the one before back, which is then shown again.
KEYS = ["1", "2", "3", "4", "1", "0", "3", "2", "3", "4", "1", "3"]


def number(born: str, n: int) -> str:
    """An invented ID number: no division has this code."""
    body = f"319999{born}{n:03d}"
    return body + "10X98765432"[sum(int(c) * w for c, w in zip(body, WEIGHTS, strict=True)) % 11]


def ten_cases(by: tuple[User, User], village: str) -> None:
    now = timezone.now()
    for n, (head, kid) in enumerate(zip(HEADS, KIDS, strict=True)):
        home = {**ANSWERS, "village": village, "addr": f"公园路{100 + 7 * n}弄{n + 2}号{n + 1}02室",
                "phone": f"139{n}234{n}67{n}"}
        told = ({"rep_name": head, "id_no": number("19481212", n * 2 + 1), "sex_q": "male"},
                {"rep_name": kid, "id_no": number("19750505", n * 2 + 2), "sex_q": "female"})
        for m, (who, said) in enumerate(zip(by, told, strict=True)):
            tell(who, "screening", {**home, **said}, now=now - timedelta(hours=40 - 3 * n - m),
                 entity=f"55555555-0000-4000-8000-0000000000{n}{m}", create=True)


@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium")
@pytest.mark.django_db(transaction=True)
def test_ten_cases_by_keyboard_alone(live_server: LiveServer, tmp_path: Path) -> None:
    cast = make_cast()
    ten_cases((cast.li, cast.gu), cast.villages[0])
    client = Client()
    client.force_login(cast.wang)
    cookie = {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}
    shots = Path(os.environ.get("SHOTS_DIR", tmp_path))
    assert Opinion.objects.filter(stands=True, outcome="review").count() + Case.objects.count() == 10

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        page = browser.new_page(viewport={"width": 1366, "height": 768}, locale="zh-CN")
        wrong: list[str] = []
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.context.add_cookies([cookie])  # type: ignore[list-item]  # a TypedDict there
        page.goto(f"{live_server.url}/duplicates")
        page.screenshot(path=shots / "duplicates.png")
        page.evaluate("window.kept = true")
        page.keyboard.press("Enter")
        page.wait_for_selector("h1:has-text('是不是同一户')")
        page.screenshot(path=shots / "duplicate.png")
        assert page.locator("mark").count()
        for n, key in enumerate(KEYS):
            before = page.locator("#main").inner_html()
            page.keyboard.press(key)
            page.wait_for_function("(was) => document.querySelector('#main').innerHTML !== was"
                                   f" && !document.querySelector('{BUSY}')", arg=before)
            page.wait_for_load_state("networkidle")
            if n == 1:
                page.screenshot(path=shots / "duplicate-undo.png")
        assert "没有待处理的疑似重复" in page.locator("#main").inner_text()
        assert page.evaluate("window.kept") is True  # the page was never loaded anew
        page.screenshot(path=shots / "duplicates-done.png")

        phone = browser.new_page(viewport={"width": 390, "height": 844}, locale="zh-CN")
        phone.context.add_cookies([cookie])  # type: ignore[list-item]  # a TypedDict there
        phone.goto(f"{live_server.url}/duplicates?tab=asked")
        phone.screenshot(path=shots / "duplicates-phone.png")
        phone.click("td.lead a")
        phone.wait_for_selector("h1:has-text('是不是同一户')")
        assert phone.evaluate("document.documentElement.scrollWidth") <= 390
        phone.screenshot(path=shots / "duplicate-phone.png")
        phone.screenshot(path=shots / "duplicate-phone-whole.png", full_page=True)
        phone.goto(f"{live_server.url}/duplicates/quality")
        phone.screenshot(path=shots / "quality-phone.png")
        page.goto(f"{live_server.url}/duplicates/quality")
        page.screenshot(path=shots / "quality.png")
        browser.close()
    assert not wrong
    filed = Counter(Act.objects.values_list("kind", flat=True))
    asked = KEYS.count("4")
    merges = KEYS.count("1") + KEYS.count("2")
    assert (filed["ask"], filed["merge"], filed["cannot_link"]) == (asked, merges, KEYS.count("3"))
    assert filed["unmerge"] == 1 and {act.by for act in Act.objects.select_related("by")} == {cast.wang}


@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium")
@pytest.mark.django_db(transaction=True)
def test_across_two_villages_a_key_picks_the_village_first(live_server: LiveServer) -> None:
    """Nothing is picked beforehand: 1 alone is refused; B and then 1 is one household, in the village of the second."""
    cast = make_cast()
    home = {**ANSWERS, "addr": "公园路100弄2号102室", "phone": "13912340000", "rep_name": "周根妹",
            "id_no": number("19481212", 1), "sex_q": "female"}
    for m, (who, village) in enumerate(((cast.gu, cast.villages[0]), (cast.li, cast.villages[1]))):
        tell(who, "screening", {**home, "village": village}, now=timezone.now() - timedelta(hours=9 - m),
             entity=f"55555555-0000-4000-8000-00000000000{m}", create=True)
    match_across()
    client = Client()
    client.force_login(cast.wang)
    cookie = {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        page = browser.new_page(viewport={"width": 1366, "height": 768}, locale="zh-CN")
        page.context.add_cookies([cookie])  # type: ignore[list-item]  # a TypedDict there
        page.goto(f"{live_server.url}/duplicates")
        page.keyboard.press("Enter")
        page.wait_for_selector("h1:has-text('是不是同一户')")
        page.wait_for_load_state("networkidle")
        assert page.locator("input[name=village]:checked").count() == 0
        page.keyboard.press("1")
        page.wait_for_selector("text=请先选合并后归哪个村居")
        page.wait_for_function(f"!document.querySelector('{BUSY}')")
        page.click(".homes input >> nth=0")
        page.keyboard.press("b")
        assert page.locator("input[name=village]:checked").get_attribute("data-key") == "b"
        page.keyboard.press("1")
        page.wait_for_selector("text=刚才的认定已保存")
        browser.close()
    assert Counter(Act.objects.values_list("kind", flat=True)) == {"merge": 1, "assign": 2}
    assert set(Household.objects.values_list("village", flat=True)) == {cast.villages[1]}

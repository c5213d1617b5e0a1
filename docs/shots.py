"""Screenshots of the desk, for the README and for looking at it: `make shots`.

Starts a server of its own in a folder that is thrown away, with demo people and a demo month, and writes the pictures
of the README to docs/img/. `--all` takes every screen twice (a desk screen, a phone) into var/shots/, for looking at.
With `--url` it visits a running server instead.
Needs a Chromium (CHROMIUM, or /usr/bin/chromium, or the one Playwright brings).
"""

import argparse
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
README = ROOT / "docs" / "img"
LOOKING = ROOT / "var" / "shots"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync"]
SIZES = {"desk": {"width": 1366, "height": 768}, "phone": {"width": 390, "height": 844}}

#: Role -> log-in name and password of the demo's people (server/demo/cast.py).
LOGINS = {
    role: (name, "tanfang-2024")
    for role, name in {"SU": "zjj_su", "LE": "zjj_le", "DI": "qu_di", "AD": "admin", "CO": "zjj_co1",
                       "GW": "zjj_gw1"}.items()
}


@dataclass(frozen=True)
class Shot:
    """``path`` may name things to click in turn: ``/people > text=周敏 > text=签发二维码``."""

    name: str
    role: str
    path: str
    whole: bool = False
    readme: str = ""  # the size (desk | phone) in which it stands in the README


SHOTS = (
    Shot("login", "", "/login"),
    Shot("home", "SU", "/", readme="desk"),
    Shot("home-worker", "CO", "/", readme="phone"),
    Shot("home-district", "DI", "/"),
    Shot("submissions", "SU", "/submissions", readme="desk"),
    Shot("submission", "SU", "/submissions > td a[href^='/submissions/']", whole=True),
    Shot("elsewhere", "SU", "/submissions?tab=elsewhere"),
    Shot("claim", "SU", "/submissions?tab=elsewhere > td a[href^='/submissions/']", whole=True),
    Shot("duplicates", "SU", "/duplicates"),
    Shot("duplicate", "SU", "/duplicates > td a[href^='/duplicates/']", whole=True),
    Shot("moves", "SU", "/moves"),
    Shot("households", "SU", "/households"),
    Shot("household", "SU", "/households?table=3 > td a[href^='/households/']", whole=True, readme="desk"),
    Shot("due", "SU", "/due?state=open"),
    Shot("leads", "SU", "/leads"),
    Shot("troubles", "SU", "/troubles"),
    Shot("ledgers", "DI", "/ledgers"),
    Shot("ledger", "SU", "/ledgers > td:nth-child(3) a", readme="desk"),
    Shot("mine", "CO", "/mine"),
    Shot("people", "AD", "/people"),
    Shot("person", "AD", "/people?role=CO > td a[href^='/people/']"),
    Shot("qr", "AD", "/people?role=GW > td a[href^='/people/'] > text=管理手机 > text=签发二维码", readme="desk"),
    Shot("phones", "SU", "/people?role=GW > td a[href^='/people/'] > text=管理手机"),
    Shot("phone-typed", "AD", "/people?role=GW > td a[href^='/people/'] > text=管理手机 > text=签发用户名密码"),
    Shot("preview", "SU", "/people?role=CO > td a[href^='/people/'] > text=管理手机 > text=预览名单"),
    Shot("cable", "SU", "/people?role=GW > td a[href^='/people/'] > text=管理手机 > text=数据线导入"),
    Shot("card", "SU", "/phones/card", whole=True),
    Shot("forms", "AD", "/forms"),
    Shot("feedback", "SU", "/feedback"),
    Shot("refused", "GW", "/people"),
)


def shoot(browser: Browser, url: str, logins: Mapping[str, tuple[str, str]], only: str, everything: bool) -> None:
    """The pictures asked for; one signed-in browser per role and size."""
    folder = LOOKING if everything else README
    folder.mkdir(parents=True, exist_ok=True)
    for size, viewport in SIZES.items():
        pages: dict[str, Page] = {}
        for shot in SHOTS:
            if not re.search(only, shot.name) or (not everything and shot.readme != size):
                continue
            page = pages.get(shot.role)
            if page is None:
                context = browser.new_context(
                    viewport=viewport, locale="zh-CN", timezone_id="Asia/Shanghai", is_mobile=size == "phone",  # type: ignore[arg-type]
                )
                page = pages[shot.role] = context.new_page()
                if shot.role:
                    _sign_in(page, url, *logins[shot.role])
            path, *links = shot.path.split(" > ")
            page.goto(url + path)
            for link in links:
                page.locator(link).first.click()
                page.wait_for_load_state("networkidle")
            page.screenshot(path=folder / f"{shot.name}-{size}.png", full_page=shot.whole and everything)
            sys.stdout.write(f"  {shot.name}-{size}.png  {page.url.removeprefix(url)}\n")


def _sign_in(page: Page, url: str, name: str, password: str) -> None:
    page.goto(f"{url}/login")
    page.fill("#id_username", name)
    page.fill("#id_password", password)
    page.click("button.go")
    page.wait_for_url(f"{url}/")


@contextmanager
def own_server() -> Iterator[str]:
    """A server with a demo month in a temporary folder: its address."""
    with tempfile.TemporaryDirectory(prefix="tanfang-shots-") as folder, socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
        probe.close()
        url = f"http://127.0.0.1:{port}"
        setting = {**os.environ, "VAR_DIR": folder, "PUBLIC_URL": url, "DATABASE_URL": ""}

        def manage(*words: str) -> None:
            subprocess.run([sys.executable, "manage.py", *words], cwd=ROOT, env=setting, check=True,
                           stdout=subprocess.DEVNULL)

        manage("make_keyring")
        manage("migrate", "--verbosity", "0")
        manage("load_areas")
        manage("publish_forms", "--since", "2024-07-08")
        manage("seed")
        server = subprocess.Popen(
            [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port),
             "--workers", "1", "--blocking-threads", "4", "server.wsgi:application"],
            cwd=ROOT, env=setting, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )
        try:
            _wait_for(f"{url}/health")
            manage("demo", "--first", "--base-url", url)
            manage("work", "--once")
            yield url
        finally:
            server.terminate()
            server.wait()


def _wait_for(url: str, seconds: float = 30) -> None:
    until = time.monotonic() + seconds
    while True:
        try:
            with urllib.request.urlopen(url, timeout=2):
                return
        except OSError:
            if time.monotonic() > until:
                raise
            time.sleep(0.3)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--url", help="a running server, with its own --login if they are not the demo's")
    parser.add_argument("--login", action="append", default=[], metavar="ROLE:NAME:PASSWORD")
    parser.add_argument("--only", default="", help="names of pictures, a regular expression")
    parser.add_argument("--all", action="store_true", help="every screen in both sizes, into var/shots/")
    asked = parser.parse_args()
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        if asked.url:
            given = (one.split(":", 2) for one in asked.login)
            logins = LOGINS | {role: (name, password) for role, name, password in given}
            shoot(browser, asked.url.rstrip("/"), logins, asked.only, asked.all)
        else:
            with own_server() as url:
                shoot(browser, url, LOGINS, asked.only, asked.all)
        browser.close()


if __name__ == "__main__":
    main()

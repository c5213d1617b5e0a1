"""What stands in deploy/ fits the program it deploys."""

import os
import re
import subprocess

import pytest
from django.conf import settings
from django.urls import reverse

from server.desk.cable import MOST_BYTES as CABLE_BYTES
from server.desk.urls import desk_urls
from server.management.commands.up import web_command
from server.wsgi import application
from sync.urls import DOORS, first_words
from tests.house import ROOT

DEPLOY = ROOT / "deploy"
SAMPLE = (DEPLOY / "environment.sample").read_text("utf-8")
NGINX = (DEPLOY / "nginx.conf").read_text("utf-8")


def test_the_sample_names_every_setting() -> None:
    read = set(re.findall(r'env(?:_bool|_int)?\("([A-Z_]+)"', (ROOT / "server/settings.py").read_text("utf-8")))
    assert set(re.findall(r"^#?([A-Z_]+)=", SAMPLE, re.M)) == read


def test_what_the_sample_sets_is_what_a_server_must_set() -> None:
    assert set(re.findall(r"^([A-Z_]+)=", SAMPLE, re.M)) == {"PUBLIC_URL", "DATABASE_URL", "VAR_DIR", "KEY_RING_PATH"}


def test_the_unit_starts_the_server_as_the_launcher_does() -> None:
    unit = (DEPLOY / "tanfang-web.service").read_text("utf-8").replace("\\\n", " ")
    [line] = re.findall(r"^ExecStart=(.*)$", unit, re.M)
    for name in ("WEB_WORKERS", "WEB_THREADS"):
        line = line.replace(f"${{{name}}}", str(getattr(settings, name)))
    launched = web_command("127.0.0.1", 8000)[1:]
    place = launched.index("--working-dir")  # the unit has WorkingDirectory instead
    assert sorted(line.split()[1:]) == sorted(launched[:place] + launched[place + 2 :])
    assert "access-log" not in line


@pytest.mark.parametrize("unit", sorted(DEPLOY.glob("tanfang-*.service")), ids=lambda path: path.name)
def test_every_unit_runs_with_few_rights(unit: object) -> None:
    text = unit.read_text("utf-8")  # type: ignore[attr-defined]
    for line in ("User=tanfang", "UMask=0077", "NoNewPrivileges=yes", "ProtectSystem=strict",
                 "EnvironmentFile=/etc/tanfang/environment"):  # fmt: skip
        assert line in text, line


@pytest.mark.wire("W-35", "W-81")
def test_nginx_lets_pass_what_the_program_judges() -> None:
    limits = re.findall(r"client_max_body_size (\d+);", NGINX)
    assert limits == [str(settings.PHONE_POST_MOST_BYTES)] * (len(DOORS) + 1), "neither refuses what the other takes"
    [megabytes] = re.findall(r"location \^~ /people/ \{\s+client_max_body_size (\d+)m;", NGINX)
    assert int(megabytes) * 1024 * 1024 > CABLE_BYTES + 1024 and reverse("desk:cable", args=[1]).startswith("/people/")
    [kilobytes] = re.findall(r"large_client_header_buffers \d+ (\d+)k;", NGINX)
    assert int(kilobytes) * 1024 > 1500 * 39 + 200


@pytest.mark.wire("W-65")
def test_nginx_keeps_keys_and_searches_out_of_its_logs() -> None:
    [fields] = re.findall(r"log_format tanfang (.*?);", NGINX, re.S)
    assert not re.findall(r"\$(request|request_uri|args|query_string|uri|http_\w+)\b(?!_)", fields)
    assert set(re.findall(r"access_log (\S+) (\w+);", NGINX)) == {("/var/log/nginx/tanfang.log", "tanfang")}
    [pattern] = re.findall(r'"~(\^/\(\?<tanfang_door>.*?)"\s', NGINX)
    for door in DOORS:
        found = re.match(pattern.replace("(?<", "(?P<"), f"{door}s3cret/lists/households.csv")
        assert found and (found["tanfang_door"], found["tanfang_rest"]) == (door.strip("/"), "/lists/households.csv")
        assert NGINX.count(f"location ^~ {door} {{") == 2, "each door has a location of its own, on both ports"
    assert NGINX.count("tanfang-key-error.log emerg;") == 2 * len(DOORS)


@pytest.mark.wire("W-78")
def test_nginx_knows_the_doors_without_a_key() -> None:
    """On both ports, and no page of the desk among them."""
    [pattern, same] = re.findall(r"location ~ (\S+) \{", NGINX)
    assert pattern == same
    below = ("formList", "formList/", "submission", "forms/form.xml", "forms/manifest", "forms/file", "media/a.csv",
             "lists/households.csv", "lists/households/integrity")  # fmt: skip
    assert all(re.search(pattern, f"{start}{path}") for start in ("/", "/li/") for path in below)
    pages = [word for word in first_words(desk_urls[0]) if word]
    assert pages and not [page for page in pages if re.search(pattern, f"/{page}")]


def test_nginx_says_itself_what_the_program_believes() -> None:
    headers = dict(re.findall(r"proxy_set_header (\S+) (\S+);", NGINX))
    assert headers["X-Forwarded-Proto"] == "$scheme" and headers["X-Forwarded-For"] == "$remote_addr"
    assert headers["X-Forwarded-Host"] == headers["Forwarded"] == headers["X-Real-IP"] == '""'
    assert headers["Host"] == "$http_host"


@pytest.mark.django_db  # whatever connections are open are looked after at the start of a request
@pytest.mark.parametrize(("peer", "expected"), [("127.0.0.1", "10.1.2.3"), ("10.9.9.9", "10.9.9.9")])
def test_the_address_behind_nginx(peer: str, expected: str) -> None:
    """Believed from this machine alone."""
    environ = {
        "REQUEST_METHOD": "GET", "PATH_INFO": "/health", "SERVER_NAME": "127.0.0.1", "SERVER_PORT": "80",
        "wsgi.input": open(os.devnull, "rb"), "wsgi.errors": None, "wsgi.url_scheme": "http",  # noqa: SIM115
        "REMOTE_ADDR": peer, "HTTP_X_FORWARDED_FOR": "10.1.2.3", "HTTP_HOST": "127.0.0.1",
    }  # fmt: skip
    application(environ, lambda status, headers: None)
    assert environ["REMOTE_ADDR"] == expected


def test_the_nightly_script_is_a_shell_script() -> None:
    assert os.access(DEPLOY / "nightly", os.X_OK)
    assert subprocess.run(["sh", "-n", str(DEPLOY / "nightly")]).returncode == 0
    assert "keyring" not in (DEPLOY / "nightly").read_text("utf-8").replace("key ring", "")

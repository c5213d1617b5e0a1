"""Tokens of other systems: issued once, good for a while, taken back at once."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from server.api.end_token import end_token
from server.api.issue_token import issue_token
from server.api.models import ApiToken
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def status(token: str, scheme: str = "Bearer") -> int:
    return Client(headers={"Authorization": f"{scheme} {token}"}).get("/api/due").status_code


def test_only_the_hash_is_kept(cast: Cast) -> None:
    issued = issue_token(cast.wang.pk, label="区数据平台", days=30, now=timezone.now())
    row = ApiToken.objects.get(pk=issued.token_id)
    assert issued.token not in (row.token_hash, str(row), row.label) and len(row.token_hash) == 64
    assert status(issued.token) == 200 and status(issued.token, "bearer") == 200
    assert status(row.token_hash) == 401


def test_the_day_of_its_use_is_remembered(cast: Cast) -> None:
    issued = issue_token(cast.wang.pk, label="区数据平台", days=30, now=timezone.now())
    assert ApiToken.objects.get().last_used_on is None
    assert status(issued.token) == 200
    assert ApiToken.objects.get().last_used_on == timezone.localdate()


def test_an_ended_token_is_refused_at_once(cast: Cast) -> None:
    now = timezone.now()
    issued = issue_token(cast.wang.pk, label="区数据平台", days=30, now=now)
    other = issue_token(cast.wang.pk, label="另一系统", days=30, now=now)
    assert end_token(issued.token_id, now) and not end_token(issued.token_id, now)
    assert (status(issued.token), status(other.token)) == (401, 200)


def test_a_token_dies_of_age(cast: Cast) -> None:
    long_ago = timezone.now() - timedelta(days=30)
    assert status(issue_token(cast.wang.pk, label="x", days=30, now=long_ago).token) == 401
    assert status(issue_token(cast.wang.pk, label="x", days=31, now=long_ago).token) == 200
    for days in (0, -1, 367):
        with pytest.raises(ValueError, match="days"):
            issue_token(cast.wang.pk, label="x", days=days, now=long_ago)


def test_it_ends_with_the_account(cast: Cast) -> None:
    issued = issue_token(cast.wang.pk, label="x", days=30, now=timezone.now())
    cast.wang.is_active = False
    cast.wang.save()
    assert status(issued.token) == 401


@pytest.mark.parametrize("header", ["Bearer", "Bearer a b", "Bearer ü", "Basic d2FuZzp0ZXN0"])
def test_nonsense_is_401(cast: Cast, header: str) -> None:
    assert Client(headers={"Authorization": header}).get("/api/due").status_code == 401


def test_a_session_reads_too(cast: Cast) -> None:
    client = Client()
    client.force_login(cast.wang)
    assert client.get("/api/due").status_code == 200


def test_the_command(cast: Cast) -> None:
    out = StringIO()
    call_command("api_tokens", "issue", "wang", "--label", "区数据平台", "--days", "10", stdout=out)
    assert status(out.getvalue().split()[-1]) == 200
    row = ApiToken.objects.get()
    call_command("api_tokens", "list", stdout=out)
    assert "王主任\t区数据平台\t至 " in out.getvalue()
    call_command("api_tokens", "end", str(row.pk), stdout=out)
    call_command("api_tokens", "list", stdout=out)
    assert "已停用" in out.getvalue()
    with pytest.raises(CommandError, match="没有在用的账号"):
        call_command("api_tokens", "issue", "nobody", "--label", "x")
    with pytest.raises(CommandError, match="有效天数"):
        call_command("api_tokens", "issue", "wang", "--label", "x", "--days", "0")

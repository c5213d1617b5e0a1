"""Every door of the real server, beside its desk and its REST: one phone's day through each, over sockets."""

import http.client

import pytest

from server.demo.line import SocketLine
from server.demo.phone import Phone
from tests.sync.passwords import LoggedIn
from tests.wire.door import Door

pytestmark = pytest.mark.slow
BELOW = ("", "/", "/{name}", "/{name}/", "/key/{token}", "/collector/{token}", "/collector/{token}/")


def phone_at(door: Door, below: str) -> tuple[Phone, list[tuple[str, int]]]:
    """A phone set up with this address, and what it was told."""
    worker = door.held.worker
    line = LoggedIn(SocketLine(), worker.username, door.held.password)
    address = door.house.url + below.format(name=worker.username, token=door.held.token)
    return Phone(address, SocketLine() if "token" in below else line), line.told


@pytest.mark.wire("W-64", "W-70", "W-78")
@pytest.mark.parametrize("below", BELOW)
def test_a_day_through_each(door: Door, below: str) -> None:
    made = door.register()
    phone, told = phone_at(door, below)
    phone.sync()
    assert {*phone.forms} == {"screening", "visit", "lead", "referral"}
    assert {*phone.lists} == {"households", "leads", "referrals"}
    phone.outbox.append(made.instance)
    assert phone.send_all() == 1, made.instance.said
    phone.sync()
    assert made.entity in phone.lists["households"].rows
    assert [status for _, status in told].count(401) == ("token" not in below)
    door.hand.phone.sync()
    assert phone.lists["households"].rows.keys() == door.hand.phone.lists["households"].rows.keys()
    assert phone.lists["households"].hash == door.hand.phone.lists["households"].hash


@pytest.mark.wire("W-2", "W-68", "W-79")
@pytest.mark.parametrize(
    "path", ["/formList", "/submission", "/zjj_gw1/formList", "/zjj_gw1/submission", "/x/formList/"]
)
def test_who_says_nothing_is_asked(door: Door, path: str) -> None:
    for method in ("HEAD", "POST") if "submission" in path else ("GET", "HEAD"):
        said = door.ask(method, door.house.url + path)
        assert (said.status, said.header("X-OpenRosa-Version")) == (401, "1.0")
        assert said.header("WWW-Authenticate").startswith('Digest realm="') and said.all("Set-Cookie") == []
        assert said.header("Content-Type").startswith("text/xml")
        assert method == "HEAD" or said.message


@pytest.mark.parametrize(
    ("path", "status"), [("/", 302), ("/households", 302), ("/health", 200), ("/api/", 302)]
)
def test_the_desk_and_the_rest_are_still_there(door: Door, path: str, status: int) -> None:
    """No page of ours is taken for a user's address."""
    line = http.client.HTTPConnection("127.0.0.1", door.house.port, timeout=60)
    line.request("GET", path)
    answer = line.getresponse()
    assert (answer.status, answer.getheader("X-OpenRosa-Version")) == (status, None)

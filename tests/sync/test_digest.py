"""The arithmetic of Digest: the examples of the RFCs, and an independent client (Python's own) over many addresses."""

import hashlib
from datetime import UTC, datetime, timedelta
from urllib.request import HTTPDigestAuthHandler, HTTPPasswordMgrWithDefaultRealm, Request, parse_http_list
from urllib.request import parse_keqv_list as pairs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.digest import (
    GOOD_FOR,
    REALM,
    Age,
    Login,
    age_of,
    can_log_in,
    challenge,
    ha1,
    is_right,
    names,
    new_nonce,
    read_login,
    response,
)

NOW = datetime(2025, 8, 3, 1, 30, tzinfo=UTC)
SECRET = b"the server's own"
RFC_2617 = (
    "Mufasa:testrealm@host.com:Circle Of Life",
    Login("Mufasa", "dcd98b7102dd2f0e8b11d0f600bfb0c093", "/dir/index.html", "", "0a4f113b", 1),
    "6629fae49393a05397450978507c4ef1",
)
RFC_7616 = (
    "Mufasa:http-auth@example.org:Circle of Life",
    Login(
        "Mufasa",
        "7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v",
        "/dir/index.html",
        "",
        "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ",
        1,
    ),
    "8ca523f5e9506fed4657c9700eebdbec",
)


@pytest.mark.parametrize(("words", "login", "expected"), [RFC_2617, RFC_7616], ids=["2617", "7616"])
@pytest.mark.wire("W-68")
def test_the_rfcs_own_examples(words: str, login: Login, expected: str) -> None:
    assert response(hashlib.md5(words.encode()).hexdigest(), login, "GET") == expected


def written(username: str, password: str, url: str, method: str, nonce: str) -> str:
    """What Python's client answers to our challenge."""
    passwords = HTTPPasswordMgrWithDefaultRealm()
    passwords.add_password(None, url, username, password)
    asked = pairs(parse_http_list(challenge(nonce, is_stale=False).removeprefix("Digest ")))
    said = HTTPDigestAuthHandler(passwords).get_authorization(Request(url, method=method), asked)
    assert said is not None
    return str(said)


NAMES = st.from_regex(r"[A-Za-z0-9._-]{3,30}", fullmatch=True)
PASSWORDS = st.from_regex(r"[a-z]{4}(-[a-z]{4}){3}", fullmatch=True)
PATHS = st.from_regex(r"/[A-Za-z0-9%._~!$&'()*+,;=:@/-]{0,40}(\?[A-Za-z0-9%=&._~+-]{0,40})?", fullmatch=True)


@given(NAMES, PASSWORDS, PATHS, st.sampled_from(["GET", "HEAD", "POST"]))
def test_an_independent_client_is_understood(username: str, password: str, path: str, method: str) -> None:
    nonce = new_nonce(SECRET, NOW)
    login = read_login(written(username, password, f"http://host{path}", method, nonce))
    assert login is not None
    assert (login.username, login.uri, login.nonce, login.nc) == (username, path, nonce, 1)
    assert is_right(ha1(username, password), login, method)
    assert not is_right(ha1(username, password), login, "PUT")
    assert not is_right(ha1(username, password + "x"), login, method)
    assert not is_right(ha1(username + "x", password), login, method)
    assert can_log_in(username)


GOOD = (
    f'username="li", realm="{REALM}", nonce="n", uri="/formList?a=b,c", algorithm=MD5, '
    f'response="{"a" * 32}", qop=auth, nc=0000000a, cnonce="q\\"x"'
)


def test_a_header_is_read() -> None:
    assert read_login(GOOD) == Login("li", "n", "/formList?a=b,c", "a" * 32, 'q"x', 10)
    assert read_login(GOOD.replace("qop=auth", 'qop="auth"').replace("MD5", '"md5"')) == read_login(GOOD)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (f'realm="{REALM}"', 'realm="elsewhere"'),
        ("qop=auth", "qop=auth-int"),
        ("qop=auth,", ""),
        ("MD5", "SHA-256"),
        ("MD5", "MD5-sess"),
        ('username="li", ', ""),
        ('username="li"', 'username=""'),
        ('username="li"', 'username="li", username="wang"'),
        ('username="li"', 'username="li", userhash=true'),
        ('username="li"', "username"),
        ("nc=0000000a", "nc=00000000"),
        ("nc=0000000a", "nc=a"),
        ("nc=0000000a", "nc=-000000a"),
        ("nc=0000000a, ", ""),
        (', cnonce="q\\"x"', ""),
        ("a" * 32, "a" * 31),
        ("a" * 32, "g" * 32),
        ('uri="/formList?a=b,c"', 'uri=""'),
        ('uri="/formList?a=b,c"', 'uri="/表"'),
    ],
)
def test_what_is_odd_is_nobody(old: str, new: str) -> None:
    assert old in GOOD
    assert read_login(GOOD.replace(old, new)) is None


@given(st.text(max_size=80))
def test_no_header_breaks_the_reader(text: str) -> None:
    read_login(text)
    read_login(f"{GOOD}, {text}")


@pytest.mark.parametrize(
    ("uri", "path", "query", "is_same"),
    [
        ("/formList", "/formList", "", True),
        ("//formList", "//formList", "", True),
        ("/media/%E8%A1%A8.csv?deviceID=collect%3AA", "/media/表.csv", "deviceID=collect%3AA", True),
        ("http://host:81/formList?x=1", "/formList", "x=1", True),
        ("https://host", "/", "", True),
        ("/formList?x=1", "/formList", "x=2", False),
        ("/formList", "/formList", "x=1", False),
        ("/formList", "/submission", "", False),
        ("*", "/formList", "", False),
    ],
)
@pytest.mark.wire("W-69")
def test_whether_the_digest_is_of_this_address(uri: str, path: str, query: str, is_same: bool) -> None:
    assert names(uri, path, query) is is_same


@pytest.mark.parametrize(
    ("later", "age"),
    [
        (timedelta(0), Age.GOOD),
        (GOOD_FOR, Age.GOOD),
        (GOOD_FOR + timedelta(seconds=1), Age.STALE),
        (timedelta(seconds=-30), Age.GOOD),  # another server's clock
        (timedelta(days=-1), Age.STALE),
        (timedelta(days=9000), Age.STALE),
    ],
)
@pytest.mark.wire("W-69")
def test_the_age_of_a_nonce(later: timedelta, age: Age) -> None:
    assert age_of(new_nonce(SECRET, NOW), SECRET, NOW + later, GOOD_FOR) == age


def test_a_nonce_nobody_else_can_make() -> None:
    nonce = new_nonce(SECRET, NOW)
    assert age_of(nonce, b"another", NOW, GOOD_FOR) == Age.FOREIGN
    for place in range(len(nonce)):
        changed = nonce[:place] + ("0" if nonce[place] != "0" else "1") + nonce[place + 1 :]
        assert age_of(changed, SECRET, NOW, GOOD_FOR) == Age.FOREIGN
    for odd in ("", "x" * 52, nonce.upper(), nonce[:-1], nonce + "0"):
        assert age_of(odd, SECRET, NOW, GOOD_FOR) == Age.FOREIGN
    assert len({new_nonce(SECRET, NOW) for _ in range(100)}) == 100


@given(st.lists(st.tuples(st.integers(0, 10**10), st.integers(1, 0xFFFFFFFF)), min_size=2, max_size=2))
def test_uses_grow_with_time_and_number(two: list[tuple[int, int]]) -> None:
    """`spend` compares them as texts."""
    (early, few), (late, many) = sorted(two)
    old = new_nonce(SECRET, NOW + timedelta(milliseconds=early))
    new = old if early == late else new_nonce(SECRET, NOW + timedelta(milliseconds=late))
    uses = [Login("li", nonce, "/", "", "c", nc).count for nonce, nc in ((old, few), (new, many))]
    assert sorted(uses) == uses

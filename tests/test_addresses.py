"""Desk, REST and the phones' door share one host: no address of one is taken for another's."""

import itertools
import re
from collections.abc import Iterable, Iterator

import pytest
from django.test import Client
from django.urls import Resolver404, URLPattern, URLResolver, resolve
from django.urls.resolvers import RoutePattern

from server.accounts.kinds import Role
from server.accounts.models import User
from server.areas.models import Area
from server.desk.inputs import PersonInput
from server.urls import urlpatterns
from sync.urls import first_words

#: What would look most like a phone's address where a page has a variable.
WORDS = (
    "formList",
    "submission",
    "form.xml",
    "manifest",
    "file",
    "media",
    "households.csv",
    "integrity",
    "7",
)


def routes(patterns: Iterable[URLPattern | URLResolver], start: str = "") -> Iterator[str]:
    """Every address that is written as a route: all but the door's, which are expressions."""
    for pattern in patterns:
        if isinstance(pattern.pattern, RoutePattern):
            if isinstance(pattern, URLResolver):
                yield from routes(pattern.url_patterns, start + str(pattern.pattern))
            else:
                yield start + str(pattern.pattern)


def is_door(path: str) -> bool:
    try:
        return resolve(path).func.__qualname__.startswith("Door.")
    except Resolver404:
        return False


PAGES = sorted({*routes(urlpatterns)})


def test_pages_are_found() -> None:
    assert {"", "login", "households/<str:any_id>", "api/households", "health"} <= {*PAGES}


@pytest.mark.parametrize("page", PAGES)
def test_no_page_is_taken_for_the_door(page: str) -> None:
    places = re.findall(r"<[^>]+>", page)
    for words in itertools.product(WORDS, repeat=len(places)):
        path = "/" + page
        for place, word in zip(places, words, strict=True):
            path = path.replace(place, "7" if "int:" in place else word, 1)
        assert not is_door(path), path


@pytest.mark.parametrize("below", ["", "/li", "/key/TOKEN", "/collector/TOKEN"])
@pytest.mark.parametrize(
    "path", ["formList", "submission", "forms/form.xml", "lists/households.csv", "media/a.csv"]
)
def test_the_door_is_found(below: str, path: str) -> None:
    assert is_door(f"{below}/{path}")


@pytest.mark.django_db
def test_a_page_that_strayed_to_a_phone_is_told_in_its_own_words() -> None:
    strayed = {"X-OpenRosa-Version": "1.0"}
    for path in ("/people", "/households/7", "/no/such/page", "/people/formList"):
        answer = Client().get(path, headers=strayed)
        assert (answer.status_code, answer["Content-Type"]) == (404, "text/xml; charset=utf-8")
        assert "Location" not in answer
    assert Client().get("/health", headers=strayed).json()["ok"], "what is answered stays as it is"
    assert Client().get("/people").status_code == 302


@pytest.mark.django_db
def test_nobody_is_called_like_a_page() -> None:
    Area.objects.create(code="310118", name="青浦区", kind="district")
    said = {"name": "李四", "role": Role.GW.value, "area": "310118"}
    pages = [pattern for pattern in urlpatterns if isinstance(pattern.pattern, RoutePattern)]
    for name in sorted({*first_words(pages), "key", "collector", "formList", "static"}):
        form = PersonInput({**said, "username": name}, roles=[Role.GW], areas=Area.objects.all())
        assert form.errors.get("username") == ["这个用户名与系统网址重名，请换一个。"], name
    assert PersonInput({**said, "username": "li4"}, roles=[Role.GW], areas=Area.objects.all()).is_valid()
    assert not User.objects.exists()

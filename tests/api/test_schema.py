"""The description of the service is valid, whole, and drawn from our own server."""

import re

import pytest
from django.contrib.staticfiles import finders
from django.test import Client
from django.urls import reverse
from drf_spectacular.drainage import GENERATOR_STATS
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.validation import validate_schema

from server.api.urls import urlpatterns
from tests.cast import Cast


def test_it_is_valid_and_says_everything() -> None:
    GENERATOR_STATS.reset()
    schema = SchemaGenerator().get_schema(request=None, public=True)
    validate_schema(schema)
    assert not GENERATOR_STATS, "drf-spectacular had to guess"
    described = {re.sub(r"\{[^}]*\}", "{}", path) for path in schema["paths"]}
    routes = {re.sub(r"<[^>]*>", "{}", f"/api/{route.pattern}") for route in urlpatterns}
    assert described == routes - {"/api/", "/api/schema"}
    for path, operations in schema["paths"].items():
        assert set(operations) == {"get"}, path
        assert operations["get"]["security"] == [{"token": []}, {"cookieAuth": []}], "never without a person"


@pytest.mark.django_db
def test_the_page_asks_nobody_else_for_anything(cast: Cast) -> None:
    assert Client().get(reverse("api:page")).url.startswith("/login?")
    client = Client()
    client.force_login(cast.wang)
    page = client.get(reverse("api:page"))
    assert page.status_code == 200
    wanted = re.findall(r'(?:src|href)="([^"]+)"', page.content.decode())
    assert wanted and not [url for url in wanted if not url.startswith("/static/")]
    assert not [url for url in wanted if finders.find(url.removeprefix("/static/")) is None]
    assert client.get("/api").url == "/api/"

"""What phones are offered, and what is accepted from them for ever."""

from datetime import UTC, datetime

import pytest
from pytest_django.fixtures import DjangoAssertNumQueries

from forms.catalogue import current_versions, find_version, set_open
from forms.models import FormVersion
from forms.publish import publish
from tests.forms.samples import FORM, LISTS, md

NOW = datetime(2025, 1, 2, tzinfo=UTC)


def put(version: str = "2025010101", form_id: str = "screening") -> FormVersion:
    text = FORM.replace("2025010101", version).replace("| screening |", f"| {form_id} |")
    return publish(md(text), lists=LISTS, now=NOW, validate=False)


@pytest.mark.django_db
def test_the_last_published_is_current(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    assert current_versions() == []
    put("2025020101")
    last = put("2025010101")
    other = put(form_id="another")
    with django_assert_num_queries(1):
        offered = current_versions()
        assert [(one.form.form_id, one.version, one.md5) for one in offered] == [
            ("another", other.version, other.md5),
            ("screening", "2025010101", last.md5),
        ]


@pytest.mark.django_db
def test_a_closed_form_is_not_offered_but_found() -> None:
    version = put()
    assert set_open("screening", False)
    assert current_versions() == []
    assert find_version("screening", "2025010101") == version
    assert set_open("screening", True)
    assert current_versions() == [version]
    assert not set_open("nobody", True)


@pytest.mark.django_db
def test_old_versions_are_found_with_their_bytes_and_questions() -> None:
    old = put()
    put("2025020101")
    found = find_version("screening", "2025010101")
    assert found is not None
    assert found.xform_bytes == old.xform_bytes
    assert found.fields == old.fields
    assert find_version("screening", "1999") is None
    assert find_version("nobody", "2025010101") is None


@pytest.mark.django_db
def test_what_may_be_rolled_back_is_not_kept(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    put()
    for _ in range(2):
        with django_assert_num_queries(1):
            find_version("screening", "2025010101")


@pytest.mark.django_db(transaction=True)
def test_a_version_is_read_once_per_process(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    assert find_version("screening", "2025010101") is None
    version = put()
    assert find_version("screening", "2025010101") == version, "a fresh version is seen at once"
    with django_assert_num_queries(0):
        again = find_version("screening", "2025010101")
        assert again is not None
        assert again.fields
    with django_assert_num_queries(1):
        assert again.xform_bytes
    with django_assert_num_queries(0):
        assert again.xform_bytes

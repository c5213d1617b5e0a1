"""Commands of an installation: thin, and harmless when done twice."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from server.accounts.models import Grant, User
from server.areas.load_areas import load_areas
from server.support.models import Policy, Resource
from sync.models import EntityVersion, ListCounter, PhoneRow

pytestmark = pytest.mark.django_db


def run(name: str, *arguments: str) -> str:
    out = StringIO()
    call_command(name, *arguments, stdout=out)
    return out.getvalue()


def test_the_first_administrator() -> None:
    load_areas()
    said = run("add_person", "sysadmin", "--name", "张工")
    login, password = said.split("  ")[0].split(" / ")
    assert User.objects.get(username=login).check_password(password)
    [grant] = Grant.objects.all()
    assert (grant.user.name, grant.role, grant.area_id, grant.since) == ("张工", "AD", "310118", timezone.localdate())
    with pytest.raises(CommandError, match="已经有人使用"):
        run("add_person", "sysadmin", "--name", "李工")


def test_nobody_is_added_to_a_place_that_is_not_there() -> None:
    with pytest.raises(CommandError, match="load_areas"):
        run("add_person", "sysadmin", "--name", "张工")
    assert not User.objects.exists()


def test_policies_without_the_demos_resources() -> None:
    assert run("load_policies") == f"policies: {Policy.objects.count()} added\n"
    assert Policy.objects.count() > 20 and not Resource.objects.exists()
    Policy.objects.filter(pk="dibao").update(name="低保")
    assert run("load_policies") == "policies: 0 added\n"
    assert Policy.objects.get(pk="dibao").name == "低保", "what the desk has changed stays"


def test_after_a_restore_every_version_is_higher() -> None:
    EntityVersion.objects.create(list="households", entity_id="h1", n=7, at=timezone.now())
    PhoneRow.objects.create(list="households", entity_id="h1", scope="v1", columns_sealed=b"", version=7, digest="d")
    ListCounter.objects.create(list="households", scope="v1", n=3)
    run("after_restore", "--margin", "50")
    assert EntityVersion.objects.get().n == PhoneRow.objects.get().version == 57
    assert ListCounter.objects.get().n == 53, "the list's hash changes, so that every phone asks again"

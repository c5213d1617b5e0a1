"""A demo month arrives whole, and a rebuild from emptied tables, in any order, ends where it began."""

import io
from datetime import date
from random import Random

import pytest
from django.core.management import call_command
from django.utils import timezone
from openpyxl import load_workbook

from server.accounts.models import User
from server.accounts.scope import villages_of
from server.areas.load_areas import load_areas
from server.demo.cast import DESK, seed_people, workers
from server.demo.people import People
from server.exchange.dry_run import Given
from server.exchange.import_tables import import_tables
from server.exchange.undo_import import redo_import, undo_import
from server.field.dump import differences, digest_of, dump
from server.field.match_across import match_across
from server.field.rebuild import rebuild
from server.households.cases import cases
from server.households.idno import valid_id
from server.households.models import Household, Ident, Noted
from server.ledgers.export import export_month
from server.support.load_catalogue import load_catalogue
from server.support.models import Lead, Policy, Referral, Resource
from server.visits.models import Visit
from sync.kinds import State
from sync.models import Submission
from tests.demo.conftest import Played


@pytest.mark.slow
def test_a_month_and_its_rebuild(month: Played) -> None:
    told = month.told
    assert told.unsent == 0 and told.phones == 4
    assert Submission.objects.count() == told.sent == Submission.objects.filter(state=State.APPLIED).count()
    assert Household.objects.exists() and Lead.objects.exists() and Referral.objects.exists()
    assert Visit.objects.exclude(form="screening").count() >= told.visits // 2
    assert Ident.objects.count() > Household.objects.count()  # some were registered by two
    assert {"approved", "returned"} <= set(Noted.objects.values_list("review", flat=True))
    two_cases_for_whoever_looks()

    bring_tables_in()
    before = dump()
    assert all(before[table] for table in before if table != "case")
    for shuffle in (None, 7):
        rebuild(timezone.now(), shuffle=shuffle)
        assert differences(before, dump()) == []
    out = io.StringIO()
    call_command("rebuild", "--shuffle", "11", "--compare", stdout=out)
    assert "与重建前相同" in out.getvalue()
    out = io.StringIO()
    call_command("dump", "--digest", stdout=out)
    assert out.getvalue().strip() == digest_of(before)


def two_cases_for_whoever_looks() -> None:
    """A colleague's visits to households that are not his: one was let in, one waits. A family registered in two 村居
    of one 街镇: a case, and two households."""
    (waits,) = Noted.objects.filter(waits=True)
    assert (waits.review, waits.household) == ("pending", None)
    assert waits.by is not None and waits.by.username == "zjj_gw1"
    own = set(villages_of(waits.by, date(2025, 8, 31)))
    let_in = Visit.objects.filter(by=waits.by).exclude(household__village__in=own)
    assert let_in.count() == 1
    assert match_across()
    (found,) = cases([], ["310118102"])
    assert found.has_same_id and found.is_across and cases([], ["310118103"]) == []


def named(data: bytes) -> bytes:
    """The workbook with a name for everybody: of a household whose registration has not arrived nobody knows it, and
    a line without a name does not come in. Nor do two lines with one number: of the family registered in two 村居 one
    line goes."""
    book, numbers = load_workbook(io.BytesIO(data)), set()
    for sheet in book.worksheets:
        for row in range(sheet.max_row, 3, -1):
            number = sheet.cell(row, 4).value
            if number and number in numbers:
                sheet.delete_rows(row)
            numbers.add(number)
        for row in sheet.iter_rows(min_row=4, max_col=3):
            if row[1].value and not row[2].value:
                row[2].value = "王某"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def bring_tables_in() -> None:
    """The month's own tables come in as a file: kept rows like any other, of one 街镇 undone again."""
    now, town = timezone.now(), "310118102"
    households = Household.objects.count()
    data = named(export_month(town, "2025-08", made_by="", now=now).data)
    done = import_tables([Given("八月.xlsx", data)], town, "2025-08", by=None, now=now)
    told = [(str(line.read.where), one.sentence) for line in done.report.lines for one in line.problems if one.is_error]
    assert told == [] and done.row is not None
    # Everybody with a number is known again.
    known = [line for line in done.report.lines if valid_id(line.read.answers.get("id_no"))]
    assert known and all(line.joins is not None for line in known)
    assert Household.objects.count() == households + done.report.new
    undo_import(done.row, by=None, now=now, reason="试一试")
    redo_import(done.row, by=None, now=timezone.now())


def test_a_difference_is_seen() -> None:
    left = {"due": {"a": {"due_to": "2025-08-01"}}}
    right = {"due": {"a": {"due_to": "2025-08-02"}}}
    assert differences(left, right) == ["due a: due_to: '2025-08-01' / '2025-08-02'"]
    assert digest_of(left) != digest_of(right)


@pytest.mark.django_db
def test_seed_twice_is_once() -> None:
    load_areas()
    assert seed_people() == len(DESK) + len(list(workers()))
    assert load_catalogue(date(2025, 8, 1)) == Policy.objects.count() + Resource.objects.count()
    assert seed_people() == load_catalogue(date(2025, 8, 1)) == 0
    assert set(Policy.objects.values_list("kind", flat=True)) == {
        "basic", "special", "urgent", "welfare", "social",
    }  # fmt: skip
    roles = set(User.objects.values_list("grants__role", flat=True))
    assert roles == {"GW", "CO", "WN", "SU", "LE", "DI", "IN", "PA", "AD"}
    assert sum(worker.role in ("GW", "CO") for worker in workers()) >= 20


def test_everybody_is_invented() -> None:
    """ID numbers of a division that does not exist, with a check digit that holds; each given out once."""
    people = People(Random(5))
    families = [people.family("310118102201", "沈巷村委会", date(2025, 8, 1)) for _ in range(200)]
    persons = [one for family in families for one in (family.head, *family.members)]
    assert all(one.id_no.startswith("319999") and valid_id(one.id_no) for one in persons)
    assert len({one.id_no for one in persons}) == len(persons)
    phones = [family.phone for family in families if family.phone != "无"]
    assert len(set(phones)) == len(phones) and all(phone.startswith("1390000") for phone in phones)

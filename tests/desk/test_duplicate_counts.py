"""疑似重复: however many cases there are, a page asks the database as often."""

import uuid
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from server.accounts.models import User
from server.acts.file import file_act
from server.acts.kinds import ActKind
from server.households.cases import cases
from server.households.models import Case, Household, Ident, Opinion
from tests.desk.conftest import Town
from tests.desk.test_duplicates import CHILD, FATHER, ONE, TWO, register

Sit = Callable[[User], Client]


def copies(town: Town, start: int, end: int) -> None:
    """More cases like the one of ``ONE`` and ``TWO``, as rows: every third blocked by a guard, every fifth asked of a
    committee, every seventh a merge with relief on both sides, whose households nobody has looked into."""
    opinion = Opinion.objects.get(a=ONE, b=TWO, stands=True)
    rows = [Household.objects.get(pk=name) for name in (ONE, TWO)]
    shown = {"bits": opinion.bits, "model": opinion.model, "why": opinion.why}
    for n in range(start, end):
        names = [f"{n:08d}-0000-4000-8000-{side:012d}" for side in (1, 2)]
        for row, name in zip(rows, names, strict=True):
            row.pk = name
            row.in_relief = n % 7 == 0
            row.save(force_insert=True)
            Ident.objects.create(pk=name, household_id=name)
        guarded = n % 3 == 0
        opinion.pk, opinion.a, opinion.b = None, names[0], names[1]
        opinion.outcome = "merge" if guarded else "review"
        opinion.save(force_insert=True)
        if guarded:
            Case.objects.create(a_id=names[0], b_id=names[1], why="size", score=opinion.bits)
        with transaction.atomic():
            if n % 5 == 0:
                file_act(ActKind.ASK, names[0], by=town.cast.wang.pk, now=town.now, other=names[1],
                         value={"answer": "unsure", "of": names, "to": "2030-01-01"})
            if n % 7 == 0:
                file_act(ActKind.MERGE, names[0], by=town.cast.wang.pk, now=town.now - timedelta(days=1),
                         other=names[1], value={"relief": ["低保", "特困"], "answer": "same", **shown})


@pytest.fixture
def first(town: Town) -> Town:
    register(town, town.cast.li, ONE, FATHER, town.cast.villages[0], 9)
    register(town, town.cast.gu, TWO, CHILD, town.cast.villages[0], 8)
    copies(town, 1, 15)
    return town


def test_every_page_asks_as_often_with_ten_times_the_cases(first: Town, sit: Sit,
                                                           monkeypatch: pytest.MonkeyPatch) -> None:
    for sample in ("server.households.twice", "server.desk.duplicate_audit"):
        monkeypatch.setattr(f"{sample}.ONE_IN", 1)
    wang, bureau = sit(first.cast.wang), sit(first.cast.bureau)
    urls = ["/duplicates", "/duplicates/quality", "/duplicates?tab=asked", f"/duplicates/{ONE}/{TWO}"]

    def asked() -> dict[str, int]:
        counts = {}
        for who in (wang, bureau):
            for url in urls:
                who.get(url)  # what is cached once per process is not counted
                with CaptureQueriesContext(connection) as seen:
                    assert who.get(url).status_code == 200
                counts[f"{url} {'SU' if who is wang else 'DI'}"] = len(seen)
        return counts

    before = asked()
    copies(first, 15, 150)
    assert "抽中双人复核的有 <b>21</b> 件" in bureau.get("/duplicates").content.decode()
    assert len(cases([""], [""])) == 150
    assert asked() == before
    assert max(before.values()) <= 45, before


def test_an_answer_asks_as_often(first: Town, sit: Sit) -> None:
    wang = sit(first.cast.wang)

    def told(number: int) -> int:
        pair = [f"{number:08d}-0000-4000-8000-{side:012d}" for side in (1, 2)]
        with CaptureQueriesContext(connection) as seen:
            wang.post(f"/duplicates/{pair[0]}/{pair[1]}/answer", {"answer": "unsure", "token": str(uuid.uuid4())})
        return len(seen)

    told(1)
    before = told(2)
    copies(first, 15, 150)
    assert told(4) == before


def test_five_hundred_guarded_cases_are_found_in_few_queries(first: Town) -> None:
    with CaptureQueriesContext(connection) as few:
        cases([""], [""], 500)
    copies(first, 15, 60)
    Case.objects.filter(why="size").delete()
    rows = Household.objects.filter(pk__startswith="000000").order_by("pk").values_list("pk", flat=True)
    pairs = list(zip(rows[::2], rows[1::2], strict=True))
    Case.objects.bulk_create(Case(a_id=a, b_id=b, why="ids", score=9) for a, b in pairs)
    with CaptureQueriesContext(connection) as many:
        found = cases([""], [""], 500)
    assert sum(case.why == "ids" for case in found) == len(pairs) == 59
    assert len(many) == len(few) <= 5

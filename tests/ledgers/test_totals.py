"""Every household in care is in exactly one table of exactly one 街镇; every way of counting them agrees."""

from collections import Counter
from io import BytesIO
from zipfile import ZipFile

import pytest
from django.db import transaction
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from server.households.care import in_care
from server.households.find import open_household
from server.households.kinds import ProposalKind
from server.households.models import Household
from server.households.values import Folded
from server.ledgers.bundle import make_file, towns_in
from server.ledgers.close import close_month
from server.ledgers.kinds import ExportKind, LedgerKind, Variant
from server.ledgers.lines import lines_for
from server.ledgers.models import Month
from server.ledgers.order import by_kind
from server.ledgers.roll_up import totals_of
from server.ledgers.rules import PROGRAMMES
from server.ledgers.values import last_day
from server.ledgers.words import TAGS
from server.ledgers.workbook import HEADER_ROW
from tests.cast import DISTRICT, Cast
from tests.ledgers.keep import accept, admitted, left, moment, screen
from tests.ledgers.samples import DAY, DIBAO, ENDED, NAMES, household, id_number

NOW = moment("2024-09-10")


@pytest.mark.django_db
def test_roll_up_zip_and_database_agree(cast: Cast) -> None:
    homes = (cast.villages[0], cast.villages[1], cast.away[0])
    ids = []
    with transaction.atomic():
        for n in range(12):
            one = f"00000000-0000-4000-8000-0000000008{n:02d}"
            relief = ((), (), (admitted("dibao", "2018-03-01"),),
                      (admitted("tekun", "2018-03-01"), left("tekun", "2024-06-01")))[n % 4]
            ids.append(one)
            screen(one, "2024-08-02", homes[n % 3], rep_name=f"某某{n}", id_no=id_number(f"{1940 + n}0501", n),
                   phone=f"1380000{n:04d}", may_qualify=("yes", "no")[n % 2], relief=relief,
                   vuln6=list(TAGS)[: n % 3], applied="no")
    accept(ids[0], ProposalKind.DEAD, "2024-08-20", at=moment("2024-08-21"))
    for town in towns_in(DISTRICT):
        close_month(town, "2024-08", by=None, now=moment("2024-09-03"))

    cared = {row.pk for row in Household.objects.all() if in_care(open_household(row).folded, last_day("2024-08"))}
    assert len(cared) == 11
    records = [line for month in Month.objects.all() for line in month.lines.all()]
    assert Counter(line.household for line in records) == Counter(dict.fromkeys(cared, 1))
    expected = Counter(str(line.kind) for line in records)
    assert sum((Counter(month.counts) for month in Month.objects.all()), Counter()) == expected

    ticks: list[int] = []
    def make(what: ExportKind) -> bytes:
        return make_file(what, towns_in(DISTRICT), "2024-08", Variant.STOCK, made_by="何", now=NOW,
                         tick=lambda: ticks.append(1))[1]

    zipped: Counter[str] = Counter()
    with ZipFile(BytesIO(make(ExportKind.ALL))) as bundle:
        for name in bundle.namelist():
            book = load_workbook(BytesIO(bundle.read(name)), read_only=True)
            for kind in LedgerKind:
                rows = book[kind.label].iter_rows(min_row=HEADER_ROW + 1, max_col=1, values_only=True)
                zipped[str(kind)] += sum(isinstance(row[0], int) for row in rows)
    assert +zipped == expected and len(ticks) == 11
    book = load_workbook(BytesIO(make(ExportKind.ROLL_UP)))
    *_, whole = book["按表和保障"].iter_rows(min_row=3, values_only=True)
    assert whole[0] == "全区" and list(whole[2:7]) == [*(expected[str(kind)] for kind in LedgerKind), len(cared)]
    crossed = sum(row[4] for row in book["交叉明细"].iter_rows(min_row=3, values_only=True))
    tagged = sum(sum(row[2:]) for row in list(book["按困难特征"].iter_rows(min_row=3, values_only=True))[:-1])
    assert crossed == tagged >= len(cared)


@st.composite
def folds(draw: st.DrawFn) -> Folded:
    return household(
        *draw(st.sampled_from([(), (DIBAO,), (ENDED,), (DIBAO, ENDED)])),
        id=f"h-{draw(st.integers(0, 10**9))}",
        applied=draw(st.sampled_from([None, "no", "applying", "refused", "in", "ended"])),
        may_qualify=draw(st.sampled_from([None, "yes", "no", "unsure"])),
        vuln6=draw(st.lists(st.sampled_from(list(TAGS)), unique=True)),
    )


@given(st.lists(folds(), unique_by=lambda folded: folded.id))
def test_the_totals_of_a_town_are_its_lines(found: list[Folded]) -> None:
    lines = by_kind(line for folded in found for line in lines_for(folded, DAY, NAMES, at_exit=folded))
    totals = totals_of("朱家角镇", "开放", lines)
    assert totals.households == sum(totals.tables.values()) == len(found)
    assert set(totals.tables) <= set(LedgerKind)
    for kind in LedgerKind:
        assert totals.tables[kind] == len(lines[kind])
    for name in PROGRAMMES.values():
        said = sum(name in str(line.value("programme") or "") for line in lines[LedgerKind.THREE])
        assert totals.programmes[LedgerKind.THREE, name] == said
    untagged = sum(totals.tags[kind, ""] for kind in LedgerKind)
    assert untagged == sum(not folded.value("vuln6") for folded in found)

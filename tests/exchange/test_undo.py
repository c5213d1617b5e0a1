"""One act undoes the whole file, one brings it back; what others said stays what it was."""

import pytest

from server.acts.kinds import ActKind
from server.acts.models import Act
from server.acts.read import broken_link
from server.exchange.dry_run import Given, dry_run
from server.exchange.import_tables import Imported, derive_import, import_tables
from server.exchange.undo_import import approve_import, redo_import, undo_import
from server.field.decide import decide
from server.field.decide_batch import derive_batch
from server.field.dump import Dump, differences, dump
from server.field.rebuild import rebuild
from server.households.models import Household
from server.ledgers.close import close_month
from server.ledgers.kinds import LedgerKind
from server.ledgers.late import late_in
from server.ledgers.verify import verify_month
from server.ledgers.workbook import make_workbook
from sync.kinds import State
from sync.models import Submission
from tests.cast import ZHUJIAJIAO, Cast
from tests.exchange.tables import MONTH, NOW, lines_of, paper
from tests.ledgers.keep import moment, screen
from tests.ledgers.samples import id_number

pytestmark = pytest.mark.django_db
KNOWN = "00000000-0000-4000-8000-000000000001"


def bring(cast: Cast, many: int = 2, by: int | None = None) -> Imported:
    data = make_workbook({kind: lines_of(cast, kind, many) for kind in LedgerKind}, paper())
    return import_tables([Given("八月.xlsx", data)], ZHUJIAJIAO, MONTH, by=by or cast.ledger.pk, now=NOW)


def registry() -> Dump:
    """What the bureau works with: without the lines kept for the record, and the void households they leave."""
    kept = dump()
    living = {pk: row for pk, row in kept["household"].items() if row["standing"] != "void"}
    due = {pk: row for pk, row in kept["due"].items() if pk in living}
    same = ("lookup", "visit", "phone_row", "lead", "referral")
    return {name: kept[name] for name in same} | {"household": living, "due": due}


def test_undone_and_brought_back(cast: Cast) -> None:
    """The first person of 表三 is known by phone already, under an older plan and another telephone."""
    number = lines_of(cast, LedgerKind.THREE, 1)[0].value("id_no")
    told = {"id_no": number, "phone": "13700000000", "plan": "先了解情况", "rep_name": "赵一三"}
    screen(KNOWN, "2024-05-05", cast.villages[0], **told)
    before = registry()
    done = bring(cast)
    assert done.row is not None and [line.joins is not None for line in done.report.lines].count(True) == 1
    with_it = dump()
    assert Household.objects.get(pk=KNOWN).table == 3 and Household.objects.count() == 8
    assert undo_import(done.row, by=cast.wang.pk, now=moment("2024-09-04"), reason="导错了")
    assert Household.objects.get(pk=KNOWN).table == 1
    after = registry()
    assert differences(_plain(before), _plain(after)) == []
    assert not undo_import(done.row, by=cast.wang.pk, now=NOW, reason="又一次"), "undone already"
    assert redo_import(done.row, by=cast.wang.pk, now=moment("2024-09-05"))
    assert differences(with_it, dump()) == []
    assert [act.kind for act in Act.objects.exclude(kind="approve").order_by("seq")] == ["void", "unvoid"]
    assert broken_link() is None


def _plain(tables: Dump) -> Dump:
    """Without the ids a household was given: every id ever issued means some household for ever."""
    bare = {pk: {**row, "sealed": {**row["sealed"], "ids": []}} for pk, row in tables["household"].items()}
    return {**tables, "household": bare}


def test_rebuilt_in_any_order_also_when_undone(cast: Cast) -> None:
    done = bring(cast)
    assert done.row is not None
    approve_import(done.row, by=cast.wang.pk, now=moment("2024-09-04"))
    for seed in (1, 2):
        before = dump()
        rebuild(NOW, shuffle=seed)
        assert differences(before, dump()) == []
        undo_import(done.row, by=cast.wang.pk, now=moment("2024-09-05"), reason="导错了")


def test_twice_is_once(cast: Cast) -> None:
    first, before = bring(cast), dump()
    again = bring(cast, by=cast.wang.pk)
    assert (first.is_new, again.is_new) == (True, False) and first.row == again.row
    assert dump() == before and Submission.objects.count() == 8


def test_the_next_month_of_the_same_people_is_no_new_household(cast: Cast) -> None:
    """Also of those without a number: the line is told by village, name, telephone and address."""
    text = "序号,所属村居委,姓名,联系方式,家庭住址,困难需求,处理方案\n1,周荡村,赵无号,59720001,周荡村1号,年老,{}\n"
    files = [[Given("表二.csv", text.format(plan).encode())] for plan in ("上门", "再上门")]
    import_tables(files[0], ZHUJIAJIAO, MONTH, by=None, now=NOW)
    report = dry_run(files[1], ZHUJIAJIAO, "2024-09")
    assert report.new == 0 and report.lines[0].joins is not None and report.lines[0].joins.is_here
    import_tables(files[1], ZHUJIAJIAO, "2024-09", by=None, now=moment("2024-10-02"))
    assert Household.objects.count() == 1


def test_a_closed_month_counts_approved_files_and_stays(cast: Cast) -> None:
    done = bring(cast)
    assert done.row is not None
    approve_import(done.row, by=cast.wang.pk, now=moment("2024-09-04"))
    closed = close_month(ZHUJIAJIAO, MONTH, by=cast.ledger.pk, now=moment("2024-09-05")).month
    assert closed.counts == {"1": 2, "2": 2, "3": 2, "4": 2}
    undo_import(done.row, by=cast.wang.pk, now=moment("2024-09-06"), reason="导错了")
    assert len(late_in(closed)) == 8 and verify_month(closed).is_reproducible
    text = "序号,所属村居委,姓名,困难需求,处理方案\n1,周荡村,赵,老,看\n"
    late = dry_run([Given("表二.csv", text.encode())], ZHUJIAJIAO, MONTH)
    assert any("已经锁定" in fault.sentence for fault in late.faults) and not late.is_refused


def test_one_line_may_be_judged_by_itself(cast: Cast) -> None:
    done = bring(cast)
    assert done.row is not None
    approve_import(done.row, by=cast.wang.pk, now=moment("2024-09-04"))
    decide(ActKind.RETURN, f"{done.report.batch}/1", by=cast.wang.pk, now=moment("2024-09-05"), reason="地址不对")
    assert Household.objects.filter(standing="shell").count() == 1


def test_whether_another_town_knows_the_same_person_is_not_told(cast: Cast) -> None:
    number = id_number("19500101", 1)
    text = f"序号,所属村居委,姓名,身份证,困难需求,处理方案\n1,周荡村,张建国,{number},老,看\n"
    before = dry_run([Given("表二.csv", text.encode())], ZHUJIAJIAO, MONTH).lines[0]
    screen(KNOWN, "2024-05-05", cast.away[0], id_no=number)
    after = dry_run([Given("表二.csv", text.encode())], ZHUJIAJIAO, MONTH).lines[0]
    assert after.joins is None and after.problems == before.problems


def test_a_member_of_another_household_is_remarked(cast: Cast) -> None:
    number = id_number("19800101", 5)
    screen(KNOWN, "2024-05-05", cast.villages[0], member={"name": "张小妹", "id_no": number})
    text = f"序号,所属村居委,姓名,身份证,困难需求,处理方案\n1,周荡村,张小妹,{number},残疾,看\n"
    line = dry_run([Given("表二.csv", text.encode())], ZHUJIAJIAO, MONTH).lines[0]
    assert line.joins is None and "另一户的家庭成员" in line.problems[-1].sentence


def test_what_a_crash_left_is_taken_up(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """Kept, and killed before anything was derived; a second worker finishes, twice is once."""
    with monkeypatch.context() as patched:
        patched.setattr("server.exchange.import_tables.CHUNK", 3)
        patched.setattr("server.exchange.import_tables.AT_ONCE", 0)
        done = bring(cast)
    assert not Household.objects.exists() and set(Submission.objects.values_list("state", flat=True)) == {State.KEPT}
    assert derive_import.call(done.report.batch, NOW.isoformat()) == 8
    assert Household.objects.count() == 8
    assert derive_import.call(done.report.batch, NOW.isoformat()) == 0


def test_a_large_file_is_undone_by_the_worker(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    done = bring(cast)
    assert done.row is not None
    monkeypatch.setattr("server.field.decide_batch.AT_ONCE", 3)
    monkeypatch.setattr("server.field.decide_batch.CHUNK", 3)
    undo_import(done.row, by=cast.wang.pk, now=NOW, reason="导错了")
    assert Household.objects.exclude(standing="void").count() == 8, "not yet"
    assert derive_batch.call(done.report.batch, NOW.isoformat(), "void") == 8
    assert not Household.objects.exclude(standing="void").exists()

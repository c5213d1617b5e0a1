"""Lock; then everything that may come late: the file stays, the supplement lists exactly the differences."""

import pytest
from django.db import transaction

from server.acts.kinds import ActKind
from server.field.decide import decide
from server.ledgers.close import close_month
from server.ledgers.export import export_month
from server.ledgers.kinds import Late
from server.ledgers.late import unissued_in
from server.ledgers.supplements import differences_of, issue_supplement
from server.ledgers.verify import Verified, verify_month
from tests.cast import ZHUJIAJIAO, Cast
from tests.ledgers.keep import moment, screen, visit
from tests.ledgers.samples import id_number

pytestmark = pytest.mark.django_db

LATE_PHONE, MERGED, INTO, VOIDED, ASSIGNED, UNTOUCHED = (
    f"00000000-0000-4000-8000-0000000007{n:02d}" for n in range(1, 7)
)


def person(number: int) -> dict[str, str]:
    born = f"{1940 + number}0501"
    name = f"某某{'甲乙丙丁戊己'[number]}"
    return {"rep_name": name, "id_no": id_number(born, number), "phone": f"1380000{number:04d}"}


def test_nothing_is_slipped_in_and_nothing_is_lost(cast: Cast) -> None:
    home = cast.villages[0]
    for number, one in enumerate((LATE_PHONE, MERGED, INTO, VOIDED, ASSIGNED, UNTOUCHED)):
        screen(one, "2024-08-02", home, **person(number))
    joined = decide(ActKind.MERGE, MERGED, by=None, now=moment("2024-08-10"), other=INTO, reason="同一户")
    wrong = visit(VOIDED, "2024-08-20", income_pc=99)
    closed = close_month(ZHUJIAJIAO, "2024-08", by=None, now=moment("2024-09-03")).month
    file = export_month(ZHUJIAJIAO, "2024-08", made_by="小赵", now=moment("2024-09-03")).data
    assert sum(closed.counts.values()) == 5, "the merged two are one line"

    late = moment("2024-09-10")
    visit(LATE_PHONE, "2024-08-25", received=late, plan="八月底上门谈过，每周去一次。")
    visit(LATE_PHONE, "2024-08-26", received=late, approved=False, addr="没有审核的住址")
    decide(ActKind.UNMERGE, MERGED, by=None, now=late, other=str(joined.id), reason="不是一户")
    decide(ActKind.VOID, wrong, by=None, now=late, reason="走错门")
    decide(ActKind.ASSIGN, ASSIGNED, by=None, now=late, since=moment("2024-08-15").date(),
           value={"village": cast.away[0]}, reason="八月中已迁到金泽")
    visit(UNTOUCHED, "2024-09-05", received=late, income_pc=8000)

    assert export_month(ZHUJIAJIAO, "2024-08", made_by="小赵", now=moment("2024-09-20")).data == file
    assert verify_month(closed) == Verified(is_intact=True, is_reproducible=True)
    with transaction.atomic():
        issued = issue_supplement(closed, unissued_in(closed), by=None, now=moment("2024-09-12"), reason="补报")
    assert issued is not None
    listed = {(d.what, d.household): [heading for heading, _, _ in d.cells] for d in differences_of(issued)}
    # The one line of the merged two was served under one of their ids: the other comes as a line of its own.
    apart = [key for key in listed if key[1] in (MERGED, INTO)]
    assert [what for what, _ in apart].count(Late.ADDED) == 1
    rest = {key: headings for key, headings in listed.items() if key not in apart}
    assert rest == {
        (Late.CHANGED, LATE_PHONE): ["处理方案"], (Late.CHANGED, VOIDED): ["家庭月人均收入"], (Late.GONE, ASSIGNED): [],
    }
    assert unissued_in(closed) == []
    assert export_month(ZHUJIAJIAO, "2024-08", made_by="小赵", now=moment("2024-09-21")).data == file

"""Numbers, flags and versions on a page tell its reader of nothing that is not his."""

import pytest
from django.test import Client
from django.utils import timezone

from server.accounts.models import User
from server.demo.multipart import body
from sync.keys import issue_key
from sync.models import Submission
from tests.claims.pages import read
from tests.desk.conftest import ANSWERS, HOUSE, THIRD, TWIN, Town, _Sit, sit, town
from tests.desk.told import written

__all__ = ["sit", "town"]


def send(user: User, xml: bytes) -> int:
    token = issue_key(user.pk, label="", by=None, now=timezone.now()).token
    content_type, data = body(xml, {})
    return Client().generic("POST", f"/key/{token}/submission", data, content_type).status_code


def another_family(town: Town) -> bytes:
    """In the village next to the consultant's."""
    said = {**ANSWERS, "village": town.cast.villages[1], "rep_name": "孙六", "id_no": "", "id_type": "none",
            "phone": "13600001111", "in_relief": "in", "programme": "dibao", "admit_on": "2025-06-01"}
    return written("screening", said, now=town.now, entity=TWIN, create=True)


@pytest.mark.parametrize("url", ["/ledgers/310118102/{month}", "/api/ledgers/310118102/{month}"])
def test_a_month_counts_the_readers_own_village(town: Town, sit: type[_Sit], url: str) -> None:
    """The consultant answers for the first village alone; of the town's months he reads its lines."""
    page = url.format(month=f"{town.now:%Y-%m}")
    gu, wang = sit(town.cast.gu), sit(town.cast.wang)
    before = [read(seat, page) for seat in (gu, wang)]
    assert send(town.cast.li, another_family(town)) == 201
    after = [read(seat, page) for seat in (gu, wang)]
    assert after[0] == before[0], "nothing of it is the consultant's"
    assert after[1] != before[1], "the reviewer sees one household more"


def test_an_author_is_not_told_that_a_stranger_edits_his_text(town: Town, sit: type[_Sit]) -> None:
    """It replaces nothing; those who judge it are shown both."""
    pages = [sit(town.cast.li), sit(town.cast.wang)]
    url = f"/submissions/{town.second.pk}"
    before = [page.get(url).content.decode() for page in pages]
    xml = written("visit", {"result": "met_person", "kind": "regular"}, now=town.now, entity=HOUSE,
                  edits=town.second.instance_id)  # fmt: skip
    assert send(town.cast.chen, xml) == 201
    after = [page.get(url).content.decode() for page in pages]
    assert "小陈" not in after[0]
    assert "小陈" not in before[1] and "小陈" in after[1]
    assert pages[0].get(f"/households/{THIRD}").status_code == 200


def test_an_author_is_not_told_whether_a_text_he_names_exists(town: Town, sit: type[_Sit]) -> None:
    """Two registrations of his own, one said to replace a colleague's text, one to replace nothing there is."""
    marks = []
    for number, named in enumerate((town.away.instance_id, "uuid:0a000000-0000-4000-8000-00000000000a")):
        xml = written("screening", {**ANSWERS, "village": town.cast.villages[1], "rep_name": "孙六", "id_no": "",
                                    "id_type": "none", "phone": "13600001111"},
                      now=town.now, entity=f"{TWIN[:-2]}a{number}", create=True, edits=named)  # fmt: skip
        assert send(town.cast.li, xml) == 201
        submission = Submission.objects.latest("pk")
        marks.append("改他人提交" in read(sit(town.cast.li), f"/submissions/{submission.pk}")[1])
        reviewed = read(sit(town.cast.wang), f"/submissions/{submission.pk}")[1]
        assert ("改他人提交" in reviewed) is (number == 0), "who judges it is told"
    assert marks == [False, False]

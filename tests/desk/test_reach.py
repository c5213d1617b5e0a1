"""Who may open what: every address of the desk, as a stranger, and as the supervisor of another 街镇."""

import re
from collections.abc import Callable

import pytest
from django.test import Client

from server.accounts.kinds import AccessKind
from server.accounts.models import AccessLog, User
from server.acts.kinds import ActKind
from server.desk.urls import urlpatterns
from server.exchange.dry_run import Given, dry_run
from server.exchange.trial import store_trial
from server.field.decide import decide
from server.households.matching.bundled import newest
from server.ledgers.jobs import ask_export
from server.ledgers.kinds import ExportKind, Variant
from server.ledgers.models import Export
from server.oversight.give_feedback import give_feedback
from sync.keys import issue_key
from tests.cast import ZHUJIAJIAO
from tests.desk.conftest import HOUSE, THIRD, Town
from tests.desk.told import tell

Sit = Callable[[User], Client]
#: Open without signing in.
OPEN = {"login", "logout"}
#: Addresses that belong to nobody's place: everybody's own password and remarks, and the forms of the whole district.
PLACELESS = {"password", "feedback", "feedback_list", "feedback_answer", "home", "form_list", "form_publish",
             "form_file", "people", "person_new", "submissions", "approve_many", "households", "due", "mine", "leads",
             "ledgers", "exports", "export_new", "troubles", "rules", "phone_card", "imports", "import_new",
             "duplicates", "duplicate_quality", "duplicate_audit", "moves", "moves_assign",
             "matching_models", "matching_model", "matching_model_try", "matching_model_use"}
NAMES = [str(pattern.name) for pattern in urlpatterns]


def address(name: str, town: Town) -> str:
    """A real address of 朱家角镇 under this name."""
    key = issue_key(town.cast.li.pk, label="", by=None, now=town.now).key_id
    said = give_feedback(by=town.cast.wang.pk, area_code=ZHUJIAJIAO, page="/", kind="idea", text="建议", now=town.now)
    grant, post = town.cast.li.grants.get(), town.cast.li.assignments.first()
    assert post is not None
    values = {
        "submission_id": town.first.pk, "any_id": HOUSE, "attachment_id": town.first.attachments.get().pk,
        "town": ZHUJIAJIAO, "month": f"{town.now:%Y-%m}", "form_id": "screening", "feedback_id": said.pk,
        "version": town.first.form_version, "person_id": town.cast.li.pk, "grant_id": grant.pk,
        "assignment_id": post.pk, "key_id": key, "lead_id": _lead(town), "key": "name", "number": 1,
        "export_id": _export(town), "import_id": _import(town), "other_id": THIRD, "act_id": _parted(town),
        "first_id": _parted(town), "digest": newest().hash,
    }
    route = next(str(pattern.pattern) for pattern in urlpatterns if pattern.name == name)
    return "/" + re.sub(r"<(?:\w+:)?(\w+)>", lambda found: str(values[found[1]]), route)


def _parted(town: Town) -> str:
    """王主任 has said that two are not one."""
    return str(decide(ActKind.CANNOT_LINK, HOUSE, by=town.cast.wang.pk, now=town.now, other=THIRD).pk)


def _export(town: Town) -> str:
    """A file 王主任 has asked for; he may wait for a few at a time only."""
    if (own := Export.objects.filter(by=town.cast.wang).first()) is not None:
        return str(own.pk)
    month = f"{town.now:%Y-%m}"
    asked = ask_export(ExportKind.TOWN, ZHUJIAJIAO, month, Variant.STOCK, by=town.cast.wang, now=town.now, reason="看")
    return str(asked.pk)


def _import(town: Town) -> int:
    """A file 小赵 has uploaded for 朱家角镇."""
    files = [Given("八月.csv", b"")]
    return store_trial(dry_run(files, ZHUJIAJIAO, "2024-08"), files, town.cast.ledger.pk, town.now).pk


def _lead(town: Town) -> str:
    tell(town.cast.li, "lead", {"source": "neighbour", "village": town.cast.villages[0], "seen": "两天没出门"},
         now=town.now, entity="33333333-0000-4000-8000-0000000000aa", create=True)
    return "33333333-0000-4000-8000-0000000000aa"


def posts(name: str, client: Client, url: str) -> int:
    """The answer to GET, or to POST where an address takes nothing else."""
    answer = client.get(url)
    return client.post(url, {"how": "lost"}).status_code if answer.status_code == 405 else answer.status_code


def test_a_stranger_is_sent_to_the_log_in_page_from_everywhere(town: Town) -> None:
    client = Client()
    for name in sorted(set(NAMES) - OPEN):
        url = address(name, town)
        answer = client.get(url)
        if answer.status_code == 405:
            answer = client.post(url)
        assert (name, answer.status_code) == (name, 302)
        assert answer["Location"].startswith("/login")


@pytest.mark.parametrize("name", sorted(set(NAMES) - OPEN - PLACELESS))
def test_the_other_supervisor_finds_nothing_and_the_log_remembers(name: str, town: Town, sit: Sit) -> None:
    client, url = sit(town.cast.xu), address(name, town)
    assert posts(name, client, url) == 404
    refused = AccessLog.objects.filter(what=AccessKind.REFUSED, by=town.cast.xu)
    assert refused.count() == 1
    assert "张" not in refused.get().subject


LISTS = ("/", "/submissions?tab=all", "/households", "/households?q=13800001234", "/due?state=open", "/due?state=later",
         "/due?state=overdue", "/leads", "/troubles", "/ledgers", "/imports", "/people", "/feedback/all", "/duplicates",
         "/duplicates/quality", "/moves", "/submissions?tab=elsewhere")


def test_lists_of_the_other_supervisor_name_nobody_from_here(town: Town, sit: Sit) -> None:
    xu = sit(town.cast.xu)
    for url in LISTS:
        page = xu.get(url).content.decode()
        assert not [name for name in ("张三丰", "李四", "王主任", "小李", "朱家角") if name in page], url


ROLES = (
    ("li", "/people", 403), ("li", "/submissions", 403), ("li", "/forms", 403), ("admin", "/households", 403),
    ("admin", "/submissions", 403), ("admin", "/ledgers", 403), ("window", "/households", 403),
    ("partner", "/households", 403), ("wang", "/forms", 403), ("ledger", "/people", 403), ("wang", "/mine", 403),
    ("li", "/mine", 200), ("li", "/households", 200), ("li", "/due", 200), ("gu", f"/households/{HOUSE}", 200),
    ("bureau", f"/households/{HOUSE}", 200), ("ledger", "/ledgers", 200), ("admin", "/forms", 200),
    ("li", "/duplicates", 403), ("gu", "/duplicates", 403), ("bureau", "/duplicates", 200),
    ("inspector", "/due", 200), ("inspector", f"/households/{HOUSE}", 404), ("admin", f"/households/{HOUSE}", 403),
)


def test_roles(town: Town, sit: Sit) -> None:
    for who, url, status in ROLES:
        assert (who, url, sit(getattr(town.cast, who)).get(url).status_code) == (who, url, status)


def test_the_author_reads_his_own_and_nobody_elses(town: Town, sit: Sit) -> None:
    chen = sit(town.cast.chen)
    assert chen.get(f"/submissions/{town.away.pk}").status_code == 200
    assert chen.get(f"/submissions/{town.first.pk}").status_code == 404

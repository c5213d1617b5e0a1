"""What a form says it saw: taken by the event that prefills, never again, and afresh for another household."""

import re
from datetime import timedelta

import pytest
from lxml import etree

from forms.compile import Compiled
from server.field.names import AS_OF, HIDDEN, KEPT, MARK, WAS
from tests.engine.answers import shanghai_today, stories
from tests.engine.engine import Filled, Look, Reopen, fill, run
from tests.engine.lists import REFERRAL, as_csv, household, households, media

TODAY = shanghai_today()
SHOWN = (AS_OF, *(was for was, _ in WAS["visit"].values()), "seen_kind", "seen_exit", "seen_told")
ROWS = households(TODAY)
#: The list as a later sync leaves it: every household changed in every column a form reads, visited, no longer due.
MOVED_ON = as_csv("households", [
    {**row, "as_of": "99.99.9.z", "phone": "13600000000", "addr_short": "别处", "members_n": "9",
     "last_plan": "新方案", "last_note": "新困难", "kind_due": "none", "due_from": "", "exit_date": "",
     "told": "1", "__version": "7"}
    for row in ROWS
])  # fmt: skip
GONE = as_csv("households", ROWS[-1:])
LISTS_LATER = pytest.mark.parametrize("later", [MOVED_ON, GONE], ids=["moved on", "gone"])


def visit(xforms: dict[str, str], engine: str, *steps: object, edit_of: bytes | None = None, **lists: str) -> Filled:
    return run(xforms["visit"], media(TODAY, **lists), steps, edit_of, engine)  # type: ignore[arg-type]


def values(filled: Filled, at: int = -1) -> dict[str, str]:
    return {name: seen.value for name, seen in filled.looks[at].items()}


def said(xml: bytes, name: str) -> str:
    found = re.search(rf"<{name}>([^<]*)<", xml.decode())
    return found[1] if found else ""


@pytest.mark.parametrize("form", ["visit", "referral"])
def test_only_the_prefilling_event_writes_them(compiled: dict[str, Compiled], form: str) -> None:
    """Each hidden node and its question are targets of `setvalue`s inside the same control, and of no calculate."""
    root = etree.fromstring(compiled[form].xform)
    names = {"x": "http://www.w3.org/2002/xforms"}
    event = "hh" if form == "visit" else "ref"
    control = next(node for node in root.iterfind(".//x:select1", names) if node.get("ref", "").endswith(f"/{event}"))
    written = {node.get("ref", "").split("/")[-1] for node in control.iterfind("x:setvalue", names)}
    hidden = {name for name in HIDDEN[form] if name == AS_OF or name.startswith(("was_", "seen_"))}
    wanted = {*WAS[form], *(hidden - {"seen_lead_urgent"})}
    assert wanted <= written
    assert {node.get("event") for node in control.iterfind("x:setvalue", names)} == {"xforms-value-changed"}
    binds = {bind.get("nodeset", "").split("/")[-1]: bind for bind in root.iter(f"{{{names['x']}}}bind")}
    taken = {*hidden, *WAS[form], *KEPT[form].values()}
    assert not [name for name in taken if binds[name].get("calculate")]


def test_answers_and_what_was_shown_come_together(xforms: dict[str, str], engine: str) -> None:
    pairs = WAS["visit"]
    steps = [("hh", household(1)), ("result", "met_person"), ("changed", "members addr phone"),
             Look((*pairs, *(was for was, _ in pairs.values()), AS_OF))]
    seen = values(visit(xforms, engine, *steps))
    for question, (was, column) in pairs.items():
        assert seen[question] == ROWS[0][column]
        assert seen[was] == MARK + ROWS[0][column]
    assert seen[AS_OF] == MARK + "17.17.1.a"


def test_blank_is_shown_as_a_mark(xforms: dict[str, str], engine: str) -> None:
    seen = values(visit(xforms, engine, ("hh", household(4)), Look(("was_plan", "plan"))))
    assert seen == {"was_plan": "=", "plan": ""}


def test_texts_are_shown_to_the_letter(xforms: dict[str, str], engine: str) -> None:
    """Lines, quotes and commas survive the list, the form and the submission: an untouched answer is an echo."""
    plan = '第一步：找居委，"盖章"\n第二步：<递件> & 等 = 号'
    lists = media(TODAY, households=as_csv("households", [{**ROWS[0], "last_plan": plan}]))
    steps = [("hh", household(1)), ("result", "not_home")]
    root = etree.fromstring(fill(xforms["visit"], lists, steps, engine=engine))
    assert root.findtext(".//plan") == plan
    assert root.findtext(".//was_plan") == MARK + plan


def test_another_household_takes_both_afresh(xforms: dict[str, str], engine: str) -> None:
    """Also over what was typed for the one before; and its ticks and result go."""
    first = [("hh", household(1)), ("result", "met_person"), ("changed", "phone"), ("phone", "13111111111"),
             ("plan", "手写")]
    steps = [("scope", "all"), *first, ("hh", household(2)), Look(("result", "changed")),
             ("result", "met_person"), ("changed", "phone"), Look(("phone", "was_phone", "plan", "was_plan", AS_OF))]
    filled = visit(xforms, engine, *steps)
    assert values(filled, 0) == {"result": "", "changed": ""}
    assert values(filled) == {
        "phone": "59200001", "was_phone": "=59200001", "plan": "帮忙联系修房", "was_plan": "=帮忙联系修房",
        AS_OF: "=18.18.1.b",
    }


@LISTS_LATER
def test_a_draft_keeps_what_it_saw(xforms: dict[str, str], engine: str, later: str) -> None:
    """The household may be visited by others meanwhile, or leave the list: the draft is finished all the same."""
    steps = [("hh", household(3)), ("result", "met_family"), Look((*SHOWN, "kind")), Reopen({"households.csv": later}),
             Look(("hh", *SHOWN, "kind", "stable_income", "plan"))]
    filled = visit(xforms, engine, *steps)
    before, after = values(filled, 0), values(filled)
    assert {name: after[name] for name in before} == before
    assert after["plan"] == ROWS[2]["last_plan"]
    assert filled.looks[-1]["stable_income"].relevant, "the return section stays open"
    assert said(filled.xml, "hh_kept") == household(3)
    assert f'id="{household(3)}"' in filled.xml.decode()


@LISTS_LATER
def test_an_edit_keeps_what_it_saw(xforms: dict[str, str], engine: str, later: str) -> None:
    sent = fill(xforms["visit"], media(TODAY), stories("visit", TODAY)["return"], engine=engine)
    edited = visit(xforms, engine, Look(("hh",)), ("plan", "改一改"), Look(("hh",)), edit_of=sent, households=later)
    assert edited.violations == []
    for name in (*SHOWN, "hh_kept", "kind", "stable_income", "exit_months", "difficulty"):
        assert said(edited.xml, name) == said(sent, name), name
    assert said(edited.xml, "plan") == "改一改"
    assert f'id="{household(3)}"' in edited.xml.decode()
    old, new = (re.search(r"<(?:\w+:)?instanceID>([^<]+)<", xml.decode()) for xml in (sent, edited.xml))
    assert old and new and old[1] != new[1]
    assert re.search(r"<(?:\w+:)?deprecatedID>([^<]+)<", edited.xml.decode())[1] == old[1]  # type: ignore[index]


def test_reopening_does_not_fill_again_what_was_cleared_from_view(xforms: dict[str, str], engine: str) -> None:
    """A part out of view is not in a draft: it opens blank, must be answered, and is compared with what was shown."""
    steps = [("hh", household(1)), ("result", "met_person"), Reopen({"households.csv": MOVED_ON}), ("changed", "phone"),
             Look(("phone", "was_phone"))]
    filled = visit(xforms, engine, *steps)
    assert values(filled) == {"phone": "", "was_phone": "=13800138000"}
    assert any(path.endswith("/phone") and why == "required" for path, why, *_ in filled.violations)


def test_a_referral_keeps_what_it_saw(xforms: dict[str, str], engine: str) -> None:
    story = stories("referral", TODAY)["going_on"]
    sent = fill(xforms["referral"], media(TODAY), story, engine=engine)
    linked = str(TODAY - timedelta(days=40))
    assert (said(sent, "was_linked_on"), said(sent, "linked_on")) == (MARK + linked, linked)
    assert (said(sent, AS_OF), said(sent, "was_next_step")) == ("=19.19.1.c", "=月底回访")
    later = media(TODAY, referrals=as_csv("referrals", []))
    edited = run(xforms["referral"], later, [Look(("ref",)), ("result", "补一句")], sent, engine)
    assert edited.violations == []
    for name in (AS_OF, "was_linked_on", "linked_on", "ref_kept", "hh_id", "kind_eff", "save_target"):
        assert said(edited.xml, name) == said(sent, name), name
    assert "<target>" not in edited.xml.decode(), "what it is for was said when it was opened"
    assert re.search(rf'update="(1|true)"[^>]* id="{REFERRAL}"', edited.xml.decode())



def test_what_was_given_is_never_filled_in(xforms: dict[str, str], engine: str) -> None:
    """A sum that the form gave back as an answer would be added once more."""
    steps = [("mode", "continue"), ("ref", REFERRAL), ("state", "linked"),
             ("aid_kind", "money"), Look(("amount",)), ("aid_kind", "goods"), Look(("goods", "payer")),
             ("aid_kind", "service"), Look(("sessions",))]  # fmt: skip
    looks = run(xforms["referral"], media(TODAY), steps, engine=engine).looks
    assert all(seen.relevant and not seen.value for look in looks for seen in look.values())

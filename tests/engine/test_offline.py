"""Days without coverage: what is registered at noon is visited at two, and nobody is due twice."""

from forms.compile import Compiled
from tests.engine.answers import shanghai_today, stories
from tests.engine.engine import Filled, Look, fill, run
from tests.engine.lists import VILLAGE, as_csv, household, households, media
from tests.engine.phone import Rows, entity_of, finished

TODAY = shanghai_today()
SYNCED = {"__version": "3", "__trunkVersion": "3", "__branchId": "X"}
START: Rows = {row["name"]: {**SYNCED, **row} for row in households(TODAY)}


def lists(rows: Rows) -> dict[str, str]:
    return media(TODAY, households=as_csv("households", rows.values()))


def test_registered_offline_then_visited(compiled: dict[str, Compiled], xforms: dict[str, str], engine: str) -> None:
    story = stories("screening", TODAY)["first"]
    sent = fill(xforms["screening"], lists(START), story, engine=engine)
    rows = finished(START, compiled["screening"].described, sent)
    new = entity_of(sent)["id"]
    row = rows[new]
    assert row["label"] == f"莲湖村·赵阿婆·尾号{row['id_tail4']}（新登记）"
    expected = {
        "village": VILLAGE, "village_name": "莲湖村", "rep_name": "赵阿婆", "sex": "female", "birth_year": "1952",
        "members_n": "4", "phone": "13700137000/59200002", "addr_short": "金泽镇莲湖村18号", "told": "1",
        "status": "new", "table_no": "1", "kind_due": "none", "last_visit": str(TODAY),
    }  # fmt: skip
    assert expected.items() <= row.items()
    number = dict(story)["id_no"]
    assert number not in str(row) and not {"income_pc", "health", "focus6"} & set(row), "no more than a visit needs"

    names = ("was_phone", "was_addr", "was_plan", "was_difficulty", "as_of", "kind")
    steps = [("scope", "all"), ("hh", new), ("result", "met_person"), ("changed", "phone"), ("phone", "13700137001"),
             Look((*names, "told"))]  # fmt: skip
    filled: Filled = run(xforms["visit"], lists(rows), steps, engine=engine)
    assert {name: filled.looks[-1][name].value for name in names} == {
        "was_phone": "=13700137000/59200002", "was_addr": "=金泽镇莲湖村18号", "was_plan": "=帮她准备低保申请材料",
        "was_difficulty": "=儿子残疾没有工作，全靠养老金，孙子上学要钱", "as_of": "=", "kind": "daily",
    }  # fmt: skip
    assert not filled.looks[-1]["told"].relevant, "told at noon, not again at two"
    branch = {"baseVersion": "1", "trunkVersion": "", "branchId": row["__branchId"]}
    assert branch.items() <= entity_of(filled.xml).items()


def test_visited_is_no_longer_due(compiled: dict[str, Compiled], xforms: dict[str, str], engine: str) -> None:
    sent = fill(xforms["visit"], lists(START), stories("visit", TODAY)["return"], engine=engine)
    rows = finished(START, compiled["visit"].described, sent)
    due = run(xforms["visit"], lists(rows), [Look(("hh",))], engine=engine).looks[0]["hh"].options
    assert household(3) not in due and household(1) in due
    again = [("scope", "all"), ("hh", household(3)), ("result", "met_person"), Look(("was_plan", "was_phone"))]
    filled = run(xforms["visit"], lists(rows), again, engine=engine)
    assert filled.looks[0]["was_plan"].value == "=三个月后再看一次"
    assert filled.looks[0]["was_phone"].value == "=13900139000", "a part out of view saves nothing"
    assert {"baseVersion": "4", "trunkVersion": "3", "branchId": "X"}.items() <= entity_of(filled.xml).items()


def test_nobody_home_stays_due(compiled: dict[str, Compiled], xforms: dict[str, str], engine: str) -> None:
    steps = [("hh", household(1)), ("result", "not_home"), ("away_note", "白天打工"), ("plan", "傍晚再来")]
    sent = fill(xforms["visit"], lists(START), steps, engine=engine)
    row = finished(START, compiled["visit"].described, sent)[household(1)]
    assert (row["kind_due"], row["last_visit"], row["last_plan"]) == (
        "regular", START[household(1)]["last_visit"], "傍晚再来",
    )  # fmt: skip


def test_a_lead_and_a_referral_made_offline_can_be_picked(
    compiled: dict[str, Compiled], xforms: dict[str, str], engine: str
) -> None:
    lead = fill(xforms["lead"], lists(START), stories("lead", TODAY)["urgent"], engine=engine)
    leads = finished({}, compiled["lead"].described, lead)
    known = {**lists(START), "leads.csv": as_csv("leads", leads.values())}
    (lead_id,) = leads
    seen = run(xforms["visit"], known, [("hh", household(1)), ("lead_id", lead_id), Look(("kind",))], engine=engine)
    assert seen.looks[0]["kind"].value == "urgent"

    referral = fill(xforms["referral"], lists(START), stories("referral", TODAY)["bridge"], engine=engine)
    referrals = finished({}, compiled["referral"].described, referral)
    known = {**lists(START), "referrals.csv": as_csv("referrals", referrals.values())}
    (ref,) = referrals
    steps = [("mode", "continue"), ("ref", ref), ("state", "done"), Look(("linked_on", "ref_note"))]
    filled = run(xforms["referral"], known, steps, engine=engine)
    assert filled.looks[0]["linked_on"].value == str(TODAY)
    assert "已衔接" in filled.looks[0]["ref_note"].label
    assert entity_of(filled.xml)["id"] == ref


def test_what_is_sensitive_is_not_kept_on_the_phone(
    compiled: dict[str, Compiled], xforms: dict[str, str], engine: str
) -> None:
    story = [*stories("screening", TODAY)["first"], ("focus6", "drug_prison")]
    sent = fill(xforms["screening"], lists(START), story, engine=engine)
    row = finished(START, compiled["screening"].described, sent)[entity_of(sent)["id"]]
    assert row["last_note"] == ""
    assert "drug_prison" not in str(row)


def test_a_household_is_not_its_own_double(compiled: dict[str, Compiled], xforms: dict[str, str], engine: str) -> None:
    """Opening what one has just registered, with its own row in the list."""
    sent = fill(xforms["screening"], lists(START), stories("screening", TODAY)["first"], engine=engine)
    rows = finished(START, compiled["screening"].described, sent)
    steps = [Look(("dup_n", "dup_action")), ("plan", "改一改")]
    edited = run(xforms["screening"], lists(rows), steps, sent, engine)
    assert (edited.looks[0]["dup_n"].value, edited.looks[0]["dup_action"].relevant) == ("0", False)
    assert edited.violations == []
    assert entity_of(edited.xml)["id"] == entity_of(sent)["id"]

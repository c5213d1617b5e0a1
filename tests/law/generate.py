"""Histories from seeds: what happens next, and the end in which everybody has sent all and synced."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from server.acts.kinds import ActKind
from server.acts.models import Act
from server.acts.read import to_decision
from server.demo.phone_model import Row
from server.field.assign import ids_with
from server.field.merge import homes_of_ids
from server.households.kinds import ProposalKind
from server.households.load import HOUSE, HOUSEHOLDS, open_filing
from server.households.models import Filing, Household
from server.households.values import day_of
from tests.law import brought
from tests.law.history import UNHEARD_OF, History
from tests.law.naive_standing import Kept
from tests.law.overdue_cases import SCHEDULE
from tests.law.walker import Walker
from tests.law.world import DISTRICT, TOWNS, VILLAGES, World


def live(history: History, steps: int) -> None:
    """Let ``steps`` things happen, one after another."""
    rare = [theme for theme in history.themes for _ in range(9)] if Household.objects.exists() else []
    happenings = ORDERLY if history.orderly else (*WILD, *rare)
    for _ in range(steps):
        history.pass_time()
        walker = history.rng.choice(history.walkers)
        happens = history.rng.choice(happenings)
        happens(history, walker)


def first_days(history: History) -> None:
    """Everybody goes out and registers somebody; most of it is sent, some of it visited before. Sometimes tables from
    before come in first."""
    if history.rng.random() < 0.4:
        history.pass_time()
        brought.bring_some(history)
    for walker in history.walkers:
        history.pass_time()
        screening(history, walker)
        if history.rng.random() < 0.4:
            visit(history, walker)
        if history.rng.random() < 0.8:
            send_some(history, walker)


def finish(history: History) -> None:
    """Everything is finalized, sent and worked off; then everybody syncs."""
    for walker in history.walkers:
        for draft in walker.drafts:
            history.fill_visit(walker, draft)
        walker.drafts.clear()
    while waiting := [walker for walker in history.walkers if walker.outbox]:
        history.pass_time()
        history.post_next(history.rng.choice(waiting), now_applied=history.rng.random() < 0.8)
    history.pass_time()
    history.work()
    for walker in history.walkers:
        history.sync(walker)


# --- what may happen: orderly ---


def orderly_screening(history: History, walker: Walker) -> None:
    history.sync(walker)
    history.screen(walker)
    history.post_next(walker)


def orderly_visit(history: History, walker: Walker) -> None:
    history.sync(walker)
    form = history.open_visit(walker)
    if form is not None:
        history.fill_visit(walker, form)
        history.post_next(walker)


# --- what may happen: anything ---


def sync(history: History, walker: Walker) -> None:
    history.sync(walker)


def screening(history: History, walker: Walker) -> None:
    history.screen(walker)


def visit(history: History, walker: Walker) -> None:
    form = history.open_visit(walker)
    if form is not None:
        history.fill_visit(walker, form)


def report(history: History, walker: Walker) -> None:
    about = history.rng.choice(["", *walker.phone.rows])
    walker.report(history.now, about, history.rng.random() < 0.5)
    history.cases["lead"] += 1


def refer(history: History, walker: Walker) -> None:
    """A household is put in touch with something, or what became of it is told."""
    if not walker.lists["referrals"].rows:  # rather somebody who has one to tell of
        walker = next((other for other in history.walkers if other.lists["referrals"].rows), walker)
    known = [*walker.lists["referrals"].rows.values()]
    if known and history.rng.random() < 0.7:
        walker.follow_up(history.now, history.rng.choice(known), history.rng.choice(("contacted", "linked", "dropped")))
        history.cases["referral followed up"] += 1
    elif walker.phone.rows:
        walker.refer(history.now, history.rng.choice([*walker.phone.rows.values()]))


def answer_lead(history: History, walker: Walker) -> None:
    """Somebody goes where a lead sent him, and names it; or names it for a visit that is no answer."""
    if walker.phone.rows and history.rng.random() < 0.4:
        go_where_sent(history, walker)
        return
    leads = list(walker.lists["leads"].rows)
    if history.rng.random() < 0.3:  # he was told its number
        leads = [name for other in history.walkers for name in other.lists["leads"].rows]
    if not leads:
        report(history, walker)
        return
    lead = history.rng.choice(leads)
    form = history.open_visit(walker)
    if form is None or history.rng.random() < 0.2:
        walker.screen(history.now, {**history.somebody(walker), "lead_id": lead})
    else:
        kind = history.rng.choice(("regular", "regular", "urgent", "check"))
        history.fill_visit(walker, replace(form, answers={**form.answers, "lead_id": lead, "kind": kind}))
    history.cases["lead answered"] += 1


def go_where_sent(history: History, walker: Walker) -> None:
    """A household is reported and gone to: by a visitor or an inspector, who meets somebody or nobody."""
    row = history.rng.choice([*walker.phone.rows.values()])
    lead = walker.report(history.now, row.id, history.rng.random() < 0.5, row.properties.get("village", ""))
    history.post_form(walker, lead)
    history.pass_time()
    form = walker.open_visit(history.now, row)
    form = replace(form, answers={**form.answers, "kind": history.rng.choice(("check", "regular"))})
    walker.finalize(walker.answer(form, {}, history.rng.choice(("met_person", "not_home"))), history.now)
    history.cases["lead answered"] += 1


def unheard_of(history: History, walker: Walker) -> None:
    """An answer this server does not know: it is kept and parked, and the phone is still answered."""
    form = history.open_visit(walker)
    if form is not None:
        walker.finalize(walker.answer(form, {}, UNHEARD_OF), history.now)
        history.cases["parked"] += 1


def clash(history: History, walker: Walker) -> None:
    """Another text under an instanceID that was used: the one received first counts."""
    visits = [form for form in walker.sent if form.kind == "visit"]
    if visits:
        form = history.rng.choice(visits)
        again = walker.finalize(replace(form, answers={**form.answers, "plan": "同号另文"}), history.now, locally=False)
        history.post_form(walker, again)
        history.cases["clash"] += 1


def frequency(history: History, walker: Walker) -> None:
    """The district sets how often the watched are visited: everybody's due dates move."""
    months = {"A": 1, "B": history.rng.choice((2, 3, 4)), "C": 6}
    history.rule(ActKind.FREQUENCY, HOUSE, value={"months": months})


def draft(history: History, walker: Walker) -> None:
    """A visit is begun, and finished another day, whatever was synced in between."""
    form = history.open_visit(walker)
    if form is not None:
        walker.drafts.append(form)
        history.cases["draft"] += 1


def finish_draft(history: History, walker: Walker) -> None:
    if walker.drafts:
        history.fill_visit(walker, walker.drafts.pop(0))


def edit(history: History, walker: Walker) -> None:
    history.edit(walker)


def second_create(history: History, walker: Walker) -> None:
    """A registration under the id of a household on one's own list: an update, whatever it calls itself."""
    if walker.phone.rows:
        row = history.rng.choice([*walker.phone.rows.values()])
        walker.screen(history.now, history.somebody(walker), again=row.id)
        history.cases["second create"] += 1


def elsewhere(history: History, walker: Walker) -> list[Row]:
    """Rows on the phones of others, of villages where this worker does not walk."""
    rows = {row.id: row for other in history.walkers for row in other.phone.rows.values()}
    return [row for row in rows.values() if row.properties.get("village", "") not in (*walker.villages, "")]


def claim(history: History, walker: Walker) -> None:
    """Somebody was told the id of a household that is not his, and speaks of it: in any form there is."""
    rows = elsewhere(history, walker)
    if not rows:
        return
    how = history.rng.choice((visit_of, visit_of, visit_of, create_of, edit_into, refer_of, report_of))
    how(history, walker, history.rng.choice(rows))
    history.cases["claim by id"] += 1


def visit_of(history: History, walker: Walker, row: Row) -> None:
    history.fill_visit(walker, walker.open_visit(history.now, row))


def create_of(history: History, walker: Walker, row: Row) -> None:
    walker.screen(history.now, history.somebody(walker), again=row.id)


def edit_into(history: History, walker: Walker, row: Row) -> None:
    """What he sent himself, edited so that it speaks of them."""
    visits = [form for form in walker.sent if form.kind == "visit"]
    if visits:
        form = history.rng.choice(visits)
        moved = replace(form, entity=row.id, answers={**form.answers, "hh": row.id})
        walker.edit(moved, {"plan": "改到别家"}, history.now)


def refer_of(history: History, walker: Walker, row: Row) -> None:
    walker.refer(history.now, row)


def report_of(history: History, walker: Walker, row: Row) -> None:
    """A lead about them: in a village of his own, or in theirs."""
    village = history.rng.choice((walker.villages[0], row.properties["village"]))
    walker.report(history.now, row.id, history.rng.random() < 0.7, village)


def backdated_claim(history: History, walker: Walker) -> None:
    """The same, by a clock set back before anybody else had spoken."""
    before, walker.skew = walker.skew, timedelta(days=-25)
    claim(history, walker)
    walker.skew = before


def late_create(history: History, walker: Walker) -> None:
    """A family is registered and visited without coverage; the visit gets through, they are assigned elsewhere, and
    only then comes the registration."""
    form = history.screen(walker)
    seen = history.fill_visit(walker, walker.open_visit(history.now, walker.phone.rows[form.entity]))
    history.post_form(walker, seen)
    if Household.objects.filter(idents__in=[form.entity]).exists():
        history.assign(form.entity, history.rng.choice([v for v in VILLAGES if v != form.answers["village"]]))
        history.cases["late create"] += 1


def hand_over(history: History, walker: Walker) -> None:
    """A village changes hands, today or tomorrow or as if some days ago; visits made before are still unsent."""
    village = history.rng.choice(walker.villages)
    if walker.phone.rows and history.rng.random() < 0.5:
        visit(history, walker)
    other = history.rng.choice([one for one in history.walkers if one is not walker])
    history.transfer(walker, other, village, day_of(history.now) + timedelta(days=history.rng.choice((0, 0, 1, -3))))


def send_one(history: History, walker: Walker) -> None:
    if walker.outbox:
        history.post_next(walker, now_applied=history.rng.random() < 0.85)


def send_some(history: History, walker: Walker) -> None:
    for _ in range(history.rng.randint(1, 3)):
        send_one(history, walker)


def send_again(history: History, walker: Walker) -> None:
    history.post_again()


def work(history: History, walker: Walker) -> None:
    history.work()


def clock(history: History, walker: Walker) -> None:
    """Somebody sets the phone's clock: right, or wrong."""
    walker.skew = history.rng.choice((timedelta(), timedelta(days=-2), timedelta(days=5)))


# --- what may happen: at the desk ---


def _some_filing(history: History) -> Filing | None:
    rows = list(Filing.objects.order_by("instance"))
    return history.rng.choice(rows) if rows else None


def seat(history: History) -> dict[str, list[str]]:
    """For whom somebody at some desk may decide: the district's, a 街镇's, or nobody's."""
    return {"for": history.rng.choice(([DISTRICT], [DISTRICT], *([town] for town in TOWNS), []))}


def judge(history: History, walker: Walker) -> None:
    if filing := _some_filing(history):
        kind = history.rng.choice((ActKind.APPROVE, ActKind.APPROVE, ActKind.RETURN))
        history.rule(kind, filing.instance, value=seat(history) if kind == ActKind.APPROVE else None)


def waiting(history: History) -> tuple[Kept, list]:
    """The rows kept of households, and those that count for nobody until somebody has judged them."""
    rows = Filing.objects.filter(list=HOUSEHOLDS).select_related("submission")
    kept = Kept([open_filing(row) for row in rows], [to_decision(act) for act in Act.objects.all()])
    waits = kept.waiting()
    return kept, [filing for filing in kept.filings if filing.instance in waits]


def let_in(history: History, walker: Walker) -> None:
    """Who may decide for a household's home approves a word about it from elsewhere; or who may not, tries."""
    if not waiting(history)[1] and (rows := elsewhere(history, walker)):
        visit_of(history, walker, history.rng.choice(rows))
        history.post_form(walker, walker.outbox[-1])
    kept, words = waiting(history)
    if not words:
        return
    word = history.rng.choice(words)
    home = kept.home(word.entity)
    if history.rng.random() < 0.6:
        own = history.rng.choice((home, home[:9], DISTRICT))
        history.rule(ActKind.APPROVE, word.instance, value={"for": [own]})
        history.cases["let in"] += 1
    else:
        others = [village for village in VILLAGES if village != home]
        history.rule(ActKind.APPROVE, word.instance, value={"for": [history.rng.choice(others)]})
        history.cases["approved by a stranger"] += 1
    history.cases["waiting"] += 1


def judge_waiting(history: History, walker: Walker) -> None:
    """A word from elsewhere is returned, voided, corrected, or its clock is mended: it alone."""
    _, words = waiting(history)
    if words:
        word = history.rng.choice(words)
        kind = history.rng.choice((ActKind.RETURN, ActKind.VOID, ActKind.CORRECT, ActKind.CLOCK, ActKind.UNVOID))
        value = {
            ActKind.CORRECT: {"fact": "phone", "key": "", "value": "13955550009"},
            ActKind.CLOCK: {"observed": (history.now - timedelta(days=20)).isoformat()},
        }.get(kind)
        history.rule(kind, word.instance, value=value)
        history.cases["waiting"] += 1


def send_back(history: History, walker: Walker) -> None:
    """Returned; the worker hears of it, edits, and sends again."""
    done = [form for form in walker.sent if Filing.objects.filter(instance=form.instance).exists()]
    if done:
        form = history.rng.choice(done)
        history.rule(ActKind.RETURN, form.instance)
        walker.edit(form, {"plan": "改过"} if "plan" in form.answers else {}, history.now)
        history.cases["resent"] += 1


def void(history: History, walker: Walker) -> None:
    voided = history.rulings(ActKind.VOID)
    if voided and history.rng.random() < 0.6:
        history.rule(ActKind.UNVOID, history.rng.choice(voided).subject)
    elif filing := _some_filing(history):
        history.rule(ActKind.VOID, filing.instance)


def correct(history: History, walker: Walker) -> None:
    filing = _some_filing(history)
    if filing is None:
        return
    plain = (("phone", "13933330001 13911110001"), ("addr", "西街7号 南街1号"), ("plan", "甲 戊"))
    wild = (
        ("rep_name", "周小妹 周美"), ("id_no", "319999195001010011 31999919500101002X"),
        ("village", " ".join(walker.villages)),
    )
    if filing.list == "referrals":
        plain = wild = (("amount", "120 55.5 二百"), ("sessions", "2 4"), ("goods", "面粉 大米"))
    fact, some = history.rng.choice(plain if history.orderly else (*plain, *wild))
    value = {"fact": fact, "key": "", "value": history.rng.choice(some.split())}
    history.rule(ActKind.CORRECT, filing.instance, value=value)


def mend_clock(history: History, walker: Walker) -> None:
    if filing := _some_filing(history):
        seen = history.now - timedelta(hours=history.rng.randrange(1, 200))
        history.rule(ActKind.CLOCK, filing.instance, value={"observed": seen.isoformat()})


def merge(history: History, walker: Walker) -> None:
    ids = history.households()
    if len(ids) > 1:
        one, other = history.rng.sample(ids, 2)
        if history.rng.random() < 0.5:
            history.rule(ActKind.CANNOT_LINK, one, other=other)
        else:
            join(history, one, other)


def join(history: History, one: str, other: str) -> None:
    """Two households are one; where they stand in two villages, the merge says which it is."""
    homes = homes_of_ids(sorted({*ids_with(one), *ids_with(other)}))
    history.merge(one, other, history.rng.choice([*sorted(homes - {""}), history.rng.choice(VILLAGES)]))
    history.cases["merge across"] += len(homes) > 1


def merge_across(history: History, walker: Walker) -> None:
    """A family known in two villages; the merge says where it lives, and may be taken back."""
    across = [
        r for r in history.rulings(ActKind.MERGE) if any(s.other == str(r.id) for s in history.rulings(ActKind.ASSIGN))
    ]
    undone = {r.other for r in history.rulings(ActKind.UNMERGE)}
    across = [r for r in across if str(r.id) not in undone]
    if across and history.rng.random() < 0.5:
        pair = history.rng.choice(across)
        history.rule(ActKind.UNMERGE, pair.subject, other=str(pair.id))
        history.cases["unmerge across"] += 1
        return
    rows = list(Household.objects.order_by("pk"))
    pairs = [(a.pk, b.pk) for a in rows for b in rows if a.pk < b.pk and a.village != b.village]
    if pairs:
        join(history, *history.rng.choice(pairs))


def undo(history: History, walker: Walker) -> None:
    undone = {ruling.other for ruling in history.rulings(ActKind.UNMERGE, ActKind.LIFT_LINK)}
    pairs = history.rulings(ActKind.MERGE, ActKind.CANNOT_LINK)
    pairs = [ruling for ruling in pairs if str(ruling.id) not in undone]
    if not pairs:
        merge(history, walker)
    else:
        pair = history.rng.choice(pairs)
        kind = ActKind.UNMERGE if pair.kind == ActKind.MERGE else ActKind.LIFT_LINK
        history.rule(kind, pair.subject, other=str(pair.id))


def refile(history: History, walker: Walker) -> None:
    visits = [form.instance for w in history.walkers for form in w.sent if form.kind == "visit"]
    if visits and (ids := history.households()):
        history.rule(ActKind.REFILE, history.rng.choice(visits), other=history.rng.choice(ids), value=seat(history))


def about_household(history: History, walker: Walker) -> None:
    """A grade, a village, the desk's own word, or a proposal accepted."""
    ids = history.households()
    if not ids:
        return
    rng, today = history.rng, day_of(history.now)
    kind = rng.choice((ActKind.GRADE, ActKind.ASSIGN, ActKind.STATE, ActKind.ACCEPT, ActKind.ACCEPT))
    since = rng.choice((None, today, today - timedelta(days=3)))
    if kind == ActKind.ASSIGN:
        history.assign(rng.choice(ids), rng.choice(VILLAGES), since)
        return
    value = {
        ActKind.GRADE: {"grade": rng.choice("ABC")},
        ActKind.STATE: {"fact": "phone", "value": "13944440001"},
        ActKind.ACCEPT: {
            "proposal": str(rng.choice(ACCEPTED)), "programme": "dibao", "instance": "",
        },
    }[kind]
    history.rule(kind, rng.choice(ids), since=since, value=value)


def orderly_correction(history: History, walker: Walker) -> None:
    """The desk sets right what somebody said; nobody is on the road just then."""
    if Household.objects.exists():
        correct(history, walker)


ACCEPTED = (ProposalKind.ADMIT, ProposalKind.EXIT, ProposalKind.MOVED, ProposalKind.REOPEN)
Happening = Callable[[History, Walker], None]
ORDERLY: tuple[Happening, ...] = (orderly_screening, orderly_visit, orderly_visit, orderly_visit, orderly_correction)
WILD: tuple[Happening, ...] = (
    sync, sync, screening, visit, visit, visit, draft, finish_draft, edit, send_one, send_some, send_some,
    send_again, work, judge, correct, merge, about_household, about_household, report, refer, refer,
    brought.file, brought.file, brought.judge_file,
    claim, claim, claim, second_create, answer_lead, answer_lead, late_create, hand_over, let_in, let_in,
    judge_waiting, merge_across, merge_across, backdated_claim, *SCHEDULE,
)
#: Each history makes much of three of these.
RARE: tuple[Happening, ...] = (
    send_back, send_back, void, void, mend_clock, mend_clock, merge, undo, undo, refile, refile, about_household,
    about_household, judge, clock, edit, report, refer, refer, clash, clash, clash, frequency, frequency,
    frequency, unheard_of, unheard_of, unheard_of, brought.file, brought.judge_file, brought.judge_file,
    claim, claim, second_create, answer_lead, answer_lead, report, late_create, hand_over, hand_over, let_in, let_in,
    let_in, judge_waiting, merge_across, merge_across, backdated_claim, *SCHEDULE,
)


def begin(world: World, seed: int, *, orderly: bool = False) -> History:
    """A history before anything happened."""
    history = History(world, seed, orderly)
    history.themes = [] if orderly else history.rng.sample(RARE, 4)
    return history

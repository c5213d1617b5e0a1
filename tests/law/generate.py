"""Histories from seeds: what happens next, and the end in which everybody has sent all and synced."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from server.acts.kinds import ActKind
from server.households.kinds import ProposalKind
from server.households.load import HOUSE
from server.households.models import Filing, Household
from server.households.values import day_of
from tests.law import brought
from tests.law.history import UNHEARD_OF, History
from tests.law.walker import Walker
from tests.law.world import World


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
    known = [*walker.lists["referrals"].rows.values()]
    if known and history.rng.random() < 0.7:
        walker.follow_up(history.now, history.rng.choice(known), history.rng.choice(("contacted", "linked", "dropped")))
        history.cases["referral followed up"] += 1
    elif walker.phone.rows:
        walker.refer(history.now, history.rng.choice([*walker.phone.rows.values()]))


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


def judge(history: History, walker: Walker) -> None:
    if filing := _some_filing(history):
        history.rule(history.rng.choice((ActKind.APPROVE, ActKind.APPROVE, ActKind.RETURN)), filing.instance)


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
        history.rule(history.rng.choice((ActKind.MERGE, ActKind.CANNOT_LINK)), one, other=other)


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
        history.rule(ActKind.REFILE, history.rng.choice(visits), other=history.rng.choice(ids))


def about_household(history: History, walker: Walker) -> None:
    """A grade, a village, the desk's own word, or a proposal accepted."""
    ids = history.households()
    if not ids:
        return
    rng, today = history.rng, day_of(history.now)
    kind = rng.choice((ActKind.GRADE, ActKind.ASSIGN, ActKind.STATE, ActKind.ACCEPT))
    since = rng.choice((None, today, today - timedelta(days=3)))
    value = {
        ActKind.GRADE: {"grade": rng.choice("ABC")},
        ActKind.ASSIGN: {"village": rng.choice([v for _, villages in history.world.walkers for v in villages])},
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
    send_again, work, judge, correct, merge, about_household, report, refer,
    brought.file, brought.judge_file,
)
#: Each history makes much of three of these.
RARE: tuple[Happening, ...] = (
    send_back, send_back, void, void, mend_clock, mend_clock, merge, undo, undo, refile, refile, about_household,
    about_household, judge, clock, edit, report, refer, refer, clash, clash, clash, frequency, frequency, unheard_of,
    unheard_of, brought.file, brought.judge_file, brought.judge_file,
)


def begin(world: World, seed: int, *, orderly: bool = False) -> History:
    """A history before anything happened."""
    history = History(world, seed, orderly)
    history.themes = [] if orderly else history.rng.sample(RARE, 4)
    return history

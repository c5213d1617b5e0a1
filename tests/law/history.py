"""A generated history: people walk, phones send late and twice and in pieces, the desk decides; every step is kept.

Everything a history does goes through the programme's own verbs (`receive`, `settle`, `decide`, the lists), and every
step is written down with its own time, so that the same rows can be brought in again in any other order (`replay.py`).
"""

import uuid
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from django.db.models import Max

from server.accounts.transfer import transfer
from server.acts.kinds import ActKind
from server.acts.models import Act
from server.acts.read import to_decision
from server.field.apply import apply
from server.field.assign import assign
from server.field.decide import decide
from server.field.decide_batch import decide_batch
from server.field.merge import merge
from server.field.names import LIST_OF
from server.households.models import Household, Ident
from sync.inbox import claim, settle
from sync.kinds import State
from sync.models import EntityVersion, Submission
from sync.receive import Envelope, Sender, SentFile, receive
from tests.law.people import LIVES, PEOPLE, person
from tests.law.walker import Form, Walker
from tests.law.watch import Broken, Watch
from tests.law.world import BEGIN, VILLAGES, World

#: An answer from a form newer than this server.
UNHEARD_OF = "beamed_up"
#: Nobody's clock is off by less than it matters, or it is right.
SKEWS = (*(timedelta(),) * 5, timedelta(days=-3), timedelta(hours=-5), timedelta(days=2), timedelta(days=30))


@dataclass(frozen=True)
class Post:
    """One POST as it went out."""

    form: Form
    files: tuple[SentFile, ...]
    is_incomplete: bool
    sender: Sender
    now: datetime


@dataclass(frozen=True)
class Ruling:
    """One decision of the desk."""

    id: uuid.UUID
    kind: ActKind
    subject: str
    now: datetime
    other: str = ""
    since: Any = None
    value: Any = None


#: What happened: a POST, a decision, or a file that came in (`brought.py`).
Step = Any


@dataclass
class History:
    """``cases`` counts the hard things that happened; ``orderly`` leaves them all out; ``ids``: where new ids come
    from, if not from ``rng``."""

    world: World
    seed: int
    orderly: bool = False
    cases: Counter = field(default_factory=Counter)
    steps: list[Step] = field(default_factory=list)
    created: set[str] = field(default_factory=set)
    ids: Random | None = None

    def __post_init__(self) -> None:
        self.rng = Random(self.seed)
        self.now = BEGIN
        self.walkers = [
            Walker(user, villages, self.world.forms, self.rng, timedelta() if self.orderly else self.rng.choice(SKEWS))
            for user, villages in self.world.walkers
        ]
        self.watch = Watch()
        self.themes: list[Callable[[History, Walker], None]] = []

    # --- time ---

    def pass_time(self) -> None:
        minutes = self.rng.choice((1, 7, 45, 180, 1500))
        self.now += timedelta(minutes=minutes, seconds=self.rng.randrange(1, 50))

    # --- the phones' side ---

    def sync(self, walker: Walker) -> None:
        walker.sync(self.now)

    def screen(self, walker: Walker) -> Form:
        if self.orderly:
            return walker.screen(self.now, person(self.rng, walker.villages[0], len(self.steps), plain=True))
        back = self.rng.choice((0, 0, 0, 1, 4))
        return walker.screen(self.now, self.somebody(walker), back=back)

    def somebody(self, walker: Walker) -> dict[str, object]:
        """Mostly somebody who lives where this worker walks; else one who is known elsewhere."""
        village = self.rng.choice(walker.villages)
        number = self.rng.choice(LIVES[village]) if self.rng.random() < 0.85 else self.rng.randrange(len(PEOPLE))
        self.cases["claim by name"] += number not in LIVES[village]
        return person(self.rng, village, number, plain=False)

    def open_visit(self, walker: Walker) -> Form | None:
        rows = [*walker.phone.rows.values()]
        if not rows:
            return None
        back = 0 if self.orderly else self.rng.choice((0, 0, 0, 1, 4))
        return walker.open_visit(self.now, self.rng.choice(rows), back=back)

    def fill_visit(self, walker: Walker, form: Form) -> Form:
        rng, changes = self.rng, {}
        for name, some in {
            "phone": "13911110001 13911110002 13911110003", "addr": "南街1号 南街2号", "plan": "甲 乙 丙",
            "difficulty": "缺劳力 看病难", "members_n": "2 3 4", "income_pc": "900 1200.5", "health": "一般",
        }.items():
            if rng.random() < 0.3:
                changes[name] = rng.choice(some.split())
        if not self.orderly and rng.random() < 0.12:
            changes["village_new"] = rng.choice(VILLAGES)
            changes.setdefault("addr", "新居")
        result = rng.choice(("met_person",) * 6 + ("phone", "not_home", "moved"))
        return walker.finalize(walker.answer(form, changes, result), self.now)

    def edit(self, walker: Walker) -> None:
        done = [*walker.sent, *walker.outbox]
        replaced = {form.deprecated for form in done}
        fit = [form for form in done if form.instance not in replaced or self.rng.random() < 0.1]
        if not fit:
            return
        form = self.rng.choice(fit)
        changes = {}
        for name, some in (("phone", "13922220001"), ("plan", "丁"), ("addr", "北街9号"), ("difficulty", ""),
                           ("amount", "450"), ("sessions", "9")):
            if name in form.answers and self.rng.random() < 0.5:
                changes[name] = self.rng.choice((some, form.seen.get(f"was_{name}", "=")[1:]))
        walker.edit(form, changes, self.now)
        self.cases["edit"] += 1

    # --- sending ---

    def post_next(self, walker: Walker, *, now_applied: bool = True) -> None:
        """Any of what waits; phones send oldest first, but a failure does not stop the next."""
        self.post_form(walker, walker.outbox[0] if self.orderly else self.rng.choice(walker.outbox), now_applied)

    def post_form(self, walker: Walker, form: Form, now_applied: bool = True) -> None:
        walker.outbox.remove(form)
        walker.sent.append(form)
        files: tuple[SentFile, ...] = ()
        if not self.orderly and self.rng.random() < 0.2:
            files = tuple(SentFile(f"{n}.txt", "text/plain", bytes([n])) for n in (1, 2))
        sender = walker.sender(self.now)
        pieces = [files[:1], files[1:]] if files else [files]
        for index, piece in enumerate(pieces):
            post = Post(form, piece, index < len(pieces) - 1, sender, self.now)
            self.take(post, applied=now_applied)
        self.cases["split"] += len(pieces) > 1
        self.cases["wrong clock"] += bool(walker.skew)
        self.cases["backdated"] += walker.skew < timedelta()

    def take(self, post: Post, *, applied: bool = True) -> None:
        form = post.form
        if form.is_create:
            self.created.add(form.entity)
        self.cases["update before create"] += form.kind == "visit" and form.entity not in self.created
        is_news = not any(isinstance(step, Post) and step.form.xml == form.xml for step in self.steps)
        self.steps.append(post)
        before = version_of(form)
        bring(post, post.now, applied)
        if is_news and applied and version_of(form) <= before:
            raise Broken(f"{form.instance} names {form.entity}, whose version stays {before}")
        self.watch.look()

    def post_again(self) -> None:
        """The answer got lost: the very same bytes once more."""
        posts = [step for step in self.steps if isinstance(step, Post)]
        if posts:
            old = self.rng.choice(posts)
            self.take(Post(old.form, old.files, False, old.sender, self.now))
            self.cases["sent twice"] += 1

    def work(self) -> None:
        """The worker takes up what was left to it."""
        for submission in claim(self.now, patient=False):
            settle(submission, apply, self.now, worker=True)
            self.cases["worker later"] += 1
            self.watch.look()

    # --- the desk ---

    def rule(self, kind: ActKind, subject: str, **more: Any) -> Ruling:
        self.pass_time()
        number = (self.ids or self.rng).getrandbits(128)
        ruling = Ruling(uuid.UUID(int=number, version=4), kind, subject, self.now, **more)
        self.steps.append(ruling)
        rule(ruling, self.world.desk)
        self.cases[str(kind)] += 1
        self.watch.look()
        return ruling

    def file(self, verb: Callable[..., Any], *names: str, **more: Any) -> list[Ruling]:
        """A verb that files several acts: each of them is a step of its own, so that they can come in any order."""
        self.pass_time()
        last = Act.objects.aggregate(last=Max("seq"))["last"] or 0
        number = (self.ids or self.rng).getrandbits(128)
        verb(*names, by=self.world.desk, now=self.now, act_id=uuid.UUID(int=number, version=4), **more)
        rulings = [
            Ruling(act.pk, ActKind(act.kind), act.subject, act.at, act.other, act.since, dict(to_decision(act).value))
            for act in Act.objects.filter(seq__gt=last).order_by("seq")
        ]
        self.steps += rulings
        self.cases += Counter({str(kind) for kind in {ruling.kind for ruling in rulings}})
        self.watch.look()
        return rulings

    def assign(self, name: str, village: str, since: date | None = None) -> list[Ruling]:
        """The desk says where a household stands: every id of it."""
        ids = ids_of(name)
        return self.named(ids, village, self.file(assign, name, village, since=since))

    def merge(self, one: str, other: str, village: str = "") -> list[Ruling]:
        """The desk says that two ids are one household, and where it stands from now on."""
        ids = ids_of(one, other)
        rulings = self.file(merge, one, other, village=village)
        here = set(Household.objects.filter(idents__in=ids).values_list("village", flat=True))
        if len(here) == 1 and len(rulings) == 1:
            return rulings
        return self.named(ids, village, rulings)

    def named(self, ids: list[str], village: str, rulings: list[Ruling]) -> list[Ruling]:
        """:raises Broken: some id of a household was not assigned with the others."""
        told = {(r.subject, r.value["village"]) for r in rulings if r.kind == ActKind.ASSIGN}
        if told != {(name, village) for name in ids}:
            raise Broken(f"{ids} were to stand in {village}, told was {told}")
        return rulings

    def transfer(self, leaver: Walker, successor: Walker, village: str, since: date) -> None:
        """A village is handed over: an assignment begins, another ends."""
        transfer(leaver.user.pk, successor.user.pk, since=since, villages=[village])
        successor.villages = tuple(sorted({*successor.villages, village}))
        # Who is left with nothing goes on walking where he walked.
        leaver.villages = tuple(v for v in leaver.villages if v != village) or leaver.villages
        for walker in self.walkers:
            walker.forget_scopes()
        self.cases["transfer"] += 1

    def households(self) -> list[str]:
        return [*Household.objects.order_by("pk").values_list("pk", flat=True)]

    def rulings(self, *kinds: ActKind) -> list[Ruling]:
        return [step for step in self.steps if isinstance(step, Ruling) and step.kind in kinds]


def ids_of(*names: str) -> list[str]:
    """Every id of these households, and these."""
    households = Ident.objects.filter(pk__in=names).values("household")
    return sorted({*names, *Ident.objects.filter(household__in=households).values_list("pk", flat=True)})


def version_of(form: Form) -> int:
    found = EntityVersion.objects.filter(list=LIST_OF[form.kind], entity_id=form.entity).first()
    return found.n if found else 0


def bring(post: Post, now: datetime, applied: bool) -> None:
    """One POST, as the door does it: keep, then (unless it is left to the worker) settle."""
    envelope = Envelope(post.form.xml, post.files, post.is_incomplete)
    receipt = receive(envelope, post.sender, now)
    if applied and receipt.state == State.KEPT and receipt.aside is None:
        state = settle(receipt.submission_id, apply, now)
        wanted = State.PARKED if post.form.answers.get("result") == UNHEARD_OF else State.APPLIED
        assert state == wanted, Submission.objects.get(pk=receipt.submission_id).trouble


def rule(ruling: Ruling, by: int) -> None:
    if ruling.subject.startswith("import:") and "/" not in ruling.subject:
        decide_batch(ruling.kind, ruling.subject, by=by, now=ruling.now, act_id=ruling.id)
        return
    decide(
        ruling.kind, ruling.subject, by=by, now=ruling.now, other=ruling.other, since=ruling.since,
        value=ruling.value, act_id=ruling.id,
    )

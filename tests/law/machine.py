"""A state machine of phones and a desk: hypothesis chooses what happens, and finds the shortest way to what breaks.

The steps are those of the generated histories (`generate.py`); the chances in them are drawn by hypothesis, so that
it can shrink them. After every single step each worker's lists are looked at (`promises.py`); at the end everybody
sends everything and syncs, and the state is held against that of the orderly run of the same kept rows.
"""

import sys
from contextlib import ExitStack
from datetime import date, timedelta
from itertools import groupby
from random import Random
from typing import ClassVar

from hypothesis import note
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from server.accounts.assign_village import assign_village
from server.accounts.end_assignment import end_assignment
from server.accounts.models import Assignment
from server.acts.kinds import ActKind
from server.field.dump import differences
from server.households.values import day_of
from sync.receive import SentFile
from tests.law import check, generate
from tests.law.dump import difference, dump, plain_dump
from tests.law.history import History, Post
from tests.law.promises import Promises, firsts, nothing_is_lost, orderly_run, shows_the_server
from tests.law.replay import quiet, undone
from tests.law.two_runs import two_runs
from tests.law.walker import Walker
from tests.law.watch import Broken
from tests.law.world import VILLAGES, WALKS, World

WHO = st.integers(0, len(WALKS) - 1)
CHANCE = st.randoms(use_true_random=False)
AHEAD = (timedelta(), timedelta(days=-40 * 365), timedelta(days=-2), timedelta(days=5), timedelta(days=4000))


class Phones(RuleBasedStateMachine):
    """The workers' phones and one desk. ``world`` is set by the test, once for all runs."""

    world: ClassVar[World]

    def __init__(self) -> None:
        super().__init__()
        self.stack = ExitStack()
        self.stack.enter_context(undone())
        self.stack.enter_context(quiet())
        self.history = History(self.world, 0)
        # What is drawn by hypothesis may come out the same twice; ids never do.
        self.history.ids = Random(0)
        for walker in self.history.walkers:
            walker.skew, walker.ids = timedelta(), self.history.ids
        self.history.watch = Promises(self.history)
        self.finished: dict[bytes, object] = {}
        self.is_timely = True

    # --- before and after ---

    @initialize(chance=CHANCE, people=st.lists(WHO, min_size=0, max_size=4))
    def first_days(self, chance: Random, people: list[int]) -> None:
        """Some have registered somebody, sent it and synced; others start with an empty list."""
        for number in people:
            walker = self._step(chance, number)
            self.history.screen(walker)
            self.history.post_next(walker)
            self.history.sync(walker)
        self._done()

    def teardown(self) -> None:
        try:
            if sys.exc_info()[0] is None:
                self._comes_to_rest()
        finally:
            self.stack.close()

    def _comes_to_rest(self) -> None:
        history, chance = self.history, Random(len(self.history.steps))
        self._use(chance)
        generate.finish(history)
        self._done()
        found = [check.phones_show_the_server(history), nothing_is_lost(history)]
        found += [shows_the_server(walker, history) for walker in history.walkers]
        done, plain, stood = dump(), plain_dump(receipt=False), check.standing()
        found.append(check.against_naive())
        with undone():
            found.append(two_runs(VILLAGES[len(history.steps) % len(VILLAGES)], history.now)[0])
        self.stack.pop_all().close()
        posts = firsts(history)
        with undone(), quiet():
            orderly_run(history, posts)
            found.append(difference(done, dump()))
        if self.is_timely:
            at_once = [Post(**{**vars(p), "now": min(p.now, self.finished[p.form.xml])}) for p in posts]
            with undone(), quiet():
                orderly_run(history, at_once)
                # Which word of an id came first, and who answered for its home then, goes by the receipt.
                if check.standing() == stood:
                    found += differences(plain, plain_dump(receipt=False))
        if wrong := "\n".join(text for text in found if text):
            raise Broken(wrong)

    def _step(self, chance: Random, number: int = 0) -> Walker:
        """Time passes, and this worker does something by these chances."""
        self._use(chance)
        self.history.pass_time()
        return self.history.walkers[number]

    def _use(self, chance: Random) -> None:
        self.history.rng = chance
        for walker in self.history.walkers:
            walker.rng = chance

    def _done(self) -> None:
        """Remember when each form was finalized."""
        for walker in self.history.walkers:
            for form in (*walker.outbox, *walker.sent):
                self.finished.setdefault(form.xml, self.history.now)

    def _one_of(self, chance: Random, has: str) -> Walker:
        """Somebody who has something of that kind."""
        self._step(chance)
        return chance.choice([walker for walker in self.history.walkers if getattr(walker, has)])

    def _some(self, has: str) -> bool:
        return any(getattr(walker, has) for walker in self.history.walkers)

    # --- filling in ---

    @rule(chance=CHANCE, who=WHO)
    def screens(self, chance: Random, who: int) -> None:
        generate.screening(self.history, self._step(chance, who))
        self._done()

    @rule(chance=CHANCE, who=WHO)
    def visits(self, chance: Random, who: int) -> None:
        generate.visit(self.history, self._step(chance, who))
        self._done()

    @rule(chance=CHANCE, who=WHO)
    def visits_and_sends(self, chance: Random, who: int) -> None:
        walker = self._step(chance, who)
        generate.visit(self.history, walker)
        self._done()
        generate.send_one(self.history, walker)

    @rule(chance=CHANCE, who=WHO)
    def begins_a_draft(self, chance: Random, who: int) -> None:
        generate.draft(self.history, self._step(chance, who))

    @precondition(lambda self: self._some("drafts"))
    @rule(chance=CHANCE)
    def finishes_a_draft(self, chance: Random) -> None:
        generate.finish_draft(self.history, self._one_of(chance, "drafts"))
        self._done()

    @rule(chance=CHANCE, who=WHO)
    def edits(self, chance: Random, who: int) -> None:
        generate.edit(self.history, self._step(chance, who))
        self._done()

    @rule(chance=CHANCE, who=WHO)
    def reports_a_lead(self, chance: Random, who: int) -> None:
        generate.report(self.history, self._step(chance, who))
        self._done()

    @rule(chance=CHANCE, who=WHO)
    def refers(self, chance: Random, who: int) -> None:
        generate.refer(self.history, self._step(chance, who))
        self._done()

    @rule(chance=CHANCE, who=WHO)
    def speaks_of_a_household_elsewhere(self, chance: Random, who: int) -> None:
        generate.claim(self.history, self._step(chance, who))
        self._done()

    @rule(chance=CHANCE, who=WHO)
    def registers_under_a_known_number(self, chance: Random, who: int) -> None:
        generate.second_create(self.history, self._step(chance, who))
        self._done()

    @rule(chance=CHANCE, who=WHO)
    def names_a_lead(self, chance: Random, who: int) -> None:
        generate.answer_lead(self.history, self._step(chance, who))
        self._done()

    @rule(chance=CHANCE, who=WHO)
    def answers_what_nobody_knows(self, chance: Random, who: int) -> None:
        generate.unheard_of(self.history, self._step(chance, who))
        self._done()

    @rule(who=WHO, skew=st.sampled_from(AHEAD))
    def sets_the_clock(self, who: int, skew: timedelta) -> None:
        self.history.walkers[who].skew = skew
        self.is_timely &= skew <= timedelta()

    # --- sending ---

    @rule(chance=CHANCE, who=WHO)
    def syncs(self, chance: Random, who: int) -> None:
        self.history.sync(self._step(chance, who))

    @precondition(lambda self: self._some("outbox"))
    @rule(chance=CHANCE)
    def sends(self, chance: Random) -> None:
        self.history.post_next(self._one_of(chance, "outbox"))

    @precondition(lambda self: self._some("outbox"))
    @rule(chance=CHANCE)
    def sends_and_the_worker_is_to_do_it(self, chance: Random) -> None:
        self.history.post_next(self._one_of(chance, "outbox"), now_applied=False)

    @precondition(lambda self: self._some("outbox"))
    @rule(chance=CHANCE)
    def sends_and_the_answer_is_lost(self, chance: Random) -> None:
        """The phone believes it failed, and will send the same bytes again."""
        walker = self._one_of(chance, "outbox")
        self.history.post_next(walker)
        walker.outbox.append(walker.sent.pop())

    @precondition(lambda self: self._some("outbox"))
    @rule(chance=CHANCE, pieces=st.lists(st.tuples(st.integers(0, 3), st.integers(1, 3), st.binary(max_size=1)),
                                         min_size=1, max_size=6))
    def sends_in_pieces(self, chance: Random, pieces: list[tuple[int, int, bytes]]) -> None:
        """The files in several POSTs, in any order, some twice, some names with other bytes; each with the text."""
        walker = self._one_of(chance, "outbox")
        form = chance.choice(walker.outbox)
        walker.outbox.remove(form)
        walker.sent.append(form)
        sender = walker.sender(self.history.now)
        for number, group in groupby(pieces, key=lambda piece: piece[0]):
            files = tuple(SentFile(f"{name}.txt", "text/plain", data) for _, name, data in group)
            self.history.take(Post(form, files, bool(number), sender, self.history.now))

    @precondition(lambda self: self.history.steps)
    @rule(chance=CHANCE)
    def sends_again(self, chance: Random) -> None:
        self._step(chance)
        self.history.post_again()

    @precondition(lambda self: self._some("sent"))
    @rule(chance=CHANCE)
    def sends_another_text_under_the_same_number(self, chance: Random) -> None:
        generate.clash(self.history, self._one_of(chance, "sent"))
        self._done()

    @rule(chance=CHANCE)
    def the_worker_works(self, chance: Random) -> None:
        self._step(chance)
        self.history.work()

    @rule(chance=CHANCE, who=WHO)
    def sends_everything_and_syncs(self, chance: Random, who: int) -> None:
        """Then the phone shows exactly what the server serves."""
        walker = self._step(chance, who)
        while walker.outbox:
            self.history.post_next(walker)
        self.history.work()
        self.history.sync(walker)
        if wrong := shows_the_server(walker, self.history):
            raise Broken(wrong)

    # --- the desk ---

    @rule(chance=CHANCE)
    def is_approved_or_returned(self, chance: Random) -> None:
        generate.judge(self.history, self._step(chance))

    @rule(chance=CHANCE, who=WHO)
    def is_returned_and_edited(self, chance: Random, who: int) -> None:
        generate.send_back(self.history, self._step(chance, who))
        self._done()

    @rule(chance=CHANCE)
    def is_voided_or_not(self, chance: Random) -> None:
        generate.void(self.history, self._step(chance))

    @rule(chance=CHANCE, who=WHO)
    def is_corrected(self, chance: Random, who: int) -> None:
        generate.correct(self.history, self._step(chance, who))

    @rule(chance=CHANCE)
    def households_are_merged_or_told_apart(self, chance: Random) -> None:
        generate.merge(self.history, self._step(chance))

    @rule(chance=CHANCE)
    def a_merge_is_undone(self, chance: Random) -> None:
        generate.undo(self.history, self._step(chance))

    @rule(chance=CHANCE, who=WHO)
    def a_word_from_elsewhere_is_approved(self, chance: Random, who: int) -> None:
        generate.let_in(self.history, self._step(chance, who))
        self._done()

    @rule(chance=CHANCE, who=WHO)
    def a_word_from_elsewhere_is_judged(self, chance: Random, who: int) -> None:
        generate.judge_waiting(self.history, self._step(chance, who))
        self.is_timely &= not self.history.rulings(ActKind.CLOCK)

    @rule(chance=CHANCE, who=WHO)
    def two_villages_have_one_household(self, chance: Random, who: int) -> None:
        generate.merge_across(self.history, self._step(chance, who))

    @rule(chance=CHANCE)
    def is_filed_elsewhere(self, chance: Random) -> None:
        generate.refile(self.history, self._step(chance))

    @rule(chance=CHANCE)
    def a_household_is_decided_about(self, chance: Random) -> None:
        generate.about_household(self.history, self._step(chance))

    @rule(chance=CHANCE)
    def a_clock_is_mended(self, chance: Random) -> None:
        generate.mend_clock(self.history, self._step(chance))
        # A moment mended to after the form was finalized stops at the receipt, which the orderly run has earlier.
        self.is_timely &= not self.history.rulings(ActKind.CLOCK)

    @rule(chance=CHANCE, who=WHO, village=st.sampled_from(VILLAGES))
    def a_village_changes_hands(self, chance: Random, who: int, village: str) -> None:
        walker = self._step(chance, who)
        today = day_of(self.history.now)
        held = Assignment.objects.filter(user=walker.user, village_id=village, until=None).first()
        if held is None:
            assign_village(walker.user.pk, village, since=date(2025, 1, 1))
        else:
            end_assignment(held.pk, on=today)
        walker.forget_scopes()
        self.history.watch.look()
        note(f"{walker.user} now has {walker.sender(self.history.now).villages}")

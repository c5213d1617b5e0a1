"""Broken rules about whose words count: each a small lie about one sentence of *Standing*, in the pure rules."""

from collections import defaultdict
from dataclasses import dataclass, replace

from pytest import MonkeyPatch

from server.households import chains, component, derive, standing
from server.households.chains import starts_of
from server.households.matching import cluster
from server.households.standing import Homes


def no_standing(patch: MonkeyPatch) -> None:
    """Everybody is heard about everything."""
    honest = component.standing_of
    patch.setattr(component, "standing_of", lambda filings, decisions: replace(
        honest(filings, decisions), waiting=frozenset()))


def no_guard_across_homes(patch: MonkeyPatch) -> None:
    """An opinion joins whatever scores enough, wherever it is."""
    patch.setattr(cluster, "share_home", lambda one, other: True)


def _first_by(patch: MonkeyPatch, order) -> None:
    def first_words(filings):
        found: dict = {}
        for filing in filings:
            if filing.entity not in found or order(filing) < order(found[filing.entity]):
                found[filing.entity] = filing
        return found

    patch.setattr(standing, "first_words", first_words)


def the_first_word_is_first_by_the_phones_clock(patch: MonkeyPatch) -> None:
    """Whoever dates back takes over."""
    _first_by(patch, lambda filing: (filing.observed, filing.instance))


def the_first_word_is_a_registration(patch: MonkeyPatch) -> None:
    """A visit that came before its registration gives no home."""
    _first_by(patch, lambda filing: (not filing.creates, filing.received, filing.instance))


def the_home_is_that_of_now(patch: MonkeyPatch) -> None:
    """Who answered for it when he spoke is not heard once it was assigned elsewhere."""
    patch.setattr(standing, "covered_at", lambda filing, entity, homes: standing.covers(
        filing.answers, homes.home(entity)))


def an_edit_moves_the_home(patch: MonkeyPatch) -> None:
    """What the first word was edited into names the home."""
    honest = standing.first_words

    def edited(filings):
        filings = list(filings)
        starts = starts_of(filings)
        found = honest(filings)
        for name, first in found.items():
            own = [f for f in filings if f.entity == name and starts[f.instance].key == starts[first.instance].key]
            found[name] = max(own, key=lambda f: (starts[f.instance].depth, f.written, f.instance))
        return found

    patch.setattr(standing, "first_words", edited)


def every_named_village_is_a_home(patch: MonkeyPatch) -> None:
    """Who answers for any village that was ever named is heard."""
    honest, heard = component.standing_of, standing.covered_at
    named: dict[str, set[str]] = defaultdict(set)

    def collecting(filings, decisions):
        named.clear()
        for filing in filings:
            if filing.village:
                named[filing.entity].add(filing.village)
        return honest(filings, decisions)

    patch.setattr(component, "standing_of", collecting)
    patch.setattr(standing, "covered_at", lambda filing, entity, homes: heard(filing, entity, homes) or any(
        standing.covers(filing.answers, village) for village in named[entity]))


def the_named_village_gives_no_home(patch: MonkeyPatch) -> None:
    """The home is the first of the sender's villages, whatever he said."""
    honest = standing.named_home
    patch.setattr(standing, "named_home", lambda filing: honest(replace(filing, village="")))


def anybody_names_any_home(patch: MonkeyPatch) -> None:
    """The village that the first word names is the home, though its sender does not answer for it."""
    honest = standing.named_home
    patch.setattr(standing, "named_home", lambda filing: filing.village or honest(filing))


def a_stated_village_proposes_nothing(patch: MonkeyPatch) -> None:
    patch.setattr(derive, "moves_in", lambda words, component, home: [])


def _whole(patch: MonkeyPatch) -> dict:
    """Every chain with its waiting versions, by key, as last read."""
    honest, found = component.chains_of, {}

    def reading(filings, decisions, waiting=frozenset()):
        filings, decisions = list(filings), list(decisions)
        found.clear()
        found.update({chain.key: chain for chain in honest(filings, decisions)})
        return honest(filings, decisions, waiting)

    patch.setattr(component, "chains_of", reading)
    return found


def a_waiting_word_lends_its_place(patch: MonkeyPatch) -> None:
    """An edit that was let in stands where the original stands that was not."""
    whole = _whole(patch)
    patch.setattr(chains.Chain, "place_giver", property(lambda chain: whole.get(chain.key, chain).versions[0]))


def a_waiting_edit_hides_its_original(patch: MonkeyPatch) -> None:
    whole = _whole(patch)
    honest = chains.Chain.effective.fget

    def effective(chain):
        newest = whole.get(chain.key, chain).versions[-1]
        return honest(chain) if newest.instance == chain.head.instance else None

    patch.setattr(chains.Chain, "effective", property(effective))


def a_void_of_a_waiting_edit_covers_all(patch: MonkeyPatch) -> None:
    honest = component.chains_of

    def covering(filings, decisions, waiting=frozenset()):
        filings, decisions = list(filings), list(decisions)
        voided = {chain.key: chain.voided for chain in honest(filings, decisions)}
        return [replace(chain, voided=voided[chain.key]) for chain in honest(filings, decisions, waiting)]

    patch.setattr(component, "chains_of", covering)


def anybodys_approval_lets_in(patch: MonkeyPatch) -> None:
    patch.setattr(standing, "lets_in", lambda act, place: True)


def an_approval_is_never_taken_back(patch: MonkeyPatch) -> None:
    patch.setattr(standing, "approvals_of", lambda filing, decisions: [
        act for act in decisions if act.kind == "approve" and act.subject in (filing.instance, filing.batch)
    ])


def nobodys_approval_lets_in(patch: MonkeyPatch) -> None:
    patch.setattr(standing, "lets_in", lambda act, place: False)


def an_assign_outlives_its_merge(patch: MonkeyPatch) -> None:
    patch.setattr(Homes, "_holds", lambda homes, merge, at: True)


def an_assign_of_a_merge_is_none(patch: MonkeyPatch) -> None:
    patch.setattr(Homes, "_holds", lambda homes, merge, at: False)


def an_assign_gives_standing_to_what_was_said_before(patch: MonkeyPatch) -> None:
    """Who answers for the village a household was assigned to is heard with what he had said of it before."""
    honest = standing.covered_at
    patch.setattr(standing, "covered_at", lambda filing, entity, homes: honest(filing, entity, homes) or (
        standing.covers(filing.answers, homes.home(entity))))


def a_second_create_counts(patch: MonkeyPatch) -> None:
    """Who says that he makes what is there already gives evidence like whoever made it."""
    patch.setattr(component, "second_creates", lambda filings, waiting: frozenset())


def the_tables_take_an_assign_by_its_filing(patch: MonkeyPatch) -> None:
    honest = Homes.assigned
    patch.setattr(Homes, "assigned", lambda homes, entity, at=None, day=None: honest(homes, entity, at))


@dataclass(frozen=True)
class _Approved(Homes):
    """Homes that approvals move."""

    approved: object = None

    def home(self, entity, at=None, day=None):
        if self.assigned(entity, at, day) is None and self.approved.get(entity):
            return self.approved[entity]
        return super().home(entity, at, day)


def an_approval_sets_the_home(patch: MonkeyPatch) -> None:
    """The village that the last approved word names is the home."""
    honest = standing.homes_of

    def approving(filings, decisions):
        filings, decisions = list(filings), list(decisions)
        homes = honest(filings, decisions)
        named = {f.instance: f for f in filings if f.village}
        acts = sorted((d for d in decisions if d.kind == "approve" and d.subject in named), key=lambda d: d.order)
        approved = {named[d.subject].entity: named[d.subject].village for d in acts}
        return _Approved(homes.first, homes.assigns, homes.pairs, homes.undoing, approved)

    patch.setattr(standing, "homes_of", approving)


def anybodys_refile_moves(patch: MonkeyPatch) -> None:
    """Who may not decide for a household has words about others moved to it."""
    honest = component.standing_of

    def moving(filings, decisions):
        decisions = [replace(d, value={}) if d.kind == "refile" else d for d in decisions]
        return honest(filings, decisions)

    patch.setattr(component, "standing_of", moving)


PURE = [
    no_standing, no_guard_across_homes, the_first_word_is_first_by_the_phones_clock, the_first_word_is_a_registration,
    the_home_is_that_of_now, an_edit_moves_the_home, every_named_village_is_a_home, the_named_village_gives_no_home,
    anybody_names_any_home, a_stated_village_proposes_nothing, a_waiting_word_lends_its_place,
    a_waiting_edit_hides_its_original, a_void_of_a_waiting_edit_covers_all, anybodys_approval_lets_in,
    nobodys_approval_lets_in, an_approval_is_never_taken_back,
    an_assign_outlives_its_merge, an_assign_of_a_merge_is_none,
    an_assign_gives_standing_to_what_was_said_before, a_second_create_counts, the_tables_take_an_assign_by_its_filing,
    an_approval_sets_the_home, anybodys_refile_moves,
]

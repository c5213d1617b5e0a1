"""Broken rules, each a small lie about one sentence of the law. The law's tests must notice every one."""

from dataclasses import replace

from pytest import MonkeyPatch

from server.households import chains, component, conflicts, derive, fold, places, words
from server.households.kinds import Review
from server.households.matching import cluster
from server.households.values import MISSING, Place, Said


def received_for_observed(patch: MonkeyPatch) -> None:
    """Whoever arrives last is right."""
    honest = places.own_place

    def late(chain, mended):
        return replace(honest(chain, mended), instant=chain.place_giver.received)

    patch.setattr(places, "own_place", late)
    patch.setattr(component, "own_place", late)


def arrival_for_id(patch: MonkeyPatch) -> None:
    """Ties go to the later arrival instead of the higher id."""
    honest = places.own_place

    def tied(chain, mended):
        place = honest(chain, mended)
        return replace(place, id=f"{chain.place_giver.received.isoformat()} {place.id}")

    patch.setattr(places, "own_place", tied)


def an_echo_counts(patch: MonkeyPatch) -> None:
    """An answer equal to what was shown is a statement."""
    honest = component.words_of

    def credulous(chain, version, place, home, corrections):
        deaf = replace(version, said=tuple(replace(said, was=MISSING) for said in version.said))
        heard = replace(chain, versions=tuple(deaf if v is version else v for v in chain.versions))
        return honest(heard, deaf, place, home, corrections)

    patch.setattr(component, "words_of", credulous)


def an_edit_is_newer_truth(patch: MonkeyPatch) -> None:
    """An edit stands where it was written, not in the place of what it replaces."""
    patch.setattr(chains.Chain, "place_giver", property(lambda chain: chain.head))


def a_returned_statement_counts(patch: MonkeyPatch) -> None:
    patch.setattr(chains.Chain, "effective", property(lambda chain: None if chain.voided else chain.head))


def the_version_before_a_returned_edit_counts(patch: MonkeyPatch) -> None:
    def effective(chain):
        fit = [v for v in chain.versions if chain.reviews[v.instance] != Review.RETURNED]
        return fit[-1] if fit and not chain.voided else None

    patch.setattr(chains.Chain, "effective", property(effective))


def a_branch_means_nothing(patch: MonkeyPatch) -> None:
    """Places by the clock alone."""
    def unranked(group, mended, found):
        for chain in group:
            found[chain.key] = places.own_place(chain, mended)

    patch.setattr(places, "_place_group", unranked)


def a_cap_beats_the_branch(patch: MonkeyPatch) -> None:
    """Being set above one's base stops at the receipt."""
    honest = places.places_of

    def capped(all_chains, decisions):
        all_chains = list(all_chains)
        found = honest(all_chains, decisions)
        return {c.key: replace(found[c.key], instant=min(found[c.key].instant, c.place_giver.received))
                for c in all_chains}

    patch.setattr(component, "places_of", capped)


def what_was_seen_means_nothing(patch: MonkeyPatch) -> None:
    """No statement is set above the row it saw."""
    patch.setattr(places, "_capped", lambda as_of, received: Place(places.datetime.min.replace(
        tzinfo=received.tzinfo), places.datetime.min.replace(tzinfo=received.tzinfo), 0, ""))


def a_void_spares_later_edits(patch: MonkeyPatch) -> None:
    honest = component.chains_of

    def sparing(filings, decisions, waiting=frozenset()):
        decisions = list(decisions)
        voided = {d.subject for d in decisions if d.kind == "void"}
        return [replace(c, voided=c.voided and c.head.instance in voided) for c in honest(filings, decisions, waiting)]

    patch.setattr(component, "chains_of", sparing)


def a_correction_falls_with_any_edit(patch: MonkeyPatch) -> None:
    """A correction counts only for the version it names."""
    honest = words._correction

    def forgetful(chain, until, slot, corrections):
        own = corrections.get((chain.versions[until].instance, *slot))
        return own, honest(chain, until, slot, corrections)[1]

    patch.setattr(words, "_correction", forgetful)


def a_correction_beats_any_edit(patch: MonkeyPatch) -> None:
    def stubborn(chain, until, slot, corrections):
        filed = [corrections.get((v.instance, *slot)) for v in chain.versions[: until + 1]]
        return next((act for act in reversed(filed) if act), None), None

    patch.setattr(words, "_correction", stubborn)


def the_last_word_beats_the_verified_one(patch: MonkeyPatch) -> None:
    patch.setattr(fold, "kind_of", lambda fact: "changing" if fact in ("rep_name", "id_no", "birth") else
                  derive_kind(fact))


def derive_kind(fact):
    return conflicts.kind_of(fact)


def a_blank_is_no_statement(patch: MonkeyPatch) -> None:
    honest = component.words_of

    def silent(chain, version, place, home, corrections):
        found, clashes = honest(chain, version, place, home, corrections)
        return [word for word in found if word.value not in (None, "")], clashes

    patch.setattr(component, "words_of", silent)


def opinions_beat_rulings(patch: MonkeyPatch) -> None:
    """A cannot-link binds merge acts only."""
    honest = cluster._guard
    patch.setattr(cluster, "_guard", lambda left, right, apart, *rest: honest(left, right, False, *rest))


def an_unmerge_forgets_the_pair(patch: MonkeyPatch) -> None:
    """After an un-merge nothing stands on the pair, instead of what stood before it."""
    honest = cluster.rulings

    def amnesia(decisions):
        acts = list(decisions)
        undone = {d.other for d in acts if d.kind == "unmerge"}
        pairs = {cluster.pair_of(d.subject, d.other) for d in acts if d.id in undone}
        merges, apart = honest(acts)
        return [m for m in merges if cluster.pair_of(m.subject, m.other) not in pairs], apart - pairs

    patch.setattr(cluster, "rulings", amnesia)


def two_numbers_may_meet(patch: MonkeyPatch) -> None:
    """Opinions join households whose heads have different valid numbers."""
    patch.setattr(cluster, "_guard", lambda left, right, apart, *rest: "cannot_link" if apart else "")


def what_it_carries_excuses_nothing(patch: MonkeyPatch) -> None:
    """A forerunner at or below the as_of a statement carries is a conflict all the same."""
    honest = derive.seen_clashes
    patch.setattr(derive, "seen_clashes", lambda found, facts: honest(
        [replace(word, as_of=None) for word in found], facts))


def any_screening_is_a_conflict(patch: MonkeyPatch) -> None:
    honest = derive.seen_clashes
    patch.setattr(derive, "seen_clashes", lambda found, facts: honest(
        [replace(word, creates=False) for word in found], facts))


def since_may_lie_ahead(patch: MonkeyPatch) -> None:
    honest = component.words_of

    def early(chain, version, place, home, corrections):
        found, clashes = honest(chain, version, place, home, corrections)
        asked: dict[tuple[str, str], Said] = {(said.fact, said.key): said for said in version.said}
        return [
            replace(word, since=said.since) if (said := asked.get((word.fact, word.key))) and said.since else word
            for word in found
        ], clashes

    patch.setattr(component, "words_of", early)


def a_file_is_judged_line_by_line(patch: MonkeyPatch) -> None:
    """What is decided about a file is decided about none of its lines."""
    honest = component.chains_of
    patch.setattr(component, "chains_of", lambda filings, decisions, waiting=frozenset(): honest(
        [replace(filing, batch="") for filing in filings], decisions, waiting))


def a_file_is_judged_at_last(patch: MonkeyPatch) -> None:
    """What was decided about a line later than about its file does not count."""
    honest = chains._review

    def whole(version, decisions, voided):
        about = [d for d in decisions if d.subject == version.batch and d.kind in ("approve", "return")]
        return honest(version, about or decisions, voided)

    patch.setattr(chains, "_review", whole)


PURE = [
    received_for_observed, arrival_for_id, an_echo_counts, an_edit_is_newer_truth, a_returned_statement_counts,
    the_version_before_a_returned_edit_counts, a_branch_means_nothing, a_cap_beats_the_branch,
    what_was_seen_means_nothing, a_void_spares_later_edits, a_correction_falls_with_any_edit,
    a_correction_beats_any_edit, the_last_word_beats_the_verified_one, a_blank_is_no_statement,
    opinions_beat_rulings, an_unmerge_forgets_the_pair, two_numbers_may_meet, what_it_carries_excuses_nothing,
    any_screening_is_a_conflict, since_may_lie_ahead, a_file_is_judged_line_by_line, a_file_is_judged_at_last,
]

"""From versions to statements that count: corrections, edits, echoes, blanks."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from server.acts.kinds import ActKind
from server.acts.values import Decision, latest
from server.households.chains import Chain
from server.households.kinds import Review
from server.households.values import MISSING, Clash, Filing, Place, Said, Word, day_of

Slot = tuple[str, str]


def same(left: Any, right: Any) -> bool:
    """Whether two values say the same: blanks are blanks, texts after trimming, lists as sets."""
    return bool(_plain(left) == _plain(right))


def _plain(value: Any) -> Any:
    if value is None or value is MISSING:
        return ""
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, (list, tuple)):
        return tuple(sorted(str(item) for item in value))
    if isinstance(value, bool):
        return value
    if isinstance(value, (int, float)):
        return format(Decimal(str(value)).normalize(), "f")
    return value


def corrections_of(decisions: Iterable[Decision]) -> dict[tuple[str, str, str], Decision]:
    """The correction that counts for each (instanceID, fact, key): the latest filed."""
    found: dict[tuple[str, str, str], list[Decision]] = defaultdict(list)
    for decision in decisions:
        if decision.kind == ActKind.CORRECT:
            slot = (decision.subject, decision.value["fact"], decision.value.get("key", ""))
            found[slot].append(decision)
    return {slot: winner for slot, acts in found.items() if (winner := latest(acts)) is not None}


def words_of(
    chain: Chain, version: Filing, place: Place, home: str, corrections: Mapping[tuple[str, str, str], Decision]
) -> tuple[list[Word], list[Clash]]:
    """The statements of ``version`` of a chain, standing in ``place`` under the id ``home``; and edit conflicts.

    A correction always states, also when it equals what was shown. An answer equal to what was shown beside it is
    an echo and states nothing. An edit's answer equal to the one it replaces is no new word: a correction of that
    one stands. Where both changed, the edit stands, and that is a conflict unless they came to the same.
    """
    said = {(s.fact, s.key): s for s in version.said}
    until = chain.versions.index(version)
    slots: dict[Slot, None] = dict.fromkeys(said)
    for earlier in chain.versions[: until + 1]:
        slots.update(dict.fromkeys((f, k) for i, f, k in corrections if i == earlier.instance))

    words: list[Word] = []
    clashes: list[Clash] = []
    for slot in slots:
        answer = said.get(slot)
        correction, overruled = _correction(chain, until, slot, corrections)
        if correction is not None:
            value = correction.value["value"]
            since = correction.since or (answer.since if answer else None)
            verified = bool(correction.value.get("verified", answer.verified if answer else False))
        else:
            if overruled is not None and not same(_answer(answer), overruled.value["value"]):
                clashes.append(_edit_clash(version, slot, answer, overruled))
            if answer is None or (answer.was is not MISSING and same(answer.was, answer.value)):
                continue
            value, since, verified = answer.value, answer.since, answer.verified
        day = day_of(place.instant)
        if since is None or (slot[0] != "relief" and since > day):
            since = day  # nothing takes effect ahead of its filing except relief, which is served as dates
        words.append(
            Word(
                fact=slot[0], key=slot[1], value=value, since=since, place=place, instance=version.instance,
                entity=home, creates=version.creates, review=chain.reviews[version.instance],
                was=answer.was if answer else MISSING, as_of=version.as_of, verified=verified,
                corrected=correction is not None,
                corrected_at=correction.at if correction is not None else None,
                received=version.received,
            )
        )
    return words, clashes


def _true_from(fact: str, since: date | None, day: date) -> date:
    """The day from which a statement filed on ``day`` is true: nothing takes effect ahead of its filing except relief,
    which is served as dates."""
    if since is None or (fact != "relief" and since > day):
        return day
    return since


def _correction(
    chain: Chain, until: int, slot: Slot, corrections: Mapping[tuple[str, str, str], Decision]
) -> tuple[Decision | None, Decision | None]:
    """(the correction in force, the one an edit has overruled) for one slot of the version at index ``until``."""
    in_force: Decision | None = None
    overruled: Decision | None = None
    before: Said | None = None
    for index, version in enumerate(chain.versions[: until + 1]):
        answer = next((s for s in version.said if (s.fact, s.key) == slot), None)
        if index and not same(_answer(answer), _answer(before)):
            if in_force is not None:
                overruled = in_force
            in_force = None
        own = corrections.get((version.instance, *slot))
        if own is not None:
            in_force, overruled = own, None
        before = answer
    return in_force, overruled


def _answer(said: Said | None) -> Any:
    return None if said is None else said.value


def _edit_clash(version: Filing, slot: Slot, answer: Said | None, overruled: Decision) -> Clash:
    value = _answer(answer)
    return Clash(
        kind="edit", fact=slot[0], key=slot[1], instance=version.instance, value=value,
        was=answer.was if answer else MISSING, against=overruled.value["value"], against_instance=overruled.id,
        stands=value,
    )


def desk_words(decisions: Iterable[Decision]) -> list[Word]:
    """What the desk states as newer truth (登记变更): a word in the place of the moment it was filed."""
    words = []
    for act in decisions:
        if act.kind == ActKind.STATE:
            day = day_of(act.at)
            words.append(
                Word(
                    fact=act.value["fact"],
                    key=act.value.get("key", ""),
                    value=act.value["value"],
                    since=_true_from(act.value["fact"], act.since, day),
                    place=Place(act.at, act.at, 0, act.id),
                    instance=act.id,
                    entity=act.subject,
                    creates=False,
                    review=Review.APPROVED,
                    verified=bool(act.value.get("verified", False)),
                    received=act.at,
                )
            )
    return words

"""Every block key an id was ever claimed under. Pure; the caller hashes them."""

from collections.abc import Iterable
from itertools import product

from server.acts.kinds import ActKind
from server.acts.values import Decision
from server.households.chains import Chain
from server.households.matching.exact_features import features_from
from server.households.matching.exact_score import block_keys

EVIDENCE = ("rep_name", "id_no", "birth", "phone")


def claimed_keys(chain: Chain, decisions: Iterable[Decision]) -> set[tuple[str, str]]:
    """(kind, value) of every key that some version of this screening, or a correction of it, gives.

    All combinations of the values ever said or corrected, and of silence: whatever an edit, a return or an undone
    correction leaves standing, now or as known at an earlier moment, meets its equals under one of these. More rows
    only ever add keys, so no order of work can miss one.
    """
    if not any(version.creates for version in chain.versions):
        return set()
    said: dict[str, dict[str, None]] = {fact: {"": None} for fact in EVIDENCE}
    for version in chain.versions:
        for answer in version.said:
            if answer.fact in said and not answer.key and answer.value:
                said[answer.fact][str(answer.value)] = None
    instances = {version.instance for version in chain.versions}
    for act in decisions:
        if act.kind == ActKind.CORRECT and act.subject in instances and act.value["fact"] in said:
            said[act.value["fact"]][str(act.value["value"] or "")] = None
    keys: set[tuple[str, str]] = set()
    for values in product(*(said[fact] for fact in EVIDENCE)):
        claimed = dict(zip(EVIDENCE, values, strict=True))
        keys |= set(block_keys(features_from(chain.head.instance, chain.head.entity, claimed)))
    return keys

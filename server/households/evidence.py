"""Evidence as rows: what registrations tell the matcher, whom they meet, and what the model thinks of each pair.

All derived. ``meet`` is asked whenever a component is derived; it does work only where evidence changed.
"""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from django.db import connection
from django.db.models import Q

from server.households.component import Component
from server.households.matching.claims import claimed_keys, may_join, views_of
from server.households.matching.cluster import pair_of, rulings, share_home
from server.households.matching.decide import Decided, Outcome, decide
from server.households.matching.features import FEATURES_VERSION, LISTS, Features
from server.households.matching.keys import Key
from server.households.matching.model import Model
from server.households.matching.score import waterfall
from server.households.models import Evidence, Link, MatchKey, Opinion
from server.households.values import Filing
from sync.upsert import upsert
from sync.vault.envelope import open_row, seal_row
from sync.vault.lookup import keyed

_LIST_COLUMNS = frozenset(Features._fields.index(name) for name in LISTS)
#: In what SQL compares rows of a known few; more go in parts.
_PART = 900
#: Stands for no home among the homes of a stored row.
NO_HOME = "-"


@dataclass(frozen=True)
class Told:
    """Evidence of one id: ``views`` it may ever stand with, and what counts ``now`` (by registration). ``home``: its
    village; ``homes``: every one it ever had.

    Stored whole: which telephones tell nothing is the model's business, and another model may think otherwise.
    """

    entity: str
    views: tuple[Features, ...]
    now: tuple[Features, ...]
    home: str
    homes: frozenset[str]

    @cached_property
    def is_plain(self) -> bool:
        """Whether it is an ordinary registration: said once, and standing as it was said."""
        return len(self.views) == 1 and self.now == self.views

    @cached_property
    def packed(self) -> list[list[Features]]:
        """As stored; of an ordinary registration, which stands as it came, nothing is there twice."""
        return [list(self.views)] if self.now == self.views else [list(self.views), list(self.now)]

    def digest(self, model: Model) -> str:
        """Changes with the evidence, the normaliser and the model."""
        text = json.dumps([FEATURES_VERSION, model.hash, self.packed, self.listed_homes], ensure_ascii=False)
        return keyed("evidence", text)

    @property
    def listed_homes(self) -> str:
        """As stored: the home first, also where there is none; then the others."""
        return " ".join([self.home or NO_HOME, *sorted(self.homes - {self.home})])

    def mark(self, model: Model) -> str:
        """As ``Kept.told`` has it of what is stored: by which model, of which evidence."""
        return f"{model.hash} {self.digest(model)}"

    def without_hot(self, model: Model) -> "Told":
        """As the model compares it."""
        if not model.hot:
            return self
        views = tuple(map(model.without_hot, self.views))
        return replace(self, views=views, now=views if self.is_plain else tuple(map(model.without_hot, self.now)))

    def keys(self, model: Model) -> set[Key]:
        return claimed_keys(map(model.without_hot, (*self.views, *self.now)), model)


def told_of(component: Component, ids: Iterable[str]) -> dict[str, Told]:
    """The evidence of these ids, of those that were ever registered.

    What they may ever stand with, and every home they may ever have had, is asked of all that was said, with standing
    or without: a word that is read later may have been received earlier, and then another one has standing.
    """
    views: dict[str, dict[Features, None]] = {}
    for chain in component.submissions:
        creating = {version.entity for version in chain.versions if version.creates}
        if creating:
            for view in views_of(chain, component.decisions):
                for entity in creating:
                    views.setdefault(entity, {})[view] = None
    now: dict[str, list[Features]] = {}
    for item in component.evidence:
        now.setdefault(item.entity, []).append(item)
    wanted = set(ids) & set(views)
    words: dict[str, list[Filing]] = {}
    for filing in component.filings:
        words.setdefault(filing.entity, []).append(filing)
    return {
        entity: Told(
            entity,
            tuple(sorted(views[entity])),
            tuple(sorted(now.get(entity, ()))),
            component.homes.home(entity),
            component.homes.ever(entity, words.get(entity, ())),
        )
        for entity in wanted
    }


def hashed(keys: Iterable[Key]) -> set[str]:
    """Block keys as they are stored."""
    return {keyed(f"block-{kind}", value) for kind, value in keys}


def meet(changed: Mapping[str, Told], known: Mapping[str, str], model: Model) -> set[str]:
    """Store changed evidence with its keys, links and opinions; the ids it is linked to.

    Only ids that share a home, or once did, meet here; across homes the worker compares (``meet_across``), so that
    nothing of this work tells whether a family is known elsewhere. ``known``: those that had evidence before, with its
    mark. Call with the locks on all their keys held.
    """
    before = set(known)
    keys = {entity: told.keys(model) for entity, told in changed.items()}
    stored = {entity: hashed(own) for entity, own in keys.items()}
    known_keys = MatchKey.objects.filter(entity__in=before & set(changed)).values_list("entity", "key")
    had = set(known_keys) if before & set(changed) else set()
    missing = sorted({(entity, key) for entity, own in stored.items() for key in own} - had)
    upsert([MatchKey(entity=entity, key=key) for entity, key in missing])
    near = frozenset[str]().union(*(told.homes for told in changed.values()))
    around = {**_around(set().union(*stored.values()), set(changed), near), **changed}
    others = {name: told.without_hot(model) for name, told in around.items()}
    upsert(
        [Evidence(entity=e, digest=told.digest(model), model=model.hash, homes=told.listed_homes, is_fresh=True,
                  sealed=seal_row(told.packed)) for e, told in changed.items()],
        key=["entity"],
        update=["digest", "model", "homes", "is_fresh", "sealed"],
    )
    links: set[tuple[str, str]] = set()
    opinions: dict[tuple[str, str], Opinion] = {}
    for entity in changed:
        told = others[entity]
        for name, other in others.items():
            if name == entity or told.homes.isdisjoint(other.homes):
                continue
            pair, together = pair_of(entity, name), share_home(told.home, other.home)
            if together and pair not in opinions:
                opinion = _opinion_on(others[pair[0]].now, others[pair[1]].now, model)
                if opinion is not None:
                    opinions[pair] = opinion
            if together and told.is_plain and other.is_plain:  # all they may ever stand with is what stands
                joins = pair in opinions and opinions[pair].outcome == Outcome.MERGE
            else:  # most neighbours are strangers: the keys they share are asked for last
                joins = may_join(told.views, other.views, model) and not keys[entity].isdisjoint(other.keys(model))
            if joins:
                links |= {(entity, name), (name, entity)}
    if renewed := {entity for entity in before & set(changed) if not known[entity].startswith(model.hash)}:
        _forget(renewed, had - {(entity, key) for entity, own in stored.items() for key in own}, links)
    upsert([Link(entity=entity, other=other) for entity, other in sorted(links)])
    _file(opinions, before & set(changed), across=False)
    return {other for _, other in links}


def fresh_evidence(most: int) -> list[str]:
    """Ids whose evidence has changed since it was last compared across homes, as many as asked for."""
    return list(Evidence.objects.filter(is_fresh=True).order_by("entity").values_list("entity", flat=True)[:most])


def meet_across(entities: Collection[str], model: Model) -> set[str]:
    """Compare these ids with those of other homes, whatever they score: opinions that join nothing and are cases. The
    ids of all pairs found. Call inside a transaction.

    What changes meanwhile is fresh again afterwards, and is compared again.
    """
    rows = {row.entity: row for row in Evidence.objects.select_for_update().filter(pk__in=entities).order_by("pk")}
    opinions: dict[tuple[str, str], Opinion] = {}
    for entity, row in rows.items():
        told = opened(entity, bytes(row.sealed), row.homes).without_hot(model)
        for name, other in _around(hashed(told.keys(model)), {entity}).items():
            met, pair = other.without_hot(model), pair_of(entity, name)
            if pair in opinions or share_home(told.home, met.home):
                continue
            sides = (told, met) if pair[0] == entity else (met, told)
            if opinion := _opinion_on(sides[0].now, sides[1].now, model):
                opinion.across = True
                opinions[pair] = opinion
    _file(opinions, set(rows), across=True)
    Evidence.objects.filter(pk__in=rows).update(is_fresh=False)
    return {name for pair in opinions for name in pair}


def joinable(views: Sequence[Features], home: str, model: Model) -> set[str]:
    """The ids whose evidence may be joined to these views of a registration of that home which is not kept yet."""
    views = [model.without_hot(view) for view in views]
    keys = claimed_keys(views, model)
    return {
        entity for entity, told in _around(hashed(keys), set(), frozenset({home})).items()
        if not keys.isdisjoint(told.keys(model)) and may_join(views, told.without_hot(model).views, model)
    }


def opinion_on(one: Sequence[Features], other: Sequence[Features], model: Model) -> Opinion | None:
    """The strongest opinion on two ids' evidence, None where it is to leave them alone."""
    return _opinion_on([model.without_hot(a) for a in one], [model.without_hot(b) for b in other], model)


def _opinion_on(one: Sequence[Features], other: Sequence[Features], model: Model) -> Opinion | None:
    best: tuple[Decided, Features, Features] | None = None
    for a in one:
        for b in other:
            decided = decide(a, b, model)
            if decided.outcome != Outcome.NEW and (best is None or _rank(decided) > _rank(best[0])):
                if claimed_keys([a], model).isdisjoint(claimed_keys([b], model)):
                    continue
                best = (decided, a, b)
    if best is None:
        return None
    decided, a, b = best
    return Opinion(
        a=a.entity, b=b.entity, a_of=a.instance, b_of=b.instance, evidence=keyed("opinion", f"{a.digest} {b.digest}"),
        model=model.id, bits=decided.bits, outcome=str(decided.outcome), why=decided.why,
        steps=[list(step) for step in waterfall(a, b, model)],
    )


def _forget(renewed: set[str], keys: Iterable[tuple[str, str]], links: set[tuple[str, str]]) -> None:
    """Give up keys and links under which another model had these ids meet: a rebuild would not know of them."""
    gone: dict[str, list[str]] = {}
    for entity, key in keys:
        if entity in renewed:
            gone.setdefault(entity, []).append(key)
    for entity, some in sorted(gone.items()):
        MatchKey.objects.filter(entity=entity, key__in=some).delete()
    for entity, other in Link.objects.filter(entity__in=renewed).values_list("entity", "other"):
        if (entity, other) not in links:
            Link.objects.filter(Q(entity=entity, other=other) | Q(entity=other, other=entity)).delete()


def settle(ids: Iterable[str], component: Component) -> None:
    """Mark the opinions inside a component on whose two sides people have ruled that they are not one household."""
    _, apart = rulings(component.decisions)
    if not apart and not any(d.other for d in component.decisions):
        return
    names = sorted(ids)
    home = {name: n for n, members in enumerate(component.clusters.members.values()) for name in members}
    divided = {frozenset((home[a], home[b])) for a, b in apart if a in home and b in home}
    for opinion in Opinion.objects.filter(stands=True, a__in=names, b__in=names).only("a", "b", "apart"):
        ruled = frozenset((home[opinion.a], home[opinion.b])) in divided
        if ruled != opinion.apart:
            Opinion.objects.filter(pk=opinion.pk).update(apart=ruled)


def _rank(decided: Decided) -> tuple[bool, float]:
    return decided.outcome == Outcome.MERGE, decided.bits


def _around(keys: set[str], besides: set[str], homes: frozenset[str] | None = None) -> dict[str, Told]:
    """Who else was ever claimed under these keys, with the evidence; ``homes``: only who ever had one of these."""
    evidence, table = Evidence._meta.db_table, MatchKey._meta.db_table
    found: dict[str, Told] = {}
    some = sorted(keys)
    with connection.cursor() as cursor:
        for start in range(0, len(some), _PART):
            part = some[start : start + _PART]
            cursor.execute(
                f"SELECT entity, homes, sealed FROM {evidence} WHERE entity IN"
                f" (SELECT entity FROM {table} WHERE key IN ({', '.join(['%s'] * len(part))}))",
                part,
            )
            for entity, listed, sealed in cursor.fetchall():
                if entity in besides or entity in found:
                    continue
                # Strangers are told by their village, before the seal of what they said is broken.
                if homes is None or not homes.isdisjoint(listed.split(" ")):
                    found[entity] = opened(entity, bytes(sealed), listed)
    return found


def opened(entity: str, sealed: bytes, listed: str = "") -> Told:
    """A stored row's evidence; ``listed``: its homes as stored."""
    views, *now = (tuple(map(_features, some)) for some in open_row(sealed))
    homes = [home for home in listed.split(" ") if home]
    home = homes[0] if homes and homes[0] != NO_HOME else ""
    return Told(entity, views, now[0] if now else views, home, frozenset(homes) - {NO_HOME})


def _features(values: Sequence[object]) -> Features:
    return Features(*(tuple(v) if n in _LIST_COLUMNS else v for n, v in enumerate(values)))  # type: ignore[arg-type]


def _file(opinions: Mapping[tuple[str, str], Opinion], known: set[str], *, across: bool) -> None:
    """Make the standing opinions about what changed, within homes or across them, equal to these; what stood before
    stays as record."""
    if known:
        stale = Opinion.objects.filter(Q(a__in=known) | Q(b__in=known), stands=True, across=across)
        stale = stale.only("a", "b", "evidence", "model")
        kept = {(o.a, o.b, o.evidence, o.model) for o in opinions.values()}
        fallen = [o.pk for o in stale if (o.a, o.b, o.evidence, o.model) not in kept]
        if fallen:
            Opinion.objects.filter(pk__in=fallen).update(stands=False, apart=False)
    upsert(
        list(opinions.values()), key=["a", "b", "evidence", "model"],
        update=["a_of", "b_of", "bits", "outcome", "why", "steps", "stands", "across"],
    )

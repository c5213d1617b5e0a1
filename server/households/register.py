"""Writing what was derived: ``register`` makes the registry's rows equal to the states of a component."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db import connection

from server.households.chains import flags_of_chain
from server.households.code import household_code
from server.households.component import Component
from server.households.kinds import Grade, Standing
from server.households.lookups import terms_of
from server.households.models import Case, Household, Ident, Lookup, Noted
from server.households.pack import pack_folded
from server.households.values import State, day_of
from sync.upsert import upsert
from sync.vault.envelope import seal_row
from sync.vault.lookup import keyed

#: The grade shown until a 街镇 sets one.
UNSET_GRADE = Grade.B
#: Flag of a version without standing: said from elsewhere, waiting for the reviewers of the home.
ELSEWHERE = "他处填报"
HOUSEHOLD_COLUMNS = [field.name for field in Household._meta.concrete_fields if not field.primary_key]


def register(
    component: Component, states: Sequence[State], tables: Mapping[str, int | None], rows: Mapping[str, int]
) -> set[str]:
    """Write the households of one component and return the ids that stopped being served.

    ``tables``: the table each served id stands in; ``rows``: primary key of the filing of each instance. Call inside
    the transaction that holds the component's lock. Twice is once.
    """
    ids = {name for state in states for name in state.folded.ids}
    served = {state.folded.id for state in states}
    had = _had(sorted(ids), sorted(served))
    upsert([household_row(s, tables.get(s.folded.id)) for s in states], key=["id"], update=HOUSEHOLD_COLUMNS)
    home = {name: state.folded.id for state in states for name in state.folded.ids}
    moved = [Ident(id=name, household_id=to) for name, to in home.items() if had.idents.get(name) != to]
    upsert(moved, key=["id"], update=["household"])
    _replace_lookups(_lookups(states), had.lookups)
    _cases(component, states)
    _notes(component, states, rows)
    gone = set(had.idents.values()) - served
    if gone:
        Household.objects.filter(id__in=gone).delete()
    return gone


@dataclass(frozen=True)
class _Had:
    """The small rows there are: ids by household, and (household, key) → primary key."""

    idents: dict[str, str]
    lookups: dict[tuple[str, str], int]


def _had(ids: Sequence[str], served: Sequence[str]) -> _Had:
    """What is written of these ids and households, in one statement."""
    some, those = ", ".join(["%s"] * len(ids)), ", ".join(["%s"] * len(served))
    had = _Had({}, {})
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT 0, 0, id, household_id FROM {Ident._meta.db_table} WHERE id IN ({some}) UNION ALL "
            f"SELECT 1, id, household_id, key FROM {Lookup._meta.db_table} WHERE household_id IN ({those})",
            [*ids, *served],
        )
        for kind, pk, name, value in cursor.fetchall():
            if kind == 0:
                had.idents[name] = value
            else:
                had.lookups[name, value] = pk
    return had


def household_row(state: State, table: int | None) -> Household:
    """A household's row as its state says, not stored."""
    folded = state.folded
    days = [held.since for held in folded.facts.values()] + [visit.on for visit in state.visits]
    days += [day for spell in folded.spells for day in (spell.start, spell.end) if day]
    days += [folded.status_since] if folded.status_since else []
    # No statement stands above as_of, none is true from later than its place: villages and members are covered by it.
    days += [day_of(folded.as_of.instant)] if folded.as_of.id else []
    return Household(
        id=folded.id,
        code=household_code(folded.id),
        standing=folded.standing,
        status=folded.status,
        village=folded.village,
        grade=folded.grade or UNSET_GRADE,
        grade_is_set=folded.grade is not None,
        in_relief=any(spell.end is None for spell in folded.spells),
        table=table,
        opened_on=folded.opened,
        last_said_at=folded.as_of.instant if folded.as_of.id else None,
        latest_since=max(days, default=None),
        clashes=len(state.clashes),
        proposals=len(state.pending),
        returned=len(state.returned),
        unreviewed=len(state.unreviewed),
        sealed=seal_row(pack_folded(folded, state.clashes, state.pending)),
    )


def lookup_keys(state: State) -> set[str]:
    """Keyed hashes of everything the household can be found by, its number among them."""
    keys = {keyed(f"find-{kind}", value) for kind, value in terms_of(state.folded)}
    return keys | {keyed("find-code", household_code(state.folded.id))}


def _lookups(states: Sequence[State]) -> set[tuple[str, str]]:
    return {
        (s.folded.id, key) for s in states if s.folded.standing != Standing.VOID for key in lookup_keys(s)
    }


def _replace_lookups(wanted: set[tuple[str, str]], have: Mapping[tuple[str, str], int]) -> None:
    """Make the look-up rows of some households equal to ``wanted``, touching only what differs."""
    stale = [pk for entry, pk in have.items() if entry not in wanted]
    if stale:
        Lookup.objects.filter(pk__in=stale).delete()
    missing = sorted(wanted - set(have))
    upsert([Lookup(household_id=household, key=key) for household, key in missing])


def _cases(component: Component, states: Sequence[State]) -> None:
    if len(component.clusters.members) < 2 and not component.clusters.blocked:
        if len(states) == 1 and len(states[0].folded.ids) > 1:
            Case.objects.filter(a=states[0].folded.id).delete()
        return
    home = {name: state.folded.id for state in states for name in state.folded.ids}
    served = list({state.folded.id for state in states})
    Case.objects.filter(a__in=served).delete()
    Case.objects.filter(b__in=served).delete()
    wanted: dict[tuple[str, str, str], float] = {}
    for block in component.clusters.blocked:
        a, b = sorted((home[block.a], home[block.b]))
        if a != b and not (block.why == "cannot_link" and not block.act):
            wanted[a, b, block.why] = max(block.score, wanted.get((a, b, block.why), block.score))
    Case.objects.bulk_create(
        [Case(a_id=a, b_id=b, why=why, score=s) for (a, b, why), s in sorted(wanted.items())]
    )


def flags_of(component: Component, states: Iterable[State]) -> dict[str, list[str]]:
    """What a reviewer should look at first, by instance."""
    flags: dict[str, list[str]] = {}
    for state in states:
        for clash in state.clashes:
            flags.setdefault(clash.instance, []).append("冲突")
        for pending in state.pending:
            flags.setdefault(pending.instance, []).append("有建议")
    village_of = {name: state.folded.village for state in states for name in state.folded.ids}
    versions = {version.instance: version for spoken in component.spoken for version in spoken.chain.versions}
    versions |= {one.filing.instance: one.filing for one in component.waiting}
    for spoken in component.spoken:
        head = spoken.chain.head
        village = village_of.get(spoken.home, "")
        if found := flags_of_chain(spoken.chain, versions, village, component.decisions):
            flags.setdefault(head.instance, []).extend(found)
        for said in head.said:
            if said.fact == "id_no" and said.value and not said.verified:
                flags.setdefault(head.instance, []).append("证件号码不合校验")
    return flags


def _notes(component: Component, states: Sequence[State], rows: Mapping[str, int]) -> None:
    home = {name: state.folded for state in states for name in state.folded.ids}
    flags = flags_of(component, states)
    notes = []
    for spoken in component.spoken:
        folded = home.get(spoken.home)
        for version in spoken.chain.versions:
            notes.append(
                Noted(
                    filing_id=rows[version.instance],
                    household_id=folded.id if folded else None,
                    review=str(spoken.chain.reviews[version.instance]),
                    is_head=version is spoken.chain.head,
                    village=folded.village if folded else version.village,
                    flags=sorted(set(flags.get(version.instance, []))),
                    by_id=version.sender,
                    waits=False,
                )
            )
    for waiting in component.waiting:
        # Whose household it claims to speak of is told to the reviewers of that one, by its id: no row says so.
        notes.append(
            Noted(
                filing_id=rows[waiting.filing.instance],
                household_id=None,
                review=str(waiting.review),
                is_head=True,
                village=waiting.place,
                flags=[ELSEWHERE],
                by_id=waiting.filing.sender,
                waits=True,
            )
        )
    upsert(
        notes,
        key=["filing"],
        update=["household", "review", "is_head", "village", "flags", "by", "waits"],
    )

"""What the programme derived, in the naive implementation's words, so that the two can be held side by side."""

from datetime import date

from server.households.component import Component, read_component
from server.households.derive import folded_of, states_of
from server.households.values import Folded, Place, State
from tests.law.naive import Told
from tests.law.naive_clusters import households
from tests.law.naive_house import registry

ONLY_NOW = ("visits", "clashes", "pending", "returned", "unreviewed")


def place(found: Place) -> tuple:
    return (found.instant, found.written, found.step, found.id)


def of_folded(folded: Folded) -> dict:
    return {
        "ids": folded.ids, "standing": str(folded.standing), "shown_name": folded.shown_name,
        "facts": {
            f: (h.value, h.since, place(h.place), h.instance, str(h.review), h.verified, h.corrected)
            for f, h in folded.facts.items()
        },
        "members": [
            {"name": m.name, "id_no": m.id_no, "relation": m.relation, "birth": m.birth, "tags": list(m.tags),
             "instance": m.instance} for m in folded.members
        ],
        "spells": [(s.programme, s.start, s.end, s.precision) for s in folded.spells],
        "village": folded.village,
        "status": (str(folded.status), folded.status_since),
        "grades": list(folded.grades), "as_of": place(folded.as_of), "opened": folded.opened,
    }


def of_state(state: State) -> dict:
    return of_folded(state.folded) | {
        "visits": [(v.instance, v.on, v.contact.outcome) for v in state.visits],
        "clashes": sorted(
            ((c.kind, c.fact, c.key, c.instance, c.value, c.was, c.against, c.against_instance, c.stands)
             for c in state.clashes), key=repr),
        "pending": sorted((p.instance, str(p.proposed.kind), p.proposed.programme) for p in state.pending),
        "returned": sorted(state.returned), "unreviewed": sorted(state.unreviewed),
    }


def difference(mine: dict, theirs: dict) -> str:
    """Where two registries differ, one line each; empty when they agree."""
    lines = [f"only one has {name}" for name in sorted(mine.keys() ^ theirs.keys())]
    for name in sorted(mine.keys() & theirs.keys()):
        for field in mine[name]:
            if mine[name][field] != theirs[name].get(field):
                lines.append(f"{name}.{field}:\n  programme {theirs[name].get(field)}\n  naive     {mine[name][field]}")
    return "\n".join(lines)


def derived(component: Component) -> dict[str, dict]:
    return {state.folded.id: of_state(state) for state in states_of(component)}


def disagreement(filings, decisions, days: tuple[date, ...] = ()) -> str:
    """Everything in which the programme's derivation of these rows differs from the naive one."""
    told = Told(filings, decisions)
    component = read_component((), filings, decisions)
    found = [difference(registry(told), derived(component))]
    _, blocked = households(told)
    theirs = {(b.a, b.b, b.why) for b in component.clusters.blocked}
    if blocked != theirs:
        found.append(f"blocked: programme {theirs}, naive {blocked}")
    for day in days:
        for closing in (False, True):
            naive = {
                name: {k: v for k, v in house.items() if k not in ONLY_NOW}
                for name, house in registry(told, (), day, closing).items()
            }
            folded = {
                name: of_folded(folded_of(component, name, day, closing)) for name in component.clusters.members
            }
            if lines := difference(naive, folded):
                found.append(f"on {day}{' at closing' if closing else ''}:\n{lines}")
    return "\n".join(line for line in found if line)

"""派单核实: a committee is asked to find out at the door whether two households are one. Pure."""

from collections.abc import Iterable
from datetime import date

from server.acts.kinds import ON_PAIR, ActKind
from server.acts.values import Asked, Decision
from server.households.values import day_of


def asked_of(decisions: Iterable[Decision], ids: Iterable[str]) -> tuple[Asked, ...]:
    """What the households of ``ids`` are asked about and nobody has called off or settled since, oldest first."""
    known, wanted = list(decisions), set(ids)
    off = {d.value.get("act") for d in known if d.kind == ActKind.UNASK}
    found = []
    for ask in known:
        if ask.kind != ActKind.ASK or ask.id in off or not wanted & set(ask.value.get("of") or ()):
            continue
        pair = {ask.subject, ask.other}
        ended = {d.other for d in known if d.kind in (ActKind.UNMERGE, ActKind.LIFT_LINK)}
        if not any(d.kind in ON_PAIR and {d.subject, d.other} == pair and d.id not in ended for d in known):
            found.append(Asked(day_of(ask.at), date.fromisoformat(ask.value["to"]), ask.at, ask.id))
    return tuple(sorted(found, key=lambda a: (a.on, a.to, a.act)))

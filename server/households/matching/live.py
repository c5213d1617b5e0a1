"""The model decisions are made with: the one somebody put live, else the one this installation began with."""

from collections.abc import Iterable
from functools import cache

from server.acts.kinds import HOUSE, ActKind
from server.acts.models import Act
from server.acts.values import Decision, latest
from server.households.matching.bundled import newest
from server.households.matching.known import known_model
from server.households.matching.model import Model, OtherVersion
from server.households.models import MatchingModel
from sync.prepared import PARAM, Prepared

_put_live = Prepared(
    lambda: Act.objects.filter(subject=PARAM, kind=ActKind.MODEL).order_by("-at", "-pk").values_list("other")[:1]
)


def live_model(decisions: Iterable[Decision] | None = None) -> Model:
    """The live model; one query, or none where the acts about the whole house are at hand (``decisions``).

    Web server and worker agree at once: the last act counts, and whoever derives has waited for it (``field.go_live``).
    A model made for another version of this program cannot be used: then the newest bundled one is.

    :raises BadModel: its content is damaged or gone. What arrives meanwhile is kept, and waits.
    """
    chosen = chosen_hash(decisions)
    return (_usable(chosen) if chosen else None) or newest()


def chosen_hash(decisions: Iterable[Decision] | None = None) -> str:
    """The hash of the model that somebody put live, or that was there first; "" where not even that is noted."""
    if decisions is None:
        rows = _put_live(HOUSE)
        return str(rows[0][0]) if rows else first_hash()
    act = latest([one for one in decisions if one.kind == ActKind.MODEL])
    return act.other if act else first_hash()


def is_replaced() -> bool:
    """Whether the model that was chosen is of no use to this version of the program."""
    chosen = chosen_hash()
    return bool(chosen) and _usable(chosen) is None


@cache
def first_hash() -> str:
    """The hash of the model this installation began with; it never changes."""
    return MatchingModel.objects.filter(is_first=True).values_list("pk", flat=True).first() or ""


@cache
def _usable(content_hash: str) -> Model | None:
    try:
        return known_model(content_hash)
    except OtherVersion:
        return None

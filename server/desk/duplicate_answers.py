"""The answers to 「是不是同一户」: their keys and words, the reason given with one, and what can be taken back."""

import uuid
from datetime import timedelta

from django.http import HttpRequest

from server.acts.kinds import ActKind
from server.acts.models import Act
from server.acts.read import to_decision
from server.desk.seat import Seat
from server.field.settle_pair import Answer
from server.households.twice import FINAL, SECOND

#: An answer can be taken back where it was given for so long; the banner shows ten seconds, pages may load slowly.
UNDO = timedelta(seconds=60)
ANSWERS = (
    ("1", Answer.SAME, "同一户，同一人", ()),
    ("2", Answer.NEW_HEAD, "同一户，换了登记人", ("登记人去世", "改由配偶登记", "改由子女登记", "其他原因")),
    ("3", Answer.APART, "不同户", ("亲属分户", "同住租户", "同名不同人", "其他原因")),
    ("4", Answer.UNSURE, "看不出，派单核实", ()),
)


def reason_in(request: HttpRequest, answer: Answer) -> str:
    """The reason as it is filed: the answer in words, what was picked from its list, a note."""
    label, choices = next((text, choices) for _, one, text, choices in ANSWERS if one == answer)
    detail, note = request.POST.get(f"why_{answer}", ""), request.POST.get("note", "").strip()[:400]
    return "；".join(part for part in (label, detail if detail in choices else "", note) if part)


def undoable(seat: Seat, text: str) -> Act | None:
    """The person's own answer of a moment ago, where it still stands."""
    wanted = uuid_in(text)
    act = Act.objects.filter(pk=wanted, by=seat.user, at__gte=seat.now - UNDO).first() if wanted else None
    if act is None or act.kind in (ActKind.MERGE, ActKind.CANNOT_LINK, ActKind.ASK):
        return act
    return act if act.kind == ActKind.AUDIT and to_decision(act).value.get("of") in (SECOND, FINAL) else None


def uuid_in(text: str) -> uuid.UUID | None:
    """A token as a form sends it; None where it is none."""
    try:
        return uuid.UUID(text)
    except ValueError:
        return None

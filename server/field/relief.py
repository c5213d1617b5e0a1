"""Questions about relief and about leaving care. Pure.

A first registration states which programmes the family is or was in. A visit only proposes: an admission, an exit, a
move, a death, an end of care take effect when a supervisor accepts them.
"""

from collections.abc import Iterator
from datetime import date

from forms.read import Part
from server.households.kinds import ProposalKind
from server.households.values import Proposed, Said, relief_key

#: Answers to 是否已在救助 that are a state of their own; "in" and "ended" speak of programmes.
PLAIN_STATES = ("no", "applying", "refused")


def relief_words(answers: Part, *, only_state: bool = False) -> list[Said]:
    """The application state, and (in a registration) relief programme by programme: in since, out since."""
    state = answers.get("in_relief")
    if not state:
        return []
    if only_state:
        return [Said("applied", state)] if state in PLAIN_STATES else []
    words = [Said("applied", state)]
    if state in ("in", "ended"):
        admitted, ended = _day(answers.get("admit_on")), _day(answers.get("end_on"))
        # The form asks 准入救助时间 by month: its day is none that anybody said.
        entered = {"in": True, "precision": "month"} if admitted else {"in": True}
        for programme in sorted(set(answers.get("programme").split())):
            if admitted or state == "in":
                words.append(Said("relief", entered, since=admitted, key=relief_key(programme, True)))
            if state == "ended":
                words.append(Said("relief", {"in": False}, since=ended, key=relief_key(programme, False)))
    return words


def proposals_of(answers: Part, on: date) -> Iterator[Proposed]:
    """What a visit saw that only an act may put in force."""
    result = answers.get("result")
    if result == "moved":
        detail = " ".join(filter(None, (answers.get(q) for q in ("moved_to", "moved_town", "moved_text"))))
        yield Proposed(ProposalKind.MOVED, _day(answers.get("moved_on")) or on, detail=detail)
    elif result == "dead":
        detail = " ".join(filter(None, (answers.get(q) for q in ("others_left", "heard_from"))))
        yield Proposed(ProposalKind.DEAD, _day(answers.get("died_on")) or on, detail=detail)
    elif result == "not_found":
        yield Proposed(ProposalKind.NOT_FOUND, on, detail=answers.get("heard_from"))
    state = answers.get("in_relief")
    programmes = sorted(set(answers.get("programme").split()))
    if state == "in":
        kind = ProposalKind.READMIT if answers.get("seen_exit").strip("=") else ProposalKind.ADMIT
        for programme in programmes:
            yield Proposed(kind, _day(answers.get("admit_on")) or on, programme)
    elif state == "ended":
        for programme in programmes:
            yield Proposed(ProposalKind.EXIT, _day(answers.get("end_on")) or on, programme)
    if answers.get("suggest_close") == "yes":
        yield Proposed(ProposalKind.CLOSE, on)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None

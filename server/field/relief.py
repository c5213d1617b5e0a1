"""Questions about relief and about leaving care. Pure.

A first registration states which programmes the family is or was in. A visit only proposes: an admission, an exit, a
move, a death, an end of care take effect when a supervisor accepts them.
"""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta

from forms.read import Part
from server.field.words import HEARD_FROM_WORDS, MOVED_TO_WORDS, OTHERS_LEFT_WORDS, TOWN_WORDS
from server.households.kinds import ProposalKind
from server.households.values import Proposed, Said, relief_key

#: Answers to 是否已在救助 that are a state of their own; "in" and "ended" speak of programmes.
PLAIN_STATES = ("no", "applying", "refused")
#: 叠加政策: asked beside the programme.
OVERLAY = ("overlay", "overlay_text")
#: The table of a household in relief, as its row on the phone says.
IN_RELIEF = "3"
#: What is asked when nobody was met for good, with the words for its codes.
HEARD: Mapping[str, Mapping[str, str]] = {
    "moved_to": MOVED_TO_WORDS,
    "moved_town": TOWN_WORDS,
    "moved_text": {},
    "others_left": OTHERS_LEFT_WORDS,
    "heard_from": HEARD_FROM_WORDS,
}


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
        yield Proposed(ProposalKind.MOVED, _day(answers.get("moved_on")) or on, detail=_heard(answers))
    elif result == "dead":
        yield Proposed(ProposalKind.DEAD, _day(answers.get("died_on")) or on, detail=_heard(answers))
    elif result == "not_found":
        yield Proposed(ProposalKind.NOT_FOUND, on, detail=_heard(answers))
    state = answers.get("in_relief")
    programmes = sorted(set(answers.get("programme").split()))
    admitted, left_before = _day(answers.get("admit_on")), _day(answers.get("seen_exit"))
    entry = ProposalKind.READMIT if left_before else ProposalKind.ADMIT
    # 准入救助时间 is asked by month (see above); without an answer it is the day of the visit.
    by_month = "month" if admitted else "day"
    if state == "in":
        for programme in programmes:
            yield Proposed(entry, admitted or on, programme, precision=by_month)
    elif state == "ended":
        # Of an admission the registry did not show either: without it 准入救助时间 would stay blank for ever.
        is_known = answers.get("seen_table") == IN_RELIEF or bool(left_before and admitted and admitted <= left_before)
        for programme in programmes:
            if admitted and not is_known:
                yield Proposed(entry, admitted, programme, precision=by_month)
            yield Proposed(ProposalKind.EXIT, _day(answers.get("end_on")) or on, programme)
    if answers.get("suggest_close") == "yes":
        yield Proposed(ProposalKind.CLOSE, on)


def overlay_since(answers: Part) -> date | None:
    """Since when the told 叠加政策 held, as far as the form tells: of a relief that has ended it asks for those before
    the end (表四), so at the latest since its eve."""
    ended = _day(answers.get("end_on")) if answers.get("in_relief") == "ended" else None
    return ended - timedelta(days=1) if ended is not None and ended > date.min else None


def _heard(answers: Part) -> str:
    """Where people went, who is left, and who said so; in words, for whoever decides."""
    parts = [words.get(answers.get(name), answers.get(name)) for name, words in HEARD.items()]
    return "，".join(part for part in parts if part)


def _day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    # A phone may send any day; what nobody living can mean would only break the calendar.
    return day if 1900 < day.year < 2200 else None

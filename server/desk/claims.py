"""他处填报: what somebody says of a household he does not answer for, beside what stands. For its home's reviewers."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from server.accounts.matrix import Thing, Verb
from server.areas.names import place_names
from server.desk.changes import text_of
from server.desk.differences import Marked, marked, marked_masked
from server.desk.duplicate_sides import Line
from server.desk.seat import Seat
from server.desk.words import Words, day_text
from server.households.facts import FACTS
from server.households.find import Opened, open_household, served
from server.households.kinds import Outcome, ProposalKind
from server.households.load import HOUSEHOLDS, LEADS, open_filing
from server.households.mask import MASKS, SENSITIVE
from server.households.models import Household, Noted
from server.households.values import MISSING, Filing, Said, day_of, programme_of
from server.households.words import same
from server.support.find import said_of
from server.support.models import Lead, Referral
from server.visits.models import Due

#: What a phone keeps of an address for its list (the address itself stands beside it), and that people were told.
_UNSHOWN = frozenset({"addr_short", "told"})
#: What a phone keeps of a lead or a referral for its list: the answers it is made of stand beside it.
_KEPT = frozenset({"about", "brief", "target"})
_ELSEWHERE = ("这一户不由您负责，已请当地核实", "与现有登记不符，请核对是否选错了户", "内容不实")
_LEAD = ("同一条线索已经有人报过", "经当地核实，情况不属实", "看不出是哪里、哪一家，请写清楚")


@dataclass(frozen=True)
class Claim:
    """``who`` sent it, and for which places he answers; ``lines``: what stands and what he says, fact by fact.

    ``is_new``: nothing of it stands yet; ``proposes``: letting it in is not all there is to do; ``refusals``: why it
    may be sent back, the first of them picked, so that one key does.
    """

    who: str
    answers_for: str
    lines: list[Line]
    is_new: bool
    proposes: bool
    refusals: tuple[str, ...]


def claimed_household(noted: Noted) -> Household | None:
    """The household that a word without standing speaks of; None where it speaks of none."""
    filing = noted.filing
    name = filing.entity if filing.list == HOUSEHOLDS else filing.about
    return served(name) if name else None


def claim_of(seat: Seat, noted: Noted, household: Household | None, words: Words, reveals: bool) -> Claim:
    """A word without standing beside what stands. ``household``: the one spoken of, where the reader may open it."""
    filing = open_filing(noted.filing)
    draw = _Draw(seat, noted.village, words, reveals)
    stands = {} if noted.filing.list == HOUSEHOLDS else _stands(noted)
    if noted.filing.list == HOUSEHOLDS:
        opened = open_household(household) if household is not None else None
        lines = [*_contact(filing, household), *draw.household(filing, opened), *_proposed(filing)]
    else:
        lines = draw.help(filing, stands)
    answers = [code for code in (filing.villages if filing.answers is None else filing.answers) if code]
    places = place_names(answers)
    return Claim(
        str(noted.by or "系统"), "、".join(places[code].full for code in answers), lines,
        is_new=noted.filing.list != HOUSEHOLDS and not stands, proposes=bool(filing.proposed),
        refusals=_LEAD if noted.filing.list == LEADS else _ELSEWHERE,
    )


def _stands(noted: Noted) -> Mapping[str, Any]:
    """What is known of the lead or the referral without this word."""
    if noted.filing.list == LEADS:
        lead = Lead.objects.filter(pk=noted.filing.entity, waits=False).first()
        return said_of(lead) if lead is not None else {}
    referral = Referral.objects.filter(pk=noted.filing.entity).first()
    return {**said_of(referral), "state": referral.state} if referral is not None else {}


def _contact(filing: Filing, household: Household | None) -> list[Line]:
    """The visit itself beside the last that counts."""
    if filing.contact is None:
        return []
    due = Due.objects.filter(pk=household.pk).first() if household is not None else None
    last = f"上次见到 {day_text(due.last_on)}" if due is not None and due.last_on else ""
    said = f"{day_text(day_of(filing.observed))} {Outcome(filing.contact.outcome).label}"
    return [Line("走访", *_unmarked(last, said))]


def _proposed(filing: Filing) -> list[Line]:
    return [
        Line("建议", *_unmarked("", f"{ProposalKind(one.kind).label} {day_text(one.on)}")) for one in filing.proposed
    ]


def _unmarked(one: str, other: str) -> tuple[Marked, Marked]:
    """Two texts in which nothing is compared."""
    return marked(one, one)[0], marked(other, other)[0]


class _Draw:
    """Lines for one reader of one place."""

    def __init__(self, seat: Seat, area: str, words: Words, reveals: bool) -> None:
        self.words, self.reveals = words, reveals
        self.sensitive = seat.may(Verb.READ, Thing.SENSITIVE, area)
        self.shows = seat.may(Verb.READ_FULL, Thing.IDENTITY, area)

    def household(self, filing: Filing, opened: Opened | None) -> list[Line]:
        """What is said of the household, in the order in which people look for facts."""
        order = {fact: index for index, fact in enumerate(FACTS)}
        news = [said for said in filing.said if said.fact not in _UNSHOWN and not _is_echo(said)]
        news.sort(key=lambda said: order.get(said.fact, len(order)))
        return [self._fact(said, opened) for said in news]

    def help(self, filing: Filing, stands: Mapping[str, Any]) -> list[Line]:
        """What is said of a lead or a referral."""
        return [
            self._line(said.fact, stands.get(said.fact), said.value)
            for said in filing.said if said.fact not in _KEPT and not _is_echo(said)
        ]

    def _fact(self, said: Said, opened: Opened | None) -> Line:
        folded = opened.folded if opened is not None else None
        if said.fact == "relief":
            programme = programme_of(said.key)
            runs = folded is not None and any(s.programme == programme and s.end is None for s in folded.spells)
            since = f"（{day_text(said.since)}）" if said.since else ""
            text = f"{self.words.value('relief', said.value)}{since}"
            label = f"{self.words.label('relief')}：{self.words.programme(programme)}"
            return Line(label, *_unmarked("在保" if runs else "", text))
        stands = None
        if folded is not None and said.fact != "member":
            stands = folded.village if said.fact == "village" else folded.value(said.fact)
        return self._line(said.fact, stands, said.value)

    def _line(self, fact: str, stands: Any, said: Any) -> Line:
        return Line(self.words.label(fact), *self._sides(fact, stands, said), fact=fact)

    def _sides(self, fact: str, stands: Any, said: Any) -> tuple[Marked, Marked]:
        if (fact in MASKS or fact == "birth") and not self.reveals:
            return marked_masked(fact, *("" if one is None else str(one) for one in (stands, said)), shows=self.shows)
        texts = [self._text(fact, one) for one in (stands, said)]
        return marked(*texts) if all(texts) and (self.sensitive or fact not in SENSITIVE) else _unmarked(*texts)

    def _text(self, fact: str, value: Any) -> str:
        if value is None or value in ("", []):
            return ""
        return text_of(fact, "", value, self.words, reveals=True, sensitive=self.sensitive)


def _is_echo(said: Said) -> bool:
    return said.was is not MISSING and same(said.was, said.value)

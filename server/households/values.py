"""What travels through this room: statements as filed, as they count, and what they amount to."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from server.acts.values import Asked
from server.households.kinds import REACHED, Outcome, ProposalKind, Review, Standing, Status

SHANGHAI = ZoneInfo("Asia/Shanghai")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_TICK = timedelta(microseconds=1)


class _Missing:
    """Nothing was shown beside the question (a form without prefill)."""

    def __repr__(self) -> str:
        return "MISSING"


MISSING = _Missing()
#: "Asked, and nobody knows", as against None ("asked, and left empty") and no statement at all ("not asked").
UNKNOWN = "不详"


def day_of(moment: datetime) -> date:
    """The Shanghai day of a moment."""
    return moment.astimezone(SHANGHAI).date()


def relief_key(programme: str, enters: bool) -> str:
    """The key of a relief statement: one form may say both since when a family is in, and since when it is out."""
    return programme if enters else f"{programme}:out"


def programme_of(key: str) -> str:
    """The programme that a relief statement's key names."""
    return key.partition(":")[0]


@dataclass(frozen=True, order=True)
class Place:
    """Who wins: later instant, then later written, then more steps, then id (architecture: Place)."""

    instant: datetime
    written: datetime
    step: int
    id: str

    def after(self, base: "Place") -> "Place":
        """This place, set above ``base`` if it is not already: base's instant and written, one step more."""
        if self > base:
            return self
        return Place(base.instant, base.written, base.step + 1, self.id)

    def text(self) -> str:
        """Compact form served to phones as ``as_of``: microseconds since 1970, step, id."""
        return f"{(self.instant - _EPOCH) // _TICK}.{(self.written - _EPOCH) // _TICK}.{self.step}.{self.id}"

    @classmethod
    def parse(cls, text: str) -> "Place | None":
        """Inverse of ``text``; None for anything a phone may have made of it."""
        parts = text.split(".", 3)
        try:
            instant, written, step = (int(part) for part in parts[:3])
            return cls(_EPOCH + instant * _TICK, _EPOCH + written * _TICK, step, parts[3])
        except (ValueError, IndexError, OverflowError):
            return None


@dataclass(frozen=True)
class Said:
    """One answer about one fact, as a version of a submission carries it.

    ``value`` is plain JSON (None: left empty; ``UNKNOWN``: nobody knows). ``was`` is what the form showed beside
    the question, MISSING where nothing was shown. ``since`` is the day from which it is true, None where not asked.
    ``key`` names the programme (relief, see ``relief_key``) or the line of the repeat (member). ``verified``: proved
    by its own check digit or by a document.
    """

    fact: str
    value: Any
    was: Any = MISSING
    since: date | None = None
    key: str = ""
    verified: bool = False


@dataclass(frozen=True)
class Contact:
    """The visit itself: outcome, its kind as the form computed it, and what only visits carry."""

    outcome: Outcome
    kind: str = "regular"
    note: str = ""
    extra: Mapping[str, Any] = field(default_factory=dict)

    @property
    def reached(self) -> bool:
        return self.outcome in REACHED



@dataclass(frozen=True)
class Proposed:
    """Something a visit saw that only an act may put in force. ``on``: the day it happened."""

    kind: ProposalKind
    on: date
    programme: str = ""
    detail: str = ""
    precision: str = "day"


@dataclass(frozen=True)
class Filing:
    """One version of one submission, read and translated: the unit that derivation works on.

    ``entity`` is the id it names, ``base``/``trunk``/``branch`` its place in that phone's branch (ODK Entities
    2024.1), ``as_of`` the place of the row the form showed. ``observed`` when it was seen, ``written`` when the
    form was finished (both by the phone's clock), ``received`` when it arrived, ``published`` when its form version
    came out. ``village`` is the village it names; ``villages`` are those the sender visited when it arrived,
    ``has_role`` whether the sender was anybody here then. ``answers``: codes of the areas the sender answered for at
    that moment (of a 街镇 or the district also its first village; see ``standing``), None where that was not recorded
    yet. ``batch`` names what it was brought in with (an imported file): what is decided about the batch is decided
    about each of its rows.
    """

    instance: str
    entity: str
    creates: bool
    observed: datetime
    written: datetime
    received: datetime
    published: datetime
    deprecated: str = ""
    base: int | None = None
    trunk: int | None = None
    branch: str = ""
    as_of: Place | None = None
    sender: int | None = None
    source: str = "phone"
    village: str = ""
    form: str = ""
    said: tuple[Said, ...] = ()
    contact: Contact | None = None
    proposed: tuple[Proposed, ...] = ()
    about: str = ""
    closes: str = ""
    villages: tuple[str, ...] = ()
    batch: str = ""
    has_role: bool = True
    answers: tuple[str, ...] | None = None


@dataclass(frozen=True)
class Word:
    """A statement that counts: what somebody said, in its place, after corrections, edits and echoes."""

    fact: str
    key: str
    value: Any
    since: date
    place: Place
    instance: str
    entity: str
    creates: bool
    review: Review
    was: Any = MISSING
    as_of: Place | None = None
    verified: bool = False
    corrected: bool = False
    corrected_at: datetime | None = None
    received: datetime | None = None


@dataclass(frozen=True)
class Held:
    """A fact as it stands, with its source."""

    value: Any
    since: date
    place: Place
    instance: str
    review: Review
    verified: bool = False
    corrected: bool = False


@dataclass(frozen=True)
class Spell:
    """In a relief programme from ``start`` (None: not known) to ``end`` (None: still in). ``opened_by`` and
    ``closed_by`` name the submission (instanceID) or the act that said so; two spells are equal whoever said them."""

    programme: str
    start: date | None
    end: date | None = None
    precision: str = "day"
    opened_by: str = field(default="", compare=False)
    closed_by: str = field(default="", compare=False)


@dataclass(frozen=True)
class Member:
    """A member of the household besides or including the registrant. Values as said, None where never said."""

    name: str | None = None
    id_no: str | None = None
    relation: str | None = None
    birth: str | None = None
    tags: tuple[str, ...] = ()
    instance: str = ""


@dataclass(frozen=True)
class Clash:
    """A conflict to settle: ``instance`` said ``value`` having seen ``was``; meanwhile ``against`` had been said
    by ``against_instance``; ``stands`` is what the fold holds. ``kind``: seen | edit | village."""

    kind: str
    fact: str
    key: str
    instance: str
    value: Any
    was: Any
    against: Any
    against_instance: str
    stands: Any


@dataclass(frozen=True)
class Visited:
    """A contact that counts, on its day. ``seen_at``: the moment it was observed, as far as that can be true."""

    instance: str
    entity: str
    on: date
    contact: Contact
    place: Place
    review: Review
    sender: int | None
    form: str
    village: str
    received: datetime
    seen_at: datetime


@dataclass(frozen=True)
class Pending:
    """A proposal nobody has decided yet."""

    instance: str
    proposed: Proposed


@dataclass(frozen=True)
class Folded:
    """A household as of a day: the fold of its statements and decisions. ``village``: its home, or the 街镇 with which
    it stands without one; ``village_by``: the submission (instanceID) or the act that this rests on."""

    id: str
    ids: tuple[str, ...]
    standing: Standing
    facts: Mapping[str, Held]
    members: tuple[Member, ...]
    spells: tuple[Spell, ...]
    village: str
    status: Status
    status_since: date | None
    grade: str | None
    grades: tuple[tuple[date, datetime, str], ...]
    as_of: Place
    shown_name: str = ""
    opened: date | None = None
    village_by: str = field(default="", compare=False)

    def value(self, fact: str) -> Any:
        """The value of a fact, None where nothing was said or it was left empty."""
        held = self.facts.get(fact)
        return held.value if held else None

    def in_relief(self, day: date) -> tuple[Spell, ...]:
        """The spells that hold on ``day``."""
        return tuple(s for s in self.spells if (s.start is None or s.start <= day) and (s.end is None or s.end > day))


@dataclass(frozen=True)
class State:
    """All that derivation knows about one household: the fold and what hangs on it."""

    folded: Folded
    visits: tuple[Visited, ...]
    clashes: tuple[Clash, ...]
    pending: tuple[Pending, ...]
    returned: tuple[str, ...]
    unreviewed: tuple[str, ...]
    requests: tuple["Filing", ...] = ()
    #: Where somebody has to find out whether it is one with another household.
    asked: tuple[Asked, ...] = ()

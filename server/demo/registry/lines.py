"""What one line of a registry says, how well it says it, and what two lines of one household share. Pure."""

from dataclasses import dataclass
from typing import NamedTuple

from server.demo.registry.places import Home

#: How well a field says the truth: in full whatever its form, with a slip or in part, not at all.
SAYS, SLIP, NOTHING = 2, 1, 0
#: It says somebody else's.
OTHER = -1

COLUMNS = (
    "record_id", "submitted_at", "worker", "committee", "name", "id_no", "sex", "birth", "household_size", "address",
    "phone", "members",
)  # fmt: skip


class Said(NamedTuple):
    text: str
    quality: int


@dataclass(frozen=True, slots=True)
class Line:
    """One record: what is typed (in the order of COLUMNS), and what is true of it, which no matcher is told."""

    typed: tuple[str, ...]
    household: int
    person: str  # the true ID number of who is given as head
    kind: str  # first, or why the household came again
    name: int
    id_no: int
    birth: int
    door: int
    home: Home
    size: int  # of the household as typed, 0 where it is not
    phones: frozenset[str]  # numbers of this household given in full

    @property
    def record_id(self) -> str:
        return self.typed[0]


def level(a: Line, b: Line) -> str:
    """What the evidence left in two lines of one household is good for.

    ``mergeable``: the same person, and enough to merge unasked. ``reviewable``: enough to ask (another member as head,
    a new head, half an address). ``weak``: not even that. A rule about truth and slips, not about any matcher's score.
    """
    door = min(a.door, b.door) if a.home == b.home else 0
    phone = SAYS if a.phones & b.phones else 0
    if a.person != b.person or OTHER in (a.id_no, b.id_no):
        # A door alone is not enough: tenants and grown children have their own households there.
        second = phone == SAYS or a.size == b.size > 0
        return "reviewable" if door and second and (door == SAYS or phone == SAYS) else "weak"
    name, born = min(a.name, b.name), min(a.birth, b.birth)
    number = {SAYS: 4, SLIP: 3}.get(min(a.id_no, b.id_no), 0)
    if a.id_no == SLIP and b.id_no == SLIP:
        number = 2
    known = max(number, born)
    total = known + name + door + phone
    if total >= 5 and (known >= 3 or (name >= 1 and known + name >= 2 and total - name >= 3)):
        return "mergeable"
    return "reviewable" if total >= 3 else "weak"

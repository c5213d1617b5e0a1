"""The law a second time, naive on purpose: who said what, in which place, and what of it counts.

Written from the sentences of the architecture, not from the code: slow, quadratic, plain tuples and dicts. It shares
with the programme only the values that go in (Filing, Said, Decision) and the table of facts with their kinds.
`remember` only spares asking the same question of the same rows twice.

Where the sentences are silent, these definitions hold:

* A place is the tuple (instant, written, step, id); id is the instanceID of the submission it belongs to.
* Versions of a chain stand in the order (edits since the start, written, instanceID). Edits whose original never came
  form a chain under the name of the unknown one, and the first known version lends its times. What names a submission
  of somebody else as the one it replaces, replaces nothing.
* A create, also an orphaned edit of one, is in no branch; updates of equal base are not based on each other.
* An ``as_of`` from after the receipt counts as (received, min(written, received), step, id).
* An act that names a version of a chain to mend its clock goes for the chain; the latest counts.
* A line of a file is a create of its own; what is decided about the file is decided about each of its lines, and of
  what was decided about a line and about its file the latest counts.
* Blank, null and absent are one answer; numbers are compared as numbers, choices as sets.
"""

from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from itertools import pairwise

from server.acts.values import Decision
from server.households.facts import FACTS
from server.households.values import MISSING, Filing, Said
from tests.law.naive_standing import Kept, day, last_filed, remember, with_one_create

PlaceTuple = tuple[datetime, datetime, int, str]


def kind(fact: str) -> str:
    return str(FACTS[fact].kind) if fact in FACTS else "changing"


def plain(value):
    """Two answers are the same when these are equal."""
    if value is None or value is MISSING:
        return ""
    if isinstance(value, bool | dict):
        return value
    if isinstance(value, list | tuple):
        return ["set", *sorted(str(item) for item in value)]
    text = str(value).strip()
    if isinstance(value, str):
        return text
    try:
        return format(Decimal(text).normalize(), "f")
    except InvalidOperation:
        return text


class Told(Kept):
    """Everything kept, and the questions one may ask about it. ``waits`` names the versions that do not count."""

    #: A second create of a household's id is an update; of leads and referrals see ``naive_help.made_by_another``.
    one_create = True

    def __init__(self, filings: list[Filing], decisions: list[Decision]):
        super().__init__(filings, decisions)
        self.waits = self.waiting()
        self.makes = {f.instance for f in self.filings if f.creates}
        self.spoken_of = {f.instance: self.speaks_of(f) for f in self.filings}
        if self.one_create:
            self.filings = with_one_create(self, self.waits)
        self.answers = {}

    # --- chains and how they were judged ---

    @remember
    def chains(self) -> list[str]:
        return sorted({self.start_of(f.instance)[0] for f in self.filings if f.instance not in self.waits})

    @remember
    def versions(self, chain: str) -> list[Filing]:
        """Those that count; a waiting one is none of them."""
        own = [f for f in self.links(chain) if f.instance not in self.waits]
        return sorted(own, key=lambda f: (self.start_of(f.instance)[1], f.written, f.instance))

    def names(self, chain: str) -> set[str]:
        """What an act about the chain may name: a version that counts, or an original that never came."""
        return {chain} - self.waits | {f.instance for f in self.versions(chain)}

    def about_chain(self, chain: str, *kinds: str) -> list[Decision]:
        return [d for d in self.decisions if d.kind in kinds and d.subject in self.names(chain)]

    @remember
    def is_void(self, chain: str) -> bool:
        files = {f.batch for f in self.versions(chain)} - {""}
        about = [d for d in self.decisions if d.kind in ("void", "unvoid") and d.subject in self.names(chain) | files]
        ruling = last_filed(about)
        return ruling is not None and ruling.kind == "void"

    def review(self, chain: str, version: Filing) -> str:
        if self.is_void(chain):
            return "voided"
        ruling = last_filed([
            d for d in self.decisions
            if d.kind in ("approve", "return") and d.subject in {version.instance, version.batch} - {""}
        ])
        if ruling is not None:
            return {"approve": "approved", "return": "returned"}[ruling.kind]
        return "resent" if version.deprecated else "pending"

    def newest(self, chain: str) -> Filing:
        return self.versions(chain)[-1]

    def is_returned(self, chain: str) -> bool:
        return self.review(chain, self.newest(chain)) == "returned"

    def counting(self, chain: str, closing: bool = False) -> Filing | None:
        """The version the registry stands on, or the one a closing stands on."""
        if self.is_void(chain):
            return None
        if closing:
            done = [v for v in self.versions(chain) if self.review(chain, v) == "approved"]
            return done[-1] if done else None
        return None if self.is_returned(chain) else self.newest(chain)

    # --- places ---

    def own_place(self, chain: str) -> PlaceTuple:
        """The place by the submission's own times: what was seen when, within what can be true."""
        giver = self.versions(chain)[0]
        mended = last_filed(self.about_chain(chain, "clock"))
        seen = datetime.fromisoformat(mended.value["observed"]) if mended else giver.observed
        instant = min(max(seen, giver.published), giver.received)
        return (instant, giver.written, 0, giver.instance)

    def based_on(self, chain: str) -> list[str]:
        """The chains this one was based on: lower bases of its branch; the create, where the trunk is empty."""
        mine = self.versions(chain)[0]
        found = []
        for other in self.chains():
            theirs = self.versions(other)[0]
            if other == chain or mine.creates or theirs.entity != mine.entity:
                continue
            if theirs.creates:
                if mine.trunk is None:
                    found.append(other)
            elif (mine.branch and mine.branch == theirs.branch
                    and None not in (mine.base, theirs.base) and theirs.base < mine.base):
                found.append(other)
        return found

    @remember
    def place(self, chain: str) -> PlaceTuple:
        giver, own = self.versions(chain)[0], self.own_place(chain)
        below = [self.place(other) for other in self.based_on(chain)]
        if giver.as_of is not None:
            seen = giver.as_of
            if seen.instant > giver.received:
                below.append((giver.received, min(seen.written, giver.received), seen.step, seen.id))
            else:
                below.append((seen.instant, seen.written, seen.step, seen.id))
        if not below or own > max(below):
            return own
        highest = max(below)
        return (highest[0], highest[1], highest[2] + 1, giver.instance)

    # --- which household a version speaks of ---

    def id_of(self, chain: str, version: Filing) -> str:
        """Only updates are refiled; a create stays with its id."""
        return self.spoken_of[version.instance]

    def ids_of(self, chain: str) -> set[str]:
        """Where a submission counts: for the registry, for a closing; where it counts for nobody, by its newest."""
        counting = [self.counting(chain, closing) for closing in (False, True)]
        return {self.id_of(chain, version or self.newest(chain)) for version in counting}

    # --- statements ---

    def answer(self, version: Filing, slot: tuple[str, str]) -> Said | None:
        return next((s for s in version.said if (s.fact, s.key) == slot), None)

    def correction(self, chain: str, version: Filing, slot: tuple[str, str]):
        """(the correction that stands at this version, the one that an edit up to here set aside)."""
        filed = last_filed([
            d for d in self.decisions
            if d.kind == "correct" and d.subject == version.instance
            and (d.value["fact"], d.value.get("key", "")) == slot
        ])
        if filed is not None:
            return filed, None
        older = next((a for a, b in pairwise(self.versions(chain)) if b == version), None)
        if older is None:
            return None, None
        stands, aside = self.correction(chain, older, slot)
        before, now = self.answer(older, slot), self.answer(version, slot)
        if plain(before.value if before else None) == plain(now.value if now else None):
            return stands, aside  # no new word
        return None, stands or aside

    def desk_statements(self, ids) -> list[dict]:
        """What the desk states of a household by itself: newer truth, in the place of its filing."""
        return [
            {
                "fact": d.value["fact"], "key": d.value.get("key", ""), "value": d.value["value"],
                "place": (d.at, d.at, 0, d.id), "instance": d.id, "entity": d.subject, "creates": False,
                "review": "approved", "was": MISSING, "as_of": None, "aside": None, "states": True, "corrected": False,
                "corrected_at": None, "received": d.at,
                "verified": bool(d.value.get("verified", False)),
                "since": self.true_from(d.value["fact"], d.since, day(d.at)),
            }
            for d in self.decisions if d.kind == "state" and d.subject in ids
        ]

    def true_from(self, fact: str, since: date | None, filed_on: date) -> date:
        """Not asked: the day of filing. Nothing but relief is true ahead of its filing."""
        return filed_on if since is None or (fact != "relief" and since > filed_on) else since

    @remember
    def statements(self, chain: str, closing: bool = False) -> list[dict]:
        """What the counting version states; ``aside`` holds a correction that an edit contradicts."""
        version = self.counting(chain, closing)
        if version is None:
            return []
        corrected = {(d.value["fact"], d.value.get("key", "")) for d in self.about_chain(chain, "correct")}
        found = []
        for slot in {(s.fact, s.key) for s in version.said} | corrected:
            said = self.answer(version, slot)
            stands, aside = self.correction(chain, version, slot)
            value = said.value if said else None
            is_echo = said is not None and said.was is not MISSING and plain(said.was) == plain(said.value)
            place = self.place(chain)
            entry = {
                "fact": slot[0], "key": slot[1], "value": value, "place": place, "chain": chain,
                "instance": version.instance, "entity": self.id_of(chain, version), "creates": version.creates,
                "review": self.review(chain, version), "was": said.was if said else MISSING,
                "as_of": version.as_of, "received": version.received,
                "verified": said.verified if said else False, "corrected": False,
                "corrected_at": None, "aside": None, "states": said is not None and not is_echo,
                "since": said.since if said else None,
            }
            if stands is not None:
                entry |= {"states": True, "corrected": True, "corrected_at": stands.at, "value": stands.value["value"]}
                entry["verified"] = bool(stands.value.get("verified", entry["verified"]))
                entry["since"] = stands.since or entry["since"]
            elif aside is not None and plain(aside.value["value"]) != plain(value):
                entry["aside"] = aside
            entry["since"] = self.true_from(slot[0], entry["since"], day(place[0]))
            found.append(entry)
        return found

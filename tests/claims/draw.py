"""One generated post: who says what of whom, and what may follow from it, by the sentences of *Standing* alone.

Nothing here asks the programme: where an id is at home, and for what its sender answers, is known from how the district
was made.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from random import Random

from tests.claims.district import ANSWERS, SENDERS, District, Family

#: Families nobody has met before have numbers from here on.
STRANGERS = 100
KINDS = ("register", "register", "visit", "visit", "visit", "second", "edit", "edit", "lead", "lead", "referral")


@dataclass(frozen=True)
class Post:
    """``counts``: the villages (or 街镇, for what has no home) in which it may change something; ``queues``: those
    whose reviewers find it waiting; ``typed``: what its author wrote himself; ``ids``: what it names."""

    who: str
    form: str
    answers: Mapping[str, str]
    id: str
    create: bool
    edits: str = ""
    counts: frozenset[str] = frozenset()
    queues: frozenset[str] = frozenset()
    ids: frozenset[str] = frozenset()
    story: str = ""

    @property
    def typed(self) -> str:
        return "\n".join(self.answers.values())

    def xml(self, district: District) -> bytes:
        return district.say(self.who, self.form, self.answers, id=self.id, create=self.create, edits=self.edits)


@dataclass
class Draw:
    """Draws posts about one district."""

    district: District
    rng: Random
    strangers: int = field(default=STRANGERS)

    def post(self) -> Post:
        who = self.rng.choice(SENDERS)
        kind = self.rng.choice(KINDS)
        make: Callable[[str], Post] = getattr(self, f"_{kind}")
        return make(who)

    # --- households ---

    def _register(self, who: str) -> Post:
        """A new household, of people somebody knows or nobody does."""
        family, known = self._people()
        village = self._village(who)
        id = self.district.new_id()
        return self._first(who, "screening", family.answers(village), id, True, village, f"{known} in {village or '-'}")

    def _visit(self, who: str) -> Post:
        answers = self._visited(who)
        if self.rng.random() < 0.25:
            village, id = self._village(who), self.district.new_id()
            answers |= {"seen_village": village}
            return self._first(who, "visit", answers, id, False, village, "an unknown id")
        return self._about_known(who, "visit", answers, False)

    def _second(self, who: str) -> Post:
        """Says that it makes an id which is there already."""
        family, known = self._people()
        return self._about_known(who, "screening", family.answers(self._village(who)), True, f" as {known}")

    def _edit(self, who: str) -> Post:
        """Of one's own, or of somebody else's; under the same id, another one, or a new one."""
        own = self.rng.random() < 0.6
        old = [(instance, id) for instance, (by, name, id) in self.district.sent.items()
               if name == "households" and (by == who) == own]  # fmt: skip
        if not old:
            return self._visit(who)
        instance, was = self.rng.choice(sorted(old))
        base = self._about_known(who, "visit", self._visited(who), False, id=was if self.rng.random() < 0.6 else "")
        story = f"edit of {'his own' if own else 'a foreign'} text: {base.story}"
        mine = {self.district.homes().get(was, "")} if own else set()
        # One's own text goes from where it counted; where it waited, it waits as before.
        counts = base.counts | {home for home in mine if home and self._covers(who, home)}
        queues = base.queues | {home for home in mine if home and not self._covers(who, home)}
        return Post(who, base.form, base.answers, base.id, False, instance, frozenset(counts), frozenset(queues),
                    base.ids | {was}, story)  # fmt: skip

    def _visited(self, who: str) -> dict[str, str]:
        family, _ = self._people()
        result = self.rng.choice(("met_person", "met_person", "not_home", "moved", "dead"))
        answers = {"result": result, "kind": self.rng.choice(("regular", "urgent")), "plan": f"{who}说再看看",
                   "difficulty": f"{who}听说收入少了"}
        if self.rng.random() < 0.5:
            answers |= {"income_pc": "7", "phone": family.phone, "addr": family.street, "members_n": "5"}
        if self.rng.random() < 0.3:
            answers |= {"lead_id": self.rng.choice(sorted(self.district.leads))}
        if self.rng.random() < 0.3:
            answers |= {"village_new": self.rng.choice(self.district.villages)}
        return answers

    # --- leads and referrals ---

    def _lead(self, who: str) -> Post:
        family, known = self._people()
        village = self._village(who) or (self._own(who) or self.district.villages)[0]
        answers = {"source": "neighbour", "village": village, "rep_name": family.name, "phone": family.phone,
                   "seen": f"{who}看见{family.story}", "urgent": self.rng.choice(("yes", "no"))}
        id, ids, home = self.district.new_id(), set[str](), village
        if self.rng.random() < 0.4:
            id = self.rng.choice(sorted(self.district.leads))
            home = self.district.leads[id]
        counts, queues = self._standing(who, home)
        if self.rng.random() < 0.4:
            about = self.rng.choice(self.district.families)
            answers["hh"] = about.id
            ids.add(about.id)
            if self._covers(who, about.home):  # then it concerns that household, wherever the lead itself is at home
                counts |= {about.home}
        create = self.rng.random() < 0.8
        return Post(who, "lead", answers, id, create, "", counts, queues, frozenset({id, *ids}),
                    f"lead on {known} in {village}, home {home}")  # fmt: skip

    def _referral(self, who: str) -> Post:
        about = self.rng.choice(self.district.families)
        answers = {"hh_id": about.id, "kind_eff": "policy", "state": self.rng.choice(("suggested", "linked", "done")),
                   "target_text": f"{who}说的救助", "amount": "300", "given_on": f"{self.district.now:%Y-%m-%d}"}
        id, homes = self.district.new_id(), {about.home}
        if self.rng.random() < 0.4:
            id = self.rng.choice(sorted(self.district.referrals))
            homes.add(self.district.homes()[self.district.referrals[id]])
        if all(self._covers(who, home) for home in homes):
            counts, queues = frozenset(homes), frozenset[str]()
        else:
            counts, queues = frozenset[str](), frozenset(homes)
        return Post(who, "referral", answers, id, True, "", counts, queues, frozenset({id, about.id}),
                    f"referral for {about.name} in {about.home}")  # fmt: skip

    # --- what may follow ---

    def _first(self, who: str, form: str, answers: Mapping[str, str], id: str, create: bool, village: str,
               story: str) -> Post:
        """The first word about an id: its home is the village it names, if he answers for it, else his first one."""
        own = self._own(who)
        home = village if village and self._covers(who, village) else min(own, default="")
        place = home or village[:9]
        return Post(who, form, answers, id, create, "", frozenset({place}), frozenset(), frozenset({id}),
                    f"{form} of {story}")  # fmt: skip

    def _about_known(self, who: str, form: str, answers: Mapping[str, str], create: bool, story: str = "",
                     id: str = "") -> Post:
        homes = self.district.homes()
        id = id if id in homes else self.rng.choice(sorted(homes))
        counts, queues = self._standing(who, homes[id])
        return Post(who, form, answers, id, create, "", counts, queues, frozenset({id}),
                    f"{form} to {id[:4]} in {homes[id]}{story}")  # fmt: skip

    def _standing(self, who: str, home: str) -> tuple[frozenset[str], frozenset[str]]:
        place = frozenset({home})
        return (place, frozenset()) if self._covers(who, home) else (frozenset(), place)

    def _covers(self, who: str, home: str) -> bool:
        return any(home.startswith(area) for area in ANSWERS[who](self.district))

    def _own(self, who: str) -> list[str]:
        return self.district.own(who)

    def _people(self) -> tuple[Family, str]:
        if self.rng.random() < 0.4:
            self.strangers += 1
            return Family(self.strangers, ""), "strangers"
        family = self.rng.choice(self.district.families)
        return family, f"the family of {family.home}"

    def _village(self, who: str) -> str:
        """His own, somebody else's, or none."""
        own = self._own(who)
        choice = self.rng.random()
        if choice < 0.5 and own:
            return self.rng.choice(own)
        return self.rng.choice(self.district.villages) if choice < 0.9 else ""

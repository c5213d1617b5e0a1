"""The law a second time, continued: leads and referrals, which words of them count, and what ended a lead.

Definitions where the architecture is silent:

* What a lead or a referral says of a household is the highest of its counting statements, else what its first counting
  chain names. Its own moment is that of its first counting chain, by place.
* A contact is in a lead's village if its household is, or the id it names was when it was received: who moves away
  later has been seen.
* Of several ways a lead ended, a decision comes before a registration, a registration before a visit.
* Of two creates of one lead or referral, the one of another sender than the first received one states nothing.
"""

from dataclasses import replace
from datetime import datetime

from server.acts.values import Decision
from server.households.values import Filing
from server.visits.schedule import IN_VAIN
from tests.law.naive import Told
from tests.law.naive_clusters import households, served_id
from tests.law.naive_standing import covers, first_village, last_filed

INSPECTION = "check"


class LeadWords(Told):
    """What is kept of leads. A lead's home is the village it names, whoever sent it, until it is assigned; its first
    word counts only if its sender answers for that."""

    one_create = False

    def initial_home(self, name: str) -> str:
        word = self.first_word(name)
        return (word.village or first_village(word)) if word else ""

    def counts(self, version: Filing) -> bool:
        return covers(version.answers, self.home(version.entity, version.received)) or any(
            self.lets_in(act, version) for act in self.decisions
        )


class ReferralWords(Told):
    """What is kept of referrals. A referral's home is that of its household; a word of it that names another one needs
    standing there as well."""

    one_create = False

    def __init__(self, filings: list[Filing], decisions: list[Decision], houses: Told):
        self.houses = houses
        super().__init__(filings, decisions)

    def counts(self, version: Filing) -> bool:
        about = self.first_word(version.entity).about
        return all(is_heard(self.houses, version, name) for name in {about, version.about or about})


def is_heard(houses: Told, version: Filing, about: str) -> bool:
    """Whether who sent a word answered for the household's home then, or somebody who may decide there approved it."""
    return covers(version.answers, houses.home(about, version.received)) or any(
        houses.lets_in(act, replace(version, entity=about)) for act in houses.decisions
    )


class Help:
    """Leads and referrals beside the households they are about."""

    def __init__(self, houses: Told, leads: list[Filing], referrals: list[Filing], ids=()):
        self.houses = houses
        self.lead_words = LeadWords(leads, houses.decisions)
        self.referral_words = ReferralWords(referrals, houses.decisions, houses)
        self.clusters = [served_id(houses, cluster) for cluster in households(houses, ids)[0]]

    def household(self, name: str) -> tuple[str, ...]:
        return next((ids for ids in self.clusters if name in ids), (name,))

    def stands_at(self, name: str) -> str:
        return self.houses.home(name) or self.houses.town(name)

    # --- what counts of one ---

    def heard(self, words: Told, name: str) -> list[str]:
        """The chains that count for a lead or a referral, lowest place first."""
        found = [c for c in words.chains() if (v := words.counting(c)) and v.entity == name]
        made = [c for c in words.chains() if words.versions(c)[0].creates and words.versions(c)[0].entity == name]
        first = min(made, key=lambda c: (words.versions(c)[0].received, c), default=None)
        strangers = {c for c in made if words.versions(c)[0].sender != words.versions(first)[0].sender}
        return sorted((c for c in found if c not in strangers), key=words.place)

    def facts(self, words: Told, name: str) -> dict:
        said = [s for c in self.heard(words, name) for s in words.statements(c) if s["states"]]
        return {s["fact"]: s["value"] for s in sorted(said, key=lambda s: s["place"])}

    def about(self, words: Told, name: str) -> str:
        first = self.heard(words, name)[0]
        return self.facts(words, name).get("about") or words.counting(first).about

    def lead_about(self, name: str) -> str:
        """The household a lead concerns: one it names with the right to. Without, it is as if it named none."""
        about = self.about(self.lead_words, name)
        own = [f for f in self.lead_words.filings if f.entity == name and f.instance not in self.lead_words.waits]
        return about if any(f.about == about and is_heard(self.houses, f, about) for f in own) else ""

    # --- leads ---

    def leads(self) -> dict[str, dict]:
        """Every lead of which something counts: where it is at home, what it is about, and what became of it."""
        words, found = self.lead_words, {}
        for name in {f.entity for f in words.filings}:
            if self.heard(words, name):
                state = self.ended(name)
                found[name] = {"village": words.home(name), "about": self.lead_about(name), "state": state,
                               "urgent": bool(self.facts(words, name).get("urgent"))}
        return found

    def ended(self, name: str) -> str:
        ruled = last_filed([
            d for d in self.houses.decisions if d.kind == "accept" and d.subject == name and "lead" in d.value
        ])
        if ruled is not None:
            return ruled.value["lead"]
        fits = [self.houses.counting(c).form == "screening" for c in self.houses.chains() if self.fits(name, c)]
        return "registered" if any(fits) else "visited" if fits else "open"

    def fits(self, name: str, chain: str) -> bool:
        """Whether a submission about a household is what ends a lead."""
        version = self.houses.counting(chain) if self.houses.versions(chain) else None
        if version is None or not self.is_answer(chain, self.moment(name)):
            return False
        household = self.household(self.houses.id_of(chain, version))
        if about := self.lead_about(name):
            return about in household
        here = self.lead_words.home(name)
        then = self.houses.home(version.entity, version.received)
        return version.closes == name and bool(here) and here in (self.stands_at(household[0]), then)

    def is_answer(self, chain: str, since: datetime) -> bool:
        """A counting contact, neither in vain nor an inspection, seen no earlier than that."""
        version = self.houses.counting(chain)
        contact = version.contact if version else None
        if contact is None or contact.outcome in IN_VAIN or contact.kind == INSPECTION:
            return False
        return self.houses.own_place(chain)[0] >= since

    def moment(self, name: str) -> datetime:
        return self.lead_words.own_place(self.heard(self.lead_words, name)[0])[0]

    # --- what a household is asked for ---

    def requests(self, ids: tuple[str, ...]) -> list[str]:
        """The chains of leads that ask for a visit to this household."""
        words = self.lead_words
        ruled = {d.subject for d in self.houses.decisions if d.kind == "accept" and "lead" in d.value}
        return [
            c for c in words.chains()
            if (v := words.counting(c)) and v.about in ids and v.entity not in ruled
            and is_heard(self.houses, v, v.about)
        ]

    def is_urgent(self, ids: tuple[str, ...]) -> bool:
        """Whether an urgent lead asks for a visit, and nobody has been there since."""
        own = [c for c in self.houses.chains()
               if (v := self.houses.counting(c)) and self.houses.id_of(c, v) in ids]
        return any(
            (said := self.lead_words.answer(self.lead_words.counting(c), ("urgent", ""))) and said.value
            and not any(self.is_answer(other, self.lead_words.own_place(c)[0]) for other in own)
            for c in self.requests(ids)
        )

    # --- referrals ---

    def referrals(self) -> dict[str, dict]:
        """Every referral of which something counts: its household's home, and the state last said."""
        words, found = self.referral_words, {}
        for name in {f.entity for f in words.filings}:
            if self.heard(words, name):
                about = self.about(words, name)
                found[name] = {"village": self.stands_at(self.household(about)[0]), "about": about,
                               "state": self.facts(words, name).get("state") or "suggested"}
        return found

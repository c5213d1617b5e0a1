"""A month in three 街镇, told by their workers' phones: what is seen, when it is written down, when it arrives.

Nothing arrives as it should: some work offline for weeks and visit what they have just registered, some send in any
order, twice, in pieces, with a slow clock, or from paper. The server must make the same of it all.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from random import Random

from server.demo import said
from server.demo.hand import Done, Hand
from server.demo.people import Family, People
from server.demo.phone import Instance
from server.demo.phone_model import Row

#: How somebody works, by the order of the phones of a 街镇 (four consultants, then four grid workers).
STYLES = ("orderly", "offline", "any_order", "twice", "in_pieces", "slow_clock", "paper", "offline")
RESULTS = (
    "met_person",
    "met_family",
    "phone",
    "not_home",
    "refused",
    "hospital",
    "moved",
    "dead",
    "not_found",
)
RESULT_WEIGHTS = (60, 14, 8, 9, 2, 2, 2, 1, 1)
CHANGES = ("none", "phone", "addr", "income", "health", "job", "members")
CHANGE_WEIGHTS = (60, 7, 4, 10, 6, 6, 7)


@dataclass
class Told:
    """What one worker did this month."""

    families: list[tuple[Family, said.Situation, Done]] = field(default_factory=list)
    visits: list[Done] = field(default_factory=list)
    odd: list[Done] = field(default_factory=list)


@dataclass
class Script:
    """One worker's month. ``shared``: families that a colleague registers as well; ``lent``: households of a
    colleague's village to help out with; ``size``: households."""

    hand: Hand
    style: str
    first: date
    last: date
    people: People
    shared: list[Family]
    size: int = 14
    odd_clock: timedelta = timedelta()
    lent: list[Row] = field(default_factory=list)
    told: Told = field(default_factory=Told)

    @property
    def chance(self) -> Random:
        return self.hand.chance

    # --- the first half: new households ---

    def register(self) -> None:
        """Register households; the offline ones are visited again before anything is uploaded."""
        for number in range(self.size - len(self.shared)):
            village, name = self.chance.choice(self.hand.worker.villages)
            self._screen(
                self.people.family(village, name, self.first), number, numbered=self.chance.random() < 0.93
            )
        for family in self.shared:
            self._screen(family, 99, numbered=self.style != "paper")
        if self.odd_clock:
            self._with_odd_clock()
        if self.style in ("offline", "any_order"):
            for _, how, done in self.told.families[: self.size // 2]:
                self._visit(done.entity, how.need, self._day(12, 18), results=RESULTS[:4])
        self.send()

    def _screen(self, family: Family, number: int, *, numbered: bool) -> None:
        how = said.situation(self.chance, self.first)
        answers = said.screening(family, how, self.chance, numbered=numbered)
        seen, written = self._days(1, 12)
        if self.style == "paper":
            answers = {"visit_on": seen.isoformat(), "late_why": "paper", **answers}
        else:
            written = seen
        photos = 2 if self.style == "in_pieces" and number % 2 else int(number % 7 == 3)
        done = self.hand.fill("screening", written, answers, photos=photos)
        self.told.families.append((family, how, done))

    def _with_odd_clock(self) -> None:
        """One household written down by a phone that had forgotten the year."""
        usual, self.hand.skew = self.hand.skew, self.odd_clock
        village, name = self.hand.worker.villages[0]
        family, how = self.people.family(village, name, self.first), said.Situation(2, "goods")
        answers = said.screening(family, how, self.chance)
        self.told.odd.append(self.hand.fill("screening", self._day(1, 12), answers))
        self.hand.skew = usual

    # --- the second half: what is due, and what one hears ---

    def go_round(self, rounds: int = 12) -> None:
        """Visit from the server's list: due ones, then others; leads and help on the way."""
        rows = self.hand.rows("households", lambda row: row.get("status") not in ("moved", "dead"))
        rows.sort(key=lambda row: (row.properties.get("kind_due") != "return", row.id))
        back = [row for row in rows if row.properties.get("kind_due") == "return"][: rounds // 2]
        rest = [row for row in rows if row not in back]
        self.chance.shuffle(rest)
        for row in back + rest[: rounds - len(back)]:
            self._visit(row.id, self._need_of(row), self._day(15, 26))
        self._leads()
        self._help(rows)
        self._answer_leads()
        self.send()

    def _visit(self, entity: str, need: str, day: date, *, results: tuple[str, ...] = RESULTS) -> None:
        row = self.hand.phone.lists["households"].rows[entity].properties
        if row.get("last_visit", "") > day.isoformat():
            day = min(date.fromisoformat(row["last_visit"]) + timedelta(days=1), self.last)
        result = self.chance.choices(results, RESULT_WEIGHTS[: len(results)])[0]
        changed = self.chance.choices(CHANGES, CHANGE_WEIGHTS)[0]
        seen = self._by_phone(day)
        answers = {"scope": "all", "hh": entity, **said.visit(need, result, changed, self.chance, day=seen)}
        trouble, plan = said.words(need, self.chance)
        if not row.get("last_note") or self.chance.random() < 0.4:
            answers["difficulty"] = trouble
        if not row.get("last_plan") or self.chance.random() < 0.5:
            answers["plan"] = plan
        if changed == "phone":
            answers["phone"] = self.people.phone()
        if changed == "addr":
            answers["addr"] = self.people.address(row.get("village_name") or self.hand.worker.villages[0][1])
        if changed == "members":
            answers |= {"members_n": self.chance.randrange(1, 6), "member_change": [self._newcomer(seen)]}
        if result in RESULTS[:3]:
            answers |= self._relief(row, seen)
        self.told.visits.append(
            self.hand.fill("visit", day, answers, photos=int(self.chance.random() < 0.08))
        )

    def _relief(self, row: Mapping[str, str], day: date) -> said.Answers:
        """Now and then somebody is admitted, or leaves relief: the visit proposes, the desk decides."""
        table, roll = row.get("table_no", ""), self.chance.random()
        if row.get("kind_due") == "return" or roll > 0.2:
            return {}
        since = (day - timedelta(days=self.chance.randrange(1, 9))).isoformat()
        if table == "1":
            return {"changed": "relief", "in_relief": "in", "programme": "dibao", "admit_on": since}
        if table == "3":
            ended = {"changed": "relief", "in_relief": "ended", "programme": "dibao", "end_on": since}
            return {**ended, "admit_on": date(self.first.year - 2, 3, 1).isoformat()}
        return {}

    def _newcomer(self, day: date) -> said.Answers:
        new = self.people.person(day, (20, 60))
        return {"m_what": "joined", "m_name": new.name, "m_relation": "child", "m_since": day.isoformat()}

    def _leads(self) -> None:
        for number in range(2):
            village, _ = self.chance.choice(self.hand.worker.villages)
            day = self._day(14, 27)
            when = self.hand.moment(self._by_phone(day) - timedelta(days=1)).isoformat(
                timespec="milliseconds"
            )
            person = self.people.person(day, (40, 85))
            urgent = number == 0 and self.chance.random() < 0.3
            self.hand.fill("lead", day, said.lead(village, self.chance, person, urgent=urgent, when=when))

    def _answer_leads(self) -> None:
        """Leads of the list: go there with the household they are about, or with one of the village."""
        open_ones = self.hand.rows("leads")[:2]
        households = self.hand.rows("households")
        for lead in open_ones:
            near = [row for row in households if row.properties["village"] == lead.properties["village"]]
            if near:
                row = self.chance.choice(near)
                need = self._need_of(row)
                trouble, plan = said.words(need, self.chance)
                answers = said.visit(need, "met_person", "none", self.chance, day=self._by_phone(self.last))
                answers |= {"difficulty": trouble, "plan": plan}
                answers = {"scope": "all", "hh": row.id, "lead_id": lead.id, **answers}
                self.told.visits.append(self.hand.fill("visit", self._day(26, 28), answers))

    def _help(self, rows: list[Row]) -> None:
        for row in self.chance.sample(rows, min(3, len(rows))):
            answers = said.referral(self._need_of(row), self.chance)
            self.hand.fill("referral", self._day(18, 26), {**answers, "hh": row.id})

    # --- the last days: help moves on, corrections, what came back ---

    def finish(self, returned: Iterable[str]) -> None:
        """Move help forward; mend what was returned; change something sent some days ago."""
        for number, row in enumerate(self.hand.rows("referrals")[:3]):
            state = ("done", "linked", "accepted")[number % 3]
            day = self._day(27, 31)
            answers = {
                "mode": "continue",
                "ref": row.id,
                "state": state,
                "linked_on": self._by_phone(day).isoformat(),
            }
            answers |= {
                "result": "材料已交",
                "outcome": "better",
                "aid_kind": "none",
                "next_step": "月底回访效果",
            }
            self.hand.fill("referral", day, answers)
        for instance in self._of(returned):
            mended = {"dup_action": "unsure", "plan": "已补充核实，下月再上门一次"}
            self.hand.fill("screening", self._day(28, 31), mended, edit_of=instance)
        spontaneous = [done for _, _, done in self.told.families if done.instance_id not in set(returned)]
        if spontaneous:
            done = self.chance.choice(spontaneous)
            # Meanwhile a colleague's registration of the same people may have come: the form asks then.
            mended = {"dup_action": "unsure", "phone": self.people.phone()}
            self.hand.fill("screening", self._day(28, 31), mended, edit_of=done.instance)
        self.send()

    def help_out(self) -> None:
        """Visit a colleague's households, which stand on this phone from a time of standing in for him. Nobody has
        assigned that village since: what is said of them waits for the reviewers."""
        rows = self.hand.phone.lists["households"].rows
        for row in self.lent:
            rows[row.id] = row
            self._visit(row.id, self._need_of(row), self._day(26, 28), results=RESULTS[:1])
            del rows[row.id]

    def _of(self, instance_ids: Iterable[str]) -> list[Instance]:
        wanted = set(instance_ids)
        return [done.instance for _, _, done in self.told.families if done.instance_id in wanted]

    # --- the line ---

    def send(self) -> None:
        """In this worker's way; all of it is sent in the end."""
        phone = self.hand.phone
        if self.style == "any_order":
            self.hand.send(lambda waiting: self.chance.sample(waiting, len(waiting)))
        elif self.style == "twice":
            for instance in phone.outbox:
                if not instance.is_sent:
                    phone.post(instance, lose_answer=True)
        elif self.style == "in_pieces":
            for instance in phone.outbox:
                if not instance.is_sent and instance.files:
                    phone.post(instance, split=len(instance.xml) + 400)
        self.hand.send()

    # --- inside ---

    def _by_phone(self, day: date) -> date:
        """A day as this phone's wrong clock has it."""
        return day + timedelta(days=self.hand.skew.days)

    def _day(self, earliest: int, latest: int) -> date:
        latest = min(latest, self.last.day)
        return self.first.replace(day=self.chance.randint(min(earliest, latest), latest))

    def _days(self, earliest: int, latest: int) -> tuple[date, date]:
        """(the day it was seen, the day it was written down)"""
        seen = self._day(earliest, latest)
        return seen, min(seen + timedelta(days=self.chance.randint(1, 3)), self.last)

    def _need_of(self, row: Row) -> str:
        """The need a household was registered for, read from what the phone shows of it."""
        note = row.properties.get("last_note", "")
        known = (need for need, (trouble, _) in said.TROUBLES.items() if note.startswith(trouble))
        return next(known, "goods")


def lend(all_scripts: Iterable[Script]) -> None:
    """In one 街镇 a colleague is to look after two households of a village that is not his."""
    for keeper, helper in _strangers(all_scripts):
        own = {code for code, _ in helper.hand.worker.villages}
        here = keeper.hand.rows("households", lambda row: row.get("status") not in ("moved", "dead"))
        rows = sorted((row for row in here if row.properties["village"] not in own), key=lambda row: row.id)
        helper.lent = [replace(row, branch=helper.hand.new_id()) for row in rows[:2]]
        if helper.lent:
            return


def _strangers(all_scripts: Iterable[Script]) -> Iterator[tuple[Script, Script]]:
    """The first and the last worker of each 街镇 who has more than one."""
    by_town: dict[str, list[Script]] = {}
    for script in all_scripts:
        by_town.setdefault(script.hand.worker.town, []).append(script)
    yield from ((some[0], some[-1]) for some in by_town.values() if len(some) > 1)


def _register_twice(all_scripts: list[Script], first: date) -> None:
    """In one 街镇 a family is registered in two villages, number and all: at home, and where relatives take it in."""
    for keeper, helper in _strangers(all_scripts):
        own = dict(helper.hand.worker.villages)
        elsewhere = [village for village in keeper.hand.worker.villages if village[0] not in own]
        if elsewhere:
            family = keeper.people.family(*elsewhere[-1], first)
            code, name = helper.hand.worker.villages[0]
            keeper.shared.append(family)
            helper.shared.append(replace(family, village=code, address=helper.people.address(name)))
            return


def scripts(
    hands: list[Hand], first: date, last: date, seed: int, size: int = 14, *, ahead: bool = True
) -> list[Script]:
    """The scripts of all phones. A consultant and the grid worker of the same 村居 share two families; in one 街镇 two
    workers of different 村居 register one family.

    ``ahead``: some clocks run ahead of ours (what they say counts from its receipt, so it is never the same twice).
    """
    odd_clocks = {"slow_clock": -timedelta(days=3000)} | ({"paper": timedelta(days=500)} if ahead else {})
    found: list[Script] = []
    by_name: dict[str, Script] = {}
    for number, hand in enumerate(hands):
        chance = Random(f"{seed} {hand.worker.username}")
        people = People(chance, first_phone=(seed * 1000 + number * 40) % 10000)
        style = STYLES[number % len(STYLES)]
        if style == "slow_clock":
            hand.skew = -timedelta(days=2)
        script = Script(hand, style, first, last, people, [], size, odd_clocks.get(style, timedelta()))
        twin = by_name.get(hand.worker.username.replace("_gw", "_co"))
        if twin is not None and "_gw" in hand.worker.username:
            village, name = hand.worker.villages[0]
            families = [people.family(village, name, first) for _ in range(2)]
            script.shared, twin.shared = families, list(families)
        by_name[hand.worker.username] = script
        found.append(script)
    _register_twice(found, first)
    return found


def told_of(all_scripts: Iterable[Script], what: Callable[[Told], int]) -> int:
    return sum(what(script.told) for script in all_scripts)

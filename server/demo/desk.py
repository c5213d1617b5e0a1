"""What the 街镇's supervisors decide in a demo month, through the same verb as the desk's screens."""

from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from server.accounts.kinds import Role
from server.accounts.models import Grant
from server.acts.kinds import ActKind
from server.field.decide import decide
from server.households.find import WAITING, noted_in, open_household
from server.households.kinds import ProposalKind, Standing
from server.households.models import Household, Noted

Clock = Callable[[], datetime]
Decide = Callable[..., Any]

RETURN_REASONS = ("住址没有写到门牌，请补充", "收入和成员对不上，请核实", "困难情况写得太简单，请补几句")


class Desk:
    """The supervisors of these 街镇. ``filed``: decisions so far; ``decide``: the verb, told apart for tests."""

    def __init__(self, towns: Iterable[str], month: date, seed: int, verb: Decide = decide) -> None:
        self.towns, self.month, self.chance, self.decide = sorted(towns), month, Random(f"{seed} desk"), verb
        self.filed = 0
        self._people: dict[str, int] = dict(
            Grant.objects.filter(role=Role.SU, area__in=self.towns, until=None).values_list(
                "area_id", "user_id"
            )
        )

    def first_look(self, clock: Clock) -> list[str]:
        """Approve most registrations, return a few, set grades; the instanceIDs returned."""
        returned: list[str] = []
        for town in self.towns:
            for number, noted in enumerate(self._waiting(town)):
                roll = self.chance.random()
                if noted.filing.submission.form_id == "screening" and (number == 1 or roll < 0.03):
                    reason = self.chance.choice(RETURN_REASONS)
                    self._file(town, clock, ActKind.RETURN, noted.filing.instance, reason=reason)
                    returned.append(noted.filing.instance)
                elif roll < 0.9:
                    self._file(town, clock, ActKind.APPROVE, noted.filing.instance)
            self._grade(town, clock)
        return returned

    def second_look(self, clock: Clock) -> None:
        """The rest: proposals, doubles, mistakes, wrong clocks; a few stay waiting."""
        for town in self.towns:
            self._mend(town, clock)
            for noted in self._waiting(town):
                if self.chance.random() < 0.93:
                    self._file(town, clock, ActKind.APPROVE, noted.filing.instance)
            self._accept(town, clock)
            self._merge(town, clock)
            self._let_in(town, clock)

    # --- inside ---

    def _file(self, town: str, clock: Clock, kind: ActKind, subject: str, **more: Any) -> None:
        self.decide(kind, subject, by=self._people[town], now=clock(), **more)
        self.filed += 1

    def _waiting(self, town: str) -> list[Noted]:
        return list(noted_in([town], review=WAITING, waits=False).order_by("filing__instance"))

    def _households(self, town: str) -> list[Household]:
        rows = Household.objects.filter(village__startswith=town, standing=Standing.FULL)
        return list(rows.order_by("id"))

    def _grade(self, town: str, clock: Clock) -> None:
        for row in self._households(town):
            suggested = open_household(row).folded.value("grade_sug")
            if suggested and not row.grade_is_set and self.chance.random() < 0.4:
                since = self.month + timedelta(days=13)
                self._file(town, clock, ActKind.GRADE, row.id, since=since, value={"grade": suggested})

    def _accept(self, town: str, clock: Clock) -> None:
        """Most of what visits proposed is put in force from the day they say; one in ten is declined."""
        for row in Household.objects.filter(village__startswith=town, proposals__gt=0).order_by("id"):
            for pending in open_household(row).pending:
                proposed = pending.proposed
                value = {
                    "instance": pending.instance, "proposal": str(proposed.kind), "programme": proposed.programme,
                    "precision": proposed.precision,
                }  # fmt: skip
                if proposed.kind == ProposalKind.NOT_FOUND or self.chance.random() < 0.1:
                    self._file(town, clock, ActKind.DECLINE, row.id, value=value, reason="再去核实一次")
                else:
                    self._file(town, clock, ActKind.ACCEPT, row.id, since=proposed.on, value=value)

    def _merge(self, town: str, clock: Clock) -> None:
        """One pair that two workers of a 村居 registered, once without a number: same name and address, so the desk
        joins it. A family registered in two 村居 is left for whoever looks at the cases."""
        seen: dict[tuple[str, ...], str] = {}
        for row in self._households(town):
            folded = open_household(row).folded
            who = (folded.shown_name, str(folded.value("addr") or ""), row.village)
            other = seen.setdefault(who, row.id)
            if other != row.id:
                self._file(
                    town, clock, ActKind.MERGE, other, other=row.id, reason="同名同址，已电话核实是一户"
                )
                return

    def _let_in(self, town: str, clock: Clock) -> None:
        """What a colleague has said of households that are not his is let in, but for the last, which stays waiting."""
        for noted in list(noted_in([town], review=WAITING, waits=True).order_by("filing__instance"))[:-1]:
            self._file(town, clock, ActKind.APPROVE, noted.filing.instance)

    def _mend(self, town: str, clock: Clock) -> None:
        """One registration is void, one income was mistyped, and clocks that had forgotten the year are put right."""
        registered = [n for n in self._waiting(town) if n.filing.submission.form_id == "screening"]
        calm = [noted for noted in registered if not noted.flags]
        for noted in registered:
            if any("手机时间" in flag for flag in noted.flags):
                observed = datetime.combine(
                    self.month + timedelta(days=8), datetime.min.time(), clock().tzinfo
                )
                clock_value = {"observed": (observed + timedelta(hours=2)).isoformat()}
                self._file(
                    town,
                    clock,
                    ActKind.CLOCK,
                    noted.filing.instance,
                    value=clock_value,
                    reason="手机日期不对",
                )
        if calm:
            value: dict[str, Any] = {"fact": "income_pc", "key": "", "value": 1280, "verified": False}
            self._file(
                town, clock, ActKind.CORRECT, calm[0].filing.instance, value=value, reason="多打了一个零"
            )
        if len(calm) > 1:
            self._file(town, clock, ActKind.VOID, calm[-1].filing.instance, reason="误报：练习时填的")

"""The worked example of docs/worked-example.md: one household from the first knock to its return into relief.

`walk` plays it, step by step, and yields what phone, registry, schedule and ledger say after each. The test holds
the figures against the calendar and against the document; with WORKED_EXAMPLE=write it writes them into the document.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from server.acts.kinds import ActKind
from server.demo.phone import Instance
from server.field.decide import decide
from server.households.find import Opened, served
from server.households.kinds import Programme, ProposalKind, Standing
from server.households.models import Noted
from server.ledgers.close import close_month
from server.ledgers.export import export_month
from server.ledgers.read import MonthView
from server.visits.kinds import DueKind
from server.visits.models import Due
from tests.cast import ZHUJIAJIAO
from tests.engine.engine import Look, Seen
from tests.loop.books import Book, read_book
from tests.loop.field_phone import FieldPhone, Step
from tests.loop.world import World, all_applied, household

TOWN = "朱家角镇"
NAME = "陆桂英"
#: Invented: an unassigned division, born 1952-03-04, female; its check digit is X.
NUMBER = "31999919520304018X"
TABLES = {1: "表一", 2: "表二", 3: "表三", 4: "表四"}


@dataclass(frozen=True)
class Said:
    """What everybody says after a step. ``window``: the next visit as (kind, from, to)."""

    key: str
    month: str
    phone: str
    registry: str
    schedule: str
    window: tuple[str, date | None, date | None]
    book: Book
    workbook: bytes
    state: str
    looks: Mapping[str, Seen]


class Walk:
    """The household, the consultant's phone and the supervisor's desk."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.entity = ""
        self.looks: Mapping[str, Seen] = {}
        world.clock.to("2023-04-10 08:30")
        self.phone: FieldPhone = world.phone(world.cast.gu)

    def to(self, day: str) -> None:
        self.world.clock.to(day)

    def visit(self, *steps: Step) -> Instance:
        """A visit filled and finalized; it waits in the outbox."""
        return self.phone.finish("visit", [("scope", "all"), ("hh", self.entity), *steps])

    def decide(self, kind: ActKind, subject: str = "", **more: object) -> None:
        by, now = self.world.cast.wang.pk, self.world.clock.now()
        decide(kind, subject or self.entity, by=by, now=now, **more)  # type: ignore[arg-type]

    def accept(self, kind: ProposalKind, since: str, *, reason: str = "", decision: ActKind = ActKind.ACCEPT) -> None:
        """Decide what a visit proposed, or (nothing is pending) what came on paper."""
        waiting = [p for p in household(self.entity).pending if p.proposed.kind == kind]
        value = {
            "proposal": str(kind), "programme": Programme.DIBAO if kind != ProposalKind.CLOSE else "",
            "instance": waiting[0].instance if waiting else "",
        }  # fmt: skip
        self.decide(decision, since=date.fromisoformat(since), value=value, reason=reason)

    def approve_all(self) -> None:
        """The supervisor reads what waits, and approves it."""
        waiting = Noted.objects.filter(is_head=True, review__in=("pending", "resent")).values_list("filing__instance")
        for (instance,) in list(waiting):
            self.decide(ActKind.APPROVE, instance)

    def lock(self, month: str) -> str:
        """The ledger clerk closes a month; its checksum."""
        closed = close_month(ZHUJIAJIAO, month, by=self.world.cast.ledger.pk, now=self.world.clock.now())
        return closed.month.checksum

    def say(self, key: str, month: str) -> Said:
        """What everybody says now; ``month`` is the ledger's."""
        known = served(self.entity) is not None
        opened = household(self.entity) if known else None
        due = Due.objects.get(household=opened.row) if opened else None
        exported = export_month(ZHUJIAJIAO, month, made_by="小赵", now=self.world.clock.now())
        year, number = (int(part) for part in month.split("-"))
        assert exported.name == f"青浦区社会救助低收入人口探访排摸统计表（{TOWN}{year}年{number}月）.xlsx"
        looks, self.looks = self.looks, {}
        return Said(
            key, month, _phone(self.phone, self.entity), _registry(opened), _schedule(due),
            (due.kind, due.due_from, due.due_to) if due else ("", None, None),
            read_book(exported.data, TOWN), exported.data, _state(exported.view), looks,
        )  # fmt: skip


def walk(world: World) -> Iterator[Said]:
    """The whole story. Days are real days: 2024 has a 29 February, quarters and half-years are the calendar's."""
    one = Walk(world)
    phone = one.phone

    one.to("2023-04-12")
    registration = phone.finish("screening", [
        ("told", "OK"), ("village", world.village), ("rep_name", NAME), ("id_type", "resident"),
        ("id_no", NUMBER.lower()), ("hukou_kind", "same_town"), ("addr", "大新街42号"), ("phone", "13900001111"),
        ("members_n", "2"), ("member[1]/m_name", "陆小强"), ("member[1]/m_relation", "child"),
        ("member[1]/m_birth_year", "1978"), ("member[1]/m_tags", "serious_ill jobless"), ("income_pc", "1260"),
        ("insur", "pension_resident medical_resident"), ("in_relief", "no"), ("may_qualify", "yes"),
        ("willing", "yes"), ("able", "none"), ("aware", "no"), ("policy_minzheng", "dibao"),
        ("policy_other", "medical_aid"), ("vuln6", "lonely_elder"), ("needs", "medical goods"),
        ("difficulty", "儿子长期生病没有工作，靠她的养老金过日子"), ("told_policy", "yes"), ("told_which", "dibao"),
        ("grade_sug", "B"), ("plan", "讲清低保政策，帮她准备材料"),
    ])  # fmt: skip
    one.entity = phone.row("households", NAME).id
    yield one.say("registered", "2023-04")

    one.to("2023-04-26")
    first = one.visit(("result", "met_person"), ("changed", "phone"), ("phone", "13900002222"), ("trend", "same"),
                      ("told_policy", "no"), ("plan", "陪她到受理中心递交低保申请"))  # fmt: skip
    yield one.say("visited offline", "2023-04")

    one.to("2023-05-05 16:40")
    phone.send(first, registration)
    phone.sync()
    yield one.say("uploaded", "2023-04")

    one.to("2023-05-08")
    one.approve_all()
    one.to("2023-07-12")
    second = one.visit(("result", "met_family"), ("changed", "income"), ("income_pc", "1085.5"),
                       ("income_why", "儿子停发病假工资"), ("trend", "worse"), ("needs", "medical goods"),
                       ("difficulty", "儿子长期生病没有收入，药费每月八百元，靠她的养老金过日子"),
                       ("told_policy", "no"), ("help_given", "assist"),
                       ("help_note", "陪着填了低保申请表"))  # fmt: skip
    phone.send(second)
    phone.sync()
    yield one.say("visited again", "2023-07")

    one.to("2023-10-08")
    one.approve_all()
    one.accept(ProposalKind.ADMIT, "2023-10-01", reason="低保审批表，2023年10月起享受")
    one.decide(ActKind.GRADE, since=date(2023, 10, 8), value={"grade": "C"}, reason="已纳入保障，转为一般")
    phone.sync()
    yield one.say("admitted", "2023-10")

    one.to("2023-11-20")
    third = one.visit(("result", "met_person"), ("changed", "none"), ("trend", "better"), ("told_policy", "no"),
                      ("plan", "每半年上门一次，看药费补助到没到"))  # fmt: skip
    linked = phone.finish("referral", [
        ("hh", one.entity), ("need", "goods"), ("kind", "charity"), ("resource", "fund"), ("state", "linked"),
        ("linked_on", "2023-11-18"), ("aid_kind", "money"), ("amount", "1500"), ("payer", "朱家角社区基金会"),
        ("aid_on", "2023-11-18"),
    ])  # fmt: skip
    phone.send(third, linked)
    phone.sync()
    one.approve_all()
    yield one.say("helped", "2023-11")

    one.to("2023-12-05")
    one.lock("2023-11")
    yield one.say("locked", "2023-11")

    one.to("2024-03-15")
    told = one.visit(("result", "met_person"), ("changed", "relief income"), ("income_pc", "2350"),
                     ("in_relief", "ended"), ("programme", "dibao"), ("admit_on", "2023-10-01"),
                     ("end_on", "2024-03-15"), ("overlay", "medical_aid"), ("trend", "better"),
                     ("difficulty", "儿子刚上班，收入还不牢靠，药费仍要自己出一半"), ("told_policy", "no"),
                     ("plan", "停保后按时回访，看就业稳不稳"))  # fmt: skip
    phone.send(told)
    one.to("2024-03-18")
    one.accept(ProposalKind.EXIT, "2024-03-15")
    one.approve_all()
    phone.sync()
    yield one.say("ended", "2024-03")

    back: list[Step] = [("result", "met_person"), ("changed", "none"), ("trend", "same"), ("told_policy", "no")]
    one.to("2024-04-10")
    phone.send(one.visit(*back, ("income_pc", "2400"), ("stable_income", "unstable"), ("income_source", "job"),
                         ("integration", "fair"), ("reapply", "no"), ("suggest_close", "no")))  # fmt: skip
    phone.sync()
    yield one.say("first return visit", "2024-04")

    one.to("2024-09-20")
    phone.send(one.visit(*back, ("income_pc", "2600"), ("stable_income", "stable"), ("income_source", "job"),
                         ("integration", "good"), ("reapply", "no"), ("suggest_close", "no")))  # fmt: skip
    phone.sync()
    yield one.say("second return visit", "2024-09")

    good: list[Step] = [*back, ("income_pc", "2600"), ("stable_income", "stable"), ("income_source", "job"),
                        ("integration", "good"), ("reapply", "no")]  # fmt: skip
    hints = Look(("exit_months", "close_missing", "close_ready"))
    one.to("2025-03-14")  # twelve months less a day: only looked at, not sent
    one.looks = phone.fill("visit", [("scope", "all"), ("hh", one.entity), *good, hints]).looks[0]
    yield one.say("a day too early", "2025-03")

    one.to("2025-03-15")
    one.looks = phone.fill("visit", [("scope", "all"), ("hh", one.entity), *good, hints]).looks[0]
    phone.send(one.visit(*good, ("suggest_close", "yes")))
    phone.sync()
    yield one.say("third return visit", "2025-03")

    one.to("2025-03-20")
    one.accept(ProposalKind.CLOSE, "2025-03-20", reason="儿子又住院了，再看一段", decision=ActKind.DECLINE)
    one.approve_all()
    one.to("2025-05-12")
    again = one.visit(("result", "met_family"), ("changed", "relief income"), ("income_pc", "1120"),
                      ("in_relief", "in"), ("programme", "dibao"), ("admit_on", "2025-05-01"),
                      ("overlay", "medical_aid rent"), ("trend", "worse"),
                      ("difficulty", "儿子旧病复发又没了工作，住院押金是借来的"), ("told_policy", "yes"),
                      ("told_which", "dibao"), ("plan", "盯住医疗救助报销，联系长护险"))  # fmt: skip
    phone.send(again)
    one.to("2025-05-14")
    one.accept(ProposalKind.READMIT, "2025-05-01")
    one.approve_all()
    phone.sync()
    yield one.say("admitted again", "2025-05")
    assert all_applied()


def _phone(phone: FieldPhone, entity: str) -> str:
    row = phone.rows("households")[entity]
    held = row.properties
    parts = [row.label, TABLES.get(int(held.get("table_no") or 0), "")]
    if row.trunk is None:
        parts.append(f"only on this phone, version {row.version}, no trunk")
    else:
        parts.append(_window(held["kind_due"], held["due_from"], held["due_to"]))
        parts.append(f"last visit {held['last_visit']}")
    if held.get("exit_date"):
        parts.append(f"exit {held['exit_date']}")
    waiting = sum(not instance.is_sent for instance in phone.phone.outbox)
    if waiting:
        parts.append(f"{waiting} in the outbox")
    return "; ".join(part for part in parts if part)


def _registry(opened: Opened | None) -> str:
    if opened is None:
        return "nothing yet"
    folded = opened.folded
    spells = [
        f"{Programme(s.programme).label} {s.start or '?'} to {s.end or '…'}" for s in folded.spells
    ]
    pending = [f"proposed: {ProposalKind(p.proposed.kind).label} from {p.proposed.on}" for p in opened.pending]
    parts = [
        str(Standing(folded.standing).label), TABLES.get(opened.row.table or 0, ""), *spells,
        f"phone {folded.value('phone')}", f"income {folded.value('income_pc')}", *pending,
        f"{opened.row.unreviewed} waiting for review" if opened.row.unreviewed else "",
    ]  # fmt: skip
    return "; ".join(part for part in parts if part)


def _schedule(due: Due | None) -> str:
    if due is None:
        return "nothing yet"
    parts = [_window(due.kind, due.due_from, due.due_to), f"last seen {due.last_on}"]
    if due.closable_from:
        parts.append(f"may be closed from {due.closable_from}")
    return "; ".join(parts)


def _state(view: MonthView) -> str:
    return f"{view.state_name}, {view.waiting} line waits for review" if view.waiting else view.state_name


def _window(kind: str, first: object, last: object) -> str:
    return f"{DueKind(kind).label} {first} to {last}" if last else f"{DueKind(kind).label}" if kind else ""

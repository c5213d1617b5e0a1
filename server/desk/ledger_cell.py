"""One cell of a table: where it comes from, and mending the fact there."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from forms.catalogue import titles
from server.accounts.matrix import Thing, Verb
from server.acts.kinds import ActKind
from server.areas.within import is_within
from server.desk.corrections import corrected_values
from server.desk.ledger_now import mends_in, said_here, turn_to, village_now
from server.desk.ledger_parts import must_see_month, shown_cell, state_badge
from server.desk.ledger_relief import mend_relief_cell, relief_choices
from server.desk.page import page
from server.desk.parts import review_badge
from server.desk.seat import Seat, screen
from server.field.decide import decide
from server.households.facts import FACTS, kind_of
from server.households.find import open_household, served
from server.households.kinds import FactKind, Programme
from server.households.mask import MASKS
from server.households.models import Filing, Household
from server.households.values import Folded
from server.ledgers.columns import TABLES, Column
from server.ledgers.folds import Shown
from server.ledgers.origins import RULES, Origin, origins_of
from server.ledgers.read import lines_of, standing_month
from server.ledgers.rulings import rulings_of
from server.ledgers.values import Line, first_day, last_day, plain
from server.ledgers.words import INSUR
from server.support.models import Policy

#: The fact a column shows, where it is one that can be mended here.
FACT_OF = {
    "name": "rep_name", "id_no": "id_no", "sex": "sex", "age": "birth", "security": "insur", "members": "members_n",
    "income": "income_pc", "addr": "addr", "phone": "phone", "policies": "policy_minzheng",
    "other_policies": "policy_other", "difficulty": "difficulty", "suggestion": "suggest", "links": "suggest",
    "overlay": "overlay", "plan": "plan",
}
CHOSEN = ("insur", "policy_minzheng", "policy_other", "overlay")
#: Columns that follow from spells of relief, and those mended on the household's own page by a decision.
RELIEF = ("programme", "admitted", "ended")
BY_DECISION = {"village": "划定村居"}
#: What a further 对象 has of their own: mended beside the name.
OWN = (*RELIEF, "name", "sex", "id_no", "age")
MOST = 4000


@dataclass(frozen=True)
class Asked:
    """The cell an address means."""

    town: str
    month: str
    line: Line
    lines: Sequence[Line]
    column: Column
    household: str
    row: Household | None

    @property
    def fact(self) -> str:
        return "" if self.line.part and self.column.key in OWN else FACT_OF.get(self.column.key, "")

    @property
    def is_relief(self) -> bool:
        return not self.line.part and self.column.key in RELIEF

    @cached_property
    def folded(self) -> Folded | None:
        """The household as of the month's last day, by all that is known now; None where nothing is kept of it."""
        return Shown(self.household).fold(last_day(self.month)) if self.row is not None else None

    @cached_property
    def instance(self) -> str:
        """The submission that says the fact, '' where nobody or the desk did."""
        held = self.folded.facts.get(self.fact) if self.folded is not None else None
        named = self.line.cells[self.column.key].sources
        instance = held.instance if held and held.instance in named else next(iter(named), "")
        return instance if Filing.objects.filter(instance=instance, list="households").exists() else ""


def _asked(request: HttpRequest, seat: Seat, town: str, month: str, any_id: str, key: str) -> Asked:
    """The cell, or 404: no such line of this month, or one of another 村居 than the person's (logged)."""
    must_see_month(seat, town, month)
    lines = lines_of(town, month, any_id)
    if not lines:
        raise Http404("line")
    if not is_within(lines[0].village, seat.codes):
        seat.refuse(f"ledger:{town}/{month}")
    part = request.GET.get("part") or request.POST.get("part") or ""
    line = next((one for one in lines if one.part == part), lines[0])
    column = next((one for one in TABLES[line.kind].columns[1:] if one.key == key), None)
    if column is None:
        raise Http404("column")
    row = served(any_id)
    return Asked(town, month, line, lines, column, row.pk if row else any_id, row)


@screen(Thing.LEDGER)
def ledger_cell(request: HttpRequest, seat: Seat, town: str, month: str, any_id: str, key: str) -> HttpResponse:
    asked = _asked(request, seat, town, month, any_id, key)
    line, fact = asked.line, asked.fact
    cell = line.cells[key]
    closed = standing_month(town, month)
    mends = mends_in(seat, line.village)
    turn = turn_to(seat, village_now(asked.row, line.village)) if mends else ""
    context: dict[str, Any] = {
        "town": town, "month": month, "first": first_day(month), "line": line, "column": asked.column,
        "household": asked.household, "name": shown_cell(seat, line, "name"), "text": shown_cell(seat, line, key),
        "table": line.kind.label, "rule": RULES.get(key, ""), "badge": state_badge(closed.state if closed else None),
        "closed": closed is not None, "origins": _drawn(seat, line, origins_of(cell.sources, _facts(asked))),
        "turn": turn, "mends": mends and bool(fact) and (not turn or bool(said_here(seat, [asked.instance]))),
        "decision": BY_DECISION.get(key, "") if mends and not turn else "",
        "relief": relief_choices(seat, asked.folded, turn) if mends and asked.is_relief and asked.folded else None,
        "opens": asked.row is not None and seat.sees(asked.row.village),
        "options": _options(fact), "chosen": _chosen(asked), "day": fact == "birth",
        "sexes": fact == "sex", "long": asked.column.type == "text" and fact not in CHOSEN,
        "value": "" if key in MASKS or cell.value is None else str(plain(cell.value)),
        "changes": bool(fact) and kind_of(fact) == FactKind.CHANGING and not turn,
        "rules": seat.may(Verb.UPDATE, Thing.LEDGER, town), "programmes": Programme.choices,
        "persons": rulings_of(month).persons([asked.household]), "is_name": key == "name",
        "of_person": bool(line.part) and key in OWN and key != "name",
    }
    return page(request, seat, "ledgers/cell.html", context, at="ledgers")


def _facts(asked: Asked) -> tuple[str, ...]:
    fact = "relief" if asked.is_relief else asked.fact
    return (fact, f"{fact}_text", f"{fact}_other") if fact else ()


def _drawn(seat: Seat, line: Line, origins: Sequence[Origin]) -> list[tuple[Origin, str, Any, bool]]:
    """Each source with its title, its review badge and whether it opens."""
    named = titles()
    opens = seat.may(Verb.READ, Thing.SUBMISSION, line.village)
    return [
        (one, named.get(one.form, one.title) if one.form else one.title,
         review_badge(one.review) if one.review else None,
         one.submission is not None and (opens or one.own_of == seat.user.pk))
        for one in origins
    ]


def _options(fact: str) -> list[tuple[str, str]]:
    if fact == "insur":
        return list(INSUR.items())
    if fact in CHOSEN:
        return list(Policy.objects.order_by("code").values_list("code", "name"))
    return []


def _chosen(asked: Asked) -> list[str]:
    value = asked.folded.value(asked.fact) if asked.fact in CHOSEN and asked.folded is not None else None
    return list(value) if isinstance(value, list) else []


@require_POST
@screen(Thing.LEDGER)
def ledger_mend(request: HttpRequest, seat: Seat, town: str, month: str, any_id: str, key: str) -> HttpResponse:
    """本来就错: the statement is corrected in its place. 自…起变化: newer truth since a day. Both with a reason."""
    asked = _asked(request, seat, town, month, any_id, key)
    if not mends_in(seat, asked.line.village):
        raise PermissionDenied("只有台账专员和街镇审核人员可以在这里更正。")
    if not (asked.fact or asked.is_relief):
        raise Http404("fact")
    turn = turn_to(seat, village_now(asked.row, asked.line.village))
    if asked.is_relief:
        refusal = mend_relief_cell(request, seat, asked.household, asked.folded, turn)
    else:
        refusal = _mend_fact(request, seat, asked, turn)
    if refusal:
        return _back(request, asked, f"没有保存：{refusal}", "red")
    text = "已更正。" if standing_month(town, month) is None else "已更正；月报已锁定，变化列入补报。"
    return _back(request, asked, text)


def _mend_fact(request: HttpRequest, seat: Seat, asked: Asked, turn: str) -> str:
    """Why nothing was saved, or ''. ``turn``: another 街镇 answers for the household now."""
    fact, reason = asked.fact, request.POST.get("reason", "").strip()[:500]
    text = " ".join(request.POST.getlist("value")) if fact in CHOSEN else request.POST.get("value", "")
    wrong = request.POST.get("how") != "since"
    instance, since = asked.instance, _day(request.POST.get("since", ""), seat.today)
    if turn and not (wrong and said_here(seat, [instance])):
        raise PermissionDenied(turn)
    if not reason or (not wrong and since is None) or len(text) > MOST:
        return "请写明原因；“自…起变化”还要写不晚于今天的日期。"
    if not wrong and kind_of(fact) == FactKind.TIMELESS:
        return f"{FACTS[fact].label}不随时间变化，请选“本来就错”。"
    if wrong and not instance and _said_since(asked):
        return "这一项后来另有填报，请在后来的月份更正。"
    if wrong and instance and Filing.objects.filter(instance=instance, submission__sender=seat.user).exists():
        raise PermissionDenied("不能更正自己的提交。")
    with transaction.atomic():
        for value in corrected_values(fact, text):
            if turn:
                # In its place and no more: what the other side has said since is not overruled.
                value.pop("verified", None)
            if wrong and instance:
                decide(ActKind.CORRECT, instance, by=seat.user.pk, now=seat.now, value=value, reason=reason)
            else:
                day = None if wrong else since
                decide(ActKind.STATE, asked.household, by=seat.user.pk, now=seat.now, value=value, reason=reason,
                       since=day or first_day(asked.month))
    return ""


def _said_since(asked: Asked) -> bool:
    """Whether somebody has said the fact since the month: what is said beside it now would stand above that."""
    now = open_household(asked.row).folded.facts.get(asked.fact) if asked.row is not None else None
    then = asked.folded.facts.get(asked.fact) if asked.folded is not None else None
    return now is not None and now.value is not None and (then is None or now.place != then.place)


def _day(text: str, today: date) -> date | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if date(1949, 10, 1) <= day <= today else None


def _back(request: HttpRequest, asked: Asked, text: str, colour: str = "green") -> HttpResponse:
    messages.add_message(request, messages.INFO, text, extra_tags=colour)
    lines = lines_of(asked.town, asked.month, asked.household)
    if not lines:  # the mending has moved it to another 街镇 or out of care
        return redirect("desk:ledger", asked.town, asked.month)
    key = asked.column.key if asked.column.key in lines[0].cells else "name"
    return redirect("desk:ledger_cell", asked.town, asked.month, asked.household, key)

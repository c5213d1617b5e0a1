"""Derived rows as phones see them: the columns of `names.ENTITY_LISTS`. Pure."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from server.field.names import ENTITY_LISTS
from server.field.words import FOCUS_WORDS, KIND_WORDS, SENSITIVE_FOCUS, VULN_WORDS, WATCH_WORDS
from server.households.code import household_code
from server.households.idno import birth_of, normal_id
from server.households.kinds import Grade, Standing, Status
from server.households.standing import VILLAGE_DIGITS
from server.households.values import Folded, State
from server.support.derive import Told
from server.support.kinds import CLOSED_STATES, ReferralState
from server.visits.kinds import DueKind
from server.visits.schedule import DEFAULT_GRADE, Plan

#: Households that leave the phone: care has ended.
ENDED = (Status.MOVED, Status.DEAD, Status.CLOSED, Status.NOT_FOUND)
Columns = dict[str, str]


def household_rows(
    state: State, plan: Plan, table: int | None, places: Mapping[str, str]
) -> dict[str, Columns]:
    """The row of a household on the phones of its home; none once care has ended or nothing counts, or without a home.

    ``places``: names by area code. Every text a form prefills is given whole: an echo must equal what is held.
    """
    folded, village = state.folded, state.folded.village
    if folded.standing == Standing.VOID or folded.status in ENDED or len(village) < VILLAGE_DIGITS:
        return {}
    columns = _shell(state) if folded.standing == Standing.SHELL else _columns(state, plan, table)
    return {village: _here(columns, state, village, places)}


def _town(village: str) -> str:
    return village[:9]


def _here(columns: Columns, state: State, village: str, places: Mapping[str, str]) -> Columns:
    """A row as it stands in its village. The label: what came back, then the village (domain D.1)."""
    name = places.get(village, "")
    short = name.removesuffix("居委会").removesuffix("村委会")
    label = _returned_mark(state) + (f"{short}·" if short else "") + columns["label"]
    return {**columns, "label": label, "village": village, "village_name": name, "town": _town(village)}


def _returned_mark(state: State) -> str:
    return f"〔退回待改 {short_code(state)}〕" if state.returned else ""


def _columns(state: State, plan: Plan, table: int | None) -> Columns:
    folded = state.folded
    number = normal_id(_text(folded.value("id_no")))
    tail = number[-4:] if len(number) >= 15 else ""
    born = _text(folded.value("birth"))
    name = folded.shown_name or "（姓名未填）"
    sensitive = bool(set(folded.value("focus6") or ()) & SENSITIVE_FOCUS)
    if not born and (found := birth_of(number)):
        born = found.isoformat()
    return {
        "label": label_of(state, plan, name, tail),
        "as_of": folded.as_of.text(),
        "hh_code": household_code(folded.id),
        "rep_name": folded.shown_name,
        "sex": _text(folded.value("sex")),
        "birth_year": born[:4],
        "id_tail4": tail,
        "members_n": _text(folded.value("members_n")),
        "addr_short": _text(folded.value("addr")),
        "phone": _text(folded.value("phone")),
        "table_no": str(table or ""),
        "status": status_of(state, plan),
        "grade": folded.grade or DEFAULT_GRADE,
        "kind_due": str(plan.window.kind),
        "due_from": _iso(plan.window.due_from),
        "due_to": _iso(plan.window.due_to),
        "last_visit": _iso(plan.last_on),
        "exit_date": _iso(plan.exit_on),
        "focus": "、".join(focus_words(folded)),
        "last_plan": _text(folded.value("plan")),
        "last_note": "" if sensitive else _text(folded.value("difficulty")),
        "told": "1" if folded.value("told") else "",
    }


def _shell(state: State) -> Columns:
    """A household of which only returned statements are left: name, village, and what to do."""
    folded = state.folded
    blank = dict.fromkeys(ENTITY_LISTS["households"], "")
    return {
        **blank,
        "label": folded.shown_name or "（姓名未填）",
        "hh_code": household_code(folded.id),
        "rep_name": folded.shown_name,
        "status": "new",
        "grade": Grade.B,
        "kind_due": DueKind.NONE,
    }


def short_code(state: State) -> str:
    """The short number under which the worker finds the reason on his page: the end of the returned instanceID."""
    return min(state.returned).replace("-", "")[-4:].upper() if state.returned else ""


def label_of(state: State, plan: Plan, name: str, tail: str) -> str:
    """姓名·尾号…… and what is due. Dates, never "today": the phone compares."""
    parts = [name + (f"·尾号{tail}" if tail else "")]
    if plan.window.due_to is not None:
        parts.append(f"{KIND_WORDS[plan.window.kind]} {plan.window.due_to:%m-%d}前")
    if plan.asked_to is not None:
        parts.append("请核实是否登重")
    if state.folded.standing == Standing.PROVISIONAL:
        parts.append("登记表未到")
    return " ".join(parts)


def status_of(state: State, plan: Plan) -> str:
    """new | active | exited: as the form's note puts it."""
    if state.folded.status != Status.ACTIVE:
        return str(state.folded.status)
    if plan.exit_on is not None:
        return "exited"
    return "active" if len(state.visits) > 1 or state.folded.spells else "new"


def focus_words(folded: Folded) -> list[str]:
    """The tags a phone may carry, in words."""
    words = [VULN_WORDS[code] for code in folded.value("vuln6") or () if code in VULN_WORDS]
    words += [FOCUS_WORDS[code] for code in folded.value("focus6") or () if code in FOCUS_WORDS]
    return words + [WATCH_WORDS[code] for code in folded.value("watch") or () if code in WATCH_WORDS]


def lead_row(told: Told, due: date, is_open: bool, places: Mapping[str, str]) -> dict[str, Columns]:
    """An open lead on its village's phones; an answered one on none."""
    if not is_open or not told.counts or not told.village:
        return {}
    seen = _text(told.facts.get("seen") or told.facts.get("brief"))
    name = _text(told.facts.get("rep_name"))
    urgent = bool(told.facts.get("urgent"))
    label = f"{'【急】' if urgent else ''}{name or '姓名不详'}·{seen[:16]}"
    return {
        told.village: {
            "label": label,
            "as_of": told.as_of.text() if told.as_of else "",
            **_village(told.village, places),
            "rep_name": name,
            "brief": seen[:40],
            "urgent": "1" if urgent else "0",
            "reported_on": _iso(told.opened.date()),
            "due": _iso(due),
            "state": "open",
        }
    }


def referral_row(
    told: Told,
    state: ReferralState,
    served: str,
    name: str,
    village: str,
    target: str,
    kind: str,
    places: Mapping[str, str],
) -> dict[str, Columns]:
    """An open referral on the phones of its household's village. ``served``: the household's id as served now."""
    if state in CLOSED_STATES or not told.counts or not village:
        return {}
    return {
        village: {
            "label": f"{name or '（未登记）'}·{target}",
            "as_of": told.as_of.text() if told.as_of else "",
            "hh": served,
            "hh_name": name,
            **_village(village, places),
            "kind": kind,
            "target": target,
            "state": str(state),
            "linked_on": _iso(told.linked_on),
            "next_step": _text(told.facts.get("next_step")),
            "opened_on": _iso(told.opened.date()),
        }
    }


def _village(village: str, places: Mapping[str, str]) -> Columns:
    return {"village": village, "village_name": places.get(village, "")}


def _text(value: Any) -> str:
    return "" if value is None else str(value)


def _iso(day: date | None) -> str:
    return day.isoformat() if day else ""

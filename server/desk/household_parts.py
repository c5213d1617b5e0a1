"""Pieces of the household page: every line says what, since when, and who said so."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from server.accounts.find import held_role
from server.accounts.kinds import Role
from server.acts.kinds import ActKind
from server.acts.models import Act
from server.acts.read import reason_of, to_decision
from server.desk.changes import text_of
from server.desk.household_closing import missing_of
from server.desk.words import Words, day_text
from server.field.ledger_line import LEDGER_LINE
from server.households.facts import FACTS
from server.households.find import Opened, Source
from server.households.kinds import Grade, Outcome, ProposalKind, Review
from server.households.mask import mask_id, mask_name
from server.households.standing import TOWN_DIGITS, VILLAGE_DIGITS
from server.households.values import MISSING, Clash, Folded, day_of
from server.households.words import same
from server.visits.kinds import INSPECTION
from server.visits.models import Visit

#: Facts in the order and groups in which people look for them.
GROUPS: Sequence[tuple[str, Sequence[str]]] = (
    ("基本情况", ("rep_name", "id_type", "id_no", "sex", "birth", "age_told", "phone", "addr", "hukou_kind",
                  "hukou_town", "hukou_text", "members_n")),
    ("收入与保障", ("income_pc", "income_source", "stable_income", "insur", "insur_other", "applied", "may_qualify",
                    "willing", "able", "aware", "policy_minzheng", "policy_other", "overlay")),
    ("困难与需求", ("vuln6", "focus6", "watch", "health", "job", "needs", "difficulty", "suggest", "links_told",
                    "trend", "integration")),
    ("处理", ("plan", "grade_sug", "next_on", "told")),
)
#: Forms that register a household.
REGISTERING = ("screening", LEDGER_LINE)
PLACED = frozenset(fact for _, facts in GROUPS for fact in facts)


@dataclass(frozen=True)
class FactLine:
    label: str
    text: str
    since: date
    by: str
    form: str
    submission: int | None
    pending: bool
    corrected: bool
    verified: bool


def fact_groups(folded: Folded, words: Words, sources: Mapping[str, Source], acts: Sequence[Act],
                named: Mapping[str, str], *, reveals: bool, sensitive: bool) -> list[tuple[str, list[FactLine]]]:
    """Facts that stand, by group, each with its source; groups without facts are left out."""
    rest = tuple(fact for fact in folded.facts if fact not in PLACED and fact not in ("addr_short", "village"))
    deciders = {str(act.pk): str(act.by or "系统") for act in acts}
    groups = []
    for title, facts in (*GROUPS, ("其他", rest)):
        lines = []
        for fact in facts:
            held = folded.facts.get(fact)
            if held is None or held.value in (None, "", []):
                continue
            source = sources.get(held.instance)
            lines.append(FactLine(
                label=words.label(fact), since=held.since,
                text=text_of(fact, "", held.value, words, reveals=reveals, sensitive=sensitive),
                by=source.sender if source else deciders.get(held.instance, ""),
                form=named.get(source.form_id, "") if source else "",
                submission=source.submission if source else None,
                pending=held.review in (Review.PENDING, Review.RESENT), corrected=held.corrected,
                verified=held.verified and fact == "id_no",
            ))
        if lines:
            groups.append((title, lines))
    return groups


def member_rows(folded: Folded, words: Words, *, reveals: bool, sensitive: bool) -> list[dict[str, str]]:
    """Members besides the registrant, ID numbers masked until asked for."""
    return [
        {
            "name": (member.name or "（未登记姓名）") if reveals else mask_name(member.name or "") or "（未登记姓名）",
            "relation": words.value("m_relation", member.relation) if member.relation else "",
            "id_no": (member.id_no if reveals else mask_id(member.id_no)) if member.id_no else "",
            "birth": (member.birth or "")[:4],
            "tags": words.value("m_tags", list(member.tags)) if member.tags and sensitive else "",
        }
        for member in folded.members
    ]


def spell_rows(folded: Folded, words: Words) -> list[dict[str, Any]]:
    """Relief spells, the running ones first."""
    rows = [
        {"programme": words.programme(spell.programme), "start": day_text(spell.start, spell.precision),
         "end": day_text(spell.end, spell.precision) if spell.end else "", "open": spell.end is None}
        for spell in folded.spells
    ]
    return sorted(rows, key=lambda row: not row["open"])


@dataclass(frozen=True)
class Moment:
    """One thing that happened. ``colour`` of its dot; ``submission``: where to read more."""

    at: datetime | None
    on: date
    title: str
    text: str
    colour: str
    submission: int | None


ACT_TEXT = frozenset({ActKind.GRADE, ActKind.ASSIGN, ActKind.ACCEPT, ActKind.DECLINE, ActKind.MERGE, ActKind.UNMERGE,
                      ActKind.CANNOT_LINK, ActKind.LIFT_LINK, ActKind.STATE})


def timeline(folded: Folded, words: Words, sources: Mapping[str, Source], acts: Sequence[Act],
             named: Mapping[str, str]) -> list[Moment]:
    """Contacts on their days, everything sent that is no contact, and decisions; newest first."""
    moments = []
    shown = set()
    for visit in Visit.objects.filter(household=folded.id).select_related("filing", "by"):
        shown.add(visit.filing.instance)
        late = " · 补录" if (day_of(visit.received_at) - visit.on).days > 7 else ""
        checks = visit.kind == INSPECTION
        title = Outcome(visit.outcome).label
        moments.append(Moment(
            visit.received_at, visit.on, f"督查：{title}" if checks else title,
            f"{named.get(visit.form, visit.form)} · {visit.by or '—'}{late}{_of_inspection(visit) if checks else ''}",
            "" if visit.reached and not checks else "dim", visit.filing.submission_id,
        ))
    for source in sources.values():
        if source.instance not in shown and source.is_head:
            moments.append(Moment(
                source.received_at, day_of(source.received_at), named.get(source.form_id, source.form_id),
                f"{source.sender} · {Review(source.review).label if source.review else ''}", "dim", source.submission,
            ))
    for act in acts:
        if act.kind in ACT_TEXT:
            reason = reason_of(act)
            moments.append(Moment(
                act.at, act.since or day_of(act.at), act_text(act, words),
                f"{act.by or '系统'}{'：' + reason if reason else ''}",
                "red" if act.kind == ActKind.ACCEPT else "dim", None,
            ))
    return sorted(moments, key=lambda m: (m.on, m.at.timestamp() if m.at else 0), reverse=True)


def _of_inspection(visit: Visit) -> str:
    """What an inspection is worth: it counts for no visit that was owed, and is one only if an inspector made it."""
    is_one = visit.by_id is not None and held_role(visit.by_id, Role.IN, visit.on)
    return " · 不计走访" + ("" if is_one else "，填报人不是督查人员")


def act_text(act: Act, words: Words) -> str:
    """A decision in a few words: 采纳：退出保障 · 评定等级：重点."""
    value = to_decision(act).value
    told = ""
    if act.kind in (ActKind.ACCEPT, ActKind.DECLINE):
        told = ProposalKind(value["proposal"]).label if value["proposal"] else "原决定有误，撤销"
        told += f"（{words.programme(value['programme'])}）" if value.get("programme") else ""
        told += f"（条件未满足：{missing}）" if (missing := missing_of(act)) else ""
    elif act.kind == ActKind.GRADE:
        told = Grade(value["grade"]).label
    elif act.kind == ActKind.ASSIGN:
        told = words.value("village", value["village"])
    return f"{ActKind(act.kind).label}：{told}" if told else ActKind(act.kind).label


def identities(folded: Folded, sources: Mapping[str, Source]) -> list[dict[str, Any]]:
    """Every id that means this household, with the registration that made it."""
    made = {source.entity: source for source in sources.values() if source.form_id in REGISTERING}
    return [
        {"id": one, "short": one.replace("-", "")[-8:].upper(), "served": one == folded.id, "source": made.get(one)}
        for one in folded.ids
    ]


def clash_lines(
    opened: Opened, words: Words, sources: Mapping[str, Source], acts: Sequence[Act], *, reveals: bool, sensitive: bool,
    sees: Callable[[str], bool],
) -> list[dict[str, Any]]:
    """Conflicts as one sentence each (who, what, when, which value stands), and the answers to it: (pick, text).

    ``sees``: whether a 村居 is inside the reader's area, so that he may assign to it.
    """
    deciders = {str(act.pk): f"{act.by or '系统'} {_chinese(day_of(act.at))} 登记的是" for act in acts}
    return [
        _clash(index, clash, words, sources, deciders, reveals, sensitive, sees)
        for index, clash in enumerate(opened.clashes)
    ]


def _clash(
    index: int, clash: Clash, words: Words, sources: Mapping[str, Source], deciders: Mapping[str, str], reveals: bool,
    sensitive: bool, sees: Callable[[str], bool],
) -> dict[str, Any]:
    label = FACTS[clash.fact].label if clash.fact in FACTS else clash.fact

    def said(value: Any) -> str:
        return text_of(clash.fact, clash.key, value, words, reveals=reveals, sensitive=sensitive) or "（空）"

    one, other = sources.get(clash.instance), sources.get(clash.against_instance)
    who = f"{one.sender} {one.when}" if one else "一份提交"
    if clash.kind == "village":
        return _move(index, clash, who, said, sees)
    saw = f"（当时看到的是“{said(clash.was)}”）" if clash.was not in (MISSING, None) else ""
    decided = deciders.get(clash.against_instance, "审核时已更正为")
    rival = f"{other.sender} {other.when} 报的是" if other else decided
    sentence = (f"{who} 报“{label}”为“{said(clash.value)}”{saw}，而在此之前{rival}“{said(clash.against)}”；"
                f"现以“{said(clash.stands)}”为准。")
    if said(clash.value) == said(clash.against):
        sentence += "两者隐去的部分不同，点“显示完整”可以核对。"
    answers = [("value", f"以“{_short(said(clash.value))}”为准"), ("against", f"以“{_short(said(clash.against))}”为准")]
    if not same(clash.stands, clash.value) and not same(clash.stands, clash.against):
        # Somebody has said a third thing since: to keep it, or to go back.
        answers[0] = ("keep", f"维持“{_short(said(clash.stands))}”")
    return {"index": index, "fact": clash.fact, "label": label, "sentence": sentence, "kind": clash.kind,
            "answers": answers}


def _move(
    index: int, clash: Clash, who: str, said: Callable[[Any], str], sees: Callable[[str], bool]
) -> dict[str, Any]:
    """A move that somebody reports and nobody has decided: the household stays on the list of its home until then.
    Into another 街镇 it is the district's to decide."""
    to, home = said(clash.value), said(clash.stands)
    answers = [("value", f"划定到{to}")] if sees(str(clash.value)) else []
    if len(str(clash.stands)) == VILLAGE_DIGITS:
        sentence = f"{who} 报称住在{to}，现在{home}名单上；划定之前只在{home}的名单上。"
        answers.append(("against", f"留在{home}"))
        if str(clash.value)[:TOWN_DIGITS] != str(clash.stands)[:TOWN_DIGITS]:
            sentence += "跨街镇的，由区民政局划定。"
    else:
        sentence = f"{who} 报称住在{to}；这一户还没有划定村居，划定之前不在任何村居的名单上。"
    return {"index": index, "fact": clash.fact, "label": "搬迁待定", "sentence": sentence, "kind": clash.kind,
            "answers": answers}


def _chinese(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def _short(text: str) -> str:
    return text if len(text) <= 16 else text[:15] + "…"


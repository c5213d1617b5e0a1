"""Where a cell comes from, as things a person can open: submissions, decisions, assignments."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from server.accounts.models import Assignment
from server.acts.kinds import ActKind
from server.acts.models import Act
from server.acts.read import acts_about, reason_of, to_decision
from server.households.models import Filing
from server.ledgers.values import POST

#: What each column follows from, for whoever asks why it says what it says.
RULES = {
    "serial": "导出时按村居代码、姓名读音排序编号。",
    "village": "所属村(居)委取月末时划定的村居，没有划定的取首次登记所报的村居。",
    "name": "登记人姓名，取最近一次有效的登记或更正。",
    "sex": "身份证号码合乎校验的，按第 17 位；否则取登记所问的性别。",
    "id_no": "取登记的证件号码；经校验的优先。",
    "age": "按月末最后一天计算的周岁。",
    "security": "基本社会保障，取月末前最近一次有效填报。",
    "programme": "月末在保的保障项目；表四为最近一次终止的项目。",
    "members": "家庭人数，取月末前最近一次有效填报。",
    "income": "家庭月人均收入，取月末前最近一次有效填报。",
    "addr": "现居住地址，取月末前最近一次有效填报。",
    "phone": "联系方式，取月末前最近一次有效填报。",
    "policies": "拟可准入民政救助政策，取月末前最近一次有效填报。",
    "other_policies": "拟可叠加其他部门政策，取月末前最近一次有效填报。",
    "difficulty": "取月末前最近一次有效填报；没有文字的，列需求类型。",
    "suggestion": "取填报的建议；没有写的，列正在衔接的政策和资源。",
    "admitted": "各保障项目的准入日期，与家庭基本保障同一顺序。",
    "ended": "各保障项目的终止日期，与家庭基本保障同一顺序。",
    "overlay": "叠加政策；表四取终止前一天的情况。",
    "links": "月末前提出的衔接，一项一行，未办成的除外；括号里是到月末累计的发放；最后一行是尚未衔接的建议。",
    "linked": "与左边一格逐行对应的衔接日期。",
    "consultant": "月末负责该村居的社区救助顾问。",
    "plan": "处理方案，取月末前最近一次有效填报。",
}


@dataclass(frozen=True)
class Origin:
    """One source. ``submission``: its number, where it is one; ``act``: the decision; ``about``: the fact of a
    correction, '' for anything else."""

    title: str
    by: str
    at: datetime | None
    text: str = ""
    submission: int | None = None
    form: str = ""
    review: str = ""
    act: ActKind | None = None
    own_of: int | None = None


def origins_of(sources: Iterable[str], facts: Iterable[str] = ()) -> list[Origin]:
    """What the sources of a cell are, with the corrections made to ``facts`` in them; the latest first."""
    names = list(dict.fromkeys(sources))
    found = [*_submissions(names), *_acts(names), *_posts(names), *_corrections(names, set(facts))]
    return sorted(found, key=lambda origin: origin.at.timestamp() if origin.at else 0, reverse=True)


def _submissions(names: list[str]) -> Iterable[Origin]:
    rows = Filing.objects.filter(instance__in=names) | Filing.objects.filter(list="referrals", entity__in=names)
    for row in rows.select_related("submission__sender", "noted").defer("sealed", "submission__xml_sealed"):
        said, noted = row.submission, getattr(row, "noted", None)
        yield Origin(
            "填报", str(said.sender or "系统"), said.received_at, submission=said.pk, form=said.form_id,
            review=noted.review if noted else "", own_of=said.sender_id,
        )


def _acts(names: list[str]) -> Iterable[Origin]:
    keys = [name for name in names if _is_act(name)]
    for act in Act.objects.filter(pk__in=keys).select_related("by"):
        kind = ActKind(act.kind)
        yield Origin(str(kind.label), str(act.by or "系统"), act.at, reason_of(act), act=kind)


def _corrections(names: list[str], facts: set[str]) -> Iterable[Origin]:
    for act in acts_about(names):
        if act.kind == ActKind.CORRECT and to_decision(act).value.get("fact") in facts:
            yield Origin(str(ActKind.CORRECT.label), str(act.by or "系统"), act.at, reason_of(act), act=ActKind.CORRECT)


def _posts(names: list[str]) -> Iterable[Origin]:
    keys = [name.removeprefix(POST) for name in names if name.startswith(POST)]
    for row in Assignment.objects.filter(pk__in=keys).select_related("user", "village"):
        text = f"{row.village}，自 {row.since:%Y-%m-%d} 起" + (f"，至 {row.until:%Y-%m-%d}" if row.until else "")
        yield Origin("责任分工", str(row.user), None, text)


def _is_act(name: str) -> bool:
    try:
        return str(uuid.UUID(name)) == name
    except ValueError:
        return False

"""Reading files without importing them: ``dry_run``."""

import hashlib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from server.areas.kinds import AreaKind
from server.areas.models import Area
from server.exchange.identity import entity_of, identity_of
from server.exchange.joins import joins_of
from server.exchange.members import members_among
from server.exchange.read_tables import read_sheet
from server.exchange.report import Joins, LineTold, Report, batch_of
from server.exchange.sheets import CannotRead, read_sheets
from server.exchange.values import Context, LineRead, Problem, SheetRead, Where, error
from server.exchange.villages import Villages
from server.households.idno import valid_id
from server.ledgers.columns import TABLES
from server.ledgers.kinds import LedgerKind
from server.ledgers.names import names_in
from server.ledgers.read import standing_month
from server.ledgers.values import last_day

_NAME = {table.kind: table.columns[2].heading for table in TABLES.values()}
MOST_LINES = 20_000


@dataclass(frozen=True)
class Given:
    """A file as it was given: its name, its bytes."""

    name: str
    data: bytes = field(repr=False)


def dry_run(files: Sequence[Given], town: str, month: str) -> Report:
    """What importing these files as the tables of a 街镇 for a month would do, line by line. Nothing is written.

    :raises ValueError: not a month. :raises Area.DoesNotExist: no such 街镇.
    """
    context = context_of(town, month)
    sheets: list[SheetRead] = []
    faults: list[Problem] = []
    for file in files:
        try:
            sheets += [read_sheet(sheet, file.name, context) for sheet in read_sheets(file.data, file.name)]
        except CannotRead as why:
            faults.append(error(f"{file.name}：{why.sentence}", why.cure))
    read = [line for sheet in sheets for line in sheet.lines]
    if not faults and not any(sheet.kind for sheet in sheets):
        faults.append(error("没有找到四张表", "表头要与附表一至四一致；一张表一个工作表"))
    if len(read) > MOST_LINES:
        faults.append(error(f"超过 {MOST_LINES} 行", "请按村居分成几个文件导入"))
        read = []
    if standing_month(town, month) is not None:
        faults.append(Problem(f"{month} 的月报已经锁定：导入的内容不会改动它，只会列入补报"))
    doubles = _doubles(read)
    entities = [entity_of(line.answers) for line in read]
    sound = [(entity, line.answers) for entity, line in zip(entities, read, strict=True) if not line.is_refused]
    joins = joins_of(sound, town, month)
    members = members_among([one for one in sound if one[0] not in joins], town)
    lines = tuple(
        LineTold(line, entity, joins.get(entity), (*line.problems, *doubles.get(line.where, ()),
                                                   *_about(line, joins.get(entity), entity in members)))
        for entity, line in zip(entities, read, strict=True)
    )
    batch = batch_of(town, month, [line.answers for line in read])
    report = Report(town, month, batch, tuple(sheets), lines, tuple(faults))
    # What is refused has no tables to be named by.
    return replace(report, batch=_trial_of(files, town, month)) if report.is_refused or not lines else report


def digest_of(file: Given) -> str:
    """SHA-256 of a file's bytes (hex)."""
    return hashlib.sha256(file.data).hexdigest()


def _trial_of(files: Sequence[Given], town: str, month: str) -> str:
    told = "/".join([town, month, *(digest_of(file) for file in files)])
    return f"trial:{hashlib.sha256(told.encode()).hexdigest()[:40]}"


def context_of(town: str, month: str) -> Context:
    """The names a 街镇's tables are read with.

    :raises ValueError: not a month. :raises Area.DoesNotExist: no such 街镇.
    """
    day = last_day(month)
    own = Area.objects.get(code=town, kind=AreaKind.TOWN)
    names = names_in(town, day)
    towns = Area.objects.filter(kind=AreaKind.TOWN).exclude(code=town)
    villages: Mapping[str, str] = dict(Area.objects.filter(parent_id=town).values_list("code", "name"))
    return Context(
        town=town, town_name=own.name, day=day, villages=Villages(villages, own.name), village_names=villages,
        consultants=names.consultants, policies=names.policies,
        other_towns=tuple(towns.values_list("name", flat=True)),
    )


def _doubles(lines: Sequence[LineRead]) -> dict[Where, list[Problem]]:
    """A household is in one table, once: lines about the same one keep the file out until somebody has chosen."""
    by: dict[str, list[LineRead]] = defaultdict(list)
    for line in lines:
        if not line.is_refused:
            by[identity_of(line.answers)].append(line)
    found: dict[Where, list[Problem]] = defaultdict(list)
    for same in by.values():
        for line in same[1:]:
            why = "身份证号相同" if valid_id(line.answers.get("id_no")) else "村居、姓名、电话、住址都相同"
            found[line.where].append(
                error(f"与{same[0].where}{why}", "一户每月只在一张表里出现一次，请留一行", _NAME[line.kind])
            )
    return found


def _about(line: LineRead, joins: Joins | None, is_member: bool) -> list[Problem]:
    """What the registry knows otherwise of the person or of the household a line would join."""
    if joins is None:
        cure = "本是一户的只留一行；个人单独享受保障的可以单列"
        return [Problem("系统里这个人是另一户的家庭成员，导入后成为单独一户", cure)] if is_member else []
    if not joins.is_here:
        return [Problem("本区其他街镇也登记了这一户，导入后两边都会提示村居不一致", "请与对方商定由哪边主责")]
    if joins.table is not None and str(joins.table) != line.kind.value:
        now = LedgerKind(str(joins.table)).label
        return [Problem(f"系统里这一户现在属于{now}，导入后以这份台账的月份为准重新判定", "请核对")]
    return []

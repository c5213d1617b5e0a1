"""Files with the four tables in a history: brought in through the front door, undone as a whole, brought back.

A file is about months that were over before anybody walked. What phones said since has its own time and stands above
it, so that a file which was undone leaves nothing behind (`without`).
"""

import csv
import io
from collections.abc import Mapping
from contextlib import nullcontext
from dataclasses import dataclass, replace
from datetime import datetime
from random import Random
from unittest.mock import patch

from server.acts.kinds import ActKind
from server.exchange import import_tables as door
from server.exchange.dry_run import Given, dry_run
from server.exchange.find import standings_of
from server.exchange.import_tables import Imported, import_tables
from server.exchange.models import Import
from server.exchange.undo_import import undo_import
from server.field.dump import Dump
from server.households.models import Filing
from server.ledgers.columns import TABLES
from server.ledgers.kinds import LedgerKind
from tests.law.history import History, Ruling
from tests.law.people import PEOPLE, stranger
from tests.law.walker import Walker
from tests.law.world import TOWNS, VILLAGES

MONTHS = ("2026-01", "2026-02")


@dataclass(frozen=True)
class Brought:
    """Some files with tables of a 街镇 as they were given, by whom and when. ``batch``: the name of what they say."""

    files: tuple[Given, ...]
    town: str
    month: str
    by: int
    now: datetime
    batch: str


def bring_in(step: Brought, *, later: bool = False) -> Imported:
    """Import the files; ``later``: keep them, and leave every line to the worker."""
    with patch.object(door, "AT_ONCE", 0) if later else nullcontext():
        done = import_tables(step.files, step.town, step.month, by=step.by, now=step.now)
    assert done.row is not None, [line.problems for line in done.report.lines]
    return done


def files(rng: Random, town: str, month: str) -> tuple[Given, ...]:
    """One to three people of a 街镇, each in one of the four tables: those whom the phones meet, or a stranger."""
    # 0 and 1 are one number: two lines about one household would keep the file out.
    some = rng.sample([rng.randrange(2), 2, 3, 4, 5, 6], rng.randint(1, 3))
    lines: dict[LedgerKind, list[Mapping[str, str]]] = {}
    for number in some:
        kind = rng.choice([*LedgerKind])
        lines.setdefault(kind, []).append(_line(rng, kind, number, town, month))
    return tuple(Given(f"{kind.label}.csv", _table(kind, rows)) for kind, rows in sorted(lines.items()))


def _line(rng: Random, kind: LedgerKind, number: int, town: str, month: str) -> Mapping[str, str]:
    name, id_no, _, phone = PEOPLE[number] if number < len(PEOPLE) else (stranger(7), "", "", "13800000007")
    village = rng.choice([village for village in VILLAGES if village.startswith(town)])
    cells = {
        "village": f"村{village[-4:]}", "name": name, "id_no": id_no, "phone": phone, "members": rng.choice("123"),
        "addr": rng.choice(("东街1号", "西街9号")), "income": rng.choice(("700", "1100.5")), "age": "70",
        "difficulty": rng.choice(("年老多病，无人照料", "房屋漏雨，等待修缮")), "sex": "女",
        "plan": rng.choice(("每月上门", "联系村医")), "suggestion": rng.choice(("", "志愿者送餐")),
    }
    if kind in (LedgerKind.THREE, LedgerKind.FOUR):
        cells["programme"] = rng.choice(("低保家庭", "特困供养对象"))
        cells["admitted"] = rng.choice(("2019.03", "2025.06.01"))
    if kind == LedgerKind.FOUR:
        cells["ended"] = f"{month}-15"
    return cells


def _table(kind: LedgerKind, rows: list[Mapping[str, str]]) -> bytes:
    columns, out = TABLES[kind].columns, io.StringIO()
    writer = csv.writer(out)
    writer.writerow([column.heading for column in columns])
    for serial, row in enumerate(rows, start=1):
        writer.writerow([str(serial), *(row.get(column.key, "") for column in columns[1:])])
    return out.getvalue().encode()


# --- what may happen ---


def bring_some(history: History) -> None:
    """A 街镇 brings in what it kept in tables so far."""
    town, month = history.rng.choice(TOWNS), history.rng.choice(MONTHS)
    given = files(history.rng, town, month)
    batch = dry_run(given, town, month).batch
    take(history, Brought(given, town, month, history.world.desk, history.now, batch))
    history.cases["import"] += 1


def file(history: History, walker: Walker) -> None:
    """Tables of a 街镇 come in; sometimes the very same once more."""
    if (steps := brought(history)) and history.rng.random() < 0.3:
        take(history, replace(history.rng.choice(steps), now=history.now))
    else:
        bring_some(history)


def take(history: History, step: Brought) -> None:
    history.steps.append(step)
    bring_in(step, later=history.rng.random() < 0.2)
    history.watch.look()


def judge_file(history: History, walker: Walker) -> None:
    """A file is undone or brought back or approved, as a whole."""
    if rows := list(Import.objects.order_by("batch")):
        row = history.rng.choice(rows)
        if standings_of([row])[row.batch].undone_at is not None and history.rng.random() < 0.5:
            history.rule(ActKind.UNVOID, row.batch)
        elif history.rng.random() < 0.6:
            history.rule(ActKind.VOID, row.batch)
            history.cases["import undone"] += 1
        else:
            history.rule(ActKind.APPROVE, row.batch)


def brought(history: History) -> list[Brought]:
    return [step for step in history.steps if isinstance(step, Brought)]


# --- as if it had never been ---


def undo_one(history: History) -> str:
    """Undo one of the files at the end, unless it is undone; its batch, '' where there is none to be looked at.

    Not looked at are files whose lines somebody gave another hour (what is void still lends its place to the visits
    that were based on it), those whose households somebody joined, kept apart or refiled to by name (what was decided
    about two ids holds for both of them, whatever is said of them), and those whose ids others name: what is void still
    gives them their home, and a household goes on being served under the id it was first known by.
    """
    rows = [row for row in Import.objects.order_by("batch") if not _is_entangled(history, row.batch)]
    if not rows:
        return ""
    row = history.rng.choice(rows)
    history.pass_time()
    undo_import(row, by=history.world.desk, now=history.now, reason="导错了")
    history.watch.look()
    return row.batch


#: Acts that name two ids, or an id beside a word about another.
NAMING_IDS = (ActKind.MERGE, ActKind.CANNOT_LINK, ActKind.REFILE)


def _is_entangled(history: History, batch: str) -> bool:
    made = entities_of(batch)
    pairs = {name for r in history.rulings(*NAMING_IDS) for name in (r.subject, r.other)}
    others = Filing.objects.filter(entity__in=made).exclude(batch=batch)
    return bool(made & pairs) or others.exists() or any(is_about(r, batch) for r in history.rulings(ActKind.CLOCK))


def entities_of(batch: str) -> set[str]:
    """The household ids that the lines of a file made."""
    return set(Filing.objects.filter(batch=batch).values_list("entity", flat=True))


def is_about(step: Ruling, batch: str) -> bool:
    """Whether something was decided about a file, or about one of its lines."""
    return step.subject == batch or step.subject.startswith(f"{batch}/")


def without(history: History, batch: str) -> list:
    """The steps of a history in which that file was never seen."""
    return [
        step for step in history.steps
        if not (isinstance(step, Brought) and step.batch == batch)
        and not (isinstance(step, Ruling) and is_about(step, batch))
    ]


#: What the matcher finds candidates by: kept of void lines too, since they may be brought back. What it concludes from
#: it (opinions, cases) is compared.
INDEX = {"evidence", "link", "match_key"}


def bare(tables: Dump, batch: str) -> Dump:
    """A dump without what is kept for the record alone: a file's lines, and the households of which nothing counts."""
    gone = {pk for pk, row in tables["household"].items() if row["standing"] == "void"}
    lines = {key for key in tables["filing"] if key.startswith(f"{batch}/")}

    def stays(table: str, key: str, row: object) -> bool:
        return key not in lines and key not in gone and not (table == "ident" and row in gone)

    return {
        table: {key: row for key, row in rows.items() if stays(table, key, row)}
        for table, rows in tables.items() if table not in INDEX
    }

"""A report as JSON, for the sealed column. Pure."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from server.exchange.report import Joins, LineTold, Report
from server.exchange.values import LineRead, Problem, SheetRead, Where
from server.ledgers.kinds import LedgerKind


def pack_report(report: Report) -> dict[str, Any]:
    """A report as plain values; ``unpack_report`` is its inverse."""
    return {
        "town": report.town, "month": report.month, "batch": report.batch,
        "faults": [asdict(fault) for fault in report.faults],
        "sheets": [
            [sheet.file, sheet.name, sheet.kind and sheet.kind.value, [asdict(one) for one in sheet.problems]]
            for sheet in report.sheets
        ],
        "lines": [
            {
                "at": [line.read.where.file, line.read.where.sheet, line.read.where.row],
                "kind": line.read.kind.value, "answers": dict(line.read.answers), "entity": line.entity,
                "joins": line.joins and [line.joins.household, line.joins.is_here, line.joins.table],
                "problems": [asdict(one) for one in line.problems],
            }
            for line in report.lines
        ],
    }


def unpack_report(row: Mapping[str, Any]) -> Report:
    """The report that ``pack_report`` was given. Problems of a line stand with the line; its sheet has the lines."""
    lines = tuple(_line(one) for one in row["lines"])
    sheets = tuple(
        SheetRead(
            file, name, LedgerKind(kind) if kind else None,
            tuple(line.read for line in lines if (line.read.where.file, line.read.where.sheet) == (file, name)),
            tuple(Problem(**one) for one in problems),
        )
        for file, name, kind, problems in row["sheets"]
    )
    faults = tuple(Problem(**one) for one in row["faults"])
    return Report(row["town"], row["month"], row["batch"], sheets, lines, faults)


def _line(row: Mapping[str, Any]) -> LineTold:
    problems = tuple(Problem(**one) for one in row["problems"])
    read = LineRead(Where(*row["at"]), LedgerKind(row["kind"]), row["answers"], problems)
    return LineTold(read, row["entity"], Joins(*row["joins"]) if row["joins"] else None, problems)

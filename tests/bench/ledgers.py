"""python -m tests.bench.ledgers: closing and exporting a district's month, beside a bare openpyxl write of its cells.

For each of ``BENCH_SIZES`` (10000,25000,50000 households over the 11 街镇) in a database of its own, each part in a
process of its own, so that its peak of memory is its own:

- close: ``close_month`` of every 街镇, from the registry to sealed lines. ``BENCH_VISITED`` (0.02) of the households were
  visited since the month ended and are derived anew from kept rows; see ``district``.
- export: the background job for all 街镇 (11 workbooks of four tables, in a zip) from the click to the sealed file:
  lines read and opened twice, widths, heights, rows, properties, zip, sealing, progress, access log.
- bare: the very cells of those files, headings and notes included, with the same named styles, through openpyxl's
  write-only mode and nothing else: no widths, heights, page, properties; the values lie ready in memory. *Plain* are the
  same values without any style.

Then one 街镇 with ``BENCH_TOWN`` (5,000) lines through the desk: the draft of the open month, its closing, the file of
the closed month, each from the POST to the last byte of the answer.

CPU seconds of this process, since wall times of a shared machine are noise (of PostgreSQL, with
``BENCH_DATABASE_URL=postgres://…/postgres``, only the wall tells). Nothing is asserted: the budgets are printed beside.
"""

# ruff: noqa: PLC0415 the settings come first

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from datetime import date
from functools import partial
from io import BytesIO
from typing import Any

from tests.bench.district import MONTH, drop, fill, settle

SIZES = [int(size) for size in os.environ.get("BENCH_SIZES", "10000,25000,50000").split(",") if size]
TOWN = int(os.environ.get("BENCH_TOWN", "5000"))
VISITED = float(os.environ.get("BENCH_VISITED", "0.02"))
ALONE = "310118102"
Found = Mapping[str, float]


def measured(work: Callable[[], Any]) -> tuple[dict[str, float], Any]:
    """CPU and wall seconds of something, the peak of memory before and after it (MB); and what it gave."""
    before, cpu, wall = peak(), time.process_time(), time.perf_counter()
    result = work()
    spent = {"cpu": time.process_time() - cpu, "wall": time.perf_counter() - wall}
    return spent | {"before": before, "peak": peak()}, result


def peak() -> float:
    """The most memory this process ever held, MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _towns() -> list[str]:
    from server.ledgers.bundle import towns_in

    return towns_in("310118")


def filled(sizes: str) -> Found:
    return measured(partial(fill, json.loads(sizes), VISITED))[0]


def close() -> Found:
    from server.ledgers.close import close_month
    from tests.ledgers.keep import moment

    now = moment(date(2024, 9, 3))

    def every() -> None:
        for town in _towns():
            close_month(town, MONTH, by=None, now=now)

    return measured(every)[0]


def export() -> Found:
    from django.utils import timezone

    from server.accounts.models import User
    from server.ledgers.jobs import ask_export, make_export
    from server.ledgers.kinds import ExportKind, ExportState, Variant
    from server.ledgers.models import Export

    bureau = User.objects.get(username="bureau")

    def ask() -> Export:
        row = ask_export(
            ExportKind.ALL, "310118", MONTH, Variant.STOCK, by=bureau, now=timezone.now(), reason="bench"
        )
        make_export(row.pk, timezone.now)
        return row

    found, row = measured(ask)
    row.refresh_from_db()
    if row.state != ExportState.DONE:
        raise SystemExit(row.error)
    return found | {"MB": row.size / 2**20}


def bare() -> Found:
    """The same cells by openpyxl alone, 街镇 by 街镇; what they are is taken down while the files are made."""
    from server.ledgers import pen, workbook
    from server.ledgers.export import export_month
    from tests.ledgers.keep import moment

    sheets: list[tuple[str, list[list[Any]]]] = []

    class Listening(pen.Pen):
        def __init__(self, sheet: Any, columns: int) -> None:
            super().__init__(sheet, columns)
            sheets.append((sheet.title, []))

        def row(self, values: Any, height: float) -> None:
            heard = list(values)
            sheets[-1][1].append(heard)
            super().row(heard, height)

    workbook.Pen = Listening  # type: ignore[misc]
    found = {"styled": 0.0, "plain": 0.0, "cells": 0.0}
    for town in _towns():
        sheets.clear()
        export_month(town, MONTH, made_by="", now=moment(date(2024, 9, 20)))
        for way, write in (("styled", _styled), ("plain", _plain)):
            found[way] += measured(partial(write, sheets))[0]["cpu"]
        found["cells"] += sum(len(row) for _, rows in sheets for row in rows)
    return found


def _styled(sheets: list[tuple[str, list[list[Any]]]]) -> None:
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell

    from server.ledgers.dress import styles

    book = Workbook(write_only=True)
    for style in styles():
        book.add_named_style(style)
    for title, rows in sheets:
        sheet, known = book.create_sheet(title), dict[str, Any]()
        for row in rows:
            cells = []
            for value, style_name in row:
                cell = WriteOnlyCell(sheet, value)
                if style_name in known:
                    cell._style = known[style_name]  # shared: the cheapest way to give a cell a style
                else:
                    cell.style = style_name
                    known[style_name] = cell._style
                cells.append(cell)
            sheet.append(cells)
    book.save(BytesIO())


def _plain(sheets: list[tuple[str, list[list[Any]]]]) -> None:
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    for title, rows in sheets:
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append([value for value, _ in row])
    book.save(BytesIO())


def click() -> Found:
    """One 街镇's file from the POST to the last byte: of the closed month, or its draft."""
    from django.conf import settings
    from django.test import Client

    from server.accounts.models import User

    settings.ALLOWED_HOSTS = ["testserver"]
    desk = Client()
    desk.force_login(User.objects.get(username="ledger"), backend=settings.AUTHENTICATION_BACKENDS[-1])
    desk.get("/ledgers/exports", secure=True)  # a server has read its modules before anybody clicks
    form = {"reason": "bench"}
    found, answer = measured(lambda: desk.post(f"/ledgers/{ALONE}/{MONTH}/file", form, secure=True))
    if answer.status_code != 200:
        raise SystemExit(f"{answer.status_code} {answer.headers}")
    return found | {"MB": len(answer.content) / 2**20}


PARTS: Mapping[str, Callable[..., Found]] = {
    "filled": filled, "close": close, "export": export, "bare": bare, "click": click,
}


def in_process(part: str, folder: str, *more: str) -> Found:
    """One part in a process of its own."""
    run = [sys.executable, "-m", "tests.bench.ledgers", part, folder, *more]
    said = subprocess.run(run, stdout=subprocess.PIPE, text=True, check=True).stdout
    found: Found = json.loads(said.strip().splitlines()[-1])
    return found


def _told(name: str, found: Found, more: str = "") -> None:
    print(f"  {name:28} {found['cpu']:7.2f} s CPU {found['wall']:7.2f} s wall   peak {found['peak']:4.0f} MB "
          f"(before {found['before']:.0f}) {more}", flush=True)


def district(size: int) -> None:
    """A district's month of so many households."""
    with tempfile.TemporaryDirectory(prefix="bench-ledgers-") as folder:
        many = in_process("filled", folder, json.dumps(_spread(size)))
        print(f"{size:,} households in 11 街镇 (filled in {many['wall']:.0f} s), "
              f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
        shut = in_process("close", folder)
        _told("close", shut, f"{shut['cpu'] / size * 1000:.2f} ms a household")
        made = in_process("export", folder)
        alone = in_process("bare", folder)
        _told("export, 11 x 4 tables", made, f"{made['MB']:.1f} MB")
        print(f"  openpyxl, {alone['cells']:,.0f} cells: with their styles {alone['styled']:.2f} s, plain "
              f"{alone['plain']:.2f} s   export : bare = {made['cpu'] / alone['styled']:.2f} (1.5)   "
              f"to plain values {made['cpu'] / alone['plain']:.2f}", flush=True)
        drop(folder)


def one_town(size: int) -> None:
    """One 街镇 of so many households, from the click to the file."""
    with tempfile.TemporaryDirectory(prefix="bench-ledgers-") as folder:
        in_process("filled", folder, json.dumps({ALONE: size}))
        print(f"one 街镇, {size:,} households, load {os.getloadavg()[0]:.1f}")
        _told("open month: click to draft", in_process("click", folder), "(5)")
        _told("close", in_process("close", folder))
        _told("closed month: click to file", in_process("click", folder), "(5)")
        drop(folder)


def _spread(size: int) -> dict[str, int]:
    towns = [f"310118{n:03d}" for n in (1, 2, 3, 102, 103, 104, 105, 106, 107, 109, 110)]
    return dict.fromkeys(towns, size // len(towns))


def main() -> None:
    for size in SIZES:
        district(size)
    if TOWN:
        one_town(TOWN)


if __name__ == "__main__":
    if len(sys.argv) > 1:
        settle(sys.argv[2])
        print(json.dumps(PARTS[sys.argv[1]](*sys.argv[3:])))
    else:
        main()

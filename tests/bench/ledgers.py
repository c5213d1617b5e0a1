"""python -m tests.bench.ledgers: closing and exporting a district's month, beside a bare openpyxl write of its cells.

`BENCH_HOUSEHOLDS` (50,000, spread over the 11 街镇; each is filed and derived as if it came from a phone, which takes the
most of the time) and `BENCH_TOWN` (5,000: one 街镇 alone, from the click to the file). CPU seconds, since wall times of a
shared machine are noise. Nothing is asserted: the budgets are printed beside.
"""

# ruff: noqa: PLC0415 the settings come first

import os
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from functools import partial
from io import BytesIO, StringIO
from typing import Any

HOUSEHOLDS = int(os.environ.get("BENCH_HOUSEHOLDS", "50000"))
TOWN = int(os.environ.get("BENCH_TOWN", "5000"))
MONTH = "2024-08"
TEXT = "户主患慢性肾病，每周透析三次，家中只有儿子打零工的收入，医药费负担重；孙女在读初中，需要学业辅导。"


def prepare() -> None:
    """A database of its own, empty but for the areas."""
    folder = tempfile.mkdtemp(prefix="bench-ledgers-")
    os.environ.update(VAR_DIR=folder, DJANGO_SETTINGS_MODULE="server.settings", DEBUG="False")
    os.environ.pop("DATABASE_URL", None)
    import django

    django.setup()
    from django.core.management import call_command

    for command in ("make_keyring", "migrate", "load_areas"):
        call_command(command, verbosity=0, stdout=StringIO())
    print(f"in {folder}")


def fill(villages: Sequence[str], many: int, first: int) -> None:
    """Households of all four tables, filed and derived in chunks."""
    from django.db import transaction

    from tests.ledgers.keep import admitted, left, screen

    in_relief, out = admitted("dibao", "2018-03-01", "month"), left("dibao", "2024-07-15")
    shapes: tuple[Mapping[str, Any], ...] = (
        {}, {"may_qualify": "no", "suggest": "联系社区基金会"}, {"relief": (in_relief,), "applied": "in"},
        {"relief": (in_relief, out), "applied": "ended"},
    )
    for start in range(0, many, 200):
        with transaction.atomic():
            for n in range(start, min(start + 200, many)):
                number = first + n
                screen(
                    f"00000000-0000-4000-8000-{number:012d}", "2024-08-05", villages[n % len(villages)],
                    rep_name=_name(number), id_no=_id(number), phone=f"139{number:08d}", addr=f"朱枫公路 {number} 号",
                    difficulty=TEXT * (1 + number % 3), plan=TEXT, **shapes[number % 4],
                )
        print(f"\r  filed {start + 200:,} of {many:,}", end="", file=sys.stderr)
    print(file=sys.stderr)


def _name(number: int) -> str:
    return "赵钱孙李周吴郑王"[number % 8] + chr(0x4E00 + number % 5000) + chr(0x5E00 + number // 7 % 5000)


def _id(number: int) -> str:
    from tests.ledgers.samples import id_number

    born = f"{1930 + number % 60}{number // 60 % 12 + 1:02d}{number // 720 % 28 + 1:02d}"
    return id_number(born, number // 20160 % 999)


def bare(lines: Iterable[Sequence[Any]]) -> bytes:
    """The same cells without title, style, width or height, by openpyxl alone."""
    from openpyxl import Workbook

    book = Workbook()
    for line in lines:
        book.active.append(line)
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def measured(work: Callable[[], Any]) -> tuple[float, float, Any]:
    """(CPU seconds, wall seconds, result)"""
    cpu, wall = time.process_time(), time.perf_counter()
    result = work()
    return time.process_time() - cpu, time.perf_counter() - wall, result


def peak() -> float:
    """The most memory this process ever held, MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    prepare()
    from server.areas.models import Area
    from server.ledgers.close import close_month
    from server.ledgers.columns import TABLES
    from server.ledgers.export import export_month
    from server.ledgers.kinds import LedgerKind
    from server.ledgers.read import month_view
    from tests.ledgers.keep import moment

    def written_bare(town: str, month: str) -> float:
        view, found = month_view(town, month), 0.0
        for kind in LedgerKind:
            keys = [column.key for column in TABLES[kind].columns[1:]]
            cells = [[n, *(line.value(key) for key in keys)] for n, line in enumerate(view.lines[kind], 1)]
            found += measured(partial(bare, cells))[0]
        return found

    closing, later = moment(date(2024, 9, 3)), moment(date(2024, 9, 20))
    codes = Area.objects.order_by("code").values_list("code", flat=True)
    towns = list(codes.filter(kind="town"))
    villages = {town: list(codes.filter(parent_id=town)) for town in towns}
    sizes = dict.fromkeys(towns, HOUSEHOLDS // len(towns))
    print(f"{sum(sizes.values()):,} households in {len(towns)} 街镇")
    first = 0
    for town, many in sizes.items():
        fill(villages[town], many, first)
        first += many
    base = peak()
    shut = made = plain = 0.0
    for town in towns:
        shut += measured(partial(close_month, town, MONTH, by=None, now=closing))[0]
        made += measured(partial(export_month, town, MONTH, made_by="", now=later))[0]
        held = peak()
        plain += written_bare(town, MONTH)
        print(f"  {town}: peak {held:.0f} MB (before closing: {base:.0f})")
    print(f"close  {shut:7.2f} s CPU   {shut / sum(sizes.values()) * 1000:.2f} ms a household")
    print(f"export {made:7.2f} s CPU   the same cells by openpyxl alone {plain:.2f} s   ratio {made / plain:.2f} (1.5)")
    print(f"close and export beside openpyxl alone: {(shut + made) / plain:.2f}")
    if sizes[towns[3]] < TOWN:
        alone = towns[3]
        fill(villages[alone], TOWN - sizes[alone], first)
        cpu, wall, found = measured(partial(export_month, alone, "2024-09", made_by="", now=later))
        lines = sum(map(len, found.view.lines.values()))
        print(f"one 街镇, {lines:,} lines, open month, from click to file: {cpu:.2f} s CPU, {wall:.2f} s wall (5)")
        cpu, wall, _ = measured(partial(close_month, alone, "2024-09", by=None, now=moment(date(2024, 10, 3))))
        print(f"its closing: {cpu:.2f} s CPU, {wall:.2f} s wall")
        before = peak()
        cpu, wall, _ = measured(partial(export_month, alone, "2024-09", made_by="", now=later))
        after, plain = peak(), written_bare(alone, "2024-09")
        print(f"the closed month's file: {cpu:.2f} s CPU, {wall:.2f} s wall; ratio to openpyxl alone {cpu / plain:.2f}; "
              f"peak {before:.0f} -> {after:.0f} MB")


if __name__ == "__main__":
    main()

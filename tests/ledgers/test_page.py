"""The sheets as pages, drawn by LibreOffice. `docs/img/ledger.png` is such a page."""

import re
import shutil
import subprocess
from collections import defaultdict
from itertools import pairwise
from pathlib import Path

import pytest

from server.ledgers.columns import TABLES
from server.ledgers.kinds import LedgerKind
from server.ledgers.values import Line
from server.ledgers.workbook import make_workbook
from tests.ledgers.samples import PAPER, of_kind

TOOLS = ("soffice", "pdftotext", "pdfinfo")
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not all(map(shutil.which, TOOLS)), reason="LibreOffice or poppler is not installed"),
]
LONG = "户主患慢性肾病，每周透析三次，家中只有儿子打零工的收入，医药费负担重；孙女在读初中，需要学业辅导。"


def pages_of(data: bytes, folder: Path) -> list[str]:
    """The text of each page, without blanks."""
    (folder / "ledger.xlsx").write_bytes(data)
    profile = f"-env:UserInstallation=file://{folder}/profile"
    subprocess.run(
        ["soffice", profile, "--headless", "--convert-to", "pdf", "--outdir", str(folder), str(folder / "ledger.xlsx")],
        check=True, capture_output=True, timeout=180,
    )
    text = subprocess.run(
        ["pdftotext", "-raw", str(folder / "ledger.pdf"), "-"], check=True, capture_output=True, text=True
    ).stdout
    return ["".join(page.split()) for page in text.split("\f")[:-1]]


def test_one_line_is_one_page_a_table(tmp_path: Path) -> None:
    pages = pages_of(make_workbook({kind: [of_kind(kind)] for kind in LedgerKind}, PAPER), tmp_path)
    assert len(pages) == 4
    for page, kind in zip(pages, LedgerKind, strict=True):
        for text in (TABLES[kind].title, TABLES[kind].seal, TABLES[kind].notes[-1], "319999196203152012", "第"):
            assert "".join(text.split()) in page
        for column in TABLES[kind].columns:
            assert column.heading in page
    size = subprocess.run(["pdfinfo", str(tmp_path / "ledger.pdf")], check=True, capture_output=True, text=True).stdout
    assert "841." in size and "595." in size  # A4 across


def test_four_hundred_lines_repeat_the_header_and_cut_nothing(tmp_path: Path) -> None:
    def line(number: int) -> Line:
        end = f"第{number:03d}户完。"
        return of_kind(LedgerKind.THREE, difficulty=LONG * (1 + number % 5) + end, plan=LONG[: number % 40] + end)

    pages = pages_of(make_workbook({LedgerKind.THREE: [line(n) for n in range(400)]}, PAPER), tmp_path)
    pages = pages[2:-1]  # the other three tables are empty
    assert len(pages) > 30
    for page in pages[:-1]:
        assert "身份证" in page and "准入救助时间" in page
    whole = "".join(pages)
    assert whole.count(TABLES[LedgerKind.THREE].title) == 1
    assert whole.count("填表说明：") == 1
    assert [n for n in range(400) if whole.count(f"第{n:03d}户完。") != 2] == []
    assert overlaps_in(tmp_path / "ledger.pdf") == []


def overlaps_in(pdf: Path) -> list[tuple[int, float, float]]:
    """(page, x, y) where two lines of text of one column lie closer than lines do: text too high for its centred cell
    runs out of it above and below, into its neighbours."""
    boxes = subprocess.run(["pdftotext", "-bbox", str(pdf), "-"], check=True, capture_output=True, text=True).stdout
    found = []
    for number, page in enumerate(boxes.split("<page ")[1:], start=1):
        columns: dict[float, list[tuple[float, float]]] = defaultdict(list)
        for x, top, bottom in re.findall(r'<word xMin="([\d.]+)" yMin="([\d.]+)" xMax="[\d.]+" yMax="([\d.]+)"', page):
            columns[round(float(x), 1)].append((float(top), float(bottom)))
        for x, rows in columns.items():
            for (top, bottom), (below, _) in pairwise(sorted(rows)):
                if below - top < 0.6 * (bottom - top):
                    found.append((number, x, below))
    return found

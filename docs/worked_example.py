"""Makes the figures and the picture of docs/worked-example.md anew: `python docs/worked_example.py`.

Plays the example (its test writes the tables into the document), then turns the workbook of the locked month into
pages with LibreOffice and keeps the sheet of 表三 as docs/img/worked-example.png. Needs soffice and pdftoppm.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PICTURE = ROOT / "docs" / "img" / "worked-example.png"
#: 表三 is the third sheet; each fills one page.
PAGE = "3"
DOTS_PER_INCH = "130"
#: The form is set in 宋体; where that is not installed, the free face nearest to it.
FONTS = """<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig>
<include>/etc/fonts/fonts.conf</include>
<match target="pattern"><test name="family"><string>宋体</string></test>
<edit name="family" mode="assign" binding="strong"><string>SimSun</string><string>Noto Serif CJK SC</string></edit>
</match></fontconfig>"""


def main() -> int:
    if missing := [tool for tool in ("soffice", "pdftoppm") if shutil.which(tool) is None]:
        sys.stderr.write(f"not here: {', '.join(missing)}\n")
        return 1
    with tempfile.TemporaryDirectory() as folder:
        book = Path(folder) / "worked-example.xlsx"
        test = [sys.executable, "-m", "pytest", "-q", "tests/loop/test_worked_example.py", "-k", "node"]
        play = {**os.environ, "WORKED_EXAMPLE": "write", "WORKED_EXAMPLE_BOOK": str(book)}
        subprocess.run(test, cwd=ROOT, env=play, check=True)
        draw(book, PICTURE)
    return 0


def draw(book: Path, picture: Path) -> None:
    """One page of a workbook as a PNG."""
    folder = book.parent
    # A profile of its own: an office that is open on this machine is left alone.
    (folder / "fonts.conf").write_text(FONTS, "utf-8")
    fonts = {**os.environ, "FONTCONFIG_FILE": str(folder / "fonts.conf")}
    office = ["soffice", f"-env:UserInstallation=file://{folder}/office", "--headless", "--convert-to", "pdf"]
    subprocess.run([*office, "--outdir", str(folder), str(book)], env=fonts, check=True, capture_output=True)
    pages = ["pdftoppm", "-r", DOTS_PER_INCH, "-f", PAGE, "-l", PAGE, "-singlefile", "-png"]
    picture.parent.mkdir(exist_ok=True)
    subprocess.run([*pages, str(book.with_suffix(".pdf")), str(picture.with_suffix(""))], check=True)


if __name__ == "__main__":
    sys.exit(main())

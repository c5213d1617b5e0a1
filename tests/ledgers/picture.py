"""Draws the picture of the docs: `python -m tests.ledgers.picture docs/img/ledger.png` (LibreOffice, poppler, Pillow).

Invented people. 宋体 is not free; where it is missing Noto Serif stands for it.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "server.settings")
django.setup()

from PIL import Image  # noqa: E402

from server.ledgers.kinds import LedgerKind  # noqa: E402
from server.ledgers.workbook import make_workbook  # noqa: E402
from tests.ledgers.samples import PAPER, id_number, of_kind  # noqa: E402

FONTS = """<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig>
<include>/etc/fonts/fonts.conf</include><match target="pattern"><test name="family"><string>宋体</string></test>
<edit name="family" mode="append" binding="strong"><string>Noto Serif CJK SC</string></edit></match></fontconfig>"""
PEOPLE = (
    ("张建国", "19620315", 201, {}),
    ("阿依古丽·买买提", "19851120", 12, {
        "difficulty": "丈夫车祸后不能劳动，两个孩子分别读初中和小学，房租和学费压力大，本人希望就近就业。",
        "plan": "联系就业援助员介绍岗位；为两个孩子联系学业辅导志愿者；每月上门一次。",
        "addr": "沪青平公路 1234 弄 56 号 789 室", "members_n": 4, "phone": "13900000002",
    }),
    ("𠀾㛃䶮", "19710505", 7, {
        "difficulty": "本人患尘肺病，长期吸氧；妻子照料，没有收入；儿子读职校三年级，学费靠亲戚借。" * 3,
        "plan": "申请医疗救助和学生资助；社区医生每两周上门一次；与职校联系实习岗位。", "addr": "䢺泾村 21 号",
        "members_n": 3, "phone": "13900000003",
    }),
    ("沈阿婆", "19380929", 44, {
        "difficulty": "独居，腿脚不便，买菜就医无人陪同，子女在外省，冬天取暖设备老旧。", "members_n": 1,
        "plan": "协助申请长护险评估，邻里志愿者每周送菜一次。", "addr": "周荡村 3 号", "phone": "021-59240000",
    }),
)


def draw(target: Path) -> None:
    """One page of 表三, cropped to what is printed."""
    lines = [
        of_kind(LedgerKind.THREE, rep_name=name, id_no=id_number(born, order), **facts)
        for name, born, order, facts in PEOPLE
    ]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "fonts.conf").write_text(FONTS, encoding="utf-8")
        book = folder / "ledger.xlsx"
        book.write_bytes(make_workbook({LedgerKind.THREE: lines}, PAPER, [LedgerKind.THREE]))
        profile = f"-env:UserInstallation=file://{folder}/profile"
        run = ["soffice", profile, "--headless", "--convert-to", "pdf", "--outdir", str(folder), str(book)]
        environment = {**os.environ, "FONTCONFIG_FILE": str(folder / "fonts.conf")}
        subprocess.run(run, check=True, capture_output=True, env=environment)
        page = ["pdftoppm", "-r", "110", "-png", "-singlefile", str(folder / "ledger.pdf"), str(folder / "page")]
        subprocess.run(page, check=True)
        image = Image.open(folder / "page.png").convert("L")
        image.crop((20, 10, image.width - 20, int(image.height * 0.66))).quantize(16).save(target, optimize=True)


if __name__ == "__main__":
    draw(Path(sys.argv[1]))

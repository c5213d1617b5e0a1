"""Today's sheets as they are: dressed, merged, reworded, half ruined. What can be read is; the rest is named with its
place and cure, and then nothing of the file comes in."""

from collections.abc import Callable
from datetime import date
from io import BytesIO
from typing import Any

import pytest
from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from server.exchange.dry_run import Given, dry_run
from server.exchange.import_tables import import_tables
from server.exchange.report import Report
from server.households.models import Household
from server.ledgers.columns import TABLES
from server.ledgers.kinds import LedgerKind
from server.ledgers.read import month_view
from sync.models import Submission
from tests.cast import JINZE, ZHUJIAJIAO, Cast
from tests.exchange.old_xls import OLD_XLS
from tests.exchange.tables import MONTH, NOW
from tests.ledgers.samples import id_number

pytestmark = pytest.mark.django_db
ONE, TWO, THREE = id_number("19500101", 1), id_number("19610202", 22), id_number("19720303", 33)
HEADS = [column.heading for column in TABLES[LedgerKind.THREE].columns]
GOOD: list[Any] = [
    1, "东湖街居委会", "赵一", "男", ONE, 74, "低保家庭", 2, "东湖街1号", "13900000001", "2018.03", "医疗救助",
    "长期卧床，药费负担重，无人照料", "社区基金会", "2024.05.12", "顾问小吴", "每月上门",
]


def saved(book: Workbook) -> bytes:
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def sheet(*rows: list[Any], heads: list[Any] = HEADS, change: Callable[[Worksheet], None] | None = None) -> bytes:
    """A plain 表三 with these rows from row 4 on."""
    book = Workbook()
    page = book.active
    page.append(["青浦区社会救助低收入人口探访排摸统计表(表三)"])
    page.append(["所属街镇（盖章）：朱家角镇"])
    page.append(heads)
    for row in rows:
        page.append(row)
    if change:
        change(page)
    return saved(book)


def read(data: bytes, name: str = "表.xlsx") -> Report:
    return dry_run([Given(name, data)], ZHUJIAJIAO, MONTH)


def told(report: Report) -> list[str]:
    """Every problem with its place."""
    return [f"{line.read.where}|{one.column}|{one.sentence}" for line in report.lines for one in line.problems]


def test_a_sheet_as_people_keep_it(cast: Cast) -> None:
    """A sheet in front of the table, a dressed title, a header in two rows and another order, merged 村居, extra
    columns, a header repeated, sums and notes below; numbers, days and words in every guise."""
    book = Workbook()
    book.active.title = "目录"
    book.active.append(["各表目录"])
    page = book.create_sheet("特困低保台账")
    page.append([None, "青浦区社会救助低收入人口探访排摸统计表（表三）"])
    page.append([None, "所属街镇：朱家角镇", None, None, "2024年8月"])
    page.append([])
    page.append([
        "序 号", "所属村\n（居）委", "户主姓名", "性别", "公民身份号码", "联系电话", "家庭人口", "家庭基本保障",
        "准入救助时间", "叠加政策", "家庭主要需求", "可衔接其他政策或社会帮扶资源", None, "现住址", "村级救助顾问",
        "处理方案", "年龄(岁)", "备注",
    ])
    page.append([*[None] * 12, "衔接时间"])
    page.merge_cells("B1:R1")
    page.append([
        1, "东湖街", " 赵 一 ", "男", f" {ONE[:6]} {ONE[6:]}", 13900000001, "2人", "低保", date(2018, 3, 15),
        "医疗救助", "长期卧床", "社区基金会", "2024年5月", "东湖街1号", "顾问小吴", "每月上门", 74, "重点",
    ])
    wide = "".join(chr(ord(c) + 0xFEE0) for c in TWO)
    page.append([
        2, None, "钱二", "女", wide, "５９７２０００１", 3, "特困供养、重残无业", "2019年5月，2020.6", "无", "无",
        None, None, "2号", None, "定期关心", None, None,
    ])
    page.merge_cells("B6:B7")
    page.append(["序 号", "所属村\n（居）委", "户主姓名", "性别", "公民身份号码"])
    page.append([
        3, "周荡村", "孙三", "男", THREE.lower(), "1390000 0003", 1, "因病支出型", 43586, None, "手术费用",
        None, None, "3号",
    ])
    page.append([4])
    page.append(["合计", None, "3户"])
    page.append(["填表说明：", "家庭基本保障填写选项", "低保家庭", "x", "y", "z"])
    page.append([5, "周荡村", "不是对象"])
    report = read(saved(book))
    assert (report.errors, report.counts["3"]) == (0, 3), told(report)
    first, second, third = (line.read.answers for line in report.lines)
    assert [line.read.where.row for line in report.lines] == [6, 7, 9]
    assert first["rep_name"] == "赵一" and first["id_no"] == ONE and first["phone"] == "13900000001"
    assert first["village"] == second["village"] != third["village"]
    assert (first["admit_on"], first["members_n"], first["links"]) == ("2018-03-15", "2", "2024-05 社区基金会")
    assert (second["programme"], second["admit_on"], second["id_no"]) == ("tekun zhongcan", "2019-05 2020-06", TWO)
    assert (third["programme"], third["admit_on"], third["addr"]) == ("zhichu", "2019-05-01", "3号")
    assert any("多出的栏目" in one.sentence and "备注" in one.sentence for one in report.sheets[1].problems)
    assert report.sheets[0].kind is None
    done = import_tables([Given("x.xlsx", saved(book))], ZHUJIAJIAO, MONTH, by=None, now=NOW)
    assert done.is_new and len(month_view(ZHUJIAJIAO, MONTH).lines[LedgerKind.THREE]) == 3


CSV = (
    "青浦区社会救助低收入人口探访排摸统计表(表一),,,,,,\n"
    "序号,所属村(居)委,姓名,身份证,家庭月人均收入,拟可准入民政救助政策,处理方案\n"
    f"1,周荡村村委会,买买提•艾力,'{ONE},\"1,200元\",低保,协助申请\n"
    f"2,周荡村村委会,㐂乐,=\"{TWO}\",0,,\"多行\n方案\"\n"
)


CODED = (
    CSV.encode("gb18030"), CSV.encode("utf-8-sig"), CSV.encode("utf-8"),
    CSV.replace('"1,200元"', "1200").replace(",", "\t").encode("utf-16"),
    CSV.replace('"1,200元"', "1200").replace(",", ";").encode("gb18030"),
)


def test_text_files_in_any_coding(cast: Cast) -> None:
    for data in CODED:
        report = read(data, "表一.csv")
        assert report.errors == 0, told(report)
        assert [line.read.kind for line in report.lines] == [LedgerKind.ONE] * 2
        first, second = (line.read.answers for line in report.lines)
        assert (first["rep_name"], first["id_no"], first["income_pc"]) == ("买买提·艾力", ONE, "1200")
        assert (second["rep_name"], second["id_no"], second["plan"]) == ("㐂乐", TWO, "多行\n方案")


def test_a_workbook_of_excel_97(cast: Cast) -> None:
    report = read(OLD_XLS, "表四.xls")
    assert report.counts == {"1": 0, "2": 0, "3": 0, "4": 2} and report.errors == 0, told(report)
    first, second = (line.read.answers for line in report.lines)
    assert (first["admit_on"], first["end_on"], first["links"]) == ("2018-03", "2024-07-15", "2024-08-02 社区基金会")
    assert (second["village"], second["end_on"], second["age"]) == (first["village"], "2024-06-30", "80")


#: (column from 1, what stands there, part of the sentence) of what keeps a file out.
REFUSED = [
    (3, None, "没有姓名"), (3, "无", "没有姓名"), (2, "月球村", "朱家角镇没有叫"), (2, "沈巷", "可能是"),
    (5, 319999195001010000, "末几位已经丢失"), (5, "3.19999E+17", "末几位已经丢失"),
    (5, "319999195001010000", "末几位已经丢失"),
    (7, "低保边缘", "不是表三、表四的保障类别"), (7, None, "没有家庭基本保障"), (11, "去年", "看不出是哪年哪月"),
    (11, "2018", "只有年份"), (11, "2024.10", "晚于本月"), (11, "2018.3、2019.4、2020.5", "1 项保障、3 个时间"),
    (17, "长" * 5001, "超过 5000 字"),
]


def test_what_keeps_a_file_out(cast: Cast) -> None:
    for column, value, sentence in REFUSED:
        bad = [*GOOD]
        bad[4] = TWO
        bad[column - 1] = value
        done = import_tables([Given("x.xlsx", sheet(GOOD, bad))], ZHUJIAJIAO, MONTH, by=None, now=NOW)
        errors = [(line.read.where.row, one) for line in done.report.lines for one in line.problems if one.is_error]
        assert [row for row, _ in errors] == [5] and sentence in errors[0][1].sentence, (column, value)
        assert errors[0][1].cure and errors[0][1].column and done.row is None
    assert not Submission.objects.exists() and not Household.objects.exists()


#: What is read with a remark, or left out with one.
REMARKS = [
    (5, None, "没有身份证号"), (5, f"{ONE[:17]}{'0' if ONE[17] != '0' else '1'}", "校验位不对"),
    (4, "女", "性别与身份证号不符"), (6, 99, "年龄与身份证号不符"), (8, "很多", "家庭人数看不懂"),
    (11, None, "准入救助时间不详"), (11, "不详", "准入救助时间不详"), (11, 2018.1, "也可能是 2018 年 10 月"),
    (15, "长期", "没有导入"), (16, "老王", "救助顾问是"),
]


def test_what_is_remarked(cast: Cast) -> None:
    for column, value, sentence in REMARKS:
        row = [*GOOD]
        row[column - 1] = value
        report = read(sheet(row))
        assert report.errors == 0 and any(sentence in one for one in told(report)), (column, value, told(report))


def test_a_household_stands_in_one_line(cast: Cast) -> None:
    other = [*GOOD]
    other[2] = "赵一一"
    report = read(sheet(GOOD, other))
    assert [one for one in told(report) if "身份证号相同" in one and "第 4 行" in one and "第 5 行" in one]
    unknown = [*GOOD]
    unknown[4] = None
    report = read(sheet(unknown, unknown))
    assert report.errors == 1 and "都相同" in told(report)[-1]


def lack(page: Worksheet) -> None:
    page.delete_cols(7)


def ours_is_theirs(page: Worksheet) -> None:
    page["A2"].value = "所属街镇（盖章）：金泽镇"


NONE = [
    (b"", "没有找到四张表"), (b"\x00\x01\x02\x03", "不是表格文件"), (b"PK\x03\x04 no zip", "打不开"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 no ole", "打不开"), ("一,二\n三,四".encode(), "没有找到四张表"),
    (sheet(GOOD, change=lack), "缺少栏目：家庭基本保障"), (sheet(GOOD, change=ours_is_theirs), "这张表是金泽镇的"),
    (b"x" * (20 * 1024 * 1024 + 1), "文件太大"),
]


def test_files_that_are_none(cast: Cast) -> None:
    for data, sentence in NONE:
        report = read(data)
        faults = [*report.faults, *(one for page in report.sheets for one in page.problems)]
        errors = [one for one in faults if one.is_error]
        assert report.is_refused and any(sentence in one.sentence and one.cure for one in errors), faults


def test_tables_of_one_place_do_not_come_in_elsewhere(cast: Cast) -> None:
    def unnamed(page: Worksheet) -> None:
        page["A2"].value = ""

    report = dry_run([Given("x.xlsx", sheet(GOOD, change=unnamed))], JINZE, MONTH)
    assert report.is_refused and "金泽镇没有叫“东湖街居委会”的村居" in told(report)[0]


def test_a_title_that_says_another_table(cast: Cast) -> None:
    def titled(page: Worksheet) -> None:
        page["A1"].value = "统计表（表四）"

    report = read(sheet(GOOD, change=titled))
    assert report.counts["3"] == 1 and "标题写的是表四" in report.sheets[0].problems[0].sentence

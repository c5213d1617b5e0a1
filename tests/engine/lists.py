"""Lists as a phone holds them, for engine tests that do without a server: the columns of `server/field/names.py`."""

import csv
import io
from collections.abc import Iterable, Mapping
from datetime import date, timedelta

from server.field.names import ENTITY_LISTS, FILE_LISTS, NO_HOUSEHOLD_ID, NO_HOUSEHOLD_LABEL, NO_VILLAGE

VERSIONS = ("__version", "__trunkVersion", "__branchId")
VILLAGE, OTHER_VILLAGE = "310118104201", "310118104202"
LEAD, URGENT_LEAD = "10000000-0000-4000-8000-000000000001", "10000000-0000-4000-8000-000000000002"
REFERRAL = "20000000-0000-4000-8000-000000000001"


def household(number: int) -> str:
    return f"30000000-0000-4000-8000-{number:012d}"


def as_csv(name: str, rows: Iterable[Mapping[str, str]]) -> str:
    """A list as the server writes it: id, label, versions (entity lists), then the columns; blank where not given."""
    columns = ["name", "label", *(VERSIONS if name in ENTITY_LISTS else ()), *{**ENTITY_LISTS, **FILE_LISTS}[name]]
    out = io.StringIO()
    writer = csv.DictWriter(out, columns, restval="")
    writer.writeheader()
    writer.writerows({"__version": "3", **row} if name in ENTITY_LISTS else row for row in rows)
    return out.getvalue()


def households(today: date) -> list[dict[str, str]]:
    """1: due today, 表一. 2: not due yet. 3: ended, return due. 4: urgent, other village. Then the explaining row."""
    day = timedelta(days=1)
    known = {
        "village": VILLAGE, "village_name": "莲湖村", "town": "310118104", "status": "active", "grade": "B",
        "table_no": "1", "as_of": "17.17.1.a", "told": "1", "members_n": "3", "sex": "female",
    }
    last = {
        "last_visit": str(today - 100 * day), "last_plan": "每月送一次米面",
        "last_note": "老伴过世后没有固定收入，房子漏雨",
    }  # fmt: skip
    due = {"kind_due": "regular", "due_from": str(today - 10 * day), "due_to": str(today + 20 * day)}
    later = {"kind_due": "regular", "due_from": str(today + 1 * day), "due_to": str(today + 30 * day)}
    rows = [
        {**known, **last, **due, "rep_name": "王小妹", "birth_year": "1952", "id_tail4": "0024",
         "phone": "13800138000", "addr_short": "莲湖村12号"},
        {**known, **last, **later, "rep_name": "李阿根", "birth_year": "1948", "id_tail4": "0033", "phone": "59200001",
         "addr_short": "莲湖村30号", "as_of": "18.18.1.b", "told": "", "members_n": "1", "last_plan": "帮忙联系修房",
         "last_note": "独居，行动不便，屋顶要修"},
        {**known, **last, **due, "kind_due": "return", "rep_name": "张福生", "table_no": "4", "status": "exited",
         "birth_year": "1970", "id_tail4": "0017", "exit_date": str(today.replace(year=today.year - 1, day=1)),
         "phone": "13900139000", "addr_short": "莲湖村5号"},
        {**known, **due, "kind_due": "urgent", "rep_name": "陈大妹", "village": OTHER_VILLAGE, "village_name": "钱盛村",
         "birth_year": "2015", "told": "", "phone": "无", "addr_short": "钱盛村1号"},
    ]
    named = [
        {"name": household(i), "label": f"{row['village_name']}·{row['rep_name']}", **row}
        for i, row in enumerate(rows, 1)
    ]
    return [*named, {"name": NO_HOUSEHOLD_ID, "label": NO_HOUSEHOLD_LABEL, "village": NO_VILLAGE}]


def media(today: date, **replaced: str) -> dict[str, str]:
    """All files a form may want. `replaced`: another text for some list, by list name."""
    day = timedelta(days=1)
    place = {"town": "310118104", "town_name": "金泽镇"}
    rows: dict[str, list[dict[str, str]]] = {
        "households": households(today),
        "leads": [
            {"name": LEAD, "label": "莲湖村·赵阿婆", "village": VILLAGE, "urgent": "0", "state": "open"},
            {"name": URGENT_LEAD, "label": "【急】莲湖村·失火", "village": VILLAGE, "urgent": "1", "state": "open"},
        ],
        "referrals": [
            {"name": REFERRAL, "label": "王小妹·社区基金会", "hh": household(1), "hh_name": "王小妹",
             "village": VILLAGE, "kind": "social", "target": "社区基金会助困", "state": "linked",
             "linked_on": str(today - 40 * day), "next_step": "月底回访", "opened_on": str(today - 50 * day),
             "as_of": "19.19.1.c"},
        ],
        "villages": [
            {"name": VILLAGE, "label": "莲湖村", **place},
            {"name": OTHER_VILLAGE, "label": "钱盛村", **place},
        ],
        "policies": [
            {"name": "dibao", "label": "最低生活保障", "kind": "basic", "dept": "mz", "brief": "人均收入低于标准"},
            {"name": "medical_aid", "label": "医疗救助", "kind": "special", "dept": "other", "topic": "medical"},
        ],
        "resources": [
            {"name": "fund", "label": "社区基金会助困", "kind": "foundation", "needs": "goods medical", "left": "3"},
            {"name": "full", "label": "已满的资源", "kind": "ngo", "needs": "goods", "left": "0"},
            {"name": "past", "label": "过期的资源", "kind": "ngo", "needs": "goods", "valid_to": str(today - day)},
            {"name": "bridge", "label": "桥计划", "kind": "bridge", "valid_to": str(today + day)},
        ],
        "workers": [{"name": "w1", "label": "小李", "town": "310118104", "kind": "CO"}],
    }
    return {f"{name}.csv": replaced.get(name) or as_csv(name, given) for name, given in rows.items()}

"""What a form must be so that phones can fill it and this programme can read it: one small function per rule. Pure.

Each takes the compiled form and what the programme knows, and yields a fault per place that breaks the rule.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from forms.compile import Compiled
from forms.faults import Fault

# The newest KoboCollect refuses to open 2025.1 forms; older ones have no effect on the phone (wire contract, entities).
ENTITIES_VERSION = "2024.1.0"
# A missing photo or position must never keep a worker from finishing.
NEVER_REQUIRED = frozenset({"image", "audio", "video", "file", "geopoint", "geotrace", "geoshape"})


@dataclass(frozen=True)
class Known:
    """What the programme knows.

    `lists` are the names of lists it serves as `<name>.csv`. `properties` has the entity lists among them with the
    properties that may be saved; None: every list is one, and any property goes. `questions` are the question names
    that are read from this form, those in a repeat as `repeat/question`;
    None with `asks_questions`: nobody knows the form.
    `files` are names of files that come with the form.
    """

    lists: Collection[str]
    properties: Mapping[str, Collection[str]] | None = None
    questions: Collection[str] | None = None
    asks_questions: bool = False
    files: Collection[str] = field(default=())

    def is_entity_list(self, name: str) -> bool:
        return name in self.lists and (self.properties is None or name in self.properties)


def find_faults(form: Compiled, known: Known) -> tuple[Fault, ...]:
    """All that keeps this form from being published, settings first, then by row."""
    found = [fault for rule in RULES for fault in rule(form, known)]
    order = {"settings": 0, "survey": 1, "choices": 2, "entities": 3}
    return tuple(sorted(found, key=lambda fault: (order.get(fault.sheet, 9), fault.row or 0)))


def has_identity(form: Compiled, known: Known) -> Iterator[Fault]:
    if not form.settings.get("form_id"):
        yield Fault("settings", 2, "没有写 form_id。", "在 settings 表加 form_id 列，写上表单编号。")
    if not form.version:
        yield Fault("settings", 2, "没有写 version。", "在 settings 表加 version 列，如 2025010101（日期加序号）。")
    if len(form.form_id) > 64 or len(form.version) > 64:
        yield Fault("settings", 2, "form_id 或 version 超过 64 个字符。", "改短。")
    if len(form.title) > 200:
        yield Fault("settings", 2, "form_title 超过 200 个字符。", "改短。")


def is_expected(form: Compiled, known: Known) -> Iterator[Fault]:
    if known.asks_questions and known.questions is None:
        yield Fault(
            "settings",
            2,
            f"本系统不认识表单编号“{form.form_id}”。",
            "检查 form_id 的拼写；新的表单要先由开发人员接入。",
        )


def has_instance_id(form: Compiled, known: Known) -> Iterator[Fault]:
    if not form.described.has_instance_id:
        yield Fault(
            "settings",
            form.row("settings", "omit_instanceid"),
            "表单没有 meta/instanceID，收到的内容无法区分。",
            "删去 settings 表的 omit_instanceID 列。",
        )


def comes_home_readable(form: Compiled, known: Known) -> Iterator[Fault]:
    if form.described.submission_url:
        yield Fault(
            "settings",
            form.row("settings", "submission_url"),
            "表单写了别的提交地址，内容不会送到本系统。",
            "删去 settings 表的 submission_url 列。",
        )
    if form.described.is_encrypted:
        yield Fault(
            "settings",
            form.row("settings", "public_key"),
            "表单内容由手机加密，本系统读不出。",
            "删去 settings 表的 public_key 列；本系统收到后自会加密保存。",
        )


def has_unique_names(form: Compiled, known: Known) -> Iterator[Fault]:
    # Answers are read by question name, and within one repeat only the name tells them apart.
    counted = Counter((one.repeat, one.name) for one in form.fields)
    for name in dict.fromkeys(name for (_, name), times in counted.items() if times > 1):
        rows = form.rows["survey"].get(name, ())
        yield Fault("survey", rows[-1] if rows else None, f"题目名“{name}”用了不止一次。", "给每道题起不同的 name。")


def attaches_known_files(form: Compiled, known: Known) -> Iterator[Fault]:
    for file in form.media:
        path = PurePosixPath(file)
        if file in known.files or (path.suffix == ".csv" and path.stem in known.lists):
            continue
        yield Fault(
            "survey",
            form.row("survey", file),
            f"没有名为“{file}”的名单或附件。",
            f"可用的名单：{'、'.join(sorted(known.lists))}；其他文件要与表单一起上传。",
        )


def declares_one_known_entity(form: Compiled, known: Known) -> Iterator[Fault]:
    declared = form.described.entities
    if declared and form.described.entities_version != ENTITIES_VERSION:
        rows = [row for rows in form.rows["entities"].values() for row in rows]
        yield Fault(
            "entities",
            max(rows, default=None),
            f"实体规范是 {form.described.entities_version or '空'}，手机只支持 {ENTITIES_VERSION}。",
            "entities 表只留一行，save_to 不放进重复组。",
        )
    for entity in declared:
        row = form.row("entities", entity.list)
        if not known.is_entity_list(entity.list):
            names = [name for name in sorted(known.lists) if known.is_entity_list(name)]
            yield Fault("entities", row, f"没有名为“{entity.list}”的实体名单。", f"可用的名单：{'、'.join(names)}。")
        elif "update" in entity.actions and f"{entity.list}.csv" not in form.media:
            yield Fault(
                "entities",
                row,
                f"要更新名单“{entity.list}”，表单里却没有挂上它。",
                f"在 survey 表加 select_one_from_file {entity.list}.csv 或 csv-external {entity.list}。",
            )


def saves_known_properties(form: Compiled, known: Known) -> Iterator[Fault]:
    for entity in form.described.entities:
        if known.properties is None or entity.list not in known.properties:
            continue
        for name, path in entity.properties.items():
            if name not in known.properties[entity.list]:
                yield Fault(
                    "survey",
                    form.row("survey", path.rpartition("/")[2]),
                    f"名单“{entity.list}”没有属性“{name}”。",
                    f"save_to 可写：{'、'.join(sorted(known.properties[entity.list]))}。",
                )


def requires_no_photo(form: Compiled, known: Known) -> Iterator[Fault]:
    for one in form.fields:
        if one.type in NEVER_REQUIRED and one.required not in {"", "false()"}:
            yield Fault(
                "survey",
                form.row("survey", one.name),
                f"“{one.label or one.name}”是照片、附件或位置，不能设为必填。",
                "清空这一行的 required。",
            )


def asks_what_is_read(form: Compiled, known: Known) -> Iterator[Fault]:
    if known.questions is None:
        return
    for one in form.fields:
        place = f"{one.repeat.rpartition('/')[2]}/{one.name}" if one.repeat else one.name
        if one.is_question and place not in known.questions:
            yield Fault(
                "survey",
                form.row("survey", one.name),
                f"题目“{one.name}”没有对应的登记项，答案不会进入台账。",
                "检查 name 的拼写；新的题目要先由开发人员接入。",
            )


RULES = (
    has_identity,
    is_expected,
    has_instance_id,
    comes_home_readable,
    has_unique_names,
    attaches_known_files,
    declares_one_known_entity,
    saves_known_properties,
    requires_no_photo,
    asks_what_is_read,
)

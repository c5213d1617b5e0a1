"""How a form is written down here: rows of the survey sheet as plain dicts, and small makers for them."""

from dataclasses import dataclass, field

Row = dict[str, str]
#: A question or group; or a list of them where a fragment stands.
Rows = list[Row]

LABEL = "label::中文(zh)"
HINT = "hint::中文(zh)"
WRONG = "constraint_message::中文(zh)"
MISSING = "required_message::中文(zh)"

#: Columns of the survey sheet, in the order in which a person reviews them.
SURVEY_COLUMNS = (
    "type", "name", LABEL, HINT, "required", MISSING, "relevant", "constraint", WRONG,
    "choice_filter", "calculation", "trigger", "default", "appearance", "parameters", "save_to",
)
_SHORT = {"label": LABEL, "hint": HINT, "wrong": WRONG, "missing": MISSING}


@dataclass(frozen=True)
class Source:
    """One form. `entity` is its row of the entities sheet."""

    form_id: str
    title: str
    version: str
    instance_name: str
    rows: Rows
    entity: Row
    lists: tuple[str, ...] = field(default=())


def ask(kind: str, name: str, label: str, hint: str = "", **more: str) -> Row:
    """One question. `wrong` is what is said when the constraint fails, `missing` when an answer is required."""
    row = {"type": kind, "name": name, "label": label, "hint": hint, **more}
    return {_SHORT.get(key, key): " ".join(value.split()) if key != "label" else value
            for key, value in row.items() if value}


def must(kind: str, name: str, label: str, hint: str = "", **more: str) -> Row:
    """A question that wants an answer."""
    return ask(kind, name, label, hint, required="yes", missing=more.pop("missing", "这一项要填"), **more)


def note(name: str, label: str, relevant: str = "", **more: str) -> Row:
    return ask("note", name, label, relevant=relevant, **more)


def calc(name: str, expression: str, relevant: str = "", **more: str) -> Row:
    """Computed again whenever what it reads changes, also when a draft or an edit is opened."""
    return ask("calculate", name, "", calculation=expression, relevant=relevant, **more)


def taken(name: str, expression: str, *events: str, relevant: str = "", **more: str) -> Row:
    """Hidden, and written only by the event that one of these questions has changed: never on opening."""
    return ask("calculate", name, "", calculation=expression, trigger=refs(*events), relevant=relevant, **more)


def group(name: str, label: str, rows: Rows, relevant: str = "", appearance: str = "field-list", hint: str = "") -> Rows:
    begin = ask("begin_group", name, label, hint, relevant=relevant, appearance=appearance)
    return [begin, *rows, {"type": "end_group"}]


def repeat(name: str, label: str, rows: Rows, relevant: str = "") -> Rows:
    return [ask("begin_repeat", name, label, relevant=relevant), *rows, {"type": "end_repeat"}]


def refs(*names: str) -> str:
    return ",".join(f"${{{name}}}" for name in names)

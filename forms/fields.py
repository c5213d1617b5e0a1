"""What a form asks: the questions of one published version, as plain values.

A *field* is one node of the form's answers: a question, a calculation, a group or a repeat. The list stands in the
form's own order, so that a screen can show answers as the worker saw the questions. Pure: no Django, no XML.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

# Fields of these types carry no answer of their own.
CONTAINERS = frozenset({"group", "repeat"})
# Their answer is the name of a file that travels beside the XML.
FILE_TYPES = frozenset({"image", "audio", "video", "file"})
# Filled by the phone, not by a person (XLSForm metadata types).
PRELOADS = frozenset(
    {"start", "end", "today", "deviceid", "username", "phonenumber", "email", "simserial", "subscriberid"}
)
_REFERENCE = re.compile(r"\$\{([^}]+)\}")


@dataclass(frozen=True)
class Choice:
    """One answer of a select question: the name stored, and the label the worker read."""

    name: str
    label: str


@dataclass(frozen=True)
class Field:
    """One node of a form's answers.

    `path` is relative to the form's root, without a leading slash (`money/income_pc`); `name` is its last step.
    `type` is the XLSForm word: text, integer, decimal, date, time, dateTime, select_one, select_multiple, rank, range,
    acknowledge, note, calculate, image, audio, video, file, geopoint, geotrace, geoshape, barcode, hidden metadata
    (start, end, today, deviceid, username ...), group, repeat.
    `label` and `hint` are text without markup; a reference to another question stays in it as `${name}`.
    `repeat` is the path of the innermost repeat around it, empty outside repeats.
    `from_file` names the file whose rows are the choices (`households.csv`); `value_column` and `label_column` say how
    to read it. `relevant` and `required` are the XPath expressions, empty when there is none.
    `save_to` is the entity property that the answer is saved to.
    """

    path: str
    name: str
    type: str
    label: str = ""
    hint: str = ""
    choices: tuple[Choice, ...] = ()
    repeat: str = ""
    appearance: str = ""
    relevant: str = ""
    required: str = ""
    from_file: str = ""
    value_column: str = ""
    label_column: str = ""
    save_to: str = ""

    @property
    def is_question(self) -> bool:
        """A person answers it on the phone."""
        return self.type not in CONTAINERS | PRELOADS | {"note", "calculate"}

    def label_of(self, answer: str) -> str:
        """The labels of the choices in a select's stored answer, joined by 、; other answers as they are."""
        if not self.choices:
            return answer
        labels = {choice.name: choice.label for choice in self.choices}
        names = [answer] if self.type == "select_one" else answer.split()
        return "、".join(labels.get(name) or name for name in names)


def fill(text: str, values: Mapping[str, str]) -> str:
    """A label with its `${name}` references replaced by the answers given; what is not answered becomes `…`."""
    return _REFERENCE.sub(lambda found: values.get(found[1]) or "…", text)


def to_json(fields: Iterable[Field]) -> list[dict[str, Any]]:
    """Fields as JSON-able rows; empty members are left out, since most are."""
    return [{key: value for key, value in asdict(field).items() if value} for field in fields]


def from_json(rows: Sequence[Mapping[str, Any]]) -> tuple[Field, ...]:
    """The inverse of `to_json`."""
    return tuple(
        Field(**{**row, "choices": tuple(Choice(**choice) for choice in row.get("choices", ()))}) for row in rows
    )

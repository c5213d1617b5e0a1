"""Submission XML and the form's fields in, answers out. Pure; made for whatever a phone may send.

By local names and by path. A question that was not relevant is *absent* from the values; one that was shown and left
empty is `""`. What the text calls itself is read by `forms/head.py`.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from lxml import etree

from forms.fields import Field
from forms.head import EntityBlock, Head, head_of
from forms.xml import check_depth, check_size, local, parse_xml, text_of

_NAMELESS = Head("", "", "")


@dataclass(frozen=True)
class Part:
    """Answers of the form, or of one row of a repeat. Questions inside groups stand here too: names are unique.

    `values`: question name -> text as sent. `repeats`: name of a repeat -> its rows, empty rows included.
    `extra`: (path, text) of nodes that the form does not know, kept in order.
    """

    values: Mapping[str, str] = field(default_factory=dict)
    repeats: Mapping[str, tuple["Part", ...]] = field(default_factory=dict)
    extra: tuple[tuple[str, str], ...] = ()

    def get(self, name: str) -> str:
        """The answer without surrounding blanks, `""` also where the question was not asked."""
        return self.values.get(name, "").strip()

    def was_asked(self, name: str) -> bool:
        """The question was relevant, answered or not."""
        return name in self.values

    def rows(self, name: str) -> tuple["Part", ...]:
        """The rows of a repeat, none where it was not asked."""
        return self.repeats.get(name, ())


@dataclass(frozen=True)
class Answers(Part):
    """A whole submission, read. Its metadata questions (start, end, today, deviceid, username) are among the values."""

    head: Head = _NAMELESS

    @property
    def form_id(self) -> str:
        return self.head.form_id

    @property
    def version(self) -> str:
        return self.head.version

    @property
    def instance_id(self) -> str:
        return self.head.instance_id

    @property
    def deprecated_id(self) -> str:
        return self.head.deprecated_id

    @property
    def instance_name(self) -> str:
        return self.head.instance_name

    @property
    def is_encrypted(self) -> bool:
        return self.head.is_encrypted

    @property
    def entities(self) -> tuple[EntityBlock, ...]:
        return self.head.entities

    @property
    def start(self) -> str:
        return self.get("start")

    @property
    def end(self) -> str:
        return self.get("end")

    @property
    def today(self) -> str:
        return self.get("today")

    @property
    def deviceid(self) -> str:
        return self.get("deviceid")

    @property
    def username(self) -> str:
        return self.get("username")


def read_answers(xml: bytes, fields: Sequence[Field]) -> Answers:
    """The submission's answers, told by the fields of its own form version.

    Never fails on nodes the form does not know. An encrypted envelope gives a head and no answers.

    :raises Unreadable: like `read_head`, and `TooLarge`, `TooDeep`: such a text can be named, and is no form's answers.
    """
    check_size(xml)
    root = parse_xml(xml)
    check_depth(root)
    head = head_of(root)
    if head.is_encrypted:
        return Answers(head=head)
    part = _read_part(root, "", {one.path: one for one in fields})
    return Answers(values=part.values, repeats=part.repeats, extra=part.extra, head=head)


def _read_part(top: etree._Element, prefix: str, known: Mapping[str, Field]) -> Part:
    """The answers below one node down to the next repeats."""
    values: dict[str, str] = {}
    repeats: dict[str, list[Part]] = {}
    extra: list[tuple[str, str]] = []
    for path, node in _nodes(top, prefix, known):
        one = known.get(path)
        if one is None:
            extra.append((path, text_of(node)))
        elif one.type == "group":
            continue  # a group of which nothing was relevant
        elif one.type == "repeat":
            repeats.setdefault(one.name, []).append(_read_part(node, path + "/", known))
        else:
            text = text_of(node)
            # The same question twice outside a repeat: the first word counts, the other is kept beside it.
            if one.name in values:
                extra.append((path, text))
                continue
            values[one.name] = text
    return Part(values, {name: tuple(rows) for name, rows in repeats.items()}, tuple(extra))


def _nodes(top: etree._Element, prefix: str, known: Mapping[str, Field]) -> Iterator[tuple[str, etree._Element]]:
    """Leaves and repeat rows below `top` with their paths; groups, known or not, are walked through."""
    for node in top:
        name = local(node)
        if name == "meta":
            continue
        path = prefix + name
        one = known.get(path)
        if len(node) and not (one and one.type == "repeat"):
            yield from _nodes(node, path + "/", known)
        else:
            yield path, node

"""Submission XML and the form's fields in, answers out. Pure; made for whatever a phone may send.

By local names and by path: Collect writes the root and `meta` in no namespace, hand-made forms write `orx:meta`.
A question that was not relevant is *absent* from the values; one that was shown and left empty is `""`.

What a text calls itself (`Head`) is read here and nowhere else: whoever keeps it files it under the very name by which
it is read again.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from lxml import etree

from forms.fields import Field
from forms.xml import Unreadable, check_depth, check_size, local, parse_xml

# An instanceID is `uuid:` and 36 characters; a name longer than this is no name, and fits no column.
MAX_ID = 200
# Form IDs, as every column that holds them.
MAX_FORM = 100
# File names on the phones' file systems.
MAX_FILE_NAME = 255
_IN_META = frozenset({"instanceID", "deprecatedID", "instanceName", "entity"})


class NoInstanceId(Unreadable):
    """No `meta/instanceID`."""

    sentence = "提交的内容没有编号（instanceID），无法保存。"


class BadInstanceId(NoInstanceId):
    """An `instanceID` or `deprecatedID` that cannot be a name: too long, with elements or unseen letters inside."""

    sentence = "提交的内容的编号不合规则，无法保存。"


class TwoNames(Unreadable):
    """Two `instanceID`s that differ, or two `deprecatedID`s: nobody can say which is meant."""

    sentence = "提交的内容写了几个互相不同的编号，无法确定是哪一条记录。"


class NoFormId(Unreadable):
    """No `id` attribute on the root, or one that cannot be a name."""

    sentence = "提交的内容没有表单编号，无法保存。"


@dataclass(frozen=True)
class EntityBlock:
    """What one `meta/entity` says (ODK entities spec 2024.1.0; attributes in no namespace).

    `base` and `trunk` are versions, None where empty or no number; `branch` is empty for a create. `path` is where
    the block's container stands, empty at the top. The ID is as sent: whether it is a version-4 UUID is for others.
    """

    list: str
    id: str
    create: bool
    update: bool
    base: int | None
    trunk: int | None
    branch: str
    label: str
    path: str = ""


@dataclass(frozen=True)
class Head:
    """What a submission says of itself, readable without knowing its form.

    `form_id` and `version` are as the root has them, to the letter; `deprecated_id` is the instanceID that an edit
    replaces, `""` where it is none. `mentions`: every text that could be a file's name.
    """

    form_id: str
    version: str
    instance_id: str
    deprecated_id: str = ""
    instance_name: str = ""
    is_encrypted: bool = False
    entities: tuple[EntityBlock, ...] = ()
    mentions: frozenset[str] = frozenset()

    @property
    def named(self) -> tuple[tuple[str, str], ...]:
        """(list, id) of what the entity blocks create or update, each once."""
        blocks = (block for block in self.entities if block.create or block.update)
        return tuple(dict.fromkeys((block.list, block.id) for block in blocks if block.list and block.id))


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

    head: Head = Head("", "", "")

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


def read_head(xml: bytes) -> Head:
    """What the submission says of itself: the one reader of identity.

    The name stands in `meta/instanceID`, where `meta` is a child of the root; `meta/deprecatedID` likewise. The same
    said a second time, there or in another place where somebody might look for it (a `meta` further down, an attribute
    of the root), must be the same word.

    :raises Unreadable: `NotXml` and its kinds, `NoFormId`, `NoInstanceId`, `BadInstanceId`, `TwoNames`.
    """
    return _head(parse_xml(xml))


def form_of(xml: bytes) -> str:
    """The form it is of, as far as it says so; `""` where it does not, whatever the bytes are."""
    try:
        return _form_id(parse_xml(xml))
    except Unreadable:
        return ""


def read_answers(xml: bytes, fields: Sequence[Field]) -> Answers:
    """The submission's answers, told by the fields of its own form version.

    Never fails on nodes the form does not know. An encrypted envelope gives a head and no answers.

    :raises Unreadable: like `read_head`, and `TooLarge`, `TooDeep`: such a text can be named, and is no form's answers.
    """
    check_size(xml)
    root = parse_xml(xml)
    check_depth(root)
    head = _head(root)
    if head.is_encrypted:
        return Answers(head=head)
    part = _read_part(root, "", {one.path: one for one in fields})
    return Answers(values=part.values, repeats=part.repeats, extra=part.extra, head=head)


def _head(root: etree._Element) -> Head:
    form_id = _form_id(root)
    instance_ids, deprecated_ids = _Said(), _Said()
    instance_name = ""
    entities: list[EntityBlock] = []
    mentions: set[str] = set()
    for node in root.iter():
        name = local(node)
        meta = _meta_of(node) if name in _IN_META else None
        if meta is not None and name == "entity":
            entities.append(_entity(node, meta))
        elif meta is not None and name in ("instanceID", "deprecatedID"):
            said = instance_ids if name == "instanceID" else deprecated_ids
            said.add(_name_in(node), is_home=meta.getparent() is root)
        elif len(node) == 0 and 0 < len(text := _text(node).strip()) <= MAX_FILE_NAME:
            mentions.add(text)
            if meta is not None and meta.getparent() is root:
                instance_name = instance_name or text
    # Who brings texts from one server to another writes the name on the root as well.
    if (on_root := root.get("instanceID")) is not None:
        instance_ids.elsewhere.append(on_root.strip())
    if not any(instance_ids.home):
        raise NoInstanceId("no usable meta/instanceID")
    return Head(
        form_id=form_id,
        version=root.get("version", ""),
        instance_id=instance_ids.one(),
        deprecated_id=deprecated_ids.one(),
        instance_name=instance_name,
        is_encrypted=root.get("encrypted", "") == "yes",
        entities=tuple(entities),
        mentions=frozenset(mentions),
    )


def _form_id(root: etree._Element) -> str:
    form_id = root.get("id", "")
    if not form_id.strip() or len(form_id) > MAX_FORM:
        raise NoFormId(f"root {local(root)!r} has no usable id")
    return form_id


class _Said:
    """What a text says under one name: in the place for it, and in others."""

    def __init__(self) -> None:
        self.home: list[str] = []
        self.elsewhere: list[str] = []

    def add(self, text: str, *, is_home: bool) -> None:
        (self.home if is_home else self.elsewhere).append(text)

    def one(self) -> str:
        """The one word, `""` where nothing is said."""
        said = self.home[0] if self.home else ""
        if any(other != said for other in (*self.home, *self.elsewhere)):
            raise TwoNames("said twice, and differently")
        return said


def _name_in(node: etree._Element) -> str:
    text = _text(node).strip()
    # `isprintable`: two names that look the same to everybody must be the same.
    if len(node) or len(text) > MAX_ID or not text.isprintable():
        raise BadInstanceId(f"{local(node)} of {len(text)} letters and {len(node)} elements")
    return text


def _meta_of(node: etree._Element) -> etree._Element | None:
    """The `meta` this node is a child of; the root is none, whatever it is called."""
    parent = node.getparent()
    return parent if parent is not None and parent.getparent() is not None and local(parent) == "meta" else None


def _entity(node: etree._Element, meta: etree._Element) -> EntityBlock:
    """Attributes in no namespace, as every client writes them: one in another would be a second word."""
    around = [local(up) for up in meta.iterancestors()][:-1]
    said = {str(name): str(value).strip() for name, value in node.items()}
    return EntityBlock(
        list=said.get("dataset", ""),
        id=said.get("id", ""),
        create=said.get("create", "") in {"1", "true"},
        update=said.get("update", "") in {"1", "true"},
        base=_number(said.get("baseVersion", "")),
        trunk=_number(said.get("trunkVersion", "")),
        branch=said.get("branchId", ""),
        label=next((_text(child).strip() for child in node if local(child) == "label"), ""),
        path="/".join(reversed(around)),
    )


def _number(text: str) -> int | None:
    # Versions fit a 32-bit column; anything longer was not written by a phone.
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def _read_part(top: etree._Element, prefix: str, known: Mapping[str, Field]) -> Part:
    """The answers below one node down to the next repeats."""
    values: dict[str, str] = {}
    repeats: dict[str, list[Part]] = {}
    extra: list[tuple[str, str]] = []
    for path, node in _nodes(top, prefix, known):
        one = known.get(path)
        if one is None:
            extra.append((path, _text(node)))
        elif one.type == "group":
            continue  # a group of which nothing was relevant
        elif one.type == "repeat":
            repeats.setdefault(one.name, []).append(_read_part(node, path + "/", known))
        else:
            text = _text(node)
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


def _text(node: etree._Element) -> str:
    return node.text or ""

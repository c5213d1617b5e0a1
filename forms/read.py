"""Submission XML and the form's fields in, answers out. Pure; made for whatever a phone may send.

By local names and by path: Collect writes the root and `meta` in no namespace, hand-made forms write `orx:meta`.
A question that was not relevant is *absent* from the values; one that was shown and left empty is `""`.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from lxml import etree

from forms.fields import FILE_TYPES, Field
from forms.xml import Unreadable, local, parse_xml

# An instanceID is `uuid:` and 36 characters; a name longer than this is no name, and fits no column.
MAX_ID = 200


class NoInstanceId(Unreadable):
    """No `meta/instanceID`, or one that cannot be a name."""

    sentence = "提交的内容没有编号（instanceID），无法保存。"


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

    `files` are the names an encrypted envelope lists. `deprecated_id` is the instanceID that an edit replaces.
    """

    form_id: str
    version: str
    instance_id: str
    deprecated_id: str = ""
    instance_name: str = ""
    is_encrypted: bool = False
    entities: tuple[EntityBlock, ...] = ()
    files: tuple[str, ...] = ()


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
    """A whole submission, read. Its metadata questions (start, end, today, deviceid, username) are among the values.

    `mentioned` are the names of files that the answers speak of.
    """

    head: Head = Head("", "", "")
    mentioned: tuple[str, ...] = ()

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


def read_head(xml: bytes | etree._Element) -> Head:
    """What the submission says of itself. Raises `NotXml` (and its kinds), `NoFormId`, `NoInstanceId`, nothing else."""
    root = parse_xml(xml) if isinstance(xml, bytes) else xml
    form_id = root.get("id", "").strip()
    if not form_id or len(form_id) > MAX_ID:
        raise NoFormId(f"root {local(root)!r} has no usable id")
    meta = next((node for node in root if local(node) == "meta"), None)
    said = {} if meta is None else {local(node): _text(node) for node in meta if not len(node)}
    instance_id = said.get("instanceID", "").strip()
    if not instance_id or len(instance_id) > MAX_ID:
        raise NoInstanceId("no usable meta/instanceID")
    is_encrypted = root.get("encrypted", "") == "yes"
    return Head(
        form_id=form_id,
        version=root.get("version", "").strip(),
        instance_id=instance_id,
        # Too long to be an instanceID: it replaces nothing that was ever kept.
        deprecated_id=said.get("deprecatedID", "").strip()[:MAX_ID],
        instance_name=said.get("instanceName", "").strip(),
        is_encrypted=is_encrypted,
        entities=tuple(_entities(root)),
        files=_envelope_files(root) if is_encrypted else (),
    )


def read_answers(xml: bytes | etree._Element, fields: Sequence[Field]) -> Answers:
    """The submission's answers, told by the fields of its own form version.

    Never fails on nodes the form does not know. An encrypted envelope gives a head and no answers. Raises like
    `read_head`.
    """
    root = parse_xml(xml) if isinstance(xml, bytes) else xml
    head = read_head(root)
    if head.is_encrypted:
        return Answers(head=head, mentioned=head.files)
    files = [_text(node).strip() for node in root.iter("{*}audit") if _parent_name(node) == "meta"]
    part = _read_part(root, "", {one.path: one for one in fields}, files)
    return Answers(
        values=part.values,
        repeats=part.repeats,
        extra=part.extra,
        head=head,
        mentioned=tuple(dict.fromkeys(name for name in files if name)),
    )


def _read_part(top: etree._Element, prefix: str, known: Mapping[str, Field], files: list[str]) -> Part:
    """The answers below one node down to the next repeats; file names met are added to `files`."""
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
            repeats.setdefault(one.name, []).append(_read_part(node, path + "/", known, files))
        else:
            text = _text(node)
            # The same question twice outside a repeat: the first word counts, the other is kept beside it.
            if one.name in values:
                extra.append((path, text))
                continue
            values[one.name] = text
            if one.type in FILE_TYPES:
                files.append(text.strip())
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


def _entities(root: etree._Element) -> Iterator[EntityBlock]:
    for block in root.iter("{*}entity"):
        if _parent_name(block) != "meta":
            continue
        around = [local(up) for up in block.iterancestors()][1:-1]
        said = {str(key).rpartition("}")[2]: str(value).strip() for key, value in block.attrib.items()}
        yield EntityBlock(
            list=said.get("dataset", ""),
            id=said.get("id", ""),
            create=said.get("create", "") in {"1", "true"},
            update=said.get("update", "") in {"1", "true"},
            base=_number(said.get("baseVersion", "")),
            trunk=_number(said.get("trunkVersion", "")),
            branch=said.get("branchId", ""),
            label=next((_text(child).strip() for child in block if local(child) == "label"), ""),
            path="/".join(reversed(around)),
        )


def _number(text: str) -> int | None:
    # Versions fit a 32-bit column; anything longer was not written by a phone.
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def _envelope_files(root: etree._Element) -> tuple[str, ...]:
    names = [
        _text(node).strip()
        for node in root.iter()
        if local(node) == "encryptedXmlFile" or (local(node) == "file" and _parent_name(node) == "media")
    ]
    return tuple(dict.fromkeys(name for name in names if name))


def _parent_name(node: etree._Element) -> str:
    parent = node.getparent()
    return "" if parent is None else local(parent)


def _text(node: etree._Element) -> str:
    return node.text or ""

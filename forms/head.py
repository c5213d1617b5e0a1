"""What a submission calls itself: instanceID, the one it replaces, form, version, entities. Pure.

This is the one reader of identity: who keeps a text files it under the very name by which it is read again. By local
names: Collect writes the root and `meta` in no namespace, hand-made forms write `orx:meta`.
"""

from dataclasses import dataclass

from lxml import etree

from forms.xml import Unreadable, local, parse_xml, text_of

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


def read_head(xml: bytes) -> Head:
    """What the submission says of itself: the one reader of identity.

    The name stands in `meta/instanceID`, where `meta` is a child of the root; `meta/deprecatedID` likewise. The same
    said a second time, there or in another place where somebody might look for it (a `meta` further down, an attribute
    of the root), must be the same word.

    :raises Unreadable: `NotXml` and its kinds, `NoFormId`, `NoInstanceId`, `BadInstanceId`, `TwoNames`.
    """
    return head_of(parse_xml(xml))


def form_of(xml: bytes) -> str:
    """The form it is of, as far as it says so; `""` where it does not, whatever the bytes are."""
    try:
        return _form_id(parse_xml(xml))
    except Unreadable:
        return ""


def head_of(root: etree._Element) -> Head:
    """`read_head` of a document that is parsed already."""
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
        elif len(node) == 0 and 0 < len(text := text_of(node).strip()) <= MAX_FILE_NAME:
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
    text = text_of(node).strip()
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
        label=next((text_of(child).strip() for child in node if local(child) == "label"), ""),
        path="/".join(reversed(around)),
    )


def _number(text: str) -> int | None:
    # Versions fit a 32-bit column; anything longer was not written by a phone.
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None

"""Write a filled form as Collect writes it. Pure; not a form engine: the caller says what is relevant.

Wire contract §3 "The XML as Collect writes it": root, `meta` and `entity` in no namespace, empty answers as empty
elements, repeats as repeated elements.
"""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from lxml import etree

from server.demo.phone_model import Based


@dataclass(frozen=True)
class Entity:
    """The entity block; `based` from `PhoneList.based` for an update, left out for a create."""

    list: str
    id: str
    label: str = ""
    is_create: bool = False
    is_update: bool = False
    based: Based | None = None


def new_id() -> str:
    """An instanceID as Collect makes it."""
    return f"uuid:{uuid.uuid4()}"


def write_instance(
    form_id: str,
    version: str,
    answers: Mapping[str, object],
    *,
    instance_id: str = "",
    deprecated_id: str = "",
    entity: Entity | None = None,
    audit: str = "",
) -> bytes:
    """The XML. `answers`: text, a mapping for a group, a sequence of mappings for a repeat."""
    root = etree.Element("data", id=form_id, version=version)
    _put(root, answers)
    meta = etree.SubElement(root, "meta")
    if audit:
        etree.SubElement(meta, "audit").text = audit
    if entity is not None:
        meta.append(_block(entity))
    etree.SubElement(meta, "instanceID").text = instance_id or new_id()
    if deprecated_id:
        etree.SubElement(meta, "deprecatedID").text = deprecated_id
    return b"<?xml version='1.0' ?>" + etree.tostring(root, encoding="utf-8")


def _put(parent: "etree._Element", answers: Mapping[str, object]) -> None:
    for name, value in answers.items():
        if isinstance(value, Mapping):
            _put(etree.SubElement(parent, name), value)
        elif isinstance(value, str) or value is None:
            etree.SubElement(parent, name).text = value or None
        elif isinstance(value, Sequence):
            for turn in value:
                _put(etree.SubElement(parent, name), turn)
        else:
            etree.SubElement(parent, name).text = str(value)


def _block(entity: Entity) -> "etree._Element":
    block = etree.Element("entity", dataset=entity.list, id=entity.id)
    if entity.is_create:
        block.set("create", "1")
    if entity.is_update:
        block.set("update", "1")
    if entity.based is not None:
        block.set("baseVersion", entity.based.base)
        block.set("trunkVersion", entity.based.trunk)
        block.set("branchId", entity.based.branch)
    if entity.label:
        etree.SubElement(block, "label").text = entity.label
    return block

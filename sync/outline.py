"""What the door must know of a submission before anybody understands it. Pure.

By local name only: Collect writes root, `meta` and `entity` in no namespace, older forms `orx:meta`, encrypted ones
everything in a namespace of their own (wire contract §3).
"""

from dataclasses import dataclass

from lxml import etree


class NotXml(Exception):
    """Not well-formed, has a DTD, or is no XForm instance."""


@dataclass(frozen=True)
class Outline:
    """`instance_id` is "" when there is none. `mentions`: every text that could be a file's name."""

    form_id: str
    version: str
    instance_id: str
    deprecated_id: str
    is_encrypted: bool
    entities: tuple[tuple[str, str], ...]  # (list, id) of every entity block that creates or updates
    mentions: frozenset[str]


def outline(xml: bytes) -> Outline:
    """Read the outline of an instance.

    :raises NotXml: also for an entity bomb, which is never expanded: any DTD is refused.
    """
    if b"<!DOCTYPE" in xml[:4096] or b"<!ENTITY" in xml:
        raise NotXml("has a DTD")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(xml, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise NotXml(type(error).__name__) from None
    if root.getroottree().docinfo.internalDTD is not None:
        raise NotXml("has a DTD")
    meta: dict[str, str] = {}
    entities: list[tuple[str, str]] = []
    mentions: set[str] = set()
    for element in root.iter(etree.Element):
        name = etree.QName(element).localname
        text = (element.text or "").strip()
        if name == "entity" and _local(element.getparent()) == "meta":
            if _is_on(element.get("create")) or _is_on(element.get("update")):
                entities.append((element.get("dataset") or "", element.get("id") or ""))
        elif name in ("instanceID", "deprecatedID") and _local(element.getparent()) == "meta":
            meta.setdefault(name, text)
        elif text and len(text) <= 255 and len(element) == 0:
            mentions.add(text)
    return Outline(
        form_id=root.get("id") or _namespace(root),
        version=root.get("version") or "",
        instance_id=meta.get("instanceID") or (root.get("instanceID") or "").strip(),
        deprecated_id=meta.get("deprecatedID", ""),
        is_encrypted=_is_on(root.get("encrypted")) or root.get("encrypted") == "yes",
        entities=tuple(dict.fromkeys(pair for pair in entities if all(pair))),
        mentions=frozenset(mentions),
    )


def _local(element: "etree._Element | None") -> str:
    return "" if element is None else etree.QName(element).localname


def _namespace(root: "etree._Element") -> str:
    """Old hand-made forms name themselves by the root's namespace."""
    return etree.QName(root).namespace or ""


def _is_on(value: str | None) -> bool:
    return (value or "").strip() in ("1", "true")

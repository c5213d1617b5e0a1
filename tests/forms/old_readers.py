"""Two readers of a text's names that differ: what each takes for it, written down for comparison.

The first goes through the whole document and takes the first of its name below any `meta`; the second looks into the
first `meta` below the root and takes the last. Neither refuses what the other would read otherwise. They are the
measure of what a generator of texts is worth: a property that no text of its could break proves nothing.
"""

from lxml import etree

#: (instanceID, deprecatedID, form, version, is encrypted, entities)
Names = tuple[str, str, str, str, bool, tuple[tuple[str, str], ...]]


def first_anywhere(xml: bytes) -> Names | None:
    """None: refused."""
    if b"<!DOCTYPE" in xml[:4096] or b"<!ENTITY" in xml:
        return None
    try:
        root = etree.fromstring(xml, etree.XMLParser(resolve_entities=False, no_network=True))
    except (etree.XMLSyntaxError, ValueError, LookupError):
        return None
    below = [node for node in root.iter(etree.Element) if _name(node.getparent()) == "meta"]
    instance, deprecated = (
        next(((node.text or "").strip() for node in below if _name(node) == name), "")
        for name in ("instanceID", "deprecatedID")
    )
    instance = instance or (root.get("instanceID") or "").strip()
    if not instance or len(instance) > 255 or len(deprecated) > 255:
        return None
    form = root.get("id") or etree.QName(root).namespace or ""
    flag = root.get("encrypted") or ""
    entities = [
        (n.get("dataset") or "", n.get("id") or "")
        for n in below
        if _name(n) == "entity" and {(n.get("create") or "").strip(), (n.get("update") or "").strip()} & {"1", "true"}
    ]
    named = tuple(dict.fromkeys(pair for pair in entities if all(pair)))
    return instance, deprecated, form, root.get("version") or "", flag in ("1", "true", "yes"), named


def last_in_the_first_meta(xml: bytes) -> Names | None:
    """None: refused."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True)
    try:
        root = etree.fromstring(xml, parser)
    except (etree.XMLSyntaxError, ValueError, LookupError):
        return None
    form = root.get("id", "").strip()
    meta = next((node for node in root if _name(node) == "meta"), None)
    said = {} if meta is None else {_name(node): (node.text or "").strip() for node in meta if not len(node)}
    instance = said.get("instanceID", "")
    if not (0 < len(form) <= 200 and 0 < len(instance) <= 200):
        return None
    entities = []
    for node in root.iter("{*}entity"):
        if _name(node.getparent()) == "meta":
            by_name = {str(key).rpartition("}")[2]: str(value).strip() for key, value in node.attrib.items()}
            if {by_name.get("create"), by_name.get("update")} & {"1", "true"}:
                entities.append((by_name.get("dataset", ""), by_name.get("id", "")))
    named = tuple(dict.fromkeys(pair for pair in entities if all(pair)))
    version, flag = root.get("version", "").strip(), root.get("encrypted", "")
    return instance, said.get("deprecatedID", "")[:200], form, version, flag == "yes", named


def _name(node: "etree._Element | None") -> str:
    return "" if node is None else str(node.tag).rpartition("}")[2]

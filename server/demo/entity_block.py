"""The entity block of a filled form, as the phone itself reads it when the form is finalized. Pure.

Source: JavaRosa / Collect `EntityFormFinalizationProcessor.kt`: `meta/entity`, properties by `entities:saveto` of the
binds; what is not relevant is absent from the XML and so left out.
"""

from functools import lru_cache

from lxml import etree

from server.demo.phone_model import Told

_SAVE_TO = "{http://www.opendatakit.org/xforms/entities}saveto"


@lru_cache(maxsize=64)
def saved_properties(xform: bytes) -> dict[str, str]:
    """Question path below the root ("group/question") → entity property."""
    found = {}
    for bind in etree.fromstring(xform).iter("{*}bind"):
        if (name := bind.get(_SAVE_TO)) and (nodeset := bind.get("nodeset")):
            found["/".join(nodeset.strip("/").split("/")[1:])] = name
    return found


def told_by(xform: bytes, xml: bytes) -> tuple[str, Told | None]:
    """(list, what the block does); None: the form names no entity, or is an edit."""
    root = etree.fromstring(xml)
    entity = root.find("{*}meta/{*}entity")
    if entity is None or root.find("{*}meta/{*}deprecatedID") is not None:
        return "", None
    properties = {}
    for path, name in saved_properties(xform).items():
        node = root.find("/".join(f"{{*}}{step}" for step in path.split("/")))
        if node is not None:
            properties[name] = node.text or ""
    return entity.get("dataset") or "", Told(
        id=entity.get("id") or "",
        is_create=entity.get("create") in ("1", "true"),
        is_update=entity.get("update") in ("1", "true"),
        label=entity.findtext("{*}label") or "",
        properties=properties,
    )

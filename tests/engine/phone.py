"""A phone's own copy of an entity list, between two syncs: what Collect does when a form is finished.

Entities 2024.1 as in Collect's LocalEntityUseCases: a create makes a row of version 1 on a new branch without trunk; an
update raises the version, overwrites what was saved and keeps the rest; questions out of view save nothing.
"""

import uuid
from collections.abc import Mapping

from lxml import etree

from forms.xform import XForm

Rows = dict[str, dict[str, str]]


def finished(rows: Rows, form: XForm, xml: bytes) -> Rows:
    """The list after this submission was finished on the phone. `rows` by id, with `name` and `label`."""
    root = etree.fromstring(xml)
    entity = next(node for node in root.iter(etree.Element) if _name(node) == "entity")
    declared = form.entities[0]
    saved = {column: _said(root, path) for column, path in declared.properties.items()}
    given: Mapping[str, str] = {column: text for column, text in saved.items() if text is not None}
    label = next(("".join(node.itertext()) for node in entity if _name(node) == "label"), "")
    row_id = entity.get("id", "")
    known = rows.get(row_id)
    if known is not None and entity.get("update") in ("1", "true"):
        version = str(int(known.get("__version") or 0) + 1)
        row = {**known, **given, "label": label or known["label"], "__version": version}
    elif entity.get("create") in ("1", "true") and label:
        row = {"name": row_id, "label": label, **given, "__version": "1", "__branchId": str(uuid.uuid4())}
    else:
        return rows
    return {**rows, row_id: row}


def entity_of(xml: bytes) -> dict[str, str]:
    """The entity block's own attributes."""
    entity = next(node for node in etree.fromstring(xml).iter(etree.Element) if _name(node) == "entity")
    return {str(key): str(value) for key, value in entity.attrib.items()}


def _said(root: etree._Element, path: str) -> str | None:
    """The text at this path; None where the question was out of view."""
    here = [root]
    for step in path.split("/"):
        here = [child for node in here for child in node if _name(child) == step]
    return (here[0].text or "") if here else None


def _name(node: etree._Element) -> str:
    return etree.QName(node).localname

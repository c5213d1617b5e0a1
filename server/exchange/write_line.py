"""A line as the text it is kept as: XML like a phone's. Pure."""

from collections.abc import Mapping

from lxml import etree

from server.field.ledger_line import LEDGER_LINE, LINE_FIELDS, VERSION


def write_line(answers: Mapping[str, str], *, instance: str, entity: str) -> bytes:
    """The XML of one line. Equal lines, equal bytes."""
    root = etree.Element("data", id=LEDGER_LINE, version=VERSION)
    for field in LINE_FIELDS:
        if answers.get(field.name):
            etree.SubElement(root, field.name).text = answers[field.name]
    meta = etree.SubElement(root, "meta")
    etree.SubElement(meta, "instanceID").text = instance
    etree.SubElement(meta, "entity", dataset="households", id=entity, create="1")
    return etree.tostring(root, encoding="utf-8", xml_declaration=True)

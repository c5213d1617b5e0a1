"""What a phone reads off the wire, as strictly as Collect does. Pure.

Source: `Kxml2OpenRosaResponseParser.kt`, `LocalEntityUseCases.kt`, `ResponseMessageParser.java`; wire contract §1–§3.
"""

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass

from lxml import etree

from server.demo.kxml import Element, NotXml, read_kxml
from server.demo.line import Answer
from server.demo.phone_model import ServedRow

FORM_LIST = "http://openrosa.org/xforms/xformsList"
MANIFEST = "http://openrosa.org/xforms/xformsManifest"


class Unreadable(Exception):
    """Collect would refuse the whole document."""


@dataclass(frozen=True)
class Media:
    """A file of a manifest; `type` is "" for a plain one."""

    filename: str
    hash: str
    url: str
    integrity_url: str
    type: str


def xml_of(answer: Answer) -> Element:
    """The document of formList, manifest or integrity.

    :raises Unreadable: the header is missing, another content type, no XML.
    """
    if "x-openrosa-version" not in answer.headers:
        raise Unreadable("does not implement the OpenRosa API")
    if "text/xml" not in answer.headers.get("content-type", "text/xml"):
        raise Unreadable("not text/xml")
    try:
        return read_kxml(answer.body)
    except NotXml:
        raise Unreadable("unreadable XML") from None


def listed_forms(answer: Answer) -> list[dict[str, str]]:
    """The items of formList by element name. One item without its three elements, and the whole list is refused."""
    root = xml_of(answer)
    if (root.namespace, root.name) != (FORM_LIST, "xforms"):
        raise Unreadable("formList is no xforms")
    items = [_texts(element, FORM_LIST) for element in root.elements(FORM_LIST, "xform")]
    for item in items:
        if not all(item.get(name) for name in ("formID", "name", "downloadUrl")):
            raise Unreadable("formList cannot be parsed")
    return items


def listed_files(answer: Answer) -> list[Media]:
    """The files of a manifest."""
    root = xml_of(answer)
    if (root.namespace, root.name) != (MANIFEST, "manifest"):
        raise Unreadable("manifest is none")
    files = []
    for element in root.elements(MANIFEST, "mediaFile"):
        item = _texts(element, MANIFEST)
        if not all(item.get(name) for name in ("filename", "hash", "downloadUrl")):
            raise Unreadable("manifest cannot be parsed")
        kind = element.attributes.get("type", "")
        files.append(
            Media(
                filename=item["filename"].rsplit("/")[-1],
                hash=item["hash"][4:],  # cut off blindly, whatever it is
                url=item["downloadUrl"],
                integrity_url=item.get("integrityUrl", ""),
                type=kind if kind in ("entityList", "approvalEntityList") else "",
            )
        )
    return files


def served_rows(content: bytes) -> list[ServedRow] | None:
    """The rows of an entity list; None without its three columns, which stops the import silently."""
    reader = csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline=""))
    if not {"name", "label", "__version"} <= {*(reader.fieldnames or ())}:
        return None
    return [
        ServedRow(
            line["name"],
            line["label"],
            int(line["__version"]),  # an empty one aborts Collect's whole sync as well
            {k: v for k, v in line.items() if k not in ("name", "label") and not k.startswith("__")},
        )
        for line in reader
    ]


def deleted_states(answer: Answer) -> list[tuple[str, bool]]:
    """What integrityUrl answered: (id, deleted).

    :raises Unreadable: among them for `<entities></entities>`: the text in it is taken for an element.
    """
    root = xml_of(answer)
    entities = [child for child in root.children if isinstance(child, Element) and child.name == "entities"]
    if root.name != "data" or len(entities) != 1:
        raise Unreadable("integrity is no data")
    states = []
    for entity in entities[0].children:
        if not isinstance(entity, Element):
            raise Unreadable("integrity: a text where an element should be")
        if entity.name != "entity":
            continue
        said = [child for child in entity.children if isinstance(child, Element) and child.name == "deleted"]
        if len(said) != 1 or said[0].children not in (["true"], ["false"]):
            raise Unreadable("integrity: deleted is neither true nor false")
        states.append((entity.attributes.get("id", ""), said[0].children == ["true"]))
    return states


def message_of(answer: Answer) -> str:
    """What the phone shows: the text of `message`, if the body is an OpenRosaResponse."""
    if b"OpenRosaResponse" not in answer.body:
        return ""
    try:
        return etree.fromstring(answer.body).findtext("{*}message") or ""
    except etree.XMLSyntaxError:
        return ""


def named_by(xform: bytes) -> Mapping[str, str]:
    """The `id` and `version` inside an XForm: these count, not those of formList."""
    root = etree.fromstring(xform)
    data = next(e for e in root.iter() if isinstance(e.tag, str) and e.get("id") and e.get("version"))
    return {"id": data.get("id") or "", "version": data.get("version") or ""}


def _texts(element: Element, namespace: str) -> dict[str, str]:
    """The texts of an item's elements; blank ones count as absent.

    :raises Unreadable: for `<hash/>`, where Collect looks for the text of nothing and falls over.
    """
    found = {}
    for child in element.children:
        if isinstance(child, Element) and child.namespace == namespace:
            if child.name == "hash" and not child.children:
                raise Unreadable("a hash without anything in it")
            if text := "".join(part for part in child.children if isinstance(part, str)).strip():
                found[child.name] = text
    return found

"""What a phone reads off the wire, as strictly as Collect does. Pure.

Source: `Kxml2OpenRosaResponseParser.kt`, `LocalEntityUseCases.kt`, `ResponseMessageParser.java`; wire contract §1–§3.
"""

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass

from lxml import etree

from server.demo.line import Answer
from server.demo.phone_model import ServedRow

FORM_LIST = "{http://openrosa.org/xforms/xformsList}"
MANIFEST = "{http://openrosa.org/xforms/xformsManifest}"


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


def xml_of(answer: Answer) -> "etree._Element":
    """The document of formList, manifest or integrity.

    :raises Unreadable: the header is missing, another content type, no XML.
    """
    if "x-openrosa-version" not in answer.headers:
        raise Unreadable("does not implement the OpenRosa API")
    if "text/xml" not in answer.headers.get("content-type", "text/xml"):
        raise Unreadable("not text/xml")
    try:
        return etree.fromstring(answer.body)
    except etree.XMLSyntaxError:
        raise Unreadable("unreadable XML") from None


def listed_forms(answer: Answer) -> list[dict[str, str]]:
    """The items of formList by element name. One item without its three elements, and the whole list is refused."""
    root = xml_of(answer)
    if root.tag != FORM_LIST + "xforms":
        raise Unreadable("formList is no xforms")
    items = [_texts(element) for element in root.iterchildren(FORM_LIST + "xform")]
    for item in items:
        if not all(item.get(name) for name in ("formID", "name", "downloadUrl")) or item.get("hash") == "":
            raise Unreadable("formList cannot be parsed")
    return items


def listed_files(answer: Answer) -> list[Media]:
    """The files of a manifest."""
    files = []
    for element in xml_of(answer).iterchildren(MANIFEST + "mediaFile"):
        item = _texts(element)
        if not all(item.get(name) for name in ("filename", "hash", "downloadUrl")):
            raise Unreadable("manifest cannot be parsed")
        kind = element.get("type") or ""
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
    """What integrityUrl answered: (id, deleted)."""
    entities = xml_of(answer).iter("{*}entity")
    return [(e.get("id") or "", e.findtext("{*}deleted") == "true") for e in entities]


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


def _texts(element: "etree._Element") -> dict[str, str]:
    return {etree.QName(child).localname: child.text or "" for child in element.iterchildren(etree.Element)}

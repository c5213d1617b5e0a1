"""All XML phones ever see. Pure.

Sources: ODK Collect `Kxml2OpenRosaResponseParser.kt`, `ResponseMessageParser.java`; docs.getodk.org openrosa-form-list,
openrosa-form-submission, openrosa-integrity. What matters is written at each function: a phone refuses a whole list
for one missing or empty element, and shows a person nothing but the text of `message`.

Everything is written by `_element`: where nothing is inside, it writes the one tag `<a/>`. kxml2, the clients' library,
puts an empty text between a start tag and the end tag right behind it (`kdom.Element.parse`), and the clients then find
a text where only elements may be.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from xml.sax.saxutils import escape, quoteattr

FORM_LIST = "http://openrosa.org/xforms/xformsList"
MANIFEST = "http://openrosa.org/xforms/xformsManifest"
RESPONSE = "http://openrosa.org/http/response"
_NONE: Mapping[str, str] = MappingProxyType({})
_HEAD = "<?xml version='1.0' encoding='UTF-8'?>\n"

_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

#: Collect turns exactly this sentence into its own translated "Success"; any other text is shown as it stands.
STOCK_THANKS = "full submission upload was successful!"


@dataclass(frozen=True)
class ListedForm:
    """A form as formList names it. `md5` is of the exact bytes `download_url` serves, 32 lower-case hex digits."""

    form_id: str
    name: str
    version: str
    md5: str
    download_url: str
    manifest_url: str = ""


@dataclass(frozen=True)
class ListedFile:
    """A file of a manifest. `hash`: the MD5 of a plain file's bytes, any change mark of an entity list."""

    filename: str
    hash: str
    download_url: str
    integrity_url: str = ""
    is_entity_list: bool = False


def form_list(forms: Iterable[ListedForm]) -> bytes:
    """The answer to formList. No element is ever empty: an empty `hash` crashes Collect, an empty name refuses all."""
    return _document("xforms", map(_xform, forms), {"xmlns": FORM_LIST})


def _xform(form: ListedForm) -> str:
    return _element(
        "xform",
        (
            _text("formID", form.form_id),
            _text("name", form.name) or _text("name", form.form_id),
            _text("version", form.version),
            _text("hash", "md5:" + form.md5),
            _text("downloadUrl", form.download_url),
            _text("manifestUrl", form.manifest_url),
        ),
    )


def manifest(files: Iterable[ListedFile]) -> bytes:
    """The answer to a form's manifestUrl."""
    return _document("manifest", map(_media_file, files), {"xmlns": MANIFEST})


def _media_file(file: ListedFile) -> str:
    return _element(
        "mediaFile",
        (
            _text("filename", file.filename),
            _text("hash", "md5:" + file.hash),
            _text("downloadUrl", file.download_url),
            _text("integrityUrl", file.integrity_url),
        ),
        {"type": "entityList"} if file.is_entity_list else {},
    )


def integrity(states: Iterable[tuple[str, bool]]) -> bytes:
    """The answer to an integrityUrl: (id, deleted) pairs. Ids left out are kept by the phone; often all are."""
    entities = (
        _element("entity", [_text("deleted", "true" if deleted else "false")], {"id": entity_id})
        for entity_id, deleted in states
    )
    return _document("data", [_element("entities", entities)])


def thanks(sentence: str = STOCK_THANKS) -> bytes:
    """The answer to a submission that was stored."""
    return _response(sentence, "submit_success")


def refusal(sentence: str) -> bytes:
    """The answer to anything refused: Collect shows "Error: " and the sentence."""
    return _response(sentence, "error")


def _response(sentence: str, nature: str) -> bytes:
    message = _element("message", [escape(_clean(sentence))], {"nature": nature})
    return _document("OpenRosaResponse", [message], {"xmlns": RESPONSE})


def _document(root: str, children: Iterable[str], attributes: Mapping[str, str] = _NONE) -> bytes:
    return (_HEAD + _element(root, children, attributes)).encode()


def _text(name: str, text: str) -> str:
    """An element with a text; none at all where there is nothing to say: a blank one would be read as an empty one."""
    clean = _clean(text)
    return _element(name, [escape(clean)]) if clean.strip() else ""


def _element(name: str, inside: Iterable[str], attributes: Mapping[str, str] = _NONE) -> str:
    """`inside`: XML. Never a start tag with its end tag right behind it."""
    tag = name + "".join(f" {key}={quoteattr(_clean(value))}" for key, value in attributes.items())
    content = "".join(inside)
    return f"<{tag}>{content}</{name}>" if content else f"<{tag}/>"


def _clean(text: str) -> str:
    """Without the characters XML 1.0 cannot carry: one of them would make the whole answer unreadable."""
    return _NOT_XML.sub("", text)

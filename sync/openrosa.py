"""All XML phones ever see. Pure.

Sources: ODK Collect `Kxml2OpenRosaResponseParser.kt`, `ResponseMessageParser.java`; docs.getodk.org openrosa-form-list,
openrosa-form-submission, openrosa-integrity. What matters is written at each function: a phone refuses a whole list
for one missing or empty element, and shows a person nothing but the text of `message`.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr

FORM_LIST = "http://openrosa.org/xforms/xformsList"
MANIFEST = "http://openrosa.org/xforms/xformsManifest"
RESPONSE = "http://openrosa.org/http/response"
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
    return _document("xforms", FORM_LIST, map(_xform, forms))


def _xform(form: ListedForm) -> str:
    return _nested(
        "xform",
        _element("formID", form.form_id),
        _element("name", form.name or form.form_id),
        _element("version", form.version),
        _element("hash", "md5:" + form.md5),
        _element("downloadUrl", form.download_url),
        _element("manifestUrl", form.manifest_url),
    )


def manifest(files: Iterable[ListedFile]) -> bytes:
    """The answer to a form's manifestUrl."""
    return _document("manifest", MANIFEST, map(_media_file, files))


def _media_file(file: ListedFile) -> str:
    return _nested(
        'mediaFile type="entityList"' if file.is_entity_list else "mediaFile",
        _element("filename", file.filename),
        _element("hash", "md5:" + file.hash),
        _element("downloadUrl", file.download_url),
        _element("integrityUrl", file.integrity_url),
    )


def integrity(states: Iterable[tuple[str, bool]]) -> bytes:
    """The answer to an integrityUrl: (id, deleted) pairs. Ids left out are kept by the phone."""
    entities = "".join(
        f"<entity id={quoteattr(_clean(entity_id))}><deleted>{'true' if deleted else 'false'}</deleted></entity>"
        for entity_id, deleted in states
    )
    return f"{_HEAD}<data><entities>{entities}</entities></data>".encode()


def thanks(sentence: str = STOCK_THANKS) -> bytes:
    """The answer to a submission that was stored."""
    return _response(sentence, "submit_success")


def refusal(sentence: str) -> bytes:
    """The answer to anything refused: Collect shows "Error: " and the sentence."""
    return _response(sentence, "error")


def _response(sentence: str, nature: str) -> bytes:
    message = f'<message nature="{nature}">{escape(_clean(sentence))}</message>'
    return f'{_HEAD}<OpenRosaResponse xmlns="{RESPONSE}">{message}</OpenRosaResponse>'.encode()


def _document(root: str, namespace: str, children: Iterable[str]) -> bytes:
    return f'{_HEAD}<{root} xmlns="{namespace}">{"".join(children)}</{root}>'.encode()


def _nested(tag: str, *children: str) -> str:
    return f"<{tag}>{''.join(children)}</{tag.split()[0]}>"


def _element(name: str, text: str) -> str:
    return f"<{name}>{escape(_clean(text))}</{name}>" if text else ""


def _clean(text: str) -> str:
    """Without the characters XML 1.0 cannot carry: one of them would make the whole answer unreadable."""
    return _NOT_XML.sub("", text)

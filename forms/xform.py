"""Reads what an XForm says of itself: identity, questions, files, entity. Pure; the XForm is our own compiler's output.

Everything is found by the XForm's bytes, not by the compiler's inner objects: what phones get is what we describe.
Sources: ODK XForms specification (getodk/xforms-spec), as written by pyxform 4.5.0.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath

from lxml import etree

from forms.fields import Choice, Field

_XF = "{http://www.w3.org/2002/xforms}"
_JR = "{http://openrosa.org/javarosa}"
_ORX = "{http://openrosa.org/xforms}"
_ENTITIES = "{http://www.opendatakit.org/xforms/entities}"
_FILE = re.compile(r"jr://(file-csv|file|images|audio|video)/(.+)")
_ITEXT = re.compile(r"jr:itext\('(.+)'\)")
_UPLOADS = {"image/*": "image", "audio/*": "audio", "video/*": "video"}
_BINDS = {
    "int": "integer",
    "decimal": "decimal",
    "date": "date",
    "time": "time",
    "dateTime": "dateTime",
    "geopoint": "geopoint",
    "geotrace": "geotrace",
    "geoshape": "geoshape",
    "barcode": "barcode",
}
_CONTROLS = {
    "select1": "select_one",
    "select": "select_multiple",
    "rank": "rank",
    "range": "range",
    "trigger": "acknowledge",
}


@dataclass(frozen=True)
class EntityDeclaration:
    """The one entity a form creates or updates, with its saved properties as {property: question path}."""

    list: str
    actions: tuple[str, ...]
    properties: dict[str, str]


@dataclass(frozen=True)
class XForm:
    """What an XForm says of itself. `files` are base names of all files it wants beside it, in order of mention."""

    form_id: str
    version: str
    title: str
    fields: tuple[Field, ...]
    files: tuple[str, ...]
    entities_version: str
    entities: tuple[EntityDeclaration, ...]
    has_instance_id: bool
    submission_url: str
    is_encrypted: bool


def read_xform(xform: bytes) -> XForm:
    """What this XForm says of itself. Raises `lxml.etree.XMLSyntaxError` or `ValueError` if it is no XForm."""
    root = etree.fromstring(xform, etree.XMLParser(resolve_entities=False, no_network=True))
    model = root.find(f".//{_XF}model")
    body = root.find("{http://www.w3.org/1999/xhtml}body")
    instance = None if model is None else model.find(f"{_XF}instance")
    if model is None or body is None or instance is None or not len(instance):
        raise ValueError("not an XForm: model, body or primary instance is missing")
    primary = instance[0]
    title = root.findtext(".//{http://www.w3.org/1999/xhtml}title") or ""
    submission = model.find(f"{_XF}submission")
    sending = _attributes(submission)
    reader = _Reader(model, body, primary)
    return XForm(
        form_id=primary.get("id", ""),
        version=primary.get("version", ""),
        title=title.strip(),
        fields=tuple(reader.fields()),
        files=_files(model),
        entities_version=model.get(f"{_ENTITIES}entities-version", ""),
        entities=tuple(reader.entities()),
        has_instance_id=any(
            _local(node) == "instanceID" and _local(parent) == "meta"
            for parent in primary
            for node in parent
        ),
        submission_url=sending.get("action", ""),
        is_encrypted="base64RsaPublicKey" in sending,
    )


def _files(model: etree._Element) -> tuple[str, ...]:
    texts = [str(node.get("src") or "") for node in model.findall(f"{_XF}instance")]
    texts += [value.text or "" for value in model.iter(f"{_XF}value")]
    found = (_FILE.match(text.strip()) for text in texts)
    # `last-saved` is the phone's own memory (jr://instance/last-saved), not a file; the pattern leaves it out.
    return tuple(dict.fromkeys(PurePosixPath(match[2]).name for match in found if match))


class _Reader:
    """Binds, controls and texts of one XForm, looked up by path while walking its primary instance."""

    def __init__(self, model: etree._Element, body: etree._Element, primary: etree._Element) -> None:
        self.primary = primary
        self.prefix = f"/{_local(primary)}/"
        self.binds = {str(bind.get("nodeset")): bind for bind in model.iter(f"{_XF}bind")}
        self.controls: dict[str, etree._Element] = {}
        self.repeats: set[str] = set()
        for node in body.iter(etree.Element):
            if _local(node) == "repeat":
                self.repeats.add(str(node.get("nodeset")))
            elif node.get("ref") and _local(node) not in {"label", "hint", "value", "setvalue", "setgeopoint"}:
                self.controls.setdefault(str(node.get("ref")), node)
        translations = model.findall(f"{_XF}itext/{_XF}translation")
        # The bureau reads Chinese: that translation first, then the form's default, then any.
        translations.sort(key=lambda one: (not _is_chinese(one.get("lang", "")), one.get("default") is None))
        self.texts = {str(text.get("id")): _text(text) for text in (translations[0] if translations else ())}
        self.items = {
            str(one.get("id")): tuple(self._item(item) for item in one.iter(f"{_XF}item"))
            for one in model.findall(f"{_XF}instance")[1:]
        }
        self.sources = {str(one.get("id")): one.get("src", "") for one in model.findall(f"{_XF}instance")[1:]}

    def fields(self) -> Iterator[Field]:
        yield from self._walk(self.primary, "", "")

    def _walk(self, parent: etree._Element, prefix: str, repeat: str) -> Iterator[Field]:
        seen: set[str] = set()
        for node in parent.iterchildren(etree.Element):
            name = _local(node)
            # A repeat stands twice: as template and as its first instance.
            if name in seen or (not prefix and name == "meta"):
                continue
            seen.add(name)
            path = prefix + name
            if self.prefix + path in self.repeats:
                yield self._field(path, name, "repeat", repeat)
                yield from self._walk(node, path + "/", path)
            elif len(node):
                yield self._field(path, name, "group", repeat)
                yield from self._walk(node, path + "/", repeat)
            else:
                yield self._field(path, name, self._type(path), repeat)

    def _field(self, path: str, name: str, kind: str, repeat: str) -> Field:
        bind = self.binds.get(self.prefix + path)
        control = self.controls.get(self.prefix + path)
        bound = _attributes(bind)
        itemset = None if control is None else control.find(f"{_XF}itemset")
        choices: tuple[Choice, ...] = ()
        from_file = value_column = label_column = ""
        if itemset is not None:
            source = re.search(r"instance\('([^']+)'\)", itemset.get("nodeset", ""))
            choices = self.items.get(source[1], ()) if source else ()
            found = _FILE.match(self.sources.get(source[1], "")) if source else None
            if found:
                from_file = PurePosixPath(found[2]).name
                value_column = _ref(itemset, "value")
                label_column = _ref(itemset, "label")
        elif control is not None:
            choices = tuple(self._item(item) for item in control.findall(f"{_XF}item"))
        return Field(
            path=path,
            name=name,
            type=kind,
            label=self._label(control, "label"),
            hint=self._label(control, "hint"),
            choices=choices,
            repeat=repeat,
            appearance="" if control is None else control.get("appearance", ""),
            relevant=_expression(bound.get("relevant", "")),
            required=_expression(bound.get("required", "")),
            from_file=from_file,
            value_column=value_column,
            label_column=label_column,
            save_to=bound.get(f"{_ENTITIES}saveto", ""),
        )

    def _type(self, path: str) -> str:
        bind = self.binds.get(self.prefix + path)
        control = self.controls.get(self.prefix + path)
        bound = _attributes(bind)
        kind = bound.get("type", "string")
        if control is None:
            # Metadata: `timestamp` start/end, `date` today, `property` deviceid/username/...
            return bound.get(f"{_JR}preloadParams", "") if f"{_JR}preload" in bound else "calculate"
        tag = _local(control)
        if tag == "upload":
            return _UPLOADS.get(control.get("mediatype", ""), "file")
        if tag in _CONTROLS:
            return _CONTROLS[tag]
        if kind == "string":
            is_note = bound.get("readonly") == "true()" and "calculate" not in bound
            return "note" if is_note else "text"
        return _BINDS.get(kind, kind)

    def _label(self, control: etree._Element | None, tag: str) -> str:
        node = None if control is None else control.find(f"{_XF}{tag}")
        if node is None:
            return ""
        found = _ITEXT.match(node.get("ref", ""))
        return self.texts.get(found[1], "") if found else _plain(node)

    def _item(self, item: etree._Element) -> Choice:
        value = item.findtext(f"{_XF}name") or item.findtext(f"{_XF}value") or ""
        text_id = item.findtext(f"{_XF}itextId")
        label = self.texts.get(text_id, "") if text_id else self._label(item, "label")
        return Choice(name=value.strip(), label=label)

    def entities(self) -> Iterator[EntityDeclaration]:
        blocks = {
            self._container(node): node
            for node in self.primary.iter(etree.Element)
            if _local(node) == "entity" and _local(node.getparent()) == "meta"
        }
        saved: dict[str, dict[str, str]] = {container: {} for container in blocks}
        for nodeset, bind in self.binds.items():
            name = bind.get(f"{_ENTITIES}saveto")
            # A property belongs to the entity of the nearest container around its question.
            around = [container for container in blocks if nodeset.startswith(container)]
            if name and around:
                saved[max(around, key=len)][name] = nodeset.removeprefix(self.prefix)
        for container, node in blocks.items():
            yield EntityDeclaration(
                list=node.get("dataset", ""),
                actions=tuple(action for action in ("create", "update") if action in node.attrib),
                properties=saved[container],
            )

    def _container(self, entity: etree._Element) -> str:
        """The path of what holds this `meta/entity`, with a slash at its end."""
        steps: list[str] = []
        for up in entity.iterancestors():
            steps.insert(0, _local(up))
            if up is self.primary:
                break
        return f"/{'/'.join(steps)}".removesuffix("meta")


def _local(node: etree._Element | None) -> str:
    return "" if node is None else etree.QName(node).localname


def _attributes(node: etree._Element | None) -> dict[str, str]:
    return {} if node is None else {str(key): str(value) for key, value in node.attrib.items()}


def _ref(itemset: etree._Element, tag: str) -> str:
    node = itemset.find(f"{_XF}{tag}")
    return "" if node is None else node.get("ref", "")


def _is_chinese(lang: str) -> bool:
    return "中文" in lang or "zh" in lang.lower() or "chinese" in lang.lower()


def _expression(xpath: str) -> str:
    return " ".join(xpath.split())


def _text(text: etree._Element) -> str:
    """The plain form of an itext entry: its value without a `form` attribute (the others name images and sounds)."""
    for value in text.findall(f"{_XF}value"):
        if value.get("form") is None:
            return _plain(value)
    return ""


def _plain(node: etree._Element) -> str:
    """A label's words: references as `${name}`, without HTML tags and markdown marks."""
    parts = [node.text or ""]
    for child in node:
        if _local(child) == "output":
            parts.append("${" + child.get("value", "").strip().rsplit("/", 1)[-1] + "}")
        parts.append(child.tail or "")
    text = re.sub(r"</?[a-zA-Z][^<>]*>", "", "".join(parts))
    text = re.sub(r"\*\*(.+?)\*\*", r"\1", text)
    text = re.sub(r"^\s*#{1,6}\s+", "", text, flags=re.M)
    return re.sub(r"[ \t]*\n[ \t\n]*", "\n", re.sub(r" +", " ", text)).strip()

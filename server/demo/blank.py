"""A blank form as a phone's engine holds it: nodes, binds, events, in the order in which they are worked out. Pure."""

import re
from dataclasses import dataclass, field
from functools import lru_cache
from graphlib import CycleError, TopologicalSorter

from lxml import etree

from server.demo.xpath import lists_named

_JR = "{http://openrosa.org/javarosa}"
_PATH = re.compile(r"(?:/|\.\./)[A-Za-z_][\w.@/-]*")


@dataclass(frozen=True)
class Bind:
    """What is said of a node. `path` is absolute; an attribute ends in `/@name`."""

    path: str
    type: str = ""
    relevant: str = ""
    calculate: str = ""
    required: str = ""
    constraint: str = ""
    preload: str = ""


@dataclass(frozen=True)
class SetValue:
    """Writes `value` into `ref` when its event comes."""

    ref: str
    value: str


@dataclass(frozen=True)
class Blank:
    """`order`: every node's path, so that a node comes after all its value and relevance rest on."""

    form_id: str
    version: str
    root: str
    skeleton: "etree._Element" = field(repr=False)
    binds: dict[str, Bind] = field(repr=False)
    order: tuple[str, ...] = field(repr=False)
    on_load: tuple[SetValue, ...] = field(repr=False)
    on_change: dict[str, tuple[SetValue, ...]] = field(repr=False)
    repeats: frozenset[str] = frozenset()
    names: dict[str, str] = field(default_factory=dict, repr=False)
    lists: frozenset[str] = frozenset()


@lru_cache(maxsize=32)
def read_blank(xform: bytes) -> Blank:
    """Read a compiled form (pyxform's way of writing one)."""
    tree = etree.fromstring(xform)
    model = tree.find(".//{*}model")
    instance = None if model is None else model.find("{*}instance")
    if model is None or instance is None:
        raise ValueError("no XForm")
    skeleton = _plain(instance[0])
    repeats = frozenset(group.get("nodeset") or "" for group in tree.iter("{*}repeat"))
    binds = {}
    for element in model.iter("{*}bind"):
        path = element.get("nodeset") or ""
        binds[path] = Bind(
            path, element.get("type") or "", element.get("relevant") or "", element.get("calculate") or "",
            element.get("required") or "", element.get("constraint") or "", element.get(_JR + "preloadParams") or "",
        )  # fmt: skip
    paths = _paths(skeleton)
    expressions = [one for bind in binds.values() for one in (bind.relevant, bind.calculate)]
    on_load, on_change = _events(tree)
    expressions += [one.value for some in (on_load, *on_change.values()) for one in some]
    return Blank(
        form_id=skeleton.get("id") or "",
        version=skeleton.get("version") or "",
        root=skeleton.tag,
        skeleton=skeleton,
        binds=binds,
        order=_ordered(paths, binds),
        on_load=on_load,
        on_change=on_change,
        repeats=repeats,
        names={path.rsplit("/")[-1]: path for path in reversed(paths)},
        lists=frozenset[str]().union(*(lists_named(one) for one in expressions)),
    )


def _plain(element: "etree._Element") -> "etree._Element":
    """A copy without namespaces, comments and the templates of repeats."""
    copy = etree.Element(etree.QName(element).localname)
    for name, value in element.attrib.items():
        copy.set(str(name), str(value))
    copy.text = (element.text or "").strip() or None
    for child in element:
        if isinstance(child.tag, str) and child.get(_JR + "template") is None:
            copy.append(_plain(child))
    return copy


def _paths(skeleton: "etree._Element") -> list[str]:
    """Every node below the root in document order, attributes of the entity among them."""
    found: dict[str, None] = {}
    root = skeleton.getroottree()
    for element in skeleton.iterdescendants():
        path = re.sub(r"\[\d+\]", "", root.getpath(element))
        found[path] = None
        found.update({f"{path}/@{name!s}": None for name in element.attrib})
    return list(found)


def _events(tree: "etree._Element") -> tuple[tuple[SetValue, ...], dict[str, tuple[SetValue, ...]]]:
    on_load: list[SetValue] = []
    on_change: dict[str, list[SetValue]] = {}
    for element in tree.iter("{*}setvalue"):
        action = SetValue(element.get("ref") or "", element.get("value") or "")
        if "odk-instance-first-load" in (element.get("event") or ""):
            on_load.append(action)
        parent = element.getparent()
        if (
            "xforms-value-changed" in (element.get("event") or "")
            and parent is not None
            and parent.get("ref")
        ):
            on_change.setdefault(parent.get("ref") or "", []).append(action)
    return tuple(on_load), {ref: tuple(actions) for ref, actions in on_change.items()}


def _ordered(paths: list[str], binds: dict[str, Bind]) -> tuple[str, ...]:
    needs: dict[str, set[str]] = {}
    known = set(paths)
    for path in paths:
        parent = path.rsplit("/", 1)[0]
        needs[path] = {parent} & known
        bind = binds.get(path)
        if bind is not None:
            named = {_absolute(found, path) for found in _PATH.findall(f"{bind.relevant} {bind.calculate}")}
            needs[path] |= (named & known) - {path}
    try:
        return tuple(TopologicalSorter(needs).static_order())
    except CycleError:
        return tuple(paths)


def _absolute(found: str, path: str) -> str:
    while found.startswith("../"):
        found, path = found[3:], path.rsplit("/", 1)[0]
    return found if found.startswith("/") else f"{path}/{found}"

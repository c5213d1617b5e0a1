"""Fill a form as a person does, question by question, and write it as a phone does. Pure.

A small engine for the forms of `xlsforms/`: relevance, calculations, what choosing a row takes over, and the entity
block come from the XForm itself, so a filled form here is what a form engine writes; `tests/demo` compares the two.
Not for the field: what a person may choose is not checked (`faults` tells what the form would have complained of).
"""

import copy
import csv
import io
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from functools import lru_cache
from typing import Any

from lxml import etree

from server.demo.blank import Blank, SetValue, read_blank
from server.demo.phone_model import PhoneList
from server.demo.xpath import CLOCK, IDS, LISTS, compiled, text, truth

#: Question name -> answer; a repeat's name -> one mapping per row. In the order in which they are given.
Answers = Mapping[str, Any]


class NotPassed(Exception):
    """The answers leave a required question blank, or break a constraint."""


def fill(
    xform: bytes,
    answers: Answers,
    *,
    lists: Mapping[str, PhoneList],
    media: Mapping[str, bytes],
    began: datetime,
    ended: datetime,
    new_id: Callable[[], str],
    device: str = "",
    username: str = "",
    edit_of: bytes = b"",
) -> bytes:
    """The XML of a form begun and ended at these moments of the phone's clock.

    `edit_of`: the sent form that is changed; only what is in `answers` is answered anew.

    :raises NotPassed: the form would not have let it be finalized.
    """
    with _phone(began, new_id):
        form = Filling(xform, lists, media, edit_of=edit_of)
        if not edit_of:
            stamp, day = began.isoformat(timespec="milliseconds"), began.date().isoformat()
            form.preload({"start": stamp, "today": day, "deviceid": device, "username": username})
        form.answer(answers)
        form.preload({"end": ended.isoformat(timespec="milliseconds")})
        if faults := form.faults():
            raise NotPassed(f"{form.blank.form_id}: {'; '.join(faults)}")
        return form.finished(f"uuid:{new_id()}")


@contextmanager
def _phone(clock: datetime, ids: Callable[[], str]) -> Iterator[None]:
    tokens = CLOCK.set(clock), IDS.set(ids)
    try:
        yield
    finally:
        CLOCK.reset(tokens[0])
        IDS.reset(tokens[1])


class Filling:
    """One form being filled in. Nodes out of view keep their answer aside and count as blank meanwhile."""

    def __init__(
        self,
        xform: bytes,
        lists: Mapping[str, PhoneList],
        media: Mapping[str, bytes],
        *,
        edit_of: bytes = b"",
    ) -> None:
        self.blank: Blank = read_blank(xform)
        self.root: etree._Element = copy.deepcopy(self.blank.skeleton)
        holder = etree.SubElement(self.root, LISTS)
        for name in sorted(self.blank.lists):
            holder.append(_rows(name, lists, media))
        repeated = tuple(f"{path}/" for path in self.blank.repeats)
        #: Nodes that stand once; those of repeats are looked for each time.
        self.single: dict[str, etree._Element] = {
            path: self._find(path)[0]
            for path in self.blank.order
            if "/@" not in path and not f"{path}/".startswith(repeated or "\0")
        }
        self.aside: dict[etree._Element, str] = {}
        self.hidden: set[etree._Element] = set()
        self.edited = ""
        if edit_of:
            self._take_over(etree.fromstring(edit_of))
        else:
            self._fire(self.blank.on_load, self.root)
        self.work_out()

    def preload(self, values: Mapping[str, str]) -> None:
        for path, bind in self.blank.binds.items():
            if bind.preload in values:
                self._put(self._nodes(path)[0], values[bind.preload])

    def answer(self, answers: Answers) -> None:
        """Answer in this order; choosing a row fires what hangs on it."""
        for name, value in answers.items():
            path = self.blank.names[name]
            if path in self.blank.repeats:
                self._answer_rows(path, value)
                continue
            node = self._nodes(path)[0]
            said = str(value)
            if said and (bind := self.blank.binds.get(path)) is not None and bind.type == "decimal":
                said = str(float(said))  # 1100.0, as phones write it
            changed = (self.aside.get(node) or node.text or "") != said
            self._put(node, said)
            if changed and path in self.blank.on_change:
                self.work_out()
                self._fire(self.blank.on_change[path], node)
        self.work_out()

    def work_out(self) -> None:
        """Relevance and calculations, each node after those it rests on."""
        for path in self.blank.order:
            if "/@" in path:
                self._attribute(path)
                continue
            bind = self.blank.binds.get(path)
            for node in self._nodes(path):
                shown = node.getparent() not in self.hidden
                if shown and bind is not None and bind.relevant:
                    shown = truth(compiled(bind.relevant, self.blank.root)(node))
                self._show(node, shown)
                if shown and bind is not None and bind.calculate:
                    node.text = text(compiled(bind.calculate, self.blank.root)(node)) or None

    def faults(self) -> list[str]:
        """Questions in view that the form would not let pass: "name: required" or "name: constraint"."""
        found = []
        for path, bind in self.blank.binds.items():
            if "/@" in path:
                continue
            for node in self._nodes(path):
                if node in self.hidden:
                    continue
                if not node.text:
                    if bind.required and truth(compiled(bind.required, self.blank.root)(node)):
                        found.append(f"{node.tag}: required")
                elif bind.constraint and not truth(compiled(bind.constraint, self.blank.root)(node)):
                    found.append(f"{node.tag}: constraint ({node.text})")
        return found

    def finished(self, instance_id: str) -> bytes:
        """The XML: what is out of view is gone, what is blank is an empty element."""
        self.work_out()
        done = copy.deepcopy(self.root)
        doomed = [
            there for here, there in zip(self.root.iter(), done.iter(), strict=True)
            if here in self.hidden or here.tag == LISTS
        ]  # fmt: skip
        for node in doomed:
            parent = node.getparent()
            if parent is not None:
                parent.remove(node)
        meta = done.find("meta")
        assert meta is not None
        self._name(meta, "instanceID", instance_id)
        if self.edited:
            self._name(meta, "deprecatedID", self.edited)
        return b"<?xml version='1.0' ?>" + etree.tostring(done, encoding="utf-8")

    # --- inside ---

    def _name(self, meta: "etree._Element", tag: str, value: str) -> None:
        node = meta.find(tag)
        (node if node is not None else etree.SubElement(meta, tag)).text = value

    def _nodes(self, path: str) -> "list[etree._Element]":
        one = self.single.get(path)
        return [one] if one is not None else self._find(path)

    def _find(self, path: str) -> "list[etree._Element]":
        return list(compiled(path, self.blank.root)(self.root))

    def _put(self, node: "etree._Element", value: str) -> None:
        if node in self.hidden:
            self.aside[node] = value
        else:
            node.text = value or None

    def _show(self, node: "etree._Element", shown: bool) -> None:
        if shown and node in self.hidden:
            self.hidden.discard(node)
            if not len(node):
                node.text = self.aside.pop(node, "") or None
        elif not shown and node not in self.hidden:
            self.hidden.add(node)
            if not len(node):
                self.aside[node] = node.text or ""
                node.text = None

    def _attribute(self, path: str) -> None:
        bind = self.blank.binds.get(path)
        owner, name = path.rsplit("/@", 1)
        if bind is not None and bind.calculate:
            node = self._nodes(owner)[0]
            node.set(name, text(compiled(bind.calculate, self.blank.root)(node)))

    def _fire(self, actions: Iterable[SetValue], context: "etree._Element") -> None:
        for action in actions:
            value = text(compiled(action.value, self.blank.root)(context)) if action.value else ""
            if "/@" in action.ref:
                owner, name = action.ref.rsplit("/@", 1)
                self._nodes(owner)[0].set(name, value)
            else:
                self._put(self._nodes(action.ref)[0], value)

    def _answer_rows(self, path: str, rows: Sequence[Answers]) -> None:
        first, *more = self._nodes(path)
        blank_row = copy.deepcopy(first)
        parent = first.getparent()
        assert parent is not None
        for node in more:
            parent.remove(node)
        nodes = [first]
        for _ in rows[1:]:
            row = copy.deepcopy(blank_row)
            nodes[-1].addnext(row)
            nodes.append(row)
        if not rows:
            parent.remove(first)
        for node, row_answers in zip(nodes, rows, strict=False):
            for name, value in row_answers.items():
                target = node.find(name)
                assert target is not None, name
                self.hidden.discard(target)
                target.text = str(value) or None

    def _take_over(self, old: "etree._Element") -> None:
        """What a sent form said, for editing it: everything but its instanceID, which becomes the deprecated one."""
        self.edited = old.findtext("{*}meta/{*}instanceID") or ""
        self._merge(self.root, old)

    def _merge(self, mine: "etree._Element", old: "etree._Element") -> None:
        rows: dict[str, int] = {}
        for child in old:
            tag = etree.QName(child).localname
            seen = rows.get(tag, 0)
            rows[tag] = seen + 1
            here = mine.findall(tag)
            if not here:
                continue
            if seen >= len(here):
                fresh = copy.deepcopy(here[-1])
                here[-1].addnext(fresh)
                here.append(fresh)
            target = here[seen]
            for name, value in child.attrib.items():
                target.set(str(name), str(value))
            if len(child):
                self._merge(target, child)
            elif tag != "instanceID":
                target.text = child.text


def _rows(name: str, lists: Mapping[str, PhoneList], media: Mapping[str, bytes]) -> "etree._Element":
    """A list as a form sees it: what was fetched as a file, or what stands in the phone's own list."""
    top = etree.Element(name)
    if name in lists:
        root = etree.SubElement(top, "root")
        for row in lists[name].rows.values():
            item = etree.SubElement(root, "item")
            trunk = "" if row.trunk is None else str(row.trunk)
            cells = {
                "name": row.id, "label": row.label, "__version": str(row.version), "__trunkVersion": trunk,
                "__branchId": row.branch, **row.properties,
            }  # fmt: skip
            for column, value in cells.items():
                etree.SubElement(item, column).text = value or None
    elif f"{name}.csv" in media:
        top.append(copy.deepcopy(_csv(media[f"{name}.csv"])))
    return top


@lru_cache(maxsize=32)
def _csv(content: bytes) -> "etree._Element":
    root = etree.Element("root")
    for line in csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")):
        item = etree.SubElement(root, "item")
        for column, value in line.items():
            etree.SubElement(item, column).text = value or None
    return root

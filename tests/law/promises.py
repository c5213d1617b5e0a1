"""What each worker's phone may rely on after every single step, and what must be true when all has come to rest."""

from dataclasses import replace
from hashlib import sha256

from server.demo.phone_model import ServedRow
from server.field.apply import apply
from server.field.names import LIST_OF
from sync.inbox import settle
from sync.kinds import State
from sync.lists import entity_states
from sync.models import Attachment, Submission
from sync.receive import Envelope, receive
from tests.law.history import History, Post, rule
from tests.law.replay import quiet
from tests.law.walker import LIST_NAMES, Walker, served_rows
from tests.law.watch import Broken, Watch

Served = dict[str, ServedRow]
NOBODYS = "00000000-0000-4000-8000-00000000dead"


class Promises(Watch):
    """Looks at what every worker is served, one step after another; put in the place of a history's own watch."""

    def __init__(self, history: History) -> None:
        super().__init__()
        self.history = history
        self._before: dict[tuple[int, str], tuple[list[str], str, bytes, Served]] = {}

    def look(self) -> None:
        """:raises Broken: a list's hash and its rows did not move together, a row changed under its version, or
        integrity said something else than what is kept."""
        super().look()
        known = self.known()
        for number, walker in enumerate(self.history.walkers):
            scopes = walker.scopes(self.history.now)
            for name, (mark, content) in walker.served(self.history.now).items():
                rows = {row.id: row for row in served_rows(content)}
                if (number, name) in self._before:
                    _compare(f"{walker.user}, {name}", self._before[number, name], (scopes, mark, content, rows))
                self._before[number, name] = (scopes, mark, content, rows)
                self._integrity(walker, name, scopes, known[name], rows)

    def known(self) -> dict[str, set[str]]:
        """The ids, by list, that a kept submission names; one the worker has yet to take up may still become a row."""
        known: dict[str, set[str]] = {name: set() for name in LIST_NAMES}
        waiting = set(Submission.objects.filter(state=State.KEPT).values_list("xml_sha256", flat=True))
        for step in self.history.steps:
            if isinstance(step, Post) and sha256(step.form.xml).hexdigest() not in waiting:
                known[LIST_OF[step.form.kind]].add(step.form.entity)
        return known

    def _integrity(self, walker: Walker, name: str, scopes: list[str], known: set[str], rows: Served) -> None:
        unsent = {f.entity for w in self.history.walkers for f in w.outbox if LIST_OF[f.kind] == name} - known
        said = dict(entity_states(name, scopes, [*known, *unsent, NOBODYS]))
        wanted = {entity: entity not in rows for entity in known}
        if said != wanted:
            wrong = {e: (said.get(e), wanted.get(e)) for e in said.keys() | wanted if said.get(e) != wanted.get(e)}
            raise Broken(f"{walker.user}, {name}: integrity says (said, should): {wrong}")


def _compare(who: str, before: tuple[list[str], str, bytes, Served], now: tuple[list[str], str, bytes, Served]) -> None:
    changed = before[2] != now[2]
    if changed and before[1] == now[1]:
        raise Broken(f"{who}: other rows under the same hash")
    if not changed and before[1] != now[1] and before[0] == now[0]:
        raise Broken(f"{who}: another hash, the same rows")
    for entity in before[3].keys() & now[3].keys():
        was, row = before[3][entity], now[3][entity]
        if row.version < was.version:
            raise Broken(f"{who}: {entity} fell from {was.version} to {row.version}")
        # Other columns from another scope: told apart when they are fetched (sync/note_scopes.py).
        if row != was and row.version == was.version and before[0] == now[0]:
            raise Broken(f"{who}: {entity} changed and is still version {row.version}: {was} -> {row}")


def shows_the_server(walker: Walker, history: History) -> str:
    """Where a phone that has sent everything and synced differs from what it is served, versions too."""
    lines = []
    for name, (_, content) in walker.served(history.now).items():
        rows = {row.id: row for row in served_rows(content)}
        here = {
            row.id: ServedRow(row.id, row.label, row.version, dict(row.properties))
            for row in walker.lists[name].rows.values()
        }
        for entity in sorted(rows.keys() | here.keys()):
            if rows.get(entity) != here.get(entity):
                lines.append(f"{walker.user}, {name}: has {here.get(entity)}, is served {rows.get(entity)}")
    return "\n".join(lines)


def nothing_is_lost(history: History) -> str:
    """Every text ever sent is kept once, with every file that ever came with it, byte for byte."""
    wanted: dict[str, set[tuple[str, str]]] = {}
    for step in history.steps:
        if isinstance(step, Post):
            files = wanted.setdefault(sha256(step.form.xml).hexdigest(), set())
            files |= {(file.name, sha256(file.data).hexdigest()) for file in step.files}
    kept: dict[str, set[tuple[str, str]]] = {
        text: set() for text in Submission.objects.values_list("xml_sha256", flat=True)
    }
    rows = Attachment.objects.values_list("submission__xml_sha256", "name", "sha256")
    for text, name, data in rows:
        kept[text].add((name, data))
    return "" if kept == wanted else f"sent {wanted}\nkept {kept}"


def firsts(history: History) -> list[Post]:
    """Each text once, whole, as it was first received."""
    found: dict[bytes, Post] = {}
    for step in history.steps:
        if isinstance(step, Post):
            first = found.setdefault(step.form.xml, step)
            files = {(file.name, file.data): file for file in (*first.files, *step.files)}
            found[step.form.xml] = replace(first, files=tuple(files.values()), is_incomplete=False)
    return list(found.values())


def orderly_run(history: History, posts: list[Post]) -> None:
    """The same kept rows as they would have come with perfect coverage: once each, whole, one after another, worked
    off at once, the desk's decisions between."""
    rulings = [step for step in history.steps if not isinstance(step, Post)]
    order = {id(step): n for n, step in enumerate([*posts, *rulings])}
    for step in sorted([*posts, *rulings], key=lambda step: (step.now, order[id(step)])):
        if isinstance(step, Post):
            receipt = receive(Envelope(step.form.xml, step.files), step.sender, step.now)
            if receipt.aside is None and receipt.state == State.KEPT:
                with quiet():  # what no server could read is parked here as well
                    settle(receipt.submission_id, apply, step.now)
        else:
            rule(step, history.world.desk)

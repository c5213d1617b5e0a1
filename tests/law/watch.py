"""What must hold after every single step: versions only rise, and a scope's counter moves when its rows do."""

from collections import defaultdict

from sync.models import EntityVersion, ListCounter, PhoneRow

Scope = tuple[str, str]


class Broken(AssertionError):
    """A promise to the phones was broken."""


class Watch:
    """Looks at all that is served. The hash of a list is made of its scopes' counters (and what a phone fetched under
    one hash is looked at when it syncs)."""

    def __init__(self) -> None:
        self.versions: dict[tuple[str, str], int] = {}
        self.rows: dict[tuple[str, str, str], tuple[int, str]] = {}
        self.counters: dict[Scope, int] = {}

    def look(self) -> None:
        versions = {(v.list, v.entity_id): v.n for v in EntityVersion.objects.all()}
        rows = {
            (list, entity_id, scope): (n, digest) for list, entity_id, scope, n, digest in
            PhoneRow.objects.values_list("list", "entity_id", "scope", "version", "digest")
        }
        counters = {(c.list, c.scope): c.n for c in ListCounter.objects.all()}
        for named, n in self.versions.items():
            if versions.get(named, -1) < n:
                raise Broken(f"{named}: version {n} -> {versions.get(named)}")
        for key, (n, digest) in rows.items():
            if n != versions[key[:2]]:
                raise Broken(f"{key} is served at {n}, its version is {versions[key[:2]]}")
            before = self.rows.get(key)
            if before and before[1] != digest and before[0] >= n:
                raise Broken(f"{key} changed without a higher version")
        was, now = by_scope(self.rows), by_scope(rows)
        for scope in was.keys() | now.keys():
            moved = self.counters.get(scope) != counters.get(scope)
            if moved != (was.get(scope) != now.get(scope)):
                raise Broken(f"{scope}: counter {'moved' if moved else 'stood'}, its rows did otherwise")
        self.versions, self.rows, self.counters = versions, rows, counters


def by_scope(rows: dict[tuple[str, str, str], tuple[int, str]]) -> dict[Scope, set[tuple]]:
    found: dict[Scope, set[tuple]] = defaultdict(set)
    for (list, entity_id, scope), served in rows.items():
        found[list, scope].add((entity_id, *served))
    return dict(found)

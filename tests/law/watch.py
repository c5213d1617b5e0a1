"""What must hold after every single step: versions only rise, and a list's hash changes when its rows do."""

from collections.abc import Sequence
from datetime import datetime

from sync.models import EntityVersion, PhoneRow
from tests.law.walker import Walker


class Broken(AssertionError):
    """A promise to the phones was broken."""


class Watch:
    """Looks at what is served, as each phone would see it."""

    def __init__(self, walkers: Sequence[Walker]) -> None:
        self.walkers = walkers
        self.lists: dict[str, tuple[str, bytes]] = {}
        self.versions: dict[tuple[str, str], int] = {}
        self.rows: dict[tuple[str, str, str], tuple[int, str]] = {}

    def look(self, now: datetime) -> None:
        for walker in self.walkers:
            for name, (mark, content) in walker.served(now).items():
                key = f"{walker.user.username} {name}"
                before = self.lists.get(key)
                if before is not None and (before[0] != mark) != (before[1] != content):
                    raise Broken(f"{key}: hash {before[0]} -> {mark}, rows changed: {before[1] != content}")
                self.lists[key] = (mark, content)
        versions = {(v.list, v.entity_id): v.n for v in EntityVersion.objects.all()}
        for named, n in self.versions.items():
            if versions.get(named, -1) < n:
                raise Broken(f"{named}: version {n} -> {versions.get(named)}")
        rows = {(r.list, r.entity_id, r.scope): (r.version, r.digest) for r in PhoneRow.objects.all()}
        for key, (n, digest) in rows.items():
            if n != versions[key[:2]]:
                raise Broken(f"{key} is served at {n}, its version is {versions[key[:2]]}")
            before_row = self.rows.get(key)
            if before_row and before_row[1] != digest and before_row[0] >= n:
                raise Broken(f"{key} changed without a higher version")
        self.versions, self.rows = versions, rows

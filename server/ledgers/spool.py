"""The lines of a month put in order without being held: their content waits, sealed, in a file nobody else can open."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from tempfile import TemporaryFile

from server.ledgers.kinds import LedgerKind
from server.ledgers.order import Key, key_of
from server.ledgers.values import Line, canonical
from sync.vault.envelope import new_data_key, open_sealed, seal


@dataclass(frozen=True, slots=True)
class Spooled:
    """A line in its place. ``content``: what a checksum is taken over; ``stored``: what a record keeps."""

    kind: str
    household: str
    part: str
    content: bytes
    stored: bytes


class Spool:
    """Takes lines as they come and gives them in the order they are printed, as often as asked. In memory is only what
    they are ordered by: some hundred bytes a line. ``counts``: lines by table, every table named."""

    def __init__(self, lines: Iterable[Line]) -> None:
        # The key dies with this object, and with it whatever the file held.
        _, self._key = new_data_key()
        self._file = TemporaryFile()  # noqa: SIM115 it goes with this object
        self.counts = dict.fromkeys(map(str, LedgerKind), 0)
        self._places: list[tuple[Key, int, int, int]] = []
        at = 0
        for line in lines:
            content, stored = canonical(line.content()), canonical(line.stored())
            size = self._file.write(seal(self._key, content + stored, at.to_bytes(8)))
            self._places.append((key_of(line), at, size, len(content)))
            self.counts[str(line.kind)] += 1
            at += size
        self._places.sort()

    def __iter__(self) -> Iterator[Spooled]:
        for key, at, size, middle in self._places:
            self._file.seek(at)
            both = open_sealed(self._key, self._file.read(size), at.to_bytes(8))
            yield Spooled(key.kind, key.household, key.part, both[:middle], both[middle:])

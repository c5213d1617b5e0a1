"""A pause after wrong phone passwords. Pure: the moment is told; what it remembers is this process's own.

A phone's password is 72 random bits, so nobody guesses it; the pause keeps guessers from costing anything, and says in
the log that they are there. Hence no row in the database and no memory common to the processes: with two of them the
pause begins after twice as many tries.

It is counted by user name and address together, and lasts a minute at most, however long somebody goes on: neither the
other phones behind the same address nor the same person elsewhere wait for anything. (`login.py` lets a phone that was
here before pass through it, so that a neighbour's guesses do not keep a colleague's phone out.)
"""

from collections import OrderedDict
from datetime import datetime, timedelta
from threading import Lock

TRIES = 10
PAUSE = timedelta(minutes=1)
REMEMBERED = 10_000  # pairs; beyond, the oldest are forgotten


class Brake:
    """Wrong tries by (user name, address), since the first of the last minute."""

    def __init__(self) -> None:
        self._wrong: OrderedDict[tuple[str, str], tuple[datetime, int]] = OrderedDict()
        self._lock = Lock()

    def is_on(self, name: str, address: str, now: datetime) -> bool:
        """Whether this pair has to wait."""
        with self._lock:
            return self._since(name, address, now)[1] >= TRIES

    def note_wrong(self, name: str, address: str, now: datetime) -> bool:
        """Count a wrong try; True: it was the one that begins the pause."""
        with self._lock:
            since, count = self._since(name, address, now)
            self._wrong.pop((name, address), None)
            self._wrong[name, address] = (since, count + 1)
            if len(self._wrong) > REMEMBERED:
                self._wrong.popitem(last=False)
            return count + 1 == TRIES

    def _since(self, name: str, address: str, now: datetime) -> tuple[datetime, int]:
        since, count = self._wrong.get((name, address), (now, 0))
        return (since, count) if now - since < PAUSE else (now, 0)

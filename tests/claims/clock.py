"""Time as these tests tell it: it moves when somebody sends something, and stands still while people read."""

from dataclasses import dataclass
from datetime import datetime, timedelta

TICK = timedelta(seconds=1)


@dataclass
class Clock:
    """Stands for `django.utils.timezone.now`."""

    now: datetime

    def __call__(self) -> datetime:
        return self.now

    def tick(self) -> None:
        self.now += TICK

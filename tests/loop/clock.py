"""One clock for phones and server, moved by the story. The server asks `django.utils.timezone.now` and nothing else."""

from datetime import UTC, date, datetime, timedelta

from server.households.values import SHANGHAI


class Clock:
    """`clock.to("2024-04-10 09:30")`: from here on it is that moment in Shanghai, for phones and server alike."""

    def __init__(self, text: str) -> None:
        self._now = _moment(text)

    def to(self, text: str) -> None:
        """Move to a moment, or to half past nine of a day. Backwards is a mistake in the story."""
        moment = _moment(text)
        assert moment >= self._now, f"{text} lies before {self._now}"
        self._now = moment

    def tick(self, minutes: int = 1) -> None:
        self._now += timedelta(minutes=minutes)

    def now(self) -> datetime:
        """Stands for `timezone.now`."""
        return self._now.astimezone(UTC)

    @property
    def today(self) -> date:
        return self._now.date()


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return (moment if len(text) > 10 else moment.replace(hour=9, minute=30)).replace(tzinfo=SHANGHAI)

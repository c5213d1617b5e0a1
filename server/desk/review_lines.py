"""Submissions as lines of a list."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from server.areas.names import PlaceName, place_names
from server.desk.parts import Badge, flag_badges, review_badge, shown_name
from server.desk.seat import Seat
from server.households.find import name_of
from server.households.kinds import Review
from server.households.models import Noted


@dataclass(frozen=True)
class SubmissionLine:
    """``clean``: nothing about it asks for a look, so that it may be approved with others at one click."""

    id: int
    household: str
    name: str
    place: str
    title: str
    by: str
    received_at: datetime
    review: Badge
    flags: list[Badge]
    clean: bool
    own: bool


def lines_of(seat: Seat, rows: Iterable[Noted], named: Mapping[str, str]) -> list[SubmissionLine]:
    """One query for all rows: names of places. ``named``: titles of forms."""
    rows = list(rows)
    places = place_names(row.village for row in rows)
    return [_line(seat, row, named, places) for row in rows]


def _line(seat: Seat, row: Noted, named: Mapping[str, str], places: Mapping[str, PlaceName]) -> SubmissionLine:
    submission = row.filing.submission
    place = places.get(row.village, PlaceName())
    waiting = row.review in (Review.PENDING, Review.RESENT)
    return SubmissionLine(
        id=submission.pk, household=row.household_id or "",
        name=shown_name(seat, name_of(row.household), row.village) if row.household else "",
        place=place.full if seat.is_district else str(place),
        title=named.get(submission.form_id, submission.form_id), by=str(row.by) if row.by else "",
        received_at=submission.received_at, review=review_badge(row.review), flags=flag_badges(row.flags),
        clean=waiting and not row.flags, own=row.by_id == seat.user.pk,
    )

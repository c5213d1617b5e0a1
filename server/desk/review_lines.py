"""Submissions as lines of a list, whatever they are about: a household, a lead, a referral."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from server.accounts.matrix import Thing, Verb
from server.areas.names import PlaceName, place_names
from server.desk.parts import Badge, flag_badges, review_badge, shown_name
from server.desk.seat import Seat
from server.households.find import idents, name_of
from server.households.kinds import Review
from server.households.load import HOUSEHOLDS, LEADS
from server.households.models import Noted
from server.support.find import said_of
from server.support.models import Lead, Referral

REFERRALS = "referrals"


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
    about = names_about(seat, rows)
    return [_line(seat, row, named, places, about.get(row.pk, "")) for row in rows]


def names_about(seat: Seat, rows: Sequence[Noted]) -> dict[int, str]:
    """Whom each submission is about, by the row's id: the registrant, the lead's person, the referral's household.

    A household is named to those whose own rights reach its home, and to nobody for having spoken of it. Three queries,
    however many rows.
    """
    homes, others = seat.at(Verb.READ, Thing.HOUSEHOLD), [row for row in rows if not row.household]
    referrals = Referral.objects.filter(pk__in=[row.filing.entity for row in others if row.filing.list == REFERRALS])
    about = dict(referrals.values_list("pk", "about"))
    claimed = {row.pk: _about(row, about) for row in others}
    known = {ident.pk: ident.household for ident in idents(name for name in claimed.values() if name)}
    leads = Lead.objects.filter(pk__in=[row.filing.entity for row in others if row.filing.list == LEADS])
    told = {lead.pk: str(said_of(lead).get("rep_name") or "（姓名不详）") for lead in leads}
    found: dict[int, str] = {}
    for row in rows:
        household = row.household or known.get(claimed[row.pk])
        if household is not None and homes.sees(household.village):
            found[row.pk] = name_of(household)
        elif row.filing.list == LEADS and row.filing.entity in told:
            found[row.pk] = told[row.filing.entity]
    return found


def _about(row: Noted, referrals: Mapping[str, str]) -> str:
    """The id of the household that a submission without one of its own speaks of; '' for none."""
    filing = row.filing
    if filing.list == REFERRALS:
        return referrals.get(filing.entity) or filing.about
    return filing.entity if filing.list == HOUSEHOLDS else ""


def _line(seat: Seat, row: Noted, named: Mapping[str, str], places: Mapping[str, PlaceName],
          name: str) -> SubmissionLine:
    submission = row.filing.submission
    place = places.get(row.village, PlaceName())
    waiting = row.review in (Review.PENDING, Review.RESENT)
    return SubmissionLine(
        id=submission.pk, household=row.household_id or "",
        name=shown_name(seat, name, row.village) if name else "",
        place=place.full if seat.is_district else str(place),
        title=named.get(submission.form_id, submission.form_id), by=str(row.by) if row.by else "",
        received_at=submission.received_at, review=review_badge(row.review), flags=flag_badges(row.flags),
        clean=waiting and not row.flags, own=submission.is_made_by(seat.user.pk),
    )

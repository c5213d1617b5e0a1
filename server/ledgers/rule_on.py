"""Rulings of whoever keeps the ledger about one household: left out of a month, a further 对象 listed beside it."""

from datetime import date, datetime

from django.db import transaction

from server.acts.file import file_act
from server.acts.kinds import ActKind
from server.acts.models import Act
from server.ledgers.values import last_day


@transaction.atomic
def leave_out(household: str, month: str, *, by: int | None, now: datetime, reason: str) -> Act:
    """The month does not list this household; a closed month shows it as 补报. :raises ValueError: not a month."""
    last_day(month)
    return file_act(ActKind.LEAVE_OUT, household, other=month, by=by, now=now, reason=reason)


@transaction.atomic
def take_in(household: str, month: str, *, by: int | None, now: datetime, reason: str) -> Act:
    """The month lists it again. :raises ValueError: not a month."""
    last_day(month)
    return file_act(ActKind.TAKE_IN, household, other=month, by=by, now=now, reason=reason)


@transaction.atomic
def list_person(
    household: str, *, name: str, id_no: str, programme: str, since: date, by: int | None, now: datetime, reason: str,
) -> Act:
    """A further 对象 of the household, with a programme of their own since a day (domain F-9): a line of their own."""
    value = {"name": name, "id_no": id_no, "programme": programme, "since": since.isoformat()}
    return file_act(ActKind.LIST_PERSON, household, by=by, now=now, value=value, reason=reason)


@transaction.atomic
def unlist_person(
    household: str, listed: str, *, until: date | None, by: int | None, now: datetime, reason: str
) -> Act:
    """The 对象 of an earlier act (its id) has left the programme on a day, or (None) was never to be listed."""
    return file_act(ActKind.UNLIST_PERSON, household, other=listed, since=until, by=by, now=now, reason=reason)

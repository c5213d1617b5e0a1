"""Kept rows without a phone: filings as translation would make them, filed and derived."""

import uuid
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from hashlib import sha256
from typing import Any

from server.acts.kinds import ActKind
from server.field.decide import decide
from server.field.file_statements import file_statements
from server.field.refresh import refresh
from server.households.kinds import Outcome, ProposalKind
from server.households.values import SHANGHAI, Contact, Filing, Said, relief_key
from sync.kinds import State, Via
from sync.models import Submission
from sync.vault.envelope import new_data_key, seal
from tests.ledgers.samples import BASE

PUBLISHED = datetime(2024, 1, 1, tzinfo=UTC)
LISTS = {"screening": "households", "visit": "households", "referral": "referrals"}


def moment(day: date | str, hour: int = 10) -> datetime:
    """An hour of a Shanghai day."""
    day = date.fromisoformat(day) if isinstance(day, str) else day
    return datetime.combine(day, time(hour), SHANGHAI)


def screen(household: str, on: str, village: str, *, relief: tuple[Said, ...] = (), received: datetime | None = None,
           approved: bool = True, deprecated: str = "", **facts: Any) -> str:
    """A first registration; its instanceID. Approved an hour after it arrived unless told otherwise."""
    values = {**BASE, **facts}
    said = tuple(Said(name, value, verified=name == "id_no") for name, value in values.items() if value is not None)
    return _keep(
        "screening", household, on, (*said, Said("village", village), *relief), received, approved, creates=True,
        village=village, deprecated=deprecated, contact=Contact(Outcome.MET_PERSON, "screening"),
    )


def visit(household: str, on: str, *, received: datetime | None = None, approved: bool = True, **facts: Any) -> str:
    """A visit that changed these facts; its instanceID."""
    said = tuple(Said(name, value) for name, value in facts.items())
    village = str(facts.get("village", ""))
    contact = Contact(Outcome.MET_PERSON)
    return _keep("visit", household, on, said, received, approved, village=village, contact=contact)


def refer(referral: str, household: str, on: str, *, received: datetime | None = None, approved: bool = True,
          creates: bool = True, **facts: Any) -> str:
    """A step of a referral; its instanceID."""
    said = (Said("about", household), *(Said(name, value) for name, value in facts.items()))
    return _keep("referral", referral, on, said, received, approved, creates=creates, about=household)


def admitted(programme: str, since: str, precision: str = "day") -> Said:
    value = {"in": True, "precision": precision}
    return Said("relief", value, since=date.fromisoformat(since), key=relief_key(programme, True))


def left(programme: str, since: str) -> Said:
    return Said("relief", {"in": False}, since=date.fromisoformat(since), key=relief_key(programme, False))


def accept(household: str, proposal: ProposalKind, since: str, *, at: datetime, programme: str = "") -> None:
    """A supervisor puts a proposal in force."""
    value = {"proposal": str(proposal), "programme": programme}
    decide(ActKind.ACCEPT, household, by=None, now=at, since=date.fromisoformat(since), value=value)


def approve(instance: str, at: datetime) -> None:
    decide(ActKind.APPROVE, instance, by=None, now=at)


def correct(instance: str, fact: str, value: Any, at: datetime, since: str | None = None) -> None:
    """It was wrong (or is so since a day): corrected at the desk."""
    decide(
        ActKind.CORRECT, instance, by=None, now=at, value={"fact": fact, "value": value},
        since=date.fromisoformat(since) if since else None,
    )


def _keep(form: str, entity: str, on: str, said: tuple[Said, ...], received: datetime | None, approved: bool,
          **more: Any) -> str:
    observed = moment(on)
    received = received or observed + timedelta(hours=2)
    instance = f"uuid:{uuid.uuid4()}"
    written = observed + timedelta(minutes=10)
    base = None if more.get("creates") else 1
    shape: Mapping[str, Any] = {"creates": False, "base": base, "branch": entity[:8], **more}
    filing = Filing(
        instance=instance, entity=entity, observed=observed, written=written, received=received, published=PUBLISHED,
        form=form, said=said, **shape,
    )
    wrapped, key = new_data_key()
    submission = Submission.objects.create(
        instance_id=instance, xml_sha256=sha256(instance.encode()).hexdigest(), form_id=form, form_version="1",
        deprecated_id=filing.deprecated, via=Via.PHONE, received_at=received, applied_at=received, size=0,
        wrapped_key=wrapped, xml_sealed=seal(key, b""), state=State.APPLIED,
    )
    refresh(file_statements(LISTS[form], filing, submission), received)
    if approved:
        approve(instance, received + timedelta(hours=1))
    return instance

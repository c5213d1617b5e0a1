"""Answers as a phone would send them, without a form engine: enough for the translation's own tests."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

from forms.head import EntityBlock, Head
from forms.read import Answers, Part
from server.field.translate import Origin

HOUSE_A = "6f1e6a0e-0000-4000-8000-00000000000a"
SENT = datetime(2024, 8, 3, 2, 0, tzinfo=UTC)
ORIGIN = Origin(received=SENT + timedelta(hours=3), published=SENT - timedelta(days=60), sender=7)


def says(
    form: str,
    values: Mapping[str, str],
    *,
    repeats: Mapping[str, Sequence[Mapping[str, str]]] | None = None,
    entity: str = HOUSE_A,
    create: bool = False,
    base: int | None = 1,
    branch: str = "b1",
    deprecated: str = "",
) -> Answers:
    """One submission of a form with these answers."""
    lists = {"screening": "households", "visit": "households", "lead": "leads", "referral": "referrals"}
    block = EntityBlock(
        list=lists[form],
        id=entity,
        create=create,
        update=not create,
        base=None if create else base,
        trunk=None,
        branch="" if create else branch,
        label="",
    )
    times = {"start": "2024-08-03T10:00:00+08:00", "end": "2024-08-03T10:06:00+08:00"}
    return Answers(
        values={**times, **values},
        repeats={name: tuple(Part(row) for row in rows) for name, rows in (repeats or {}).items()},
        head=Head(
            form_id=form,
            version="1",
            instance_id="uuid:one",
            deprecated_id=deprecated,
            entities=(block,),
        ),
    )

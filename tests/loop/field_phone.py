"""A phone in somebody's hands: the simulated phone of the demo, its forms filled by a real form engine.

The engine is given what this phone holds at that moment: the XForm it has downloaded, the plain CSVs of that form's
media folder, and its own merged entity lists with the columns Collect offers to forms (wire contract §2, §5).
"""

import csv
import io
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from server.demo.phone import Instance, Phone
from server.demo.phone_model import PhoneList, Row
from tests.engine.engine import Answer, Filled, Look, Reopen, run
from tests.loop.clock import Clock

Step = Answer | Look | Reopen
#: What every item of an entity list has, and a form may read.
OFFERED = ("name", "label", "__version", "__trunkVersion", "__branchId")


class FieldPhone:
    """`slow`: how far this phone's clock is behind."""

    def __init__(self, phone: Phone, clock: Clock, engine: str = "node", slow: timedelta = timedelta()) -> None:
        self.phone, self.clock, self.engine, self.slow = phone, clock, engine, slow

    @property
    def now(self) -> datetime:
        return self.clock.now() - self.slow

    def sync(self) -> None:
        """Get forms and lists."""
        self.phone.sync()

    def rows(self, name: str) -> dict[str, Row]:
        """The rows of a list as they stand on the phone, by id."""
        return self.phone.lists[name].rows

    def row(self, name: str, named: str) -> Row:
        """The one row of a list whose label holds these words."""
        (found,) = [row for row in self.rows(name).values() if named in row.label]
        return found

    def media(self, form_id: str) -> dict[str, str]:
        """Every file the form is offered, as text."""
        form = self.phone.forms[form_id]
        plain = {name: content.decode() for name, content in form.media.items()}
        return plain | {f"{name}.csv": offered(self.phone.lists[name]) for name in form.lists}

    def fill(
        self,
        form_id: str,
        steps: Sequence[Step],
        edit_of: Instance | None = None,
        media: Mapping[str, str] | None = None,
    ) -> Filled:
        """What the engine makes of these answers now; nothing is finalized. ``media``: lists of an earlier day."""
        xform = self.phone.forms[form_id].xform.decode()
        edited = edit_of.xml if edit_of else None
        return run(xform, media or self.media(form_id), steps, edited, self.engine, self.now)

    def finish(
        self,
        form_id: str,
        steps: Sequence[Step],
        *,
        edit_of: Instance | None = None,
        files: Mapping[str, bytes] | None = None,
    ) -> Instance:
        """Fill, and finalize: it waits in the outbox, and the phone's own lists show it."""
        filled = self.fill(form_id, steps, edit_of)
        assert filled.violations == [], filled.violations
        return self.phone.finalize(form_id, filled.xml, files)

    def send(self, *instances: Instance) -> None:
        """These, in this order; all that waits where none is named. Every one must get through."""
        for instance in instances or [one for one in self.phone.outbox if not one.is_sent]:
            assert self.phone.post(instance), instance.said

    def report(self, form_id: str, steps: Sequence[Step], **how: object) -> Instance:
        """Fill, finalize, send, and fetch what became of it."""
        instance = self.finish(form_id, steps, **how)  # type: ignore[arg-type]
        self.send(instance)
        self.sync()
        return instance


def offered(mine: PhoneList) -> str:
    """An entity list of the phone as its forms see it."""
    columns = dict.fromkeys(name for row in mine.rows.values() for name in row.properties)
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([*OFFERED, *columns])
    for row in mine.rows.values():
        trunk = "" if row.trunk is None else str(row.trunk)
        own = [row.properties.get(name, "") for name in columns]
        writer.writerow([row.id, row.label, str(row.version), trunk, row.branch, *own])
    return out.getvalue()

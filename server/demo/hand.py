"""A worker with a phone in hand: fills forms in, finalizes, sends when there is coverage."""

import uuid
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

from server.demo.cast import Worker
from server.demo.fill import Answers, fill
from server.demo.phone import Instance, Phone
from server.demo.phone_model import Row
from server.demo.picture import picture

SHANGHAI = ZoneInfo("Asia/Shanghai")


@dataclass(frozen=True)
class Done:
    """A form that was filled in: the id of what it is about, its own id, and what waits in the outbox."""

    entity: str
    instance_id: str
    instance: Instance


class Hand:
    """``skew``: by how much the phone's clock is wrong."""

    def __init__(
        self, worker: Worker, phone: Phone, chance: Random, *, skew: timedelta = timedelta()
    ) -> None:
        self.worker, self.phone, self.chance, self.skew = worker, phone, chance, skew
        self.phone.new_branch = self.new_id
        self.photos = 0

    def new_id(self) -> str:
        return str(uuid.UUID(int=self.chance.getrandbits(128), version=4))

    def moment(self, day: date) -> datetime:
        """Some working hour of a day, by the right clock."""
        minutes = self.chance.randrange(8 * 60, 17 * 60)
        return datetime.combine(day, time(minutes // 60, minutes % 60, self.chance.randrange(60)), SHANGHAI)

    def fill(
        self, form_id: str, day: date, answers: Answers, *, photos: int = 0, edit_of: Instance | None = None
    ) -> Done:
        """Fill in on that day and finalize; the form goes to the outbox, the phone's own list changes at once."""
        began = self.moment(day) + self.skew
        names = {
            f"{int(began.timestamp())}{number}.png": picture(self.photos + number) for number in range(photos)
        }
        self.photos += photos
        form = self.phone.forms[form_id]
        said = {**answers, **dict(zip(("photo", "signature"), names, strict=False))}
        xml = fill(
            form.xform, said, lists=self.phone.lists, media=form.media, began=began,
            ended=began + timedelta(minutes=self.chance.randrange(4, 35)), new_id=self.new_id, device=self.phone.device,
            username=self.worker.name, edit_of=edit_of.xml if edit_of else b"",
        )  # fmt: skip
        files = names if edit_of is None else {**edit_of.files, **names}
        instance = self.phone.finalize(form_id, xml, files)
        return Done(
            _between(xml, b'id="', b'"', after=b"<entity"), _between(xml, b"<instanceID>", b"<"), instance
        )

    def rows(
        self, list_name: str, wanted: Callable[[Mapping[str, str]], bool] = lambda row: True
    ) -> list[Row]:
        """The phone's own rows of a list, without the one that only explains."""
        rows = self.phone.lists[list_name].rows.values()
        return [row for row in rows if row.properties.get("village") != "none" and wanted(row.properties)]

    def send(self, order: Callable[[list[Instance]], Iterable[Instance]] = list) -> int:
        """Everything that waits; a submission may fail and stays for the next time."""
        return self.phone.send_all(order)


def _between(xml: bytes, start: bytes, end: bytes, *, after: bytes = b"") -> str:
    begin = xml.index(start, xml.index(after) if after else 0) + len(start)
    return xml[begin : xml.index(end, begin)].decode()

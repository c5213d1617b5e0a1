"""A worker's phone as the server meets it: a key, forms filled by the story's clock, sent now or days later."""

import csv
import io
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field

from django.test import Client
from lxml import etree

from server.accounts.models import User
from server.demo.multipart import body
from sync.keys import issue_key
from sync.models import Submission
from tests.desk.told import written
from tests.loop.clock import Clock

Row = dict[str, str]


@dataclass(frozen=True)
class Filled:
    """A finished form: it lies in the outbox until it is sent. ``entity``: the household, lead or referral it names."""

    entity: str
    instance: str
    xml: bytes

    @property
    def number(self) -> int:
        """The number of the submission at the desk, once it has arrived."""
        return Submission.objects.only("pk").get(instance_id=self.instance).pk


@dataclass(frozen=True)
class Handset:
    """``user``'s phone. Whatever is filled in bears the hour at which it is."""

    user: User
    clock: Clock
    token: str = field(repr=False)

    @classmethod
    def of(cls, user: User, clock: Clock) -> "Handset":
        return cls(user, clock, issue_key(user.pk, label="测试机", by=None, now=clock.now()).token)

    def fill(self, form: str, answers: Mapping[str, str], entity: str = "", *, create: bool = False,
             edits: Filled | None = None) -> Filled:
        """Fill in and finish a form. Without ``entity`` it makes one."""
        name, made = f"uuid:{uuid.uuid4()}", entity or str(uuid.uuid4())
        xml = written(form, answers, now=self.clock.now(), entity=made, create=create or not entity, instance=name,
                      edits=edits.instance if edits else "")
        return Filled(made, name, xml)

    def send(self, *filled: Filled) -> None:
        """Upload in this order; each must be taken and worked in at once."""
        for one in filled:
            content_type, data = body(one.xml, {})
            answer = Client().generic("POST", f"/key/{self.token}/submission", data, content_type)
            assert answer.status_code == 201, answer.content.decode()

    def report(self, form: str, answers: Mapping[str, str], entity: str = "", *, create: bool = False,
               edits: Filled | None = None) -> Filled:
        """Fill in and send, with coverage."""
        filled = self.fill(form, answers, entity, create=create, edits=edits)
        self.send(filled)
        return filled

    def register(self, answers: Mapping[str, str], village: str) -> Filled:
        """新户排摸登记, sent at once."""
        return self.report("screening", {**answers, "village": village})

    def visit(self, household: str, **answers: str) -> Filled:
        """入户探访, sent at once: somebody was met."""
        return self.report("visit", {"result": "met_person", "kind": "regular", **answers}, household)

    def drops(self, *entities: str) -> set[str]:
        """Which of the rows it holds a phone is told to throw away at its next sync."""
        answer = Client().get(f"/key/{self.token}/lists/households/integrity", {"id": ",".join(entities)})
        assert answer.status_code == 200, answer.status_code
        told = etree.fromstring(answer.content).iterfind(".//{*}entity")
        return {entity.get("id") for entity in told if entity.findtext("{*}deleted") == "true"}

    def sync(self, name: str = "households") -> dict[str, Row]:
        """The rows of a list as they arrive now, by id; the one row that only explains an empty list is none."""
        answer = Client().get(f"/key/{self.token}/lists/{name}.csv")
        assert answer.status_code == 200, answer.status_code
        text = b"".join(answer.streaming_content).decode() if answer.streaming else answer.content.decode()
        rows = {row["name"]: row for row in csv.DictReader(io.StringIO(text))}
        return {name: row for name, row in rows.items() if not name.startswith("00000000-")}

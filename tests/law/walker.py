"""Somebody with a phone: fills in the real forms over the phone's own list, and sends when there is coverage.

The list is the contract's (`server/demo/phone_model.py`); `was_…` and `as_of` are taken when the household is chosen
and never again, base, trunk and branch when the form is finalized: as the form engine does it.
"""

import csv
import io
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from random import Random

from forms.models import FormVersion
from server.accounts.models import User
from server.demo.entity_block import told_by
from server.demo.instance import Entity, write_instance
from server.demo.phone_model import PhoneList, Row, ServedRow
from server.field.lists import PhoneLists
from server.field.names import ENTITY_LISTS, LIST_OF, MARK, OBSERVED_ON, WAS
from server.households.values import SHANGHAI, day_of
from sync.lists import entity_states, list_hashes, list_rows
from sync.note_scopes import note_scopes
from sync.receive import Sender
from tests.law.watch import Broken

LISTS = PhoneLists()
LIST_NAMES = tuple(ENTITY_LISTS)
#: The groups a change of these opens.
PARTS = {"phone": "phone", "addr": "addr", "members_n": "members", "income_pc": "income", "health": "health"}


@dataclass(frozen=True)
class Form:
    """A form on the phone: ``answers`` by question name; ``seen``: what the row said when it was chosen."""

    kind: str
    entity: str
    instance: str
    answers: Mapping[str, object]
    seen: Mapping[str, str]
    is_create: bool
    deprecated: str = ""
    xml: bytes = b""


@dataclass
class Walker:
    """``skew``: what the phone's clock is off by; ``ids``: where new ids come from, if not from ``rng``."""

    user: User
    villages: tuple[str, ...]
    forms: Mapping[str, FormVersion]
    rng: Random
    skew: timedelta = timedelta()
    ids: Random | None = None
    lists: dict[str, PhoneList] = field(default_factory=lambda: {name: PhoneList(name) for name in LIST_NAMES})
    drafts: list[Form] = field(default_factory=list)
    outbox: list[Form] = field(default_factory=list)
    sent: list[Form] = field(default_factory=list)
    _scopes: dict[date, list[str]] = field(default_factory=dict)
    _fetched: dict[str, bytes] = field(default_factory=dict)

    def new_id(self) -> str:
        return str(uuid.UUID(int=(self.ids or self.rng).getrandbits(128), version=4))

    # --- the list ---

    def scopes(self, now: datetime) -> list[str]:
        today = day_of(now)
        if today not in self._scopes:
            self._scopes[today] = [*LISTS.scopes(self.user, "households", today)]
        return self._scopes[today]

    def forget_scopes(self) -> None:
        """Somebody else answers for a village now."""
        self._scopes.clear()

    def sender(self, now: datetime) -> Sender:
        """Whom the server sees when this phone sends."""
        standing = LISTS.standing(self.user, day_of(now))
        return Sender(self.user.pk, villages=standing.villages, answers_for=standing.answers_for)

    @property
    def phone(self) -> PhoneList:
        """The households on the phone."""
        return self.lists["households"]

    def served(self, now: datetime) -> dict[str, tuple[str, bytes]]:
        """(hash, CSV) of this person's lists as the server has them now."""
        scopes = self.scopes(now)
        found = list_hashes(dict.fromkeys(LIST_NAMES, scopes), ENTITY_LISTS)
        return {
            name: (found[name], b"".join(list_rows(name, scopes, ENTITY_LISTS[name]))) for name in LIST_NAMES
        }

    def sync(self, now: datetime) -> None:
        for name in LIST_NAMES:
            note_scopes(self.user.pk, name, self.scopes(now), now)
        for name, (mark, content) in self.served(now).items():
            mine = self.lists[name]
            if mark != mine.hash:
                mine.take_over(served_rows(content), self.new_id)
                mine.hash, self._fetched[name] = mark, content
            elif self._fetched[name] != content:
                raise Broken(f"{self.user}, {name}: other rows under the same hash")
            mine.drop(entity_states(name, self.scopes(now), mine.made_here()))

    # --- filling in ---

    def screen(self, now: datetime, person: Mapping[str, object], *, back: int = 0, again: str = "") -> Form:
        """A new household, seen ``back`` days ago; ``again``: under the id of a known one, which no phone does."""
        form = Form("screening", again or self.new_id(), "uuid:" + self.new_id(), {**person}, {}, True)
        return self.finalize(self._dated(form, now, back), now, locally=not again)

    def report(self, now: datetime, about: str, urgent: bool, village: str = "") -> Form:
        """A lead, about somebody on the phone's list or nobody, in a village of his own unless another is named."""
        answers = {"source": "neighbor", "urgent": "yes" if urgent else "no", "hh": about, "seen": "两天没开门",
                   "village": village or self.villages[0], "rep_name": "某人", "brief": "两天没开门"}
        form = Form("lead", self.new_id(), "uuid:" + self.new_id(), answers, {}, True)
        return self.finalize(self._dated(form, now, 0), now)

    def refer(self, now: datetime, row: Row) -> Form:
        """A household is put in touch with something."""
        answers = {"hh": row.id, "hh_id": row.id, "hh_name": row.properties.get("rep_name", ""), "kind": "policy",
                   "kind_eff": "policy", "target_text": "医疗救助", "target": "医疗救助", "state": "suggested",
                   "village": row.properties.get("village", ""), "next_step": "等回音"}
        if self.rng.random() < 0.6:  # given on the spot
            answers |= {"state": "linked", "resource": "fund", "resource_kept": "fund"} | self._given()
        form = Form("referral", self.new_id(), "uuid:" + self.new_id(), answers, {}, True)
        form = self.finalize(self._dated(form, now, 0), now)
        if self.rng.random() < 0.6:  # and once more before there is coverage
            self.follow_up(now, self.lists["referrals"].rows[form.entity], "linked")
        return form

    def follow_up(self, now: datetime, row: Row, state: str) -> Form:
        """What became of a referral; "what comes next" is echoed unless it came to an end."""
        shown = {was: MARK + row.properties.get(column, "") for was, column in WAS["referral"].values()}
        shown |= {"as_of": MARK + row.properties.get("as_of", ""), "seen_hh": row.properties.get("hh", "")}
        answers = {"ref": row.id, "hh_id": shown["seen_hh"], "state": state, "kind_eff": row.properties.get("kind", ""),
                   "next_step": "" if state == "linked" else row.properties.get("next_step", "")}
        form = self._dated(Form("referral", row.id, "uuid:" + self.new_id(), answers, shown, False), now, 0)
        if state == "linked":
            linked_on = {"linked_on": form.answers["acted_on"]}
            form = replace(form, answers={**form.answers, **linked_on, **self._given()})
        return self.finalize(form, now)

    def _given(self) -> dict[str, str]:
        """What was given this time; now and then no form would let it pass."""
        return self.rng.choice((
            {"aid_kind": "money", "amount": self.rng.choice(("200", "300.0", "0.1", "0.2", "12345.67", "二百", "-5"))},
            {"aid_kind": "service", "sessions": self.rng.choice(("1", "3", "2.5"))},
            {"aid_kind": "goods", "goods": self.rng.choice(("大米两袋", "棉被一条"))},
            {"aid_kind": "none"},
        ))

    def open_visit(self, now: datetime, row: Row, *, back: int = 0) -> Form:
        """Choose a household: now, and only now, what the row says is written down beside the questions."""
        shown = {was: MARK + row.properties.get(column, "") for was, column in WAS["visit"].values()}
        shown["as_of"] = MARK + row.properties.get("as_of", "")
        shown |= {f"seen_{name}": row.properties.get(name, "") for name in ("village", "exit", "told")}
        answers = {"hh": row.id, "village": row.properties.get("village", ""), "kind": "regular"}
        form = Form("visit", row.id, "uuid:" + self.new_id(), answers, shown, False)
        return self._dated(form, now, back)

    def answer(self, form: Form, changes: Mapping[str, str], result: str = "met_person") -> Form:
        """Swipe through: every question that opens is answered as prefilled, unless changed."""
        parts = sorted({PARTS[name] for name in changes if name in PARTS})
        answers = {**form.answers, "result": result, "changed": " ".join(parts) or "none"}
        for name, (was, _) in WAS["visit"].items():
            opened = name in ("difficulty", "plan") or PARTS.get(name) in parts
            if opened:
                answers[name] = changes.get(name, form.seen[was][len(MARK):])
        return replace(form, answers={**answers, **changes})

    def edit(self, form: Form, changes: Mapping[str, object], now: datetime) -> Form:
        """Change a finalized form: a new instance in the place of the old; the phone's list is not touched."""
        edited = replace(
            form, answers={**form.answers, **changes}, instance="uuid:" + self.new_id(), deprecated=form.instance
        )
        return self.finalize(edited, now)

    def finalize(self, form: Form, now: datetime, *, locally: bool = True) -> Form:
        version = self.forms[form.kind]
        label = f"{form.answers.get('rep_name', '')}（新登记）" if form.is_create else ""
        # A create carries no branch; an edit of one repeats it, now with what the list says.
        mine = self.lists[LIST_OF[form.kind]]
        based = None if form.is_create and not form.deprecated else mine.based(form.entity)
        ended = (now + self.skew).astimezone(SHANGHAI).isoformat(timespec="milliseconds")
        saved: dict[str, object] = {"save_state": form.answers.get("state", "open"), "save_told": "1"}
        if form.answers.get("result") == "met_person":
            saved |= {"save_last_visit": form.answers["visit_on"], "save_kind_due": "none"}
        xml = write_instance(
            form.kind, version.version, nested(version, {**form.seen, **form.answers, **saved, "end": ended}),
            instance_id=form.instance, deprecated_id=form.deprecated,
            entity=Entity(
                mine.name, form.entity, label, is_create=form.is_create, is_update=not form.is_create, based=based
            ),
        )
        if locally and not form.deprecated:
            _, told = told_by(version.xform_bytes, xml)
            assert told is not None
            mine.finalize(told, self.new_id)
        done = replace(form, xml=xml)
        self.outbox.append(done)
        return done

    def _dated(self, form: Form, now: datetime, back: int) -> Form:
        phone = (now + self.skew).astimezone(SHANGHAI)
        dated = {
            "start": phone.isoformat(timespec="milliseconds"), "today": phone.date().isoformat(),
            OBSERVED_ON[form.kind]: (phone.date() - timedelta(days=back)).isoformat(),
        }
        return replace(form, answers={**dated, **form.answers})


def nested(version: FormVersion, answers: Mapping[str, object]) -> dict[str, object]:
    """Answers by name, put into the groups of the form; of a repeat, a list of rows."""
    tree: dict[str, object] = {}
    for one in version.fields:
        if one.name in answers and not one.repeat:
            *groups, name = one.path.split("/")
            here = tree
            for group in groups:
                here = here.setdefault(group, {})  # type: ignore[assignment]
            here[name] = answers[one.name]
    return tree


def served_rows(content: bytes) -> list[ServedRow]:
    lines = csv.DictReader(io.StringIO(content.decode(), newline=""))
    return [
        ServedRow(line["name"], line["label"], int(line["__version"]),
                  {k: v for k, v in line.items() if k not in ("name", "label") and not k.startswith("__")})
        for line in lines
    ]

"""Filings and folded households as JSON, for the sealed columns. Pure."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from server.households.kinds import Outcome, ProposalKind, Review, Standing, Status
from server.households.values import (
    MISSING,
    Clash,
    Contact,
    Filing,
    Folded,
    Held,
    Member,
    Pending,
    Place,
    Proposed,
    Said,
    Spell,
)


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _shown(was: Any) -> Any:
    return None if was is MISSING else was


def pack_filing(filing: Filing) -> dict[str, Any]:
    """A filing as JSON; ``unpack_filing`` is its inverse."""
    return {
        "i": filing.instance,
        "e": filing.entity,
        "c": filing.creates,
        "o": filing.observed.isoformat(),
        "w": filing.written.isoformat(),
        "r": filing.received.isoformat(),
        "p": filing.published.isoformat(),
        "d": filing.deprecated,
        "base": filing.base,
        "trunk": filing.trunk,
        "branch": filing.branch,
        "as_of": filing.as_of.text() if filing.as_of else None,
        "by": filing.sender,
        "src": filing.source,
        "v": filing.village,
        "f": filing.form,
        "about": filing.about,
        "closes": filing.closes,
        "vs": list(filing.villages),
        "batch": filing.batch,
        **({} if filing.has_role else {"nobody": True}),
        **({} if filing.answers is None else {"for": list(filing.answers)}),
        "said": [
            [s.fact, s.value, s.was is not MISSING, _shown(s.was), _iso(s.since), s.key, s.verified]
            for s in filing.said
        ],
        "contact": None
        if filing.contact is None
        else [
            str(filing.contact.outcome),
            filing.contact.kind,
            filing.contact.note,
            dict(filing.contact.extra),
        ],
        "proposed": [
            [str(p.kind), p.on.isoformat(), p.programme, p.detail, p.precision] for p in filing.proposed
        ],
    }


def unpack_filing(row: Mapping[str, Any]) -> Filing:
    """The filing that ``pack_filing`` was given."""
    contact = row["contact"]
    return Filing(
        instance=row["i"],
        entity=row["e"],
        creates=row["c"],
        observed=datetime.fromisoformat(row["o"]),
        written=datetime.fromisoformat(row["w"]),
        received=datetime.fromisoformat(row["r"]),
        published=datetime.fromisoformat(row["p"]),
        deprecated=row["d"],
        base=row["base"],
        trunk=row["trunk"],
        branch=row["branch"],
        as_of=Place.parse(row["as_of"]) if row["as_of"] else None,
        sender=row["by"],
        source=row["src"],
        village=row["v"],
        form=row["f"],
        about=row["about"],
        closes=row["closes"],
        villages=tuple(row.get("vs", ())),
        batch=row.get("batch", ""),
        has_role=not row.get("nobody", False),
        answers=None if row.get("for") is None else tuple(row["for"]),
        said=tuple(
            Said(fact, value, was if shown else MISSING, _day(since), key, verified)
            for fact, value, shown, was, since, key, verified in row["said"]
        ),
        contact=None if contact is None else Contact(Outcome(contact[0]), contact[1], contact[2], contact[3]),
        proposed=tuple(
            Proposed(ProposalKind(k), date.fromisoformat(on), p, d, x) for k, on, p, d, x in row["proposed"]
        ),
    )


def pack_folded(folded: Folded, clashes: tuple[Clash, ...], pending: tuple[Pending, ...]) -> dict[str, Any]:
    """A folded household with what waits for a decision, as JSON."""
    return {
        "ids": list(folded.ids),
        "as_of": folded.as_of.text(),
        "name": folded.shown_name,
        "standing": str(folded.standing),
        "village": folded.village,
        "village_by": folded.village_by,
        "status": str(folded.status),
        "status_since": _iso(folded.status_since),
        "grade": folded.grade,
        "grades": [[s.isoformat(), at.isoformat(), g] for s, at, g in folded.grades],
        "opened": _iso(folded.opened),
        "facts": {
            name: [
                h.value,
                h.since.isoformat(),
                h.place.text(),
                h.instance,
                str(h.review),
                h.verified,
                h.corrected,
            ]
            for name, h in folded.facts.items()
        },
        "members": [[m.name, m.id_no, m.relation, m.birth, list(m.tags), m.instance] for m in folded.members],
        "spells": [
            [s.programme, _iso(s.start), _iso(s.end), s.precision, s.opened_by, s.closed_by] for s in folded.spells
        ],
        "clashes": [
            [
                c.kind,
                c.fact,
                c.key,
                c.instance,
                c.value,
                _shown(c.was),
                c.against,
                c.against_instance,
                c.stands,
            ]
            for c in clashes
        ],
        "pending": [
            [
                p.instance,
                str(p.proposed.kind),
                p.proposed.on.isoformat(),
                p.proposed.programme,
                p.proposed.detail,
                p.proposed.precision,
            ]
            for p in pending
        ],
    }


def unpack_folded(
    household_id: str, row: Mapping[str, Any]
) -> tuple[Folded, tuple[Clash, ...], tuple[Pending, ...]]:
    """What ``pack_folded`` was given."""
    as_of = Place.parse(row["as_of"])
    if as_of is None:
        raise ValueError("as_of")
    facts = {}
    for name, (value, since, place, instance, review, verified, corrected) in row["facts"].items():
        where = Place.parse(place)
        if where is None:
            raise ValueError("place")
        facts[name] = Held(
            value, date.fromisoformat(since), where, instance, Review(review), verified, corrected
        )
    folded = Folded(
        id=household_id,
        ids=tuple(row["ids"]),
        standing=Standing(row["standing"]),
        facts=facts,
        members=tuple(Member(n, i, r, b, tuple(t), src) for n, i, r, b, t, src in row["members"]),
        spells=tuple(Spell(p, _day(s), _day(e), *rest) for p, s, e, *rest in row["spells"]),
        village=row["village"],
        status=Status(row["status"]),
        status_since=_day(row["status_since"]),
        grade=row["grade"],
        grades=tuple((date.fromisoformat(s), datetime.fromisoformat(at), g) for s, at, g in row["grades"]),
        as_of=as_of,
        shown_name=row["name"],
        opened=_day(row["opened"]),
        village_by=row.get("village_by", ""),
    )
    clashes = tuple(Clash(*entry) for entry in row["clashes"])
    pending = tuple(
        Pending(i, Proposed(ProposalKind(k), date.fromisoformat(on), p, d, x))
        for i, k, on, p, d, x in row["pending"]
    )
    return folded, clashes, pending

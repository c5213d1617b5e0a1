"""Deriving leads and referrals: what was said of each, what answered it, and its row on the phones."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from django.db import connection
from django.db.models import Q

from server.acts.read import decisions_about
from server.acts.values import Decision
from server.field.locks import lock
from server.field.rows import lead_row, referral_row
from server.households.chains import Chain, chains_of, flags_of_chain, review_alone
from server.households.load import Kept, open_filing
from server.households.models import Filing as FilingRow
from server.households.models import Household, Ident, Noted
from server.households.register import ELSEWHERE
from server.households.standing import lead_home, waiting_on_lead
from server.households.values import Filing, day_of
from server.support.aid import UNREADABLE
from server.support.derive import Met, Told, answer_to, foreign_of, lead_due, referral_state, told_of
from server.support.find import AIDS
from server.support.heard import waiting_on_referral
from server.support.kinds import LINKED_STATES, LeadState
from server.support.models import Lead, Policy, Referral, Resource
from server.visits.models import Visit
from server.visits.schedule import settles
from sync.rows import Put
from sync.upsert import upsert
from sync.vault.envelope import open_row, seal_row

Named = tuple[str, str]
LEAD_COLUMNS = [field.name for field in Lead._meta.concrete_fields if not field.primary_key]
REFERRAL_COLUMNS = [field.name for field in Referral._meta.concrete_fields if not field.primary_key]


@dataclass(frozen=True)
class _Kept:
    """What is kept about one id of a list, and acts about any of it. ``own``: the filings that name it; ``linked``: the
    same with all versions of these submissions, of which some may name another id; ``around``: these by instance, with
    everything about all those ids; ``rows``: primary keys by instance; ``waiting``: instances without standing."""

    name: str
    entity: str
    own: list[Filing]
    linked: list[Filing]
    around: Mapping[str, Filing]
    decisions: list[Decision]
    rows: Mapping[str, int]
    waiting: frozenset[str] = frozenset()

    @property
    def heard(self) -> bool:
        """Whether anything said about it has standing."""
        return any(filing.instance not in self.waiting for filing in self.own)

    def about_each(self) -> dict[str, list[Filing]]:
        """Everything around it by the id it names: whether a version has standing depends on that one."""
        found: dict[str, list[Filing]] = defaultdict(list)
        for filing in self.around.values():
            found[filing.entity].append(filing)
        return found

    def flags(self, chain: Chain, village: str) -> set[str]:
        """What a reviewer should know about one chain."""
        found = set(flags_of_chain(chain, self.around, village, self.decisions))
        if self.name == "leads" and chain in self.foreign():
            found.add("同号线索")
        return found

    def foreign(self) -> list[Chain]:
        return foreign_of(chains_of(self.linked, self.decisions, self.waiting), self.entity)

    def note(self, village: str, flags: Sequence[str] = (), own: Mapping[str, Iterable[str]] | None = None) -> None:
        """Write the review state of every version, for the desk's lists. ``flags`` are those of all that is newest,
        ``own`` those of one version, by instance."""
        notes = [
            Noted(
                filing_id=self.rows[version.instance],
                review=str(chain.reviews[version.instance]),
                is_head=version is chain.head,
                village=village or version.village,
                flags=sorted({*flags, *self.flags(chain, village), *(own or {}).get(version.instance, ())})
                if version is chain.head
                else [],
                by_id=version.sender,
                waits=False,
            )
            for chain in chains_of(self.linked, self.decisions, self.waiting)
            for version in chain.versions
            if version.entity == self.entity
        ]
        notes += [
            Noted(
                filing_id=self.rows[filing.instance],
                review=str(review_alone(filing, self.decisions)),
                is_head=True,
                village=village,
                flags=[ELSEWHERE],
                by_id=filing.sender,
                waits=True,
            )
            for filing in self.own
            if filing.instance in self.waiting
        ]
        update = ["household", "review", "is_head", "village", "flags", "by", "waits"]
        upsert(notes, key=["filing"], update=update)


def _kept(name: str, entity: str) -> _Kept:
    base = FilingRow.objects.select_related("submission").filter(list=name)
    rows = {row.pk: row for row in base.filter(entity=entity)}
    entities, instances = {entity}, set[str]()
    while named := {one for row in rows.values() for one in (row.instance, row.deprecated) if one} - instances:
        instances |= named
        met = {row.entity for row in rows.values()} - entities
        entities |= met
        linked = Q(deprecated__in=named) | Q(instance__in=named) | Q(entity__in=met)
        rows |= {row.pk: row for row in base.filter(linked).exclude(pk__in=list(rows))}
    decisions = decisions_about({entity} | instances)
    around = {row.instance: open_filing(row) for row in rows.values()}
    chains = chains_of(around.values(), decisions)
    # What names another id, and says it replaces something of this one that is not its sender's, speaks of the other.
    linked_to = [v for chain in chains if any(v.entity == entity for v in chain.versions) for v in chain.versions]
    own = [filing for filing in around.values() if filing.entity == entity]
    return _Kept(
        name, entity, own, linked_to, around, decisions, {row.instance: row.pk for row in rows.values()}
    )


def refresh_leads(
    leads: Iterable[str], heard: Collection[str], households: Collection[str], places: Mapping[str, str]
) -> dict[Named, Put]:
    """Write the leads named and return what phones are to have of them.

    ``heard``: instances of those leads that concern the household they name, as far as that is one of ``households``.
    Of another one (a visit elsewhere names the lead) the lead concerns what it did: whatever changes that refreshes
    the lead with it. Call after the households they are about, and those of the visits that name them, are written.
    """
    puts: dict[Named, Put] = {}
    for entity in sorted(leads):
        lock("id", [entity])
        kept = _kept("leads", entity)
        puts["leads", entity] = Put("leads", entity)
        if not kept.own:
            Lead.objects.filter(pk=entity).delete()
            continue
        waiting = [waiting_on_lead(some, kept.decisions, one) for one, some in kept.about_each().items()]
        kept = replace(kept, waiting=frozenset[str]().union(*waiting))
        # While all of it waits, it stands with the reviewers of its village, as it was said.
        told = told_of(entity, kept.linked, kept.decisions, waiting=kept.waiting if kept.heard else ())
        told = replace(told, village=lead_home(kept.own, kept.decisions, entity) or told.village)
        if told.about in households:
            concerns = any(filing.instance in heard and filing.about == told.about for filing in kept.own)
        else:
            concerns = Lead.objects.filter(pk=entity, about=told.about).exists()
        if not concerns:
            told = replace(told, about="")
        answer = answer_to(_met(told), kept.decisions, told)
        due = lead_due(told)
        kept.note(told.village, ["急难"] if told.facts.get("urgent") and answer is None else [])
        if not told.counts:
            Lead.objects.filter(pk=entity).delete()
            continue
        row = Lead(
            pk=entity,
            village=told.village,
            state=answer.state if answer else LeadState.OPEN,
            urgent=bool(told.facts.get("urgent")),
            source=str(told.facts.get("source") or "")[:20],
            reported_at=told.opened,
            received_at=told.received,
            due_at=due,
            answered_on=answer.on if answer else None,
            about=told.about,
            by_id=told.by,
            waits=not kept.heard,
            sealed=seal_row({fact: value for fact, value in told.facts.items() if value not in (None, "")}),
        )
        upsert([row], key=["id"], update=LEAD_COLUMNS)
        shown = answer is None and kept.heard
        puts["leads", entity] = Put("leads", entity, lead_row(told, day_of(due), shown, places))
    return puts


def _met(told: Told) -> list[Met]:
    """The contacts that may answer a lead: with the household it is about; of one that names none, those in its village
    that name it. A lead that nobody can place has no village."""
    if not told.about and not told.village:
        return []
    rows = Visit.objects.filter(seen_at__gte=told.opened)
    if told.about:
        ident = Ident.objects.filter(pk=told.about).values("household_id")
        rows = rows.filter(household__in=ident)
    else:
        rows = rows.filter(pk__in=_naming(told))
    return [
        Met(on, seen_at, settles(outcome, kind), form == "screening")
        for on, seen_at, outcome, kind, form in rows.values_list("on", "seen_at", "outcome", "kind", "form")
        if seen_at is not None
    ]


def _naming(told: Told) -> list[int]:
    """The contacts that name a lead, with households that are in its village, or were when the contact was received:
    whoever was seen about it and moves away later was seen."""
    columns = "pk", "household__village", "filing__entity", "received_at"
    rows = list(Visit.objects.filter(filing__closes=told.id).values_list(*columns))
    away = {entity for _, village, entity, _ in rows if village != told.village}
    homes = Kept(away).component().homes if away else None
    return [
        pk for pk, village, entity, received_at in rows
        if village == told.village or (homes is not None and homes.home(entity, received_at) == told.village)
    ]


def refresh_referrals(
    referrals: Iterable[str], households: Iterable[str], places: Mapping[str, str]
) -> dict[Named, Put]:
    """Write the referrals named and those of these households; what phones are to have of them."""
    ids = set(referrals) | _about(sorted(households))
    puts: dict[Named, Put] = {}
    for entity in sorted(ids):
        lock("id", [entity])
        kept = _kept("referrals", entity)
        puts["referrals", entity] = Put("referrals", entity)
        if not kept.own:
            Referral.objects.filter(pk=entity).delete()
            continue
        homes = Kept({filing.about for filing in kept.around.values() if filing.about}).component().homes
        waiting = [waiting_on_referral(some, kept.decisions, homes) for some in kept.about_each().values()]
        kept = replace(kept, waiting=frozenset[str]().union(*waiting))
        told = told_of(entity, kept.linked, kept.decisions, waiting=kept.waiting if kept.heard else ())
        served, name, village = _household(told)
        unread = {aid.instance: [UNREADABLE[fact] for fact in aid.unread or ()] for aid in told.aids}
        kept.note(village, own=unread)
        if not told.counts or not kept.heard:
            Referral.objects.filter(pk=entity).delete()
            continue
        state = referral_state(told)
        target, resource, is_listed = target_of(told)
        row = Referral(
            pk=entity,
            about=told.about,
            village=village,
            kind=str(told.facts.get("kind") or "")[:20],
            # Words of the worker's own may name a person: they stand in what is sealed.
            target=target[:120] if is_listed else "",
            resource=resource[:40],
            state=state,
            opened_on=day_of(told.opened),
            linked_on=told.linked_on if state in LINKED_STATES else None,
            amount=told.total.amount,
            sessions=told.total.sessions,
            quota_of=_quota_of(entity, kept)[:40],
            by_id=told.by,
            sealed=seal_row(
                {fact: value for fact, value in told.facts.items() if value not in (None, "")}
                | {AIDS: [aid.told() for aid in told.aids]}
            ),
        )
        upsert([row], key=["id"], update=REFERRAL_COLUMNS)
        kind = str(told.facts.get("kind") or "")
        rows = referral_row(told, state, served, name, village, target, kind, places)
        puts["referrals", entity] = Put("referrals", entity, rows)
    return puts


def _quota_of(entity: str, kept: _Kept) -> str:
    """The code of the resource of which a referral takes a place: by what somebody has approved, whatever was claimed
    besides; '' for none."""
    if not any(said.fact == "resource" for filing in kept.own for said in filing.said):
        return ""
    told = told_of(entity, kept.linked, kept.decisions, approved_only=True, waiting=kept.waiting)
    return str(told.facts.get("resource") or "") if referral_state(told) in LINKED_STATES else ""


def _about(households: list[str]) -> set[str]:
    """The referrals of these households, also those of which nothing counts: their review is shown in a 村居 too."""
    if not households:
        return set()
    marks = ", ".join(["%s"] * len(households))
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT id FROM {Referral._meta.db_table} WHERE about IN ({marks}) UNION "
            f"SELECT entity FROM {FilingRow._meta.db_table} WHERE list = 'referrals' AND about IN ({marks})",
            [*households, *households],
        )
        return {name for (name,) in cursor.fetchall()}


def _household(told: Told) -> tuple[str, str, str]:
    """(served id, name, village) of the household a referral is about; what the referral says where it is unknown."""
    ident = Ident.objects.filter(pk=told.about).first()
    household = Household.objects.filter(pk=ident.household_id).first() if ident else None
    if household is None:
        return told.about, "", told.village
    return household.id, str(open_row(bytes(household.sealed))["name"]), household.village or told.village


def target_of(told: Told) -> tuple[str, str, bool]:
    """(what the household is put in touch with, in words; the resource's code; whether the words come from a table)."""
    resource = str(told.facts.get("resource") or "")
    policy = str(told.facts.get("policy") or "")
    free = str(told.facts.get("target_text") or told.facts.get("target") or "")
    name = None
    if resource:
        name = Resource.objects.filter(pk=resource).values_list("name", flat=True).first()
    elif policy:
        name = Policy.objects.filter(pk=policy).values_list("name", flat=True).first()
    return name or free or resource or policy, resource, name is not None


"""Nobody gains by claiming: what a village is shown, from everything kept and from what concerns it alone.

For a village, two runs over one history: once with all that was kept, and once without every word and act about ids
whose home was never there (unless an act ties them to it) and without every word that waits. Both end in the same
lists, pages, schedule, leads, referrals and open lines. Outside are only the version numbers phones have seen.

* What waits but lends its name to a later edit that counts stays: the name is all it lends. So do the first word of its
  id, and what somebody else says he replaces: nobody can name a submission whose name he was not told.
* What an act ties is tied with all that opinions join to it at its home.
* A lead of the village about a household elsewhere, by somebody who answers for both, ties it.
* A submission that speaks of several ids in versions that count ties them, as an act would: it is one word.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import combinations
from typing import Any

from server.acts.kinds import HOUSE
from server.acts.models import Act
from server.field.rebuild import rebuild
from server.households.models import Filing, Household
from server.ledgers.read import month_view
from sync.models import Attachment, PhoneRow, Submission
from tests.law import check
from tests.law.dump import plain_dump
from tests.law.naive import Told
from tests.law.naive_clusters import at_one_home, evidence, joins
from tests.law.naive_leads import Help

PAIRS = ("merge", "cannot_link", "ask", "unask", "side", "audit")
UNDOES = ("unmerge", "lift_link")
MONTH = "2026-04"


@dataclass(frozen=True)
class Concern:
    """What concerns a village: household ids, and instanceIDs and ids of what does not."""

    village: str
    ids: frozenset[str]
    gone: frozenset[str]
    gone_ids: frozenset[str]
    waiting: frozenset[str]


def concern(help_: Help, village: str) -> Concern:
    told = help_.houses
    here = {name for name in everyone(told) if village in told.homes_ever(name)}
    leads = [f.entity for f in help_.lead_words.filings if help_.lead_words.home(f.entity) == village]
    asked = {help_.lead_about(name) for name in leads if help_.heard(help_.lead_words, name)} - {""}
    ids = tied(told, here | asked)
    waiting = told.waits | help_.lead_words.waits | help_.referral_words.waits
    gone = {
        f.instance for f in told.filings
        if f.instance not in told.waits and ids.isdisjoint(ids_in(told, told.start_of(f.instance)[0]))
    }
    gone_leads = {
        f.entity for f in help_.lead_words.filings
        if help_.lead_words.home(f.entity) != village and not any(
            g.about in ids for g in help_.lead_words.filings if g.entity == f.entity)
    }
    gone_referrals = {
        f.entity for f in help_.referral_words.filings
        if not any(g.about in ids for g in help_.referral_words.filings if g.entity == f.entity)
    }
    gone |= {f.instance for f in help_.lead_words.filings if f.entity in gone_leads}
    gone |= {f.instance for f in help_.referral_words.filings if f.entity in gone_referrals}
    for words in (told, help_.lead_words, help_.referral_words):
        gone |= {name for name in words.waits if not lends_its_name(words, name) or leads_to(words, name) <= gone}
    gone_ids = (everyone(told) - ids) | gone_leads | gone_referrals
    return Concern(village, frozenset(ids), frozenset(gone), frozenset(gone_ids), frozenset(waiting))


def everyone(told: Told) -> set[str]:
    named = {name for d in told.decisions if d.kind in PAIRS for name in (d.subject, d.other)}
    named |= {d.subject for d in told.decisions if d.kind == "assign"}
    named |= {d.other for d in told.decisions if d.kind == "refile"}
    return named | {f.entity for f in told.filings}


def ids_in(told: Told, chain: str) -> set[str]:
    """The ids that a submission speaks of, or was refiled to."""
    return {v.entity for v in told.versions(chain)} | told.ids_of(chain)


def lends_its_name(told: Told, instance: str) -> bool:
    """Whether a later edit of a version that waits counts."""
    return bool(leads_to(told, instance))


def leads_to(told: Told, instance: str) -> set[str]:
    """The versions that count among those that say they replace one, or one that replaces it."""
    later = [f for f in told.filings if f.deprecated == instance]
    found = {f.instance for f in later if f.instance not in told.waits}
    return found.union(*(leads_to(told, f.instance) for f in later))


def tied(told: Told, ids: set[str]) -> set[str]:
    """These ids and all that acts, or words that count, tie to them."""
    ties = [{d.subject, d.other} for d in told.decisions if d.kind in PAIRS]
    ties += [ids_in(told, chain) for chain in told.chains()]
    ties += [
        {f.entity, g.entity} for f in told.filings for g in told.filings
        if f.deprecated == g.instance and (
            f.sender != g.sender or (g.instance in told.waits and lends_its_name(told, g.instance)))
    ]
    merges = {d.id: d for d in told.decisions if d.kind == "merge"}
    ties += [
        {d.subject, m.subject, m.other} for d in told.decisions if d.kind == "assign" and (m := merges.get(d.other))
    ]
    ties += [
        {d.other} | ids_in(told, chain) for d in told.decisions if d.kind == "refile"
        for chain in told.chains() if d.subject in told.names(chain)
    ]
    ties += [
        {d.subject} | ids_in(told, chain) for d in told.decisions if d.kind in ("accept", "decline")
        for chain in told.chains() if d.value.get("instance") in told.names(chain)
    ]
    ties += [
        {f.entity, g.entity} for f, g in combinations(evidence(told), 2)
        if f.entity != g.entity and at_one_home(told, f.entity, g.entity) and joins(f, g)
    ]
    found = set(ids)
    while more := [tie for tie in ties if not tie.isdisjoint(found) and not tie <= found]:
        found |= set().union(*more)
    return found


def shown(concern: Concern, now: datetime) -> dict[str, Any]:
    """Everything derived for a village."""
    village, tables = concern.village, plain_dump()
    here = set(Household.objects.filter(village=village).values_list("pk", flat=True))
    kept = {
        "household": {pk: row for pk, row in tables["household"].items() if pk in here},
        "ident": {name: row for name, row in tables["ident"].items() if row in here},
        "case": {key: row for key, row in tables["case"].items() if set(key.split()[:2]) <= here},
        "due": {pk: row for pk, row in tables["due"].items() if pk in here},
        "visit": {key: row for key, row in tables["visit"].items() if row["household"] in here},
        "noted": {
            key: row for key, row in tables["noted"].items()
            if row["village"] == village and key not in concern.waiting
        },
        "lead": {
            pk: row for pk, row in tables["lead"].items() if row["village"] == village and not row["waits"]
        },
        "referral": {pk: row for pk, row in tables["referral"].items() if row["village"] == village},
        "phone_row": {key: row for key, row in tables["phone_row"].items() if key.endswith(f" {village}")},
    }
    lines = [line for lines in month_view(village[:9], MONTH, doubting=False).lines.values() for line in lines]
    kept["line"] = {f"{line.household} {line.part}": line for line in lines if line.village == village}
    return kept


def leave_out(concern: Concern) -> None:
    """Take away every word and act that does not concern the village. The kept rows are never deleted but here."""
    gone = Submission.objects.filter(instance_id__in=concern.gone)
    Filing.objects.filter(instance__in=concern.gone).delete()
    Attachment.objects.filter(submission__in=gone).delete()
    gone.delete()
    Act.objects.filter(pk__in=dropped(concern, Act.objects.order_by("seq"))).delete()


def dropped(concern: Concern, acts: Iterable[Any]) -> set[str]:
    """The ids of acts, of these in the order of their filing, that do not concern the village."""
    found: set[str] = set()
    for act in acts:
        named = {act.subject, act.other} if act.kind in PAIRS else {act.subject}
        is_gone = bool(named & concern.gone) or named <= concern.gone_ids
        if act.kind in UNDOES:
            is_gone = act.other in found
        if is_gone and act.subject != HOUSE:
            found.add(str(act.id))
    return found


def two_runs(village: str, now: datetime) -> tuple[str, int]:
    """Where the two runs differ; and how many words the second went without. Call where all is undone afterwards."""
    about = concern(check.help_kept(), village)
    PhoneRow.objects.all().delete()
    rebuild(now)
    with_all = shown(about, now)
    leave_out(about)
    PhoneRow.objects.all().delete()
    rebuild(now)
    with_its_own = shown(about, now)
    lines = [
        f"{village}, {table} {key}:\n  with all  {with_all[table].get(key)}\n  without   {with_its_own[table].get(key)}"
        for table in with_all for key in sorted(with_all[table].keys() | with_its_own[table].keys())
        if with_all[table].get(key) != with_its_own[table].get(key)
    ]
    return "\n".join(lines), len(about.gone)


def without_what_does_not_fit(now: datetime) -> str:
    """Remove every submission that names a lead and does not end it: the lead is the same. Of those that lend nothing
    else: the first word of an id, and what was edited, stay. A lead of which nothing counts yet is a reviewer's."""
    naive = check.help_kept()
    before = plain_dump()["lead"]
    counting = {name for name in before if naive.heard(naive.lead_words, name)}
    unfit = set()
    for f in naive.houses.filings:
        chain = naive.houses.start_of(f.instance)[0]
        is_alone = naive.houses.links(chain) == [f] and f != naive.houses.first_word(f.entity)
        # What does not fit the lead it names may answer another one, by being about its household.
        if f.closes in counting and is_alone and not any(naive.fits(lead, chain) for lead in counting):
            unfit.add(f.instance)
    leave_out(Concern("", frozenset(), frozenset(unfit), frozenset(), frozenset()))
    rebuild(now)
    after = plain_dump()["lead"]
    return "\n".join(f"lead {pk}: {before.get(pk)} -> {after.get(pk)}" for pk in before.keys() | after.keys()
                     if before.get(pk) != after.get(pk))

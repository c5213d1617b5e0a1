"""What must be true at the end of a history."""

from collections import Counter
from datetime import date, datetime
from itertools import combinations
from typing import Any

from server.acts.models import Act
from server.acts.read import to_decision
from server.households.derive import folded_of
from server.households.load import HOUSEHOLDS, load_component, open_filing
from server.households.models import Filing, Household, Ident, Noted
from server.households.pack import unpack_folded
from server.households.values import MISSING, Place, State
from server.support.models import Lead, Referral
from server.visits.kinds import DueKind
from server.visits.models import Due, Visit
from sync.models import PhoneRow, Submission
from sync.vault.envelope import open_row
from tests.law.compare import ONLY_NOW, difference, of_folded, of_state
from tests.law.history import History
from tests.law.naive import Told
from tests.law.naive_clusters import at_one_home, evidence, joins, number
from tests.law.naive_house import registry
from tests.law.naive_leads import Help
from tests.law.walker import served_rows


def kept(until: datetime | None = None) -> Told:
    """All kept rows, or those in the registry at a moment. Of two texts of one instanceID the first received counts."""
    for row in Filing.objects.select_related("submission"):
        twins = Submission.objects.filter(instance_id=row.instance).order_by("received_at", "xml_sha256")
        assert twins[0] == row.submission
    rows = Filing.objects.filter(list=HOUSEHOLDS).select_related("submission")
    filings = [open_filing(row) for row in rows if until is None or row.submission.applied_at <= until]
    acts = [to_decision(act) for act in Act.objects.all()]
    if until is not None:
        acts = [a for a in acts if a.at <= until]
    return Told(filings, acts)


def about_by_leads() -> set[str]:
    """Ids that leads name: known, also where nothing else was said of them yet."""
    return set(Filing.objects.filter(list="leads").exclude(about="").values_list("about", flat=True))


def registered() -> dict[str, dict]:
    """The registry as the tables have it."""
    found = {}
    for row in Household.objects.all():
        folded, clashes, pending = unpack_folded(row.pk, open_row(bytes(row.sealed)))
        state = of_state(State(folded, (), clashes, pending, (), ()))
        visits = Visit.objects.filter(household=row).select_related("filing")
        noted = Noted.objects.filter(household=row, is_head=True).select_related("filing")
        state |= {
            "ids": tuple(folded.ids),
            "visits": sorted((v.filing.instance, v.on, v.outcome) for v in visits),
            "returned": sorted(n.filing.instance for n in noted if n.review == "returned"),
            "unreviewed": sorted(n.filing.instance for n in noted if n.review in ("pending", "resent")),
        }
        assert set(Ident.objects.filter(household=row).values_list("pk", flat=True)) == set(folded.ids)
        assert row.village == folded.village
        found[row.pk] = state
    return found


def _told_as_stored(house: dict) -> dict:
    """The naive registry, where storing makes two things one: what was not shown and what was shown blank."""
    clashes = [tuple(None if value is MISSING else value for value in clash) for clash in house["clashes"]]
    return house | {"clashes": sorted(clashes, key=repr), "visits": sorted(house["visits"])}


def standing() -> tuple[dict[str, str], frozenset[str], frozenset[str]]:
    """The first word about every id with the home it has, the words that wait, and those that make an id."""
    naive = help_kept()
    told = naive.houses
    waits = told.waits | naive.lead_words.waits | naive.referral_words.waits
    homes = {name: f"{told.first_word(name).instance} {told.home(name)}" for name in {f.entity for f in told.filings}}
    return homes, frozenset(waits), frozenset(f.instance for f in told.filings if f.creates)


def against_naive() -> str:
    """Where the tables differ from the naive implementation over the whole kept set."""
    told = kept()
    theirs = {
        name: house | {"clashes": sorted(
            (tuple(None if v is MISSING else v for v in clash) for clash in house["clashes"]), key=repr)}
        for name, house in registered().items()
    }
    return difference({name: _told_as_stored(h) for name, h in registry(told, about_by_leads()).items()}, theirs)


#: Columns of a phone's row, and the fact each shows.
TOLD = {"phone": "phone", "addr_short": "addr", "last_plan": "plan", "members_n": "members_n",
        "last_note": "difficulty", "id_tail4": "id_no"}


def served_as_folded() -> str:
    """Where phone rows differ from what the naive registry says phones should be shown."""
    wanted: dict[tuple[str, str], dict[str, str]] = {}
    for name, house in registry(kept()).items():
        if house["standing"] == "void" or house["status"][0] != "active":
            continue
        shell = house["standing"] == "shell"
        columns = {"rep_name": house["shown_name"], "as_of": "" if shell else Place(*house["as_of"]).text()}
        for column, fact in TOLD.items():
            if fact == "id_no":
                continue
            value = house["facts"].get(fact, (None,))[0]
            columns[column] = "" if shell or value is None else str(value)
        tail = number(house["facts"].get("id_no", ("",))[0])[-4:]
        columns["id_tail4"] = "" if shell else tail
        # On the list of its home and on no other; without a home on no phone's.
        if len(house["village"]) == 12:
            wanted[name, house["village"]] = columns | {"village": house["village"]}
    served = {
        (row.entity_id, row.scope): open_row(bytes(row.columns_sealed))
        for row in PhoneRow.objects.filter(list=HOUSEHOLDS)
    }
    lines = [f"only one is served: {key}" for key in sorted(wanted.keys() ^ served.keys())]
    for key in wanted.keys() & served.keys():
        lines += [
            f"{key}.{column}: served {served[key][column]!r}, naive {value!r}"
            for column, value in wanted[key].items() if served[key][column] != value
        ]
    return "\n".join(lines)


def help_kept() -> Help:
    """Leads and referrals beside the households, by the naive implementation."""
    rows = {name: Filing.objects.filter(list=name).select_related("submission") for name in ("leads", "referrals")}
    leads, referrals = ([open_filing(row) for row in rows[name]] for name in ("leads", "referrals"))
    return Help(kept(), leads, referrals, about_by_leads())


def helped_as_kept() -> str:
    """Where leads, referrals and urgent visits in the tables differ from what the naive implementation says."""
    naive = help_kept()
    leads = {
        row.pk: {"village": row.village, "about": row.about, "state": row.state, "urgent": row.urgent}
        for row in Lead.objects.filter(waits=False)
    }
    referrals = {
        row.pk: {"village": row.village, "about": row.about, "state": row.state} for row in Referral.objects.all()
    }
    urgent = {due.household_id: {"urgent": due.kind == DueKind.URGENT} for due in Due.objects.all()}
    cared = {row.pk: row for row in Household.objects.filter(status="active").exclude(standing__in=("void", "shell"))}
    wanted = {
        ids[0]: {"urgent": naive.is_urgent(ids)} for ids in naive.clusters if ids[0] in cared and ids[0] in urgent
    }
    return "\n".join(line for line in (
        difference(naive.leads(), leads), difference(naive.referrals(), referrals),
        difference(wanted, {name: due for name, due in urgent.items() if name in wanted}),
    ) if line)


def phones_show_the_server(history: History) -> str:
    """Who has sent all and synced sees exactly what is served to him."""
    lines = []
    for walker in history.walkers:
        for name, (_, content) in walker.served(history.now).items():
            rows, here = {row.id: row for row in served_rows(content)}, walker.lists[name].rows
            if rows.keys() != here.keys():
                lines.append(f"{walker.user}, {name}: has {sorted(here)}, is served {sorted(rows)}")
            lines += [
                f"{walker.user} sees {here[id]} for {theirs}" for id, theirs in rows.items()
                if id in here and (here[id].label, dict(here[id].properties)) != (theirs.label, dict(theirs.properties))
            ]
    return "\n".join(lines)


def closing(at: datetime, day: date) -> dict[str, Any]:
    """Every household as a closing at that moment sees it."""
    found = {}
    todo = set(Ident.objects.values_list("pk", flat=True))
    while todo:
        component = load_component([min(todo)], known_at=at)
        for served in component.clusters.members:
            found[served] = of_folded(folded_of(component, served, day, approved_only=True))
        todo -= {name for ids in component.clusters.members.values() for name in ids}
    return found


def closing_naive(at: datetime, day: date) -> dict[str, Any]:
    """The same by the naive implementation."""
    return {
        name: {k: v for k, v in house.items() if k not in ONLY_NOW}
        for name, house in registry(kept(at), about_by_leads(), day, closing=True).items()
    }


def families() -> Counter[str]:
    """Whether two phones met one family: in one home, and across homes; and whether a word still waits."""
    told = kept()
    pairs = [
        at_one_home(told, one.entity, other.entity) for one, other in combinations(evidence(told), 2)
        if one.entity != other.entity and joins(one, other)
    ]
    return Counter({
        "shared person": int(any(pairs)), "family across homes": int(not all(pairs)),
        "waits at the end": int(bool(told.waits)),
    })

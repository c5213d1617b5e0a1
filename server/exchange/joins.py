"""Which household a line would join, by the same evidence and the same guards as anything else that arrives."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from forms.head import EntityBlock, Head
from forms.read import Answers
from server.areas.within import is_within
from server.exchange.report import Joins
from server.field.ledger_line import IMPORTED, LEDGER_LINE, VERSION, translate_line
from server.field.translate import Origin
from server.households.chains import chains_of
from server.households.component import read_component
from server.households.evidence import joinable
from server.households.load import Kept
from server.households.matching.claims import views_of
from server.households.matching.live import live_model
from server.households.models import Household, Ident
from server.households.values import Filing

CHUNK = 500
#: When a line that is not received yet would be: after everything.
_LATER = datetime(9000, 1, 1, tzinfo=UTC)

Named = tuple[str, Mapping[str, str]]


def joins_of(lines: Sequence[Named], town: str, month: str) -> dict[str, Joins]:
    """Of those lines (entity, answers) that would not be new households: whom they join, by entity."""
    filings = {entity: filing_of(entity, answers, month) for entity, answers in lines}
    meets = _neighbours(filings)
    known = set()
    for some in _chunks(sorted(filings)):
        known |= set(Ident.objects.filter(pk__in=some).values_list("pk", flat=True))
    homes = {entity: _home(filings[entity], meets[entity] | {entity}) for entity in filings
             if meets[entity] or entity in known}
    rows: dict[str, Household] = {}
    for some in _chunks(sorted({home for home in homes.values() if home})):
        rows |= {ident.pk: ident.household for ident in Ident.objects.filter(pk__in=some).select_related("household")}
    return {
        entity: Joins(rows[home].pk, is_within(rows[home].village, [town]), rows[home].table)
        for entity, home in homes.items() if home in rows
    }


def filing_of(entity: str, answers: Mapping[str, str], month: str) -> Filing:
    """What a line will say once it is kept."""
    block = EntityBlock("households", entity, create=True, update=False, base=None, trunk=None, branch="", label="")
    head = Head(LEDGER_LINE, VERSION, f"trial:{entity}", entities=(block,))
    told = Answers(values={**answers, "month": month}, head=head)
    return translate_line(told, Origin(received=_LATER, published=_LATER, sender=None, source=IMPORTED))[1]


def _neighbours(filings: Mapping[str, Filing]) -> Mapping[str, set[str]]:
    """Other ids that an opinion may join to a line, by its entity."""
    model = live_model()
    views = {entity: views_of(chains_of([filing], [])[0], ()) for entity, filing in filings.items()}
    return defaultdict(set, {
        entity: joinable(some, filings[entity].village, model) - {entity} for entity, some in views.items()
    })


def _home(filing: Filing, around: set[str]) -> str:
    """The household a line would count for, were it kept now; '' for one of its own."""
    kept = Kept(around)
    component = read_component(
        kept.ids | {filing.entity}, [*kept.filings.values(), filing], list(kept.decisions.values()), (), live_model()
    )
    members = next(ids for ids in component.clusters.members.values() if filing.entity in ids)
    before = {row.entity for row in kept.rows.values()}
    others = [name for name in members if name in before]
    return others[0] if others else ""


def _chunks(names: Sequence[str]) -> list[Sequence[str]]:
    return [names[start : start + CHUNK] for start in range(0, len(names), CHUNK)]

"""Beside order: what people may rely on, tried at the end of a history that has come to rest."""

from datetime import timedelta

from server.acts.kinds import ActKind
from server.field.dump import Dump, differences
from server.households.kinds import Standing
from server.households.models import Household, Ident
from server.households.pack import unpack_folded
from server.households.values import Clash, Folded
from server.visits.models import Visit
from sync.vault.envelope import open_row
from tests.law import brought
from tests.law.dump import plain_dump
from tests.law.generate import finish, waiting
from tests.law.history import History
from tests.law.walker import Walker


def household_of(entity: str) -> tuple[Folded, tuple[Clash, ...]]:
    """The household an id means now, with its conflicts."""
    row = Household.objects.get(idents__id=entity)
    folded, clashes, _ = unpack_folded(row.pk, open_row(bytes(row.sealed)))
    return folded, clashes


def facts() -> dict[str, dict]:
    """Every id's facts, by value."""
    return {
        name: {fact: held.value for fact, held in household_of(name)[0].facts.items()}
        for name in Ident.objects.values_list("pk", flat=True)
    }


def someone_with_a_list(history: History) -> Walker | None:
    return next((walker for walker in history.walkers if walker.phone.rows), None)


def the_informed_speaker_wins(history: History) -> str:
    """Whoever has just read the row and says otherwise is heard, however slow his clock; and it is no conflict."""
    walker = someone_with_a_list(history)
    if walker is None:
        return ""
    history.pass_time()
    walker.skew = timedelta(days=-12)
    row = history.rng.choice([*walker.phone.rows.values()])
    if household_of(row.id)[0].standing == Standing.SHELL:
        return ""  # a name and a village is all he was shown: nothing he could be informed of
    form = walker.finalize(
        walker.answer(walker.open_visit(history.now, row), {"phone": "13955550001", "plan": "已知情"}), history.now
    )
    history.post_next(walker)
    history.sync(walker)
    folded, clashes = household_of(row.id)
    wrong = [c for c in clashes if c.instance == form.instance]
    if (folded.value("phone"), folded.value("plan")) != ("13955550001", "已知情") or wrong:
        return f"informed {form.instance} of {row.id}: {folded.value('phone')}, {folded.value('plan')}, {wrong}"
    return ""


def ones_own_last_word_wins(history: History) -> str:
    """Two visits without coverage, the clock set back between them, sent in the wrong order."""
    walker = someone_with_a_list(history)
    if walker is None:
        return ""
    row = history.rng.choice([*walker.phone.rows.values()])
    for phone, skew in (("13966660001", timedelta(days=2)), ("13966660002", timedelta(days=-9))):
        history.pass_time()
        walker.skew = skew
        now_seen = walker.phone.rows[row.id]
        walker.finalize(walker.answer(walker.open_visit(history.now, now_seen), {"phone": phone}), history.now)
    walker.outbox.reverse()
    for _ in range(2):
        history.pass_time()
        form = walker.outbox[0]
        history.post_form(walker, form)
    history.sync(walker)
    held = household_of(row.id)[0].value("phone")
    return "" if held == "13966660002" else f"own last word about {row.id}: {held}"


def an_echo_changes_nothing(history: History) -> str:
    """A phone that has not synced, a draft begun before, an edit: whoever only swipes through says nothing."""
    walker = someone_with_a_list(history)
    if walker is None:
        return ""
    rows = [*walker.phone.rows.values()]
    draft = walker.open_visit(history.now, history.rng.choice(rows))
    stale = walker.open_visit(history.now, history.rng.choice(rows))
    for other in history.walkers:  # meanwhile others say other things
        if other.phone.rows:
            history.pass_time()
            row = history.rng.choice([*other.phone.rows.values()])
            said = {"phone": "13977770001", "addr": "别处", "plan": "另有安排"}
            other.finalize(other.answer(other.open_visit(history.now, row), said), history.now)
            history.post_next(other)
    history.pass_time()
    before = facts()
    visits = Visit.objects.count()
    done = walker.finalize(walker.answer(stale, {}), history.now)
    walker.edit(done, {"visit_on": done.answers["visit_on"]}, history.now)
    history.sync(walker)
    walker.finalize(walker.answer(draft, {}), history.now)
    finish(history)
    after = facts()
    if Visit.objects.count() != visits + 2:
        return f"{visits} visits, then {Visit.objects.count()}"
    return "\n".join(
        f"an echo changed {name}: {before.get(name)} -> {after[name]}"
        for name in after if before.get(name) != after[name]
    )


def an_unmerge_restores_all(history: History) -> str:
    """Two households of two villages are joined, and parted again: everything is as it was."""
    rows = list(Household.objects.exclude(standing=Standing.VOID).order_by("pk"))
    pairs = [(a.pk, b.pk, b.village) for a in rows for b in rows if a.village != b.village and len(b.village) == 12]
    if not pairs:
        return ""
    one, other, village = history.rng.choice(pairs)
    before = settled()
    acts = history.merge(one, other, village)
    merge = next(act for act in acts if act.kind == ActKind.MERGE)
    history.rule(ActKind.UNMERGE, one, other=str(merge.id))
    return "\n".join(f"un-merged {one} {other}: {line}" for line in differences(before, settled()))


def settled() -> Dump:
    """Everything derived but what the matcher finds candidates by: it remembers which homes were ever one."""
    return {table: rows for table, rows in plain_dump().items() if table not in brought.INDEX}


def one_approval_lets_in(history: History) -> str:
    """Who may decide for a household's home approves one word from elsewhere: it counts, and nothing else moves."""
    kept, words = waiting(history)
    words = [word for word in words if word.contact and kept.home(word.entity) and not word.deprecated
             and not any(act.subject in (word.instance, word.batch) for act in kept.decisions)
             and kept.links(word.instance) == [word]]
    if not words:
        return ""
    word = history.rng.choice(words)
    if Visit.objects.filter(filing__instance=word.instance).exists():
        return f"{word.instance} waits, and is a visit"
    history.rule(ActKind.APPROVE, word.instance, value={"for": [kept.home(word.entity)]})
    if not Visit.objects.filter(filing__instance=word.instance, household__idents__in=[word.entity]).exists():
        return f"{word.instance} was let in, and is no visit"
    return ""

"""What was given along a referral: any set of kept rows adds up to what the naive implementation says."""

from collections import Counter
from dataclasses import replace
from datetime import date
from decimal import Decimal
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from server.acts.kinds import ActKind
from server.acts.values import Decision
from server.households.kinds import Review
from server.households.values import Filing, Said
from server.support import derive
from server.support.aid import Aid, Total, aid_told, sessions_in, total_of, yuan_in
from server.support.derive import told_of
from tests.households.say import act, correct, filing, hour, said
from tests.law import naive_help
from tests.law.naive import Told
from tests.law.naive_leads import ReferralWords

MANY = settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
REF = "r"
AMOUNTS = ("200", "300.0", "0.10", "0.2", 12, 12.34, "1000000", "二百", "-5", "", None)
SESSIONS = ("1", 3, "2.5", "999", "1000", None)
GOODS = ("大米两袋", " 棉被一条 ", "", None)


def heap(rng: Random) -> tuple[list[Filing], list[Decision]]:
    """Some submissions about one referral, a few about another, edits of them, and decisions about any."""
    filings: list[Filing] = []
    for number in range(rng.randint(1, 7)):
        mended = rng.choice(filings) if filings and rng.random() < 0.4 else None
        facts = {fact: rng.choice(bowl) for fact, bowl in
                 (("amount", AMOUNTS), ("sessions", SESSIONS), ("goods", GOODS)) if rng.random() < 0.6}
        state = rng.choice(("suggested", "linked", "done", "dropped"))
        at = rng.choice((0, 0, 1, 26, 50))
        names = rng.choice((REF, REF, REF, "other")) if number else REF
        filings.append(filing(
            f"i{number}", names, at, got=at + rng.choice((0, 0, 3, 40)), sender=rng.choice((1, 1, 1, 2)),
            creates=mended.creates if mended else rng.random() < 0.4, deprecated=mended.instance if mended else "",
            about="h", said=said(state=state, **facts),
        ))
    decisions: list[Decision] = []
    for number in range(rng.randrange(8)):
        subject, at = rng.choice(filings).instance, rng.choice((60, 61, 61, 62))
        kind = rng.choice((ActKind.APPROVE, ActKind.APPROVE, ActKind.RETURN, ActKind.VOID, ActKind.UNVOID,
                           ActKind.CORRECT, ActKind.CORRECT, ActKind.CLOCK))
        if kind == ActKind.CORRECT:
            fact = rng.choice(("amount", "sessions", "goods"))
            value = rng.choice({"amount": AMOUNTS, "sessions": SESSIONS, "goods": GOODS}[fact])
            decisions.append(replace(correct(subject, fact, value, at), id=f"d{number}"))
        elif kind == ActKind.CLOCK:
            decisions.append(act(kind, subject, at, id=f"d{number}",
                                 value={"observed": hour(rng.choice((-30, 2, 55))).isoformat()}))
        else:
            decisions.append(act(kind, subject, at, id=f"d{number}"))
    return filings, decisions


def views(filings: list[Filing]) -> list[tuple[date | None, bool]]:
    days = [None, *(hour(at).date() for at in (-24, 0, 30, 200))]
    return [(day, closing) for day in days for closing in (False, True)]


def disagreement(filings: list[Filing], decisions: list[Decision]) -> str:
    """Where the programme and the naive implementation differ."""
    told = ReferralWords(filings, decisions, Told([], []))
    for day, closing in views(filings):
        wanted = naive_help.events(told, REF, day, closing)
        found = derive.told_of(REF, filings, decisions, day=day, approved_only=closing)
        events = {}
        for aid in found.aids:
            plain = {"amount": aid.amount, "sessions": aid.sessions, "goods": aid.goods}
            events[aid.instance] = {k: v for k, v in plain.items() if v} | {"unread": sorted(aid.unread or ())}
        wanted = {instance: {k: sorted(v) if k == "unread" else v for k, v in one.items() if v or k == "unread"}
                  for instance, one in wanted.items()}
        if events != {i: one for i, one in wanted.items() if one != {"unread": []}}:
            return f"{day} {closing}: {events} / {wanted}"
        if str(found.total) != naive_help.words(wanted):
            return f"{day} {closing}: {found.total} / {naive_help.words(wanted)}"
    return ""


@MANY
@given(st.randoms(use_true_random=False))
def test_any_rows_add_up(rng: Random) -> None:
    difference = disagreement(*heap(rng))
    assert not difference, difference


@MANY
@given(st.randoms(use_true_random=False), st.randoms(use_true_random=False))
def test_order_and_repetition_mean_nothing(rng: Random, shuffled: Random) -> None:
    filings, decisions = heap(rng)
    first = told_of(REF, filings, decisions)
    again = [*filings, *shuffled.choices(filings, k=3)]
    decisions = list(decisions)
    shuffled.shuffle(again)
    shuffled.shuffle(decisions)
    second = told_of(REF, again, decisions)
    assert (second.aids, second.total, second.facts) == (first.aids, first.total, first.facts)


@MANY
@given(st.randoms(use_true_random=False))
def test_a_void_takes_its_own_event_away_and_no_other(rng: Random) -> None:
    filings, decisions = heap(rng)
    one = rng.choice(filings)
    gone = told_of(REF, filings, [*decisions, act(ActKind.VOID, one.instance, 90, id="dx")])
    own = {f.instance for f in filings if own_chain(filings, f) == own_chain(filings, one)}
    before = told_of(REF, filings, decisions)
    assert values(gone.aids) == values(aid for aid in before.aids if aid.instance not in own)
    back = told_of(REF, filings, [*decisions, act(ActKind.VOID, one.instance, 90, id="dx"),
                                  act(ActKind.UNVOID, one.instance, 91, id="dy")])
    was_void = [d for d in decisions if d.kind in (ActKind.VOID, ActKind.UNVOID) and d.subject in own]
    assert was_void or values(back.aids) == values(before.aids)


def own_chain(filings: list[Filing], one: Filing) -> str:
    chain, _ = Told(filings, []).start_of(one.instance)
    return chain


def values(aids) -> Counter:
    return Counter((aid.instance, aid.amount, aid.sessions, aid.goods) for aid in aids)


@MANY
@given(st.lists(st.decimals("0.01", "1000000", places=2), min_size=1, max_size=30))
def test_fen_add_up_exactly(amounts: list[Decimal]) -> None:
    filings = [
        filing(f"i{n}", REF, n, creates=n == 0, said=said(amount=str(amount))) for n, amount in enumerate(amounts)
    ]
    fen = sum(int(amount * 100) for amount in amounts)
    assert told_of(REF, filings, []).total.amount == Decimal(fen) / 100


def broken_sum(patch: pytest.MonkeyPatch) -> None:
    honest = derive.told_of
    patch.setattr(derive, "told_of", lambda *args, **more: replace(
        (told := honest(*args, **more)), aids=told.aids[-1:]))


def broken_corrections(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(derive, "corrections_of", lambda decisions: {})


def broken_days(patch: pytest.MonkeyPatch) -> None:
    honest = derive.told_of
    patch.setattr(derive, "told_of", lambda *args, day=None, **more: honest(*args, **more))


def broken_approvals(patch: pytest.MonkeyPatch) -> None:
    honest = derive.told_of
    patch.setattr(derive, "told_of", lambda *args, approved_only=False, **more: honest(*args, **more))


@pytest.mark.parametrize("mutant", [broken_sum, broken_corrections, broken_days, broken_approvals])
def test_a_broken_rule_is_found(mutant, monkeypatch: pytest.MonkeyPatch) -> None:
    mutant(monkeypatch)
    assert any(disagreement(*heap(Random(seed))) for seed in range(300)), "nobody noticed"


@pytest.mark.parametrize(("said_so", "yuan"), [
    ("200", "200"), ("200.0", "200"), ("200.10", "200.10"), (" 7 ", "7"), ("0.01", "0.01"), ("1000000.00", "1000000"),
    (200, "200"), (0.1, "0.1"), (12345.67, "12345.67"), ("007", "7"),
    (".5", "0.5"),
])  # fmt: skip
def test_what_an_engine_writes_is_an_amount(said_so: object, yuan: str) -> None:
    assert yuan_in(said_so) == Decimal(yuan)


@pytest.mark.parametrize("said_so", ["", None, True, "0", "0.00", "-1", "+1", "1e3", "1E5", ".", "5.", "1 000",
                                     "1,000", "1_000", "１００", "٣", "NaN", "Infinity", "0.001", "1000000.01",
                                     "10000000000000", float("nan"), float("inf"), [], {"a": 1}])
def test_what_is_no_amount(said_so: object) -> None:
    assert yuan_in(said_so) is None


@pytest.mark.parametrize(("said_so", "times"), [("1", 1), ("3.0", 3), (999, 999), ("2.5", None), ("0", None),
                                                ("1000", None), ("三", None), (None, None), ("9" * 300, None)])
def test_sessions(said_so: object, times: int | None) -> None:
    assert sessions_in(said_so) == times


def test_the_event_of_a_submission_does_not_mix_with_anothers() -> None:
    """Who paid, and when, stays with its own money; and is no fact of the referral that the next report overwrites."""
    early = said(amount="200", payer="基金会", aid_on="2026-03-01", aid_kind="money")
    filings = [filing("i0", REF, 0, creates=True, said=early, sender=7), filing("i1", REF, 30, said=said(amount="300"))]
    told = told_of(REF, filings, [])
    assert [(aid.payer, aid.on, aid.by) for aid in told.aids] == [
        ("基金会", date(2026, 3, 1), 7), ("", date(2026, 3, 10), None),
    ]  # fmt: skip
    assert not {"amount", "payer", "aid_on", "aid_kind"} & {*told.facts}


@pytest.mark.parametrize("given_on", ["2026-03-20", "9999-12-31", "昨天", ""])
def test_nothing_is_given_after_it_was_reported(given_on: str) -> None:
    told = told_of(REF, [filing("i0", REF, 0, creates=True, said=said(amount="200", aid_on=given_on))], [])
    assert told.aids[0].on == date(2026, 3, 9)


def test_a_correction_under_another_key_is_none_of_it() -> None:
    filings = [filing("i0", REF, 0, creates=True, said=(Said("amount", "200"),))]
    assert told_of(REF, filings, [correct("i0", "amount", "9", key="x")]).total.amount == 200


def test_words() -> None:
    assert str(Total()) == ""
    assert str(Total(Decimal("500.00"), 3, 2)) == "500元，服务3次，物资2次"
    assert str(Total(Decimal("1000000.50"))) == "1000000.5元"


@given(st.builds(
    Aid, st.text(), st.dates(), st.none() | st.integers(), st.sampled_from(Review),
    st.none() | st.decimals("0.01", "1000000", places=2), st.none() | st.integers(1, 999), st.text(), st.text(),
    st.dictionaries(st.sampled_from(("amount", "sessions")), st.text()), st.just(("amount",)),
))  # fmt: skip
def test_an_event_comes_back_as_it_was_kept(aid: Aid) -> None:
    assert aid_told(aid.told()) == aid


def test_the_sum_of_nothing_is_nothing() -> None:
    assert total_of([]) == Total(None, None, 0)

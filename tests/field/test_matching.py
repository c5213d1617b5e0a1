"""Registrations that may be one household: joined, shown as a case, or neither; an opinion falls with its evidence."""

from datetime import timedelta
from itertools import permutations

import pytest

from server.acts.kinds import ActKind
from server.field.decide import decide
from server.field.rebuild import rebuild
from server.households.cases import cases, said_of
from server.households.models import Household, Ident, MatchKey, Opinion
from tests.law.dump import difference, dump
from tests.law.history import History
from tests.law.walker import Form
from tests.law.world import World, make_world

pytestmark = pytest.mark.django_db

TOWN = "310118102"
FAMILY = {
    "told": "OK", "rep_name": "周根妹", "id_type": "resident", "id_no": "319999195001010011", "hukou_kind": "local",
    "sex_q": "male", "addr": "公园路100弄12号302室", "phone": "13912345678", "members_n": "2", "income_pc": "800",
    "difficulty": "常年看病，孩子还在读书", "plan": "先衔接医疗救助", "may_qualify": "yes", "in_relief": "no",
}
TYPO = {**FAMILY, "rep_name": "周根媒", "id_no": "319999195001010012", "addr": "上海市青浦区公园路100-12-302"}
CHILD = {**FAMILY, "rep_name": "周小红", "id_no": "319999197505050024", "sex_q": "female"}
HALF = {k: v for k, v in FAMILY.items() if k not in ("id_no", "sex_q")} | {
    "id_type": "none", "rep_name": "周某某", "phone": "", "birth_q": "1950-03-05"}


@pytest.fixture
def world() -> World:
    return make_world()


def registered(history: History, *families: dict) -> list[Form]:
    """Each family by another walker, as far as there are any."""
    forms = []
    for n, family in enumerate(families):
        walker = history.walkers[n % 2]
        history.pass_time()
        forms.append(walker.screen(history.now, {"village": walker.villages[0], **family}))
        while walker.outbox:
            history.post_next(walker)
    return forms


def households(forms: list[Form]) -> int:
    return Ident.objects.filter(pk__in=[form.entity for form in forms]).values("household").distinct().count()


def test_a_slip_in_number_and_name_is_one_household(world: World) -> None:
    forms = registered(History(world, 1), FAMILY, TYPO)
    assert households(forms) == 1 and not cases([TOWN], [TOWN])
    opinion = Opinion.objects.get()
    assert (opinion.outcome, opinion.stands) == ("merge", True)
    assert sum(bits for _, _, bits in opinion.steps) == pytest.approx(opinion.bits, abs=1e-4)


def test_another_person_at_the_door_is_never_joined_unasked(world: World) -> None:
    forms = registered(History(world, 1), FAMILY, CHILD)
    assert households(forms) == 2
    (case,) = cases([TOWN], [TOWN])
    assert {case.one.pk, case.other.pk} == {form.entity for form in forms}
    assert case.why in ("conflict", "hint") and all(map(said_of, case.steps)) and case.reason
    assert cases(["310118103"], ["310118103"]) == []


def test_half_known_is_a_case_until_people_rule(world: World) -> None:
    history = History(world, 1)
    forms = registered(history, FAMILY, HALF)
    assert households(forms) == 2
    (case,) = cases([TOWN], [TOWN])
    assert case.why == "score" and case.steps[0].comparison == "prior"
    apart = decide(ActKind.CANNOT_LINK, case.a, by=None, now=history.now, other=case.b)
    assert cases([TOWN], [TOWN]) == []
    history.pass_time()
    decide(ActKind.LIFT_LINK, case.a, by=None, now=history.now, other=str(apart.pk))
    assert len(cases([TOWN], [TOWN])) == 1
    history.pass_time()
    decide(ActKind.MERGE, case.a, by=None, now=history.now, other=case.b)
    assert households(forms) == 1 and cases([TOWN], [TOWN]) == []


def test_an_opinion_falls_with_its_evidence_and_rises_again(world: World) -> None:
    history = History(world, 1)
    forms = registered(history, FAMILY, TYPO)
    history.pass_time()
    decide(ActKind.RETURN, forms[1].instance, by=None, now=history.now)
    assert households(forms) == 2 and not Opinion.objects.filter(stands=True) and Opinion.objects.count() == 1
    history.pass_time()
    decide(ActKind.APPROVE, forms[1].instance, by=None, now=history.now)
    assert households(forms) == 1 and Opinion.objects.get().stands
    history.pass_time()
    other = {"fact": "id_no", "value": "319999197505050024"}
    decide(ActKind.CORRECT, forms[1].instance, by=None, now=history.now, value=other)
    assert households(forms) == 2


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_any_order_gives_one_registry(world: World, order: tuple[int, ...]) -> None:
    families = (FAMILY, TYPO, CHILD)
    forms = registered(History(world, 1), *(families[n] for n in order))
    by_family = {n: Ident.objects.get(pk=form.entity).household_id for n, form in zip(order, forms, strict=True)}
    assert by_family[0] == by_family[1] != by_family[2]


def test_a_rebuild_ends_with_the_same_opinions(world: World) -> None:
    history = History(world, 1)
    registered(history, FAMILY, TYPO, CHILD, HALF)
    before = dump()
    rebuild(history.now + timedelta(hours=1), shuffle=3)
    assert not difference(before, dump())


def test_nothing_of_a_person_stands_in_the_open(world: World) -> None:
    registered(History(world, 1), FAMILY, TYPO)
    plain = repr([*MatchKey.objects.values_list("key"), *Opinion.objects.values_list("evidence", "steps")])
    assert not any(text in plain for text in ("周", "zhou", "1950", "13912345678", "公园", "gongyuan"))
    assert Household.objects.count() == 1

"""May this person see this: the stories of the cast, and what must hold for any grants at all."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from server.accounts.kinds import AccessKind, Role
from server.accounts.matrix import CELLS, Thing, Verb
from server.accounts.models import AccessLog, Assignment, Grant
from server.accounts.scope import (
    NOBODY,
    Access,
    Held,
    access_of,
    area_codes,
    codes_for,
    log_access,
    may,
    villages_of,
)
from server.areas.within import is_within
from tests.cast import DISTRICT, JINZE, SINCE, ZHUJIAJIAO, Cast

TODAY = date(2024, 8, 15)

AREAS = [DISTRICT, ZHUJIAJIAO, JINZE]
VILLAGES = [f"{town}2{n:02}" for town in AREAS[1:] for n in (0, 1, 2)]
grants = st.lists(
    st.builds(Held, st.sampled_from(Role.values), st.sampled_from(AREAS)), max_size=3, unique=True
).map(tuple)
accesses = st.builds(Access, grants, st.lists(st.sampled_from(VILLAGES), unique=True, max_size=3).map(tuple))
verbs, things = st.sampled_from(Verb), st.sampled_from(Thing)
places = st.sampled_from(["", *AREAS, *VILLAGES])
flags = st.fixed_dictionaries({"own": st.booleans(), "assigned": st.booleans()})


@given(accesses, verbs, things, places)
def test_lists_and_single_looks_agree(access: Access, verb: Verb, thing: Thing, place: str) -> None:
    assert may(access, verb, thing, place) == is_within(place, codes_for(access, verb, thing))


@given(accesses, verbs, things, places, flags)
def test_no_grant_no_right(
    access: Access, verb: Verb, thing: Thing, place: str, flag: dict[str, bool]
) -> None:
    assert not may(replace(access, grants=()), verb, thing, place, **flag)


@given(
    accesses,
    st.builds(Held, st.sampled_from(Role.values), st.sampled_from(AREAS)),
    verbs,
    things,
    places,
    flags,
)
def test_one_more_grant_never_takes_away(
    access: Access, more: Held, verb: Verb, thing: Thing, place: str, flag: dict[str, bool]
) -> None:
    if may(access, verb, thing, place, **flag):
        assert may(replace(access, grants=(*access.grants, more)), verb, thing, place, **flag)


@given(accesses, verbs, things, places, flags)
def test_a_right_comes_from_a_cell(
    access: Access, verb: Verb, thing: Thing, place: str, flag: dict[str, bool]
) -> None:
    """Whatever is allowed, some role held names the verb in its cell."""
    letters = {Verb.READ: "Rm", Verb.READ_FULL: "R"}.get(verb, verb.value)
    cells = "".join(w.partition(":")[0] for role in access.roles for w in CELLS[thing].get(role, "").split())
    if may(access, verb, thing, place, **flag):
        assert set(letters) & set(cells)


@given(accesses, things, places, st.booleans())
def test_nobody_approves_his_own(access: Access, thing: Thing, place: str, assigned: bool) -> None:
    assert not may(access, Verb.APPROVE, thing, place, own=True, assigned=assigned)


@given(
    st.sampled_from([Role.GW, Role.CO, Role.WN, Role.SU, Role.LE]), verbs, things, st.sampled_from(VILLAGES)
)
def test_nobody_of_one_town_reaches_another(role: str, verb: Verb, thing: Thing, village: str) -> None:
    """Things that belong to no place (policies, rules, one's own remarks) are for everybody; all else stays at home."""
    access = Access((Held(role, ZHUJIAJIAO),), tuple(VILLAGES))  # even with villages left over elsewhere
    everywhere = "" in codes_for(access, verb, thing)
    assert everywhere or may(access, verb, thing, village) is False or village.startswith(ZHUJIAJIAO)
    if thing in {
        Thing.HOUSEHOLD,
        Thing.IDENTITY,
        Thing.SENSITIVE,
        Thing.SUBMISSION,
        Thing.LEDGER,
        Thing.LEAD,
    }:
        assert not everywhere


@pytest.mark.django_db
def test_the_cast(cast: Cast) -> None:
    home, second, third, abroad = cast.villages[0], cast.villages[1], cast.villages[2], cast.away[0]

    def sees(user: object, village: str, thing: Thing = Thing.HOUSEHOLD, verb: Verb = Verb.READ) -> bool:
        return may(access_of(user, TODAY), verb, thing, village)  # type: ignore[arg-type]

    assert sees(cast.wang, home) and sees(cast.wang, third) and not sees(cast.wang, abroad)
    assert sees(cast.li, home) and sees(cast.li, second) and not sees(cast.li, third)
    assert not sees(cast.li, home, Thing.IDENTITY) and not sees(cast.li, home, Thing.SENSITIVE)
    assert sees(cast.gu, home, Thing.SENSITIVE) and not sees(cast.gu, second, Thing.SENSITIVE)
    assert not any(sees(cast.chen, village) for village in cast.villages) and sees(cast.chen, abroad)
    assert sees(cast.bureau, home) and sees(cast.bureau, abroad)
    assert sees(cast.ledger, home, Thing.LEDGER, Verb.LOCK) and not sees(
        cast.wang, home, Thing.LEDGER, Verb.LOCK
    )
    assert not sees(cast.window, home) and sees(cast.window, home, Thing.LEAD, Verb.CREATE)
    assert not any(
        sees(cast.admin, home, thing) for thing in (Thing.HOUSEHOLD, Thing.SUBMISSION, Thing.LEDGER)
    )
    assert not sees(cast.inspector, home)
    assert may(access_of(cast.inspector, TODAY), Verb.READ, Thing.HOUSEHOLD, home, assigned=True)
    assert area_codes(cast.wang, TODAY) == [ZHUJIAJIAO] and area_codes(cast.li, TODAY) == [home, second]


@pytest.mark.django_db
def test_days_bound_grants_and_villages(cast: Cast) -> None:
    until = TODAY + timedelta(days=1)
    Grant.objects.filter(user=cast.li).update(until=until)
    Assignment.objects.filter(user=cast.li, village=cast.villages[1]).update(until=TODAY)
    assert villages_of(cast.li, TODAY - timedelta(days=1)) == list(cast.villages[:2])
    assert villages_of(cast.li, TODAY) == [cast.villages[0]]  # until is the first day without
    assert villages_of(cast.li, until) == [] == area_codes(cast.li, until)
    assert villages_of(cast.li, SINCE - timedelta(days=1)) == []


@pytest.mark.django_db
def test_an_account_switched_off_sees_nothing(cast: Cast) -> None:
    cast.wang.is_active = False
    assert access_of(cast.wang, TODAY) == NOBODY


@pytest.mark.django_db
def test_two_queries(cast: Cast, django_assert_num_queries) -> None:  # type: ignore[no-untyped-def]
    with django_assert_num_queries(2):
        access = access_of(cast.li, TODAY)
        codes_for(access, Verb.READ, Thing.HOUSEHOLD)


@pytest.mark.django_db
def test_the_access_log_remembers(cast: Cast) -> None:
    log_access(cast.wang, AccessKind.REFUSED, "household:x" * 20, now=timezone.now(), ip="", detail="d" * 300)
    line = AccessLog.objects.get()
    assert (line.by, line.what, len(line.subject), len(line.detail), line.ip) == (
        cast.wang,
        "refused",
        80,
        200,
        None,
    )

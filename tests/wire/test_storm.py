"""Phones send through a network that fails; what each of them then calls sent is what the server has, byte for byte.

A little in the suite; `make storm` sends 500 submissions from 20 phones on each database (STORM, STORM_PHONES,
STORM_SEED).
"""

import json
import os
import time
from concurrent.futures import ThreadPoolExecutor
from random import Random
from typing import Any

import pytest

from server.demo import said
from server.demo.hand import Hand
from server.demo.people import People
from server.demo.phone import Instance, SyncFailed
from tests.running import Installation
from tests.wire.door import DAY, sha256
from tests.wire.phones import Held, issue_phones
from tests.wire.weather import Mishap, Proxy

FORMS, PHONES = int(os.environ.get("STORM", "32")), int(os.environ.get("STORM_PHONES", "4"))
SEED = os.environ.get("STORM_SEED", "1")
MOST_ROUNDS = 80  # Collect tries for ever; here the weather is random, and eighty times is never reached


def fill_in(hand: Hand, number: int, many: int) -> None:
    """A worker's days offline: households, visits to them, an edit; photos of a size that lines break in."""
    people = People(hand.chance, first_phone=number * 60)
    made = []
    while len(hand.phone.outbox) < many:
        place = hand.chance.choice(hand.worker.villages)
        photos = hand.chance.choice((0, 1, 1, 2))
        roll = hand.chance.random()
        if made and roll < 0.4:
            answers = said.visit("medical", "met_person", "none", hand.chance, day=DAY)
            told = {"difficulty": f"第{len(hand.phone.outbox)}次走访", "plan": "陪同申请医疗救助"}
            entity = hand.chance.choice(made).entity
            hand.fill("visit", DAY, {"scope": "all", "hh": entity, **answers, **told}, photos=photos)
        elif made and roll < 0.5:
            mended = {"dup_action": "unsure", "phone": people.phone()}
            hand.fill("screening", DAY, mended, edit_of=hand.chance.choice(made).instance)
        else:
            family = people.family(*place, DAY)
            answers = said.screening(family, said.situation(hand.chance, DAY), hand.chance)
            made.append(hand.fill("screening", DAY, answers, photos=photos))
    for instance in hand.phone.outbox:
        instance.files = {
            name: data + hand.chance.randbytes(hand.chance.randrange(2_000, 150_000))
            for name, data in instance.files.items()
        }


def send_all(hand: Hand) -> int:
    """As Collect sends: everything unsent, one after the other, again and again; updates in between. The rounds."""
    chance = hand.chance
    for turn in range(MOST_ROUNDS):
        unsent = [instance for instance in hand.phone.outbox if not instance.is_sent]
        if not unsent:
            return turn
        for instance in chance.sample(unsent, len(unsent)):
            hand.phone.post(instance, split=chance.choice((None, None, len(instance.xml) + 60_000)))
        if chance.random() < 0.3:
            try:
                hand.phone.sync()
            except SyncFailed:
                pass  # the phone keeps what it has, and tells its owner
    raise AssertionError(f"{len(unsent)} forms did not get through: {unsent[0].said}")


def as_sent(instance: Instance) -> dict[str, Any]:
    return {
        "xml": sha256(instance.xml),
        "files": {name: [sha256(data)] for name, data in instance.files.items()},
    }


def as_kept(house: Installation, keys: set[int]) -> dict[int, dict[str, Any]]:
    """Of these keys: instanceID → text and files, as they are opened on the server."""
    path = house.folder / "stored.json"
    house.run("-m", "tests.wire.stored", str(path))
    found: dict[int, dict[str, Any]] = {key: {} for key in keys}
    for one in json.loads(path.read_text("utf-8")):
        if one["key"] not in keys:
            continue
        own = found[one["key"]]
        assert one["instance"] not in own, f"{one['instance']} is there twice"
        own[one["instance"]] = {"xml": one["xml"], "files": one["files"]}
    return found


def instance_id(xml: bytes) -> str:
    return xml.split(b"<instanceID>")[1].split(b"<")[0].decode()


def shown(hand: Hand) -> dict[str, Any]:
    return {
        (name, row.id): (row.label, {**row.properties})
        for name, rows in hand.phone.lists.items()
        for row in rows.rows.values()
    }


@pytest.mark.slow
@pytest.mark.wire("W-30", "W-46", "W-52", "W-53", "W-62")
def test_what_is_called_sent_is_there(running: Installation) -> None:
    proxy = Proxy(running.port, SEED)
    held: list[Held] = Random(SEED).sample([*issue_phones(running)], PHONES)
    hands = [one.hand(proxy.url, seed=SEED) for one in held]
    try:
        with ThreadPoolExecutor(PHONES) as pool:
            list(pool.map(lambda hand: hand.phone.sync(), hands))
            per_phone = [FORMS // PHONES + (number < FORMS % PHONES) for number in range(PHONES)]
            list(pool.map(fill_in, hands, range(PHONES), per_phone))
            proxy.calm, started = False, time.monotonic()
            rounds = list(pool.map(send_all, hands))
    finally:
        took = time.monotonic() - started
        proxy.close()
    running.manage("work", "--drain")
    kept = as_kept(running, {one.key_id for one in held})
    sizes = [len(data) for hand in hands for one in hand.phone.outbox for data in one.files.values()]
    print(
        f"\n{FORMS} submissions, {len(sizes)} photos ({sum(sizes) / 1e6:.1f} MB) from {PHONES} phones in {took:.0f} s, "
        f"up to {max(rounds)} rounds; {sum(proxy.happened.values())} requests: "
        + ", ".join(f"{count} {kind}" for kind, count in proxy.happened.most_common())
    )
    for one, hand in zip(held, hands, strict=True):
        assert kept[one.key_id] == {instance_id(i.xml): as_sent(i) for i in hand.phone.outbox}
    assert all(proxy.happened[kind] for kind in Mishap if FORMS > 100), "every kind of mishap was there"
    for one, hand in zip(held, hands, strict=True):
        hand.phone.server_url = f"{running.url}/key/{one.token}"
        hand.phone.sync()
        fresh = one.hand(running.url)
        fresh.phone.sync()
        assert shown(hand) == shown(fresh)

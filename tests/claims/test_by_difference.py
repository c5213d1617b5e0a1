"""One post from one person, and everything that everybody can read before and after it.

`CLAIMS` posts (25 unless set, 200 in `make claims`), from `CLAIMS_FIRST` on. What may change is said by
`tests/claims/draw.py`, which knows the sentences of *Standing* and not the programme.
"""

import os
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from random import Random

import pytest
from django.db import transaction
from django.utils import timezone

from sync.models import Submission
from tests.claims.clock import Clock
from tests.claims.district import District, Family, make_district, work
from tests.claims.draw import Draw, Post
from tests.claims.pages import changed, desk_of, phone_of, rest_of

POSTS, FIRST = int(os.environ.get("CLAIMS", "25")), int(os.environ.get("CLAIMS_FIRST", "0"))
#: Besides the author so many others read everything after each post, drawn anew each time; every phone is asked.
READERS = int(os.environ.get("CLAIMS_READERS", "2"))
#: Of the pages about one household or submission, each reader opens one in so many besides those the post is about.
ONE_IN = int(os.environ.get("CLAIMS_ONE_IN", "10"))
#: Where the reviewers of a home find what waits for them.
QUEUE = re.compile(r"/$|/submissions|/api/submissions|/households/[^/]+$|/leads|/ledgers$")
REVIEWERS = {"wang", "xu", "bureau", "ledger"}


@dataclass
class World:
    """The district, and what everybody read in it before anything was posted."""

    district: District
    clock: Clock
    before: dict[str, dict[str, str]] = field(default_factory=dict)

    def desk(self, who: str, opens: Callable[[str], bool] = lambda url: True, shown: Iterable[str] = (),
             new: int = 0) -> dict[str, str]:
        """What this person can read at his desk and by REST; of the pages about one thing what ``opens`` picks."""
        more = [f"/submissions/{new}"] if new else []
        rest = rest_of(self.district, who, shown, [new] if new else [])
        return {**desk_of(self.district, who, opens, more), **rest}

    def phone(self, who: str) -> dict[str, str]:
        families = [family.id for family in self.district.families]
        return phone_of(self.district, who, [*families, *self.district.leads, *self.district.referrals])


@pytest.fixture
def world(db: None, monkeypatch: pytest.MonkeyPatch) -> World:
    clock = Clock(timezone.now())
    monkeypatch.setattr(timezone, "now", clock)
    district = make_district(clock)
    found = World(district, clock)
    families = [family.id for family in district.families]
    for who in district.people:
        found.before[who] = found.desk(who, shown=families) | found.phone(who)
    return found


@pytest.mark.slow
def test_only_what_may_change_changes(world: World) -> None:
    """First of all, what everybody reads before: with a few words from elsewhere already waiting."""
    typed = world.district.typed
    found = [leak for who in world.district.people for leak in leaks(world, who, world.before[who], typed.get(who, ""))]
    assert not found, "\n".join(found)
    draw, counted = Draw(world.district, Random(20250801)), Counter[str]()
    for number in range(FIRST + POSTS):
        post = draw.post()
        if number < FIRST:
            continue
        counted["counts" if post.counts else "waits"] += 1
        for one in difference(world, post, number):
            found.append(f"{number} {post.who} {post.story}: {one}")
            print(found[-1], flush=True)
    print(dict(counted))
    assert not found, f"{len(found)}:\n" + "\n".join(found[:40])
    assert min(counted["counts"], counted["waits"]) > POSTS // 8, counted


def difference(world: World, post: Post, number: int) -> Iterator[str]:
    """What has changed by this post and must not have."""
    here = world.clock.now
    with transaction.atomic():
        status = world.district.post(post.who, post.xml(world.district))
        new = Submission.objects.order_by("-pk").values_list("pk", flat=True)[0]
        work(here)
        world.clock.now = here
        after = after_it(world, post, new, Random(number))
        transaction.set_rollback(True)
    if status != 201:
        yield f"answered {status}"
    for who, pages in after.items():
        # A desk that nobody sat down at, and pages about one thing that were not opened, are not missing.
        sat = "/" in pages
        before = {url: text for url, text in world.before[who].items()
                  if url in pages or url.startswith("phone:") or (sat and not _may_be_left_out(url))}
        for url in changed(before, pages):
            if not is_allowed(world, post, who, url, new, (before.get(url, ""), pages.get(url, ""))):
                yield f"{who} {url}: {say(before.get(url, ''), pages.get(url, ''))}"
    yield from leaks(world, post.who, after[post.who], post.typed + world.district.typed.get(post.who, ""))


def after_it(world: World, post: Post, new: int, rng: Random) -> dict[str, dict[str, str]]:
    """What is read after a post: by its author and a few others at their desks, by everybody on the phone."""
    people = sorted(world.district.people)
    others = rng.sample([who for who in people if who != post.who], min(READERS, len(people) - 1))
    known = [family.id for family in world.district.families if family.id in post.ids]

    def opens(url: str) -> bool:
        return any(name in url for name in post.ids) or not rng.randrange(ONE_IN)

    after = {who: world.phone(who) for who in people}
    for who in (post.who, *others):
        after[who] |= world.desk(who, opens, known, new)
    return after


def _may_be_left_out(url: str) -> bool:
    return bool(re.match(r"/(api/)?(submissions|households)/[^?]+$", url))


def is_allowed(world: World, post: Post, who: str, url: str, new: int, texts: tuple[str, str]) -> bool:
    """Whether this person may read something else at this address now."""
    district = world.district
    if url.endswith(f"/submissions/{new}"):
        # It was not there before. Its own page is for its author, his town's reviewers and those of the home.
        return texts[1].startswith(("403", "404")) or who == post.who or who in REVIEWERS
    is_his_own = post.edits and district.sent[post.edits][0] == post.who
    if who == post.who and (url.startswith("/mine") or (is_his_own and url.startswith("/submissions/"))):
        return True
    if any(who in district.seen_by(place) for place in post.counts):
        return True
    reviewers = {one for place in post.queues for one in district.seen_by(place)} & REVIEWERS
    if who in reviewers and QUEUE.match(url):
        return True
    # A phone's version rises with every word that names its row, so that its sender is not left with his own.
    _, _, entity = url.removeprefix("phone:").partition("/")
    return url.startswith("phone:") and entity in post.ids and _but_version(texts[0]) == _but_version(texts[1])


def _but_version(row: str) -> str:
    return re.sub(r"^([^,]*,(?:\"[^\"]*\"|[^,]*),)\d+", r"\1", row)


def leaks(world: World, who: str, pages: Mapping[str, str], typed: str) -> Iterator[str]:
    """Words that tell of a family which is none of this person's, unless he wrote them himself."""
    for family in hidden_from(world.district, who):
        for url, text in pages.items():
            for secret in family.secrets:
                if secret in text and secret not in typed:
                    yield f"{who} reads {secret} at {url}"


def hidden_from(district: District, who: str) -> list[Family]:
    return [family for family in district.families
            if not any(who in district.seen_by(place) for place in (family.home, family.was) if place)]


def say(before: str, after: str) -> str:
    """The lines that differ, shortly."""
    one, other = (set(text.splitlines()) for text in (before, after))
    gone, come = ([line.strip()[:160] for line in some if line.strip()][:3] for some in (one - other, other - one))
    return f"- {gone} + {come}"

"""A whole demo month through the door: phones, desk, phones again."""

import calendar
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date, datetime
from random import Random

from server.demo.cast import Worker
from server.demo.desk import Desk
from server.demo.hand import Hand
from server.demo.line import Line
from server.demo.phone import Phone
from server.demo.story import Script, lend, scripts, told_of

THREADS = 3
NewLine = Callable[[Worker], Line]


@dataclass(frozen=True)
class MonthTold:
    """How many phones, households registered, visits, and forms in all were sent; what never got through."""

    phones: int
    households: int
    visits: int
    sent: int
    unsent: int
    acts: int


def tell_month(
    addresses: Mapping[Worker, str],
    month: date,
    *,
    seed: int,
    clock: Callable[[], datetime],
    desk: Desk,
    line: NewLine,
    size: int = 14,
    ahead: bool = True,
    threads: int = THREADS,
    tell: Callable[[str], None] = lambda text: None,
) -> MonthTold:
    """Play the month. ``addresses``: each worker's server URL; ``month``: its first day; ``clock``: now, for the desk.

    ``size``: households per phone; ``ahead``: some phones' clocks run ahead; ``threads``: how many phones work at one
    time. The same seed on the same installation sends the same forms.
    """
    last = month.replace(day=calendar.monthrange(month.year, month.month)[1])
    hands = []
    for worker, url in addresses.items():
        phone = Phone(url, line(worker), device=f"collect:{worker.username}")
        hands.append(Hand(worker, phone, Random(f"hand {seed} {worker.username}")))
    cast = scripts(hands, month, last, seed, size, ahead=ahead)
    with ThreadPoolExecutor(threads) as pool:

        def everybody(what: str, step: Callable[[Script], None]) -> None:
            together = pool.map if threads > 1 else map
            for done, _ in enumerate(together(step, cast), start=1):
                if done % 6 == 0 or done == len(cast):
                    tell(f"{what} {done}/{len(cast)} 部手机")

        everybody("下载表单和名单", lambda script: script.hand.phone.sync())
        everybody("新户排摸", lambda script: script.register())
        tell("街镇审核（一）")
        returned = desk.first_look(clock)
        everybody("同步名单", lambda script: script.hand.phone.sync())
        everybody("走访、线索、衔接", lambda script: script.go_round())
        everybody("同步名单", lambda script: script.hand.phone.sync())
        lend(cast)
        everybody("修改重报、补报、帮同事走访", lambda script: _last_days(script, returned))
        tell("街镇审核（二）")
        desk.second_look(clock)
        everybody("再发一次", lambda script: script.send())
    outboxes = [instance for script in cast for instance in script.hand.phone.outbox]
    return MonthTold(
        phones=len(cast),
        households=told_of(cast, lambda told: len(told.families) + len(told.odd)),
        visits=told_of(cast, lambda told: len(told.visits)),
        sent=sum(instance.is_sent for instance in outboxes),
        unsent=sum(not instance.is_sent for instance in outboxes),
        acts=desk.filed,
    )


def _last_days(script: Script, returned: Iterable[str]) -> None:
    script.help_out()
    script.finish(returned)

"""Which words about a referral count before anybody has judged them. Pure; see ``households.standing``.

A referral's home is that of its household: what is said of it by somebody who does not answer for that home opens and
changes nothing there until somebody who may decide has approved it.
"""

from collections.abc import Collection, Sequence

from server.acts.values import Decision
from server.households.standing import Homes, approvals_of, covered_at, lets_in
from server.households.values import Filing


def waiting_on_referral(filings: Sequence[Filing], decisions: Collection[Decision], homes: Homes) -> frozenset[str]:
    """Instances that wait: their sender did not answer for the home of the household the referral is about, nor of the
    one they name themselves, and nobody who may decide there has approved them. ``homes``: of those households."""
    first = min(filings, key=lambda filing: (filing.received, filing.instance)).about

    def is_heard(filing: Filing, about: str) -> bool:
        return covered_at(filing, about, homes) or any(
            lets_in(act, homes.stands_at(about, act.at)) for act in approvals_of(filing, decisions)
        )

    return frozenset(
        filing.instance
        for filing in filings
        if not all(is_heard(filing, about) for about in {first, filing.about or first})
    )

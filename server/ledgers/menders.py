"""Who can mend what is doubtful in a 街镇's month, by name."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from server.accounts.kinds import Role
from server.accounts.models import Assignment, Grant
from server.areas.within import within
from server.ledgers.doubts import Mender


@dataclass(frozen=True)
class Menders:
    """``visitors`` by 村居; the others once."""

    visitors: Mapping[str, str]
    reviewers: str
    district: str

    def of(self, mender: Mender, village: str) -> str:
        """Names joined by 、, or the office where nobody is named."""
        if mender == Mender.VISITOR:
            return self.visitors.get(village) or f"（村居无责任人）{self.reviewers}"
        return self.reviewers if mender == Mender.REVIEWER else self.district


def menders_in(town: str, day: date) -> Menders:
    """The people of a 街镇 on a day (three queries)."""
    held = Q(since__lte=day) & (Q(until=None) | Q(until__gt=day))
    visitors: dict[str, list[str]] = defaultdict(list)
    posts = Assignment.objects.filter(held, within("village_id", [town]), user__is_active=True)
    for village, name in posts.order_by("village_id", "since", "pk").values_list("village_id", "user__name"):
        if name not in visitors[village]:
            visitors[village].append(name)
    granted = Grant.objects.filter(held, user__is_active=True).order_by("since", "pk")
    reviewers = granted.filter(role=Role.SU, area_id=town).values_list("user__name", flat=True)
    district = granted.filter(role=Role.DI).values_list("user__name", flat=True)
    return Menders(
        {village: "、".join(names) for village, names in visitors.items()},
        "、".join(dict.fromkeys(reviewers)) or "街镇审核人员", "、".join(dict.fromkeys(district)) or "区民政局",
    )

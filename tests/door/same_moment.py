"""python -m tests.door.same_moment PAIRS OUT (in an installation): what became of each two registrations.

PAIRS: a JSON list of two ids each. OUT: of each ``one household``, ``case`` (the desk asks about it), or what is wrong.
"""

import json
import sys
from pathlib import Path

import django

django.setup()

from server.field.match_across import match_across  # noqa: E402 settings come first
from server.households.cases import case_between  # noqa: E402 settings come first
from server.households.find import served  # noqa: E402
from sync.kinds import State  # noqa: E402
from sync.models import Submission  # noqa: E402


def became(a: str, b: str) -> str:
    one, other = served(a), served(b)
    if one is None or other is None:
        return "not there"
    if one.pk == other.pk:
        return "one household"
    return "two silent records" if case_between(one, other) is None else "case"


def main(pairs: str, out: str) -> None:
    match_across()
    waiting = Submission.objects.exclude(state=State.APPLIED).values_list("state", "trouble")
    found = [became(a, b) for a, b in json.loads(Path(pairs).read_text("utf-8"))]
    Path(out).write_text(json.dumps({"waiting": [*waiting], "became": found}, ensure_ascii=False), encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])

"""python -m tests.kills.repeat TAPE PHASE: file the decisions of one phase of a tape again."""

import sys
from pathlib import Path

import django

django.setup()

from server.acts.kinds import ActKind  # noqa: E402 settings come first
from server.field.decide import decide  # noqa: E402
from tests.kills.tape import read_tape  # noqa: E402


def main(tape: str, phase: str) -> None:
    for one in read_tape(Path(tape)).acts[int(phase)]:
        decide(ActKind(one.kind), one.subject, **one.arguments())


if __name__ == "__main__":
    main(*sys.argv[1:])

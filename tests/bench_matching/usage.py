"""What a command costs: time by the clock, CPU, memory at its most."""

import os
import resource
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any


def peak() -> float:
    """Memory of this process at its most, in GB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6


def measured(command: Sequence[str], env: Mapping[str, str]) -> str:
    """Run a command and say what it took."""
    begun = time.perf_counter()
    child = subprocess.Popen(command, env=dict(env), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, used = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        raise subprocess.CalledProcessError(child.returncode, list(command))
    took = time.perf_counter() - begun
    return f"{took:.0f} s, {used.ru_utime + used.ru_stime:.0f} s of CPU, {used.ru_maxrss / 1e6:.2f} GB"


class Watch:
    """A function that remembers how many seconds were spent in it."""

    def __init__(self, work: Callable[..., Any]) -> None:
        self.work, self.spent = work, 0.0

    def __call__(self, *args: Any, **more: Any) -> Any:
        begun = time.perf_counter()
        try:
            return self.work(*args, **more)
        finally:
            self.spent += time.perf_counter() - begun

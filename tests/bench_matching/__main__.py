"""`make bench-matching`: the figures of matching.md's table on generated registries, beside what must be and the aim.

``ROWS`` (100000) and ``SETS`` (seed:noise, three seeds and one with heavier noise) come from the environment.
"""

import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.bench_matching.febrl import measure
from tests.bench_matching.latency import Timing, online
from tests.bench_matching.metrics import Figures, figures

ROWS = int(os.environ.get("ROWS", "100000"))
SETS = os.environ.get("SETS", "1:1.0 2:1.0 3:1.0 9:1.6").split()

#: (name, of the figures, form, must, aim)
TABLE = (
    ("automatic merge precision (pairs)", "precision", "{:.5f}", "≥ .9990", "≥ .9995"),
    ("automatic recall of mergeable pairs", "recall", "{:.4f}", "≥ .94", "≥ .97"),
    ("recall incl. review, mergeable", "asked_mergeable", "{:.4f}", "≥ .992", "≥ .998"),
    ("recall incl. review, reviewable", "asked_reviewable", "{:.4f}", "≥ .68", "≥ .85"),
    ("F1 after perfect review", "f1", "{:.4f}", "≥ .945", "≥ .965"),
    ("review cases per 1,000", "cases_per_1000", "{:.1f}", "≤ 25", "≤ 20"),
    ("yield of review", "yield_", "{:.3f}", "≥ .50", "≥ .65"),
    ("mixed clusters per 100k", "mixed_per_100k", "{:.1f}", "≤ 10", "≤ 3"),
)


def installed(folder: Path) -> None:
    """An installation of its own, so that the newest model of the program is the live one."""
    os.environ.update(VAR_DIR=str(folder), DATABASE_URL="")
    for command in ("make_keyring", "migrate"):
        run(command)


def run(*command: str) -> tuple[float, float]:
    """(seconds, peak memory in GB of the largest child so far) of a command of the program."""
    begun = time.perf_counter()
    subprocess.run([sys.executable, "manage.py", *command], check=True, stdout=subprocess.DEVNULL, stderr=sys.stderr)
    return time.perf_counter() - begun, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1e6


def main() -> None:
    found: list[tuple[str, Figures, float, float]] = []
    timing: Timing | None = None
    with tempfile.TemporaryDirectory(prefix="bench-") as made:
        folder = Path(made)
        installed(folder)
        for one in SETS:
            seed, noise = one.split(":")
            registry = folder / one.replace(":", "-")
            made_in, _ = run("make_registry", str(registry), "--rows", str(ROWS), "--seed", seed, "--noise", noise)
            took, memory = run("match_csv", str(registry / "registry.csv"), "--out", str(registry / "out"))
            print(f"set {one}: made in {made_in:.0f} s, matched in {took:.0f} s, {memory:.2f} GB", flush=True)
            found.append((one, figures(registry, registry / "out"), took, memory))
            timing = timing or online(registry / "registry.csv")
        print(f"\n{'':38}" + "".join(f"{one:>12}" for one, *_ in found) + f"{'must':>12}{'aim':>12}")
        for name, field, form, must, aim in TABLE:
            cells = "".join(f"{form.format(getattr(one, field)):>12}" for _, one, *_ in found)
            print(f"{name:38}{cells}{must:>12}{aim:>12}")
        if timing:
            print(f"\nonline, in process, {timing.rows} records: p50 {timing.p50:.2f} ms, p99 {timing.p99:.2f} ms "
                  f"(must ≤ 5, aim ≤ 3); largest difference to the batch's score {timing.worst:.6f} bits (< 0.01)")
        for name, f1 in measure(Path(os.environ.get("FEBRL", made))).items():
            print(f"{name} best F1 {f1:.4f} (must ≥ {'.999' if name == 'FEBRL4' else '.995'})")


main()

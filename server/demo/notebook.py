"""What the demo remembers between two runs, in the installation's own folder: its phones' addresses, its months.

The tokens are secrets like any other phone's: the file is readable by its owner only.
"""

import json
import os
from dataclasses import asdict, dataclass, field
from pathlib import Path


@dataclass
class Notebook:
    """``tokens``: by log-in name; ``months``: those sent, yyyy-mm."""

    tokens: dict[str, str] = field(default_factory=dict)
    months: list[str] = field(default_factory=list)


def read_notebook(path: Path) -> Notebook:
    """An empty one where there is none."""
    return Notebook(**json.loads(path.read_text(encoding="utf-8"))) if path.exists() else Notebook()


def write_notebook(path: Path, notebook: Notebook) -> None:
    fresh = path.with_suffix(".new")
    with os.fdopen(
        os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8"
    ) as file:
        json.dump(asdict(notebook), file, ensure_ascii=False, indent=1)
    fresh.replace(path)

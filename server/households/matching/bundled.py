"""The models that come with the program. Pure but for reading its own files, once."""

from functools import cache
from pathlib import Path

from server.households.matching.model import Model, model_in

FOLDER = Path(__file__).parent / "models"


def bundled_ids() -> list[str]:
    """Their ids, the oldest first: by day, then by number."""
    found = [path.stem for path in FOLDER.glob("household-*-*.json")]
    return sorted(found, key=lambda name: (name.split("-")[1], int(name.split("-")[2])))


@cache
def bundled(model_id: str) -> Model:
    """One of them.

    :raises FileNotFoundError, BadModel: there is none, or its file was changed.
    """
    return model_in((FOLDER / f"{model_id}.json").read_bytes())


@cache
def newest() -> Model:
    """The default: with it a new installation matches from its first day."""
    return bundled(bundled_ids()[-1])

"""The model decisions are made with."""

from server.households.matching.bundled import newest
from server.households.matching.model import Model


def live_model() -> Model:
    """The live model, loaded once per process."""
    return newest()

"""The small town of the desk's tests, attacked."""

from tests.desk.conftest import sit, town

__all__ = ["sit", "town"]

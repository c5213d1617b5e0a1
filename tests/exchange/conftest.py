from datetime import date

import pytest

from server.support.load_catalogue import load_catalogue
from tests.cast import Cast, make_cast


@pytest.fixture
def cast(db: None) -> Cast:
    """Areas, people, and the policies that tables name."""
    made = make_cast()
    load_catalogue(date(2024, 7, 8))
    return made

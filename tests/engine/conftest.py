"""The four forms compiled once, and the engines that are here."""

from collections.abc import Mapping
from pathlib import Path

import pytest
from django.conf import settings

from forms.compile import Compiled, compile_xlsform
from server.field.names import FORMS
from tests.engine.engine import ENGINES, missing

XLSFORMS = Path(__file__).parents[2] / "xlsforms"


@pytest.fixture(scope="session")
def compiled() -> dict[str, Compiled]:
    return {form: compile_xlsform((XLSFORMS / f"{form}.xlsx").read_bytes()) for form in FORMS}


@pytest.fixture(scope="session")
def xforms(compiled: Mapping[str, Compiled]) -> dict[str, str]:
    return {form: one.xform.decode() for form, one in compiled.items()}


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest) -> str:
    if settings.DATABASES["default"]["ENGINE"].endswith("postgresql"):
        pytest.skip("not on PostgreSQL: a form engine has no database, and it has been seen on SQLite")
    if why := missing(request.param):
        pytest.skip(why)
    return str(request.param)

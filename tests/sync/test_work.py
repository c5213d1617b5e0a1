"""manage.py work: the command is a shell; what it does is tested where it is done."""

from io import StringIO

import pytest
from django.core.management import call_command


@pytest.mark.django_db(transaction=True)
def test_an_empty_inbox_and_no_jobs() -> None:
    out = StringIO()
    call_command("work", "--drain", stdout=out)
    assert "0 条" in out.getvalue()

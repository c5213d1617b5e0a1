"""The form that imported lines are kept under: closed, so that no phone is offered it."""

from datetime import datetime

from django.db import transaction

from forms.fields import to_json
from forms.models import Form, FormVersion
from server.field.ledger_line import LEDGER_LINE, LINE_FIELDS, TITLE, VERSION


@transaction.atomic
def publish_line_form(now: datetime) -> FormVersion:
    """The version imported lines are read by, put into the catalogue if it is not there. Twice is once."""
    form, _ = Form.objects.get_or_create(form_id=LEDGER_LINE, defaults={"title": TITLE, "is_open": False})
    found, _ = FormVersion.objects.get_or_create(
        form=form, version=VERSION,
        defaults={
            "xlsx": b"", "xform": b"", "md5": "", "fields_json": to_json(LINE_FIELDS), "source_sha256": "",
            "checked_by": "-", "published_at": now,
        },
    )
    return found

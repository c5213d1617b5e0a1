"""What is published: the versions phones are offered, and any version they may still send."""

from django.db import connection
from django.db.models import Max

from forms.models import Form, FormMedia, FormVersion

# Published versions never change, so a process may keep what it has read. Absence is never kept: a version published
# by another process is found at the next asking.
_kept: dict[tuple[str, str], FormVersion] = {}
_KEPT_AT_MOST = 200


def current_versions() -> list[FormVersion]:
    """The current version of every open form, by form ID, without the workbook and the XForm. One query, no cache."""
    newest = FormVersion.objects.values("form").annotate(newest=Max("pk")).values("newest")
    return list(
        FormVersion.objects.filter(form__is_open=True, pk__in=newest)
        .select_related("form")
        .defer("xlsx", "xform", "fields_json", "warnings")
        .order_by("form__form_id")
    )


def titles() -> dict[str, str]:
    """The title of every form, open or closed, by its form ID (one query)."""
    return dict(Form.objects.values_list("form_id", "title"))


def find_version(form_id: str, version: str) -> FormVersion | None:
    """A published version, current or old, of an open or a closed form; None if there is none such.

    The row may be shared by all threads of the process: read it only, and ask `Form` itself whether it is open. The
    workbook and the XForm are fetched on first use.
    """
    kept = _kept.get((form_id, version))
    if kept is not None:
        return kept
    found = (
        FormVersion.objects.select_related("form")
        .defer("xlsx", "xform")
        .filter(form__form_id=form_id, version=version)
        .first()
    )
    # Inside a transaction the row may be one that is never committed.
    if found is not None and not connection.in_atomic_block:
        if len(_kept) >= _KEPT_AT_MOST:
            _kept.clear()
        _kept[form_id, version] = found
    return found


def find_file(version: FormVersion, filename: str) -> FormMedia | None:
    """A static file of a version, or None."""
    return version.files.filter(filename=filename).first()


def forget_versions() -> None:
    """Drop what this process keeps; for tests that empty the database."""
    _kept.clear()


def set_open(form_id: str, is_open: bool) -> bool:
    """Offer a form to phones or stop offering it; what they send of a closed one is still accepted.

    False: there is no such form.
    """
    return Form.objects.filter(form_id=form_id).update(is_open=is_open) == 1

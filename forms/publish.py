"""The verb: make a version of a form out of an XLSForm."""

import hashlib
from collections.abc import Callable, Collection, Mapping
from datetime import datetime
from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction

from forms.compile import Compiled, compile_xlsform
from forms.faults import Fault, PublishRefused
from forms.fields import to_json
from forms.models import Form, FormMedia, FormVersion
from forms.refusals import Known, find_faults

__all__ = ["PublishRefused", "publish"]

KnownQuestions = Callable[[str], Collection[str] | None] | Mapping[str, Collection[str]]


def publish(
    data: bytes,
    *,
    lists: Collection[str],
    now: datetime,
    by: AbstractBaseUser | None = None,
    known_questions: KnownQuestions | None = None,
    properties: Mapping[str, Collection[str]] | None = None,
    files: Mapping[str, bytes] | None = None,
    name: str = "",
    validate: bool | None = None,
) -> FormVersion:
    """Check the XLSForm and publish it as a version, which phones get from then on. The same content again is the same
    version, whoever brings it.

    `data` is an .xlsx (or a markdown table). `lists` are the names of lists the programme serves; `properties` has the
    entity lists among them with what may be saved into them (None: all lists are entity lists, any property goes).
    `known_questions` gives for a form ID the questions that are read from it (in a repeat: `repeat/question`), None
    for a form nobody knows; without it any question goes. `files` are static files by name. `name` is the file's name
    for messages. `validate`: see `compile_xlsform`.

    Raises `PublishRefused` with all that was found; nothing is then changed.
    """
    files = files or {}
    source = _digest(data, files)
    before = FormVersion.objects.select_related("form").filter(source_sha256=source).first()
    if before is not None:
        return before
    compiled = compile_xlsform(data, name=name, validate=validate)
    known = Known(
        lists=lists,
        properties=properties,
        questions=_questions(known_questions, compiled.form_id),
        asks_questions=known_questions is not None,
        files=files.keys(),
    )
    faults = find_faults(compiled, known)
    if faults:
        raise PublishRefused(*faults)
    with transaction.atomic():
        return _keep(compiled, known, files, source, now, by)


def _keep(
    compiled: Compiled,
    known: Known,
    files: Mapping[str, bytes],
    source: str,
    now: datetime,
    by: Any,
) -> FormVersion:
    wanted = {file: files[file] for file in compiled.media if file in files}
    Form.objects.get_or_create(form_id=compiled.form_id, defaults={"title": compiled.title})
    # The lock puts two who publish the same form at once one behind the other.
    form = Form.objects.select_for_update().get(form_id=compiled.form_id)
    before = form.versions.select_related("form").filter(version=compiled.version).first()
    if before is not None:
        kept = {medium.filename: medium.md5 for medium in before.files.all()}
        if before.xform_bytes == compiled.xform and kept == {file: _md5(wanted[file]) for file in wanted}:
            return before
        raise PublishRefused(
            Fault(
                "settings",
                2,
                f"版本 {compiled.version} 已经发布过，内容与这次不同。",
                "把 settings 表的 version 改大，再发布。",
            )
        )
    entity = compiled.entity
    version = FormVersion.objects.create(
        form=form,
        version=compiled.version,
        xlsx=compiled.xlsform,
        xform=compiled.xform,
        md5=_md5(compiled.xform),
        source_sha256=source,
        fields_json=to_json(compiled.fields),
        media=[{"filename": file, "kind": _kind(file, known)} for file in compiled.media],
        entity=entity
        and {"list": entity.list, "actions": list(entity.actions), "properties": entity.properties},
        warnings=list(compiled.warnings),
        checked_by=compiled.checked_by,
        published_at=now,
        published_by=by,
    )
    FormMedia.objects.bulk_create(
        FormMedia(form_version=version, filename=file, content=content, md5=_md5(content))
        for file, content in wanted.items()
    )
    Form.objects.filter(pk=form.pk).update(title=compiled.title)
    form.title = compiled.title
    return version


def _kind(file: str, known: Known) -> str:
    """`file`: comes with the form; `entity`: an entity list; `csv`: another list the programme serves."""
    if file in known.files:
        return "file"
    return "entity" if known.is_entity_list(file.removesuffix(".csv")) else "csv"


def _questions(known: KnownQuestions | None, form_id: str) -> Collection[str] | None:
    if known is None:
        return None
    return known.get(form_id) if isinstance(known, Mapping) else known(form_id)


def _md5(content: bytes) -> str:
    # What phones compare (OpenRosa); no security rests on it.
    return hashlib.md5(content, usedforsecurity=False).hexdigest()


def _digest(data: bytes, files: Mapping[str, bytes]) -> str:
    digest = hashlib.sha256(hashlib.sha256(data).digest())
    for name in sorted(files):
        digest.update(hashlib.sha256(name.encode()).digest() + hashlib.sha256(files[name]).digest())
    return digest.hexdigest()

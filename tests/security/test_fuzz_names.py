"""Thousands of texts that two readers might read differently: each is refused at the door, or filed as it was stored.

`make fuzz-identity` is the long run; FUZZ_IDENTITY=… sets how many.
"""

import os
import re
from collections import Counter
from random import Random

import pytest
from django.db import transaction
from django.db.models import Count
from django.utils import timezone

from forms.head import read_head
from server.field.apply import filed
from server.households.load import open_filing
from server.households.models import Filing
from sync.models import Submission
from sync.problems import Refused
from sync.receive import Envelope, Sender, read_xml, receive
from sync.troubles import Trouble
from tests.desk.told import LISTS, publish
from tests.forms.odd_texts import INSTANCES, odd_text
from tests.forms.old_readers import first_anywhere, last_in_the_first_meta

TEXTS = int(os.environ.get("FUZZ_IDENTITY", "1500"))
CHINESE = re.compile("[\u4e00-\u9fff]")


@pytest.mark.django_db
def test_each_is_refused_or_filed_as_it_was_stored() -> None:
    now, chance = timezone.now(), Random(f"names {TEXTS}")
    versions = {form: publish(form, now).version for form in ("screening", "visit")}
    seen: Counter[str] = Counter()
    for _ in range(TEXTS):
        form = chance.choice(("screening", "visit"))
        xml = odd_text(chance, form, versions[form], LISTS[form])
        one, other = first_anywhere(xml), last_in_the_first_meta(xml)
        seen["taken by both"] += one is not None and other is not None
        differ = one is not None and other is not None and one != other
        seen["read differently"] += differ
        seen["filed under another name"] += bool(differ and one and other and one[:2] != other[:2])
        with transaction.atomic():
            fate = _fate(xml)
        seen[fate] += 1
        seen[f"read differently, {fate}"] += differ
    _nothing_is_filed_otherwise()
    print(f"\n{TEXTS} texts: {dict(sorted(seen.items()))}")
    assert seen["taken by both"] >= 0.3 * TEXTS, "texts that nobody would take prove nothing"
    assert seen["filed under another name"] >= 0.05 * TEXTS, "nor do texts that everybody reads alike"
    assert min(seen["refused"], seen["filed"], seen["parked"], seen["kept aside"]) > 0.01 * TEXTS, seen


def _fate(xml: bytes) -> str:
    try:
        receipt = receive(Envelope(xml), Sender(None), timezone.now())
    except Refused as refused:
        assert CHINESE.search(refused.refusal.sentence)
        return "refused"
    row = Submission.objects.get(pk=receipt.submission_id)
    assert read_xml(row) == xml
    if receipt.aside is not None:
        return "kept aside"
    try:
        filed(row)
    except Trouble as trouble:
        assert CHINESE.search(trouble.sentence) and trouble.sentence.endswith("。")
        assert not Filing.objects.filter(submission=row).exists()
        return "parked"
    filing = Filing.objects.select_related("submission").get(submission=row)
    said = open_filing(filing)
    names = (row.instance_id, row.deprecated_id)
    assert (filing.instance, filing.deprecated) == (said.instance, said.deprecated) == names, xml
    assert (said.form, said.entity) == (row.form_id, filing.entity), xml
    assert (filing.list, filing.entity) in read_head(xml).named, "the door raises the versions of these"
    return "filed"


def _nothing_is_filed_otherwise() -> None:
    """All of it once more, at the end: later texts have changed nothing of earlier ones."""
    rows = Filing.objects.values_list("instance", "deprecated", "submission__instance_id", "submission__deprecated_id")
    assert [row for row in rows if row[:2] != row[2:]] == []
    assert not Filing.objects.values("instance").annotate(times=Count("pk")).filter(times__gt=1).exists()
    for instance in INSTANCES:
        kept = Submission.objects.filter(instance_id=instance).order_by("received_at", "xml_sha256")
        later = kept.values_list("pk", flat=True)[1:]
        assert not Filing.objects.filter(submission__in=list(later)).exists(), "the first received counts"

"""python -m tests.kills.written FILE: everything kept and everything derived, as JSON, for comparing."""

import json
import sys
from pathlib import Path

import django

django.setup()

from server.field.dump import dump  # noqa: E402 settings come first
from server.field.match_across import match_across  # noqa: E402 settings come first
from sync.files import get_file  # noqa: E402
from sync.models import Submission  # noqa: E402
from sync.receive import read_xml  # noqa: E402
from sync.vault.envelope import unwrap  # noqa: E402


def kept() -> dict[str, object]:
    """instanceID → state and files of each submission; every text and every file is opened once."""
    found: dict[str, object] = {}
    for submission in Submission.objects.prefetch_related("attachments").order_by("pk"):
        read_xml(submission)
        key = unwrap(bytes(submission.wrapped_key))
        files = []
        for one in submission.attachments.all():
            get_file(one.stored, one.sha256, key)
            files.append([one.name, one.sha256, one.is_replaced])
        name = f"{submission.instance_id} {submission.xml_sha256}"
        assert name not in found, f"{name} is there twice"
        found[name] = [submission.state, submission.trouble, sorted(files)]
    return found


def main(path: str) -> None:
    match_across()  # what the worker does when it comes to it
    tables = dump(receipt=False)
    for row in tables["household"].values():
        del row["sealed"]["village_by"]  # which word of an id came first goes by the hour of receipt
    whole = {"kept": kept(), **tables}
    Path(path).write_text(json.dumps(whole, ensure_ascii=False, default=str), encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])

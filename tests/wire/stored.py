"""python -m tests.wire.stored FILE (in an installation): everything that was kept, opened and read, by key."""

import hashlib
import json
import sys
from pathlib import Path

import django

django.setup()

from sync.files import get_file  # noqa: E402 settings come first
from sync.models import Submission  # noqa: E402
from sync.receive import read_xml  # noqa: E402
from sync.vault.envelope import unwrap  # noqa: E402


def kept() -> list[dict[str, object]]:
    """One entry a submission; hashes are of the bytes as they were opened, not as they were noted."""
    found: list[dict[str, object]] = []
    for one in Submission.objects.prefetch_related("attachments").order_by("pk"):
        key = unwrap(bytes(one.wrapped_key))
        files = {}
        for file in one.attachments.all():
            data = get_file(file.stored, file.sha256, key)
            files.setdefault(file.name, []).append(hashlib.sha256(data).hexdigest())
        found.append({
            "key": one.key_id, "instance": one.instance_id, "xml": hashlib.sha256(read_xml(one)).hexdigest(),
            "files": files, "state": one.state, "trouble": one.trouble, "clash": one.is_clash,
            "encrypted": one.is_encrypted, "mentioned": sorted(f.name for f in one.attachments.all() if f.is_mentioned),
        })  # fmt: skip
    return found


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(json.dumps(kept()), encoding="utf-8")

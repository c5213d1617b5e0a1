"""python -m tests.wire.issue FILE (in an installation): a fresh key for every worker of the demo, written down."""

import json
import os
import sys

import django

django.setup()

from django.utils import timezone  # noqa: E402 settings come first

from server.accounts.models import User  # noqa: E402
from server.demo.cast import workers  # noqa: E402
from sync.keys import issue_key  # noqa: E402


def main(path: str) -> None:
    people = dict(User.objects.values_list("username", "pk"))
    written = []
    for worker in workers():
        issued = issue_key(people[worker.username], label="", by=None, now=timezone.now(), with_password=True)
        who = {**vars(worker), "role": str(worker.role)}
        written.append(
            {"worker": who, "token": issued.token, "password": issued.password, "key_id": issued.key_id}
        )
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        json.dump(written, file)


if __name__ == "__main__":
    main(sys.argv[1])

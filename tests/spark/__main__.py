"""`make spark-parity`: DuckDB = Spark (local mode) = Python, on every level of every comparison; and over a small
registry `manage.py match --engine spark` = `--engine duckdb` = what the arrivals decided.

Not part of the suite: it needs pyspark and Java. Ends with 1 if there is any difference, or if some level was never
seen. Works in a folder of its own, with a database of its own.
"""

import os
import sys
import tempfile
from importlib import import_module
from pathlib import Path

import django
from django.conf import settings
from django.core.management import call_command

from server.households.matching.engines import Choice
from server.households.matching.spark import NoSpark
from sync.vault.keyring import create_keyring
from tests.spark import levels

MASTER = "local[1]"


def main() -> None:
    choice = Choice("spark", "2GB", MASTER)
    try:
        choice.check()
    except NoSpark as missing:
        sys.exit(str(missing))
    with tempfile.TemporaryDirectory(prefix="spark-parity-") as made:
        found = list(levels.differences(Path(made), choice))
        if not found:
            pairs = levels.RECORDS * (levels.RECORDS - 1) // 2
            print(f"{pairs} pairs of records: DuckDB = Spark = Python on every level", flush=True)
        os.environ |= {"DJANGO_SETTINGS_MODULE": "server.settings", "VAR_DIR": made, "TMPDIR": made}
        os.environ.pop("DATABASE_URL", None)
        tempfile.tempdir = made
        django.setup()
        settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
        settings.FIELD_APPLY = "request"
        create_keyring(settings.KEY_RING_PATH)
        call_command("migrate", verbosity=0)
        # Models may be read only now.
        found += import_module("tests.spark.registry").differences("--memory", "2GB", "--master", MASTER)
    print("\n".join(found[:20]) or "no difference")
    sys.exit(bool(found))


main()

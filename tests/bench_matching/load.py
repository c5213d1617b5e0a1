"""Rows of evidence and keys into the tables in bulk: in order, the index by id made afterwards."""

from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from django.db import connection, transaction

from server.households.models import Evidence, MatchKey

EVIDENCE, KEYS = Evidence._meta.db_table, MatchKey._meta.db_table
_COLUMNS = "entity, digest, model, homes, is_fresh, sealed"


def load(folder: Path) -> None:
    """Both files of a folder (tab-separated; what is sealed in hex)."""
    (by_id,) = (index for index in MatchKey._meta.indexes if index.name == "match_key_entity")
    with connection.schema_editor() as editor:
        editor.remove_index(MatchKey, by_id)
    if connection.vendor == "postgresql":
        _postgres(folder)
    else:
        _sqlite(folder)
    with connection.schema_editor() as editor:
        editor.add_index(MatchKey, by_id)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")


def _postgres(folder: Path) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE told (entity text, key text) ON COMMIT DROP")
        with cursor.copy("COPY told FROM STDIN") as into, (folder / "keys").open("rb") as file:
            while block := file.read(1 << 20):
                into.write(block)
        cursor.execute(f"INSERT INTO {KEYS} (entity, key) SELECT entity, key FROM told ORDER BY key, entity")
        with cursor.copy(f"COPY {EVIDENCE} ({_COLUMNS}) FROM STDIN") as into:
            for *told, sealed in _lines(folder / "evidence"):
                into.write_row((*told, False, bytes.fromhex(sealed)))


def _sqlite(folder: Path) -> None:
    connection.ensure_connection()
    raw: Any = connection.connection
    for pragma in ("synchronous = OFF", "cache_size = -1000000", "temp_store = FILE"):
        raw.execute(f"PRAGMA {pragma}")
    with transaction.atomic():
        raw.execute("CREATE TEMP TABLE told (entity TEXT, key TEXT)")
        raw.executemany("INSERT INTO told VALUES (?, ?)", _lines(folder / "keys"))
        raw.execute(f"INSERT INTO {KEYS} (entity, key) SELECT entity, key FROM told ORDER BY key, entity")
        lines = _lines(folder / "evidence")
        while part := [(*told, False, bytes.fromhex(sealed)) for *told, sealed in islice(lines, 10_000)]:
            raw.executemany(f"INSERT INTO {EVIDENCE} ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?)", part)
    raw.execute("DROP TABLE told")
    raw.execute("PRAGMA synchronous = NORMAL")
    raw.execute("PRAGMA cache_size = -64000")


def _lines(path: Path) -> Iterator[list[str]]:
    with path.open(encoding="utf-8") as file:
        for line in file:
            yield line.rstrip("\n").split("\t")

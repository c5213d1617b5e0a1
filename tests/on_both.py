"""Run the tests on SQLite, then on PostgreSQL when one is reachable; say plainly when it is not.

`python -m tests.on_both [pytest's own arguments]`. PostgreSQL is looked for at DATABASE_URL, then on 127.0.0.1:5432.
With TANFANG_REQUIRE_ALL=1 nothing may be left out: a database that cannot be reached is then a failure.
"""

import os
import subprocess
import sys
import time

import psycopg

USUAL = "postgres://postgres@127.0.0.1:5432/postgres"


def unreachable(url: str) -> str:
    """Why that database cannot be used; "" if it can."""
    try:
        with psycopg.connect(url, connect_timeout=3) as connection:
            row = connection.execute(
                "select rolcreatedb or rolsuper from pg_roles where rolname = user"
            ).fetchone()
            return "" if row and row[0] else "its user may not create databases"
    except psycopg.Error as error:
        return str(error).strip().splitlines()[0]


def run(name: str, extra: dict[str, str], arguments: list[str]) -> int:
    """One round of pytest; its exit code."""
    environment = {key: value for key, value in os.environ.items() if key != "DATABASE_URL"} | extra
    print(f"\n=== {name} ===", flush=True)
    started = time.monotonic()
    code = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-n", "2", *arguments], env=environment
    ).returncode
    print(
        f"=== {name}: {'ok' if not code else f'failed ({code})'} in {time.monotonic() - started:.0f} s ===",
        flush=True,
    )
    return code


def main(arguments: list[str]) -> int:
    failed = run("SQLite", {}, arguments)
    url = os.environ.get("DATABASE_URL") or USUAL
    why = unreachable(url)
    if not why:
        return failed | run("PostgreSQL", {"DATABASE_URL": url}, arguments)
    print(f"\n=== PostgreSQL: SKIPPED, the tests did not run there: {why} ===", flush=True)
    return failed | int(os.environ.get("TANFANG_REQUIRE_ALL") == "1")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

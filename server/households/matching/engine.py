"""DuckDB and Splink, kept quiet and small: the one place that opens them; and what any engine must be able to do."""

import logging
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import duckdb
from splink import DuckDBAPI, Linker, SettingsCreator
from splink.internals.splink_dataframe import SplinkDataFrame

from server.households.matching.conditions import DUCKDB, Dialect

# Splink speaks through logging and warnings alike; what of it matters is asked for by name.
warnings.filterwarnings("ignore", module="splink")


class Engine(Protocol):
    """Where tables lie that are scored: how SQL is spelled there, Splink's door to it, and ``chunk``, the rows of one
    side of what is scored at once."""

    @property
    def dialect(self) -> Dialect: ...

    @property
    def api(self) -> Any: ...

    @property
    def chunk(self) -> int: ...

    def file(self, path: Path) -> str:
        """A Parquet file as a query names it."""

    def lay(self, table: str, query: str) -> None:
        """Keep a query's rows as a table, in place of one of that name."""

    def write(self, query: str, path: Path) -> None:
        """Write a query's rows as Parquet: one file, or a folder of them."""

    def forget(self, table: SplinkDataFrame) -> None:
        """Give back what a table of Splink's took, and what was laid aside while it was made."""


@dataclass(frozen=True)
class OnDuckDB:
    """DuckDB inside this process. A chunk is what two gigabytes hold with all its candidates."""

    connection: duckdb.DuckDBPyConnection
    api: DuckDBAPI
    dialect: Dialect = DUCKDB
    chunk: int = 400_000

    def file(self, path: Path) -> str:
        return f"'{path}'"

    def lay(self, table: str, query: str) -> None:
        self.connection.execute(f"CREATE OR REPLACE TABLE {table} AS {query}")

    def write(self, query: str, path: Path) -> None:
        self.connection.execute(f"COPY ({query}) TO '{path}' (FORMAT parquet)")

    def forget(self, table: SplinkDataFrame) -> None:
        table.drop_table_from_database_and_remove_from_cache()


def on_duckdb(connection: duckdb.DuckDBPyConnection) -> OnDuckDB:
    return OnDuckDB(connection, splink_on(connection))


def duck(folder: Path, memory: str = "2GB", threads: int = 2) -> duckdb.DuckDBPyConnection:
    """A connection that spills into ``folder`` beyond ``memory`` and keeps no order it is not asked for."""
    connection = duckdb.connect()
    for option, value in (
        ("enable_progress_bar", "false"),
        ("preserve_insertion_order", "false"),
        ("memory_limit", f"'{memory}'"),
        ("threads", str(threads)),
        ("temp_directory", f"'{folder / 'spill'}'"),
    ):
        connection.execute(f"SET {option} = {value}")
    return connection


def splink_on(connection: duckdb.DuckDBPyConnection) -> DuckDBAPI:
    return DuckDBAPI(connection)


def linker_on(table: SplinkDataFrame, settings: dict[str, Any]) -> Linker:
    """A linker that says nothing: it would set up logging for the whole process otherwise."""
    logging.getLogger("splink").setLevel(logging.CRITICAL)
    return Linker(table, SettingsCreator(**settings), log_level=logging.CRITICAL, validate_settings=False)

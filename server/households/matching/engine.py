"""DuckDB and Splink, kept quiet and small: the one place that opens them."""

import logging
import warnings
from pathlib import Path
from typing import Any

import duckdb
from splink import DuckDBAPI, Linker, SettingsCreator
from splink.internals.splink_dataframe import SplinkDataFrame

# Splink speaks through logging and warnings alike; what of it matters is asked for by name.
warnings.filterwarnings("ignore", module="splink")


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

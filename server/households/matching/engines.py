"""Which engine a batch is scored on: DuckDB inside the process, or Spark. Both give the same pairs and scores."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from server.households.matching.conditions import DIALECTS, DUCKDB, SPARK
from server.households.matching.engine import Engine, duck, on_duckdb
from server.households.matching.spark import HERE, check_spark, on_spark

ENGINES = tuple(DIALECTS)


@dataclass(frozen=True)
class Choice:
    """``memory``: what the engine may hold, "2GB" or "800MB"; the rest it lays aside on disk. ``master``: of Spark."""

    engine: str = DUCKDB.name
    memory: str = "2GB"
    master: str = HERE

    def check(self) -> None:
        """:raises NoSpark: what the engine needs is not installed."""
        if self.engine == SPARK.name:
            check_spark()

    @contextmanager
    def opened(self, folder: Path) -> Iterator[Engine]:
        """The engine, working in ``folder``; what it took is given back at the end.

        :raises NoSpark: what it needs is not installed.
        """
        if self.engine == SPARK.name:
            with on_spark(folder, self.memory, self.master) as engine:
                yield engine
        else:
            with duck(folder, self.memory) as connection:
                yield on_duckdb(connection)

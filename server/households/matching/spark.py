"""Spark and Splink: the engine for a registry that has outgrown one machine, with the same levels and the same model.

Optional: pyspark is in requirements-spark.txt alone, and Java comes from the system. Opened here and nowhere else.
"""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from splink.internals.splink_dataframe import SplinkDataFrame

from server.households.matching.conditions import SPARK, Dialect

try:
    from pyspark import SparkContext
    from pyspark.sql import SparkSession
    from splink.internals.spark.database_api import SparkAPI
except ImportError:  # not installed: ``check_spark`` says so to whoever asks for it
    SparkContext = SparkSession = SparkAPI = None  # type: ignore[assignment,misc]

LEAST_JAVA = 17
#: On this machine, on all its cores.
HERE = "local[*]"


class NoSpark(Exception):
    """Spark cannot be used here; the message says why and what to install, in Chinese."""


@dataclass(frozen=True)
class OnSpark:
    """A session. A chunk is large: Spark divides and spills by itself, chunks are there to go on from."""

    session: Any
    api: Any
    aside: Path
    dialect: Dialect = SPARK
    chunk: int = 4_000_000

    def file(self, path: Path) -> str:
        return f"parquet.`{path}`"

    def lay(self, table: str, query: str) -> None:
        self.session.sql(query).createOrReplaceTempView(table)

    def write(self, query: str, path: Path) -> None:
        self.session.sql(query).write.mode("overwrite").parquet(str(path))

    def forget(self, table: SplinkDataFrame) -> None:
        table.drop_table_from_database_and_remove_from_cache()
        # Dropped names leave their files behind.
        for name in ("predict", "blocked_id_pairs", "marginal_exploded_ids"):
            for left in self.aside.glob(f"*/__splink__*{name}*"):
                shutil.rmtree(left)


@contextmanager
def on_spark(folder: Path, memory: str = "2GB", master: str = HERE) -> Iterator[OnSpark]:
    """A session that lays aside into ``folder`` what exceeds ``memory`` ("2GB", "800MB": of the driver, which is all
    there is on one machine); its Java ends with it. With another ``master`` than ``local`` all its machines must see
    the folder.

    :raises NoSpark: pyspark or Java is missing.
    """
    check_spark()
    aside = folder / "aside"
    options = {
        "spark.driver.memory": memory.removesuffix("B").lower(),
        "spark.local.dir": str(folder / "spill"),
        "spark.sql.warehouse.dir": str(folder / "warehouse"),
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.log.level": "ERROR",
    }
    # The levels are too much code for one generated method: such stages are not even tried that way.
    options["spark.sql.codegen.maxFields"] = "30"
    if master.startswith("local"):
        # Nobody else on this machine may ask for blocks of it. One core's worth of tables stays in few files.
        options |= {"spark.driver.host": "127.0.0.1", "spark.authenticate": "true", "spark.sql.shuffle.partitions": "8"}
    builder = SparkSession.builder.master(master).appName("tanfang-match")
    for name, value in options.items():
        builder = builder.config(name, value)
    session = builder.getOrCreate()
    try:
        session.sparkContext.setCheckpointDir(str(aside))
        yield OnSpark(session, SparkAPI(spark_session=session, register_udfs_automatically=False), aside)  # type: ignore[no-untyped-call]
    finally:
        session.stop()
        _end_java()


def _end_java() -> None:
    """A stopped session keeps its Java, with all its memory, for the next one: a worker lives for weeks."""
    gateway, SparkContext._gateway, SparkContext._jvm = SparkContext._gateway, None, None
    if gateway is not None:
        gateway.shutdown()
        gateway.proc.stdin.close()
        gateway.proc.wait(timeout=60)


def check_spark() -> None:
    """Whether Spark can be opened here.

    :raises NoSpark: pyspark or Java is missing, or Java is too old.
    """
    if SparkSession is None:
        cure = ".venv/bin/pip install -r requirements-spark.txt"
        raise NoSpark(f"没有安装 pyspark：请运行 {cure}，或改用 --engine duckdb")
    version = java_version()
    if version < LEAST_JAVA:
        found = f"Java 版本太低（{version}）" if version else "没有找到 Java"
        raise NoSpark(
            f"{found}：请安装 Java {LEAST_JAVA} 或更新版本（Debian：apt-get install default-jre-headless），"
            "或改用 --engine duckdb"
        )


def java_version() -> int:
    """The version of the Java that Spark would start, 0 where there is none."""
    home = os.environ.get("JAVA_HOME")
    java = shutil.which(str(Path(home, "bin", "java")) if home else "java")
    if java is None:
        return 0
    told = subprocess.run([java, "-version"], capture_output=True, text=True, check=False, timeout=60)
    found = re.search(r'version "(?:1\.)?(\d+)', told.stderr + told.stdout)
    return int(found[1]) if found and told.returncode == 0 else 0

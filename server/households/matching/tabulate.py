"""Features as a table on disk, for the engines that work on all of them at once."""

from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from server.households.matching.features import COLUMNS, LISTS, NUMBERS, Features

#: Rows held at one time.
BATCH = 20_000


def _type(column: str) -> pa.DataType:
    if column in LISTS:
        return pa.list_(pa.string())
    return pa.int32() if column in NUMBERS else pa.string()


#: ``unique_id`` is the place in the order given; ``keys`` are block keys, as numbers: they are only ever compared.
SCHEMA = pa.schema(
    [("unique_id", pa.int64()), *((column, _type(column)) for column in COLUMNS), ("keys", pa.list_(pa.int64()))]
)


def tabulate(rows: Iterable[tuple[Features, list[int]]], path: Path) -> int:
    """Write (features, block keys) to a Parquet file, twenty thousand at a time; the number of rows."""
    count = 0
    with pq.ParquetWriter(path, SCHEMA, compression="zstd", compression_level=1) as writer:
        for batch in batches(rows):
            columns = [pa.array(range(count, count + len(batch)), pa.int64())]
            columns += [
                pa.array([row[0][n] for row in batch], SCHEMA.field(column).type)
                for n, column in enumerate(COLUMNS)
            ]
            columns.append(pa.array([row[1] for row in batch], SCHEMA.field("keys").type))
            writer.write_table(pa.table(columns, schema=SCHEMA))
            count += len(batch)
    return count


def batches(rows: Iterable[tuple[Features, list[int]]]) -> Iterator[list[tuple[Features, list[int]]]]:
    """The same rows in handfuls."""
    source = iter(rows)
    while batch := list(islice(source, BATCH)):
        yield batch

"""Features as a table on disk, for the engines that work on all of them at once."""

from collections.abc import Iterable, Iterator
from hashlib import blake2b
from itertools import islice
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from server.households.matching.features import COLUMNS, LISTS, NUMBERS, Features
from server.households.matching.keys import block_keys
from server.households.matching.model import Model

#: Rows held at one time.
BATCH = 20_000


def _type(column: str) -> pa.DataType:
    if column in LISTS:
        return pa.list_(pa.string())
    return pa.int32() if column in NUMBERS else pa.string()


#: ``unique_id`` is the place in the order given; ``keys`` are block keys, as numbers: they are only ever compared.
SCHEMA = pa.schema(
    [
        ("unique_id", pa.int64()),
        *((column, _type(column)) for column in COLUMNS),
        ("keys", pa.list_(pa.int64())),
    ]
)


def number_of(kind: str, value: str) -> int:
    """A key as a number that is the same on every day and machine."""
    return int.from_bytes(blake2b(f"{kind}:{value}".encode(), digest_size=8).digest(), signed=True)


def tabulate(records: Iterable[Features], path: Path, model: Model | None = None) -> int:
    """Write records to a Parquet file, twenty thousand at a time; how many. Hot keys and telephones of ``model`` are
    left out, as they are of a single registration.
    """
    count = 0
    with pq.ParquetWriter(path, SCHEMA, compression="zstd", compression_level=1) as writer:
        source = iter(records)
        while batch := list(islice(source, BATCH)):
            if model:
                batch = [model.without_hot(record) for record in batch]
            columns = [pa.array(range(count, count + len(batch)), pa.int64())]
            columns += [
                pa.array([record[n] for record in batch], SCHEMA.field(column).type)
                for n, column in enumerate(COLUMNS)
            ]
            columns.append(pa.array([_keys(record, model) for record in batch], SCHEMA.field("keys").type))
            writer.write_table(pa.table(columns, schema=SCHEMA))
            count += len(batch)
    return count


def _keys(record: Features, model: Model | None) -> list[int]:
    keys = dict.fromkeys(block_keys(record))
    return [number_of(*key) for key in keys if model is None or not model.is_hot(*key)]


def iterate(path: Path) -> Iterator[Features]:
    """The records of such a file, in their order."""
    with pq.ParquetFile(path) as file:
        for batch in file.iter_batches(BATCH, columns=list(COLUMNS)):
            for row in zip(*(batch.column(name).to_pylist() for name in COLUMNS), strict=True):
                yield Features._make(tuple(value) if isinstance(value, list) else value for value in row)

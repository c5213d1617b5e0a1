"""Rows of a list as files of features, many at once on all cores. Pure but for the files it writes."""

import re
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from itertools import islice
from multiprocessing import get_context
from os import cpu_count
from pathlib import Path

from server.households.matching.features import COLUMNS, Features, features_from
from server.households.matching.keys import block_keys
from server.households.matching.lists.read_list import Row
from server.households.matching.model import Model

#: Between the columns of a line, and between the items of a list; no normalised text holds either.
COLUMN, ITEM = "\t", "\x1f"
#: What is written of each record, in this order, after its number: then the keys, then what frequencies add.
WRITTEN = COLUMNS[2:]
_BATCH = 4_000
_YEAR = re.compile(r"(?:19|20)\d\d")


def said_in(row: Row) -> dict[str, str]:
    """A row's cells by the facts a registration states."""
    _, _, _, committee, name, id_no, sex, birth, size, address, phone = row.cells
    return {
        "rep_name": name, "id_no": id_no, "sex": sex, "birth": birth, "members_n": size, "addr": address,
        "phone": phone, "village": committee,
    }


def features_in(row: Row, year: int) -> Features:
    """The evidence in a row; ``year``: what ages are counted in where the row has no date."""
    found = _YEAR.search(row.cells[1])
    return features_from(row.cells[0], row.cells[0], said_in(row), int(found.group()) if found else year)


def frequency_columns(model: Model) -> list[tuple[int, int, str]]:
    """(comparison, level, column) of every weight that frequencies adjust."""
    return [
        (n, level, weight.tf)
        for n, weights in enumerate(model.weights)
        for level, weight in enumerate(weights)
        if weight.tf
    ]


def line_of(number: int, features: Features, model: Model) -> str:
    """A record as one line of the features file."""
    cells = [str(number)]
    cells += [ITEM.join(value) if isinstance(value, tuple) else str(value) for value in features[2:]]
    keys = dict.fromkeys(f"{kind}{value}" for kind, value in block_keys(features) if not model.is_hot(kind, value))
    cells.append(ITEM.join(keys))
    for comparison, level, column in frequency_columns(model):
        weight = model.weights[comparison][level]
        cells.append(f"{model.tf[column].bits(str(features[COLUMNS.index(column)]), weight.tf_u):.9f}")
    return COLUMN.join(cells) + "\n"


def write_features(
    rows: Iterable[Row], folder: Path, model: Model, year: int, first: int, tell: Callable[[int], None]
) -> tuple[list[str], list[float]]:
    """Write the features of rows, numbered from ``first``, into files of ``folder``.

    :returns: the ids, and the milliseconds of the processor each took."""
    ids: list[str] = []
    took: list[float] = []
    for part, (batch, times) in enumerate(_in_order(rows, folder, model, year, first)):
        ids += [row.cells[0] for row in batch]
        took += times
        if part % 5 == 0:
            tell(len(ids))
    return ids, took


def _in_order(
    rows: Iterable[Row], folder: Path, model: Model, year: int, first: int
) -> Iterator[tuple[list[Row], list[float]]]:
    source = iter(rows)
    batch = list(islice(source, _BATCH))
    cores = cpu_count() or 1
    if len(batch) < _BATCH or cores == 1:
        number = first
        while batch:
            yield batch, _write(batch, folder, model, year, number)
            number += len(batch)
            batch = list(islice(source, _BATCH))
        return
    # Fresh processes, no copies of this one: what it holds open (a database, a server's sockets) is not theirs.
    with ProcessPoolExecutor(cores, mp_context=get_context("spawn")) as pool:
        waiting: list[tuple[list[Row], Future[list[float]]]] = []
        number = first
        while batch or waiting:
            if batch:
                waiting.append((batch, pool.submit(_write, batch, folder, model, year, number)))
                number += len(batch)
                batch = list(islice(source, _BATCH))
            if waiting and (len(waiting) > 3 * cores or not batch):
                done, future = waiting.pop(0)
                yield done, future.result()


def _write(batch: list[Row], folder: Path, model: Model, year: int, number: int) -> list[float]:
    """One file; the milliseconds each record took."""
    took = []
    features_in(batch[0], year)  # tables are read on first use; that is not this record's time
    with (folder / f"part-{number:09}.tsv").open("w", encoding="utf-8", newline="") as file:
        for n, row in enumerate(batch, start=number):
            begun = time.thread_time()
            line = line_of(n, model.without_hot(features_in(row, year)), model)
            took.append((time.thread_time() - begun) * 1000)
            file.write(line)
    return took

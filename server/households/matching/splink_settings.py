"""The levels and a model as Splink's settings, for either engine. Pure.

Splink keeps only conditions as text and cannot translate them, so the settings are made anew for each engine from the
one definition, never loaded from a file that another engine saved.
"""

from typing import Any

from server.households.matching.conditions import Always, Dialect, as_suffix
from server.households.matching.levels import COMPARISONS, TRAINED, Comparison
from server.households.matching.model import Model

#: A weight is all that counts of a level set by hand; Splink wants two probabilities that give it.
_U_BY_HAND = 2.0**-40


def settings_to_train(dialect: Dialect, tf: dict[str, dict[str, str]]) -> dict[str, Any]:
    """Settings without weights; ``tf``: comparison → label → column whose frequent values weigh less."""
    return _settings([_comparison(c, dialect, tf.get(c.name, {})) for c in TRAINED])


def settings_to_score(dialect: Dialect, model: Model) -> dict[str, Any]:
    """Settings that give exactly the model's weights; comparisons without any weight are left out."""
    found = []
    for comparison, weights in zip(COMPARISONS, model.weights, strict=True):
        if not any(weight.bits for weight in weights):
            continue
        given = _comparison(comparison, dialect, {})
        for level, weight in zip(given["comparison_levels"], weights, strict=True):
            level["u_probability"] = weight.tf_u or _U_BY_HAND
            level["m_probability"] = 2.0**weight.bits * level["u_probability"]
            level.pop("is_null_level", None)  # silence has a weight too: none, or what a hand has set
            if weight.tf:
                _adjust(level, weight.tf)
        found.append(given)
    odds = 2.0**model.prior
    return _settings(found, probability=odds / (1 + odds))


def _settings(comparisons: list[dict[str, Any]], probability: float = 1e-6) -> dict[str, Any]:
    return {
        "link_type": "dedupe_only",
        "unique_id_column_name": "unique_id",
        "probability_two_random_records_match": probability,
        "comparisons": comparisons,
        "blocking_rules_to_generate_predictions": [
            {"blocking_rule": "l.keys = r.keys", "arrays_to_explode": ["keys"]}
        ],
        "retain_matching_columns": False,
        "retain_intermediate_calculation_columns": False,
        "em_convergence": 0.0005,
        "max_iterations": 60,
    }


def _comparison(comparison: Comparison, dialect: Dialect, tf: dict[str, str]) -> dict[str, Any]:
    levels = []
    for level in comparison.levels:
        last = isinstance(level.when, Always)
        given: dict[str, Any] = {
            "sql_condition": "ELSE" if last else level.when.sql(dialect, as_suffix),
            "label_for_charts": level.label,
        }
        if level.label == "missing":
            given["is_null_level"] = True
        if level.label in tf:
            _adjust(given, tf[level.label])
        levels.append(given)
    return {"output_column_name": comparison.name, "comparison_levels": levels}


def _adjust(level: dict[str, Any], column: str) -> None:
    level["tf_adjustment_column"] = column
    level["tf_adjustment_weight"] = 1.0
    # The frequencies come floored; the level's own u is what agreeing on any value is worth.
    level["disable_tf_exact_match_detection"] = True

"""Which model is better, by how much, with which interval, for models on the same images."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from styleclf.evaluation import N_RESAMPLES, align_runs, compare_part, metrics_table, screen_text, verdicts
from styleclf.forest.two_by_two import Cells

_METRICS = ("top_1_accuracy", "top_2_accuracy", "top_3_accuracy", "log_loss", "brier", "ece")
_TARGET = "top_2_accuracy"
_CALIBRATION_ERROR = "ece"
_VALUES = ["part", "model", "metric", "value", "lo", "hi", "chance"]
_DIFFERENCES = ["difference", "difference_lo", "difference_hi", "retrained_lo", "retrained_hi"]
_COLUMNS = [*_VALUES, *_DIFFERENCES, "better", "n_images", "n_authors"]


def measure_models(models: Mapping[str, pd.DataFrame], part: str, n_resamples: int = N_RESAMPLES) -> pd.DataFrame:
    """The main metrics of every model on the same images, and their differences from the first model's.

    `models` are predictions by name. Columns of the result: `part, model, metric, value, lo, hi, chance, difference,
    difference_lo, difference_hi, retrained_lo, retrained_hi, better, n_images, n_authors`. Intervals are of 95 %, from
    resampling authors; for a difference, the same ones for both models, and the wider one of models trained anew on
    other painters (see `compare`). Raises ValueError for models that judged other images.
    """
    tables = []
    for name, predictions in models.items():
        tables.append(metrics_table(predictions, part, n_resamples).assign(model=name))
    values = pd.concat(tables)[_VALUES]
    comparison = compare_part(align_runs(models, part), part, n_resamples=n_resamples, seed=0)
    differences = comparison.drop(columns=["part", "value"]).rename(
        columns={"run": "model", "lo": "difference_lo", "hi": "difference_hi"}
    )
    table = values.merge(differences, on=["model", "metric"])
    return table[table["metric"].isin(_METRICS)].reset_index(drop=True)[_COLUMNS]


def comparison_sentences(cells: Cells) -> list[str]:
    """Who wins the two-by-two, how the others compare with the network on the same features, and who is calibrated."""
    tables = [measure_models(models, name) for name, models in cells.items()]
    sentences = [_winner_sentence(pd.concat(tables))]
    for table in tables:
        sentences += _difference_sentences(table)
    for table in tables:
        sentences.append(_calibration_sentence(table))
    return sentences


def _winner_sentence(table: pd.DataFrame) -> str:
    """The model with the best top-2 accuracy of tables of `measure_models`."""
    rows = _rows_of_metric(table, _TARGET).sort_values("value", ascending=False)
    winner = next(rows.itertuples())
    interval = f"{winner.lo:.3f}-{winner.hi:.3f}"
    accuracy = f"{winner.value:.3f} ({interval})"
    return f"best top-2 accuracy: {winner.model} on {winner.part}, {accuracy}"


def _difference_sentences(table: pd.DataFrame) -> list[str]:
    """How every model of a table of `measure_models` compares with the first in top-2 accuracy."""
    rows = _rows_of_metric(table, _TARGET).drop(columns=["lo", "hi"])
    rows = rows.rename(columns={"model": "run", "difference_lo": "lo", "difference_hi": "hi"})
    return verdicts(rows, _TARGET)


def _calibration_sentence(table: pd.DataFrame) -> str:
    """Whether the second model of a table of `measure_models` is better calibrated than the first."""
    first, second, *_ = _rows_of_metric(table, _CALIBRATION_ERROR).itertuples()
    low = second.retrained_lo
    high = second.retrained_hi
    verdict = "as well as"
    if high < 0:
        verdict = "better than"
    elif low > 0:
        verdict = "worse than"
    statement = f"{second.part}: {second.model} is calibrated {verdict} {first.model}"
    errors = f"error {second.value:.3f} and {first.value:.3f}"
    interval = f"95 % interval, trainings on other painters included, {low:+.3f} to {high:+.3f}"
    return f"{statement}: {errors} (difference {second.difference:+.3f}, {interval})"


def exported_sentence(heads: pd.DataFrame) -> str:
    """Whether the forest that is exported, the last model of the part 'test', is better than the network, the first."""
    test = heads[heads["part"] == "test"]
    network, *_, forest = _rows_of_metric(test, _TARGET).itertuples()
    better = forest if forest.value > network.value else network
    return f"the {forest.model} is exported; on painters not seen the {better.model} has the better top-2 accuracy"


def measurements_text(table: pd.DataFrame) -> str:
    """A table of `measure_models` for the screen: one row per model, 95 % intervals in brackets, differences last.

    Intervals of differences are those of models trained anew on other painters.
    """
    of_target = _rows_of_metric(table, _TARGET)
    text = pd.DataFrame(index=of_target["part"] + ", " + of_target["model"])
    for metric in _METRICS:
        rows = _rows_of_metric(table, metric)
        column = metric.removesuffix("_accuracy")
        text[column] = [_value_text(row, metric) for row in rows.itertuples()]
    text["difference in top_2"] = [_difference_text(row) for row in of_target.itertuples()]
    return screen_text(text.rename_axis(None))


def _value_text(row: Any, metric: str) -> str:
    """A metric, with its interval where it is an accuracy."""
    if metric.startswith("top"):
        interval = f"{row.lo:.2f}-{row.hi:.2f}"
        return f"{row.value:.2f} ({interval})"
    return f"{row.value:.3f}"


def _difference_text(row: Any) -> str:
    """The difference from the first model, with the interval of trainings anew; nothing for the first."""
    if np.isnan(row.difference):
        return ""
    interval = f"{row.retrained_lo:+.3f} to {row.retrained_hi:+.3f}"
    return f"{row.difference:+.3f} ({interval})"


def _rows_of_metric(table: pd.DataFrame, metric: str) -> pd.DataFrame:
    """The rows of one metric."""
    return table[table["metric"] == metric]

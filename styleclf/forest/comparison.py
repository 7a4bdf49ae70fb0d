"""Who is better, by how much, with which interval: models beside one another on the same images."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from styleclf.evaluation import N_RESAMPLES, align_runs, compare_part, metrics_table, verdicts
from styleclf.forest.two_by_two import Cells

_METRICS = ("top_1_accuracy", "top_2_accuracy", "top_3_accuracy", "log_loss", "brier", "ece")
_TARGET, _ERROR = "top_2_accuracy", "ece"
_VALUES = ["part", "model", "metric", "value", "lo", "hi"]
_DIFFERENCES = ["difference", "difference_lo", "difference_hi"]
_COLUMNS = [*_VALUES, *_DIFFERENCES, "better", "n_images", "n_authors"]


def measure_models(models: Mapping[str, pd.DataFrame], part: str, n_resamples: int = N_RESAMPLES) -> pd.DataFrame:
    """The main metrics of every model on the same images, and their differences from the first model's.

    `models` are predictions by name. Columns of the result: `part, model, metric, value, lo, hi, difference,
    difference_lo, difference_hi, better, n_images, n_authors`. Both intervals are of 95 %, from resampling authors; for
    a difference, the same ones for both models (see `compare`). Raises ValueError for models that judged other images.
    """
    tables = [metrics_table(table, part, n_resamples).assign(model=name) for name, table in models.items()]
    values = pd.concat(tables)[_VALUES]
    names = {"run": "model", "lo": "difference_lo", "hi": "difference_hi"}
    paired = compare_part(align_runs(models, part), part, n_resamples, seed=0).drop(columns=["part", "value"])
    found = values.merge(paired.rename(columns=names), on=["model", "metric"])
    return found[found["metric"].isin(_METRICS)].reset_index(drop=True)[_COLUMNS]


def comparison_sentences(cells: Cells) -> list[str]:
    """Who wins the two-by-two, how the others compare with the network on the same features, and who is calibrated."""
    tables = [measure_models(models, name) for name, models in cells.items()]
    winner = pd.concat(_rows_of_model(table, _TARGET) for table in tables).sort_values("value", ascending=False).iloc[0]
    interval = f"{winner['lo']:.3f}-{winner['hi']:.3f}"
    return [
        f"best top-2 accuracy: {winner['model']} on {winner['part']}, {winner['value']:.3f} ({interval})",
        *(sentence for table in tables for sentence in _difference_sentences(table)),
        *map(_calibration_sentence, tables),
    ]


def _difference_sentences(table: pd.DataFrame) -> list[str]:
    """How every model of a table of `measure_models` compares with the first in top-2 accuracy."""
    bounds = {"model": "run", "difference_lo": "lo", "difference_hi": "hi"}
    return verdicts(_rows_of_model(table, _TARGET).drop(columns=["lo", "hi"]).rename(columns=bounds), _TARGET)


def _calibration_sentence(table: pd.DataFrame) -> str:
    """Whether the second model of a table of `measure_models` is better calibrated than the first."""
    first, second, *_ = _rows_of_model(table, _ERROR).itertuples()
    low, high = second.difference_lo, second.difference_hi
    how = "better than" if high < 0 else "worse than" if low > 0 else "as well as"
    return (
        f"{second.part}: {second.model} is calibrated {how} {first.model}: error {second.value:.3f} and "
        f"{first.value:.3f} (difference {second.difference:+.3f}, 95 % interval {low:+.3f} to {high:+.3f})"
    )


def exported_sentence(heads: pd.DataFrame) -> str:
    """Whether the forest that is exported, the last model of the part 'test', is better than the network, the first."""
    network, *_, forest = _rows_of_model(heads[heads["part"] == "test"], _TARGET).itertuples()
    better = forest if forest.value > network.value else network
    return f"the {forest.model} is exported; on painters not seen the {better.model} has the better top-2 accuracy"


def measured_text(table: pd.DataFrame) -> str:
    """A table of `measure_models` for the screen: one row per model, 95 % intervals in brackets, differences last."""
    columns = {}
    for metric in _METRICS:
        with_interval = metric.startswith("top")
        rows = _rows_of_model(table, metric)[["value", "lo", "hi"]].to_numpy()
        columns[metric.removesuffix("_accuracy")] = [
            f"{value:.2f} ({lo:.2f}-{hi:.2f})" if with_interval else f"{value:.3f}" for value, lo, hi in rows
        ]
    rows = _rows_of_model(table, _TARGET)
    columns["difference in top_2"] = [
        "" if np.isnan(value) else f"{value:+.3f} ({lo:+.3f} to {hi:+.3f})"
        for value, lo, hi in rows[_DIFFERENCES].to_numpy()
    ]
    names = [f"{part}, {model}" for part, model in rows[["part", "model"]].to_numpy()]
    return pd.DataFrame(columns, index=names).to_string()


def _rows_of_model(table: pd.DataFrame, metric: str) -> pd.DataFrame:
    """The rows of one metric."""
    return table[table["metric"] == metric]

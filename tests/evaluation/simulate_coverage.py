"""How often 95 % intervals hold the truth, where it is known: paintings by made-up painters, judged by a made-up model.

.venv/bin/python -m tests.evaluation.simulate_coverage 200

prints a table of regimes and metrics: the share of draws in which the interval held the truth, and its mean width. The
truth is the score over thousands of further painters. `test_simulate_coverage.py` runs a few cells of it.
"""

import argparse
from collections import defaultdict
from itertools import product
from typing import NamedTuple

import numpy as np
import pandas as pd

from styleclf.evaluation import conformal_thresholds, coverage_table, metric_values, metrics_table, recall_table
from styleclf.evaluation.predictions import prediction_columns

N_STYLES = 8
VOCAB = [f"style-{i}" for i in range(N_STYLES)]
N_PAINTERS = {  # of every style; 0: every image by itself, without a painter
    "many": (30,) * 8,
    "few and uneven": (2, 3, 4, 5, 6, 9, 18, 12),
    "styles without": (0, 0, 0, 3, 5, 9, 18, 12),
    "a lone painter": (1, 2, 3, 4, 5, 9, 18, 0),
}
SIZES = {"fold": 45, "validation": 8, "handful": 2}  # images of a style
_NEARLY_CALIBRATED = 1.3  # factor of logits
_TOO_SURE = 2.6
RATES = ["top_1_accuracy", "top_2_accuracy", "accuracy", "precision", "precision_macro", "f1", "f1_macro"]
METRICS = [*RATES, "log_loss", "brier", "ece"]
_N_FURTHER = 3000  # painters of a style whose images are the truth
_DRAWS_OF_A_TRUTH = 20  # before styles change their difficulty
_RECALL = "recall of a style"
_COVERAGE_METRICS = {"painters": "coverage_of_painters", "without": "coverage_without_painter"}  # by kind of style


class Regime(NamedTuple):
    """Who paints, how well the model recognises their styles, and how unlike painters are."""

    n_painters: tuple[int, ...]
    n_images: int  # of a style
    logits: np.ndarray  # (n_styles,) by which the true style leads, on average
    spread: float = 0.8  # deviation of painters' logits
    sharpness: float = _NEARLY_CALIBRATED

    def with_logits(self, logits: np.ndarray) -> "Regime":
        """The same with another lead for each style."""
        return self._replace(logits=logits)


def named_regime(painters: str, size: str, at_ceiling: bool = False, *, is_too_sure: bool = False) -> Regime:
    """A regime by its name; at the ceiling 0.985 of the images are right."""
    lowest, highest = (4.7, 5.7) if at_ceiling else (0.8, 3.5)
    logits = np.linspace(lowest, highest, N_STYLES)
    sharpness = _TOO_SURE if is_too_sure else _NEARLY_CALIBRATED
    return Regime(N_PAINTERS[painters], SIZES[size], logits, sharpness=sharpness)


# Made-up predictions


class Images(NamedTuple):
    """Images of a draw."""

    units: np.ndarray  # (n,) numbers of painters, or of images without
    targs: np.ndarray  # (n,) styles
    is_named: np.ndarray  # (n,) whether they have a painter


def dealt_images(regime: Regime, rng: np.random.Generator) -> Images:
    """Every style's images, dealt to its painters very unevenly."""
    units = []
    targs = []
    is_named = []
    for style, n_painters in enumerate(regime.n_painters):
        sizes = _images_of_painters(n_painters, regime.n_images, rng)
        painters = np.arange(len(sizes)) + 1000 * style
        units.append(np.repeat(painters, sizes))
        targs.append(np.full(regime.n_images, style))
        is_named.append(np.full(regime.n_images, n_painters > 0))
    return Images(np.concatenate(units), np.concatenate(targs), np.concatenate(is_named))


def _images_of_painters(n_painters: int, n_images: int, rng: np.random.Generator) -> np.ndarray:
    """Numbers of images by painter; of a style without painters by image."""
    if n_painters == 0:
        return np.ones(n_images, dtype=int)
    sizes = rng.lognormal(0, 0.8, n_painters)
    return rng.multinomial(n_images, sizes / sizes.sum())


def drawn_probas(regime: Regime, units: np.ndarray, targs: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """`(n, n_styles)` probabilities: a painter's images lean the same way."""
    _, numbers = np.unique(units, return_inverse=True)
    n_images = len(targs)
    n_units = numbers.max() + 1
    of_images = rng.normal(size=(n_images, N_STYLES))
    of_units = rng.normal(0, regime.spread, (n_units, N_STYLES))
    leads_of_units = rng.normal(0, regime.spread, n_units)
    logits = of_images + 0.7 * of_units[numbers]
    logits[np.arange(n_images), targs] += regime.logits[targs] + leads_of_units[numbers]
    odds = np.exp(regime.sharpness * logits)
    return odds / odds.sum(axis=1, keepdims=True)


def drawn_predictions(regime: Regime, rng: np.random.Generator) -> pd.DataFrame:
    """A table of predictions `label, author, pred, proba_<style>…`."""
    images = dealt_images(regime, rng)
    probas = drawn_probas(regime, images.units, images.targs, rng)
    painters = np.char.add("painter-", images.units.astype(str))
    predictions = prediction_columns(probas, VOCAB)
    predictions["label"] = np.array(VOCAB)[images.targs]
    predictions["author"] = np.where(images.is_named, painters, "")
    return predictions


def further_probas(regime: Regime, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """`(probas, targs)` of one image by each of thousands of further painters of every style."""
    targs = np.repeat(np.arange(N_STYLES), _N_FURTHER)
    units = np.arange(len(targs))
    return drawn_probas(regime, units, targs, rng), targs


# Intervals of metrics


def coverage(regime: Regime, n_draws: int, *, n_resamples: int = 300, seed: int = 0) -> pd.DataFrame:
    """`metric, truth, value, held, width` of every metric and of the recall of all styles."""
    rng = np.random.default_rng(seed)
    rows = defaultdict(list)
    truth: dict[str, float] = {}
    recalls: dict[str, float] = {}
    for draw in range(n_draws):
        if draw % _DRAWS_OF_A_TRUTH == 0:
            drawn_regime = regime.with_logits(rng.permutation(regime.logits))
            probas, targs = further_probas(drawn_regime, rng)
            truth = _true_metrics(probas, targs)
            recalls = _true_recalls(probas, targs)
        predictions = drawn_predictions(drawn_regime, rng)
        table = metrics_table(predictions, "test", n_resamples, seed=draw).set_index("metric")
        for metric in METRICS:
            estimate = table.loc[metric, ["value", "lo", "hi"]]
            rows[metric].append((truth[metric], *estimate))
        for row in recall_table(predictions, n_resamples).itertuples():
            rows[_RECALL].append((recalls[row.label], row.recall, row.lo, row.hi))
    summaries = [_summary(metric, np.array(of_metric, dtype=float)) for metric, of_metric in rows.items()]
    return pd.DataFrame(summaries)


def _true_metrics(probas: np.ndarray, targs: np.ndarray) -> dict[str, float]:
    """Every metric of all these images."""
    every_image_once = np.ones((1, len(targs)))
    values = metric_values(probas, targs, every_image_once)
    return {metric: value[0] for metric, value in values.items()}


def _true_recalls(probas: np.ndarray, targs: np.ndarray) -> dict[str, float]:
    """The recall of every style over all these images."""
    is_right = probas.argmax(axis=1) == targs
    return {name: is_right[targs == style].mean() for style, name in enumerate(VOCAB)}


def _summary(metric: str, rows: np.ndarray) -> dict[str, object]:
    """What rows of `truth, value, lo, hi` say, those without an interval left out of `held` and `width`."""
    truth, value, lo, hi = rows.T
    has_interval = ~np.isnan(lo)
    is_held = (lo <= truth) & (truth <= hi)
    held = np.nan
    width = np.nan
    if has_interval.any():
        held = is_held[has_interval].mean()
        width = (hi - lo)[has_interval].mean()
    return {"metric": metric, "truth": truth.mean(), "value": value.mean(), "held": held, "width": width}


# Sets of styles


def sets_coverage(regime: Regime, n_draws: int, *, seed: int = 0) -> dict[str, float]:
    """How often sets learned from a drawn table hold the style of further images, and how often intervals hold that.

    `painters` and `without`: of images by further painters, and of further images of styles without painters.
    """
    rng = np.random.default_rng(seed)
    is_painted = np.array(regime.n_painters) > 0
    results = defaultdict(list)
    for draw in range(n_draws):
        if draw % _DRAWS_OF_A_TRUTH == 0:
            drawn_regime = regime.with_logits(rng.permutation(regime.logits))
            probas, targs = further_probas(drawn_regime, rng)
            weights = _shares_of_painters(regime)[targs]
            kinds = {"painters": is_painted[targs], "without": ~is_painted[targs]}
        thresholds = conformal_thresholds(drawn_predictions(drawn_regime, rng))
        judged = drawn_predictions(drawn_regime, rng)
        table = coverage_table(judged, thresholds).set_index("metric")
        is_likeliest = probas == probas.max(axis=1, keepdims=True)
        sets = (probas >= thresholds) | is_likeliest
        is_covered = sets[np.arange(len(targs)), targs]
        for kind, of_kind in kinds.items():
            if of_kind.any():
                truth = np.average(is_covered[of_kind], weights=weights[of_kind])
                lo, hi = table.loc[_COVERAGE_METRICS[kind], ["lo", "hi"]]
                results[kind].append(truth)
                results[f"{kind}, interval"].append(lo <= truth <= hi)
        results["size"].append(sets.sum(axis=1).mean())
    return {name: float(np.mean(values)) for name, values in results.items()}


def _shares_of_painters(regime: Regime) -> np.ndarray:
    """`(n_styles,)` how many painters, or images without, every style has."""
    n_painters = np.array(regime.n_painters)
    return np.where(n_painters > 0, n_painters, regime.n_images)


# The tables


def print_intervals(size: str, *, at_ceiling: bool, is_too_sure: bool, n_draws: int) -> None:
    """Print how often intervals hold the truth in every regime of this size."""
    tables = {}
    for painters in N_PAINTERS:
        regime = named_regime(painters, size, at_ceiling, is_too_sure=is_too_sure)
        tables[painters] = coverage(regime, n_draws)
    place = "near the ceiling" if at_ceiling else "away from it"
    sureness = "too sure of itself" if is_too_sure else "nearly calibrated"
    print(f"\n{size}, {place}, {sureness}: held (width)")
    print(_beside_one_another(tables), flush=True)


def _beside_one_another(tables: dict[str, pd.DataFrame]) -> str:
    """Coverage of all regimes as text, a column for each."""
    text = pd.DataFrame()
    for name, table in tables.items():
        rows = table.set_index("metric")
        text["truth"] = rows["truth"].map("{:.3f}".format)
        text[name] = [f"{row.value:.3f}: {row.held:.2f} ({row.width:.2f})" for row in rows.itertuples()]
    return text.to_string()


def print_sets(painters: str, size: str, n_draws: int) -> None:
    """Print how often sets hold the true style in a regime."""
    shares = sets_coverage(named_regime(painters, size), n_draws)
    rounded = {name: round(share, 3) for name, share in shares.items()}
    print(f"sets, {size}, {painters}: ", rounded, flush=True)


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("draws", type=int, nargs="?", default=200)
    n_draws = parser.parse_args().draws
    for size, at_ceiling, is_too_sure in product(SIZES, (False, True), (False, True)):
        print_intervals(size, at_ceiling=at_ceiling, is_too_sure=is_too_sure, n_draws=n_draws)
    for size in ("fold", "validation"):
        for painters in N_PAINTERS:
            print_sets(painters, size, n_draws)


if __name__ == "__main__":
    main()

"""How often 95 % intervals hold the truth, where it is known: paintings by made-up painters, judged by a made-up model.

.venv/bin/python -m tests.evaluation.simulate_coverage 200

prints a table of regimes and metrics: the share of draws in which the interval held the truth, and its mean width. The
truth is the score over thousands of further painters. `test_simulate_coverage.py` runs a few cells of it.
"""

import argparse
from collections import defaultdict
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
SIZES = {"fold": 45, "validation": 8}  # images of a style
_N_FURTHER = 3000  # painters of a style whose images are the truth
_DRAWS_OF_A_TRUTH = 20  # before styles change their difficulty
RATES = ["top_1_accuracy", "top_2_accuracy", "accuracy", "precision", "precision_macro", "f1", "f1_macro"]
METRICS = [*RATES, "log_loss", "brier", "ece"]


class Regime(NamedTuple):
    """Who paints, how well the model tells them, and how unlike painters are."""

    n_painters: tuple[int, ...]
    n_images: int  # of a style
    logits: np.ndarray  # (n_styles,) by which the true style leads, on average
    spread: float = 0.8  # deviation of painters' logits
    sharpness: float = 1.3  # times which logits are told: at 1.3 probabilities are nearly calibrated


def regime(painters: str, size: str, at_ceiling: bool = False) -> Regime:
    """A regime by its name; at the ceiling 0.985 of the images are right."""
    middle = np.linspace(0.8, 3.5, N_STYLES)
    ceiling = np.linspace(4.7, 5.7, N_STYLES)
    return Regime(N_PAINTERS[painters], SIZES[size], ceiling if at_ceiling else middle)


def dealt_images(of: Regime, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """`(units, targs, is_named)`: every style's images, dealt to its painters very unevenly."""
    units, targs, is_named = [], [], []
    for style, n_painters in enumerate(of.n_painters):
        if n_painters:
            share = rng.lognormal(0, 0.8, n_painters)
            sizes = rng.multinomial(of.n_images, share / share.sum())
        else:
            sizes = np.ones(of.n_images, dtype=int)
        units.append(np.repeat(np.arange(len(sizes)), sizes) + 1000 * style)
        targs.append(np.full(of.n_images, style))
        is_named.append(np.full(of.n_images, n_painters > 0))
    return np.concatenate(units), np.concatenate(targs), np.concatenate(is_named)


def drawn_probas(of: Regime, units: np.ndarray, targs: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """`(n, n_styles)` probabilities: a painter's images lean the same way."""
    _, numbers = np.unique(units, return_inverse=True)
    n_units = numbers.max() + 1
    logits = rng.normal(size=(len(targs), N_STYLES))
    logits += 0.7 * rng.normal(0, of.spread, (n_units, N_STYLES))[numbers]
    logits[np.arange(len(targs)), targs] += of.logits[targs] + rng.normal(0, of.spread, n_units)[numbers]
    odds = np.exp(of.sharpness * logits)
    return odds / odds.sum(axis=1, keepdims=True)


def drawn_predictions(of: Regime, rng: np.random.Generator) -> pd.DataFrame:
    """A table of predictions `label, author, pred, proba_<style>…`."""
    units, targs, is_named = dealt_images(of, rng)
    table = prediction_columns(drawn_probas(of, units, targs, rng), VOCAB)
    authors = np.where(is_named, np.char.add("painter-", units.astype(str)), "")
    return table.assign(label=np.array(VOCAB)[targs], author=authors)


def further_probas(of: Regime, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """`(probas, targs)` of one image by each of thousands of further painters of every style."""
    targs = np.repeat(np.arange(N_STYLES), _N_FURTHER)
    return drawn_probas(of, np.arange(len(targs)), targs, rng), targs


def coverage(of: Regime, n_draws: int, *, n_resamples: int = 300, seed: int = 0) -> pd.DataFrame:
    """`metric, truth, value, held, width` of every metric and of the recall of all styles."""
    rng = np.random.default_rng(seed)
    found = defaultdict(list)
    logits = of.logits
    for draw in range(n_draws):
        if draw % _DRAWS_OF_A_TRUTH == 0:
            of = of._replace(logits=rng.permutation(logits))
            probas, targs = further_probas(of, rng)
            truth = {name: value[0] for name, value in metric_values(probas, targs, np.ones((1, len(targs)))).items()}
            recalls = [(probas.argmax(axis=1) == targs)[targs == style].mean() for style in range(N_STYLES)]
        predictions = drawn_predictions(of, rng)
        table = metrics_table(predictions, "test", n_resamples, seed=draw).set_index("metric")
        for name in METRICS:
            found[name].append((truth[name], *table.loc[name, ["value", "lo", "hi"]]))
        for row in recall_table(predictions, n_resamples).itertuples():
            found["recall of a style"].append((recalls[VOCAB.index(row.label)], row.recall, row.lo, row.hi))
    return pd.DataFrame([_summary(name, np.array(rows, dtype=float)) for name, rows in found.items()])


def _summary(name: str, rows: np.ndarray) -> dict[str, object]:
    """Rows of `truth, value, lo, hi`, of which those without interval stay out."""
    truth, value, lo, hi = rows.T
    told = ~np.isnan(lo)
    held = ((lo <= truth) & (truth <= hi))[told].mean() if told.any() else np.nan
    width = (hi - lo)[told].mean() if told.any() else np.nan
    return {"metric": name, "truth": truth.mean(), "value": value.mean(), "held": held, "width": width}


def sets_coverage(of: Regime, n_draws: int, *, seed: int = 0) -> dict[str, float]:
    """How often sets learned from a drawn table hold the style of further images, and how often intervals hold that.

    `painters` and `without`: of images by further painters, and of further images of styles without painters.
    """
    rng = np.random.default_rng(seed)
    logits = of.logits
    is_painted = np.array(of.n_painters) > 0
    found = defaultdict(list)
    for draw in range(n_draws):
        if draw % _DRAWS_OF_A_TRUTH == 0:
            of = of._replace(logits=rng.permutation(logits))
            probas, targs = further_probas(of, rng)
            weights = _shares_of_painters(of)[targs]
        thresholds = conformal_thresholds(drawn_predictions(of, rng))
        sets = (probas >= thresholds) | (probas == probas.max(axis=1, keepdims=True))
        covered = sets[np.arange(len(targs)), targs]
        table = coverage_table(drawn_predictions(of, rng), thresholds).set_index("metric")
        for name, of_kind in {"painters": is_painted[targs], "without": ~is_painted[targs]}.items():
            if not of_kind.any():
                continue
            truth = np.average(covered[of_kind], weights=weights[of_kind])
            metric = {"painters": "coverage_of_painters", "without": "coverage_without_painter"}[name]
            _, lo, hi = table.loc[metric, ["value", "lo", "hi"]]
            found[name].append(truth)
            found[f"{name}, interval"].append(lo <= truth <= hi)
        found["size"].append(sets.sum(axis=1).mean())
    return {name: float(np.mean(values)) for name, values in found.items()}


def _shares_of_painters(of: Regime) -> np.ndarray:
    """`(n_styles,)` how many painters, or images without, every style has."""
    return np.where(np.array(of.n_painters) > 0, of.n_painters, of.n_images)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("draws", type=int, nargs="?", default=200)
    n_draws = parser.parse_args().draws
    for at_ceiling in (False, True):
        for size in SIZES:
            tables = {name: coverage(regime(name, size, at_ceiling), n_draws) for name in N_PAINTERS}
            print(f"\n{size}, {'near the ceiling' if at_ceiling else 'away from it'}: held (width)")
            print(_beside_one_another(tables), flush=True)
    for size in SIZES:
        for name in N_PAINTERS:
            found = sets_coverage(regime(name, size), n_draws)
            print(f"sets, {size}, {name}: ", {key: round(value, 3) for key, value in found.items()}, flush=True)


def _beside_one_another(tables: dict[str, pd.DataFrame]) -> str:
    """Coverage of all regimes as text, a column for each."""
    text = pd.DataFrame()
    for name, table in tables.items():
        rows = table.set_index("metric")
        text["truth"] = rows["truth"].map("{:.3f}".format)
        text[name] = [f"{row.value:.3f}: {row.held:.2f} ({row.width:.2f})" for row in rows.itertuples()]
    return text.to_string()


if __name__ == "__main__":
    main()

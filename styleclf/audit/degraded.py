"""How much of the real model's accuracy is left on degraded copies of the test images."""

import numpy as np
import pandas as pd

from styleclf.audit.degradations import CLEAN
from styleclf.audit.leak import METRICS
from styleclf.audit.probe_scores import Draws, out_of_fold, top_k_scores, with_interval


def degraded_audit(
    views: dict[str, np.ndarray],  # of `view_features`: name -> (n, d), the clean images among them
    targs: np.ndarray,
    folds: np.ndarray,
    strength: float,
    draws: Draws,
) -> pd.DataFrame:
    """Class-weighted accuracies of probes fitted to clean images and tested on copies of the other fold's images.

    Columns: `images, metric, value, lo, hi, drop, drop_lo, drop_hi`; a drop is from the clean images' accuracy, with a
    paired 95 % interval.
    """
    probas = {name: out_of_fold(views[CLEAN], targs, folds, strength, tested) for name, tested in views.items()}
    rows = []
    for metric, k in METRICS.items():
        scores = {name: top_k_scores(each, targs, draws, k) for name, each in probas.items()}
        for name, each in scores.items():
            value, drop = (with_interval(one, draws.tail) for one in (each, scores[CLEAN] - each))
            rows.append((name, metric, *value, *drop))
    return pd.DataFrame(rows, columns=["images", "metric", "value", "lo", "hi", "drop", "drop_lo", "drop_hi"])


def degraded_sentence(table: pd.DataFrame) -> str:
    """Which copies cost the model most of its top-1 accuracy."""
    first = table[table["metric"] == table["metric"].iat[0]]
    clean, worst = first["value"].iat[0], first.loc[first["drop"].idxmax()]
    if worst["drop_lo"] <= 0:
        return "no degradation of the test images surely costs the model anything"
    drop, lo, hi = (100 * worst[name] for name in ("drop", "drop_lo", "drop_hi"))
    return (
        f"{worst['images']} test images cost {drop:.1f} of {100 * clean:.1f} points (95 % interval {lo:.1f}-{hi:.1f}), "
        "the most of all degradations"
    )

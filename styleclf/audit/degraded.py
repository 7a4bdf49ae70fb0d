"""How much of the real model's accuracy is left on degraded copies of the test images."""

import numpy as np
import pandas as pd

from styleclf.audit.degradations import CLEAN
from styleclf.audit.leak import METRICS
from styleclf.audit.probe_scores import out_of_fold, top_k_scores
from styleclf.evaluation import AuthorBootstrap


def degraded_audit(
    views: dict[str, np.ndarray],  # of `view_features`: name -> (n, d), the clean images among them
    targs: np.ndarray,
    folds: np.ndarray,
    *,
    strength: float,
    bootstrap: AuthorBootstrap,
) -> pd.DataFrame:
    """Class-weighted accuracies of probes fitted to clean images and tested on copies of the other fold's images.

    Columns: `images, metric, value, lo, hi, drop, drop_lo, drop_hi`; a drop is from the clean images' accuracy, with a
    paired 95 % interval.
    """
    probas = {}
    for name, features in views.items():
        probas[name] = out_of_fold(views[CLEAN], targs, folds, strength=strength, test_features=features)
    rows = []
    for metric, k in METRICS.items():
        clean_scores = top_k_scores(probas[CLEAN], targs, bootstrap, k=k)
        for name in views:
            scores = top_k_scores(probas[name], targs, bootstrap, k=k)
            accuracy = bootstrap.estimate(scores)
            drop = bootstrap.estimate(clean_scores - scores)
            rows.append((name, metric, *accuracy, *drop))
    return pd.DataFrame(rows, columns=["images", "metric", "value", "lo", "hi", "drop", "drop_lo", "drop_hi"])


def degraded_sentence(table: pd.DataFrame) -> str:
    """Which copies cost the model most of its top-1 accuracy."""
    top_1 = table[table["metric"] == table["metric"].iat[0]]
    clean = top_1["value"].iat[0]
    worst = top_1.loc[top_1["drop"].idxmax()]
    if worst["drop_lo"] <= 0:
        return "no degradation of the test images surely costs the model anything"
    return (
        f"{worst['images']} test images cost {100 * worst['drop']:.1f} of {100 * clean:.1f} points (95 % interval "
        f"{100 * worst['drop_lo']:.1f}-{100 * worst['drop_hi']:.1f}), the most of all degradations"
    )

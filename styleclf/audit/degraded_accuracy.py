"""How much of the probe's accuracy is left on changed copies of the test images, worse ones and sharper ones."""

import numpy as np
import pandas as pd

from styleclf.audit.degradations import CLEAN, SHARPENED
from styleclf.audit.leak import METRICS
from styleclf.audit.probe_scores import change_estimate, out_of_fold_views, rate_estimate, top_k_hits
from styleclf.evaluation import AuthorBootstrap, Estimate, interval_text
from styleclf.training import ProbeRules

_NO_DROP = Estimate(np.nan, np.nan, np.nan)  # of the images as they are
_COLUMNS = ["images", "metric", "value", "lo", "hi", "drop", "drop_lo", "drop_hi"]


def degraded_audit(
    views: dict[str, np.ndarray],  # coordinates (n, k) of features by name, the clean images among them
    targs: np.ndarray,
    folds: np.ndarray,
    *,
    rules: ProbeRules,
    bootstrap: AuthorBootstrap,
) -> pd.DataFrame:
    """Class-weighted accuracies of probes fitted to clean images and tested on copies of the other fold's images.

    Columns: `images, metric, value, lo, hi, drop, drop_lo, drop_hi`; a drop is from the clean images' accuracy, with a
    paired 95 % interval, and NaN for these themselves.
    """
    probas = out_of_fold_views(views, targs, folds, rules=rules)
    rows = []
    for metric, k in METRICS.items():
        clean_hits = top_k_hits(probas[CLEAN], targs, k)
        for name in views:
            hits = top_k_hits(probas[name], targs, k)
            accuracy = rate_estimate(hits, targs, bootstrap)
            drop = _NO_DROP
            if name != CLEAN:
                drop = change_estimate(clean_hits - hits, targs, bootstrap)
            rows.append((name, metric, *accuracy, *drop))
    return pd.DataFrame(rows, columns=_COLUMNS)


def degraded_sentence(table: pd.DataFrame) -> str:
    """Which copies cost the model most of its top-1 accuracy, and what sharper ones cost where others cost more."""
    first_metric = table["metric"].iat[0]
    top_1 = table[table["metric"] == first_metric]
    clean = top_1["value"].iat[0]
    worst = top_1.loc[top_1["drop"].idxmax()]
    if not worst["drop_lo"] > 0:
        return "it is not certain that any degradation of the test images costs the model anything"
    sharpened_rows = top_1[top_1["images"] == SHARPENED]
    remark_on_sharpness = ""
    if len(sharpened_rows) and worst["images"] != SHARPENED:
        cost = _cost(sharpened_rows.iloc[0], clean)
        remark_on_sharpness = f"; {cost}, as larger and sharper originals of small copies may"
    largest_cost = _cost(worst, clean)
    return f"{largest_cost}, the most of all changes{remark_on_sharpness}"


def _cost(row: pd.Series, clean: float) -> str:
    """What the copies of a row cost, or that it is not certain that they cost anything."""
    interval = interval_text(row["drop_lo"], row["drop_hi"])
    images = row["images"]
    points = 100 * row["drop"]
    if not row["drop_lo"] > 0:
        return f"it is not certain that {images} ones cost anything ({points:.1f} points, {interval})"
    clean_points = 100 * clean
    return f"{images} test images cost {points:.1f} of {clean_points:.1f} points ({interval})"

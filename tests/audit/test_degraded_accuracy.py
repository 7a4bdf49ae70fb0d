"""Drops of accuracy on degraded copies."""

import numpy as np
import pandas as pd

from styleclf.audit import (
    degradations as views,
)
from styleclf.audit.degraded_accuracy import degraded_audit, degraded_sentence
from styleclf.data.authors import author_groups
from styleclf.evaluation import AuthorBootstrap
from styleclf.training import ProbeRules
from tests.audit.conftest import painted_features, painters_design


def test_drops_are_those_of_models_fitted_to_clean_images():
    design, targs = painters_design()
    clean, folds = painted_features(design, targs, style=1), design["fold"].to_numpy()
    noise = np.random.default_rng(3).normal(size=clean.shape)
    seen = {views.CLEAN: clean, "same": clean.copy(), "noise": noise}
    draws = AuthorBootstrap(author_groups(design), targs, n_resamples=200)
    table = degraded_audit(seen, targs, folds, rules=ProbeRules(0.1), bootstrap=draws)
    top_1 = table[table["metric"] == "top_1_accuracy"].set_index("images")
    drop, lo, hi = top_1.loc["same", ["drop", "drop_lo", "drop_hi"]]
    assert drop == 0
    assert -0.05 < lo < 0 < hi < 0.05
    assert top_1.loc[views.CLEAN, ["drop", "drop_lo", "drop_hi"]].isna().all()
    assert top_1.loc["noise", "drop_lo"] > 0.2
    assert abs(top_1.loc["noise", "value"] - 1 / 3) < 0.15
    assert degraded_sentence(table).startswith("noise test images cost")
    assert "sharpened" not in degraded_sentence(table)
    assert "any degradation" in degraded_sentence(table[table["images"] != "noise"])


def test_the_sentence_looks_at_sharper_images_too():
    columns = ["images", "metric", "value", "lo", "hi", "drop", "drop_lo", "drop_hi"]
    rows = [("as they are", "top_1_accuracy", 0.8, 0.7, 0.9, 0, 0, 0)]
    blurred = ("blurred", "top_1_accuracy", 0.5, 0.4, 0.6, 0.3, 0.2, 0.4)
    for drop, drop_lo, ending in (
        (0.1, 0.05, "; sharpened test images cost 10.0 of 80.0 points (95 % interval 5.0 to 20.0), as larger and"),
        (
            0.01,
            -0.05,
            "; it is not certain that sharpened ones cost anything (1.0 points, 95 % interval -5.0 to 20.0), as",
        ),
    ):
        sharpened = (views.SHARPENED, "top_1_accuracy", 0.8 - drop, 0.6, 0.8, drop, drop_lo, 0.2)
        said = degraded_sentence(pd.DataFrame([*rows, blurred, sharpened], columns=columns))
        assert said.startswith("blurred test images cost 30.0 of 80.0 points")
        assert ending in said
    worst = (views.SHARPENED, "top_1_accuracy", 0.3, 0.2, 0.4, 0.5, 0.4, 0.6)
    said = degraded_sentence(pd.DataFrame([*rows, blurred, worst], columns=columns))
    assert (
        said == "sharpened test images cost 50.0 of 80.0 points (95 % interval 40.0 to 60.0), the most of all changes"
    )

"""Drops of accuracy on degraded copies."""

import numpy as np

from styleclf.audit import (
    degradations as views,
)
from styleclf.audit.degraded import degraded_audit, degraded_sentence
from styleclf.data.authors import author_groups
from styleclf.evaluation import AuthorBootstrap
from tests.audit.conftest import painted_features, painters_design


def test_drops_are_those_of_models_fitted_to_clean_images():
    design, targs = painters_design()
    clean, folds = painted_features(design, targs, style=1), design["fold"].to_numpy()
    noise = np.random.default_rng(3).normal(size=clean.shape)
    seen = {views.CLEAN: clean, "same": clean.copy(), "noise": noise}
    draws = AuthorBootstrap(author_groups(design), targs, n_resamples=200)
    table = degraded_audit(seen, targs, folds, strength=0.1, bootstrap=draws)
    top_1 = table[table["metric"] == "top_1_accuracy"].set_index("images")
    assert top_1.loc["same", ["drop", "drop_lo", "drop_hi"]].tolist() == [0, 0, 0]
    assert top_1.loc["noise", "drop_lo"] > 0.2 and abs(top_1.loc["noise", "value"] - 1 / 3) < 0.15
    assert degraded_sentence(table).startswith("noise test images cost")
    assert "no degradation" in degraded_sentence(table[table["images"] != "noise"])

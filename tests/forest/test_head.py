"""A forest as the head of a network."""

import numpy as np
import pytest
import torch

pytest.importorskip("optuna", reason="forests are tuned, which is an extra: pip install styleclf[tune]")

from styleclf.evaluation import fitted_calibrator
from styleclf.forest import search_space as space
from styleclf.forest.head import ForestHead, class_probas, with_forest
from tests.forest.constants import FEW_TREES


def test_the_head_gives_float32_log_probabilities_even_under_autocast(made_up):
    fitted = space.create_forest(FEW_TREES, jobs=1).fit(made_up.by_fold["3"], made_up.targs)
    head, embeddings = ForestHead(fitted, 3), torch.from_numpy(made_up.by_fold["3"]).requires_grad_()
    expected = fitted.predict_proba(made_up.by_fold["3"])
    assert head(embeddings).softmax(1).numpy() == pytest.approx(expected, abs=1e-5)
    with torch.autocast("cpu", torch.bfloat16):
        result = head(embeddings.to(torch.bfloat16))
    assert result.dtype == torch.float32
    assert torch.isfinite(result).all()
    calibrator = fitted_calibrator(expected, made_up.targs, "isotonic")
    calibrated = ForestHead(fitted, 3, calibrator)(embeddings).exp().numpy()
    assert calibrated == pytest.approx(calibrator.predict_proba(expected), abs=1e-5)


def test_the_head_takes_the_old_ones_place(trained):
    learn = trained.__class__.__new__(trained.__class__)  # the fixture must stay as it is
    learn.__dict__ |= trained.__dict__
    body, neck, _ = trained.model
    fitted = space.create_forest(FEW_TREES, jobs=1).fit(
        np.random.default_rng(0).normal(size=(16, 16)), np.arange(16) % 8
    )
    changed = with_forest(learn, fitted)
    assert changed.model[0] is body
    assert changed.model[1] is neck
    assert changed.model[2].classifier is fitted
    assert class_probas(fitted, np.zeros((2, 16)), 8).shape == (2, 8)

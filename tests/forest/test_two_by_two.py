"""The cells of the two-by-two."""

import pytest

pytest.importorskip("optuna", reason="forests are tuned, which is an extra: pip install styleclf[tune]")

from styleclf.evaluation import vocab_of
from styleclf.forest.two_by_two import reliability_models


def test_reliability_sets_forest_and_network_beside_themselves_calibrated(cells):
    models = reliability_models(cells["embeddings"])
    assert list(models) == ["network", "calibrated network", "forest", "calibrated forest"]


def test_vocab_is_that_of_the_predictions(cells, made_up):
    assert all(vocab_of(table) == made_up.vocab for models in cells.values() for table in models.values())

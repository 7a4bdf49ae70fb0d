"""The figure of a comparison."""

import numpy as np
import pytest

pytest.importorskip("optuna", reason="forests are tuned, which is an extra: pip install styleclf[tune]")

from styleclf.forest.comparison import measure_models
from styleclf.forest.two_by_two import cells_by_name
from styleclf.plots.forest import _row_places, plot_two_by_two


def test_the_figure_has_a_row_for_every_model_and_both_kinds_of_features(cells):
    table = measure_models(cells_by_name(cells), "cv", n_resamples=20)
    labels = [label.get_text() for label in plot_two_by_two(table).axes[0].get_yticklabels()]
    assert labels.count("forest") == 2
    assert {"on embeddings", "on frozen features"} <= set(labels)
    places = list(_row_places(table["model"].unique()).values())
    assert (np.diff(places) > 0).all()
    with pytest.raises(ValueError, match="difference_lo"):
        plot_two_by_two(table.drop(columns="difference_lo"))

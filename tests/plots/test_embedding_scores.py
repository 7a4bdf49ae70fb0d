"""styleclf.plots.embedding_scores: every score has a panel."""

import numpy as np
import pandas as pd
import pytest

from styleclf.plots import plot_embedding_scores


def scores(*panels):
    rows = [(*panel, 0.5 + i / 100, 0.4, 0.6, np.nan, 70, 9) for i, panel in enumerate(panels)]
    return pd.DataFrame(rows, columns=["styles", "metric", "value", "lo", "hi", "chance", "n_images", "n_authors"])


def test_every_score_has_a_panel_and_every_model_that_has_it_a_dot():
    panels = [
        ("both", "auroc_known"),
        ("trained", "silhouette"),
        ("withheld", "accuracy_5_shot"),
        ("trained", "map_at_r"),
    ]
    tables = {"frozen": scores(*panels, ("trained", "davies_bouldin")), "arcface": scores(*panels[:2])}
    fig = plot_embedding_scores(tables)
    visible_axes = [axes for axes in fig.axes if axes.axison]
    titles = ["trained: silhouette", "trained: MAP@R", "withheld: 5-shot", "both: AUROC known"]
    assert [axes.get_title("left") for axes in visible_axes] == titles
    words = [[text.get_text() for text in axes.texts] for axes in visible_axes]
    assert words == [["0.51", "0.51"], ["0.53"], ["0.52"], ["0.50", "0.50"]]
    assert [label.get_text() for label in visible_axes[0].get_yticklabels()] == ["frozen", "arcface"]
    assert "Trained: 70 images by 9 authors; withheld" in fig._supxlabel.get_text()
    with pytest.raises(ValueError, match="the table of scores holds none of silhouette"):
        plot_embedding_scores({"frozen": scores(("trained", "davies_bouldin"))})
    with pytest.raises(ValueError, match="arcface lacks the column 'chance'"):
        plot_embedding_scores(tables | {"arcface": tables["arcface"].drop(columns="chance")})

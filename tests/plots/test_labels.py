"""The figure of several labels per image."""

import pytest

from styleclf.evaluation import ALL_LABELS, label_table
from styleclf.plots.labels import plot_labels
from tests.evaluation.test_multilabel import made_labels


def test_labels_from_the_best_to_the_worst_and_all_together_last():
    scores = label_table(made_labels())
    figure = plot_labels(scores)
    names = [label.get_text() for label in figure.axes[0].get_yticklabels()]
    averages = scores[scores["metric"] == "average_precision"].set_index("label")["value"]
    assert names[-1] == ALL_LABELS
    assert set(names[:-1]) == {"cubism", "landscape", "portrait"}
    assert averages[names[0]] >= averages[names[1]] >= averages[names[2]]
    assert len(figure.axes) == 2
    with pytest.raises(ValueError, match="no rows"):
        plot_labels(scores[:0])

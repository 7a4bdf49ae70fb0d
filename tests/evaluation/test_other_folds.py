"""What other folds teach: nothing of an image's own fold has a part in it."""

import numpy as np
import pandas as pd
import pytest

from styleclf.evaluation.other_folds import from_other_folds


def test_every_image_gets_what_was_learned_without_its_fold():
    predictions = pd.DataFrame(
        {
            "fold": [0, 1, 2, 1, 0],
            "value": [1.0, 2.0, 4.0, 8.0, 16.0],
        },
        index=[9, 7, 5, 3, 1],
    )
    sums = from_other_folds(predictions, lambda rows: rows["value"].sum())
    assert sums.tolist() == [14, 21, 27, 21, 14]


def test_arrays_become_rows():
    predictions = pd.DataFrame({"fold": ["a", "b", "b"]})
    sizes = from_other_folds(predictions, lambda rows: np.array([len(rows), 0]))
    assert sizes.tolist() == [[2, 0], [1, 0], [1, 0]]


def test_one_fold_teaches_nothing():
    predictions = pd.DataFrame({"fold": [3, 3]})
    with pytest.raises(ValueError, match="answers are learned from other folds, but there is only fold 3"):
        from_other_folds(predictions, len, "answers")

"""styleclf.embeddings.atlas.points: the embeddings of all epochs, joined by filename."""

import numpy as np
import pytest

from styleclf.embeddings.atlas.points import LAST, with_evolution
from styleclf.training.embedding_history import Evolution


def test_epochs_are_joined_by_filename_and_the_finished_model_comes_last():
    names, last = ["a", "b", "c"], np.arange(6.0).reshape(3, 2)
    evolution = Evolution(
        np.float32([[[7, 8], [9, np.nan]], [[0, 0], [0, 0]]]), np.array(["1", LAST]), np.array(["c", "a"]), None
    )
    joined, epochs = with_evolution(last, names, evolution)
    assert epochs == ["1", LAST]
    assert (joined[1] == last).all()
    assert np.array_equal(joined[0], [[9, np.nan], [np.nan, np.nan], [7, 8]], equal_nan=True)
    alone, epochs = with_evolution(last, names)
    assert epochs == [LAST]
    assert (alone == last[None]).all()
    for other in (names[:2], [*names[:2], "d"]):
        with pytest.raises(ValueError, match="of another training: 1 of its images"):
            with_evolution(last[: len(other)], other, evolution)
    with pytest.raises(ValueError, match="2 numbers, those of the model 3; remove it"):
        with_evolution(np.ones((3, 3)), names, evolution)
    last[1, 0] = np.nan
    with pytest.raises(ValueError, match="1 of 3 embeddings contain NaN or infinity"):
        with_evolution(last, names)

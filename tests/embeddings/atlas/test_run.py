"""The atlas of a training: only of the fold that it was tested on."""

import pandas as pd
import pytest

from styleclf.data.paintings import Paintings
from styleclf.embeddings.atlas.run import _check_same_test_fold, _evolution_of, training_map

ROWS = pd.DataFrame({"filename": ["a.jpg", "b.jpg", "c.jpg"], "label": "cubism", "fold": ["0", "0", "1"]})


@pytest.fixture
def run(tmp_path):
    """The folder of a training that was tested on a.jpg and b.jpg, and opened the validation set."""
    judged = pd.DataFrame({"filename": ["a.jpg", "b.jpg", "v.jpg"], "label": "cubism", "author": "gris"})
    judged = judged.assign(fold=["0", "0", "val"], pred="cubism", proba_cubism=1.0, proba_fauvism=0.0)
    judged.to_csv(tmp_path / "predictions.csv", index=False)
    return tmp_path


def test_another_test_fold_is_refused(run):
    _check_same_test_fold(run, Paintings(ROWS, run), "0")
    with pytest.raises(ValueError, match="another fold 1"):
        _check_same_test_fold(run, Paintings(ROWS, run), "1")


def test_a_training_may_have_kept_no_epochs(run):
    assert _evolution_of(run) is None


def test_an_unknown_projection_is_refused_before_the_work(run):
    with pytest.raises(ValueError, match="--projection"):
        training_map(run, Paintings(ROWS, run), "0", projection="tsne")

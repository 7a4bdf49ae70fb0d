"""evaluation.predictions: tables are read as they were written, and ranks go by the order of styles."""

import numpy as np
import pandas as pd
import pytest

from styleclf.evaluation import predictions
from tests.evaluation.test_comparison import images, runs  # noqa: F401  (fixtures)


def test_a_run_is_read_with_authorless_images_and_folds_as_text(runs, tmp_path):  # noqa: F811
    runs["first"].to_csv(tmp_path / "predictions.csv", index=False)
    pd.testing.assert_frame_equal(predictions.read_run(tmp_path), runs["first"], check_dtype=False)
    with pytest.raises(OSError, match=r"nowhere holds no predictions\.csv"):
        predictions.read_run("nowhere")
    for lost in ("author", "proba"):
        runs["first"].filter(regex=f"^(?!{lost})").to_csv(tmp_path / "predictions.csv", index=False)
        with pytest.raises(ValueError, match=lost):
            predictions.read_run(tmp_path)


def test_styles_with_equal_probabilities_come_in_their_order():
    probas = np.array([[0.4, 0.4, 0.2], [0.4, 0.4, 0.2], [0.4, 0.2, np.nan]])
    assert predictions.true_ranks(probas, np.array([0, 1, 2])).tolist() == [0, 1, 3]


def test_authors_are_counted_by_name():
    assert predictions.count_authors(pd.Series(["gris", "", "braque", None, "gris"])) == 2

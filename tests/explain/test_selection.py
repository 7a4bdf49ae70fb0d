"""Which images are picked, and what cannot be."""

import numpy as np
import pandas as pd
import pytest

from styleclf.data import Paintings
from styleclf.evaluation.predictions import prediction_columns, probas_of, targets, true_ranks, vocab_of
from styleclf.explain.selection import _PICKS, _select_rows, select_files, select_from_design


@pytest.mark.parametrize("pick", _PICKS)
def test_picks_are_of_their_kind_and_from_many_styles(predictions, pick):
    result = _select_rows(predictions, pick, 5)
    kind = _select_rows(predictions, pick, 1000)
    assert is_of_kind(ranks_of(result), pick).all()
    assert result["label"].is_monotonic_increasing
    assert list(result) == list(predictions)
    assert result["label"].nunique() == min(5, kind["label"].nunique())


def ranks_of(predictions):
    """How many styles are likelier than the true one."""
    targs = targets(predictions["label"], vocab_of(predictions))
    return true_ranks(probas_of(predictions), targs)


def is_of_kind(ranks, pick):
    if pick == "top-2":
        return ranks == 1
    if pick == "wrong":
        return ranks > 1
    return ranks == 0


@pytest.mark.parametrize("pick", _PICKS)
def test_picks_do_not_depend_on_the_order_of_rows(predictions, pick):
    shuffled = predictions.sample(frac=1, random_state=1)
    expected = _select_rows(predictions, pick, 5)
    pd.testing.assert_frame_equal(_select_rows(shuffled, pick, 5), expected)


def test_confident_picks_are_the_surest_of_their_styles(predictions):
    right = _select_rows(predictions, "confident", 1000)
    confidence = pd.Series(probas_of(right).max(axis=1))
    surest = confidence.groupby(right["label"].to_numpy()).max()
    result = _select_rows(predictions, "confident", 5)
    expected = surest[result["label"]]
    assert probas_of(result).max(axis=1) == pytest.approx(expected.to_numpy())


@pytest.mark.parametrize("pick, n, complaint", [("best", 3, "pick must be one of"), ("wrong", 0, "n must be 1")])
def test_unknown_picks_and_no_images_are_refused(predictions, pick, n, complaint):
    with pytest.raises(ValueError, match=complaint):
        _select_rows(predictions, pick, n)


def test_a_kind_without_images_is_refused(predictions):
    vocab = vocab_of(predictions)
    targs = targets(predictions["label"], vocab)
    perfect = prediction_columns(np.eye(len(vocab))[targs], vocab)
    with pytest.raises(ValueError, match=r"none of .* images is of the kind 'wrong'"):
        _select_rows(predictions.assign(**perfect), "wrong", 2)


def test_the_validation_set_stays_closed(real, design, sample):
    with pytest.raises(ValueError, match="stays closed"):
        select_from_design(real, Paintings(design, sample), "wrong", fold="val", n=2)


def test_damaged_files_cost_no_others(real, design, sample, tmp_path, capsys):
    damaged = tmp_path / "damaged.avif"
    damaged.write_bytes(bytes(4) + b"ftypavif" + bytes(50))
    two = design.iloc[:2]
    first, second = [sample / name for name in two["filename"]]
    table = select_files(real, [first, damaged, second])
    assert table["filename"].tolist() == [first.as_posix(), second.as_posix()]
    assert table["label"].tolist() == two["label"].tolist()
    assert f"not explained: {damaged} (" in capsys.readouterr().out
    with pytest.raises(OSError, match="none of 1 file can be read as an image"):
        select_files(real, [damaged])

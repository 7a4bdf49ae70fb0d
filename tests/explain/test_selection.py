"""Which images are picked, and what cannot be."""

import pandas as pd
import pytest

from styleclf.data import Paintings
from styleclf.evaluation.predictions import probas_of, targets, true_ranks, vocab_of
from styleclf.explain.selection import _PICKS, _select_rows, select_files, select_from_design


@pytest.mark.parametrize("pick", _PICKS)
def test_picks_are_of_their_kind_and_from_many_styles(predictions, pick):
    result = _select_rows(predictions, pick, 5)
    ranks = true_ranks(probas_of(result), targets(result["label"], vocab_of(result)))
    assert {"top-2": (ranks == 1), "wrong": (ranks > 1)}.get(pick, ranks == 0).all()
    assert list(result["label"]) == sorted(result["label"])
    assert list(result.columns) == list(predictions.columns)
    kind = _select_rows(predictions, pick, 1000)
    assert result["label"].nunique() == min(5, kind["label"].nunique())
    pd.testing.assert_frame_equal(result, _select_rows(predictions.sample(frac=1, random_state=1), pick, 5))
    if pick == "confident":
        surest = kind.assign(sure=probas_of(kind).max(axis=1)).groupby("label")["sure"].max()
        assert probas_of(result).max(axis=1) == pytest.approx(surest[result["label"]].to_numpy()[: len(result)])


def test_what_cannot_be_picked_is_a_sentence(real, predictions, design, sample):
    for options, what in ((("best", 3), "pick must be one of"), (("wrong", 0), "n must be 1")):
        with pytest.raises(ValueError, match=what):
            _select_rows(predictions, *options)
    sure = predictions.assign(**{f"proba_{style}": (predictions["label"] == style) * 1.0 for style in real.dls.vocab})
    with pytest.raises(ValueError, match=r"none of .* images is of the kind 'wrong'"):
        _select_rows(sure, "wrong", 2)
    with pytest.raises(ValueError, match="stays closed"):
        select_from_design(real, Paintings(design, sample), "wrong", fold="val", n=2)


def test_damaged_files_cost_no_others(real, design, sample, tmp_path, capsys):
    (tmp_path / "damaged.avif").write_bytes(bytes(4) + b"ftypavif" + bytes(50))
    sound = [sample / name for name in design["filename"].iloc[:2]]
    table = select_files(real, [sound[0], tmp_path / "damaged.avif", sound[1]])
    assert table["filename"].tolist() == [path.as_posix() for path in sound]
    assert table["label"].tolist() == design["label"].iloc[:2].tolist()
    assert f"not explained: {tmp_path / 'damaged.avif'} (" in capsys.readouterr().out
    with pytest.raises(OSError, match="none of 1 file can be read as an image"):
        select_files(real, [tmp_path / "damaged.avif"])

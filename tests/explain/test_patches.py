"""Patches that are known by hand."""

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from styleclf.data.images.decoding import fit_to_square
from styleclf.explain.patches import BOX, _log_odds_losses, best_patches, patch_of, window_boxes, write_patches
from styleclf.explain.whole_design import patch_windows
from styleclf.plots.patches import plot_patches

VOCAB = ["cubism", "rococo"]


def lone_losses():
    """Images of three authors, all taken for cubism but the last, and what windows 0..3 of a grid of 2 x 2 take."""
    rows = pd.DataFrame({"filename": list("abcde"), "label": "cubism", "author": ["ann", "ann", "bob", "", "cid"]})
    probas = np.array([[0.9, 0.1]] * 4 + [[0.4, 0.6]])
    lost = np.zeros((5, 4, 2))
    lost[0, 1, 0], lost[1, 2, 0], lost[2, 3, 0], lost[3, :, 0], lost[4, 0] = 0.2, 0.4, 0.3, -0.1, (0.3, 0.1)
    return rows, probas, lost


def test_the_best_patches_are_one_an_author_of_images_taken_for_the_style():
    rows, probas, lost = lone_losses()
    windows = patch_windows(8, 4, 4)
    result = best_patches(probas, lost, rows, vocab=VOCAB, windows=windows, n=3)
    assert result[["style", "rank", "filename"]].to_numpy().tolist() == [
        ["cubism", 1, "b"],
        ["cubism", 2, "c"],
        ["rococo", 1, "e"],
    ]
    assert result[BOX].to_numpy()[:2].tolist() == [[0, 0.5, 0.5, 1], [0.5, 0.5, 1, 1]]
    assert result["odds"].tolist() == pytest.approx([9, 6, (0.6 / 0.4) / (0.5 / 0.5)])
    assert len(best_patches(probas, lost, rows, vocab=VOCAB, windows=windows, n=1)) == 2
    with pytest.raises(ValueError, match="n must be 1 patch"):
        best_patches(probas, lost, rows, vocab=VOCAB, windows=windows, n=0)
    assert np.isfinite(_log_odds_losses(np.array([[1.0, 0.0]]), np.array([[[1.0, -1.0]]]))).all()


def test_boxes_are_the_windows_edges():
    boxes = window_boxes(patch_windows(10, 4, 3))
    assert len(boxes) == 9
    assert boxes[0].tolist() == [0, 0, 0.4, 0.4]
    assert boxes[5] == pytest.approx([0.6, 0.3, 1, 0.7])


@pytest.mark.parametrize("fit", ["squash", "crop", "pad"])
def test_a_patch_is_what_the_network_saw_there(fit):
    picture = Image.effect_noise((90, 60), 80).resize((90, 60)).convert("RGB").reduce(6).resize((90, 60))
    box = (0.25, 0.375, 0.75, 0.625)
    seen = np.asarray(fit_to_square(picture, 64, fit), dtype=float)[24:40, 16:48]
    patch = patch_of(picture, box, fit)
    assert np.abs(np.asarray(patch.resize((32, 16)), dtype=float) - seen).mean() < 8
    assert patch_of(picture, (0, 0, 0.01, 0.01), fit).size >= (1, 1)


def test_a_sheet_has_every_patch_and_says_what_is_of_another_style(sample, design, tmp_path):
    rows, probas, lost = lone_losses()
    rows["filename"] = design["filename"][:5].tolist()
    result = best_patches(probas, lost, rows, vocab=VOCAB, windows=patch_windows(8, 4, 4), n=3)
    write_patches(result, sample, tmp_path)
    assert (tmp_path / "figures/patches.png").stat().st_size
    pd.testing.assert_frame_equal(pd.read_csv(tmp_path / "patches.csv"), result)
    fig = plot_patches(result.assign(caption="×2"), lambda _: Image.new("RGB", (8, 4)))
    assert [t.get_text() for axes in fig.axes for t in axes.texts] == ["ann", "×2", "bob", "×2", "cid", "×2, cubism"]

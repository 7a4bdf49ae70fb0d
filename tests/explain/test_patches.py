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


@pytest.fixture
def rows():
    """Images of three authors and of nobody."""
    return pd.DataFrame(
        {
            "filename": list("abcde"),
            "label": "cubism",
            "author": ["ann", "ann", "bob", "", "cid"],
        }
    )


def patches(rows, n=3):
    """The best patches: all images but the last are taken for cubism, and each of a grid of 2 x 2 takes something."""
    cubism, rococo = 0, 1
    probas = np.array([[0.9, 0.1]] * 4 + [[0.4, 0.6]])
    lost = np.zeros((5, 4, 2))
    lost[0, 1, cubism] = 0.2
    lost[1, 2, cubism] = 0.4
    lost[2, 3, cubism] = 0.3
    lost[3, :, cubism] = -0.1
    lost[4, 0, cubism] = 0.3
    lost[4, 0, rococo] = 0.1
    return best_patches(probas, lost, rows, vocab=VOCAB, windows=patch_windows(8, 4, 4), n=n)


def test_the_best_patches_are_one_an_author_of_images_taken_for_the_style(rows):
    result = patches(rows)
    assert result["style"].tolist() == ["cubism", "cubism", "rococo"]
    assert result["rank"].tolist() == [1, 2, 1]
    assert result["filename"].tolist() == ["b", "c", "e"]
    lower_left, lower_right, _ = result[BOX].to_numpy().tolist()
    assert lower_left == [0, 0.5, 0.5, 1]
    assert lower_right == [0.5, 0.5, 1, 1]


def test_odds_are_how_many_times_likelier_a_patch_makes_the_style(rows):
    of_b = (0.9 / 0.1) / (0.5 / 0.5)
    of_c = (0.9 / 0.1) / (0.6 / 0.4)
    of_e = (0.6 / 0.4) / (0.5 / 0.5)
    assert patches(rows)["odds"].tolist() == pytest.approx([of_b, of_c, of_e])


def test_the_number_of_patches_of_a_style_can_be_chosen(rows):
    assert patches(rows, n=1)["style"].tolist() == VOCAB
    with pytest.raises(ValueError, match="n must be 1 patch"):
        patches(rows, n=0)


def test_odds_of_a_certain_style_are_finite():
    certain = np.array([[1.0, 0.0]])
    all_lost = np.array([[[1.0, -1.0]]])
    losses = _log_odds_losses(certain, all_lost)
    assert np.isfinite(losses).all()


def test_boxes_are_the_windows_edges():
    boxes = window_boxes(patch_windows(10, 4, 3))
    assert len(boxes) == 9
    assert boxes[0].tolist() == [0, 0, 0.4, 0.4]
    assert boxes[5] == pytest.approx([0.6, 0.3, 1, 0.7])


@pytest.mark.parametrize("fit", ["squash", "crop", "pad"])
def test_a_patch_is_what_the_network_saw_there(fit):
    noise = Image.effect_noise((90, 60), 80).convert("RGB")
    picture = noise.reduce(6).resize((90, 60))
    patch = patch_of(picture, (0.25, 0.375, 0.75, 0.625), fit)
    squared = fit_to_square(picture, 64, fit)
    inside = np.asarray(squared, dtype=float)[24:40, 16:48]
    again = np.asarray(patch.resize((32, 16)), dtype=float)
    assert np.abs(again - inside).mean() < 8


@pytest.mark.parametrize("fit", ["squash", "crop", "pad"])
def test_the_smallest_patch_has_a_pixel(fit):
    picture = Image.new("RGB", (90, 60))
    patch = patch_of(picture, (0, 0, 0.01, 0.01), fit)
    assert patch.size >= (1, 1)


def test_patches_are_written_as_a_table_and_a_sheet(rows, sample, design, tmp_path):
    rows["filename"] = design["filename"][:5].tolist()
    result = patches(rows)
    write_patches(result, sample, tmp_path)
    assert (tmp_path / "figures/patches.png").stat().st_size
    pd.testing.assert_frame_equal(pd.read_csv(tmp_path / "patches.csv"), result)


def test_a_sheet_has_every_patch_and_says_what_is_of_another_style(rows):
    result = patches(rows).assign(caption="×2")
    fig = plot_patches(result, lambda _: Image.new("RGB", (8, 4)))
    texts = [text.get_text() for axes in fig.axes for text in axes.texts]
    assert texts == ["Ann", "×2", "Bob", "×2", "Cid", "×2, cubism"]

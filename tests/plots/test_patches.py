"""Patches: a line for each style, with who painted what."""

import pandas as pd
import pytest
from PIL import Image

from styleclf.plots.patches import plot_patches
from tests.plots.made_up import panel_words

PATCHES = pd.DataFrame(
    {
        "style": ["cubism", "cubism", "rococo"],
        "rank": [1, 2, 1],
        "filename": ["cubism/gris_a.jpg", "rococo/boucher_b.jpg", "rococo/unsigned.jpg"],
        "author": ["gris", "boucher", ""],
        "label": ["cubism", "rococo", "rococo"],
        "caption": ["×3", "×2", "×4"],
    }
)


def test_every_patch_has_its_painter_and_says_if_it_is_of_another_style():
    cut_rows = []

    def cut(row):
        cut_rows.append(row["filename"])
        return Image.new("RGB", (8, 8), "grey")

    fig = plot_patches(PATCHES, cut, "Title", note="A note.")
    assert cut_rows == PATCHES["filename"].tolist()
    assert panel_words(fig) >= {"Gris", "×3", "Boucher", "×2, rococo", "Unsigned", "×4"}
    (page,) = fig.axes
    bottoms = [image.get_extent()[2] for image in page.images]
    assert bottoms[0] == bottoms[1] > bottoms[2], "rococo stands below"


def test_a_table_without_captions_is_refused():
    with pytest.raises(ValueError, match="caption"):
        plot_patches(PATCHES.drop(columns="caption"), lambda row: Image.new("RGB", (8, 8)))

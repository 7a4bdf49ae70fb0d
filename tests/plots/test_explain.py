"""Maps on pictures: blue and red by the sign, a box below every picture."""

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from styleclf.plots.explain import overlay, paint_map, plot_explanations, plot_methods
from styleclf.plots.theme import FAINT
from tests.plots.made_up import panel_words

ATTR = np.array([[1.0, -1.0], [0.0, np.nan]])
PICTURES = [Image.new("RGB", (16, 16), "grey")] * 2
MAPS = [np.ones((16, 16)), -np.ones((16, 16))]
TABLE = pd.DataFrame(
    {
        "label": ["cubism", "rococo"],
        "pred": ["cubism", "cubism"],
        "target": ["cubism", "rococo"],
        "proba_cubism": [0.9, 0.7],
        "proba_rococo": [0.1, 0.3],
        "amplitude_occlusion": [0.25, 0.1],
    }
)


def test_an_overlay_is_blue_above_zero_red_below_and_clear_elsewhere():
    rgba = overlay(ATTR).astype(int)
    assert rgba[0, 0, 2] > rgba[0, 0, 0]
    assert rgba[0, 1, 0] > rgba[0, 1, 2]
    assert rgba[0, 0, 3] == rgba[0, 1, 3] > 0 == rgba[1, 0, 3] == rgba[1, 1, 3]


def test_what_a_map_does_not_cover_is_paler():
    painted = np.asarray(paint_map(Image.new("RGB", (2, 2), "grey"), ATTR)).astype(int)
    assert painted[1, 1].min() > painted[1, 0].max()


def test_boxes_say_both_guesses_and_the_amplitude():
    fig = plot_explanations(TABLE, PICTURES, MAPS, method="occlusion")
    assert {"cubism", "90", "rococo", "30", "amplitude", "25.0"} <= panel_words(fig)
    unlabelled = TABLE.assign(label="")
    edges = plot_explanations(unlabelled, PICTURES, MAPS, method="occlusion").axes[0].patches[-1].get_edgecolor()
    from matplotlib.colors import to_hex

    assert to_hex(edges).upper() == FAINT, "nobody knows whether it is right"


def test_the_painting_stands_above_its_map_with_painter_and_title():
    named = TABLE.assign(filename=["cubism/gris_guitar.jpg", "rococo/a-nymph.jpg"])
    fig = plot_explanations(named, PICTURES, MAPS, method="occlusion")
    (page,) = fig.axes
    assert len(page.images) == 2 * 2
    assert {"Gris: Guitar", "A nymph"} <= panel_words(fig)
    original, under_map = (np.asarray(image.get_array()).astype(int) for image in page.images[:2])
    assert (np.ptp(original, axis=-1) == 0).all() and np.ptp(under_map, axis=-1).max() > 20, "grey, and blue"


@pytest.mark.parametrize("method", ["occlusion", "integrated_gradients", "saliency"])
def test_title_and_note_of_one_picture_are_not_cut(method):
    one = TABLE.iloc[:1].assign(label="", **{f"amplitude_{method}": 0.1})
    fig = plot_explanations(one, PICTURES[:1], MAPS[:1], method=method)
    fig.canvas.draw()
    assert fig.get_tightbbox().x1 <= fig.get_figwidth() + 1e-9
    assert fig.get_figwidth() <= 10
    assert {"90", "10"} <= panel_words(fig)


def test_methods_stand_beside_the_painting():
    fig = plot_methods(TABLE, PICTURES, {"occlusion": MAPS, "saliency": MAPS})
    (page,) = fig.axes
    assert len(page.images) == 2 * 3
    assert {"cubism", "rococo"} <= panel_words(fig)


def test_a_table_without_the_methods_amplitude_is_refused():
    with pytest.raises(ValueError, match="amplitude_saliency"):
        plot_explanations(TABLE, PICTURES, MAPS, method="saliency")

"""Overlays and figures of explanations."""

import os
from typing import NamedTuple

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from styleclf.explain.pictures import maps_on_pictures, small_pictures
from styleclf.explain.report import _write_overlays
from styleclf.explain.selection import _select_rows
from styleclf.plots.explain import _HINDERS, _SUPPORTS, overlay, paint_map, plot_explanations, plot_methods
from styleclf.plots.theme import rgb_levels

SUPPORTS_HINDERS = [1.0, -1.0]
NOTHING_UNSEEN = [0.0, np.nan]
ATTR = np.array([SUPPORTS_HINDERS, NOTHING_UNSEEN])


def test_overlays_are_blue_red_or_nothing():
    (supports, hinders), nothing_and_unseen = overlay(ATTR)
    *colour, opacity = supports
    assert tuple(colour) == rgb_levels(_SUPPORTS)
    *colour, opacity_of_red = hinders
    assert tuple(colour) == rgb_levels(_HINDERS)
    assert opacity == opacity_of_red > 0
    assert (nothing_and_unseen[:, 3] == 0).all()
    assert (overlay(np.zeros((2, 2)))[..., 3] == 0).all()


def test_a_painted_map_is_bluer_redder_grey_or_pale():
    picture = paint_map(Image.new("RGB", (2, 2), "grey"), ATTR)
    (supports, hinders), (nothing, unseen) = np.asarray(picture).astype(int)
    red, _, blue = supports
    assert blue > red
    red, _, blue = hinders
    assert red > blue
    assert len(set(nothing)) == 1
    assert (unseen > nothing).all()


def test_the_picture_shows_through_its_map(tmp_path):
    picture = tmp_path / "wide.png"
    Image.new("RGB", (30, 20), (0, 255, 0)).save(picture)
    (file,) = _write_overlays(np.ones((1, 2, 2)), [str(picture)], "squash", folder=tmp_path / "overlays")
    with Image.open(file) as image:
        levels = np.asarray(image.convert("RGBA"))
    assert levels.shape == (20, 30, 4)
    _, green, blue, opacity = np.moveaxis(levels, 2, 0)
    assert (opacity == 255).all()
    assert (green > 0).all()
    assert blue.max() > 50


def save_as(file):
    """A picture with this name, if the file system takes it."""
    try:
        with open(file, "wb") as target:
            Image.new("RGB", (9, 6)).save(target, "PNG")
    except OSError:
        pytest.skip("this file system takes no such name")


@pytest.mark.parametrize("stem", [b"x" * 251, "портрет неизвестной дамы ".encode() * 5 + b"x", b"mu\xf1oz"])
def test_overlays_of_long_and_odd_names_are_written(tmp_path, stem):
    pictures = []
    for number in ("1", "2"):
        folder = tmp_path / number
        folder.mkdir()
        picture = os.path.join(folder, os.fsdecode(stem + b".png"))
        save_as(picture)
        pictures.append(picture)
    overlays = tmp_path / "overlays"
    files = _write_overlays(np.ones((2, 4, 4)), pictures, "squash", folder=overlays)
    assert sorted(overlays.iterdir()) == files
    beginning = stem.decode("utf-8", "ignore")[:20]
    for number, file in zip(("001", "002"), files, strict=True):
        assert file.name.startswith(f"{number}_{beginning}")
        file.name.encode("utf-8")  # or it raises an error


def test_overlays_have_names_that_every_disk_takes(tmp_path):
    picture = tmp_path / 'who? "me": a|b\n.png'
    save_as(picture)
    (file,) = _write_overlays(np.ones((1, 4, 4)), [str(picture)], "squash", folder=tmp_path / "overlays")
    assert file.name == "001_who- -me-- a-b-.png"


class Explained(NamedTuple):
    """Three images with their maps."""

    table: pd.DataFrame
    pictures: list
    maps: list


@pytest.fixture
def explained(predictions, sample):
    table = _select_rows(predictions, "wrong", 3).assign(
        amplitude_gradcam=[0.1, 0.2, 0.3],
        amplitude_occlusion=0.25,
    )
    table["target"] = table["label"]
    pictures = small_pictures([sample / name for name in table["filename"]])
    attr = np.random.default_rng(0).normal(size=(3, 8, 8))
    return Explained(table, pictures, maps_on_pictures(attr, pictures, "crop"))


def texts_of(artist):
    """The texts of a figure, or of its page."""
    return [text.get_text() for text in artist.texts]


def title_of(fig):
    return texts_of(fig)[0]


def test_a_figure_has_picture_map_and_amplitude_of_every_image(explained):
    fig = plot_explanations(*explained, method="occlusion")
    (page,) = fig.axes
    assert len(page.images) == 2 * 3
    assert "true style" in title_of(fig)
    texts = texts_of(page)
    assert texts.count("amplitude") == 3
    assert texts.count("25.0") == 3


def test_a_figure_of_images_without_a_style_shows_the_predicted_one(explained):
    preds = explained.table["pred"]
    unlabelled = explained.table.assign(label="", target=preds)
    fig = plot_explanations(unlabelled, explained.pictures, explained.maps, method="gradcam")
    assert "predicted style" in title_of(fig)
    (page,) = fig.axes
    assert set(preds) <= {*texts_of(page), *texts_of(fig)}


def test_a_figure_has_a_map_of_every_method(explained):
    maps = {"occlusion": explained.maps, "saliency": explained.maps}
    fig = plot_methods(explained.table, explained.pictures, maps)
    (page,) = fig.axes
    assert len(page.images) == 3 * 3


def test_a_method_without_amplitudes_is_refused(explained):
    with pytest.raises(ValueError, match="amplitude_saliency"):
        plot_explanations(*explained, method="saliency")

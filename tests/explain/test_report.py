"""Overlays and figures of explanations."""

import os

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from styleclf.explain.pictures import maps_on_pictures, small_pictures
from styleclf.explain.report import _write_overlays
from styleclf.explain.selection import _select_rows
from styleclf.plots.explain import _HINDERS, _SUPPORTS, overlay, paint_map, plot_explanations, plot_methods
from styleclf.plots.theme import rgb_levels


@pytest.fixture(scope="module")
def predictions(design):
    """Made-up predictions for the whole design."""
    vocab, rng = sorted(design["label"].unique()), np.random.default_rng(0)
    probas = rng.dirichlet(np.ones(len(vocab)), len(design))
    table = pd.DataFrame(probas, columns=[f"proba_{style}" for style in vocab])
    return pd.concat([design[["filename", "label"]].assign(pred=np.array(vocab)[probas.argmax(axis=1)]), table], axis=1)


def test_overlays_are_blue_red_or_nothing(tmp_path):
    attr = np.array([[1.0, -1.0], [0.0, np.nan]])
    rgba = overlay(attr)
    assert tuple(rgba[0, 0, :3]) == rgb_levels(_SUPPORTS)
    assert tuple(rgba[0, 1, :3]) == rgb_levels(_HINDERS)
    assert rgba[0, 0, 3] == rgba[0, 1, 3] > 0
    assert (rgba[1, :, 3] == 0).all()
    assert (overlay(np.zeros((2, 2)))[..., 3] == 0).all()
    picture = np.asarray(paint_map(Image.new("RGB", (2, 2), "grey"), attr)).astype(int)
    assert picture[0, 0, 2] > picture[0, 0, 0]
    assert picture[0, 1, 0] > picture[0, 1, 2]
    assert len(set(picture[1, 0])) == 1
    assert (picture[1, 1] > picture[1, 0]).all()
    Image.new("RGB", (30, 20), (0, 255, 0)).save(tmp_path / "wide.png")
    (file,) = _write_overlays(
        attr[None, :1, [0, 0]], [str(tmp_path / "wide.png")], "squash", folder=tmp_path / "overlays"
    )
    with Image.open(file) as image:
        levels = np.asarray(image.convert("RGBA")).astype(int)
    assert levels.shape == (20, 30, 4) and (levels[..., 3] == 255).all(), "the picture shows through its map"
    assert (levels[..., 1] > 0).all()
    assert levels[..., 2].max() > 50


@pytest.mark.parametrize("stem", [b"x" * 251, "портрет неизвестной дамы ".encode() * 5 + b"x", b"mu\xf1oz"])
def test_overlays_of_long_and_odd_names_are_written(tmp_path, stem):
    pictures = []
    for number in (1, 2):
        folder = tmp_path / str(number)
        folder.mkdir()
        pictures.append(os.path.join(os.fsencode(folder), stem + b".png"))
        try:
            Image.new("RGB", (9, 6)).save(tmp_path / "plain.png")
            os.replace(tmp_path / "plain.png", pictures[-1])
        except OSError:
            pytest.skip("this file system takes no such name")
    paths = [os.fsdecode(path) for path in pictures]
    files = _write_overlays(np.ones((2, 4, 4)), paths, "squash", folder=tmp_path / "overlays")
    assert sorted(file.name for file in (tmp_path / "overlays").iterdir()) == [file.name for file in files]
    assert [file.name[:4] for file in files] == ["001_", "002_"]
    beginning = stem.decode("utf-8", "ignore")[:20]
    assert all(file.name.encode("utf-8").decode().startswith(beginning, 4) for file in files)


def test_overlays_have_names_that_every_disk_takes(tmp_path):
    picture = tmp_path / 'who? "me": a|b\n.png'
    try:
        Image.new("RGB", (9, 6)).save(picture)
    except OSError:
        pytest.skip("this file system takes no such name")
    (file,) = _write_overlays(np.ones((1, 4, 4)), [str(picture)], "squash", folder=tmp_path / "overlays")
    assert file.name == "001_who- -me-- a-b-.png"


def test_figures_have_a_picture_for_every_image_and_method(predictions, sample):
    table = _select_rows(predictions, "wrong", 3).assign(amplitude_gradcam=[0.1, 0.2, 0.3], amplitude_occlusion=0.25)
    table["target"] = table["label"]
    pictures = small_pictures([sample / name for name in table["filename"]])
    maps = maps_on_pictures(np.random.default_rng(0).normal(size=(3, 8, 8)), pictures, "crop")
    fig = plot_explanations(table, pictures, maps, method="occlusion")
    texts = [text.get_text() for axes in fig.axes for text in axes.texts]
    assert texts.count("amplitude") == 3 == texts.count("25.0")
    assert len(fig.axes) == 2 * 3
    assert "true style" in fig.texts[0].get_text()
    blank = plot_explanations(table.assign(label="", target=table["pred"]), pictures, maps, method="gradcam")
    assert "predicted style" in blank.texts[0].get_text()
    assert set(table["pred"]) <= {t.get_text() for t in blank.texts}
    assert len(plot_methods(table, pictures, {"occlusion": maps, "saliency": maps}).axes) == 3 * 3
    with pytest.raises(ValueError, match="amplitude_saliency"):
        plot_explanations(table, pictures, maps, method="saliency")

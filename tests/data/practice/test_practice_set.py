"""The practice set on disk: the same bytes every time, and folders that are left alone."""

import json
import shutil

import numpy as np
import pytest
from PIL import Image

from styleclf.data.practice.colours import luma
from styleclf.data.practice.painters import STYLES
from styleclf.data.practice.practice_set import MARKER_FILE, MIN_IMAGES
from tests.data.practice.conftest import paint


def contents(folder):
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def pictures(folder):
    return sorted(folder.glob("*/*.jpg"))


def test_pictures_have_the_short_side_asked_for_and_varied_aspect(small):
    sizes = []
    for path in pictures(small):
        with Image.open(path) as image:
            assert image.mode == "RGB"
            sizes.append(image.size)
    assert len(sizes) == MIN_IMAGES
    assert all(min(size) == 32 for size in sizes)
    aspects = {round(w / h, 2) for w, h in sizes}
    assert len(aspects) >= 6
    assert min(aspects) < 0.8
    assert max(aspects) > 1.4


def test_same_arguments_same_bytes_whatever_the_number_of_processes(small, other_seed, tmp_path, monkeypatch):
    monkeypatch.setattr("os.cpu_count", lambda: 1)
    assert contents(paint(tmp_path / "again")) == contents(small)
    assert not set(contents(other_seed).values()) & set(contents(small).values())


def test_a_complete_set_is_left_alone_wherever_it_lies(small, tmp_path):
    out = shutil.copytree(small, tmp_path / "copy")
    lost = pictures(out)[0]
    lost.write_bytes(b"half a pict")
    paint(out)
    assert contents(out) == {**contents(small), str(lost.relative_to(out)): b"half a pict"}


def test_an_interrupted_set_is_painted_anew(small, tmp_path):
    out = shutil.copytree(small, tmp_path / "copy")
    marker = json.loads((out / MARKER_FILE).read_text())
    (out / MARKER_FILE).write_text(json.dumps({**marker, "complete": False}))
    pictures(out)[0].write_bytes(b"half a pict")
    (out / "photo" / "left-over.jpg").write_bytes(b"")
    paint(out)
    assert contents(out) == contents(small)


def test_the_marker_is_complete_only_after_the_last_picture(tmp_path, monkeypatch):
    monkeypatch.setattr("styleclf.data.practice.practice_set.Parallel", lambda *_, **__: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        paint(tmp_path / "sample")
    assert json.loads((tmp_path / "sample" / MARKER_FILE).read_text())["complete"] is False


def test_other_arguments_replace_the_set(small, other_seed, tmp_path):
    out = shutil.copytree(small, tmp_path / "copy")
    assert contents(paint(out, seed=1)) == contents(other_seed)


@pytest.mark.parametrize("name", ["holiday.jpg", "photo/cat.jpg", MARKER_FILE])
def test_a_foreign_folder_is_refused_and_untouched(tmp_path, name):
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).write_bytes(b"[1, 2]")
    with pytest.raises(ValueError, match="something other"):
        paint(tmp_path)
    assert contents(tmp_path) == {name: b"[1, 2]"}


def test_a_file_in_place_of_the_folder_is_refused(tmp_path):
    (tmp_path / "sample").write_bytes(b"mine")
    with pytest.raises(ValueError, match="something other"):
        paint(tmp_path / "sample")
    assert contents(tmp_path) == {"sample": b"mine"}


@pytest.mark.parametrize(("n_images", "size"), [(MIN_IMAGES - 1, 32), (MIN_IMAGES, 15)])
def test_too_small_a_set_is_refused(tmp_path, n_images, size):
    with pytest.raises(ValueError, match=f"not {n_images} of {size}"):
        paint(tmp_path / "sample", n_images=n_images, size=size)
    assert not (tmp_path / "sample").exists()


def statistics(path):
    """Colour and edges in eleven numbers."""
    with Image.open(path) as image:
        pixels = np.asarray(image.resize((48, 48)), dtype=np.float32) / 255
    rise_y, rise_x = np.gradient(luma(pixels))
    edges = np.hypot(rise_x, rise_y)
    spread = pixels.max(-1) - pixels.min(-1)
    quartiles = np.quantile(edges, [0.25, 0.5, 0.9])
    return np.array([*pixels.mean((0, 1)), *pixels.std((0, 1)), spread.mean(), spread.std(), *quartiles])


def test_styles_differ_even_by_painters_never_seen(small):
    paths = pictures(small)
    labels = np.array([path.parent.name for path in paths])
    groups = [path.name.partition("_")[0] if "_" in path.name else path.name for path in paths]
    values = np.stack([statistics(path) for path in paths])
    values = (values - values.mean(0)) / values.std(0)
    right = 0
    for group in set(groups):
        inside = np.array([other == group for other in groups])
        seen = labels[~inside]
        centres = np.stack([values[~inside][seen == style].mean(0) for style in STYLES])
        nearest = np.linalg.norm(values[inside][:, None] - centres, axis=-1).argmin(1)
        right += (np.array(STYLES)[nearest] == labels[inside]).sum()
    assert right / len(paths) > 0.4  # chance is 0.125

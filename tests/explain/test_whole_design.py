"""Whole designs: maps in chunks that are kept."""

import numpy as np
import pytest

from styleclf.data import Paintings
from styleclf.explain import attribute, whole_design as whole
from styleclf.explain.map_options import MapOptions
from styleclf.explain.whole_design import occlude_all, patch_windows, read_losses
from tests.damage import damage_file
from tests.explain.conftest import breaking


@pytest.fixture
def quadrant(quadrant):
    """In float32, as the maps that these are compared with."""
    quadrant.fitting_precision.precision = "fp32"
    return quadrant


@pytest.fixture
def rows(design, monkeypatch):
    """Five rows, in chunks of two."""
    monkeypatch.setattr(whole, "_CHUNK", 2)
    one_of_each_style = design.groupby("label").head(1)
    return one_of_each_style.head(5).reset_index(drop=True)


@pytest.fixture
def paintings(rows, sample):
    return Paintings(rows, sample)


@pytest.fixture
def occlude(quadrant, paintings, tmp_path):
    """`occlude(**changes)`: the files of all maps of `paintings` by the model `one`."""

    def run(paintings=paintings, model="one", **options):
        map_options = MapOptions(**options)
        return occlude_all(quadrant, paintings, tmp_path, model=model, options=map_options, progress=False)

    return run


def joined(files, name):
    """An array of all chunks."""
    return np.concatenate([np.load(file)[name] for file in files])


def test_chunks_hold_what_one_map_at_a_time_says(quadrant, paintings, rows, occlude):
    files = occlude()
    assert [file.name for file in files] == ["000000.npz", "000002.npz", "000004.npz"]
    assert joined(files, "filename").tolist() == rows["filename"].tolist()
    assert joined(files, "target").tolist() == rows["label"].tolist()
    expected = attribute(
        quadrant,
        paintings.paths(),
        "sliding_occlusion",
        target="true",
        window=8,
        stride=4,
        progress=False,
    )
    np.testing.assert_allclose(joined(files, "attr"), expected, atol=1e-5)


def test_only_windows_on_the_quadrant_that_counts_take_something(occlude):
    probas, lost = read_losses(occlude())
    windows = patch_windows(32)
    in_upper_half = windows.rows[:, :16].any(dim=1)
    in_left_half = windows.columns[:, :16].any(dim=1)
    is_outside = ~(in_upper_half & in_left_half).numpy()
    assert lost.shape == (5, 49, 8)
    assert np.abs(lost[:, is_outside]).max() < 1e-6 < np.abs(lost).max()
    np.testing.assert_allclose(probas.sum(axis=1), 1, atol=1e-5)


def test_what_was_stopped_goes_on(occlude, tmp_path, monkeypatch, capsys):
    with monkeypatch.context() as patch:
        patch.setattr(whole, "with_progress", lambda items, *_: iter(items[:1]))
        occlude()
    (first,) = tmp_path.glob("*.npz")
    written = first.stat().st_mtime_ns
    files = occlude()
    assert all(file.is_file() for file in files)
    assert first.stat().st_mtime_ns == written
    assert "1 of 3 chunks are there already" in capsys.readouterr().out


def test_no_half_file_is_left(occlude, tmp_path, monkeypatch):
    monkeypatch.setattr(whole.np, "savez_compressed", breaking)
    with pytest.raises(RuntimeError):
        occlude()
    assert [file.name for file in tmp_path.iterdir()] == ["made_with.json"]


def test_maps_made_otherwise_are_not_mixed_in(occlude, paintings, rows):
    occlude()
    with pytest.raises(ValueError, match=r"made with window None instead of 9: choose another folder"):
        occlude(window=9)
    with pytest.raises(ValueError, match="model 'one' instead of 'two'"):
        occlude(model="two")
    fewer = paintings.with_rows(rows[1:].reset_index())
    with pytest.raises(ValueError, match="images"):
        occlude(fewer)


def with_fewer_images(arrays):
    return {name: array[:1] for name, array in arrays.items()}


def with_other_windows(arrays):
    return arrays | {"lost": arrays["lost"][:, :2]}


def without_maps(arrays):
    return {name: array for name, array in arrays.items() if name != "attr"}


@pytest.fixture
def assert_made_anew(occlude, tmp_path, capsys):
    """A function that asserts that the first chunk, which is damaged, becomes again what it was."""

    def check(expected):
        occlude()
        assert "000000.npz is damaged: its maps are computed again" in capsys.readouterr().out
        arrays = dict(np.load(tmp_path / "000000.npz"))
        assert arrays.keys() == expected.keys()
        assert (arrays["filename"] == expected["filename"]).all()
        assert (arrays["lost"] == expected["lost"]).all()

    return check


@pytest.mark.parametrize("damage", ["empty", "half", "pickle"])
def test_a_damaged_chunk_is_made_anew(occlude, assert_made_anew, damage):
    first, *_ = occlude()
    arrays = dict(np.load(first))
    damage_file(first, damage)
    assert_made_anew(arrays)


@pytest.mark.parametrize("change", [with_fewer_images, with_other_windows, without_maps])
def test_a_chunk_that_does_not_fit_is_made_anew(occlude, assert_made_anew, change):
    first, *_ = occlude()
    arrays = dict(np.load(first))
    np.savez(first, **change(arrays))
    assert_made_anew(arrays)


def test_damaged_notes_of_how_maps_were_made_are_named(occlude, tmp_path):
    occlude()
    (tmp_path / "made_with.json").write_text("null")
    with pytest.raises(ValueError, match=r"made_with\.json is damaged"):
        occlude()

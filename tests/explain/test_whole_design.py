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
    return design.groupby("label").head(1).head(5).reset_index(drop=True)


def test_chunks_hold_what_one_map_at_a_time_says(quadrant, rows, sample, tmp_path):
    files = occlude_all(quadrant, Paintings(rows, sample), tmp_path, progress=False)
    assert [file.name for file in files] == ["000000.npz", "000002.npz", "000004.npz"]
    chunks = [dict(np.load(file)) for file in files]
    assert np.concatenate([chunk["filename"] for chunk in chunks]).tolist() == rows["filename"].tolist()
    assert np.concatenate([chunk["target"] for chunk in chunks]).tolist() == rows["label"].tolist()
    paths = [sample / name for name in rows["filename"]]
    attr = attribute(quadrant, paths, "sliding_occlusion", target="true", window=8, stride=4, progress=False)
    np.testing.assert_allclose(np.concatenate([chunk["attr"] for chunk in chunks]), attr, atol=1e-5)
    probas, lost = read_losses(files)
    outside = (patch_windows(32).rows[:, :16].any(dim=1) & patch_windows(32).columns[:, :16].any(dim=1)).numpy() == 0
    assert lost.shape == (5, 49, 8)
    assert np.abs(lost[:, outside]).max() < 1e-6 < np.abs(lost).max()
    np.testing.assert_allclose(probas.sum(axis=1), 1, atol=1e-5)


def test_what_was_stopped_goes_on_and_nothing_else_is_mixed_in(quadrant, rows, sample, tmp_path, monkeypatch, capsys):
    paintings = Paintings(rows, sample)

    def all_of(folder, **options):
        return occlude_all(quadrant, paintings, folder, model="one", options=MapOptions(**options), progress=False)

    with monkeypatch.context() as patch:
        patch.setattr(whole, "tracked", lambda items, *_: iter(items[:2]))
        all_of(tmp_path)
    first, second = sorted(tmp_path.glob("*.npz"))
    second.unlink()
    kept = first.stat().st_mtime_ns
    with monkeypatch.context() as patch:
        patch.setattr(whole.np, "savez_compressed", breaking)
        with pytest.raises(RuntimeError):
            all_of(tmp_path)
    assert sorted(tmp_path.iterdir()) == [first, tmp_path / "made_with.json"], "no half file is left"
    files = all_of(tmp_path)
    assert all(file.is_file() for file in files)
    assert first.stat().st_mtime_ns == kept
    assert "1 of 3 chunks are there already" in capsys.readouterr().out
    with pytest.raises(ValueError, match=r"made with window None instead of 9: choose another folder"):
        all_of(tmp_path, window=9)
    with pytest.raises(ValueError, match="model 'one' instead of 'two'"):
        occlude_all(quadrant, paintings, tmp_path, model="two")
    with pytest.raises(ValueError, match="images"):
        occlude_all(quadrant, paintings.with_rows(rows[1:].reset_index()), tmp_path, model="one")


@pytest.mark.parametrize("damage", ["empty", "half", "pickle", "fewer images", "other windows", "no maps"])
def test_a_damaged_chunk_is_made_anew(quadrant, rows, sample, tmp_path, capsys, damage):
    paintings = Paintings(rows, sample)
    first, *_ = occlude_all(quadrant, paintings, tmp_path, progress=False)
    arrays = dict(np.load(first))
    if damage == "fewer images":
        np.savez(first, **{name: array[:1] for name, array in arrays.items()})
    elif damage == "no maps":
        np.savez(first, **{name: array for name, array in arrays.items() if name != "attr"})
    elif damage == "other windows":
        np.savez(first, **{**arrays, "lost": arrays["lost"][:, :2]})
    else:
        damage_file(first, damage)
    occlude_all(quadrant, paintings, tmp_path, progress=False)
    assert "000000.npz is damaged: its maps are computed again" in capsys.readouterr().out
    again = dict(np.load(first))
    assert again.keys() == arrays.keys()
    assert all((again[name] == arrays[name]).all() for name in ("filename", "lost"))
    (tmp_path / "made_with.json").write_text("null")
    with pytest.raises(ValueError, match=r"made_with\.json is damaged"):
        occlude_all(quadrant, paintings, tmp_path, progress=False)

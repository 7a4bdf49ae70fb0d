"""embeddings.projection: one map for all epochs, the same for a seed, drawn by PCA where umap-learn is missing."""

import subprocess
import sys
import types
from pathlib import Path

import numpy as np
import pytest
from sklearn.decomposition import PCA

from styleclf.embeddings.projection import map_positions, map_positions_by_epoch

RNG = np.random.default_rng(0)
EMBEDDINGS = RNG.normal(size=(30, 6)) * np.arange(6, 0, -1)


def epochs():
    """Three epochs of 30 images that drift, one image unknown in the first; the first 20 are trained on."""
    result = EMBEDDINGS + np.array([5, 1, 0])[:, None, None]
    result[0, 3] = np.nan
    return result, np.arange(30) < 20


def test_a_map_is_the_same_for_a_seed():
    for dims in (2, 3):
        first, again = (map_positions(EMBEDDINGS, "pca", seed=3, dims=dims) for _ in range(2))
        assert first.shape == (30, dims)
        assert (first == again).all()
    with pytest.raises(ValueError, match="tsne"):
        map_positions(EMBEDDINGS, "tsne")


def test_all_epochs_are_placed_on_the_map_of_the_last():
    result, fitted = epochs()
    pca = PCA(2).fit(result[-1, fitted])
    points = map_positions_by_epoch(result, fitted, "pca")
    assert np.isnan(points[0, 3]).all()
    assert np.isfinite(np.delete(points.reshape(-1, 2), 3, axis=0)).all()
    for epoch in range(3):
        known = np.isfinite(points[epoch]).all(axis=1)
        assert points[epoch, known] == pytest.approx(pca.transform(result[epoch, known]), abs=1e-4)
    assert map_positions_by_epoch(result, fitted, "pca", dims=3).shape == (3, 30, 3)


class Umap:
    """Stands for umap-learn's, whose import alone takes many seconds: a PCA that counts how often it is fitted."""

    fits = 0

    def __init__(self, n_neighbors, n_components, random_state, transform_seed, n_jobs):
        assert n_neighbors == 15
        assert n_jobs == 1
        assert random_state == transform_seed == 4
        self.pca = PCA(n_components)

    def fit(self, embeddings):
        Umap.fits += 1
        self.pca.fit(embeddings)
        return self

    def transform(self, embeddings):
        return self.pca.transform(embeddings)

    def fit_transform(self, embeddings):
        return self.pca.fit_transform(embeddings)


def test_umap_is_announced_and_fitted_once(monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "umap", types.SimpleNamespace(UMAP=Umap))
    points = map_positions_by_epoch(*epochs(), "umap", seed=4)
    assert points == pytest.approx(map_positions_by_epoch(*epochs(), "pca"), nan_ok=True, abs=1e-4)
    assert Umap.fits == 1
    assert "importing umap" in capsys.readouterr().out


def test_numba_gets_a_folder_where_it_finds_none(monkeypatch):
    """As where neither the packages nor the home of the user can be written."""
    config = types.SimpleNamespace(CACHE_DIR="")

    class Package(types.ModuleType):
        def __getattr__(self, name: str) -> type:
            if name != "UMAP":
                raise AttributeError(name)
            if not config.CACHE_DIR:
                raise RuntimeError("cannot cache function 'rdist': no locator available for file 'umap/layouts.py'")
            return Umap

    monkeypatch.setitem(sys.modules, "umap", Package("umap"))
    monkeypatch.setitem(sys.modules, "numba", types.SimpleNamespace(config=config))
    assert map_positions(EMBEDDINGS, "umap", 4).shape == (len(EMBEDDINGS), 2)
    assert Path(config.CACHE_DIR).is_dir()
    Path(config.CACHE_DIR).rmdir()


def test_without_umap_the_map_is_drawn_by_pca(monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "umap", None)
    assert (map_positions(EMBEDDINGS, "umap") == map_positions(EMBEDDINGS, "pca")).all()
    assert "styleclf[umap]" in capsys.readouterr().out


def test_embeddings_that_make_no_map_are_refused():
    result, fitted = epochs()
    with pytest.raises(ValueError, match="three images or more"):
        map_positions_by_epoch(result, np.arange(30) < 2, "pca")
    with pytest.raises(ValueError, match="three images or more"):
        map_positions_by_epoch(result[:0], fitted, "pca")
    result[1, 7, 2] = np.nan
    with pytest.raises(ValueError, match=r"1 embedding with NaN or infinity .*, the first at epoch 1, row 7: train"):
        map_positions_by_epoch(result, fitted, "pca")


def test_umap_is_not_imported_before_it_is_asked_for():
    code = "import sys, styleclf.embeddings.projection; print(*{'umap', 'sklearn'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []

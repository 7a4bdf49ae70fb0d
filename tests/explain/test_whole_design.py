"""Whole designs: maps in chunks that are kept, patches known by hand, and evidence by others alone."""

import numpy as np
import pandas as pd
import pytest
from PIL import Image
from torch import nn

from styleclf.data.images import fit_to_square
from styleclf.explain import attribute, whole_design as whole
from styleclf.explain.evidence import _evidence_table, write_evidence
from styleclf.explain.patches import BOX, _log_odds_lost, best_patches, patch_of, window_boxes, write_patches
from styleclf.explain.whole_design import occlude_all, patch_windows, read_losses
from styleclf.output import write_table
from styleclf.plots.patches import plot_patches
from styleclf.training.export import load_style_learner
from tests.explain.test_attribution import Quadrant, breaking

VOCAB = ["cubism", "rococo"]


@pytest.fixture
def quadrant(learn):
    learn.model = nn.Sequential(Quadrant())
    learn.fitting_precision.precision = "fp32"
    return learn


@pytest.fixture
def rows(design, monkeypatch):
    """Five rows, in chunks of two."""
    monkeypatch.setattr(whole, "_CHUNK", 2)
    return design.groupby("label").head(1).head(5).reset_index(drop=True)


def test_chunks_hold_what_one_map_at_a_time_says(quadrant, rows, sample, tmp_path):
    files = occlude_all(quadrant, rows, sample, tmp_path, progress=False)
    assert [file.name for file in files] == ["000000.npz", "000002.npz", "000004.npz"]
    chunks = [dict(np.load(file)) for file in files]
    assert np.concatenate([chunk["filename"] for chunk in chunks]).tolist() == rows["filename"].tolist()
    assert np.concatenate([chunk["target"] for chunk in chunks]).tolist() == rows["label"].tolist()
    paths = [sample / name for name in rows["filename"]]
    attr = attribute(quadrant, paths, "sliding_occlusion", "true", window=8, stride=4, progress=False)
    np.testing.assert_allclose(np.concatenate([chunk["attr"] for chunk in chunks]), attr, atol=1e-5)
    probas, lost = read_losses(files)
    outside = (patch_windows(32).rows[:, :16].any(dim=1) & patch_windows(32).columns[:, :16].any(dim=1)).numpy() == 0
    assert lost.shape == (5, 49, 8) and np.abs(lost[:, outside]).max() < 1e-6 < np.abs(lost).max()
    np.testing.assert_allclose(probas.sum(axis=1), 1, atol=1e-5)


def test_what_was_stopped_goes_on_and_nothing_else_is_mixed_in(quadrant, rows, sample, tmp_path, monkeypatch, capsys):
    def all_of(folder, **how):
        return occlude_all(quadrant, rows, sample, folder, model="one", progress=False, **how)

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
    assert all(file.is_file() for file in files) and first.stat().st_mtime_ns == kept
    assert "1 of 3 chunks are there already" in capsys.readouterr().out
    with pytest.raises(ValueError, match=r"made with window None instead of 9: choose another --out"):
        all_of(tmp_path, window=9)
    with pytest.raises(ValueError, match="model 'one' instead of 'two'"):
        occlude_all(quadrant, rows, sample, tmp_path, model="two")
    with pytest.raises(ValueError, match="images"):
        occlude_all(quadrant, rows[1:].reset_index(), sample, tmp_path, model="one")


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
    found = best_patches(probas, lost, rows, VOCAB, windows, 3)
    assert found[["style", "rank", "filename"]].to_numpy().tolist() == [
        ["cubism", 1, "b"],
        ["cubism", 2, "c"],
        ["rococo", 1, "e"],
    ]
    assert found[BOX].to_numpy()[:2].tolist() == [[0, 0.5, 0.5, 1], [0.5, 0.5, 1, 1]]
    assert found["odds"].tolist() == pytest.approx([9, 6, (0.6 / 0.4) / (0.5 / 0.5)])
    assert len(best_patches(probas, lost, rows, VOCAB, windows, 1)) == 2
    with pytest.raises(ValueError, match="n must be 1 patch"):
        best_patches(probas, lost, rows, VOCAB, windows, 0)
    assert np.isfinite(_log_odds_lost(np.array([[1.0, 0.0]]), np.array([[[1.0, -1.0]]]))).all()


def test_boxes_are_the_windows_edges():
    boxes = window_boxes(patch_windows(10, 4, 3))
    assert len(boxes) == 9 and boxes[0].tolist() == [0, 0, 0.4, 0.4]
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
    found = best_patches(probas, lost, rows, VOCAB, patch_windows(8, 4, 4), 3)
    write_patches(found, sample, tmp_path)
    assert (tmp_path / "figures/patches.png").stat().st_size
    pd.testing.assert_frame_equal(pd.read_csv(tmp_path / "patches.csv"), found)
    fig = plot_patches(found.assign(told="×2"), lambda _: Image.new("RGB", (8, 4)))
    assert [t.get_text() for axes in fig.axes for t in axes.texts] == ["ann", "×2", "bob", "×2", "cid", "×2, cubism"]


def test_evidence_is_by_others_and_was_trained_on(exported, design, sample, tmp_path):
    learn = load_style_learner(exported)
    write_table(design, tmp_path / "design.csv")
    asked = design[design["fold"] == "0"].drop_duplicates("label").head(2)
    files = [(sample / name).as_posix() for name in asked["filename"]]
    stranger = tmp_path / f"{design['author'][design['author'] != ''].iloc[0]}_copy.png"
    Image.new("RGB", (40, 30)).save(stranger)
    queries = pd.DataFrame({"filename": [*files, stranger.as_posix()], "target": "cubism"})
    table = _evidence_table(learn, queries, tmp_path / "design.csv", "0", sample, 3, progress=False)
    assert table.groupby("query").size().tolist() == [4, 4, 4]
    own, near = table[table["rank"] == 0], table[table["rank"] > 0]
    assert own["filename"].tolist() == queries["filename"].tolist() and (own["target"] == "cubism").all()
    authors = own.set_index("query")["author"].to_dict()
    assert authors[stranger.as_posix()] == stranger.stem.partition("_")[0]
    assert all(row.author != authors[row.query] or not row.author for row in near.itertuples())
    trained = design[~design["fold"].isin(["0", "val"])]
    assert set(near["filename"]) <= {(sample / name).as_posix() for name in trained["filename"]}
    assert (near["target"] == near["label"]).all() and (near.groupby("query")["distance"].diff().dropna() >= 0).all()
    write_evidence(learn, queries, tmp_path / "design.csv", "0", sample, 2, "occlusion", tmp_path, progress=False)
    assert (tmp_path / "figures/evidence.png").stat().st_size and len(pd.read_csv(tmp_path / "evidence.csv")) == 9

"""inference.features: the same through loaders and from the cache, computed once, and anew when anything changes."""

import numpy as np
import pytest
import torch

from styleclf.data.dataloaders import get_dls
from styleclf.inference import features, predict
from styleclf.models.network import create_body
from styleclf.training.learner import style_learner
from styleclf.training.probe import fit_probe
from tests.conftest import ARCH
from tests.damage import damage_file, full_disk


@pytest.fixture
def body(weights_file):
    return create_body(ARCH, "style", weights_file)


@pytest.fixture
def folds(design, sample, tmp_path):
    """DataLoaders of a fold whose decoded images and features are kept in the folder of the test."""
    return lambda fold=0, cache=tmp_path: get_dls(design, sample, fold, arch=ARCH, size=32, bs=16, cache=cache)


def passes(body):
    """A list that grows with every image the body sees, but for the example by which its normalisations are folded."""
    seen = []

    def note_batch(_, inputs):
        n_images = len(inputs[0])
        if n_images > 1 or torch.is_inference_mode_enabled():
            seen.extend(range(n_images))

    body.register_forward_pre_hook(note_batch)
    return seen


def kept(folder):
    return sorted(folder.glob("*-*.npy"))


@pytest.mark.parametrize("mirrored", [False, True])
def test_kept_features_are_those_of_the_loaders_in_the_order_of_the_items(mirrored, body, folds):
    dls = folds()
    for ds in (dls.train_ds, dls.valid_ds):
        result, targs = features.dataset_features(body, dls, ds, precision="fp32", progress=False, mirrored=mirrored)
        dl = dls.test_dl(ds.items, with_labels=True)
        expected, expected_targs = features.body_features(body, dl, precision="fp32", progress=False, mirrored=mirrored)
        assert result.shape == (len(ds), body.head_hidden_size)
        assert result.dtype == np.float32
        assert result == pytest.approx(expected, abs=1e-4)
        assert targs.tolist() == expected_targs.tolist()
        assert [dls.vocab[i] for i in targs] == ds.items["label"].tolist()


def test_features_are_what_the_body_gives_and_leave_its_weights_as_they_were(body, folds):
    dls = folds()
    before = {name: value.clone() for name, value in body.state_dict().items()}
    body.train()
    dl = dls.test_dl(dls.valid_ds.items, with_labels=True)
    plain, _ = features.body_features(body, dl, precision="fp32", progress=False)
    mirrored, _ = features.body_features(body, dl, precision="fp32", progress=False, mirrored=True)
    assert not body.training, "another thread may be using it"
    assert all(torch.equal(before[name], value) for name, value in body.state_dict().items())
    body.eval()
    with torch.no_grad():
        x = dls.valid.one_batch()[0][:3].as_subclass(torch.Tensor)
        assert plain[:3] == pytest.approx(body(x).numpy(), abs=1e-4)
        assert mirrored[:3] == pytest.approx(body(x.flip(3)).numpy(), abs=1e-4)


def test_every_image_passes_once_whatever_the_fold(body, folds, design, tmp_path):
    seen = passes(body)
    for fold in (0, 1):
        dls = folds(fold)
        for ds in (dls.train_ds, dls.valid_ds):
            features.dataset_features(body, dls, ds, progress=False)
    assert len(seen) == len(design)
    assert len(kept(tmp_path)) == 1
    assert not list(tmp_path.glob(".*")), "nothing half-written is left"
    features.dataset_features(body, dls, dls.train_ds, progress=False, mirrored=True)
    assert len(seen) == 2 * len(design)
    assert len(kept(tmp_path)) == 2


def test_without_a_cache_and_for_images_that_are_not_in_store_only_what_is_asked_for_passes(body, folds, tmp_path):
    seen, without, store = passes(body), folds(cache=False), folds()
    picture = store.train_ds.tls[0].tfms.fs[-1]
    picture.store.rows.popitem()
    for dls in (without, store):
        del seen[:]
        parts = [ds for ds in (dls.train_ds, dls.valid_ds) if features._stored_rows(ds)[0] is None]
        assert parts
        assert dls is store or len(parts) == 2
        for ds in parts:
            result, _ = features.dataset_features(body, dls, ds, progress=False)
            assert len(result) == len(ds)
            assert features.kept_batch(body, dls, ds) is None
        assert len(seen) == sum(map(len, parts))
    assert not kept(tmp_path)


def test_a_probed_learner_predicts_by_what_its_body_has_seen_and_a_trained_one_looks_again(folds, weights_file):
    dls = folds()
    learn = style_learner(dls, ARCH, weights_file, precision="fp32")
    paths = [dls.valid_ds.tls[0].tfms.fs[0](row) for _, row in dls.valid_ds.items.iterrows()]
    seen = passes(learn.model[0])
    looked = predict.probas_and_embeddings(learn, paths, progress=False)
    assert len(seen) == len(paths), "nothing was kept"
    fit_probe(learn.model, dls, "fp32", progress=False)
    n_seen = len(seen)
    kept_ones = predict.probas_and_embeddings(learn, paths[::-1], progress=False)
    assert len(seen) == n_seen
    assert not kept_ones.unreadable
    learn.dls.valid_ds.tls[0].tfms.fs[-1].store.file = None
    looked = predict.probas_and_embeddings(learn, paths, progress=False)
    assert len(seen) == n_seen + len(paths)
    for with_features, without in zip(kept_ones[:2], looked[:2], strict=True):
        assert with_features[::-1] == pytest.approx(without, abs=1e-4)


def test_other_weights_and_other_images_have_no_kept_features(body, folds, tmp_path):
    dls = folds()
    paths = [dls.valid_ds.tls[0].tfms.fs[0](row) for _, row in dls.valid_ds.items.iterrows()]
    assert features.kept_features(body, dls, paths) is None
    features.dataset_features(body, dls, dls.train_ds, progress=False)
    assert len(features.kept_features(body, dls, paths)) == len(paths)
    assert features.kept_features(body, dls, [*paths, tmp_path / "other.jpg"]) is None
    assert features.kept_features(body, folds(cache=False), paths) is None
    with torch.no_grad():
        next(body.parameters()).view(-1)[0] += 1e-6
    assert features.kept_features(body, dls, paths) is None


def test_history_judges_a_probe_alike_with_kept_features_and_without(folds, weights_file):
    rows = []
    for cache in (True, False):
        dls = folds() if cache else folds(cache=False)
        learn = style_learner(dls, ARCH, weights_file, precision="fp32")
        seen, model = passes(learn.model[0]), learn.model
        result = fit_probe(model, dls, "fp32", progress=False)
        n_seen = len(seen)
        learn.history.add_probe(result, 1.0)
        assert learn.model is model
        assert len(seen) - n_seen == (0 if cache else len(dls.valid_ds))
        rows.append(learn.history.rows[0])
    assert list(rows[0]) == list(rows[1])
    assert {"test_loss", "test_top_2_accuracy", "train_loss"} <= set(rows[0])
    assert [*rows[0].values()] == pytest.approx([*rows[1].values()], abs=0.02)


def test_whatever_changes_features_changes_their_name(body, folds, design, sample, weights_file):
    dls = folds()

    def key(body=body, dls=dls, precision="fp32", mirrored=False, size=32):
        return features._features_key(body, dls.valid.after_batch, size, precision=precision, mirrored=mirrored)

    first = key()
    assert first == key() == key(create_body(ARCH, "style", weights_file)) == key(dls=folds(1))
    other_stats = get_dls(design, sample, 0, arch=ARCH, size=32, bs=16, stats=((0.5,) * 3, (0.5,) * 3))
    pooled = create_body(ARCH, "pooled", weights_file)
    others = [key(precision="bf16"), key(mirrored=True), key(dls=other_stats), key(pooled), key(size=64)]
    with torch.no_grad():
        next(body.parameters()).view(-1)[0] += 1e-6
    others.append(key())
    assert len({first, *others}) == 7


def test_a_failure_leaves_nothing_that_is_later_trusted(body, folds, design, tmp_path, monkeypatch):
    dls, whole = folds(), features._batch_features
    calls = []

    def fails(*arguments, **options):
        calls.append(1)
        if len(calls) > 1:
            raise RuntimeError("out of memory")
        return whole(*arguments, **options)

    monkeypatch.setattr(features, "_BATCH_SIZE", 16)
    monkeypatch.setattr(features, "_batch_features", fails)
    with pytest.raises(RuntimeError, match="out of memory"):
        features.dataset_features(body, dls, dls.train_ds, progress=False)
    assert len(calls) == 2
    assert not kept(tmp_path)
    assert not list(tmp_path.glob(".*"))
    monkeypatch.setattr(features, "_batch_features", whole)
    assert len(features.dataset_features(body, dls, dls.train_ds, progress=False)[0]) == len(dls.train_ds)


def test_only_the_newest_features_of_an_array_of_pixels_are_kept(body, folds, tmp_path, monkeypatch):
    monkeypatch.setattr(features, "_MOST_KEPT", 2)
    dls = folds()
    other = tmp_path / "another.npy"
    other.write_bytes(b"")
    names = []
    for _ in range(4):
        with torch.no_grad():
            next(body.parameters()).add_(1e-3)
        features.dataset_features(body, dls, dls.train_ds, progress=False)
        names.append((set(kept(tmp_path)) - {*names}).pop())
    assert set(kept(tmp_path)) == {*names[-2:]}
    assert other.is_file()


@pytest.mark.parametrize("damage", ["empty", "half", "pickle", "other shape"])
def test_damaged_features_are_computed_anew(body, folds, tmp_path, capsys, damage):
    dls = folds()
    store, _ = features._stored_rows(dls.train_ds)
    whole = np.array(features.stored_features(body, store, dls.valid.after_batch, progress=False))
    (file,) = kept(tmp_path)
    damage_file(file, damage)
    again = features.stored_features(body, store, dls.valid.after_batch, progress=False)
    assert (again == whole).all()
    assert "damaged" in capsys.readouterr().out
    assert (np.load(file) == whole).all()


def test_features_that_cannot_be_kept_are_computed_all_the_same(body, folds, tmp_path, monkeypatch):
    dls = folds()
    store, _ = features._stored_rows(dls.train_ds)
    expected = np.array(features.stored_features(body, store, dls.valid.after_batch, progress=False))
    (file,) = kept(tmp_path)
    file.unlink()
    monkeypatch.setattr(features, "_write_features", full_disk)
    with pytest.warns(UserWarning, match="features cannot be kept: .* disk"):
        again = features.stored_features(body, store, dls.valid.after_batch, progress=False)
    assert (again == expected).all()
    assert not kept(tmp_path)
    store.file = None
    assert (features.stored_features(body, store, dls.valid.after_batch, progress=False) == expected).all()

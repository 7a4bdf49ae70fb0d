"""training.embedding_history: it keeps the embeddings of the images it names, and the training is not affected."""

import inspect
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
import torch
from fastai.callback.core import Callback

from styleclf.data.paintings import Paintings
from styleclf.inference.embed import embedded_files
from styleclf.inference.features import body_features
from styleclf.inference.predict import DesignPredictions
from styleclf.runs.folder import write_run
from styleclf.runs.judging import predict_parts
from styleclf.training.callbacks import SkipValidation
from styleclf.training.embedding_history import KeptEmbeddings, read_evolution, styles_of
from styleclf.training.fine_tuning import train
from styleclf.training.fit import fitted_learner
from styleclf.training.learner import style_learner
from tests.conftest import ARCH, state


class Failing(Callback):
    """Fails in the second training batch."""

    def after_pred(self):
        if self.training and self.iter == 1:
            raise RuntimeError("failed")


@pytest.fixture(scope="module")
def options(weights_file):
    return dict(arch=ARCH, weights=str(weights_file), size=32, bs=16, precision="fp32")


@pytest.fixture
def exact(dls, weights_file):
    """An untrained learner that computes in float32."""
    return style_learner(dls, ARCH, weights_file, precision="fp32")


def embedded(learn, dl):
    """Embeddings of the images of a loader, by the body and the neck."""
    features, _ = body_features(learn.model[0], dl, precision="fp32", progress=False)
    return learn.model[1](torch.from_numpy(features)).detach().numpy()


@pytest.fixture(scope="module")
def kept(design, sample, options):
    """Everything kept of three epochs of training, with the learner."""
    kept = KeptEmbeddings(["0", "1", "2", "3", "best", "last"])
    learn = fitted_learner(design, sample, 0, kept.watching, **options, epochs=3)
    return kept, learn


@pytest.fixture(scope="module")
def evolution(kept, design, sample):
    kept, learn = kept
    return kept.evolution(learn.history.table(), predict_parts(learn, Paintings(design, sample), 0))


def part(evolution, name, epoch):
    """Embeddings of a part at the epoch whose name begins so."""
    (column,) = [i for i, result in enumerate(evolution.epoch) if result.split()[0] == epoch]
    return evolution.embeddings[column, evolution.part == name]


def test_a_seed_gives_the_same_weights_with_and_without(kept, design, sample, options):
    plain = fitted_learner(design, sample, 0, **options, epochs=3)
    weights_with_it = kept[1].model.state_dict()
    for name, value in state(plain.model).items():
        assert torch.equal(value, weights_with_it[name])
    rows = [learn.history.table().drop(columns="seconds") for learn in (plain, kept[1])]
    pd.testing.assert_frame_equal(*rows)


def test_nothing_is_left_in_the_learner(kept):
    learn = kept[1]
    assert not learn.model[1]._forward_hooks
    assert not [cb for cb in learn.cbs if type(cb) is Callback]
    assert learn.dls.train.get_idxs.__func__ is type(learn.dls.train).get_idxs


def test_a_training_that_fails_leaves_nothing_either(learn):
    before, keeping = learn.dls.train.get_idxs, KeptEmbeddings()
    learn.add_cb(Failing())
    with pytest.raises(RuntimeError, match="failed"), keeping.watching(learn):
        train(learn, 1)
    assert not learn.model[1]._forward_hooks
    assert learn.dls.train.get_idxs == before
    assert not [cb for cb in learn.cbs if type(cb) is Callback]


def test_columns_and_rows_are_named(evolution, design, kept):
    history = kept[1].history.table()
    best = history.sort_values(["test_top_2_accuracy", "test_loss"], ascending=[False, True])["epoch"].iloc[0]
    names = ["0", "1", "2", "3", "last"]
    names[best] += " (best)"
    assert evolution.epoch.tolist() == names
    assert evolution.embeddings.dtype == np.float32
    assert evolution.embeddings.shape[2] == 16
    is_tested = design["fold"] == "0"
    is_trained_on = ~design["fold"].isin(["0", "val"])
    for name, rows in {"test": is_tested, "train": is_trained_on}.items():
        assert set(evolution.filename[evolution.part == name]) == set(design["filename"][rows])
    labels = design.set_index("filename")["label"]
    assert styles_of(evolution, design) == labels.loc[evolution.filename].tolist()


def test_the_first_and_last_column_are_what_probe_and_learner_say(evolution, design, sample, options, kept):
    probe = fitted_learner(design, sample, 0, **options, epochs=0)
    paths = [sample / name for name in evolution.filename]
    for epoch, learn in (("0", probe), ("last", kept[1])):
        result = np.concatenate([part(evolution, name, epoch) for name in ("train", "test")])
        assert result == pytest.approx(embedded_files(learn, paths, progress=False), abs=2e-3)


def test_test_images_are_seen_by_the_weights_at_the_end_of_an_epoch(exact):
    keeping = KeptEmbeddings(["1"])
    with keeping.watching(exact):
        train(exact, 1, probe_share=0)  # the learner stays as the epoch left it
        expected = embedded(exact, exact.dls.valid)  # noted by nobody: it is no epoch
    assert keeping.by_epoch[1]["test"] == pytest.approx(expected, abs=1e-4)


def test_training_images_have_the_embeddings_of_their_own_batch(exact):
    """Without changes, and by weights that stay as they are, those of an epoch are those of the probe."""
    transforms = exact.dls.train.after_batch.fs
    changes = [transform for transform in transforms if type(transform).__name__ in ("Move", "Relight", "Erase")]
    for change in changes:
        transforms.remove(change)
    keeping = KeptEmbeddings(["0", "1"])
    with keeping.watching(exact):
        train(exact, 1, lr_max=1e-12)
    probe, epoch = keeping.by_epoch[0]["train"], keeping.by_epoch[1]["train"]
    n = len(exact.dls.train_ds)
    bs = exact.dls.train.bs
    in_batch = np.isfinite(epoch).all(axis=1)
    assert len(changes) == 3
    assert in_batch.sum() == n // bs * bs < n
    assert epoch[in_batch] == pytest.approx(probe[in_batch], abs=1e-3)
    assert np.isnan(epoch[~in_batch]).all()
    assert len(np.unique(probe.round(2), axis=0)) == n


def test_without_a_cache_only_the_probed_training_images_are_unknown(design, sample, options):
    keeping = KeptEmbeddings(["0"])
    fitted_learner(design, sample, 0, keeping.watching, **options, epochs=0, cache=False)
    assert np.isnan(keeping.by_epoch[0]["train"]).all()
    assert np.isfinite(keeping.by_epoch[0]["test"]).all()


def test_validation_images_stay_out_of_a_training_on_all_folds(design, sample, options, monkeypatch, capsys):
    opened = []
    monkeypatch.setattr(SkipValidation, "after_batch", lambda self: opened.append(self.training), raising=False)
    keeping = KeptEmbeddings(["0", "1", "last", "best"])
    learn = fitted_learner(design, sample, "val", keeping.watching, **options, epochs=1)
    assert set(opened) == {True}, "no batch of the validation set"
    train_rows = design[design["fold"] != "val"]
    last = {"train": DesignPredictions(train_rows, np.zeros((len(train_rows), 16)))}
    result = keeping.evolution(learn.history.table(), last)
    assert set(result.part) == {"train"}
    assert set(result.filename) == set(train_rows["filename"])
    assert result.epoch.tolist() == ["0", "1", "last"]
    assert "no embeddings of epoch best" in capsys.readouterr().out


def test_only_wanted_epochs_and_the_best_so_far_are_held(learn, capsys):
    keeping = KeptEmbeddings(["1", "7", "best"])
    with keeping.watching(learn):
        train(learn, 3)
    best = keeping.best_epoch(learn.history.table())
    assert keeping.by_epoch.keys() == {1, best}
    assert keeping.named_epochs(learn.history.table())[best] == f"{best} (best)"
    assert "epoch 7" in capsys.readouterr().out


def test_of_equal_epochs_the_lowest_loss_is_best():
    keeping = KeptEmbeddings(["best"])
    keeping.by_epoch = dict.fromkeys(range(4))
    history = pd.DataFrame(
        {
            "epoch": [0, 1, 2, 3],
            "test_top_2_accuracy": [0.8, 0.9, 0.9, 0.7],
            "test_loss": [1, 3, 2, 0],
        }
    )
    assert keeping.best_epoch(history) == 2
    assert keeping.best_epoch(history[["epoch"]]) is None


def test_words_that_name_no_epoch_are_refused_and_none_keeps_nothing(learn):
    with pytest.raises(ValueError, match="'first'"):
        KeptEmbeddings(["0", "first"])
    with pytest.raises(ValueError, match="'-1'"):
        KeptEmbeddings(["-1"])
    for nothing in (["none"], [], None):
        with KeptEmbeddings(nothing).watching(learn):
            assert not learn.model[1]._forward_hooks


@pytest.mark.slow  # trains twice
def test_a_run_leaves_its_evolution_and_none_of_an_earlier_one(kept, evolution, design, sample, tmp_path):
    kept, learn = kept
    write_run(learn, Paintings(design, sample), "0", folder=tmp_path, kept_embeddings=kept)
    result = read_evolution(tmp_path / "evolution.npz")
    for name, array in evolution._asdict().items():
        assert np.array_equal(getattr(result, name), array, equal_nan=name == "embeddings"), name
    write_run(learn, Paintings(design, sample), "0", folder=tmp_path, kept_embeddings=KeptEmbeddings(["none"]))
    assert not (tmp_path / "evolution.npz").exists()


def test_files_that_are_no_evolution_are_told(tmp_path, evolution, design):
    with pytest.raises(FileNotFoundError, match="--keep-epochs"):
        read_evolution(tmp_path / "evolution.npz")
    (tmp_path / "text.npz").write_text("no arrays")
    np.savez(tmp_path / "other.npz", embeddings=np.zeros(3))
    for name in ("text", "other"):
        with pytest.raises(ValueError, match=rf"{name}\.npz is damaged, or of another program"):
            read_evolution(tmp_path / f"{name}.npz")
    with pytest.raises(ValueError, match="the design has no image"):
        styles_of(evolution, design.iloc[1:].query("fold != '1'"))


def test_it_is_no_flag_of_a_training():
    parameters = inspect.signature(fitted_learner).parameters
    assert parameters["watching"].kind is inspect.Parameter.VAR_POSITIONAL


def test_asking_for_epochs_imports_nothing_heavy():
    module, heavy = "styleclf.training.embedding_history", "{'torch', 'fastai'}"
    code = f"import sys, {module} as history; history.KeptEmbeddings(); print(*{heavy} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []

"""training.export: an exported learner predicts as before, and a failure leaves the old file."""

import pickle
import zipfile
from pathlib import Path, PurePosixPath, PureWindowsPath
from types import SimpleNamespace

import pytest
import torch

from styleclf.inference.predict import predict_files
from styleclf.training import export
from styleclf.training.export import export_learner, load_style_learner, set_temperature


@pytest.mark.parametrize(
    ("module", "words"),
    [
        (
            "styleclf.gone",
            "refers to styleclf.gone, which this version of styleclf lacks: open it with the version",
        ),
        ("no_such_package", "needs no_such_package, which is not installed"),
    ],
)
def test_a_module_that_is_missing_is_named(tmp_path, module, words):
    with pytest.raises(ValueError, match=words):
        load_style_learner(file_with_reference(tmp_path, module, "X"))


def test_a_class_that_is_no_longer_there_is_named(tmp_path):
    words = r"model\.pkl refers to styleclf\.data\.Gone, which this version of styleclf lacks: open it with the version"
    with pytest.raises(ValueError, match=words):
        load_style_learner(file_with_reference(tmp_path, "styleclf.data", "Gone"))


def file_with_reference(folder, module, name):
    """A file as torch writes it, whose pickle refers to a name of a module."""
    pickled = b"\x80\x02cfastai.learner\nLearner\n0c" + f"{module}\n{name}\n.".encode()
    with zipfile.ZipFile(folder / "model.pkl", "w") as archive:
        archive.writestr("model/data.pkl", pickled)
        archive.writestr("model/version", "3\n")
    return folder / "model.pkl"


def test_export_and_load_keep_the_predictions(trained, exported, design, sample):
    path = sample / design["filename"].iloc[0]
    loaded = load_style_learner(exported)
    with trained.no_bar(), loaded.no_bar():
        style, _, probas = trained.predict(path)
        again, _, same = loaded.predict(str(path))
    assert style == again in list(loaded.dls.vocab)
    assert torch.allclose(probas, same, atol=1e-6)
    assert probas.sum() == pytest.approx(1)


class ForeignPath(PurePosixPath):
    """A path of another system, which cannot be made on this one."""

    def __new__(cls, *parts):
        raise NotImplementedError("cannot instantiate a path of another system")


class Elsewhere(pickle.Unpickler):
    """Reads a pickle as another system does."""

    def find_class(self, module, name):
        if module.startswith("pathlib") and name in ("PosixPath", "WindowsPath"):
            return ForeignPath
        return super().find_class(module, name)


def test_an_export_can_be_read_on_another_system_where_paths_are_its_own(trained, exported, monkeypatch):
    reader = SimpleNamespace(__name__="reader", Unpickler=Elsewhere, load=pickle.load)
    monkeypatch.setattr(export, "Path", PureWindowsPath)
    learn = torch.load(exported, map_location="cpu", pickle_module=reader, weights_only=False)
    assert list(learn.dls.vocab) == list(trained.dls.vocab)
    assert type(learn.path) is PureWindowsPath


def test_an_export_names_no_folder_of_its_maker_who_keeps_them(dls, learn, sample, tmp_path):
    file = export_learner(learn, tmp_path / "model.pkl")
    with zipfile.ZipFile(file) as archive:
        content = b"".join(map(archive.read, archive.namelist()))
    for folder in (sample, tmp_path, Path.home(), Path.cwd()):
        assert str(folder).encode() not in content
    assert learn.path == tmp_path
    assert dls.valid_ds.tls[0].tfms.fs[0].images == sample


def test_a_failed_export_leaves_the_old_file(trained, tmp_path, monkeypatch):
    (tmp_path / "model.pkl").write_text("old")

    def full_disk(*_, **__):
        raise OSError("no space left")

    monkeypatch.setattr(torch, "save", full_disk)
    with pytest.raises(OSError):
        export_learner(trained, tmp_path / "model.pkl")
    assert [file.read_text() for file in tmp_path.iterdir()] == ["old"]


def test_what_is_no_exported_learner_is_told(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"model\.pkl"):
        load_style_learner(tmp_path / "model.pkl")
    (tmp_path / "text.pkl").write_text("no pickle")
    torch.save({"weights": 1}, tmp_path / "dict.pkl")
    for name in ("text.pkl", "dict.pkl"):
        with pytest.raises(ValueError, match=name):
            load_style_learner(tmp_path / name)


@pytest.mark.parametrize("share", [0, 0.001, 0.5, 0.999])
def test_a_learner_that_is_cut_off_is_called_so(exported, share, tmp_path):
    whole = exported.read_bytes()
    (tmp_path / "model.pkl").write_bytes(whole[: int(share * len(whole))])
    with pytest.raises(ValueError, match=r"model\.pkl is empty or cut off: copy it again, or train anew$"):
        load_style_learner(tmp_path / "model.pkl")


def test_a_temperature_divides_the_logits(trained, exported, design, sample):
    paths = [sample / name for name in design["filename"][:4]]
    softened = load_style_learner(exported)
    before, _ = predict_files(softened, paths, progress=False)
    set_temperature(softened, 2.0)
    after, _ = predict_files(softened, paths, progress=False)
    expected = before**0.5 / (before**0.5).sum(axis=1, keepdims=True)
    assert after == pytest.approx(expected, abs=0.01)

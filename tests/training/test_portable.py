"""training.portable: what fastai's own verb writes is what `export_learner` writes."""

import zipfile
from pathlib import Path

import cloudpickle

from styleclf.inference import novelty_of
from styleclf.training import load_style_learner


def content_of(file):
    with zipfile.ZipFile(file) as archive:
        return b"".join(map(archive.read, archive.namelist()))


def test_fastais_export_names_no_folder_of_its_maker(learn, sample, tmp_path):
    learn.export("mine.pkl")
    content = content_of(tmp_path / "mine.pkl")
    for folder in (sample, tmp_path, Path.home(), Path.cwd()):
        assert str(folder).encode() not in content
    assert sample.parent.name.encode() not in content
    loaded = load_style_learner(tmp_path / "mine.pkl")
    assert novelty_of(loaded) is not None
    assert list(loaded.dls.vocab) == list(learn.dls.vocab)
    assert learn.path == tmp_path


def test_who_names_a_pickle_module_gets_fastais_file(learn, sample, tmp_path):
    learn.export("mine.pkl", pickle_module=cloudpickle)
    assert sample.parent.name.encode() in content_of(tmp_path / "mine.pkl")  # paths are pickled part by part

"""Settings of earlier runs, and flags that need not be repeated."""

import shutil
import warnings
from typing import Annotated

import pytest

from styleclf.common import OF_RUN, Count, Remembered, RememberedBy, Seed
from styleclf.settings import is_finished, save_settings, saved_settings, training_settings
from styleclf.settings.earlier_runs import remembered_settings, saved_flags


@pytest.mark.parametrize("text", ["", "[]", "3", "null", "{}", '{"settings": null}', '{"settings": [1]}', '{"setti'])
def test_damaged_settings_of_a_run_are_one_sentence(tmp_path, text):
    file = tmp_path / "settings.json"
    file.write_text(text)
    with pytest.raises(ValueError, match=r"settings\.json is damaged, it"):
        saved_settings(tmp_path)
    file.write_text('{"settings": {"fold": "0"}}')
    with pytest.raises(ValueError, match=r"settings\.json lacks the setting 'images'"):
        saved_settings(tmp_path, ["images"])
    file.write_text('{"settings": {"fold": "0"}, "recipe": "design"}')
    with pytest.raises(ValueError, match=r"settings\.json is of design\.py and lacks the setting 'images': name the"):
        saved_settings(tmp_path, ["images"])


def test_a_training_is_a_run_of_its_own_or_a_fold_of_a_cross_validation(tmp_path):
    save_settings(tmp_path / "train", {"fold": "0", "design": "design.csv", "images": "my"})
    alone = training_settings(tmp_path / "train")
    assert alone == {"fold": "0", "design": "design.csv", "images": "my", "one_vs_rest": None}
    save_settings(tmp_path / "cv", {"images": "my/paintings", "design": "old.csv", "one_vs_rest": "cubism"})
    fold = tmp_path / "cv/fold-2"
    fold.mkdir()
    (fold / "fold.json").write_text("{}")
    design = tmp_path / "cv/design.csv"
    expected = {"images": "my/paintings", "design": design, "one_vs_rest": None, "fold": "2"}
    assert training_settings(fold) == expected
    with pytest.raises(ValueError, match=r"cv does not hold a single training: .* such as .*cv/fold-2"):
        training_settings(tmp_path / "cv")
    with pytest.raises(ValueError, match="nowhere is not the folder of a finished run"):
        training_settings(tmp_path / "nowhere")


def test_a_design_that_changed_since_the_training_is_told(tmp_path):
    design = tmp_path / "design.csv"
    design.write_text("filename,fold\na.jpg,0\n", encoding="utf-8")
    save_settings(tmp_path / "train", {"fold": "0", "design": str(design), "images": "my"}, design)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        training_settings(tmp_path / "train")
    design.write_text("filename,fold\na.jpg,1\n", encoding="utf-8")
    with pytest.warns(UserWarning, match=r"design\.csv is not the design that .*train was made with"):
        training_settings(tmp_path / "train")


@pytest.fixture
def project(tmp_path, monkeypatch):
    """A folder with images, a design, and a cross-validation of it."""
    (tmp_path / "my/paintings").mkdir(parents=True)
    (tmp_path / "runs/d").mkdir(parents=True)
    (tmp_path / "runs/d/design.csv").touch()
    monkeypatch.chdir(tmp_path)
    save_settings("runs/d", {"images": "my/paintings"})
    save_settings(
        "runs/cv", {"images": "my/paintings", "design": "runs/d/design.csv", "arch": "resnet50", "size": None}
    )
    return tmp_path


def main(
    cv: str | None = None,
    model: str = "runs/train/model.pkl",
    images: Remembered = "data/sample",
    design: Remembered = "runs/design/design.csv",
    arch: Remembered = "resnet18",
    size: Annotated[int | None, OF_RUN] = 224,
    fold: str = "0",
):
    """A recipe."""


DEFAULTS = {"cv": None, "model": "", "images": "data/sample", "design": "d.csv", "arch": "resnet18", "size": 224}


def test_what_was_not_typed_is_as_it_was_in_the_run_that_is_named(project, capsys):
    arguments = DEFAULTS | {"cv": "runs/cv"}
    values = remembered_settings(main, arguments, {"cv"})
    assert values == {"images": "my/paintings", "design": "runs/d/design.csv", "arch": "resnet50"}
    line = "as in runs/cv: images my/paintings, design runs/d/design.csv, arch resnet50\n"
    assert capsys.readouterr().out == line
    values = remembered_settings(main, arguments | {"arch": "resnet34"}, {"cv", "arch"})
    assert "arch" not in values


def test_a_design_tells_its_images_alone(project):
    arguments = DEFAULTS | {"design": "runs/d/design.csv"}
    assert remembered_settings(main, arguments, {"design"}) == {"images": "my/paintings"}


def test_of_several_runs_the_first_is_asked(project):
    def report(*runs: str, images: Annotated[str | None, RememberedBy(("runs",))] = None):
        """A recipe."""

    arguments = {"runs": ["runs/cv", "runs/absent"], "images": "data/sample"}
    assert remembered_settings(report, arguments, {"runs"}) == {"images": "my/paintings"}
    assert remembered_settings(report, {"runs": [], "images": None}, set()) == {}


def test_what_is_typed_comes_before_what_is_there_by_default(project):
    (project / "other").mkdir()
    save_settings("runs/train", {"images": "other"})
    arguments = DEFAULTS | {"model": "runs/train/model.pkl", "design": "runs/d/design.csv"}
    assert remembered_settings(main, arguments, {"design"})["images"] == "my/paintings"
    assert remembered_settings(main, arguments, {"model"})["images"] == "other"


def test_where_nothing_was_written_down_nothing_is_remembered(project, capsys):
    absent = DEFAULTS | {"cv": "runs/absent", "design": "absent/design.csv"}
    assert remembered_settings(main, absent, {"design"}) == {}
    assert capsys.readouterr() == ("", "")
    with pytest.raises(ValueError, match="runs/absent is not the folder of a finished run, there is no such folder"):
        remembered_settings(main, absent, {"cv"})
    (project / "runs/model.zip").touch()
    with pytest.raises(ValueError, match=r"runs/model\.zip is a file: --cv wants the folder of a run, such as runs"):
        remembered_settings(main, DEFAULTS | {"cv": "runs/model.zip"}, {"cv"})
    (project / "runs/lost").mkdir()
    assert remembered_settings(main, DEFAULTS | {"cv": "runs/lost", "design": "absent/design.csv"}, {"cv"}) == {}
    sentence = "runs/lost has no settings.json, so what was taken then is not known: give --images, --design, --arch"
    assert sentence in capsys.readouterr().err


def test_a_model_remembers_its_training_and_a_fold_its_cross_validation(project):
    (project / "runs/cv/fold-1").mkdir()
    (project / "runs/cv/fold-1/fold.json").write_text("{}")
    values = remembered_settings(main, DEFAULTS | {"model": "runs/cv/fold-1/model.pkl"}, set())
    assert values["images"] == "my/paintings"
    assert values["arch"] == "resnet50"


def test_places_are_found_from_anywhere_and_after_all_was_moved(project, monkeypatch, tmp_path):
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    shutil.move(project / "my", elsewhere / "my")
    shutil.move(project / "runs", elsewhere / "runs")
    monkeypatch.chdir(elsewhere / "my")
    assert saved_settings("../runs/cv")["images"] == "../my/paintings"
    assert saved_settings(elsewhere / "runs/cv")["design"] == (elsewhere / "runs/d/design.csv").as_posix()


def test_images_that_were_moved_alone_get_a_note(project, capsys):
    shutil.rmtree(project / "my")
    values = remembered_settings(main, DEFAULTS | {"cv": "runs/cv"}, {"cv"})
    assert values["images"] == "my/paintings"
    assert "the images were in my/paintings and are not there now; --images names" in capsys.readouterr().err


def test_a_finished_run_is_known_by_its_settings(project):
    assert is_finished("runs/cv", {"arch": "resnet50"})
    assert is_finished("runs/cv", {"size": None})
    assert not is_finished("runs/cv", {"arch": "resnet18"})
    assert not is_finished("runs/cv", {"epochs": 1})
    assert not is_finished("runs/absent", {})
    assert is_finished(project / "runs/cv", {"images": "my/paintings"}), "the same folder, however it is named"
    assert not is_finished("runs/cv", {"images": "my"})


def test_a_setting_that_no_run_could_have_had_is_named_with_its_file(tmp_path):
    def train(size: Count = 224, seed: Seed = 0):
        """A training."""

    save_settings(tmp_path, {"size": 32, "seed": 1, "images": "my/paintings"})
    assert saved_flags(tmp_path, train) == {"size": 32, "seed": 1}
    for settings in ({"size": "large", "seed": 1}, {"seed": None}):
        save_settings(tmp_path, settings)
        with pytest.raises(
            ValueError, match=r"settings\.json is damaged, (size|seed) must be a whole number .*: run its"
        ):
            saved_flags(tmp_path, train)
    save_settings(tmp_path, {"size": 32})  # as of another recipe
    with pytest.raises(ValueError, match=r"settings\.json lacks the setting 'seed': run its recipe to the end"):
        saved_flags(tmp_path, train)

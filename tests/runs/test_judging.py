"""Judging: parts are what they say, and the validation set stays closed."""

import os
from concurrent.futures import ThreadPoolExecutor

import pandas as pd
import pytest

from styleclf.common import write_json, write_table
from styleclf.data import against_rest
from styleclf.data.paintings import Paintings
from styleclf.evaluation.metrics import metrics_table
from styleclf.runs import judging


def test_parts_and_folds_are_what_they_say(trained, design, sample):
    metrics, predictions = judging.judge(trained, design, sample, fold=0)
    assert list(dict.fromkeys(metrics["part"])) == ["train", "test"]
    assert set(predictions["fold"]) == {"0"}
    assert predictions["filename"].tolist() == design[design["fold"] == "0"]["filename"].tolist()
    expected = metrics_table(predictions, "test")
    result = metrics[metrics["part"] == "test"].reset_index(drop=True)
    assert result["value"].tolist() == expected["value"].tolist()


def test_the_validation_set_is_opened_only_when_asked(trained, design, sample):
    metrics, predictions = judging.judge(trained, design, sample, fold=0, validate=True)
    assert list(dict.fromkeys(metrics["part"])) == ["train", "test", "val"]
    assert set(predictions["fold"]) == {"0", "val"}
    metrics, predictions = judging.judge(trained, design, sample, fold="val")
    assert list(dict.fromkeys(metrics["part"])) == ["train", "val"]
    assert set(predictions["fold"]) == {"val"}


def test_a_validation_set_that_is_not_there_is_refused_before_any_work(trained, design, sample, tmp_path):
    folds_only = design[design["fold"] != "val"].reset_index(drop=True)
    for options in ({"fold": "val"}, {"fold": 0, "validate": True}):
        with pytest.raises(ValueError, match="the design has no validation set"):
            judging.judge(trained, folds_only, sample, **options)
    with pytest.raises(ValueError, match="the design has no validation set"):
        judging.openings_file(tmp_path, folds_only)


def test_every_opening_of_the_validation_set_is_written_down_and_counted(trained, design, sample, tmp_path, capsys):
    judging.judge(trained, design, sample, fold=0, record=tmp_path)
    assert not (tmp_path / judging._OPENINGS_FILE).exists()
    for n, words in enumerate(("the first time", "time number 2"), start=1):
        judging.judge(trained, design, sample, fold=0, validate=True, record=tmp_path)
        assert words in capsys.readouterr().out
        openings = pd.read_csv(tmp_path / judging._OPENINGS_FILE)
        assert len(openings) == n
        assert openings["design"].nunique() == 1


def test_openings_are_counted_in_a_folder(design, tmp_path):
    file = tmp_path / "design.csv"
    file.touch()
    with pytest.raises(ValueError, match=f"design.csv is a file: name the folder of the design, such as {tmp_path}"):
        judging.openings_file(file, design)
    (tmp_path / "openings.csv").mkdir()
    with pytest.raises(ValueError, match=r"openings.csv, which is a folder: move it away"):
        judging.openings_file(tmp_path, design)


def test_an_opening_is_on_record_even_if_the_prediction_fails(design, sample, tmp_path):
    def fail(paintings):
        raise RuntimeError("out of memory")

    with pytest.raises(RuntimeError):
        judging.open_validation_set(Paintings(design, sample), fail, tmp_path)
    assert len(pd.read_csv(tmp_path / judging._OPENINGS_FILE)) == 1


def opened(design, sample, record, capsys):
    """What is said about an opening."""
    judging.open_validation_set(Paintings(design, sample), len, record)
    return capsys.readouterr().out


def test_openings_are_counted_by_design_whatever_run_opens_it(design, halves, sample, tmp_path, capsys):
    write_table(design, tmp_path / "mine/design.csv")
    for run in ("cv", "another"):
        write_json({"settings": {"design": str(tmp_path / "mine/design.csv")}}, tmp_path / run / "settings.json")
    one_style = against_rest(design, "cubism")
    records = [(design, "mine"), (design, "cv"), (one_style, "another"), (design.sample(frac=1), "mine")]
    for n, (rows, record) in enumerate(records, start=1):
        expected = "the first time" if n == 1 else f"time number {n}"
        assert f"{expected} with this design" in opened(rows, sample, tmp_path / record, capsys)
    assert [file.parent.name for file in tmp_path.rglob("openings.csv")] == ["mine"]
    assert "the first time" in opened(halves, sample, tmp_path / "mine", capsys)
    assert "time number 5" in opened(design, sample, tmp_path / "mine", capsys)


def test_openings_are_counted_beside_the_copy_where_the_original_is_another_design(
    design, halves, sample, tmp_path, capsys
):
    for content in ("gone", "another", "no design"):
        original = tmp_path / f"{content}.csv"
        if content == "another":
            write_table(halves, original)
        elif content == "no design":
            original.write_text("a,b\n1,2\n")
        write_json({"settings": {"design": str(original)}}, tmp_path / content / "settings.json")
        assert "the first time" in opened(design, sample, tmp_path / content, capsys)
        assert (tmp_path / content / "openings.csv").is_file()


def test_of_openings_at_once_none_is_lost(design, tmp_path):
    with ThreadPoolExecutor(8) as pool:
        counts = list(pool.map(lambda _: judging._add_opening(design, tmp_path / "openings.csv"), range(40)))
    assert max(counts) == 40


def test_what_cannot_be_counted_stays_closed(design, sample, tmp_path):
    def fail(paintings):
        raise AssertionError("it was opened")

    (tmp_path / "openings.csv").write_bytes(b"")
    with pytest.raises(ValueError, match="damaged"):
        judging.open_validation_set(Paintings(design, sample), fail, tmp_path)
    if os.name == "posix" and os.geteuid():
        (tmp_path / "openings.csv").unlink()
        tmp_path.chmod(0o500)
        with pytest.raises(OSError, match=r"counted in .*openings\.csv, which cannot be written"):
            judging.open_validation_set(Paintings(design, sample), fail, tmp_path)
        tmp_path.chmod(0o700)


def test_a_fold_without_images_is_named_with_those_that_have_some(design, sample):
    rows = design[design["fold"] == "1"]
    with pytest.raises(ValueError, match="no image is in fold 0, on which to judge: the folds of these images are 1"):
        judging.judge(None, rows, sample)

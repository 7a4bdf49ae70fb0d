"""The history of a design: which runs belong to it, and what changed between two of them."""

import os
from pathlib import Path

import pandas as pd
import pytest

from styleclf.common import write_json
from styleclf.common.saved import read_json
from styleclf.curation.design_history import history_of_design, history_text, progress_between, progress_sentences
from tests.curation.conftest import annotation
from tests.curation.made_up import write_design_folder
from tests.report.made_up import predictions_of, write_run


@pytest.fixture
def rows():
    return annotation().assign(fold=[str(number // 5 % 3) for number in range(90)])


@pytest.fixture
def runs(rows, tmp_path):
    """A design, its successor and one of other images, with a cross-validation each and two of the first."""
    first = write_design_folder(tmp_path / "runs/design", rows)
    changed = rows.assign(label=rows["label"].mask(rows["author"] == "rococo-2", "cubism"))
    second = write_design_folder(tmp_path / "runs/design-2", changed, parent=first)
    other = write_design_folder(tmp_path / "runs/other", rows.iloc[:60])
    plan = [("cv-1", rows, first, 1.0), ("deep/cv-2", rows, first, 4.0), ("cv-3", changed, second, 4.0)]
    for number, (name, design, digest, strength) in enumerate([*plan, ("cv-x", rows.iloc[:60], other, 1.0)]):
        folder = write_run(tmp_path / "runs" / name, design, "images", strength=strength, design_blake2b=digest)
        os.utime(folder / "predictions.csv", (1e9 + number, 1e9 + number))
    write_run(tmp_path / "runs/train", rows, "images", part="test", design_blake2b=first)
    (tmp_path / "runs/broken").mkdir()
    (tmp_path / "runs/broken/settings.json").write_text("{")
    return tmp_path / "runs"


@pytest.mark.parametrize("design", ["design", "design-2"])
def test_runs_of_a_design_its_predecessors_and_successors_are_in_the_order_of_time(runs, design):
    table = history_of_design(runs / design / "design.csv", runs)
    assert [run.removeprefix(f"{runs.as_posix()}/") for run in table["run"]] == ["cv-1", "deep/cv-2", "cv-3"]
    assert table["design"].str.endswith(("design", "design-2")).all()
    assert (table["n_images"] == 90).all()
    assert table["settings"].iloc[0] == "arch resnet18, weights body.safetensors, size 64, epochs 2"
    metrics = pd.read_csv(runs / "cv-3/metrics.csv")
    row = metrics[(metrics["part"] == "cv") & (metrics["metric"] == "top_1_accuracy")].iloc[0]
    assert table["top_1"].iloc[2] == pytest.approx(row["value"])
    assert table["top_1_lo"].iloc[2] == pytest.approx(row["lo"])


def test_a_run_to_which_links_lead_is_there_once(runs):
    before = history_of_design(runs / "design/design.csv", runs)
    (runs / "loop").mkdir()
    try:
        (runs / "loop/up").symlink_to(runs, target_is_directory=True)
    except OSError:
        pytest.skip("links may not be made here")
    assert len(history_of_design(runs / "design/design.csv", runs)) == len(before)


def test_copied_runs_keep_the_time_at_which_they_were_finished(runs):
    file = runs / "cv-3/settings.json"
    write_json({**read_json(file), "finished": "1999-01-01T00:00:00+00:00"}, file)
    table = history_of_design(runs / "design/design.csv", runs)
    assert table["run"].iloc[0].endswith("cv-3")
    assert table["when"].iloc[0].startswith("1999")


def test_a_folder_that_is_not_there_is_told(runs):
    with pytest.raises(FileNotFoundError, match=r"no folder at .*nowhere: name the one"):
        history_of_design(runs / "design/design.csv", runs / "nowhere")


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="there is no such folder")
def test_a_folder_in_which_links_lead_everywhere_is_refused(runs):
    with pytest.raises(ValueError, match=r"/proc/self is a folder of the system: name the one"):
        history_of_design(runs / "design/design.csv", "/proc/self")


def test_a_damaged_run_is_left_out_and_named(runs):
    (runs / "cv-1/predictions.csv").write_text("filename,label,author,fold,pred,proba_x\n")
    (runs / "cv-3/settings.json").write_text("{")
    with pytest.warns(UserWarning) as notes:
        table = history_of_design(runs / "design/design.csv", runs)
    assert [run.removeprefix(f"{runs.as_posix()}/") for run in table["run"]] == ["deep/cv-2"]
    sentences = " ".join(str(note.message) for note in notes)
    assert "cv-1 is left out: " in sentences
    assert "has no rows" in sentences
    assert "cv-3 is left out: " in sentences
    assert "broken" not in sentences  # no run of styleclf


def test_what_changed_is_said_for_every_run_but_the_first(runs):
    table = history_of_design(runs / "design/design.csv", runs)
    better, relabelled = progress_sentences(table)
    assert "the same images and labels" in better
    assert "more than chance" in better
    assert "5 labels changed" in relabelled
    assert "on the 85 images that both have" in relabelled
    assert "cv-1" in history_text(table, [better])
    assert f"- {better}" in history_text(table, [better])


def test_the_gain_is_that_of_images_under_the_same_label(rows):
    before, after = predictions_of(rows, strength=1), predictions_of(rows, strength=6)
    changed = after["author"] == "rococo-2"
    after.loc[changed, "label"] = after.loc[changed, "pred"] = "cubism"
    progress = progress_between(before, after.iloc[5:])
    assert (progress.n_common, progress.n_relabelled, progress.n_agreeing) == (80, 5, 5)
    assert (progress.n_new, progress.n_gone) == (0, 5)
    common = before[~changed].iloc[5:].index
    recalls = []
    for table in (before.loc[common], after.loc[common]):
        is_right = table["pred"] == table["label"]
        recalls.append(is_right.groupby(table["label"]).mean().mean())
    assert progress.gain.value == pytest.approx(recalls[1] - recalls[0])
    assert progress.gain.lo < progress.gain.value < progress.gain.hi


def test_the_groups_of_a_design_are_drawn_in_place_of_painters(rows):
    before, after = predictions_of(rows, strength=1), predictions_of(rows, strength=6)
    groups = after["author"].str.replace(r"-\d", lambda name: f"-{int(name[0][1:]) // 3}", regex=True)
    grouped = progress_between(before, after.assign(group=groups)).gain
    renamed = progress_between(before.assign(author=groups), after.assign(author=groups)).gain
    assert grouped == renamed != progress_between(before, after).gain


def test_runs_without_an_image_in_common_are_not_compared(rows):
    progress = progress_between(predictions_of(rows.iloc[:30]), predictions_of(rows.iloc[30:]))
    assert progress.gain is None
    assert progress.n_new == 60
    assert progress.n_gone == 30


@pytest.mark.parametrize("table", ["labels.csv", "date_metrics.csv"])
def test_a_cross_validation_of_labels_or_years_has_no_history(table, rows, tmp_path):
    digest = write_design_folder(tmp_path / "design", rows)
    write_json({"design_blake2b": digest}, tmp_path / "cv/settings.json")
    (tmp_path / "cv" / table).write_text("")
    with pytest.raises(ValueError, match=f"cv is about labels or years, .* set its {table} beside that"):
        history_of_design(tmp_path / "design/design.csv", tmp_path)


def test_without_a_cross_validation_it_says_what_to_do(rows, tmp_path):
    write_design_folder(tmp_path / "design", rows)
    with pytest.raises(ValueError, match=r"no finished cross-validation of .* cross_validate\.py --design"):
        history_of_design(tmp_path / "design/design.csv", tmp_path)
    write_json({}, tmp_path / "cv/settings.json")
    with pytest.raises(FileNotFoundError):
        history_of_design(tmp_path / "nowhere/design.csv", tmp_path)

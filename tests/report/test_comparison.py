"""Runs side by side: values are their tables', and only what differs is listed as a setting."""

import numpy as np
import pandas as pd
import pytest

from styleclf.common import write_json, write_table
from styleclf.evaluation import compare, read_run, recall_table
from styleclf.report import run_answer, write_report
from styleclf.report.comparison import comparison_context, short_names
from styleclf.report.findings import METRIC_NAMES
from styleclf.report.run_tables import read_run_tables
from tests.report.made_up import write_run
from tests.report.parsed import Page, page_of, signed


@pytest.mark.parametrize("names", [["runs/cv", "/mine/cv"], ["runs/cv", "runs/cv/fold-0"]])
def test_folders_that_begin_differently_or_lie_in_one_another_keep_their_names(names):
    assert short_names(names) == {name: name for name in names}


def test_two_runs_are_compared(cv_folder, design, sample, tmp_path):
    better = write_run(tmp_path / "better", design, sample, strength=4.0, seed=1)
    path = write_report([cv_folder, better], tmp_path / "both.html")
    page = Page(path.read_text(encoding="utf-8"))
    assert "points better than" in page.text
    assert "cv: " not in page.text
    assert "2 runs side by side" in page.text
    first, second = page.rows("differences")[:2]
    metrics = [pd.read_csv(folder / "metrics.csv") for folder in (cv_folder, better)]
    values = [
        table[(table["part"] == "cv") & (table["metric"] == "top_1_accuracy")]["value"].item() for table in metrics
    ]
    assert [first[2], second[2]] == [f"{value:.3f}" for value in values]
    assert second[3].startswith(f"{values[1] - values[0]:+.3f} ")


def test_runs_that_cannot_be_compared_are_one_sentence(cv_folder, design, sample, tmp_path):
    other = write_run(tmp_path / "other", design.iloc[5:], sample)
    with pytest.raises(ValueError, match="cannot be compared: they judged different images"):
        write_report([cv_folder, other], tmp_path / "both.html")
    with pytest.raises(ValueError, match="named twice"):
        write_report([cv_folder, cv_folder], tmp_path / "both.html")


def test_a_comparison_shows_the_numbers_it_wrote_down(cv_folder, design, sample, tmp_path):
    other = write_run(tmp_path / "other", design, sample, seed=1)
    runs = [str(cv_folder), str(other)]
    table = compare({name: read_run(name) for name in runs}, n_resamples=100)
    folder = tmp_path / "compare"
    write_table(table, folder / "comparison.csv")
    write_json({"settings": {"runs": runs}}, folder / "settings.json")
    page = page_of(folder)
    words = {"top-1": "top-1 accuracy", "top-2": "top-2 accuracy"}
    expected = table[table["metric"].isin(METRIC_NAMES)].set_index(["metric", "run"])
    row = expected.loc["top_2_accuracy", str(other)]
    name = short_names(runs)[str(other)]
    (cells,) = [cells for cells in page.rows("differences") if cells[:2] == [words["top-2"], name]]
    trained_anew = signed(row, "difference", "retrained_lo", "retrained_hi").partition(" ")[2]
    assert cells[2:] == [f"{row['value']:.3f}", signed(row, "difference", "lo", "hi"), trained_anew]
    assert run_answer(folder) == ""
    renamed = table.assign(run=table["run"].replace({runs[0]: "runs/first", runs[1]: "runs/other"}))
    write_table(renamed, folder / "comparison.csv")
    facts = {"settings": {"runs": ["runs/first", "runs/other"]}, "places": {"runs": [runs[0], "../other"]}}
    write_json(facts, folder / "settings.json")
    found_again = page_of(folder)  # from another working directory than the comparison's
    assert "other" in [cells[1] for cells in found_again.rows("differences")]
    write_json({"settings": {}}, folder / "settings.json")
    with pytest.raises(ValueError, match="names no runs that were compared"):
        write_report([folder])


def test_recalls_stand_beside_one_another_and_equal_settings_are_left_out(design, sample, tmp_path):
    without_cubism = design[design["label"] != "cubism"]
    folders = [write_run(tmp_path / "all", design, sample)]
    folders += [write_run(tmp_path / "fewer", without_cubism, sample, seed=1)]
    runs = [read_run_tables(folder) for folder in folders]
    write_json({"settings": {**runs[1].settings, "epochs": 7}}, folders[1] / "settings.json")
    runs[1] = read_run_tables(folders[1])
    rows = {"part": "cv", "metric": ["top_1_accuracy", "top_2_accuracy"], "run": "all", "value": 0.5}
    comparison = pd.DataFrame(rows).assign(difference=np.nan, lo=np.nan, hi=np.nan, retrained_lo=0, retrained_hi=0)
    context = comparison_context(runs, comparison)
    assert context["settings"] == {"epochs": ["2", "7"]}
    expected = [recall_table(run.judged).set_index("label")["recall"] for run in runs]
    for style, recalls in context["recalls"].items():
        assert recalls[0].value == expected[0][style]
        assert (recalls[1] is None) == (style == "cubism")
        assert recalls[1] is None or recalls[1].value == expected[1][style]

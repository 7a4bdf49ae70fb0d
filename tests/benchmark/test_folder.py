"""The folder of a benchmark: what is left where nothing was run."""

import pandas as pd
import pytest

from styleclf.benchmark.folder import write_benchmark_report, write_contest, write_measurements
from styleclf.benchmark.measurement_tables import MeasurementPlan


def test_without_contenders_there_are_tables_without_rows_and_a_report(task, tmp_path):
    contest = write_contest([task], ("none",), tmp_path)
    assert contest.names == []
    assert len(contest.results) == 0
    assert len(pd.read_csv(tmp_path / "design.csv")) == len(task.design)
    plan = MeasurementPlan(parts=())
    measured = write_measurements([task], plan, tmp_path)
    assert len(measured) == 0
    assert (tmp_path / "further.csv").exists()
    report = write_benchmark_report(task, contest, measured, plan=plan, folder=tmp_path)
    assert (tmp_path / "benchmark.md").read_text(encoding="utf-8").strip() == report.strip()
    assert not (tmp_path / "figures").exists(), "there is nothing to draw"


def test_a_contender_that_nobody_knows_is_refused_before_anything_is_written(task, tmp_path):
    with pytest.raises(ValueError, match="--contenders"):
        write_contest([task], ("keras",), tmp_path / "out")
    assert not (tmp_path / "out").exists()

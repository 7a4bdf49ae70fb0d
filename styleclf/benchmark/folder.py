"""A whole benchmark: what is run, and what it leaves in its folder.

design.csv, benchmark.csv and curves.csv of the contest, further.csv of the measurements, benchmark.md, figures/
"""

from collections.abc import Collection, Sequence
from pathlib import Path

import pandas as pd

from styleclf.benchmark.contenders import CONTENDERS
from styleclf.benchmark.contest import Contest, notes, run_contest
from styleclf.benchmark.figure import plot_benchmark
from styleclf.benchmark.measurement_tables import MeasurementPlan, measure_parts
from styleclf.benchmark.report import markdown
from styleclf.benchmark.task import BenchmarkTask
from styleclf.common import select_names, write_table, write_text
from styleclf.plots import save_figure


def write_contest(
    tasks: Sequence[BenchmarkTask],
    contenders: Collection[str],  # names of `CONTENDERS`; ('all',) or ('none',)
    folder: str | Path,
    *,
    target: float | None = None,  # top-2 to be reached; default: what plain fastai ends with
) -> Contest:
    """Train the contenders by turns, and write design.csv, benchmark.csv and curves.csv.

    Raises ValueError for other contenders, and what `run_contest` raises.
    """
    names = select_names(contenders, CONTENDERS, "--contenders")
    folder = Path(folder)
    write_table(tasks[0].design, folder / "design.csv")
    contest = run_contest(tasks, names, target)
    write_table(contest.results, folder / "benchmark.csv")
    write_table(contest.curves, folder / "curves.csv")
    return contest


def write_measurements(tasks: Sequence[BenchmarkTask], plan: MeasurementPlan, folder: str | Path) -> pd.DataFrame:
    """Measure what the plan holds, and write further.csv. Returns what `measure_parts` returns."""
    measurements = measure_parts(tasks, plan)
    write_table(measurements, Path(folder) / "further.csv")
    return measurements


def write_benchmark_report(
    task: BenchmarkTask,
    contest: Contest,
    measurements: pd.DataFrame,
    *,
    plan: MeasurementPlan,  # of the measurements
    folder: str | Path,
) -> str:
    """Write benchmark.md and, if there is something to draw, figures/benchmark.png. Returns the report."""
    folder = Path(folder)
    report = markdown(task, contest.results, measurements, notes=notes(task, contest.names), files_text=plan.files_text)
    write_text(report, folder / "benchmark.md")
    if len(contest.results) or "training" in plan.parts:
        figure = plot_benchmark(contest.results, contest.curves, measurements)
        save_figure(figure, folder / "figures/benchmark.png")
    return report

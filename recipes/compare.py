"""Compare runs that judged the same images: paired differences of every metric, with 95 % intervals, and a figure.

python recipes/compare.py runs/first runs/second
"""

from importlib.util import find_spec

if not all(map(find_spec, ("styleclf", "fastcore", "fastai"))):
    raise SystemExit("styleclf[train] is missing: make install for .venv/bin/python, or pip install 'styleclf[train]'")

from styleclf.common import Resamples, Seed
from styleclf.settings import Logbook, run


def main(
    *runs: str,  # folders of runs, each with a predictions.csv; the first is what the others are compared with
    out: str = "runs/compare",  # folder for comparison.csv and the figure
    metric: str = "top_2_accuracy",  # the rate to put into words
    val: bool = False,  # compare on the validation set too, if every run has opened it
    n_resamples: Resamples = 1000,  # draws of authors
    seed: Seed = 0,  # of the draws
):
    """Compare runs that judged the same images."""
    logbook = Logbook(out, locals(), alone="a comparison")

    from pathlib import Path

    from styleclf.common import write_table
    from styleclf.evaluation import compare, comparison_text, read_run
    from styleclf.plots import plot_comparison, save_figure

    places = {Path(folder).resolve() for folder in runs}
    if len(places) < max(2, len(runs)):
        raise ValueError("name two or more folders of different runs: recipes/compare.py runs/first runs/second")
    tables = {folder: read_run(folder) for folder in runs}
    comparison = compare(tables, val=val, n_resamples=n_resamples, seed=seed)
    text = comparison_text(comparison, metric)
    write_table(comparison, logbook.out / "comparison.csv")
    for part, rows in comparison.groupby("part", sort=False):
        save_figure(plot_comparison(rows), logbook.out / f"figures/comparison-{part}.png")
    logbook.close("comparison.csv", "figures", text=text)


if __name__ == "__main__":
    run(main)

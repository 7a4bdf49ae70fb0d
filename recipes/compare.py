"""Compare runs that judged the same images: paired differences of every metric, with 95 % intervals, and a figure.

python recipes/compare.py runs/first runs/second
"""

from styleclf.settings import run, save_settings


def main(
    *runs: str,  # folders of runs, each with a predictions.csv; the first is what the others are compared with
    out: str = "runs/compare",  # folder for comparison.csv and the figure
    metric: str = "top_2_accuracy",  # the rate to put into words
    val: bool = False,  # compare on the validation set too, if every run has opened it
    n_resamples: int = 1000,  # draws of authors
    seed: int = 0,  # of the draws
):
    """Compare runs that judged the same images."""
    settings = dict(locals())

    from pathlib import Path

    from styleclf.evaluation import compare, read_run, verdicts
    from styleclf.output import write_table
    from styleclf.plots import plot_comparison, save_figure

    out = Path(out)
    tables = {folder: read_run(folder) for folder in runs}
    if len(tables) < 2:
        raise ValueError("name two or more folders of different runs: recipes/compare.py runs/first runs/second")
    comparison = compare(tables, val, n_resamples, seed)
    if metric not in set(comparison["metric"]):
        raise ValueError(f"--metric must be one of {', '.join(comparison['metric'].unique())}, not {metric!r}")

    write_table(comparison, out / "comparison.csv")
    for part, rows in comparison.groupby("part", sort=False):
        save_figure(plot_comparison(rows), out / f"figures/comparison-{part}.png")
    save_settings(out, settings)
    print("\n".join(verdicts(comparison, metric)))
    if len(tables) > 3:
        print(f"of {len(tables) - 1} such differences, one in 20 would pass for more than chance where none is")
    print(f"\n{out / 'comparison.csv'}  {out / 'figures'}")


if __name__ == "__main__":
    run(main)

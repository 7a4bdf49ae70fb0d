"""See whether the last round helped: every cross-validation of a design and of those made from it, in order of time.

python recipes/history.py --design runs/design/design.csv
"""

from importlib.util import find_spec

if not all(map(find_spec, ("styleclf", "fastcore", "fastai"))):
    raise SystemExit("styleclf[train] is missing: make install for .venv/bin/python, or pip install 'styleclf[train]'")

from styleclf.settings import Logbook, run


def main(
    design: str = "runs/design/design.csv",  # any of them: those before it and after it are found
    runs: str = "runs",  # folder that is searched for cross-validations, with the folders in it
    out: str = "runs/history",  # folder for the table and the figure
):
    """List every cross-validation of a design and its successors, and compare each with the one before."""
    logbook = Logbook(out, locals(), design, alone="a history")

    from styleclf.common import write_table
    from styleclf.curation import history_of_design, history_text, progress_sentences
    from styleclf.plots import plot_design_history, save_figure

    table = history_of_design(design, runs)
    sentences = progress_sentences(table)
    write_table(table, logbook.out / "history_of_designs.csv")
    save_figure(plot_design_history(table), logbook.out / "figures/history.png")
    logbook.close("history_of_designs.csv", "figures/history.png", text=history_text(table, sentences))


if __name__ == "__main__":
    run(main)

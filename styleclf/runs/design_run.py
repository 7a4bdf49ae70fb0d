"""What a design leaves in its folder: its tables, its figure, and what there is to say of it."""

from pathlib import Path

import pandas as pd

from styleclf.common import count_of, say
from styleclf.data import design_table, design_text, write_design
from styleclf.evaluation import noun_for_labels
from styleclf.plots import plot_design, save_figure


def write_design_run(design: pd.DataFrame, out: str | Path, *, seed: int = 0) -> str:
    """Write the tables and the figure of a design, and say how even its folds are; returns its size in words.

    `seed` is that of the other ways to deal authors, beside which the folds are set.
    """
    write_design(design, out)  # before anything is said of it
    say(f"\n{design_text(design, seed)}")
    table = design_table(design)
    noun = noun_for_labels(design["label"])
    save_figure(plot_design(table, noun), Path(out) / "figures/design.png")
    images = count_of(len(design), "image")
    styles = count_of(len(table), noun)
    return f"{images}, {styles}"

"""What a comparison of heads leaves in its folder.

trials.csv      the forests that were tried
two_by_two.csv  out-of-fold metrics of every model on both kinds of features
heads.csv       metrics of the network of all folds and of the exported forest, by part
figures/        two_by_two.png, reliability.png
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from styleclf.forest.comparison import comparison_sentences, exported_sentence, measure_models, measurements_text
from styleclf.forest.features import EMBEDDINGS
from styleclf.forest.tuning import claim_sentence, forest_trials
from styleclf.forest.two_by_two import Cells, cells_by_name, reliability_models
from styleclf.output import write_table
from styleclf.plots import plot_reliability, plot_two_by_two, save_figure

if TYPE_CHECKING:
    import optuna


def write_comparison(cells: Cells, parts: Cells, studies: Mapping[str, optuna.Study], *, out: str | Path) -> str:
    """Write the tables and figures of a comparison into its folder; returns what to tell the user.

    `cells` come from `compare_heads`, `parts` from `write_forest`, `studies` from `tune_forests`.
    """
    out = Path(out)
    table = measure_models(cells_by_name(cells), "cv")
    heads = pd.concat([measure_models(models, part) for part, models in parts.items()])
    trials = pd.concat(map(forest_trials, studies.values()))
    write_table(trials, out / "trials.csv")
    write_table(table, out / "two_by_two.csv")
    write_table(heads, out / "heads.csv")
    save_figure(plot_two_by_two(table), out / "figures/two_by_two.png")
    save_figure(plot_reliability(reliability_models(cells[EMBEDDINGS])), out / "figures/reliability.png")

    sentences = [claim_sentence(study) for study in studies.values()]
    sentences += comparison_sentences(cells)
    sentences.append(exported_sentence(heads))
    of_cells = f"out-of-fold, 95 % intervals in brackets\n{measurements_text(table)}"
    return "\n\n".join([of_cells, measurements_text(heads), "\n".join(sentences)])

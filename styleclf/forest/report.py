"""What a comparison of heads leaves in its folder.

trials.csv      the forests that were tried
two_by_two.csv  out-of-fold metrics of every model on both kinds of features
heads.csv       metrics of the network of all folds and of the exported forest, by part
figures/        two_by_two.png, reliability.png
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from styleclf.common import among, file_digest, write_table
from styleclf.data import Paintings
from styleclf.evaluation import read_run
from styleclf.forest.comparison import comparison_sentences, exported_sentence, measure_models, measurements_text
from styleclf.forest.export import write_forest
from styleclf.forest.features import EMBEDDINGS, features_by_kind
from styleclf.forest.options import ForestOptions
from styleclf.forest.tuning import claim_sentence, forest_trials, tune_forests
from styleclf.forest.two_by_two import Cells, cells_by_name, compare_heads, reliability_models
from styleclf.inference import Backbone
from styleclf.plots import plot_reliability, plot_two_by_two, save_figure
from styleclf.runs import openings_file

if TYPE_CHECKING:
    import optuna


def write_forests(
    paintings: Paintings,
    cv: str | Path,  # folder of the cross-validation
    options: ForestOptions,
    *,
    flags: Mapping[str, Any],  # of the cross-validation's trainings
    out: str | Path,
    validate: bool = False,  # open the validation set as well, which its design counts
) -> str:
    """Tune forests, set them beside the heads of a cross-validation, write the better one's file and a comparison.

    Returns what to tell the user. Raises what `features_by_kind`, `tune_forests` and `write_forest` raise.
    """
    if validate:
        openings_file(cv, paintings.rows)  # can they be counted there?
    network = read_run(cv)
    source = file_digest(Path(cv) / "predictions.csv")
    backbone = Backbone(**among(flags, Backbone))
    features = features_by_kind(paintings, cv, backbone, seed=flags["seed"])
    studies = tune_forests(features, options, out, source=source)
    cells = compare_heads(features, studies, network, options=options, flags=flags)
    best = studies[EMBEDDINGS].best_trial.params
    parts = write_forest(paintings, cells, best, cv=cv, out=out, options=options, flags=flags, validate=validate)
    return write_head_comparison(cells, parts, studies, out=out)


def write_head_comparison(
    cells: Cells,  # from `compare_heads`
    parts: Cells,  # from `write_forest`
    studies: Mapping[str, optuna.Study],  # from `tune_forests`
    *,
    out: str | Path,
) -> str:
    """Write the tables and figures of a comparison into its folder; returns what to tell the user."""
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

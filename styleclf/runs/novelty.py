"""How well a configuration tells pictures of no style that it was taught, and the threshold that its folds teach.

novelty.csv   of a fold's folder: `filename, label, author, fold, novelty` of the images it was not trained on
novelty.csv   of a cross-validation: what `novelty_table` returns
"""

from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from fastai.learner import Learner

from styleclf.data import VAL, Paintings, cv_folds, is_against_rest
from styleclf.evaluation import LeftOut, fitted_novelty, novelty_sentences, novelty_table, novelty_threshold
from styleclf.inference import Backbone, keep_novelty, novelty_of
from styleclf.output import say, tracked, write_table
from styleclf.plots import plot_novelty, save_figure
from styleclf.runs.folder import NOVELTY_TABLE
from styleclf.runs.folds import fold_folder
from styleclf.saved import read_table
from styleclf.training import feature_shares

_COLUMNS = ["filename", "label", "author", "fold", "novelty"]
_FEWEST_STYLES = 3  # of which one can be left out: the others have to be told apart


def out_of_fold_novelty(design: pd.DataFrame, cv: str | Path) -> pd.DataFrame | None:
    """The novelty of all images by the folds' learners, `filename, label, author, fold, novelty`; None if one lacks it.

    Raises ValueError for a damaged table.
    """
    tables = []
    for fold in cv_folds(design):
        file = fold_folder(cv, fold) / NOVELTY_TABLE
        if not file.is_file():
            return None
        tables.append(read_table(file, _COLUMNS, dtype=dict.fromkeys(("label", "author", "fold"), str)))
    return pd.concat(tables, ignore_index=True)


def learn_threshold_of_folds(learn: Learner, design: pd.DataFrame, cv: str | Path) -> bool:
    """Give a learner of all folds the threshold that a cross-validation's folds teach; returns whether they do."""
    model = novelty_of(learn)
    table = out_of_fold_novelty(design, cv)
    if model is None or table is None:
        return False
    threshold = novelty_threshold(table["novelty"].to_numpy(), table["author"])
    keep_novelty(learn, model._replace(threshold=threshold))
    return True


def write_novelty(paintings: Paintings, flags: Mapping[str, Any], *, out: str | Path) -> str:
    """Write novelty.csv and its figure for a cross-validation in `out`; returns what to tell the user, '' for nothing.

    `flags` are the keywords of `fitted_learner` that its folds were trained with.

    Every style is left out of the probe in turn, for every fold, from features that are kept; a body of random weights
    has none that tell anything, and without a cache they are not kept. False alarms are those of the folds' learners.
    """
    rows = paintings.without_validation().rows
    known = out_of_fold_novelty(paintings.rows, out)
    novelty = None
    if known is not None:
        novelty = known.set_index("filename")["novelty"].reindex(rows["filename"]).to_numpy()
        if np.isnan(novelty).any():
            novelty = None
    if is_against_rest(rows):
        rows = rows.assign(label=rows["original_label"])
    left_out = None
    has_features = str(flags.get("weights")) != "none" and flags.get("cache", True)
    if has_features and rows["label"].nunique() >= _FEWEST_STYLES:
        say("leaving out each style in turn")
        left_out = left_out_novelty(paintings, rows, _backbone(flags))
    table = novelty_table(rows, novelty, left_out)
    if table.empty:
        return ""
    write_table(table, Path(out) / NOVELTY_TABLE)
    save_figure(plot_novelty(table), Path(out) / "figures/novelty.png")
    return novelty_sentences(table)


def left_out_novelty(paintings: Paintings, rows: pd.DataFrame, backbone: Backbone) -> LeftOut:
    """Novelties of `rows`, those of `paintings` but for the validation set, with each style left out in turn."""
    features = backbone.cached_features(paintings.paths())
    is_judged = (paintings.folds != VAL).to_numpy()
    shares = feature_shares(backbone.body())
    return novelty_without_styles(features[is_judged], rows, shares)


def novelty_without_styles(features: np.ndarray, rows: pd.DataFrame, shares: np.ndarray | float) -> LeftOut:
    """Novelties of images by models that have seen neither their fold nor, in turn, each of the styles.

    `features (n, d)` of a frozen body, `rows` with `label, author, fold`.
    """
    labels = rows["label"].astype(str).to_numpy()
    folds = rows["fold"].astype(str).to_numpy()
    styles, targs = np.unique(labels, return_inverse=True)
    novelty = np.full((len(rows), len(styles)), np.nan)
    turns = [(fold, number) for fold in np.unique(folds) for number in range(len(styles))]
    for fold, number in tracked(turns, len(turns), "styles left out", True):
        is_test = folds == fold
        is_train = ~is_test & (targs != number)
        if is_train.any():
            model = fitted_novelty(features[is_train], targs[is_train], shares)
            novelty[is_test, number] = model.novelty(features[is_test])
    return LeftOut(rows, styles.tolist(), novelty)


def _backbone(flags: Mapping[str, Any]) -> Backbone:
    """The frozen body of a training with these flags."""
    names = [field.name for field in fields(Backbone)]
    return Backbone(**{name: flags[name] for name in names if name in flags})

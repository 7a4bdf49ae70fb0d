"""How well a configuration recognises pictures of no style it was taught, and the threshold that its folds teach.

novelty.csv   of a fold's folder: `filename, label, author, fold, novelty` of the images it was not trained on
novelty.csv   of a cross-validation: what `novelty_table` returns
"""

from collections.abc import Mapping
from dataclasses import fields
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from fastai.learner import Learner

from styleclf.common import read_table, say, with_progress, write_table
from styleclf.data import FOLD_NAME, FOLDS_BY, VAL, Paintings, cv_folds, is_against_rest
from styleclf.evaluation import LeftOut, fitted_novelty, novelty_sentences, novelty_table, novelty_threshold
from styleclf.inference import Backbone, keep_novelty, novelty_of
from styleclf.plots import plot_novelty, save_figure
from styleclf.runs.folder import NOVELTY_TABLE
from styleclf.runs.folds import fold_folder
from styleclf.training import feature_shares

_COLUMNS = ["filename", "label", "author", "fold", "novelty"]
_TYPES = {"label": str, "author": str, "fold": str}
_FEWEST_STYLES = 3  # of which one can be left out: the others have to be told apart


def out_of_fold_novelty(design: pd.DataFrame, cv: str | Path) -> pd.DataFrame | None:
    """The novelty of all images by the folds' learners, `filename, label, author, fold, novelty`; None if one lacks it.

    Raises ValueError for a damaged table.
    """
    tables = []
    for fold in cv_folds(design):
        folder = fold_folder(cv, fold)
        file = folder / NOVELTY_TABLE
        if not file.is_file():
            return None
        table = read_table(file, _COLUMNS, _TYPES, numbers=["novelty"])
        tables.append(table)
    return pd.concat(tables, ignore_index=True)


def learn_threshold_of_folds(learn: Learner, design: pd.DataFrame, cv: str | Path) -> bool:
    """Give a learner of all folds the threshold that a cross-validation's folds teach; returns whether they do."""
    model = novelty_of(learn)
    table = out_of_fold_novelty(design, cv)
    if model is None or table is None:
        return False
    novelty = table["novelty"].to_numpy()
    threshold = novelty_threshold(novelty, table["author"])
    with_threshold = model._replace(threshold=threshold)
    keep_novelty(learn, with_threshold)
    return True


def write_novelty(paintings: Paintings, flags: Mapping[str, Any], *, out: str | Path) -> str:
    """Write novelty.csv and its figure for a cross-validation in `out`; returns what to tell the user, '' for nothing.

    `flags` are the keywords of `fitted_learner` that its folds were trained with.

    Every style is left out of the probe in turn, for every fold, from features that are kept; a body of random weights
    has none that tell anything, and without a cache they are not kept. False alarms are those of the folds' learners.
    Nothing is judged where folds are values of a column, for there whole styles may be untaught already.
    """
    if FOLD_NAME in paintings.rows:
        column = paintings.rows[FOLDS_BY].iat[0]
        return f"none of these: not judged, for the folds of this design are values of {column}, not dealt by painter"
    rows = paintings.without_validation().rows
    of_folds = out_of_fold_novelty(paintings.rows, out)
    novelty = _novelty_of_rows(rows, of_folds)
    if is_against_rest(rows):
        rows = rows.assign(label=rows["original_label"])
    left_out = None
    n_styles = rows["label"].nunique()
    if _keeps_features(flags) and n_styles >= _FEWEST_STYLES:
        say("leaving out each style in turn")
        backbone = _backbone(flags)
        left_out = left_out_novelty(paintings, rows, backbone)
    table = novelty_table(rows, novelty, left_out)
    if table.empty:
        return ""
    folder = Path(out)
    write_table(table, folder / NOVELTY_TABLE)
    figure = plot_novelty(table)
    save_figure(figure, folder / "figures/novelty.png")
    return novelty_sentences(table)


def _novelty_of_rows(rows: pd.DataFrame, table: pd.DataFrame | None) -> np.ndarray | None:
    """`(n,)` the novelties of a table in the order of `rows`; None where it lacks one of them."""
    if table is None:
        return None
    by_filename = table.set_index("filename")["novelty"]
    novelty = by_filename.reindex(rows["filename"]).to_numpy()
    lacks_one = np.isnan(novelty).any()
    return None if lacks_one else novelty


def _keeps_features(flags: Mapping[str, Any]) -> bool:
    """Whether a training with these flags leaves features that tell something."""
    has_weights = str(flags.get("weights")) != "none"
    has_cache = bool(flags.get("cache", True))
    return has_weights and has_cache


def left_out_novelty(paintings: Paintings, rows: pd.DataFrame, backbone: Backbone) -> LeftOut:
    """Novelties of `rows`, those of `paintings` but for the validation set, with each style left out in turn."""
    features = backbone.cached_features(paintings.paths())
    is_judged = (paintings.folds != VAL).to_numpy()
    body = backbone.body()
    shares = feature_shares(body)
    judged_features = features[is_judged]
    return novelty_without_styles(judged_features, rows, shares)


def novelty_without_styles(
    features: np.ndarray,  # (n, d)
    rows: pd.DataFrame,
    shares: np.ndarray | float,  # (d,) how much each feature counts
) -> LeftOut:
    """Novelties of images by models that have seen neither their fold nor, in turn, each of the styles.

    `features (n, d)` of a frozen body, `rows` with `label, author, fold`.
    """
    labels = rows["label"].astype(str).to_numpy()
    folds = rows["fold"].astype(str).to_numpy()
    styles, targs = np.unique(labels, return_inverse=True)
    n_styles = len(styles)
    novelty = np.full((len(rows), n_styles), np.nan)
    fold_names = np.unique(folds)
    turns = list(product(fold_names, range(n_styles)))
    for fold, number in with_progress(turns, len(turns), "models without a style", True):
        is_test = folds == fold
        is_of_other_style = targs != number
        is_train = ~is_test & is_of_other_style
        if is_train.any():
            model = fitted_novelty(features[is_train], targs[is_train], shares)
            of_test = model.novelty(features[is_test])
            novelty[is_test, number] = of_test
    return LeftOut(rows, styles.tolist(), novelty)


def _backbone(flags: Mapping[str, Any]) -> Backbone:
    """The frozen body of a training with these flags."""
    options = {}
    for field in fields(Backbone):
        if field.name in flags:
            options[field.name] = flags[field.name]
    return Backbone(**options)

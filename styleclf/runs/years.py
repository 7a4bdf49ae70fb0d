"""When paintings were made: a probe of a frozen body's features, or a fine-tuned network, cross-validated by painter.

dates.csv           one row per dated image: its year, the predicted one with a range, and what the style alone says
date_metrics.csv    what `year_table` returns
date_probe.npz      the probe of all folds, the half width of its ranges, for recipes/predict.py
date_scale.json     in its place after fine-tuning, beside the folders of the folds: see styleclf/runs/year_folds.py
figures/dates.png
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from fastai.learner import Learner
from scipy.special import softmax

from styleclf.common import say, write_table
from styleclf.data import VAL, AuthorSplitter, Paintings, author_groups, cv_folds, dated_images
from styleclf.evaluation import design_columns, half_width, style_means, with_ranges, year_sentences, year_table
from styleclf.inference import probas_and_embeddings, years_of
from styleclf.plots import plot_years, save_figure
from styleclf.runs.date_probe import DATES_FILE, PROBE_FILE, backbone_of, read_probe, write_probe
from styleclf.runs.year_folds import SCALE_FILE, fine_tuned_years, write_scale, years_by_folds
from styleclf.training import YearProbe, best_strength, feature_shares, fit_year_probe, logistic_regression

_YEAR_COLUMNS = ["year", "year_lo", "year_hi"]
_FEWEST_IMAGES = 20  # that are dated
_OTHER_RUN = "fold-0"  # what a cross-validation that trains networks has in its folder
_ADVICE = "dates are learned from pretrained features"


class _DatedFeatures(NamedTuple):
    """Dated images without the validation set, and what the body sees in them."""

    rows: pd.DataFrame  # of the design, with `year`
    features: np.ndarray  # (n, d)
    shares: np.ndarray | float  # (d,) how much each feature counts

    def probe(self, positions: np.ndarray) -> YearProbe:
        """The probe of the images at some positions."""
        rows = self.rows.iloc[positions]
        years = rows["year"].to_numpy()
        return fit_year_probe(self.features[positions], years, author_groups(rows), shares=self.shares)


def cross_validate_years(
    paintings: Paintings,
    flags: Mapping[str, Any],
    *,
    out: str | Path,
    jobs: int = 1,  # folds that are fine-tuned at a time
) -> str:
    """Learn the years of all folds but one in turn, and judge them on that one; returns what to tell the user.

    `flags` are the keywords of `fitted_learner`; without epochs the probe learns years alone. Images without a year,
    and the validation set, stay out. Raises ValueError for flags that years have no use for, for too few dated images,
    and what `dated_images` and `fine_tuned_years` raise.
    """
    folder = Path(out)
    is_fine_tuned = bool(flags.get("epochs", 0) or flags.get("minutes"))
    check_years_can_be_learned(flags, folder, is_fine_tuned=is_fine_tuned)
    data, sentence = _dated_features(paintings, flags)
    if is_fine_tuned:
        years, scale = fine_tuned_years(paintings.with_rows(data.rows), flags, out=out, jobs=jobs)
        predictions = _judged_years(data, years)
        write_scale(scale._replace(width=half_width(predictions)), folder / SCALE_FILE)
    else:
        predictions = _judged_years(data, _years_by_probes(data))
        every_row = np.arange(len(data.rows))
        write_probe(data.probe(every_row), half_width(predictions), folder / PROBE_FILE)
    metrics = year_table(predictions)
    write_table(predictions, folder / DATES_FILE)
    write_table(metrics, folder / "date_metrics.csv")
    save_figure(plot_years(predictions, metrics), folder / "figures/dates.png")
    return "\n".join([sentence, *year_sentences(metrics)])


def check_years_can_be_learned(flags: Mapping[str, Any], folder: Path, *, is_fine_tuned: bool = False) -> None:
    """Raise ValueError for flags that years have no use for, and for a folder that holds another run."""
    weights = str(flags.get("weights"))
    if weights == "none":
        raise ValueError(f"{_ADVICE}, and random weights have none that tell anything: name weights")
    loss = flags.get("loss", "auto")
    joint = flags.get("joint", "none")
    if loss != "auto" or joint != "none":
        raise ValueError(f"{_ADVICE}, as ordered decades: loss and joint are for styles")
    if not is_fine_tuned and (folder / _OTHER_RUN).exists():
        raise ValueError(f"{folder} holds networks of another cross-validation: choose another folder for this one")
    if is_fine_tuned and (folder / PROBE_FILE).exists():
        raise ValueError(f"{folder} holds years by the probe alone: choose another folder for those of fine-tuning")


def _years_by_probes(data: _DatedFeatures) -> pd.Series:
    """The years that a probe of the other folds says of every image, by filename."""
    of_folds = []
    for fold in cv_folds(data.rows):
        train, test = map(np.asarray, AuthorSplitter(fold)(data.rows))
        probe = data.probe(train)
        training = f"a probe of {len(train)} others (C {probe.strength:g})"
        say(f"fold {fold}: {len(test)} images dated by {training}")
        filenames = data.rows["filename"].iloc[test]
        years = probe.years(data.features[test])
        of_folds.append(pd.Series(years, index=filenames))
    return pd.concat(of_folds)


def _judged_years(data: _DatedFeatures, years: pd.Series) -> pd.DataFrame:
    """The images of all folds with predicted years and their ranges, and what their styles would say."""
    tables = []
    for fold in cv_folds(data.rows):
        train, test = map(np.asarray, AuthorSplitter(fold)(data.rows))
        tables.append(_predictions(data, train, test, years=years))
    return with_ranges(pd.concat(tables, ignore_index=True))


def _dated_features(
    paintings: Paintings,
    flags: Mapping[str, Any],
) -> tuple[_DatedFeatures, str]:
    """The dated images and their features, and how many there are."""
    design = paintings.rows
    dates = dated_images(design)
    say(dates.sentence)
    is_open = (paintings.folds != VAL).to_numpy()
    is_judged = is_open & np.isfinite(dates.years)
    with_years = design.assign(year=dates.years)
    rows = with_years[is_judged].reset_index(drop=True)
    n_images = len(rows)
    n_folds = rows["fold"].nunique()
    if n_images < _FEWEST_IMAGES or n_folds < 2:
        problem = f"{n_images} images in {n_folds} folds have a year"
        raise ValueError(f"{problem}: {_FEWEST_IMAGES} in two folds are needed, so date more")
    backbone = backbone_of(flags)
    features = backbone.cached_features(paintings.paths())
    body = backbone.body()
    data = _DatedFeatures(rows, features[is_judged], feature_shares(body))
    return data, dates.sentence


def _predictions(
    data: _DatedFeatures,
    train: np.ndarray,  # positions of images
    test: np.ndarray,
    *,
    years: pd.Series,  # predicted, by filename
) -> pd.DataFrame:
    """The images of a fold with their predicted years, and what their style would say."""
    train_rows = data.rows.iloc[train]
    test_rows = data.rows.iloc[test]
    table = design_columns(test_rows)
    return table.assign(
        year=test_rows["year"].to_numpy(),
        pred=years[test_rows["filename"]].to_numpy(),
        style_year=style_means(train_rows, table["label"]),
        guessed_style_year=_guessed_style_years(data, train, test),
        mean_year=train_rows["year"].mean(),
    )


def _guessed_style_years(
    data: _DatedFeatures,
    train: np.ndarray,  # positions of images
    test: np.ndarray,
) -> np.ndarray:
    """`(n_test,)` mean years of styles, weighted by the probabilities that a probe of the other folds gives them."""
    rows = data.rows.iloc[train]
    features = data.features[train]
    styles, targs = np.unique(rows["label"], return_inverse=True)
    if len(styles) == 1:
        mean_year = rows["year"].mean()
        return np.full(len(test), mean_year)
    groups = author_groups(rows)
    strength = best_strength(features, targs, groups, shares=data.shares)
    weight, bias = logistic_regression(
        features,
        targs,
        strength,
        n_styles=len(styles),
        shares=data.shares,
    )
    logits = data.features[test] @ weight.T + bias
    probas = softmax(logits, axis=1)
    years_of_styles = style_means(rows, pd.Series(styles))
    return probas @ years_of_styles


def with_dates(
    predictions: pd.DataFrame,
    dating: str | Path | Learner | None,
) -> pd.DataFrame:
    """The table of predictions with `year, year_lo, year_hi`, by what `cross_validate_years` left in a folder.

    A learner of a bundle of years says the same; without either, the table itself. The images `filename` are looked at
    anew. Raises OSError where there is no such run or an image cannot be read, ValueError where files of the run are
    damaged or the learner does not date.
    """
    if dating is None:
        return predictions
    paths = list(predictions["filename"])
    ranges = _ranges_by_learner(paths, dating) if isinstance(dating, Learner) else _ranges_by_run(paths, dating)
    columns = pd.DataFrame(ranges, columns=_YEAR_COLUMNS, index=predictions.index)
    return predictions.assign(**columns)


def _ranges_by_run(paths: Sequence[str | Path], run: str | Path) -> np.ndarray:
    """`(n, 3)` year, earliest and latest, by the networks or the probe of a run."""
    if (Path(run) / SCALE_FILE).is_file():
        years, width = years_by_folds(paths, run)
    else:
        probe, width, backbone = read_probe(run)
        features = backbone.cached_features(paths)
        years = probe.years(features)
    years = years.round(1)
    return np.column_stack([years, years - width, years + width])


def _ranges_by_learner(paths: Sequence[str | Path], learn: Learner) -> np.ndarray:
    """`(n, 3)` year, earliest and latest, by a learner whose labels are decades."""
    years = years_of(learn)
    if years is None:
        raise ValueError("the model that is to date pictures says styles: name a run or a bundle of years")
    predictions = probas_and_embeddings(learn, paths)
    return years.ranges(predictions.probas)

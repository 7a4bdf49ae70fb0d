"""How good embeddings are on styles they were trained on, and on styles that were withheld from them.

Are the nearest paintings by others of the same style, are new styles told apart after a few examples, and is an unknown
style noticed? Always asked of images whose authors no training has seen. Every style counts the same. Intervals come
from resampling authors, as in `evaluation`, those of retrieval from leaving authors out one at a time.
"""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from styleclf.embeddings import separation_values
from styleclf.evaluation import N_RESAMPLES, AuthorBootstrap, Estimate, estimate_texts, one_hot, ratio, screen_text
from styleclf.metric_learning.directions import check_unit_rows, style_prototypes
from styleclf.metric_learning.few_shot import few_shot_values
from styleclf.metric_learning.jackknife import Search, mean_of_queries, retrieval_estimates
from styleclf.metric_learning.judged_images import JudgedImages, check_judged
from styleclf.metric_learning.retrieval import retrieval_by_chance, retrieval_values

_TRAINED = "trained"
_WITHHELD = "withheld"
_BOTH = "both"
_COLUMNS = ["styles", "metric", "value", "lo", "hi", "chance", "n_images", "n_authors"]
_SHOTS = (1, 5, 10)
_SEPARATION_METRICS = ("silhouette", "davies_bouldin")
_OWN_AUTHOR = "precision_at_1_own_author"
_METRIC_LABELS = {
    "precision_at_1": "precision@1",
    "r_precision": "R-precision",
    "map_at_r": "MAP@R",
    "accuracy_5_shot": "5-shot",
    "auroc_known": "AUROC known",
}
_TEXT_COLUMNS = [
    (_TRAINED, "precision_at_1"),
    (_TRAINED, "map_at_r"),
    (_WITHHELD, "precision_at_1"),
    (_WITHHELD, "map_at_r"),
    (_WITHHELD, "accuracy_5_shot"),
    (_BOTH, "auroc_known"),
]
_NO_ESTIMATE = Estimate(np.nan, np.nan, np.nan)


def embedding_scores(
    units: np.ndarray,  # (n, d) of length 1: images to judge on, by authors whom the training has not seen
    table: pd.DataFrame,  # n rows: label, author ('' = none), withheld (bool)
    train_units: np.ndarray,  # (m, d) of length 1: training images of the trained styles
    *,
    train_labels: Sequence[str],  # (m,) their styles
    shots: Sequence[int] = _SHOTS,  # example images of every withheld style
    n_draws: int = 200,  # of examples
    n_resamples: int = N_RESAMPLES,
    seed: int = 0,
) -> pd.DataFrame:
    """Scores of embeddings on the trained styles, the withheld ones, and both together, one row per score.

    Columns: `styles` ('trained', 'withheld', 'both'), `metric, value, lo, hi` with a 95 % interval, `chance` (the mean
    score of embeddings that know nothing, NaN without a plain formula), `n_images, n_authors`. For each of the three,
    if the table has such images:

    - `silhouette, davies_bouldin`: as in `separation_table`; NaN for a single style.
    - `precision_at_1, r_precision, map_at_r`: see `retrieval_values`; candidates are the judged images of the same of
      the three. `precision_at_1_own_author` is of the same queries with their own authors' paintings among the
      candidates: the difference is how much recognising a painter's hand flatters.

    For withheld styles `accuracy_5_shot` and `accuracy_5_shot_of_all`, for every number in `shots`: see
    `few_shot_values`. For both `auroc_known`: see `_auroc_of_known`; an image's score is its cosine with the nearest
    prototype of a trained style.

    Raises ValueError for embeddings that are not of length 1, tables that do not fit, a withheld style among the
    training images, a trained style without any, and where the package pytorch-metric-learning is missing.

    >>> angles = np.linspace(0, 1, 8)
    >>> units = np.column_stack([np.cos(angles), np.sin(angles)])
    >>> table = pd.DataFrame({"label": list("aaaabbbb"), "author": list("cdefghij"), "withheld": False})
    >>> scores = embedding_scores(units, table, units, train_labels=table["label"])
    >>> float(scores.set_index("metric").loc["precision_at_1", "value"])
    1.0
    """
    units = np.asarray(units)
    train_units = np.asarray(train_units)
    train_styles = np.asarray(train_labels)
    check_judged(units, table)
    _check_training_images(units, train_units, train_styles)
    _check_styles(table, train_styles)
    _check_draws(n_draws, shots)
    images = JudgedImages.of(units, table)
    is_withheld = table["withheld"].to_numpy(dtype=bool)
    _, train_targs = np.unique(train_styles, return_inverse=True)
    prototypes = style_prototypes(train_units, train_targs)
    nearest = (images.units @ prototypes.T).max(axis=1)
    rows = []
    for styles, is_member in _parts(is_withheld).items():
        part = images.part(is_member)
        bootstrap = part.bootstrap(n_resamples, seed)
        part_rows = _separation_rows(part, bootstrap)
        part_rows += _retrieval_rows(part)
        if styles == _WITHHELD:
            for k in shots:
                rng = np.random.default_rng(seed)
                accuracies = few_shot_values(part, nearest[is_member], k, n_draws=n_draws, rng=rng)
                part_rows += _few_shot_rows(part, accuracies, bootstrap, k=k, n_trained=len(prototypes))
        if styles == _BOTH:
            scores = _auroc_of_known(nearest, ~is_withheld, images.targs, counts=bootstrap.counts_with_value)
            auroc = bootstrap.estimate(scores)
            part_rows.append(_row("auroc_known", auroc, 0.5, sizes=part.sizes))
        rows += [{"styles": styles, **row} for row in part_rows]
    return pd.DataFrame(rows, columns=_COLUMNS)


def _parts(is_withheld: np.ndarray) -> dict[str, np.ndarray]:
    """`(n,)` bool for every part that has images: which belong to the trained styles, the withheld ones, or to both."""
    if not is_withheld.any():
        return {_TRAINED: ~is_withheld}
    if is_withheld.all():
        return {_WITHHELD: is_withheld}
    return {
        _TRAINED: ~is_withheld,
        _WITHHELD: is_withheld,
        _BOTH: np.full(len(is_withheld), True),
    }


def _row(
    metric: str,
    estimate: Estimate,
    chance: float,
    *,
    sizes: dict[str, int],  # n_images, n_authors
) -> dict[str, object]:
    """A row of the table of scores, without its styles."""
    return {"metric": metric, **estimate._asdict(), "chance": chance, **sizes}


def scores_text(scores: Mapping[str, pd.DataFrame]) -> str:
    """The main scores as a table that fits the screen: one row per model, intervals in brackets, chance below.

    `scores` are what `embedding_scores` gives, by the model's name.

    >>> row = {"styles": "trained", "metric": "map_at_r", "value": 0.5, "lo": 0.4, "hi": 0.6, "chance": np.nan}
    >>> scores_text({"arcface": pd.DataFrame([row])}).split()
    ['trained', 'MAP@R', 'arcface', '0.50', '(0.40-0.60)', 'chance']
    """
    table = pd.concat(scores, names=["model"]).reset_index("model")
    has_value = table["value"].notna()
    table["text"] = np.where(has_value, estimate_texts(table), "")
    wide = table.pivot(index="model", columns=["styles", "metric"], values="text")
    columns = [column for column in _TEXT_COLUMNS if column in wide]
    wide = wide.reindex(index=list(scores), columns=columns)
    keys = ["styles", "metric"]
    chance = table.drop_duplicates(keys).set_index(keys)["chance"]
    wide.loc["chance"] = chance[columns].map("{:.2f}".format, na_action="ignore")
    headers = [(styles, _METRIC_LABELS[metric]) for styles, metric in columns]
    wide.columns = pd.MultiIndex.from_tuples(headers)
    wide = wide.fillna("")
    return screen_text(wide.rename_axis(None))


def _auroc_of_known(
    scores: np.ndarray,  # (n,)
    is_known: np.ndarray,  # (n,) bool: is of a trained style
    targs: np.ndarray,  # (n,) numbers of the styles
    *,
    counts: np.ndarray,  # (n_resamples, n)
) -> np.ndarray:
    """`(n_resamples,)` how often an image of a known style scores above one of an unknown style; a tie is half.

    `scores, is_known (bool), targs (n,)`; every style counts the same. 0.5 is chance, 1 a perfect order. It is the area
    under the receiver operating characteristic (Hanley and McNeil 1982).
    """
    n_styles = targs.max() + 1
    images_of_style = counts @ one_hot(targs, n_styles)
    divisors = np.maximum(images_of_style, 1e-12)
    weights = counts / divisors[:, targs]
    known_scores = scores[is_known][:, None]
    unknown_scores = scores[~is_known]
    is_tied = known_scores == unknown_scores
    is_above = (known_scores > unknown_scores) + 0.5 * is_tied
    known_weights = weights[:, is_known]
    unknown_weights = weights[:, ~is_known]
    above = ((known_weights @ is_above) * unknown_weights).sum(axis=1)
    known_total = known_weights.sum(axis=1)
    unknown_total = unknown_weights.sum(axis=1)
    return ratio(above, known_total * unknown_total)


def _separation_rows(images: JudgedImages, bootstrap: AuthorBootstrap) -> list[dict]:
    """Silhouette and Davies-Bouldin; draws are moved to have the value as mean, as `separation_table` explains."""
    triangle = np.linalg.qr(images.units.T, mode="r")
    coordinates = np.asarray(triangle).T  # the same distances, in no more dimensions than images
    scores = separation_values(coordinates, images.targs, bootstrap.counts_with_value)
    rows = []
    for metric in _SEPARATION_METRICS:
        estimate = bootstrap.centred_estimate(scores[metric])
        row = _row(metric, estimate, np.nan, sizes=images.sizes)
        rows.append(row)
    return rows


def _retrieval_rows(images: JudgedImages) -> list[dict]:
    """Retrieval by the images whose style another author has painted too; intervals are those of `jackknife`."""
    every_image = np.arange(len(images.targs))
    values = retrieval_values(images.units, images.targs, images.groups)
    is_query = ~np.isnan(values["precision_at_1"])
    if not is_query.any():
        sizes = {"n_images": 0, "n_authors": 0}
        metrics = (*values, _OWN_AUTHOR)
        return [_row(metric, _NO_ESTIMATE, np.nan, sizes=sizes) for metric in metrics]
    own_values = retrieval_values(images.units, images.targs, every_image, metrics=["precision_at_1"])
    own_author = np.where(is_query, own_values["precision_at_1"], np.nan)
    search = Search(images.units, images.targs, images.groups, hidden=images.groups)
    estimates = retrieval_estimates(search, values)
    search_of_all = search._replace(hidden=every_image)
    own_estimates = retrieval_estimates(search_of_all, {"precision_at_1": own_author})
    estimates[_OWN_AUTHOR] = own_estimates["precision_at_1"]
    sizes = images.part(is_query).sizes
    rows = []
    for metric, estimate in estimates.items():
        chance = np.nan
        if metric != "map_at_r":
            groups = every_image if metric == _OWN_AUTHOR else images.groups
            by_chance = retrieval_by_chance(images.targs, groups)
            chances = np.where(is_query, by_chance, np.nan)
            chance = mean_of_queries(chances, images.targs)
        rows.append(_row(metric, estimate, chance, sizes=sizes))
    return rows


def _few_shot_rows(
    images: JudgedImages,
    accuracies: np.ndarray | None,  # (n_draws, 2, 2) of `few_shot_values`
    bootstrap: AuthorBootstrap,
    *,
    k: int,  # examples per style
    n_trained: int,  # number of trained styles
) -> list[dict]:
    """Accuracy after `k` examples. A draw's interval is that of its examples and of the authors judged."""
    n_styles = images.n_styles
    chances = {
        f"accuracy_{k}_shot": 1 / n_styles,
        f"accuracy_{k}_shot_of_all": 1 / (n_styles + n_trained),
    }
    rows = []
    for column, (metric, chance) in enumerate(chances.items()):
        is_trivial = column == 0 and n_styles == 1  # one style among itself is always right
        if accuracies is None or is_trivial:
            estimate = _NO_ESTIMATE
        else:
            values = accuracies[:, column, 0]
            draws = accuracies[:, column, 1]
            lo, hi = bootstrap.bounds(draws)
            estimate = Estimate(values.mean(), lo, hi)
        row = _row(metric, estimate, chance, sizes=images.sizes)
        rows.append(row)
    return rows


def _check_training_images(
    units: np.ndarray,
    train_units: np.ndarray,
    train_labels: np.ndarray,
) -> None:
    check_unit_rows(train_units, "training embeddings")
    fits_labels = len(train_units) == len(train_labels)
    fits_judged = train_units.shape[1] == units.shape[1]
    if not (fits_labels and fits_judged):
        shapes = f"{train_units.shape} for {len(train_labels)} labels, beside {units.shape} to judge"
        raise ValueError(f"training embeddings are {shapes}: each needs a label, and the same width")


def _check_draws(n_draws: int, shots: Sequence[int]) -> None:
    if n_draws < 1 or min(shots, default=1) < 1:
        raise ValueError(f"n_draws and all shots must be 1 or more, not {n_draws} and {tuple(shots)}")


def _check_styles(table: pd.DataFrame, train_labels: np.ndarray) -> None:
    """Raise ValueError for a withheld style among the training images, and a trained one without any."""
    is_withheld = table["withheld"].to_numpy(dtype=bool)
    styles = table["label"]
    train_styles = set(train_labels)
    leaked = sorted(set(styles[is_withheld]) & train_styles)
    if leaked:
        raise ValueError(f"the withheld style {leaked[0]} is among the training images: leave them out of the training")
    missing = sorted(set(styles[~is_withheld]) - train_styles)
    if missing:
        raise ValueError(f"the style {missing[0]} has no training image: mark it as withheld")

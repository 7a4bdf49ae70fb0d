"""The map of a cross-validation, on which every image is judged by a model that never met its painter.

Every fold's model has a space of embeddings of its own, and places in different spaces cannot be compared. Two spaces
are common to all folds: the probabilities out of fold, which every model gives to the same styles, and the features of
the body as it was before any training.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Literal, get_args

import numpy as np
import pandas as pd

from styleclf.common import check_one_of, count_of
from styleclf.data import Paintings
from styleclf.embeddings import PROJECTIONS, Projection, map_positions_by_epoch
from styleclf.embeddings.atlas.atlas_map import AtlasMap
from styleclf.embeddings.atlas.collection import with_shown_columns
from styleclf.embeddings.atlas.page import PageText, hidden_sentence
from styleclf.embeddings.atlas.points import LAST, MapPoints
from styleclf.evaluation import probas_of, read_run
from styleclf.report import run_answer

Space = Literal["answers", "features"]
SPACES = get_args(Space)
_LEAST_PROBA = 1e-4  # below this, one probability says no more than another
_BACKBONE_SETTINGS = ("arch", "weights", "features", "size", "fit", "precision", "image_mean", "image_std")
_SPACE_NOTES = {
    "answers": "Near means judged alike: the map is made of the probabilities that each image got for every style, "
    "from the one model that never met its painter.",
    "features": "Near means alike to the body before any training: the map is made of its features, in which no style "
    "and no painter was learned. Only what it is named comes from the trained models.",
}


def cross_validation_map(
    cv: str | Path,  # folder of the cross-validation
    paintings: Paintings,  # all of its design
    settings: Mapping[str, Any],  # it was made with
    *,
    space: Space = "answers",  # or features
    dims: int = 2,  # of the map; or 3
    projection: Projection = "umap",  # or pca
    seed: int = 0,  # of the map
    columns: Sequence[str] | None = None,  # of the design, to show and to filter by; default: all of its collection
) -> AtlasMap:
    """All images but the validation set, each with the prediction of the model that never met its painter.

    Raises ValueError for another space or projection, an unknown column, and predictions of other images than the
    design has; what `read_run` raises, and for features what `Backbone.cached_features` raises.
    """
    cv = Path(cv)
    check_one_of(space, SPACES, "atlas.py --space")
    check_one_of(projection, PROJECTIONS, "atlas.py --projection")
    on_page = with_shown_columns(paintings.without_validation(), columns)
    predictions = _out_of_fold(cv, on_page)
    text = _page_text(cv, on_page, space=space, n_hidden=len(paintings) - len(on_page))  # before the map takes its time
    coordinates = style_scores(predictions) if space == "answers" else _frozen_features(on_page, settings)
    is_fitted = np.ones(len(on_page), dtype=bool)
    positions = map_positions_by_epoch(coordinates[None], is_fitted, projection=projection, seed=seed, dims=dims)
    points = MapPoints(positions, [LAST])
    return AtlasMap(on_page, predictions, points, text, is_out_of_fold=True)


def style_scores(predictions: pd.DataFrame) -> np.ndarray:
    """Probabilities as places `(n, n_styles)`: their logarithms, less the mean of each image's.

    That is the centred log-ratio of J. Aitchison, The Statistical Analysis of Compositional Data (1986). Of a linear
    head they are its logits up to a shift, so the embedding as the head reads it. Probabilities below 0.0001 count as
    that.

    >>> style_scores(pd.DataFrame({"proba_cubism": [0.5, 0.8], "proba_rococo": [0.5, 0.2]})).round(2).tolist()
    [[0.0, 0.0], [0.69, -0.69]]
    """
    probas = probas_of(predictions)
    logarithms = np.log(np.maximum(probas, _LEAST_PROBA))
    return logarithms - logarithms.mean(axis=1, keepdims=True)


def _out_of_fold(cv: Path, paintings: Paintings) -> pd.DataFrame:
    """The predictions of a cross-validation in the order of its paintings."""
    predictions = read_run(cv).set_index("filename", drop=False)
    filenames = paintings.rows["filename"]
    if set(filenames) != set(predictions.index):
        advice = "run cross_validate.py to the end on the design as it is now"
        raise ValueError(f"{cv} has judged other images than its design has: {advice}")
    return predictions.loc[filenames].reset_index(drop=True)


def _frozen_features(paintings: Paintings, settings: Mapping[str, Any]) -> np.ndarray:
    """Features `(n, d)` of the body before its training, from the cache where they are kept; each of deviation 1."""
    from styleclf.inference import Backbone  # takes seconds

    backbone_settings = {name: settings[name] for name in _BACKBONE_SETTINGS if name in settings}
    features = Backbone(**backbone_settings).cached_features(paintings.paths())
    deviations = features.std(axis=0)
    is_constant = deviations == 0
    return (features - features.mean(axis=0)) / np.where(is_constant, 1, deviations)


def _page_text(cv: Path, on_page: Paintings, *, space: Space, n_hidden: int) -> PageText:
    """What the page says of itself."""
    n_folds = on_page.folds.nunique()
    knows_painters = (on_page.rows["author"].fillna("") != "").any()
    phrase = "its painter" if knows_painters else "it"
    notes = [
        f"The cross-validation in {cv}: {n_folds} models, each trained without one fold. Every picture is judged by "
        f"the one that never met {phrase}.",
        _SPACE_NOTES[space],
        hidden_sentence(n_hidden),
    ]
    n_styles = count_of(on_page.rows["label"].nunique(), "style")
    title = f"{count_of(len(on_page), 'picture')} of {n_styles}, each judged by a model that never met {phrase}"
    return PageText(title, notes, answer=run_answer(cv))

"""The novelty model of a learner, learned from its training images once it is trained.

The threshold has to come from images that the body was not trained on, or new painters' works would all look new:

    body as its weights have it    from the training images, in inner folds by author: probe and model of the others
    body that was fine-tuned       from the images of the test fold, unless that is the validation set
    fine-tuned on all folds        none here; `runs` takes it from a cross-validation
"""

from typing import Any

import numpy as np
from fastai.data.core import Datasets
from fastai.learner import Learner

from styleclf.data import VAL, author_groups
from styleclf.evaluation import NoveltyModel, fitted_novelty, inner_novelty, novelty_threshold
from styleclf.inference import body_features, dataset_features, keep_novelty, learner_parts
from styleclf.training.callbacks import history_of
from styleclf.training.probe import feature_shares

_COLUMNS = {"label", "author", "fold", "filename"}  # of a design
_MOST_IMAGES = 2000  # that a fine-tuned body looks at once more


def learn_novelty(learn: Learner) -> NoveltyModel | None:
    """Have a trained learner, and its export, tell pictures of no style that it was taught; returns the model.

    None, and the learner stays as it is, where its images are not at hand, as those of one that was loaded. Where
    nothing can be learned of a threshold it is infinite. A style against the rest is learned as the styles it stands
    against. Raises ValueError for a learner that styleclf has not made.
    """
    learner_parts(learn)  # refuses other learners
    if not _has_design(learn.dls.train_ds):
        return None
    learned_model = _model_of_trained_body if _body_is_trained(learn) else _model_of_frozen_body
    model = learned_model(learn)
    keep_novelty(learn, model)
    return model


def _model_of_trained_body(learn: Learner) -> NoveltyModel:
    """The model of a body that was fine-tuned; its threshold is from the test fold, unless that is closed."""
    body = learner_parts(learn).body
    shares = feature_shares(body)
    rows = _some_rows(learn.dls.train_ds.items)
    features = _looked_at(learn, rows)
    targs = _styles(rows)
    model = fitted_novelty(features, targs, shares)
    test = _some_rows(learn.dls.valid_ds.items)
    folds = test["fold"].astype(str)
    is_closed = VAL in set(folds)
    if test.empty or is_closed:
        return model
    test_features = _looked_at(learn, test)
    novelty = model.novelty(test_features)
    threshold = novelty_threshold(novelty, test["author"])
    return model._replace(threshold=threshold)


def _model_of_frozen_body(learn: Learner) -> NoveltyModel:
    """The model of a body as its weights have it; its threshold is from inner folds by author."""
    parts = learner_parts(learn)
    shares = feature_shares(parts.body)
    train = learn.dls.train_ds
    rows = train.items
    features, _ = dataset_features(parts.body, learn.dls, train, precision=parts.precision)
    targs = _styles(rows)
    authors = author_groups(rows)
    model = fitted_novelty(features, targs, shares)
    novelty = inner_novelty(features, targs, authors, shares=shares)
    is_judged = np.isfinite(novelty)
    judged_authors = rows["author"][is_judged]
    threshold = novelty_threshold(novelty[is_judged], judged_authors)
    return model._replace(threshold=threshold)


def _has_design(dataset: Datasets) -> bool:
    """Whether a part of `dls` has the rows of a design."""
    items = getattr(dataset, "items", None)
    columns = getattr(items, "columns", ())
    has_columns = set(columns) >= _COLUMNS
    return has_columns and len(dataset.items) > 0


def _body_is_trained(learn: Learner) -> bool:
    """Whether the learner's body is another than its weights made it: there has been an epoch beside the probe."""
    epochs = [row["epoch"] for row in history_of(learn).rows]
    return max(epochs, default=0) > 0


def _some_rows(rows: Any) -> Any:
    """At most 2,000 rows of a design, evenly spread over its styles."""
    if len(rows) <= _MOST_IMAGES:
        return rows
    by_style = rows.sort_values("label", kind="stable")
    last = len(rows) - 1
    places = np.linspace(0, last, _MOST_IMAGES).round()
    return by_style.iloc[places.astype(int)]


def _looked_at(learn: Learner, rows: Any) -> np.ndarray:
    """Features `(n, d)` that the learner's body has of the images of some rows of its design."""
    parts = learner_parts(learn)
    dl = learn.dls.test_dl(rows, with_labels=True)
    features, _ = body_features(parts.body, dl, precision=parts.precision)
    return features


def _styles(rows: Any) -> np.ndarray:
    """`(n,)` numbers of the styles; of one against the rest, those it stands against."""
    column = "original_label" if "original_label" in rows else "label"
    labels = rows[column].astype(str)
    _, numbers = np.unique(labels, return_inverse=True)
    return numbers

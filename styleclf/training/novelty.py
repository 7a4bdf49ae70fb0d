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

_MOST_IMAGES = 2000  # that a fine-tuned body looks at once more


def learn_novelty(learn: Learner) -> NoveltyModel | None:
    """Have a trained learner, and its export, tell pictures of no style that it was taught; returns the model.

    None, and the learner stays as it is, where its images are not at hand, as those of one that was loaded. Where
    nothing can be learned of a threshold it is infinite. A style against the rest is learned as the styles it stands
    against. Raises ValueError for a learner that styleclf has not made.
    """
    parts = learner_parts(learn)
    train = learn.dls.train_ds
    if not _has_design(train):
        return None
    shares = feature_shares(parts.body)
    if _body_is_trained(learn):
        rows = _some_rows(train.items)
        model = fitted_novelty(_looked_at(learn, rows), _styles(rows), shares)
        test = _some_rows(learn.dls.valid_ds.items)
        is_closed = (test["fold"].astype(str) == VAL).any()
        if len(test) and not is_closed:
            novelty = model.novelty(_looked_at(learn, test))
            model = model._replace(threshold=novelty_threshold(novelty, test["author"]))
    else:
        features, _ = dataset_features(parts.body, learn.dls, train, precision=parts.precision)
        targs = _styles(train.items)
        model = fitted_novelty(features, targs, shares)
        novelty = inner_novelty(features, targs, author_groups(train.items), shares=shares)
        is_judged = np.isfinite(novelty)
        threshold = novelty_threshold(novelty[is_judged], train.items["author"][is_judged])
        model = model._replace(threshold=threshold)
    keep_novelty(learn, model)
    return model


def _has_design(dataset: Datasets) -> bool:
    """Whether a part of `dls` has the rows of a design."""
    columns = getattr(getattr(dataset, "items", None), "columns", ())
    return {"label", "author", "fold", "filename"} <= set(columns) and len(dataset.items) > 0


def _body_is_trained(learn: Learner) -> bool:
    """Whether the learner's body is another than its weights made it: there has been an epoch beside the probe."""
    return any(row["epoch"] > 0 for row in history_of(learn).rows)


def _some_rows(rows: Any) -> Any:
    """At most 2,000 rows of a design, evenly spread over its styles."""
    if len(rows) <= _MOST_IMAGES:
        return rows
    by_style = rows.sort_values("label", kind="stable")
    places = np.linspace(0, len(rows) - 1, _MOST_IMAGES).round().astype(int)
    return by_style.iloc[places]


def _looked_at(learn: Learner, rows: Any) -> np.ndarray:
    """Features `(n, d)` that the learner's body has of the images of some rows of its design."""
    parts = learner_parts(learn)
    dl = learn.dls.test_dl(rows, with_labels=True)
    features, _ = body_features(parts.body, dl, precision=parts.precision)
    return features


def _styles(rows: Any) -> np.ndarray:
    """`(n,)` numbers of the styles; of one against the rest, those it stands against."""
    labels = rows["original_label"] if "original_label" in rows else rows["label"]
    return np.unique(labels.astype(str), return_inverse=True)[1]

"""The novelty model: styles in clusters, pictures beside them and far out, and arrays that fit one another."""

import json
from typing import NamedTuple

import numpy as np
import pytest
from sklearn.metrics.pairwise import cosine_similarity

from styleclf.evaluation import novelty_model
from styleclf.evaluation.novelty_model import NoveltyModel, fitted_novelty, inner_novelty

D = 40  # features
N_STYLES = 3
N_IMAGES = 240


class Styles(NamedTuple):
    """Made-up images."""

    features: np.ndarray  # (n, D)
    targs: np.ndarray  # (n,)
    painters: np.ndarray  # (n,)
    centres: np.ndarray  # (N_STYLES + 1, D) of the styles and of one that nobody paints


@pytest.fixture(scope="module")
def styles():
    """Features of three styles by 24 painters."""
    rng = np.random.default_rng(0)
    centres = 3 * rng.normal(size=(N_STYLES + 1, D))
    targs = np.repeat(np.arange(N_STYLES), 80)
    painters = np.arange(N_IMAGES) // 10
    hands = 0.5 * rng.normal(size=(24, D))
    noise = rng.normal(size=(N_IMAGES, D))
    features = centres[targs] + hands[painters] + noise
    return Styles(features.astype(np.float32), targs, painters, centres)


@pytest.fixture(scope="module")
def model(styles):
    """The model of them."""
    return fitted_novelty(styles.features, styles.targs)


def test_new_styles_and_far_pictures_are_more_novel_than_new_images_of_taught_styles(model, styles):
    taught, new_style = styles.centres[:N_STYLES], styles.centres[N_STYLES]
    noise = np.random.default_rng(1).normal(size=(90, D))
    of_taught = model.novelty(np.tile(taught, (30, 1)) + noise)
    of_new_style = model.novelty(new_style + noise)
    of_far = model.novelty(taught[0] + 20 * noise)
    highest = np.quantile(of_taught, 0.95)
    assert highest < np.quantile(of_new_style, 0.05)
    assert highest < np.quantile(of_far, 0.05)


def test_claims_are_cosines_where_paintings_of_one_style_vary_alike(model, styles):
    """Recomputed by scikit-learn, in the main components, of styles of one size."""
    from sklearn.covariance import LedoitWolf

    places, _ = model._coordinates(styles.features)
    means = np.stack([places[styles.targs == style].mean(axis=0) for style in range(N_STYLES)])
    deviations = places - means[styles.targs]
    estimator = LedoitWolf(assume_centered=True).fit(deviations)
    whitening = np.linalg.cholesky(estimator.precision_)
    new_features = styles.features[:50] + 0.5
    new_places, _ = model._coordinates(new_features)
    cosines = cosine_similarity(new_places @ whitening, means @ whitening)
    _, second, first = np.sort(cosines, axis=1).T
    unclaimed, _ = model.two_answers(new_features)
    assert np.allclose(unclaimed, 1 - first + 0.3 * second, atol=1e-3)
    assert np.allclose(means.mean(axis=0), 0, atol=1e-3), "seen from the middle of the styles"


def test_a_feature_that_was_constant_in_training_does_not_decide_alone(styles):
    flat = styles.features.copy()
    flat[:, 0] = 1
    model = fitted_novelty(flat, styles.targs)
    touched = flat.copy()
    touched[:, 0] = 1.001
    changes = model.novelty(touched) - model.novelty(flat)
    assert np.abs(changes).max() < 0.5


def test_arrays_give_the_same_answers_and_are_small(model, styles):
    arrays = model._replace(threshold=0.7).arrays()
    again = NoveltyModel.of_arrays(arrays)
    assert again.threshold == pytest.approx(0.7)
    assert np.allclose(again.novelty(styles.features), model.novelty(styles.features), atol=0.02)
    assert arrays["axes"].dtype == np.float16
    assert {type(array) for array in arrays.values()} == {np.ndarray}


def test_arrays_give_the_same_answers_after_json(model, styles):
    arrays = model.arrays()
    lists = {name: array.tolist() for name, array in arrays.items()}
    of_json = NoveltyModel.of_arrays(json.loads(json.dumps(lists)))
    of_arrays = NoveltyModel.of_arrays(arrays)
    assert np.array_equal(of_json.novelty(styles.features), of_arrays.novelty(styles.features))


@pytest.mark.parametrize("name", ["directions", "axes", "whitening", "medians"])
def test_arrays_that_do_not_fit_are_named(model, name):
    arrays = model.arrays()
    wrong = arrays | {name: np.zeros((2, 2, 2))}
    with pytest.raises(ValueError, match="of shape"):
        NoveltyModel.of_arrays(wrong)
    arrays.pop(name)
    with pytest.raises(ValueError, match=f"lacks {name}"):
        NoveltyModel.of_arrays(arrays)


@pytest.mark.parametrize("threshold, is_new", [(1.0, [False, True]), (np.inf, [False, False])])
def test_nothing_is_new_without_a_threshold(model, threshold, is_new):
    with_threshold = model._replace(threshold=threshold)
    assert with_threshold.is_new(np.array([0.5, 1e9])).tolist() == is_new


def test_inner_novelty_is_higher_than_that_of_the_model_that_has_seen_the_image(styles, model):
    inner = inner_novelty(styles.features, styles.targs, styles.painters)
    assert np.isfinite(inner).all()
    assert inner.mean() > model.novelty(styles.features).mean()


def test_inner_novelty_is_unknown_where_authors_are_too_few(styles):
    two_painters = styles.painters // 12
    inner = inner_novelty(styles.features, styles.targs, two_painters)
    assert np.isnan(inner).all()


def test_many_images_are_thinned_alike_in_every_style(styles, monkeypatch):
    chosen = novelty_model._evenly_chosen(styles.targs, 60)
    assert np.bincount(styles.targs[chosen]).tolist() == [20, 20, 20]
    of_chosen = fitted_novelty(styles.features[chosen], styles.targs[chosen])
    monkeypatch.setattr(novelty_model, "_MOST_IMAGES", 60)
    thinned = fitted_novelty(styles.features, styles.targs)
    assert np.allclose(thinned.novelty(styles.features), of_chosen.novelty(styles.features))


@pytest.mark.parametrize("n, d", [(1, 5), (3, 2), (9, 1)])
def test_one_style_few_images_and_narrow_features_are_no_trouble(n, d):
    rng = np.random.default_rng(0)
    model = fitted_novelty(rng.normal(size=(n, d)), np.zeros(n, dtype=int))
    novelty = model.novelty(rng.normal(size=(4, d)))
    assert np.isfinite(novelty).all()


def test_nothing_is_fitted_to_no_images():
    with pytest.raises(ValueError, match="and there are none"):
        fitted_novelty(np.zeros((0, 3)), np.zeros(0, dtype=int))

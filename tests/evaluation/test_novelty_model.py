"""The novelty model: styles in clusters, pictures beside them and far out, and arrays that fit one another."""

import json

import numpy as np
import pytest

from styleclf.evaluation import novelty_model
from styleclf.evaluation.novelty_model import NoveltyModel, fitted_novelty, inner_novelty

D = 40


@pytest.fixture(scope="module")
def styles():
    """Features of three styles by 24 painters: `(features, targs, painters)`, and the centres of four styles."""
    rng = np.random.default_rng(0)
    centres = 3 * rng.normal(size=(4, D))
    targs = np.repeat(np.arange(3), 80)
    painters = np.arange(240) // 10
    hands = 0.5 * rng.normal(size=(24, D))
    features = centres[targs] + hands[painters] + rng.normal(size=(240, D))
    return features.astype(np.float32), targs, painters, centres


@pytest.fixture(scope="module")
def model(styles):
    """The model of them."""
    features, targs, _, _ = styles
    return fitted_novelty(features, targs)


def test_new_styles_and_far_pictures_are_more_novel_than_new_images_of_taught_styles(model, styles):
    centres = styles[3]
    rng = np.random.default_rng(1)
    taught = model.novelty(centres[np.arange(90) % 3] + rng.normal(size=(90, D)))
    new_style = model.novelty(centres[3] + rng.normal(size=(90, D)))
    far = model.novelty(centres[0] + 20 * rng.normal(size=(90, D)))
    assert np.quantile(taught, 0.95) < np.quantile(new_style, 0.05)
    assert np.quantile(taught, 0.95) < np.quantile(far, 0.05)


def test_claims_are_cosines_where_paintings_of_one_style_vary_alike(model, styles):
    """Recomputed by scikit-learn, in the main components, of styles of one size."""
    from sklearn.covariance import LedoitWolf

    features, targs, _, _ = styles
    places, _ = model._placed(features)
    means = np.stack([places[targs == style].mean(axis=0) for style in range(3)])
    covariance = LedoitWolf(assume_centered=True).fit(places - means[targs]).covariance_
    precision = np.linalg.inv(covariance)
    new_places, _ = model._placed(features[:50] + 0.5)
    products = new_places @ precision @ means.T
    lengths = np.sqrt(np.sum(new_places @ precision * new_places, axis=1))
    lengths_of_means = np.sqrt(np.sum(means @ precision * means, axis=1))
    expected = products / lengths[:, None] / lengths_of_means
    unclaimed, _ = model.two_answers(features[:50] + 0.5)
    in_order = np.sort(expected, axis=1)
    assert np.allclose(unclaimed, 1 - in_order[:, 2] + 0.3 * in_order[:, 1], atol=1e-3)
    assert np.abs(means.mean(axis=0)).max() < 1e-3  # seen from the middle of the styles


def test_a_feature_that_was_constant_in_training_does_not_decide_alone(styles):
    features, targs, _, _ = styles
    flat = features.copy()
    flat[:, 0] = 1
    model = fitted_novelty(flat, targs)
    touched = flat[:20].copy()
    touched[:, 0] = 1.001
    assert np.abs(model.novelty(touched) - model.novelty(flat[:20])).max() < 0.5


def test_arrays_give_the_same_answers_and_are_small(model, styles):
    features = styles[0]
    arrays = model._replace(threshold=0.7).arrays()
    again = NoveltyModel.of_arrays(arrays)
    assert again.threshold == pytest.approx(0.7)
    assert np.allclose(again.novelty(features), model.novelty(features), atol=0.02)
    assert arrays["axes"].dtype == np.float16
    assert {type(value) for value in arrays.values()} == {np.ndarray}
    listed = json.loads(json.dumps({name: value.tolist() for name, value in arrays.items()}))
    assert np.array_equal(NoveltyModel.of_arrays(listed).novelty(features), again.novelty(features))


@pytest.mark.parametrize("name", ["directions", "axes", "whitening", "medians"])
def test_arrays_that_do_not_fit_are_told(model, name):
    arrays = model.arrays()
    wrong = arrays | {name: np.zeros((2, 2, 2))}
    with pytest.raises(ValueError, match="of shape"):
        NoveltyModel.of_arrays(wrong)
    arrays.pop(name)
    with pytest.raises(ValueError, match=f"lacks {name}"):
        NoveltyModel.of_arrays(arrays)


def test_nothing_is_new_without_a_threshold(model):
    assert not model.is_new(np.array([1e9])).any()
    assert model._replace(threshold=1.0).is_new(np.array([0.5, 2.0])).tolist() == [False, True]


def test_inner_novelty_is_that_of_models_without_the_author(styles):
    """Higher than that of the model that has seen the image; NaN where authors are too few."""
    features, targs, painters, _ = styles
    inner = inner_novelty(features, targs, painters)
    assert np.isfinite(inner).all()
    assert inner.mean() > fitted_novelty(features, targs).novelty(features).mean()
    assert np.isnan(inner_novelty(features, targs, painters // 12)).all()


def test_many_images_are_thinned_alike_in_every_style(styles, monkeypatch):
    features, targs, _, _ = styles
    monkeypatch.setattr(novelty_model, "_MOST_IMAGES", 60)
    thinned = fitted_novelty(features, targs)
    monkeypatch.undo()
    chosen = novelty_model._evenly_chosen(targs, 60)
    assert np.bincount(targs[chosen]).tolist() == [20, 20, 20]
    assert np.allclose(thinned.novelty(features), fitted_novelty(features[chosen], targs[chosen]).novelty(features))


def test_one_style_few_images_and_narrow_features_are_no_trouble():
    rng = np.random.default_rng(0)
    for n, d in ((1, 5), (3, 2), (9, 1)):
        model = fitted_novelty(rng.normal(size=(n, d)), np.zeros(n, dtype=int))
        assert np.isfinite(model.novelty(rng.normal(size=(4, d)))).all()
    with pytest.raises(ValueError, match="and there are none"):
        fitted_novelty(np.zeros((0, 3)), np.zeros(0, dtype=int))

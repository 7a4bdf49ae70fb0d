"""curation.quick_probe: the components are the main ones, and a fold is judged by the others alone."""

import numpy as np
import pytest

from styleclf.curation.quick_probe import main_components, quick_out_of_fold, quick_probas

N_STYLES = 4  # the last of which has no image
PAINTERS = np.arange(90) // 3  # three paintings each


@pytest.fixture(scope="module")
def paintings():
    """`(features, targs, folds)` of 90 paintings of three styles, features on scales of their own."""
    rng = np.random.default_rng(0)
    targs = np.arange(90) % 3
    features = rng.normal(size=(90, 30)) + 0.5 * rng.normal(size=(3, 30))[targs]
    return features * np.geomspace(1e-3, 1e3, 30), targs, rng.integers(0, 3, 90)


def test_components_are_those_of_a_singular_value_decomposition(paintings):
    features, _, _ = paintings
    scaled = (features - features.mean(axis=0)) / features.std(axis=0)
    components = main_components(features, 5)
    _, lengths, _ = np.linalg.svd(scaled, full_matrices=False)
    assert components.shape == (90, 5)
    assert components.dtype == np.float32
    assert np.linalg.norm(components, axis=0) == pytest.approx(lengths[:5], rel=1e-3)
    products = components.T @ components
    assert np.abs(products - np.diag(np.diag(products))).max() < 1e-3 * products.max()


def test_the_scale_of_a_feature_does_not_matter_and_a_constant_one_says_nothing(paintings):
    features, _, _ = paintings
    components = main_components(features, 5)
    larger = main_components(np.column_stack([1000 * features, np.full(90, 7.0)]), 5)
    assert np.abs(larger) == pytest.approx(np.abs(components), abs=1e-2)


def test_few_paintings_have_few_components():
    features = np.random.default_rng(0).normal(size=(4, 30))
    assert main_components(features).shape == (4, 4)


def test_probabilities_sum_to_one_and_tell_styles_apart(paintings):
    features, targs, _ = paintings
    components = main_components(features)
    probas = quick_probas(components, targs, components, groups=PAINTERS, n_styles=N_STYLES, strength=1.0)
    assert probas.shape == (90, N_STYLES)
    assert probas.sum(axis=1) == pytest.approx(np.ones(90))
    assert (probas.argmax(axis=1) == targs).mean() > 0.9
    assert probas[:, 3].max() < 1e-6, "a style without images is never predicted"


def test_a_weaker_probe_is_less_sure(paintings):
    features, targs, _ = paintings
    components = main_components(features)
    probas = [
        quick_probas(components, targs, components, groups=PAINTERS, n_styles=3, strength=c) for c in (1e-6, 1e-3, 1)
    ]
    surest = [of_strength.max(axis=1).mean() for of_strength in probas]
    assert surest[0] < surest[1] < surest[2]


def test_with_one_style_it_is_certain():
    probas = quick_probas(np.zeros((3, 2)), np.full(3, 2), np.ones((5, 2)), groups=np.arange(3), n_styles=N_STYLES)
    assert np.array_equal(probas, np.eye(N_STYLES)[np.full(5, 2)])


def test_the_labels_of_a_fold_do_not_matter_for_its_own_probabilities(paintings):
    features, targs, folds = paintings
    components = main_components(features)
    probas = quick_out_of_fold(components, targs, folds, groups=PAINTERS, n_styles=N_STYLES)
    is_first = folds == 0
    other_labels = np.where(is_first, (targs + 1) % 3, targs)
    changed = quick_out_of_fold(components, other_labels, folds, groups=PAINTERS, n_styles=N_STYLES)
    assert np.array_equal(changed[is_first], probas[is_first])
    assert not np.allclose(changed[~is_first], probas[~is_first])


def test_only_what_is_known_is_learned_from(paintings):
    features, targs, folds = paintings
    components = main_components(features)
    is_known = np.arange(len(targs)) % 2 == 0
    probas = quick_out_of_fold(components, targs, folds, groups=PAINTERS, n_styles=N_STYLES, is_known=is_known)
    other_labels = np.where(is_known, targs, (targs + 1) % 3)
    assert np.array_equal(
        quick_out_of_fold(components, other_labels, folds, groups=PAINTERS, n_styles=N_STYLES, is_known=is_known),
        probas,
    )
    assert not np.allclose(quick_out_of_fold(components, targs, folds, groups=PAINTERS, n_styles=N_STYLES), probas)

"""training.probe: as good as scikit-learn, and exactly what it found is in the network."""

import numpy as np
import pytest
import torch
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from torch import nn

from styleclf.data.dataloaders import get_dls
from styleclf.models.network import create_body, create_model
from styleclf.training import probe
from styleclf.training.few_dimensions import FewDimensions
from styleclf.training.linear_probe import STRENGTHS, ProbeRules, temperature_for
from tests.conftest import ARCH


def network(d, embedding_size, n_out):
    neck = nn.Sequential(nn.ReLU(), nn.Linear(d, embedding_size))
    head = nn.Sequential(nn.ReLU(), nn.Linear(embedding_size, n_out))
    return nn.Sequential(nn.Identity(), neck, head)


def clusters(n=300, d=20, n_styles=5, seed=0):
    rng = np.random.default_rng(seed)
    targs = rng.integers(n_styles, size=n)
    centres = rng.normal(size=(n_styles, d))
    features = centres[targs] + rng.normal(size=(n, d)) + 1
    return np.maximum(features, 0), targs


@pytest.mark.parametrize("n_styles, embedding_size", [(2, 1), (2, 16), (5, 4), (5, 16)])
def test_the_network_gives_scikit_learns_probabilities(n_styles, embedding_size):
    features, targs = clusters(n_styles=n_styles)
    weight, bias = probe.logistic_regression(features, targs, 1e-2, n_styles=n_styles)
    reference = make_pipeline(StandardScaler(), LogisticRegression(C=1e-2, class_weight="balanced", tol=1e-3))
    reference.fit(features, targs)
    model = network(features.shape[1], embedding_size, n_styles)
    probe.write_linear_map(model, features, weight, bias=bias)
    with torch.no_grad():
        probas = model(torch.from_numpy(features).float()).softmax(1).numpy()
    assert probas == pytest.approx(reference.predict_proba(features), abs=1e-3)


def test_a_narrow_embedding_keeps_the_directions_that_matter_most():
    features, targs = clusters()
    weight, bias = probe.logistic_regression(features, targs, 1e-2, n_styles=5)
    right = []
    for embedding_size in (1, 2, 4):
        model = network(features.shape[1], embedding_size, 5)
        probe.write_linear_map(model, features, weight, bias=bias)
        logits = model(torch.from_numpy(features).float()).detach().numpy()
        right.append((logits.argmax(1) == targs).mean())
    assert right[0] < right[1] < right[2]
    assert right[0] > 1 / 5


def test_the_embedding_is_above_the_relu_and_of_unit_deviation():
    features, targs = clusters()
    model = network(features.shape[1], 16, 5)
    weight, bias = probe.logistic_regression(features, targs, 1e-2, n_styles=5)
    probe.write_linear_map(model, features, weight, bias=bias)
    embedding = model[:2](torch.from_numpy(features).float()).detach().numpy()
    assert (embedding > 0).all()
    assert embedding[:, :4].std(0) == pytest.approx(np.ones(4), abs=1e-3)
    assert embedding[:, 4:].std(0) == pytest.approx(np.zeros(12), abs=1e-6)


def test_a_style_without_training_images_is_never_predicted():
    features, targs = clusters(n_styles=3)
    weight, bias = probe.logistic_regression(features, targs, 1e-2, n_styles=4)
    model = network(features.shape[1], 16, 4)
    probe.write_linear_map(model, features, weight, bias=bias)
    logits = model(torch.from_numpy(features).float()).detach().numpy()
    assert (logits.argmax(1) != 3).all()
    assert np.isfinite(logits).all()


def test_the_strength_is_lower_for_noise_than_for_signal():
    rng = np.random.default_rng(0)
    groups = np.arange(300) // 3
    targs = rng.integers(3, size=100)[groups]
    noise = rng.normal(size=(300, 60))
    signal = noise + 4 * np.eye(60)[targs]
    assert probe.best_strength(noise, targs, groups) < probe.best_strength(signal, targs, groups)
    assert probe.best_strength(noise[:5], targs[:5], np.arange(5)) in STRENGTHS


def test_training_images_of_one_style_are_told():
    probe._check_styles(["cubism", "rococo"])
    with pytest.raises(ValueError, match=r"all 3 training images are of the style cubism.*another fold"):
        probe._check_styles(["cubism"] * 3)


def test_shares_hold_weights_back_as_a_ridge_on_scaled_features_does():
    features, targs = clusters()
    shares = np.linspace(0.2, 2, features.shape[1])
    weight, bias = probe.logistic_regression(features, targs, 1e-2, n_styles=5, shares=shares)
    scaled = (features - features.mean(0)) / features.std(0) * shares
    reference = LogisticRegression(C=1e-2, class_weight="balanced", tol=1e-3).fit(scaled, targs)
    assert features @ weight.T + bias == pytest.approx(reference.decision_function(scaled), abs=1e-3)


def test_layers_with_few_channels_count_more_and_features_without_layers_alike(weights_file):
    body = create_body("test_efficientnet", "style", "none")
    shares, widths = probe.feature_shares(body), body.widths()
    assert len(widths) == 1 + len(body.trunk.feature_info) + len(body.narrowing)
    assert body.narrowing
    assert shares.shape == (body.head_hidden_size,)
    assert (shares**2).mean() == pytest.approx(1, abs=1e-5)
    starts = np.cumsum([0, *widths[:-1]])
    each = [shares[start] for start in starts]
    assert shares == pytest.approx(np.repeat(each, widths))
    ratios = [share**4 * width for share, width in zip(each, widths, strict=True)]
    assert ratios == pytest.approx([ratios[0]] * len(widths), rel=1e-4)
    assert probe.feature_shares(create_body(ARCH, "pooled", weights_file)) == 1


def test_a_probe_is_the_same_with_kept_features_and_without(design, sample, weights_file, tmp_path):
    logits = []
    for cache in (tmp_path, tmp_path, False):
        dls = get_dls(design, sample, 0, arch=ARCH, size=32, bs=16, cache=cache)
        model = create_model(ARCH, len(dls.vocab), features="style", weights=weights_file)
        scores = probe.fit_probe(model, dls, "fp32", progress=False)
        assert 0 < scores["train_loss"] < np.log(len(dls.vocab))
        assert scores["strength"] > 0
        x, _ = dls.valid.one_batch()
        with torch.no_grad():
            output = model.eval()(x.as_subclass(torch.Tensor))
        logits.append(output.numpy())
    assert logits[0] == pytest.approx(logits[1])
    assert logits[0] == pytest.approx(logits[2], abs=1e-2)


def test_a_probe_that_sees_mirror_images_is_another_one(dls, weights_file):
    losses = []
    for mirrored in (False, True):
        model = create_model(ARCH, len(dls.vocab), features="style", weights=weights_file)
        scores = probe.fit_probe(model, dls, "fp32", progress=False, mirrored=mirrored)
        losses.append(scores["train_loss"])
    assert losses[0] != losses[1]


def test_the_probe_in_the_network_is_the_one_of_its_rules():
    features, targs = clusters()
    groups = np.arange(len(targs)) // 3
    reduced = FewDimensions(features)
    weight, bias = probe.probe_weights(reduced, targs, groups, strength=1e-2, n_styles=5)
    rules = ProbeRules(1e-2, temperature_for(reduced.coordinates, targs, groups, n_styles=5))
    expected = rules.fitted(reduced.coordinates, targs, n_styles=5).logits(reduced.coordinates)
    assert features @ weight.T + bias == pytest.approx(expected, abs=1e-4)

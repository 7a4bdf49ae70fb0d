"""training.probe: as good as scikit-learn, and exactly what it found is in the network."""

import numpy as np
import pytest
import torch
from scipy.special import softmax
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

STRENGTH = 1e-2


def network(d, embedding_size, n_out):
    neck = nn.Sequential(nn.ReLU(), nn.Linear(d, embedding_size))
    head = nn.Sequential(nn.ReLU(), nn.Linear(embedding_size, n_out))
    return nn.Sequential(nn.Identity(), neck, head)


def clusters(n=300, d=20, n_styles=5, seed=0):
    rng = np.random.default_rng(seed)
    targs = rng.integers(n_styles, size=n)
    centres = 1 + rng.normal(size=(n_styles, d))
    noise = rng.normal(size=(n, d))
    return np.maximum(centres[targs] + noise, 0), targs


def probed_network(features, targs, n_styles=5, embedding_size=16):
    """A network into which a regression was written."""
    weight, bias = probe.logistic_regression(features, targs, STRENGTH, n_styles=n_styles)
    model = network(features.shape[1], embedding_size, n_styles)
    probe.write_linear_map(model, features, weight, bias=bias)
    return model


def outputs(model, features):
    with torch.no_grad():
        return model(torch.from_numpy(features).float()).numpy()


@pytest.mark.parametrize("n_styles, embedding_size", [(2, 1), (2, 16), (5, 4), (5, 16)])
def test_the_network_gives_scikit_learns_probabilities(n_styles, embedding_size):
    features, targs = clusters(n_styles=n_styles)
    regression = LogisticRegression(C=STRENGTH, class_weight="balanced", tol=1e-3)
    reference = make_pipeline(StandardScaler(), regression).fit(features, targs)
    model = probed_network(features, targs, n_styles, embedding_size)
    probas = softmax(outputs(model, features), axis=1)
    assert probas == pytest.approx(reference.predict_proba(features), abs=1e-3)


def test_a_narrow_embedding_keeps_the_directions_that_matter_most():
    features, targs = clusters()
    accuracies = []
    for embedding_size in (1, 2, 4):
        model = probed_network(features, targs, embedding_size=embedding_size)
        preds = outputs(model, features).argmax(axis=1)
        accuracies.append((preds == targs).mean())
    narrowest, narrow, wide = accuracies
    chance = 1 / 5
    assert chance < narrowest < narrow < wide


def test_the_embedding_is_above_the_relu_and_of_unit_deviation():
    features, targs = clusters()
    model = probed_network(features, targs)
    embedding = outputs(model[:2], features)
    assert (embedding > 0).all()
    deviations = embedding.std(axis=0)
    n_needed = 4  # to tell five styles apart
    assert deviations[:n_needed] == pytest.approx(np.ones(4), abs=1e-3)
    assert deviations[n_needed:] == pytest.approx(np.zeros(12), abs=1e-6)


def test_a_style_without_training_images_is_never_predicted():
    features, targs = clusters(n_styles=3)
    model = probed_network(features, targs, n_styles=4)
    logits = outputs(model, features)
    assert np.isfinite(logits).all()
    assert 3 not in logits.argmax(axis=1)


def test_the_strength_is_lower_for_noise_than_for_signal():
    rng = np.random.default_rng(0)
    groups = np.arange(300) // 3
    style_of_group = rng.integers(3, size=100)
    targs = style_of_group[groups]
    noise = rng.normal(size=(300, 60))
    signal = noise + 4 * np.eye(60)[targs]
    of_noise = probe.best_strength(noise, targs, groups)
    of_signal = probe.best_strength(signal, targs, groups)
    assert of_noise < of_signal


def test_five_images_have_a_strength():
    rng = np.random.default_rng(0)
    features = rng.normal(size=(5, 60))
    targs = rng.integers(3, size=5)
    assert probe.best_strength(features, targs, np.arange(5)) in STRENGTHS


def test_training_images_of_one_style_are_named():
    probe._check_styles(["cubism", "rococo"])
    with pytest.raises(ValueError, match=r"all 3 training images are of the style cubism.*another fold"):
        probe._check_styles(["cubism"] * 3)


def test_shares_hold_weights_back_as_a_ridge_on_scaled_features_does():
    features, targs = clusters()
    shares = np.linspace(0.2, 2, features.shape[1])
    weight, bias = probe.logistic_regression(features, targs, STRENGTH, n_styles=5, shares=shares)
    scaled = shares * StandardScaler().fit_transform(features)
    reference = LogisticRegression(C=STRENGTH, class_weight="balanced", tol=1e-3).fit(scaled, targs)
    expected = reference.decision_function(scaled)
    assert features @ weight.T + bias == pytest.approx(expected, abs=1e-3)


def test_layers_with_few_channels_count_more():
    body = create_body("test_efficientnet", "style", "none")
    shares = probe.feature_shares(body)
    widths = np.array(body.widths())
    assert body.narrowing
    assert len(widths) == 1 + len(body.trunk.feature_info) + len(body.narrowing)
    assert shares.shape == (body.head_hidden_size,)
    assert (shares**2).mean() == pytest.approx(1, abs=1e-5)
    starts = np.cumsum(widths) - widths
    of_layers = shares[starts]
    assert shares == pytest.approx(np.repeat(of_layers, widths))
    ratios = of_layers**4 * widths
    assert ratios == pytest.approx(np.full(len(widths), ratios[0]), rel=1e-4)


def test_features_without_layers_count_alike(weights_file):
    body = create_body(ARCH, "pooled", weights_file)
    assert probe.feature_shares(body) == 1


def test_a_probe_is_the_same_with_kept_features_and_without(design, sample, weights_file, tmp_path):
    def logits(cache):
        dls = get_dls(design, sample, 0, arch=ARCH, size=32, bs=16, cache=cache)
        n_styles = len(dls.vocab)
        model = create_model(ARCH, n_styles, features="style", weights=weights_file)
        scores = probe.fit_probe(model, dls, "fp32", progress=False)
        assert 0 < scores["train_loss"] < np.log(n_styles)
        assert scores["strength"] > 0
        x, _ = dls.valid.one_batch()
        return outputs(model.eval(), x.numpy())

    making = logits(tmp_path)
    reading = logits(tmp_path)
    without = logits(False)
    assert making == pytest.approx(reading)
    assert making == pytest.approx(without, abs=1e-2)


def test_a_probe_that_sees_mirror_images_is_another_one(dls, weights_file):
    losses = set()
    for mirrored in (False, True):
        model = create_model(ARCH, len(dls.vocab), features="style", weights=weights_file)
        scores = probe.fit_probe(model, dls, "fp32", progress=False, mirrored=mirrored)
        losses.add(scores["train_loss"])
    assert len(losses) == 2


def test_the_probe_in_the_network_is_the_one_of_its_rules():
    features, targs = clusters()
    groups = np.arange(len(targs)) // 3
    reduced = FewDimensions(features)
    weight, bias = probe.probe_weights(reduced, targs, groups, strength=STRENGTH, n_styles=5)
    coordinates = reduced.coordinates
    temperature = temperature_for(coordinates, targs, groups, n_styles=5)
    fitted = ProbeRules(STRENGTH, temperature).fitted(coordinates, targs, n_styles=5)
    expected = fitted.logits(coordinates)
    assert features @ weight.T + bias == pytest.approx(expected, abs=1e-4)

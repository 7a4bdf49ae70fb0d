"""styleclf.probe: as good as scikit-learn, and exactly what it found is in the network."""

import numpy as np
import pytest
import torch
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from torch import nn

from styleclf import probe


def network(d, embedding_size, n_out):
    neck, head = nn.Linear(d, embedding_size), nn.Linear(embedding_size, n_out)
    return nn.Sequential(nn.Identity(), nn.Sequential(nn.ReLU(), neck), nn.Sequential(nn.ReLU(), head))


def clusters(n=300, d=20, n_styles=5, seed=0):
    rng = np.random.default_rng(seed)
    targs = rng.integers(n_styles, size=n)
    return np.maximum(rng.normal(size=(n_styles, d))[targs] + rng.normal(size=(n, d)) + 1, 0), targs


@pytest.mark.parametrize("n_styles, embedding_size", [(2, 1), (2, 16), (5, 4), (5, 16)])
def test_the_network_gives_scikit_learns_probabilities(n_styles, embedding_size):
    features, targs = clusters(n_styles=n_styles)
    weight, bias = probe.logistic_regression(features, targs, 1e-2, n_styles)
    reference = make_pipeline(StandardScaler(), LogisticRegression(C=1e-2, class_weight="balanced", tol=1e-3))
    reference.fit(features, targs)
    model = network(features.shape[1], embedding_size, n_styles)
    probe.write_into(model, features, weight, bias)
    with torch.no_grad():
        probas = model(torch.from_numpy(features).float()).softmax(1).numpy()
    assert probas == pytest.approx(reference.predict_proba(features), abs=1e-3)


def test_a_narrow_embedding_keeps_the_directions_that_matter_most():
    features, targs = clusters()
    weight, bias = probe.logistic_regression(features, targs, 1e-2, 5)
    right = []
    for embedding_size in (1, 2, 4):
        model = network(features.shape[1], embedding_size, 5)
        probe.write_into(model, features, weight, bias)
        logits = model(torch.from_numpy(features).float()).detach().numpy()
        right.append((logits.argmax(1) == targs).mean())
    assert right[0] < right[1] < right[2] and right[0] > 1 / 5


def test_the_embedding_is_above_the_relu_and_of_unit_deviation():
    features, targs = clusters()
    model = network(features.shape[1], 16, 5)
    probe.write_into(model, features, *probe.logistic_regression(features, targs, 1e-2, 5))
    embedding = model[:2](torch.from_numpy(features).float()).detach().numpy()
    assert (embedding > 0).all()
    assert embedding[:, :4].std(0) == pytest.approx(np.ones(4), abs=1e-3)
    assert embedding[:, 4:].std(0) == pytest.approx(np.zeros(12), abs=1e-6)


def test_a_style_without_training_images_is_never_predicted():
    features, targs = clusters(n_styles=3)
    weight, bias = probe.logistic_regression(features, targs, 1e-2, 4)
    model = network(features.shape[1], 16, 4)
    probe.write_into(model, features, weight, bias)
    logits = model(torch.from_numpy(features).float()).detach().numpy()
    assert (logits.argmax(1) != 3).all() and np.isfinite(logits).all()


def test_the_strength_is_lower_for_noise_than_for_signal():
    rng = np.random.default_rng(0)
    groups = np.arange(300) // 3
    targs = rng.integers(3, size=100)[groups]
    noise = rng.normal(size=(300, 60))
    signal = noise + 4 * np.eye(60)[targs]
    assert probe.best_strength(noise, targs, groups) < probe.best_strength(signal, targs, groups)
    assert probe.best_strength(noise[:5], targs[:5], np.arange(5)) in probe.STRENGTHS


def test_balanced_log_loss_counts_styles_alike():
    logits = np.log([[0.5, 0.5], [0.5, 0.5], [0.9, 0.1], [0.2, 0.8]])
    expected = np.mean([-np.mean(np.log([0.5, 0.5, 0.9])), -np.log(0.8)])
    assert probe.balanced_log_loss(logits, np.array([0, 0, 0, 1])) == pytest.approx(expected)


def test_features_come_in_the_order_of_the_images_and_leave_the_body_as_it_was(trained, dls):
    body = trained.model[0]
    before = {name: value.clone() for name, value in body.state_dict().items()}
    body.train()
    dl = dls.test_dl(dls.valid_ds.items, with_labels=True)
    features, targs = probe.body_features(body, dl, progress=False)
    assert body.training
    assert all(torch.equal(before[name], value) for name, value in body.state_dict().items())
    assert features.shape == (len(dls.valid_ds), body.head_hidden_size)
    assert [dls.vocab[i] for i in targs] == dls.valid_ds.items["label"].tolist()
    doubled, _ = probe.body_features(body, dl, progress=False, mirrored=True)
    assert doubled[::2] == pytest.approx(features, abs=1e-2)
    body.eval()
    with torch.no_grad():
        x = dls.valid.one_batch()[0][:3].as_subclass(torch.Tensor)
        assert features[:3] == pytest.approx(body(x).numpy(), abs=1e-2)
        assert doubled[1:6:2] == pytest.approx(body(x.flip(3)).numpy(), abs=1e-2)

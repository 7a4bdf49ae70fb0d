"""bundle.manifest_values: what a learner knows goes into bundle.json as JSON has it, and what it does not is null."""

import json

import numpy as np
import pytest
import torch

from styleclf.bundle.facts import TrainingFacts
from styleclf.bundle.manifest_values import _prototypes, _training, _versions, manifest_values
from styleclf.bundle.rebuilding import rebuilt_network
from styleclf.inference import learner_parts, threshold_of
from styleclf.models import CosineHead
from styleclf.training import load_style_learner


@pytest.fixture(scope="module")
def parts(bundled):
    return learner_parts(load_style_learner(bundled / "model.pkl"))


def test_it_is_json_and_says_what_the_learner_knows(parts):
    network = rebuilt_network(parts)
    facts = TrainingFacts(weights="body.pth", licence="mit", versions={"torch": "1.0"}, design_blake2b="ab12")
    values = json.loads(json.dumps(manifest_values(parts, network, facts, None), allow_nan=False))
    assert values["styles"] == list(parts.vocab)
    assert values["input"]["size"] == 32
    assert values["input"]["mean"] == list(network.stats[0])
    assert values["sets"]["thresholds"] == pytest.approx(list(threshold_of(parts.learn, "")))
    assert values["prototypes"] is None
    assert values["files"] == {}
    assert values["training"]["design_blake2b"] == "ab12"
    assert values["weights_licence"] == "mit"
    assert values["versions"]["torch"] == "1.0", "the training's and not today's"
    assert manifest_values(parts, network, facts, "cc0")["weights_licence"] == "cc0"


def test_the_prototype_of_a_style_with_several_centres_is_the_mean_of_their_directions(parts):
    head = CosineHead(4, len(parts.vocab), 16.0, n_centers=3)
    torch.nn.init.normal_(head.weight)
    weight = head.weight.detach().numpy()
    directions = weight / np.linalg.norm(weight, axis=1, keepdims=True)
    expected = directions.reshape(len(parts.vocab), 3, 4).mean(axis=1)
    assert np.allclose(_prototypes(parts._replace(head=head)), expected, atol=1e-6)


def test_where_nothing_is_known_of_a_training_nothing_is_said():
    assert _training({}, TrainingFacts()) is None
    assert _training({"n_images": 9}, TrainingFacts()) == {"n_images": 9}
    assert set(_versions({})) >= {"styleclf", "torch"}

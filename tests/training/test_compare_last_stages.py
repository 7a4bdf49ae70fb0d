"""The comparison of ways to train the last stages: it computes what the whole network computes."""

import numpy as np
import pytest
import torch

from styleclf.models import create_body
from tests.training.last_stages.fitting import mixed_statistics
from tests.training.last_stages.network import LastStages, mean_state, mixed_state, state_of, write_probe

_SMALL = "efficientnet_lite0"


@pytest.fixture(scope="module")
def body():
    torch.manual_seed(0)
    return create_body(_SMALL, "style", "none", size=64).eval()


@pytest.mark.parametrize("first", [5, 6])
def test_the_last_stages_give_the_features_of_the_whole_body(body, first):
    kept = []
    hook = body.trunk.blocks[first - 1].register_forward_hook(lambda _, inputs, maps: kept.append(maps))
    images = torch.randn(3, 3, 96, 96)
    with torch.no_grad():
        features = body(images)
    hook.remove()
    model = LastStages(body, first, 4)
    read = []
    model.neck.register_forward_pre_hook(lambda _, inputs: read.append(inputs[0]))
    with torch.no_grad():
        model(kept[0], features)
    torch.testing.assert_close(read[0], features)


def test_rates_fall_from_stage_to_stage_and_every_parameter_has_one(body):
    model = LastStages(body, 5, 4)
    groups = model.groups(rate=1.0, decay=0.5)
    assert [group["lr"] for group in groups] == [1.0, 1.0, 0.5, 0.25]
    in_groups = sum(len(group["params"]) for group in groups)
    assert in_groups == len(list(model.parameters()))


def test_a_written_probe_gives_its_logits(body):
    rng = np.random.default_rng(0)
    model = LastStages(body, 6, 4)
    features = rng.normal(size=(20, body.head_hidden_size)).astype(np.float32)
    weight, bias = 0.1 * rng.normal(size=(4, body.head_hidden_size)), rng.normal(size=4)
    write_probe(model, features, (weight, bias))
    with torch.no_grad():
        logits = model.head(torch.relu(model.neck(torch.from_numpy(features)))).numpy()
    expected = features @ weight.T + bias
    differences = logits - expected
    assert differences - differences.mean(axis=1, keepdims=True) == pytest.approx(0, abs=1e-3)


def test_statistics_are_mixed_within_a_style_only():
    """Styles whose paintings all have the same statistics keep them."""
    maps = torch.randn(8, 2, 6, 6, generator=torch.Generator().manual_seed(0))
    mean = maps.mean(dim=(2, 3), keepdim=True)
    deviation = maps.std(dim=(2, 3), keepdim=True)
    targs = np.array([0, 0, 0, 0, 1, 1, 1, 1])
    level = torch.from_numpy(targs)[:, None, None, None].float()
    alike = (maps - mean) / deviation + 5 * level
    means_alike = alike.mean(dim=(2, 3)).numpy()
    various = maps * (1 + level)
    changed = False
    for seed in range(6):
        mixed = mixed_statistics(alike, targs, 0.3, rng=np.random.default_rng(seed))
        assert mixed.mean(dim=(2, 3)).numpy() == pytest.approx(means_alike, abs=1e-2)
        mixed = mixed_statistics(various, targs, 0.3, rng=np.random.default_rng(seed))
        changed |= not torch.allclose(mixed, various)
    assert changed


def test_a_state_is_a_copy():
    layer = torch.nn.Linear(2, 2)
    state = state_of(layer)
    torch.nn.init.zeros_(layer.weight)
    assert state["weight"].abs().sum() > 0


def test_states_are_averaged_and_the_head_by_another_share():
    states = []
    for value in (0.0, 3.0, 6.0):
        weight = torch.tensor([value])
        states.append({"stages.weight": weight, "head.weight": weight})
    mean = mean_state(states)
    assert mean["stages.weight"].item() == pytest.approx(3)
    mixed = mixed_state(states[0], states[1], 0.5, share_of_head=1.0)
    assert mixed["stages.weight"].item() == pytest.approx(1.5)
    assert mixed["head.weight"].item() == pytest.approx(3)

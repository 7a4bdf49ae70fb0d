"""Gradient methods: truth on networks whose attributions are known by hand, and Captum's numbers."""

import threading

import numpy as np
import pytest
import timm
import torch
from torch import nn

from styleclf.explain import attribute, explained, gradients as gradient_module
from styleclf.explain.attribution import timing_line
from styleclf.explain.gradients import _TOLERANCE
from styleclf.explain.model_copy import LogOdds, _stage_shapes
from tests.explain.conftest import WEIGHT, images_of, same_everywhere

STAGES = [dict(module="layer3"), dict(module="layer4")]  # the last two of the tests' ResNet


class Stage(nn.Module):
    """A timm-like body of one stage of 2 feature maps, then ReLU6 in place; features are their sums."""

    feature_info = [dict(module="conv", num_chs=2)]  # noqa: RUF012

    def __init__(self):
        super().__init__()
        self.conv, self.act = nn.Conv2d(3, 2, 1), nn.ReLU6(inplace=True)

    def forward(self, x):
        return self.act(self.conv(x)).sum(dim=(2, 3))


def test_gradients_of_a_linear_network_are_its_weights(quadrant, paths):
    """Log-odds of the first style are the logit less a constant: attributions are weight times pixel, inside only."""
    x, inside = images_of(quadrant, paths), np.zeros((32, 32), dtype=np.float32)
    inside[:16, :16] = 1
    style = quadrant.dls.vocab[0]
    result = explained(quadrant, paths, "integrated_gradients", target=style, progress=False)
    same_everywhere(result.attr, WEIGHT * x.sum(dim=1).numpy() * inside, 1e-4)
    assert np.abs(result.deltas).max() < 1e-3
    saliency = attribute(quadrant, paths, "saliency", target=style, progress=False)
    same_everywhere(saliency, np.stack([3 * WEIGHT * inside] * 2), 1e-5)
    shap = attribute(quadrant, paths, "gradient_shap", target=style, progress=False)
    assert (shap[:, inside == 0] == 0).all()
    noise = 3 * WEIGHT * gradient_module._NOISE_SHARE * float(x.max() - x.min())  # of a pixel; averaged over samples
    assert (
        np.abs(shap - WEIGHT * x.sum(dim=1).numpy() * inside).max() < 5 * noise / gradient_module._N_NOISY_COPIES**0.5
    )


@pytest.mark.parametrize("method", ["saliency", "gradient_shap"])
def test_noise_is_that_of_the_seed_whatever_other_threads_draw(real, paths, method):
    alone = attribute(real, paths, method, progress=False)
    stopped = threading.Event()

    def draw():
        while not stopped.is_set():
            torch.rand(3)
            np.random.rand(3)  # noqa: NPY002

    other_thread = threading.Thread(target=draw)
    other_thread.start()
    try:
        np.testing.assert_array_equal(attribute(real, paths, method, progress=False), alone)
    finally:
        stopped.set()
        other_thread.join()
    assert (attribute(real, paths, method, progress=False, seed=1) != alone).any()


def test_gradcam_is_the_weighted_stage(learn, paths):
    """With logit 0 the sum of the first map, all gradients of it are 1 and of the second 0: the map is its values."""
    head = nn.Linear(2, 8)
    with torch.no_grad():
        head.weight.zero_()
        head.bias.zero_()
        head.weight[0, 0] = 1e-3
    stage = Stage()
    learn.model = nn.Sequential(stage, nn.Identity(), head)
    x = images_of(learn, paths)
    with torch.no_grad():
        maps = stage.conv(x)
    passing = ((maps[:, 0] > 0) & (maps[:, 0] < 6)).float()
    expected = 1e-3 * passing.mean(dim=(1, 2))[:, None, None] * maps[:, 0]
    style = learn.dls.vocab[0]
    same_everywhere(attribute(learn, paths, "gradcam", target=style, progress=False), expected.numpy(), 1e-6)
    result = attribute(learn, paths, "guided_gradcam", target=style, progress=False)
    guided = 1e-3 * passing * stage.conv.weight[0].sum()
    same_everywhere(result, (expected.clamp(min=0) * guided).detach().numpy(), 1e-7)
    with torch.no_grad():
        head.weight[0, 0] = -1e-3  # what speaks against a style is not led back through a ReLU
    assert (attribute(learn, paths, "guided_gradcam", target=style, progress=False) == 0).all()
    assert (attribute(learn, paths, "saliency", target=style, progress=False) > 0).any()


def test_class_activation_maps_are_of_the_last_stage_that_has_places(real, paths):
    """At 32 pixels the last stage has one place and the one before it 2 x 2, whose maps are not of one colour."""
    shapes = _stage_shapes(real.model.eval(), real.model[0].trunk, stages=STAGES, x=images_of(real, paths))
    assert [shape[2:] for shape in shapes] == [(2, 2), (1, 1)]
    assert attribute(real, paths, "gradcam", progress=False).std(axis=(1, 2)).min() > 0
    lone = nn.Sequential(nn.Sequential(nn.AdaptiveAvgPool2d(1), Stage()), nn.Identity(), nn.Linear(2, 8))
    lone[0].feature_info = [dict(module="1.conv", num_chs=2)]
    real.model = lone
    with pytest.raises(ValueError, match="of more than one place, which a Sequential does not have for images of 32"):
        attribute(real, paths, "gradcam", progress=False)


def test_integrated_gradients_add_up_to_the_log_odds(real, paths):
    x = images_of(real, paths)
    result = explained(real, paths, "integrated_gradients", progress=False)
    network = LogOdds(real.model.eval())
    with torch.no_grad():
        gained = (network(x) - network(torch.zeros_like(x)))[range(2), result.targs].numpy()
    same_everywhere(result.attr.sum(axis=(1, 2)) - gained, result.deltas, 1e-2)
    assert (np.abs(result.deltas) <= _TOLERANCE * np.maximum(1, np.abs(gained)) + 1e-3).all()
    assert "added up but for" in timing_line("integrated_gradients", result, 1.0)


def test_a_transformer_has_no_class_activation_maps(learn, paths):
    body = timm.create_model("vit_tiny_patch16_224", num_classes=0, img_size=32, depth=1)
    learn.model = nn.Sequential(body, nn.Identity(), nn.Linear(192, 8))
    with pytest.raises(ValueError, match=r"feature maps .* VisionTransformer"):
        attribute(learn, paths, "gradcam", progress=False)
    with pytest.raises(ValueError, match="ReLUs alone, and this one has GELU"):
        attribute(learn, paths, "guided_gradcam", progress=False)
    assert attribute(learn, paths, "saliency", progress=False).max() > 0

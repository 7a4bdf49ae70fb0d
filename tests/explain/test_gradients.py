"""Gradient methods: truth on networks whose attributions are known by hand, and Captum's numbers."""

import threading
from typing import NamedTuple

import numpy as np
import pytest
import timm
import torch
from fastai.learner import Learner
from torch import nn

from styleclf.explain import attribute, explained_images, gradients
from styleclf.explain.attribution import timing_line
from styleclf.explain.gradients import _TOLERANCE
from styleclf.explain.model_copy import LogOdds, _stage_shapes
from tests.explain.conftest import WEIGHT, images_of, same_everywhere
from tests.explain.stage import Stage

STAGES = [dict(module="layer3"), dict(module="layer4")]  # the last two of the tests' ResNet


@pytest.fixture
def inside():
    """`(32, 32)` 1 in the upper left quadrant."""
    places = np.zeros((32, 32), dtype=np.float32)
    places[:16, :16] = 1
    return places


@pytest.fixture
def first_style(learn):
    return learn.dls.vocab[0]


@pytest.fixture
def weighted_pixels(quadrant, paths, inside):
    """Weight times pixel inside: what log-odds of the first style owe to a pixel, as they are linear."""
    x = images_of(quadrant, paths)
    return WEIGHT * x.sum(dim=1).numpy() * inside


def test_integrated_gradients_of_a_linear_network_are_weighted_pixels(quadrant, paths, first_style, weighted_pixels):
    result = explained_images(quadrant, paths, "integrated_gradients", target=first_style, progress=False)
    same_everywhere(result.attr, weighted_pixels, 1e-4)
    assert np.abs(result.deltas).max() < 1e-3


def test_saliency_of_a_linear_network_is_its_weights(quadrant, paths, first_style, inside):
    saliency = attribute(quadrant, paths, "saliency", target=first_style, progress=False)
    n_channels = 3
    of_image = n_channels * WEIGHT * inside
    same_everywhere(saliency, [of_image, of_image], 1e-5)


def test_gradient_shap_of_a_linear_network_is_weighted_pixels_with_noise(
    quadrant, paths, first_style, inside, weighted_pixels
):
    shap = attribute(quadrant, paths, "gradient_shap", target=first_style, progress=False)
    assert (shap[:, inside == 0] == 0).all()
    x = images_of(quadrant, paths)
    noise_of_pixel = gradients._NOISE_SHARE * float(x.max() - x.min())
    n_channels = 3
    noise_of_mean = n_channels * WEIGHT * noise_of_pixel / gradients._N_NOISY_COPIES**0.5
    same_everywhere(shap, weighted_pixels, 5 * noise_of_mean)


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


class OfFirstMap(NamedTuple):
    """A learner whose first logit is the sum of the first of two maps, times a weight, and what is known of it."""

    learn: Learner
    weight: float
    maps: torch.Tensor  # (n, h, w) the first map before its activation
    passes: torch.Tensor  # (n, h, w) 1 where the activation lets a change through, else 0


@pytest.fixture(params=[1e-3, -1e-3])
def of_first_map(learn, paths, request):
    head = nn.Linear(2, 8)
    stage = Stage()
    with torch.no_grad():
        head.weight.zero_()
        head.bias.zero_()
        head.weight[0, 0] = request.param
        maps = stage.conv(images_of(learn, paths))[:, 0]
    learn.model = nn.Sequential(stage, nn.Identity(), head)
    passes = (maps > 0) & (maps < 6)
    return OfFirstMap(learn, request.param, maps, passes.float())


def test_gradcam_is_the_weighted_stage(of_first_map, paths, first_style):
    """Where the activation lets through, all gradients of the first map are the weight, and of the second 0."""
    learn, weight, maps, passes = of_first_map
    gradients_of_maps = weight * passes.mean(dim=(1, 2), keepdim=True)
    result = attribute(learn, paths, "gradcam", target=first_style, progress=False)
    same_everywhere(result, gradients_of_maps * maps, 1e-6)


def test_guided_gradcam_leads_nothing_back_that_speaks_against_a_style(of_first_map, paths, first_style):
    learn, weight, maps, passes = of_first_map
    result = attribute(learn, paths, "guided_gradcam", target=first_style, progress=False)
    if weight < 0:
        assert (result == 0).all()
        return
    gradcam = weight * passes.mean(dim=(1, 2), keepdim=True) * maps
    weights_of_pixels = learn.model[0].conv.weight[0].detach()
    guided = weight * passes * weights_of_pixels.sum()
    same_everywhere(result, gradcam.clamp(min=0) * guided, 1e-7)


def test_saliency_shows_what_speaks_against_a_style(of_first_map, paths, first_style):
    saliency = attribute(of_first_map.learn, paths, "saliency", target=first_style, progress=False)
    assert (saliency > 0).any()


def test_class_activation_maps_are_of_the_last_stage_that_has_places(real, paths):
    """At 32 pixels the last stage has one place and the one before it 2 x 2, whose maps are not of one colour."""
    x = images_of(real, paths)
    shapes = _stage_shapes(real.model.eval(), real.model[0].trunk, stages=STAGES, x=x)
    assert [shape[2:] for shape in shapes] == [(2, 2), (1, 1)]
    maps = attribute(real, paths, "gradcam", progress=False)
    assert maps.std(axis=(1, 2)).min() > 0


def test_a_network_whose_only_stage_has_one_place_has_no_class_activation_maps(learn, paths):
    body = nn.Sequential(nn.AdaptiveAvgPool2d(1), Stage())
    body.feature_info = [dict(module="1.conv", num_chs=2)]
    learn.model = nn.Sequential(body, nn.Identity(), nn.Linear(2, 8))
    with pytest.raises(ValueError, match="of more than one place, which a Sequential does not have for images of 32"):
        attribute(learn, paths, "gradcam", progress=False)


def test_integrated_gradients_add_up_to_the_log_odds(real, paths):
    x = images_of(real, paths)
    result = explained_images(real, paths, "integrated_gradients", progress=False)
    log_odds = LogOdds(real.model.eval())
    with torch.no_grad():
        gains = log_odds(x) - log_odds(torch.zeros_like(x))
    of_targets = gains[range(2), result.targs].numpy()
    sums = result.attr.sum(axis=(1, 2))
    same_everywhere(sums - of_targets, result.deltas, 1e-2)
    allowed = _TOLERANCE * np.maximum(1, np.abs(of_targets)) + 1e-3
    assert (np.abs(result.deltas) <= allowed).all()
    assert "added up but for" in timing_line("integrated_gradients", result, 1.0)


def test_a_transformer_has_no_class_activation_maps(learn, paths):
    body = timm.create_model("vit_tiny_patch16_224", num_classes=0, img_size=32, depth=1)
    learn.model = nn.Sequential(body, nn.Identity(), nn.Linear(192, 8))
    with pytest.raises(ValueError, match=r"feature maps .* VisionTransformer"):
        attribute(learn, paths, "gradcam", progress=False)
    with pytest.raises(ValueError, match="ReLUs alone, and this one has GELU"):
        attribute(learn, paths, "guided_gradcam", progress=False)
    assert attribute(learn, paths, "saliency", progress=False).max() > 0

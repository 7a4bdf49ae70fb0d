"""styleclf.models.style_statistics: features are what their formulas say, and old learners keep theirs."""

import copy
import pickle
from concurrent.futures import ThreadPoolExecutor

import pytest
import timm
import torch
from torch import nn

from styleclf.models import network, style_statistics
from styleclf.models.style_statistics import StyleBody
from tests.conftest import ARCH
from tests.releases import NEEDS_TORCH_2_14


def test_style_features_are_the_pooled_ones_and_each_stages_statistics():
    torch.manual_seed(0)
    body = network.create_body(ARCH, "style", "none").eval()
    x = torch.randn(2, 3, 64, 64)
    with torch.no_grad():
        features = body(x)
        _, stages = body.trunk.forward_intermediates(x)
        pooled = body.trunk(x)
    expected = [pooled]
    for stage in stages:
        pixels = stage.flatten(2)
        expected += [pixels.mean(2), (((pixels - pixels.mean(2, keepdim=True)) ** 2).mean(2) + 1e-5).sqrt()]
    assert torch.allclose(features, torch.cat(expected, 1), atol=1e-4)
    assert features.shape == (2, body.head_hidden_size)


def test_style_features_end_with_deviations_of_what_narrowing_convolutions_read(monkeypatch):
    monkeypatch.setattr(style_statistics, "_MAX_HIDDEN", 3)
    body = network.create_body("test_efficientnet", "style", "none").eval()
    assert len(style_statistics._readable_layers(body.trunk)) > 3
    seen, x = [], torch.randn(2, 3, 64, 64)
    last = body.hidden()
    hooks = [layer.register_forward_pre_hook(lambda _, inputs: seen.append(inputs[0])) for layer in last]
    with torch.no_grad():
        features = body(x)
        expected = torch.cat([(maps.flatten(2).var(2, correction=0) + 1e-5).sqrt() for maps in seen], 1)
        assert torch.allclose(features[:, -expected.shape[1] :], expected, atol=1e-5)
        assert features.shape == (2, body.head_hidden_size)
        assert sum(body.widths()) == body.head_hidden_size
    for hook in hooks:
        hook.remove()


def test_a_layer_is_hooked_once_and_notes_nothing_outside_a_pass():
    body = network.create_body("test_efficientnet", "style", "none").eval()
    x = torch.randn(2, 3, 64, 64)
    for _ in range(2):
        body(x)
    assert body.hidden()
    assert all(len(layer._forward_pre_hooks) == 1 for layer in body.hidden())
    with pytest.raises(RuntimeError):
        body(x[:, :1])
    body.trunk(x)
    assert style_statistics._THIS_THREAD.current is None


def test_copies_and_pickles_read_their_own_layers():
    body = network.create_body("test_efficientnet", "style", "none").eval()
    x = torch.randn(2, 3, 64, 64)
    with torch.no_grad():
        features = body(x)
        for other in (copy.deepcopy(body), pickle.loads(pickle.dumps(body))):
            assert torch.equal(other(x), features)
            assert all(len(layer._forward_pre_hooks) == 1 for layer in other.hidden())


@pytest.mark.parametrize("arch", ["test_efficientnet", "test_convnext"])
def test_a_body_in_several_threads_gives_what_it_gives_in_one(arch):
    torch.manual_seed(0)
    body = network.create_body(arch, "style", "none").eval()
    images = torch.randn(8, 1, 3, 64, 64)

    def features_of(x):
        with torch.inference_mode():
            return body(x)

    alone = [features_of(x) for x in images]
    with ThreadPoolExecutor(8) as pool:
        for _ in range(10):
            assert all(map(torch.equal, pool.map(features_of, images), alone))


def test_a_style_body_exported_before_hidden_layers_were_read_gives_what_it_gave():
    body = network.create_body("test_efficientnet", "style", "none").eval()
    old = copy.deepcopy(body)
    n_hidden = sum(layer.in_channels for layer in old.hidden())
    del old.narrowing, old.stages
    x = torch.randn(2, 3, 64, 64)
    with torch.no_grad():
        assert n_hidden
        assert torch.equal(old(x), body(x)[:, :-n_hidden])


def test_style_features_of_a_flat_picture_have_a_gradient():
    body = network.create_body(ARCH, "style", "none")
    body(torch.zeros(2, 3, 64, 64)).sum().backward()
    assert all(torch.isfinite(p.grad).all() for p in body.parameters())


def shapes_of(arch):
    """A style body of shapes without numbers, so that the largest cost nothing."""
    with torch.device("meta"):
        return StyleBody(timm.create_model(arch, num_classes=0))


@pytest.mark.parametrize(
    ("arch", "layer"),
    [
        ("vit_base_patch16_224", "blocks.11.mlp.fc2"),
        ("vit_large_patch16_224", "blocks.23.mlp.fc2"),
        ("swin_tiny_patch4_window7_224", "layers.3.blocks.1.mlp.fc2"),
        ("convnext_base", "stages.3.blocks.2.mlp.fc2"),
        pytest.param("regnety_032", "s4.b1.conv3.conv", marks=NEEDS_TORCH_2_14),
        ("fastvit_t8", "stages.3.blocks.1.mlp.fc2"),
        ("naflexvit_base_patch16_gap", "blocks.11.mlp.fc2"),
        ("eva02_tiny_patch14_224", "blocks.11.mlp.fc2"),
        ("resnet50", "layer4.2.conv1"),
        ("efficientnet_b0", "blocks.6.0.conv_pwl"),
    ],
)
def test_every_family_has_hidden_layers_and_stays_within_the_width(arch, layer):
    body = shapes_of(arch)
    assert body.narrowing[-1] == layer
    assert len(body.widths()) > 4
    assert sum(body.widths()) == body.head_hidden_size <= style_statistics._MAX_WIDTH


@pytest.mark.parametrize(
    ("arch", "width", "n_hidden"),
    [("mobilenetv2_100", 8784, 12), ("resnet18", 2560, 0), ("tf_efficientnet_lite0", 10848, 12)],
)
def test_bodies_that_fit_are_read_in_all_stages_as_ever(arch, width, n_hidden):
    body = shapes_of(arch)
    assert (body.stages, body.head_hidden_size, len(body.narrowing)) == (None, width, n_hidden)
    assert all(name.endswith("conv_pwl") for name in body.narrowing)


def test_squeeze_and_excitation_is_not_read():
    body = shapes_of("mobilenetv3_small_050")
    narrowing = {name for name, layer in body.trunk.named_modules() if ".se." in name and isinstance(layer, nn.Conv2d)}
    assert narrowing
    assert not narrowing & {*body.narrowing}


def test_a_body_that_calls_every_block_a_stage_is_read_in_four(monkeypatch):
    monkeypatch.setattr(style_statistics, "_MAX_STAGES", 5)
    body = network.create_body("test_vit", "style", "none").eval()
    x = torch.randn(2, 3, 160, 160)
    assert body.stages == (0, 2, 3, 5)
    with torch.no_grad():
        features = body(x)
        _, stages = body.trunk.forward_intermediates(x)
    pooled, *stage_widths = body.widths()[:5]
    for position, start in zip(body.stages, range(pooled, features.shape[1], stage_widths[0]), strict=False):
        mean, deviation = style_statistics.mean_and_deviation(stages[position])
        expected = torch.cat([mean, deviation], 1)
        torch.testing.assert_close(features[:, start : start + stage_widths[0]], expected)


@pytest.mark.parametrize("arch", ["test_vit", "test_convnext"])
def test_tokens_and_maps_with_channels_last_have_the_deviations_of_their_places(arch):
    body = network.create_body(arch, "style", "none").eval()
    tokens, x = [], torch.randn(2, 3, 160, 160)
    hooks = [layer.register_forward_pre_hook(lambda _, inputs: tokens.append(inputs[0])) for layer in body.hidden()]
    with torch.no_grad():
        features = body(x)
    for hook in hooks:
        hook.remove()
    n_prefix = {"test_vit": 1, "test_convnext": 0}[arch]
    places = [each.flatten(1, -2)[:, n_prefix:] for each in tokens]
    expected = torch.cat([(each.var(dim=1, correction=0) + 1e-5).sqrt() for each in places], 1)
    assert len(tokens) > 5
    assert n_prefix == getattr(body.trunk, "num_prefix_tokens", 0)
    torch.testing.assert_close(features[:, -expected.shape[1] :], expected, rtol=1e-4, atol=1e-5)


def test_layers_too_wide_for_what_is_left_give_way_to_narrower_ones():
    channels = {"first": 2, "wide": 9, "narrow": 3, "last": 5}
    assert style_statistics._chosen_layers(channels, 11) == ("first", "narrow", "last")
    assert style_statistics._chosen_layers(channels, 1) == ()


def test_a_body_that_cannot_be_tried_says_what_it_is_left_without(monkeypatch):
    trunk = timm.create_model("test_resnet", num_classes=0)
    monkeypatch.setattr(type(trunk), "forward_intermediates", lambda *_: 1 / torch.zeros(2)[5])
    with pytest.warns(UserWarning, match=r"ResNet: a trial pass failed, .* are left out \(index 5"):
        assert StyleBody(trunk).narrowing == ()


@NEEDS_TORCH_2_14
@pytest.mark.filterwarnings("ignore:Converting a tensor", "ignore:.torch.jit:FutureWarning")
@pytest.mark.parametrize(
    ("arch", "size"), [("test_efficientnet", 64), pytest.param("test_vit", 160, marks=pytest.mark.slow)]
)
def test_a_traced_and_an_exported_body_take_any_number_of_images(arch, size):
    body = network.create_body(arch, "style", "none").eval()
    few, more = torch.randn(2, 3, size, size), torch.randn(5, 3, size, size)
    n_images = torch.export.Dim("n_images")
    with torch.no_grad():
        expected = body(more)
        traced = torch.jit.trace(body, few)
        exported = torch.export.export(body, (few,), dynamic_shapes=({0: n_images},)).module()
        torch.testing.assert_close(traced(more), expected)
        torch.testing.assert_close(exported(more), expected)


@pytest.mark.slow
@pytest.mark.parametrize(("arch", "size"), [("mobilenetv2_050", 64), ("test_vit", 160)])
def test_onnx_gives_the_features_of_torch(arch, size, tmp_path):
    runtime = pytest.importorskip("onnxruntime")
    body = network.create_body(arch, "style", "none").eval()
    few, more = torch.randn(2, 3, size, size), torch.randn(5, 3, size, size)
    file = str(tmp_path / "body.onnx")
    torch.onnx.export(body, (few,), file, input_names=["images"], dynamic_axes={"images": {0: "n"}}, dynamo=False)
    session = runtime.InferenceSession(file, providers=["CPUExecutionProvider"])
    (features,) = session.run(None, {session.get_inputs()[0].name: more.numpy()})
    with torch.no_grad():
        torch.testing.assert_close(torch.from_numpy(features), body(more), rtol=1e-3, atol=1e-4)

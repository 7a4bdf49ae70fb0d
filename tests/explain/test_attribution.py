"""Explanations: truth on networks whose attributions are known by hand, Captum's numbers, and a model left alone."""

import sys

import captum.attr
import numpy as np
import pandas as pd
import pytest
import timm
import torch
from PIL import Image
from sklearn.ensemble import RandomForestClassifier
from torch import nn
from torch._subclasses import FakeTensorMode

from styleclf.data.images import FITS, fit_to_square
from styleclf.evaluation.predictions import probas_of, targets, true_ranks, vocab_of
from styleclf.explain import METHODS, attribute, explained, gradients as gradient_module
from styleclf.explain.attribution import methods_of, timing_line
from styleclf.explain.batchnorm_folding import fold_batchnorm
from styleclf.explain.gradients import _TOLERANCE, GRADIENT_METHODS
from styleclf.explain.inputs import _BASELINES, baseline_images, network_inputs
from styleclf.explain.map_geometry import map_on_picture
from styleclf.explain.model_copy import LogOdds, _stage_shapes, make_guidable
from styleclf.explain.occlusion import Windows, occlusion_maps, sliding_windows
from styleclf.explain.pictures import maps_on_pictures, small_pictures, smooth_map
from styleclf.explain.report import _write_overlays
from styleclf.explain.selection import _PICKS, _select_rows, select_from_design
from styleclf.forest.head import ForestHead
from styleclf.inference.predict import predict_files
from styleclf.models.network import create_model
from styleclf.plots.explain import _HINDERS, _SUPPORTS, _rgb, overlay, paint_map, plot_explanations, plot_methods
from styleclf.training.export import load_style_learner
from tests.conftest import changed, state

WEIGHT = 0.02
STAGES = [dict(module="layer3"), dict(module="layer4")]  # the last two of the tests' ResNet


class Quadrant(nn.Module):
    """The sum of the upper left quadrant's pixels, times a weight, as the first of 8 logits; the others are 0."""

    def __init__(self):
        super().__init__()
        self.weight = nn.Parameter(torch.tensor(WEIGHT))

    def forward(self, x):
        h, w = x.shape[2] // 2, x.shape[3] // 2
        return nn.functional.pad(self.weight * x[:, :, :h, :w].float().sum(dim=(1, 2, 3))[:, None], (0, 7))


class Stage(nn.Module):
    """A timm-like body of one stage of 2 feature maps, then ReLU6 in place; features are their sums."""

    feature_info = [dict(module="conv", num_chs=2)]  # noqa: RUF012

    def __init__(self):
        super().__init__()
        self.conv, self.act = nn.Conv2d(3, 2, 1), nn.ReLU6(inplace=True)

    def forward(self, x):
        return self.act(self.conv(x)).sum(dim=(2, 3))


@pytest.fixture(scope="module")
def paths(design, sample):
    """Two images of one batch, of styles that are told apart."""
    return [sample / name for name in design.drop_duplicates("label")["filename"][:2]]


@pytest.fixture
def quadrant(learn):
    learn.model = nn.Sequential(Quadrant())
    return learn


@pytest.fixture
def real(exported):
    """A real network, in float32: how bfloat16 rounds differs from way to way."""
    learn = load_style_learner(exported)
    learn.fitting_precision.precision = "fp32"
    return learn


def images_of(learn, paths):
    return next(iter(network_inputs(learn, paths, progress=False)))[1]


def same_everywhere(attr, expected, tolerance):
    np.testing.assert_allclose(attr, expected, atol=tolerance)


def test_gradients_of_a_linear_network_are_its_weights(quadrant, paths):
    """Log-odds of the first style are the logit less a constant: attributions are weight times pixel, inside only."""
    x, inside = images_of(quadrant, paths), np.zeros((32, 32), dtype=np.float32)
    inside[:16, :16] = 1
    style = quadrant.dls.vocab[0]
    found = explained(quadrant, paths, "integrated_gradients", style, progress=False)
    same_everywhere(found.attr, WEIGHT * x.sum(dim=1).numpy() * inside, 1e-4)
    assert np.abs(found.deltas).max() < 1e-3
    saliency = attribute(quadrant, paths, "saliency", style, progress=False)
    same_everywhere(saliency, np.stack([3 * WEIGHT * inside] * 2), 1e-5)
    shap = attribute(quadrant, paths, "gradient_shap", style, progress=False)
    assert (shap[:, inside == 0] == 0).all()
    noise = 3 * WEIGHT * gradient_module._NOISE * float(x.max() - x.min())  # of a pixel; averaged over samples
    assert np.abs(shap - WEIGHT * x.sum(dim=1).numpy() * inside).max() < 5 * noise / gradient_module._SAMPLES**0.5


def test_only_the_square_that_counts_changes_the_probability(quadrant, paths):
    x = images_of(quadrant, paths)
    logit = WEIGHT * x[:, :, :16, :16].sum(dim=(1, 2, 3))
    expected = np.zeros((2, 32, 32))
    lost = LogOdds(nn.Identity())(nn.functional.pad(logit[:, None], (0, 7)))[:, 0].sigmoid() - 1 / 8
    expected[:, :16, :16] = lost.numpy()[:, None, None]
    style = quadrant.dls.vocab[0]
    same_everywhere(attribute(quadrant, paths, "occlusion", style, squares=2), expected, 1e-5)
    other = attribute(quadrant, paths, "occlusion", quadrant.dls.vocab[3], squares=2)
    assert (np.sign(other[:, 0, 0]) == -np.sign(expected[:, 0, 0])).all()


def test_gradcam_is_the_weighted_stage(learn, paths):
    """With logit 0 the sum of the first map, all gradients of it are 1 and of the second 0: the map is its values."""
    head = nn.Linear(2, 8)
    with torch.no_grad():
        head.weight.zero_()
        head.bias.zero_()
        head.weight[0, 0] = 1e-3
    stage = Stage()
    learn.model = nn.Sequential(stage, head)
    x = images_of(learn, paths)
    with torch.no_grad():
        maps = stage.conv(x)
    passing = ((maps[:, 0] > 0) & (maps[:, 0] < 6)).float()
    expected = 1e-3 * passing.mean(dim=(1, 2))[:, None, None] * maps[:, 0]
    style = learn.dls.vocab[0]
    same_everywhere(attribute(learn, paths, "gradcam", style, progress=False), expected.numpy(), 1e-6)
    found = attribute(learn, paths, "guided_gradcam", style, progress=False)
    guided = 1e-3 * passing * stage.conv.weight[0].sum()
    same_everywhere(found, (expected.clamp(min=0) * guided).detach().numpy(), 1e-7)
    with torch.no_grad():
        head.weight[0, 0] = -1e-3  # what speaks against a style is not led back through a ReLU
    assert (attribute(learn, paths, "guided_gradcam", style, progress=False) == 0).all()
    assert (attribute(learn, paths, "saliency", style, progress=False) > 0).any()


def test_class_activation_maps_are_of_the_last_stage_that_has_places(real, paths):
    """At 32 pixels the last stage has one place and the one before it 2 x 2, whose maps are not of one colour."""
    shapes = _stage_shapes(real.model.eval(), real.model[0].trunk, STAGES, images_of(real, paths))
    assert [shape[2:] for shape in shapes] == [(2, 2), (1, 1)]
    assert attribute(real, paths, "gradcam", progress=False).std(axis=(1, 2)).min() > 0
    lone = nn.Sequential(nn.Sequential(nn.AdaptiveAvgPool2d(1), Stage()), nn.Linear(2, 8))
    lone[0].feature_info = [dict(module="1.conv", num_chs=2)]
    real.model = lone
    with pytest.raises(ValueError, match="of more than one place, which a Sequential does not have for images of 32"):
        attribute(real, paths, "gradcam", progress=False)


def test_a_guidable_network_computes_the_same():
    torch.manual_seed(0)
    stage = Stage()
    x = 20 * torch.randn(2, 3, 8, 8)
    expected = stage(x)
    assert torch.equal(make_guidable(stage)(x), expected) and not isinstance(stage.act, nn.ReLU6)
    for model, what in ((nn.Sequential(nn.ReLU(), nn.SiLU()), "SiLU"), (nn.Linear(2, 2), "none")):
        with pytest.raises(ValueError, match=what):
            make_guidable(model)


def test_folding_batch_normalisation_changes_no_number(real):
    model, x = real.model.eval(), torch.randn(2, 3, 32, 32, generator=torch.Generator().manual_seed(0))
    before = state(model)
    found = fold_batchnorm(model, x[:1])
    norms = [sum(isinstance(each, nn.BatchNorm2d) for each in model.modules()) for model in (model, found)]
    assert norms[1] == 0 < norms[0] and not changed(before, model)
    with torch.no_grad():
        assert torch.allclose(found(x), model(x), atol=1e-4)


def test_hidden_layers_are_read_where_normalisations_were_folded_in():
    model = create_model("test_efficientnet", 3, features="style", weights="none").eval()
    x = torch.randn(2, 3, 32, 32)
    found = fold_batchnorm(model, x[:1])
    assert found is not model and model[0].narrowing
    with torch.no_grad():
        torch.testing.assert_close(found(x), model(x), atol=1e-4, rtol=1e-4)


def test_a_convolution_heard_by_others_too_is_not_folded():
    class Shortcut(nn.Module):
        def __init__(self):
            super().__init__()
            self.conv, self.norm = nn.Conv2d(3, 3, 1), nn.BatchNorm2d(3)
            self.norm.running_mean += 1

        def forward(self, x):
            x = self.conv(x)
            return self.norm(x) + x

    model = Shortcut().eval()
    assert fold_batchnorm(model, torch.randn(1, 3, 4, 4)) is model


def test_log_odds_are_those_of_the_probabilities():
    logits = torch.randn(5, 4, generator=torch.Generator().manual_seed(0))
    p = logits.softmax(1)
    assert torch.allclose(LogOdds(nn.Identity())(logits), (p / (1 - p)).log(), atol=1e-5)


@pytest.mark.parametrize(
    "method, how, window, stride",
    [
        ("occlusion", dict(squares=3), 11, 11),
        ("sliding_occlusion", dict(window=12, stride=5), 12, 5),
    ],
)
def test_occlusion_is_captums(real, paths, method, how, window, stride):
    x = images_of(real, paths)
    found = explained(real, paths, method, bs=7, progress=False, **how)
    real.model.eval()
    captums = captum.attr.Occlusion(lambda z: real.model(z).softmax(1))
    with torch.no_grad():
        how = dict(strides=(3, stride, stride), target=torch.from_numpy(found.targs))
        expected = captums.attribute(x, (3, window, window), **how)[:, 0]
    assert expected.abs().max() > 1e-3
    same_everywhere(found.attr, expected.numpy(), 1e-4)


def test_on_a_gpu_everything_stays_there():
    """A pretended one, by tensors that have a device and no numbers: those of two devices do not go together."""
    with FakeTensorMode(), torch.device("cuda"):
        model = create_model("test_resnet", 4, features="style", weights="none").eval()
        x = torch.randn(2, 3, 64, 64)
        windows = sliding_windows(64, 64, 16, 12, x.device)
        for baseline in _BASELINES:
            maps = occlusion_maps(model, x, torch.zeros(2, dtype=torch.long), baseline_images(x, baseline), windows)
            assert maps.device.type == "cuda" and maps.shape == (2, 64, 64)


def test_integrated_gradients_add_up_to_the_log_odds(real, paths):
    x = images_of(real, paths)
    found = explained(real, paths, "integrated_gradients", progress=False)
    network = LogOdds(real.model.eval())
    with torch.no_grad():
        gained = (network(x) - network(torch.zeros_like(x)))[range(2), found.targs].numpy()
    same_everywhere(found.attr.sum(axis=(1, 2)) - gained, found.deltas, 1e-2)
    assert (np.abs(found.deltas) <= _TOLERANCE * np.maximum(1, np.abs(gained)) + 1e-3).all()
    assert "added up but for" in timing_line("integrated_gradients", found, 1.0)


def fingerprint(model):
    """All that an explanation might leave behind in a model."""
    modules = list(model.modules())
    hooks = [(len(m._forward_hooks), len(m._forward_pre_hooks), len(m._backward_hooks)) for m in modules]
    weights = [(p.requires_grad, None if p.grad is None else p.grad.clone().tolist()) for p in model.parameters()]
    return [m.training for m in modules], hooks, weights, [getattr(m, "inplace", None) for m in modules]


def random_state():
    return torch.get_rng_state().tolist(), np.random.get_state()[1].tolist()  # noqa: NPY002


def breaking(*_, **__):
    raise RuntimeError("broken on purpose")


@pytest.mark.parametrize(
    "method, place, name",
    [
        ("occlusion", Windows, "averaged"),
        ("sliding_occlusion", Windows, "averaged"),
        ("integrated_gradients", captum.attr.IntegratedGradients, "compute_convergence_delta"),
        ("gradient_shap", captum.attr.GradientShap, "attribute"),
        ("guided_gradcam", captum.attr.GuidedBackprop, "_remove_hooks"),
        ("gradcam", captum.attr.LayerAttribution, "interpolate"),
        ("saliency", captum.attr.NoiseTunnel, "attribute"),
    ],
)
def test_the_model_stays_as_it_was(real, paths, monkeypatch, method, place, name):
    model = real.model.train()
    model[0].eval()
    for i, weight in enumerate(model.parameters()):
        weight.requires_grad_(i % 2 == 0)
    model[2][1].weight.grad = torch.ones_like(model[2][1].weight)
    model[1].register_forward_hook(lambda *_: None)
    before, weights, drawn = (
        fingerprint(model),
        state(model),
        random_state(),
    )
    with torch.inference_mode():
        found = attribute(real, paths, method, progress=False)
    assert found.shape == (2, 32, 32) and found.dtype == np.float32 and np.isfinite(found).all()
    with torch.no_grad():
        np.testing.assert_array_equal(attribute(real, paths, method, progress=False), found)
    monkeypatch.setattr(place, name, breaking)
    with pytest.raises(RuntimeError, match="on purpose"):
        attribute(real, paths, method, progress=False)
    assert fingerprint(model) == before and not changed(weights, model)
    assert random_state() == drawn


def test_targets_are_predicted_true_or_named(real, paths):
    vocab = list(real.dls.vocab)
    probas = predict_files(real, paths, progress=False)[0]
    by_target = {target: explained(real, paths, target=target, progress=False) for target in ("pred", "true", vocab[5])}
    np.testing.assert_allclose(by_target["pred"].probas, probas, atol=1e-4)
    assert by_target["pred"].targs.tolist() == by_target["pred"].probas.argmax(axis=1).tolist()
    assert by_target["true"].targs.tolist() == [vocab.index(path.parent.name) for path in paths]
    assert by_target[vocab[5]].targs.tolist() == [5, 5]
    both = explained(real, paths, target=vocab[1:3], progress=False)
    assert both.targs.tolist() == [1, 2] and (both.attr[0] != both.attr[1]).any()


def test_a_forest_is_explained_by_occlusion_only(real, paths):
    embeddings = np.random.default_rng(0).normal(size=(40, 16))
    forest = RandomForestClassifier(5, random_state=0).fit(embeddings, np.arange(40) % 8)
    real.model = nn.Sequential(real.model[0], real.model[1], ForestHead(forest, 8))
    assert np.isfinite(attribute(real, paths, squares=2, progress=False)).all()
    for method in GRADIENT_METHODS:
        with pytest.raises(ValueError, match="ForestHead, has none: use occlusion"):
            attribute(real, paths, method, progress=False)


def test_a_transformer_has_no_class_activation_maps(learn, paths):
    body = timm.create_model("vit_tiny_patch16_224", num_classes=0, img_size=32, depth=1)
    learn.model = nn.Sequential(body, nn.Linear(192, 8))
    with pytest.raises(ValueError, match=r"feature maps .* VisionTransformer"):
        attribute(learn, paths, "gradcam", progress=False)
    with pytest.raises(ValueError, match="ReLUs alone, and this one has GELU"):
        attribute(learn, paths, "guided_gradcam", progress=False)
    assert attribute(learn, paths, "saliency", progress=False).max() > 0


@pytest.mark.parametrize(
    "how, what",
    [
        (dict(method="lime"), "method must be one of occlusion, .* not 'lime'"),
        (dict(target="baroque-n-roll"), "'baroque-n-roll' is no style"),
        (dict(target=["cubism"]), "1 targets for 2 images"),
        (dict(baseline="noise"), "baseline must be one of"),
        (dict(squares=0), "squares must be 1 to 32"),
        (dict(method="sliding_occlusion", window=40), "window of 40 pixels"),
        (dict(method="sliding_occlusion", window=4, stride=5), "every 5"),
    ],
)
def test_bad_input_is_a_sentence(real, paths, how, what):
    with pytest.raises(ValueError, match=what):
        attribute(real, paths, progress=False, **how)


def test_files_that_are_no_images_or_have_no_true_style_are_named(real, tmp_path):
    (tmp_path / "text.jpg").write_bytes(b"no image")
    with pytest.raises(OSError, match=r"text\.jpg cannot be opened as an image"):
        attribute(real, [tmp_path / "text.jpg"], progress=False)
    with pytest.raises(ValueError, match=r"true style of .*text\.jpg is unknown"):
        attribute(real, [tmp_path / "text.jpg"], target="true", progress=False)


def test_without_captum_only_occlusion_works(real, paths, monkeypatch):
    monkeypatch.setitem(sys.modules, "captum.attr", None)
    assert attribute(real, paths, progress=False).shape == (2, 32, 32)
    with pytest.raises(ValueError, match=r"pip install styleclf\[explain\]"):
        attribute(real, paths, "gradcam", progress=False)


def test_methods_are_listed_by_commas():
    assert methods_of("all") == list(METHODS) and methods_of("gradcam, saliency") == ["gradcam", "saliency"]
    for text in ("lime", "gradcam,lime", ""):
        with pytest.raises(ValueError, match="method must be one of"):
            methods_of(text)


def test_baselines_are_grey_mean_or_blurred():
    x = torch.randn(2, 3, 32, 32, generator=torch.Generator().manual_seed(0))
    assert (baseline_images(x) == 0).all()
    assert torch.allclose(baseline_images(x, "mean")[:, :, 3, 4], x.mean(dim=(2, 3)))
    blurred = baseline_images(x, "blur")
    assert blurred.std() < 0.3 * x.std()
    flat = torch.full((1, 3, 6, 6), 0.7)
    assert torch.allclose(baseline_images(flat, "blur"), flat)


@pytest.mark.parametrize("fit", FITS)
@pytest.mark.parametrize("size", [(90, 60), (50, 110)])
def test_a_marker_is_found_where_it_is_in_the_picture(fit, size):
    """The map is the fitted picture's brightness: placed back, its marker must cover the picture's own."""
    width, height = size
    left, top = width // 2 - 20, height // 2 + 3
    marked = np.zeros((height, width), dtype=bool)
    marked[top : top + 16, left : left + 14] = True
    picture = Image.fromarray((255 * marked).astype(np.uint8)).convert("RGB")
    attr = np.asarray(fit_to_square(picture, 64, fit).convert("L"), dtype=np.float32) / 255
    found = map_on_picture(attr, width, height, fit)
    assert found.shape == (height, width)
    unseen = abs(width - height) * min(size) if fit == "crop" else 0
    assert np.isnan(found).sum() == unseen
    inner, outer = np.zeros_like(marked), np.zeros_like(marked)
    inner[top + 3 : top + 13, left + 3 : left + 11] = True
    outer[top - 3 : top + 19, left - 3 : left + 17] = True
    assert found[inner].min() > 0.8 and np.nanmax(np.abs(found[~outer])) < 0.2


def test_an_unknown_fit_is_refused():
    with pytest.raises(ValueError, match="fit must be one of squash, crop, pad, not 'stretch'"):
        map_on_picture(np.zeros((4, 4)), 4, 4, "stretch")


def test_overlays_are_blue_red_or_nothing(tmp_path):
    attr = np.array([[1.0, -1.0], [0.0, np.nan]])
    rgba = overlay(attr)
    assert tuple(rgba[0, 0, :3]) == _rgb(_SUPPORTS) and tuple(rgba[0, 1, :3]) == _rgb(_HINDERS)
    assert rgba[0, 0, 3] == rgba[0, 1, 3] > 0 and (rgba[1, :, 3] == 0).all()
    assert (overlay(np.zeros((2, 2)))[..., 3] == 0).all()
    picture = np.asarray(paint_map(Image.new("RGB", (2, 2), "grey"), attr)).astype(int)
    assert picture[0, 0, 2] > picture[0, 0, 0] and picture[0, 1, 0] > picture[0, 1, 2]
    assert len(set(picture[1, 0])) == 1 and (picture[1, 1] > picture[1, 0]).all()
    Image.new("RGB", (30, 20)).save(tmp_path / "wide.png")
    (file,) = _write_overlays(attr[None, :1, [0, 0]], [str(tmp_path / "wide.png")], "squash", tmp_path / "overlays")
    with Image.open(file) as image:
        assert image.size == (30, 20) and image.mode == "RGBA"


def test_single_pixels_are_smoothed_for_the_eye_and_nothing_is_lost():
    attr = np.zeros((1, 64, 64), dtype=np.float32)
    attr[0, 30, 30] = 1
    assert smooth_map(attr, "occlusion") is attr
    blurred = smooth_map(attr, "saliency")
    assert blurred.max() < 0.5 and blurred.sum() == pytest.approx(1, abs=1e-4)


@pytest.fixture(scope="module")
def predictions(design):
    """Made-up predictions for the whole design."""
    vocab, rng = sorted(design["label"].unique()), np.random.default_rng(0)
    probas = rng.dirichlet(np.ones(len(vocab)), len(design))
    table = pd.DataFrame(probas, columns=[f"proba_{style}" for style in vocab])
    return pd.concat([design[["filename", "label"]].assign(pred=np.array(vocab)[probas.argmax(axis=1)]), table], axis=1)


@pytest.mark.parametrize("pick", _PICKS)
def test_picks_are_of_their_kind_and_from_many_styles(predictions, pick):
    found = _select_rows(predictions, pick, 5)
    ranks = true_ranks(probas_of(found), targets(found["label"], vocab_of(found)))
    assert {"top-2": (ranks == 1), "wrong": (ranks > 1)}.get(pick, ranks == 0).all()
    assert list(found["label"]) == sorted(found["label"]) and list(found.columns) == list(predictions.columns)
    kind = _select_rows(predictions, pick, 1000)
    assert found["label"].nunique() == min(5, kind["label"].nunique())
    pd.testing.assert_frame_equal(found, _select_rows(predictions.sample(frac=1, random_state=1), pick, 5))
    if pick == "confident":
        surest = kind.assign(sure=probas_of(kind).max(axis=1)).groupby("label")["sure"].max()
        assert probas_of(found).max(axis=1) == pytest.approx(surest[found["label"]].to_numpy()[: len(found)])


def test_what_cannot_be_picked_is_a_sentence(real, predictions, sample):
    for how, what in ((("best", 3), "pick must be one of"), (("wrong", 0), "n must be 1")):
        with pytest.raises(ValueError, match=what):
            _select_rows(predictions, *how)
    sure = predictions.assign(**{f"proba_{style}": (predictions["label"] == style) * 1.0 for style in real.dls.vocab})
    with pytest.raises(ValueError, match=r"none of .* images is of the kind 'wrong'"):
        _select_rows(sure, "wrong", 2)
    with pytest.raises(ValueError, match="stays closed"):
        select_from_design(real, "design.csv", "val", sample, "wrong", 2)


def test_figures_have_a_picture_for_every_image_and_method(predictions, sample):
    table = _select_rows(predictions, "wrong", 3).assign(amplitude_gradcam=[0.1, 0.2, 0.3], amplitude_occlusion=0.25)
    table["target"] = table["label"]
    pictures = small_pictures([sample / name for name in table["filename"]])
    maps = maps_on_pictures(np.random.default_rng(0).normal(size=(3, 8, 8)), pictures, "crop")
    fig = plot_explanations(table, pictures, maps, "occlusion")
    texts = [text.get_text() for axes in fig.axes for text in axes.texts]
    assert texts.count("amplitude") == 3 == texts.count("25.0") and len(fig.axes) == 3
    assert "true style" in fig.texts[0].get_text()
    blank = plot_explanations(table.assign(label="", target=table["pred"]), pictures, maps, "gradcam")
    assert "predicted style" in blank.texts[0].get_text() and set(table["pred"]) <= {t.get_text() for t in blank.texts}
    assert len(plot_methods(table, pictures, {"occlusion": maps, "saliency": maps}).axes) == 3 * 3
    with pytest.raises(ValueError, match="amplitude_saliency"):
        plot_explanations(table, pictures, maps, "saliency")

"""Maps of any method: a model left alone, targets, and bad input."""

import sys

import captum.attr
import numpy as np
import pytest
import torch
from sklearn.ensemble import RandomForestClassifier
from torch import nn

from styleclf.common import Names
from styleclf.explain import (
    METHODS,
    attribute,
    explained_images,
)
from styleclf.explain.attribution import methods_of
from styleclf.explain.gradients import GRADIENT_METHODS
from styleclf.explain.incremental import PartlyChanged
from styleclf.explain.occlusion import (
    Windows,
)
from styleclf.forest.head import ForestHead
from styleclf.inference.predict import predict_files
from styleclf.models import memory
from tests.conftest import changed, state
from tests.explain.conftest import breaking


def fingerprint(model):
    """All that an explanation might leave behind in a model."""
    modules = list(model.modules())
    hooks = [(len(m._forward_hooks), len(m._forward_pre_hooks), len(m._backward_hooks)) for m in modules]
    weights = [(p.requires_grad, None if p.grad is None else p.grad.clone().tolist()) for p in model.parameters()]
    return [m.training for m in modules], hooks, weights, [getattr(m, "inplace", None) for m in modules]


def random_state():
    return torch.get_rng_state().tolist(), np.random.get_state()[1].tolist()  # noqa: NPY002


@pytest.mark.parametrize(
    "method, place, name",
    [
        ("occlusion", Windows, "averaged"),
        ("sliding_occlusion", Windows, "averaged"),
        ("integrated_gradients", captum.attr.IntegratedGradients, "compute_convergence_delta"),
        ("gradient_shap", captum.attr.Saliency, "attribute"),
        ("guided_gradcam", captum.attr.GuidedBackprop, "_remove_hooks"),
        ("gradcam", captum.attr.LayerAttribution, "interpolate"),
        ("saliency", captum.attr.Saliency, "attribute"),
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
        result = attribute(real, paths, method, progress=False)
    assert result.shape == (2, 32, 32)
    assert result.dtype == np.float32
    assert np.isfinite(result).all()
    with torch.no_grad():
        np.testing.assert_array_equal(attribute(real, paths, method, progress=False), result)
    monkeypatch.setattr(place, name, breaking)
    with pytest.raises(RuntimeError, match="on purpose"):
        attribute(real, paths, method, progress=False)
    assert fingerprint(model) == before
    assert not changed(weights, model)
    assert random_state() == drawn


def test_targets_are_predicted_true_or_named(real, paths):
    vocab = list(real.dls.vocab)
    probas = predict_files(real, paths, progress=False)[0]
    by_target = {
        target: explained_images(real, paths, target=target, progress=False) for target in ("pred", "true", vocab[5])
    }
    np.testing.assert_allclose(by_target["pred"].probas, probas, atol=1e-4)
    assert by_target["pred"].targs.tolist() == by_target["pred"].probas.argmax(axis=1).tolist()
    assert by_target["true"].targs.tolist() == [vocab.index(path.parent.name) for path in paths]
    assert by_target[vocab[5]].targs.tolist() == [5, 5]
    both = explained_images(real, paths, target=vocab[1:3], progress=False)
    assert both.targs.tolist() == [1, 2]
    assert (both.attr[0] != both.attr[1]).any()


def test_covered_copies_are_not_made_whole_for_a_processor_that_works_through_a_few_images(real, paths, monkeypatch):
    full_maps = PartlyChanged.full_maps
    whole_images = []

    def noted(copies):
        whole_images.append(copies.shape[1] == 3)
        return full_maps(copies)

    monkeypatch.setattr(memory, "_PIXELS_OF_A_THREAD", 1)
    monkeypatch.setattr(PartlyChanged, "full_maps", noted)
    explained_images(real, paths, method="occlusion")
    assert whole_images
    assert not any(whole_images)


def test_a_forest_is_explained_by_occlusion_only(real, paths):
    embeddings = np.random.default_rng(0).normal(size=(40, 16))
    forest = RandomForestClassifier(5, random_state=0).fit(embeddings, np.arange(40) % 8)
    real.model = nn.Sequential(real.model[0], real.model[1], ForestHead(forest, 8))
    assert np.isfinite(attribute(real, paths, squares=2, progress=False)).all()
    for method in GRADIENT_METHODS:
        with pytest.raises(ValueError, match="ForestHead, has none: use occlusion"):
            attribute(real, paths, method, progress=False)


@pytest.mark.parametrize(
    "options, what",
    [
        (dict(method="lime"), "method must be one of occlusion, .* not 'lime'"),
        (dict(target="baroque-n-roll"), "'baroque-n-roll' is not a style"),
        (dict(target=["cubism"]), "1 targets for 2 images"),
        (dict(baseline="noise"), "baseline must be one of"),
        (dict(squares=0), "squares must be 1 to 32"),
        (dict(method="sliding_occlusion", window=40), "window of 40 pixels"),
        (dict(method="sliding_occlusion", window=4, stride=5), "every 5"),
    ],
)
def test_bad_input_is_a_sentence(real, paths, options, what):
    with pytest.raises(ValueError, match=what):
        attribute(real, paths, progress=False, **options)


def test_files_that_are_no_images_or_have_no_true_style_are_named(real, tmp_path):
    (tmp_path / "text.jpg").write_bytes(b"no image")
    with pytest.raises(OSError, match=r"text\.jpg cannot be opened as an image"):
        attribute(real, [tmp_path / "text.jpg"], progress=False)
    with pytest.raises(ValueError, match=r"true style of .*text\.jpg is unknown"):
        attribute(real, [tmp_path / "text.jpg"], target="true", progress=False)


def test_without_captum_only_occlusion_works(real, paths, monkeypatch):
    monkeypatch.setitem(sys.modules, "captum.attr", None)
    assert attribute(real, paths, progress=False).shape == (2, 32, 32)
    with pytest.raises(ValueError, match=r'pip install "styleclf\[explain\]"'):
        attribute(real, paths, "gradcam", progress=False)


def test_methods_are_listed_by_commas():
    assert methods_of(Names("all")) == list(METHODS)
    assert methods_of(Names("gradcam, saliency")) == [
        "gradcam",
        "saliency",
    ]
    for text in ("lime", "gradcam,lime", ""):
        with pytest.raises(ValueError, match="method must be one of"):
            methods_of(Names(text))

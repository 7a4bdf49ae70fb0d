"""training.losses: focal loss is its formula, weights make styles count alike."""

import pickle

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from fastai.torch_core import TensorBase, TensorCategory
from hypothesis import given, strategies as st

from styleclf.models.cosine_head import CosineHead
from styleclf.training.losses import LOSSES, ArcFaceLoss, FocalLoss, class_weights, create_loss

WEIGHT = torch.tensor([0.5, 1.0, 2.5])


@pytest.fixture
def batch():
    torch.manual_seed(0)
    return 2 * torch.randn(12, 3), torch.arange(12) % 3


@pytest.mark.parametrize("smoothing", [0.0, 0.1])
@pytest.mark.parametrize("weight", [None, WEIGHT])
def test_without_gamma_it_is_cross_entropy(batch, weight, smoothing):
    expected = F.cross_entropy(*batch, weight, label_smoothing=smoothing)
    torch.testing.assert_close(FocalLoss(0.0, weight, smoothing)(*batch), expected)
    torch.testing.assert_close(create_loss("cross_entropy", weight, smoothing)(*batch), expected)


def test_it_is_the_formula_of_the_paper(batch):
    logits, targs = batch
    probas = logits.softmax(dim=1)
    of_truth = probas[range(12), targs]
    focal = -((1 - of_truth) ** 2) * of_truth.log()
    torch.testing.assert_close(FocalLoss(2.0)(logits, targs), focal.mean())
    weights = WEIGHT[targs]
    weighted_mean = (weights * focal).sum() / weights.sum()
    torch.testing.assert_close(FocalLoss(2.0, WEIGHT)(logits, targs), weighted_mean)


def test_unreduced_it_has_a_value_for_each_image(batch):
    loss = FocalLoss(2.0)
    mean = loss(*batch)
    loss.reduction = "none"
    of_images = loss(*batch)
    assert of_images.shape == (12,)
    torch.testing.assert_close(of_images.mean(), mean)


def test_a_higher_gamma_turns_easy_images_down_more():
    easy_and_hard = torch.tensor([[3.0, 0.0], [0.0, 3.0]])
    targs = torch.tensor([0, 0])
    shares = []
    for gamma in (0.0, 1.0, 2.0):
        loss = FocalLoss(gamma)
        loss.reduction = "none"
        easy, hard = loss(easy_and_hard, targs)
        shares.append(float(easy / hard))
    assert shares[0] > shares[1] > shares[2] > 0


@pytest.mark.parametrize("name", LOSSES)
def test_fastai_tensors_are_welcome_and_gradients_flow(batch, name):
    logits, targs = batch
    loss = create_loss(name, WEIGHT)
    logits.requires_grad_()
    value = loss(TensorBase(logits), TensorCategory(targs))
    assert float(value) == pytest.approx(float(loss(logits, targs)))
    value.backward()
    assert logits.grad.abs().sum() > 0


@pytest.mark.parametrize("name", LOSSES)
def test_it_comes_back_from_a_pickle(batch, name):
    loss = create_loss(name, WEIGHT, 0.1)
    again = pickle.loads(pickle.dumps(loss))
    assert again(*batch) == loss(*batch)


@pytest.mark.parametrize("name", LOSSES)
def test_it_gives_probabilities_and_decisions(batch, name):
    loss = create_loss(name)
    logits, _ = batch
    torch.testing.assert_close(loss.activation(logits), logits.softmax(dim=1))
    assert loss.decodes(logits).tolist() == logits.argmax(dim=1).tolist()


@pytest.mark.parametrize("name", LOSSES)
def test_it_learns_nothing_itself(name):
    loss = create_loss(name)
    module = getattr(loss, "func", loss)  # fastai's own losses are wrapped
    assert list(module.parameters()) == []


@given(st.lists(st.sampled_from("abc"), min_size=1, max_size=30))
def test_weighted_styles_count_alike_and_images_1_on_average(labels):
    weights = class_weights(labels, "abc").tolist()
    weight_of = dict(zip("abc", weights, strict=True))
    of_images = [weight_of[label] for label in labels]
    assert np.mean(of_images) == pytest.approx(1)
    share = len(labels) / len(set(labels))
    for style, weight in weight_of.items():
        expected = share if style in labels else 0
        assert weight * labels.count(style) == pytest.approx(expected)


def test_out_of_range_is_refused():
    with pytest.raises(ValueError, match="fauvism"):
        class_weights(["cubism"], ["fauvism"])
    with pytest.raises(ValueError, match="there must be some"):
        class_weights([], ["fauvism"])
    with pytest.raises(ValueError, match=r"gamma.*-1"):
        create_loss("focal", gamma=-1.0)
    with pytest.raises(ValueError, match="cross_entropy, focal, arcface, subcenter, not 'hinge'"):
        create_loss("hinge")


@pytest.mark.parametrize("smoothing", [-0.1, 1.0])
def test_a_smoothing_out_of_range_is_refused(smoothing):
    with pytest.raises(ValueError, match=f"label_smoothing.*{smoothing}"):
        create_loss("focal", label_smoothing=smoothing)


@pytest.mark.parametrize("name, value", [("margin", 90.0), ("margin", -1.0), ("scale", 0.0)])
def test_a_margin_or_scale_out_of_range_is_refused(name, value):
    with pytest.raises(ValueError, match=f"{name}.*{value}"):
        ArcFaceLoss(**{name: value})


@pytest.mark.parametrize("n_centers", [1, 3])
@pytest.mark.parametrize("margin", [0.0, 20.0, 60.0])
def test_arcface_has_the_values_and_gradients_of_pytorch_metric_learning(margin, n_centers):
    from pytorch_metric_learning import losses

    torch.manual_seed(0)
    embeddings = torch.randn(40, 5, requires_grad=True)
    targs = torch.arange(40) % 4
    options = dict(num_classes=4, embedding_size=5, margin=margin, scale=12)
    theirs = losses.ArcFaceLoss(**options)
    if n_centers > 1:
        theirs = losses.SubCenterArcFaceLoss(**options, sub_centers=n_centers)
    head = CosineHead(5, 4, 12.0, n_centers=n_centers)
    head.weight.data = theirs.W.data.T.clone()
    value = ArcFaceLoss(margin, 12.0)(head(embeddings), targs)
    expected = theirs(embeddings, targs)
    torch.testing.assert_close(value, expected)
    gradients = torch.autograd.grad(value, [embeddings, head.weight])
    of_embeddings, of_weight = torch.autograd.grad(expected, [embeddings, theirs.W])
    torch.testing.assert_close(gradients, (of_embeddings, of_weight.T), atol=1e-6, rtol=1e-5)


def test_arcface_is_safe_where_an_angle_or_an_embedding_vanishes():
    head = CosineHead(3, 4, 12.0)
    directions = head.weight.detach()
    embeddings = torch.stack([torch.zeros(3), 2 * directions[1], -directions[2]])
    embeddings.requires_grad_()
    ArcFaceLoss()(head(embeddings), torch.tensor([0, 1, 2])).backward()
    assert embeddings.grad.isfinite().all()
    assert embeddings.grad.abs().max() < 1e5
    assert head.weight.grad.isfinite().all()


def test_arcface_weights_styles_and_falls_with_the_angle():
    cosines = torch.linspace(1, -1, 100)
    logits = 12 * torch.stack([cosines, torch.zeros(100)], dim=1)
    loss = ArcFaceLoss(30.0, 12.0, torch.tensor([1.0, 3.0]))
    targs = torch.arange(100) % 2
    mean = loss(logits, targs)
    loss.reduction = "none"
    of_images = loss(logits, targs)
    sum_of_weights = 50 * (1.0 + 3.0)
    torch.testing.assert_close(mean, of_images.sum() / sum_of_weights)
    of_first_style = loss(logits, torch.zeros_like(targs))
    assert (of_first_style.diff() > 0).all()

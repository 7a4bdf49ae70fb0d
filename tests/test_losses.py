"""styleclf.losses: focal loss is its formula, weights make styles count alike."""

import pickle

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from fastai.torch_core import TensorBase, TensorCategory
from hypothesis import given
from hypothesis import strategies as st
from torch import nn

from styleclf.losses import LOSSES, FocalLoss, class_weights, create_loss

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
    p_true = (logits.exp() / logits.exp().sum(1, keepdim=True))[range(12), targs]
    focal = -((1 - p_true) ** 2) * p_true.log()
    torch.testing.assert_close(FocalLoss(2.0)(logits, targs), focal.mean())
    weighted = (WEIGHT[targs] * focal).sum() / WEIGHT[targs].sum()
    torch.testing.assert_close(FocalLoss(2.0, WEIGHT)(logits, targs), weighted)


def test_unreduced_it_has_a_value_for_each_image(batch):
    loss = FocalLoss(2.0)
    mean, loss.reduction = loss(*batch), "none"
    assert loss(*batch).shape == (12,)
    torch.testing.assert_close(loss(*batch).mean(), mean)


def test_a_higher_gamma_turns_easy_images_down_more():
    easy_and_hard, targs = torch.tensor([[3.0, 0.0], [0.0, 3.0]]), torch.tensor([0, 0])
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
    assert pickle.loads(pickle.dumps(loss))(*batch) == loss(*batch)


@pytest.mark.parametrize("name", LOSSES)
def test_it_gives_probabilities_and_decisions_and_learns_nothing_itself(batch, name):
    loss, logits = create_loss(name), batch[0]
    assert not [
        p for part in (loss, getattr(loss, "func", loss)) if isinstance(part, nn.Module) for p in part.parameters()
    ]
    torch.testing.assert_close(loss.activation(logits), logits.exp() / logits.exp().sum(1, keepdim=True))
    assert loss.decodes(logits).tolist() == logits.numpy().argmax(1).tolist()


@given(st.lists(st.sampled_from("abc"), min_size=1, max_size=30))
def test_weighted_styles_count_alike_and_images_1_on_average(labels):
    weights = dict(zip("abc", class_weights(labels, "abc").tolist(), strict=True))
    present = set(labels)
    assert np.mean([weights[label] for label in labels]) == pytest.approx(1)
    for style in "abc":
        expected = len(labels) / len(present) if style in present else 0
        assert weights[style] * labels.count(style) == pytest.approx(expected)


def test_out_of_range_is_refused():
    with pytest.raises(ValueError, match="fauvism"):
        class_weights(["cubism"], ["fauvism"])
    with pytest.raises(ValueError, match="there must be some"):
        class_weights([], ["fauvism"])
    for smoothing in (-0.1, 1.0):
        with pytest.raises(ValueError, match=f"label_smoothing.*{smoothing}"):
            create_loss("focal", label_smoothing=smoothing)
    with pytest.raises(ValueError, match=r"gamma.*-1"):
        create_loss("focal", gamma=-1.0)
    with pytest.raises(ValueError, match="cross_entropy, focal, not 'hinge'"):
        create_loss("hinge")

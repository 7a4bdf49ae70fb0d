"""The loss of several labels: binary cross-entropy in which both kinds of image count alike."""

import pytest
import torch

from styleclf.training.label_losses import BinaryLoss, label_weights


def test_it_is_the_weighted_mean_of_both_kinds():
    torch.manual_seed(0)
    logits = torch.randn(50, 3)
    targs = (torch.rand(50, 3) < torch.tensor([0.5, 0.2, 0.1])).float()
    loss = BinaryLoss(label_weights(targs))(logits, targs)
    entropies = torch.nn.functional.binary_cross_entropy_with_logits(logits, targs, reduction="none")
    halves = []
    for column in range(3):
        has_label = targs[:, column] > 0
        halves.append((entropies[has_label, column].mean() + entropies[~has_label, column].mean()) / 2)
    assert loss.item() == pytest.approx(torch.stack(halves).mean().item(), rel=1e-5)


def test_a_loss_for_each_image_and_smoothing():
    logits = torch.tensor([[2.0, -1.0], [0.0, 1.0]])
    targs = torch.tensor([[1.0, 0.0], [0.0, 1.0]])
    loss = BinaryLoss(label_smoothing=0.2)
    smooth = targs * 0.8 + 0.1
    expected = torch.nn.functional.binary_cross_entropy_with_logits(logits, smooth)
    assert loss(logits, targs).item() == pytest.approx(expected.item())
    loss.reduction = "none"
    assert loss(logits, targs).shape == (2,)
    assert loss.activation(torch.zeros(1, 2)).tolist() == [[0.5, 0.5]]
    assert loss.decodes(logits).tolist() == [[True, False], [False, True]]
    with pytest.raises(ValueError, match="label_smoothing must lie"):
        BinaryLoss(label_smoothing=1)


def test_a_label_of_all_or_of_none_counts_once():
    weights = label_weights(torch.tensor([[1.0, 0.0], [1.0, 0.0]]))
    assert weights.tolist() == [[0.0, 1.0], [1.0, 0.0]]

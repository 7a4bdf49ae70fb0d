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
    of_labels = []
    for of_label, targs_of_label in zip(entropies.T, targs.T, strict=True):
        has_label = targs_of_label > 0
        mean_with = of_label[has_label].mean()
        mean_without = of_label[~has_label].mean()
        of_labels.append((mean_with + mean_without) / 2)
    torch.testing.assert_close(loss, torch.stack(of_labels).mean())


LOGITS = torch.tensor([[2.0, -1.0], [0.0, 1.0]])
TARGS = torch.tensor([[1.0, 0.0], [0.0, 1.0]])


def test_smoothing_moves_targets_from_both_ends():
    loss = BinaryLoss(label_smoothing=0.2)
    smooth = 0.8 * TARGS + 0.1
    expected = torch.nn.functional.binary_cross_entropy_with_logits(LOGITS, smooth)
    torch.testing.assert_close(loss(LOGITS, TARGS), expected)


def test_unreduced_it_has_a_value_for_each_image():
    loss = BinaryLoss()
    mean = loss(LOGITS, TARGS)
    loss.reduction = "none"
    of_images = loss(LOGITS, TARGS)
    assert of_images.shape == (2,)
    torch.testing.assert_close(of_images.mean(), mean)


def test_it_gives_probabilities_and_decisions():
    loss = BinaryLoss()
    probas = loss.activation(torch.zeros(1, 2))
    assert probas.tolist() == [[0.5, 0.5]]
    assert loss.decodes(LOGITS).tolist() == [[True, False], [False, True]]


def test_a_smoothing_out_of_range_is_refused():
    with pytest.raises(ValueError, match="label_smoothing must lie"):
        BinaryLoss(label_smoothing=1)


def test_a_label_of_all_or_of_none_counts_once():
    weights = label_weights(torch.tensor([[1.0, 0.0], [1.0, 0.0]]))
    assert weights.tolist() == [[0.0, 1.0], [1.0, 0.0]]

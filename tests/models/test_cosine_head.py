"""styleclf.models.cosine_head: scaled cosines to the nearest of a style's directions."""

import torch
from torch import nn

from styleclf.models.cosine_head import CosineHead


def test_logits_are_scaled_cosines_to_the_nearest_direction_of_a_style():
    head = CosineHead(2, 2, 10.0, n_centers=2)
    head.weight.data = torch.tensor([[1.0, 0.0], [0.0, 5.0], [-1.0, 0.0], [0.0, -2.0]])
    logits = head(torch.tensor([[3.0, 0.0], [0.0, 0.5], [0.0, 0.0]]))
    torch.testing.assert_close(logits, torch.tensor([[10.0, 0.0], [10.0, 0.0], [0.0, 0.0]]))


def test_several_directions_of_a_style_start_near_it_but_apart():
    head, result = CosineHead(16, 4, 12.0, n_centers=3), nn.functional.normalize(torch.randn(4, 16), dim=1)
    head.point_at(result)
    cosines = nn.functional.cosine_similarity(head.weight.view(4, 3, 16), result[:, None], dim=2)
    assert (cosines > 0.95).all()
    assert (cosines < 1 - 1e-5).all()
